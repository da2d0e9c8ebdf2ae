// Small questions to JSON values, and their canonical text.
#pragma once
#include <rapidjson/document.h>

#include <string>
#include <string_view>

namespace drift::hook {

// The member of an object; nullptr where it isn't there, is null (which Kubernetes drops), or `value` is no object.
const rapidjson::Value* member(const rapidjson::Value* value, std::string_view key);

// A string's characters; empty for anything else, nullptr included.
std::string_view string_of(const rapidjson::Value* value);

// One line, keys sorted, strings as in plans.
std::string canonical_json(const rapidjson::Value& value);

// A string as it is, anything else as canonical JSON: how want.drift-policy.dev/ annotations hold values.
std::string plain_text(const rapidjson::Value& value);

// The value that a JSON pointer leads to, list elements by number; nullptr where there is none.
const rapidjson::Value* resolve(const rapidjson::Value& root, std::string_view pointer);

}  // namespace drift::hook
