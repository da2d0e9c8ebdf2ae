// The schema that editors use and the reader of policies say the same.
#include <rapidjson/document.h>
#include <rapidjson/pointer.h>

#include <functional>
#include <map>

#include "base/embedded.hpp"
#include "support/policy_cases.hpp"

using namespace drift;
using namespace drift::policy;

namespace {

// Every setting that there is, once.
const std::string everything = R"(apiVersion: drift-policy.dev/v1alpha1
kind: DriftPolicy
metadata: {name: everything, labels: {a: b}, annotations: {c: d}}
spec:
  enforcement: observe
  allowEmpty: true
  severities:
  - name: low
    remediation: {action: approve, cooldown: 5m, maxRetries: 3, rollbackOnFailure: true}
    approval: {required: 2, groups: [sre], timeout: 2h, escalateAfter: 1h30m, throughArgoCD: true}
    changes:
      approval: {required: 2, groups: [sre], timeout: 2h, escalateAfter: 1h, throughArgoCD: true, of: [added], firstSync: true}
    notify: [slack]
  defaultSeverity: low
  clusterScoped: [Fleet.example.com]
  namespaced: [Ship.example.com]
  plurals: {Sheep.example.com: sheep}
  rules:
  - name: r
    match:
      any:
      - resources:
          kinds: [apps/*/Deployment]
          names: [web-*]
          namespaces: ["prod-?"]
          selector:
            matchLabels: {a: b}
            matchExpressions: [{key: c, operator: In, values: [d]}]
          annotations: {e: f*}
      all: [{resources: {kinds: ['*']}}]
    exclude: {any: [{resources: {names: [x]}}]}
    severity: low
    overridable: true
    fields:
    - id: replicas
      jsonPointers: [/spec/replicas]
      severity: low
      health: degraded
      when: {any: [{key: old, operator: AnyIn, value: [1, 2]}], all: [{key: new, operator: LessThan, value: 1}]}
    syncWave: {value: -5, overwrite: true}
    syncOptions: [Prune=confirm]
    label: true
    expectMatches: '>=1'
  hooks:
    namespace: drift-policy
    image: registry/drift-policy:1
    imagePullSecrets: [pull]
    resources: {requests: {cpu: 10m}, limits: {memory: 64Mi}}
    labels: {team: platform}
    records: {keep: 50, keepFor: 720h}
    when: {severityAtLeast: low}
    allowAuthors: [{kinds: [batch/*/Job], phases: [SyncFail], deletePolicies: [HookFailed]}]
    extra:
    - name: smoke
      when: {severityAtLeast: low}
      manifest: {apiVersion: v1, kind: ConfigMap, metadata: {name: a, annotations: {argocd.argoproj.io/hook: PostSync}}}
)";

rapidjson::Document schema(std::string_view text = embedded::schema_json()) {
  rapidjson::Document document;
  document.Parse(text.data(), text.size());
  REQUIRE_FALSE(document.HasParseError());
  return document;
}

const rapidjson::Value& followed(const rapidjson::Document& document, const rapidjson::Value& rule) {
  auto ref = rule.FindMember("$ref");
  return ref == rule.MemberEnd() ? rule : *rapidjson::Pointer(ref->value.GetString()).Get(document);
}

// Calls `visit` with each part of the schema and a part of the policy that it describes.
void walk(const rapidjson::Document& document, const rapidjson::Value& part, yaml::Node node,
          const std::string& path,
          const std::function<void(const rapidjson::Value&, yaml::Node, const std::string&)>& visit) {
  const auto& rule = followed(document, part);
  visit(rule, node, path);
  if (auto properties = rule.FindMember("properties"); properties != rule.MemberEnd())
    for (const auto& property : properties->value.GetObject()) {
      const std::string name = property.name.GetString();
      walk(document, property.value, node.find(name), path + "/" + name, visit);
    }
  if (auto items = rule.FindMember("items"); items != rule.MemberEnd())
    walk(document, items->value, node.at(0), path + "/0", visit);
}

}  // namespace

