// Kustomize overlays: how options change a kustomization, and real overlays with the real kustomize.
#include <doctest/doctest.h>

#include <filesystem>

#include "base/error.hpp"
#include "json/read.hpp"
#include "source/kustomize/kustomization.hpp"
#include "source/source.hpp"
#include "support/folder.hpp"
#include "support/recorder.hpp"
#include "support/text.hpp"
#include "support/tools.hpp"

namespace fs = std::filesystem;
using namespace drift::source;
using drift::to_json;
using drift::tests::Folder;
using drift::tests::Recorder;

namespace {

std::string edited(std::string_view yaml, const Options& options, const Context& context = {},
                   const std::vector<std::string>& components = {}) {
  auto kustomization = drift::yaml::read_yaml("kustomization.yaml", yaml);
  edit_kustomization(kustomization, options, context, components);
  return to_json(kustomization);
}

std::string render(const fs::path& folder, const Options& options, const Context& context = {}) {
  drift::outside::SystemPrograms programs(drift::tests::tools_environment());
  if (!programs.has("kustomize")) drift::tests::require_tool(programs, "kubectl");
  const auto source = load(folder.string(), options, context, programs);
  REQUIRE(source.files.size() == 1);
  CHECK(source.files[0].name == "kustomize build");
  CHECK(source.type == Type::kustomize);
  return source.files[0].text;
}

using drift::tests::contains;

void write_deployment(const Folder& folder, const std::string& at) {
  folder.write(at + "/deployment.yaml",
               "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 1\n"
               "  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n"
               "    spec: {containers: [{name: web, image: 'nginx:1.0'}]}\n");
  folder.write(at + "/kustomization.yaml", "resources: [deployment.yaml]\n");
}

}  // namespace

TEST_CASE("Image overrides are read as kustomize edit set image reads them") {
  const auto check = [](const std::string& text, const ImageOverride& expected) {
    CAPTURE(text);
    const auto image = parse_image(text);
    CHECK(image.name == expected.name);
    CHECK(image.new_name == expected.new_name);
    CHECK(image.new_tag == expected.new_tag);
    CHECK(image.digest == expected.digest);
  };
  check("node:8.15.0", {"node", "", "8.15.0", ""});
  check("mysql=mariadb", {"mysql", "mariadb", "", ""});
  check("alpine@sha256:24a0", {"alpine", "", "", "sha256:24a0"});
  check("postgres=eu.gcr.io:443/p/postgres:latest", {"postgres", "eu.gcr.io:443/p/postgres", "latest", ""});
  check("a=b:1@sha256:ff", {"a", "b", "1", "sha256:ff"});
  check("localhost:5000/web:2", {"localhost:5000/web", "", "2", ""});
  check("a=*:2", {"a", "*", "2", ""});
  check("nginx=:3.6", {"nginx", "", "3.6", ""});
  check("nginx=@sha256:ff", {"nginx", "", "", "sha256:ff"});
  check("nginx=", {"nginx", "", "", ""});
  check("=x:1", {"x", "", "1", ""});
  for (const char* bad : {"nginx", "host:5000/nginx", ""})
    CHECK_THROWS_AS(parse_image(bad), drift::InputError);
}

TEST_CASE("Images replace those of the same name and come out sorted") {
  Options options;
  options.kustomize_images = {"z:$ARGOCD_APP_REVISION_SHORT", "a=*:2"};
  Context context;
  context.revision = "0123456789";
  CHECK(edited("images:\n- {name: m, newTag: '1.0'}\n- {name: a, newName: other, newTag: '1', digest: "
               "'sha256:1'}\n",
               options, context) ==
        R"({"images":[{"name":"a","newName":"other","newTag":"2"},{"name":"m","newTag":"1.0"},)"
        R"({"name":"z","newTag":"0123456"}]})");
}

