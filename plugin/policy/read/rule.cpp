#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "base/suggest.hpp"
#include "policy/pointer.hpp"
#include "policy/read/read.hpp"
#include "policy/read/syntax.hpp"

namespace drift::policy {

namespace {

Health health_of(const std::string& word) {
  if (word == "progressing") return Health::progressing;
  if (word == "degraded") return Health::degraded;
  if (word == "suspended") return Health::suspended;
  return Health::none;
}

bool has_wildcard(const Pointer& pointer) {
  return std::find(pointer.tokens.begin(), pointer.tokens.end(), "*") != pointer.tokens.end();
}

std::vector<Pointer> read_pointers(const Setting& list) {
  std::vector<Pointer> pointers;
  std::unordered_set<std::string> seen;
  for (const auto& item : list.items()) {
    auto text = item.text();
    if (auto why = pointer_mistake(text); !why.empty()) {
      item.mistake(fmt::format("pointer {} {}", in_quotes(text), why));
      continue;
    }
    if (!seen.insert(text).second) item.mistake(fmt::format("pointer {} is listed twice", in_quotes(text)));
    pointers.push_back(parse_pointer(text));
  }
  return pointers;
}

FieldRule read_field(const Setting& item) {
  FieldRule field;
  field.place = item.place();
  field.id = item["id"].text();
  field.pointers = read_pointers(item["jsonPointers"]);
  field.severity = item["severity"].severity();
  field.when = read_when(item["when"]);
  field.health = health_of(item["health"].text());
  const bool indexed =
      field.pointers.size() > 1 || std::any_of(field.pointers.begin(), field.pointers.end(), has_wildcard);
  if (auto id = item["id"])
    if (auto why = field_id_mistake(field.id, indexed); !why.empty()) id.mistake(why);
  return field;
}

std::vector<FieldRule> read_fields(const Setting& list) {
  std::vector<FieldRule> fields;
  std::unordered_set<std::string> seen;
  for (const auto& item : list.items()) {
    fields.push_back(read_field(item));
    if (auto id = item["id"]; id && !seen.insert(fields.back().id).second)
      id.mistake(fmt::format("this rule has another field with id {}", in_quotes(fields.back().id)));
  }
  return fields;
}

std::optional<std::vector<std::string>> read_sync_options(const Setting& list) {
  if (!list) return std::nullopt;
  std::vector<std::string> options;
  std::unordered_set<std::string> seen;
  for (const auto& item : list.items()) {
    auto option = item.text();
    auto name = option.substr(0, option.find('='));
    if (!seen.insert(name).second) item.mistake(fmt::format("sync option {} is given twice", name));
    if (!known_sync_option(option))
      item.warning(fmt::format("Argo CD knows no sync option {} for single objects", in_quotes(option)));
    options.push_back(std::move(option));
  }
  return options;
}

std::optional<SyncWave> read_sync_wave(const Setting& setting) {
  auto value = setting["value"];
  if (!value) return std::nullopt;
  SyncWave wave{static_cast<std::int32_t>(value.integer())};
  if (auto overwrite = setting["overwrite"]) wave.overwrite = overwrite.boolean();
  return wave;
}

std::optional<Expectation> read_expectation(const Setting& setting) {
  if (!setting) return std::nullopt;
  std::string why;
  auto expectation = parse_expectation(setting.text(), why);
  if (!expectation) setting.mistake(why);
  if (expectation) expectation->place = setting.place();
  return expectation;
}

bool names_only_secrets(const Match& match) {
  auto only = [](const ResourceFilter& filter) {
    return !filter.kinds.empty() &&
           std::all_of(filter.kinds.begin(), filter.kinds.end(),
                       [](const KindPattern& kind) { return kind.kind.text == "Secret"; });
  };
  return (!match.any.empty() && std::all_of(match.any.begin(), match.any.end(), only)) ||
         std::any_of(match.all.begin(), match.all.end(), only);
}

// What a rule says must amount to something, and to what its author thinks it does.
void check_sense(const Setting& item, const Rule& rule) {
  bool effect = false;
  for (const char* key : {"severity", "fields", "syncWave", "syncOptions", "label", "expectMatches"})
    effect = effect || item.node().find(key);
  if (!effect)
    item.mistake(
        fmt::format("rule {} decides nothing; expected severity, fields, syncWave, syncOptions, label or "
                    "expectMatches",
                    in_quotes(rule.name)));
  if (rule.overridable && !rule.severity && !rule.sync_options)
    item["overridable"].warning("overridable without a severity or sync options to override");
  if (!rule.fields.empty() && names_only_secrets(rule.match))
    item["fields"].warning(
        "nothing of a Secret is ever written down, so its fields can't be told apart: the whole Secret "
        "counts");
}

Rule read_rule(const Setting& item) {
  Rule rule;
  rule.place = item.place();
  rule.name = item["name"].text();
  rule.match = read_match(item["match"], false);
  rule.exclude = read_match(item["exclude"], true);
  rule.severity = item["severity"].severity();
  if (auto setting = item["overridable"]) rule.overridable = setting.boolean();
  rule.fields = read_fields(item["fields"]);
  rule.sync_wave = read_sync_wave(item["syncWave"]);
  rule.sync_options = read_sync_options(item["syncOptions"]);
  if (auto setting = item["label"]) rule.label = setting.boolean();
  rule.expect_matches = read_expectation(item["expectMatches"]);
  check_sense(item, rule);
  return rule;
}

}  // namespace

std::vector<Rule> read_rules(const Setting& list) {
  std::vector<Rule> rules;
  std::unordered_set<std::string> seen;
  for (const auto& item : list.items()) {
    rules.push_back(read_rule(item));
    if (auto name = item["name"]; name && !seen.insert(rules.back().name).second)
      name.mistake(fmt::format("this policy has another rule named {}", in_quotes(rules.back().name)));
  }
  return rules;
}

}  // namespace drift::policy
