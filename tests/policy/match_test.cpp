// Which objects a rule is about.
#include "support/policy_cases.hpp"

using namespace drift;
using namespace drift::policy;

namespace {

std::string matched_object(const std::string& api_version, const std::string& kind,
                           const std::string& metadata = "name: web") {
  return "apiVersion: " + api_version + "\nkind: " + kind + "\nmetadata: {" + metadata + "}\n";
}

bool kind_matches(const std::string& pattern, const std::string& api_version, const std::string& kind) {
  return rule_matches("  match: {any: [{resources: {kinds: ['" + pattern + "']}}]}\n",
                      matched_object(api_version, kind));
}

bool filter_matches(const std::string& clauses, const std::string& text,
                    const std::string& destination = {}) {
  return rule_matches("  match: {any: [{resources: {" + clauses + "}}]}\n", text, destination);
}

}  // namespace

TEST_CASE("globs: `*` is any text, `?` one character, and both mean nothing special elsewhere") {
  CHECK(drift::glob_matches("*", ""));
  CHECK(drift::glob_matches("prod-*", "prod-"));
  CHECK(drift::glob_matches("*-prod-*", "a-prod-b-prod-c"));
  CHECK(drift::glob_matches("a*b*c", "aXbXbXc"));
  CHECK(drift::glob_matches("web-?", "web-1"));
  CHECK_FALSE(drift::glob_matches("web-?", "web-"));
  CHECK_FALSE(drift::glob_matches("web", "web-1"));
  CHECK_FALSE(drift::glob_matches("a*b", "a"));
  CHECK_FALSE(drift::glob_matches("", "a"));
  CHECK_FALSE(drift::glob_matches("a.c", "abc"));
}

namespace {
// What a glob means, in as few words as can be.
bool means(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*')
    return means(pattern.substr(1), text) || (!text.empty() && means(pattern, text.substr(1)));
  return !text.empty() && (pattern[0] == '?' || pattern[0] == text[0]) &&
         means(pattern.substr(1), text.substr(1));
}
}  // namespace

