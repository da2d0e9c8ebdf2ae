// How things go wrong, by what follows from it.
//
// A Finding is a mistake in what somebody wrote, with its place: code that looks for mistakes collects findings and
// goes on, so that a person sees all of them at once. A Failure ends the run; main() prints it and exits with its code.
#pragma once
#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace drift {

// Exit codes, the same for every command.
enum class Exit { ok = 0, refused = 1, input = 2, outside = 3 };

// A place in a text; line and column count from 1, the column in bytes. Line 0: the file as a whole.
struct Place {
  std::string file;
  std::size_t line = 0;
  std::size_t column = 0;
};

struct Finding {
  Place place;
  std::string message;  // what is wrong, and what was expected
};

// `FILE:LINE:COLUMN: message`, or less where there is no place; one line, with what would harm a terminal escaped.
std::string to_string(const Finding& finding);

class Failure : public std::runtime_error {
 public:
  Failure(Exit exit_code, const std::string& message) : std::runtime_error(message), exit(exit_code) {}
  Exit exit;
};

// The policy says no (exit 1).
class Refusal : public Failure {
 public:
  explicit Refusal(const std::string& message) : Failure(Exit::refused, message) {}
};

// Wrong use, a bad policy or bad input (exit 2). Several findings are printed a line each.
class InputError : public Failure {
 public:
  explicit InputError(const std::string& message);
  explicit InputError(const std::vector<Finding>& all);
  InputError(Place place, std::string message)
      : InputError(std::vector<Finding>{{std::move(place), std::move(message)}}) {}
  std::vector<Finding> findings;  // never empty
};

// Another program, a server or the machine failed (exit 3).
class OutsideError : public Failure {
 public:
  explicit OutsideError(const std::string& message) : Failure(Exit::outside, message) {}
};

}  // namespace drift
