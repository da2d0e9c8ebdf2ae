#include "approval/gate.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "error.hpp"
#include "hook/gate_result.hpp"
#include "json.hpp"
#include "text.hpp"

namespace drift::approval {
namespace {

constexpr const char* gate_selector =
    "app.kubernetes.io/component=gate,app.kubernetes.io/managed-by=drift-policy";

// The annotations of a Job; texts only.
class Annotations {
 public:
  explicit Annotations(const rapidjson::Value& job) : object_(find(job, {"metadata", "annotations"})) {}

  std::string operator[](const std::string& key) const {
    return object_ == nullptr ? std::string() : text_of(*object_, key.c_str());
  }
  std::vector<std::string> answer_keys() const {
    std::vector<std::string> keys;
    if (object_ == nullptr || !object_->IsObject()) return keys;
    for (const auto& entry : object_->GetObject()) {
      const std::string_view key(entry.name.GetString(), entry.name.GetStringLength());
      for (const std::string_view action : {"approve.", "reject.", "override."})
        if (key.starts_with(action)) keys.emplace_back(key);
    }
    return keys;
  }

 private:
  const rapidjson::Value* object_;
};

unsigned number_in(const std::string& text, unsigned fallback) {
  if (text.empty() || text.size() > 4 || text.find_first_not_of("0123456789") != std::string::npos)
    return fallback;
  return static_cast<unsigned>(std::stoul(text));
}

std::string state_for_people(const Gate& gate) {
  if (gate.state.empty()) return "has only begun";
  if (gate.state == "analysing") return "is still being analysed";
  return fmt::format("is {}{}{}", gate.state, gate.reason.empty() ? "" : ": ", gate.reason);
}

[[noreturn]] void nothing_waits(const Wanted& wanted, const std::vector<const Gate*>& gates) {
  const auto where = wanted.space.empty() ? std::string("any namespace") : "namespace " + wanted.space;
  if (gates.empty())
    throw InputError(
        fmt::format("there is no gate of an application {}{} in {}; expected one that `drift-policy gates` "
                    "lists (-n says in which "
                    "namespace the hooks are)",
                    wanted.application, wanted.job.empty() ? "" : " called " + wanted.job, where));
  throw InputError(fmt::format("nothing waits for an answer: the gate {}/{} of {} {}", gates[0]->space,
                               gates[0]->job, gates[0]->application, state_for_people(*gates[0])));
}

}  // namespace

std::vector<std::string> Gate::given() const {
  const std::string_view yes = asks_override ? "override" : "approve";
  std::set<std::string> people;
  for (const auto& answer : answers)
    if (answer.action == yes && answer.drift == drift && (answer.person != "argocd" || through_argocd))
      people.insert(answer.person);
  return {people.begin(), people.end()};
}

Gate read_gate(const rapidjson::Value& job) {
  const auto result = hook::gate_result(job);
  const Annotations annotations(job);
  Gate gate;
  if (const auto* metadata = find(job, {"metadata"})) {
    gate.space = text_of(*metadata, "namespace");
    gate.job = text_of(*metadata, "name");
  }
  if (const auto* labels = find(job, {"metadata", "labels"}))
    gate.source = text_of(*labels, "drift-policy.dev/source");
  gate.uid = result.uid;
  gate.application = annotations["drift-policy.dev/application"];
  gate.state = result.state;
  const bool decided = gate.state == "passed" || gate.state == "refused";
  if (result.end != hook::JobResult::End::running && !decided) gate.state = "over";
  gate.reason = gate.state == "over" ? result.message : result.reason;
  gate.drift = result.drift;
  gate.severity = result.severity;
  gate.answers = result.answers;
  gate.keys = annotations.answer_keys();
  gate.asks = annotations["drift-policy.dev/asks"];
  gate.asks_override = annotations["drift-policy.dev/asks-for"] == "override";
  gate.groups = split(annotations["approvers.drift-policy.dev/" + gate.asks], '\n');
  const auto through = split(annotations["drift-policy.dev/through-argocd"], ' ');
  gate.through_argocd = std::find(through.begin(), through.end(), gate.asks) != through.end();
  gate.needed = std::max(number_in(annotations["drift-policy.dev/approvals-needed"], 1), 1U);
  gate.since = audit::parse_time(annotations["drift-policy.dev/waiting-since"]);
  gate.deadline = audit::parse_time(result.deadline);
  gate.escalates = audit::parse_time(annotations["drift-policy.dev/escalates-at"]);
  return gate;
}

std::vector<Gate> list_gates(outside::Kubernetes& kubernetes, const std::string& space) {
  std::vector<Gate> gates;
  kubernetes.list({"batch", "v1", "jobs", space, "", ""}, gate_selector, [&](const rapidjson::Value& job) {
    gates.push_back(read_gate(job));
    return true;
  });
  const auto order = [](const Gate& gate) {
    return std::tuple(gate.deadline.value_or(audit::Time::max()), gate.application, gate.space, gate.job);
  };
  std::sort(gates.begin(), gates.end(), [&](const Gate& a, const Gate& b) { return order(a) < order(b); });
  return gates;
}

std::string plugin_name(std::string application) {
  std::replace(application.begin(), application.end(), '/', '_');
  return application;
}

Gate find_waiting(outside::Kubernetes& kubernetes, const Wanted& wanted) {
  const auto application = plugin_name(wanted.application);
  const auto gates = list_gates(kubernetes, wanted.space);
  std::vector<const Gate*> found, waiting;
  for (const auto& gate : gates) {
    if (gate.application != application || (!wanted.job.empty() && gate.job != wanted.job)) continue;
    found.push_back(&gate);
    if (gate.waits()) waiting.push_back(&gate);
  }
  if (waiting.empty()) nothing_waits(wanted, found);
  if (waiting.size() > 1) {
    std::vector<std::string> names;
    names.reserve(waiting.size());
    for (const auto* gate : waiting) names.push_back(gate->space + "/" + gate->job);
    throw InputError(fmt::format("several gates of {} wait: {}; expected one, by --gate and --namespace",
                                 application, fmt::join(names, ", ")));
  }
  return *waiting[0];
}

}  // namespace drift::approval
