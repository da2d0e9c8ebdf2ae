// Incidents from drift to their end: what is done, in which order, and what is not.
#include "controller/remediator.hpp"

#include <algorithm>
#include <functional>

#include "json/read.hpp"
#include "support/killed_case.hpp"
#include "support/remediation_case.hpp"
#include "support/text.hpp"

using namespace std::chrono_literals;
using namespace drift::tests;
using Case = RemediationCase;

namespace {

std::size_t place(const std::vector<std::string>& calls, const std::string& begin) {
  const auto found = std::find_if(calls.begin(), calls.end(),
                                  [&](const std::string& call) { return call.starts_with(begin); });
  return static_cast<std::size_t>(found - calls.begin());
}

// A request for a sync, a refresh or a note.
const std::string sync_call = "merge_patch applications.argoproj.io";
const std::string gate_refused =
    R"([{"kind": "Job", "name": "shop-12345678-gate", "hookType": "PreSync", "hookPhase": "Failed",
         "message": "rejected by bob: no"}])";

}  // namespace

TEST_CASE("Drift that goes by itself is put back by a full sync, whose incident is stored before") {
  Case c;
  c.look();
  CHECK(c.count() == 0);
  c.live(Case::affinity("ClientIP"));
  c.kubernetes.patch(Case::path(), out_of_sync);
  c.look();
  CHECK(c.argocd.asked.empty());  // it may go back by itself
  c.pass(4s);
  CHECK(c.count() == 0);
  c.pass(1s);
  REQUIRE(c.state() == "syncing");

  const auto& calls = c.kubernetes.calls;
  CHECK(place(calls, "create configmaps") < place(calls, sync_call));
  const auto incident = c.incident();
  CHECK(incident.severity == "low");
  CHECK(incident.action == "autoSync");
  CHECK(incident.attempts == 1);
  CHECK(incident.revision == "aaaa");
  CHECK(incident.objects == std::vector<drift::api::IncidentObject>{{"Service shop/web", "drifted", "low"}});
  CHECK(incident.detected == drift::Time(c.clock.now() - 5s));

  CHECK(c.operation() == Case::request(incident.id + "/1", "drift of severity low", R"("revision":"aaaa")"));
  CHECK(drift::find(c.kubernetes.stored(Case::path()), {"status", "operationState"}) == nullptr);

  c.argocd_begins();
  c.pass(30s);
  CHECK(c.state() == "syncing");
  c.argocd_ends("Succeeded", "Synced");
  CHECK(c.state() == "resolved");
  CHECK(c.incident().reason == "in sync after sync 1");
  CHECK(c.incident().ended == drift::Time(c.clock.now()));
  CHECK(c.kubernetes.syncs == 1);
  CHECK(c.told == std::vector<std::string>{"syncing", "resolved"});
}

TEST_CASE("A sync has the options of the application's own, and prunes where its auto-sync does") {
  Case c;
  c.kubernetes.patch(
      Case::path(),
      R"({"spec": {"syncPolicy": {"automated": {"prune": true}, "syncOptions": ["CreateNamespace=true"]}}})");
  c.drift(Case::affinity("ClientIP"));
  CHECK(contains(c.operation(), R"("prune":true,"syncOptions":["CreateNamespace=true"])"));
}

TEST_CASE("Drift that people are asked about starts a sync, whose gate asks them; its refusal is kept") {
  Case c;
  c.drift(Case::type("LoadBalancer"));
  CHECK(c.state() == "syncing");
  CHECK(c.incident().action == "approve");
  CHECK(c.incident().reason == "sync 1 is asked for; its gate asks people whether to put Git's state back");
  c.argocd_begins();
  c.argocd_ends("Failed", "OutOfSync", gate_refused);
  CHECK(c.state() == "refused");
  CHECK(c.incident().reason == "the gate of sync 1 refused: rejected by bob: no");
  // Never again for this drift.
  c.pass(3600s);
  c.pass(3600s);
  CHECK(c.state() == "refused");
  CHECK_FALSE(c.is_syncing());
  // Another drift is another question.
  c.live(Case::type("NodePort"));
  c.pass(3600s);
  CHECK(c.state() == "syncing");
  CHECK(c.incident().attempts == 2);
}

