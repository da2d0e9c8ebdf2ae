// `drift-policy check` and `generate schema` as they are run.
#include <rapidjson/document.h>

#include "base/embedded.hpp"
#include "outside/process.hpp"
#include "support/folder.hpp"
#include "support/policy_cases.hpp"
#include "support/program.hpp"

using namespace drift;
using drift::policy::policy_text;
using drift::tests::Folder;

namespace {

outside::Result run(const Folder& folder, const std::vector<std::string>& arguments) {
  const auto done = drift::tests::run({.arguments = arguments, .directory = folder.path().string()});
  return {done.exit, done.out, done.err};
}

constexpr const char* rule =
    "rules: [{name: r, match: {any: [{resources: {kinds: [Pod]}}]}, severity: high}]\n";

}  // namespace

TEST_CASE("check says what is fine, and ends with 0") {
  Folder folder;
  folder.write("p.yaml", policy_text(rule + std::string("hooks: {namespace: drift-policy}\n")));
  auto result = run(folder, {"check", "p.yaml"});
  CHECK(result.exit_code == 0);
  CHECK(result.out == "1 policy, 1 rule: fine\n");
  CHECK(result.err.empty());
}

TEST_CASE("check prints every mistake and ends with 2") {
  Folder folder;
  folder.write("p/a.yaml", policy_text("ruels: []\n", "a"));
  folder.write("p/b.yaml", policy_text("rules: [{name: r}]\n", "b"));
  auto result = run(folder, {"check", "p"});
  CHECK(result.exit_code == 2);
  CHECK(result.out.find("p/a.yaml:5:3: unknown setting \"ruels\"; did you mean \"rules\"?\n") !=
        std::string::npos);
  CHECK(result.out.find("p/b.yaml:5:11: \"match\" is missing; expected a mapping with any or all\n") !=
        std::string::npos);
}

TEST_CASE("check ends with 1 for warnings only where they count") {
  Folder folder;
  folder.write("p.yaml", policy_text(rule));
  CHECK(run(folder, {"check", "p.yaml"}).exit_code == 0);
  auto strict = run(folder, {"check", "--strict", "p.yaml"});
  CHECK(strict.exit_code == 1);
  CHECK(strict.out.find("p.yaml:1:1: warning: hooks.namespace isn't set") == 0);
  CHECK(strict.out.find("hooks.records") == std::string::npos);
  folder.write("p.yaml", policy_text(std::string(rule) + "hooks: {records: {keep: 5}}\n"));
  CHECK(run(folder, {"check", "--strict", "p.yaml"}).out.find("each application keeps its last 31 or 32") !=
        std::string::npos);
}

