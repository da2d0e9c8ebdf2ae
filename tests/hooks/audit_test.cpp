// `hook audit`, after a sync that succeeded: one record and the base, whatever happens to its pods.
#include "hooks/audit.hpp"

#include <doctest/doctest.h>

#include "api/orphans.hpp"
#include "api/plan_object.hpp"
#include "api/stored_text.hpp"
#include "json/canonical.hpp"
#include "store/orphans.hpp"
#include "support/sync_case.hpp"

namespace {
using namespace drift;
using namespace drift::tests;
using Effect = FakeKubernetes::Effect;

std::string plan_of(const SyncCase& shop, const std::string& name) {
  return api::plan_text(shop.stored(name));
}

const std::string another = "---\napiVersion: v1\nkind: Service\nmetadata: {name: another}\n";

// The names of what the base knows to have left Git.
std::string carried(const SyncCase& shop) {
  const auto base = shop.stored(shop.names().base());
  const auto text = api::stored_text(base, api::orphans_file, api::longest_orphans);
  std::string names;
  if (!text.empty())
    for (const auto& orphan : api::read_orphans(text, api::read_plan(api::plan_text(base))).objects)
      names += orphan.object.name;
  return names;
}

// Exactly these runs of hooks are recorded, in this order, and nothing is left to be done.
void check_runs(Cluster& cluster, const SyncCase& shop, const std::vector<std::string>& uids) {
  std::vector<std::string> found;
  for (const auto& row : cluster.records(shop.ns())) found.push_back(row.entry.sync);
  CHECK(found == uids);
}
}  // namespace

