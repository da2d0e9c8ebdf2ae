// Ways in which something from an application's repository could lower, drop or escape the platform's policy.
// Each must fail. What reaches the policy layer from there: manifests (names, namespaces, labels,
// annotations, hooks, autoscalers) and the application's own policy.
#include <algorithm>

#include "support/policy_cases.hpp"

using namespace drift;
using namespace drift::policy;

namespace {

const std::string platform = R"(rules:
- name: deployments
  match: {any: [{resources: {kinds: [apps/*/Deployment]}}]}
  severity: medium
  syncWave: {value: 3}
  syncOptions: [Prune=confirm]
  fields:
  - {id: replicas, jsonPointers: [/spec/replicas], severity: low}
  - {id: image, jsonPointers: [/spec/image], severity: high}
- name: roles
  match: {any: [{resources: {kinds: [Role, ClusterRole]}}]}
  severity: critical
)";

std::string one_deployment(const std::string& severity = {}, const std::string& more = {}) {
  return "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n" + more +
         (severity.empty() ? "" : "  annotations: {drift-policy.dev/severity: " + severity + "}\n") +
         "spec: {replicas: 3, image: a, other: b}\n";
}

// An application's policy with one rule for everything.
std::string own(const std::string& lines) {
  return "rules:\n- name: mine\n  match: {any: [{resources: {kinds: ['*']}}]}\n  " + lines + "\n";
}

std::vector<Finding> mistakes_of_application(const std::string& spec) {
  Findings findings;
  load({{"policy.yaml", policy_text(platform)}, {".drift-policy.yaml", policy_text(spec, "own"), true}},
       findings);
  return findings.mistakes;
}

const GuardedField& guarded(const Verdict& verdict, const std::string& key) {
  auto found = std::find_if(verdict.guarded.begin(), verdict.guarded.end(),
                            [&](const auto& g) { return g.key == key; });
  REQUIRE(found != verdict.guarded.end());
  return *found;
}

constexpr Rank low = 0, medium = 1, high = 2, critical = 3;

}  // namespace

TEST_CASE("escape: a manifest's annotation raises, and never lowers") {
  auto set = set_of(platform);
  CHECK(verdict_of(set, one_deployment("low")).severity == medium);
  CHECK(verdict_of(set, one_deployment("low")).rule == "test/deployments");
  CHECK(verdict_of(set, one_deployment("critical")).severity == critical);
  CHECK(verdict_of(set, one_deployment("critical")).decided_by == DecidedBy::annotation);
}

TEST_CASE("escape: whatever a manifest is raised to, the platform's demands stay") {
  auto verdict = verdict_of(set_of(platform), one_deployment("high"));  // restore asks nobody, approve does
  CHECK(verdict.severity == high);
  CHECK(verdict.platform == medium);
  CHECK(verdict.approval_severity == medium);
  auto by_policy = verdict_of(set_of(platform, own("severity: high")), one_deployment());
  CHECK(by_policy.severity == high);
  CHECK(by_policy.approval_severity == medium);
  CHECK(by_policy.platform_rule == "test/deployments");
}

TEST_CASE("escape: an annotation that names no severity isn't taken for none") {
  auto set = set_of(platform);
  for (const char* severity : {"''", "none", "Low", "' low'", "medium,low"})
    CHECK_THROWS_AS(verdict_of(set, one_deployment(severity)), InputError);
}

TEST_CASE("escape: of an annotation that stands twice, the one that Kubernetes sees counts") {
  auto set = set_of(platform);
  auto text = one_deployment("",
                             "  annotations: {drift-policy.dev/severity: critical}\n  annotations: "
                             "{drift-policy.dev/severity: low}\n");
  CHECK(verdict_of(set, text).severity == medium);
}

TEST_CASE("escape: an annotation that comes by alias or merge key counts like any other") {
  auto set = set_of(platform);
  CHECK(verdict_of(set, one_deployment(
                            "", "  labels: &l {drift-policy.dev/severity: critical}\n  annotations: *l\n"))
            .severity == critical);
  CHECK(verdict_of(set, one_deployment(
                            "", "  labels: &l {drift-policy.dev/severity: low}\n  annotations: {<<: *l}\n"))
            .severity == medium);
}

TEST_CASE("escape: a label with the severity's name decides nothing") {
  CHECK(verdict_of(set_of(platform), one_deployment("", "  labels: {drift-policy.dev/severity: low}\n"))
            .severity == medium);
}

TEST_CASE("escape: an author's other keys under our prefixes decide nothing") {
  auto text =
      one_deployment("",
                     "  annotations: {drift-policy.dev/rule: own/mine, drift-policy.dev/overridable: 'true', "
                     "want.drift-policy.dev/replicas: '99'}\n");
  auto verdict = verdict_of(set_of(platform), text);
  CHECK(verdict.rule == "test/deployments");
  CHECK(guarded(verdict, "replicas").value == "3");
}

TEST_CASE("escape: an application's policy raises, and never lowers") {
  CHECK(verdict_of(set_of(platform, own("severity: low")), one_deployment()).severity == medium);
  CHECK(verdict_of(set_of(platform, own("severity: critical")), one_deployment()).severity == critical);
  auto both = verdict_of(set_of(platform, own("severity: critical")), one_deployment("low"));
  CHECK(both.severity == critical);
  CHECK(both.rule == "own/mine");
}

TEST_CASE("escape: an application's policy can't choose how the platform works") {
  for (const char* setting :
       {"enforcement: observe", "allowEmpty: true", "defaultSeverity: low",
        "severities: [{name: low, remediation: {action: autoSync}}]", "hooks: {namespace: mine}",
        "hooks: {image: 'evil:1'}", "hooks: {when: {severityAtLeast: critical}}"})
    CHECK_MESSAGE(mistakes_of_application(std::string(setting) + "\n").size() == 1, setting);
  for (const char* setting :
       {"overridable: true", "syncWave: {value: -5}", "syncOptions: [Prune=true]", "label: false"})
    CHECK_MESSAGE(mistakes_of_application(own("severity: high\n  " + std::string(setting))).size() == 1,
                  setting);
}

TEST_CASE("escape: an application's policy that isn't read whole isn't read at all") {
  CHECK(mistakes_of_application("rules: []\nenforcment: observe\n").size() == 1);
  CHECK_FALSE(mistakes_of_application("rules: []\nrules: []\n").empty());
}

TEST_CASE("escape: an application's policy can't take the name of a platform's policy") {
  Findings findings;
  load({{"policy.yaml", policy_text(platform)}, {".drift-policy.yaml", policy_text("rules: []\n"), true}},
       findings);
  REQUIRE(findings.mistakes.size() == 1);
  CHECK(findings.mistakes[0].message.find("another policy is named \"test\"") != std::string::npos);
}

TEST_CASE("escape: a second document in the application's file isn't taken for the platform's") {
  Findings findings;
  auto second = policy_text("enforcement: observe\n", "second");
  load({{"policy.yaml", policy_text(platform)},
        {".drift-policy.yaml", policy_text("rules: []\n", "own") + "---\n" + second, true}},
       findings);
  CHECK(findings.mistakes.size() == 2);
}

TEST_CASE(
    "escape: a guarded field that the application adds never makes drift worth less than the object's") {
  auto verdict =
      verdict_of(set_of(platform, own("fields: [{id: mine, jsonPointers: [/spec/other], severity: low}]")),
                 one_deployment());
  CHECK(guarded(verdict, "mine").severity == medium);
  CHECK(guarded(verdict, "mine").approval_severity == medium);
}

TEST_CASE("escape: a platform's guarded field can't be lowered, moved or silenced by the same id") {
  auto verdict = verdict_of(
      set_of(platform,
             own("fields: [{id: image, jsonPointers: [/spec/nowhere], severity: low, health: none}]")),
      one_deployment());
  CHECK(guarded(verdict, "image").pointer == "/spec/image");
  CHECK(guarded(verdict, "image").severity == high);
  auto raised =
      verdict_of(set_of(platform, own("fields: [{id: replicas, jsonPointers: [/x], severity: critical}]")),
                 one_deployment());
  CHECK(guarded(raised, "replicas").severity == critical);
  CHECK(guarded(raised, "replicas").approval_severity == low);
}

TEST_CASE("escape: the application's rules don't come before the platform's") {
  auto set = set_of(platform, own("severity: medium"));
  CHECK_FALSE(set.rules.front().application);
  auto verdict = verdict_of(set, one_deployment());
  CHECK(verdict.rule == "test/deployments");
  REQUIRE(verdict.wave);
  CHECK(verdict.wave->value == 3);
  CHECK(verdict.sync_options == std::vector<std::string>{"Prune=confirm"});
  CHECK_FALSE(verdict.sync_options_overridable);
}

TEST_CASE("escape: a namespace on a cluster-scoped object doesn't take it out of a rule") {
  auto set = set_of(R"(rules:
- name: all
  match: {any: [{resources: {kinds: ['*']}}]}
  exclude: {any: [{resources: {namespaces: [dev]}}]}
  severity: critical
)");
  auto role = [](const std::string& kind) {
    return "apiVersion: rbac.authorization.k8s.io/v1\nkind: " + kind +
           "\nmetadata: {name: r, namespace: dev}\n";
  };
  CHECK(verdict_of(set, role("ClusterRole")).severity == critical);
  CHECK(verdict_of(set, role("Role")).severity == low);
  CHECK(
      verdict_of(set, "apiVersion: v1\nkind: Namespace\nmetadata: {name: prod, namespace: dev}\n").severity ==
      critical);
}

TEST_CASE("escape: leaving the namespace out doesn't take an object out of the destination's rules") {
  auto set = set_of(R"(rules:
- name: prod
  match: {any: [{resources: {kinds: ['*'], namespaces: ['prod-*']}}]}
  severity: high
)");
  CHECK(verdict_of(set, one_deployment(), "prod-eu").severity == high);
}

TEST_CASE("escape: items of a List are judged one by one") {
  auto set = set_of(platform);
  auto manifests = manifests_of(
      "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: rbac.authorization.k8s.io/v1, kind: Role, "
      "metadata: {name: r}}\n"
      "- {apiVersion: apps/v1, kind: Deployment, metadata: {name: d}}\n");
  auto verdicts = decide(set, manifests, {});
  REQUIRE(verdicts.size() == 2);
  CHECK(verdicts[0].severity == critical);
  CHECK(verdicts[1].severity == medium);
}

TEST_CASE("escape: an object that is a hook has a severity like any other") {
  auto hook = one_deployment("", "  annotations: {argocd.argoproj.io/hook: PreSync}\n");
  CHECK(verdict_of(set_of(platform), hook).severity == medium);
}

TEST_CASE(
    "escape: an autoscaler that is a hook, and so isn't there after the sync, doesn't unguard replicas") {
  auto set = set_of(platform);
  auto scaler = [](const std::string& annotations) {
    return "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a, annotations: "
           "{" +
           annotations + "}}\nspec: {scaleTargetRef: {kind: Deployment, name: web}}\n";
  };
  CHECK(verdict_of(set, one_deployment() + scaler("")).guarded.size() == 1);
  CHECK(verdict_of(set, one_deployment() + scaler("argocd.argoproj.io/hook: Skip")).guarded.size() == 2);
  CHECK(verdict_of(set, one_deployment() + scaler("helm.sh/hook: test")).guarded.size() == 2);
}

TEST_CASE("escape: an object of another group that calls itself an autoscaler doesn't unguard replicas") {
  auto text = one_deployment() +
              "---\napiVersion: example.com/v1\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\n"
              "spec: {scaleTargetRef: {kind: Deployment, name: web}}\n";
  CHECK(verdict_of(set_of(platform), text).guarded.size() == 2);
}

TEST_CASE("escape: only overridable rules can be lowered, and not below the others that match") {
  const std::string overridable = R"(rules:
- name: soft
  match: {any: [{resources: {kinds: [Deployment]}}]}
  severity: high
  overridable: true
)";
  const std::string hard = R"(- name: hard
  match: {any: [{resources: {kinds: ['*']}}]}
  severity: medium
)";
  auto soft = verdict_of(set_of(overridable), one_deployment("low"));
  CHECK(soft.severity == low);
  CHECK(soft.platform == high);
  CHECK(soft.approval_severity == low);
  CHECK(verdict_of(set_of(overridable + hard), one_deployment("low")).severity == medium);
  CHECK(verdict_of(set_of(overridable + hard, own("severity: low")), one_deployment()).severity == medium);
  CHECK(verdict_of(set_of(overridable, own("severity: low")), one_deployment()).severity == low);
  CHECK(verdict_of(set_of(overridable + hard), one_deployment("critical")).severity == critical);
}

TEST_CASE("escape: an overridable rule doesn't make a stricter one overridable") {
  auto set = set_of(R"(rules:
- name: soft
  match: {any: [{resources: {kinds: [Deployment]}}]}
  severity: low
  overridable: true
- name: hard
  match: {any: [{resources: {kinds: [Deployment]}}]}
  severity: critical
)");
  CHECK(verdict_of(set, one_deployment("low")).severity == critical);
}

TEST_CASE("escape: the default severity can't be lowered either") {
  auto set = set_of("defaultSeverity: medium\n");
  CHECK(verdict_of(set, one_deployment("low")).severity == medium);
  CHECK(verdict_of(set_of("defaultSeverity: medium\n", own("severity: low")), one_deployment()).severity ==
        medium);
}

TEST_CASE("deciding again about what was written decides the same") {
  // What the severity annotator writes back, for every way in which a severity comes about.
  const std::string soft =
      "rules:\n- name: soft\n  match: {any: [{resources: {kinds: ['*']}}]}\n  severity: high\n  overridable: "
      "true\n";
  for (const auto& rules : {platform, soft, std::string("defaultSeverity: medium\n")})
    for (const char* application : {"", "low", "medium", "high", "critical"})
      for (const char* annotation : {"", "low", "medium", "high", "critical"}) {
        auto set = set_of(rules, *application ? own("severity: " + std::string(application)) : "");
        auto first = verdict_of(set, one_deployment(annotation));
        auto second = verdict_of(set, one_deployment(set.severities[first.severity].name));
        CAPTURE(application);
        CAPTURE(annotation);
        CHECK(first.severity == second.severity);
        CHECK(first.rule == second.rule);
        CHECK(first.approval_severity == second.approval_severity);
      }
}

TEST_CASE(
    "escape: an application's rule that got past the reader still sets nothing but severities and fields") {
  Findings findings;
  auto own_policy =
      load({{"own.yaml",
             policy_text(own("syncWave: {value: -9, overwrite: true}\n  syncOptions: [Prune=true]\n"
                             "  label: true\n  overridable: true\n  severity: low"),
                         "own")}},
           findings)
          .policies.front();
  auto set = combine({}, own_policy, findings.mistakes);
  REQUIRE(findings.mistakes.empty());
  auto verdict = verdict_of(set, one_deployment("low"));
  CHECK_FALSE(verdict.wave);
  CHECK(verdict.sync_options.empty());
  CHECK_FALSE(verdict.label);
}
