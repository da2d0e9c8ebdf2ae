#include "policy/read/syntax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "base/ascii.hpp"
#include "base/duration.hpp"
#include "base/text.hpp"

namespace drift::policy {

namespace {

bool is_wild(char c) {
  return c == '*' || c == '?';
}

// Letters, digits, `-`, `_`, `.`, with a letter or digit at both ends, at most 63.
bool is_qualified(std::string_view text) {
  return !text.empty() && text.size() <= 63 && is_alphanumeric(text.front()) &&
         is_alphanumeric(text.back()) && std::all_of(text.begin(), text.end(), [](char c) {
           return is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
         });
}

bool is_dns_label(std::string_view text) {
  auto plain = [](char c) { return is_lower(c) || is_digit(c); };
  return !text.empty() && text.size() <= 63 && plain(text.front()) && plain(text.back()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return plain(c) || c == '-'; });
}

bool is_dns_subdomain(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  for (;;) {
    auto dot = text.find('.');
    if (!is_dns_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

// `v1`, `v2beta1`, `v1*`, `*`: what may stand for a version. Groups either have a dot or don't start like
// this.
bool is_version(std::string_view text) {
  if (text == "*") return true;
  return text.size() > 1 && text[0] == 'v' && (is_digit(text[1]) || is_wild(text[1]));
}

bool kind_characters(std::string_view text, std::string_view more) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return is_alphanumeric(c) || is_wild(c) || more.find(c) != std::string_view::npos;
  });
}

}  // namespace

std::optional<std::chrono::seconds> whole_seconds(std::string_view text, std::string& mistake) {
  using std::chrono::seconds;
  const auto duration = parse_duration(text);
  if (!duration) {
    mistake = fmt::format("\"{}\" is no duration; expected for example 30s, 5m or 1h30m", text);
    return std::nullopt;
  }
  if (*duration > std::chrono::days(366)) {
    mistake = fmt::format("\"{}\" is longer than a year", text);
    return std::nullopt;
  }
  const auto whole = std::chrono::floor<seconds>(*duration);
  if (whole < seconds(1) || whole != *duration) {
    mistake = fmt::format("\"{}\" is not a positive number of whole seconds", text);
    return std::nullopt;
  }
  return whole;
}

std::optional<KindPattern> parse_kind(std::string_view text, std::string& mistake) {
  const auto parts = parts_of(text, '/');
  auto fail = [&](std::string_view why) {
    mistake = fmt::format(
        "\"{}\" {}; expected [group/][version/]Kind, for example Deployment or apps/*/Deployment", text, why);
    return std::nullopt;
  };
  if (parts.size() > 3) return fail("has more than three parts");
  auto kind = parts.back();
  if (kind.empty() || !kind_characters(kind, "")) return fail("has no kind at its end");
  if (!is_upper(kind.front()) && !is_wild(kind.front()))
    return fail(fmt::format("ends in \"{}\", but kinds start with a capital letter", kind));
  KindPattern pattern;
  pattern.text = text;
  pattern.kind = Glob(std::string(kind));
  std::string_view group = "*", version = "*";
  if (parts.size() == 3) {
    group = parts[0];
    version = parts[1];
  } else if (parts.size() == 2) {
    (is_version(parts[0]) ? version : group) = parts[0];
  }
  if (group == "core") return fail("names a group `core`, which is written as nothing (/v1/Service)");
  if (!kind_characters(group, ".-") || std::any_of(group.begin(), group.end(), is_upper))
    return fail(fmt::format("has a group \"{}\" that can't be", group));
  if (!is_version(version) || !kind_characters(version, ""))
    return fail(fmt::format("has a version \"{}\" that can't be", version));
  pattern.group = Glob(std::string(group));
  pattern.version = Glob(std::string(version));
  return pattern;
}

