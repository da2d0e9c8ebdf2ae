// An incident: drift of one application, or a new commit that is synced, from when it was seen until it is over, and what the
// controller did about it. It is kept in a ConfigMap of the platform's namespace (store/incidents.hpp); docs/remediation.md lists its fields. No value of a field is in it.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace drift::api {

// In the ConfigMap.
inline constexpr const char* incident_file = "incident.json";
inline constexpr const char* incident_component = "incident";

enum class IncidentState : std::uint8_t {
  held,             // nothing is started: the policy says so, or something that passes
  syncing,          // a sync is asked for or under way, its gate included
  failed,           // the last sync failed, or it drifted again; it is tried again
  refused,          // the gate refused the last sync: not tried again for this drift
  exhausted,        // tried as often as the policy lets: not tried again
  rolling_back,     // a rollback is asked for or under way, its gate included
  rolled_back,      // held at what worked, until Git has another revision than the one that failed
  rollback_failed,  // not tried again
  resolved,         // in sync
  superseded,       // Git or the policy moved on, or the application is gone
};
// `held`, …
std::string_view incident_state_name(IncidentState state);
// Nothing follows.
inline bool is_over(IncidentState state) {
  return state == IncidentState::resolved || state == IncidentState::superseded;
}

// An object that drifted.
struct IncidentObject {
  std::string object;  // `Service shop/web`
  std::string state;   // `drifted`, `deleted`, …: as a report names it
  std::string severity;
  bool operator==(const IncidentObject&) const = default;
};
inline constexpr std::size_t most_incident_objects = 20;

// From what an application goes back to what worked, and why. Without `to`: that it has to, and no more.
struct IncidentRollback {
  std::string from;          // the revision whose sync failed
  std::string failed;        // tells what failed from any other version (controller::Version::digest())
  std::string why;           // a sentence
  std::string to;            // the revision that it goes back to
  std::int64_t history = 0;  // its entry in status.history
};

// A sync of the objects whose drift goes by itself, while the rest of the application's waits. No hooks run in it, so there is no audit
// record of it: this is what is kept.
struct PutBack {
  std::uint64_t number = 0;          // from 1, counted over the incident
  std::string revision;              // that it put them back to
  std::vector<std::string> objects;  // `Service shop/web`: all of them
  Time asked{};
  std::optional<Time> ended;  // seen to have; unset: asked for, or under way
  // Once it has ended: its operation's phase (`Succeeded`, `Failed`, `Error`), or `refused` by the API server, `replaced` by another operation,
  // `notSeen`.
  std::string outcome;
  std::string message;  // of one that didn't succeed; others' text
  bool operator==(const PutBack&) const = default;
};
inline constexpr std::size_t most_put_back = 20;   // objects at once
inline constexpr std::size_t most_put_backs = 10;  // that an incident keeps, the newest

struct Incident {
  std::string id;
  std::string ns, application, uid;  // the Application
  IncidentState state = IncidentState::held;
  std::string reason;  // a sentence
  // Of a commit: tells what is synced from any other version (controller::Version::digest()). Empty: it is about drift.
  std::string commit;
  // What drifted, as it was compared last; of a commit, what drifted besides. Empty: not known, or nothing.
  std::string severity, action, drift, revision;
  bool rolls_back = false;              // the policy wants a rollback where a sync fails
  std::vector<std::string> notify;      // the channels that the policy names for it: `slack`, `email`, …
  std::vector<IncidentObject> objects;  // the worst first
  std::uint64_t more = 0;               // that aren't listed
  std::uint64_t attempts = 0;           // syncs that the controller asked for, the rollback among them
  std::optional<IncidentRollback> rollback;
  Time detected{}, changed{};  // seen first; the state is such since
  std::optional<Time> last_attempt, next, ended;
  std::optional<std::chrono::seconds>
      escalate_after;              // how long the policy lets it wait before more people are told
  std::optional<Time> escalated;   // they were, of what it waits for now
  std::uint64_t escalations = 0;   // how often they were
  std::vector<PutBack> put_backs;  // the newest last
};

// `argocd/web`: the Application, for people.
std::string display(const Incident& incident);

inline bool is_commit(const Incident& incident) {
  return !incident.commit.empty();
}

// `web-1f3c9a02`: what stands in the name of its ConfigMap. `commit`: as Incident has it.
std::string incident_id(const std::string& ns, const std::string& application, const std::string& uid,
                        Time detected, const std::string& commit = {});

// How a sync says for which incident and at which attempt it was asked: `web-1f3c9a02/2`.
std::string attempt_name(const Incident& incident);

// The one that is asked for or under way; nullptr: none.
const PutBack* put_back_under_way(const Incident& incident);
// As attempt_name(), of the newest sync of selected objects: `web-1f3c9a02/objects-1`.
std::string put_back_name(const Incident& incident);
// Whether put_back_name() can have written it.
bool is_put_back_name(std::string_view attempt);

// Canonical JSON.
std::string incident_json(const Incident& incident);

// What stands on the Application, in the annotation keys::incident: for people, and for Argo CD's notifications, whose triggers read
// `id`, `state`, `severity`, `action`, `notify`, `reason`, `since`, `changed`, `attempts`, `escalated`, `escalations`, `objects` and
// `more`. Below 8 KiB. Nobody believes it.
std::string incident_note(const Incident& incident);

// Reads what incident_json() wrote. Throws InputError.
Incident read_incident(std::string_view json);

}  // namespace drift::api
