// What goes by itself is put back by a sync of its objects alone, while the rest of the application's drift waits; and when it isn't.
#include "controller/put_back.hpp"

#include "controller/incident_listing.hpp"
#include "json/read.hpp"
#include "support/killed_case.hpp"
#include "support/remediation_case.hpp"
#include "support/text.hpp"

using namespace std::chrono_literals;
using namespace drift::tests;

namespace {

// Beside the Service `web` two ConfigMaps of low severity.
struct PutBackCase : RemediationCase {
  PutBackCase() { render("aaaa", "1"); }

  void render(const std::string& revision, const std::string& value) {
    argocd.rendered[revision] = {plan_config_map(rendered_plan(
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ClusterIP, ports: [{port: 80}], "
        "sessionAffinity: None}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {v: '" +
            value + "'}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b, labels: {v: '1'}}\n",
        policy))};
  }

  // `service`: as live() has it. `a`, `b`: the label that the ConfigMaps have, `1` as in Git; `null`: gone.
  void set(const std::string& service, const std::string& a, const std::string& b = "1") {
    live(service);
    for (const auto& [name, value] : {std::pair{"a", a}, std::pair{"b", b}})
      argocd.managed.push_back({"", "ConfigMap", "shop", name, "{}",
                                value == "null" ? "null"
                                                : R"({"metadata":{"name":")" + std::string(name) +
                                                      R"(","labels":{"v":")" + value + R"("}}})",
                                value != "1"});
    std::string resources;
    std::size_t differing = 0;
    for (const auto& object : argocd.managed) {
      if (!object.modified) continue;
      ++differing;
      resources +=
          (resources.empty() ? "" : ",") + (R"({"kind":")" + object.kind + R"(","name":")" + object.name +
                                            R"(","namespace":"shop","status":"OutOfSync"})");
    }
    kubernetes.patch(path(), R"({"status": {"sync": {"status": ")" +
                                 std::string(differing == 0 ? "Synced" : "OutOfSync") +
                                 R"("}, "resources": [)" + resources + "]}}");
  }
  void there(const std::string& service, const std::string& a, const std::string& b = "1") {
    set(service, a, b);
    look();
    pass(5s);
  }
  void begins() { set(type("LoadBalancer"), "2"); }

  // What it has put back is as in Git then.
  void argocd_ends(const std::string& phase, const std::string& sync,
                   const std::string& results = gate_passed) {
    const bool puts_back = is_put_back() && phase == "Succeeded" && sync != "Synced";
    if (puts_back) set(service_then, a_then);
    RemediationCase::argocd_ends(phase, sync, results);
  }

  bool is_put_back() const { return contains(operation(), "resources"); }

  // It succeeds, and the cluster is as it leaves it.
  void put_back_succeeds(const std::string& service, const std::string& a = "1") {
    service_then = service;
    a_then = a;
    argocd_begins();
    argocd_ends("Succeeded", "OutOfSync", "[]");
  }
  std::string service_then = type("LoadBalancer"), a_then = "1";

  static inline const std::string policy = [] {
    auto text = remediation_policy;
    const std::string rules = "  rules:\n";
    return text.insert(
        text.find(rules) + rules.size(),
        "  - name: maps\n    match: {any: [{resources: {kinds: [ConfigMap]}}]}\n    severity: low\n");
  }();
  static inline const std::string critical =
      R"("type":"ClusterIP","ports":[{"port":81}],"sessionAffinity":"None")";
};

}  // namespace

