// Back to what worked: when, to which sync of the history, and what follows.
#include <functional>

#include "api/record.hpp"
#include "json/read.hpp"
#include "store/chain.hpp"
#include "store/pauses.hpp"
#include "support/audit_chain.hpp"
#include "support/killed_case.hpp"
#include "support/remediation_case.hpp"
#include "support/text.hpp"

using namespace std::chrono_literals;
using namespace drift::tests;

namespace {

const std::string rollback_policy = policy_text(R"(
  severities:
  - {name: low, remediation: {action: restore, cooldown: 60s, maxRetries: 1, rollbackOnFailure: true}}
  rules:
  - name: services
    match: {any: [{resources: {kinds: [Service]}}]}
    severity: low
  hooks: {namespace: drift-policy, image: "registry.example/drift-policy:1.0"}
)");

const std::string web_source =
    R"({"repoURL": "https://example.com/a.git", "path": "web", "targetRevision": "main", "plugin": {"name": "drift-policy"}})";

std::string history_entry(int id, const std::string& revision, const std::string& source = web_source) {
  return R"({"id": )" + std::to_string(id) + R"(, "revision": ")" + revision +
         R"(", "deployedAt": "2025-11-29T09:59:00Z", "source": )" + source + "}";
}

// Three versions were synced, `aaaa` the last, and the two before have records.
struct RollbackCase : RemediationCase {
  RollbackCase() {
    argocd.rendered["aaaa"] = {plan_config_map(rendered_plan(
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ClusterIP, ports: [{port: 80}], "
        "sessionAffinity: None}\n",
        rollback_policy))};
    history(history_entry(2, "old") + "," + history_entry(3, "bbbb") + "," + history_entry(4, "aaaa"));
    record("old");
    record("bbbb");
  }
  void history(const std::string& entries) {
    kubernetes.patch(path(), R"({"status": {"history": [)" + entries + "]}}");
  }
  void record(const std::string& revision, drift::api::Outcome outcome = drift::api::Outcome::synced,
              const std::string& application = "shop", const drift::audit::KeyRing& keys = {}) {
    drift::api::Record record;
    record.application = application;
    record.to = revision;
    record.outcome = outcome;
    auto entry = Chain(1).entries.front();
    entry.application = application;
    drift::audit::put_record(entry, drift::api::record_json(record), keys, counting_random());
    const auto name = "record-" + std::to_string(++records);
    auto where = incidents();
    where.name = name;
    kubernetes.put(where, to_text(drift::store::entry_object(entry, name, where.ns)));
  }
  void forget_records() {
    for (; records > 0; --records) {
      auto where = incidents();
      where.name = "record-" + std::to_string(records);
      kubernetes.erase(where);
    }
  }

  // The newest sync ends after its gate let it go on.
  void ends(const std::string& phase, const std::string& sync = "OutOfSync",
            const std::string& results = gate_passed) {
    argocd_begins();
    argocd_ends(phase, sync, results);
  }
  void fail_all_syncs() {
    drift(affinity("ClientIP"));
    ends("Failed");
    pass(60s);
    ends("Failed");
    pass(120s);
  }
  // In sync with these times of its last operation, Degraded since then.
  void degraded(const std::string& since) {
    kubernetes.patch(path(), R"({"status": {"health": {"status": "Degraded", "lastTransitionTime": ")" +
                                 since +
                                 R"("}, "operationState": {"startedAt": "2026-11-29T09:58:00Z",
                                    "finishedAt": "2026-11-29T09:59:00Z"}}})");
    look();
  }
  void pushed(const std::string& revision) {
    kubernetes.patch(path(), R"({"status": {"sync": {"revision": ")" + revision + R"("}}})");
    look();
  }

  std::string reason() const { return incident().reason; }

  int records = 0;
};

}  // namespace

