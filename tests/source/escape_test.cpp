// Whoever writes the repository tries to get around the platform's policy, as Argo CD would run us: through parameters,
// plugin.env, annotations, the application's own policy, names like ours, hooks, and tricks of YAML.
#include <doctest/doctest.h>

#include <string>

#include "manifest/manifest.hpp"
#include "support/folder.hpp"
#include "support/program.hpp"

namespace {
namespace tests = drift::tests;
using drift::manifest::Manifests;

const std::string platform =
    "apiVersion: drift-policy.dev/v1alpha1\nkind: DriftPolicy\nmetadata: {name: platform}\nspec:\n"
    "  rules:\n"
    "  - name: secrets\n"
    "    match: {any: [{resources: {kinds: [/v1/Secret]}}]}\n"
    "    severity: medium\n"
    "    syncWave: {value: 3, overwrite: true}\n"
    "    syncOptions: [Prune=confirm]\n"
    "  - name: config\n"
    "    match: {any: [{resources: {kinds: [/v1/ConfigMap]}}]}\n"
    "    severity: medium\n"
    "    fields: [{id: mode, jsonPointers: [/data/mode], severity: high}]\n";

// An application's folder and the platform's policy, called as argocd-cmp-server calls.
class Attack {
 public:
  Attack() {
    platform_.write("policy.yaml", platform);
    environment_ = {{"ARGOCD_APP_NAME", "shop"},
                    {"ARGOCD_APP_NAMESPACE", "shop"},
                    {"ARGOCD_APP_SOURCE_PATH", "app"},
                    {"ARGOCD_APP_SOURCE_REPO_URL", "https://git.example.com/shop"},
                    {"DRIFT_POLICY_PATH", (platform_.path() / "policy.yaml").string()},
                    {"DRIFT_POLICY_IMAGE", "registry.example.com/drift-policy:1"}};
    file("base.yaml", "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: base}\n");
  }

  Attack& file(const std::string& name, const std::string& text) {
    repository_.write("app/" + name, text);
    return *this;
  }
  Attack& with(const std::string& variable, const std::string& value) {
    environment_[variable] = value;
    return *this;
  }
  const std::filesystem::path& repository() const { return repository_.path(); }

  tests::Run run(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"render", "."});
    return tests::run(
        {.arguments = more, .environment = environment_, .directory = (repository_.path() / "app").string()});
  }

  // Refused: the message says why, and nothing is printed.
  void refused(const std::string& message) const {
    const auto result = run();
    CAPTURE(result.err);
    CHECK(result.exit == 2);
    CHECK(result.out.empty());
    CHECK(result.err.find(message) != std::string::npos);
  }

 private:
  tests::Folder platform_, repository_;
  std::map<std::string, std::string> environment_;
};

std::string annotation_of(const std::string& text, const std::string& display, const std::string& key) {
  const Manifests manifests({{"out.yaml", text}});
  for (const auto& manifest : manifests.objects())
    if (manifest.display() == display) return std::string(manifest.annotation(key));
  return "no such object";
}

// The object has what the platform says, and the gate is there.
void check_holds(const Attack& attack, const std::string& display) {
  const auto result = attack.run();
  CAPTURE(result.err);
  CAPTURE(result.out);
  REQUIRE(result.exit == 0);
  CHECK(annotation_of(result.out, display, "drift-policy.dev/severity") == "medium");
  CHECK(annotation_of(result.out, display, "drift-policy.dev/rule").starts_with("platform/"));
  CHECK(result.out.find("drift-policy\n        args:\n        - hook\n        - gate") != std::string::npos);
}

std::string secret(const std::string& metadata) {
  return "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n" + metadata + "stringData: {a: b}\n";
}
}  // namespace

TEST_CASE("a repository can't choose the policy by plugin.env") {
  for (const std::string name : {"ARGOCD_ENV_DRIFT_POLICY_PATH", "ARGOCD_ENV_POLICY", "ARGOCD_ENV_NO_HOOKS",
                                 "ARGOCD_ENV_DRIFT_POLICY_IMAGE", "PARAM_POLICY", "PARAM_NO_HOOKS"}) {
    CAPTURE(name);
    check_holds(Attack().file("s.yaml", secret("")).with(name, "none"), "Secret/s");
  }
}

TEST_CASE("a repository can't choose policy, hooks, image or output by parameters") {
  for (const std::string name :
       {"policy", "no-hooks", "output", "plan", "image", "repo-root", "exec-timeout", "enable-exec",
        "post-renderer", "load-restrictor", "helm-post-renderer", "kustomize-build-options", "app-name"})
    Attack()
        .file("s.yaml", secret(""))
        .with("ARGOCD_APP_PARAMETERS", "[{\"name\":\"" + name + "\",\"string\":\"none\"}]")
        .refused(name);
}

TEST_CASE("when Argo CD calls, --policy and the application's folder don't decide which policy holds") {
  Attack attack;
  attack.file("s.yaml", secret("")).file("policy/weak.yaml", platform);
  const auto result = attack.run({"--policy", "none"});
  CHECK(result.exit == 0);
  CHECK(annotation_of(result.out, "Secret/s", "drift-policy.dev/severity") == "medium");
}

