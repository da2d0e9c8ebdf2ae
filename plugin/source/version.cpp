#include "source/version.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/error.hpp"

namespace drift::source {
namespace {

std::string_view leading_number(std::string_view text) {
  const auto end = std::find_if(text.begin(), text.end(), [](char c) { return c < '0' || c > '9'; });
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

}  // namespace

std::string generic_version(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\n");
  if (begin == std::string_view::npos) return {};
  auto rest = text.substr(begin);
  if (rest.starts_with('v')) rest.remove_prefix(1);

  std::string result;
  int components = 0;
  while (true) {
    const auto number = leading_number(rest);
    const bool leading_zero = number.size() > 1 && number.starts_with('0');
    if (number.empty() || number.size() > 9 || leading_zero) break;
    if (components++ > 0) result += '.';
    result += number;
    rest.remove_prefix(number.size());
    if (rest.size() < 2 || rest[0] != '.' || leading_number(rest.substr(1)).empty()) {
      if (components >= 2) return result;
      break;
    }
    rest.remove_prefix(1);
  }
  throw InputError(fmt::format("'{}' is no Kubernetes version; expected one like 1.31.2", text));
}

ArgoCdVersion parse_argocd_version(std::string_view text, std::string_view what) {
  ArgoCdVersion version{};
  std::size_t count = 0;
  auto rest = text.substr(text.starts_with('v') ? 1 : 0);
  while (count < version.size()) {
    const auto number = leading_number(rest);
    if (number.empty() || number.size() > 9) break;
    std::from_chars(number.data(), number.data() + number.size(), version[count++]);
    rest.remove_prefix(number.size());
    if (!rest.starts_with('.') || count == version.size()) break;
    rest.remove_prefix(1);
  }
  const auto read = text.substr(0, text.size() - rest.size());
  if (count < 2 || read.ends_with('.') || (!rest.empty() && rest[0] != '-' && rest[0] != '+'))
    throw InputError(fmt::format("{}: '{}' is no version of Argo CD; expected one like 3.6.1", what, text));
  return version;
}

}  // namespace drift::source
