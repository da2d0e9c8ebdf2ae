#include "policy/read/setting.hpp"

#include <charconv>

#include "policy/read/syntax.hpp"

namespace drift::policy {

Setting Setting::operator[](std::string_view key) const {
  auto child = node_ ? node_.find(key) : yaml::Node();
  if (child && reading_->dropped.contains(child.index())) child = {};
  return {*reading_, child};
}

std::vector<Setting> Setting::items() const {
  std::vector<Setting> settings;
  if (!node_) return settings;
  for (const auto& child : node_.elements())
    if (!reading_->dropped.contains(child.index())) settings.emplace_back(*reading_, child);
  return settings;
}

std::vector<std::pair<std::string, Setting>> Setting::entries() const {
  std::vector<std::pair<std::string, Setting>> settings;
  if (!node_) return settings;
  for (auto& [key, child] : node_.entries())
    if (!reading_->dropped.contains(child.index())) settings.emplace_back(key, Setting(*reading_, child));
  return settings;
}

std::string Setting::text() const {
  if (!node_) return {};
  mark();
  return node_.is_string() ? std::string(node_.text()) : node_.json();
}

bool Setting::boolean() const {
  mark();
  return node_.boolean();
}

std::int64_t Setting::integer() const {
  mark();
  auto json = node_.json();
  std::int64_t value = 0;
  std::from_chars(json.data(), json.data() + json.size(), value);
  return value;
}

std::string Setting::json() const {
  mark();
  return node_.json();
}

std::optional<SeverityRef> Setting::severity() const {
  if (!node_) return std::nullopt;
  return SeverityRef{text(), place()};
}

std::optional<std::chrono::seconds> Setting::duration() const {
  if (!node_) return std::nullopt;
  std::string why;
  auto value = whole_seconds(text(), why);
  if (!value) mistake(why);
  return value;
}

std::vector<std::string> Setting::texts() const {
  std::vector<std::string> values;
  for (const auto& item : items()) values.push_back(item.text());
  return values;
}

StringPairs Setting::pairs() const {
  StringPairs values;
  for (const auto& [key, value] : entries()) values.emplace_back(key, value.text());
  return values;
}

void check_all_read(const Reading& reading, yaml::Node node) {
  if (reading.dropped.contains(node.index()) || reading.read.contains(node.index())) return;
  if (node.is_mapping()) {
    for (const auto& [key, child] : node.entries()) check_all_read(reading, child);
  } else if (node.is_sequence()) {
    for (const auto& child : node.elements()) check_all_read(reading, child);
  } else {
    reading.findings.mistakes.push_back(
        {node.place(), "the schema allows this setting, but this version can't obey it"});
  }
}

}  // namespace drift::policy
