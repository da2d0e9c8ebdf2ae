#include "controller/part.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "json/members.hpp"

namespace drift::controller {

using rapidjson::Value;

Part::Part(const Value* value, std::string place) : value_(value), place_(std::move(place)) {
  if (value_ && !value_->IsObject()) throw InputError(fmt::format("{}: expected an object", place_));
}

std::string Part::place_of(std::string_view key) const {
  return place_.empty() ? std::string(key) : fmt::format("{}.{}", place_, key);
}

void Part::fail(std::string_view key, std::string_view expected) const {
  throw InputError(fmt::format("{}: expected {}", place_of(key), expected));
}

Part Part::object(std::string_view key) const {
  return {member(value_, key), place_of(key)};
}

const Value* Part::list(std::string_view key) const {
  const auto* value = member(value_, key);
  if (value && !value->IsArray()) fail(key, "a list");
  return value;
}

std::vector<Part> Part::objects(std::string_view key) const {
  std::vector<Part> all;
  const auto* value = list(key);
  for (rapidjson::SizeType i = 0; value && i < value->Size(); ++i)
    all.emplace_back(&(*value)[i], fmt::format("{}[{}]", place_of(key), i));
  return all;
}

std::size_t Part::count(std::string_view key) const {
  const auto* value = list(key);
  return value ? value->Size() : 0;
}

std::string Part::text(std::string_view key, std::size_t longest) const {
  const auto* value = member(value_, key);
  if (value && !value->IsString()) fail(key, "a string");
  return cut(string_of(value), longest);
}

std::string Part::demanded_text(std::string_view key, std::size_t longest) const {
  auto result = text(key, longest);
  if (result.empty()) fail(key, "a string that isn't empty");
  return result;
}

std::vector<std::string> Part::texts(std::string_view key) const {
  std::vector<std::string> all;
  const auto* value = list(key);
  for (rapidjson::SizeType i = 0; value && i < value->Size(); ++i) {
    if (!(*value)[i].IsString()) fail(key, "a list of strings");
    all.emplace_back(string_of(&(*value)[i]));
  }
  return all;
}

bool Part::flag(std::string_view key) const {
  const auto* value = member(value_, key);
  if (value && !value->IsBool()) fail(key, "true or false");
  return value && value->GetBool();
}

std::int64_t Part::number(std::string_view key) const {
  const auto* value = member(value_, key);
  if (value && !value->IsInt64()) fail(key, "an integer");
  return value ? value->GetInt64() : 0;
}

std::optional<Time> Part::time(std::string_view key) const {
  const auto written = text(key);
  if (written.empty()) return std::nullopt;
  const auto time = parse_time(written);
  if (!time) fail(key, "a time, such as 2026-11-24T14:00:00Z");
  return time;
}

}  // namespace drift::controller
