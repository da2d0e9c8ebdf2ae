#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/printable.hpp"

namespace drift {

std::string to_string(const Finding& finding) {
  const auto& [name, line, column] = finding.place;
  auto message = printable(finding.message);
  if (name.empty()) return message;
  const auto file = printable(name);
  if (line == 0) return fmt::format("{}: {}", file, message);
  return fmt::format("{}:{}:{}: {}", file, line, column, message);
}

namespace {
std::string joined(const std::vector<Finding>& findings) {
  constexpr std::size_t shown = 50;
  std::string text;
  for (std::size_t i = 0; i < std::min(shown, findings.size()); ++i) {
    if (i > 0) text += '\n';
    text += to_string(findings[i]);
  }
  if (findings.size() > shown) text += fmt::format("\nand {} more", findings.size() - shown);
  return text;
}
}  // namespace

InputError::InputError(const std::string& message) : InputError(std::vector<Finding>{{{}, message}}) {}

InputError::InputError(const std::vector<Finding>& all) : Failure(Exit::input, joined(all)), findings(all) {}

}  // namespace drift
