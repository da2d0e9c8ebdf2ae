// Which of what is seen of Jobs is news to people who watch gates.
#include "approval/watcher.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "approval/table.hpp"
#include "support/approval_case.hpp"

namespace {
using namespace drift;
using approval::Gate;
using outside::WatchEvent;
using tests::gate_job;
using tests::waiting;

const std::string passed = R"("drift-policy.dev/state":"passed","drift-policy.dev/reason":"approved")";

struct Watching {
  rapidjson::Document job(const std::string& uid, const std::string& annotations) {
    auto text = gate_job("web" + uid, "web-" + uid, annotations);
    const std::string_view place = R"("metadata":{)";
    return tests::parse_json(
        text.insert(text.find(place) + place.size(), fmt::format(R"("uid":"{}",)", uid)));
  }
  void list(const std::vector<rapidjson::Document>& jobs) {
    watcher.list_began();
    for (const auto& job : jobs) watcher.listed(job);
    watcher.list_ended();
  }
  // What is said since the last time: `web1 waits 0/2` or `web1 passed`.
  std::vector<std::string> told() { return std::exchange(said, {}); }

  std::vector<std::string> said;
  approval::Watcher watcher{
      [this](const std::vector<Gate>&, const Gate& gate) {
        said.push_back(gate.waits()
                           ? fmt::format("{} waits {}/{}", gate.application, gate.given().size(), gate.needed)
                           : fmt::format("{} {}", gate.application, api::gate_state_name(gate.state)));
      },
      [this](const std::string& what) { said.push_back(what); }};
};

using Said = std::vector<std::string>;
}  // namespace

TEST_SUITE("approval: watching gates") {
  TEST_CASE("what waits is told once, then each answer, then its end") {
    Watching test;
    std::vector<rapidjson::Document> jobs;
    jobs.push_back(test.job("1", waiting));
    jobs.push_back(test.job("2", passed));
    test.list(jobs);
    CHECK(test.told() == Said{"web1 waits 0/2"});
    test.watcher.changed({WatchEvent::Type::modified, jobs[0]});
    test.watcher.changed({WatchEvent::Type::bookmark, jobs[1]});
    CHECK(test.told().empty());
    const auto answered = test.job(
        "1", waiting + R"(,"approve.drift-policy.dev/alice-0123456789ab":"0123456789ab alice: fine")");
    test.watcher.changed({WatchEvent::Type::modified, answered});
    CHECK(test.told() == Said{"web1 waits 1/2"});
    const auto over = test.job("1", passed);
    test.watcher.changed({WatchEvent::Type::modified, over});
    test.watcher.changed({WatchEvent::Type::deleted, over});
    CHECK(test.told() == Said{"web1 passed"});
  }

  TEST_CASE("what is deleted while it waits, or missing from a new list, is over") {
    Watching test;
    std::vector<rapidjson::Document> jobs;
    jobs.push_back(test.job("1", waiting));
    jobs.push_back(test.job("2", waiting));
    test.list(jobs);
    test.told();
    test.watcher.changed({WatchEvent::Type::deleted, jobs[0]});
    CHECK(test.told() == Said{"web1 over"});
    test.list({});
    CHECK(test.told() == Said{"web2 over"});
  }

  TEST_CASE("a refusal ends it, and anything else is tried again") {
    Watching test;
    CHECK_THROWS_AS(test.watcher.interrupted(outside::ApiError(403, "Forbidden", "no")), outside::ApiError);
    test.watcher.interrupted(outside::ApiError(500, "", "a failure"));
    CHECK(test.told() == Said{"a failure"});
  }

  TEST_CASE("a row stands under the columns of all that wait") {
    Watching test;
    auto far = approval::read_gate(test.job("1", waiting)), near = approval::read_gate(test.job("2", passed));
    far.ns = "a-namespace-of-some-length";
    near.ns = "b";
    CHECK(approval::row({far}, near, {}, false).starts_with("b                           web2         "));
    CHECK(approval::row({far}, near, {}, false).find("passed") != std::string::npos);
  }
}
