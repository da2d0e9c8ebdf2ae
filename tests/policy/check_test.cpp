// Mistakes in policies: each is found, with its place, beside all others.
#include "support/policy_cases.hpp"

using namespace drift;
using namespace drift::policy;

namespace {

// The one mistake of a policy, as it is printed without its file.
std::string mistake(const std::string& spec) {
  auto texts = strings_of(findings_of(spec).mistakes);
  REQUIRE(texts.size() == 1);
  return texts[0].substr(std::string("policy.yaml:").size());
}

std::string mistake_in_rule(const std::string& lines) {
  return mistake("rules:\n- name: r\n  match: {any: [{resources: {kinds: [Pod]}}]}\n" + lines);
}

bool says(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return true;
  MESSAGE(text);
  return false;
}

}  // namespace

TEST_CASE("all mistakes of a policy are reported at once, from top to bottom") {
  auto findings = findings_of(R"(enforcment: observe
severities:
- {name: low, remediation: {action: autosync}}
- {name: high, remediation: {action: stop, cooldown: "5"}}
rules:
- name: a
  match: {any: [{resources: {kinds: [deployment]}}]}
  sevrity: high
- name: a
  match: {}
  label: true
)");
  auto texts = strings_of(findings.mistakes);
  REQUIRE(texts.size() == 8);
  CHECK(says(texts[0], "policy.yaml:5:3: unknown setting \"enforcment\"; did you mean \"enforcement\"?"));
  CHECK(says(texts[1],
             "policy.yaml:7:39: expected one of autoSync, approve, restore, stop, found \"autosync\""));
  CHECK(says(texts[2], "policy.yaml:8:56: expected a duration such as 5m or 1h30m, found \"5\""));
  CHECK(says(texts[3], "policy.yaml:10:5: rule \"a\" decides nothing"));
  CHECK(says(texts[4], "policy.yaml:11:40: \"deployment\" ends in"));
  CHECK(says(texts[5], "policy.yaml:12:5: unknown setting \"sevrity\"; did you mean \"severity\"?"));
  CHECK(says(texts[6], "policy.yaml:13:11: this policy has another rule named \"a\""));
  CHECK(says(texts[7], "policy.yaml:14:12: an empty match"));
}

TEST_CASE("what authors may have after a refusal is said phase by phase and kind by kind") {
  const auto list = [](const std::string& text) {
    return mistake("hooks: {namespace: a, allowAuthors: " + text + "}\n");
  };
  CHECK(says(list("[{phases: [SyncFail]}]"), "kinds"));
  CHECK(says(list("[{kinds: [Job]}]"), "this allows nothing"));
  CHECK(says(list("[{kinds: [deployments], phases: [SyncFail]}]"), "deployments"));
  CHECK(says(list("[{kinds: [Job], phases: [PreSync]}]"), "expected"));
  CHECK(says(list("[{kinds: [Job], deletePolicies: [HookSucceeded]}]"), "expected"));
}

