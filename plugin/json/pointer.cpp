#include "json/pointer.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace drift {
namespace {

constexpr std::size_t max_tokens = 64;

std::string unescaped(std::string_view token) {
  std::string text;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '~' && i + 1 < token.size()) {
      text += token[++i] == '1' ? '/' : '~';
    } else {
      text += token[i];
    }
  }
  return text;
}

std::string token_mistake(std::string_view token) {
  if (token.empty()) return "has an empty part; parts are separated by one `/`";
  for (std::size_t i = 0; i < token.size(); ++i)
    if (token[i] == '~' && (i + 1 == token.size() || (token[i + 1] != '0' && token[i + 1] != '1')))
      return "has a `~` that is not ~0 (which means ~) or ~1 (which means /)";
  if (token != pointer_wildcard && token.find('*') != std::string_view::npos)
    return "has a `*` beside other characters; `*` stands for a whole list element or key";
  return {};
}

}  // namespace

std::string escaped(std::string_view token) {
  std::string text;
  for (char c : token) {
    if (c == '~') {
      text += "~0";
    } else if (c == '/') {
      text += "~1";
    } else {
      text += c;
    }
  }
  return text;
}

std::string syntax_mistake(std::string_view text) {
  if (text.empty() || text.front() != '/')
    return "doesn't start with `/`; expected for example /spec/replicas";
  const auto tokens = parts_of(text.substr(1), '/');
  if (tokens.size() > max_tokens) return fmt::format("has more than {} parts", max_tokens);
  for (const auto token : tokens)
    if (auto mistake = token_mistake(token); !mistake.empty()) return mistake;
  return {};
}

Pointer parse_pointer(std::string_view text) {
  Pointer pointer{std::string(text), {}};
  for (const auto token : parts_of(text.substr(1), '/')) pointer.tokens.push_back(unescaped(token));
  return pointer;
}

}  // namespace drift
