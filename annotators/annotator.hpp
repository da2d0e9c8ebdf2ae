// An annotator turns verdicts into changes of the manifests. It is pure: no I/O, no clock, no environment; the same input
// gives the same changes. It says what is to be there; manifest/writer.hpp turns that into bytes and refuses two
// annotators that want the same key of the same object. annotators.cpp has the ordered table.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "api/application.hpp"
#include "manifest/manifest.hpp"
#include "policy/policy_set.hpp"
#include "policy/verdict.hpp"

namespace drift::annotators {

struct Input {
  const manifest::Manifests& manifests;
  const std::vector<policy::Verdict>& verdicts;  // one for each of manifests.objects()
  const policy::PolicySet& policies;
  const api::Application& application;
  // Objects that are injected ones of ours, in a source that was rendered before: nothing is written into them.
  std::vector<bool> injected;
};

// Calls visit(index, manifest, verdict) for each object that is annotated.
template <typename Visit>
void for_each_object(const Input& input, Visit visit) {
  for (std::size_t i = 0; i < input.verdicts.size(); ++i)
    if (!input.injected[i]) visit(i, input.manifests.objects()[i], input.verdicts[i]);
}

// A key of an object's metadata that is to have a value, or to go.
struct Change {
  enum class Target : std::uint8_t { annotation, label };
  std::size_t object = 0;  // index into Manifests::objects()
  Target target = Target::annotation;
  std::string key;
  std::optional<std::string> value;  // unset: the key must not be there
};

// An object to add behind all others.
struct Addition {
  std::string display;  // `Job/drift-policy/web-1a2b3c4d-gate`, for summaries
  std::string yaml;     // one document without separators, ends with a newline
  // What people know it by: `gate`, `audit`, `alert`, or the name of one of the policy's own. Empty: what these need.
  std::string hook{};
};

struct Changes {
  std::vector<Change> changes;
  std::vector<Addition> additions;
  std::vector<std::size_t>
      not_compared;  // objects that the plan has no room for: the gate sees no drift of theirs
};

struct Annotator {
  const char* name;
  Changes (*run)(const Input& input);
  bool only_adds = false;  // it changes none of the objects that are there
};

// In the order in which they run.
std::span<const Annotator> table();

}  // namespace drift::annotators