TEST_CASE("A sync that fails after its gate is rolled back once its retries are used up, and held there") {
  RollbackCase c;
  c.drift(RollbackCase::affinity("ClientIP"));
  c.ends("Failed");
  CHECK(c.state() == "failed");
  c.pass(60s);
  CHECK(c.incident().attempts == 2);
  c.ends("Failed");
  c.pass(1s);
  REQUIRE(c.state() == "rollingBack");
  CHECK(c.reason() == "a rollback to bbbb is asked for: sync 2 ended as Failed: one or more tasks failed");
  CHECK(c.incident().attempts == 3);
  CHECK(c.operation() ==
        RollbackCase::request(
            c.incident().id + "/3",
            "a rollback to bbbb is asked for: sync 2 ended as Failed: one or more tasks failed",
            R"("revision":"bbbb","source":{"repoURL":"https://example.com/a.git","path":"web",)"
            R"("targetRevision":"main","plugin":{"name":"drift-policy"}})"));
  CHECK(drift::find(c.kubernetes.stored(RollbackCase::path()), {"status", "operationState"}) == nullptr);
  CHECK(drift::find(c.kubernetes.stored(RollbackCase::path()), {"spec", "syncPolicy"}) == nullptr);

  c.ends("Succeeded");
  c.history(history_entry(3, "bbbb") + "," + history_entry(4, "aaaa") + "," + history_entry(5, "bbbb"));
  c.look();
  CHECK(c.state() == "rolledBack");
  CHECK(c.reason() ==
        "rolled back to bbbb, until Git has another revision than aaaa: sync 2 ended as "
        "Failed: one or more tasks failed");
  // It differs from Git's head all the time.
  const auto asked = c.argocd.asked.size();
  c.pass(7200s);
  c.start();
  c.pass(7200s);
  CHECK(c.state() == "rolledBack");
  CHECK(c.count() == 1);
  CHECK(c.argocd.asked.size() == asked);
  CHECK(c.kubernetes.syncs == 3);
  c.pushed("cccc");
  CHECK(c.state() == "superseded");
  CHECK(c.reason() == "Git has moved on to cccc");
  c.pass(7200s);
  CHECK(c.kubernetes.syncs == 3);
  CHECK(c.told == std::vector<std::string>{"syncing", "failed", "syncing", "failed", "rollingBack",
                                           "rolledBack", "superseded"});
}

TEST_CASE(
    "A rollback that fails, or that its gate refuses, is the end until a person syncs or Git moves on") {
  for (const bool by_gate : {true, false}) {
    CAPTURE(by_gate);
    RollbackCase c;
    c.fail_all_syncs();
    c.ends("Failed", "OutOfSync", by_gate ? gate_said_no : gate_passed);
    CHECK(c.state() == "rollbackFailed");
    CHECK(c.reason() == (by_gate ? "the rollback to bbbb was refused by its gate: rejected by bob: no"
                                 : "the rollback to bbbb ended as Failed: one or more tasks failed"));
    c.pass(7200s);
    c.start();
    c.pass(7200s);
    CHECK(c.state() == "rollbackFailed");
    CHECK(c.kubernetes.syncs == 3);
    if (by_gate) {
      c.pushed("cccc");
      CHECK(c.state() == "superseded");
      continue;
    }
    // Somebody's sync that fails changes nothing; one that succeeds ends it.
    const auto by_hand = [&](const std::string& phase, const std::string& sync) {
      c.kubernetes.patch(RollbackCase::path(), R"({"status": {"sync": {"status": ")" + sync +
                                                   R"("}, "operationState": {"phase": ")" + phase +
                                                   R"(", "startedAt": ")" + drift::time_text(c.clock.now()) +
                                                   R"(", "operation": {"info": null}}}})");
      c.look();
    };
    by_hand("Failed", "OutOfSync");
    CHECK(c.state() == "rollbackFailed");
    by_hand("Succeeded", "Synced");
    CHECK(c.state() == "resolved");
    CHECK(c.kubernetes.syncs == 3);
  }
}

TEST_CASE("What is rolled back ends by another sync, and is resolved where that brings it in sync") {
  for (const auto* sync : {"Synced", "OutOfSync"}) {
    RollbackCase c;
    c.fail_all_syncs();
    c.ends("Succeeded");
    REQUIRE(c.state() == "rolledBack");
    c.history(history_entry(4, "aaaa") + "," + history_entry(5, "bbbb"));
    c.clock.wait(10s);
    c.kubernetes.patch(RollbackCase::path(), R"({"status": {"sync": {"status": ")" + std::string(sync) +
                                                 R"("}, "operationState": {"startedAt": ")" +
                                                 drift::time_text(c.clock.now()) +
                                                 R"(", "operation": {"info": null}}}})");
    c.look();
    CHECK(c.state() == (std::string(sync) == "Synced" ? "resolved" : "superseded"));
  }
}

