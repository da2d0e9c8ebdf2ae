// JSON that others wrote, read: parsed within bounds, and asked for members without an assertion whatever it turns out to be.
// What we write is made by json/canonical.hpp (as text) and json/build.hpp (as values).
#pragma once
#include <rapidjson/document.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace drift {

// Parses JSON text of at most 200 levels. Throws InputError, with `name` as the file.
rapidjson::Document parse_json(std::string_view name, std::string_view text);

// One line of JSON, members in their order.
std::string to_json(const rapidjson::Value& value);

// The member of an object, null included; nullptr where there is none, or `object` isn't one.
const rapidjson::Value* find_member(const rapidjson::Value& object, std::string_view key);
// The same at the end of a path of objects.
const rapidjson::Value* find(const rapidjson::Value& object, std::initializer_list<std::string_view> path);

// The string, or empty where the value is none.
std::string_view text_of(const rapidjson::Value& value);
// The member of an object, or an empty text (0, false) where it isn't there or of another type.
std::string text_of(const rapidjson::Value& object, std::string_view key);
std::uint64_t number_of(const rapidjson::Value& object, std::string_view key);
bool flag_of(const rapidjson::Value& object, std::string_view key);
// The text at the end of a path of objects; empty as above.
std::string text_at(const rapidjson::Value& object, std::initializer_list<std::string_view> path);

}  // namespace drift
