// What the pre-commit hooks, the GitHub action and the GitLab component run, on a repository that is fine and on one that isn't. The
// services that read these files aren't here: what they would do with them is done here as their documents say.
#include <doctest/doctest.h>
#include <rapidjson/document.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "support/folder.hpp"
#include "support/policy_cases.hpp"
#include "support/program.hpp"
#include "support/text.hpp"
#include "yaml/common_yaml.hpp"

namespace fs = std::filesystem;
using drift::policy::policy_text;
using drift::tests::contains;
using drift::tests::Folder;
using drift::tests::Run;

namespace {

using Environment = std::map<std::string, std::string>;

std::string project_file(const std::string& name) {
  return drift::tests::contents(fs::path(drift::tests::project_folder()) / name);
}

constexpr const char* rules =
    "rules: [{name: r, match: {any: [{resources: {kinds: [Deployment]}}]}, severity: high}]\n";
constexpr const char* deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n";

// A repository with policies, their tests and an application, and beside it the programs that a pipeline has.
class Repository {
 public:
  Repository() {
    fs::create_directories(tools_.path());
    fs::create_symlink(drift::tests::program_path(), tools_.path() / "drift-policy");
    // Runs what `docker run … --entrypoint PROGRAM IMAGE ARGUMENT…` would, here instead of in the image.
    tools_.program("docker", R"(
echo "$@" >>"$HOME/docker.log"
while [ "$1" != --entrypoint ]; do shift; done
program=$2
shift 3
exec "$program" "$@")");
    folder_.write("policies/shop.yaml",
                  policy_text(rules + std::string("hooks: {namespace: drift-policy}\n"), "shop"));
    folder_.write("app/web.yaml", deployment);
    folder_.write("app/.drift-policy.yaml", policy_text(rules, "own"));
    folder_.write("app/.argocd-source.yaml", "plugin: {parameters: []}\n");
    write_test("high");
  }

  void write_test(const std::string& severity) const {
    folder_.write(
        "tests/shop.drift-policy-test.yaml",
        "apiVersion: drift-policy.dev/v1alpha1\nkind: DriftPolicyTest\nmetadata: {name: shop}\nspec:\n"
        "  policies: ../policies\n  source: {path: ../app}\n  expect: {objects: {Deployment/web: "
        "{severity: " +
            severity + "}}}\n");
  }
  const Folder& files() const { return folder_; }

  Run bash(const std::string& script, Environment environment) const {
    environment["PATH"] = tools_.path().string() + ":/usr/bin:/bin";
    environment["HOME"] = tools_.path().string();
    return drift::tests::run({.arguments = {"-eo", "pipefail", "-c", script},
                              .environment = environment,
                              .directory = folder_.path().string(),
                              .program = "/bin/bash"});
  }
  std::string docker_log() const { return tools_.read("docker.log"); }

 private:
  Folder folder_, tools_;
};

// Breaks what one of the three checks looks at.
void break_source_file(const Repository& repository) {
  repository.files().write("app/.argocd-source.yaml", "plugin: {name: other}\n");
}
void break_policies(const Repository& repository) {
  repository.files().write("policies/shop.yaml", policy_text("ruels: []\n", "shop"));
  repository.files().write("app/.drift-policy.yaml", policy_text("ruels: []\n", "own"));
}
void break_test(const Repository& repository) {
  repository.write_test("low");
}

struct Case {
  const char* name;
  void (*breaks)(const Repository&);
  const char* said;  // of what is wrong
};
const std::vector<Case> cases = {
    {"repository", break_source_file, "sets plugin.name; expected plugin.parameters alone"},
    {"check", break_policies, "ruels"},
    {"test", break_test, "expected low, found high"}};

}  // namespace

