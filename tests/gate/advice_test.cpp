// What the gate tells people to do about drift that may be nobody's.
#include "support/gate_case.hpp"

namespace {
using namespace drift;
using namespace drift::tests;
using How = gate::GateEnd::How;

Severities without_override() {
  Severities severities;
  severities.critical = nobody_overrides;
  return severities;
}

// The severities' objects, of which `critical` is in no namespace.
struct ClusterScoped : GateCase {
  ClusterScoped() : GateCase(without_override()) {
    const std::string from = R"("namespace":"shop","name":"critical")";
    plan.replace(plan.find(from), from.size(), R"("namespace":"","name":"critical")");
    put_config_map(names.plan(), "plan", plan);
    put_config_map(names.base(), "base", plan);
    new_job();
    kubernetes.patch(job(), R"({"spec":{"template":{"spec":{"serviceAccountName":"shop-gate"}}}})");
    kubernetes.forbid("get", {"", "v1", "services", "", "critical", ""});
  }
};
}  // namespace

TEST_SUITE("gate: advice") {
  TEST_CASE("what has no namespace and may not be read is named, with the commands that allow it") {
    ClusterScoped place;
    const auto end = place.run();
    CHECK(end.how == How::refused);
    CHECK(has(end.reason,
              "stops everything, and the policy lets nobody override that; nobody knows whether Service "
              "critical changed, since the gate may not read it: let it, and sync again; kubectl create "
              "clusterrole shop-12345678-read-cluster --verb=get --resource=services && kubectl create "
              "clusterrolebinding shop-12345678-read-cluster --clusterrole=shop-12345678-read-cluster "
              "--serviceaccount=drift-policy:shop-gate"));
    CHECK(place.message() == end.reason);
    CHECK(has(place.log, "\n  kubectl create clusterrole shop-12345678-read-cluster --verb=get"));
    CHECK(
        has(place.log,
            "Service critical  not inspected  critical  rule test/rule\n  the gate may not get services\n"));
    CHECK(has(place.file(place.names.report(), "report.json"), R"("unread":"forbidden")"));
  }

  TEST_CASE("a resource that the cluster doesn't know is not inspected, never deleted") {
    GateCase place(without_override());
    place.kubernetes.before_call = [](const std::string& call) {
      if (call == "get services shop/critical") throw outside::ApiError(404, "", "404 page not found");
    };
    const auto end = place.run();
    CHECK(end.how == How::refused);
    CHECK(has(end.reason,
              "nobody knows whether Service shop/critical changed, since the cluster knows no services"));
    CHECK(has(place.log,
              "Service shop/critical  not inspected  critical  rule test/rule\n"
              "  the cluster knows no services of version v1\n"));
    const auto report = place.file(place.names.report(), "report.json");
    CHECK(has(report, R"("unread":"unknown")"));
    CHECK_FALSE(has(report, R"("state":"deleted")"));
  }

  TEST_CASE("an application that was deleted and made anew is told of its base, and how to remove it") {
    GateCase place(without_override());
    for (const auto* name : {"low", "medium", "high", "critical"})
      place.kubernetes.erase(place.service(name));
    place.kubernetes.erase(place.secret());
    const auto end = place.run();
    CHECK(end.how == How::refused);
    const std::string question =
        "the last success is from 2026-01-02T03:04:05Z, and all of its objects are gone: was the application "
        "deleted and made anew?";
    const std::string command = "kubectl -n drift-policy delete configmap shop-12345678-base";
    CHECK(has(end.reason, question));
    CHECK(has(end.reason, command));
    CHECK(has(place.log, "  " + command + "\n"));
    // One that is there makes it drift like any other.
    place.new_job();
    place.heal("low");
    CHECK_FALSE(has(place.run().reason, "made anew"));
  }

  TEST_CASE("where people are asked they are told too") {
    GateCase place;
    place.kubernetes.before_call = [](const std::string& call) {
      if (call == "get services shop/medium") throw outside::ApiError(404, "", "404 page not found");
    };
    place.answer_after(std::chrono::hours(1), "approve", "alice");
    CHECK(place.run().how == How::passed);
    CHECK(has(place.log, "  nobody knows whether Service shop/medium changed"));
  }
}
