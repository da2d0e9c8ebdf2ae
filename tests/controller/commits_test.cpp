// New commits: which are synced, how often, and what holds them.
#include "controller/commits.hpp"

#include "store/pauses.hpp"
#include "support/killed_case.hpp"
#include "support/remediation_case.hpp"
#include "support/text.hpp"

using namespace std::chrono_literals;
using namespace drift::tests;

namespace {

const std::string commit_source =
    R"({"repoURL": "https://example.com/a.git", "path": "web", "targetRevision": "main", "plugin": {"name": "drift-policy"}})";

// `shop`, whose new commits are the controller's to sync.
struct CommitCase : RemediationCase {
  CommitCase() {
    settings.sync_commits = true;
    start();
    kubernetes.patch(path(), R"({"metadata": {"annotations": {"drift-policy.dev/sync-commits": "true"}}})");
    look();
  }

  // Git has it, and wants something else by it.
  void push(const std::string& revision) {
    argocd.rendered[revision] = {plan_config_map(rendered_plan(
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ClusterIP, ports: [{port: 80}], "
        "sessionAffinity: ClientIP}\n",
        remediation_policy))};
    kubernetes.patch(path(),
                     R"({"status": {"sync": {"status": "OutOfSync", "revision": ")" + revision + R"("},
      "resources": [{"kind": "Service", "namespace": "shop", "name": "web", "status": "OutOfSync"}]}})");
  }
  void commit(const std::string& revision) {
    push(revision);
    look();
  }
  std::string compared() const {
    return drift::text_at(kubernetes.stored(path()), {"status", "sync", "revision"});
  }

  // Argo CD takes the operation, and ends it.
  void argocd_ends(const std::string& phase, const std::string& sync,
                   const std::string& results = gate_passed) {
    const auto revision = compared();
    kubernetes.patch(path(), R"({"status": {"operationState": {"syncResult": {"revision": ")" + revision +
                                 R"(", "source": )" + commit_source + "}}}}");
    if (phase == "Succeeded")
      kubernetes.patch(path(), R"({"status": {"history": [{"id": 4, "revision": "aaaa", "source": )" +
                                   commit_source + R"(}, {"id": 5, "revision": ")" + revision +
                                   R"(", "source": )" + commit_source + "}]}}");
    RemediationCase::argocd_ends(phase, sync, results);
  }
  void begins() { push("bbbb"); }
};

}  // namespace

TEST_CASE("A new commit is synced once, through its gate, whose incident is stored before") {
  CommitCase c;
  c.commit("bbbb");
  REQUIRE(c.state() == "syncing");
  const auto incident = c.incident();
  CHECK(drift::api::is_commit(incident));
  CHECK(incident.reason == "sync 1 is asked for, of the new revision bbbb");
  CHECK(incident.severity.empty());
  CHECK(c.operation() == CommitCase::request(incident.id + "/1", "a new revision", R"("revision":"bbbb")"));
  CHECK(drift::find(c.kubernetes.stored(CommitCase::path()), {"status", "operationState"}) == nullptr);
  c.argocd_begins();
  c.argocd_ends("Succeeded", "Synced");
  CHECK(c.state() == "resolved");
  CHECK(c.incident().reason == "in sync with revision bbbb");
  CHECK(c.kubernetes.syncs == 1);
}

TEST_CASE("It is synced only where installation and application say so, and Argo CD doesn't") {
  const auto stays = [](const std::string& patch, bool allowed) {
    CommitCase c;
    c.settings.sync_commits = allowed;
    c.start();
    c.kubernetes.patch(CommitCase::path(), patch);
    c.commit("bbbb");
    c.pass(3600s);
    return c.count() == 0 && c.kubernetes.syncs == 0;
  };
  CHECK_FALSE(stays("{}", true));
  CHECK(stays("{}", false));
  CHECK(stays(R"({"metadata": {"annotations": {"drift-policy.dev/sync-commits": null}}})", true));
  CHECK(stays(R"({"metadata": {"annotations": {"drift-policy.dev/sync-commits": "yes"}}})", true));
  CHECK(stays(R"({"metadata": {"labels": {"drift-policy.dev/gated": null}}})", true));
  CHECK(stays(R"({"spec": {"syncPolicy": {"automated": {"prune": true}}}})", true));
  CHECK_FALSE(stays(R"({"spec": {"syncPolicy": {"automated": {"prune": true, "enabled": false}}}})", true));
  CHECK(stays(R"({"spec": {"source": {"plugin": null}}})", true));
}

TEST_CASE("What was refused or has failed isn't tried again, but a newer one is") {
  for (const auto* last : {"refused", "exhausted"}) {
    CAPTURE(last);
    CommitCase c;
    c.commit("bbbb");
    c.argocd_begins();
    c.argocd_ends("Failed", "OutOfSync", std::string(last) == "refused" ? gate_said_no : gate_passed);
    REQUIRE(c.state() == last);
    CHECK(contains(c.incident().reason,
                   std::string(last) == "refused" ? "rejected by bob: no" : "sync 1 ended as Failed"));
    c.pass(24h);
    c.start();
    c.pass(24h);
    CHECK(c.kubernetes.syncs == 1);
    CHECK(c.state() == last);
    c.commit("cccc");
    REQUIRE(c.count() == 2);
    CHECK(c.kubernetes.syncs == 2);
    CHECK(contains(c.operation(), R"("revision":"cccc")"));
    for (const auto& one : c.all_incidents())
      if (one.revision == "bbbb") CHECK(one.reason == "Git has moved on to cccc");
  }
}

