// Whether a rule is about an object. Pure.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "manifest/manifest.hpp"
#include "policy/policy.hpp"

namespace drift::policy {

// An object as rules see it.
struct Subject {
  const manifest::Manifest* manifest = nullptr;
  // Where it will be: a Namespace is in itself, other cluster-scoped objects nowhere, objects that name no
  // namespace in the destination. Empty: nowhere, or not known.
  std::string_view ns;
  // Nobody knows whether the kind has namespaces (kube/kinds.hpp). A rule matches where it does by either reading, so what takes
  // namespaces out doesn't count.
  bool unsure = false;
};

Subject subject_of(const manifest::Manifest& manifest, std::string_view destination_namespace,
                   const kube::KindFacts& platform);

// Whether a kind is known to have no namespace (known_kinds.hpp).
bool is_cluster_scoped(std::string_view group, std::string_view kind);

// Whether the rule can be about objects of this kind at all; what is false here is false in matches() too.
bool may_match(const Rule& rule, std::string_view group, std::string_view version, std::string_view kind);

// Whether one of the patterns is of the object's kind.
bool is_kind_of(const std::vector<KindPattern>& patterns, const manifest::Manifest& manifest);

// Whether match holds and exclude doesn't. `why`, where given, is set to the clause that failed and the value
// that was there, or to what made the rule match.
bool matches(const Rule& rule, const Subject& subject, std::string* why = nullptr);

}  // namespace drift::policy
