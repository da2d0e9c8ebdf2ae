// `drift-policy render --plan-diff` through the built program.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "support/folder.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

namespace {
using namespace drift;
using tests::contains;

std::string policy_with(const std::string& rules) {
  return R"(apiVersion: drift-policy.dev/v1alpha1
kind: DriftPolicy
metadata: {name: base}
spec:
  severities:
  - {name: low, remediation: {action: autoSync}}
  - name: guarded
    remediation: {action: restore}
    changes: {approval: {required: 2, groups: [security], timeout: 24h}}
  rules:
)" + rules;
}

const std::string asking_policy = policy_with(
    "  - {name: services, match: {any: [{resources: {kinds: [/v1/Service]}}]}, severity: guarded}\n");

const std::string conditional_policy = policy_with(R"(  - name: services
    match: {any: [{resources: {kinds: [/v1/Service]}}]}
    fields:
    - {id: type, jsonPointers: [/spec/type], severity: guarded, when: {all: [{key: new, operator: Equals, value: LoadBalancer}]}}
)");

struct TwoCopies {
  TwoCopies() {
    folder.write("policy.yaml", asking_policy);
    for (const auto* type : {"ClusterIP", "LoadBalancer"})
      folder.write(
          std::string(type) + "/shop/web.yaml",
          "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: " + std::string(type) + "}\n");
  }

  tests::Run run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"render", "LoadBalancer/shop", "--policy", "policy.yaml", "-q"});
    return tests::run({.arguments = arguments, .directory = folder.path().string()});
  }

  tests::Folder folder;
};
}  // namespace

TEST_SUITE("render --plan-diff") {
  TEST_CASE("two working copies are compared, or a folder with the plan of an earlier rendering") {
    const TwoCopies copies;
    const auto compared = copies.run({"--plan-diff", "ClusterIP/shop"});
    CAPTURE(compared.err);
    CHECK(compared.exit == 0);
    CHECK(contains(compared.out, "/spec/type  ClusterIP (before) -> LoadBalancer (after)"));
    CHECK(contains(compared.out, "A sync of this will wait for 2 approvals by members of security"));
    REQUIRE(copies.run({"--plan", "plan.json"}).exit == 0);
    CHECK(contains(copies.run({"--plan-diff", "plan.json"}).out, "Git changes nothing that a sync applies."));
  }

  TEST_CASE("of an application that is new everything is added") {
    const TwoCopies copies;
    std::filesystem::create_directory(copies.folder.path() / "empty");
    const auto compared = copies.run({"--plan-diff", "empty"});
    CAPTURE(compared.err);
    CHECK(compared.exit == 0);
    CHECK(contains(compared.out, "Service web  added by Git  guarded"));
    CHECK(contains(compared.out, "will wait for 2 approvals"));
  }

  TEST_CASE("each copy has a root of its own, and one name serves both") {
    const TwoCopies copies;
    const auto rooted =
        copies.run({"--plan-diff", "ClusterIP/shop", "--repo-root", "LoadBalancer", "--app-name", "web"});
    CAPTURE(rooted.err);
    CHECK(rooted.exit == 0);
    CHECK(contains(rooted.out, "web: Git changes 1 object; somebody is asked about 1\n"));
  }

  TEST_CASE("Markdown, JSON and YAML are printed whole") {
    const TwoCopies copies;
    CHECK(copies.run({"--plan-diff", "ClusterIP/shop", "-o", "markdown"})
              .out.starts_with("### Drift policy: "));
    CHECK(copies.run({"--plan-diff", "ClusterIP/shop", "-o", "json"})
              .out.starts_with(R"({"application":"shop",)"));
    CHECK(contains(copies.run({"--plan-diff", "ClusterIP/shop", "-o", "yaml"}).out, "decision: wait\n"));
  }

  TEST_CASE("a condition on the new type asks about a LoadBalancer, and not about a NodePort") {
    const TwoCopies copies;
    copies.folder.write("policy.yaml", conditional_policy);
    copies.folder.write("NodePort/shop/web.yaml",
                        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: NodePort}\n");
    const auto compared = [&](const std::string& folder) {
      const auto run = tests::run(
          {.arguments = {"render", folder, "--policy", "policy.yaml", "-q", "--plan-diff", "ClusterIP/shop"},
           .directory = copies.folder.path().string()});
      CAPTURE(run.err);
      CHECK(run.exit == 0);
      return run.out;
    };
    const auto balancer = compared("LoadBalancer/shop");
    CAPTURE(balancer);
    CHECK(contains(balancer, "/spec/type (type)  ClusterIP (before) -> LoadBalancer (after)"));
    CHECK(contains(balancer, "A sync of this will wait for 2 approvals by members of security"));
    const auto port = compared("NodePort/shop");
    CAPTURE(port);
    CHECK(contains(port, "/spec/type  ClusterIP (before) -> NodePort (after)"));
    CHECK(contains(port, "Nobody is asked about these changes, so a sync of this goes on."));
    const auto explained =
        tests::run({.arguments = {"explain", "ClusterIP/shop", "Service/web", "--policy", "policy.yaml"},
                    .directory = copies.folder.path().string()});
    CHECK(contains(
        explained.out,
        "type where the new value is LoadBalancer: guarded, put back with an alert; anything else: low"));
  }

  TEST_CASE("what can't be compared is refused with what was expected") {
    const TwoCopies copies;
    const auto fails = [&](const std::vector<std::string>& arguments, const char* message) {
      const auto result = copies.run(arguments);
      CAPTURE(result.err);
      CHECK(result.exit == 2);
      CHECK(result.out.empty());
      CHECK(contains(result.err, message));
    };
    fails({"--plan-diff", "nowhere"},
          "--plan-diff nowhere isn't there; expected the folder as it is without the commit");
    fails({"--plan-diff", "policy.yaml"}, "expected a folder, or a plan that `render --plan` wrote");
    fails({"--plan-diff", "ClusterIP/shop", "-o", "jsonl"},
          "expected text, markdown, json or yaml with --plan-diff");
    fails({"-o", "markdown"}, "-o markdown is for --plan-diff; expected yaml, json or jsonl");
    fails({"--plan-diff", "ClusterIP/shop", "--plan", "plan.json"}, "--plan");
  }
}
