# Writes UNIT for SOURCES, with what BuildFacts.cmake hands over.
set(modified false)
if(NOT COMMIT)
  find_program(GIT git)
  if(GIT)
    # The sources may lie in somebody else's repository, whose commit says nothing of them.
    execute_process(COMMAND ${GIT} rev-parse --show-prefix HEAD WORKING_DIRECTORY ${SOURCES}
      OUTPUT_VARIABLE answer RESULT_VARIABLE status ERROR_QUIET)
    if(status EQUAL 0 AND answer MATCHES "^\n([0-9a-f]+)\n$")
      set(COMMIT ${CMAKE_MATCH_1})
      execute_process(COMMAND ${GIT} --no-optional-locks status --porcelain WORKING_DIRECTORY ${SOURCES}
        OUTPUT_VARIABLE changes ERROR_QUIET)
      if(changes)
        set(modified true)
      endif()
    endif()
  endif()
endif()

set(text "#include \"base/build_facts.hpp\"

namespace drift {

const BuildFacts& build_facts() {
  static constexpr BuildFacts facts{\"${COMMIT}\", ${modified}, \"${TYPE}\", \"${SANITIZERS}\", \"${YAML_CPP}\"};
  return facts;
}

}  // namespace drift
")
set(there "")
if(EXISTS ${UNIT})
  file(READ ${UNIT} there)
endif()
if(NOT there STREQUAL text)
  file(WRITE ${UNIT} "${text}")
endif()
