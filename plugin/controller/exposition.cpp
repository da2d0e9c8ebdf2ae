#include "controller/exposition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>

namespace drift::controller {
namespace {

std::string escaped(std::string_view text, bool quoted) {
  std::string result;
  for (const char c : text) {
    if (c == '\\' || (c == '"' && quoted)) result += '\\';
    if (c == '\n')
      result += "\\n";
    else
      result += c;
  }
  return result;
}

std::string number(double value) {
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return std::isnan(value) ? "NaN" : fmt::format("{}", value);
}

std::string_view type_name(Family::Type type) {
  switch (type) {
    case Family::Type::counter:
      return "counter";
    case Family::Type::gauge:
      return "gauge";
    case Family::Type::histogram:
      return "histogram";
  }
  return "";
}

// `{call="manifests",code="200"}`, or nothing.
std::string in_braces(const std::vector<std::string>& names, const Labels& labels,
                      const std::string& bound = {}) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < labels.size(); ++i)
    text += fmt::format("{}{}=\"{}\"", text.empty() ? "" : ",", names[i], escaped(labels[i], true));
  if (!bound.empty()) text += fmt::format("{}le=\"{}\"", text.empty() ? "" : ",", bound);
  return text.empty() ? text : "{" + text + "}";
}

}  // namespace

Family::Family(Description description) : description_(std::move(description)) {}

void Family::add(const Labels& labels, double by) {
  const std::lock_guard lock(mutex_);
  values(labels).value += by;
}

void Family::set(double value, const Labels& labels) {
  const std::lock_guard lock(mutex_);
  values(labels).value = value;
}

void Family::observe(double value, const Labels& labels) {
  const std::lock_guard lock(mutex_);
  auto& found = values(labels);
  const auto& bounds = description_.bounds;
  const auto bucket = std::lower_bound(bounds.begin(), bounds.end(), value) - bounds.begin();
  ++found.buckets[static_cast<std::size_t>(bucket)];
  ++found.count;
  found.value += value;
}

void Family::begin(const Labels& labels) {
  const std::lock_guard lock(mutex_);
  values(labels);
}

void Family::forget(const Labels& labels) {
  const std::lock_guard lock(mutex_);
  all_.erase(labels);
}

Family::Values& Family::values(const Labels& labels) {
  auto& found = all_[labels];
  if (found.buckets.empty()) found.buckets.resize(description_.bounds.size() + 1);
  return found;
}

std::string Family::text() const {
  auto text = fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", description_.name,
                          escaped(description_.help, false), type_name(description_.type));
  const std::lock_guard lock(mutex_);
  for (const auto& [labels, values] : all_) add_text(labels, values, text);
  return text;
}

void Family::add_text(const Labels& labels, const Values& values, std::string& text) const {
  if (description_.type == Type::histogram) return add_histogram(labels, values, text);
  fmt::format_to(std::back_inserter(text), "{}{} {}\n", description_.name,
                 in_braces(description_.labels, labels), number(values.value));
}

void Family::add_histogram(const Labels& labels, const Values& values, std::string& text) const {
  const auto& [type, name, help, names, bounds] = description_;
  auto to = std::back_inserter(text);
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < values.buckets.size(); ++i) {
    count += values.buckets[i];
    const auto bound = i < bounds.size() ? number(bounds[i]) : "+Inf";
    fmt::format_to(to, "{}_bucket{} {}\n", name, in_braces(names, labels, bound), count);
  }
  const auto own = in_braces(names, labels);
  fmt::format_to(to, "{0}_sum{1} {2}\n{0}_count{1} {3}\n", name, own, number(values.value), values.count);
}

Family& Registry::add(Family::Description description) {
  return all_.emplace_back(std::move(description));
}

std::string Registry::text() const {
  std::string text;
  for (const auto& family : all_) text += family.text();
  return text;
}

}  // namespace drift::controller
