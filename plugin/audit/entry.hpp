// An entry of the chain: what is stored of a record, as one line of canonical JSON. What the chain needs stands there
// in plain text; the record itself too, or encrypted. The hash covers all of it as stored, so a chain is verified
// without keys; each entry holds the hash of the one before.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "api/anchor.hpp"
#include "audit/seal.hpp"

namespace drift::audit {

inline constexpr int entry_version = 1;
inline constexpr std::size_t longest_entry = std::size_t{4} << 20;
// What stands for the hash before the first entry.
inline constexpr std::string_view genesis =
    "0000000000000000000000000000000000000000000000000000000000000000";

// Fills a buffer of that many bytes with what nobody can foresee.
using Random = std::function<std::string(std::size_t)>;

struct Entry {
  std::string chain;           // of which chain: 8 hex digits
  std::uint64_t sequence = 0;  // from 1
  std::string previous;        // the hash of the entry before
  std::string application;
  std::string source;  // the prefix of the application's names (api/names.hpp)
  std::string sync;    // of which run of a hook: never twice in a chain
  std::string time;    // RFC 3339, when it was written
  // The last record of this application that stood outside of the chain when this one was written (anchor.hpp); empty: none did.
  // So a chain that was cut off, or begun anew, and went on never fits again what it has lost.
  std::string known{};
  std::string record;  // canonical JSON (api/record.hpp); empty where it is encrypted
  std::optional<Sealed> sealed;

  // SHA-256 in hex of the entry's JSON without its `hash`.
  std::string hash() const;
  // One line without its end; `hash` is a member of it.
  std::string text() const;
};

// How others know the entry.
api::Anchor anchor_of(const Entry& entry);

// Reads exactly what text() writes: another order, another space, another member, or a wrong hash is an InputError.
Entry parse_entry(std::string_view text);

// Puts the record into the entry, encrypted where there is a key.
void put_record(Entry& entry, std::string record, const KeyRing& keys, const Random& random);

// The record's canonical JSON. Throws InputError where the key isn't among them, or is another one of that name.
std::string record_of(const Entry& entry, const KeyRing& keys);

}  // namespace drift::audit
