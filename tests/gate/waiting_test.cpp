// The gate while it waits: for whom and until when, which answers count, and what changes meanwhile.
#include "support/gate_case.hpp"

namespace {
using namespace drift;
using namespace drift::tests;
using How = gate::GateEnd::How;
using std::chrono::hours;
using std::chrono::minutes;
}  // namespace

TEST_SUITE("gate") {
  TEST_CASE("medium drift waits, says for whom and until when, and an approval lets it pass") {
    GateCase place;
    place.drift("medium");
    std::string waiting;
    place.clock.after(minutes(1), [&] {
      for (const auto* key : {"state", "drift-severity", "asks", "asks-for", "approvals-needed",
                              "approvals-given", "waiting-since", "deadline", "escalates-at"})
        waiting += place.note(key) + " ";
    });
    place.answer_after(hours(2), "approve", "alice");
    const auto end = place.run();
    CHECK(end.how == How::passed);
    CHECK(end.reason == "approved by alice (it is fine)");
    CHECK(
        waiting ==
        "waiting medium medium approve 1 0 2026-01-02T03:04:05Z 2026-01-03T03:04:05Z 2026-01-02T07:04:05Z ");
    CHECK(place.state() == "passed");
    CHECK(place.note("approvals-given") == "1");
    CHECK(has(place.log,
              "kubectl -n drift-policy annotate job shop-12345678-gate 'approve.drift-policy.dev/me-"));
    CHECK(has(place.log, "  drift-policy approve shop -n drift-policy --reason 'WHY'\n"));
    CHECK(has(place.log,
              "  Put back 1 change?\n"
              "    approve: the sync goes on and writes the values from Git into the cluster\n"
              "    reject: the sync fails and applies nothing; the cluster stays as it is\n"));
    CHECK(has(place.log,
              "members of platform, or through Argo CD. No answer until 2026-01-03T03:04:05Z is a no."));
  }

  TEST_CASE("a no ends it at once, with its reason as the Job's message") {
    GateCase place;
    place.drift("medium");
    place.answer_after(hours(1), "reject", "bob");
    const auto begin = place.clock.now();
    const auto end = place.run();
    CHECK(end.how == How::refused);
    CHECK(end.reason == "rejected by bob: it is fine");
    CHECK(place.note("cause") == "rejected");
    CHECK(place.run().reason == end.reason);  // another pod
    CHECK(place.note("cause") == "rejected");
    CHECK(place.clock.now() == begin + hours(1));
    CHECK(place.state() == "refused");
    CHECK(place.message() == end.reason);
  }

  TEST_CASE("no answer until the deadline is a no") {
    GateCase place;
    place.drift("medium");
    const auto begin = place.clock.now();
    const auto end = place.run();
    CHECK(end.how == How::refused);
    CHECK(end.reason.starts_with("timeout: "));
    CHECK(place.clock.now() == begin + hours(24));
    CHECK(place.message() == end.reason);
  }

  TEST_CASE("it ends before Kubernetes would end the Job, whatever the policy's timeout") {
    GateCase place;
    place.kubernetes.patch(place.job(), R"({"spec":{"activeDeadlineSeconds":600}})");
    place.drift("medium");
    const auto begin = place.clock.now();
    CHECK(place.run().reason.starts_with("timeout: drift "));
    CHECK(place.clock.now() == begin + minutes(9));
  }

  TEST_CASE("drift that grows while it waits needs a new yes, and the deadline stays") {
    GateCase place;
    place.drift("medium");
    std::string first, deadline;
    place.clock.after(minutes(1), [&] {
      first = place.note("drift");
      deadline = place.note("deadline");
      place.drift("medium", "NodePort");
    });
    // The yes is to the drift as it was asked about; the gate looks again and asks anew.
    place.clock.after(minutes(2), [&] { place.answer("approve", "alice"); });
    place.clock.after(minutes(3), [&] {
      CHECK(place.state() == "waiting");
      CHECK(place.note("drift") != first);
      CHECK(place.note("approvals-given") == "0");
      CHECK(place.note("deadline") == deadline);
      place.answer("approve", "alice");
    });
    const auto begin = place.clock.now();
    CHECK(place.run().how == How::passed);
    CHECK(place.clock.now() == begin + minutes(3));
    CHECK(place.note("drift") != first);
  }

  TEST_CASE("drift that grows is seen without any answer too, and a higher severity asks its own people") {
    GateCase place;
    place.drift("medium");
    place.clock.after(minutes(1), [&] { place.drift("critical"); });
    place.clock.after(minutes(7), [&] {
      CHECK(place.note("asks") == "critical");
      CHECK(place.note("asks-for") == "override");
      CHECK(place.note("approvals-needed") == "2");
      CHECK(place.alerted());
      place.answer("approve", "alice");
      place.answer("approve", "bob");
    });
    place.clock.after(minutes(8), [&] { CHECK(place.state() == "waiting"); });
    place.answer_after(minutes(9), "override", "carol");
    place.answer_after(minutes(10), "override", "dave");
    CHECK(place.run().reason == "overridden by carol (it is fine), dave (it is fine)");
  }

  TEST_CASE("drift that goes away while it waits lets the sync go on") {
    GateCase place;
    place.drift("medium");
    place.clock.after(minutes(2), [&] { place.heal("medium"); });
    const auto begin = place.clock.now();
    const auto end = place.run();
    CHECK(end.how == How::passed);
    CHECK(end.reason == "nothing has drifted");
    CHECK(place.clock.now() == begin + minutes(5));
    CHECK(place.note("asks").empty());
    CHECK(place.note("drift").empty());
  }

  TEST_CASE("two answers of one person count once") {
    Severities severities;
    severities.medium = two_people;
    GateCase place(severities);
    place.drift("medium");
    place.answer_after(hours(1), "approve", "alice");
    place.answer_after(hours(2), "approve", "alice");
    place.clock.after(hours(3), [&] {
      CHECK(place.state() == "waiting");
      CHECK(place.note("approvals-given") == "1");
    });
    place.answer_after(hours(4), "approve", "bob");
    const auto begin = place.clock.now();
    CHECK(place.run().how == How::passed);
    CHECK(place.clock.now() == begin + hours(4));
  }

  TEST_CASE("an answer through Argo CD counts where the severity accepts it, and a no always") {
    for (const auto* accepted : {"medium", "low critical", ""}) {
      GateCase place;
      place.through_argocd = accepted;
      place.new_job();
      place.drift("medium");
      place.answer_after(hours(1), "approve", "argocd");
      place.answer_after(hours(2), "reject", "argocd");
      CHECK(place.run().how == (std::string_view(accepted) == "medium" ? How::passed : How::refused));
    }
  }

  TEST_CASE("a yes to other drift counts for nothing") {
    GateCase place;
    place.drift("medium");
    place.clock.after(hours(1), [&] {
      place.answer_to("0123456789ab", "approve", "alice");
      place.answer("approve", "", "no name");
      place.answer("approve", "carol", "");
      place.answer("override", "carol");
    });
    CHECK(place.run().reason.starts_with("timeout: "));
  }

  TEST_CASE("a stop is held until enough people override it") {
    GateCase place;
    place.drift("critical");
    place.drift("medium");
    place.answer_after(minutes(1), "override", "alice");
    place.answer_after(minutes(2), "override", "alice");
    place.answer_after(minutes(3), "approve", "bob");
    place.answer_after(minutes(4), "override", "bob");
    const auto begin = place.clock.now();
    CHECK(place.run().how == How::passed);
    CHECK(place.clock.now() == begin + minutes(4));
  }

  TEST_CASE("high drift waits where something else that drifted has to") {
    GateCase place;
    place.drift("high");
    place.drift("medium");
    place.clock.after(minutes(1), [&] {
      CHECK(place.alerted());
      CHECK(place.note("asks") == "medium");
      CHECK(place.note("drift-severity") == "high");
    });
    CHECK(place.run().how == How::refused);
  }

  TEST_CASE("a no that comes with the last yes is heard") {
    GateCase place;
    place.drift("medium");
    place.answer_after(hours(1), "approve", "alice");
    // After the yes was read and before the pass is written.
    place.kubernetes.before_call = [&](const std::string& call) {
      if (!call.starts_with("merge_patch jobs") || place.clock.now() == FakeClock().now()) return;
      place.kubernetes.before_call = nullptr;
      place.answer("reject", "bob");
    };
    CHECK(place.run().reason == "rejected by bob: it is fine");
  }

  TEST_CASE("a no that comes while the drift goes or changes is heard") {
    GateCase place;
    place.drift("medium");
    place.clock.after(minutes(1), [] { throw tests::Killed(); });
    CHECK_THROWS_AS(place.run(), tests::Killed);
    // Nobody looks until the next pod has begun.
    place.answer("reject", "bob");
    SUBCASE("it goes") {
      place.heal("medium");
    }
    SUBCASE("it is what goes by itself") {
      place.heal("medium");
      place.drift("low");
    }
    SUBCASE("it grows, and somebody approves that") {
      place.drift("critical");
      place.answer_after(minutes(1), "override", "carol");
      place.answer_after(minutes(1), "override", "dave");
    }
    CHECK(place.run().reason == "rejected by bob: it is fine");
  }

  TEST_CASE("told to end it stops, and stays waiting") {
    GateCase place;
    place.drift("medium");
    place.clock.after(hours(1), [&] { place.clock.tell_to_end(); });
    CHECK(place.run().how == How::interrupted);
    CHECK(place.state() == "waiting");
    CHECK(place.message().empty());
  }
}
