// `hook gate`, before anything is applied: looks at drift, and where the policy demands it, waits for people.
//
// It may be killed at any time and started again, on another node: what it has to know stands on its Job. Everything is
// looked at anew then, so that a pass is always one of a fresh analysis; a refusal stays one. What goes wrong refuses, or is
// tried again (exit code 3: by Kubernetes); the only way past the gate is decide() saying so. Under `observe` it only
// reports, and lets pass whatever goes wrong.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "store/context.hpp"

namespace drift::gate {

struct GateEnd {
  enum class How {
    passed,
    refused,
    interrupted,  // told to end while it worked or waited; nothing is decided
  } how = How::refused;
  std::string reason;
};

struct GateOptions {
  bool observe = false;
  bool colour = false;
  std::function<void(std::string_view)> print;   // pages and decisions
  std::function<void(const std::string&)> warn;  // what goes wrong, or is tried again
  std::function<void(const std::string&)> note;  // what happened while people are awaited
};

// Throws OutsideError where the cluster doesn't answer and nobody waits yet.
GateEnd run_gate(const store::Run& run, const GateOptions& options);

}  // namespace drift::gate