TEST_CASE("Replicas replace those of the same name, and must be whole numbers") {
  Options options;
  options.kustomize_replicas = {{"web", "3"}};
  CHECK(edited("replicas: [{name: web, count: 1}, {name: db, count: 2}]", options) ==
        R"({"replicas":[{"count":2,"name":"db"},{"name":"web","count":3}]})");
  options.kustomize_replicas = {{"web", "many"}};
  CHECK_THROWS_WITH(edited("", options), "kustomize-replicas: 'many' of web is no whole number");
}

TEST_CASE("A prefix replaces the kustomization's own, whatever the case of the field") {
  Options options;
  options.kustomize_name_prefix = "a-";
  options.kustomize_name_suffix = "-z";
  options.kustomize_namespace = "prod";
  CHECK(edited("NamePrefix: old-\nresources: [x.yaml]", options) ==
        R"({"resources":["x.yaml"],"namePrefix":"a-","nameSuffix":"-z","namespace":"prod"})");
}

TEST_CASE("Common labels substitute build variables, and replace what is there only by force") {
  Options options;
  Context context;
  context.app_name = "web";
  options.kustomize_common_labels = {{"a", "$ARGOCD_APP_NAME"}, {"b", "\"quoted\""}};
  CHECK(edited("", options, context) == R"({"commonLabels":{"a":"web","b":"quoted"}})");
  CHECK_THROWS_WITH(
      edited("commonLabels: {a: x}", options, context),
      "kustomize-common-labels: the kustomization sets a already; kustomize-force-common-labels replaces it");
  options.kustomize_force_common_labels = true;
  CHECK(edited("commonLabels: {a: x, c: v}", options, context) ==
        R"({"commonLabels":{"a":"web","c":"v","b":"quoted"}})");
}

TEST_CASE("Labels without selectors go into the first entry of the same kind") {
  Options options;
  options.kustomize_label_without_selector = true;
  options.kustomize_common_labels = {{"a", "1"}};
  CHECK(edited("", options) == R"({"labels":[{"pairs":{"a":"1"}}]})");
  CHECK(edited("labels: [{pairs: {x: v}, includeSelectors: true}, {pairs: {z: w}}]", options) ==
        R"({"labels":[{"includeSelectors":true,"pairs":{"x":"v"}},{"pairs":{"z":"w","a":"1"}}]})");
  options.kustomize_label_include_templates = true;
  CHECK(edited("labels: [{pairs: {z: w}}]", options) ==
        R"({"labels":[{"pairs":{"z":"w"}},{"pairs":{"a":"1"},"includeTemplates":true}]})");
  options.kustomize_label_without_selector = false;
  CHECK_THROWS_WITH(edited("", options),
                    "kustomize-label-include-templates needs kustomize-label-without-selector");
}

TEST_CASE("Common annotations substitute build variables only where that is asked for") {
  Options options;
  Context context;
  context.app_name = "web";
  options.kustomize_common_annotations = {{"a", "${ARGOCD_APP_NAME} $$ $UNKNOWN"}};
  CHECK(edited("", options, context) == R"({"commonAnnotations":{"a":"${ARGOCD_APP_NAME} $$ $UNKNOWN"}})");
  options.kustomize_common_annotations_envsubst = true;
  CHECK(edited("", options, context) == R"({"commonAnnotations":{"a":"web $ "}})");
}

TEST_CASE("Patches and components are appended") {
  Options options;
  options.kustomize_patches =
      "- target: {kind: Deployment}\n  patch: |-\n    - op: remove\n      path: /spec/replicas\n";
  CHECK(
      edited("patches: [{path: a.yaml}]\ncomponents: [x]", options, {}, {"x", "../y"}) ==
      R"({"patches":[{"path":"a.yaml"},{"patch":"- op: remove\n  path: /spec/replicas","target":{"kind":"Deployment"}}],)"
      R"("components":["x","../y"]})");
  options.kustomize_patches = "patch: x";
  CHECK_THROWS_AS(edited("", options), drift::InputError);
}

TEST_CASE("What is a string in a kustomization stays one") {
  Options options;
  options.kustomize_name_prefix = "a-";
  CHECK(
      edited("commonLabels: {version: '1.0', yes: \"no\", m: plain}\nimages: [{name: a, newTag: \"0123\"}]",
             options) ==
      R"({"commonLabels":{"m":"plain","true":"no","version":"1.0"},"images":[{"name":"a","newTag":"0123"}],"namePrefix":"a-"})");
}

