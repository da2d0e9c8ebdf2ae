// The gate from its start to its end: what goes by itself, what waits and for whom, and what stands on its Job.
#include "hook/gate_run.hpp"

#include "gate_case.hpp"

namespace {
using namespace drift;
using namespace drift::tests;
using How = hook::GateEnd::How;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}
}  // namespace

TEST_SUITE("gate") {
  TEST_CASE("without drift the sync goes on, and the report says so") {
    GateCase place;
    CHECK(place.run().how == How::passed);
    CHECK(place.state() == "passed");
    CHECK(place.note("reason") == "nothing has drifted");
    CHECK(has(place.file(place.names.report(), "report.json"), R"("planDigest":")" + place.digest()));
    CHECK_FALSE(place.alerted());
  }

  TEST_CASE("low drift goes by itself") {
    GateCase place;
    place.drift("low");
    CHECK(place.run().how == How::passed);
    CHECK(place.note("reason") == "drift of severity low goes by itself");
    CHECK(place.note("waiting-since").empty());
  }

  TEST_CASE("high drift is an alert at once, and restored") {
    GateCase place;
    place.drift("high");
    CHECK(place.run().how == How::passed);
    const auto alert = place.file(place.names.emergency(), "emergency.json");
    CHECK(has(alert, R"("planDigest":")" + place.digest()));
    CHECK(has(alert, "Service shop/high"));
    CHECK(has(alert, R"("action":"restore")"));
    CHECK_FALSE(has(alert, "Service shop/low"));
    const auto object = place.kubernetes.stored(place.config_map(place.names.emergency()));
    CHECK(std::string(object["metadata"]["labels"]["alert-type"].GetString()) == "emergency");
  }

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

  TEST_CASE("a stop that nobody may override ends at once, with an alert") {
    Severities severities;
    severities.critical = nobody_overrides;
    GateCase place(severities);
    place.drift("critical");
    const auto begin = place.clock.now();
    const auto end = place.run();
    CHECK(end.how == How::refused);
    CHECK(has(end.reason, "the policy lets nobody override that"));
    CHECK(place.clock.now() == begin);
    CHECK(place.alerted());
    CHECK(place.message() == end.reason);
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

  TEST_CASE("observe reports everything, waits for nobody and lets everything pass") {
    Severities severities;
    severities.critical = nobody_overrides;
    GateCase place(severities, true);
    place.drift("critical");
    place.drift("medium");
    const auto begin = place.clock.now();
    const auto end = place.run();
    CHECK(end.how == How::passed);
    CHECK(end.reason.starts_with("observed only: drift "));
    CHECK(place.clock.now() == begin);
    CHECK(has(place.file(place.names.report(), "report.json"), "\"critical\""));
  }

  TEST_CASE("observe lets pass what it can't even look at") {
    GateCase place({}, true);
    place.kubernetes.forbid("get", place.config_map(place.names.plan()));
    CHECK(place.run().how == How::passed);
    place.kubernetes.fail(1, FakeKubernetes::Effect::before, 0);
    CHECK(place.run().how == How::passed);
  }

  TEST_CASE("a Job that observes what the plan enforces waits all the same") {
    GateCase place;
    place.drift("medium");
    place.observed = true;
    CHECK(place.run().how == How::refused);
  }

  TEST_CASE("without a base nothing counts") {
    GateCase place;
    place.drift("critical");
    place.kubernetes.erase(place.config_map(place.names.base()));
    CHECK(place.run().reason == "there is no last sync to compare with, so nothing counts as drift");
    CHECK_FALSE(place.alerted());
  }

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

  TEST_CASE("told to end it stops, and stays waiting") {
    GateCase place;
    place.drift("medium");
    place.clock.after(hours(1), [&] { place.clock.tell_to_end(); });
    CHECK(place.run().how == How::interrupted);
    CHECK(place.state() == "waiting");
    CHECK(place.message().empty());
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

  TEST_CASE("no value of a Secret is in anything that it writes") {
    GateCase place;
    place.kubernetes.patch(
        place.secret(),
        R"({"metadata":{"managedFields":[{"manager":"kubectl-edit","operation":"Update","apiVersion":"v1",)"
        R"("time":"2026-01-03T00:00:00Z","fieldsType":"FieldsV1","fieldsV1":{"f:data":{"f:password":{},"f:more":{}}}}]},)"
        R"("data":{"password":"c3dvcmRmaXNo","more":"b3BlbnNlc2FtZQ=="}})");
    place.drift("medium");
    place.answer_after(hours(1), "approve", "alice");
    CHECK(place.run().how == How::passed);
    const auto all = place.written();
    CHECK(has(all, "Secret shop/db"));
    for (const auto* value :
         {"hunter2", "aHVudGVyMg", "swordfish", "c3dvcmRmaXNo", "opensesame", "b3BlbnNlc2FtZQ"})
      CHECK_FALSE(has(all, value));
  }

  TEST_CASE("the last reports are kept, cut to what drifted, and no more than ten") {
    GateCase place;
    for (int sync = 0; sync < 14; ++sync) {
      place.new_job();
      place.drift("low", "Type" + std::to_string(sync));
      CHECK(place.run().how == How::passed);
      place.clock.wait(seconds(1));
    }
    const auto history = place.file(place.names.report(), "history.jsonl");
    CHECK(std::count(history.begin(), history.end(), '\n') == 10);
    CHECK(has(place.file(place.names.report(), "report.json"), "Type13"));
    CHECK(history.find("Type12") < history.find("Type3"));
    CHECK_FALSE(has(history, "Type2\""));
    // The same drift again is no news.
    place.new_job();
    CHECK(place.run().how == How::passed);
    CHECK(place.file(place.names.report(), "history.jsonl") == history);
  }
}
