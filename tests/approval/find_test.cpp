// What waits: read from Jobs, as a table and as JSON.
#include <doctest/doctest.h>

#include "api/answer.hpp"
#include "approval/table.hpp"
#include "base/printable.hpp"
#include "base/text.hpp"
#include "support/approval_case.hpp"

namespace {
using drift::approval::list_gates;
using drift::approval::read_gate;
using drift::tests::ApprovalCase;
using drift::tests::gate_job;
using drift::tests::parse_json;
using drift::tests::waiting;

drift::approval::Gate gate(const std::string& annotations) {
  return read_gate(parse_json(gate_job("web", "web-01234567", annotations)));
}
std::string answer(const std::string& verb, const std::string& slug, const std::string& value) {
  return ",\"" + verb + ".drift-policy.dev/" + slug + "\":\"" + value + "\"";
}
}  // namespace

TEST_SUITE("approval: gates") {
  TEST_CASE("only answers to what is asked about count, each person once") {
    const auto given = gate(waiting + answer("approve", "a", "0123456789ab alice: 1") +
                            answer("approve", "b", "0123456789ab alice: 2") +
                            answer("approve", "c", "ba9876543210 carol: other drift") +
                            answer("override", "d", "0123456789ab dave: not asked") +
                            answer("reject", "e", "0123456789ab erin: no") +
                            answer("approve", "f", "0123456789ab system:serviceaccount:a:b: colons"))
                           .given();
    CHECK(given == std::vector<std::string>{"alice", "system:serviceaccount:a:b"});
  }

  TEST_CASE("what the gate doesn't count isn't counted here either") {
    const auto long_reason = std::string(1025, 'x');
    for (const auto& odd : {std::string("0123456789ab bob: two\\nlines"), "0123456789ab bob: " + long_reason,
                            std::string("0123456789ab bob: "), std::string("0123456789ab : nobody's")}) {
      CAPTURE(odd);
      const auto at =
          gate(waiting + answer("approve", "a", "0123456789ab alice: fine") + answer("approve", "b", odd));
      CHECK(at.given() == std::vector<std::string>{"alice"});
      CHECK(drift::approval::table({at}, {}).find(" 1/2 ") != std::string::npos);
      // The gate itself.
      CHECK(drift::api::counted(at.answers, {"approve", "0123456789ab", true}).size() == 1);
    }
  }

  TEST_CASE("an approval through Argo CD counts where the severity that is asked about takes it") {
    const auto through = answer("approve", "argocd", "0123456789ab argocd: fine");
    CHECK(gate(waiting + through).given() == std::vector<std::string>{"argocd"});
    auto high = waiting;
    high.replace(high.find("\"medium\",\"drift-policy.dev/asks-for"), 8, "\"high\"");
    CHECK(gate(high + through).given().empty());
  }

  TEST_CASE("where drift and Git's changes are asked about, the people of both are named") {
    auto both = waiting;
    both.replace(both.find("\"medium\",\"drift-policy.dev/asks-for"), 8, "\"medium high.changes\"");
    const auto groups =
        R"(,"approvers.drift-policy.dev/high.changes":"security","drift-policy.dev/change-severity":"high")";
    const auto at = gate(both + groups + answer("approve", "argocd", "0123456789ab argocd: fine"));
    REQUIRE(at.groups.size() == 1);
    CHECK(at.groups[0].find("and also of security") != std::string::npos);
    CHECK(at.given().empty());  // Argo CD's yes counts for medium alone
    CHECK(at.matter() == "drift and change");
    CHECK(at.severities() == "high, high (change)");
  }

  TEST_CASE("a Job that has ended waits for nobody, whatever stands on it") {
    auto job = parse_json(gate_job("web", "web-01234567", waiting));
    CHECK(read_gate(job).waits());
    const auto status = parse_json(R"({"conditions":[{"type":"Failed","status":"True"}]})");
    job.AddMember("status", rapidjson::Value(status, job.GetAllocator()), job.GetAllocator());
    CHECK_FALSE(read_gate(job).waits());
  }

  TEST_CASE("gates are listed in the order in which they end, and other Jobs aren't") {
    ApprovalCase test;
    auto sooner = waiting;
    sooner.replace(sooner.find("2026-01-03"), 10, "2026-01-02");
    test.api.put({"batch", "v1", "jobs", "team", "api-01234567-gate", ""},
                 gate_job("api", "api-01234567", sooner));
    test.api.put({"batch", "v1", "jobs", "team", "other", ""},
                 R"({"metadata":{"labels":{"app.kubernetes.io/component":"gate"}}})");
    const auto names = [&](const std::string& ns) {
      std::string all;
      for (const auto& each : list_gates(test.api, ns)) all += each.ns + "/" + each.job + " ";
      return all;
    };
    CHECK(names("") == "team/api-01234567-gate drift-policy/web-01234567-gate ");
    CHECK(names("team") == "team/api-01234567-gate ");
  }

  TEST_CASE("the table says who is asked, how many have answered, and how long it waits") {
    ApprovalCase test;
    CHECK(drift::approval::table(list_gates(test.api, ""), test.clock.now(), true) ==
          "NAMESPACE     APPLICATION  SEVERITY  DRIFT         NEEDS    ASKED          GIVEN  UNTIL           "
          "               ESCALATES\n"
          "drift-policy  web          high      0123456789ab  approve  platform, sre  0/2    "
          "2026-01-03T03:00:00Z (23h55m)  2026-01-02T07:00:00Z\n");
    CHECK(drift::approval::table(list_gates(test.api, ""), test.clock.now()) ==
          "NAMESPACE     APPLICATION  DRIFT     SEVERITY  NEEDS        LEFT    ASKED\n"
          "drift-policy  web          01234567  high      approve 0/2  23h55m  platform, s…\n");
  }

  TEST_CASE("the table fits 80 columns, and what the next command takes stays whole") {
    for (const std::size_t length : {1, 10, 20, 30, 40, 55}) {
      CAPTURE(length);
      const auto name = std::string(length, 'a');
      auto at = gate(waiting);
      at.ns = "drift-policy";
      at.application = name;
      at.groups = {"a-group-with-a-long-name", "and-another-one-of-these"};
      const auto text = drift::approval::table({at}, {});
      for (const auto line : drift::parts_of(text, '\n')) CHECK(drift::width(line) <= 80);
      CHECK(text.find("drift-policy  " + name + " ") != std::string::npos);
      CHECK(text.find("01234567") != std::string::npos);
    }
  }

  TEST_CASE("nothing on a Job controls a terminal") {
    auto evil = waiting;
    evil.replace(evil.find("sre"), 3, "\\u001b[2J");
    const auto text = drift::approval::table({gate(evil)}, {}) + drift::approval::asked(gate(evil), {});
    CHECK(text.find('\x1b') == std::string::npos);
  }

  TEST_CASE("machines read the same as JSON") {
    ApprovalCase test;
    test.put(waiting + answer("approve", "a", "0123456789ab alice: fine"));
    const auto all = parse_json(drift::approval::json(list_gates(test.api, ""), test.clock.now()));
    REQUIRE(all.Size() == 1);
    CHECK(
        drift::tests::to_text(all[0]) ==
        R"({"application":"web","asks":"medium","asksFor":"approve","deadline":"2026-01-03T03:00:00Z",)"
        R"("drift":"0123456789ab","escalatesAt":"2026-01-02T07:00:00Z","given":["alice"],"groups":["platform","sre"],)"
        R"("job":"web-01234567-gate","namespace":"drift-policy","needed":2,"remainingSeconds":86155,"severity":"high",)"
        R"("state":"waiting","throughArgoCD":true,"waitingSince":"2026-01-02T03:00:00Z"})");
    CHECK(drift::approval::json({}, {}) == "[]\n");
  }

  TEST_CASE("what is left is told in the two largest units") {
    using drift::approval::remaining;
    using std::chrono::hours, std::chrono::minutes, std::chrono::seconds;
    const drift::Time now{};
    CHECK(remaining(now + hours(50) + minutes(3), now) == "2d2h");
    CHECK(remaining(now + hours(48) + minutes(3), now) == "2d");
    CHECK(remaining(now + hours(3) + minutes(20) + seconds(5), now) == "3h20m");
    CHECK(remaining(now + seconds(59), now) == "59s");
    CHECK(remaining(now, now) == "over");
  }
}
