// The decision alone: which of several severities is asked, whose answers count, and that the unknown is refused.
#include "gate/decision.hpp"

#include <doctest/doctest.h>

namespace {
using namespace drift;
using namespace drift::gate;
using policy::Action;
using Step = drift::gate::Decision::Step;

policy::Severity severity(const std::string& name, Action action, unsigned required = 0,
                          std::vector<std::string> groups = {}) {
  policy::Severity result;
  result.name = name;
  result.remediation.action = action;
  result.approval.required = required;
  result.approval.groups = std::move(groups);
  return result;
}

api::Answer answer(const std::string& action, const std::string& person, const std::string& reason = "seen",
                   const std::string& drift = "0123456789ab") {
  return {action, person, reason, drift};
}

// Drift that meets these severities of a plan.
struct Situation {
  explicit Situation(std::vector<policy::Severity> severities, std::vector<std::string> met) {
    plan.severities = std::move(severities);
    report.has_base = true;
    report.drift = "0123456789ab";
    report.severity = met.empty() ? "" : met.back();
    report.met = std::move(met);
  }
  drift::gate::Decision decide() const {
    return gate::decide({plan, report, answers, through_argocd, observe, now, deadline, advice});
  }

  api::Plan plan;
  api::Report report;
  std::vector<api::Answer> answers;
  std::vector<std::string> through_argocd;
  bool observe = false;
  drift::Time now{std::chrono::hours(10)};
  std::optional<drift::Time> deadline;
  std::vector<std::string> advice;
};

const std::vector<policy::Severity> usual = {
    severity("low", Action::auto_sync), severity("medium", Action::approve, 1, {"platform"}),
    severity("large", Action::approve, 3), severity("high", Action::restore),
    severity("critical", Action::stop, 2, {"security"})};
}  // namespace

