// A gate whose policy asks about Git's own changes: the Services that are medium ask `security`, the others nobody.
#include "support/gate_case.hpp"

namespace {
using namespace drift;
using namespace drift::tests;
using How = gate::GateEnd::How;

constexpr const char* asking =
    R"("remediation":{"action":"approve"},"approval":{"required":1,"groups":["platform"],"timeoutSeconds":86400},)"
    R"("changes":{"approval":{"required":1,"groups":["security"],"timeoutSeconds":3600,"of":["changed","removed"]}})";

// The plan wants another type of the Service than the base.
struct ChangeCase : GateCase {
  explicit ChangeCase(const std::string& name = "medium") : GateCase({.medium = asking}) {
    const auto at = plan.find("ClusterIP", plan.find(R"("name":")" + name + R"(","severity":")" + name));
    // An object's manifest stands behind its name.
    plan.replace(at, 9, "NodePort");
    put_config_map(names.plan(), "plan", plan);
    new_job();
  }
};
}  // namespace

TEST_SUITE("gate: Git's changes") {
  TEST_CASE("a change of Git's waits for the people of `changes`, and is told from drift") {
    ChangeCase place;
    place.answer_after(std::chrono::minutes(1), "approve", "alice");
    place.clock.after(std::chrono::seconds(30), [&] {
      CHECK(place.note("asks") == "medium.changes");
      CHECK(place.note("change-severity") == "medium");
      CHECK(place.note("drift-severity").empty());
    });
    CHECK(place.run().how == How::passed);
    CHECK(place.note("cause") == "approved");
    CHECK(has(place.log, "/spec/type  ClusterIP (Git, last sync) -> NodePort (Git, now)"));
    CHECK(has(place.log, "Apply 1 change from Git?"));
    CHECK(has(place.log, "shop: no drift, and changes from Git of severity medium"));
    CHECK_FALSE(place.alerted());
    CHECK(has(place.file(place.names.report(), "report.json"), R"("asks":["medium"])"));
  }

  TEST_CASE("a change that nobody asks about goes by itself") {
    ChangeCase place("low");
    CHECK(place.run().how == How::passed);
    CHECK(place.note("cause") == "noDrift");
  }

  TEST_CASE("a refusal and a timeout end the sync") {
    ChangeCase refused;
    refused.answer_after(std::chrono::minutes(1), "reject", "alice");
    CHECK(refused.run().how == How::refused);
    CHECK(refused.note("cause") == "rejected");
    ChangeCase late;
    CHECK(late.run().how == How::refused);
    CHECK(late.note("cause") == "timedOut");
    CHECK(has(late.message(), "from Git of severity medium had 0 of 1 approvals until"));
  }

  TEST_CASE("drift beside a change is one question about both") {
    ChangeCase place;
    place.kubernetes.put(place.service("medium"), R"({"metadata":{},"spec":{"type":"LoadBalancer"}})");
    place.answer_after(std::chrono::minutes(1), "approve", "alice");
    place.clock.after(std::chrono::seconds(30), [&] {
      CHECK(place.note("asks") == "medium medium.changes");
      CHECK(place.note("drift-severity") == "medium");
      CHECK(place.note("change-severity") == "medium");
    });
    CHECK(place.run().how == How::passed);
    CHECK(has(place.log, "Put back 1 change and apply 1 from Git?"));
    CHECK(has(place.log, "members of platform and also of security"));
  }

  TEST_CASE("drift that comes up while people are asked about a change asks anew") {
    ChangeCase place;
    std::string first;
    place.clock.after(std::chrono::seconds(30), [&] {
      first = place.note("drift");
      place.make("medium", "LoadBalancer");
      place.answer("approve", "alice");
    });
    CHECK(place.run().how == How::refused);  // by the deadline: nobody has answered about both
    CHECK(place.note("drift") != first);
    CHECK(place.note("cause") == "timedOut");
  }

  TEST_CASE("with a base that can't be used everything may have changed") {
    ChangeCase place;
    place.put_config_map(place.names.base(), "base", "{}");
    CHECK(place.run().how == How::refused);
    CHECK(has(place.log, "may be changed by Git"));
    CHECK(has(place.log, "there is no usable base of the last success"));
  }

  TEST_CASE("without a base what is in the cluster may have changed") {
    ChangeCase place;
    place.kubernetes.erase(place.config_map(place.names.base()));
    CHECK(place.run().how == How::refused);
    CHECK(place.note("cause") == "timedOut");
    CHECK(has(place.log, "no sync has succeeded through the gate"));
  }
}