TEST_CASE("check warns of what can't be, and takes definitions for kinds that it doesn't know") {
  Folder folder;
  folder.write(
      "p.yaml",
      policy_text("hooks: {namespace: drift-policy}\nrules: [{name: r, match: {any: [{resources: {kinds: "
                  "[example.net/*/Widget]}}]}, fields: [{id: x, jsonPointers: [/spec/siez]}]}]\n"));
  const std::string widget =
      "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: widgets}\nspec: "
      "{group: "
      "example.net, names: {kind: Widget}, versions: [{name: v1, schema: {openAPIV3Schema: {type: object, "
      "properties: {spec: {type: object, properties: {size: {type: integer}}}}}}}]}\n";
  folder.write("crds/widgets.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n" + widget);
  folder.write("crds/notes.txt", "no YAML: [");
  CHECK(run(folder, {"check", "--strict", "p.yaml"}).out == "1 policy, 1 rule: fine\n");
  for (const char* crds : {"crds", "crds/widgets.yaml"}) {
    const auto found = run(folder, {"check", "--crds", crds, "p.yaml"});
    CHECK(found.exit_code == 0);
    CHECK(found.out ==
          "p.yaml:6:115: warning: pointer \"/spec/siez\" leads nowhere in Widget: /spec has no \"siez\"; did "
          "you "
          "mean \"/spec/size\"?\n1 policy, 1 rule: 0 mistakes, 1 warning\n");
    CHECK(run(folder, {"check", "--strict", "--crds", crds, "p.yaml"}).exit_code == 1);
  }

  folder.write("bad.yaml",
               "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: "
               "a}\nspec: {group: a.b}\n");
  folder.write("none/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
  const std::pair<const char*, const char*> mistakes[] = {
      {"bad.yaml", "bad.yaml:4:7: a CustomResourceDefinition without names"},
      {"none", "none: holds no CustomResourceDefinition"},
      {"missing.yaml", "missing.yaml: can't be read"}};
  for (const auto& [path, message] : mistakes) {
    const auto refused = run(folder, {"check", "--crds", "crds", "--crds", path, "p.yaml"});
    CHECK(refused.exit_code == 2);
    CHECK(refused.err.find(message) != std::string::npos);
    CHECK(refused.out.empty());
  }
}

TEST_CASE("check holds an application's policy against the platform's") {
  Folder folder;
  folder.write("platform.yaml",
               policy_text("severities: [{name: only, remediation: {action: stop}}]\n", "platform"));
  folder.write(".drift-policy.yaml", policy_text(rule, "own"));
  CHECK(run(folder, {"check", ".drift-policy.yaml"}).exit_code == 0);  // the baseline has `high`
  CHECK(run(folder, {"check", "platform.yaml", ".drift-policy.yaml"}).exit_code == 2);
  folder.write(".drift-policy.yaml", policy_text("enforcement: observe\n", "own"));
  auto result = run(folder, {"check", ".drift-policy.yaml"});
  CHECK(result.exit_code == 2);
  CHECK(result.out.find(".drift-policy.yaml:5:3: an application's policy can't set enforcement") !=
        std::string::npos);
}

TEST_CASE("check holds each application's policy against the platform's by itself") {
  Folder folder;
  for (const auto* app : {"a", "b", "c"})
    folder.write(std::string(app) + "/.drift-policy.yaml", policy_text(rule, "own"));
  folder.write("platform.yaml", policy_text("hooks: {namespace: drift-policy}\n", "platform"));
  const std::vector<std::string> check = {"check", "platform.yaml", "a/.drift-policy.yaml",
                                          "b/.drift-policy.yaml", "c/.drift-policy.yaml"};
  CHECK(run(folder, check).out == "4 policies, 3 rules: fine\n");
  folder.write("b/.drift-policy.yaml", policy_text("enforcement: observe\n", "own"));
  folder.write("c/.drift-policy.yaml", policy_text("ruels: []\n", "own"));
  const auto result = run(folder, check);
  CHECK(result.exit_code == 2);
  CHECK(result.out.find("b/.drift-policy.yaml:5:3: an application's policy can't set enforcement") !=
        std::string::npos);
  CHECK(result.out.find("c/.drift-policy.yaml:5:3: ") != std::string::npos);
  CHECK(result.out.find("2 mistakes") != std::string::npos);
}

TEST_CASE("check prints JSON and YAML that hold the same") {
  Folder folder;
  folder.write("p.yaml", policy_text("ruels: []\n"));
  auto result = run(folder, {"check", "-o", "json", "p.yaml"});
  CHECK(result.exit_code == 2);
  rapidjson::Document document;
  document.Parse(result.out.c_str());
  REQUIRE_FALSE(document.HasParseError());
  REQUIRE(document["mistakes"].Size() == 1);
  const auto& mistake = document["mistakes"][0];
  CHECK(std::string(mistake["file"].GetString()) == "p.yaml");
  CHECK(mistake["line"].GetUint() == 5);
  CHECK(mistake["column"].GetUint() == 3);
  CHECK(document["policies"][0]["rules"].GetUint() == 0);
  const auto yaml = run(folder, {"check", "-o", "yaml", "p.yaml"});
  CHECK(yaml.exit_code == 2);
  CHECK(yaml.out.starts_with("policies:\n- name: "));
  CHECK(yaml.out.find("\nmistakes:\n- file: p.yaml\n  line: 5\n  column: 3\n  message: ") !=
        std::string::npos);
  CHECK(yaml.out.find("\nwarnings:") != std::string::npos);
}

TEST_CASE("check --repository says what a repository's source files may not say, and ends with 1") {
  Folder folder;
  folder.write("good/app/.argocd-source.yaml", "plugin: {parameters: []}\n");
  folder.write("bad/app/.argocd-source.yaml", "plugin: {name: other}\n");
  const auto good = run(folder, {"check", "--repository", "good"});
  CHECK(good.exit_code == 0);
  CHECK(good.out == "1 source file: fine\n");
  CHECK(run(folder, {"check", "--repository", "good", "-o", "github"}).out.empty());
  const auto bad = run(folder, {"check", "--repository", "bad"});
  CHECK(bad.exit_code == 1);
  CHECK(bad.out ==
        "app/.argocd-source.yaml: sets plugin.name; expected plugin.parameters alone\n1 source file: 1 "
        "mistake\n");
  CHECK(run(folder, {"check", "--repository", "bad", "-o", "github"}).out ==
        "::error file=app/.argocd-source.yaml::sets plugin.name; expected plugin.parameters alone\n");
  CHECK(
      run(folder, {"check", "--repository", "bad", "-o", "json"}).out ==
      R"({"files":["app/.argocd-source.yaml"],"mistakes":[{"file":"app/.argocd-source.yaml","line":0,"column":0,)"
      R"("message":"sets plugin.name; expected plugin.parameters alone"}]})"
      "\n");
  CHECK(run(folder, {"check", "--repository", "bad", "-o", "junit"}).out.find("<failure") !=
        std::string::npos);
  CHECK(run(folder, {"check", "--repository", "bad", "-o", "sarif"}).out.find("plugin.name") !=
        std::string::npos);
  CHECK(run(folder, {"check", "--repository", "nowhere"}).exit_code == 2);
  CHECK(run(folder, {"check", "--repository", "good", "p.yaml"}).exit_code == 2);
}

TEST_CASE("check of what isn't there, or of options that aren't, is wrong use") {
  Folder folder;
  CHECK(run(folder, {"check", "gone.yaml"}).exit_code == 2);
  CHECK(run(folder, {"check", "--frobnicate"}).exit_code == 2);
}

TEST_CASE("generate schema prints the schema, and nonsense is refused") {
  Folder folder;
  auto schema = run(folder, {"generate", "schema"});
  CHECK(schema.exit_code == 0);
  CHECK(schema.out == embedded::schema_json());
  CHECK(run(folder, {"generate", "nonsense"}).exit_code == 2);
}