TEST_CASE("A real overlay renders with and without options, and stays as it is on disk") {
  Folder folder;
  write_deployment(folder, "base");
  folder.write("overlays/prod/kustomization.yaml", "resources: [../../base]\nnamePrefix: old-\n");
  folder.write(".git/config", "");
  const auto overlay = folder.path() / "overlays/prod";
  CHECK(contains(render(overlay, {}), "name: old-web\n"));

  Options options;
  options.kustomize_name_prefix = "new-";
  options.kustomize_namespace = "prod";
  options.kustomize_images = {"nginx:1.25"};
  options.kustomize_replicas = {{"web", "4"}};
  options.kustomize_common_labels = {{"team", "a"}};
  options.kustomize_common_annotations = {{"note", "b"}};
  options.kustomize_patches =
      "- target: {kind: Deployment}\n  patch: |\n    - {op: add, path: /spec/minReadySeconds, value: 7}\n";
  const auto text = render(overlay, options);
  for (const char* part : {"name: new-web\n", "namespace: prod\n", "image: nginx:1.25\n", "replicas: 4\n",
                           "team: a\n", "note: b\n", "minReadySeconds: 7\n"}) {
    CAPTURE(part);
    CHECK(contains(text, part));
  }
  CHECK(folder.read("overlays/prod/kustomization.yaml") == "resources: [../../base]\nnamePrefix: old-\n");
  CHECK(folder.read("base/kustomization.yaml") == "resources: [deployment.yaml]\n");
}

TEST_CASE("Of a kustomization only the first document counts, as for kustomize") {
  Folder folder;
  folder.write(".git/config", "");
  write_deployment(folder, "base");
  Options options;
  options.kustomize_name_suffix = "-x";
  for (const char* rest :
       {"---\n", "---\nresources: [../../outside]\n", "...\n{{ no: yaml", "# end\n--- # more\na: b\n"}) {
    CAPTURE(rest);
    folder.write("app/kustomization.yaml", std::string("resources: [../base]\n") + rest);
    CHECK(contains(render(folder.path() / "app", {}), "name: web\n"));
    CHECK(contains(render(folder.path() / "app", options), "name: web-x\n"));
  }
}

TEST_CASE("Components are added, and missing ones ignored where that is asked for") {
  Folder folder;
  write_deployment(folder, "app");
  folder.write(".git/config", "");
  folder.write("components/label/kustomization.yaml",
               "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncommonAnnotations: {from: "
               "component}\n");
  Options options;
  options.kustomize_components = {"../components/label", "../components/none"};
  CHECK_THROWS_AS(render(folder.path() / "app", options), drift::OutsideError);
  options.kustomize_ignore_missing_components = true;
  CHECK(contains(render(folder.path() / "app", options), "from: component\n"));
  options.kustomize_components = {"../components/*"};
  CHECK(contains(render(folder.path() / "app", options), "from: component\n"));
}

TEST_CASE("A base outside of the repository is refused, also behind a link and behind another base") {
  Folder folder;
  write_deployment(folder, "outside");
  folder.write("repo/.git/config", "");
  folder.write("repo/app/kustomization.yaml", "resources:\n- ../../outside\n");
  Recorder programs;
  const auto load_app = [&] { load((folder.path() / "repo/app").string(), {}, {}, programs); };
  const auto file = (folder.path() / "repo/app/kustomization.yaml").string();
  CHECK_THROWS_WITH_AS(load_app(), (file + ":2:3: '../../outside' is outside of the repository").c_str(),
                       drift::InputError);

  fs::create_directory_symlink(folder.path() / "outside", folder.path() / "repo/app/link");
  folder.write("repo/app/kustomization.yaml", "Resources: [link]\n");
  CHECK_THROWS_AS(load_app(), drift::InputError);

  folder.write("repo/base/kustomization.yaml", "bases: [../../outside]\n");
  folder.write("repo/app/kustomization.yaml", "<<: {components: [../base]}\n");
  CHECK_THROWS_AS(load_app(), drift::InputError);
  CHECK(programs.commands.empty());

  Options options;
  options.kustomize_components = {"../../outside"};
  folder.write("repo/app/kustomization.yaml", "resources: []\n");
  CHECK_THROWS_AS(load((folder.path() / "repo/app").string(), options, {}, programs), drift::InputError);
}

