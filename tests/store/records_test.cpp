// The chain as it is read from the cluster.
#include "store/records.hpp"

#include <doctest/doctest.h>

#include "support/sync_case.hpp"

namespace {
using namespace drift;
using namespace drift::tests;
using Kind = audit::Problem::Kind;

// Three syncs of one application.
struct ThreeRecords {
  Cluster cluster;
  SyncCase shop{cluster};
  std::vector<std::string> names;

  ThreeRecords() {
    for (int sync = 2; sync <= 4; ++sync) {
      shop.audit();
      shop.begin(std::to_string(sync));
    }
    for (const auto& name : cluster.kubernetes.names(shop.config_map("")))
      if (name.find("-record-") != std::string::npos) names.push_back(name);
  }
  audit::Problem first() {
    const auto problems = audit::verify(cluster.evidence()).problems;
    REQUIRE_FALSE(problems.empty());
    return problems.front();
  }
};
}  // namespace

TEST_SUITE("evidence in the cluster") {
  TEST_CASE("all records and the head are found, and nothing else") {
    ThreeRecords at;
    const auto evidence = at.cluster.evidence();
    CHECK(evidence.entries.size() == 3);
    CHECK(evidence.head.has_value());
    CHECK_FALSE(evidence.ordered);
    CHECK(audit::verify(evidence).entries == 3);
    CHECK(at.cluster.evidence("elsewhere").entries.empty());
  }

  TEST_CASE("somebody with all rights changes a record's data") {
    ThreeRecords at;
    auto object = at.shop.stored(at.names[1]);
    std::string text = object["data"]["record.json"].GetString();
    text.replace(text.find("\"synced\""), 8, "\"failed\"");
    object["data"]["record.json"].SetString(text.c_str(), object.GetAllocator());
    at.cluster.kubernetes.erase(at.shop.config_map(at.names[1]));
    at.cluster.kubernetes.put(at.shop.config_map(at.names[1]), to_text(object));
    CHECK(at.first().kind == Kind::changed);
    CHECK(at.first().sequence == 2);
    CHECK(at.first().message.find("ConfigMap drift-policy/" + at.names[1]) == 0);
  }

  TEST_CASE("somebody deletes a record, or takes its label away") {
    {
      ThreeRecords at;
      at.cluster.kubernetes.erase(at.shop.config_map(at.names[0]));
      CHECK(at.first().kind == Kind::removed);
      CHECK(at.first().sequence == 1);
    }
    ThreeRecords at;
    at.cluster.kubernetes.patch(at.shop.config_map(at.names[2]),
                                R"({"metadata":{"labels":{"audit-type":null}}})");
    CHECK(at.first().kind == Kind::cut);
    CHECK(at.first().sequence == 3);
  }

  TEST_CASE("somebody adds a record, or a ConfigMap that only looks like one") {
    for (const auto* data : {R"({})", R"({"record.json":"{}"})", R"({"record.json":"garbage"})"}) {
      ThreeRecords at;
      at.cluster.kubernetes.put(
          at.shop.config_map("mine"),
          fmt::format(R"({{"metadata":{{"labels":{{"audit-type":"drift-remediation"}}}},"data":{}}})", data));
      CHECK(at.first().message.find("ConfigMap drift-policy/mine: ") == 0);
      CHECK(audit::verify(at.cluster.evidence()).entries == 3);
    }
  }

  TEST_CASE("somebody exchanges two records, or stores one under another name too") {
    ThreeRecords at;
    const auto put = [&](const std::string& name, const std::string& like) {
      const auto object = at.shop.stored(like);
      return
          [&at, name, text = to_text(object)] { at.cluster.kubernetes.put(at.shop.config_map(name), text); };
    };
    SUBCASE("exchanged") {
      const auto one = put(at.names[1], at.names[2]);
      const auto other = put(at.names[2], at.names[1]);
      one();
      other();
      CHECK(at.first().kind == Kind::reordered);
      CHECK(at.first().sequence == 2);
      CHECK(at.first().message ==
            "ConfigMap drift-policy/" + at.names[2] + ": holds record 2, which isn't its own");
    }
    SUBCASE("a copy") {
      put("mine", at.names[1])();
      CHECK(at.first().kind == Kind::added);
      CHECK(at.first().sequence == 2);
      CHECK(at.first().message == "ConfigMap drift-policy/mine: holds record 2, which isn't its own");
    }
    CHECK(audit::verify(at.cluster.evidence()).entries == 3);
  }

  TEST_CASE("without a platform namespace too, a record stands under a name of its application") {
    Cluster cluster;
    SyncCase shop(cluster, own_namespace());
    shop.audit();
    CHECK(cluster.records(shop.ns()).size() == 1);
  }

  TEST_CASE("somebody puts an older head back") {
    ThreeRecords at;
    const auto head = at.shop.config_map(std::string(api::audit_head));
    const auto before = to_text(at.cluster.kubernetes.stored(head));
    at.shop.audit();
    at.cluster.kubernetes.put(head, before);
    CHECK(at.first().kind == Kind::added);
    CHECK(at.first().sequence == 4);
  }

  TEST_CASE("whatever of the chain goes together with its head, what the base knows is missed") {
    for (const bool encrypted : {false, true})
      for (const auto& policy : {medium_policy, own_namespace()})
        for (std::size_t left = 0; left <= 3; ++left) {
          Cluster cluster;
          if (encrypted) cluster.keys = ring({{"k", std::string(32, 'k')}});
          SyncCase shop(cluster, policy);
          for (int sync = 2; sync <= 4; ++sync) {
            shop.audit();
            shop.begin(std::to_string(sync));
          }
          std::vector<std::string> names;
          for (const auto& name : cluster.kubernetes.names(shop.config_map("")))
            if (name.find("-record-") != std::string::npos) names.push_back(name);
          REQUIRE(names.size() == 3);
          for (std::size_t i = left; i < 3; ++i) cluster.kubernetes.erase(shop.config_map(names[i]));
          cluster.kubernetes.erase(shop.config_map(std::string(api::audit_head)));
          const auto found = [&] { return audit::verify(cluster.evidence(shop.ns())).problems; };
          REQUIRE_FALSE(found().empty());
          for (const auto& problem : found()) CHECK(problem.kind == Kind::cut);
          // Nor is it forgotten when the next sync begins another chain: its own record knows.
          const auto warnings = shop.audit().warnings;
          REQUIRE(warnings.size() == 1);
          CHECK(warnings[0].starts_with("record 3 of chain "));
          shop.begin("5");
          CHECK(shop.audit().warnings.empty());
          const auto later = found();
          REQUIRE_FALSE(later.empty());
          CHECK(std::any_of(later.begin(), later.end(), [](const auto& problem) {
            return problem.kind == Kind::cut && problem.message.find("which record 1 (") != std::string::npos;
          }));
        }
  }

  TEST_CASE("somebody puts an older head back and deletes what it doesn't know") {
    ThreeRecords at;
    const auto head = at.shop.config_map(std::string(api::audit_head));
    const auto before = to_text(at.cluster.kubernetes.stored(head));
    at.shop.audit();
    for (const auto& name : at.cluster.kubernetes.names(at.shop.config_map("")))
      if (name.ends_with("-record-0000000004")) at.cluster.kubernetes.erase(at.shop.config_map(name));
    at.cluster.kubernetes.put(head, before);
    CHECK(at.first().kind == Kind::cut);
    CHECK(at.first().sequence == 4);
    CHECK(at.first().message.find(at.shop.names().base()) != std::string::npos);
    // Another record 4, and some more behind it.
    for (int more = 0; more < 3; ++more) {
      at.shop.begin(std::to_string(10 + more));
      CHECK(at.shop.audit().warnings.size() == (more == 0 ? 1 : 0));
      CHECK(at.first().kind == Kind::changed);
      CHECK(at.first().sequence == 4);
      CHECK(at.first().message.starts_with("record 4 is not the one that record 4 ("));
    }
  }

  TEST_CASE("another application's next sync hides nothing of what was cut off") {
    Cluster cluster;
    SyncCase shop(cluster);
    SyncCase other(cluster, medium_policy, web, "other");
    other.audit();
    const auto head = shop.config_map(std::string(api::audit_head));
    const auto before = to_text(cluster.kubernetes.stored(head));
    shop.audit();
    for (const auto& name : cluster.kubernetes.names(shop.config_map("")))
      if (name.ends_with("-record-0000000002")) cluster.kubernetes.erase(shop.config_map(name));
    cluster.kubernetes.put(head, before);
    other.begin("2222222");
    other.audit();
    const auto problems = audit::verify(cluster.evidence()).problems;
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].kind == Kind::changed);
    CHECK(problems[0].message.find(shop.names().base()) != std::string::npos);
  }

  TEST_CASE("all records of one application are gone, by whatever way") {
    Cluster cluster;
    SyncCase shop(cluster, own_namespace());
    SyncCase other(cluster, own_namespace(), web, "other");
    shop.audit();
    other.audit();
    shop.begin("2222222");
    shop.audit();
    for (const auto& name : cluster.kubernetes.names(shop.config_map("")))
      if (name.starts_with(shop.names().prefix() + "-record-"))
        cluster.kubernetes.erase(shop.config_map(name));
    auto problems = audit::verify(cluster.evidence(shop.ns())).problems;
    REQUIRE(problems.size() == 2);
    CHECK(problems[0].kind == Kind::removed);
    CHECK(problems[1].kind == Kind::cut);
    cluster.kubernetes.erase(shop.config_map(std::string(api::audit_head)));
    CHECK(audit::verify(cluster.evidence(shop.ns())).problems.back().kind == Kind::cut);
  }

  TEST_CASE("the record of a sync that failed is known by its alert, and by the next record") {
    ThreeRecords at;
    const auto head = at.shop.config_map(std::string(api::audit_head));
    const auto before = to_text(at.cluster.kubernetes.stored(head));
    at.shop.alert();
    CHECK(audit::verify(at.cluster.evidence()).problems.empty());
    for (const auto& name : at.cluster.kubernetes.names(at.shop.config_map("")))
      if (name.ends_with("-record-0000000004")) at.cluster.kubernetes.erase(at.shop.config_map(name));
    at.cluster.kubernetes.put(head, before);
    CHECK(at.first().kind == Kind::cut);
    CHECK(at.first().message.find(at.shop.names().emergency()) != std::string::npos);
    at.shop.begin("9999999");
    CHECK(at.shop.audit().warnings.size() == 1);
    at.cluster.kubernetes.erase(at.shop.config_map(at.shop.names().emergency()));
    CHECK(at.first().message.starts_with("record 4 is not the one that record 4 ("));
  }

  TEST_CASE("the gate's report still knows the last record where the base is gone too") {
    ThreeRecords at;
    at.cluster.kubernetes.put({"", "v1", "services", "shop", "web", ""}, "{}");
    at.cluster.kubernetes.put({"apps", "v1", "deployments", "shop", "web", ""}, R"({"spec":{"replicas":3}})");
    CHECK(at.shop.gate().how == gate::GateEnd::How::passed);
    for (const auto& name : at.cluster.kubernetes.names(at.shop.config_map("")))
      if (name != at.shop.names().report()) at.cluster.kubernetes.erase(at.shop.config_map(name));
    CHECK(at.first().kind == Kind::cut);
    CHECK(at.first().sequence == 3);
  }

  TEST_CASE("a note on a base that somebody spoilt is a problem of its own") {
    ThreeRecords at;
    at.cluster.kubernetes.patch(at.shop.config_map(at.shop.names().base()),
                                R"({"metadata":{"annotations":{"drift-policy.dev/last-record":"none"}}})");
    CHECK(at.first().kind == Kind::changed);
    CHECK(at.first().message.find(at.shop.names().base()) != std::string::npos);
  }

  TEST_CASE("what retention removed is not missed, however long an application was quiet") {
    Cluster cluster;
    SyncCase shop(cluster);
    SyncCase other(cluster, medium_policy, web, "other");
    other.audit();
    for (int sync = 0; sync < 4; ++sync) {
      shop.start(Hook::audit);
      auto run = shop.run_of(Hook::audit);
      run.platform = true;
      run.retention.count = 2;
      hooks::run_audit(run);
      shop.begin(std::to_string(sync));
    }
    const auto evidence = cluster.evidence();
    CHECK(evidence.entries.size() == 2);
    CHECK(evidence.witnesses.size() == 2);
    CHECK(audit::verify(evidence).problems.empty());
    other.begin("2222222");
    CHECK(other.audit().warnings.empty());
    CHECK(audit::verify(cluster.evidence()).problems.empty());
  }

  TEST_CASE("a head that can't be read is an error, not a chain without one") {
    ThreeRecords at;
    at.cluster.kubernetes.patch(at.shop.config_map(std::string(api::audit_head)),
                                R"({"data":{"head.json":"{}"}})");
    CHECK_THROWS_AS(at.cluster.evidence(), InputError);
  }

  TEST_CASE("a record that is written while they are read makes no gap") {
    ThreeRecords at;
    for (std::size_t nth = 1; nth <= 3; ++nth) {
      std::size_t seen = 0;
      at.cluster.kubernetes.before_call = [&](const std::string&) {
        if (++seen != nth) return;
        at.cluster.kubernetes.before_call = nullptr;
        at.shop.audit();
      };
      const auto result = audit::verify(at.cluster.evidence());
      CHECK(result.problems.empty());
      CHECK(result.entries == 3 + nth);
      at.shop.begin(std::to_string(10 + nth));
    }
  }
}
