// The program from outside: exit codes, what goes where, and that nothing is printed when something is wrong.
#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "json/read.hpp"
#include "support/folder.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

namespace {
namespace tests = drift::tests;
using tests::Folder;
using tests::run;

const std::string deployment =
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  replicas: "
    "2\n";
const std::string samples = drift::tests::project_folder() + "/sample-apps/";

using drift::tests::contains;

// Wrong input: exit 2, an explanation, and nothing that Argo CD could apply.
void check_refused(const tests::Run& result, const std::string& message, int exit = 2) {
  CAPTURE(result.err.substr(0, 500));
  CHECK(result.exit == exit);
  CHECK(result.out.empty());
  CHECK(contains(result.err, message));
}

tests::Run render_text(const std::string& text, std::vector<std::string> more = {}) {
  more.insert(more.begin(), {"render", "-"});
  return run({.arguments = more, .input = text});
}
}  // namespace

TEST_CASE("standard input is rendered to standard output, and the summary goes to standard error") {
  const auto result = render_text(deployment, {"--app-namespace", "shop"});
  CHECK(result.exit == 0);
  CHECK(contains(result.out, "drift-policy.dev/severity: \"medium\""));
  CHECK(contains(result.err, "1 object: 1 medium"));
  CHECK(!contains(result.out, "1 object"));
  CHECK(!contains(result.out, "\033["));
}

TEST_CASE("rules that matched nothing are named of a policy that somebody wrote, not of the baseline") {
  const std::string said = "rules that matched nothing";
  CHECK(!contains(render_text(deployment).err, said));
  const auto copy = std::string(drift::tests::project_folder()) + "/policies/baseline.yaml";
  CHECK(!contains(render_text(deployment, {"--policy", copy}).err, said));
  const Folder folder;
  folder.write("baseline.yaml", tests::contents(copy));
  folder.write(
      "own.yaml",
      "apiVersion: drift-policy.dev/v1alpha1\nkind: DriftPolicy\nmetadata: {name: own}\nspec:\n  rules:\n"
      "  - {name: pods, match: {any: [{resources: {kinds: [Pod]}}]}, severity: high}\n"
      "  - {name: any, match: {any: [{resources: {kinds: ['*']}}]}, severity: low}\n");
  const auto own = render_text(deployment, {"--policy", (folder.path() / "own.yaml").string()});
  CHECK(contains(own.err, said + ": 1 of 2 (pods)\n"));
  const auto both = render_text(deployment, {"--policy", folder.path().string()});
  CAPTURE(both.err);
  CHECK(contains(both.err, said + ": 1 of 2 (own/pods)\n"));
}

TEST_CASE("rendering rendered output changes nothing, hooks and all") {
  for (const std::string name : {"low", "medium", "high"}) {
    const std::vector<std::string> flags = {"--app-name", name, "--app-namespace", "default"};
    auto first_call = flags;
    first_call.insert(first_call.begin(), {"render", samples + name});
    first_call.insert(first_call.end(), {"--repo-root", samples + name});
    const auto first = run({.arguments = first_call,
                            .environment = {{"ARGOCD_APP_SOURCE_PATH", "."}},
                            .directory = samples + name});
    REQUIRE(first.exit == 0);
    CHECK(contains(first.out, "kind: Job"));
    auto second_call = flags;
    second_call.insert(second_call.begin(), {"render", "-"});
    const auto second =
        run({.arguments = second_call, .environment = {{"ARGOCD_APP_SOURCE_PATH", "."}}, .input = first.out});
    CHECK(second.err.substr(0, 2000) != "");
    CHECK(second.out == first.out);
  }
}

TEST_CASE("the same input gives the same bytes") {
  const tests::Call call{.arguments = {"render", samples + "high", "--app-namespace", "default"}};
  CHECK(run(call).out == run(call).out);
}

