// An application as the annotator of hooks sees it, from texts.
#pragma once
#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "annotators/hooks/hooks.hpp"
#include "manifest/manifest.hpp"
#include "policy/decide.hpp"
#include "policy/load.hpp"

namespace drift::tests {

// A policy with the settings of `spec`, each line indented by two.
inline std::string policy_text(const std::string& spec) {
  return "apiVersion: drift-policy.dev/v1alpha1\nkind: DriftPolicy\nmetadata: {name: test}\nspec:\n" + spec;
}

// Deployments are medium, Secrets high, all else low; the hooks live with the platform.
inline const std::string medium_policy = policy_text(R"(
  severities:
  - {name: low, remediation: {action: autoSync}}
  - name: medium
    remediation: {action: approve, maxRetries: 2}
    approval: {required: 2, groups: [platform, "CN=ops,OU=x"], timeout: 24h, escalateAfter: 90m}
    notify: [slack]
  - {name: high, remediation: {action: restore, rollbackOnFailure: true}}
  - {name: critical, remediation: {action: stop}}
  rules:
  - name: workloads
    match: {any: [{resources: {kinds: [Deployment]}}]}
    severity: medium
    fields: [{id: replicas, jsonPointers: [/spec/replicas], severity: low}]
  - name: secrets
    match: {any: [{resources: {kinds: [Secret]}}]}
    severity: high
    fields: [{id: password, jsonPointers: [/data/password]}]
  hooks:
    namespace: drift-policy
    image: registry.example/drift-policy:1.0
)");

inline const std::string web = R"(apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
---
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
)";

inline api::Application shop() {
  return {.name = "shop",
          .ns = "shop",
          .project = "default",
          .revision = "0123456789abcdef0123456789abcdef01234567",
          .repository = "https://git.example/shop.git",
          .path = "deploy",
          .image = {}};
}

class Rendered {
 public:
  explicit Rendered(const std::string& source, const std::string& policy = medium_policy,
                    api::Application application = shop())
      : source_(source),
        application_(std::move(application)),
        manifests_({{"app.yaml", source}}),
        policies_(read(policy)),
        verdicts_(policy::decide(policies_, manifests_, {application_.ns})) {}
  Rendered(const Rendered&) = delete;
  Rendered& operator=(const Rendered&) = delete;

  annotators::Input input() const { return {manifests_, verdicts_, policies_, application_, {}}; }
  annotators::Changes changes() const { return annotators::hooks(input()); }

  // The source and everything that is added, as one stream.
  std::string output() const {
    std::string text = source_;
    for (const auto& addition : changes().additions) text += "---\n" + addition.yaml;
    return text;
  }

  std::vector<std::string> displays() const {
    std::vector<std::string> all;
    for (const auto& addition : changes().additions) all.push_back(addition.display);
    return all;
  }

  // What is wrong with the source; empty where nothing is.
  std::string mistakes() const {
    try {
      changes();
      return {};
    } catch (const InputError& error) {
      return error.what();
    }
  }

 private:
  static policy::PolicySet read(const std::string& text) {
    policy::Findings findings;
    auto set = policy::load({{"policy.yaml", text, false}}, findings);
    if (!findings.mistakes.empty()) throw InputError(findings.mistakes);
    return set;
  }

  std::string source_;
  api::Application application_;
  manifest::Manifests manifests_;
  policy::PolicySet policies_;
  std::vector<policy::Verdict> verdicts_;
};

// The injected objects, read back; find one by `Kind/name` (its end is enough).
class Injected {
 public:
  explicit Injected(const Rendered& rendered) : manifests_(files(rendered)) {}

  const manifest::Manifests& manifests() const { return manifests_; }

  const manifest::Manifest& find(std::string_view kind, std::string_view name_end) const {
    for (const auto& manifest : manifests_.objects())
      if (manifest.kind == kind && manifest.name.ends_with(name_end)) return manifest;
    throw std::runtime_error("no " + std::string(kind) + " " + std::string(name_end));
  }

  // The value at a path of keys, list elements by number.
  static yaml::Node at(yaml::Node node, const std::vector<std::string>& path) {
    for (const auto& key : path)
      node = node.is_sequence() ? node.at(static_cast<std::size_t>(std::stoul(key))) : node.find(key);
    return node;
  }

  std::string json(std::string_view kind, std::string_view name_end,
                   const std::vector<std::string>& path) const {
    const auto node = at(find(kind, name_end).object, path);
    return node ? node.json() : "nothing";
  }

 private:
  static std::vector<manifest::SourceFile> files(const Rendered& rendered) {
    std::vector<manifest::SourceFile> all;
    for (const auto& addition : rendered.changes().additions)
      all.push_back({addition.display, addition.yaml});
    return all;
  }

  manifest::Manifests manifests_;
};

}  // namespace drift::tests
