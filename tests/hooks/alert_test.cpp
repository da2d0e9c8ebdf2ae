// `hook alert`, after a sync that failed: why, as an alert and as a record.
#include "hooks/alert.hpp"

#include <doctest/doctest.h>

#include "json/read.hpp"
#include "store/alert.hpp"
#include "support/sync_case.hpp"

namespace {
using namespace drift;
using namespace drift::tests;
using Effect = FakeKubernetes::Effect;

const outside::ResourcePath service{"", "v1", "services", "shop", "web", ""};
const outside::ResourcePath deployment{"apps", "v1", "deployments", "shop", "web", ""};

// The only record.
api::Record record_of(Cluster& cluster, const std::string& ns = "drift-policy") {
  const auto records = cluster.records(ns);
  REQUIRE(records.size() == 1);
  return records[0].record.value();
}

rapidjson::Document failure_of(const SyncCase& shop) {
  const auto alert = shop.stored(shop.names().emergency());
  REQUIRE(alert.IsObject());
  return parse_json(alert["data"][store::failure_file].GetString());
}

// The cause in the record, which the alert must name too.
std::string cause_of(SyncCase& shop) {
  shop.alert();
  const auto record = record_of(shop.cluster, shop.ns());
  const auto alert = failure_of(shop);
  CHECK(text_of(alert, "cause") == record.cause);
  CHECK(text_of(alert, "reason") == record.reason);
  CHECK(record.hook == "alert");
  return fmt::format("{} {}: {}", api::outcome_name(record.outcome), record.cause, record.reason);
}

struct Waiting {
  Cluster cluster;
  SyncCase shop{cluster};
  std::string drift;

  Waiting() {
    const auto report = shop.drift_report();
    drift = report.drift;
    shop.put_report(report);
    shop.annotate_gate({{"state", "waiting"}, {"deadline", "2026-01-03T03:04:05Z"}});
  }
};
}  // namespace

