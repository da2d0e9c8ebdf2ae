#include "imports/mapping.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/printable.hpp"
#include "base/suggest.hpp"

namespace drift::imports {

void Told::mistake(const yaml::Node& node, std::string_view path, std::string_view what) {
  mistakes.push_back({node.place(), fmt::format("{}: {}", path, what)});
}

void Told::stricter(const yaml::Node& node, std::string_view path, std::string_view how) {
  said.lost.push_back({node.place(), fmt::format("{} is taken more strictly: {}", path, how)});
}

void Told::note(const yaml::Node& node, std::string_view path, std::string_view what) {
  said.notes.push_back({node.place(), fmt::format("{} {}", path, what)});
}

Mapping::Mapping(const yaml::Node& node, std::string path, Told& told)
    : node_(node), path_(std::move(path)), told_(&told) {
  if (!node_ || node_.is_mapping()) return;
  told_->mistake(node_, path_.empty() ? "the document" : path_, "expected a mapping");
  node_ = {};
}

std::string Mapping::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

yaml::Node Mapping::at(std::string_view key) {
  if (std::find(asked_.begin(), asked_.end(), key) == asked_.end()) asked_.emplace_back(key);
  if (!node_) return {};
  const auto value = node_.find(key);
  return value.is_null() ? yaml::Node() : value;
}

std::optional<bool> Mapping::truth(std::string_view key) {
  const auto value = at(key);
  if (!value) return std::nullopt;
  if (value.type() == yaml::Type::boolean) return value.boolean();
  told_->mistake(value, path_of(key), "expected true or false");
  return std::nullopt;
}

std::optional<std::int64_t> Mapping::whole_number(std::string_view key, std::int64_t least,
                                                  std::int64_t most) {
  const auto value = at(key);
  if (!value) return std::nullopt;
  std::int64_t number = 0;
  const auto text = value.type() == yaml::Type::integer ? value.json() : std::string();
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (!text.empty() && read.ec == std::errc() && read.ptr == end && number >= least && number <= most)
    return number;
  told_->mistake(value, path_of(key), fmt::format("expected a whole number from {} to {}", least, most));
  return std::nullopt;
}

std::optional<std::string> Mapping::text(std::string_view key) {
  const auto value = at(key);
  if (!value) return std::nullopt;
  if (value.is_string() && !value.text().empty()) return std::string(value.text());
  told_->mistake(value, path_of(key), "expected a string that isn't empty");
  return std::nullopt;
}

std::vector<std::pair<yaml::Node, std::string>> Mapping::texts(std::string_view key) {
  const auto value = at(key);
  if (!value) return {};
  if (!value.is_sequence()) {
    told_->mistake(value, path_of(key), "expected a list of strings");
    return {};
  }
  const auto elements = value.elements();
  if (elements.size() > most_elements) {
    told_->mistake(value, path_of(key), fmt::format("expected at most {} of them", most_elements));
    return {};
  }
  std::vector<std::pair<yaml::Node, std::string>> texts;
  for (const auto& element : elements) {
    if (element.is_string() && !element.text().empty())
      texts.emplace_back(element, element.text());
    else
      told_->mistake(element, path_of(key), "expected strings that aren't empty");
  }
  return texts;
}

Mapping Mapping::mapping(std::string_view key) {
  return {at(key), path_of(key), *told_};
}

void Mapping::finish(Unknown unknown) const {
  if (!node_) return;
  for (const auto& [key, value] : node_.entries()) {
    if (std::find(asked_.begin(), asked_.end(), key) != asked_.end()) continue;
    const auto meant = did_you_mean(key, asked_);
    const auto path = path_of(printable(key, 100));
    if (unknown == Unknown::mistake || !meant.empty())
      told_->mistake(value, path, fmt::format("isn't known; expected {}{}", joined(asked_), meant));
    else
      told_->said.lose(value, path,
                       "drift-policy import doesn't know it; see what it was for, and take it out");
  }
}

}  // namespace drift::imports