TEST_CASE("What no gate let go on, what a person ended, and what drifts again is never rolled back") {
  const std::string no_gate = R"([{"kind": "Service", "name": "web", "status": "SyncFailed"}])";
  const std::vector<std::function<void(RollbackCase&)>> endings = {
      [&](RollbackCase& c) { c.ends("Failed", "OutOfSync", no_gate); },
      [](RollbackCase& c) { c.ends("Succeeded", "OutOfSync"); },
      [](RollbackCase& c) {
        c.argocd_begins();
        c.kubernetes.patch(RollbackCase::path(), R"({"operation": null, "status": {"operationState": {
          "phase": "Failed", "message": "Operation terminated", "finishedAt": "2026-11-29T09:59:30Z",
          "syncResult": {"resources": )" + gate_passed +
                                                     "}}}}");
        c.look();
      }};
  for (const auto& end : endings) {
    RollbackCase c;
    c.drift(RollbackCase::affinity("ClientIP"));
    end(c);
    c.pass(60s);
    CHECK(c.incident().attempts == 2);
    end(c);
    c.pass(600s);
    CHECK(c.state() == "exhausted");
    CHECK(contains(c.reason(), "2 syncs didn't end the drift"));
    CHECK(c.kubernetes.syncs == 2);
  }
}

TEST_CASE("Without rollbackOnFailure nothing is rolled back") {
  RollbackCase c;
  auto policy = rollback_policy;
  drift::replace_all(policy, ", rollbackOnFailure: true", "");
  c.argocd.rendered["aaaa"] = {plan_config_map(rendered_plan(
      "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ClusterIP, ports: [{port: 80}], "
      "sessionAffinity: None}\n",
      policy))};
  c.fail_all_syncs();
  CHECK(c.state() == "exhausted");
  CHECK(c.kubernetes.syncs == 2);
}

TEST_CASE("It goes back to the newest version before the failed one that has a record, and to nothing else") {
  const std::string other_path =
      R"({"repoURL": "https://example.com/a.git", "path": "other", "plugin": {"name": "drift-policy"}})";
  const std::string other_plugin =
      R"({"repoURL": "https://example.com/a.git", "path": "web", "plugin": {"name": "plain"}})";
  const auto ring_of_one = ring({{"key", std::string(32, 'k')}});
  struct Row {
    std::function<void(RollbackCase&)> given;
    std::string to, why_not;
  };
  const std::string none = "none has an audit record of the same source";
  const std::vector<Row> rows = {
      {[](RollbackCase&) {}, "bbbb", ""},
      {[](RollbackCase& c) {
         c.forget_records();
         c.record("old");
       },
       "old", ""},
      {[](RollbackCase& c) {
         c.forget_records();
         c.record("old", drift::api::Outcome::synced, "argocd_shop");
       },
       "old", ""},
      {[](RollbackCase& c) { c.forget_records(); }, "", "of the 2 syncs before in its history, " + none},
      {[](RollbackCase& c) {
         c.forget_records();
         c.record("bbbb", drift::api::Outcome::failed);
         c.record("bbbb", drift::api::Outcome::synced, "another");
       },
       "", none},
      {[&](RollbackCase& c) {
         c.forget_records();
         c.record("bbbb", drift::api::Outcome::synced, "shop", ring_of_one);
       },
       "", none},
      {[&](RollbackCase& c) {
         c.history(history_entry(2, "old", other_path) + "," + history_entry(3, "bbbb", other_plugin) + "," +
                   history_entry(4, "aaaa"));
       },
       "", none},
      // What was rolled back before isn't gone forward to: it came after.
      {[](RollbackCase& c) {
         c.history(history_entry(2, "old") + "," + history_entry(3, "aaaa") + "," + history_entry(4, "bbbb") +
                   "," + history_entry(5, "aaaa"));
       },
       "old", ""},
      {[](RollbackCase& c) { c.history(history_entry(3, "aaaa") + "," + history_entry(4, "aaaa")); }, "",
       "its history has no sync of another version before"}};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CAPTURE(i);
    RollbackCase c;
    rows[i].given(c);
    c.fail_all_syncs();
    if (rows[i].why_not.empty()) {
      REQUIRE(c.state() == "rollingBack");
      CHECK(c.incident().rollback->to == rows[i].to);
      continue;
    }
    CHECK(c.state() == "exhausted");
    CHECK(c.reason().starts_with("sync 2 ended as Failed: one or more tasks failed. It isn't rolled back: "));
    CHECK(contains(c.reason(), rows[i].why_not));
    const auto reason = c.reason();
    c.pass(600s);
    CHECK(c.reason() == reason);
    CHECK(c.kubernetes.syncs == 2);
  }
}

