// The reader of tests: what a DriftPolicyTest says, and what is wrong with one.
#include "testing/case.hpp"

#include <doctest/doctest.h>

#include "base/embedded.hpp"

using namespace drift;
using namespace drift::testing;

namespace {

const std::string begin =
    "apiVersion: drift-policy.dev/v1alpha1\nkind: DriftPolicyTest\nmetadata: {name: shop}\nspec:\n";

std::string mistakes_of(const std::string& text) {
  try {
    read_cases("t.yaml", text);
  } catch (const InputError& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("a test with every setting is read as it stands") {
  const auto cases = read_cases("t.yaml", begin + R"(  policies: ../policies
  source:
    path: ../app
    parameters: [{name: helm-values, string: 'a: 1'}]
  application: {name: web, namespace: shop}
  expect:
    severity: high
    hooks: [gate, audit, alert]
    objects:
      Service/b: {syncOptions: []}
      Deployment/a:
        severity: medium
        rule: baseline/workloads
        action: approve
        approvals: 1
        fields: {replicas: low}
        syncWave: -5
        syncOptions: [Prune=confirm, Delete=confirm]
)");
  REQUIRE(cases.size() == 1);
  const auto& test = cases[0];
  CHECK(test.name == "shop");
  CHECK(test.policies == "../policies");
  CHECK(test.path == "../app");
  CHECK(test.parameters == R"([{"name":"helm-values","string":"a: 1"}])");
  CHECK(test.app_name == "web");
  CHECK(test.app_namespace == "shop");
  std::string checks;  // in the order in which they stand there
  for (const auto& check : test.checks)
    checks += check.object + "|" + aspect_name(check) + "|" + check.expected + "|" +
              std::to_string(check.place.line) + "\n";
  CHECK(checks ==
        "|severity|high|11\n"
        "|hooks|gate, audit, alert|12\n"
        "Service/b|syncOptions|none|14\n"
        "Deployment/a|severity|medium|16\n"
        "Deployment/a|rule|baseline/workloads|17\n"
        "Deployment/a|action|approve|18\n"
        "Deployment/a|approvals|1|19\n"
        "Deployment/a|field replicas|low|20\n"
        "Deployment/a|syncWave|-5|21\n"
        "Deployment/a|syncOptions|Prune=confirm, Delete=confirm|22\n");
}

TEST_CASE("what is wrong with a test is said with its place, all of it") {
  const auto mistakes = mistakes_of(begin +
                                    "  source: {pth: x}\n"
                                    "  expect: {objects: {Deployment/web: {severity: [a], fields: {}}}}\n");
  CHECK(mistakes ==
        "t.yaml:5:11: \"path\" is missing; expected the path of a folder or of a file with manifests\n"
        "t.yaml:5:12: unknown setting \"pth\"; did you mean \"path\"?\n"
        "t.yaml:6:49: expected the name of a severity, found a list\n"
        "t.yaml:6:62: is empty; expected a mapping of guarded fields, by id, to their severities");
  CHECK(mistakes_of("") == "t.yaml: holds no test; expected a DriftPolicyTest");
  CHECK(mistakes_of("kind: DriftPolicy\n").find("expected DriftPolicyTest, found \"DriftPolicy\"") !=
        std::string::npos);
  const auto one = begin + "  source: {path: .}\n  expect: {severity: low}\n";
  CHECK(mistakes_of(one + "---\n" + one) == "t.yaml:8:1: a second test called shop; expected another name");
  CHECK(mistakes_of(begin + "  source: {path: .}\n  expect: {severity: low, error: x}\n") ==
        "t.yaml:6:34: nothing is rendered then; expected no other expectation beside an error");
  CHECK(mistakes_of(begin + "  source: {path: .}\n  expect: {severity: low, severity: high}\n")
            .find("\"severity\" stands twice in this mapping") != std::string::npos);
}

TEST_CASE("drift is read with what was done, and what the next sync makes of it") {
  const auto cases = read_cases("t.yaml", begin + R"(  source: {path: .}
  expect: {severity: low}
  drift:
  - name: somebody scales web
    live:
      Secret/db: {deleted: true}
      Deployment/web: {patch: {spec: {replicas: 5, paused: null}}}
    expect: {severity: high, sync: waits, approvals: 2, objects: {Secret/db: none}}
)");
  REQUIRE(cases.at(0).drifts.size() == 1);
  const auto& drift = cases[0].drifts[0];
  CHECK(drift.name == "somebody scales web");
  std::string changes, checks;
  for (const auto& change : drift.changes) changes += change.object + "|" + change.patch + "\n";
  for (const auto& check : drift.checks)
    checks += check.drift + "|" + check.object + "|" + aspect_name(check) + "|" + check.expected + "\n";
  CHECK(changes ==
        "Deployment/web|{\"spec\":{\"paused\":null,\"replicas\":5}}\n"
        "Secret/db|\n");
  CHECK(checks ==
        "somebody scales web||severity|high\n"
        "somebody scales web||sync|waits\n"
        "somebody scales web||approvals|2\n"
        "somebody scales web|Secret/db|severity|none\n");
  const auto drifting = [](const std::string& change) {
    return begin +
           "  source: {path: .}\n  expect: {severity: low}\n  drift:\n  - {name: a, live: {A/b: " + change +
           "}, expect: {sync: passes}}\n";
  };
  for (const auto* wrong : {"{deleted: false}", "{deleted: true, patch: {a: b}}"})
    CHECK(mistakes_of(drifting(wrong)).find("expected either a patch or `deleted: true`") !=
          std::string::npos);
  CHECK(mistakes_of(drifting("{}")).find("is empty; expected a patch, or `deleted: true`") !=
        std::string::npos);
  CHECK(mistakes_of(begin +
                    "  source: {path: .}\n  expect: {error: x}\n  drift: [{name: a, live: {}, expect: "
                    "{sync: passes}}]\n")
            .find("t.yaml:7:10: nothing is rendered where an error is expected") != std::string::npos);
}
