// What is kept of an Application, and what is none.
#include "controller/summary.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/time.hpp"
#include "controller/version.hpp"
#include "json/canonical.hpp"
#include "support/application_case.hpp"
#include "support/text.hpp"

using namespace drift::controller;
using namespace drift::tests;

namespace {

std::string mistake_of(std::string_view patch) {
  try {
    summary_of(application({patch}));
  } catch (const drift::InputError& error) {
    return error.what();
  }
  return {};
}

// All that a summary holds beside itself.
std::size_t bytes_of(const Summary& summary) {
  std::size_t bytes = sizeof summary;
  for (const auto* text : {&summary.ns, &summary.name, &summary.uid, &summary.resource_version,
                           &summary.failure, &summary.compared.sources, &summary.compared.revisions,
                           &summary.compared.shown, &summary.deployed->version.sources,
                           &summary.deployed->version.revisions, &summary.deployed->version.shown,
                           &summary.operation->phase, &summary.operation->started, &summary.operation->by})
    bytes += text->capacity();
  for (const auto* version : {&summary.compared, &summary.deployed->version})
    for (const auto& revision : version->each) bytes += sizeof(std::string) + revision.capacity();
  for (const auto& [group, kind, ns, name] : summary.differing)
    bytes += sizeof(ObjectName) + group.capacity() + kind.capacity() + ns.capacity() + name.capacity();
  return bytes;
}

}  // namespace

TEST_CASE("A summary holds what an Application says") {
  const auto summary = summary_of(application());
  CHECK(display(summary) == "argocd/web");
  CHECK(summary.uid == "u1");
  CHECK(summary.resource_version == "7");
  CHECK(summary.gated);
  CHECK(summary.has_plugin);
  CHECK(summary.sync == SyncStatus::synced);
  CHECK(summary.compared.shown == "aaaa");
  CHECK(summary.compared_to_spec);
  CHECK(drift::time_text(*summary.reconciled) == "2026-11-29T10:00:00Z");
  CHECK(summary.out_of_sync == 0);
  CHECK(summary.differing.empty());
  CHECK(summary.compared.each == std::vector<std::string>{"aaaa"});
  CHECK_FALSE(summary.compared.listed);
  CHECK(summary.deployed->id == 4);
  CHECK(summary.deployed->version == summary.compared);
  CHECK(drift::time_text(*summary.deployed->at) == "2026-11-29T09:59:00Z");
  CHECK(summary.operation->by == "ann");
  CHECK(summary.operation->gates == 1);
  CHECK_FALSE(summary.operation->busy);
}

TEST_CASE("There is a record of a sync whose audit or alert has succeeded, for each of its sources") {
  const auto recorded = [](const std::string& results) {
    const auto patch = R"({"status": {"operationState": {"syncResult": {"resources": [)" + results + "]}}}}";
    return summary_of(application({patch})).operation->recorded;
  };
  const std::string audit =
      R"({"kind": "Job", "name": "web-12345678-audit", "hookType": "PostSync", "hookPhase": "Succeeded"})";
  CHECK_FALSE(recorded(""));
  CHECK(recorded(audit));
  CHECK(recorded(R"({"kind": "Job", "name": "a-alert", "hookType": "SyncFail", "hookPhase": "Succeeded"})"));
  for (const auto* phase : {"Failed", "Running", ""}) {
    CAPTURE(phase);
    CHECK_FALSE(recorded(audit +
                         R"(, {"kind": "Job", "name": "b-audit", "hookType": "PostSync", "hookPhase": ")" +
                         phase + "\"}"));
  }
  CHECK_FALSE(
      recorded(R"({"kind": "Job", "name": "a-audit", "hookType": "PreSync", "hookPhase": "Succeeded"})"));
  CHECK_FALSE(
      recorded(R"({"kind": "Pod", "name": "a-audit", "hookType": "PostSync", "hookPhase": "Succeeded"})"));
}

TEST_CASE("The newest sync of a history is the one with the highest id") {
  const auto summary =
      summary_of(application({R"({"status": {"history": [{"id": 7, "revision": "b"}, {"id": 6}]}})"}));
  CHECK(summary.deployed->id == 7);
  CHECK(summary.deployed->version.shown == "b");
}

