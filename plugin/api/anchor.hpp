// One record of a chain as something outside of the chain knows it: its hash, and where it stands. People note `HASH:NUMBER`, as
// `audit verify` prints it; bases, reports and alerts (store/last_record.hpp), and the next record of the same application
// (audit/entry.hpp), hold `HASH:NUMBER:CHAIN`, with `:encrypted` behind it where the record is.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drift::api {

struct Anchor {
  std::string hash;
  std::optional<std::uint64_t> sequence;
  std::string chain{};     // empty: not noted
  bool encrypted = false;  // so no record behind it is plain
};

// Its one form; what isn't noted is left out.
std::string anchor_text(const Anchor& anchor);

// Reads any of the forms; nothing where it is none.
std::optional<Anchor> parse_anchor(std::string_view text);

// The same, but only the whole form.
std::optional<Anchor> parse_whole_anchor(std::string_view text);

}  // namespace drift::api
