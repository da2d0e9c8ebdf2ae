// What audit and alert take for this sync's, and what not.
#include "hooks/sync_facts.hpp"

#include <doctest/doctest.h>

#include "support/sync_case.hpp"

namespace {
using namespace drift;
using namespace drift::tests;

hooks::SyncFacts facts_of(SyncCase& shop) {
  return hooks::gather(shop.run_of(Hook::gate), true);
}
}  // namespace

TEST_SUITE("facts of a sync") {
  TEST_CASE("the plan, the gate, the report and the base's revision") {
    Cluster cluster;
    SyncCase shop(cluster);
    shop.audit();
    shop.begin("2222222");
    const auto report = shop.drift_report();
    shop.put_report(report);
    const auto facts = facts_of(shop);
    CHECK(facts.plan->revision == "2222222");
    CHECK(facts.base_revision == "1111111");
    CHECK(facts.gate->uid == shop.uid(Hook::gate));
    CHECK(facts.report == api::report_json(report));
    CHECK(facts.emergency.empty());
  }

  TEST_CASE("a report of another plan, of another drift than the gate's, or that is none, is left out") {
    Cluster cluster;
    SyncCase shop(cluster);
    auto report = shop.drift_report();
    shop.put_report(report);
    CHECK_FALSE(facts_of(shop).report.empty());
    // The next sync of the same plan, whose gate found nothing and wrote no report, say because it was killed.
    cluster.kubernetes.erase(shop.job(Hook::gate));
    shop.start(Hook::gate);
    CHECK(facts_of(shop).report.empty());
    report.plan_digest = "sha256:another";
    shop.put_report(report);
    CHECK(facts_of(shop).report.empty());
    for (const auto* text : {"", "{", "[]", "{\"planDigest\":5}"}) {
      shop.put_file(shop.names().report(), "report.json", text);
      CHECK(facts_of(shop).report.empty());
    }
  }

  TEST_CASE("an alert of an earlier sync of the same plan is left out") {
    Cluster cluster;
    SyncCase shop(cluster);
    const auto put = [&](const std::string& gate) {
      shop.put_file(shop.names().emergency(), "emergency.json",
                    fmt::format(R"({{"gate":"{}","planDigest":"{}"}})", gate,
                                shop.argument(Hook::gate, "--plan-digest")));
    };
    put(shop.uid(Hook::gate));
    CHECK_FALSE(facts_of(shop).emergency.empty());
    put("another");
    CHECK(facts_of(shop).emergency.empty());
  }

  TEST_CASE("a base that can't be read is none") {
    Cluster cluster;
    SyncCase shop(cluster);
    for (const auto* text : {"", "{", "[]", "{\"version\":99}"}) {
      shop.put_file(shop.names().base(), "plan.json", text);
      CHECK(facts_of(shop).base_revision.empty());
    }
  }

  TEST_CASE("a plan that isn't this sync's is refused, or left out where that is no reason to fail") {
    Cluster cluster;
    SyncCase shop(cluster);
    shop.put_file(shop.names().plan(), "plan.json", "{}");
    CHECK_THROWS_AS(facts_of(shop), InputError);
    CHECK_FALSE(hooks::gather(shop.run_of(Hook::gate), false).plan.has_value());
    CHECK(hooks::gather(shop.run_of(Hook::gate), false).plan_text.empty());
  }

  TEST_CASE("what is of an application whose names are the same is left out, whatever it says of this sync") {
    Cluster cluster;
    SyncCase shop(cluster);
    shop.audit();
    shop.put_report(shop.drift_report());
    shop.put_file(shop.names().emergency(), "emergency.json",
                  fmt::format(R"({{"gate":"{}","planDigest":"{}"}})", shop.uid(Hook::gate),
                              shop.argument(Hook::gate, "--plan-digest")));
    const auto whole = facts_of(shop);
    CHECK_FALSE(whole.base_revision.empty());
    CHECK_FALSE(whole.report.empty());
    CHECK_FALSE(whole.emergency.empty());
    const char* const others = R"({"metadata":{"annotations":{"drift-policy.dev/application":"sh.op"}}})";
    for (const auto& name : {shop.names().base(), shop.names().report(), shop.names().emergency()})
      cluster.kubernetes.patch(shop.config_map(name), others);
    cluster.kubernetes.patch(shop.job(Hook::gate), others);
    const auto facts = facts_of(shop);
    CHECK(facts.base_revision.empty());
    CHECK(facts.report.empty());
    CHECK(facts.emergency.empty());
    CHECK_FALSE(facts.gate.has_value());
    cluster.kubernetes.patch(shop.config_map(shop.names().plan()), others);
    CHECK_THROWS_AS(facts_of(shop), InputError);
    CHECK_FALSE(hooks::gather(shop.run_of(Hook::gate), false).plan.has_value());
  }

  TEST_CASE("a server that doesn't answer is no missing report") {
    Cluster cluster;
    SyncCase shop(cluster);
    const auto whole = cluster.kubernetes.calls.size();
    facts_of(shop);
    const auto calls = cluster.kubernetes.calls.size() - whole;
    for (std::size_t nth = 1; nth <= calls; ++nth) {
      cluster.kubernetes.fail(nth, FakeKubernetes::Effect::before, 503);
      CHECK_THROWS_AS(facts_of(shop), OutsideError);
    }
  }

  TEST_CASE("a hook that isn't told its Job's uid goes by the gate's") {
    Cluster cluster;
    SyncCase shop(cluster);
    auto run = shop.run_of(Hook::gate);
    run.job.clear();
    hooks::run_audit(run);
    hooks::run_audit(run);
    const auto records = cluster.records();
    REQUIRE(records.size() == 1);
    CHECK(records[0].entry.sync == "audit:" + shop.uid(Hook::gate));
  }
}
