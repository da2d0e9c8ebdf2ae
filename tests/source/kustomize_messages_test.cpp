// What a kustomization's mistake is said to be, and that no Secret's value is in it: Argo CD shows it to people.
#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "source/kustomize/messages.hpp"
#include "support/folder.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

namespace {
using drift::source::without_contents;
using drift::tests::Folder;
using drift::tests::run;

using drift::tests::contains;

const std::string secret_value =
    "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {p: hunter3}\n";

// What is said of a kustomization, which must be refused without a word of what is secret in it.
std::string said_of(const std::string& kustomization, int exit) {
  const Folder folder;
  folder.write("kustomization.yaml", kustomization);
  folder.write("s.yaml", secret_value);
  folder.write("bad.env", "A=1\nhunter2=\xff\n");
  const auto result = run({.arguments = {"render", folder.path().string()}});
  CAPTURE(kustomization);
  CAPTURE(result.err);
  CHECK(result.exit == exit);
  CHECK(result.out.empty());
  CHECK_FALSE(contains(result.err, "hunter"));
  CHECK_FALSE(contains(result.err, "104 117"));
  return result.err;
}
}  // namespace

TEST_CASE("Mistakes in generators are told with their place, not with their values") {
  CHECK(contains(said_of("secretGenerator:\n- name: s\n  literals: [a=b, hunter2, =hunter2]\n", 2),
                 "kustomization.yaml:3:19: a literal without a key; expected KEY=VALUE\n"));
  CHECK(contains(said_of("ConfigMapGenerator:\n- name: s\n  literals: [hunter2]\n", 2),
                 ":3:14: a literal without"));
  CHECK(contains(said_of("secretGenerator:\n- name: s\n  files: [hunter2=hunter3=4]\n", 2),
                 "expected FILE or KEY=FILE"));
}

TEST_CASE("Mistakes in inline patches are told with their place, not with their text") {
  const std::string text = "apiVersion: v1\n    kind: Secret\n    stringData: {p: hunter2}\n";
  CHECK(contains(
      said_of("patches:\n- patch: |\n    " + text, 2),
      "kustomization.yaml:2:10: this patch names no object; expected apiVersion, kind and metadata.name"));
  CHECK(contains(said_of("patchesStrategicMerge:\n- |\n    " + text, 2), ":2:3: this patch names no object"));
  CHECK(contains(said_of("patches:\n- patch: |\n    - {op: add, path: /a, value: hunter2\n", 2),
                 ":2:10: line 2 of this patch: "));
  CHECK(contains(said_of("patches:\n- patch: |\n    - {opp: add, path: /a, value: hunter2}\n", 2),
                 "an operation of this JSON patch is incomplete"));
}

TEST_CASE("A file outside of the kustomization's folder is named with its place") {
  const Folder folder;
  folder.write(".git/config", "");
  folder.write("patch.yaml", secret_value);
  folder.write("app/s.yaml", secret_value);
  for (const char* fields :
       {"resources: [s.yaml]\npatches:\n- path: ../patch.yaml\n", "resources:\n- s.yaml\n- ../patch.yaml\n",
        "resources: [s.yaml]\npatchesStrategicMerge:\n- ../patch.yaml\n"}) {
    CAPTURE(fields);
    folder.write("app/kustomization.yaml", fields);
    const auto result = run({.arguments = {"render", (folder.path() / "app").string()}});
    CHECK(result.exit == 2);
    CAPTURE(result.err);
    CHECK(contains(result.err, ":3:"));
    CHECK(contains(result.err, "'../patch.yaml' is a file outside of the kustomization's folder"));
  }
}

TEST_CASE("What kustomize itself says is cut where it quotes") {
  CHECK(
      contains(said_of("secretGenerator: [{name: s, envs: [bad.env]}]\n", 3), "env source files: [bad.env"));
  CHECK(contains(said_of("resources: [s.yaml]\npatches:\n- patch: |\n    apiVersion: v1\n    kind: Secret\n"
                         "    metadata: {name: s}\n    stringData: hunter2\n",
                         3),
                 "expected MappingNode but got ScalarNode"));
  said_of(
      "resources: [s.yaml]\nreplacements:\n- source: {kind: Secret, name: s, fieldPath: stringData.p.x}\n"
      "  targets: [{select: {kind: Secret}, fieldPaths: [stringData.q]}]\n",
      3);
  said_of(
      "generators:\n- |\n  apiVersion: builtin\n  kind: SecretGenerator\n  metadata: {name: x}\n"
      "  literals: [hunter2]\n",
      3);
  const std::string replaces =
      "resources: [s.yaml]\nreplacements:\n- source: {kind: Secret, name: s, fieldPath: stringData.p, ";
  CHECK(contains(said_of(replaces + "options: {delimiter: '-', index: 7}}\n"
                                    "  targets: [{select: {kind: Secret}, fieldPaths: [stringData.q]}]\n",
                         3),
                 "out of bounds for value …"));
  said_of("resources: [s.yaml]\npatches:\n- target: {kind: Secret}\n  patch: '[{op: hunter2, path: /a}]'\n",
          3);
  said_of("resources: [s.yaml]\nhunter2: x\n", 3);
  said_of("resources: ['https://user:hunter2@127.0.0.1:1/x', 'https://127.0.0.1:1/x?token=hunter2']\n", 3);
  said_of("resources: ['https://127.0.0.1:1/x?token=hunter2']\n", 3);
  said_of("resources:\n- s.yaml\n- |\n  apiVersion: v1\n  kind: Secret\n  stringData: {p: hunter2}\n", 3);
  said_of(
      "resources: [s.yaml]\npatches:\n- patch: |\n    $patch: hunter2\n    apiVersion: v1\n    kind: Secret\n"
      "    metadata: {name: s}\n",
      3);
}

TEST_CASE("Reasons, names of files and what git says stay") {
  CHECK(without_contents(
            "error: trouble configuring builtin PatchTransformer with config: `\npatch: |\n  a: b\n"
            "`: unable to parse SM or JSON patch from [patch: \"a: b\"]\n") ==
        "error: trouble configuring builtin PatchTransformer with config: `…\n…\n"
        "`: unable to parse SM or JSON patch from [patch:…\n");
  const std::string git =
      "error: failed to run '/usr/bin/git fetch'\nremote: Repository not found.\nfatal: no\n";
  CHECK(without_contents(git) == git);
  CHECK(without_contents("").empty());
  const std::string named =
      "error: accumulating resources from 'o.yaml': unable to find field \"a.b\" in \"/x\"\n";
  CHECK(without_contents(named) == named);
  for (const auto& [text, shown] : std::vector<std::pair<std::string, std::string>>{
           {"yaml: unknown anchor 'hunter2' referenced in File: o.yaml",
            "yaml: unknown anchor '…' referenced in File: o.yaml"},
           {"yaml: cannot decode !!str `hunter2` as a !!int", "yaml: cannot decode !!str `…` as a !!int"},
           {"json: unknown field \"hunter2\"", "json: unknown field \"…\""}})
    CHECK(without_contents("error: " + text + "\n") == "error: " + shown + "\n");
}
