// Argo CD's actions as `generate actions` writes them. What they do is tested with Argo CD itself, in tests/e2e/test_approve.py.
#include "generate/actions.hpp"

#include <doctest/doctest.h>

#include "outside/file.hpp"
#include "support/program.hpp"
#include "yaml/first_json.hpp"

namespace {
const rapidjson::Document& actions() {
  static const auto document = [] {
    const auto patch = drift::yaml::read_yaml("argocd-cm.yaml", drift::generate::actions_patch());
    return drift::yaml::read_yaml("actions",
                                  patch["data"]["resource.customizations.actions.batch_Job"].GetString());
  }();
  return document;
}
}  // namespace

TEST_SUITE("generate actions") {
  TEST_CASE("deploy/actions has what the command writes") {
    const auto path = drift::tests::project_folder() + "/deploy/actions/argocd-cm.yaml";
    CHECK(drift::outside::read_file(path, path, std::size_t{1} << 20) == drift::generate::actions_patch());
    CHECK(drift::tests::run({.arguments = {"generate", "actions"}}).out == drift::generate::actions_patch());
  }

  TEST_CASE("Kubernetes' own actions on Jobs stay") {
    CHECK(actions()["mergeBuiltinActions"].GetBool());
  }

  TEST_CASE("there is a script for each answer, and one that says when it is offered") {
    std::string names;
    for (const auto& definition : actions()["definitions"].GetArray()) {
      const std::string name = definition["name"].GetString();
      const std::string script = definition["action.lua"].GetString();
      CHECK(script.ends_with("return answer(\"" + name + "\")\n"));
      names += name + " ";
    }
    CHECK(names == "approve reject override ");
    const std::string discovery = actions()["discovery.lua"].GetString();
    CHECK(discovery.find("return actions\n") != std::string::npos);
    // Nobody has to guess which way an approval goes.
    for (const auto* title : {"Approve: put Git's state back", "Reject: apply nothing, end this sync",
                              "Override the stop: put Git's state back"})
      CHECK(discovery.find(title) != std::string::npos);
  }

  TEST_CASE("the scripts use no library that Argo CD doesn't give them") {
    const auto text = drift::generate::actions_patch();
    for (const char* word : {"string.", "math.", "os.", ":find", ":sub", "require"}) {
      CAPTURE(word);
      CHECK(text.find(word) == std::string::npos);
    }
  }
}
