// The chain as it is read from the cluster.
#include "hook/evidence.hpp"

#include <doctest/doctest.h>

#include "sync_case.hpp"

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
    CHECK(cluster.records(shop.space()).size() == 1);
  }

  TEST_CASE("somebody puts an older head back") {
    ThreeRecords at;
    const auto head = at.shop.config_map(std::string(annotators::audit_head));
    const auto before = to_text(at.cluster.kubernetes.stored(head));
    at.shop.audit();
    at.cluster.kubernetes.put(head, before);
    CHECK(at.first().kind == Kind::added);
    CHECK(at.first().sequence == 4);
  }

  TEST_CASE("a head that can't be read is an error, not a chain without one") {
    ThreeRecords at;
    at.cluster.kubernetes.patch(at.shop.config_map(std::string(annotators::audit_head)),
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