TEST_SUITE("hook alert: the cause") {
  TEST_CASE("somebody said no") {
    Waiting at;
    at.shop.annotate_gate({{"state", "refused"},
                           {"reason", "rejected by bob: not today"},
                           {"reject.drift-policy.dev/bob-" + at.drift, at.drift + " bob: not today"}});
    at.shop.end(Hook::gate, "Failed", "PodFailurePolicy", "Container hook failed with exit code 1");
    CHECK(cause_of(at.shop) == "refused rejected: rejected by bob: not today");
    const auto record = record_of(at.cluster);
    CHECK(record.drift == at.drift);
    REQUIRE(record.answers.size() == 1);
    CHECK(record.answers[0].person == "bob");
    CHECK(record.times.decided == "2026-01-02T03:04:15Z");
  }

  TEST_CASE("a no by which the gate ended is the cause, whatever drift it was about") {
    Waiting at;
    at.shop.annotate_gate({{"state", "refused"},
                           {"reason", "rejected by bob: not that"},
                           {"reject.drift-policy.dev/bob-000000000000", "000000000000 bob: not that"}});
    at.shop.end(Hook::gate, "Failed");
    CHECK(cause_of(at.shop) == "refused rejected: rejected by bob: not that");
  }

  TEST_CASE("a no to an earlier drift isn't the cause") {
    Waiting at;
    at.shop.annotate_gate({{"state", "refused"},
                           {"reason", "timeout: nobody answered"},
                           {"reject.drift-policy.dev/bob-000000000000", "000000000000 bob: not that"}});
    at.shop.end(Hook::gate, "Failed");
    CHECK(cause_of(at.shop) == "refused timedOut: timeout: nobody answered");
  }

  TEST_CASE("nobody answered: said by the gate, or by Kubernetes where the gate could not") {
    {
      Waiting at;
      at.shop.annotate_gate({{"state", "refused"}, {"reason", "timeout: no answer until 12:00"}});
      at.shop.end(Hook::gate, "Failed", "PodFailurePolicy");
      CHECK(cause_of(at.shop) == "refused timedOut: timeout: no answer until 12:00");
    }
    Waiting at;
    at.shop.end(Hook::gate, "Failed", "DeadlineExceeded", "Job was active longer than specified deadline");
    CHECK(cause_of(at.shop) ==
          "refused timedOut: nobody approved the drift " + at.drift +
              " until 2026-01-03T03:04:05Z (Job was active longer than specified deadline)");
  }

  TEST_CASE("the policy holds this drift") {
    Waiting at;
    at.shop.annotate_gate({{"state", "refused"}, {"reason", "critical drift: everything is held"}});
    at.shop.end(Hook::gate, "Failed", "PodFailurePolicy");
    CHECK(cause_of(at.shop) == "refused refused: critical drift: everything is held");
  }

  TEST_CASE("the gate could not do its work") {
    Cluster cluster;
    SyncCase shop(cluster);
    shop.annotate_gate({{"state", "analysing"}});
    shop.end(Hook::gate, "Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit");
    CHECK(cause_of(shop) ==
          "failed gateFailed: the gate failed: BackoffLimitExceeded (Job has reached the specified backoff "
          "limit)");
  }

  TEST_CASE("a deadline that ends the analysis is a failure of the gate, not of those who were never asked") {
    Cluster cluster;
    SyncCase shop(cluster);
    shop.annotate_gate({{"state", "analysing"}});
    shop.end(Hook::gate, "Failed", "DeadlineExceeded", "");
    CHECK(cause_of(shop) == "failed gateFailed: the gate failed: DeadlineExceeded");
  }

  TEST_CASE("the sync failed while the gate was at work") {
    Cluster cluster;
    SyncCase shop(cluster);
    CHECK(cause_of(shop) == "failed gateFailed: the sync failed while the gate was still at work");
  }

  TEST_CASE("no gate of this sync ran: none is there, or one of another plan") {
    const std::string expected =
        "failed gateNotReached: the sync failed before the gate ran: the plan, the hooks' rights or an "
        "earlier "
        "hook could not be applied; or its Job was deleted since";
    {
      Cluster cluster;
      SyncCase shop(cluster);
      cluster.kubernetes.erase(shop.job(Hook::gate));
      CHECK(cause_of(shop) == expected);
      CHECK(record_of(cluster).to == "1111111");
    }
    Cluster cluster;
    SyncCase shop(cluster);
    shop.pass();
    shop.annotate_gate({{"plan-digest", "sha256:of another"}});
    CHECK(cause_of(shop) == expected);
    CHECK(record_of(cluster).state.empty());
  }

  TEST_CASE("a gate of an earlier sync of the same plan is none, where this sync ended before its own") {
    Cluster cluster;
    SyncCase shop(cluster);
    const auto report = shop.drift_report();
    shop.put_report(report);
    shop.annotate_gate({{"drift", report.drift},
                        {"approve.drift-policy.dev/ann-" + report.drift, report.drift + " ann: planned"}});
    shop.pass();
    // Again: the plan is made anew, its Roles are refused.
    const auto plan = shop.config_map(shop.names().plan());
    cluster.kubernetes.erase(plan);
    cluster.kubernetes.put(plan, shop.injected->find("ConfigMap", "-plan").object.json());
    CHECK(cause_of(shop).starts_with("failed gateNotReached: "));
    CHECK(record_of(cluster).answers.empty());
    CHECK(record_of(cluster).gate.empty());
  }

  TEST_CASE("not even the plan is there: what the Job was told is recorded") {
    Cluster cluster;
    SyncCase shop(cluster);
    cluster.kubernetes.erase(shop.job(Hook::gate));
    cluster.kubernetes.erase(shop.config_map(shop.names().plan()));
    shop.alert();
    const auto record = record_of(cluster);
    CHECK(record.cause == "gateNotReached");
    CHECK(record.application == "shop");
    CHECK(record.to.empty());
    CHECK(record.plan_digest == shop.argument(Hook::alert, "--plan-digest"));
  }

  TEST_CASE("everything was applied, but no record could be written") {
    Cluster cluster;
    SyncCase shop(cluster);
    shop.pass();
    shop.start(Hook::audit);
    shop.end(Hook::audit, "Failed", "PodFailurePolicy", "Container hook failed with exit code 2");
    CHECK(cause_of(shop) ==
          "failed auditFailed: everything was applied, but the audit failed: Container hook failed with exit "
          "code 2");
  }

  TEST_CASE("a hook behind the audit failed") {
    Cluster cluster;
    SyncCase shop(cluster);
    shop.pass();
    shop.audit();
    shop.end(Hook::audit, "Complete");
    shop.alert();
    const auto records = cluster.records();
    REQUIRE(records.size() == 2);  // what the audit wrote stays
    CHECK(records[1].record->cause == "applyFailed");
    CHECK(records[1].record->reason == "a hook that runs after the audit failed");
  }

  TEST_CASE("an audit of an earlier sync of the same plan says nothing") {
    Cluster cluster;
    SyncCase shop(cluster);
    shop.pass();
    shop.start(Hook::audit);
    shop.end(Hook::audit, "Failed", "BackoffLimitExceeded", "");
    cluster.kubernetes.erase(shop.job(Hook::gate));
    shop.start(Hook::gate);
    shop.pass();
    CHECK(cause_of(shop) ==
          "failed applyFailed: the gate let the sync go on; applying, or a later hook, failed. What the API "
          "server said stands in the Application's status.operationState");
  }

  TEST_CASE("applying failed: what is missing or in trouble is named, by the conditions' reasons alone") {
    Cluster cluster;
    SyncCase shop(cluster);
    shop.pass();
    cluster.kubernetes.put(deployment,
                           R"({"spec":{"replicas":3},"status":{"conditions":[)"
                           R"({"type":"Available","status":"False","reason":"Few"},)"
                           R"({"type":"Progressing","status":"False","reason":"ProgressDeadlineExceeded",)"
                           R"("message":"pull of hunter2 failed"}]}})");
    CHECK(cause_of(shop) ==
          "failed applyFailed: the gate let the sync go on; applying, or a later hook, failed. What the API "
          "server said stands in the Application's status.operationState");
    CHECK(record_of(cluster).failed ==
          std::vector<std::string>{"Deployment shop/web: Progressing is False (ProgressDeadlineExceeded)",
                                   "Service shop/web: is not there"});
    const auto failure = failure_of(shop);
    const auto failed = failure["failed"].GetArray();
    REQUIRE(failed.Size() == 2);
    CHECK(std::string(failed[1].GetString()) == "Service shop/web: is not there");
    CHECK(to_text(shop.stored(shop.names().emergency())).find("hunter2") == std::string::npos);
  }

  TEST_CASE("what may not be read, or is fine, isn't said to be in trouble") {
    Cluster cluster;
    SyncCase shop(cluster);
    shop.pass();
    cluster.kubernetes.forbid("get", service);
    cluster.kubernetes.put(deployment, R"({"spec":{"replicas":3},"status":{"conditions":"odd"}})");
    shop.alert();
    CHECK(record_of(cluster).failed.empty());
  }

  TEST_CASE("a hook of the author's failed: it is the cause, and named before all objects") {
    const std::string job =
        "---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: smoke, annotations: "
        "{argocd.argoproj.io/hook: "
        "PostSync}}\n";
    Cluster cluster;
    SyncCase shop(cluster, medium_policy, web + job);
    shop.pass();
    cluster.kubernetes.put({"batch", "v1", "jobs", "shop", "smoke", ""},
                           R"({"status":{"conditions":[{"type":"Failed","status":"True",)"
                           R"("reason":"BackoffLimitExceeded","message":"Job has reached its limit"}]}})");
    const std::string smoke = "Job shop/smoke: failed: BackoffLimitExceeded (Job has reached its limit)";
    CHECK(cause_of(shop) == "failed hookFailed: a hook of the application failed: " + smoke);
    CHECK(record_of(cluster).failed == std::vector<std::string>{smoke, "Deployment shop/web: is not there",
                                                                "Service shop/web: is not there"});
  }

  TEST_CASE("of many objects in trouble the first are named, the others counted") {
    std::string many = web;
    for (int i = 0; i < 60; ++i)
      many += fmt::format("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{}}}\n", i);
    Cluster cluster;
    SyncCase shop(cluster, medium_policy, many);
    shop.pass();
    shop.alert();
    const auto failed = record_of(cluster).failed;
    REQUIRE(failed.size() == 51);
    CHECK(failed.back() == "and 12 more");
  }
}

