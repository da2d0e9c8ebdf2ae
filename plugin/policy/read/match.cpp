#include <fmt/format.h>

#include <algorithm>

#include "base/keys.hpp"
#include "base/suggest.hpp"
#include "policy/read/read.hpp"
#include "policy/read/syntax.hpp"

namespace drift::policy {

namespace {

void check_not_output(const Setting& setting, std::string_view key) {
  if (is_output(key))
    setting.mistake(
        fmt::format("{} is written by the plugin itself; expected a key that it only reads", key));
}

bool glob_characters(std::string_view text, std::string_view more) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '*' || c == '?' || more.find(c) != std::string_view::npos;
  });
}

bool has_upper(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

// Names have at most 253 characters, and each rule is matched with each object.
constexpr std::size_t max_glob = 1'000;

void check_length(const Setting& setting, std::string_view glob) {
  if (glob.size() > max_glob)
    setting.mistake(fmt::format("a pattern of {} characters; expected at most {}", glob.size(), max_glob));
}

std::vector<Glob> read_globs(const Setting& list, std::string_view what, std::string_view characters) {
  std::vector<Glob> globs;
  for (const auto& item : list.items()) {
    auto text = item.text();
    if (!glob_characters(text, characters) || (characters.empty() && has_upper(text)))
      item.mistake(
          fmt::format("{} can't be {}; expected its characters, `*` for any text and `?` for one character",
                      in_quotes(text), what));
    check_length(item, text);
    globs.emplace_back(std::move(text));
  }
  return globs;
}

Operator operator_of(const std::string& word) {
  if (word == "NotIn") return Operator::not_in;
  if (word == "Exists") return Operator::exists;
  if (word == "DoesNotExist") return Operator::does_not_exist;
  return Operator::in;
}

void check_label(const Setting& key_place, const std::string& key, const Setting& value_list,
                 const std::vector<std::string>& values) {
  if (auto why = label_key_mistake(key); !why.empty()) key_place.mistake(why);
  check_not_output(key_place, key);
  for (const auto& value : values)
    if (auto why = label_value_mistake(value); !why.empty()) value_list.mistake(why);
}

Requirement read_requirement(const Setting& item) {
  Requirement requirement{item["key"].text(), operator_of(item["operator"].text()), item["values"].texts()};
  const bool wants_values = requirement.op == Operator::in || requirement.op == Operator::not_in;
  if (wants_values && item.node().find("values").elements().empty())
    item.mistake(fmt::format("operator {} needs values", item["operator"].text()));
  if (!wants_values && !requirement.values.empty())
    item["values"].mistake(fmt::format("operator {} takes no values", item["operator"].text()));
  check_label(item["key"], requirement.key, item["values"], requirement.values);
  return requirement;
}

std::optional<Selector> read_selector(const Setting& setting) {
  if (!setting) return std::nullopt;
  Selector selector;
  for (const auto& [key, value] : setting["matchLabels"].entries()) {
    selector.requirements.push_back({key, Operator::in, {value.text()}});
    check_label(value, key, value, {value.text()});
  }
  for (const auto& item : setting["matchExpressions"].items())
    if (item["key"] && item["operator"]) selector.requirements.push_back(read_requirement(item));
  return selector;
}

ResourceFilter read_filter(const Setting& item) {
  auto resources = item["resources"];
  ResourceFilter filter;
  filter.place = item.place();
  for (const auto& kind : resources["kinds"].items()) {
    std::string why;
    check_length(kind, kind.text());
    if (auto pattern = parse_kind(kind.text(), why)) {
      filter.kinds.push_back(std::move(*pattern));
    } else {
      kind.mistake(why);
    }
  }
  // RBAC allows `:` in names; CustomResourceDefinitions have dots.
  filter.names = read_globs(resources["names"], "a name", "._:");
  filter.namespaces = read_globs(resources["namespaces"], "a namespace", "");
  filter.selector = read_selector(resources["selector"]);
  for (const auto& [key, value] : resources["annotations"].entries()) {
    check_not_output(value, key);
    check_length(value, key);
    check_length(value, value.text());
    filter.annotations.emplace_back(Glob(key), Glob(value.text()));
  }
  if (resources && resources.node().entries().empty())
    resources.mistake(
        "an empty filter would take every object; expected at least one clause, or kinds: [\"*\"]");
  return filter;
}

bool takes_everything(const ResourceFilter& filter) {
  auto any = [](const KindPattern& kind) {
    return kind.group.text == "*" && kind.version.text == "*" && kind.kind.text == "*";
  };
  return std::any_of(filter.kinds.begin(), filter.kinds.end(), any) && filter.names.empty() &&
         filter.namespaces.empty() && !filter.selector && filter.annotations.empty();
}

}  // namespace

Match read_match(const Setting& setting, bool exclude) {
  Match match;
  if (!setting) return match;
  match.place = setting.place();
  for (const auto& item : setting["any"].items()) match.any.push_back(read_filter(item));
  for (const auto& item : setting["all"].items()) match.all.push_back(read_filter(item));
  if (setting.node().entries().empty())
    setting.mistake("an empty match; expected `any` or `all` with a list of filters, each `resources: {…}`");
  const bool everything =
      !match.empty() && std::all_of(match.all.begin(), match.all.end(), takes_everything) &&
      (match.any.empty() || std::any_of(match.any.begin(), match.any.end(), takes_everything));
  if (exclude && everything) setting.mistake("excludes every object, so the rule never matches");
  return match;
}

}  // namespace drift::policy
