// What the rules that match add up to.
#include <algorithm>

#include "base/sha256.hpp"
#include "support/policy_cases.hpp"
#include "support/processor_time.hpp"

using namespace drift;
using namespace drift::policy;

namespace {

const std::string decided_deployment = R"(apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: prod}
spec:
  replicas: 3
  template:
    spec:
      containers:
      - {name: web, image: "nginx:1.27", env: [{name: PASSWORD, value: hunter2}]}
      - {name: log, image: "fluentd:1"}
)";

std::string rule(const std::string& name, const std::string& rest) {
  return "- name: " + name + "\n  match: {any: [{resources: {kinds: ['*']}}]}\n  " + rest + "\n";
}

const GuardedField* find(const Verdict& verdict, const std::string& key) {
  for (const auto& guarded : verdict.guarded)
    if (guarded.key == key) return &guarded;
  return nullptr;
}

std::string value_of(const Verdict& verdict, const std::string& key) {
  auto guarded = find(verdict, key);
  return guarded ? guarded->value.value_or("unset") : "not guarded";
}

std::string guarded_value(const std::string& pointer, const std::string& text) {
  return value_of(
      verdict_of(set_of("rules:\n" + rule("r", "fields: [{id: x, jsonPointers: [" + pointer + "]}]")), text),
      "x");
}

}  // namespace

TEST_CASE("the highest severity of all matching rules wins, the first of equals is named") {
  auto set = set_of("rules:\n" + rule("a", "severity: medium") + rule("b", "severity: high") +
                    rule("c", "severity: high") + rule("d", "severity: low"));
  auto verdict = verdict_of(set, decided_deployment);
  CHECK(set.severities[verdict.severity].name == "high");
  CHECK(verdict.rule == "test/b");
  CHECK(verdict.decided_by == DecidedBy::rule);
  CHECK(verdict.platform == verdict.severity);
  CHECK(verdict.approval_severity == verdict.severity);
  CHECK(verdict.matched == std::vector<std::uint32_t>{0, 1, 2, 3});
}

TEST_CASE("what no rule gives a severity has the default, which is the lowest where none is set") {
  auto none = verdict_of(set_of("rules: []"), decided_deployment);
  CHECK(none.severity == 0);
  CHECK(none.rule == "default");
  CHECK(none.decided_by == DecidedBy::nothing);
  CHECK(severity_of(set_of("defaultSeverity: medium\nrules:\n" + rule("a", "label: true")),
                    decided_deployment) == "medium");
}

TEST_CASE("of other settings the first rule that has them counts") {
  auto set = set_of("rules:\n" + rule("a", "severity: low") +
                    rule("b", "syncWave: {value: -3, overwrite: true}\n  label: false") +
                    rule("c", "syncWave: {value: 5}\n  syncOptions: [Prune=confirm]\n  label: true"));
  auto verdict = verdict_of(set, decided_deployment);
  REQUIRE(verdict.wave);
  CHECK(verdict.wave->value == -3);
  CHECK(verdict.wave->overwrite);
  CHECK(verdict.sync_options == std::vector<std::string>{"Prune=confirm"});
  CHECK_FALSE(verdict.label);
}

