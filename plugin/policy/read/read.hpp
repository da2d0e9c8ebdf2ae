// From a document to a Policy: the schema first, then what the schema can't say.
#pragma once
#include <memory>
#include <optional>

#include "policy/policy.hpp"
#include "policy/read/findings.hpp"
#include "policy/read/setting.hpp"
#include "yaml/document.hpp"

namespace drift::policy {

// Reads one policy document and reports everything that is wrong with it. What comes back holds the parts
// that could be read, for checks between policies; nothing where the document is no policy at all. An
// application's policy may hold nothing but what raises. What is built in is known to fit the schema.
std::optional<Policy> read_policy(yaml::Node root, const Lines& lines, bool application, bool built_in,
                                  Findings& findings);

// The parts, each from its setting; parts that aren't there give nothing.
std::vector<Severity> read_severities(const Setting& list);
std::vector<Rule> read_rules(const Setting& list);
Match read_match(const Setting& setting, bool exclude);
std::shared_ptr<const When> read_when(const Setting& setting);
std::optional<Hooks> read_hooks(const Setting& setting);
kube::KindFacts read_kind_facts(const Setting& spec);

}  // namespace drift::policy
