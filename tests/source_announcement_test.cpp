// What Argo CD's form shows.
#include <doctest/doctest.h>

#include "folder.hpp"
#include "json.hpp"
#include "recorder.hpp"
#include "source/announcement.hpp"
#include "source/yaml.hpp"
#include "tools.hpp"

using namespace drift::source;
using drift::text_of;
using drift::to_json;
using drift::tests::Folder;
using drift::tests::Recorder;

namespace {

Json announced(const Folder& folder, const Options& options, const Context& context,
               drift::outside::Programs& programs) {
  Json json;
  const auto text = announcement(folder.path().string(), options, context, programs);
  json.Parse(text.data(), text.size());
  REQUIRE(json.IsArray());
  return json;
}

// A parameter of the announcement as JSON, without title and tooltip; empty where it isn't announced.
std::string parameter(const Json& announcement, std::string_view name) {
  for (const auto& entry : announcement.GetArray()) {
    if (text_of(entry["name"]) != name) continue;
    Json copy;
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
  Recorder programs;
  const auto json = announced(folder, options, {}, programs);
  CHECK(json.Size() == 5);
  CHECK(parameter(json, "source-type") == R"({"string":"directory"})");
  CHECK(parameter(json, "directory-recurse") == R"({"itemType":"boolean","string":"true"})");
  CHECK(parameter(json, "directory-include") == R"({"string":""})");
  CHECK(programs.commands.empty());
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
  Recorder programs;
  const auto json = announced(folder, options, context, programs);
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

TEST_CASE("An overlay announces the images that it renders to, and a broken one none") {
  Folder folder;
  folder.write("kustomization.yaml", "resources: [a.yaml]\n");
  Recorder programs;
  programs.answers = {
      {0,
       "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {"
       "initContainers: [{image: 'b:1'}], containers: [{image: a}, {image: 'b:1'}, {name: x}]}}}\n",
       ""}};
  CHECK(parameter(announced(folder, {}, {}, programs), "kustomize-images") ==
        R"({"collectionType":"array","array":["a","b:1"]})");
  Recorder broken;
  broken.answers = {{1, "", "error"}};
  CHECK(parameter(announced(folder, {}, {}, broken), "kustomize-images") ==
        R"({"collectionType":"array","array":[]})");
}
