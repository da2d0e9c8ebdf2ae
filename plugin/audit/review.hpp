// The review of a period: what was synced, what drift became of it and how fast, who decided, and whether the records tell all of it.
// Pure; docs/review.md says what each figure is.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/incident.hpp"
#include "audit/listing.hpp"
#include "audit/verify.hpp"
#include "base/time.hpp"

namespace drift::audit {

// A sign that somebody passed a gate by.
struct Bypass {
  std::string kind;  // one word: those of `drift-policy status`, or below
  std::string application;
  std::string detail;  // a sentence
  std::string time;    // RFC 3339; empty: it is so now
};
// The kinds that records show: the gate's Job was deleted before the audit saw it, the sync went on without it, what it had written was
// deleted or changed.
inline constexpr const char* gate_deleted = "gateDeleted";
inline constexpr const char* gate_not_awaited = "gateNotAwaited";
inline constexpr const char* evidence_deleted = "evidenceDeleted";

// What a gated Application shows of itself.
struct SeenApplication {
  std::string name;                    // as records have it
  std::optional<Time> synced;          // its newest sync that succeeded
  std::vector<std::string> revisions;  // what that synced, one for each source
  std::vector<Bypass> bypasses;
};

struct ReviewInput {
  Time since{}, until{};  // a record belongs to the period by its time
  std::vector<Row> rows;  // of the applications in question, those from before the period too
  Verification verification;
  std::optional<std::vector<api::Incident>> incidents;         // nothing: nobody could look
  std::optional<std::vector<SeenApplication>> applications{};  // nothing: nobody could look
  std::string argocd_ns;  // where Applications are that have no namespace in records
};

// How many ended so.
struct Count {
  std::string severity;  // empty: without drift
  std::string outcome;   // of a sync: `synced`, `refused`, `failed`, `encrypted`; of an incident: its state
  std::size_t count = 0;
  bool operator==(const Count&) const = default;
};

struct Lasted {
  std::string what;  // the incident's id, or `record 3`
  std::string application, severity;
  std::chrono::seconds time{};
};
struct Durations {
  std::size_t count = 0;
  std::chrono::seconds median{};  // of an even number the shorter one of the middle
  std::vector<Lasted> slowest;    // at most most_listed
};
inline constexpr std::size_t most_listed = 10;

struct DriftingApplication {
  std::string application;
  std::size_t syncs = 0, incidents = 0;  // with drift
};
// A field of a kind, of all applications together: `Deployment /spec/replicas`; `Service deleted` where no field says more.
struct DriftingField {
  std::string field;
  std::size_t syncs = 0, applications = 0;
};

// Who overrode a stop, or said no.
struct Decision {
  std::string action, person, reason, application, severity, drift, time;
  std::uint64_t record = 0;
};

struct Person {
  std::string name;
  std::size_t approvals = 0, rejections = 0, overrides = 0;
  // From the gate's begin to its decision, of the syncs that the person answered. An answer itself has no time.
  Durations gates;
};

// A sync that isn't recorded as it should be.
struct Flaw {
  std::string application, why, time;
  std::uint64_t record = 0;  // 0: there is none
};

struct Compliance {
  std::size_t recorded = 0, complete = 0, encrypted = 0;  // records of the period; encrypted: without its key
  std::vector<Flaw> incomplete;                           // records that lack something
  std::vector<Flaw> unrecorded;                           // syncs that were seen otherwise
  Verification chain;                                     // of all records, whatever period was asked for
  std::optional<std::size_t> gated;                       // Applications that were looked at
  std::vector<std::string> without_record;                // of them, whenever
  // Syncs that were seen at all.
  std::size_t seen() const { return recorded + unrecorded.size(); }
};

struct Review {
  Time since{}, until{};
  std::vector<Count> syncs;                     // by severity and outcome
  std::optional<std::vector<Count>> incidents;  // by severity and state; nothing: nobody could look
  Durations resolved;                           // incidents, from when drift was seen to when it was over
  Durations put_right;  // syncs with drift that succeeded, from the gate's begin to the record
  std::vector<DriftingApplication> applications;
  std::vector<DriftingField> fields;
  std::size_t unread_reports = 0;  // of which nobody knows what drifted
  std::vector<Decision> decisions;
  std::vector<Person> people;
  std::vector<Bypass> bypasses;
  Compliance compliance;
};

// Of incidents those that were open at some time of the period count.
Review review(const ReviewInput& input);

}  // namespace drift::audit