TEST_CASE("A person's no stays a no while Argo CD doesn't answer, and so does whom it was told to") {
  Case c;
  c.drift(Case::type("LoadBalancer"));
  c.argocd_begins();
  c.argocd_ends("Failed", "OutOfSync", gate_refused);
  c.argocd.refuses_managed = "no answer";
  c.pass(3600s);
  CHECK(c.state() == "refused");
  CHECK(c.incident().severity == "medium");
  c.argocd.refuses_managed.clear();
  c.pass(3600s);
  CHECK(c.state() == "refused");
  CHECK_FALSE(c.is_syncing());
}

TEST_CASE("Another operation in the place of a sync counts, and isn't followed at once") {
  Case c;
  c.drift(Case::affinity("ClientIP"));
  c.kubernetes.patch(Case::path(), R"({"operation": null, "status": {"operationState": {"phase": "Failed",
    "startedAt": ")" + drift::time_text(c.clock.now()) +
                                       R"(", "finishedAt": "2026-11-29T09:59:30Z",
    "operation": {"sync": {}}}}})");
  c.look();
  CHECK(c.state() == "failed");
  CHECK(c.incident().reason == "another operation took the place of sync 1");
  c.pass(59s);
  CHECK_FALSE(c.is_syncing());
  c.pass(1s);
  CHECK(c.incident().attempts == 2);
}

TEST_CASE("The cooldown counts from the end of a sync that failed") {
  Case c;
  c.drift(Case::affinity("ClientIP"));
  c.argocd_begins();
  c.pass(3000s);
  c.argocd_ends("Failed", "OutOfSync");
  c.pass(59s);
  CHECK_FALSE(c.is_syncing());
  c.pass(1s);
  CHECK(c.is_syncing());
}

TEST_CASE("The label taken off ends an incident, seen by the feed or not") {
  for (const bool seen : {true, false}) {
    Case c;
    c.drift(Case::affinity("ClientIP"));
    c.kubernetes.patch(Case::path(), R"({"metadata": {"labels": {"drift-policy.dev/gated": null}}})");
    if (!seen) c.start();
    seen ? c.look() : static_cast<void>(c.remediator->step());
    CHECK(c.state() == "superseded");
    CHECK(c.incident().reason == "the Application is no longer gated");
  }
}

TEST_CASE("Trouble with one application keeps none of the others waiting, and isn't tried again at once") {
  Case c;
  // Its place is before the other one's, and its incident can't be stored.
  c.put("a", {out_of_sync});
  c.see("a");
  auto where = Case::incidents();
  where.name =
      "drift-policy-incident-" + drift::api::incident_id("argocd", "a", "u-a", c.known["a"]->judgement.since);
  c.kubernetes.put(where, R"({"data": {}})");
  c.drift(Case::affinity("ClientIP"));
  CHECK(c.is_syncing());
  const auto asked = c.argocd.asked.size();
  for (int i = 0; i < 20; ++i) c.remediator->step();
  CHECK(c.argocd.asked.size() == asked);
  CHECK(c.next > drift::Time(c.clock.now()));
}

TEST_CASE("After a restart the last incident is known before its application is, so the cooldown holds") {
  Case c;
  c.drift(Case::affinity("ClientIP"));
  c.argocd_begins();
  c.argocd_ends("Succeeded", "Synced");
  c.start();
  c.remediator->step();
  c.drift(Case::affinity("ClientIP"));
  CHECK(c.count() == 1);
  CHECK(c.state() == "failed");
  CHECK_FALSE(c.is_syncing());
}

