// Small things that are done with any text.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace drift {

// The parts between separators; empty ones are left out.
std::vector<std::string> split(std::string_view text, char separator);

// The same with the empty ones; at least one.
std::vector<std::string_view> parts_of(std::string_view text, char separator);

// Without `blanks` at its ends.
std::string_view trimmed(std::string_view text, std::string_view blanks = " \t\r\n");

// For a URL: whatever isn't unreserved (RFC 3986, 2.3) as `%2F`.
std::string percent_encoded(std::string_view text);

// Takes the text up to `end` off the front of `text`, and `end` with it; all of it where there is none.
std::string_view take_until(std::string_view& text, char end);

// ASCII letters; all else stays.
std::string lower_case(std::string_view text);

// All occurrences; none of an empty `what`.
void replace_all(std::string& text, std::string_view what, std::string_view by);

// `1 object`, `2 objects`.
std::string quantity(std::size_t number, std::string_view one);

// At most its first `longest` bytes, without a part of a character (UTF-8); `…` stands behind what was cut.
std::string cut(std::string_view text, std::size_t longest);

}  // namespace drift
