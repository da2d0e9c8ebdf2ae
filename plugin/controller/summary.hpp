// What is kept of an Application: some kilobyte of what may be 1.5 megabytes, and enough to judge by it.
// The fields are those of argo-cd 3.6.1, pkg/apis/application/v1alpha1/types.go.
#pragma once
#include <rapidjson/document.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace drift::controller {

// What was compared or synced: equal digests, equal sources and revisions.
struct Version {
  std::string sources;
  std::string revisions;
  std::string shown;  // the first revision, for people
  // To ask for by them: a revision for each source. None where one is too long to be any.
  std::vector<std::string> each;
  bool listed = false;  // by `sources`, of which there may be one
  // Tells it from any other.
  std::string digest() const { return sources + ' ' + revisions; }
  bool operator==(const Version& other) const {
    return sources == other.sources && revisions == other.revisions;
  }
};

enum class SyncStatus : std::uint8_t { none, synced, out_of_sync, unknown };

// The newest entry of status.history: of full syncs that succeeded, and of apply-only ones.
struct Deployed {
  std::int64_t id = 0;
  Version version;
  std::optional<Time> at;
};

// The operation that is asked for or under way, else the last one.
struct Operation {
  bool busy = false;
  std::string phase;    // empty: asked for, and not begun
  std::string started;  // as it is written: what tells two operations apart
  std::optional<Time> finished;
  std::string by;              // who began it, as Argo CD says it
  std::uint64_t selected = 0;  // objects of a selective sync
  bool puts_back =
      false;  // such a one of the controller's own (put_back_request()): for an incident that has it in its list
  bool apply_only = false;
  bool local = false;  // of manifests that didn't come from a repository
  bool dry_run = false;
  std::uint16_t gates = 0;  // that ran: its results hold their Jobs
  bool recorded = false;    // its audit, or its alert, ran and succeeded, so there is a record of it
  std::string
      attempt;  // what it says it was asked for, as api::attempt_name() writes it; anybody may write that
  bool gate_runs = false;
  bool gate_failed = false;
  bool gate_passed = false;  // each of its gates let it go on
  bool goes_back =
      false;            // a rollback of the controller's: with what it was asked for, and a source of its own
  std::string message;  // of the gate that failed, else of the operation; others' text
};

// An object of an application, as status.resources names it.
struct ObjectName {
  std::string group, kind, ns, name;
  bool operator==(const ObjectName&) const = default;
};

struct Summary {
  std::string ns, name, uid, resource_version;
  bool gated = false;  // has the label
  bool skips_reconcile = false;
  bool refreshes_hard = false;  // a hard refresh is asked for, and not done
  bool deleting = false;
  bool has_plugin = false;  // each source that is rendered names the plugin
  SyncStatus sync = SyncStatus::none;
  Version compared;
  bool was_synced = false;        // what is compared: the history has it
  bool has_failed = false;        // what is compared, in the last operation
  bool syncs_commits = false;     // the annotation keys::sync_commits says so
  bool compared_to_spec = false;  // and not to a spec that has changed since
  std::size_t cluster = 0;        // a hash of its destination's server, else of that cluster's name
  std::string failure;  // why the status is unknown: the type of a condition, such as ComparisonError
  std::uint64_t out_of_sync = 0;          // objects
  std::vector<ObjectName> differing;      // the first of them
  std::vector<std::string> sync_options;  // of its spec, for syncs that others ask for
  std::string note;                       // a digest of the annotation keys::incident; empty: there is none
  bool prunes = false;                    // its auto-sync does
  bool auto_syncs = false;                // its auto-sync is on
  std::optional<Time> degraded_since;  // its health is Degraded; nothing: it isn't, or since when isn't told
  std::optional<Time> reconciled;      // status.reconciledAt; drift found through a watch doesn't move it
  std::optional<Deployed> deployed;
  std::optional<Operation> operation;
};

// Throws InputError where it is no Application: a name, uid or resourceVersion is missing, or a field has another type.
Summary summary_of(const rapidjson::Value& application);

// As Summary::note has it.
std::string note_digest(const std::string& note);

// `argocd/web`, for people.
std::string display(const Summary& summary);

}  // namespace drift::controller
