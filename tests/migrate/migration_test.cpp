// What becomes of the text of Applications: what changes, what stays byte for byte, and what is refused.
#include "migrate/migration.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "support/text.hpp"

namespace {
using namespace drift;
using migrate::Direction;
using migrate::Migration;
using tests::contains;

constexpr std::string_view head =
    "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec:\n";

std::string application(std::string_view spec) {
  return std::string(head) + std::string(spec);
}

Migration moved(std::string_view text) {
  return migrate::migrate("app.yaml", text, {});
}

Migration moved_back(std::string_view text) {
  return migrate::migrate("app.yaml", text, {.direction = Direction::back});
}

// Of the text after the head.
std::string spec_of(const Migration& migration) {
  REQUIRE(migration.text.starts_with(head));
  return migration.text.substr(head.size());
}

std::string lines(const std::vector<Finding>& findings) {
  std::string text;
  for (const auto& finding : findings) text += to_string(finding) + '\n';
  return text;
}

std::string refusal(std::string_view text) {
  try {
    moved(text);
  } catch (const InputError& error) {
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("Only the native block changes, comments and layout of all else stay") {
  const auto migration = moved(application(R"(  # where from
  source:
    repoURL: r   # ours
    helm:        # as always
      # the name
      releaseName: "web"  # short
      values: |
        # no comment of ours
        a: 1

    # the folder
    path: p
  destination: {namespace: web}
---
# another
kind: ConfigMap
)"));
  CHECK(spec_of(migration) == R"(  # where from
  source:
    repoURL: r   # ours
    plugin:
      # as always
      # the name
      # short
      name: drift-policy
      parameters:
      - name: source-type
        string: helm
      - name: helm-release-name
        string: web
      - name: helm-values
        string: |
          # no comment of ours
          a: 1

    # the folder
    path: p
  destination: {namespace: web}
---
# another
kind: ConfigMap
)");
  CHECK(migration.said.lost.empty());
  REQUIRE(migration.changed.size() == 1);
  CHECK(migration.changed[0].application == "web");
  CHECK(migration.changed[0].ns == "web");
  CHECK(migration.changed[0].folder == "p");
}

TEST_CASE("A source without a native block gets the plugin alone, and loses it on the way back") {
  for (const std::string_view before : {
           "  source:\n    repoURL: r\n    path: p # last\n  project: x\n",
           "  source:\n    repoURL: r\n    path: p",
           "  source:\n    repoURL: r\n    path: |-\n      p\n  project: x\n",
           "  sources:\n  - repoURL: r\n    path: p\n",
           "  source: {repoURL: r, path: p}\n",
       }) {
    CAPTURE(before);
    const auto there = moved(application(before));
    CHECK(there.changed.size() == 1);
    CHECK(contains(there.text, "drift-policy"));
    CHECK_FALSE(contains(there.text, "parameters"));
    const auto again = spec_of(moved_back(there.text));
    CHECK(again == (before.ends_with('\n') ? std::string(before) : std::string(before) + "\n"));
  }
}

TEST_CASE("Blocks that set nothing go, wherever they stand") {
  CHECK(spec_of(moved(
            application("  source:\n    directory: {recurse: false}\n    repoURL: r\n    kustomize: {}\n"
                        "    path: p\n    helm:\n      values: \"\"\n"))) ==
        "  source:\n    plugin:\n      name: drift-policy\n    repoURL: r\n    path: p\n");
  CHECK(spec_of(moved(application("  sources:\n  - helm: {}\n    repoURL: r\n    path: p\n"))) ==
        "  sources:\n  - plugin:\n      name: drift-policy\n    repoURL: r\n    path: p\n");
}

TEST_CASE("Flow style, JSON and Windows' line ends stay what they are") {
  CHECK(
      spec_of(moved(application("  source: {repoURL: r, helm: {releaseName: a}, path: p} # c\n"))) ==
      "  source: {repoURL: r, "
      R"("plugin":{"name":"drift-policy","parameters":[{"name":"source-type","string":"helm"},{"name":"helm-release-name","string":"a"}]})"
      ", path: p} # c\n");
  const auto json = moved(
      R"({"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "spec": {"source": {"repoURL": "r", "path": "p"}}})");
  CHECK(
      json.text ==
      R"({"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "spec": {"source": {"repoURL": "r", "path": "p", "plugin":{"name":"drift-policy"}}}})");
  auto windows =
      application("  source:\n    repoURL: r\n    path: p\n    helm:\n      values: |\n        a: 1\n");
  replace_all(windows, "\n", "\r\n");
  const auto text = moved(windows).text;
  CHECK(std::count(text.begin(), text.end(), '\n') == std::count(text.begin(), text.end(), '\r'));
  CHECK(contains(text, "        string: |\r\n          a: 1\r\n"));
}

TEST_CASE("What can't be carried over is named with its place and what to do") {
  struct Case {
    std::string_view spec, said;
  };
  for (const auto& one : std::vector<Case>{
           {"  source: {repoURL: r, path: p, directory: {jsonnet: {libs: [a]}}}\n",
            "app.yaml:5:54: spec.source.directory.jsonnet can't be carried over: Jsonnet isn't rendered; "},
           {"  source: {path: p, helm: {passCredentials: true}}\n",
            "spec.source.helm.passCredentials can't be"},
           {"  source: {path: p, helm: {valueFiles: [a.yaml, $values/b.yaml]}}\n",
            "app.yaml:5:49: spec.source.helm.valueFiles can't be carried over: it is a file of another "
            "source"},
           {"  source: {path: p, helm: {valueFiles: ['https://x/b.yaml']}}\n", "it is a URL"},
           {"  source: {path: p, helm: {fileParameters: [{name: a, path: $values/b}]}}\n",
            "spec.source.helm.fileParameters can't be"},
           {"  source: {path: p, helm: {releaseName: '{{ env }}'}}\n",
            "releaseName can't be carried over: a template"},
           {"  source: {path: p, helm: {valuesFile: a}}\n",
            "spec.source.helm.valuesFile can't be carried over: there is no such"},
           {"  source: {path: p, kustomize: {version: v4}}\n", "spec.source.kustomize.version can't be"},
           {"  source: {path: p, kustomize: {namePrefix: a}, helm: {version: v3}}\n",
            "it has both helm and kustomize, which Argo CD refuses"},
           {"  source: {chart: c, repoURL: r}\n",
            "app.yaml:5:19: spec.source.chart can't be carried over: the plugin gets no chart"},
           {"  sourceHydrator: {drySource: {path: a}}\n", "spec.sourceHydrator can't be"},
       }) {
    CAPTURE(one.spec);
    const auto migration = moved(application(one.spec));
    REQUIRE(migration.said.lost.size() == 1);
    CHECK(contains(lines(migration.said.lost), one.said));
  }
}

TEST_CASE("What changes nothing is said, and no loss") {
  const auto migration = moved(
      application("  source: {path: p, helm: {version: v3, skipCrds: true, passCredentials: false}}\n"));
  CHECK(migration.said.lost.empty());
  CHECK(contains(lines(migration.said.notes), "spec.source.helm.version is left out: "));
  CHECK(migration.changed[0].options.helm_skip_crds);
}

TEST_CASE("Sources that aren't Argo CD's own to render stay as they are") {
  for (const std::string_view source :
       {"{path: p, plugin: {name: drift-policy-observe, parameters: [{name: helm-skip-crds, string: "
        "'true'}]}}",
        "{path: p, plugin: {name: other}}", "{path: p, plugin: {env: []}}", "{repoURL: r, ref: values}"}) {
    CAPTURE(source);
    const auto text = application("  sources:\n  - " + std::string(source) + "\n");
    const auto migration = moved(text);
    CHECK(migration.text == text);
    CHECK(migration.changed.empty());
    CHECK(migration.said.lost.empty());
    CHECK(migration.said.notes.size() == (contains(source, "ref:") ? 0 : 1));
  }
}

TEST_CASE("Of an ApplicationSet the template is changed, and its templates stay") {
  const std::string set =
      "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: s}\nspec:\n  template:\n    "
      "spec:\n";
  const auto good =
      moved(set +
            "      source:\n        path: '{{ .path }}'\n        helm:\n          releaseName: '{{ .n }}'\n"
            "          parameters: [{name: '{{ .k }}', value: '{{ .v }}'}]\n");
  CHECK(good.said.lost.empty());
  CHECK(contains(good.text, R"(map:
              "{{ .k }}": "{{ .v }}")"));
  const auto lost = [&](const std::string& spec) { return lines(moved(set + spec).said.lost); };
  CHECK(contains(lost("      source: {path: p, helm: {valuesObject: {a: '{{ .v }}'}}}\n"),
                 "spec.template.spec.source.helm.valuesObject can't be carried over: it has templates"));
  CHECK(contains(lost("      source: {path: p}\n  templatePatch: |\n    spec: {source: {helm: {}}}\n"),
                 "spec.templatePatch can't be"));
  CHECK(contains(lost("      source: {path: p}\n  generators:\n  - matrix:\n      generators:\n      - git:\n"
                      "          template: {spec: {source: {path: q}}}\n"),
                 "spec.generators[0].matrix.generators[0].git.template can't be"));
}

TEST_CASE("Applications in a list are changed") {
  const auto text =
      moved(
          "apiVersion: v1\nkind: List\nitems:\n- apiVersion: argoproj.io/v1alpha1\n  kind: Application\n"
          "  spec:\n    source:\n      repoURL: r\n      path: p\n- kind: ConfigMap\n")
          .text;
  CHECK(contains(text, "      path: p\n      plugin:\n        name: drift-policy\n- kind: ConfigMap\n"));
}

TEST_CASE("What can't be changed safely is refused") {
  CHECK(contains(refusal(application("  source:\n    path: p\n    helm: &h {releaseName: a}\n  other: *h\n")),
                 "app.yaml:7:11: an anchor stands in what is to be changed"));
  CHECK(contains(refusal(application("  x: &s {path: p}\n  source: *s\n")),
                 "source comes from an anchor elsewhere"));
  CHECK(contains(refusal(application("  x: &h {releaseName: a}\n  source: {path: p, helm: *h}\n")),
                 "helm comes from an anchor elsewhere"));
  CHECK(contains(refusal(application("  source: &s {path: p}\n  other: *s\n")), "can't be changed safely"));
}

TEST_CASE("What Argo CD refuses is an error with its place") {
  CHECK(contains(refusal(application("  source: {path: p, helm: {parameters: [{name: a, value: 1}]}}\n")),
                 "app.yaml:5:58: spec.source.helm.parameters: expected a string"));
  CHECK(contains(refusal(application("  source: {path: p, helm: {skipCrds: 'true'}}\n")),
                 "expected true or false"));
  CHECK(contains(refusal(application("  source: {path: p, kustomize: {replicas: [{name: a}]}}\n")),
                 "expected a count"));
  CHECK(contains(
      refusal(application(
          "  source: {path: p, kustomize: {replicas: [{name: a, count: 1}, {name: a, count: 2}]}}\n")),
      "a is there twice"));
  CHECK(contains(refusal(application("  project: x\n")), "expected spec.source or spec.sources"));
  CHECK(contains(refusal("kind: ConfigMap\n"), "app.yaml: holds no Application and no ApplicationSet"));
}
