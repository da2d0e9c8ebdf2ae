# The language standard, warnings, optimisation and sanitizers, as an INTERFACE target of our own code only.
include(CheckIPOSupported)

add_library(drift_standard INTERFACE)
target_compile_features(drift_standard INTERFACE cxx_std_20)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

target_compile_options(drift_standard INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual -Werror
  -fstack-protector-strong)
# What another file of the same unit names (cmake/Unity.cmake) is none of a function's business.
if(NOT DRIFT_UNITY)
  target_compile_options(drift_standard INTERFACE -Wshadow)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  # clang's -Wconversion and -Wpedantic hold more than g++'s; both compilers shall ask for the same.
  # What it warns of is clang-tidy's matter (make lint); g++ decides what is an error.
  # rapidjson's iterators are older than C++20's rewritten comparisons, which g++ lets pass.
  target_compile_options(drift_standard INTERFACE -Wno-sign-conversion -Wno-overlength-strings
    -Wno-ambiguous-reversed-operator -Wno-error)
else()
  # g++ sees overlaps where there are none (12, GCC bug 105329), and ends of buffers in what it inlines of fmt (13).
  target_compile_options(drift_standard INTERFACE -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow)
endif()
target_link_options(drift_standard INTERFACE -Wl,-z,relro,-z,now)

# -O2, not CMake's -O3: it makes the program larger and not faster. Assertions of the standard library in Debug.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
# What the sanitizers run with: fast enough, and line numbers are all that their reports need.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1")
target_compile_definitions(drift_standard INTERFACE $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)

if(DRIFT_SANITIZE)
  # No warning is an error here: with sanitizers g++ warns of what isn't so, and its manual advises against -Werror then
  # (Instrumentation Options). The build without them holds every file to it.
  target_compile_options(drift_standard INTERFACE -fsanitize=${DRIFT_SANITIZE} -fno-sanitize-recover=all
    -fno-omit-frame-pointer -Wno-error)
  target_link_options(drift_standard INTERFACE -fsanitize=${DRIFT_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
    target_compile_options(drift_standard INTERFACE
      -fsanitize-ignorelist=${PROJECT_SOURCE_DIR}/cmake/sanitizer-ignore.txt)
  endif()
else()
  target_compile_definitions(drift_standard INTERFACE $<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
  # The C++ runtime inside the program: a plugin starts once for every application, and loading libstdc++ costs more
  # than reading a small application.
  target_link_options(drift_standard INTERFACE $<$<CONFIG:Release>:-static-libstdc++> $<$<CONFIG:Release>:-static-libgcc>)
endif()

option(DRIFT_LTO "link-time optimisation in Release; slow to link" OFF)
if(DRIFT_LTO AND NOT DRIFT_SANITIZE)
  check_ipo_supported()
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION_RELEASE ON)
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