TEST_CASE("the baseline is without mistakes, and its one warning is what its comments tell of") {
  Findings findings;
  load({{"policies/baseline.yaml", std::string(embedded::baseline_yaml())}}, findings);
  CHECK(strings_of(findings.mistakes) == std::vector<std::string>{});
  REQUIRE(findings.warnings.size() == 1);
  CHECK(findings.warnings[0].message.find("hooks.namespace isn't set") != std::string::npos);
}

TEST_CASE("every setting of the schema is read: a policy with all of them has no mistakes") {
  const auto document = schema();
  yaml::Document policy("everything", everything, {0, static_cast<std::uint32_t>(everything.size())});
  std::map<const rapidjson::Value*, std::pair<std::string, bool>>
      used;  // a definition counts once, wherever it is used
  walk(document, document, policy.root(), "",
       [&](const auto& rule, yaml::Node node, const std::string& path) {
         auto& [where, is_used] = used[&rule];
         where = path;
         is_used = is_used || node;
       });
  for (const auto& use : used)
    CHECK_MESSAGE(use.second.second,
                  "the schema allows a setting that this test's policy lacks: " << use.second.first);
  Findings findings;
  auto set = load({{"everything", everything}}, findings);  // a setting that nobody reads would be a mistake
  CHECK(strings_of(findings.mistakes) == std::vector<std::string>{});
  CHECK(strings_of(findings.warnings) == std::vector<std::string>{});
}

TEST_CASE("every setting ends up in the policy as data") {
  Findings findings;
  auto set = load({{"everything", everything}}, findings);
  REQUIRE(set.policies.size() == 1);
  CHECK(set.enforcement == Enforcement::observe);
  CHECK(set.allow_empty);
  const auto& severity = set.severities.at(0);
  CHECK(severity.remediation.action == Action::approve);
  CHECK(severity.remediation.cooldown == std::chrono::minutes(5));
  CHECK(severity.remediation.max_retries == 3U);
  CHECK(severity.remediation.rollback_on_failure);
  CHECK(severity.approval.required == 2);
  CHECK(severity.approval.groups == std::vector<std::string>{"sre"});
  CHECK(severity.approval.timeout == std::chrono::hours(2));
  CHECK(severity.approval.escalate_after == std::chrono::minutes(90));
  CHECK(severity.approval.through_argocd);
  REQUIRE(severity.changes);
  CHECK(severity.changes->approval.required == 2);
  CHECK(severity.changes->approval.groups == std::vector<std::string>{"sre"});
  CHECK(severity.changes->approval.timeout == std::chrono::hours(2));
  CHECK(severity.changes->approval.escalate_after == std::chrono::hours(1));
  CHECK(severity.changes->approval.through_argocd);
  CHECK(severity.changes->added);
  CHECK_FALSE(severity.changes->changed);
  CHECK_FALSE(severity.changes->removed);
  CHECK(severity.changes->first_sync);
  CHECK(severity.notify == std::vector<std::string>{"slack"});
  const auto& rule = set.rule(0);
  CHECK(rule.match.any.at(0).selector->requirements.size() == 2);
  CHECK(rule.match.all.size() == 1);
  CHECK(rule.exclude.any.size() == 1);
  CHECK(rule.overridable);
  CHECK(rule.fields.at(0).health == Health::degraded);
  REQUIRE(rule.fields.at(0).when);
  const auto& when = *rule.fields.at(0).when;
  CHECK(when.any ==
        std::vector<Condition>{
            {Side::old_value, ConditionOperator::any_in, {ValuePattern("1"), ValuePattern("2")}}});
  CHECK(when.all ==
        std::vector<Condition>{{Side::new_value, ConditionOperator::less_than, {ValuePattern("1")}}});
  CHECK(rule.sync_wave->value == -5);
  CHECK(rule.sync_wave->overwrite);
  CHECK(rule.sync_options == std::vector<std::string>{"Prune=confirm"});
  CHECK(rule.label == true);
  CHECK(rule.expect_matches->count == 1);
  CHECK(set.hooks.ns == "drift-policy");
  CHECK(set.hooks.image == "registry/drift-policy:1");
  CHECK(set.hooks.image_pull_secrets == std::vector<std::string>{"pull"});
  CHECK(set.hooks.requests == StringPairs{{"cpu", "10m"}});
  CHECK(set.hooks.limits == StringPairs{{"memory", "64Mi"}});
  CHECK(set.hooks.labels == StringPairs{{"team", "platform"}});
  CHECK(set.hooks.severity_at_least->name == "low");
  CHECK(set.hooks.extra.at(0).severity_at_least->name == "low");
  CHECK(
      set.hooks.extra.at(0).manifest ==
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"annotations":{"argocd.argoproj.io/hook":"PostSync"},"name":"a"}})");
}

