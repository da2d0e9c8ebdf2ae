#include "controller/metrics.hpp"

#include <algorithm>
#include <chrono>

namespace drift::controller {
namespace {

using Type = Family::Type;

constexpr std::array restarts = {"ended", "expired", "refused", "unreachable", "other"};

// What servers really answer; a status that is none of these would be a label of the server's choice.
constexpr std::array statuses = {200, 201, 204, 400, 401, 403, 404, 409, 410,
                                 413, 422, 429, 500, 501, 502, 503, 504};

std::string code_of(int status) {
  if (status == 0) return "<error>";  // as client-go has it in rest_client_requests_total
  return std::find(statuses.begin(), statuses.end(), status) == statuses.end() ? "other"
                                                                               : std::to_string(status);
}

double seconds_since_1970(Time time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

std::string name_of(std::size_t state) {
  return std::string(state_name(static_cast<State>(state)));
}

std::string kind_of(std::size_t bypass) {
  return std::string(bypass_name(static_cast<BypassKind>(bypass)));
}

bool has_ended(const std::optional<Operation>& operation) {
  return operation && !operation->busy && !operation->phase.empty();
}

bool is_compared(State state) {
  return state == State::synced || state == State::drifted || state == State::source_changed ||
         state == State::git_changed || state == State::rolled_back || state == State::never_synced;
}

}  // namespace

void Census::add(const Known& known) {
  const auto& judgement = known.judgement;
  ++by_state.at(static_cast<std::size_t>(judgement.state));
  if (known.summary.gated) {
    ++gated;
    if (is_compared(judgement.state)) ++gated_compared;
  }
  // An application may show several signs of a kind.
  std::array<bool, bypass_kinds> shown{};
  for (const auto& bypass : judgement.bypasses) shown.at(static_cast<std::size_t>(bypass.kind)) = true;
  for (std::size_t kind = 0; kind < bypass_kinds; ++kind)
    if (shown.at(kind)) ++bypassed.at(kind);
  if (judgement.drifted_since && (!oldest_drift || *judgement.drifted_since < *oldest_drift))
    oldest_drift = judgement.drifted_since;
}

Metrics::Families Metrics::families_in(Registry& registry) {
  return {
      registry.add({Type::gauge,
                    "drift_policy_applications",
                    "Applications by what they are judged to be.",
                    {"state"}}),
      registry.add({Type::gauge,
                    "drift_policy_gated_applications",
                    "Gated Applications, by whether Argo CD's comparison of them holds.",
                    {"compared"}}),
      registry.add({Type::counter,
                    "drift_policy_bypasses_total",
                    "Signs of a bypass that were seen since the start, those that stood then included.",
                    {"kind"}}),
      registry.add({Type::gauge,
                    "drift_policy_bypassed_applications",
                    "Applications that show a sign of a bypass now.",
                    {"kind"}}),
      registry.add({Type::counter,
                    "drift_policy_syncs_total",
                    "Syncs of gated Applications that ended, by whether there is an audit record of them.",
                    {"audit"}}),
      registry.add({Type::gauge, "drift_policy_oldest_drift_timestamp_seconds",
                    "When the oldest drift that is still open was seen first; absent without drift."}),
      registry.add({Type::histogram,
                    "drift_policy_argocd_request_duration_seconds",
                    "How long Argo CD's API took to answer a request.",
                    {"call", "code"},
                    {0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60}}),
      registry.add({Type::counter,
                    "drift_policy_kubernetes_requests_total",
                    "Requests to the Kubernetes API; a watch is counted once it has ended.",
                    {"verb", "code"}}),
      registry.add({Type::counter,
                    "drift_policy_watch_restarts_total",
                    "How often following Applications was begun anew, and why.",
                    {"reason"}}),
      registry.add({Type::gauge, "drift_policy_watch_heard_timestamp_seconds",
                    "When the watch of Applications last brought something, if only that nothing changed; "
                    "absent before the first list."})};
}

Metrics::Metrics(std::string_view version) : families_(families_in(registry_)) {
  registry_
      .add({Type::gauge, "drift_policy_build_info", "Which drift-policy this is; always 1.", {"version"}})
      .set(1, {std::string(version)});
  show({});
  for (std::size_t kind = 0; kind < Census::bypass_kinds; ++kind) families_.bypasses.add({kind_of(kind)}, 0);
  for (const auto* audit : {"complete", "incident", "missing"}) families_.syncs.add({audit}, 0);
  for (const auto* reason : restarts) families_.restarts.add({reason}, 0);
  for (const auto* verb : {"get", "list", "watch"}) families_.kubernetes.add({verb, "200"}, 0);
  for (const auto* call : {"managed-resources", "manifests", "sync-windows"})
    families_.argocd.begin({call, "200"});
}

void Metrics::count(const Notice& notice) {
  for (const auto& bypass : notice.fresh) families_.bypasses.add({std::string(bypass_name(bypass.kind))});
}

void Metrics::count_sync(const Summary* before, const Summary& now) {
  if (before == nullptr || !now.gated || !has_ended(now.operation) || now.operation->dry_run) return;
  if (has_ended(before->operation) && before->operation->started == now.operation->started) return;
  const auto* without_record = now.operation->puts_back ? "incident" : "missing";
  families_.syncs.add({now.operation->recorded ? "complete" : without_record});
}

void Metrics::show(const Census& census) {
  // What is gone isn't kept.
  for (std::size_t state = static_cast<std::size_t>(State::gone) + 1; state < Census::states; ++state)
    families_.applications.set(static_cast<double>(census.by_state.at(state)), {name_of(state)});
  families_.gated.set(static_cast<double>(census.gated_compared), {"true"});
  families_.gated.set(static_cast<double>(census.gated - census.gated_compared), {"false"});
  for (std::size_t kind = 0; kind < Census::bypass_kinds; ++kind)
    families_.bypassed.set(static_cast<double>(census.bypassed.at(kind)), {kind_of(kind)});
  if (census.oldest_drift)
    families_.oldest_drift.set(seconds_since_1970(*census.oldest_drift));
  else
    families_.oldest_drift.forget();
}

void Metrics::argocd_answered(std::string_view call, int status, double seconds) {
  families_.argocd.observe(seconds, {std::string(call), code_of(status)});
}

void Metrics::kubernetes_answered(std::string_view verb, int status) {
  families_.kubernetes.add({std::string(verb), code_of(status)});
}

void Metrics::restarted(Restart reason) {
  families_.restarts.add({restarts.at(static_cast<std::size_t>(reason))});
}

void Metrics::heard(Time at) {
  families_.heard.set(seconds_since_1970(at));
}

}  // namespace drift::controller
