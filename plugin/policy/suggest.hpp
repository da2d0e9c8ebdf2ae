// What a person may have meant by a word that isn't known.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace drift::policy {

// `; did you mean "severity"?`, or nothing where no candidate is close.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

// `a, b, c`
std::string joined(std::span<const std::string> words);

// A value for a message: in quotes, shortened, on one line.
std::string in_quotes(std::string_view value);

}  // namespace drift::policy
