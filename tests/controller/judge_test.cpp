// What an Application says about drift: a row for each state and each sign.
#include "controller/judge.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <vector>

#include "base/time.hpp"
#include "support/application_case.hpp"
#include "support/folder.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

using namespace drift::controller;
using namespace drift::tests;

namespace {

using Patches = std::vector<std::string_view>;

drift::Time at(std::string_view clock) {
  return *drift::parse_time(fmt::format("2026-11-29T{}Z", clock));
}

Summary summary(const Patches& patches) {
  auto document = application();
  for (const auto patch : patches) merge(document, drift::tests::parse_json(patch), document);
  return summary_of(document);
}

// The judgement after these, one after the other, a second apart from 10:00:10.
Judgement judged(const std::vector<Patches>& all) {
  std::optional<Known> known;
  auto clock = at("10:00:10");
  for (const auto& patches : all) {
    known = judge(known ? &*known : nullptr, summary(patches), clock, std::chrono::minutes(6));
    clock += std::chrono::seconds(1);
  }
  return known->judgement;
}

std::string state(const std::vector<Patches>& all) {
  return std::string(state_name(judged(all).state));
}

// `selectiveSync noGate`
std::string signs(const std::vector<Patches>& all) {
  std::string text;
  for (const auto& bypass : judged(all).bypasses)
    text += (text.empty() ? "" : " ") + std::string(bypass_name(bypass.kind));
  return text;
}

std::string minute_of(const std::optional<drift::Time>& time) {
  return time ? drift::time_text(*time).substr(11, 8) : "-";
}

constexpr std::string_view changed_spec = R"({"spec": {"source": {"path": "other"}}})";
constexpr std::string_view changed_both = R"({"spec": {"source": {"path": "other"}},
  "status": {"sync": {"comparedTo": {"source": {"path": "other"}}}}})";
constexpr std::string_view skips =
    R"({"metadata": {"annotations": {"argocd.argoproj.io/skip-reconcile": "true"}}})";
constexpr std::string_view compared_long_ago = R"({"status": {"reconciledAt": "2026-11-29T09:50:00Z"}})";
constexpr std::string_view no_label = R"({"metadata": {"labels": {"drift-policy.dev/gated": null}}})";
constexpr std::string_view new_sync = R"({"status": {"operationState": {"startedAt": "2026-11-29T10:00:01Z",
  "finishedAt": "2026-11-29T10:00:03Z"}}})";

constexpr std::string_view went_back = R"({"status": {"operationState": {"operation": {
  "info": [{"name": "drift-policy.dev/incident", "value": "web-1f3c9a02/2"}],
  "sync": {"source": {"repoURL": "https://example.com/a.git"}}}}}})";

// The controller's own, by what only its account may write; and what is none of those.
constexpr std::string_view puts_back = R"({"status": {"operationState": {"startedAt": "2026-11-29T10:00:01Z",
  "finishedAt": "2026-11-29T10:00:02Z", "operation": {"initiatedBy": {"username": "drift-policy-controller", "automated": true},
  "info": [{"name": "drift-policy.dev/incident", "value": "web-1f3c9a02/objects-1"}],
  "sync": {"resources": [{"kind": "Service", "name": "web"}]}}}}})";
constexpr std::string_view asked_by_a_person =
    R"({"status": {"operationState": {"operation": {"initiatedBy": {"automated": null}}}}})";
constexpr std::string_view by_another =
    R"({"status": {"operationState": {"operation": {"initiatedBy": {"username": "mallory"}}}}})";
constexpr std::string_view for_no_incident =
    R"({"status": {"operationState": {"operation": {"info": null}}}})";

}  // namespace

TEST_CASE("What was in sync at a newer revision runs that still after the controller put some objects back") {
  const std::string_view compared_later = R"({"status": {"reconciledAt": "2026-11-29T10:00:05Z"}})";
  const Patches in_sync = {another_revision}, drifted = {another_revision, out_of_sync};
  const Patches runs = {another_revision, out_of_sync, puts_back, is_syncing},
                ended = {another_revision, out_of_sync, puts_back},
                compared = {another_revision, out_of_sync, puts_back, compared_later};
  CHECK(state({in_sync, drifted, runs, ended}) == "stale");
  CHECK(state({in_sync, drifted, runs, ended, compared}) == "drifted");
  CHECK(state({in_sync, drifted, compared}) == "drifted");
  // Somebody else's may have been of another revision.
  CHECK(state({in_sync, drifted, {another_revision, out_of_sync, puts_back, by_another, compared_later}}) ==
        "gitChanged");
  CHECK(state({in_sync, drifted, {another_revision, out_of_sync, new_sync, compared_later}, compared}) ==
        "gitChanged");
}

