#include "controller/summary.hpp"

#include <algorithm>
#include <functional>

#include "api/incident.hpp"
#include "base/error.hpp"
#include "base/keys.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "controller/operation.hpp"
#include "controller/part.hpp"
#include "controller/refresh.hpp"
#include "controller/version.hpp"
#include "json/members.hpp"
#include "json/read.hpp"

namespace drift::controller {
namespace {

using rapidjson::Value;

constexpr const char* skip_reconcile = "argocd.argoproj.io/skip-reconcile";
constexpr std::size_t longest_id = 64;
constexpr std::size_t longest_word = 32;
constexpr std::size_t longest_person = 120;
constexpr std::size_t longest_message = 300;
constexpr std::size_t longest_server = 253;
constexpr std::size_t most_differing = 5;  // that are named

SyncStatus sync_status(const std::string& status) {
  if (status == "Synced") return SyncStatus::synced;
  if (status == "OutOfSync") return SyncStatus::out_of_sync;
  return status.empty() ? SyncStatus::none : SyncStatus::unknown;
}

// The newest entry has the highest id, wherever it stands.
std::optional<Deployed> deployed_of(const Part& status) {
  const auto history = status.objects("history");
  if (history.empty()) return std::nullopt;
  const auto& last = *std::max_element(history.begin(), history.end(), [](const Part& a, const Part& b) {
    return a.number("id") < b.number("id");
  });
  return Deployed{last.number("id"), version_of(last, last), last.time("deployedAt")};
}

// The gate's Job is called `<prefix>-gate` (api/names.hpp); the prefix depends on what was rendered.
bool is_gate(const Part& result) {
  return result.text("hookType") == "PreSync" && result.text("kind") == "Job" &&
         result.text("name").ends_with("-gate");
}

// The Jobs that write a record: after a success, and after a failure.
bool is_recording(const Part& result) {
  const auto type = result.text("hookType"), name = result.text("name");
  return result.text("kind") == "Job" && ((type == "PostSync" && name.ends_with("-audit")) ||
                                          (type == "SyncFail" && name.ends_with("-alert")));
}

// Each of several sources has its own.
bool was_recorded(const std::vector<Part>& results) {
  bool any = false;
  for (const auto& result : results) {
    if (!is_recording(result)) continue;
    if (result.text("hookPhase", longest_word) != "Succeeded") return false;
    any = true;
  }
  return any;
}

// Of the information that goes with a request.
std::string attempt_in(const Part& request) {
  for (const auto& entry : request.objects("info"))
    if (entry.text("name") == keys::incident) return entry.text("value");
  return {};
}

void read_request(const Part& request, Operation& operation) {
  operation.attempt = attempt_in(request);
  const auto sync = request.object("sync"), initiated = request.object("initiatedBy");
  operation.by = initiated.text("username", longest_person);
  if (operation.by.empty() && initiated.flag("automated")) operation.by = "Argo CD's auto-sync";
  operation.selected = sync.count("resources");
  // deploy/remediation and deploy/gated let nobody else write it so.
  operation.puts_back = operation.selected > 0 && operation.by == initiator && initiated.flag("automated") &&
                        api::is_put_back_name(operation.attempt);
  operation.apply_only = bool{sync.object("syncStrategy").object("apply")};
  operation.local = sync.count("manifests") > 0;
  operation.dry_run = sync.flag("dryRun");
  operation.goes_back = !operation.attempt.empty() && (sync.object("source") || sync.count("sources") > 0);
}

std::optional<Operation> operation_of(const Part& application) {
  const auto asked = application.object("operation");
  const auto state = application.object("status").object("operationState");
  if (!asked && !state) return std::nullopt;
  Operation operation;
  // Without a state, the one that is asked for hasn't begun.
  read_request(state ? state.object("operation") : asked, operation);
  operation.phase = state.text("phase", longest_word);
  operation.started = state.text("startedAt", longest_word);
  operation.finished = state.time("finishedAt");
  operation.busy = bool{asked} || operation.phase == "Running" || operation.phase == "Terminating";
  const auto results = state.object("syncResult").objects("resources");
  operation.gates = static_cast<std::uint16_t>(
      std::min<std::ptrdiff_t>(std::count_if(results.begin(), results.end(), is_gate), UINT16_MAX));
  operation.gate_runs = std::any_of(results.begin(), results.end(), [](const Part& result) {
    return is_gate(result) && result.text("hookPhase", longest_word) == "Running";
  });
  operation.gate_passed =
      operation.gates > 0 && std::all_of(results.begin(), results.end(), [](const Part& result) {
        return !is_gate(result) || result.text("hookPhase", longest_word) == "Succeeded";
      });
  operation.recorded = was_recorded(results);
  operation.message = state.text("message", longest_message);
  for (const auto& result : results) {
    if (!is_gate(result) || result.text("hookPhase", longest_word) != "Failed") continue;
    operation.gate_failed = true;
    operation.message = result.text("message", longest_message);
  }
  return operation;
}

// Conditions that make the status unknown.
std::string failure_of(const Part& status) {
  for (const auto& condition : status.objects("conditions")) {
    auto type = condition.text("type", longest_id);
    if (type == "ComparisonError" || type == "InvalidSpecError" || type == "UnknownError") return type;
  }
  return {};
}

void read_metadata(const Part& metadata, Summary& summary) {
  summary.ns = metadata.text("namespace", longest_id);
  summary.name = metadata.demanded_text("name");
  summary.uid = metadata.demanded_text("uid", longest_id);
  summary.resource_version = metadata.demanded_text("resourceVersion", longest_id);
  summary.gated = metadata.object("labels").text(keys::gated) == "true";
  summary.syncs_commits = metadata.object("annotations").text(keys::sync_commits) == "true";
  summary.skips_reconcile = metadata.object("annotations").text(skip_reconcile) == "true";
  summary.refreshes_hard = metadata.object("annotations").text(refresh_annotation) == "hard";
  if (const auto note = metadata.object("annotations").text(keys::incident, std::string::npos); !note.empty())
    summary.note = note_digest(note);
  summary.deleting = !metadata.text("deletionTimestamp").empty();
}

bool has_failed(const Version& version, const Part& state) {
  const auto phase = state.text("phase", longest_word);
  const auto result = state.object("syncResult");
  return (phase == "Failed" || phase == "Error") && result && version_of(result, result) == version;
}

void read_comparison(const Part& spec, const Part& status, Summary& summary) {
  const auto sync = status.object("sync");
  summary.sync = sync_status(sync.text("status"));
  summary.compared = version_of(sync.object("comparedTo"), sync);
  const auto history = status.objects("history");
  summary.was_synced = std::any_of(history.begin(), history.end(), [&](const Part& entry) {
    return version_of(entry, entry) == summary.compared;
  });
  summary.has_failed = has_failed(summary.compared, status.object("operationState"));
  summary.compared_to_spec = same_comparison(spec, sync.object("comparedTo"));
  summary.failure = failure_of(status);
  for (const auto& resource : status.objects("resources")) {
    if (resource.text("status") != "OutOfSync") continue;
    if (++summary.out_of_sync > most_differing) continue;
    summary.differing.push_back({resource.text("group"), resource.text("kind", longest_id),
                                 resource.text("namespace", longest_id), resource.text("name")});
  }
  summary.reconciled = status.time("reconciledAt");
}

}  // namespace

Summary summary_of(const Value& application) {
  const auto name = text_at(application, {"metadata", "name"});
  const Part root(&application, name.empty() ? "application" : "application " + cut(name, 253));
  const auto spec = root.object("spec"), status = root.object("status");
  Summary summary;
  read_metadata(root.object("metadata"), summary);
  summary.has_plugin = has_plugin(spec);
  const auto destination = spec.object("destination");
  const auto server = destination.text("server", longest_server);
  summary.cluster =
      std::hash<std::string>()(server.empty() ? destination.text("name", longest_server) : server);
  const auto policy = spec.object("syncPolicy");
  summary.sync_options = policy.texts("syncOptions");
  const auto automated = policy.object("automated");
  summary.prunes = automated.flag("prune");
  summary.auto_syncs = automated && (!member(automated.value(), "enabled") || automated.flag("enabled"));
  const auto health = status.object("health");
  if (health.text("status", longest_word) == "Degraded")
    summary.degraded_since = health.time("lastTransitionTime");
  read_comparison(spec, status, summary);
  summary.deployed = deployed_of(status);
  summary.operation = operation_of(root);
  return summary;
}

std::string note_digest(const std::string& note) {
  return sha256_hex(note).substr(0, 32);
}

std::string display(const Summary& summary) {
  return summary.ns + "/" + summary.name;
}

}  // namespace drift::controller
