// A plugin that observes, whatever its policy says, because the platform set DRIFT_POLICY_ENFORCEMENT in its sidecar.
#include <doctest/doctest.h>

#include <map>
#include <string>

#include "support/folder.hpp"
#include "support/policy_cases.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

namespace {
namespace tests = drift::tests;

tests::Run rendered_with(const std::map<std::string, std::string>& more) {
  const tests::Folder folder;
  folder.write("app/app.yaml",
               "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1}\n");
  std::map<std::string, std::string> environment = {
      {"ARGOCD_APP_NAME", "shop"},
      {"ARGOCD_APP_NAMESPACE", "shop"},
      {"ARGOCD_APP_SOURCE_PATH", "app"},
      {"DRIFT_POLICY_IMAGE", "registry.example.com/drift-policy:1"},
      {"DRIFT_POLICY_PATH", folder
                                .write("policy.yaml", drift::policy::policy_text(
                                                          "defaultSeverity: medium\nenforcement: enforce\n"))
                                .string()}};
  environment.insert(more.begin(), more.end());
  return tests::run({.arguments = {"render", "."},
                     .environment = environment,
                     .directory = (folder.path() / "app").string()});
}

}  // namespace

TEST_CASE("DRIFT_POLICY_ENFORCEMENT lets a plugin observe a policy that enforces") {
  CHECK_FALSE(tests::contains(rendered_with({}).out, "drift-policy.dev/enforcement: \"observe\""));
  const auto observed = rendered_with({{"DRIFT_POLICY_ENFORCEMENT", "observe"}});
  CAPTURE(observed.err);
  CHECK(observed.exit == 0);
  CHECK(tests::contains(observed.out, "\"enforcement\":\"observe\""));
  CHECK(tests::contains(observed.out, "--observe"));
}

TEST_CASE("DRIFT_POLICY_ENFORCEMENT has one word, and an application can't set it") {
  for (const auto* word : {"", "enforce", "Observe"}) {
    const auto refused = rendered_with({{"DRIFT_POLICY_ENFORCEMENT", word}});
    CHECK(refused.exit == 2);
    CHECK(tests::contains(refused.err, "DRIFT_POLICY_ENFORCEMENT is \"" + std::string(word) +
                                           "\"; expected observe, or that it isn't set"));
  }
  CHECK(rendered_with({{"ARGOCD_ENV_DRIFT_POLICY_ENFORCEMENT", "observe"}}).out == rendered_with({}).out);
}
