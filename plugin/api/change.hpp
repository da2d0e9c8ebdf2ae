// What Git itself changes with a sync, in the drift report: beside drift, and never taken for it. The gate writes it where a severity
// of the policy asks about Git's changes (`changes`). As in the rest of the report, no value of a Secret is in it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/canonical.hpp"
#include "json/fields.hpp"

namespace drift::api {

enum class GitChange : std::uint8_t { changed, added, removed };
// `changed`, `added`, `removed`.
std::string_view git_change_name(GitChange change);

struct FieldChange {
  std::string
      pointer;  // list elements by their place in what Git wants now; of what is gone, in what it wanted
  std::string guarded;  // the id of the guarded field; empty: none
  // Git's values at the last success and now, as text to show, cut where they are long; unset: not there.
  std::optional<std::string> before, after;
  std::string digest;  // hex SHA-256 over both values
  std::string severity, approval_severity;
};

struct ObjectChange {
  std::string group, version, kind, ns, name;
  GitChange change = GitChange::changed;
  // Why it isn't known what Git changes, for people: then it counts as changed. Empty: it is known.
  std::string unknown;
  std::string severity, approval_severity;  // the highest of what changes
  std::string rule;
  std::size_t more = 0;             // fields beyond the list, which is bounded
  std::string rest;                 // hex SHA-256 over those; empty: none
  std::vector<FieldChange> fields;  // sorted by pointer; of a removed object none

  std::string display() const;
};

struct Changes {
  bool looked = false;  // a severity asks about Git's changes
  std::vector<std::string>
      asks;  // the severities whose `changes` ask about these, lowest first; empty: nobody is asked
  std::vector<ObjectChange> objects;  // that somebody is asked about, worst first
  std::size_t others = 0;             // objects that Git changes and nobody is asked about
  std::size_t omitted = 0;            // objects that a report which was read back doesn't list

  bool ask() const { return !asks.empty(); }
  // The highest severity that asks; empty: none.
  std::string severity() const { return asks.empty() ? std::string() : asks.back(); }
};

// What a field's change is to the digest: a line.
std::string digest_line(const FieldChange& field);

// The lines of what people are asked about, unsorted. None of them is one of drift's.
std::vector<std::string> digest_lines(const Changes& changes);

// Canonical JSON.
std::string object_change_json(const ObjectChange& object);

// Canonical JSON of at most `room` bytes, the worst objects first; what has no room is counted.
std::string changes_json(const Changes& changes, std::size_t room);

// Reads it again. Throws InputError.
Changes read_changes(const Fields& fields);

}  // namespace drift::api