std::optional<Expectation> parse_expectation(std::string_view text, std::string& mistake) {
  using Comparison = Expectation::Comparison;
  constexpr std::pair<std::string_view, Comparison> signs[] = {{">=", Comparison::at_least},
                                                               {"<=", Comparison::at_most},
                                                               {">", Comparison::more},
                                                               {"<", Comparison::fewer},
                                                               {"=", Comparison::equal}};
  Expectation expectation;
  expectation.text = text;
  auto rest = text;
  for (auto [sign, comparison] : signs) {
    if (!rest.starts_with(sign)) continue;
    expectation.comparison = comparison;
    rest.remove_prefix(sign.size());
    break;
  }
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), expectation.count);
  if (rest.empty() || error != std::errc() || end != rest.data() + rest.size() ||
      expectation.count > 1'000'000) {
    mistake = fmt::format("\"{}\" is no expectation; expected for example \">=1\", \"0\" or \"<=3\"", text);
    return std::nullopt;
  }
  if (expectation.comparison == Comparison::fewer && expectation.count == 0) {
    mistake = "fewer than 0 objects can't be";
    return std::nullopt;
  }
  return expectation;
}

bool Expectation::holds(std::size_t found) const {
  switch (comparison) {
    case Comparison::equal:
      return found == count;
    case Comparison::at_least:
      return found >= count;
    case Comparison::at_most:
      return found <= count;
    case Comparison::more:
      return found > count;
    case Comparison::fewer:
      return found < count;
  }
  return false;
}

std::string label_key_mistake(std::string_view key) {
  auto slash = key.find('/');
  auto name = slash == std::string_view::npos ? key : key.substr(slash + 1);
  if (slash != std::string_view::npos && !is_dns_subdomain(key.substr(0, slash)))
    return fmt::format("\"{}\" has a prefix that is no DNS name", key);
  if (!is_qualified(name))
    return fmt::format(
        "\"{}\" is no label key; expected at most 63 letters, digits, `-`, `_`, `.` with a letter or digit "
        "at both ends, "
        "after an optional DNS name and `/`",
        key);
  return {};
}

std::string label_value_mistake(std::string_view value) {
  if (value.empty() || is_qualified(value)) return {};
  return fmt::format(
      "\"{}\" is no label value; expected at most 63 letters, digits, `-`, `_`, `.` with a letter or digit "
      "at both ends",
      value);
}

std::string namespace_mistake(std::string_view name) {
  if (is_dns_label(name)) return {};
  return fmt::format("\"{}\" can't be a namespace; expected at most 63 lower-case letters, digits and `-`",
                     name);
}

// No dots: what follows a dot is the index, and keys of different fields must stay apart.
std::string field_id_mistake(std::string_view id, bool has_index) {
  constexpr std::size_t longest = 63, room_for_index = 13;
  if (!is_qualified(id) || id.find('.') != std::string_view::npos)
    return fmt::format(
        "\"{}\" can't be part of an annotation key; expected at most 63 letters, digits, `-` and `_` with a "
        "letter or digit at both ends",
        id);
  if (has_index && id.size() > longest - room_for_index)
    return fmt::format("\"{}\" is too long for a field with an index; expected at most {} characters", id,
                       longest - room_for_index);
  return {};
}

bool known_sync_option(std::string_view option) {
  constexpr std::string_view known[] = {"Prune=true",
                                        "Prune=false",
                                        "Prune=confirm",
                                        "Delete=true",
                                        "Delete=false",
                                        "Delete=confirm",
                                        "PruneLast=true",
                                        "PruneLast=false",
                                        "Validate=true",
                                        "Validate=false",
                                        "Replace=true",
                                        "Replace=false",
                                        "Force=true",
                                        "Force=false",
                                        "ServerSideApply=true",
                                        "ServerSideApply=false",
                                        "SkipDryRunOnMissingResource=true",
                                        "SkipDryRunOnMissingResource=false",
                                        "ClientSideApplyMigration=true",
                                        "ClientSideApplyMigration=false"};
  return std::find(std::begin(known), std::end(known), option) != std::end(known);
}

}  // namespace drift::policy
