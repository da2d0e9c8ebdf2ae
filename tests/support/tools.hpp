// helm, kubectl and kustomize for tests: those in the folder that DRIFT_TOOLS names, else those on PATH. A test that needs one
// fails where it is missing.
#pragma once
#include <doctest/doctest.h>

#include <string>

#include "outside/process.hpp"

namespace drift::tests {

inline outside::Environment tools_environment() {
  auto environment = outside::environment();
  if (const auto tools = outside::value_or(environment, "DRIFT_TOOLS"); !tools.empty()) {
    environment["PATH"] = tools + ":" + outside::value_or(environment, "PATH");
  }
  return environment;
}

inline void require_tool(outside::Programs& programs, const std::string& name) {
  REQUIRE_MESSAGE(programs.has(name), name,
                  " is needed for this test: run `make tools`, or set DRIFT_TOOLS to its folder");
}

}  // namespace drift::tests
