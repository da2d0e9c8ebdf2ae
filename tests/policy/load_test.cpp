// Where policies come from, and what several of them add up to.
#include <filesystem>

#include "policy/read/lines.hpp"
#include "support/folder.hpp"
#include "support/policy_cases.hpp"

using namespace drift;
using namespace drift::policy;
using drift::tests::Folder;
namespace fs = std::filesystem;

namespace {

PolicySet resolve(const PolicyInputs& inputs) {
  std::vector<Finding> warnings;
  return resolve_policies(inputs, warnings);
}

std::string first_name(const PolicyInputs& inputs) {
  return resolve(inputs).policies.at(0).name;
}

std::string error_of(const PolicyInputs& inputs) {
  try {
    resolve(inputs);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

bool load_says(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return true;
  MESSAGE(text);
  return false;
}

std::vector<std::string> mistakes_of(const std::vector<PolicyText>& texts) {
  Findings findings;
  load(texts, findings);
  return strings_of(findings.mistakes);
}

}  // namespace

TEST_CASE("the flag comes before the environment, that before the mounted folder, that before the baseline") {
  Folder folder;
  PolicyInputs inputs;
  inputs.mounted = (folder.path() / "nowhere").string();
  CHECK(first_name(inputs) == "baseline");
  folder.write("mounted/p.yaml", policy_text("rules: []\n", "mounted"));
  inputs.mounted = (folder.path() / "mounted").string();
  CHECK(first_name(inputs) == "mounted");
  inputs.environment = folder.write("environment.yaml", policy_text("rules: []\n", "environment")).string();
  CHECK(first_name(inputs) == "environment");
  inputs.flag = folder.write("flag.yaml", policy_text("rules: []\n", "flag")).string();
  CHECK(first_name(inputs) == "flag");
  inputs.flag = "none";
  CHECK(resolve(inputs).none);
}

TEST_CASE("escape: when Argo CD calls, the flag decides nothing") {
  Folder folder;
  PolicyInputs inputs;
  inputs.called_by_argocd = true;
  inputs.mounted = (folder.path() / "nowhere").string();
  inputs.flag = "none";
  CHECK(first_name(inputs) == "baseline");
  inputs.flag = folder.write("weak.yaml", policy_text("enforcement: observe\n", "weak")).string();
  CHECK(first_name(inputs) == "baseline");
}

TEST_CASE(
    "escape: what is named or mounted and can't be used is an error, never a reason for something weaker") {
  Folder folder;
  PolicyInputs inputs;
  inputs.mounted = (folder.path() / "mounted").string();
  fs::create_directory((folder.path() / "mounted"));
  CHECK(load_says(error_of(inputs), "a folder without policies"));
  folder.write("mounted/README.md", "nothing");
  folder.write("mounted/.hidden.yaml", policy_text("rules: []\n"));
  CHECK(load_says(error_of(inputs), "a folder without policies"));
  folder.write("mounted/p.yaml", "");
  CHECK(load_says(error_of(inputs), "holds no policy"));
  fs::create_symlink((folder.path() / "gone"), (folder.path() / "dangling"));
  inputs.mounted = (folder.path() / "dangling").string();
  CHECK(load_says(error_of(inputs), "no such policy file or folder"));
  inputs.environment = (folder.path() / "gone").string();
  CHECK(load_says(error_of(inputs), "no such policy file or folder"));
  inputs.environment = "";
  CHECK(load_says(error_of(inputs), "DRIFT_POLICY_PATH is set but empty"));
  inputs.environment = "none";
  CHECK(load_says(error_of(inputs), "no such policy file or folder"));
}

TEST_CASE("policies of a folder are read in the order of their names, links included, hidden ones not") {
  Folder folder;
  folder.write("..data/b.yaml", policy_text("rules: []\n", "b"));
  folder.write("p/a.yml", policy_text("rules: []\n", "a"));
  folder.write(
      "p/c.json",
      R"({"apiVersion":"drift-policy.dev/v1alpha1","kind":"DriftPolicy","metadata":{"name":"c"},"spec":{}})");
  folder.write("p/.drift-policy.yaml", "not: read");
  fs::create_symlink((folder.path() / "..data/b.yaml"), (folder.path() / "p/b.yaml"));
  PolicyInputs inputs;
  inputs.environment = (folder.path() / "p").string();
  auto set = resolve(inputs);
  REQUIRE(set.policies.size() == 3);
  CHECK(set.policies[0].name == "a");
  CHECK(set.policies[1].name == "b");
  CHECK(set.policies[2].name == "c");
}

TEST_CASE("a policy that is too large is refused") {
  Folder folder;
  PolicyInputs inputs;
  inputs.environment = folder.write("large.yaml", std::string(max_policy_size + 1, '#')).string();
  CHECK(load_says(error_of(inputs), "is larger than 4 MiB"));
}

TEST_CASE("escape: an application's policy that is a link, a folder or broken is an error") {
  Folder folder;
  PolicyInputs inputs;
  inputs.mounted = (folder.path() / "nowhere").string();
  inputs.application_name = ".drift-policy.yaml";
  inputs.application = folder.write("own.yaml", policy_text("rules: []\n", "own")).string();
  CHECK(resolve(inputs).policies.size() == 2);
  fs::create_symlink((folder.path() / "own.yaml"), (folder.path() / "link.yaml"));
  inputs.application = (folder.path() / "link.yaml").string();
  CHECK(load_says(error_of(inputs), ".drift-policy.yaml: is a link"));
  inputs.application = folder.path().string();
  CHECK(load_says(error_of(inputs), "expected a file with a policy"));
  inputs.application = folder.write("broken.yaml", "a: [").string();
  CHECK(load_says(error_of(inputs), ".drift-policy.yaml:"));
}

TEST_CASE("of several policies one lists the severities, or all the same") {
  const std::string list =
      "severities: [{name: minor, remediation: {action: autoSync}}, {name: major, remediation: {action: "
      "stop}}]\n";
  const std::string other =
      "severities: [{name: minor, remediation: {action: approve}}, {name: major, remediation: {action: "
      "stop}}]\n";
  const std::string rule =
      "rules: [{name: r, match: {any: [{resources: {kinds: [Pod]}}]}, severity: major}]\n";
  CHECK(mistakes_of({{"a", policy_text(rule, "a")}, {"b", policy_text(list, "b")}}).empty());
  CHECK(mistakes_of({{"a", policy_text(list, "a")}, {"b", policy_text(list, "b")}}).empty());
  auto differ = mistakes_of({{"a", policy_text(list, "a")}, {"b", policy_text(other, "b")}});
  REQUIRE(differ.size() == 1);
  CHECK(load_says(differ[0], "b:5:16: these severities differ from those of policy \"a\" (a)"));
}

TEST_CASE("settings that two policies set differently are mistakes, the same is fine") {
  auto both = [](const std::string& a, const std::string& b) {
    return mistakes_of({{"a", policy_text(a, "a")}, {"b", policy_text(b, "b")}}).size();
  };
  CHECK(both("enforcement: observe\n", "enforcement: observe\n") == 0);
  CHECK(both("enforcement: observe\n", "enforcement: enforce\n") == 1);
  CHECK(both("allowEmpty: true\n", "allowEmpty: false\n") == 1);
  CHECK(both("defaultSeverity: low\n", "defaultSeverity: high\n") == 1);
  CHECK(both("hooks: {namespace: a}\n", "hooks: {namespace: b}\n") == 1);
  CHECK(both("hooks: {namespace: a}\n", "hooks: {image: 'x:1'}\n") == 0);
  CHECK(both("hooks: {records: {keep: 5}}\n", "hooks: {records: {keepFor: 24h}}\n") == 0);
  const auto allowing = [](const std::string& list) { return "hooks: {allowAuthors: " + list + "}\n"; };
  CHECK(both(allowing("[{kinds: [Job], phases: [SyncFail]}]"),
             allowing("[{kinds: [Job], phases: [SyncFail]}]")) == 0);
  CHECK(both(allowing("[{kinds: [Job], phases: [SyncFail]}]"), allowing("[]")) == 1);
  CHECK(both(allowing("[{kinds: [Job], phases: [SyncFail]}]"),
             allowing("[{kinds: [Pod], phases: [SyncFail]}]")) == 1);
  CHECK(both(allowing("[{kinds: [Job], phases: [SyncFail]}]"),
             allowing("[{kinds: [Job], deletePolicies: [HookFailed]}]")) == 1);
  CHECK(both("hooks: {records: {keep: 5}}\n", "hooks: {records: {keep: 6}}\n") == 1);
  CHECK(both("hooks: {records: {keepFor: 24h}}\n", "hooks: {records: {keepFor: 25h}}\n") == 1);
  CHECK(both("hooks: {resources: {limits: {cpu: 1}}}\n", "hooks: {resources: {limits: {cpu: 2}}}\n") == 1);
  const std::string extra =
      "hooks: {extra: [{name: x, manifest: {apiVersion: v1, kind: ConfigMap, metadata: {name: x, "
      "annotations: {argocd.argoproj.io/hook: Sync}}}}]}\n";
  CHECK(both(extra, extra) == 1);
}

TEST_CASE("two policies of one name are a mistake") {
  auto texts = mistakes_of({{"a", policy_text("rules: []\n", "x")}, {"b", policy_text("rules: []\n", "x")}});
  REQUIRE(texts.size() == 1);
  CHECK(load_says(texts[0], "b:1:1: another policy is named \"x\" too, in a"));
}

TEST_CASE("unset settings have the defaults that the documentation names") {
  auto set = set_of("rules: []\n");
  CHECK(set.enforcement == Enforcement::enforce);
  CHECK_FALSE(set.allow_empty);
  CHECK(set.default_severity == 0);
  CHECK(set.severity_names() == "low, medium, high, critical");
  CHECK(set.hooks_from == 1);  // the lowest that doesn't just go on
  CHECK(set.severities[1].approval.required == 1);
}

TEST_CASE("a severity that asks about Git's changes has a gate, whatever its action") {
  const std::string severities =
      "severities:\n- {name: low, remediation: {action: autoSync}}\n- name: watched\n  remediation: {action: "
      "autoSync}\n"
      "  changes: {approval: {of: [added, removed]}}\n- {name: high, remediation: {action: restore}}\n";
  const auto set = set_of(severities);
  CHECK(set.hooks_from == 1);
  CHECK(set.severities[1].changes->approval.required == 1);
  CHECK(set.severities[1].changes->approval.through_argocd);
  CHECK_FALSE(set.severities[1].changes->changed);
  CHECK(set.asks_about_removals());
  const auto mistakes =
      mistakes_of({{"a", policy_text(severities + "hooks: {when: {severityAtLeast: high}}\n", "x")}});
  REQUIRE(mistakes.size() == 1);
  CHECK(load_says(mistakes[0],
                  "severity watched asks about Git's changes, and its applications would have no gate"));
}

TEST_CASE("what a first sync adds can't be asked about where nothing added is") {
  const auto mistakes = mistakes_of(
      {{"a",
        policy_text(
            "severities: [{name: low, remediation: {action: autoSync}, changes: {approval: {of: [changed], "
            "firstSync: true}}}]\n",
            "x")}});
  REQUIRE(mistakes.size() == 1);
  CHECK(load_says(mistakes[0], "asks about what a first sync adds; expected `added` in `of`"));
}

TEST_CASE("the built-in hooks begin with the lowest severity that waits, or where the policy says") {
  auto from = [](const std::string& spec) { return set_of(spec).hooks_from; };
  CHECK(from("hooks: {when: {severityAtLeast: low}}\n") == 0);
  CHECK(from("severities: [{name: a, remediation: {action: autoSync}}]\n") == 1);
  CHECK(from("severities: [{name: a, remediation: {action: restore}}]\n") == 0);
}

TEST_CASE("the digest changes with any byte of a policy") {
  auto a = set_of("rules: []\n"), b = set_of("rules: [] # \n");
  CHECK(a.digest.size() == 64);
  CHECK(a.digest == set_of("rules: []\n").digest);
  CHECK(a.digest != b.digest);
  // What the platform wants stays the same beside an application's own policy.
  const auto with_own = set_of("rules: []\n", "rules: []\n");
  CHECK(a.platform_digest == a.digest);
  CHECK(with_own.platform_digest == a.digest);
  CHECK(with_own.digest != a.digest);
}

TEST_CASE("places are counted as the reader of documents counts them") {
  const std::string text = "a: 1\r\nb:\rc: [x, \xC3\xA9, y]\n\nd: {e: f}\n";
  yaml::Document document("t", text, {0, static_cast<std::uint32_t>(text.size())});
  const Lines lines("t", text);
  std::vector<yaml::Node> open = {document.root()};
  std::size_t nodes = 0;
  while (!open.empty()) {
    const auto node = open.back();
    open.pop_back();
    ++nodes;
    CHECK(to_string({lines.place(node), ""}) == to_string({node.place(), ""}));
    for (auto child = node.child(); child; child = child.next()) open.push_back(child);
  }
  CHECK(nodes == 14);
}