TEST_CASE("annotations of the author's can't lower, rename or unguard") {
  check_holds(Attack().file("s.yaml", secret("  annotations:\n    drift-policy.dev/severity: low\n")),
              "Secret/s");
  check_holds(Attack().file("s.yaml", secret("  annotations:\n    drift-policy.dev/rule: mine/weak\n")),
              "Secret/s");
  Attack config;
  config.file("c.yaml",
              "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\n  annotations:\n"
              "    want.drift-policy.dev/mode: forged\n    want.drift-policy.dev/other: forged\n"
              "    drift-policy.dev/approved: \"yes\"\n  labels: {drift-policy.dev/approved: \"yes\"}\ndata: "
              "{mode: strict}\n");
  check_holds(config, "ConfigMap/c");
  const auto out = config.run().out;
  CHECK(annotation_of(out, "ConfigMap/c", "want.drift-policy.dev/mode") != "forged");
  CHECK(out.find("forged") == std::string::npos);
  CHECK(out.find("drift-policy.dev/approved") == std::string::npos);
}

TEST_CASE("the author's wave and options don't undo the platform's") {
  Attack attack;
  attack.file("s.yaml", secret("  annotations:\n    argocd.argoproj.io/sync-wave: \"-5\"\n    "
                               "argocd.argoproj.io/sync-options: Prune=true, Validate=false\n"));
  const auto out = attack.run().out;
  CHECK(annotation_of(out, "Secret/s", "argocd.argoproj.io/sync-wave") == "3");
  CHECK(annotation_of(out, "Secret/s", "argocd.argoproj.io/sync-options") == "Validate=false,Prune=confirm");
}

TEST_CASE("options that only look like the author's right, or like others, don't undo the platform's") {
  for (const std::string options :
       {"Prune=x=false", "Prune=true\\u00a0", "\\u00a0Prune=true,\\vPrune=", "Prune"}) {
    CAPTURE(options);
    Attack attack;
    attack.file("s.yaml", secret("  annotations: {argocd.argoproj.io/sync-options: \"" + options + "\"}\n"));
    CHECK(annotation_of(attack.run().out, "Secret/s", "argocd.argoproj.io/sync-options") == "Prune=confirm");
  }
}

TEST_CASE("no trick of YAML hides ours or overrules them") {
  for (const std::string metadata :
       {"  annotations: &a {drift-policy.dev/severity: low}\n  labels: *a\n",
        "  annotations:\n    <<: {drift-policy.dev/severity: low}\n",
        "  annotations: {}\n  annotations:\n    drift-policy.dev/severity: low\n",
        "  \"\\u0061nnotations\": {\"drift-policy.dev\\u002fseverity\": low}\n",
        "  annotations:\n    ? drift-policy.dev/severity\n    : low\n",
        "  annotations:\n    drift-policy.dev/severity: !!str low\n", "  annotations: ~\n"}) {
    CAPTURE(metadata);
    check_holds(Attack().file("s.yaml", secret(metadata)), "Secret/s");
  }
  check_holds(
      Attack().file(
          "s.yaml",
          "x: &x {annotations: {drift-policy.dev/severity: low, argocd.argoproj.io/sync-wave: \"0\"}}\n"
          "apiVersion: v1\nkind: Secret\nmetadata: {name: s, <<: *x}\n"),
      "Secret/s");
  check_holds(
      Attack().file(
          "s.json",
          "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"s\"}}"),
      "Secret/s");
}

// The cases are those of Kubernetes' decoder and of Argo CD's, which disagree about what a list is.
TEST_CASE("what Kubernetes would take apart where Argo CD doesn't is refused") {
  const std::string hook =
      "metadata: {name: outer, annotations: {argocd.argoproj.io/hook: PreSync, "
      "argocd.argoproj.io/sync-wave: \"-9000000000\"}}";
  const std::string inner = "[{apiVersion: v1, kind: Secret, metadata: {name: s}}]";
  for (const std::string kind : {"ConfigMap", "List", "ConfigMapList", "Anything"})
    for (const std::string& items : {inner, std::string("[]")})
      Attack()
          .file("l.yaml", "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: " + kind + ", " +
                              hook + ",\n   items: " + items + "}\n")
          .refused("l.yaml:5:11: an object in a list has items of its own");
  Attack()
      .file("l.yaml", "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Secret,\n  items: null}]\n")
      .refused("l.yaml:4:10: items is null");
  Attack()
      .file(
          "l.json",
          R"({"kind":"List","items":[{"kind":"List","items":[{"kind":"List","items":[{"kind":"Secret"}]}]}]})")
      .refused("l.json:1:48: an object in a list has items of its own");
  for (const std::string items : {"{}", "{a: 1}", "text", "5", "true", "\"\""})
    Attack()
        .file("w.yaml", "apiVersion: v1\nkind: Widget\nitems: " + items + "\n")
        .refused("w.yaml:3:8: items is ");
}