TEST_CASE("What stops everything starts nothing") {
  Case c;
  c.drift(R"("type":"ClusterIP","ports":[{"port":81}],"sessionAffinity":"None")");
  CHECK(c.state() == "held");
  CHECK(c.incident().severity == "critical");
  CHECK(contains(c.incident().reason, "the policy stops drift of severity critical"));
  c.pass(7200s);
  CHECK_FALSE(c.is_syncing());
  CHECK(c.state() == "held");
  c.kubernetes.patch(Case::path(), R"({"status": {"sync": {"status": "Synced"}}})");
  c.look();
  CHECK(c.state() == "resolved");
  CHECK(c.incident().reason == "in sync again, by somebody else's doing");
}

TEST_CASE("A sync that fails is tried again, later each time, and no more often than the policy says") {
  Case c;
  c.drift(Case::affinity("ClientIP"));
  c.argocd_begins();
  c.argocd_ends("Failed", "OutOfSync");
  CHECK(c.state() == "failed");
  CHECK(c.incident().reason == "sync 1 ended as Failed: one or more tasks failed");
  c.pass(59s);
  CHECK_FALSE(c.is_syncing());
  c.pass(1s);
  CHECK(c.incident().attempts == 2);
  c.argocd_begins();
  c.argocd_ends("Error", "OutOfSync");
  c.pass(119s);
  CHECK_FALSE(c.is_syncing());
  c.pass(1s);
  CHECK(c.incident().attempts == 3);
  c.argocd_begins();
  c.argocd_ends("Failed", "OutOfSync");
  c.pass(3600s);
  CHECK(c.state() == "exhausted");
  CHECK(contains(c.incident().reason, "3 syncs didn't end the drift"));
  c.pass(36000s);
  CHECK_FALSE(c.is_syncing());
  CHECK(c.kubernetes.syncs == 3);
}

TEST_CASE("What drifts again soon is the same incident, and somebody who fights is left alone in the end") {
  Case c;
  std::string id;
  for (int round = 1; round <= 3; ++round) {
    CAPTURE(round);
    c.drift(Case::affinity("ClientIP"));
    c.pass(600s);  // longer than any cooldown here
    CHECK(c.incident().attempts == static_cast<std::size_t>(round));
    if (id.empty()) id = c.incident().id;
    CHECK(c.incident().id == id);
    c.argocd_begins();
    c.argocd_ends("Succeeded", "Synced");
    CHECK(c.state() == "resolved");
  }
  c.drift(Case::affinity("ClientIP"));
  CHECK(c.state() == "exhausted");
  CHECK_FALSE(c.is_syncing());
  c.kubernetes.patch(Case::path(), R"({"status": {"sync": {"status": "Synced"}}})");
  c.look();

  // Long after that it is another one.
  c.pass(3600s);
  c.drift(Case::affinity("ClientIP"));
  CHECK(c.count() == 2);
  CHECK(c.is_syncing());
}

TEST_CASE("An Application that was changed meanwhile gets no sync, and the attempt isn't counted twice") {
  Case c;
  c.live(Case::affinity("ClientIP"));
  c.kubernetes.patch(Case::path(), out_of_sync);
  c.look();
  c.clock.wait(5s);
  c.see();
  c.kubernetes.patch(Case::path(), R"({"metadata": {"labels": {"a": "b"}}})");
  c.remediator->step();
  CHECK_FALSE(c.is_syncing());
  CHECK(c.state() == "syncing");
  c.look();
  CHECK(c.is_syncing());
  CHECK(c.incident().attempts == 1);
}

TEST_CASE("Another object that drifts soon after is another incident, after the policy's cooldown") {
  Case c;
  c.drift(Case::affinity("ClientIP"));
  const auto first = c.incident().id;
  c.argocd_begins();
  c.argocd_ends("Succeeded", "Synced");
  c.argocd.rendered["aaaa"] = {plan_config_map(
      rendered_plan("apiVersion: v1\nkind: Service\nmetadata: {name: api}\nspec: {type: ClusterIP}\n",
                    remediation_policy))};
  c.argocd.managed = {{"", "Service", "shop", "api", "{}", "null", true}};
  c.kubernetes.patch(Case::path(), out_of_sync);
  c.look();
  c.pass(5s);
  CHECK(c.count() == 2);
  CHECK_FALSE(c.is_syncing());
  CHECK(c.told.back() == "held");
  c.pass(50s);
  CHECK_FALSE(c.is_syncing());
  c.pass(5s);
  CHECK(contains(c.operation(), "/1\""));
  CHECK_FALSE(contains(c.operation(), first));
}