TEST_CASE("a glob matches what it means, whichever way its pieces are looked for") {
  unsigned state = 1;
  const auto random = [&](std::string_view characters, std::size_t longest) {
    std::string text;
    for (std::size_t left = (state = state * 1103515245 + 12345) / 65536 % (longest + 1); left > 0; --left)
      text += characters[(state = state * 1103515245 + 12345) / 65536 % characters.size()];
    return text;
  };
  for (int i = 0; i < 20'000; ++i) {
    const auto pattern = random("ab?*", 7), text = random("ab", 8);
    CAPTURE(pattern);
    CAPTURE(text);
    CHECK(drift::glob_matches(pattern, text) == means(pattern, text));
  }
  const std::string long_text = std::string(200'000, 'a') + std::string(70, 'b') + "c";
  CHECK(drift::glob_matches("*a" + std::string(69, '?') + "bc", long_text));
  CHECK(drift::glob_matches("*?" + std::string(130, 'a') + "*ab?b*c", long_text));
  CHECK_FALSE(drift::glob_matches("*?" + std::string(130, 'a') + "*ab?a*", long_text));
}

TEST_CASE("a glob that could go back over and over again stays fast") {
  CHECK_FALSE(drift::glob_matches(std::string(200, '*') + "a*a*a*a*a*a*a*b", std::string(20'000, 'a')));
}

TEST_CASE("kinds are [group/][version/]Kind, as Kyverno writes them") {
  CHECK(kind_matches("Deployment", "apps/v1", "Deployment"));
  CHECK(kind_matches("apps/v1/Deployment", "apps/v1", "Deployment"));
  CHECK(kind_matches("apps/*/Deployment", "apps/v1beta2", "Deployment"));
  CHECK(kind_matches("*/*/Deployment", "apps/v1", "Deployment"));
  CHECK(kind_matches("v1/Pod", "v1", "Pod"));
  CHECK(kind_matches("apps/Deployment", "apps/v1", "Deployment"));
  CHECK(kind_matches("/v1/Pod", "v1", "Pod"));
  CHECK(kind_matches("*", "v1", "Pod"));
  CHECK(kind_matches("*Policy", "networking.k8s.io/v1", "NetworkPolicy"));
  CHECK(kind_matches("*.k8s.io/v1/Role", "rbac.authorization.k8s.io/v1", "Role"));
  CHECK_FALSE(kind_matches("Deployment", "apps/v1", "DeploymentConfig"));
  CHECK_FALSE(kind_matches("apps/v1/Deployment", "extensions/v1", "Deployment"));
  CHECK_FALSE(kind_matches("/v1/Service", "serving.knative.dev/v1", "Service"));
  CHECK(kind_matches("v1/Service", "serving.knative.dev/v1", "Service"));
  CHECK_FALSE(kind_matches("v1/Pod", "v2", "Pod"));
}

TEST_CASE("of a clause's list one entry must fit, of the clauses all") {
  const auto web = matched_object("apps/v1", "Deployment", "name: web, namespace: prod-eu");
  CHECK(filter_matches("kinds: [Service, Deployment], names: [db, web]", web));
  CHECK(filter_matches("names: ['w*']", web));
  CHECK(filter_matches("namespaces: ['prod-*']", web));
  CHECK_FALSE(filter_matches("kinds: [Deployment], names: [db]", web));
  CHECK_FALSE(filter_matches("kinds: [Deployment], namespaces: [prod]", web));
}

TEST_CASE("any needs one filter, all needs every one, both need both") {
  const auto web = matched_object("apps/v1", "Deployment", "name: web, labels: {tier: front}");
  const std::string deployment = "{resources: {kinds: [Deployment]}}",
                    service = "{resources: {kinds: [Service]}}";
  const std::string front = "{resources: {selector: {matchLabels: {tier: front}}}}";
  CHECK(rule_matches("  match: {any: [" + service + ", " + deployment + "]}\n", web));
  CHECK(rule_matches("  match: {all: [" + front + ", " + deployment + "]}\n", web));
  CHECK_FALSE(rule_matches("  match: {all: [" + service + ", " + deployment + "]}\n", web));
  CHECK(rule_matches("  match: {any: [" + deployment + "], all: [" + front + "]}\n", web));
  CHECK_FALSE(rule_matches("  match: {any: [" + service + "], all: [" + front + "]}\n", web));
  CHECK_FALSE(rule_matches("  match: {any: [" + deployment + "]}\n  exclude: {any: [" + front + "]}\n", web));
  CHECK(rule_matches(
      "  match: {any: [" + deployment + "]}\n  exclude: {all: [" + front + ", " + service + "]}\n", web));
}

TEST_CASE("selectors are Kubernetes' LabelSelectors") {
  const auto web = matched_object("v1", "Pod", "name: web, labels: {tier: front, empty: ''}");
  auto expression = [&](const std::string& text) {
    return filter_matches("selector: {matchExpressions: [{" + text + "}]}", web);
  };
  CHECK(filter_matches("selector: {matchLabels: {tier: front, empty: ''}}", web));
  CHECK_FALSE(filter_matches("selector: {matchLabels: {tier: front, missing: ''}}", web));
  CHECK(expression("key: tier, operator: In, values: [back, front]"));
  CHECK_FALSE(expression("key: tier, operator: NotIn, values: [front]"));
  CHECK(expression("key: missing, operator: NotIn, values: [front]"));
  CHECK(expression("key: empty, operator: Exists"));
  CHECK_FALSE(expression("key: missing, operator: Exists"));
  CHECK(expression("key: missing, operator: DoesNotExist"));
  CHECK_FALSE(expression("key: missing, operator: In, values: ['']"));
}

TEST_CASE("annotations are found with wildcards, but never those that the plugin writes") {
  const auto web =
      matched_object("v1", "Pod", "name: web, annotations: {team/owner: blue, want.drift-policy.dev/x: red}");
  CHECK(filter_matches("annotations: {team/owner: 'b*'}", web));
  CHECK(filter_matches("annotations: {'team/*': '*'}", web));
  CHECK_FALSE(filter_matches("annotations: {team/owner: red}", web));
  CHECK_FALSE(filter_matches("annotations: {'*': red}", web));
}

TEST_CASE("a manifest without a namespace is in the destination namespace") {
  const auto web = matched_object("apps/v1", "Deployment");
  CHECK(filter_matches("namespaces: [prod]", web, "prod"));
  CHECK_FALSE(filter_matches("namespaces: [prod]", web));
  CHECK_FALSE(filter_matches("namespaces: [prod]",
                             matched_object("apps/v1", "Deployment", "name: web, namespace: dev"), "prod"));
  CHECK(filter_matches("namespaces: [prod]", matched_object("example.com/v1", "Widget"), "prod"));
}

TEST_CASE("a Namespace counts by its own name, other cluster-scoped objects are nowhere") {
  CHECK(filter_matches("namespaces: [prod]", matched_object("v1", "Namespace", "name: prod"), "dev"));
  CHECK_FALSE(filter_matches("namespaces: [dev]", matched_object("v1", "Namespace", "name: prod"), "dev"));
  const auto role = matched_object("rbac.authorization.k8s.io/v1", "ClusterRole");
  CHECK_FALSE(filter_matches("namespaces: [dev]", role, "dev"));
  // Nor by a pattern that any name fits: as an `exclude` it would take every ClusterRole out of its rule.
  for (const std::string pattern : {"*", "**", "*?", "?*"})
    CHECK_FALSE(filter_matches("namespaces: ['" + pattern + "']", role, "dev"));
  CHECK_FALSE(filter_matches("namespaces: ['*']", matched_object("rbac.authorization.k8s.io/v1",
                                                                 "ClusterRole", "name: r, namespace: x")));
  CHECK(
      rule_matches("  match: {any: [{resources: {kinds: ['*']}}]}\n"
                   "  exclude: {any: [{resources: {namespaces: ['*']}}]}\n",
                   role, "dev"));
}

TEST_CASE("explain says for each rule what made it match, or which clause failed and what was there") {
  auto set = set_of(R"(rules:
- name: kinds
  label: true
  match: {any: [{resources: {kinds: [Service]}}, {resources: {kinds: [Deployment], namespaces: ['prod-*']}}]}
- name: labels
  label: true
  match: {all: [{resources: {kinds: [Deployment]}}, {resources: {selector: {matchLabels: {tier: back}}}}]}
- name: excluded
  label: true
  match: {any: [{resources: {names: [web]}}]}
  exclude: {any: [{resources: {kinds: [Deployment]}}]}
- name: fits
  label: true
  match: {any: [{resources: {names: [db]}}, {resources: {names: [web]}}]}
)");
  auto manifests = manifests_of(
      matched_object("apps/v1", "Deployment", "name: web, namespace: dev, labels: {tier: front}"));
  auto traces = explain(set, manifests, 0, {});
  REQUIRE(traces.size() == 4);
  CHECK(traces[0].policy == "test");
  CHECK(traces[0].rule == "kinds");
  CHECK(traces[0].clause == "any[1]: namespace is \"dev\", the rule wants prod-*");
  CHECK(traces[1].clause == "all[1]: label tier is \"front\", the rule wants In [back]");
  CHECK(traces[2].clause == "excluded by exclude.any[0]");
  CHECK_FALSE(traces[2].matched);
  CHECK(traces[3].matched);
  CHECK(traces[3].clause == "any[1]");
}

TEST_CASE("explain and decide agree about every rule") {
  auto set = baseline();
  auto manifests =
      manifests_of(matched_object("apps/v1", "Deployment") + "---\n" + matched_object("v1", "Secret") +
                   "---\n" + matched_object("v1", "ConfigMap", "name: a, labels: {grafana_dashboard: '1'}"));
  auto verdicts = decide(set, manifests, {});
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    std::vector<std::uint32_t> matched;
    auto traces = explain(set, manifests, i, {});
    for (std::uint32_t rule = 0; rule < traces.size(); ++rule)
      if (traces[rule].matched) matched.push_back(rule);
    CHECK(matched == verdicts[i].matched);
  }
}