TEST_CASE("A sync that fails although it brings the application in sync is rolled back at once") {
  RollbackCase c;
  c.drift(RollbackCase::affinity("ClientIP"));
  c.ends("Failed", "Synced");
  REQUIRE(c.state() == "rollingBack");
  CHECK(c.incident().attempts == 2);
  CHECK(c.incident().rollback->from == "aaaa");
  // What is shown of Argo CD's comparison is still that of before.
  c.argocd_begins();
  c.kubernetes.patch(RollbackCase::path(), R"({"status": {"reconciledAt": "2026-11-29T09:59:00Z"}})");
  c.argocd_ends("Succeeded", "Synced");
  CHECK(c.state() == "rolledBack");
  c.kubernetes.patch(RollbackCase::path(), R"({"status": {"reconciledAt": "2026-11-29T10:05:00Z"}})");
  c.look();
  CHECK(c.state() == "resolved");
  CHECK(c.reason() == "in sync after the rollback");
}

TEST_CASE("Drift that somebody put back after a sync that failed is no reason to roll back") {
  RollbackCase c;
  c.drift(RollbackCase::affinity("ClientIP"));
  c.ends("Failed");
  c.kubernetes.patch(RollbackCase::path(), R"({"status": {"sync": {"status": "Synced"}}})");
  c.look();
  CHECK(c.state() == "resolved");
  CHECK(c.kubernetes.syncs == 1);
}

TEST_CASE("An application that becomes Degraded soon after a sync is rolled back at once") {
  struct Row {
    std::string since;
    bool counts;
  };
  const std::vector<Row> rows = {{"2026-11-29T09:57:59Z", false},
                                 {"2026-11-29T09:58:00Z", true},
                                 {"2026-11-29T10:14:00Z", true},
                                 {"2026-11-29T10:14:01Z", false}};
  for (const auto& row : rows) {
    const auto& since = row.since;
    const bool counts = row.counts;
    CAPTURE(since);
    RollbackCase c;
    c.drift(RollbackCase::affinity("ClientIP"));
    c.ends("Succeeded", "Synced");
    REQUIRE(c.state() == "resolved");
    c.degraded(since);
    CHECK(c.state() == (counts ? "rollingBack" : "resolved"));
    if (!counts) continue;
    CHECK(c.reason() ==
          "a rollback to bbbb is asked for: the application became Degraded after sync 1, at " + since);
    CHECK_FALSE(c.incident().ended);
    // It stays Degraded: nothing follows a rollback.
    c.ends("Succeeded");
    c.degraded("2026-11-29T09:58:30Z");
    c.pass(7200s);
    CHECK(c.state() == "rolledBack");
    CHECK(c.kubernetes.syncs == 2);
  }
}

TEST_CASE("An application that is Degraded, and well again before anything was done, is resolved") {
  RollbackCase c;
  c.argocd.windows = {};
  c.drift(RollbackCase::affinity("ClientIP"));
  c.ends("Succeeded", "Synced");
  c.argocd.windows.denying = 1;
  c.degraded("2026-11-29T09:59:30Z");
  CHECK(c.state() == "held");
  CHECK(c.reason() == "a sync window denies syncs now");
  c.pass(30s);
  CHECK(c.state() == "held");
  c.kubernetes.patch(RollbackCase::path(), R"({"status": {"health": {"status": "Healthy"}}})");
  c.look();
  CHECK(c.state() == "resolved");
  // The next time counts again.
  c.degraded("2026-11-29T10:05:00Z");
  c.argocd.windows.denying = 0;
  c.pass(60s);
  CHECK(c.state() == "rollingBack");
}