TEST_CASE("What goes by itself is put back before people are asked about the rest, and the incident has it") {
  PutBackCase c;
  c.there(PutBackCase::type("LoadBalancer"), "2");
  CHECK(c.state() == "held");
  const auto incident = c.incident();
  CHECK(incident.reason == "what goes by itself is put back first");
  CHECK(incident.attempts == 0);
  CHECK(c.shown().empty());  // nobody is told of seconds
  REQUIRE(incident.put_backs.size() == 1);
  CHECK(incident.put_backs[0].objects == std::vector<std::string>{"ConfigMap shop/a"});
  CHECK(incident.put_backs[0].revision == "aaaa");
  CHECK_FALSE(incident.put_backs[0].ended);
  CHECK(c.operation() ==
        PutBackCase::request(
            incident.id + "/objects-1", "drift that goes by itself",
            R"("revision":"aaaa","resources":[{"kind":"ConfigMap","namespace":"shop","name":"a"}])"));
  CHECK(drift::find(c.kubernetes.stored(PutBackCase::path()), {"status", "operationState"}) == nullptr);

  c.put_back_succeeds(PutBackCase::type("LoadBalancer"));
  CHECK(c.state() == "syncing");
  CHECK_FALSE(c.is_put_back());
  CHECK(c.incident().id == incident.id);
  CHECK(c.incident().attempts == 1);
  CHECK(contains(c.shown(), "\"state\":\"syncing\""));
  CHECK(c.incident().reason == "sync 1 is asked for; its gate asks people whether to put Git's state back");
  CHECK(c.incident().put_backs[0].outcome == "Succeeded");
  CHECK(c.incident().put_backs[0].ended);
  const auto text = drift::controller::details(c.incident());
  CHECK(contains(text, "Put back by syncs of these objects alone, without hooks:"));
  CHECK(contains(text, "Succeeded  to aaaa\n    ConfigMap shop/a\n"));
}

TEST_CASE("The sync of some objects never prunes, and has the application's own options") {
  PutBackCase c;
  c.kubernetes.patch(
      PutBackCase::path(),
      R"({"spec": {"syncPolicy": {"automated": {"prune": true}, "syncOptions": ["ServerSideApply=true"]}}})");
  c.there(PutBackCase::type("LoadBalancer"), "null");
  REQUIRE(c.is_put_back());
  CHECK_FALSE(contains(c.operation(), "prune"));
  CHECK(contains(c.operation(), R"("syncOptions":["ServerSideApply=true"])"));
}

TEST_CASE("While drift stops everything, what goes by itself is put back, and nothing else is started") {
  PutBackCase c;
  c.there(PutBackCase::critical, "2", "2");
  CHECK(c.state() == "held");
  CHECK(contains(c.incident().reason, "the policy stops drift of severity critical"));
  REQUIRE(c.is_put_back());
  CHECK(c.incident().put_backs[0].objects ==
        std::vector<std::string>{"ConfigMap shop/a", "ConfigMap shop/b"});
  c.put_back_succeeds(PutBackCase::critical);
  c.pass(7200s);
  CHECK_FALSE(c.is_syncing());
  CHECK(c.state() == "held");
  // Drift that comes later, too.
  c.there(PutBackCase::critical, "3");
  CHECK(c.is_put_back());
  CHECK(c.incident().put_backs.back().number == 2);
  CHECK(c.incident().attempts == 0);
}

TEST_CASE("Where all of the drift goes by itself, it is a full sync, which is recorded") {
  PutBackCase c;
  c.there("", "2", "2");
  CHECK(c.state() == "syncing");
  CHECK_FALSE(c.is_put_back());
}

TEST_CASE("An object of which a part is asked about waits whole, and so does what isn't known") {
  const auto nothing_put_back = [](const auto& prepare) {
    PutBackCase c;
    prepare(c);
    CHECK_FALSE(c.is_put_back());
    for (const auto& incident : c.all_incidents()) CHECK(incident.put_backs.empty());
  };
  nothing_put_back([](PutBackCase& c) {  // its affinity would go by itself
    c.there(R"("type":"LoadBalancer","ports":[{"port":80}],"sessionAffinity":"ClientIP")", "1");
  });
  nothing_put_back([](PutBackCase& c) {  // Argo CD finds it in sync
    c.there(PutBackCase::type("LoadBalancer"), "1");
    c.argocd.managed[1].live = R"({"metadata":{"name":"a","labels":{"v":"2"}}})";
    c.kubernetes.patch(PutBackCase::path(), R"({"operation": null, "status": {"operationState": null}})");
    c.there(PutBackCase::critical, "1");
  });
  nothing_put_back([](PutBackCase& c) {  // one object may be deleted and made anew
    c.kubernetes.patch(PutBackCase::path(), R"({"spec": {"syncPolicy": {"syncOptions": ["Replace=true"]}}})");
    c.there(PutBackCase::type("LoadBalancer"), "2");
  });
  nothing_put_back([](PutBackCase& c) {  // what differs isn't known
    c.argocd.refuses_managed = "no answer";
    c.there(PutBackCase::type("LoadBalancer"), "2");
  });
  nothing_put_back([](PutBackCase& c) {  // a full sync that ran no gate
    c.kubernetes.patch(PutBackCase::path(),
                       R"({"status": {"operationState": {"syncResult": {"resources": []}}}})");
    c.there(PutBackCase::type("LoadBalancer"), "2");
  });
  nothing_put_back(
      [](PutBackCase& c) {  // the application was in sync at another revision, of which nobody has asked yet
        c.render("old", "0");
        c.see();
        c.kubernetes.patch(PutBackCase::path(), R"({"status": {"history": [{"id": 4, "revision": "old",
      "deployedAt": "2026-11-29T09:59:00Z",
      "source": {"repoURL": "https://example.com/a.git", "path": "web", "targetRevision": "main",
        "plugin": {"name": "drift-policy"}}}]}})");
        c.see();
        c.there(PutBackCase::type("LoadBalancer"), "2");
      });
}

