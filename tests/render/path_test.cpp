// However the path to a source is written, the same is rendered, under the same name.
#include <doctest/doctest.h>

#include <string>

#include "support/folder.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

namespace {
using drift::tests::Folder;
using drift::tests::run;

const std::string deployment =
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec: {replicas: 2}\n";

using drift::tests::contains;

// What is rendered in `directory`, which must work.
std::string rendered_in(const std::filesystem::path& directory, const std::vector<std::string>& arguments) {
  auto all = arguments;
  all.insert(all.begin(), "render");
  const auto result = run({.arguments = all, .directory = directory.string()});
  CAPTURE(result.err);
  REQUIRE(result.exit == 0);
  return result.out;
}
}  // namespace

TEST_CASE("A file of the current folder can be named without ./") {
  const Folder folder;
  folder.write("wv/a.yaml", deployment);
  const auto here = folder.path() / "wv";
  for (const std::string written : {"a.yaml", "./a.yaml"})
    CHECK(contains(rendered_in(here, {written}), "drift-policy.dev/application: wv\n"));
  const auto explained = run({.arguments = {"explain", "a.yaml"}, .directory = here.string()});
  CHECK(explained.exit == 0);
  CHECK(contains(explained.out, "Deployment/shop/web"));
}

TEST_CASE("The folder's own policy counts for a bare file name too") {
  const Folder folder;
  folder.write("wv/a.yaml", deployment);
  folder.write(
      "wv/.drift-policy.yaml",
      "apiVersion: drift-policy.dev/v1alpha1\nkind: DriftPolicy\nmetadata: {name: own}\nspec:\n  rules:\n"
      "  - {name: r, match: {any: [{resources: {kinds: [Deployment]}}]}, severity: critical}\n");
  CHECK(
      contains(rendered_in(folder.path() / "wv", {"a.yaml"}), "\"drift-policy.dev/severity\": \"critical\""));
}

TEST_CASE("A folder's name is the application's, however the folder is written") {
  const Folder folder;
  folder.write("wv/a.yaml", deployment);
  for (const std::string written : {"wv", "wv/", "wv/.", "./wv//", "wv/../wv"}) {
    CAPTURE(written);
    CHECK(contains(rendered_in(folder.path(), {written}), "drift-policy.dev/application: wv\n"));
  }
  CHECK(contains(rendered_in(folder.path() / "wv", {"."}), "drift-policy.dev/application: wv\n"));
  CHECK(contains(rendered_in(folder.path() / "wv", {}), "drift-policy.dev/application: wv\n"));
}

TEST_CASE("Hooks have the name of the chart's release") {
  const Folder folder;
  folder.write("h/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n");
  folder.write("h/templates/web.yaml",
               "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: '{{ .Release.Name }}-web', "
               "namespace: shop}\n");
  const auto text = rendered_in(folder.path(), {"h/"});
  CHECK(contains(text, "name: 'h-web'"));
  CHECK(contains(text, "drift-policy.dev/application: h\n"));
}
