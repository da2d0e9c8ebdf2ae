// What a gate would find now, without a sync: the same as the gate itself finds, and nothing is written.
#include "gate/preview.hpp"

#include "base/error.hpp"
#include "outside/random.hpp"
#include "store/bases.hpp"
#include "support/gate_case.hpp"

namespace {
using drift::gate::Decision;
using drift::gate::Preview;
using drift::gate::what_would_follow;
using drift::tests::GateCase;
using drift::tests::has;

Preview preview_of(GateCase& place) {
  const drift::audit::KeyRing no_keys;
  const drift::store::Run run{place.kubernetes, place.clock, drift::outside::random_bytes,
                              no_keys,          place.ns,    "shop",
                              place.names,      {},          {}};
  return drift::gate::preview(run, drift::api::read_plan(place.plan));
}
}  // namespace

TEST_SUITE("gate: preview") {
  TEST_CASE("what it says of drift is what the gate of the next sync says") {
    for (const auto* name : {"low", "medium", "high", "critical"}) {
      CAPTURE(name);
      GateCase place;
      place.drift(name);
      const auto found = preview_of(place);
      CHECK(found.has_base);
      CHECK(found.report.severity == name);
      place.answer_after(std::chrono::seconds(5), "reject", "alice");
      place.run();
      if (found.decision.step == Decision::Step::wait) {
        CHECK(place.note("drift") == found.report.drift);
        CHECK(place.note("asks") == found.decision.asking->severity);
      } else {
        CHECK(place.state() == "passed");
        CHECK(place.note("reason") == found.decision.reason);
      }
    }
  }

  TEST_CASE("it says in words what would follow") {
    GateCase place;
    CHECK(what_would_follow(preview_of(place)) == "A sync now would go on: nothing has drifted.\n");
    place.drift("low");
    CHECK(what_would_follow(preview_of(place)) ==
          "A sync now would go on: drift of severity low goes by itself.\n");
    GateCase restored;
    restored.drift("high");
    CHECK(what_would_follow(preview_of(restored)) ==
          "A sync now would go on, and put drift of severity high back. An alert would be written.\n");
    place.drift("medium");
    CHECK(what_would_follow(preview_of(place)) ==
          "A sync now would wait for 1 approval by members of platform.\n");
    place.drift("critical");
    CHECK(what_would_follow(preview_of(place)) ==
          "A sync now would wait for 2 overrides by members of security.\n");

    drift::tests::Severities nobody;
    nobody.critical = drift::tests::nobody_overrides;
    GateCase stops(nobody);
    stops.drift("critical");
    CHECK(has(what_would_follow(preview_of(stops)), "A sync now would end, and apply nothing: drift "));
  }

  TEST_CASE("nothing is written, whatever is found") {
    GateCase place;
    place.drift("critical");
    place.kubernetes.calls.clear();
    preview_of(place);
    CHECK(place.kubernetes.calls.size() > 5);
    for (const auto& call : place.kubernetes.calls)
      CHECK((call.starts_with("get ") || call.starts_with("openapi ")));
  }

  TEST_CASE(
      "before the first success nothing counts as drift, and a base that can't be used makes everything "
      "count") {
    GateCase place;
    place.drift("critical");
    place.kubernetes.patch(place.config_map(place.names.base()), R"({"data":{"plan.json":"{}"}})");
    const auto spoilt = preview_of(place);
    CHECK(spoilt.report.drifted());
    CHECK(spoilt.decision.step != Decision::Step::pass);
    place.kubernetes.erase(place.config_map(place.names.base()));
    const auto first = preview_of(place);
    CHECK_FALSE(first.has_base);
    CHECK_FALSE(first.report.drifted());
    CHECK(what_would_follow(first) ==
          "No sync has succeeded through its gate yet, so nothing counts as drift.\n");
  }

  TEST_CASE("bases are found by application, whatever their labels claim") {
    GateCase place;
    const auto found = drift::store::bases_of(place.kubernetes, "", "shop");
    REQUIRE(found.size() == 1);
    CHECK(found[0].ns == place.ns);
    CHECK(found[0].source == place.names.prefix());
    CHECK(drift::store::bases_of(place.kubernetes, "elsewhere", "shop").empty());
    CHECK(drift::store::bases_of(place.kubernetes, "", "other").empty());
  }
}