TEST_CASE("numbers are what YAML says they are, however they are written") {
  const auto set = set_of(
      "rules:\n- {name: r, match: {any: [{resources: {names: [a]}}]}, expectMatches: 010}\n"
      "hooks: {resources: {requests: {cpu: 0x1, memory: 1_000, storage: 1e3}, limits: {cpu: 1.50}}}\n");
  CHECK(set.rule(0).expect_matches->count == 8);
  CHECK(set.hooks.requests == StringPairs{{"cpu", "1"}, {"memory", "1000"}, {"storage", "1000"}});
  CHECK(set.hooks.limits == StringPairs{{"cpu", "1.5"}});
}

TEST_CASE("the schemas take no setting that they don't know, and explain those that they do") {
  rapidjson::Document document;
  SUBCASE("of policies") {
    document = schema();
  }
  SUBCASE("of tests") {
    document = schema(embedded::test_schema_json());
  }
  walk(document, document, {}, "", [&](const rapidjson::Value& rule, yaml::Node, const std::string& path) {
    const bool told = rule.HasMember("title") || rule.HasMember("description") || rule.HasMember("enum");
    CHECK_MESSAGE(told, "neither title nor description: " << path);
    if (!rule.HasMember("properties")) return;
    CHECK_MESSAGE((rule.HasMember("additionalProperties") && rule["additionalProperties"].IsFalse()), path);
  });
}

TEST_CASE("the form of the design's example is what the schema takes") {
  const std::string example = R"(enforcement: enforce
severities:
- {name: low, remediation: {action: autoSync, cooldown: 5m, maxRetries: 3}, notify: [slack]}
- name: medium
  remediation: {action: approve, maxRetries: 2}
  approval: {required: 1, groups: [platform], timeout: 24h, escalateAfter: 4h}
  notify: [slack, email]
- {name: high, remediation: {action: restore, rollbackOnFailure: true, maxRetries: 1}, notify: [slack, email, pagerduty]}
- {name: critical, remediation: {action: stop}, notify: [pagerduty]}
rules:
- name: workloads
  match: {any: [{resources: {kinds: [apps/*/Deployment, apps/*/StatefulSet], namespaces: ["prod-*"]}}]}
  exclude: {any: [{resources: {selector: {matchLabels: {tier: dev}}}}]}
  severity: medium
  fields:
  - {id: replicas, jsonPointers: [/spec/replicas], severity: low}
  - {id: image, jsonPointers: [/spec/template/spec/containers/*/image], severity: high, health: degraded}
  syncWave: {value: 5}
  syncOptions: [Prune=confirm]
  expectMatches: ">=1"
hooks:
  namespace: drift-policy
  image: registry.example.com/drift-policy:1.0
  extra:
  - {name: smoke-test, when: {severityAtLeast: medium}, manifest: {apiVersion: batch/v1, kind: Job, metadata: {name: smoke, annotations: {argocd.argoproj.io/hook: PostSync}}}}
)";
  auto findings = findings_of(example);
  CHECK(strings_of(findings.mistakes) == std::vector<std::string>{});
  CHECK(strings_of(findings.warnings) == std::vector<std::string>{});
}