TEST_CASE("Auto-sync is switched off in the same write, where it is on") {
  for (const auto* automated : {R"({"prune": true})", R"({"enabled": false})"}) {
    RollbackCase c;
    c.kubernetes.patch(RollbackCase::path(), R"({"spec": {"syncPolicy": {"automated": )" +
                                                 std::string(automated) + R"(, "syncOptions": ["A=b"]}}})");
    c.fail_all_syncs();
    REQUIRE(c.state() == "rollingBack");
    const auto stored = c.kubernetes.stored(RollbackCase::path());
    const auto* policy = drift::find(stored, {"spec", "syncPolicy", "automated"});
    const bool was_on = contains(automated, "prune");
    CHECK(to_text(*policy) == (was_on ? R"({"prune":true,"enabled":false})" : R"({"enabled":false})"));
    CHECK(contains(c.operation(), R"("syncOptions":["A=b"])"));
    CHECK(contains(c.operation(), R"("prune":true)") == was_on);
  }
}

TEST_CASE("A pause and a closed sync window hold a rollback, and it goes on after them") {
  RollbackCase c;
  drift::store::Pauses pauses(c.kubernetes, "drift-policy");
  c.drift(RollbackCase::affinity("ClientIP"));
  c.ends("Failed");
  c.pass(60s);
  c.argocd_begins();
  c.kubernetes.put({"", "v1", "configmaps", "drift-policy", "drift-policy-pause", ""}, R"({"data": {}})");
  pauses.set("argocd_shop", {"alice", "an upgrade", drift::Time(c.clock.now() + 100s)});
  c.argocd_ends("Failed", "OutOfSync");
  CHECK(c.state() == "held");
  CHECK(contains(c.reason(), "paused by alice"));
  c.argocd.windows.denying = 1;
  c.pass(200s);
  CHECK(c.reason() == "a sync window denies syncs now");
  CHECK(c.kubernetes.syncs == 2);
  c.argocd.windows.denying = 0;
  c.pass(60s);
  CHECK(c.state() == "rollingBack");
  CHECK(c.incident().attempts == 3);
}

TEST_CASE(
    "A rollback that may not be asked for is no attempt, and one that came too late is asked for again") {
  RollbackCase refused;
  refused.drift(RollbackCase::affinity("ClientIP"));
  refused.ends("Failed");
  refused.pass(60s);
  refused.kubernetes.forbid("merge_patch", RollbackCase::path());
  refused.ends("Failed");
  CHECK(refused.state() == "held");
  CHECK(contains(refused.reason(), "could not be asked for"));
  CHECK(refused.incident().attempts == 2);
  CHECK_FALSE(refused.incident().rollback);

  RollbackCase late;
  late.drift(RollbackCase::affinity("ClientIP"));
  late.ends("Failed");
  late.pass(60s);
  late.argocd_begins();
  late.kubernetes.before_call = [&, once = false](const std::string& call) mutable {
    if (once || !call.starts_with("merge_patch applications") || late.state() != "rollingBack") return;
    once = true;
    late.kubernetes.patch(RollbackCase::path(), R"({"metadata": {"labels": {"a": "b"}}})");
  };
  late.argocd_ends("Failed", "OutOfSync");
  CHECK(late.state() == "rollingBack");
  CHECK_FALSE(late.is_syncing());
  late.pass(1s);
  CHECK(late.state() == "rollingBack");
  late.pass(14s);
  CHECK(late.is_syncing());
  CHECK(late.incident().attempts == 3);
}

