// Every setting that an Application can have, there and back, and as docs/parameters.md lists them.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "json/build.hpp"
#include "json/read.hpp"
#include "migrate/migration.hpp"
#include "migrate/native_settings.hpp"
#include "support/folder.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

namespace {
using namespace drift;
using migrate::Form;
using tests::contains;

// A value of each, in JSON. What comes back of `valuesObject` is `values`.
const std::map<std::string_view, std::string_view> samples = {
    {"directory.recurse", "true"},
    {"directory.include", R"("{*.yml,*.yaml}")"},
    {"directory.exclude", R"("config.*")"},
    {"directory.disableExtensionFilter", "true"},
    {"directory.jsonnet", R"({"libs": ["a"]})"},
    {"helm.releaseName", R"("web")"},
    {"helm.valueFiles", R"(["a.yaml", "/envs/*.yaml", "$ARGOCD_APP_NAME.yaml"])"},
    {"helm.ignoreMissingValueFiles", "true"},
    {"helm.values", R"("# why\na: 1\nb: \"yes\"\n")"},
    {"helm.valuesObject", R"({"a": 1, "b": [true, null, 1.5, "true"], "c": {}})"},
    {"helm.parameters",
     R"([{"name": "image.tag", "value": "1.25"}, {"name": "x", "value": "$ARGOCD_APP_NAME"}, {"name": "a", "value": "007", "forceString": true}])"},
    {"helm.fileParameters", R"([{"name": "a", "path": "files/a.txt"}])"},
    {"helm.skipCrds", "true"},
    {"helm.skipTests", "true"},
    {"helm.skipSchemaValidation", "true"},
    {"helm.namespace", R"("elsewhere")"},
    {"helm.kubeVersion", R"("1.30")"},
    {"helm.apiVersions", R"(["batch/v1/CronJob"])"},
    {"helm.version", R"("v3")"},
    {"helm.passCredentials", "true"},
    {"kustomize.namePrefix", R"("a-")"},
    {"kustomize.nameSuffix", R"("-z")"},
    {"kustomize.namespace", R"("on")"},
    {"kustomize.images", R"(["nginx:1.27", "nginx=registry/nginx@sha256:0"])"},
    {"kustomize.replicas", R"([{"name": "web", "count": 3}, {"name": "work", "count": 0}])"},
    {"kustomize.commonLabels", R"({"team": "a", "yes": "1"})"},
    {"kustomize.forceCommonLabels", "true"},
    {"kustomize.labelWithoutSelector", "true"},
    {"kustomize.labelIncludeTemplates", "true"},
    {"kustomize.commonAnnotations", R"({"a": "b: c"})"},
    {"kustomize.forceCommonAnnotations", "true"},
    {"kustomize.commonAnnotationsEnvsubst", "true"},
    {"kustomize.components", R"(["../part"])"},
    {"kustomize.ignoreMissingComponents", "true"},
    {"kustomize.patches",
     R"([{"path": "p.yaml"}, {"target": {"kind": "Deployment"}, "patch": "- op: remove\n  path: /spec/replicas\n", "options": {"allowNameChange": true}}])"},
    {"kustomize.version", R"("v4")"},
    {"kustomize.kubeVersion", R"("1.30")"},
    {"kustomize.apiVersions", R"(["batch/v1/CronJob"])"},
};

std::string name_of(const migrate::NativeSetting& setting) {
  return std::string(setting.block) + "." + std::string(setting.field);
}

bool is_carried(const migrate::NativeSetting& setting) {
  return setting.form != Form::without && setting.form != Form::idle;
}

std::string json_application(std::string_view source) {
  return R"({"apiVersion":"argoproj.io/v1alpha1","kind":"Application","spec":{"source":)" +
         std::string(source) + "}}";
}

std::string with(const migrate::NativeSetting& setting, std::string_view value) {
  return json_application("{\"path\":\"p\",\"" + std::string(setting.block) + "\":{\"" +
                          std::string(setting.field) + "\":" + std::string(value) + "}}");
}

migrate::Migration moved_there(std::string_view text) {
  return migrate::migrate("app.yaml", text, {});
}

migrate::Migration moved_json_back(std::string_view text) {
  return migrate::migrate("app.yaml", text, {.direction = migrate::Direction::back});
}

}  // namespace

TEST_CASE("Each setting comes back as it was, in JSON and in YAML") {
  for (const auto& setting : migrate::native_settings()) {
    CAPTURE(name_of(setting));
    REQUIRE(samples.contains(name_of(setting)));
    const auto before = with(setting, samples.at(name_of(setting)));
    const auto moved = moved_there(before);
    CHECK(moved.said.lost.size() == (setting.form == Form::without ? 1 : 0));
    CHECK(moved.said.notes.size() == (setting.form == Form::idle ? 1 : 0));
    if (!is_carried(setting)) continue;
    const auto again = moved_json_back(moved.text);
    CHECK(again.said.lost.empty());
    if (setting.form != Form::object) CHECK(from_json(again.text) == from_json(before));
    // What the plugin is told on the way back is what it was told.
    CHECK(migrate::migrate("app.yaml", again.text, {}).text == moved.text);
  }
}

TEST_CASE("All settings of a block come back together") {
  for (const auto block : migrate::blocks) {
    CAPTURE(block);
    std::string fields,
        yaml = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source:\n    path: p\n    ";
    yaml += std::string(block) + ":\n";
    for (const auto& setting : migrate::native_settings()) {
      if (setting.block != block || !is_carried(setting) || setting.form == Form::object) continue;
      const auto value = samples.at(name_of(setting));
      fields += (fields.empty() ? "\"" : ",\"") + std::string(setting.field) + "\":" + std::string(value);
      yaml += "      " + std::string(setting.field) + ": " + std::string(value) + "\n";
    }
    const auto source = "{\"path\":\"p\",\"" + std::string(block) + "\":{" + fields + "}}";
    CHECK(from_json(moved_json_back(moved_there(json_application(source)).text).text) ==
          from_json(json_application(source)));
    const auto again = moved_json_back(moved_there(yaml).text);
    CHECK(from_json(again.changed.at(0).native) == from_json(source));
  }
}

TEST_CASE("valuesObject comes back as values that mean the same") {
  const auto text =
      json_application(R"({"path":"p","helm":{"values":"a: lost","valuesObject":{"b":[1,"1"]}}})");
  const auto again = moved_json_back(moved_there(text).text);
  CHECK(from_json(again.text) ==
        from_json(json_application(R"({"path":"p","helm":{"values":"b:\n- 1\n- \"1\"\n"}})")));
}

TEST_CASE("Each setting of ours is what a native one becomes") {
  for (const auto& setting : source::settings()) {
    if (setting.name == "source-type" || setting.name == migrate::string_parameters) continue;
    CAPTURE(setting.name);
    const auto table = migrate::native_settings();
    CHECK(std::any_of(table.begin(), table.end(),
                      [&](const auto& one) { return one.parameter == setting.name; }));
  }
}

TEST_CASE("docs/parameters.md lists each setting with what becomes of it") {
  const auto page = tests::contents(tests::project_folder() + "/docs/parameters.md");
  for (const auto& setting : migrate::native_settings()) {
    CAPTURE(name_of(setting));
    const auto at = page.find("`" + name_of(setting) + "`");
    REQUIRE(at != std::string::npos);
    const auto row = page.substr(at, page.find('\n', at) - at);
    CHECK(contains(row, is_carried(setting) ? "`" + std::string(setting.parameter) + "`" : "not supported"));
  }
}

TEST_CASE("On the way back plugin.env counts, and what Argo CD can't be told is named") {
  const auto from = [](std::string_view plugin) {
    return moved_json_back(
        json_application(R"({"path":"p","plugin":{"name":"drift-policy",)" + std::string(plugin) + "}}"));
  };
  CHECK(
      from_json(
          from(R"("env":[{"name":"HELM_VALUE_FILES","value":"a.yaml\nb.yaml"},{"name":"OTHER","value":"x"}])")
              .text) ==
      from_json(json_application(R"({"path":"p","helm":{"valueFiles":["a.yaml","b.yaml"]}})")));
  CHECK(contains(
      from(R"("env":[{"name":"HELM_RELEASE_NAME","value":"$ARGOCD_APP_NAME"}])").said.lost.at(0).message,
      "HELM_RELEASE_NAME has a variable"));
  CHECK(contains(from(R"("parameters":[{"name":"source-type","string":"helm"}])").said.lost.at(0).message,
                 "source-type alone can't be said natively"));
  CHECK(contains(
      from(
          R"("parameters":[{"name":"helm-skip-crds","string":"true"},{"name":"directory-recurse","string":"true"}])")
          .said.lost.at(0)
          .message,
      "parameters of several types"));
  CHECK_THROWS_WITH_AS(from(R"("parameters":[{"name":"helm-skip-crd","string":"true"}])"),
                       doctest::Contains("there is no parameter \"helm-skip-crd\""), InputError);
}
