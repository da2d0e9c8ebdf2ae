// What a scalar is, as go-yaml v2 (resolve.go) decides and encoding/json then prints.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "yaml/document.hpp"

namespace drift::yaml {

// Integers beyond int64 stay exact up to uint64 (they can't be keys), then become floats.
using Number = std::variant<std::int64_t, std::uint64_t, double>;

// The number that an untagged plain scalar stands for, or nothing where go-yaml sees no number in it.
std::optional<Number> parse_number(std::string_view text);

// The number that a scalar of type integer or real is, from its text: `!!float 1` is a float64, and rounded like one.
Number number_of(Type type, std::string_view text);

// The type of an untagged plain scalar.
Type plain_type(std::string_view text);

// True for the words that go-yaml reads as true; needs plain_type(text) == Type::boolean.
bool boolean_value(std::string_view text);

// What an explicitly tagged scalar comes to.
struct Tagged {
  Type type = Type::string;
  std::optional<std::string> value;  // !!binary: the decoded bytes, in place of the text
  const char* problem = nullptr;     // why it can't be, else null
};
// `tag` is the long form, tag:yaml.org,2002:int; other tags leave a string.
Tagged resolve_tagged(std::string_view tag, std::string_view text);

// A number as encoding/json prints a float64; false for infinities and NaN, which JSON has not.
bool append_json_number(const Number& number, std::string& out);

// The string that a mapping key becomes in JSON (sigs.k8s.io/yaml, convertToJSONableObject).
std::string key_of_number(const Number& number);

}  // namespace drift::yaml
