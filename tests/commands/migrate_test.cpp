// `drift-policy migrate` through the built program: what goes where, and how it ends.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/faulty_server.hpp"
#include "support/folder.hpp"
#include "support/kubeconfig.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

namespace {
using namespace drift;
using tests::contains;

const std::string before = R"(apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web}
spec:
  source:
    path: p
    helm:
      releaseName: a
)";

tests::Run migrated(const std::string& text, const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments{"migrate", "-"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return tests::run({.arguments = arguments, .input = text});
}

}  // namespace

TEST_CASE("migrate prints the file for the plugin, says what it changed, and turns it back") {
  const auto there = migrated(before, {"--plugin", "drift-policy-observe"});
  CAPTURE(there.err);
  CHECK(there.exit == 0);
  CHECK(contains(there.out, "name: drift-policy-observe\n"));
  CHECK(there.err ==
        "<stdin>:6:5: web: spec.source: the plugin drift-policy-observe renders it, with 2 parameters\n");
  const auto back = migrated(there.out, {"--back"});
  CHECK(back.exit == 0);
  CHECK(back.out == before);
  CHECK(contains(back.err, "web: spec.source: Argo CD renders it by itself"));
}

TEST_CASE("migrate prints nothing where something else would be rendered, unless --partial") {
  const tests::Folder folder;
  const auto file = folder.write("app.yaml", before + "      passCredentials: true\n").string();
  const auto refused = tests::run({.arguments = {"migrate", file}});
  CHECK(refused.exit == 1);
  CHECK(refused.out.empty());
  CHECK(contains(refused.err, file + ":9:24: spec.source.helm.passCredentials can't be carried over: "));
  CHECK(contains(refused.err,
                 "1 setting can't be carried over, so nothing was printed; --partial prints the rest"));
  const auto partial = tests::run({.arguments = {"migrate", file, "--partial"}});
  CHECK(partial.exit == 0);
  CHECK(contains(partial.out, "helm-release-name"));
  CHECK(contains(partial.err, "warning: " + file + ":9:24: "));
}

TEST_CASE("migrate refuses what is no Application") {
  const auto run = migrated("kind: ConfigMap\n");
  CHECK(run.exit == 2);
  CHECK(run.out.empty());
}

TEST_CASE("migrate --verify renders both ways, and prints nothing where they differ") {
  const tests::Folder folder;
  folder.write("p/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
  folder.write("p/b/b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n");
  const auto head = before.substr(0, before.find("    helm:"));
  const auto same = migrated(head + "    directory: {recurse: true}\n", {"--verify", folder.path().string()});
  CAPTURE(same.err);
  CHECK(same.exit == 0);
  CHECK(contains(same.err, "spec.source: Argo CD and the plugin render the same 2 objects"));
  CHECK(contains(same.out, "directory-recurse"));
  const auto missing = migrated(before, {"--verify", folder.path().string()});
  CHECK(missing.exit != 0);
  CHECK(missing.out.empty());
  const auto two = migrated(head + "    repoURL: a\n---\n" + head + "    repoURL: b\n", {"--verify", "/"});
  CHECK(two.exit == 2);
  CHECK(contains(two.err, "sources of 2 repositories"));
}

TEST_CASE("migrate --all prints the Applications of a namespace as Git would have them") {
  const tests::Folder folder;
  tests::FaultyServer server;
  server.then(tests::answer(200, R"({"metadata": {"resourceVersion": "1"}, "items": [
    {"metadata": {"name": "web", "namespace": "argocd", "uid": "u", "resourceVersion": "7", "labels": {"a": "b"},
      "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}", "c": "d"}},
     "spec": {"source": {"path": "p", "repoURL": "r", "helm": {"skipCrds": true}}}, "status": {"x": 1}},
    {"metadata": {"name": "made", "ownerReferences": [{"kind": "ApplicationSet", "name": "all"}]}, "spec": {}},
    {"metadata": {"name": "ours"}, "spec": {"source": {"path": "q", "plugin": {"name": "drift-policy"}}}}]})"));
  const auto config = folder.write("config", tests::kubeconfig(server.url())).string();
  const auto run = tests::run({.arguments = {"migrate", "--all", "--kubeconfig", config}});
  CAPTURE(run.err);
  CHECK(run.exit == 0);
  CHECK(run.out == R"(apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: web
  namespace: argocd
  labels:
    a: b
  annotations:
    c: d
spec:
  source:
    path: p
    repoURL: r
    plugin:
      name: drift-policy
      parameters:
      - name: source-type
        string: helm
      - name: helm-skip-crds
        string: "true"
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: ours
spec:
  source:
    path: q
    plugin:
      name: drift-policy
)");
  CHECK(contains(run.err, "argocd/made: is made by the ApplicationSet \"all\", and left out; migrate that"));
  CHECK(contains(run.err, "argocd/ours:7:5: spec.source is rendered by drift-policy already"));
  CHECK(tests::run({.arguments = {"migrate"}}).exit == 2);
  CHECK(tests::run({.arguments = {"migrate", "--all", "x.yaml"}}).exit == 2);
}

TEST_CASE("migrate does what docs/migrate.md shows") {
  const auto page = tests::contents(tests::project_folder() + "/docs/migrate.md");
  const std::string fence = "```yaml\n", end = "```\n";
  const auto block = [&](std::size_t from) {
    const auto begin = page.find(fence, from) + fence.size();
    return page.substr(begin, page.find(end, begin) - begin);
  };
  const auto shown = block(0);
  const auto run = migrated(shown);
  CHECK(run.exit == 0);
  CHECK(run.out == block(page.find(shown) + shown.size()));
}