TEST_CASE("A kustomization that is a link out of the repository is not read, with options or without") {
  Folder folder;
  folder.write("outside.yaml", "configMapGenerator: [{name: leaked, literals: [a=outside]}]\n");
  folder.write("repo/.git/config", "");
  fs::create_directories(folder.path() / "repo/app");
  const auto file = folder.path() / "repo/app/kustomization.yaml";
  fs::create_symlink("../../outside.yaml", file);
  const auto message = file.string() + ": this link leads out of the repository";
  for (const std::string prefix : {"", "new-"}) {
    Recorder programs;
    Options options;
    options.kustomize_name_prefix = prefix;
    CHECK_THROWS_WITH_AS(load((folder.path() / "repo/app").string(), options, {}, programs), message.c_str(),
                         drift::InputError);
    CHECK(programs.commands.empty());
  }

  folder.write("repo/other/kustomization.yaml", "resources: [../app]\n");
  Recorder programs;
  CHECK_THROWS_WITH_AS(load((folder.path() / "repo/other").string(), {}, {}, programs), message.c_str(),
                       drift::InputError);
}

TEST_CASE("A base behind a link within the repository renders from the private copy too") {
  Folder folder;
  write_deployment(folder, "bases/v1");
  folder.write(".git/config", "");
  fs::create_directory_symlink("v1", folder.path() / "bases/current");
  folder.write("app/kustomization.yaml", "resources: [../bases/current]\n");
  Options options;
  options.kustomize_name_prefix = "new-";
  CHECK(contains(render(folder.path() / "app", options), "name: new-web\n"));
}

TEST_CASE("kustomize is preferred to kubectl, and both get the folder") {
  Folder folder;
  write_deployment(folder, "app");
  folder.write(".git/config", "");
  const auto app = (folder.path() / "app").string();
  Recorder programs;
  load(app, {}, {}, programs);
  programs.missing = "";
  load(app, {}, {}, programs);
  REQUIRE(programs.commands.size() == 2);
  CHECK(programs.commands[0].program == "kubectl");
  CHECK(programs.commands[0].arguments == std::vector<std::string>{"kustomize", app});
  CHECK(programs.commands[1].program == "kustomize");
  CHECK(programs.commands[1].arguments == std::vector<std::string>{"build", app});
  CHECK(programs.commands[1].directory == folder.path());
}

TEST_CASE("Where neither kustomize nor kubectl is there, both are named") {
  Folder folder;
  folder.write("kustomization.yaml", "resources: []\n");
  drift::outside::SystemPrograms programs(
      {{"PATH", folder.path().string()}, {"TMPDIR", folder.path().string()}});
  CHECK_THROWS_WITH_AS(
      load(folder.path().string(), {}, {}, programs),
      "kustomize or kubectl is needed, and neither is found on PATH; install one in the sidecar",
      drift::OutsideError);
}

TEST_CASE("A kustomization that fails says why, without the name of the private folder") {
  Folder folder;
  folder.write("kustomization.yaml", "resources: [missing.yaml]\n");
  drift::outside::SystemPrograms programs(drift::tests::tools_environment());
  if (!programs.has("kustomize")) drift::tests::require_tool(programs, "kubectl");
  Options options;
  options.kustomize_name_prefix = "a-";
  try {
    load(folder.path().string(), options, {}, programs);
    FAIL("expected an error");
  } catch (const drift::OutsideError& error) {
    const std::string said = error.what();
    CHECK(contains(said, "failed with exit code 1:\n"));
    CHECK(contains(said, "missing.yaml"));
    CHECK_FALSE(contains(said, programs.work_folder().string()));
  }
}