TEST_CASE("What holds a full sync holds the one of some objects") {
  PutBackCase c;
  c.argocd.windows.denying = 1;
  c.there(PutBackCase::critical, "2");
  CHECK(c.state() == "held");
  CHECK_FALSE(c.is_syncing());
  c.argocd.windows.denying = 0;
  c.pass(60s);
  CHECK(c.is_put_back());

  PutBackCase asked;
  asked.argocd.windows.denying = 1;
  asked.there(PutBackCase::type("LoadBalancer"), "2");
  CHECK(asked.state() == "held");
  CHECK(contains(asked.incident().reason, "window"));
  CHECK_FALSE(asked.is_syncing());
}

TEST_CASE("A sync of some objects counts among those under way, though its incident waits for people") {
  PutBackCase c;
  c.settings.most_syncs = 1;
  c.start();
  c.there(PutBackCase::critical, "2");
  REQUIRE(c.is_put_back());
  c.put("other", {out_of_sync});
  c.argocd.rendered["aaaa"] = {plan_config_map(
      rendered_plan(
          "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ClusterIP, ports: [{port: "
          "80}], sessionAffinity: None}\n",
          remediation_policy),
      "other")};
  c.argocd.managed = {{"", "Service", "shop", "web", "{}",
                       R"({"metadata":{"name":"web"},"spec":{)" + PutBackCase::affinity("ClientIP") + "}}",
                       true}};
  c.look("other");
  c.pass(5s, "other");
  const auto all = c.all_incidents();
  REQUIRE(all.size() == 2);
  CHECK(std::any_of(all.begin(), all.end(), [](const auto& one) {
    return one.application == "other" && contains(one.reason, "1 syncs are under way");
  }));
}

TEST_CASE("What is changed back again and again is left alone, and people are asked about all of it") {
  PutBackCase c;
  c.there(PutBackCase::critical, "2");
  for (std::size_t round = 1; round <= 3; ++round) {
    CAPTURE(round);
    REQUIRE(c.is_put_back());
    c.put_back_succeeds(PutBackCase::critical, "2");
    c.pass(59s);
    CHECK_FALSE(c.is_syncing());  // the cooldown
    c.pass(600s);                 // each time longer
  }
  CHECK_FALSE(c.is_syncing());
  CHECK(c.incident().put_backs.size() == 3);  // maxRetries: 2
  // After a quiet hour it counts anew.
  c.pass(3600s);
  CHECK(c.is_put_back());

  PutBackCase asked;
  asked.there(PutBackCase::type("LoadBalancer"), "2");
  asked.put_back_succeeds(PutBackCase::type("LoadBalancer"), "2");
  CHECK(asked.state() == "syncing");
  CHECK_FALSE(asked.is_put_back());
}

TEST_CASE("A person's no stays a no where other drift goes by itself") {
  PutBackCase c;
  c.there(PutBackCase::type("LoadBalancer"), "1");
  c.argocd_begins();
  c.argocd_ends("Failed", "OutOfSync", gate_said_no);
  REQUIRE(c.state() == "refused");
  c.pass(120s);
  c.there(PutBackCase::type("LoadBalancer"), "2");
  CHECK(c.state() == "refused");
  REQUIRE(c.is_put_back());
  c.put_back_succeeds(PutBackCase::type("LoadBalancer"));
  c.pass(3600s);
  CHECK(c.state() == "refused");
  CHECK(c.incident().attempts == 1);
  CHECK_FALSE(c.is_syncing());
}