TEST_CASE("JSON output: a line for each object, or a List") {
  const auto lines =
      render_text(deployment + "---\n" + "kind: List\napiVersion: v1\nitems:\n- {kind: A, apiVersion: v1}\n",
                  {"-o", "jsonl", "--policy", "none"});
  CHECK(
      lines.out ==
      R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop"},"spec":{"replicas":2}})"
      "\n"
      R"({"apiVersion":"v1","kind":"A"})"
      "\n");
  const auto list = render_text("kind: A\nnum: 1.50\n", {"-o", "json", "--policy", "none"});
  CHECK(list.out ==
        "{\n    \"apiVersion\": \"v1\",\n    \"items\": [\n        {\n            \"kind\": \"A\",\n         "
        "   \"num\": 1.5\n"
        "        }\n    ],\n    \"kind\": \"List\"\n}\n");
}

TEST_CASE("the diff shows insertions alone, with their lines") {
  const auto result = render_text(deployment, {"--diff", "--no-hooks"});
  CHECK(contains(result.out, "--- a/<stdin>\n+++ b/<stdin>\n@@ -3,0 +4,4 @@\n+  annotations:\n"));
  CHECK(!contains(result.out, "name: web"));
}

TEST_CASE("the diff shows what is injected as one line, and all of it with --hooks") {
  const auto result = render_text(deployment, {"--diff"});
  CHECK(contains(result.out, " hook objects: gate, audit, alert … (--hooks to see them)\n"));
  CHECK(!contains(result.out, "/dev/null"));
  CHECK(contains(result.out, "+    drift-policy.dev/severity: \"medium\"\n"));
  const auto whole = render_text(deployment, {"--diff", "--hooks"});
  CHECK(contains(whole.out, "--- /dev/null\n+++ Job/"));
  CHECK(contains(whole.out, "+kind: Job\n"));
  CHECK(!contains(whole.out, "--hooks"));
  CHECK(!contains(render_text(deployment, {"--diff", "--no-hooks"}).out, "hook object"));
  check_refused(render_text(deployment, {"--hooks"}), "--diff");
  const Folder folder;
  folder.write(
      "policy.yaml",
      "apiVersion: drift-policy.dev/v1alpha1\nkind: DriftPolicy\nmetadata: {name: p}\nspec:\n  rules: []\n"
      "  hooks:\n    extra:\n    - name: smoke\n      manifest: {apiVersion: v1, kind: ConfigMap, metadata: "
      "{name: "
      "smoke, annotations: {argocd.argoproj.io/hook: PostSync}}}\n");
  const auto own =
      render_text(deployment, {"--diff", "--no-hooks", "--policy", (folder.path() / "policy.yaml").string()});
  CAPTURE(own.err);
  CHECK(contains(own.out, "+ 1 hook object: smoke (--hooks to see it)\n"));
}

TEST_CASE("the diff ends a wanted value with the line, and writes it whole") {
  std::string arguments;
  for (int i = 0; i < 20; ++i) arguments += "argument-" + std::to_string(i) + ", ";
  const auto text =
      deployment + "  template: {spec: {containers: [{name: web, args: [" + arguments + "é]}]}}\n";
  const auto shown = render_text(text, {"--diff", "--no-hooks"}).out;
  const auto at = shown.find("+    want.drift-policy.dev/args.0: ");
  REQUIRE(at != std::string::npos);
  const auto line = shown.substr(at, shown.find('\n', at) - at);
  CHECK(line.ends_with("…"));
  CHECK(line.size() <= 100 + 2);  // `…` is three bytes and one column
  CHECK(contains(render_text(text, {"--no-hooks"}).out, "argument-19"));
}

