// What one annotator writes into YAML.
#pragma once
#include <string>
#include <vector>

#include "annotators/annotator.hpp"
#include "manifest/segments.hpp"
#include "manifest/writer.hpp"
#include "support/policy_cases.hpp"

namespace drift::tests {

// `text` as the annotator leaves it under a policy with these settings.
inline std::string annotated(annotators::Changes (*annotator)(const annotators::Input&),
                             const std::string& spec, const std::string& text) {
  const auto policies = policy::set_of(spec);
  const auto manifests = policy::manifests_of(text);
  const auto verdicts = policy::decide(policies, manifests, {"shop"});
  const api::Application application;
  std::vector<bool> injected(manifests.objects().size());
  std::vector<manifest::MetadataChange> changes;
  for (auto& change : annotator({manifests, verdicts, policies, application, injected}).changes) {
    if (changes.empty() || changes.back().object != change.object) changes.push_back({change.object, {}, {}});
    auto& keys = change.target == annotators::Change::Target::label ? changes.back().labels
                                                                    : changes.back().annotations;
    keys.emplace_back(std::move(change.key), std::move(change.value));
  }
  return manifest::Rendering(manifests, manifest::edit_metadata(manifests, changes), {}).text();
}

// One line of a table.
struct Annotated {
  std::string what;
  std::string spec, in, out;
};

inline void check_annotated(annotators::Changes (*annotator)(const annotators::Input&),
                            const std::vector<Annotated>& table) {
  for (const auto& line : table) {
    CAPTURE(line.what);
    CHECK(annotated(annotator, line.spec, line.in) == line.out);
    CHECK(annotated(annotator, line.spec, line.out) == line.out);
  }
}

}  // namespace drift::tests
