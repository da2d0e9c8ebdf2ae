// The head of a chain of records: how far it goes, what retention has taken out of it, and what is still to be done.
// There is one for each hooks' namespace (a ConfigMap), and writing it is what makes a record part of the chain: the
// record stands in it until it has a ConfigMap of its own. So a hook that is killed between any two calls loses nothing.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/entry.hpp"

namespace drift::audit {

inline constexpr int head_version = 1;

// Entries that retention has taken out, without a gap. The hashes at both ends keep the rest verifiable.
struct Removed {
  std::uint64_t from = 0, to = 0;
  std::string previous;  // what entry `from` held as the hash before it
  std::string hash;      // of entry `to`
};

// An entry of an application that was written not long ago.
struct Recent {
  std::uint64_t sequence = 0;
  std::string sync;
  std::string name;  // of its ConfigMap
};

// An entry that isn't stored under its name yet.
struct Pending {
  std::string name;
  std::string text;
};

struct Head {
  std::string chain;
  std::uint64_t sequence = 0;
  std::string hash{genesis};                                // of the last entry
  bool encrypted = false;                                   // once an entry was encrypted, none may be plain
  std::map<std::string, std::vector<Recent>> applications;  // by source, the last ones, newest last
  std::map<std::string, Pending> pending;                   // by source
  std::map<std::string, std::uint64_t>
      retired;                   // ConfigMaps to delete: name and sequence; all are in `removed`
  std::vector<Removed> removed;  // ascending, none next to another

  std::string text() const;

  // The run that holds a sequence number; nullptr: it wasn't removed.
  const Removed* removal(std::uint64_t number) const;
  // Takes an entry out. Its neighbours' runs are joined with it where their hashes fit.
  void remove(const Entry& entry);
  // The first sequence number that retention has left.
  std::uint64_t oldest() const;

  // The entry of a run of a hook, if it is among the recent ones of its application.
  const Recent* find(const std::string& source, const std::string& sync) const;
  // The newest entry of an application; nullptr: it has none, or was quiet for too long.
  const Recent* last(const std::string& source) const;

  // Adds an entry, whose sequence and previous must be next().
  void append(const Entry& entry, const std::string& name);
};

// Reads what text() wrote. Throws InputError.
Head parse_head(std::string_view text);

}  // namespace drift::audit
