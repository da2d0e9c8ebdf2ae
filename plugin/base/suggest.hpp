// What a person may have meant by a word that isn't known.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drift {

// Of the candidates those that the word may have been meant to be, the closest first: with a third of its characters wrong at most.
std::vector<std::string> close_to(std::string_view word, std::span<const std::string> candidates);

// Whether a word is probably meant to be the other one, of which it has one letter too many, too few or another, two in the
// wrong order, or capitals where there are small letters. Capitals and digits tell names apart (`VLAgent`, `VMAgent`, `Policy2`), and so
// does a last `s`.
bool near_miss(std::string_view word, std::string_view other);

// `; did you mean "severity"?`, or nothing where no candidate is close.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

// `a, b, c`
std::string joined(std::span<const std::string> words);

// A value for a message: in quotes, shortened, on one line.
std::string in_quotes(std::string_view value);

}  // namespace drift