TEST_SUITE("gate: decision") {
  TEST_CASE("the highest severity that waits is asked, and for as many people as any asks") {
    const auto decision = Situation(usual, {"low", "medium", "high"}).decide();
    CHECK(decision.step == Step::wait);
    CHECK(decision.asking->severity == "medium");
    CHECK(decision.asking->groups == std::vector<std::string>{"platform"});
    CHECK(decision.asking->needed == 1);
    CHECK_FALSE(decision.asking->overrides);
    const auto both = Situation(usual, {"medium", "large", "critical"}).decide();
    CHECK(both.asking->severity == "critical");
    CHECK(both.asking->overrides);
    CHECK(both.asking->needed == 3);
  }

  TEST_CASE("a stop is asked about before whatever is listed above it") {
    const auto odd =
        Situation({severity("halt", Action::stop, 1), severity("ask", Action::approve, 1)}, {"halt", "ask"});
    CHECK(odd.decide().asking->severity == "halt");
    CHECK(odd.decide().asking->overrides);
    const auto hard =
        Situation({severity("halt", Action::stop), severity("ask", Action::approve, 1)}, {"halt", "ask"});
    CHECK(hard.decide().step == Step::refuse);
  }

  TEST_CASE("a severity that asks for people is asked whatever its action, and approve asks at least one") {
    const auto restored = Situation({severity("r", Action::restore, 2)}, {"r"}).decide();
    CHECK(restored.step == Step::wait);
    CHECK(restored.asking->needed == 2);
    CHECK(Situation({severity("a", Action::approve, 0)}, {"a"}).decide().asking->needed == 1);
  }

  TEST_CASE("drift of a severity that the plan doesn't know, or of none, is refused") {
    CHECK(Situation(usual, {"low", "enormous"}).decide().step == Step::refuse);
    CHECK(Situation(usual, {}).decide().step == Step::refuse);
  }

  // The severities whose `changes` ask these groups, and Git's changes of them.
  Situation with_changes(std::vector<std::string> met, std::vector<std::string> asks) {
    Situation situation(usual, std::move(met));
    for (auto& severity : situation.plan.severities)
      if (severity.name == "medium" || severity.name == "large") severity.changes.emplace();
    situation.plan.severities[1].changes->approval.required = 1;
    situation.plan.severities[1].changes->approval.groups = {"security"};
    situation.plan.severities[2].changes->approval.required = 3;
    situation.plan.severities[2].changes->approval.groups = {"owners"};
    situation.plan.severities[2].changes->approval.timeout = std::chrono::hours(2);
    situation.report.changes.asks = std::move(asks);
    return situation;
  }

  TEST_CASE("the people of `changes` are asked about what Git changes") {
    auto situation = with_changes({}, {"medium"});
    auto decision = situation.decide();
    CHECK(decision.step == Step::wait);
    CHECK(decision.asking->severity == "medium.changes");
    CHECK(decision.asking->groups == std::vector<std::string>{"security"});
    CHECK(decision.reason == "change 0123456789ab from Git of severity medium waits for 1 of 1 approvals");
    situation.answers = {answer("approve", "alice")};
    CHECK(situation.decide().step == Step::pass);
    situation.answers = {answer("approve", "argocd")};
    situation.through_argocd = {"medium"};  // of drift
    CHECK(situation.decide().step == Step::wait);
    situation.answers = {answer("reject", "alice")};
    CHECK(situation.decide().step == Step::refuse);
    CHECK(with_changes({}, {"medium", "large"}).decide().asking->severity == "large.changes");
    CHECK(with_changes({}, {"medium", "large"}).decide().asking->needed == 3);
  }

  TEST_CASE("one question about drift and Git's changes has the demands of both") {
    const auto decision = with_changes({"medium"}, {"large"}).decide();
    CHECK(decision.asking->severity == "medium large.changes");
    CHECK(decision.asking->groups == std::vector<std::string>{"platform and also of owners"});
    CHECK(decision.asking->needed == 3);
    CHECK(decision.asking->timeout == std::chrono::hours(2));
    // Drift that goes by itself asks nobody, the change does.
    CHECK(with_changes({"low"}, {"medium"}).decide().asking->severity == "medium.changes");
    CHECK(with_changes({"critical"}, {"medium"}).decide().asking->overrides);
  }

  TEST_CASE("a change of a severity that asks nobody, or that the plan doesn't know, is refused") {
    CHECK(with_changes({}, {"low"}).decide().step == Step::refuse);
    CHECK(with_changes({}, {"enormous"}).decide().step == Step::refuse);
  }

  TEST_CASE("where the policy only observes, Git's changes wait for nobody") {
    auto situation = with_changes({}, {"medium"});
    situation.observe = true;
    CHECK(situation.decide().step == Step::pass);
  }

  TEST_CASE("each person counts once, for this drift, with a reason, by the word that is asked for") {
    Situation situation(usual, {"large"});
    situation.answers = {answer("approve", "alice"),
                         answer("approve", "alice", "again"),
                         answer("approve", "bob", "other drift", "ba9876543210"),
                         answer("override", "carol"),
                         answer("approve", "dave", ""),
                         answer("approve", "", "nobody"),
                         answer("approve", "erin", "two\nlines"),
                         answer("approve", "frank", std::string(1025, 'x')),
                         answer("approve", "argocd")};
    auto decision = situation.decide();
    CHECK(decision.step == Step::wait);
    CHECK(drift::gate::people(decision.given) == "alice (seen)");
    situation.through_argocd = {"large"};
    situation.answers.push_back(answer("approve", "heidi"));
    decision = situation.decide();
    CHECK(decision.step == Step::pass);
    CHECK(decision.reason == "approved by alice (seen), argocd (seen), heidi (seen)");
  }

  TEST_CASE("an approval is no override") {
    Situation situation(usual, {"critical"});
    situation.answers = {answer("approve", "alice"), answer("approve", "bob"), answer("override", "carol")};
    CHECK(situation.decide().step == Step::wait);
    situation.answers.push_back(answer("override", "dave"));
    CHECK(situation.decide().step == Step::pass);
  }

  TEST_CASE("a no comes before everything, and after the deadline nothing counts any more") {
    Situation situation(usual, {"medium"});
    situation.answers = {answer("approve", "alice")};
    situation.deadline = situation.now + std::chrono::seconds(1);
    CHECK(situation.decide().step == Step::pass);
    situation.deadline = situation.now;
    CHECK(situation.decide().step == Step::refuse);
    CHECK(situation.decide().reason.starts_with("timeout: "));
    situation.answers.push_back(answer("reject", "argocd", ""));
    CHECK(situation.decide().reason.starts_with("rejected by argocd"));
  }

  TEST_CASE("a no is to the sync: it holds whatever has drifted since") {
    for (const auto* met : {"low", "medium", "high", "critical"}) {
      Situation situation(usual, {met});
      situation.answers = {answer("approve", "alice"), answer("override", "alice"),
                           answer("override", "carol"), answer("reject", "bob", "not now", "ba9876543210")};
      CHECK(situation.decide().step == Step::refuse);
      CHECK(situation.decide().reason == "rejected by bob: not now");
    }
    Situation healed(usual, {});
    healed.report.drift.clear();
    CHECK(healed.decide().step == Step::pass);
    healed.answers = {answer("reject", "bob")};
    CHECK(healed.decide().reason == "rejected by bob: seen");
  }

  TEST_CASE("each end has its word") {
    const auto word = [](const Situation& situation) {
      return drift::api::gate_cause_name(situation.decide().cause);
    };
    Situation medium(usual, {"medium"});
    CHECK(word(medium) == "waiting");
    medium.answers = {answer("approve", "alice")};
    CHECK(word(medium) == "approved");
    medium.deadline = medium.now;
    CHECK(word(medium) == "timedOut");
    medium.answers.push_back(answer("reject", "bob"));
    CHECK(word(medium) == "rejected");
    medium.observe = true;
    CHECK(word(medium) == "observed");
    Situation critical(usual, {"critical"});
    critical.answers = {answer("override", "alice"), answer("override", "bob")};
    CHECK(word(critical) == "overridden");
    CHECK(word(Situation({severity("halt", Action::stop)}, {"halt"})) == "held");
    CHECK(word(Situation(usual, {"high"})) == "unattended");
    CHECK(word(Situation(usual, {"enormous"})) == "notKnown");
    Situation first(usual, {});
    first.report.drift.clear();
    CHECK(word(first) == "noDrift");
    first.report.has_base = false;
    CHECK(word(first) == "firstSync");
  }

  TEST_CASE("what people write can't control a terminal") {
    Situation situation(usual, {"medium"});
    situation.answers = {answer("reject", "bob", "\x1b[31mred\x1b[0m")};
    CHECK(situation.decide().reason.find('\x1b') == std::string::npos);
  }

  TEST_CASE("observe passes everything, and says what it saw") {
    Situation situation(usual, {"critical"});
    situation.observe = true;
    situation.answers = {answer("reject", "bob")};
    CHECK(situation.decide().step == Step::pass);
    CHECK(situation.decide().reason == "observed only: drift 0123456789ab of severity critical");
  }
}
