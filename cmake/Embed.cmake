# drift_embed(OUT FILE...): text files as functions of the namespace drift::embedded, named after the file
# (policies/baseline.yaml -> std::string_view drift::embedded::baseline_yaml()); declared in plugin/base/embedded.hpp.
function(drift_embed out)
  set(body "#include \"base/embedded.hpp\"\nnamespace drift::embedded {\n")
  foreach(file IN LISTS ARGN)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${file})
    file(READ ${PROJECT_SOURCE_DIR}/${file} text)
    get_filename_component(name ${file} NAME)
    string(MAKE_C_IDENTIFIER ${name} name)
    string(APPEND body "std::string_view ${name}() {\n  static constexpr char text[] = R\"DRIFT(${text})DRIFT\";\n"
      "  return {text, sizeof(text) - 1};\n}\n")
  endforeach()
  string(APPEND body "}  // namespace drift::embedded\n")
  file(WRITE ${PROJECT_BINARY_DIR}/embedded.cpp.new "${body}")
  file(COPY_FILE ${PROJECT_BINARY_DIR}/embedded.cpp.new ${PROJECT_BINARY_DIR}/embedded.cpp ONLY_IF_DIFFERENT)
  set(${out} ${PROJECT_BINARY_DIR}/embedded.cpp PARENT_SCOPE)
endfunction()