TEST_CASE("A process that goes on where another one was killed starts nothing twice, and forgets nothing") {
  Case c;
  c.kubernetes.before_call = [](const std::string& call) {
    if (call.starts_with(sync_call)) throw std::runtime_error("killed");
  };
  CHECK_THROWS(c.drift(Case::affinity("ClientIP")));
  c.kubernetes.before_call = nullptr;
  CHECK(c.state() == "syncing");
  CHECK_FALSE(c.is_syncing());

  c.start();
  c.look();
  CHECK_FALSE(c.is_syncing());
  c.pass(15s);
  CHECK(c.is_syncing());
  CHECK(c.incident().attempts == 1);

  // Killed after the sync was asked for, and when it has ended.
  c.start();
  c.pass(1s);
  c.argocd_begins();
  c.start();
  c.pass(1s);
  c.argocd_ends("Failed", "OutOfSync");
  c.start();
  c.look();
  CHECK(c.state() == "failed");
  CHECK(c.incident().attempts == 1);
  CHECK(c.count() == 1);
  CHECK(c.kubernetes.syncs == 2);  // the one that never arrived, and the other
}

TEST_CASE("Killed at any write, before it has arrived or after, nothing is lost, doubled or done unknown") {
  // Drift, a sync that fails and one that succeeds.
  for_each_kill<Case>({{"Failed", "OutOfSync"}, {"Succeeded", "Synced"}}, "resolved", [](auto& c) {
    CHECK(c.begun.size() == 2);
    CHECK(c.incident().attempts == 2);
  });
}

TEST_CASE("Who doesn't lead does nothing, and knows what the leader did once it leads itself") {
  Case c;
  c.leads = false;
  c.drift(Case::affinity("ClientIP"));
  CHECK(c.count() == 0);
  CHECK(c.argocd.asked.empty());
  CHECK(c.kubernetes.calls.empty());

  Case other;
  other.drift(Case::affinity("ClientIP"));
  const auto names = other.kubernetes.names(Case::incidents());
  auto where = Case::incidents();
  where.name = names.front();
  c.kubernetes.put(where, to_text(other.kubernetes.stored(where)));
  c.leads = true;
  c.pass(1s);
  CHECK(c.count() == 1);
  CHECK(c.incident().attempts == 1);
}

TEST_CASE("A closed sync window holds, and so does one of which nothing is known") {
  Case c;
  c.argocd.windows.denying = 1;
  c.drift(Case::affinity("ClientIP"));
  CHECK(c.state() == "held");
  CHECK(c.incident().reason == "a sync window denies syncs now");
  c.argocd.windows = {0, 0, 1};
  c.pass(60s);
  CHECK(c.incident().reason == "none of the sync windows that allow syncs is open now");
  c.argocd.refuses_windows = "no answer";
  c.pass(60s);
  CHECK(c.incident().reason == "whether a sync window is closed isn't known: no answer");
  CHECK_FALSE(c.is_syncing());
  c.argocd.refuses_windows.clear();
  c.argocd.windows = {0, 1, 1};
  c.pass(59s);
  CHECK_FALSE(c.is_syncing());
  c.pass(1s);
  CHECK(c.is_syncing());
  CHECK(c.incident().attempts == 1);
}

