#include "hook/gate_decision.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "printable.hpp"

namespace drift::hook {
namespace {

using analysis::Plan;
using analysis::Report;
using policy::Action;
using policy::Rank;
using Step = Decision::Step;

// Through Argo CD, which doesn't say who.
constexpr std::string_view through_argocd = "argocd";
constexpr std::size_t longest_reason = 1024;
constexpr std::size_t longest_name = 300;

// The severities that the drift meets, lowest first; nothing where the plan doesn't know one of them.
std::optional<std::vector<Rank>> ranks_met(const Plan& plan, const Report& report) {
  std::vector<Rank> ranks;
  for (const auto& name : report.met) {
    const auto rank = plan.rank(name);
    if (!rank) return std::nullopt;
    ranks.push_back(*rank);
  }
  std::sort(ranks.begin(), ranks.end());
  return ranks;
}

bool waits(const policy::Severity& severity) {
  const auto action = severity.remediation.action;
  return action == Action::approve || action == Action::stop || severity.approval.required > 0;
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

Asking asking_of(const Question& question, const std::vector<Rank>& met, Rank rank) {
  const auto& severity = question.plan.severities[rank];
  Asking asking;
  asking.severity = severity.name;
  asking.overrides = severity.remediation.action == Action::stop;
  for (const auto each : met)
    if (waits(question.plan.severities[each]))
      asking.needed = std::max(asking.needed, question.plan.severities[each].approval.required);
  asking.groups = severity.approval.groups;
  asking.through_argocd = std::find(question.through_argocd.begin(), question.through_argocd.end(),
                                    severity.name) != question.through_argocd.end();
  asking.timeout = severity.approval.timeout;
  asking.escalate_after = severity.approval.escalate_after;
  return asking;
}

bool well_formed(const audit::Answer& answer) {
  return !answer.person.empty() && !answer.reason.empty() && answer.reason.size() <= longest_reason &&
         answer.reason.find('\n') == std::string::npos;
}

std::vector<audit::Answer> counted(const Question& question, const Asking& asking) {
  std::vector<audit::Answer> given;
  for (const auto& answer : question.answers) {
    if (answer.action != asking.action() || answer.drift != question.report.drift) continue;
    if (!well_formed(answer) || (answer.person == through_argocd && !asking.through_argocd)) continue;
    const bool known = std::any_of(given.begin(), given.end(),
                                   [&](const auto& other) { return other.person == answer.person; });
    if (!known) given.push_back(answer);
  }
  return given;
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
  const auto no = std::find_if(question.answers.begin(), question.answers.end(),
                               [](const auto& answer) { return answer.action == "reject"; });
  if (no == question.answers.end()) return std::nullopt;
  return fmt::format("rejected by {}: {}", printable(no->person, longest_name),
                     printable(no->reason, longest_reason));
}

Decision answered(const Question& question, Asking asking) {
  const auto& report = question.report;
  Decision decision;
  decision.given = counted(question, asking);
  decision.asking = std::move(asking);
  const auto& asks = *decision.asking;
  if (question.deadline && question.now >= *question.deadline) {
    decision.reason =
        fmt::format("timeout: drift {} of severity {} had {} of {} {} until {}", report.drift,
                    report.severity, decision.given.size(), asks.needed,
                    asks.overrides ? "overrides" : "approvals", audit::time_text(*question.deadline));
    return decision;
  }
  if (decision.given.size() >= asks.needed) {
    decision.step = Step::pass;
    decision.reason =
        fmt::format("{} by {}", asks.overrides ? "overridden" : "approved", people(decision.given));
    return decision;
  }
  decision.step = Step::wait;
  decision.reason = fmt::format("drift {} of severity {} waits for {} of {} {}", report.drift,
                                report.severity, asks.needed - decision.given.size(), asks.needed,
                                asks.overrides ? "overrides" : "approvals");
  return decision;
}

// By the drift, and by who said yes to it.
Decision of_drift(const Question& question) {
  const auto& report = question.report;
  if (!report.has_base && report.base_problem.empty())
    return {Step::pass, "there is no last sync to compare with, so nothing counts as drift", {}, {}};
  if (!report.drifted()) return {Step::pass, "nothing has drifted", {}, {}};
  const auto met = ranks_met(question.plan, report);
  if (question.observe)
    return {Step::pass,
            fmt::format("observed only: drift {} of severity {}", report.drift, report.severity),
            {},
            {}};
  if (!met || met->empty())
    return {Step::refuse, "the drift has a severity that the plan doesn't know", {}, {}};
  const auto rank = asked(question.plan, *met);
  if (!rank) return {Step::pass, going_on(question), {}, {}};
  auto asking = asking_of(question, *met, *rank);
  if (asking.overrides && !can_be_overridden(question.plan.severities[*rank]))
    return {
        Step::refuse,
        fmt::format("drift {} of severity {} stops everything, and the policy lets nobody override that{}{}",
                    report.drift, asking.severity, question.advice.empty() ? "" : "; ",
                    fmt::join(question.advice, "; ")),
        std::move(asking),
        {}};
  return answered(question, std::move(asking));
}

}  // namespace

bool is_emergency(const Plan& plan, const Report& report) {
  return !report.base_problem.empty() ||
         std::any_of(report.met.begin(), report.met.end(), [&](const std::string& name) {
           const auto rank = plan.rank(name);
           if (!rank) return true;
           const auto action = plan.severities[*rank].remediation.action;
           return action == Action::restore || action == Action::stop;
         });
}

std::string people(const std::vector<audit::Answer>& answers) {
  std::string text;
  for (const auto& answer : answers)
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", printable(answer.person, longest_name),
                        printable(answer.reason, longest_reason));
  return text;
}

Decision decide(const Question& question) {
  auto decision = of_drift(question);
  if (auto no = rejection(question); no && !question.observe) {
    decision.step = Step::refuse;
    decision.reason = std::move(*no);
  }
  return decision;
}

}  // namespace drift::hook