TEST_CASE("A person who syncs it ends it, and one whose sync failed isn't followed") {
  CommitCase c;
  c.commit("bbbb");
  c.argocd_begins();
  c.argocd_ends("Failed", "OutOfSync");
  c.kubernetes.patch(CommitCase::path(), R"({"status": {"operationState": {"operation": {"info": null}}}})");
  c.argocd_ends("Succeeded", "Synced");
  CHECK(c.incident().reason == "in sync with revision bbbb, by somebody else's doing");

  CommitCase other;
  other.settings.sync_commits = false;
  other.start();
  other.commit("bbbb");
  other.argocd_ends("Failed", "OutOfSync");
  other.settings.sync_commits = true;
  other.start();
  other.pass(60s);
  CHECK(other.count() == 0);
  other.commit("cccc");
  CHECK(other.state() == "syncing");
}

TEST_CASE("What ran before is no new commit: somebody went back from it") {
  CommitCase c;
  c.kubernetes.patch(CommitCase::path(),
                     R"({"status": {"history": [{"id": 3, "revision": "bbbb", "source": )" + commit_source +
                         R"(}, {"id": 4, "revision": "aaaa", "source": )" + commit_source + "}]}}");
  c.commit("bbbb");
  CHECK(c.count() == 0);
  c.commit("cccc");
  CHECK(c.state() == "syncing");
}

TEST_CASE("Drift and a commit at once are one sync, whose gate decides about the drift; a stop starts none") {
  CommitCase c;
  c.live(CommitCase::type("LoadBalancer"));
  c.commit("bbbb");
  REQUIRE(c.kubernetes.syncs == 1);
  const auto incident = c.incident();
  CHECK(incident.state == drift::api::IncidentState::syncing);
  CHECK(incident.action == "approve");
  CHECK(incident.severity == "medium");
  CHECK(incident.escalate_after == 4h);
  CHECK(contains(incident.reason, "its gate asks people whether to put Git's state back"));

  CommitCase stop;
  stop.live(R"("type":"ClusterIP","ports":[{"port":81}],"sessionAffinity":"None")");
  stop.commit("bbbb");
  CHECK(stop.state() == "held");
  CHECK(contains(stop.incident().reason, "the policy stops drift of severity critical"));
  stop.pass(3600s);
  CHECK(stop.kubernetes.syncs == 0);

  // What drifts once it is synced is another incident.
  CommitCase after;
  after.commit("bbbb");
  after.argocd_begins();
  after.argocd_ends("Succeeded", "OutOfSync");
  CHECK(after.state() == "resolved");
  CHECK(after.incident().reason == "revision bbbb is synced; what differs is drift");
}

TEST_CASE("A closed window, a pause and too many syncs hold a commit, and so does what isn't known") {
  CommitCase c;
  c.argocd.windows.denying = 1;
  c.commit("bbbb");
  CHECK(c.state() == "held");
  c.argocd.windows.denying = 0;
  drift::store::Pauses pauses(c.kubernetes, "drift-policy");
  pauses.set("argocd_shop", {"alice", "an upgrade", drift::Time(c.clock.now() + 100s)});
  c.pass(60s);
  CHECK(contains(c.incident().reason, "paused by alice"));
  CHECK(c.kubernetes.syncs == 0);
  c.pass(60s);
  CHECK(c.state() == "syncing");
  CHECK(c.incident().attempts == 1);

  CommitCase unknown;
  unknown.argocd.refuses_managed = "no answer";
  unknown.commit("bbbb");
  CHECK(unknown.state() == "held");
  CHECK(unknown.incident().reason == "what differs isn't known: no answer");
  unknown.argocd.refuses_managed.clear();
  unknown.pass(60s);
  CHECK(unknown.state() == "syncing");

  CommitCase no_gate;
  no_gate.kubernetes.patch(CommitCase::path(),
                           R"({"status": {"operationState": {"syncResult": {"resources": []}}}})");
  no_gate.commit("bbbb");
  CHECK(no_gate.state() == "held");
  CHECK(contains(no_gate.incident().reason, "ran no gate"));
}

TEST_CASE("Where commits are no longer the controller's, it asks for none") {
  CommitCase c;
  c.argocd.windows.denying = 1;
  c.commit("bbbb");
  REQUIRE(c.state() == "held");
  c.kubernetes.patch(CommitCase::path(),
                     R"({"metadata": {"annotations": {"drift-policy.dev/sync-commits": null}}})");
  c.argocd.windows.denying = 0;
  c.pass(60s);
  CHECK(c.state() == "superseded");
  CHECK(c.kubernetes.syncs == 0);
}

TEST_CASE("A sync of a commit that nothing was seen of is asked for again, and counts once") {
  CommitCase c;
  c.commit("bbbb");
  c.kubernetes.patch(CommitCase::path(), R"({"operation": null})");
  c.pass(14s);
  CHECK_FALSE(c.is_syncing());
  c.pass(1s);
  CHECK(c.is_syncing());
  CHECK(c.incident().attempts == 1);
  CHECK(c.kubernetes.syncs == 2);
}

TEST_CASE("Killed at any write of a commit's sync, it is neither lost nor doubled") {
  for_each_kill<CommitCase>({{"Succeeded", "Synced"}}, "resolved", [](auto& c) {
    REQUIRE(c.begun.size() == 1);
    CHECK(c.incident().attempts == 1);
    CHECK(contains(c.begun[0], R"("revision":"bbbb")"));
  });
  for_each_kill<CommitCase>({{"Failed", "OutOfSync"}}, "exhausted",
                            [](auto& c) { CHECK(c.begun.size() == 1); });
}