TEST_CASE("a name that can't be, or is missing, hides no mistake beside it and makes up none") {
  Findings findings;
  load({{"policy.yaml", R"(apiVersion: drift-policy.dev/v1alpha1
kind: DriftPolicy
metadata: {name: My Policy}
spec:
  severities:
  - {name: Low, remediation: {action: autoSync}}
  - {name: high, remediation: {cooldown: 5m}, approval: {required: 1}}
  rules:
  - name: My Rule
    match: {any: [{resources: {kinds: [deployment]}}]}
    severity: Low
    fields:
    - {jsonPointers: [spec.replicas]}
    - {id: 5, jsonPointers: [/spec/replicas]}
  - match: {any: [{resources: {names: [a], selector: {matchExpressions: [{operator: In, values: [1]}]}}}]}
    severity: high
  - name: other
    match: {all: [{resources: {selector: {matchExpressions: [{key: a, operator: In, values: [1]}]}}}]}
    syncWave: {overwrite: true}
  hooks:
    extra:
    - {name: A, manifest: {kind: Job}}
    - {name: b}
)"}},
       findings);
  const char* expected[] = {
      "3:18: expected a name of lower-case letters, digits, `-` and `.`",
      "6:12: expected a name of lower-case letters, digits and `-`",
      "7:31: \"action\" is missing",
      "9:11: expected a name of lower-case letters, digits, `-` and `.`",
      "10:40: \"deployment\" ends in",
      "13:7: \"id\" is missing",
      "13:23: pointer \"spec.replicas\" doesn't start with `/`",
      "14:12: expected a short name such as replicas, found the number 5",
      "15:5: \"name\" is missing",
      "15:74: \"key\" is missing",
      "15:98: expected a string, found the number 1",
      "18:94: expected a string, found the number 1",
      "19:15: \"value\" is missing",
      "22:14: expected a name of lower-case letters, digits and `-`",
      "23:7: \"manifest\" is missing",
  };
  auto texts = strings_of(findings.mistakes);
  REQUIRE(texts.size() == std::size(expected));
  for (std::size_t i = 0; i < texts.size(); ++i)
    CHECK(says(texts[i], std::string("policy.yaml:") + expected[i]));
}

TEST_CASE("a key that stands twice is a mistake") {
  CHECK(says(mistake("rules: []\nrules: []\n"), "6:3: \"rules\" stands twice in this mapping"));
}

TEST_CASE("text where a list or a number is wanted is a mistake") {
  CHECK(says(mistake("rules: Deployment\n"), "5:10: expected a list of rules, found \"Deployment\""));
  CHECK(says(mistake_in_rule("  syncWave: {value: \"1\"}\n"), "8:23: expected an integer from -2147483648"));
  CHECK(says(mistake_in_rule("  syncWave: {value: 2147483648}\n"), "expected an integer from -2147483648"));
  CHECK(says(mistake_in_rule("  syncWave: {value: 1.5}\n"), "found the number 1.5"));
}

TEST_CASE("a boolean or number where a string is wanted only lacks its quotes, and the message says so") {
  CHECK(
      says(mistake("severities:\n- {name: on, remediation: {action: stop}}\n"), "write \"on\", with quotes"));
}

TEST_CASE("pointers that can't be are mistakes") {
  auto pointer = [](const std::string& text) {
    return mistake_in_rule("  fields: [{id: x, jsonPointers: ['" + text + "']}]\n");
  };
  CHECK(says(pointer("spec/replicas"), "8:37: pointer \"spec/replicas\" doesn't start with `/`"));
  CHECK(says(pointer("/spec//x"), "has an empty part"));
  CHECK(says(pointer("/spec/"), "has an empty part"));
  CHECK(says(pointer("/spec/~2"), "has a `~` that is not"));
  CHECK(says(pointer("/spec/x~"), "has a `~` that is not"));
  CHECK(says(pointer("/spec/a*"), "has a `*` beside other characters"));
  CHECK(says(pointer("/metadata/annotations"), "the plugin itself writes"));
  CHECK(says(pointer("/metadata/annotations/*"), "the plugin itself writes"));
  CHECK(says(pointer("/metadata/annotations/want.drift-policy.dev~1x"), "which the plugin itself writes"));
  CHECK(
      says(pointer("/metadata/annotations/argocd.argoproj.io~1sync-wave"), "which the plugin itself writes"));
  CHECK(says(pointer("/metadata"), "the plugin itself writes"));
  CHECK(says(pointer("/*"), "the plugin itself writes"));
  CHECK(says(pointer("/metadata/name"), "can't drift"));
  CHECK(says(pointer("/kind"), "can't drift"));
  CHECK(says(pointer("/status/replicas"), "which the cluster writes"));
}

TEST_CASE("severities that aren't listed are mistakes wherever they are named") {
  CHECK(says(mistake("defaultSeverity: lo\n"), "5:20: severity \"lo\" isn't listed; did you mean \"low\"?"));
  CHECK(says(mistake_in_rule("  severity: urgent\n"),
             "isn't listed; expected one of low, medium, high, critical"));
  CHECK(says(mistake_in_rule("  fields: [{id: x, jsonPointers: [/spec], severity: hihg}]\n"),
             "did you mean \"high\"?"));
  CHECK(says(mistake("hooks: {when: {severityAtLeast: all}}\n"), "severity \"all\" isn't listed"));
}

TEST_CASE("ids that don't fit an annotation key are mistakes") {
  auto id = [](const std::string& text, const char* pointer = "/spec") {
    return mistake_in_rule("  fields: [{id: '" + text + "', jsonPointers: [" + pointer + "]}]\n");
  };
  CHECK(says(id("a b"), "can't be part of an annotation key"));
  CHECK(says(id("a.b"), "can't be part of an annotation key"));
  CHECK(says(id("-a"), "can't be part of an annotation key"));
  CHECK(says(id(std::string(64, 'a')), "can't be part of an annotation key"));
  CHECK(says(id(std::string(60, 'a'), "'/spec/*'"), "too long for a field with an index"));
}

TEST_CASE("names that stand twice are mistakes") {
  CHECK(says(
      mistake(
          "severities: [{name: a, remediation: {action: stop}}, {name: a, remediation: {action: stop}}]\n"),
      "severity \"a\" is listed twice"));
  CHECK(says(mistake_in_rule("  fields: [{id: x, jsonPointers: [/spec]}, {id: x, jsonPointers: [/data]}]\n"),
             "this rule has another field with id \"x\""));
}

TEST_CASE("durations are Go's, positive and whole seconds") {
  auto cooldown = [](const std::string& text) {
    return mistake("severities: [{name: a, remediation: {action: stop, cooldown: " + text + "}}]\n");
  };
  CHECK(says(cooldown("0s"), "not a positive number of whole seconds"));
  CHECK(says(cooldown("1500ms"), "not a positive number of whole seconds"));
  CHECK(says(cooldown("-5m"), "expected a duration"));
  CHECK(says(cooldown("5 m"), "expected a duration"));
  CHECK(says(cooldown("1d"), "expected a duration"));
  CHECK(says(cooldown("9000h"), "longer than a year"));
  CHECK(says(cooldown("9999999999999h"), "is no duration"));
  CHECK(findings_of("severities: [{name: a, remediation: {action: stop, cooldown: 1h30m}}]\n")
            .mistakes.empty());
  CHECK(
      findings_of("severities: [{name: a, remediation: {action: stop, cooldown: 1.5h}}]\n").mistakes.empty());
  CHECK(
      findings_of("severities: [{name: a, remediation: {action: stop, cooldown: 1.1h}}]\n").mistakes.empty());
}

TEST_CASE("approval that asks nobody, or asks where nothing waits, is a mistake") {
  auto approval = [](const std::string& action, const std::string& text) {
    return mistake("severities: [{name: a, remediation: {action: " + action + "}, approval: {" + text +
                   "}}]\n");
  };
  CHECK(says(approval("approve", "required: 0"), "asks somebody; expected at least 1"));
  CHECK(says(approval("autoSync", "required: 1"), "only the actions approve and stop wait"));
  CHECK(says(approval("stop", "groups: [sre]"), "groups without anybody asked"));
  CHECK(says(approval("restore", "throughArgoCD: true"), "only the actions approve and stop wait"));
  CHECK(says(approval("approve", "timeout: 1h, escalateAfter: 1h"), "escalates only after the timeout"));
}

TEST_CASE("matches that take everything by accident, or nothing, are mistakes") {
  auto rule = [](const std::string& match) {
    return mistake("rules:\n- name: r\n  label: true\n  " + match + "\n");
  };
  CHECK(says(rule("match: {}"), "an empty match"));
  CHECK(says(rule("match: {any: []}"), "is empty"));
  CHECK(says(rule("match: {any: [{resources: {}}]}"), "an empty filter would take every object"));
  CHECK(says(rule("match: {any: [{resources: {selector: {}}}]}"), "is empty"));
  for (const char* quantifier : {"any", "all"})
    CHECK(says(mistake_in_rule(std::string("  label: true\n  exclude: {") + quantifier +
                               ": [{resources: {kinds: ['*']}}]}\n"),
               "excludes every object"));
}

TEST_CASE("kinds, selectors and namespaces have the form that Kubernetes gives them") {
  auto clause = [](const std::string& text) {
    return mistake("rules:\n- name: r\n  label: true\n  match: {any: [{resources: {" + text + "}}]}\n");
  };
  CHECK(says(clause("kinds: [apps/v1/Deployment/scale]"), "more than three parts"));
  CHECK(says(clause("kinds: [core/v1/Pod]"), "written as nothing"));
  CHECK(says(clause("kinds: [apps/V1/Deployment]"), "has a version"));
  CHECK(says(clause("kinds: [Apps/v1/Deployment]"), "has a group"));
  CHECK(says(clause("namespaces: [Prod]"), "can't be a namespace"));
  CHECK(says(clause("names: [a/b]"), "can't be a name"));
  CHECK(says(clause("selector: {matchLabels: {a b: c}}"), "is no label key"));
  CHECK(says(clause("selector: {matchLabels: {a: b c}}"), "is no label value"));
  CHECK(says(clause("selector: {matchExpressions: [{key: a, operator: In}]}"), "needs values"));
  CHECK(says(clause("selector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}"),
             "takes no values"));
  CHECK(says(clause("annotations: {drift-policy.dev/severity: low}"), "written by the plugin itself"));
  CHECK(says(clause("selector: {matchLabels: {drift-policy.dev/severity: low}}"),
             "written by the plugin itself"));
}

TEST_CASE("what can't be expected is a mistake") {
  CHECK(says(mistake_in_rule("  expectMatches: many\n"), "expected a number of objects such as"));
  CHECK(says(mistake_in_rule("  expectMatches: '<0'\n"), "fewer than 0"));
  CHECK(says(mistake_in_rule("  expectMatches: -1\n"), "expected a number of objects such as"));
}

TEST_CASE(
    "hooks that request more than their limit are a mistake, also where one of the two is the default") {
  auto resources = [](const std::string& text) { return mistake("hooks: {resources: {" + text + "}}\n"); };
  CHECK(says(resources("requests: {memory: 256Mi}"),
             "the request of 256Mi memory is more than the limit of 128Mi"));
  CHECK(says(resources("limits: {cpu: 5m}"), "the request of 10m cpu is more than the limit of 5m"));
  CHECK(says(resources("requests: {cpu: 1}, limits: {cpu: 0.9}"), "the request of 1 cpu is more than"));
  for (const char* fine : {"requests: {cpu: 0.5}", "requests: {memory: 134217728}", "limits: {cpu: 10m}",
                           "requests: {ephemeral-storage: 1Gi}", "requests: {cpu: 2}, limits: {cpu: 2000m}"})
    CHECK(findings_of(std::string("hooks: {resources: {") + fine + "}}\n").mistakes.empty());
}

TEST_CASE("manifests that can't be hooks are mistakes") {
  auto extra = [](const std::string& manifest) {
    return mistake("hooks: {extra: [{name: x, manifest: {apiVersion: v1, kind: ConfigMap, " + manifest +
                   "}}]}\n");
  };
  const std::string hook = "annotations: {argocd.argoproj.io/hook: ";
  CHECK(says(extra("metadata: {name: x}"), "must be a hook"));
  CHECK(says(extra("metadata: {name: x, " + hook + "Presync}}"), "\"Presync\" is no hook that Argo CD runs"));
  CHECK(says(extra("metadata: {name: x, " + hook + "Skip}}"), "\"Skip\" is no hook that Argo CD runs"));
  CHECK(says(extra("metadata: {generateName: x, " + hook + "Sync}}"), "makes a new object with every sync"));
  CHECK(says(extra("metadata: {" + hook + "Sync}}"), "no metadata.name"));
}

TEST_CASE("other documents in a policy file are mistakes, and don't hide those of the next document") {
  Findings findings;
  load({{"a.yaml", "kind: Secret\napiVersion: v1\ndata: {password: aHVudGVyMg==}\n---\n" +
                       policy_text("ruels: []\n") + "---\n[\n"}},
       findings);
  auto texts = strings_of(findings.mistakes);
  REQUIRE(texts.size() == 3);
  CHECK(says(texts[0], "a.yaml:2:13: expected a DriftPolicy, with apiVersion: drift-policy.dev/v1alpha1"));
  CHECK(says(texts[1], "a.yaml:9:3: unknown setting \"ruels\"; did you mean \"rules\"?"));
  CHECK(says(texts[2], "a.yaml:12:1: did not find"));
  for (const auto& text : texts) CHECK(text.find("aHVudGVyMg") == std::string::npos);
}

TEST_CASE("a text without any policy is a mistake") {
  Findings findings;
  load({{"a.yaml", "# nothing\n"}}, findings);
  CHECK(strings_of(findings.mistakes) ==
        std::vector<std::string>{"a.yaml: holds no policy; expected a DriftPolicy"});
}

TEST_CASE("what is allowed but probably not meant is a warning") {
  auto warnings = [](const std::string& spec) {
    auto findings = findings_of(spec + "\nhooks: {namespace: drift-policy}\n");
    CHECK(strings_of(findings.mistakes) == std::vector<std::string>{});
    REQUIRE(findings.warnings.size() == 1);
    return findings.warnings[0].message;
  };
  const std::string rule = "rules:\n- name: r\n  match: {any: [{resources: {kinds: [Secret]}}]}\n";
  CHECK(says(warnings(rule + "  syncOptions: [Prune=never]"), "knows no sync option \"Prune=never\""));
  CHECK(says(warnings(rule + "  label: true\n  overridable: true"), "overridable without"));
  CHECK(says(warnings(rule + "  fields: [{id: x, jsonPointers: [/data]}]"), "nothing of a Secret"));
  CHECK(says(
      warnings(
          "severities: [{name: a, remediation: {action: stop}}, {name: b, remediation: {action: autoSync}}]"),
      "does less than a"));
  for (const std::string action : {"autoSync", "restore", "stop"})
    CHECK(says(warnings("severities: [{name: a, remediation: {action: " + action +
                        "}, approval: {timeout: 2h, escalateAfter: 48h}}]"),
               "nobody is asked about drift of this severity"));
}

TEST_CASE("a policy without a namespace for hooks is warned of, one with it isn't") {
  CHECK(findings_of("rules: []\n").warnings.size() == 1);
  CHECK(findings_of("hooks: {namespace: drift-policy}\n").warnings.empty());
}

TEST_CASE("deep nesting, many mistakes and NUL characters are bounded or refused") {
  CHECK(says(mistake("rules: " + std::string(500, '[') + std::string(500, ']') + "\n"), "levels of nesting"));
  CHECK(says(mistake("defaultSeverity: \"low\\0x\"\n"), "NUL character"));
  std::string many;
  for (int i = 0; i < 500; ++i) many += "x" + std::to_string(i) + ": 1\n";
  CHECK(findings_of(many).mistakes.size() < 60);
}