TEST_CASE("What was rolled back is shown as that, and of its new commits only a newer one is synced") {
  RollbackCase c;
  c.settings.sync_commits = true;
  c.start();
  c.kubernetes.patch(RollbackCase::path(),
                     R"({"metadata": {"annotations": {"drift-policy.dev/sync-commits": "true"}}})");
  c.fail_all_syncs();
  REQUIRE(c.state() == "rollingBack");
  c.ends("Succeeded");
  c.history(history_entry(3, "bbbb") + "," + history_entry(5, "bbbb"));
  c.look();
  REQUIRE(c.state() == "rolledBack");
  CHECK(c.known["shop"]->judgement.state == drift::controller::State::rolled_back);
  const auto syncs = c.kubernetes.syncs;
  c.pass(24h);
  CHECK(c.kubernetes.syncs == syncs);
  c.argocd.rendered["cccc"] = c.argocd.rendered["bbbb"] = c.argocd.rendered["aaaa"];
  c.live("");
  c.pushed("cccc");
  CHECK(c.kubernetes.syncs == syncs + 1);
  CHECK(contains(c.operation(), R"("revision":"cccc")"));
}

TEST_CASE("Another operation in the place of a rollback ends it, and Git that moves on before it does") {
  RollbackCase c;
  c.fail_all_syncs();
  c.kubernetes.patch(RollbackCase::path(),
                     R"({"operation": null, "status": {"operationState": {"phase": "Failed",
    "startedAt": ")" + drift::time_text(c.clock.now()) +
                         R"(", "finishedAt": "2026-11-29T09:59:30Z", "operation": {"sync": {}}}}})");
  c.look();
  CHECK(c.state() == "rollbackFailed");
  CHECK(c.reason() == "another operation took the place of the rollback to bbbb");

  RollbackCase moved;
  moved.fail_all_syncs();
  moved.kubernetes.patch(RollbackCase::path(),
                         R"({"operation": null, "status": {"sync": {"revision": "cccc"}}})");
  moved.look();
  CHECK(moved.state() == "superseded");
}

TEST_CASE("Several sources go back together, where all that are rendered have records") {
  for (const bool recorded : {true, false}) {
    RollbackCase c;
    const std::string sources =
        R"([{"repoURL": "https://example.com/a.git", "path": "web", "plugin": {"name": "drift-policy"}},
      {"repoURL": "https://example.com/b.git", "ref": "values"},
      {"repoURL": "https://example.com/c.git", "path": "c", "plugin": {"name": "drift-policy"}}])";
    const auto entry = [&](int id, const std::string& revisions) {
      return R"({"id": )" + std::to_string(id) + R"(, "source": {"repoURL": ""}, "sources": )" + sources +
             R"(, "revisions": )" + revisions + "}";
    };
    c.kubernetes.patch(RollbackCase::path(),
                       R"({"spec": {"source": null, "sources": )" + sources +
                           R"(}, "status": {"sync": {"revision": null, "revisions": ["aaaa", "v2", "c2"],
      "comparedTo": {"source": null, "sources": )" +
                           sources + "}}}}");
    c.history(entry(3, R"(["bbbb", "v1", "c1"])") + "," + entry(4, R"(["aaaa", "v2", "c2"])"));
    if (recorded) c.record("c1");
    c.fail_all_syncs();
    CHECK(c.state() == (recorded ? "rollingBack" : "exhausted"));
    if (!recorded) continue;
    CHECK(contains(c.operation(), R"("revisions":["bbbb","v1","c1"],"sources":[{"repoURL")"));
    CHECK_FALSE(contains(c.operation(), R"("source":)"));
  }
}

TEST_CASE("Killed at any write of a rollback, nothing is lost, doubled or done unknown") {
  for_each_kill<RollbackCase>({{"Failed", "OutOfSync"}, {"Failed", "OutOfSync"}, {"Succeeded", "OutOfSync"}},
                              "rolledBack", [](auto& c) {
                                REQUIRE(c.begun.size() == 3);
                                CHECK(c.incident().attempts == 3);
                                CHECK(contains(c.begun[2], R"("revision":"bbbb")"));
                              });
  for_each_kill<RollbackCase>({{"Failed", "Synced"}, {"Succeeded", "OutOfSync"}}, "rolledBack", [](auto& c) {
    REQUIRE(c.begun.size() == 2);
    CHECK(contains(c.begun[1], R"("revision":"bbbb")"));
  });
}
