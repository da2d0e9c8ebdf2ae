// How the page writes what others wrote.
#pragma once
#include <string>
#include <string_view>

namespace drift::report {

std::string name(std::string_view text);

// Spaces behind it up to so many columns.
std::string padded(std::string text, std::size_t to);

// A severity, and the one whose demands stay beside it where that is another.
std::string weight(const std::string& severity, const std::string& approval_severity);

// A value, in quotes where it could be taken for the page's own words.
std::string value(const std::string& text, std::size_t longest = 80);

}  // namespace drift::report
