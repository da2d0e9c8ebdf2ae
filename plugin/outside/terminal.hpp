// Standard output and standard error: whether a person watches, and writing without losing anything.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "outside/environment.hpp"

namespace drift::outside {

enum class Colour { automatic, always, never };

// Whether to colour what goes to `descriptor`: on a terminal, unless NO_COLOR is set (https://no-color.org) or TERM is dumb.
bool coloured(Colour wish, int descriptor, const Environment& environment);

// How many columns the terminal has that `descriptor` is; nothing where it is none, or doesn't say.
std::optional<std::size_t> columns(int descriptor);

// Whether a person is at both ends: standard input and standard error are a terminal.
bool interactive();

// Shows the question on standard error and waits for a line; only `y` and `yes` are a yes. The end of input is a no.
bool confirm(std::string_view question);

// The same for a line that a person types; empty at the end of input.
std::string ask(std::string_view question);

// Writes the pieces to standard output, all of them. Throws as write_all does (writing.hpp).
void print(const std::vector<std::string_view>& pieces);

}  // namespace drift::outside
