#include "gate/decision.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/answer.hpp"
#include "base/printable.hpp"
#include "base/time.hpp"

namespace drift::gate {
namespace {

using api::Plan;
using api::Report;
using policy::Action;
using policy::Rank;
using policy::waits;
using Step = Decision::Step;

constexpr std::size_t longest_name = 300;

// Their ranks, lowest first; nothing where the plan doesn't know one of them.
std::optional<std::vector<Rank>> ranks_of(const Plan& plan, const std::vector<std::string>& names) {
  std::vector<Rank> ranks;
  for (const auto& name : names) {
    const auto rank = plan.rank(name);
    if (!rank) return std::nullopt;
    ranks.push_back(*rank);
  }
  std::sort(ranks.begin(), ranks.end());
  return ranks;
}

bool can_be_overridden(const policy::Severity& severity) {
  return severity.approval.required > 0 || !severity.approval.groups.empty();
}

// A stop is asked about before anything else that waits; else the highest.
std::optional<Rank> asked(const Plan& plan, const std::vector<Rank>& met) {
  std::optional<Rank> highest;
  for (const auto rank : met) {
    const auto& severity = plan.severities[rank];
    if (!waits(severity)) continue;
    const bool stop = severity.remediation.action == Action::stop;
    const bool before = highest && plan.severities[*highest].remediation.action == Action::stop;
    if (stop || !before) highest = rank;
  }
  return highest;
}

bool is_listed(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// By that word (api/answer.hpp), of those people.
Asking asking_by(const Question& question, std::string word, const policy::Approval& approval) {
  Asking asking;
  asking.severity = std::move(word);
  asking.groups = approval.groups;
  asking.through_argocd = is_listed(question.through_argocd, asking.severity);
  asking.timeout = approval.timeout;
  asking.escalate_after = approval.escalate_after;
  return asking;
}

Asking asking_of(const Question& question, const std::vector<Rank>& met, Rank rank) {
  const auto& severity = question.plan.severities[rank];
  auto asking = asking_by(question, severity.name, severity.approval);
  asking.overrides = severity.remediation.action == Action::stop;
  for (const auto each : met)
    if (waits(question.plan.severities[each]))
      asking.needed = std::max(asking.needed, question.plan.severities[each].approval.required);
  return asking;
}

// The people of the highest severity, as many as any of them asks for.
Asking asking_of_changes(const Question& question, const std::vector<Rank>& ranks) {
  const auto& severity = question.plan.severities[ranks.back()];
  auto asking = asking_by(question, api::asks_of_changes(severity.name), severity.changes->approval);
  for (const auto rank : ranks)
    asking.needed = std::max(asking.needed, question.plan.severities[rank].changes->approval.required);
  return asking;
}

// One question about both: what either demands.
Asking both(Asking drift, const Asking& changes) {
  drift.severity += ' ' + changes.severity;
  drift.needed = std::max(drift.needed, changes.needed);
  drift.groups = api::in_each({drift.groups, changes.groups});
  drift.through_argocd = drift.through_argocd && changes.through_argocd;
  drift.timeout = std::min(drift.timeout, changes.timeout);
  drift.escalate_after = earlier(drift.escalate_after, changes.escalate_after);
  return drift;
}

// How it ends where nobody is asked.
std::string going_on(const Question& question) {
  const auto& report = question.report;
  if (is_emergency(question.plan, report))
    return fmt::format("drift of severity {} is restored by this sync, and an alert was written",
                       report.severity);
  return fmt::format("drift of severity {} goes by itself", report.severity);
}

// A no is to the sync, of whatever drift: that may have changed while it was on its way, or no pod looked.
std::optional<std::string> rejection(const Question& question) {
  const auto* no = api::refusal_in(question.answers);
  if (no == nullptr) return std::nullopt;
  return fmt::format("rejected by {}: {}", printable(no->person, longest_name),
                     printable(no->reason, api::longest_answer));
}

Decision answered(const Question& question, Asking asking) {
  const auto& report = question.report;
  Decision decision;
  decision.given = api::counted(question.answers, {asking.action(), report.drift, asking.through_argocd});
  decision.asking = std::move(asking);
  const auto& asks = *decision.asking;
  if (question.deadline && question.now >= *question.deadline) {
    decision.cause = api::GateCause::timed_out;
    decision.reason =
        fmt::format("timeout: {} had {} of {} {} until {}", report.named(), decision.given.size(),
                    asks.needed, asks.overrides ? "overrides" : "approvals", time_text(*question.deadline));
    return decision;
  }
  if (decision.given.size() >= asks.needed) {
    decision.step = Step::pass;
    decision.cause = asks.overrides ? api::GateCause::overridden : api::GateCause::approved;
    decision.reason =
        fmt::format("{} by {}", asks.overrides ? "overridden" : "approved", people(decision.given));
    return decision;
  }
  decision.step = Step::wait;
  decision.cause = api::GateCause::waiting;
  decision.reason =
      fmt::format("{} waits for {} of {} {}", report.named(), asks.needed - decision.given.size(),
                  asks.needed, asks.overrides ? "overrides" : "approvals");
  return decision;
}

Decision passed(api::GateCause cause, std::string reason) {
  return {Step::pass, cause, std::move(reason), {}, {}};
}

Decision refused(api::GateCause cause, std::string reason, std::optional<Asking> asking = {}) {
  return {Step::refuse, cause, std::move(reason), std::move(asking), {}};
}

// Where there is neither drift nor a change to ask about.
Decision nothing_found(const Report& report) {
  if (!report.has_base && report.base_problem.empty())
    return passed(api::GateCause::first_sync,
                  "there is no last sync to compare with, so nothing counts as drift");
  return passed(api::GateCause::no_drift, "nothing has drifted");
}

Decision not_known() {
  return refused(api::GateCause::not_known, "the drift has a severity that the plan doesn't know");
}

Decision held(const Question& question, Asking asking) {
  auto reason =
      fmt::format("drift {} of severity {} stops everything, and the policy lets nobody override that{}{}",
                  question.report.drift, asking.severity, question.advice.empty() ? "" : "; ",
                  fmt::join(question.advice, "; "));
  return refused(api::GateCause::held, std::move(reason), std::move(asking));
}

bool can_be_asked(const Plan& plan, Rank rank) {
  return plan.severities[rank].changes.has_value();
}

// By what was found, and by who said yes to it.
Decision of_report(const Question& question) {
  const auto& report = question.report;
  const auto& plan = question.plan;
  if (!report.asks()) return nothing_found(report);
  if (question.observe)
    return passed(api::GateCause::observed, fmt::format("observed only: {}", report.named()));
  const auto met = ranks_of(plan, report.met);
  const auto changes = ranks_of(plan, report.changes.asks);
  if (!met || !changes || (met->empty() && (report.drifted() || changes->empty()))) return not_known();
  if (!std::all_of(changes->begin(), changes->end(), [&](Rank rank) { return can_be_asked(plan, rank); }))
    return not_known();
  const auto rank = asked(plan, *met);
  if (!rank && changes->empty()) return passed(api::GateCause::unattended, going_on(question));
  if (!rank) return answered(question, asking_of_changes(question, *changes));
  auto asking = asking_of(question, *met, *rank);
  if (asking.overrides && !can_be_overridden(plan.severities[*rank]))
    return held(question, std::move(asking));
  if (!changes->empty()) asking = both(std::move(asking), asking_of_changes(question, *changes));
  return answered(question, std::move(asking));
}

}  // namespace

Decision decide_unanswered(const api::Plan& plan, const api::Report& report, Time now) {
  const std::vector<api::Answer> nobody;
  const std::vector<std::string> none;
  return decide({plan, report, nobody, none, plan.observe, now, std::nullopt, none});
}

bool is_emergency(const Plan& plan, const Report& report) {
  return !report.base_problem.empty() ||
         std::any_of(report.met.begin(), report.met.end(), [&](const std::string& name) {
           const auto rank = plan.rank(name);
           if (!rank) return true;
           const auto action = plan.severities[*rank].remediation.action;
           return action == Action::restore || action == Action::stop;
         });
}

std::string people(const std::vector<api::Answer>& answers) {
  std::string text;
  for (const auto& answer : answers)
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", printable(answer.person, longest_name),
                        printable(answer.reason, api::longest_answer));
  return text;
}

Decision decide(const Question& question) {
  auto decision = of_report(question);
  if (auto no = rejection(question); no && !question.observe) {
    decision.step = Step::refuse;
    decision.cause = api::GateCause::rejected;
    decision.reason = std::move(*no);
  }
  return decision;
}

}  // namespace drift::gate
