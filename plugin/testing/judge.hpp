// What a rendering is, held against what a test expects. Pure.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "render/render.hpp"
#include "testing/case.hpp"

namespace drift::testing {

struct Outcome {
  Check check;
  std::string actual;  // in the words of Check::expected
  std::string why;     // what decided it, where something did: `by baseline/workloads`
  bool passed = false;
};

// An outcome for each check, in their order.
std::vector<Outcome> judge(const std::vector<Check>& checks, const render::Rendered& rendered);

// The object that a check names, as a place in Manifests::objects(); nothing where there is none, or more than one, and `why`.
std::optional<std::size_t> find_object(const render::Rendered& rendered, const std::string& name,
                                       std::string& why);

// The one outcome where rendering failed with that message; `checks` isn't empty.
std::vector<Outcome> judge_failure(const std::vector<Check>& checks, const std::string& message);

// The rules, by place in the set, that match an object which a check names.
std::vector<bool> rules_reached(const std::vector<Check>& checks, const render::Rendered& rendered);

// A test that expects of the rendering what it is now, as YAML; `path` is what it says of the source.
std::string case_of(const render::Rendered& rendered, const std::string& path);

}  // namespace drift::testing
