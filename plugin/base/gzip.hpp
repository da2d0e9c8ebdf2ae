// gzip (RFC 1952), in memory.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace drift {

// Packed, with nothing in the header that depends on when and where (MTIME 0, OS unknown).
std::string gzip(std::string_view text, int level = 9);

struct Gunzipped {
  enum class End : std::uint8_t { whole, broken, too_long };
  End end = End::whole;
  std::string text;
  std::size_t rest = 0;  // bytes behind what was read
};

// One member of a gzip stream, or (`all_members`) all that follow one another, as Go's compress/gzip reads them. Never holds more
// than `longest` and 64 KiB, whatever the bytes would become. Throws std::bad_alloc.
Gunzipped gunzip(std::string_view bytes, std::size_t longest, bool all_members = false);

}  // namespace drift
