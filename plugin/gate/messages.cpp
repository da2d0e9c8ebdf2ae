#include "gate/messages.hpp"

#include <fmt/format.h>

#include "api/plan_json.hpp"
#include "base/text.hpp"
#include "json/canonical.hpp"
#include "json/string.hpp"
#include "report/question.hpp"

namespace drift::gate {
namespace {

using api::Report;
using Step = Decision::Step;

constexpr std::size_t most_objects = 50;
constexpr std::size_t longest_logged = std::size_t{64} << 10;

std::string whom(const Asking& asking) {
  if (asking.groups.empty())
    return asking.through_argocd ? "anybody whom Argo CD lets, or who may patch the Job"
                                 : "anybody who may patch the Job, under their own name";
  return fmt::format("members of {}{}", fmt::join(asking.groups, ", "),
                     asking.through_argocd ? ", or through Argo CD" : "");
}

std::string how_to_answer(const store::Run& run, const Report& report, const Asking& asking) {
  const auto job = run.names.of(api::Hook::gate);
  std::string text;
  if (asking.through_argocd && !asking.overrides)
    text += fmt::format("In Argo CD: the actions approve and reject of the Job {}\n", job);
  text += fmt::format("drift-policy approve {} -n {}{} --reason 'WHY'\n", run.application, run.ns,
                      asking.overrides ? " --override" : "");
  text += fmt::format("drift-policy reject {} -n {} --reason 'WHY'\n", run.application, run.ns);
  text += fmt::format("kubectl -n {} annotate job {} '{}.drift-policy.dev/me-{}={} USER: WHY'", run.ns, job,
                      asking.action(), report.drift, report.drift);
  return text;
}

std::string drifted_objects(const Report& report) {
  std::string list;
  std::size_t count = 0;
  for (const auto& object : report.objects) {
    if (!api::counts(object.state) || object.severity.empty() || ++count > most_objects) continue;
    JsonObject json;
    json.text("object", object.display());
    json.text("severity", object.severity);
    json.text("state", api::state_name(object.state));
    list += (list.empty() ? "" : ",") + json.str();
  }
  return "[" + list + "]";
}

}  // namespace

std::string_view step_name(Step step) {
  switch (step) {
    case Step::pass:
      return "pass";
    case Step::wait:
      return "wait";
    case Step::refuse:
      break;
  }
  return "refuse";
}

std::string who_is_asked(const Asking& asking) {
  const auto* answer = asking.overrides ? "override" : "approval";
  if (asking.groups.empty())
    return fmt::format("{} by anybody who may answer", quantity(asking.needed, answer));
  return fmt::format("{} by members of {}", quantity(asking.needed, answer), fmt::join(asking.groups, ", "));
}

void add_decision(JsonObject& json, const Decision& decision) {
  json.text("decision", step_name(decision.step));
  json.text("decisionCause", api::gate_cause_name(decision.cause));
  if (!decision.asking) return;
  json.text("asks", decision.asking->severity);
  json.text("asksFor", decision.asking->action());
  json.number("needed", decision.asking->needed);
  json.json("groups", json_list(decision.asking->groups, json_string));
}

std::string what_next(const store::Run& run, const Report& report, const Decision& decision,
                      std::optional<Time> deadline, const std::vector<std::string>& advice) {
  if (decision.step == Step::pass) return fmt::format("The sync goes on: {}.", decision.reason);
  const auto lines = fmt::format("{}{}", advice.empty() ? "" : "\n", fmt::join(advice, "\n"));
  // Where it holds the advice already, it is still a line of its own: a command in it can be copied.
  if (decision.step == Step::refuse || !decision.asking)
    return fmt::format("The sync ends, and nothing was applied: {}.{}", decision.reason, lines);
  const auto& asking = *decision.asking;
  std::string text = fmt::format("Nothing is applied yet: {}.\n", decision.reason);
  text += report::question(report::putting_back(report), asking.action());
  if (!decision.given.empty()) text += fmt::format("So far: {}.\n", people(decision.given));
  text += fmt::format(
      "Asked: {}.{}\n", whom(asking),
      deadline ? fmt::format(" No answer until {} is a no.", time_text(*deadline)) : std::string());
  return text + how_to_answer(run, report, asking) + lines;
}

std::string decision_line(const store::Run& run, const Report& report, const Decision& decision,
                          std::optional<Time> deadline) {
  api::ReportOptions options;
  options.only_drift = true;
  options.limit = longest_logged;
  auto report_text = api::report_json(report, options);
  while (report_text.ends_with('\n')) report_text.pop_back();
  JsonObject json;
  json.text("application", run.application);
  json.text("cause", api::gate_cause_name(decision.cause));
  json.text("decision", step_name(decision.step));
  json.text("reason", decision.reason);
  json.text("time", time_text(run.clock.now()));
  json.json("report", report_text);
  if (decision.step == Step::wait && decision.asking) {
    json.text("asks", decision.asking->severity);
    json.text("asksFor", decision.asking->action());
    json.number("needed", decision.asking->needed);
    json.number("given", decision.given.size());
    if (deadline) json.text("deadline", time_text(*deadline));
  }
  return json.str() + "\n";
}

std::string emergency_json(const store::Run& run, const api::Plan& plan, const Report& report,
                           const std::string& job) {
  const auto rank = plan.rank(report.severity);
  JsonObject json;
  if (rank) json.text("action", api::action_name(plan.severities[*rank].remediation.action));
  json.text("application", run.application);
  json.text_if("baseProblem", report.base_problem);
  json.text("drift", report.drift);
  json.text("enforcement", plan.observe ? "observe" : "enforce");
  json.text("gate", job);
  json.json("objects", drifted_objects(report));
  json.text("planDigest", run.plan_digest);
  json.json("reasons", json_list(report.reasons, json_string));
  json.text_if("revision", report.revision);
  json.text("severity", report.severity);
  json.text_if("demands", report.approval_severity);
  json.text("time", time_text(run.clock.now()));
  return json.str();
}

}  // namespace drift::gate
