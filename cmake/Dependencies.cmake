# Libraries from Debian's packages (tools/packages.txt), as one INTERFACE target; their headers are system headers,
# so our warnings don't reach them.
find_package(Threads REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_path(SPDLOG_INCLUDE spdlog/spdlog.h REQUIRED)
find_path(FMT_INCLUDE fmt/format.h REQUIRED)
find_package(RapidJSON REQUIRED)
# Headers only: libcurl is loaded when it is needed (plugin/outside/net/curl_library.hpp).
find_path(CURL_INCLUDE curl/curl.h REQUIRED)
find_package(CLI11 REQUIRED)
# Static where Debian has the archive: a plugin starts once for every application, and each shared library costs
# start-up time.
set(OPENSSL_USE_STATIC_LIBS ON)
find_package(OpenSSL REQUIRED)
set(ZLIB_USE_STATIC_LIBS ON)
find_package(ZLIB REQUIRED)
find_library(LIBYAML NAMES libyaml.a yaml REQUIRED)
find_library(LIBYAML_CPP NAMES libyaml-cpp.a yaml-cpp REQUIRED)

# Without our warnings, but with the optimisation and the sanitizers of the rest.
add_library(drift_fmt STATIC ${PROJECT_SOURCE_DIR}/cmake/fmt.cpp)
target_compile_features(drift_fmt PRIVATE cxx_std_20)
if(DRIFT_SANITIZE)
  target_compile_options(drift_fmt PRIVATE -fsanitize=${DRIFT_SANITIZE})
endif()

add_library(drift_dependencies INTERFACE)
target_include_directories(drift_dependencies SYSTEM INTERFACE ${Boost_INCLUDE_DIRS} ${RAPIDJSON_INCLUDE_DIRS}
  ${SPDLOG_INCLUDE} ${FMT_INCLUDE} ${CURL_INCLUDE})
target_compile_definitions(drift_dependencies INTERFACE BOOST_ERROR_CODE_HEADER_ONLY SPDLOG_FMT_EXTERNAL
  YAML_DECLARE_STATIC)
target_link_libraries(drift_dependencies INTERFACE
  ${LIBYAML} ${LIBYAML_CPP} drift_fmt CLI11::CLI11 OpenSSL::Crypto
  ZLIB::ZLIB Threads::Threads ${CMAKE_DL_LIBS})
