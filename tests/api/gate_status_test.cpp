// What a hook's Job tells afterwards.
#include "api/gate_status.hpp"

#include <doctest/doctest.h>

#include "hooks/failure_cause.hpp"
#include "support/fake_kubernetes.hpp"

namespace {
using namespace drift;
using namespace drift::api;
using drift::tests::parse_json;

std::vector<Answer> answers_of(const std::string& annotations) {
  return gate_result(parse_json(R"({"metadata":{"annotations":{)" + annotations + "}}}")).answers;
}

JobResult::End end_of(const std::string& conditions) {
  return job_result(parse_json(R"({"status":{"conditions":)" + conditions + "}}")).end;
}
}  // namespace

TEST_SUITE("a Job's result") {
  TEST_CASE("answers are read as they were given, those of every drift, in one order") {
    const auto answers = answers_of(
        R"("reject.drift-policy.dev/b-0123456789ab":"0123456789ab bob: no: never",)"
        R"("approve.drift-policy.dev/s-0123456789ab":"0123456789ab system:serviceaccount:ci:bot: green",)"
        R"("approve.drift-policy.dev/a-ffffffffffff":"ffffffffffff ann: fine",)"
        R"("override.drift-policy.dev/c-0123456789ab":"0123456789ab cy: now")");
    REQUIRE(answers.size() == 4);
    CHECK(answers[0].action == "approve");
    CHECK(answers[0].person == "ann");
    CHECK(answers[0].drift == "ffffffffffff");
    CHECK(answers[1].person == "system:serviceaccount:ci:bot");
    CHECK(answers[1].reason == "green");
    CHECK(answers[2].action == "override");
    CHECK(answers[3].reason == "no: never");
  }

  TEST_CASE("what is no answer is none") {
    CHECK(answers_of(R"("approve.drift-policy.dev/a":"")").empty());
    CHECK(answers_of(R"("approve.drift-policy.dev/a":"0123456789ab ann")").empty());
    CHECK(answers_of(R"("approve.drift-policy.dev/a":"ann: fine")").empty());
    CHECK(answers_of(R"("approve.example.com/a":"0123456789ab ann: fine")").empty());
    CHECK(answers_of(R"("approvers.drift-policy.dev/medium":"0123456789ab ann: fine")").empty());
    CHECK(answers_of(R"("approve.drift-policy.dev/a":5)").empty());
    CHECK(gate_result(parse_json("{}")).answers.empty());
    CHECK(gate_result(parse_json(R"({"metadata":{"annotations":[]}})")).answers.empty());
  }

  TEST_CASE("a Job has ended where a condition says so, and only where it is True") {
    using End = JobResult::End;
    CHECK(end_of("[]") == End::running);
    CHECK(end_of("5") == End::running);
    CHECK(end_of(R"([{"type":"Complete","status":"True"}])") == End::complete);
    CHECK(end_of(R"([{"type":"Complete","status":"False"}])") == End::running);
    CHECK(end_of(R"([{"type":"Suspended","status":"True"}])") == End::running);
    CHECK(end_of(R"([{"type":"SuccessCriteriaMet","status":"True"},{"type":"Complete","status":"True"}])") ==
          End::complete);
    CHECK(end_of(R"([{"type":"FailureTarget","status":"True"}])") == End::running);
    CHECK(end_of(R"([{"type":"FailureTarget","status":"True"},{"type":"Failed","status":"True"}])") ==
          End::failed);
  }

  TEST_CASE("every word for how a gate decided is read back, and no other") {
    for (int number = 0; number <= static_cast<int>(GateCause::gate_failed); ++number) {
      const auto cause = static_cast<GateCause>(number);
      CHECK(gate_cause_of(gate_cause_name(cause)) == cause);
      CHECK(gate_cause_name(cause).empty() == (cause == GateCause::none));
    }
    CHECK(gate_cause_of("rejected by ann") == GateCause::none);
    CHECK(gate_cause_of("Rejected") == GateCause::none);
    const auto result = gate_result(parse_json(
        R"({"metadata":{"annotations":{"drift-policy.dev/cause":"held","drift-policy.dev/alert":"raised"}}})"));
    CHECK(result.cause == "held");
    CHECK(result.alerted);
  }

  TEST_CASE("whatever a gate's Job says, there is a cause with a reason") {
    const std::vector<std::pair<std::string, std::string>> said = {
        {"", ""},          {"timeout: x", ""}, {"held", ""}, {"x", "timedOut"}, {"x", "gateFailed"},
        {"x", "rejected"}, {"x", "odd"}};
    for (const auto end : {JobResult::End::running, JobResult::End::complete, JobResult::End::failed})
      for (const auto* state : {"", "analysing", "waiting", "passed", "refused", "odd"})
        for (const auto* why : {"", "DeadlineExceeded", "PodFailurePolicy"})
          for (const auto& [reason, word] : said) {
            GateResult gate;
            gate.cause = word;
            gate.plan_digest = "sha256:1";
            gate.end = end;
            gate.state = gate_state_of(state);
            gate.why = why;
            gate.reason = reason;
            const auto cause = drift::hooks::cause_of(gate, std::nullopt, "sha256:1");
            CHECK_FALSE(cause.word.empty());
            CHECK_FALSE(cause.reason.empty());
            // A refusal is only what the gate itself said, or left waiting for people.
            const bool asked = std::string_view(state) == "refused" || std::string_view(state) == "waiting";
            if (cause.outcome == Outcome::refused) CHECK((asked && end == JobResult::End::failed));
          }
  }
}
