// Verdicts: policies and manifests in, what is to be done with each manifest out. Pure.
//
// Of all rules that match, the highest severity wins (the first of equals); of other settings the first rule
// that sets them; guarded fields of all matching rules are merged by id (the first one's pointers, the
// highest severity). The application's own policy and the manifest's own `drift-policy.dev/severity` raise
// the platform's severity; they lower it only as far as the highest severity of a matching platform rule that
// is not `overridable`.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "manifest/manifest.hpp"
#include "policy/policy_set.hpp"
#include "policy/verdict.hpp"

namespace drift::policy {

struct DecideContext {
  std::string destination_namespace;  // of manifests without one; empty: not known
};

// One verdict for each object, in order. Throws InputError with every annotation that names no severity.
std::vector<Verdict> decide(const PolicySet& set, const manifest::Manifests& manifests,
                            const DecideContext& context);

// How a rule judged an object, for people.
struct RuleTrace {
  std::string policy, rule;
  bool application = false;
  bool matched = false;
  // Matched: what made it match; else the clause that failed, and the value that was there.
  std::string clause;
};

// All rules in order, for one object (an index into manifests.objects()); the same code as decide().
std::vector<RuleTrace> explain(const PolicySet& set, const manifest::Manifests& manifests, std::size_t object,
                               const DecideContext& context);

// How many objects each rule of the set matched, in the set's order.
std::vector<std::size_t> count_matches(const PolicySet& set, const std::vector<Verdict>& verdicts);

// Rules whose expectMatches doesn't hold.
std::vector<Finding> unmet_expectations(const PolicySet& set, const std::vector<Verdict>& verdicts);

}  // namespace drift::policy
