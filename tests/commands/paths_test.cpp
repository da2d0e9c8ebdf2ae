// `drift-policy paths`, as a person calls it.
#include <doctest/doctest.h>

#include "support/folder.hpp"
#include "support/program.hpp"

using drift::tests::Folder;
using drift::tests::run;

namespace {
void write_overlay(const Folder& folder) {
  folder.write(".git/HEAD", "");
  folder.write("base/kustomization.yaml", "resources: []\n");
  folder.write("web/kustomization.yaml", "resources: [../base]\n");
}
}  // namespace

TEST_CASE("paths prints the value of the annotation, or JSON, or YAML") {
  const Folder folder;
  write_overlay(folder);
  const auto web = (folder.path() / "web").string();
  CHECK(run({.arguments = {"paths", web}}).out == ".;../base\n");
  CHECK(run({.arguments = {"paths"}, .directory = web}).out == ".;../base\n");
  CHECK(run({.arguments = {"paths", web, "-o", "json"}}).out == "{\"paths\":[\".\",\"../base\"]}\n");
  CHECK(run({.arguments = {"paths", web, "-o", "yaml", "--check", "."}}).out ==
        "paths:\n- \".\"\n- \"../base\"\nlacking:\n- \"../base\"\n");
}

TEST_CASE("paths --check says what an annotation lacks, and ends with 1") {
  const Folder folder;
  write_overlay(folder);
  const auto web = (folder.path() / "web").string();
  const auto enough = run({.arguments = {"paths", web, "--check", ".;/base"}});
  CHECK(enough.exit == 0);
  CHECK(enough.out.empty());
  const auto lacks = run({.arguments = {"paths", web, "--check", "."}});
  CHECK(lacks.exit == 1);
  CHECK(lacks.err ==
        "error: the annotation argocd.argoproj.io/manifest-generate-paths lacks ../base; expected "
        "'.;../base'\n");
  CHECK(run({.arguments = {"paths", "--check", ".", web}}).err == lacks.err);
  CHECK(run({.arguments = {"paths", web, "--check", ""}}).exit == 1);
  CHECK(run({.arguments = {"paths", web + "/kustomization.yaml"}}).exit == 2);
  CHECK(run({.arguments = {"paths", web + "/nothing"}}).exit == 2);
}
