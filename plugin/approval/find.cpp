#include "approval/find.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "api/answer.hpp"
#include "api/report.hpp"
#include "base/error.hpp"
#include "base/keys.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "gate/job.hpp"
#include "json/read.hpp"
#include "store/config_map.hpp"

namespace drift::approval {
namespace {

using api::GateState;

unsigned number_in(const std::string& text, unsigned fallback) {
  if (text.empty() || text.size() > 4 || text.find_first_not_of("0123456789") != std::string::npos)
    return fallback;
  return static_cast<unsigned>(std::stoul(text));
}

std::string state_for_people(const Gate& gate) {
  if (gate.state == GateState::none) return "has only begun";
  if (gate.state == GateState::analysing) return "is still being analysed";
  return fmt::format("is {}{}{}", api::gate_state_name(gate.state), gate.reason.empty() ? "" : ": ",
                     gate.reason);
}

[[noreturn]] void nothing_waits(const GateQuery& wanted, const std::vector<const Gate*>& gates) {
  const auto where = wanted.ns.empty() ? std::string("any namespace") : "namespace " + wanted.ns;
  if (gates.empty())
    throw InputError(
        fmt::format("there is no gate of an application {}{} in {}; expected one that `drift-policy gates` "
                    "lists (-n says in which "
                    "namespace the hooks are)",
                    wanted.application, wanted.job.empty() ? "" : " called " + wanted.job, where));
  throw InputError(fmt::format("nothing waits for an answer: the gate {}/{} of {} {}", gates[0]->ns,
                               gates[0]->job, gates[0]->application, state_for_people(*gates[0])));
}

void check_digits(const std::string& drift) {
  if (drift.empty()) return;
  const bool hex = drift.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!hex || drift.size() < least_drift_digits || drift.size() > api::drift_digits)
    throw InputError(fmt::format(
        "--drift {}: expected the drift as the gate shows it, {} hex digits, or at least its first {}",
        in_quotes(drift), api::drift_digits, least_drift_digits));
}

// Of gates that wait, those about this drift. There must be some.
void keep_drift(std::vector<const Gate*>& waiting, const std::string& drift) {
  const auto* other = waiting.front();
  std::erase_if(waiting, [&](const Gate* gate) { return !gate->drift.starts_with(drift); });
  if (waiting.empty())
    throw Refusal(fmt::format("the gate of {} asks about other drift by now: {}, not {}; look at it again",
                              other->application, other->drift, drift));
}

// The people of each word that is asked by.
void read_people(const rapidjson::Value& object, const std::vector<std::string>& through, Gate& gate) {
  std::vector<std::vector<std::string>> lists;
  gate.through_argocd = !gate.asks.empty();
  for (const auto& word : split(gate.asks, ' ')) {
    lists.push_back(split(text_at(object, {"metadata", "annotations", keys::approvers_prefix + word}), '\n'));
    if (std::find(through.begin(), through.end(), word) == through.end()) gate.through_argocd = false;
  }
  gate.groups = api::in_each(lists);
}

}  // namespace

std::string_view Gate::matter() const {
  if (change_severity.empty()) return "drift";
  return severity.empty() ? "change" : "drift and change";
}

std::string Gate::severities() const {
  if (change_severity.empty()) return severity;
  return fmt::format("{}{}{} (change)", severity, severity.empty() ? "" : ", ", change_severity);
}

std::vector<std::string> Gate::given() const {
  std::vector<std::string> people;
  for (auto& answer : api::counted(answers, {asks_override ? "override" : "approve", drift, through_argocd}))
    people.push_back(std::move(answer.person));
  std::sort(people.begin(), people.end());
  return people;
}

Gate read_gate(const rapidjson::Value& object) {
  const auto job = gate::read_gate_job(object);
  Gate gate;
  gate.ns = text_at(object, {"metadata", "namespace"});
  gate.job = text_at(object, {"metadata", "name"});
  gate.source = text_at(object, {"metadata", "labels", keys::source});
  gate.uid = job.uid;
  gate.application = job.note(keys::application);
  gate.state = job.state;
  const bool decided = gate.state == GateState::passed || gate.state == GateState::refused;
  if (job.end != api::JobResult::End::running && !decided) gate.state = GateState::over;
  gate.reason = gate.state == GateState::over ? job.message : job.reason;
  gate.drift = job.drift;
  gate.severity = job.severity;
  gate.change_severity = job.change_severity;
  gate.answers = job.answers;
  gate.keys = job.answer_keys;
  gate.asks = job.note(keys::asks);
  gate.asks_override = job.note(keys::asks_for) == "override";
  read_people(object, job.through_argocd, gate);
  gate.needed = std::max(number_in(job.note(keys::approvals_needed), 1), 1U);
  gate.since = job.waiting_since;
  gate.deadline = job.deadline_time;
  gate.escalates = parse_time(job.note(keys::escalates_at));
  return gate;
}

outside::ResourcePath jobs_in(const std::string& ns) {
  return {"batch", "v1", "jobs", ns, "", ""};
}

std::vector<Gate> list_gates(outside::Kubernetes& kubernetes, const std::string& ns) {
  std::vector<Gate> gates;
  kubernetes.list(jobs_in(ns), store::component_selector("gate"), [&](const rapidjson::Value& job) {
    gates.push_back(read_gate(job));
    return true;
  });
  const auto order = [](const Gate& gate) {
    return std::tuple(gate.deadline.value_or(Time::max()), gate.application, gate.ns, gate.job);
  };
  std::sort(gates.begin(), gates.end(), [&](const Gate& a, const Gate& b) { return order(a) < order(b); });
  return gates;
}

std::string plugin_name(std::string application) {
  std::replace(application.begin(), application.end(), '/', '_');
  return application;
}

Gate find_waiting(outside::Kubernetes& kubernetes, const GateQuery& wanted) {
  const auto application = plugin_name(wanted.application);
  check_digits(wanted.drift);
  const auto gates = list_gates(kubernetes, wanted.ns);
  std::vector<const Gate*> found, waiting;
  for (const auto& gate : gates) {
    if (gate.application != application || (!wanted.job.empty() && gate.job != wanted.job)) continue;
    found.push_back(&gate);
    if (gate.waits()) waiting.push_back(&gate);
  }
  if (waiting.empty()) nothing_waits(wanted, found);
  if (!wanted.drift.empty()) keep_drift(waiting, wanted.drift);
  if (waiting.size() > 1) {
    std::vector<std::string> names;
    names.reserve(waiting.size());
    for (const auto* gate : waiting) names.push_back(gate->ns + "/" + gate->job);
    throw InputError(fmt::format("several gates of {} wait{}: {}; expected one, by --gate and --namespace",
                                 application, wanted.drift.empty() ? "" : " about drift " + wanted.drift,
                                 fmt::join(names, ", ")));
  }
  return *waiting[0];
}

}  // namespace drift::approval
