// The alert's end: what a later success says of it.
#include "store/alert.hpp"

#include <doctest/doctest.h>

#include "json/read.hpp"
#include "support/sync_case.hpp"

namespace {
using namespace drift;
using namespace drift::tests;

// A sync that failed, and one after it.
struct Alerted {
  Cluster cluster;
  SyncCase shop{cluster};

  Alerted() {
    shop.pass();
    shop.alert();
    shop.begin("2222222");
    shop.pass();
  }
  rapidjson::Document alert() const { return shop.stored(shop.names().emergency()); }
  std::string label(const char* key) const { return text_of(alert()["metadata"]["labels"], key); }
  std::string note(const char* key) const { return text_of(alert()["metadata"]["annotations"], key); }
};
}  // namespace

TEST_SUITE("the alert's end") {
  TEST_CASE("a success marks it, with time and revision, and leaves what it says") {
    Alerted at;
    CHECK(at.label("drift-policy.dev/resolved").empty());
    CHECK(at.shop.audit().warnings.empty());
    CHECK(at.label("drift-policy.dev/resolved") == "true");
    CHECK(at.note("drift-policy.dev/resolved-at") == drift::time_text(at.cluster.clock.now()));
    CHECK(at.note("drift-policy.dev/resolved-revision") == "2222222");
    CHECK(at.label("alert-type") == "emergency");
    CHECK(at.note("drift-policy.dev/cause") == "applyFailed");
    CHECK(at.alert()["data"].HasMember(store::failure_file));
  }

  TEST_CASE("the first success is the one that is named") {
    Alerted at;
    at.shop.audit();
    at.shop.begin("3333333");
    at.shop.audit();
    CHECK(at.note("drift-policy.dev/resolved-revision") == "2222222");
  }

  TEST_CASE("the next alert is open again") {
    Alerted at;
    at.shop.audit();
    at.shop.begin("3333333");
    at.shop.pass();
    at.shop.alert();
    for (const auto* key : {"drift-policy.dev/resolved", "drift-policy.dev/resolved-at"}) {
      CHECK(at.label(key).empty());
      CHECK(at.note(key).empty());
    }
    CHECK(at.note("drift-policy.dev/resolved-revision").empty());
  }

  TEST_CASE("an alert that was written meanwhile isn't marked, and no right to is no failure") {
    {
      Alerted at;
      at.cluster.kubernetes.before_call = [&](const std::string& call) {
        if (!call.starts_with("merge_patch")) return;
        at.cluster.kubernetes.before_call = nullptr;
        at.cluster.kubernetes.patch(at.shop.config_map(at.shop.names().emergency()), R"({"data":{"a":"b"}})");
      };
      CHECK(at.shop.audit().warnings.size() == 1);
      CHECK(at.label("drift-policy.dev/resolved").empty());
    }
    Alerted at;
    at.cluster.kubernetes.forbid("merge_patch", at.shop.config_map(at.shop.names().emergency()));
    const auto recorded = at.shop.audit();
    REQUIRE(recorded.warnings.size() == 1);
    CHECK(recorded.warnings[0].starts_with("the alert could not be marked as resolved: "));
    CHECK(at.cluster.records().back().record->outcome == api::Outcome::synced);
  }

  TEST_CASE("without an alert nothing is written") {
    Cluster cluster;
    SyncCase shop(cluster);
    shop.audit();
    CHECK(shop.stored(shop.names().emergency()).IsNull());
  }
}