TEST_CASE("the diff shows no value of a Secret, though one stands on the line of an insertion") {
  const std::string head = "apiVersion: v1, kind: Secret, metadata: {name: s";
  for (const std::string& text :
       {"{" + head + "}, stringData: {password: hunter2, pin: \"hunter3\"}}\n",
        "{" + head + "}, stringData: {password: hunter2,\n  pin: hunter3}, type: Opaque}\n",
        "{x: &x {password: hunter2}, " + head + "}, data: {<<: *x, pin: hunter3}}\n",
        "{apiVersion: v1, kind: List, items: [&s {" + head + "}, data: {password: hunter2}}, *s]}\n",
        "{" + head +
            ", annotations: {drift-policy.dev/old: x, kubectl.kubernetes.io/last-applied-configuration: " +
            "'{\"data\":{\"password\":\"hunter2\"}}'}}}\n"}) {
    CAPTURE(text);
    const auto result = render_text(text, {"--diff", "--no-hooks"});
    CHECK(result.exit == 0);
    CHECK(contains(result.out, "-{"));
    CHECK(contains(result.out, "…"));
    CHECK(!contains(result.out, "hunter"));
  }
  const auto config = render_text("{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {mode: x}}\n",
                                  {"--diff", "--no-hooks"});
  CHECK(contains(config.out, "data: {mode: x}}"));
}

TEST_CASE("colour is for terminals, or on demand") {
  CHECK(contains(render_text(deployment, {"--color", "always"}).out, "\033[32m"));
  CHECK(!contains(render_text(deployment, {"--color", "auto"}).out, "\033["));
}

TEST_CASE("an empty result is refused with exit 1, unless the policy allows it") {
  const Folder folder;
  check_refused(run({.arguments = {"render", folder.path().string()}}), "there is no manifest in it", 1);
  check_refused(render_text("# nothing\n"), "there is no manifest in it", 1);
  folder.write("policy.yaml",
               "apiVersion: drift-policy.dev/v1alpha1\nkind: DriftPolicy\nmetadata: {name: p}\nspec:\n  "
               "allowEmpty: true\n  rules: []\n");
  const auto allowed = render_text("# nothing\n", {"--policy", (folder.path() / "policy.yaml").string()});
  CHECK(allowed.exit == 0);
  CHECK(allowed.out == "# nothing\n");
}

TEST_CASE("bad YAML is told with its place and prints nothing") {
  check_refused(render_text(deployment + "---\nkind: A\nspec: [1, 2\n"), "<stdin>:");
  check_refused(render_text("kind: A\n  b: c\n"), "<stdin>:2:4: ");
  check_refused(render_text("just text\n"), "<stdin>:1:1: a string in place of a Kubernetes object");
  check_refused(render_text("metadata: {name: x}\n"), "an object without a kind");
}

TEST_CASE("all mistakes are told at once") {
  const auto result = render_text("a: [\n---\nkind: A\nmetadata: {annotations: {x: 1}}\n---\nkind: {}\n");
  CHECK(result.exit == 2);
  CHECK(contains(result.err, "<stdin>:4:29: the value of annotation \"x\" is a number"));
  CHECK(contains(result.err, "<stdin>:6:7: kind is a mapping"));
  CHECK(contains(result.err, "<stdin>:"));
}

