// The words of an enumeration, read.
#pragma once
#include <optional>
#include <string_view>

namespace drift {

// The value up to `last` that name_of() gives that name; nothing where none has it.
template <typename Enum>
std::optional<Enum> named(std::string_view name, std::string_view (*name_of)(Enum), Enum last) {
  for (int number = 0; number <= static_cast<int>(last); ++number)
    if (const auto value = static_cast<Enum>(number); name_of(value) == name) return value;
  return std::nullopt;
}

}  // namespace drift
