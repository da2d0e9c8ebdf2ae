// What Argo CD's form shows.
#include "source/announcement.hpp"

#include <doctest/doctest.h>

#include "json/read.hpp"
#include "support/folder.hpp"
#include "yaml/first_json.hpp"

using namespace drift::source;
using drift::text_of;
using drift::to_json;
using drift::tests::Folder;

namespace {

drift::yaml::Json announced(const Folder& folder, const Options& options, const Context& context) {
  drift::yaml::Json json;
  const auto text = announcement(folder.path().string(), options, context);
  json.Parse(text.data(), text.size());
  REQUIRE(json.IsArray());
  return json;
}

// A parameter of the announcement as JSON, without title and tooltip; empty where it isn't announced.
std::string parameter(const drift::yaml::Json& announcement, std::string_view name) {
  for (const auto& entry : announcement.GetArray()) {
    if (text_of(entry["name"]) != name) continue;
    drift::yaml::Json copy;
    copy.CopyFrom(entry, copy.GetAllocator());
    copy.RemoveMember("title");
    copy.RemoveMember("tooltip");
    copy.RemoveMember("name");
    return to_json(copy);
  }
  return "";
}

}  // namespace

TEST_CASE("A directory announces its own settings with what is set") {
  Folder folder;
  folder.write("a.yaml", "");
  Options options;
  options.directory_recurse = true;
  const auto json = announced(folder, options, {});
  CHECK(json.Size() == 5);
  CHECK(parameter(json, "source-type") == R"({"string":"directory"})");
  CHECK(parameter(json, "directory-recurse") == R"({"itemType":"boolean","string":"true"})");
  CHECK(parameter(json, "directory-include") == R"({"string":""})");
}

TEST_CASE("A chart announces its values as parameters, what is set over them") {
  Folder folder;
  folder.write("Chart.yaml", "");
  folder.write("values.yaml",
               "image: {repository: nginx, tag: '1.0'}\nreplicas: 2\nempty: null\nhosts: [a, {b: "
               "true}]\nadminPassword: hunter2\n");
  folder.write("values-prod.yaml", "replicas: 5\n");
  Options options;
  options.helm_value_files = {"values-prod.yaml"};
  options.helm_parameters = {{"image.tag", "2.0"}};
  Context context;
  context.app_name = "team_web";
  const auto json = announced(folder, options, context);
  CHECK(
      parameter(json, "helm-parameters") ==
      R"({"collectionType":"map","map":{"hosts[0]":"a","hosts[1].b":"true","image.repository":"nginx","image.tag":"2.0","replicas":"5"}})");
  CHECK(parameter(json, "helm-value-files") == R"({"collectionType":"array","array":["values-prod.yaml"]})");
  CHECK(parameter(json, "helm-release-name") == R"({"string":"web"})");
  CHECK(parameter(json, "kustomize-images").empty());
  for (const auto& entry : json.GetArray()) {
    if (text_of(entry["name"]) != "helm-value-files") continue;
    CHECK(text_of(entry["tooltip"]).ends_with("Here are: values-prod.yaml, values.yaml"));
  }
}

TEST_CASE("An overlay announces the images of its files as its kustomizations leave them, without a build") {
  Folder folder;
  folder.write(".git/config", "");
  folder.write("base/kustomization.yaml",
               "resources: [a.yaml, missing.yaml, https://example.com/x]\nimages:\n"
               "- {name: nginx, newTag: '1.27'}\n");
  folder.write(
      "base/a.yaml",
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {"
      "initContainers: [{image: 'b:1'}], containers: [{image: nginx}, {image: 'b:1'}, {name: x}]}}}\n");
  // A chain of bases in which each names the one before twice.
  folder.write("0/kustomization.yaml", "resources: [../base]\n");
  for (int i = 1; i < 60; ++i)
    folder.write(
        std::to_string(i) + "/kustomization.yaml",
        "resources: [../" + std::to_string(i - 1) + "]\nbases: [../" + std::to_string(i - 1) + "]\n");
  folder.write(
      "app/kustomization.yaml",
      "resources: [../59, .]\nImages:\n- {name: b, newName: registry/b, digest: 'sha256:ff'}\n---\nx: y\n");
  const auto images = [&](const char* part) {
    drift::yaml::Json json;
    const auto text = announcement((folder.path() / part).string(), {}, {});
    json.Parse(text.data(), text.size());
    return parameter(json, "kustomize-images");
  };
  CHECK(images("app") == R"({"collectionType":"array","array":["nginx:1.27","registry/b@sha256:ff"]})");
  folder.write("app/kustomization.yaml", "resources: [\n");
  CHECK(images("app") == R"({"collectionType":"array","array":[]})");
  folder.write("app/kustomization.yaml", "resources: [/etc, ../../../../../../etc/passwd]\n");
  CHECK(images("app") == R"({"collectionType":"array","array":[]})");
}