TEST_CASE("a Secret's value is in no message") {
  for (const std::string value :
       {"hunter2: [", "!!int hunter2", "*hunter2x", "\"hunter2\\q\"", "!!binary hunter2%"}) {
    const auto result = render_text(
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  password: " + value + "\n");
    CAPTURE(result.err);
    CHECK(result.exit == 2);
    CHECK(!contains(result.err, "hunter2"));
  }
  const auto good = render_text(
      "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: shop}\nstringData:\n  password: "
      "hunter2\n",
      {"--diff"});
  CHECK(good.exit == 0);
  CHECK(!contains(good.out + good.err, "hunter2"));
}

TEST_CASE("what is not there is said") {
  check_refused(run({.arguments = {"render", "/no/such/folder"}}),
                "/no/such/folder: there is no such file or folder");
  check_refused(render_text(deployment, {"--policy", "/no/such/policy.yaml"}), "/no/such/policy.yaml");
  check_refused(run({.arguments = {"render", samples + "helm"}, .environment = {{"PATH", "/nowhere"}}}),
                "helm", 3);
}

TEST_CASE("a bad policy is told with its place") {
  const Folder folder;
  folder.write(
      "p.yaml",
      "apiVersion: drift-policy.dev/v1alpha1\nkind: DriftPolicy\nmetadata: {name: p}\nspec:\n  rule: []\n");
  check_refused(render_text(deployment, {"--policy", (folder.path() / "p.yaml").string()}), "p.yaml:5:3: ");
}

TEST_CASE("nothing is said where nobody reads any more, and the exit code is that of SIGPIPE") {
  const Folder folder;
  // More than a pipe holds, so the program still writes when `true` has ended.
  folder.write("large.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: " +
                                 std::string(1'000'000, 'x') + "\n");
  const auto piped =
      std::string(tests::program_path()) + " render large.yaml -q 2>said | true; exit ${PIPESTATUS[0]}";
  const auto ended =
      run({.arguments = {"-c", piped}, .directory = folder.path().string(), .program = "/bin/bash"});
  CHECK(ended.exit == 128 + SIGPIPE);
  CHECK(folder.read("said").empty());
}

TEST_CASE("a full disk is an error") {
  const auto full = run({.arguments = {"render", "-"}, .input = deployment, .output_file = "/dev/full"});
  CHECK(full.exit == 3);
  CHECK(contains(full.err, "can't write standard output: No space left on device"));
  check_refused(render_text(deployment, {"--plan", "/no/such/folder/plan.json"}),
                "can't write /no/such/folder/plan.json", 3);
}

TEST_CASE("the plan is written beside the manifests") {
  const Folder folder;
  const auto file = (folder.path() / "plan.json").string();
  CHECK(render_text(deployment, {"--plan", file, "--app-namespace", "shop"}).exit == 0);
  CHECK(contains(folder.read("plan.json"), "\"kind\":\"Deployment\""));
}

TEST_CASE("a document of 100 MB is refused before it is read") {
  std::string text = "kind: A\nx: ";
  text.resize(100'000'000, 'x');
  const auto result = render_text(text);
  check_refused(result, "MiB");
}

TEST_CASE("10,000 levels are too many, and a thousand are not") {
  const auto nested = [](std::size_t levels) {
    return "kind: A\nx: " + std::string(levels, '[') + std::string(levels, ']') + "\n";
  };
  check_refused(render_text(nested(10'001)), "nested too deep");
  CHECK(render_text(nested(1'000), {"-o", "jsonl", "--policy", "none"}).exit == 0);
  CHECK(render_text(nested(9'900), {"-o", "jsonl", "--policy", "none"}).exit == 0);
  CHECK(render_text("b: &b " + nested(9'900).substr(std::string("kind: A\nx: ").size()) + "kind: A\nx: *b\n")
            .exit == 0);
}

TEST_CASE("an alias bomb is refused") {
  std::string bomb = "kind: A\na0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 12; ++i) {
    const auto before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int n = 0; n < 9; ++n) bomb += "," + before;
    bomb += "]\n";
  }
  check_refused(render_text(bomb), "excessive aliasing");
}

TEST_CASE("commands of later versions say so, unknown ones too") {
  CHECK(run({.arguments = {"nonsense"}}).exit == 2);
  CHECK(run({.arguments = {}}).exit == 2);
  CHECK(run({.arguments = {"render", "--nonsense"}}).exit == 2);
  CHECK(run({.arguments = {"generate"}}).exit == 2);
}

TEST_CASE("a misspelt command is told what it may have been, and no command gets the help") {
  const auto misspelt = tests::run({{"rendr"}});
  CHECK(misspelt.exit == 2);
  CHECK(misspelt.err.find("did you mean \"render\"?") != std::string::npos);
  const auto nothing = tests::run({});
  CHECK(nothing.exit == 2);
  CHECK(nothing.out.empty());
  CHECK(nothing.err.find("render ") != std::string::npos);
}

TEST_CASE("help, version and completion scripts are printed") {
  CHECK(contains(run({.arguments = {"--help"}}).out, "render"));
  CHECK(contains(run({.arguments = {"render", "--help-all"}}).out, "--helm-value-files"));
  CHECK(run({.arguments = {"version"}}).out.starts_with("drift-policy "));
  CHECK(run({.arguments = {"-v"}}).out == run({.arguments = {"--version"}}).out);
  CHECK(run({.arguments = {"help"}}).out == run({.arguments = {"--help"}}).out);
  CHECK(run({.arguments = {"help", "generate", "schema"}}).out ==
        run({.arguments = {"generate", "schema", "--help"}}).out);
  check_refused(run({.arguments = {"help", "rendr"}}), "did you mean \"render\"?");
  for (const std::string shell : {"bash", "zsh", "fish"})
    CHECK(contains(run({.arguments = {"completion", shell}}).out, "__complete"));
  CHECK(contains(run({.arguments = {"generate", "schema"}}).out, "\"$schema\""));
}

TEST_CASE("explain opens with what happens in plain words, then the rule that decided") {
  const std::string text =
      deployment +
      "  template: {spec: {containers: [{name: web, image: 'web:1', ports: [{containerPort: 1}]}]}}\n"
      "---\nkind: ConfigMap\napiVersion: v1\nmetadata: {name: hook, annotations: "
      "{argocd.argoproj.io/hook: PostSync}}\n";
  const auto explained = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"explain", "-"});
    return run({.arguments = more, .input = text});
  };
  const auto result = explained({"Deployment/web"});
  CHECK(result.exit == 0);
  const std::string happens =
      "replicas: low, put back by the next sync; image, deletion: high, put back with an alert; anything "
      "else: "
      "medium, 1 approval within 24 h";
  CHECK(result.out ==
        "Deployment/shop/web  (<stdin>:1:1)\n  " + happens + "\n  severity medium, by baseline/workloads\n");
  CHECK(contains(explained({"Deployment/web", "-o", "json"}).out, "\"happens\":\"" + happens + "\""));
  CHECK(contains(explained({"hook"}).out, "  is a hook: made anew with each sync, so it can't drift\n"));
}

TEST_CASE("explain without an object is a table of all") {
  const std::string text = deployment + "---\nkind: Secret\napiVersion: v1\nmetadata: {name: s}\n" +
                           "---\nkind: ConfigMap\napiVersion: v1\nmetadata: {name: hook, annotations: "
                           "{argocd.argoproj.io/hook: PostSync}}\n";
  CHECK(run({.arguments = {"explain", "-"}, .input = text}).out ==
        "OBJECT               SEVERITY  WHAT HAPPENS              RULE                  BUT\n"
        "Deployment/shop/web  medium    1 approval within 24 h    baseline/workloads    replicas low\n"
        "Secret/s             high      put back with an alert    baseline/secrets\n"
        "ConfigMap/hook       medium    made anew with each sync  baseline/config-maps\n");
  CHECK(contains(run({.arguments = {"explain", "-", "--all"}, .input = text}).out,
                 "baseline/rbac: no match: "));
}

TEST_CASE("explain takes objects as kubectl does") {
  const std::string text = deployment +
                           "---\nkind: Service\napiVersion: v1\nmetadata: {name: web, namespace: other}\n"
                           "---\nkind: Namespace\napiVersion: v1\nmetadata: {name: shop}\n";
  const auto found = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"explain", "-"});
    const auto result = run({.arguments = more, .input = text});
    std::string names;
    for (const auto* name : {"Deployment/shop/web", "Service/other/web", "Namespace/shop"})
      if (contains(result.out, std::string(name) + "  (")) names += std::string(name) + ' ';
    return names;
  };
  for (const std::string name : {"Deployment/web", "deployment/web", "deployments/web", "deploy/web",
                                 "deployments.apps/web", "Deployment/shop/web", "deploy/shop/web"})
    CHECK_MESSAGE(found({name}) == "Deployment/shop/web ", name);
  CHECK(found({"web"}) == "Deployment/shop/web Service/other/web ");
  CHECK(found({"web", "-n", "other"}) == "Service/other/web ");
  CHECK(found({"-n", "shop", "--all"}) == "Deployment/shop/web Namespace/shop ");
  check_refused(run({.arguments = {"explain", "-", "deploy/web", "-n", "other"}, .input = text}),
                "there is no deploy/web in namespace other of it; expected one of");
}

TEST_CASE("explain --all tells each rule, matched or why not, and what is written") {
  const auto result = run({.arguments = {"explain", "-", "Deployment/web", "--all"}, .input = deployment});
  CHECK(result.exit == 0);
  CHECK(contains(result.out, "baseline/workloads: matched"));
  CHECK(contains(result.out, "baseline/rbac: no match: "));
  CHECK(contains(result.out, "+ annotation want.drift-policy.dev/replicas: 2"));
  check_refused(run({.arguments = {"explain", "-", "Deployment/api"}, .input = deployment}),
                "Deployment/shop/web");
}

TEST_CASE("explain tells machines the same, as JSON or YAML") {
  const std::string had = "\n  annotations: {drift-policy.dev/x: \"1\"}";
  const auto found = deployment.find("\n  name:");
  REQUIRE(found != std::string::npos);
  const std::string input = std::string(deployment).insert(found, had);
  const auto explained = [&](const char* format) {
    return run({.arguments = {"explain", "-", "Deployment/web", "-o", format}, .input = input});
  };
  const auto result = explained("json");
  CHECK(result.exit == 0);
  const auto json = drift::parse_json("explain", result.out);
  REQUIRE(json.IsArray());
  REQUIRE(json.Size() == 1);
  CHECK(drift::text_of(json[0], "name") == "web");
  CHECK(drift::text_of(json[0], "severity") == "medium");
  CHECK(drift::text_of(json[0], "rule") == "baseline/workloads");
  CHECK(drift::number_of(json[0]["place"], "line") == 1);
  CHECK(json[0]["rules"].Size() > 10);
  CHECK_FALSE(drift::flag_of(json[0]["rules"][0], "matched"));
  CHECK(contains(drift::text_of(json[0]["rules"][0], "clause"), "the rule wants"));
  const auto& written = json[0]["written"]["annotations"];
  CHECK(drift::text_of(written, "want.drift-policy.dev/replicas") == "2");
  CHECK(written["drift-policy.dev/x"].IsNull());
  const auto yaml = explained("yaml");
  CHECK(yaml.exit == 0);
  CHECK(yaml.out.starts_with("- apiVersion: apps/v1\n  kind: Deployment\n"));
}

TEST_CASE("the controller says what it needs before it asks anybody") {
  check_refused(run({.arguments = {"controller"}}),
                "expected --argocd-server and --argocd-token-file, or --observe");
  check_refused(run({.arguments = {"controller", "--settle", "soon"}}),
                "--settle \"soon\": expected a duration");
  check_refused(run({.arguments = {"controller", "--max-syncs", "0"}}), "--max-syncs: expected at least 1");
  check_refused(run({.arguments = {"controller", "--storm-percent", "101"}}),
                "expected a number from 1 to 100");
  for (const auto* wrong : {"soon", "-1m"})
    check_refused(run({.arguments = {"controller", "--manual-work", wrong}}),
                  std::string("--manual-work \"") + wrong + "\": expected a duration such as 15m");
  check_refused(run({.arguments = {"controller", "--incidents-namespace", ""}}),
                "--incidents-namespace is empty");
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"status"}, {"controller"}, {"controller", "--observe"}}) {
    auto arguments = words;
    arguments.insert(arguments.end(), {"--stale-after", "soon"});
    check_refused(run({.arguments = arguments}), "--stale-after \"soon\": expected a duration");
    arguments = words;
    arguments.insert(arguments.end(), {"--namespace", ""});
    check_refused(run({.arguments = arguments}), "--namespace is empty");
  }
}
