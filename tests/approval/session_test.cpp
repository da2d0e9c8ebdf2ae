// Answering a gate, as `drift-policy approve` and `reject` do.
#include <doctest/doctest.h>

#include "api/report.hpp"
#include "support/approval_case.hpp"

namespace {
using drift::Exit;
using drift::approval::Verb;
using drift::tests::ApprovalCase;
using drift::tests::gate_job;
using drift::tests::waiting;

const drift::approval::Request fine{Verb::approve, "looks fine", ""};
constexpr const char* alices = "approve.drift-policy.dev/alice-0123456789ab";

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string with(std::string annotations, const std::string& from, const std::string& to) {
  annotations.replace(annotations.find(from), from.size(), to);
  return annotations;
}
}  // namespace

TEST_SUITE("approval: answering") {
  TEST_CASE("an approval is one annotation, in the name that the API server knows the person by") {
    ApprovalCase test;
    CHECK(test.answer(fine) == "alice approved putting back drift 0123456789ab of web: 1 of 2 asked");
    CHECK(test.annotation(alices) == "0123456789ab alice: looks fine");
    CHECK(test.annotation("drift-policy.dev/state") == "waiting");
  }

  TEST_CASE("a rejection and an override have keys of their own") {
    ApprovalCase test;
    CHECK(has(test.answer({Verb::reject, "no", ""}),
              "alice rejected putting back drift 0123456789ab of web: the sync is refused, and nothing is "
              "applied"));
    CHECK(test.annotation("reject.drift-policy.dev/alice-0123456789ab") == "0123456789ab alice: no");
    test.put(with(waiting, R"(asks-for":"approve")", R"(asks-for":"override")"));
    CHECK(has(test.answer({Verb::override_stop, "it was me", ""}),
              "alice overrode the stop, putting back drift"));
    CHECK(test.annotation("override.drift-policy.dev/alice-0123456789ab") == "0123456789ab alice: it was me");
  }

  TEST_CASE("a stop isn't approved, and an approval isn't overridden") {
    ApprovalCase test;
    CHECK(has(test.answer({Verb::override_stop, "x", ""}), "nothing to override"));
    CHECK(test.exit == Exit::input);
    test.put(with(waiting, R"(asks-for":"approve")", R"(asks-for":"override")"));
    CHECK(has(test.answer(fine), "expected --override"));
    CHECK(test.exit == Exit::refused);
    CHECK(test.annotation(alices).empty());
  }

  TEST_CASE("the person is shown who is asked, how many have answered, and until when") {
    ApprovalCase test;
    test.put(waiting + R"(,"approve.drift-policy.dev/bob-0123456789ab":"0123456789ab bob: yes")");
    test.answer(fine);
    CHECK(has(test.shown, "asked for: approval of medium, by platform, sre"));
    CHECK(has(test.shown, "given: 1 of 2, by bob"));
    CHECK(has(test.shown, "until: 2026-01-03T03:00:00Z (23h55m)"));
    CHECK(has(test.shown, "escalates: 2026-01-02T07:00:00Z"));
  }

  TEST_CASE("the person is shown what drifted, where the report is about that") {
    ApprovalCase test;
    const drift::outside::ResourcePath place{"", "v1", "configmaps", "drift-policy", "web-01234567-report",
                                             ""};
    test.answer(fine);
    CHECK(has(test.shown, "the report drift-policy/web-01234567-report isn't there"));

    drift::api::Report report;
    report.application = "web";
    report.plan_digest = "sha256:0";
    report.has_base = true;
    report.severity = report.approval_severity = "medium";
    report.met = {"medium"};
    report.reasons = {"Service shop/web: /spec/type changed (medium)"};
    report.drift = "ffffffffffff";
    const auto put = [&] {
      rapidjson::Document map(rapidjson::kObjectType);
      rapidjson::Value data(rapidjson::kObjectType);
      data.AddMember("report.json",
                     rapidjson::Value(drift::api::report_json(report).c_str(), map.GetAllocator()),
                     map.GetAllocator());
      map.AddMember("data", data, map.GetAllocator());
      test.api.put(place, drift::tests::to_text(map));
      test.shown.clear();
      test.answer(fine);
    };
    put();
    CHECK(has(test.shown, "is about other drift"));
    report.drift = "0123456789ab";
    put();
    CHECK(has(test.shown, "Service shop/web"));
    test.api.forbid("get", place);
    test.shown.clear();
    CHECK(has(test.answer({Verb::reject, "no", ""}), "rejected"));
    CHECK(has(test.shown, "may not be read by you"));
  }

  TEST_CASE("at a terminal the person is asked back, and a no writes nothing") {
    ApprovalCase test;
    test.person = false;
    CHECK(has(test.answer(fine, false), "not confirmed"));
    CHECK(test.exit == Exit::refused);
    CHECK(test.asked ==
          "Put Git's state back? Yes approves drift 0123456789ab of web: the sync goes on and writes the "
          "values from "
          "Git into the cluster.");
    CHECK(test.annotation(alices).empty());
    test.person = true;
    test.answer(fine, false);
    CHECK_FALSE(test.annotation(alices).empty());
  }

  TEST_CASE("what stands on the Job can't control the terminal of who is asked") {
    ApprovalCase test;
    test.put(with(waiting, R"(dev/drift":")", R"(dev/drift":"\u001b[2K)"));
    test.person = true;
    const auto said = test.answer(fine, false);
    CHECK(has(test.asked, "0123456789ab"));
    for (const auto& text : {test.asked, test.shown, said}) CHECK_FALSE(has(text, "\x1b"));
  }

  TEST_CASE("without a terminal the drift is named, or --yes says that any will do") {
    ApprovalCase test;
    CHECK(has(test.answer(fine, false), "expected --drift 0123456789ab"));
    CHECK(test.exit == Exit::input);
    CHECK(test.annotation(alices).empty());
    test.answer({Verb::approve, "looks fine", "0123456789ab"}, false);
    CHECK_FALSE(test.annotation(alices).empty());
  }

  TEST_CASE("drift that has moved on since it was looked at isn't approved") {
    ApprovalCase test;
    CHECK(has(test.answer({Verb::approve, "fine", "ba9876543210"}),
              "asks about other drift by now: 0123456789ab"));
    CHECK(test.exit == Exit::refused);
  }

  TEST_CASE("the beginning of the drift's name is enough, from eight digits on") {
    ApprovalCase test;
    test.answer({Verb::approve, "looks fine", "01234567"}, false);
    CHECK(test.exit == Exit::ok);
    CHECK(test.annotation(alices) == "0123456789ab alice: looks fine");
    for (const auto* wrong : {"0123456", "0123456g", "01234567-", "0123456789ABCDEF"}) {
      CAPTURE(wrong);
      CHECK(has(test.answer({Verb::approve, "fine", wrong}), "or at least its first 8"));
      CHECK(test.exit == Exit::input);
    }
    CHECK(has(test.answer({Verb::approve, "fine", "01234568"}), "asks about other drift by now"));
    CHECK(test.exit == Exit::refused);
  }

  TEST_CASE("the drift tells several gates of an application apart, or says that it doesn't") {
    ApprovalCase test;
    const auto other = with(waiting, R"(dev/drift":"0123456789ab")", R"(dev/drift":"ba9876543210")");
    test.api.put(ApprovalCase::job("web-76543210-gate"), gate_job("web", "web-76543210", other));
    test.answer({Verb::approve, "fine", "01234567"}, false);
    CHECK_FALSE(test.annotation(alices).empty());
    test.api.put(ApprovalCase::job("web-76543210-gate"), gate_job("web", "web-76543210", waiting));
    CHECK(has(test.answer({Verb::approve, "fine", "01234567"}, false),
              "several gates of web wait about drift 01234567: drift-policy/web-01234567-gate"));
    CHECK(test.exit == Exit::input);
  }

  TEST_CASE("the reason is asked for last, after the page and the question") {
    ApprovalCase test;
    test.person = true;
    test.why = "it was for a test";
    test.answer({Verb::approve, "", ""}, false);
    CHECK(test.exit == Exit::ok);
    CHECK(has(test.asked_why, "Why"));
    CHECK(has(test.shown_before_why, "approve: the sync goes on"));
    CHECK(has(test.asked, "Yes approves"));
    CHECK(test.annotation(alices) == "0123456789ab alice: it was for a test");
  }

  TEST_CASE("who says no, or gives no reason, has written nothing") {
    ApprovalCase test;
    test.person = false;
    test.answer({Verb::approve, "", ""}, false);
    CHECK(test.exit == Exit::refused);
    CHECK(test.asked_why.empty());
    test.person = true;
    CHECK(has(test.answer({Verb::approve, "", ""}, false), "--reason: is empty"));
    CHECK(test.exit == Exit::input);
    CHECK(test.annotation(alices).empty());
  }

  TEST_CASE("without a terminal and without a reason it is said what to give") {
    ApprovalCase test;
    const auto said = test.answer({Verb::approve, "", ""}, false);
    CHECK(has(said, "--drift 0123456789ab"));
    CHECK(has(said, "--reason"));
    CHECK(test.exit == Exit::input);
    CHECK(has(test.answer({Verb::approve, "", "01234567"}, false), "expected --reason 'WHY'"));
    CHECK(test.annotation(alices).empty());
  }

  TEST_CASE("the same answer is given once") {
    ApprovalCase test;
    test.answer(fine);
    CHECK(has(test.answer({Verb::approve, "again", ""}), "alice has approved this before"));
    CHECK(test.exit == Exit::ok);
    CHECK(test.annotation(alices) == "0123456789ab alice: looks fine");
  }

  TEST_CASE("an answer that the gate doesn't count can be given again") {
    ApprovalCase test;
    const auto before = R"(,"approve.drift-policy.dev/alice-0123456789ab":"0123456789ab alice: two\nlines")";
    test.put(waiting + before);
    CHECK(has(test.answer(fine), "1 of 2 asked"));
    CHECK(test.exit == Exit::ok);
    const auto gate = drift::approval::read_gate(test.api.stored(ApprovalCase::job()));
    CHECK(gate.given() == std::vector<std::string>{"alice"});
    CHECK(gate.answers.size() == 2);
  }

  TEST_CASE("two people whose names look alike have two keys") {
    ApprovalCase test;
    test.api.user = "Alice";
    test.answer(fine);
    test.api.user = "alice";
    CHECK(has(test.answer(fine), "2 of 2 asked"));
    CHECK(test.annotation(alices) == "0123456789ab Alice: looks fine");
    CHECK(test.annotation("approve.drift-policy.dev/alice-2bd806-0123456789ab") ==
          "0123456789ab alice: looks fine");
  }

  TEST_CASE("any user name makes a key that Kubernetes takes") {
    ApprovalCase test;
    auto gate = drift::approval::read_gate(test.api.stored(ApprovalCase::job()));
    const auto key = [&](const std::string& user) {
      return drift::approval::answer_key(gate, Verb::approve, user);
    };
    CHECK(key("system:serviceaccount:ci:deployer") ==
          "approve.drift-policy.dev/system-serviceaccount-ci-deplo-0123456789ab");
    CHECK(key("oidc:Anna.Müller@example.org")
              .starts_with("approve.drift-policy.dev/oidc-anna-m--ller-example-org-"));
    CHECK(key("___").starts_with("approve.drift-policy.dev/user-"));
    CHECK(key("_x") == "approve.drift-policy.dev/x-0123456789ab");
    gate.drift = std::string(drift::api::drift_digits, 'f');
    for (const auto& user : {std::string(300, 'a'), std::string("ß"), std::string("")})
      CHECK(key(user).size() <= std::string_view("approve.drift-policy.dev/").size() + 63);
  }

  TEST_CASE("a reason is one line, not empty and not endless") {
    ApprovalCase test;
    for (const auto& reason : {std::string("  "), std::string("a\nb"), std::string(1025, 'a')}) {
      CHECK(has(test.answer({Verb::approve, reason, ""}), "--reason"));
      CHECK(test.exit == Exit::input);
    }
    test.answer({Verb::approve, std::string(1024, 'a'), ""});
    CHECK(test.exit == Exit::ok);
  }

  TEST_CASE("what the admission policy says is what the person reads") {
    ApprovalCase test;
    test.api.before_call = [](const std::string& call) {
      if (call.starts_with("merge_patch"))
        throw drift::outside::ApiError(
            403, "Forbidden",
            "patch jobs.batch a/b: the Kubernetes API answered 403 Forbidden: jobs.batch \"b\" is forbidden: "
            "ValidatingAdmissionPolicy 'drift-policy-jobs' with binding 'drift-policy-jobs' denied request: "
            "alice is in none");
    };
    CHECK(test.answer(fine).starts_with("ValidatingAdmissionPolicy 'drift-policy-jobs'"));
    CHECK(test.exit == Exit::refused);
  }

  TEST_CASE("who may not write on the Job is told so") {
    ApprovalCase test;
    test.api.forbid("merge_patch", ApprovalCase::job());
    CHECK(has(test.answer(fine), "Forbidden"));
    CHECK(test.exit == Exit::refused);
  }

  TEST_CASE("an answer never lands on the Job of another sync") {
    ApprovalCase test;
    test.api.before_call = [&](const std::string& call) {
      if (!call.starts_with("merge_patch")) return;
      test.api.erase(ApprovalCase::job());
      test.put(waiting);
    };
    CHECK(has(test.answer(fine), "of another sync by now"));
    CHECK(test.exit == Exit::refused);
    CHECK(test.annotation(alices).empty());
  }

  TEST_CASE("a server that fails is no refusal") {
    ApprovalCase test;
    test.api.fail(1, drift::tests::FakeKubernetes::Effect::before, 500, "merge_patch");
    test.answer(fine);
    CHECK(test.exit == Exit::outside);
  }

  TEST_CASE("what doesn't wait says how it stands") {
    ApprovalCase test;
    const auto state = [&](const std::string& annotations) {
      test.put(annotations);
      auto said = test.answer(fine);
      CHECK(test.exit == Exit::input);
      return said;
    };
    CHECK(has(state(R"("x":"y")"), "has only begun"));
    CHECK(has(state(R"("drift-policy.dev/state":"analysing")"), "is still being analysed"));
    CHECK(has(state(R"("drift-policy.dev/state":"passed","drift-policy.dev/reason":"nothing has drifted")"),
              "is passed: nothing has drifted"));
  }

  TEST_CASE("an application without a gate, and one with several that wait, are told apart") {
    ApprovalCase test;
    test.wanted.application = "other";
    CHECK(has(test.answer(fine), "there is no gate of an application other in namespace drift-policy"));
    CHECK(test.exit == Exit::input);
    test.wanted.application = "web";
    test.api.put(ApprovalCase::job("web-76543210-gate"), gate_job("web", "web-76543210", waiting));
    CHECK(has(test.answer(fine),
              "several gates of web wait: drift-policy/web-01234567-gate, drift-policy/web-76543210-gate"));
    CHECK(test.exit == Exit::input);
    test.wanted.job = "web-76543210-gate";
    test.answer(fine);
    CHECK(test.exit == Exit::ok);
    CHECK(test.annotation(alices).empty());
  }

  TEST_CASE("an application outside Argo CD's own namespace is called as people call it") {
    ApprovalCase test;
    test.api.put(ApprovalCase::job("team-web-76543210-gate"),
                 gate_job("team_web", "team-web-76543210", waiting));
    test.wanted.application = "team/web";
    CHECK(has(test.answer(fine), "of team_web"));
  }
}
