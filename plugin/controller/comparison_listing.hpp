// What differs of an application, for people and programs. Values are hidden in a report where the gate's are (analysis/redact.hpp);
// names are others' texts.
#pragma once
#include <string>

#include "controller/comparison.hpp"
#include "controller/judge.hpp"

namespace drift::controller {

// `2026-11-29T10:00:00Z argocd/web differs: a sync would wait for 1 approval …`, and what differs below it, indented.
std::string lines(Time at, const Known& known, const Comparison& comparison);

// That on one line of JSON: all that json_line() of a notice has, and `comparison`.
std::string json_line(Time at, const Known& known, const Comparison& comparison);

// The value of `comparison`.
std::string comparison_json(const Comparison& comparison);

}  // namespace drift::controller