TEST_SUITE("hook alert: the gate's own word") {
  TEST_CASE("decides, whatever the sentence beside it begins with") {
    const auto end = [](const std::string& word, const std::string& reason) {
      Waiting at;
      at.shop.annotate_gate({{"state", "refused"}, {"cause", word}, {"reason", reason}});
      at.shop.end(Hook::gate, "Failed", "PodFailurePolicy");
      return cause_of(at.shop);
    };
    CHECK(end("gateFailed", "timeout was reached: get configmaps") ==
          "failed gateFailed: timeout was reached: get configmaps");
    CHECK(end("gateFailed", "rejected by the server") == "failed gateFailed: rejected by the server");
    CHECK(end("held", "rejected by nobody") == "refused refused: rejected by nobody");
    CHECK(end("notKnown", "timeout") == "refused refused: timeout");
    CHECK(end("rejected", "no, says bob") == "refused rejected: no, says bob");
    CHECK(end("timedOut", "too late") == "refused timedOut: too late");
    CHECK(end("aWordOfTomorrow", "rejected by bob: timeout") == "refused refused: rejected by bob: timeout");
  }

  TEST_CASE("is in the record and in the alert, for a sync that was let go on too") {
    Waiting at;
    at.shop.annotate_gate({{"state", "passed"}, {"cause", "approved"}});
    at.shop.end(Hook::gate, "Complete");
    at.shop.alert();
    CHECK(record_of(at.cluster).gate_cause == "approved");
    CHECK(text_of(failure_of(at.shop), "gateCause") == "approved");
    CHECK(text_of(failure_of(at.shop), "cause") == "applyFailed");
  }
}