TEST_CASE("What was refused is not put back in part") {
  PutBackCase c;
  c.there(PutBackCase::type("LoadBalancer"), "2");
  c.argocd_begins();
  c.argocd_ends("Failed", "OutOfSync", "[]");
  c.pass(1s);
  REQUIRE(c.state() == "syncing");  // about all of it
  c.argocd_begins();
  c.argocd_ends("Failed", "OutOfSync", gate_said_no);
  REQUIRE(c.state() == "refused");
  c.pass(7200s);
  c.pass(7200s);
  CHECK(c.state() == "refused");
  CHECK_FALSE(c.is_syncing());
  CHECK(c.incident().put_backs.size() == 1);
}

TEST_CASE("One that fails or is refused keeps nobody from being asked") {
  PutBackCase failed;
  failed.there(PutBackCase::type("LoadBalancer"), "2");
  failed.argocd_begins();
  failed.argocd_ends("Failed", "OutOfSync", "[]");
  CHECK(failed.incident().put_backs[0].outcome == "Failed");
  CHECK(failed.incident().put_backs[0].message == "one or more tasks failed");
  failed.pass(1s);
  CHECK(failed.state() == "syncing");

  PutBackCase refused;
  refused.kubernetes.before_call = [&](const std::string& call) {
    if (!call.starts_with("merge_patch applications") || refused.kubernetes.syncs != 1) return;
    refused.kubernetes.before_call = nullptr;
    throw drift::outside::ApiError(403, "Forbidden", "this Application is gated");
  };
  refused.there(PutBackCase::type("LoadBalancer"), "2");
  refused.pass(1s);
  CHECK(refused.incident().put_backs[0].outcome == "refused");
  CHECK(contains(refused.incident().put_backs[0].message, "this Application is gated"));
  CHECK(refused.state() == "syncing");
  CHECK_FALSE(refused.is_put_back());
}

TEST_CASE("An Application that was changed meanwhile gets none, and none is counted") {
  PutBackCase c;
  c.there("", "1");
  c.live(PutBackCase::type("LoadBalancer"));
  c.argocd.while_asked = [&] {
    c.kubernetes.patch(PutBackCase::path(), R"({"metadata": {"labels": {"a": "b"}}})");
  };
  c.there(PutBackCase::type("LoadBalancer"), "2");
  c.argocd.while_asked = nullptr;
  c.pass(1s);
  c.pass(1s);
  REQUIRE(c.is_put_back());
  CHECK(c.incident().put_backs.size() == 1);
  CHECK(c.incident().put_backs[0].number == 1);
}

TEST_CASE(
    "Argo CD is told to look again where one doesn't begin; of one that isn't seen nothing is believed") {
  PutBackCase c;
  c.there(PutBackCase::critical, "2");
  c.pass(10s);
  CHECK(drift::text_at(c.kubernetes.stored(PutBackCase::path()),
                       {"metadata", "annotations", "argocd.argoproj.io/refresh"}) == "normal");
  c.kubernetes.patch(PutBackCase::path(), R"({"operation": null})");
  c.pass(20s);
  CHECK(c.incident().put_backs[0].outcome == "notSeen");
  REQUIRE(c.incident().put_backs.size() == 2);  // it is asked for again at once
  CHECK(c.is_put_back());

  PutBackCase other;
  other.there(PutBackCase::critical, "2");
  other.kubernetes.patch(PutBackCase::path(),
                         R"({"operation": null, "status": {"operationState": {"phase": "Succeeded",
    "startedAt": ")" + drift::time_text(other.clock.now()) +
                             R"(", "operation": {"sync": {}}}}})");
  other.look();
  CHECK(other.incident().put_backs[0].outcome == "replaced");
}

TEST_CASE("What was put back may be all that differed in the end") {
  PutBackCase c;
  c.there(PutBackCase::type("LoadBalancer"), "2");
  c.argocd_begins();
  c.argocd_ends("Succeeded", "Synced", "[]");
  CHECK(c.state() == "resolved");
  CHECK(c.incident().reason == "in sync after what goes by itself was put back");
  CHECK(c.incident().put_backs[0].outcome == "Succeeded");
}

TEST_CASE("Killed at any write, what is put back is known, and put back once") {
  for_each_kill<PutBackCase>({{"Succeeded", "OutOfSync"}, {"Succeeded", "Synced"}}, "resolved", [](auto& c) {
    CHECK(contains(c.begun.front(), "objects-"));
    CHECK(c.incident().attempts == 1);
    CHECK(c.incident().put_backs.back().outcome == "Succeeded");
  });
}