TEST_CASE("A pause holds, and so does one that can't be read") {
  Case c;
  const drift::outside::ResourcePath where{"", "v1", "configmaps", "drift-policy", "drift-policy-pause", ""};
  drift::store::Pauses pauses(c.kubernetes, "drift-policy");
  pauses.set("argocd_shop", {"alice", "an upgrade", drift::Time(c.clock.now() + 100s)});
  c.drift(Case::affinity("ClientIP"));
  CHECK(contains(c.shown(), "paused by alice until 2026-01-02T03:05:45Z: an upgrade"));
  c.kubernetes.patch(where, R"({"data": {"argocd_shop": "soon"}})");
  c.pass(60s);
  CHECK(contains(c.shown(), "whether it is paused isn't known"));
  CHECK_FALSE(c.is_syncing());
  c.kubernetes.erase(where);
  c.pass(60s);
  CHECK(c.is_syncing());
}

TEST_CASE("Where the last full sync ran no gate none is started") {
  Case c;
  c.kubernetes.patch(Case::path(), R"({"status": {"operationState": {"syncResult": {"resources": []}}}})");
  c.drift(Case::affinity("ClientIP"));
  CHECK(c.state() == "held");
  CHECK(contains(c.incident().reason, "the last full sync ran no gate"));
  CHECK_FALSE(c.is_syncing());
}

TEST_CASE("What differs has to be known before a sync is started") {
  Case c;
  c.argocd.refuses_managed = "no answer";
  c.drift(Case::affinity("ClientIP"));
  CHECK(c.state() == "held");
  CHECK(c.incident().reason == "what differs isn't known: no answer");
  CHECK_FALSE(c.is_syncing());
  c.argocd.refuses_managed.clear();
  c.pass(60s);
  CHECK(c.is_syncing());
}

TEST_CASE("Git that moves on, and an Application that is deleted or made anew, end an incident") {
  const auto by_git = [](Case& c) {
    c.kubernetes.patch(Case::path(), R"({"status": {"sync": {"revision": "bbbb"}}})");
  };
  const auto deleted = [](Case& c) {
    c.kubernetes.patch(Case::path(), R"({"metadata": {"deletionTimestamp": "2026-11-29T10:00:00Z"}})");
  };
  const auto made_anew = [](Case& c) {
    c.kubernetes.erase(Case::path());
    c.kubernetes.put(Case::path(),
                     to_text(application({R"({"metadata": {"name": "shop", "uid": "another"}})"})));
  };
  const std::vector<std::pair<std::function<void(Case&)>, std::string>> changes = {
      {by_git, "Git has moved on to bbbb"},
      {deleted, "the Application is deleted"},
      {made_anew, "the Application was deleted and made anew"}};
  for (const auto& [change, reason] : changes) {
    Case c;
    c.argocd.windows.denying = 1;
    c.drift(Case::affinity("ClientIP"));
    change(c);
    c.look();
    CHECK(c.state() == "superseded");
    CHECK(c.incident().reason == reason);
    CHECK_FALSE(c.is_syncing());
  }
}

TEST_CASE("An incident whose Application is gone is over once somebody leads again") {
  Case c;
  c.argocd.windows.denying = 1;
  c.drift(Case::affinity("ClientIP"));
  c.start();
  c.remediator->step();
  CHECK(c.state() == "held");
  c.kubernetes.erase(Case::path());
  c.start();
  c.remediator->step();
  CHECK(c.state() == "superseded");
  CHECK(c.incident().reason == "the Application is deleted");
}

TEST_CASE("What is no drift, what the policy only observes and what isn't gated is no incident") {
  Case none;
  none.drift("");  // Argo CD says OutOfSync, as after a change of the policy
  CHECK(none.count() == 0);
  CHECK_FALSE(none.is_syncing());

  Case observed;
  auto policy = remediation_policy;
  drift::replace_all(policy, "  severities:", "  enforcement: observe\n  severities:");
  observed.argocd.rendered["aaaa"] = {plan_config_map(rendered_plan(
      "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ClusterIP}\n", policy))};
  observed.drift(Case::type("LoadBalancer"));
  CHECK(observed.argocd.asked.size() > 1);
  CHECK(observed.count() == 0);

  Case other;
  other.kubernetes.patch(Case::path(), R"({"metadata": {"labels": {"drift-policy.dev/gated": null}}})");
  other.drift(Case::affinity("ClientIP"));
  CHECK(other.argocd.asked.empty());
  CHECK(other.count() == 0);
}

