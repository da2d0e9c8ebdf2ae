#include "source/go_key.hpp"

#include <fmt/format.h>

#include <map>

#include "base/error.hpp"
#include "base/text.hpp"

namespace drift::source {

std::string go_folded(std::string_view key) {
  auto folded = lower_case(key);
  replace_all(folded, "\u017f", "s");
  replace_all(folded, "\u212a", "k");
  return folded;
}

bool is_go_field(std::string_view key, std::string_view field) {
  return go_folded(key) == go_folded(field);
}

void refuse_alike_keys(const yaml::Node& mapping, std::string_view tool) {
  std::map<std::string, std::string> seen;
  for (const auto& [key, value] : mapping.entries()) {
    const auto [first, is_new] = seen.try_emplace(go_folded(key), key);
    if (!is_new)
      throw InputError(value.place(), fmt::format("{} takes '{}' and '{}' for one key; expected one of them",
                                                  tool, first->second, key));
  }
}

}  // namespace drift::source
