// The gate where something is wrong: a base, a plan or a Job that isn't what it should be, a cluster that refuses or doesn't
// answer, other pods. It refuses or tries again, and a refusal stays one.
#include "hooks/failure_cause.hpp"
#include "support/gate_case.hpp"

namespace {
using namespace drift;
using namespace drift::tests;
using How = gate::GateEnd::How;
using std::chrono::hours;
using std::chrono::minutes;
}  // namespace

TEST_SUITE("gate") {
  TEST_CASE(
      "what only looks like a base opens nothing: people are told, and asked as if nothing could be read") {
    GateCase place;
    const auto base = place.config_map(place.names.base());
    SUBCASE("it lacks the audit's labels") {
      place.kubernetes.patch(base, R"({"metadata":{"labels":{"app.kubernetes.io/component":"plan"}}})");
    }
    SUBCASE("it is another application's") {
      place.kubernetes.patch(base, R"({"metadata":{"labels":{"drift-policy.dev/source":"other-12345678"}}})");
    }
    SUBCASE("it is that of an application whose names are the same") {
      place.kubernetes.patch(base,
                             R"({"metadata":{"annotations":{"drift-policy.dev/application":"sh.op"}}})");
    }
    SUBCASE("it doesn't say of which application it is") {
      place.kubernetes.patch(base, R"({"metadata":{"annotations":{"drift-policy.dev/application":null}}})");
    }
    SUBCASE("its plan is another application's") {
      auto text = place.plan;
      text.replace(text.find("\"application\":\"shop\""), 20, R"("application":"sh.op")");
      place.put_config_map(place.names.base(), "base", text);
    }
    SUBCASE("it can't be read") {
      place.kubernetes.patch(base, R"({"data":{"plan.json":"{"}})");
    }
    SUBCASE("its digest is another") {
      place.kubernetes.patch(base,
                             R"({"metadata":{"annotations":{"drift-policy.dev/plan-digest":"sha256:0"}}})");
    }
    SUBCASE("what left Git before can't be read") {
      place.kubernetes.patch(base, R"({"data":{"removed.json":"{"}})");
    }
    SUBCASE("what left Git before was put there later") {
      place.kubernetes.patch(base, R"({"data":{"removed.json":"{\"objects\":[],\"version\":1}"}})");
    }
    SUBCASE("what left Git before was taken away") {
      place.kubernetes.patch(
          base, R"({"metadata":{"annotations":{"drift-policy.dev/removed-digest":"sha256:0"}}})");
    }
    SUBCASE("it is of a newer release") {
      place.kubernetes.patch(base, R"({"data":{"plan.json":"{\"version\":2}"}})");
    }
    place.clock.after(minutes(1), [&] {
      CHECK(place.state() == "waiting");
      CHECK(place.note("asks") == "critical");
      CHECK(place.note("asks-for") == "override");
    });
    const std::string why =
        "ConfigMap drift-policy/shop-12345678-base can't be used as the base of the last success: ";
    CHECK(place.run().how == How::refused);
    CHECK(has(place.log, "warning: " + why));
    CHECK(has(place.log, "shop: nothing can be compared: " + why));
    CHECK(has(place.log, "  kubectl -n drift-policy delete configmap shop-12345678-base\n"));
    CHECK(has(place.file(place.names.report(), "report.json"), R"("baseProblem":")" + why));
    CHECK(has(place.file(place.names.emergency(), "emergency.json"), R"("baseProblem":")" + why));
  }

  TEST_CASE("a base that can't be used and is removed meanwhile holds nobody up any more") {
    GateCase place;
    const auto base = place.config_map(place.names.base());
    place.kubernetes.patch(base, R"({"data":{"plan.json":"{"}})");
    place.clock.after(minutes(1), [&] { place.kubernetes.erase(base); });
    const auto end = place.run();
    CHECK(end.how == How::passed);
    CHECK(end.reason == "there is no last sync to compare with, so nothing counts as drift");
  }

  TEST_CASE("observed, a base that can't be used is an alert and holds nobody up") {
    GateCase place({}, true);
    place.kubernetes.patch(place.config_map(place.names.base()), R"({"data":{"plan.json":"{"}})");
    CHECK(place.run().how == How::passed);
    CHECK(place.alerted());
  }

  TEST_CASE("a plan or a Job of another sync is refused, and nothing is written to that Job") {
    GateCase place;
    SUBCASE("the plan is not the one that this Job was told of") {
      place.kubernetes.patch(place.config_map(place.names.plan()), R"({"data":{"plan.json":"{}"}})");
      CHECK(place.run().how == How::refused);
      CHECK(place.state() == "refused");
    }
    SUBCASE("the plan is of an application whose names are the same") {
      place.kubernetes.patch(place.config_map(place.names.plan()),
                             R"({"metadata":{"annotations":{"drift-policy.dev/application":"sh.op"}}})");
      const auto end = place.run();
      CHECK(end.how == How::refused);
      CHECK(end.reason ==
            "ConfigMap drift-policy/shop-12345678-plan can't be this plan: it is of application sh.op, not "
            "of shop");
      CHECK(place.state() == "refused");
    }
    SUBCASE("the plan says inside that it is another application's") {
      place.plan.replace(place.plan.find("\"application\":\"shop\""), 20, R"("application":"sh.op")");
      place.put_config_map(place.names.plan(), "plan", place.plan);
      place.new_job();
      CHECK(place.run().how == How::refused);
      CHECK(place.state() == "refused");
    }
    SUBCASE("the Job is of an application whose names are the same") {
      place.kubernetes.patch(place.job(),
                             R"({"metadata":{"annotations":{"drift-policy.dev/application":"sh.op"}}})");
      CHECK(place.run().how == How::refused);
      CHECK(place.state().empty());
    }
    SUBCASE("the plan is gone") {
      place.kubernetes.erase(place.config_map(place.names.plan()));
      CHECK(place.run().how == How::refused);
    }
    SUBCASE("the Job is another one of the same name") {
      place.job_uid = "another";
      CHECK(place.run().how == How::refused);
      CHECK(place.state().empty());
    }
    SUBCASE("the Job is of another plan") {
      place.kubernetes.patch(place.job(),
                             R"({"metadata":{"annotations":{"drift-policy.dev/plan-digest":"sha256:1"}}})");
      CHECK(place.run().how == How::refused);
      CHECK(place.state().empty());
    }
    SUBCASE("the Job is made anew while the gate waits") {
      place.drift("medium");
      place.clock.after(hours(1), [&] { place.new_job(); });
      CHECK(place.run().how == How::refused);
      CHECK(place.state().empty());
    }
    SUBCASE("the Job goes while the gate waits") {
      place.drift("medium");
      place.clock.after(hours(1), [&] { place.kubernetes.erase(place.job()); });
      CHECK(place.run().how == How::refused);
    }
  }

  TEST_CASE("what another pod of this Job has refused meanwhile is never passed") {
    GateCase place;
    const auto refuse = [&] {
      place.kubernetes.patch(place.job(), R"({"metadata":{"annotations":{"drift-policy.dev/state":"refused",)"
                                          R"("drift-policy.dev/reason":"the other one said no"}}})");
    };
    SUBCASE("while this one analyses") {
      place.kubernetes.before_call = [&](const std::string& call) {
        if (!call.starts_with("get services")) return;
        place.kubernetes.before_call = nullptr;
        refuse();
      };
    }
    SUBCASE("before this one's pass is written") {
      place.kubernetes.before_call = [&](const std::string& call) {
        if (!call.starts_with("merge_patch jobs") || place.state() != "analysing") return;
        place.kubernetes.before_call = nullptr;
        refuse();
      };
    }
    SUBCASE("while this one waits") {
      place.drift("medium");
      place.clock.after(hours(1), refuse);
      place.answer_after(hours(2), "approve", "alice");
    }
    const auto end = place.run();
    CHECK(end.how == How::refused);
    CHECK(end.reason == "the other one said no");
    CHECK(place.state() == "refused");
  }

  TEST_CASE("what only sounds like a timeout is a failure of the gate, and who wasn't asked wasn't late") {
    GateCase place;
    SUBCASE("an error that begins so") {
      place.put_config_map(place.names.plan(), "plan", "timeout");
    }
    SUBCASE("no time left before anybody is asked") {
      place.kubernetes.before_call = [&](const std::string& call) {
        if (call.starts_with("get services")) place.clock.wait(hours(25));
      };
    }
    CHECK(place.run().how == How::refused);
    place.kubernetes.before_call = nullptr;
    CHECK(place.state() == "refused");
    CHECK(place.note("cause") == "gateFailed");
    const auto job = place.kubernetes.stored(place.job());
    auto result = api::gate_result(job);
    result.end = api::JobResult::End::failed;
    CHECK(hooks::cause_of(result, std::nullopt, place.digest()).word == "gateFailed");
  }

  TEST_CASE("told to end while the cluster doesn't answer, it leaves the rest to the next pod") {
    GateCase place;
    place.drift("medium");
    place.clock.after(hours(1), [&] {
      place.kubernetes.before_call = [&](const std::string&) {
        place.clock.tell_to_end();
        throw OutsideError("no answer");
      };
      place.drift("critical");
      place.answer("approve", "alice");
    });
    CHECK(place.run().how == How::interrupted);
    CHECK(place.state() == "waiting");
  }

  TEST_CASE("while people are awaited, a cluster that doesn't answer is tried again, until the deadline") {
    GateCase place;
    place.drift("medium");
    place.clock.after(hours(1), [&] {
      place.kubernetes.before_call = [](const std::string&) { throw OutsideError("no answer"); };
    });
    SUBCASE("it comes back") {
      place.clock.after(hours(2), [&] { place.kubernetes.before_call = nullptr; });
      place.answer_after(hours(3), "approve", "alice");
      CHECK(place.run().how == How::passed);
    }
    SUBCASE("it doesn't") {
      const auto begin = place.clock.now();
      const auto end = place.run();
      CHECK(end.how == How::refused);
      CHECK(end.reason == "timeout: no answer");
      CHECK(place.clock.now() >= begin + hours(24));
      CHECK(place.clock.now() < begin + hours(24) + minutes(1));
    }
  }

  TEST_CASE("a refusal stays one, whatever the next pod would find") {
    GateCase place;
    place.drift("medium");
    place.answer_after(hours(1), "reject", "bob");
    const auto end = place.run();
    place.heal("medium");
    CHECK(place.run().how == How::refused);
    CHECK(place.run().reason == end.reason);
  }

  TEST_CASE("what may not be read counts as its own severity") {
    GateCase place;
    place.kubernetes.forbid("get", place.service("medium"));
    place.clock.after(minutes(1), [&] { CHECK(place.note("asks") == "medium"); });
    CHECK(place.run().how == How::refused);
    CHECK(has(place.file(place.names.report(), "report.json"), "not inspected"));
  }

  TEST_CASE("without one of its rights it refuses") {
    GateCase place;
    place.drift("medium");
    place.drift("high");
    SUBCASE("the plan") {
      place.kubernetes.forbid("get", place.config_map(place.names.plan()));
    }
    SUBCASE("the base") {
      place.kubernetes.forbid("get", place.config_map(place.names.base()));
    }
    SUBCASE("the Job") {
      place.kubernetes.forbid("get", place.job());
    }
    SUBCASE("watching the Job") {
      place.kubernetes.forbid("watch", place.job());
    }
    SUBCASE("writing to the Job") {
      place.kubernetes.forbid("merge_patch", place.job());
    }
    SUBCASE("the report") {
      place.kubernetes.forbid("get", place.config_map(place.names.report()));
    }
    SUBCASE("the alert") {
      place.kubernetes.forbid("get", place.config_map(place.names.emergency()));
    }
    SUBCASE("making ConfigMaps") {
      place.kubernetes.forbid("create", place.config_map(""));
    }
    const auto begin = place.clock.now();
    const auto end = place.run();
    CHECK(end.how == How::refused);
    CHECK(has(end.reason, "Forbidden"));
    CHECK(place.clock.now() <= begin + minutes(1));
  }

  TEST_CASE("a refusal keeps its reason where the Job can't be given its message") {
    GateCase place;
    auto status = place.job();
    status.subresource = "status";
    place.kubernetes.forbid("merge_patch", status);
    place.drift("medium");
    place.answer_after(hours(1), "reject", "bob");
    CHECK(place.run().reason == "rejected by bob: it is fine");
    CHECK(place.note("reason") == "rejected by bob: it is fine");
    CHECK(has(place.log, "warning: the Job could not be told: "));
  }
}