TEST_CASE("guarded fields have the value that Git wants, each element its own") {
  auto set = set_of("rules:\n" + rule("r", R"(fields:
  - {id: replicas, jsonPointers: [/spec/replicas], severity: low}
  - {id: image, jsonPointers: [/spec/template/spec/containers/*/image], severity: high, health: degraded}
  - {id: absent, jsonPointers: [/spec/paused]}
  severity: medium)"));
  auto verdict = verdict_of(set, decided_deployment);
  REQUIRE(verdict.guarded.size() == 3);
  CHECK(value_of(verdict, "replicas") == "3");
  CHECK(find(verdict, "replicas")->severity == 0);
  CHECK(find(verdict, "replicas")->pointer == "/spec/replicas");
  CHECK(value_of(verdict, "image.0") == "nginx:1.27");
  CHECK(value_of(verdict, "image.1") == "fluentd:1");
  CHECK(find(verdict, "image.1")->pointer == "/spec/template/spec/containers/1/image");
  CHECK(find(verdict, "image.1")->severity == 2);
  CHECK(find(verdict, "image.1")->health == Health::degraded);
  CHECK(find(verdict, "image.1")->id == "image");
}

TEST_CASE("several pointers of one field are numbered") {
  auto set = set_of("rules:\n" + rule("r", R"(fields:
  - {id: image, jsonPointers: [/spec/template/spec/initContainers/*/image, /spec/template/spec/containers/*/image]}
  - {id: size, jsonPointers: [/spec/size, /spec/replicas]})"));
  auto verdict = verdict_of(set, decided_deployment);
  CHECK(value_of(verdict, "image.1.0") == "nginx:1.27");
  CHECK(value_of(verdict, "size.1") == "3");
}

TEST_CASE("fields of all rules merge by id: the first one's pointers, the highest severity") {
  auto set =
      set_of("rules:\n" + rule("a", "fields: [{id: x, jsonPointers: [/spec/replicas], severity: low}]") +
             rule("b", "fields: [{id: x, jsonPointers: [/kinds], severity: high, health: degraded}]"));
  auto verdict = verdict_of(set, decided_deployment);
  REQUIRE(verdict.guarded.size() == 1);
  CHECK(verdict.guarded[0].pointer == "/spec/replicas");
  CHECK(verdict.guarded[0].severity == 2);
  CHECK(verdict.guarded[0].health == Health::degraded);
}

TEST_CASE("a field without a severity has the object's") {
  auto set = set_of("rules:\n" + rule("a", "fields: [{id: x, jsonPointers: [/spec/replicas]}]") +
                    rule("b", "severity: critical"));
  CHECK(verdict_of(set, decided_deployment).guarded.at(0).severity == 3);
}

TEST_CASE("values are strings as they are and canonical JSON otherwise, bounded by a digest") {
  auto pod = [](const std::string& spec) {
    return "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: " + spec + "\n";
  };
  CHECK(guarded_value("/spec/a", pod("{a: 'yes'}")) == "yes");
  CHECK(guarded_value("/spec/a", pod("{a: yes}")) == "true");
  CHECK(guarded_value("/spec/a", pod("{a: 0x10}")) == "16");
  CHECK(guarded_value("/spec/a", pod("{a: {c: [1, x], b: null}}")) == R"({"b":null,"c":[1,"x"]})");
  CHECK(guarded_value("/spec/a", pod("{a: null}")) == "not guarded");
  const std::string longest(1024, 'x'), longer(1025, 'x');
  CHECK(guarded_value("/spec/a", pod("{a: " + longest + "}")) == longest);
  CHECK(guarded_value("/spec/a", pod("{a: " + longer + "}")) == "sha256:" + drift::sha256_hex(longer));
}

TEST_CASE("pointers unescape, and count list elements") {
  const std::string pod =
      "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app/x: blue}}\nspec: {l: [a, b], ~t: z}\n";
  CHECK(guarded_value("/metadata/labels/app~1x", pod) == "blue");
  CHECK(guarded_value("/spec/~0t", pod) == "z");
  CHECK(guarded_value("/spec/l/1", pod) == "b");
  CHECK(guarded_value("/spec/l/01", pod) == "not guarded");
  CHECK(guarded_value("/spec/l/2", pod) == "not guarded");
  CHECK(guarded_value("/spec/l/x", pod) == "not guarded");
}

TEST_CASE("keys under a wildcard become part of the annotation key, or a hash where they can't") {
  auto set = set_of("rules:\n" + rule("r", "fields: [{id: q, jsonPointers: ['/spec/hard/*']}]"));
  auto verdict = verdict_of(set,
                            "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: a}\nspec:\n  hard: {cpu: "
                            "'4', requests.storage: 1Gi, count/pods: '9'}\n");
  REQUIRE(verdict.guarded.size() == 3);
  CHECK(value_of(verdict, "q.cpu") == "4");
  CHECK(value_of(verdict, "q.requests.storage") == "1Gi");
  CHECK(value_of(verdict, "q.h" + drift::sha256_hex("/spec/hard/count~1pods").substr(0, 10)) == "9");
}

TEST_CASE("a wildcard that stands for very many places guards them as a whole") {
  auto set = set_of("rules:\n" + rule("r", "fields: [{id: q, jsonPointers: ['/spec/l/*']}]"));
  std::string text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  l:\n";
  for (int i = 0; i < 100; ++i) text += "  - v" + std::to_string(i) + "\n";
  auto verdict = verdict_of(set, text);
  REQUIRE(verdict.guarded.size() == 1);
  CHECK(verdict.guarded[0].key == "q");
  CHECK(verdict.guarded[0].pointer == "/spec/l");
  CHECK(verdict.guarded[0].value->starts_with("sha256:"));
}

TEST_CASE("all values of an object together fit into its annotations") {
  std::string fields, spec;
  for (int i = 0; i < 300; ++i) {
    fields += (i ? ", " : "") + std::string("{id: f") + std::to_string(i) + ", jsonPointers: [/spec/f" +
              std::to_string(i) + "]}";
    spec += "  f" + std::to_string(i) + ": " + std::string(1000, 'x') + "\n";
  }
  auto verdict = verdict_of(set_of("rules:\n" + rule("r", "fields: [" + fields + "]")),
                            "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n" + spec);
  std::size_t size = 0;
  for (const auto& guarded : verdict.guarded) size += guarded.value->size();
  CHECK(verdict.guarded.size() == 300);
  CHECK(size < 100'000);
}

TEST_CASE("digests are SHA-256 (FIPS 180-2, appendix B.1)") {
  CHECK(drift::sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("nothing of a Secret is taken, and of env and ConfigMaps only digests") {
  auto everything =
      set_of("rules:\n" + rule("r",
                               "fields: [{id: d, jsonPointers: [/data, /stringData, '/data/*']}, "
                               "{id: env, jsonPointers: ['/spec/template/spec/containers/*/env']}, "
                               "{id: pod, jsonPointers: [/spec/template]}]"));
  CHECK(verdict_of(everything, "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {p: aHVudGVy}\n")
            .guarded.empty());
  auto map =
      verdict_of(everything, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {p: hunter2}\n");
  CHECK(value_of(map, "d.0") == "sha256:" + drift::sha256_hex(R"({"p":"hunter2"})"));
  CHECK(value_of(map, "d.2.p") == "sha256:" + drift::sha256_hex("hunter2"));
  auto web = verdict_of(everything, decided_deployment);
  CHECK(value_of(web, "env.0").starts_with("sha256:"));
  CHECK(value_of(web, "pod").starts_with("sha256:"));
}

TEST_CASE("replicas aren't guarded where the rendering holds an autoscaler for the object") {
  auto set = set_of(
      "rules:\n" +
      rule("r",
           "fields: [{id: replicas, jsonPointers: [/spec/replicas]}, {id: all, jsonPointers: ['/spec/*']}]"));
  auto guards = [&](const std::string& scaler) {
    auto keys = verdict_of(set, decided_deployment + "---\n" + scaler, "prod").guarded;
    return std::any_of(keys.begin(), keys.end(),
                       [](const GuardedField& g) { return g.pointer == "/spec/replicas"; });
  };
  auto hpa = [](const std::string& metadata, const std::string& target) {
    return "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a" + metadata +
           "}\nspec: {scaleTargetRef: {" + target + "}}\n";
  };
  CHECK_FALSE(guards(hpa("", "apiVersion: apps/v1, kind: Deployment, name: web")));
  CHECK_FALSE(guards(hpa(", namespace: prod", "kind: Deployment, name: web")));
  CHECK_FALSE(
      guards("apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: a}\nspec: {scaleTargetRef: "
             "{name: web}}\n"));
  CHECK(guards(hpa("", "kind: Deployment, name: other")));
  CHECK(guards(hpa("", "kind: StatefulSet, name: web")));
  CHECK(guards(hpa(", namespace: dev", "kind: Deployment, name: web")));
}

TEST_CASE("a severity annotation that names none is an error with its place") {
  auto set = set_of("rules: []");
  auto manifests = manifests_of(
      "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  annotations:\n    drift-policy.dev/severity: "
      "hihg\n");
  CHECK_THROWS_WITH_AS(
      decide(set, manifests, {}),
      "app.yaml:6:32: drift-policy.dev/severity is \"hihg\", which is no severity; did you mean \"high\"?",
      InputError);
}

TEST_CASE("rules that matched other than expected are reported") {
  auto set = set_of("rules:\n" + rule("a", "expectMatches: '>=1'") + rule("b", "expectMatches: 0") +
                    rule("c", "expectMatches: '<2'"));
  auto manifests = manifests_of(decided_deployment);
  auto findings = unmet_expectations(set, decide(set, manifests, {}));
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].message == "rule test/b matched 1 object, expected 0");
  CHECK(count_matches(set, decide(set, manifests, {})) == std::vector<std::size_t>{1, 1, 1});
}

TEST_CASE("`none` decides nothing") {
  auto manifests = manifests_of(decided_deployment);
  auto verdicts = decide(no_policy(), manifests, {});
  REQUIRE(verdicts.size() == 1);
  CHECK(verdicts[0].matched.empty());
  CHECK(verdicts[0].guarded.empty());
}

TEST_CASE("a thousand rules and ten thousand objects are decided in a moment, and always alike") {
  std::string rules = "rules:\n", objects;
  for (int i = 0; i < 1000; ++i)
    rules += "- name: r" + std::to_string(i) + "\n  match: {any: [{resources: {kinds: [Kind" +
             std::to_string(i % 50) + "], names: ['*-" + std::to_string(i) +
             "-*']}}]}\n  severity: high\n  fields: [{id: f, jsonPointers: [/spec/a]}]\n";
  for (int i = 0; i < 10'000; ++i)
    objects += "---\napiVersion: v1\nkind: Kind" + std::to_string(i % 50) + "\nmetadata: {name: web-" +
               std::to_string(i % 1000) + "-x}\nspec: {a: " + std::to_string(i) + "}\n";
  auto set = set_of(rules);
  auto manifests = manifests_of(objects);
  const auto begin = tests::processor_time();
  auto verdicts = decide(set, manifests, {});
  const auto took = tests::processor_time() - begin;
  CHECK(took < 10);  // 0.1 s; sanitizers are slow
  auto again = decide(set, manifests, {});
  std::size_t matched = 0;
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    matched += verdicts[i].matched.size();
    CHECK_MESSAGE(verdicts[i].matched == again[i].matched, i);
    CHECK_MESSAGE(verdicts[i].guarded.size() == verdicts[i].matched.size(), i);
  }
  CHECK(matched == 10'000);
}