TEST_CASE("Each pre-commit hook passes a repository that is fine, and stops one that isn't") {
  const auto hooks =
      drift::yaml::read_common_yaml(".pre-commit-hooks.yaml", project_file(".pre-commit-hooks.yaml"));
  REQUIRE(hooks.Size() == cases.size());
  for (const auto& one : cases) {
    CAPTURE(one.name);
    const auto id = "drift-policy-" + std::string(one.name);
    std::string line;
    for (const auto& hook : hooks.GetArray())
      if (hook["id"].GetString() == id) line = hook["entry"].GetString();
    REQUIRE_FALSE(line.empty());
    // pre-commit adds the hook's args and, where it passes file names, those.
    if (id == "drift-policy-check") line += " app/.drift-policy.yaml";
    const Repository repository;
    const auto fine = repository.bash(line, {{"DRIFT_POLICY_PATH", "policies"}});
    CAPTURE(fine.out);
    CHECK(fine.exit == 0);
    one.breaks(repository);
    const auto stopped = repository.bash(line, {{"DRIFT_POLICY_PATH", "policies"}});
    CHECK(stopped.exit != 0);
    CHECK(contains(stopped.out, one.said));
  }
}

TEST_CASE("Each step of the GitHub action passes a repository that is fine, and marks what isn't") {
  const auto action = drift::yaml::read_common_yaml("action.yml", project_file("action.yml"));
  const auto& steps = action["runs"]["steps"];
  REQUIRE(steps.Size() == cases.size());
  const Environment inputs = {{"IMAGE", "registry/drift-policy:1"},
                              {"REPOSITORY", "."},
                              {"POLICIES", "policies\napp/.drift-policy.yaml\n"},
                              {"TESTS", "\ntests\n"}};
  for (const auto& one : cases) {
    CAPTURE(one.name);
    std::string script;
    for (const auto& step : steps.GetArray()) {
      const std::string run = step["run"].GetString();
      const bool is_it = std::string(one.name) == "repository"
                             ? contains(run, "--repository")
                             : contains(run, std::string(one.name) + " -o github -- ");
      if (is_it) script = run;
      for (const auto& variable : step["env"].GetObject()) CHECK(inputs.contains(variable.name.GetString()));
    }
    REQUIRE_FALSE(script.empty());
    const Repository repository;
    const auto fine = repository.bash(script, inputs);
    CAPTURE(fine.err);
    CHECK(fine.exit == 0);
    CHECK_FALSE(contains(fine.out, "::error"));
    CHECK(contains(repository.docker_log(), " --entrypoint drift-policy registry/drift-policy:1 "));
    one.breaks(repository);
    const auto stopped = repository.bash(script, inputs);
    CHECK(stopped.exit != 0);
    CHECK(contains(stopped.out, "::error file="));
    CHECK(contains(stopped.out, one.said));
  }
}

TEST_CASE("Each job of the GitLab component passes a repository that is fine, and reports what isn't") {
  const auto file = project_file("templates/drift-policy.yml");
  const auto at = file.find("\n---\n");
  REQUIRE(at != std::string::npos);
  const auto spec = drift::yaml::read_common_yaml("spec", file.substr(0, at + 1));
  auto text = file.substr(at + 5);
  for (const auto& [input, value] : std::map<std::string, std::string>{{"image", "registry/drift-policy:1"},
                                                                       {"policies", "policies"},
                                                                       {"tests", "tests"},
                                                                       {"stage", "test"}}) {
    CHECK(spec["spec"]["inputs"].HasMember(input.c_str()));
    drift::replace_all(text, "$[[ inputs." + input + " ]]", value);
  }
  CHECK_FALSE(contains(text, "$[["));
  const auto jobs = drift::yaml::read_common_yaml("jobs", text);
  REQUIRE(jobs.MemberCount() == cases.size());
  for (const auto& one : cases) {
    CAPTURE(one.name);
    const auto& job = jobs[("drift-policy-" + std::string(one.name)).c_str()];
    const std::string script = job["script"][0].GetString();
    const std::string report = job["artifacts"]["reports"]["junit"].GetString();
    const Repository repository;
    CHECK(repository.bash(script, {}).exit == 0);
    CHECK(contains(repository.files().read(report), "<testsuite"));
    CHECK_FALSE(contains(repository.files().read(report), "<failure"));
    one.breaks(repository);
    const auto stopped = repository.bash(script, {});
    CHECK(stopped.exit != 0);
    CHECK(contains(stopped.out, one.said));
    CHECK(contains(repository.files().read(report), "<failure"));
  }
}
