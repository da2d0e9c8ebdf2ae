// What `observe` and `enforce` make of an Application, and what they refuse.
#include "controller/gating.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "json/merge_patch.hpp"
#include "json/read.hpp"
#include "support/text.hpp"

using namespace drift;
using controller::Gating;
using controller::gating_change;
using tests::contains;

namespace {

rapidjson::Document application_with(const std::string& spec, const std::string& metadata = "",
                                     const std::string& more = "") {
  return parse_json(
      "application",
      R"({"metadata": {"name": "orders", "namespace": "argocd", "uid": "u", "resourceVersion": "7")" +
          (metadata.empty() ? "" : ", " + metadata) + R"(}, "spec": {)" + spec + "}" +
          (more.empty() ? "" : ", " + more) + "}");
}

const std::string observed_source =
    R"("source": {"repoURL": "r", "path": "a", "plugin": {"name": "drift-policy-observe",
  "parameters": [{"name": "directory-recurse", "string": "true"}]}})";

// What obstacles there are, one a line.
std::string obstacles(const rapidjson::Document& application, Gating gating = Gating::enforce) {
  const auto change = gating_change(application, gating);
  std::string all;
  for (const auto& one : change.obstacles) all += one + "\n";
  if (!all.empty()) CHECK(change.patch.ObjectEmpty());
  return all;
}

// The Application as it is after the change.
rapidjson::Document changed(const std::string& text, Gating gating) {
  auto application = parse_json("application", text);
  const auto change = gating_change(application, gating);
  CHECK(change.obstacles.empty());
  merge_patch(application, change.patch, application.GetAllocator());
  return application;
}

}  // namespace

TEST_CASE(
    "enforce sets plugin, self-heal, retries and label in one patch for the version that was looked at") {
  const auto application = application_with(
      observed_source + R"(, "syncPolicy": {"automated": {"prune": true, "selfHeal": true}})");
  const auto change = gating_change(application, Gating::enforce);
  REQUIRE(change.obstacles.empty());
  REQUIRE(change.steps.size() == 5);
  CHECK(change.steps[0] == "source: rendered by the plugin drift-policy instead of drift-policy-observe");
  CHECK(contains(change.steps[1], "selfHeal: off"));
  CHECK(contains(change.steps[2], "retry.limit: 0"));
  CHECK(contains(change.steps[3], "label drift-policy.dev/gated=true"));
  CHECK(contains(change.steps[4], "refresh"));
  CHECK(
      to_json(change.patch) ==
      R"({"spec":{"source":{"plugin":{"name":"drift-policy"}},"syncPolicy":{"automated":{"selfHeal":false},)"
      R"("retry":{"limit":0}}},"metadata":{"labels":{"drift-policy.dev/gated":"true"},)"
      R"("annotations":{"argocd.argoproj.io/refresh":"hard"},"resourceVersion":"7"}})");
}

TEST_CASE(
    "done twice, observe and enforce change nothing more, and each undoes the other's label and plugin") {
  auto text =
      to_json(application_with(observed_source + R"(, "syncPolicy": {"automated": {"selfHeal": true}})"));
  for (const auto gating : {Gating::enforce, Gating::observe, Gating::enforce}) {
    const auto after = changed(text, gating);
    text = to_json(after);
    CHECK(gating_change(after, gating).steps.empty());
    CHECK(gating_change(after, gating).patch.ObjectEmpty());
    CHECK(text_at(after, {"spec", "source", "plugin", "name"}) == controller::plugin_of(gating));
    CHECK(text_at(after, {"metadata", "labels", "drift-policy.dev/gated"}) ==
          (gating == Gating::enforce ? "true" : ""));
    CHECK(contains(text, "directory-recurse"));
  }
}

TEST_CASE("a limit of no retries is as Argo CD writes it, without a number") {
  const auto steps = [](const std::string& policy) {
    return gating_change(application_with(observed_source + R"(, "syncPolicy": )" + policy), Gating::enforce)
        .steps.size();
  };
  const auto off = steps(R"({"automated": {}, "retry": {"limit": 0}})");
  CHECK(steps(R"({"automated": {}, "retry": {}})") == off);
  CHECK(steps(R"({"retry": {"limit": 2}})") == off + 1);
  CHECK(steps(R"({"automated": {}})") == off + 1);
  CHECK(steps("{}") == off);
}

