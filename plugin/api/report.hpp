// The drift report: what the gate found, object by object and field by field. The gate writes it into the report's
// ConfigMap and its log, the audit puts it into its record. It stands on its own: severities are names, no value of a
// Secret is in it, and values of ConfigMaps and environment variables only as digests.
#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/change.hpp"

namespace drift::api {

inline constexpr int report_version = 1;

enum class State : std::uint8_t {
  in_sync,        // as it was at the last sync, or as Git wants it now
  drifted,        // has differences
  deleted,        // gone from the cluster, though the last sync had it and Git wants it
  deleting,       // somebody has deleted it, and it is there only until its finalizers are done
  not_inspected,  // the gate can't read it; ObjectReport::unread says why
  removed,        // Git wanted it at the last sync and no longer does
  already_there,  // new in Git, but somebody has made it before
  fresh,          // new in Git, and not there yet
  before_gate,    // applied before the gate looks, so its drift can't be seen
  ended,          // gone because Git asked for it: whoever ran it deleted it once it had ended
};
// `in sync`, `drifted`, `deleted`, `being deleted`, `not inspected`, `removed from Git`, `already there`, `new`, `applied before
// the gate`, `ended`.
std::string_view state_name(State state);

// Why an object isn't inspected.
enum class Unread : std::uint8_t {
  none,       // it is
  forbidden,  // the gate may not read it
  unknown,    // the cluster knows no such resource, or not in that version
  forgotten,  // new in Git and already there, but the base doesn't know all that left Git before (store/orphans.hpp)
  no_base,  // what should be the base can't be used, so there is nothing to compare it with
  now_hook,  // Git has made a hook of it, which Argo CD may delete and make anew, and the plan says nothing of it
  too_large,  // too large for the plan, or for the base
  ambiguous,  // Git had several objects of which it may be one now, under another namespace or group
};
// ``, `forbidden`, `unknown`, `forgotten`, `noBase`, `nowHook`, `tooLarge`, `ambiguous`.
std::string_view unread_name(Unread unread);

enum class Change : std::uint8_t {
  changed,   // another value than Git wants
  removed,   // gone, though Git wants it
  conflict,  // changed by Git and in the cluster, differently
};
std::string_view change_name(Change change);

// Who wrote a field last, by managedFields: a hint, since whoever writes may call himself what he likes.
struct LastChange {
  std::string manager;      // `kubectl-edit`
  std::string operation;    // `Update`, `Apply`
  std::string subresource;  // `scale`; mostly empty
  std::string time;         // RFC 3339
};

struct Difference {
  std::string pointer;  // JSON pointer; list elements by their place in Git's manifest
  std::string guarded;  // the id of the guarded field; empty: none
  Change change = Change::changed;
  // Values as text to show, cut where they are long: unset where the field isn't there, or must not be shown.
  std::optional<std::string> wanted, base, live;
  // Hex SHA-256 of the live value; of a Secret that of its resourceVersion. Empty: not there.
  std::string live_digest;
  std::string severity;
  std::string approval_severity;
  std::optional<LastChange> last;
};

struct ObjectReport {
  std::string group, version, kind, resource, ns, name;
  State state = State::in_sync;
  // What this object's drift counts as: the highest of its differences, else its own; empty where there is no drift.
  std::string severity, approval_severity;
  // Every severity that the two are the highest of, of all its differences. Not written: a report that was read has none.
  std::set<std::string> met;
  std::string rule;
  // Where it had left Git at the last success: the success that it is compared with. Else empty: the report's.
  std::string base_revision, base_time;
  Unread unread = Unread::none;
  // Its manifest was too large for the plan: only guarded fields were compared, and what isn't known counts as its own severity.
  bool guarded_only = false;
  std::size_t more = 0;                 // differences beyond the list, which is bounded
  std::string rest;                     // hex SHA-256 over those; empty: none
  std::vector<Difference> differences;  // sorted by pointer
  std::vector<std::string> not_kept;    // pointers to what the cluster never kept, sorted; no drift

  // `Deployment shop/web`.
  std::string display() const;
  // `clusterroles.rbac.authorization.k8s.io`, as kubectl and RBAC call it.
  std::string full_resource() const;
  // `the gate may not get clusterroles.rbac.authorization.k8s.io`; empty where it is inspected.
  std::string why_unread() const;
};

struct Report {
  std::string application, revision;
  std::string base_revision;  // empty: not known
  bool has_base = false;      // without one there is no drift to speak of, and nothing counts
  std::string base_time;      // RFC 3339: when it was recorded; empty: not known
  // Why what should be the base is none; empty: it is one, or there was no success yet. Then nothing can be compared, and every
  // object counts as not inspected.
  std::string base_problem;
  std::string plan_digest;
  // The highest of all drift; empty: no drift.
  std::string severity, approval_severity;
  std::vector<std::string> met;  // every severity that drift has or whose demands it meets, lowest first
  // Why `severity` and `demands`: `Service shop/web: /spec/type changed (medium)`.
  std::vector<std::string> reasons;
  std::vector<ObjectReport> objects;  // in the plan's order, then what Git removed
  std::size_t omitted = 0;            // objects that a report which was read back doesn't list
  std::size_t inspected = 0;          // objects that were compared
  Changes changes;                    // Git's own, where the policy asks about them
  std::string drift;  // as drift_digest(); empty: neither drift nor changes that somebody is asked about

  bool drifted() const { return !drift.empty() && (!changes.ask() || !severity.empty()); }
  // Whether there is anything that people could be asked about.
  bool asks() const { return !drift.empty(); }
  // `drift <digits> of severity high`, `change <digits> from Git of severity high`, or both together.
  std::string named() const;
};

// Whether objects in this state can count as drift.
bool counts(State state);

// Whether it does: what may not be read and is new in Git has no severity.
bool is_drift(const ObjectReport& object);

// The objects that are drift, from the highest severity or demands down; of equals in the report's order.
std::vector<const ObjectReport*> worst_first(const Report& report);

// What a difference is to the digest: pointer, change and the live value's digest, as a line.
std::string digest_line(const Difference& difference);

// 128 bits, so that nobody finds two drifts of the same name, one to be approved and one to be let pass.
inline constexpr std::size_t drift_digits = 32;

// The first 32 hex digits of SHA-256 over the sorted list of (object, pointer, change, live value's digest) of everything
// that counts as drift, and of Git's changes that somebody is asked about; empty where there is neither.
std::string drift_digest(const Report& report);

// Canonical JSON, one line and its end. Objects without drift are only counted where `only_drift`; the list of objects is
// cut so that the text stays within `limit` bytes, the least severe first, and says how many are left out.
struct ReportOptions {
  bool only_drift = false;
  std::size_t limit = std::size_t{256} << 10;
};
std::string report_json(const Report& report, const ReportOptions& options = {});

// Reads what report_json() wrote. Throws InputError.
Report read_report(std::string_view json);

}  // namespace drift::api