TEST_SUITE("hook audit") {
  TEST_CASE("a sync leaves one record, and its plan as the base of the next") {
    for (const auto& policy : {medium_policy, own_namespace()}) {
      Cluster cluster;
      SyncCase shop(cluster, policy);
      shop.pass();
      const auto recorded = shop.audit();
      CHECK(recorded.warnings.empty());
      CHECK(plan_of(shop, shop.names().base()) == plan_of(shop, shop.names().plan()));
      const auto records = cluster.records(shop.ns());
      REQUIRE(records.size() == 1);
      CHECK(records[0].entry.text() == recorded.line);
      CHECK(records[0].entry.application == "shop");
      CHECK(records[0].entry.sync == shop.uid(Hook::audit));
      const auto& record = records[0].record.value();
      CHECK(record.outcome == api::Outcome::synced);
      CHECK(record.hook == "audit");
      CHECK(record.from.empty());
      CHECK(record.to == "1111111");
      CHECK(record.project == "default");
      CHECK(record.repository == "https://git.example/shop.git");
      CHECK(record.path == "deploy");
      CHECK(record.state == "passed");
      CHECK(record.gate == shop.uid(Hook::gate));
      CHECK(record.plan_digest == shop.argument(Hook::audit, "--plan-digest"));
      CHECK(record.enforcement == "enforce");
      CHECK_FALSE(record.policy_digest.empty());
      CHECK(record.plugin_version == DRIFT_VERSION);
      CHECK(record.drift.empty());
      CHECK(record.answers.empty());
    }
  }

  TEST_CASE("the next record says from which revision the application came") {
    Cluster cluster;
    SyncCase shop(cluster);
    shop.audit();
    shop.begin("2222222");
    shop.audit();
    const auto records = cluster.records();
    REQUIRE(records.size() == 2);
    CHECK(records[1].record->from == "1111111");
    CHECK(records[1].record->to == "2222222");
    CHECK(records[1].entry.previous == records[0].entry.hash());
  }

  TEST_CASE("the record has the drift, who answered and why, and the times from the change to the end") {
    Cluster cluster;
    SyncCase shop(cluster);
    const auto report = shop.drift_report();
    shop.put_report(report);
    shop.annotate_gate(
        {{"state", "passed"},
         {"reason", "approved by ann"},
         {"approve.drift-policy.dev/ann-" + report.drift, report.drift + " ann: planned: see #7"},
         {"reject.drift-policy.dev/old-000000000000", "000000000000 bob: an earlier drift"}});
    shop.end(Hook::gate, "Complete");
    shop.audit();
    const auto records = cluster.records();
    REQUIRE(records.size() == 1);
    const auto& record = records[0].record.value();
    CHECK(record.drift == report.drift);
    CHECK(record.severity == "medium");
    CHECK(record.approval_severity == "medium");
    REQUIRE(record.answers.size() == 2);
    CHECK(record.answers[0].person == "ann");
    CHECK(record.answers[0].reason == "planned: see #7");
    CHECK(record.answers[0].drift == report.drift);
    CHECK(record.answers[1].action == "reject");
    CHECK(record.times.changed == "2026-01-02T02:00:00Z");
    CHECK(record.times.detected == "2026-01-02T03:04:05Z");
    CHECK(record.times.decided == "2026-01-02T03:04:15Z");
    CHECK(record.times.ended == "2026-01-02T03:04:15Z");
    // The verdicts and the whole report stand in it.
    const auto json = parse_json(records[0].json);
    CHECK(drift::canonical(json["report"]) == drift::canonical(parse_json(api::report_json(report))));
    REQUIRE(json["verdicts"].Size() == 2);
    CHECK(to_text(json["verdicts"][0]) ==
          R"({"object":"Deployment shop/web","rule":"test/workloads","severity":"medium"})");
  }

  TEST_CASE(
      "a gate that somebody deleted before the audit is said to be missing, never to have needed no answer") {
    Cluster cluster;
    SyncCase shop(cluster);
    const auto report = shop.drift_report();
    shop.put_report(report);
    shop.annotate_gate({{"state", "passed"},
                        {"drift", report.drift},
                        {"approve.drift-policy.dev/ann-" + report.drift, report.drift + " ann: planned"}});
    shop.end(Hook::gate, "Complete");
    cluster.kubernetes.erase(shop.job(Hook::gate));
    const auto warnings = shop.audit().warnings;
    REQUIRE(warnings.size() == 1);
    CHECK(warnings[0].starts_with("the gate's Job drift-policy/shop-"));
    const auto records = cluster.records();
    REQUIRE(records.size() == 1);
    CHECK(records[0].record->state == api::state_missing);
    CHECK(records[0].record->drift == report.drift);
    CHECK(audit::table(records).find("not known: the gate is missing") != std::string::npos);
    CHECK(audit::page(records[0]).find("gate:         missing: ") != std::string::npos);
    CHECK(audit::csv(records).ends_with(",missing\r\n"));
  }

  TEST_CASE("a gate that the sync did not wait for is said to be so, whatever it says later") {
    Cluster cluster;
    SyncCase shop(cluster);
    shop.annotate_gate({{"state", "waiting"}});
    const auto warnings = shop.audit(false).warnings;
    REQUIRE(warnings.size() == 1);
    CHECK(warnings[0].starts_with("the sync did not wait for the gate's Job drift-policy/shop-"));
    const auto records = cluster.records();
    REQUIRE(records.size() == 1);
    CHECK(records[0].record->state == api::state_not_awaited);
    CHECK(audit::table(records).find("none: the sync did not wait for its gate") != std::string::npos);
    CHECK(audit::page(records[0]).find("gate:         not awaited: ") != std::string::npos);
  }

  TEST_CASE("what the gate found stays known though somebody takes its report and its alert away") {
    Cluster cluster;
    SyncCase shop(cluster);
    const auto report = shop.drift_report();
    shop.put_report(report);
    shop.annotate_gate({{"state", "passed"}, {"cause", "unattended"}, {"alert", "raised"}});
    shop.end(Hook::gate, "Complete");
    SUBCASE("deleted") {
      cluster.kubernetes.erase(shop.config_map(shop.names().report()));
    }
    SUBCASE("of other drift") {
      auto other = report;
      other.drift = std::string(32, '0');
      shop.put_file(shop.names().report(), "report.json", api::report_json(other));
    }
    shop.audit();
    const auto records = cluster.records();
    REQUIRE(records.size() == 1);
    CHECK(records[0].record->drift == report.drift);
    CHECK(records[0].record->severity == "medium");
    CHECK(records[0].record->missing == std::vector<std::string>{"report", "alert"});
    CHECK(audit::page(records[0]).find("missing:      the gate's report: deleted or changed") !=
          std::string::npos);
    CHECK(audit::table(records).find("medium") != std::string::npos);
  }

  TEST_CASE("killed at any call, before or after it was carried out, there is one record and the base") {
    const auto keys = [](Cluster& cluster) { cluster.keys = ring({{"k", std::string(32, 'k')}}); };
    for (const auto& policy : {medium_policy, own_namespace()})
      for (const bool first_ever : {true, false})
        for (const bool encrypted : {true, false})
          for (const bool killed_before : {true, false})
            for (std::size_t nth = 1;; ++nth) {
              REQUIRE(nth < 40);
              Cluster cluster;
              if (encrypted) keys(cluster);
              SyncCase shop(cluster, policy);
              std::vector<std::string> uids;
              if (!first_ever) {
                shop.source = web + another;
                shop.begin("1111111");
                shop.audit();
                uids.push_back(shop.uid(Hook::audit));
                shop.source = web;
                shop.begin("2222222");
              }
              shop.pass();
              shop.start(Hook::audit);
              uids.push_back(shop.uid(Hook::audit));
              const auto calls = cluster.kubernetes.calls.size();
              if (killed_before)
                cluster.kill_at(nth);
              else
                cluster.kubernetes.fail(nth, Effect::after);
              bool whole = true;
              try {
                shop.audit();
              } catch (const Killed&) {
                whole = false;
              } catch (const OutsideError&) {
                whole = false;
              }
              cluster.kubernetes.before_call = nullptr;
              CAPTURE(nth);
              if (cluster.kubernetes.calls.size() - calls < nth) {
                CHECK(nth > 10);
                break;
              }
              if (!whole) shop.audit();
              check_runs(cluster, shop, uids);
              CHECK(plan_of(shop, shop.names().base()) == plan_of(shop, shop.names().plan()));
              CHECK(carried(shop) == (first_ever ? "" : "another"));
              const auto record = cluster.records(shop.ns()).back().record.value();
              CHECK(record.from == (first_ever ? "" : "1111111"));
            }
  }

  TEST_CASE("two pods of one Job at once leave one record, wherever the second comes in between") {
    for (const auto& policy : {medium_policy, own_namespace()})
      for (std::size_t nth = 1; nth < 30; ++nth) {
        Cluster cluster;
        SyncCase shop(cluster, policy);
        shop.start(Hook::audit);
        std::size_t seen = 0;
        cluster.kubernetes.before_call = [&](const std::string&) {
          if (++seen != nth) return;
          cluster.kubernetes.before_call = nullptr;
          shop.audit();
        };
        shop.audit();
        CAPTURE(nth);
        check_runs(cluster, shop, {shop.uid(Hook::audit)});
        CHECK(plan_of(shop, shop.names().base()) == plan_of(shop, shop.names().plan()));
      }
  }

  TEST_CASE("two applications at once in one namespace never fork the chain") {
    for (const auto& policy : {medium_policy, own_namespace()})
      for (std::size_t nth = 1; nth < 30; ++nth) {
        Cluster cluster;
        SyncCase shop(cluster, policy);
        SyncCase other(cluster, policy, web, "other");
        std::size_t seen = 0;
        cluster.kubernetes.before_call = [&](const std::string&) {
          if (++seen != nth) return;
          cluster.kubernetes.before_call = nullptr;
          other.audit();
        };
        shop.audit();
        if (cluster.kubernetes.before_call) other.audit();
        cluster.kubernetes.before_call = nullptr;
        CAPTURE(nth);
        const auto records = cluster.records(shop.ns());
        REQUIRE(records.size() == 2);
        CHECK(records[0].entry.sync != records[1].entry.sync);
      }
  }

  TEST_CASE("a plan that is gone, or another sync's by now, is refused, and nothing is written") {
    Cluster cluster;
    SyncCase shop(cluster);
    const auto run = shop.run_of(Hook::gate);
    shop.begin("2222222");
    CHECK_THROWS_AS(hooks::run_audit(run), InputError);
    cluster.kubernetes.erase(shop.config_map(shop.names().plan()));
    CHECK_THROWS_AS(shop.audit(), InputError);
    CHECK(cluster.records().empty());
    CHECK(shop.stored(shop.names().base()).IsNull());
  }

  TEST_CASE("where no record can be written, the base stays what it was") {
    Cluster cluster;
    SyncCase shop(cluster);
    cluster.keys = ring({{"k", std::string(32, 'k')}});
    shop.audit();
    const auto before = plan_of(shop, shop.names().base());
    shop.begin("2222222");
    cluster.keys = audit::KeyRing();
    CHECK_THROWS_AS(shop.audit(), InputError);
    CHECK(plan_of(shop, shop.names().base()) == before);
  }

  TEST_CASE("the base has the labels and the digest by which the gate knows it") {
    Cluster cluster;
    SyncCase shop(cluster);
    shop.audit();
    const auto base = shop.stored(shop.names().base());
    CHECK(to_text(base["metadata"]["labels"]) ==
          R"({"app.kubernetes.io/component":"base","app.kubernetes.io/managed-by":"drift-policy",)"
          R"("app.kubernetes.io/name":"drift-policy","drift-policy.dev/source":")" +
              shop.names().prefix() + "\"}");
    CHECK(std::string(base["metadata"]["annotations"]["drift-policy.dev/plan-digest"].GetString()) ==
          shop.argument(Hook::gate, "--plan-digest"));
    // A real gate takes it: what is there is as Git wants it, so nothing waits.
    shop.begin("2222222");
    cluster.kubernetes.put({"", "v1", "services", "shop", "web", ""}, "{}");
    cluster.kubernetes.put({"apps", "v1", "deployments", "shop", "web", ""}, R"({"spec":{"replicas":3}})");
    CHECK(shop.gate().how == gate::GateEnd::How::passed);
    const auto report =
        api::read_report(shop.stored(shop.names().report())["data"]["report.json"].GetString());
    CHECK(report.has_base);
    CHECK(report.base_revision == "1111111");
  }

  TEST_CASE(
      "two syncs don't pass a gate that one doesn't: what was left unpruned is compared when it comes back") {
    const auto both =
        web + "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec: {paused: false}\n";
    const outside::ResourcePath api{"apps", "v1", "deployments", "shop", "api", ""};
    for (const auto& policy : {medium_policy, own_namespace()})
      for (const bool pruned : {false, true}) {
        Cluster cluster;
        SyncCase shop(cluster, policy, both);
        cluster.kubernetes.put({"", "v1", "services", "shop", "web", ""}, "{}");
        cluster.kubernetes.put({"apps", "v1", "deployments", "shop", "web", ""},
                               R"({"spec":{"replicas":3}})");
        cluster.kubernetes.put(api, R"({"spec":{"paused":true}})");
        shop.audit();
        shop.source = web;
        for (const auto* revision : {"2222222", "3333333"}) {
          shop.begin(revision);
          CHECK(shop.gate().how == gate::GateEnd::How::passed);
          shop.audit();
          CHECK(plan_of(shop, shop.names().base()) == plan_of(shop, shop.names().plan()));
        }
        if (pruned) cluster.kubernetes.erase(api);
        shop.source = both;
        shop.begin("4444444");
        const auto end = shop.gate();
        CHECK((end.how == gate::GateEnd::How::passed) == pruned);
        CHECK(end.reason.starts_with("timeout: ") == !pruned);
        const auto report =
            api::read_report(shop.stored(shop.names().report())["data"]["report.json"].GetString());
        CHECK(report.base_revision == "3333333");
        CHECK(report.severity == (pruned ? "" : "medium"));
        CHECK(report.objects.back().base_revision == (pruned ? "" : "1111111"));
        shop.pass();
        shop.audit();
        const auto base = shop.stored(shop.names().base());
        CHECK_FALSE(base["data"].HasMember("removed.json"));
        CHECK_FALSE(base["metadata"]["annotations"].HasMember("drift-policy.dev/removed-digest"));
      }
  }

  TEST_CASE("behind a base that can't be used nobody knows what left Git, and the next one says so") {
    Cluster cluster;
    SyncCase shop(cluster);
    shop.audit();
    cluster.kubernetes.patch(shop.config_map(shop.names().base()), R"({"data":{"plan.json":"{"}})");
    shop.begin("2222222");
    shop.audit();
    CHECK(std::string(shop.stored(shop.names().base())["data"]["removed.json"].GetString()) ==
          "{\"incomplete\":true,\"objects\":[],\"version\":1}\n");
  }

  TEST_CASE("a record takes no earlier revision from what only looks like a base") {
    Cluster cluster;
    SyncCase shop(cluster);
    shop.audit();
    SUBCASE("it lacks the audit's labels") {
      cluster.kubernetes.patch(shop.config_map(shop.names().base()),
                               R"({"metadata":{"labels":{"app.kubernetes.io/component":"plan"}}})");
    }
    SUBCASE("its digest is another") {
      cluster.kubernetes.patch(
          shop.config_map(shop.names().base()),
          R"({"metadata":{"annotations":{"drift-policy.dev/plan-digest":"sha256:00"}}})");
    }
    shop.begin("2222222");
    shop.audit();
    const auto record = cluster.records(shop.ns()).back().record.value();
    CHECK(record.from.empty());
    CHECK(record.to == "2222222");
  }

  TEST_CASE("retention leaves a chain that is verified, also across killed hooks") {
    Cluster cluster;
    SyncCase shop(cluster, medium_policy + "    records: {keep: 3}\n");
    for (int sync = 2; sync < 20; ++sync) {
      if (sync % 3 == 0) cluster.kill_at(static_cast<std::size_t>(sync / 2));
      until_it_ends([&] { shop.audit(); });
      cluster.kubernetes.before_call = nullptr;
      CHECK(cluster.records().size() <= 3);
      shop.begin(fmt::format("{:07}", sync));
    }
    const auto records = cluster.records();
    REQUIRE(records.size() == 3);
    CHECK(records.back().entry.sequence == 18);
    CHECK(audit::verify(cluster.evidence()).removed == 15);
  }
}