TEST_CASE("What comes in while Argo CD is asked isn't lost") {
  Case c;
  c.argocd.windows.denying = 1;
  c.argocd.while_asked = [&] {
    c.kubernetes.patch(Case::path(), R"({"status": {"sync": {"status": "Synced"}}})");
    c.see();
  };
  c.drift(Case::affinity("ClientIP"));
  c.remediator->step();
  CHECK(c.state() == "resolved");
}

TEST_CASE("A request that came too late is no reason to hurry with what drifts later") {
  Case c;
  c.live(Case::affinity("ClientIP"));
  c.kubernetes.patch(Case::path(), out_of_sync);
  c.look();
  c.clock.wait(5s);
  c.see();
  c.kubernetes.patch(Case::path(), another_revision);
  c.remediator->step();
  CHECK(c.state() == "syncing");
  c.look();
  CHECK(c.state() == "superseded");
  c.kubernetes.patch(Case::path(), R"({"status": {"sync": {"revision": "aaaa", "status": "Synced"}}})");
  c.look();
  c.kubernetes.patch(Case::path(), out_of_sync);
  const auto asked = c.argocd.asked.size();
  c.look();
  CHECK(c.argocd.asked.size() == asked);
}

TEST_CASE("A sync that may not be asked for is no attempt") {
  Case c;
  c.kubernetes.forbid("merge_patch", Case::path());
  c.drift(Case::affinity("ClientIP"));
  CHECK(c.state() == "held");
  CHECK(contains(c.incident().reason, "the sync could not be asked for"));
  CHECK(c.incident().attempts == 0);
}

TEST_CASE("Nothing is done where incidents can't be stored, or have been changed by somebody else") {
  Case c;
  c.kubernetes.forbid("create", Case::incidents());
  c.drift(Case::affinity("ClientIP"));
  CHECK_FALSE(c.is_syncing());

  Case other;
  other.argocd.windows.denying = 1;
  other.drift(Case::affinity("ClientIP"));
  auto where = Case::incidents();
  where.name = other.kubernetes.names(where).front();
  other.kubernetes.patch(where, R"({"metadata": {"labels": {"a": "b"}}})");
  other.argocd.windows.denying = 0;
  other.pass(60s);
  CHECK_FALSE(other.is_syncing());
  other.pass(15s);
  CHECK(other.is_syncing());
}

TEST_CASE("A sync that Argo CD overlooks is brought to its mind") {
  Case c;
  c.drift(Case::affinity("ClientIP"));
  c.pass(9s);
  const auto refresh = [&] {
    return drift::text_at(c.kubernetes.stored(Case::path()),
                          {"metadata", "annotations", "argocd.argoproj.io/refresh"});
  };
  CHECK(refresh().empty());
  c.pass(1s);
  CHECK(refresh() == "normal");
  CHECK(c.incident().attempts == 1);
}

TEST_CASE("The Application shows its incident, and is told again only once in a while") {
  Case c;
  c.drift(Case::affinity("ClientIP"));
  CHECK(c.shown() == drift::api::incident_note(c.incident()));
  CHECK(c.is_syncing());
  c.look();
  c.kubernetes.patch(Case::path(), R"({"metadata": {"annotations": {"drift-policy.dev/incident": null}}})");
  c.look();
  c.pass(59s);
  CHECK(c.shown().empty());
  c.clock.wait(1s);
  c.kubernetes.patch(Case::path(), R"({"metadata": {"labels": {"a": "b"}}})");
  c.look();
  CHECK_FALSE(c.shown().empty());
  c.argocd_begins();
  c.argocd_ends("Succeeded", "Synced");
  CHECK(contains(c.shown(), R"("state":"resolved")"));
  // Somebody else's words are put right.
  c.pass(61s);
  c.kubernetes.patch(Case::path(), R"({"metadata": {"annotations": {"drift-policy.dev/incident": "{}"}}})");
  c.look();
  CHECK(contains(c.shown(), R"("state":"resolved")"));
}