TEST_CASE("Each state of an Application that is seen for the first time") {
  struct Row {
    const char* state;
    const char* reason;
    Patches patches;
  };
  const std::vector<Row> rows = {
      {"synced", "", {}},
      {"synced", "", {another_revision}},  // a commit that changes nothing of it
      {"drifted", "1 object differs at the revision that was synced last", {out_of_sync}},
      {"gitChanged",
       "1 object differs; Git is at bbbb, and aaaa was synced last",
       {out_of_sync, another_revision}},
      {"rolledBack",
       "1 object differs; Git is at bbbb, and it was rolled back to aaaa",
       {out_of_sync, another_revision, went_back}},
      {"drifted", "1 object differs at the revision that was synced last", {out_of_sync, went_back}},
      {"sourceChanged",
       "1 object differs; the source isn't the one that was synced last",
       {out_of_sync, changed_both}},
      {"neverSynced",
       "0 objects differ; the history has no sync",
       {out_of_sync, R"({"status": {"history": null, "operationState": null, "resources": []}})"}},
      {"renderFailed", "condition ComparisonError", {render_fails}},
      {"renderFailed", "condition ComparisonError", {render_fails, out_of_sync, render_fails}},
      {"renderFailed", "condition ComparisonError", {render_fails, compared_long_ago}},
      {"renderFailed", "status Unknown", {R"({"status": {"sync": {"status": "Unknown"}}})"}},
      {"syncing", "operation Running", {is_syncing, out_of_sync}},
      {"syncing",
       "operation Terminating",
       {is_syncing, R"({"operation": null, "status": {"operationState": {"phase": "Terminating"}}})"}},
      {"syncing", "asked for", {R"({"operation": {"sync": {}}, "status": {"operationState": null}})"}},
      {"stale", "compared with a spec that has changed since", {out_of_sync, changed_spec}},
      {"stale",
       "compared with a spec that has changed since",
       {R"({"spec": {"destination": {"namespace": "x"}}})"}},
      {"stale",
       "compared with a spec that has changed since",
       {R"({"spec": {"ignoreDifferences": [{"kind": "x"}]}})"}},
      {"stale", "compared last at 2026-11-29T09:50:00Z", {out_of_sync, compared_long_ago}},
      {"stale", "Argo CD is told not to compare it", {out_of_sync, skips}},
      {"stale", "not compared yet", {R"({"status": null})"}},
      {"stale", "not compared yet", {R"({"status": {"reconciledAt": null}})"}},
      {"stale", "not compared since the last sync", {out_of_sync, new_sync}},
      {"deleting", "", {is_syncing, R"({"metadata": {"deletionTimestamp": "2026-11-29T10:00:00Z"}})"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.reason);
    const auto judgement = judged({row.patches});
    CHECK(state_name(judgement.state) == row.state);
    CHECK(judgement.reason == row.reason);
    CHECK(judgement.drifted_since.has_value() == (judgement.state == State::drifted));
  }
}

TEST_CASE("What was in sync at a newer revision than the last sync's has drifted when it differs") {
  CHECK(state({{another_revision}, {another_revision, out_of_sync}}) == "drifted");
  CHECK(judged({{another_revision}, {another_revision, out_of_sync}}).reason ==
        "1 object differs at the revision that was in sync");
  CHECK(state({{}, {another_revision, out_of_sync}}) == "gitChanged");
  // Not where something was synced in between: a rollback leaves Git's newest revision out of sync.
  const std::string_view compared = R"({"status": {"reconciledAt": "2026-11-29T10:00:04Z"}})";
  CHECK(state({{another_revision}, {another_revision, out_of_sync, new_sync, compared}}) == "gitChanged");
}

TEST_CASE("A comparison from before a sync ended says nothing, unless it was seen in sync since") {
  const std::string_view same_second = R"({"status": {"reconciledAt": "2026-11-29T10:00:03Z"}})";
  CHECK(state({{out_of_sync, new_sync, same_second}}) == "drifted");
  CHECK(state({{out_of_sync, new_sync}}) == "stale");
  CHECK(state({{new_sync}, {out_of_sync, new_sync}}) == "drifted");
}

TEST_CASE("Drift lasts from when it was seen until all is in sync") {
  struct Row {
    std::vector<Patches> all;
    const char* since;
    const char* drifted;
  };
  const Patches drifted = {out_of_sync};
  const std::vector<Row> rows = {
      {{drifted}, "10:00:10", "10:00:10"},
      {{{}, drifted}, "10:00:11", "10:00:11"},
      {{drifted, drifted, drifted}, "10:00:10", "10:00:10"},
      {{drifted, {out_of_sync, is_syncing}}, "10:00:11", "10:00:10"},
      {{drifted, {out_of_sync, is_syncing}, drifted}, "10:00:12", "10:00:10"},
      {{drifted, {render_fails}}, "10:00:11", "10:00:10"},
      {{drifted, {out_of_sync, another_revision}}, "10:00:11", "10:00:10"},
      {{drifted, {}}, "10:00:11", "-"},
      {{drifted, {}, drifted}, "10:00:12", "10:00:12"},
      {{{}, {out_of_sync, another_revision}}, "10:00:11", "-"},
      {{drifted, {out_of_sync, R"({"metadata": {"uid": "u2"}})", render_fails}}, "10:00:11", "-"},
  };
  for (const auto& row : rows) {
    CAPTURE(&row - rows.data());
    const auto judgement = judged(row.all);
    CHECK(minute_of(judgement.since) == row.since);
    CHECK(minute_of(judgement.drifted_since) == row.drifted);
  }
}

TEST_CASE("Each sign of a bypass, and what is none") {
  struct Row {
    const char* signs;
    std::vector<Patches> all;
  };
  const std::string_view last = R"({"status": {"history": [{"id": 5}]}})",
                         later = R"({"status": {"history": [{"id": 6}]}})";
  const std::string_view apply =
      R"({"status": {"operationState": {"operation": {"sync": {"syncStrategy": {"hook": null, "apply": {}}}}}}})";
  const std::string_view local =
      R"({"status": {"operationState": {"operation": {"sync": {"manifests": ["{}"]}}}}})";
  const std::string_view dry = R"({"status": {"operationState": {"operation": {"sync": {"dryRun": true}}}}})";
  const std::string_view hookless = R"({"status": {"operationState": {"syncResult": {"resources": [
      {"kind": "Job", "name": "web-gate", "hookType": "PostSync"}, {"kind": "ConfigMap", "name": "a-gate", "hookType": "PreSync"}]}}}})";
  const std::string_view failed = R"({"status": {"operationState": {"phase": "Failed"}}})";
  const std::vector<Row> rows = {
      {"", {{}}},
      {"", {{}, {out_of_sync}}},
      {"noPlugin", {{R"({"spec": {"source": {"plugin": null}}})"}}},
      {"noPlugin", {{R"({"spec": {"source": {"plugin": {"name": "other"}}}})"}}},
      {"noPlugin", {{R"({"spec": {"sourceHydrator": {"drySource": {}}}})"}}},
      {"noPlugin", {{R"({"spec": {"sources": [{"plugin": {"name": "drift-policy"}}, {"path": "b"}]}})"}}},
      {"noPlugin", {{R"({"spec": {"sources": [{"ref": "values"}]}})"}}},
      {"",
       {{R"({"spec": {"sources": [{"plugin": {"name": "drift-policy-observe"}, "path": "a"}, {"ref": "values"}]}})"}}},
      {"skipReconcile", {{skips, compared_long_ago}}},
      {"notCompared", {{compared_long_ago}}},
      {"", {{compared_long_ago, render_fails}}},
      {"selectiveSync", {{selective_sync}}},
      {"selectiveSync", {{selective_sync, is_syncing}}},
      {"", {{puts_back}}},
      {"", {{puts_back, is_syncing}}},
      {"selectiveSync", {{puts_back, by_another}}},
      {"selectiveSync", {{puts_back, asked_by_a_person}}},
      {"selectiveSync", {{puts_back, for_no_incident}}},
      {"applyOnlySync", {{puts_back, apply}}},
      {"applyOnlySync", {{apply}}},
      {"localManifests", {{local}}},
      {"selectiveSync applyOnlySync localManifests", {{selective_sync, apply, local}}},
      {"", {{selective_sync, apply, local, dry}}},
      {"noGate", {{hookless}}},
      {"", {{hookless, failed}}},
      {"", {{hookless, is_syncing}}},
      {"", {{hookless, dry}}},
      {"", {{}, {last}}},
      {"historyGap", {{}, {later}}},
      {"", {{}, {later}, {later}}},
      {"madeAnew", {{}, {R"({"metadata": {"uid": "u2"}})", later}}},
      {"labelRemoved", {{}, {no_label}}},
      {"", {{no_label}, {no_label}}},
      {"", {{no_label, selective_sync, skips, R"({"spec": {"source": {"plugin": null}}})"}}},
  };
  for (const auto& row : rows) {
    CAPTURE(&row - rows.data());
    CHECK(signs(row.all) == row.signs);
  }
}

