// `drift-policy krm`, as Kustomize and kpt call it. tests/e2e/test_pipelines.py does it with the real Kustomize.
#include <doctest/doctest.h>

#include <string>

#include "support/folder.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

using drift::tests::contains;
using drift::tests::Folder;
using drift::tests::run;
using drift::tests::Run;

namespace {

constexpr const char* head = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n";
constexpr const char* web =
    "- apiVersion: apps/v1  # kept\n  kind: Deployment\n  metadata:\n    name: web\n    annotations:\n"
    "      config.kubernetes.io/index: '0'\n";

Run krm(const std::string& input, const std::string& policy = "") {
  return run({.arguments = policy.empty() ? std::vector<std::string>{"krm"}
                                          : std::vector<std::string>{"krm", "--policy", policy},
              .input = input});
}

}  // namespace

TEST_CASE("krm writes annotations into the items, and leaves every other byte as it was") {
  const auto before = std::string(head) + "items:\n" + web +
                      "functionConfig:\n  apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: drift}\n";
  const auto done = krm(before);
  CHECK(done.exit == 0);
  CHECK(done.err == "");
  auto expected = before;
  expected.insert(expected.find("      config.kubernetes.io/index"),
                  "      drift-policy.dev/severity: \"medium\"\n"
                  "      drift-policy.dev/rule: \"baseline/workloads\"\n");
  CHECK(done.out == expected);
}

TEST_CASE("krm decides by the policy that it is given") {
  const Folder folder;
  folder.write("policy.yaml",
               "apiVersion: drift-policy.dev/v1alpha1\nkind: DriftPolicy\nmetadata: {name: p}\nspec:\n"
               "  rules: [{name: all, match: {any: [{resources: {kinds: ['*']}}]}, severity: high}]\n");
  const auto done = krm(std::string(head) + "items:\n" + web, (folder.path() / "policy.yaml").string());
  CHECK(done.exit == 0);
  CHECK(contains(done.out, "drift-policy.dev/severity: \"high\""));
  CHECK(contains(done.out, "drift-policy.dev/rule: \"p/all\""));
}

TEST_CASE("krm refuses what is no ResourceList, and prints nothing then") {
  struct Case {
    std::string input, said;
  };
  const auto items = std::string("items:\n") + web;
  const Case cases[] = {
      {"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n", "<stdin>: expected one ResourceList"},
      {"apiVersion: v1\nkind: List\n" + items, "expected one ResourceList"},
      {"apiVersion: v1\nkind: ResourceList\n" + items, "expected one ResourceList"},
      {head + items + "---\n" + head + items, "expected one ResourceList"},
      {std::string(head) + "metadata: {name: a}\n", "<stdin>:1:1: expected a list of items"},
      {head + items + "functionConfig:\n  kind: ConfigMap\n  data: {policy: p.yaml}\n",
       "<stdin>:12:9: functionConfig has \"data\", which krm doesn't read; expected options in the "
       "function's args"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.input);
    const auto refused = krm(one.input);
    CHECK(refused.exit == 2);
    CHECK(refused.out == "");
    CHECK(contains(refused.err, one.said));
  }
}
