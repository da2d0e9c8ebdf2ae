// The record of one sync: who wanted what, what had drifted, who said yes, how it ended. docs/auditors.md lists the fields.
// It holds no value but what the drift report holds.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace drift::api {

inline constexpr int record_version = 1;
// As JSON; what doesn't fit is left out, and the record says so.
inline constexpr std::size_t longest_record = std::size_t{384} << 10;

// What a person answered the gate.
struct Answer {
  std::string action;  // approve, reject, override
  std::string person;  // `argocd`: through Argo CD, which doesn't say who
  std::string reason;
  std::string drift;  // which drift it was about
};

struct Verdict {
  std::string object;  // `Deployment shop/web`
  std::string severity, approval_severity, rule;
};

enum class Outcome : std::uint8_t {
  synced,
  refused,  // by the policy or a person: nothing was applied
  failed,   // it was to be applied, and went wrong
};
std::string_view outcome_name(Outcome outcome);

// Points in time, RFC 3339; empty: not known.
struct Times {
  std::string changed;   // the earliest change that counts as drift, by managedFields
  std::string detected;  // the gate had the drift before it
  std::string decided;   // the gate let the sync go on, or ended it
  std::string ended;     // the record was written
};

// The state of a gate whose Job somebody deleted before the audit saw it: who answered isn't known.
inline constexpr const char* state_missing = "missing";
// The state of a gate that was still at work when the audit came. Argo CD judges a hook by its cache, and where that is late it
// may take the earlier sync's Job of that name, which passed, for this sync's.
inline constexpr const char* state_not_awaited = "notAwaited";

struct Record {
  std::string application, project, repository, path;
  std::string from, to;  // revisions; `from` of the last success, empty where there was none
  std::string hook;      // audit or alert: who wrote it
  std::string gate;      // the uid of the gate's Job, which is that of the sync
  Outcome outcome = Outcome::synced;
  std::string cause;                        // why not synced, one word: see hooks/failure_cause.hpp
  std::string reason;                       // the same for people
  std::vector<std::string> failed;          // what is missing or differs, where applying failed
  std::string drift;                        // 32 hex digits; empty: none
  std::string severity, approval_severity;  // of the drift
  std::string change_severity;              // of Git's changes that somebody was asked about; empty: none
  std::string state;                        // the gate's, or one of the two above
  std::string gate_cause;  // how the gate decided, one word: see api/gate_words.hpp; empty: not known
  // What the gate had written and somebody took away or changed before the record was written: `report`, `alert`.
  std::vector<std::string> missing;
  std::string enforcement, plan_digest, policy_digest, plugin_version;
  std::vector<Answer> answers;
  std::vector<Verdict> verdicts;
  std::string report;                      // JSON; empty: there is none
  std::vector<std::string> drift_reasons;  // of a record that was read: the report's, for people
  std::string emergency;                   // the alert that was raised, JSON; empty: none
  Times times;
};

// Canonical JSON of at most `longest_record` bytes.
std::string record_json(Record record);

// Reads it again, but not verdicts and emergency. Throws InputError.
Record read_record(std::string_view text);

}  // namespace drift::api