TEST_CASE("an Application that Argo CD renders without settings gets the plugin, and empty blocks go") {
  const auto text = to_json(application_with(R"("source": {"repoURL": "r", "path": "a", "directory": {}})"));
  const auto after = changed(text, Gating::observe);
  CHECK(to_json(*find(after, {"spec", "source"})) ==
        R"({"repoURL":"r","path":"a","plugin":{"name":"drift-policy-observe"}})");
}

TEST_CASE("of several sources those that are rendered get the plugin, and all stay") {
  const auto text = to_json(application_with(
      R"("sources": [{"repoURL": "r", "path": "a"}, {"repoURL": "v", "ref": "values"},
         {"repoURL": "r", "path": "b", "plugin": {"name": "drift-policy"}}])"));
  const auto after = changed(text, Gating::enforce);
  CHECK(to_json(*find(after, {"spec", "sources"})) ==
        R"([{"repoURL":"r","path":"a","plugin":{"name":"drift-policy"}},{"repoURL":"v","ref":"values"},)"
        R"({"repoURL":"r","path":"b","plugin":{"name":"drift-policy"}}])");
}

TEST_CASE("what would be undone, or would render something else, is refused with what to do") {
  const auto owned =
      application_with(observed_source, R"("ownerReferences": [{"kind": "ApplicationSet", "name": "all"}])");
  CHECK(contains(obstacles(owned),
                 "the ApplicationSet \"all\" makes it, and would undo this; put "
                 "source.plugin.name: drift-policy and the label drift-policy.dev/gated: \"true\" "
                 "into its template"));
  const auto child = application_with(
      observed_source,
      R"("annotations": {"argocd.argoproj.io/tracking-id": "root:argoproj.io/Application:argocd/orders"})");
  CHECK(contains(obstacles(child), "the Application \"root\" deploys it"));
  const auto copied = application_with(
      observed_source,
      R"("annotations": {"argocd.argoproj.io/tracking-id": "root:argoproj.io/Application:argocd/other"})");
  CHECK(obstacles(copied).empty());
  const auto helm =
      application_with(R"("source": {"repoURL": "r", "path": "a", "helm": {"valueFiles": ["v.yaml"]}})");
  CHECK(contains(obstacles(helm, Gating::observe),
                 "source has settings under helm; expected them as plugin.parameters"));
  const auto chart =
      application_with(R"("sources": [{"repoURL": "r", "path": "a"}, {"repoURL": "c", "chart": "x"}])");
  CHECK(contains(obstacles(chart), "source 2 is a chart of a repository of charts"));
  const auto other =
      application_with(R"("source": {"repoURL": "r", "path": "a", "plugin": {"name": "cdk8s"}})");
  CHECK(contains(obstacles(other), "rendered by the plugin \"cdk8s\"; expected drift-policy or"));
  CHECK(contains(obstacles(application_with(R"("sourceHydrator": {"drySource": {}})")), "sourceHydrator"));
  CHECK(contains(obstacles(application_with(R"("project": "default")")), "it has no source"));
  CHECK(contains(obstacles(application_with(R"("sources": [{"repoURL": "r", "ref": "v"}])")),
                 "none of its sources"));
  CHECK(
      contains(obstacles(application_with(observed_source, R"("deletionTimestamp": "2026-01-01T00:00:00Z")")),
               "it is being deleted"));
  CHECK(contains(obstacles(application_with(observed_source, "", R"("operation": {"sync": {}})")),
                 "a sync of it is asked for or under way"));
}

TEST_CASE("self-heal of an observed Application stays, and is told") {
  const auto change = gating_change(
      application_with(observed_source + R"(, "syncPolicy": {"automated": {"selfHeal": true}})"),
      Gating::observe);
  CHECK(change.steps.empty());
  REQUIRE(change.notes.size() == 1);
  CHECK(contains(change.notes[0], "selfHeal is on"));
}