TEST_CASE("No more syncs at once than are allowed") {
  Case c;
  c.settings.most_syncs = 1;
  c.start();
  c.put("other", {out_of_sync});
  c.see("other");
  c.drift(Case::affinity("ClientIP"));
  // The other one holds no plan of its own name, so it isn't known what differs there: one alone is syncing.
  CHECK(c.kubernetes.syncs == 1);
  c.argocd.rendered["aaaa"] = {plan_config_map(
      rendered_plan("apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ClusterIP, "
                    "sessionAffinity: None}\n",
                    remediation_policy),
      "other")};
  c.pass(120s, "other");
  CHECK(c.kubernetes.syncs == 1);
}

TEST_CASE("No more syncs to one cluster at once than are allowed, and to another one beside them") {
  Case c;
  c.settings.most_syncs_per_cluster = 1;
  c.start();
  const auto rendered = [&](const std::string& application) {
    c.argocd.rendered["aaaa"] = {plan_config_map(
        rendered_plan("apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ClusterIP, "
                      "ports: [{port: 80}], sessionAffinity: None}\n",
                      remediation_policy),
        application)};
  };
  const auto state_of = [&](const std::string& application) {
    for (const auto& incident : c.all_incidents())
      if (incident.application == application) return incident.reason;
    return std::string();
  };
  c.drift(Case::affinity("ClientIP"));
  REQUIRE(c.kubernetes.syncs == 1);
  rendered("other");
  c.put("other", {out_of_sync});
  c.look("other");
  c.pass(5s, "other");
  CHECK(c.kubernetes.syncs == 1);
  CHECK(state_of("other") ==
        "syncs to its cluster that are under way: 1, as many as --max-syncs-per-cluster allows");
  rendered("far");
  c.put("far",
        {out_of_sync, R"({"spec": {"destination": {"server": null, "name": "far"}}, "status": {"sync": {
    "comparedTo": {"destination": {"server": null, "name": "far"}}}}})"});
  c.look("far");
  c.pass(5s, "far");
  CHECK(c.kubernetes.syncs == 2);
}

TEST_CASE("Where a large part of all applications drifts at once nothing is started until there are fewer") {
  Case c;
  c.settings.smallest_storm = 3;
  c.start();
  for (const auto* name : {"a", "b", "d"}) c.put(name, {});
  for (const auto* name : {"a", "b", "d"}) c.look(name);
  for (const auto* name : {"a", "b"}) {
    c.put(name, {out_of_sync});
    c.see(name);
  }
  c.drift(Case::affinity("ClientIP"));
  CHECK_FALSE(c.is_syncing());
  const auto reason_of = [&] {
    for (const auto& incident : c.all_incidents())
      if (incident.application == "shop") return incident.reason;
    return std::string();
  };
  CHECK(reason_of() == "many applications drifted within minutes: no sync is started until there are fewer");
  // Time alone doesn't end it.
  c.pass(7200s);
  CHECK_FALSE(c.is_syncing());
  for (const auto* name : {"a", "b"}) {
    c.put(name, {});
    c.look(name);
  }
  c.pass(60s);
  CHECK(c.is_syncing());
}

TEST_CASE("Old incidents that are over go, and open ones stay") {
  Case c;
  c.settings.kept = 2;
  c.start();
  for (int i = 0; i < 5; ++i) {
    c.drift(Case::affinity("ClientIP"));
    c.argocd_begins();
    c.argocd_ends("Succeeded", "Synced");
    c.pass(7200s);
  }
  CHECK(c.count() <= 2);
  CHECK(c.count() > 0);
}
