// Rendering what was rendered: nothing changes, and nobody can pretend to be ours.
#include <doctest/doctest.h>

#include <algorithm>

#include "api/names.hpp"
#include "support/hooks_input.hpp"

namespace {
using drift::tests::Injected;
using drift::tests::medium_policy;
using drift::tests::Rendered;
using drift::tests::shop;
using drift::tests::web;

std::string own_namespace_policy() {
  std::string text = medium_policy;
  return text.erase(text.find("    namespace: drift-policy\n"), 28);
}

const std::string extra_policy = medium_policy + R"(    extra:
    - name: smoke
      manifest:
        apiVersion: batch/v1
        kind: Job
        metadata: {name: smoke, annotations: {argocd.argoproj.io/hook: PostSync}}
        spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a, args: ["yes", "0644"]}]}}}
)";

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), with);
}

std::size_t count(const std::vector<bool>& flags) {
  return static_cast<std::size_t>(std::count(flags.begin(), flags.end(), true));
}
}  // namespace

TEST_SUITE("hooks: again") {
  TEST_CASE("rendering rendered output adds nothing and finds ours") {
    for (const auto& policy : {medium_policy, own_namespace_policy(), extra_policy}) {
      const Rendered first(web, policy);
      const auto additions = first.changes().additions.size();
      const Rendered second(first.output(), policy);
      CHECK(second.changes().additions.empty());
      CHECK(second.output() == first.output());
      CHECK(drift::annotators::plan(second.input()) == drift::annotators::plan(first.input()));
      const auto ours = drift::annotators::injected_objects(second.input());
      CHECK(count(ours) == additions);
      CHECK_FALSE(ours[0]);
      CHECK_FALSE(ours[1]);
    }
  }

  TEST_CASE("in an unknown namespace too") {
    auto application = shop();
    application.ns.clear();
    const Rendered first(web, own_namespace_policy(), application);
    CHECK(Rendered(first.output(), own_namespace_policy(), application).output() == first.output());
  }

  TEST_CASE("the form of what is fed back makes no difference, only what it says") {
    const Rendered first(web);
    std::string source = web;
    for (const auto& addition : first.changes().additions) {
      const drift::yaml::Document document("x", addition.yaml,
                                           {0, static_cast<std::uint32_t>(addition.yaml.size())});
      source += "---\n" + document.root().json() + "\n";
    }
    CHECK(Rendered(source).changes().additions.empty());
  }

  TEST_CASE("what is missing of ours is added, what is there isn't") {
    const Rendered first(web);
    const auto additions = first.changes().additions;
    const Rendered second(web + "---\n" + additions[3].yaml);
    const auto again = second.changes().additions;
    CHECK(again.size() == additions.size() - 1);
    CHECK(std::none_of(again.begin(), again.end(),
                       [&](const auto& each) { return each.display == additions[3].display; }));
  }

  TEST_CASE("a pretender that differs in one place is refused, whatever it changes") {
    const std::string output = Rendered(web).output();
    for (const auto& [what, with] : std::vector<std::pair<std::string, std::string>>{
             {"registry.example/drift-policy:1.0", "evil:1"},
             {"drift-policy-gate-medium", "admin"},
             {"\"-2147483647\"", "\"-2147483640\""},
             {"argocd.argoproj.io/hook: PreSync", "argocd.argoproj.io/hook: Skip"},
             {"\"enforcement\":\"enforce\"", "\"enforcement\":\"observe\""},
             {"  - get\n", "  - get\n  - list\n"},
             {"namespace: drift-policy", "namespace: elsewhere"},
             {"apiVersion: batch/v1", "apiVersion: batch/v1beta1"}}) {
      const std::string& part = what;
      CAPTURE(part);
      const Rendered forged(replaced(output, what, with));
      CHECK(forged.mistakes().find("kept for the hooks") != std::string::npos);
      CHECK(count(drift::annotators::injected_objects(forged.input())) < 6);
    }
  }

  TEST_CASE("the same object twice is one too many") {
    const Rendered first(web);
    const std::string twice = first.output() + "---\n" + first.changes().additions[3].yaml;
    CHECK(Rendered(twice).mistakes().find("kept for the hooks") != std::string::npos);
  }

  TEST_CASE("ours of another application are nobody's") {
    auto other = shop();
    other.path = "elsewhere";
    const std::string output = Rendered(web, own_namespace_policy()).output();
    const Rendered foreign(output, own_namespace_policy(), other);
    CHECK(foreign.mistakes().find("of another rendering") != std::string::npos);
    CHECK(count(drift::annotators::injected_objects(foreign.input())) == 0);
  }

  TEST_CASE("a source of nothing but pretenders has no hooks, and is refused") {
    const Rendered first(web);
    const Rendered alone(first.changes().additions[0].yaml);
    CHECK(alone.mistakes().find("kept for the hooks") != std::string::npos);
  }
}

TEST_SUITE("hooks: manifests of the policy's own") {
  TEST_CASE("they get a name of the application and stay as they are otherwise") {
    const Injected injected{Rendered(web, extra_policy)};
    const auto& smoke = injected.find("Job", "-extra-smoke");
    CHECK(smoke.name == drift::api::Names(shop()).prefix() + "-extra-smoke");
    CHECK(smoke.ns.empty());
    CHECK(
        smoke.object.find("spec").json() ==
        R"({"template":{"spec":{"containers":[{"args":["yes","0644"],"image":"a","name":"a"}],"restartPolicy":"Never"}}})");
  }

  TEST_CASE("they are injected by their own condition") {
    const auto with = [](const std::string& when) {
      return replaced(extra_policy, "    - name: smoke\n",
                      "    - name: smoke\n      when: {severityAtLeast: " + when + "}\n");
    };
    const std::string settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n";
    CHECK(Rendered(settings, extra_policy).displays().size() == 1);
    CHECK(Rendered(settings, with("medium")).displays().empty());
    CHECK(Rendered(web, with("medium")).displays().size() == 7);
    CHECK(Rendered(web, with("high")).displays().size() == 6);
    CHECK(Rendered("", extra_policy).displays().empty());
  }

  TEST_CASE("one can name another") {
    const std::string policy = medium_policy + R"(    extra:
    - name: script
      manifest:
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: script, annotations: {argocd.argoproj.io/hook: PreSync}}
        data: {run.sh: "echo ${drift-policy:script} ${HOME} ${drift-policy:"}
)";
    const Injected injected{Rendered(web, policy)};
    const std::string name = drift::api::Names(shop()).extra("script");
    CHECK(injected.find("ConfigMap", "-extra-script").object.find("data").find("run.sh").text() ==
          "echo " + name + " ${HOME} ${drift-policy:");
  }
}
