// Policies and manifests for the tests of the policy layer, from text.
#pragma once
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "manifest/manifest.hpp"
#include "policy/decide.hpp"
#include "policy/load.hpp"

namespace drift::policy {

// A policy document with these lines under `spec:`, which are indented here.
inline std::string policy_text(const std::string& spec, const std::string& name = "test") {
  std::string text =
      "apiVersion: drift-policy.dev/v1alpha1\nkind: DriftPolicy\nmetadata: {name: " + name + "}\nspec:\n";
  std::string line;
  for (char c : spec + "\n") {
    line += c;
    if (c != '\n') continue;
    if (line != "\n") text += "  " + line;
    line.clear();
  }
  return text;
}

inline Findings findings_of(const std::string& spec) {
  Findings findings;
  load({{"policy.yaml", policy_text(spec)}}, findings);
  return findings;
}

inline std::vector<std::string> strings_of(const std::vector<Finding>& findings) {
  std::vector<std::string> texts;
  for (const auto& finding : findings) texts.push_back(to_string(finding));
  return texts;
}

// A set that must load; an application's policy may come with it.
inline PolicySet set_of(const std::string& spec, const std::string& application = {}) {
  std::vector<PolicyText> texts = {{"policy.yaml", policy_text(spec)}};
  if (!application.empty()) texts.push_back({".drift-policy.yaml", policy_text(application, "own"), true});
  Findings findings;
  auto set = load(texts, findings);
  REQUIRE(strings_of(findings.mistakes) == std::vector<std::string>{});
  return set;
}

inline manifest::Manifests manifests_of(const std::string& text) {
  return manifest::Manifests({{"app.yaml", text}});
}

// The verdict of the first manifest of `text`.
inline Verdict verdict_of(const PolicySet& set, const std::string& text,
                          const std::string& destination = {}) {
  auto manifests = manifests_of(text);
  return decide(set, manifests, {destination}).at(0);
}

inline std::string severity_of(const PolicySet& set, const std::string& text,
                               const std::string& destination = {}) {
  return set.severities[verdict_of(set, text, destination).severity].name;
}

// The first rule of a policy that matches an object, or not.
inline bool rule_matches(const std::string& match, const std::string& text,
                         const std::string& destination = {}) {
  auto set = set_of("rules:\n- name: r\n  severity: high\n" + match);
  return !verdict_of(set, text, destination).matched.empty();
}

}  // namespace drift::policy