TEST_CASE("A sign says who, and is another where the operation is another") {
  const auto one = judged({{selective_sync}}).bypasses.at(0);
  CHECK(one.detail == "a sync of 1 selected object by mallory, without hooks");
  const std::string_view later = R"({"status": {"operationState": {"startedAt": "2026-11-29T09:59:20Z"}}})";
  CHECK_FALSE(one == judged({{selective_sync, later}}).bypasses.at(0));
  const std::string_view automated = R"({"status": {"operationState": {"operation": {
      "initiatedBy": {"username": null, "automated": true}}}}})";
  CHECK(contains(judged({{selective_sync, automated}}).bypasses.at(0).detail, "by Argo CD's auto-sync"));
  CHECK(judged({{}, {R"({"status": {"history": [{"id": 9}]}})"}}).bypasses.at(0).detail ==
        "syncs 5 to 8 of its history weren't seen");
}

TEST_CASE("docs/controller.md explains each state and each sign") {
  const auto page = contents(project_folder() + "/docs/controller.md");
  for (int i = 0; i <= static_cast<int>(State::never_synced); ++i)
    CHECK(contains(page, fmt::format("`{}`", state_name(static_cast<State>(i)))));
  for (int i = 0; i <= static_cast<int>(BypassKind::label_removed); ++i)
    CHECK(contains(page, fmt::format("| `{}` |", bypass_name(static_cast<BypassKind>(i)))));
}
