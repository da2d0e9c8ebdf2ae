# drift_build_facts(TARGET): adds the unit that says how the program was built (plugin/base/build_facts.hpp). Each build looks at Git,
# which takes some milliseconds, and writes the unit only where it would be another one. So a commit costs one small unit and the
# linking, and the same commit gives the same bytes.
# DRIFT_COMMIT names the commit where the sources come without Git: an image, an archive.
set(DRIFT_COMMIT "" CACHE STRING "the commit that is built, where the sources are no Git checkout")

function(drift_build_facts target)
  find_package(yaml-cpp QUIET CONFIG)  # for its version alone
  set(unit ${PROJECT_BINARY_DIR}/build_facts.cpp)
  set(write ${CMAKE_COMMAND} -D UNIT=${unit} -D SOURCES=${PROJECT_SOURCE_DIR} -D COMMIT=${DRIFT_COMMIT}
    -D TYPE=${CMAKE_BUILD_TYPE} -D SANITIZERS=${DRIFT_SANITIZE} -D YAML_CPP=${yaml-cpp_VERSION}
    -P ${PROJECT_SOURCE_DIR}/cmake/write-build-facts.cmake)
  add_custom_target(${target}-build-facts COMMAND ${write} BYPRODUCTS ${unit} COMMENT "" VERBATIM)
  target_sources(${target} PRIVATE ${unit})
  set_source_files_properties(${unit} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  add_dependencies(${target} ${target}-build-facts)
endfunction()