TEST_CASE("Sources are the same where Argo CD takes them for the same") {
  const auto same = [](std::string_view a, std::string_view b) {
    const auto left = drift::tests::parse_json(a), right = drift::tests::parse_json(b);
    return without_empty(&left) == without_empty(&right);
  };
  CHECK(same(R"({"a":1,"b":{"c":[]},"d":null,"e":"","f":false,"g":0})", R"({"a":1})"));
  CHECK(same(R"({"a":1,"b":2})", R"({"b":2,"a":1})"));
  CHECK_FALSE(same(R"({"a":[1,2]})", R"({"a":[2,1]})"));
  CHECK_FALSE(same(R"({"a":[{},1]})", R"({"a":[1]})"));
  CHECK_FALSE(same(R"({"a":"1"})", R"({"a":1})"));
  CHECK(without_empty(nullptr).empty());
  std::string deep;
  for (int i = 0; i < 200; ++i) deep += R"({"a":)";
  const auto nested = drift::tests::parse_json(deep + "1" + std::string(200, '}'));
  CHECK_THROWS_AS(without_empty(&nested), drift::InputError);
}

TEST_CASE("Several sources and revisions count in the place of one") {
  const std::string_view two =
      R"({"spec": {"sources": [{"path": "a", "plugin": {"name": "drift-policy"}}, {"ref": "v"}]},
    "status": {"sync": {"revision": "", "revisions": ["a1", "b1"],
      "comparedTo": {"sources": [{"path": "a", "plugin": {"name": "drift-policy"}}, {"ref": "v"}]}},
      "history": [{"id": 1, "source": {"repoURL": ""}, "revisions": ["a1", "b1"],
        "sources": [{"path": "a", "plugin": {"name": "drift-policy"}}, {"ref": "v"}]}]}})";
  const auto summary = summary_of(application({two}));
  CHECK(summary.compared_to_spec);
  CHECK(summary.compared == summary.deployed->version);
  CHECK(summary.compared.shown == "a1");
  CHECK(summary.compared.each == std::vector<std::string>{"a1", "b1"});
  CHECK(summary.compared.listed);
  const auto other = summary_of(application({two, R"({"status": {"sync": {"revisions": ["a1", "b2"]}}})"}));
  CHECK(other.compared.sources == summary.compared.sources);
  CHECK(other.compared.revisions != summary.compared.revisions);
}

TEST_CASE("What is no Application is told with its place") {
  CHECK(mistake_of(R"({"metadata": {"name": null}})") ==
        "application.metadata.name: expected a string that isn't empty");
  CHECK(contains(mistake_of(R"({"metadata": {"uid": ""}})"), "application web.metadata.uid"));
  CHECK(
      contains(mistake_of(R"({"metadata": {"resourceVersion": 7}})"), "resourceVersion: expected a string"));
  CHECK(mistake_of(R"({"status": {"sync": {"status": 1}}})") ==
        "application web.status.sync.status: expected a string");
  CHECK(contains(mistake_of(R"({"status": {"history": {}}})"), "status.history: expected a list"));
  CHECK(contains(mistake_of(R"({"status": {"history": [{"id": "x"}]}})"),
                 "history[0].id: expected an integer"));
  CHECK(contains(mistake_of(R"({"status": {"reconciledAt": "soon"}})"), "expected a time"));
  CHECK(contains(mistake_of(R"({"status": {"sync": {"revisions": [1]}}})"), "expected a list of strings"));
  CHECK(contains(mistake_of(R"({"spec": {"source": "x"}})"), "spec.source: expected an object"));
  CHECK_THROWS_AS(summary_of(drift::tests::parse_json("[]")), drift::InputError);
}

TEST_CASE("A summary is small, whatever the Application") {
  const std::string endless(100'000, 'x');
  const auto patch = fmt::format(
      R"({{"metadata": {{"name": "{0}", "namespace": "{0}", "uid": "{0}", "resourceVersion": "{0}"}},
      "spec": {{"source": {{"path": "{0}"}}}}, "status": {{"sync": {{"revision": "{0}"}},
      "history": [{{"id": 9, "revision": "{0}"}}], "conditions": [{{"type": "ComparisonError", "message": "{0}"}}],
      "operationState": {{"phase": "{0}", "message": "{0}", "startedAt": "{0}",
      "operation": {{"initiatedBy": {{"username": "{0}"}}}}}}}}}})",
      endless);
  CHECK(bytes_of(summary_of(application({patch}))) < 2400);
  // Of what differs the first objects are named.
  std::string resources;
  for (int i = 0; i < 1000; ++i)
    resources += fmt::format(
        R"({}{{"group": "{}", "kind": "Service", "namespace": "shop", "name": "web-{}", "status": "OutOfSync"}})",
        i > 0 ? "," : "", endless.substr(0, 50), i);
  const auto differing =
      summary_of(application({fmt::format(R"({{"status": {{"resources": [{}]}}}})", resources)}));
  CHECK(differing.out_of_sync == 1000);
  CHECK(differing.differing.size() == 5);
  CHECK(differing.differing[1].name == "web-1");
  CHECK(bytes_of(differing) < 2400);
  CHECK(bytes_of(summary_of(application())) < 1200);
}
