#include "error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace drift {

std::string to_string(const Finding& finding) {
  const auto& [file, line, column] = finding.place;
  if (file.empty()) return finding.message;
  if (line == 0) return fmt::format("{}: {}", file, finding.message);
  return fmt::format("{}:{}:{}: {}", file, line, column, finding.message);
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

InputError::InputError(const std::string& message) : Failure(Exit::input, message) {
  findings.emplace_back().message = message;
}

InputError::InputError(const std::vector<Finding>& all) : Failure(Exit::input, joined(all)), findings(all) {}

}  // namespace drift
