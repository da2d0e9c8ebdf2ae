// The small notations inside a policy: durations, kinds, expectations, names. Each function takes what stands
// in the policy and returns its meaning, or says in `mistake` what is wrong and what was expected.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "policy/policy.hpp"

namespace drift::policy {

// Go's notation (time.ParseDuration) of a positive duration in whole seconds, at most a year.
std::optional<std::chrono::seconds> whole_seconds(std::string_view text, std::string& mistake);

// `[group/][version/]Kind` with wildcards. Of two parts the first is a version where it looks like one (`v1`,
// `*`).
std::optional<KindPattern> parse_kind(std::string_view text, std::string& mistake);

// `>=1`, `<=3`, `>0`, `<5`, `=2` or `2`.
std::optional<Expectation> parse_expectation(std::string_view text, std::string& mistake);

// Kubernetes' rules for names; empty: fine.
// https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
std::string label_key_mistake(std::string_view key);
std::string label_value_mistake(std::string_view value);
// https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names
std::string namespace_mistake(std::string_view name);

// A guarded field's id: becomes the name part of an annotation key, followed by `.<index>` where a pointer
// has wildcards.
std::string field_id_mistake(std::string_view id, bool has_index);

// Whether Argo CD knows the option for single objects.
// https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/
bool known_sync_option(std::string_view option);

}  // namespace drift::policy