TEST_SUITE("hook alert") {
  TEST_CASE("the alert is found by its label, and says what and why") {
    Waiting at;
    at.shop.annotate_gate({{"state", "refused"}, {"reason", "held"}});
    at.shop.end(Hook::gate, "Failed");
    at.shop.alert();
    const auto alert = at.shop.stored(at.shop.names().emergency());
    CHECK(to_text(alert["metadata"]["labels"]) ==
          R"({"app.kubernetes.io/component":"emergency",)"
          R"("app.kubernetes.io/managed-by":"drift-policy","app.kubernetes.io/name":"drift-policy",)"
          R"("drift-policy.dev/source":")" +
              at.shop.names().prefix() +
              R"(","alert-type":"emergency","drift-policy.dev/outcome":"refused"})");
    CHECK(to_text(alert["metadata"]["annotations"]) ==
          R"({"drift-policy.dev/application":"shop","drift-policy.dev/cause":"refused",)"
          R"("drift-policy.dev/last-record":")" +
              api::anchor_text(audit::anchor_of(at.cluster.records()[0].entry)) + "\"}");
    const auto failure = failure_of(at.shop);
    CHECK(text_of(failure, "application") == "shop");
    CHECK(text_of(failure, "drift") == at.drift);
    CHECK(text_of(failure, "outcome") == "refused");
    CHECK(text_of(failure, "severity") == "medium");
    CHECK(text_of(failure, "to") == "1111111");
    CHECK(text_of(failure, "time") == "2026-01-02T03:04:15Z");
  }

  TEST_CASE("the gate's own alert of the same sync stays beside it, and is in the record") {
    Waiting at;
    const auto digest = at.shop.argument(Hook::gate, "--plan-digest");
    at.shop.put_file(at.shop.names().emergency(), store::emergency_file,
                     fmt::format(R"({{"gate":"{}","planDigest":"{}","severity":"high"}})",
                                 at.shop.uid(Hook::gate), digest));
    at.shop.end(Hook::gate, "Failed", "DeadlineExceeded", "");
    at.shop.alert();
    const auto alert = at.shop.stored(at.shop.names().emergency());
    CHECK(alert["data"].HasMember(store::emergency_file));
    CHECK(alert["data"].HasMember(store::failure_file));
    CHECK(at.cluster.records()[0].json.find(R"("emergency":{"gate")") != std::string::npos);
  }

  TEST_CASE("the gate's alert of another sync goes, with all that says so, whoever owns it") {
    Waiting at;
    rapidjson::Document earlier;
    for (const auto* mark : {"drift-policy.dev/drift", "drift-policy.dev/gate"})
      drift::set(earlier, {"metadata", "annotations", mark}, "earlier");
    drift::set(earlier, {"metadata", "labels", "drift-policy.dev/severity"}, "high");
    drift::set(earlier, {"data", store::emergency_file},
               fmt::format(R"({{"gate":"earlier","planDigest":"{}","severity":"high"}})",
                           at.shop.argument(Hook::gate, "--plan-digest")));
    at.cluster.kubernetes.put(at.shop.config_map(at.shop.names().emergency()), to_text(earlier));
    at.shop.end(Hook::gate, "Failed", "DeadlineExceeded", "");
    at.shop.alert();
    const auto alert = at.shop.stored(at.shop.names().emergency());
    CHECK_FALSE(alert["data"].HasMember(store::emergency_file));
    CHECK(alert["data"].HasMember(store::failure_file));
    CHECK_FALSE(alert["metadata"]["labels"].HasMember("drift-policy.dev/severity"));
    CHECK_FALSE(alert["metadata"]["annotations"].HasMember("drift-policy.dev/drift"));
    CHECK_FALSE(alert["metadata"]["annotations"].HasMember("drift-policy.dev/gate"));
    CHECK(at.cluster.records()[0].json.find(R"("emergency":)") == std::string::npos);
  }

  TEST_CASE("killed at any call, before or after it was carried out, there is one alert and one record") {
    for (const auto& policy : {medium_policy, own_namespace()})
      for (const bool alerted_before : {true, false})
        for (const bool killed_before : {true, false})
          for (std::size_t nth = 1;; ++nth) {
            REQUIRE(nth < 40);
            Cluster cluster;
            SyncCase shop(cluster, policy);
            if (alerted_before) {
              shop.alert();
              shop.begin("2222222");
            }
            shop.pass();
            shop.start(Hook::alert);
            const auto calls = cluster.kubernetes.calls.size();
            if (killed_before)
              cluster.kill_at(nth);
            else
              cluster.kubernetes.fail(nth, Effect::after);
            until_it_ends([&] { shop.alert(); });
            cluster.kubernetes.before_call = nullptr;
            CAPTURE(nth);
            if (cluster.kubernetes.calls.size() - calls < nth) {
              CHECK(nth > 10);
              break;
            }
            const auto records = cluster.records(shop.ns());
            REQUIRE(records.size() == (alerted_before ? 2U : 1U));
            CHECK(records.back().entry.sync == shop.uid(Hook::alert));
            CHECK(text_of(failure_of(shop), "to") == shop.application.revision);
            CHECK(text_of(failure_of(shop), "cause") == "applyFailed");
          }
  }

  TEST_CASE("audit and alert at once never fork the chain, wherever one comes in between") {
    for (const auto& policy : {medium_policy, own_namespace()})
      for (std::size_t nth = 1; nth < 30; ++nth) {
        Cluster cluster;
        SyncCase shop(cluster, policy);
        SyncCase other(cluster, policy, web, "other");
        shop.pass();
        other.pass();
        std::size_t seen = 0;
        cluster.kubernetes.before_call = [&](const std::string&) {
          if (++seen != nth) return;
          cluster.kubernetes.before_call = nullptr;
          other.audit();
        };
        shop.alert();
        if (cluster.kubernetes.before_call) other.audit();
        cluster.kubernetes.before_call = nullptr;
        CAPTURE(nth);
        CHECK(cluster.records(shop.ns()).size() == 2);
      }
  }

  TEST_CASE("people are alerted though no record can be written") {
    Cluster cluster;
    SyncCase shop(cluster);
    cluster.keys = ring({{"k", std::string(32, 'k')}});
    shop.audit();
    shop.begin("2222222");
    cluster.keys = audit::KeyRing();
    CHECK_THROWS_AS(shop.alert(), InputError);
    CHECK(text_of(failure_of(shop), "to") == "2222222");
  }

  TEST_CASE("the base isn't touched, and nothing is rolled back") {
    Cluster cluster;
    SyncCase shop(cluster);
    shop.audit();
    const auto base = to_text(shop.stored(shop.names().base()));
    shop.begin("2222222");
    shop.pass();
    const auto calls = cluster.kubernetes.calls.size();
    shop.alert();
    CHECK(to_text(shop.stored(shop.names().base())) == base);
    for (auto i = calls; i < cluster.kubernetes.calls.size(); ++i) {
      const auto& call = cluster.kubernetes.calls[i];
      const bool harmless = call.starts_with("get ") || call.find("-emergency") != std::string::npos ||
                            call.find("audit") != std::string::npos;
      CHECK_MESSAGE(harmless, call);
    }
  }
}
