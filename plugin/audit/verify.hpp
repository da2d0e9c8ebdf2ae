// Is a chain of records whole? Without keys: what is stored is what was hashed.
//
// Trust comes from the end: the head (or a hash that somebody noted elsewhere) says what the last entry's hash is, each
// entry says it of the one before. So the walk goes backwards, and an entry is "changed" where it isn't what the next
// one, itself trusted, says.
//
// That the end itself is the last one, only what lies elsewhere can say: the head must be there, and what each application's base,
// report and alert know of the chain must stand in it, as must what each entry says of the one before of its application.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audit/head.hpp"

namespace drift::audit {

// An entry as it was found: where, and its bytes.
struct Stored {
  std::string place;  // `ConfigMap drift-policy/…`, `records.jsonl:3`
  std::string text;
  std::string name{};  // the ConfigMap's; empty: it was none
};

struct Problem {
  enum class Kind { changed, removed, added, reordered, cut } kind;
  std::uint64_t sequence;  // of the entry; 0: it can't be said
  std::string message;
};
std::string_view problem_name(Problem::Kind kind);

struct Verification {
  std::vector<Problem> problems;  // by sequence number: the first is the first that went wrong
  std::uint64_t entries = 0;      // that are there and right
  std::uint64_t removed = 0;      // by retention
  std::uint64_t sequence = 0;     // of the last
  std::string hash;               // of the last
  std::string chain;
  bool with_head = false;
};

// `anchor`: what somebody noted, who vouches for the end where there is no head. `witnesses`: what else in the cluster knows a
// record, with its whole anchor as text. `ordered`: the order in which they were found counts (a file). Entries that stand in the head alone count as there.
struct Evidence {
  std::vector<Stored> entries;
  bool ordered = false;
  std::optional<Head> head;
  std::optional<api::Anchor> anchor;
  std::vector<Stored> witnesses{};
};
Verification verify(const Evidence& evidence);

}  // namespace drift::audit