TEST_CASE("lists that Argo CD and Kubernetes take apart alike are still taken apart") {
  const std::string item = "- {apiVersion: v1, kind: Secret, metadata: {name: s}}\n";
  for (const std::string kind :
       {"v1\nkind: List", "v1\nkind: SecretList", "example.org/v1\nkind: List", "v1\nkind: Secret"})
    check_holds(Attack().file("l.yaml", "apiVersion: " + kind + "\nitems:\n" + item), "Secret/s");
  // Kubernetes compares keys exactly, and looks at no items further inside.
  check_holds(
      Attack().file("l.yaml",
                    "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nItems: [{kind: List}]\nITEMS: 5\n"
                    "data: {items: []}\n"),
      "Secret/s");
}

TEST_CASE("annotations that Argo CD would ignore all together are refused") {
  for (const std::string value : {"5", "null", "", "{}", "[]", "yes"})
    Attack().file("s.yaml", secret("  annotations:\n    x: " + value + "\n")).refused("s.yaml:6:");
  Attack().file("s.yaml", secret("  labels:\n    x: 5\n")).refused("s.yaml:6:");
}

TEST_CASE("what Argo CD would drop in silence is refused") {
  Attack().file("s.yaml", secret("") + "...\n" + secret("")).refused("which Argo CD would drop");
  Attack().file("s.yaml", secret("  annotations: {argocd.argoproj.io/hook: PreSnyc}\n")).refused("PreSnyc");
}

TEST_CASE("the application's own policy can't lower, and can't be anything but rules") {
  const std::string head =
      "apiVersion: drift-policy.dev/v1alpha1\nkind: DriftPolicy\nmetadata: {name: mine}\nspec:\n";
  check_holds(Attack()
                  .file("s.yaml", secret(""))
                  .file(".drift-policy.yaml", head + "  rules:\n  - {name: weak, match: {any: [{resources: "
                                                     "{kinds: [Secret]}}]}, severity: low}\n"),
              "Secret/s");
  for (const std::string setting :
       {"enforcement: observe", "allowEmpty: true", "hooks: {namespace: mine}", "hooks: {image: evil}",
        "severities: [{name: low, remediation: {action: autoSync}}]", "defaultSeverity: low"}) {
    CAPTURE(setting);
    Attack()
        .file("s.yaml", secret(""))
        .file(".drift-policy.yaml", head + "  " + setting + "\n")
        .refused(".drift-policy.yaml:5:");
  }
}

TEST_CASE("the application's own policy can't be a link to somebody else's file") {
  Attack attack;
  attack.file("s.yaml", secret(""));
  std::filesystem::create_symlink("/etc/hostname", attack.repository() / "app/.drift-policy.yaml");
  attack.refused(".drift-policy.yaml");
}

TEST_CASE("objects that take the names of ours are refused") {
  Attack attack;
  attack.file("s.yaml", secret(""));
  const Manifests before({{"out.yaml", attack.run().out}});
  for (const auto& manifest : before.objects()) {
    if (manifest.annotation("argocd.argoproj.io/hook").empty()) continue;
    CAPTURE(manifest.display());
    Attack forged;
    forged.file("s.yaml", secret(""))
        .file("forged.yaml", "apiVersion: " + std::string(manifest.api_version) +
                                 "\nkind: " + std::string(manifest.kind) +
                                 "\nmetadata: {name: " + std::string(manifest.name) + ", namespace: shop}\n");
    forged.refused("forged.yaml:");
  }
}

TEST_CASE("hooks of the author's can't run before the gate") {
  for (const std::string wave : {"-2147483648", "-2147483647", "-9223372036854775808", "-2147483649"})
    for (const std::string hook : {"PreSync", "PostSync, PreSync"})
      Attack()
          .file("s.yaml", secret(""))
          .file("early.yaml",
                "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: early\n  annotations:\n    "
                "argocd.argoproj.io/hook: " +
                    hook + "\n    argocd.argoproj.io/sync-wave: \"" + wave + "\"\n")
          .refused("early.yaml:");
  Attack()
      .file("s.yaml", secret(""))
      .file("early.yaml",
            "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: early\n  annotations:\n    helm.sh/hook: "
            "pre-install\n"
            "    helm.sh/hook-weight: \"-2147483648\"\n")
      .refused("early.yaml:");
}

TEST_CASE("no file outside of the repository is read") {
  Attack link;
  link.file("s.yaml", secret(""));
  std::filesystem::create_symlink("/etc/passwd", link.repository() / "app/link.yaml");
  CHECK(link.run().exit == 2);
  for (const std::string file :
       {"../../../etc/passwd", "/../../etc/passwd", "https://evil.example.com/values.yaml"}) {
    CAPTURE(file);
    Attack chart;
    chart.file("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n")
        .file("templates/s.yaml", secret(""))
        .with("ARGOCD_APP_PARAMETERS", "[{\"name\":\"helm-value-files\",\"array\":[\"" + file + "\"]}]");
    const auto result = chart.run();
    CHECK(result.exit == 2);
    CHECK(result.out.empty());
  }
}