TEST_SUITE("hook audit: secrets") {
  TEST_CASE("keys are rotated: each record is read with its own, and the chain is verified without any") {
    const std::string first(32, 'a');
    const std::string second(32, 'b');
    Cluster cluster;
    SyncCase shop(cluster);
    cluster.keys = ring({{"2026-01", first}});
    shop.audit();
    shop.begin("2222222");
    cluster.keys = ring({{"2026-01", first}, {"2026-02", second}});
    shop.audit();
    shop.begin("3333333");
    cluster.keys = ring({{"2026-02", second}});
    shop.audit();
    auto records = cluster.records();
    REQUIRE(records.size() == 3);
    CHECK_FALSE(records[0].record.has_value());
    CHECK(records[0].entry.sealed->key == "2026-01");
    CHECK(records[1].entry.sealed->key == "2026-02");
    CHECK(records[2].record->from == "2222222");
    cluster.keys = ring({{"2026-01", first}, {"2026-02", second}});
    for (const auto& row : cluster.records()) CHECK(row.record.has_value());
    cluster.keys = audit::KeyRing();
    CHECK(audit::verify(cluster.evidence()).problems.empty());
  }

  TEST_CASE("an encrypted record shows nothing of its sync but application and time") {
    Cluster cluster;
    cluster.keys = ring({{"k", std::string(32, 'k')}});
    SyncCase shop(cluster);
    const auto report = shop.drift_report();
    shop.put_report(report);
    shop.annotate_gate(
        {{"state", "passed"},
         {"approve.drift-policy.dev/annabel-" + report.drift, report.drift + " annabel: between us"}});
    const auto line = shop.audit().line;
    std::string stored;
    for (const auto& name : cluster.kubernetes.names(shop.config_map("")))
      if (name.find("audit") != std::string::npos) stored += to_text(shop.stored(name));
    for (const auto* word : {"between us", "annabel", "LoadBalancer", "git.example"}) {
      CAPTURE(word);
      CHECK(line.find(word) == std::string::npos);
      CHECK(stored.find(word) == std::string::npos);
    }
    CHECK(cluster.records()[0].json.find("between us") != std::string::npos);
  }

  TEST_CASE("no value of a Secret, a ConfigMap or a container's environment is in a record") {
    const std::string source = web + R"(---
apiVersion: v1
kind: Secret
metadata: {name: db}
stringData: {password: wanted-secret}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {key: wanted-setting}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec: {template: {spec: {containers: [{name: db, env: [{name: KEY, value: wanted-env}]}]}}}
)";
    const auto live = [](Cluster& cluster, const std::string& what) {
      auto& api = cluster.kubernetes;
      api.put({"", "v1", "services", "shop", "web", ""}, "{}");
      api.put({"apps", "v1", "deployments", "shop", "web", ""}, R"({"spec":{"replicas":3}})");
      api.put({"", "v1", "secrets", "shop", "db", ""},
              fmt::format(R"({{"type":"Opaque","data":{{"password":"{}"}},"stringData":{{}}}})",
                          drift::base64(what + "-secret")));
      api.put({"", "v1", "configmaps", "shop", "settings", ""},
              fmt::format(R"({{"data":{{"key":"{}-setting"}}}})", what));
      api.put({"apps", "v1", "statefulsets", "shop", "db", ""},
              fmt::format(R"({{"spec":{{"template":{{"spec":{{"containers":[{{"name":"db",)"
                          R"("env":[{{"name":"KEY","value":"{}-env"}}]}}]}}}}}}}})",
                          what));
    };
    Cluster cluster;
    SyncCase shop(cluster, medium_policy, source);
    live(cluster, "wanted");
    CHECK(shop.gate().how == gate::GateEnd::How::passed);
    shop.audit();
    shop.begin("2222222");
    live(cluster, "live");
    CHECK(shop.gate().how == gate::GateEnd::How::passed);
    shop.audit();
    shop.end(Hook::audit, "Failed", "BackoffLimitExceeded", "");
    shop.alert();
    const auto records = cluster.records();
    REQUIRE(records.size() == 3);
    CHECK_FALSE(records[1].record->drift.empty());
    std::string all;
    for (const auto& row : records) all += row.json;
    for (const auto& name : cluster.kubernetes.names(shop.config_map(""))) all += to_text(shop.stored(name));
    CHECK(all.find("/data/key") != std::string::npos);  // that it drifted is said
    for (const auto* word : {"wanted-", "live-", "password\":\"d2"}) {
      CAPTURE(word);
      CHECK(all.find(word) == std::string::npos);
    }
    for (const auto& what : {"wanted-secret", "live-secret"})
      CHECK(all.find(drift::base64(what)) == std::string::npos);
  }
}
