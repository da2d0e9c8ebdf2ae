// rapidjson stops at the first thing that doesn't fit. So: feed the document to the validator, report what it
// stopped at, drop that part, and begin again, until nothing is left to report. Feeding event by event tells
// the very node.
#include "policy/read/schema.hpp"

#include <fmt/format.h>
#include <rapidjson/document.h>
#include <rapidjson/schema.h>

#include <charconv>
#include <cstdlib>
#include <string>

#include "base/embedded.hpp"
#include "base/suggest.hpp"

namespace drift::policy {

namespace {

using yaml::Node;
using yaml::Type;

constexpr std::size_t max_findings = 50;
constexpr std::size_t max_levels = 100;

struct Schema {
  rapidjson::Document text;
  std::unique_ptr<rapidjson::SchemaDocument> compiled;

  explicit Schema(std::string_view json) {
    text.Parse(json.data(), json.size());
    compiled = std::make_unique<rapidjson::SchemaDocument>(text);
  }
};

const Schema& schema_of(SchemaOf which) {
  if (which == SchemaOf::test) {
    static const Schema test(embedded::test_schema_json());
    return test;
  }
  static const Schema policy(embedded::schema_json());
  return policy;
}

// Where feeding stopped: at a value, at an entry's key, or at the end of a collection.
struct Stop {
  Node node;        // the value; for a key or an end the collection
  Node entry;       // for a key: its value
  std::string key;  // for a key
};

struct Feeder {
  rapidjson::SchemaValidator& validator;
  const Dropped& left_out;
  Stop stop;

  bool value(Node node) {
    if (!begin(node)) return stopped(node);
    if (node.is_mapping()) return mapping(node);
    if (node.is_sequence()) return sequence(node);
    return true;
  }

 private:
  bool stopped(Node node) {
    stop.node = node;
    return false;
  }

  bool begin(Node node) {
    switch (node.type()) {
      case Type::null:
        return validator.Null();
      case Type::boolean:
        return validator.Bool(node.boolean());
      case Type::integer:
      case Type::real:
        return number(node.json());
      case Type::string: {
        const std::string text(node.text());  // its regular expressions read up to a NUL
        return validator.String(text.c_str(), static_cast<rapidjson::SizeType>(text.size()), true);
      }
      case Type::sequence:
        return validator.StartArray();
      case Type::mapping:
        return validator.StartObject();
    }
    return false;
  }

  bool number(const std::string& json) {
    std::int64_t integer = 0;
    auto [end, error] = std::from_chars(json.data(), json.data() + json.size(), integer);
    if (error == std::errc() && end == json.data() + json.size()) return validator.Int64(integer);
    return validator.Double(std::strtod(json.c_str(), nullptr));
  }

  bool mapping(Node node) {
    rapidjson::SizeType count = 0;
    for (const auto& [key, child] : node.entries()) {
      if (left_out.contains(child.index())) continue;
      if (!validator.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()), true)) {
        stop.entry = child;
        stop.key = key;
        return stopped(node);
      }
      if (!value(child)) return false;
      ++count;
    }
    return validator.EndObject(count) || stopped(node);
  }

  bool sequence(Node node) {
    rapidjson::SizeType count = 0;
    for (const auto& child : node.elements()) {
      if (left_out.contains(child.index())) continue;
      if (!value(child)) return false;
      ++count;
    }
    return validator.EndArray(count) || stopped(node);
  }
};

std::vector<std::string> strings_of(const rapidjson::Value& list) {
  std::vector<std::string> words;
  for (const auto& item : list.GetArray()) words.emplace_back(item.GetString(), item.GetStringLength());
  return words;
}

std::vector<std::string> properties_of(const rapidjson::Value& rule) {
  std::vector<std::string> words;
  auto properties = rule.FindMember("properties");
  if (properties == rule.MemberEnd()) return words;
  for (const auto& property : properties->value.GetObject())
    words.emplace_back(property.name.GetString(), property.name.GetStringLength());
  return words;
}

std::string title_of(const rapidjson::Value& rule) {
  if (auto title = rule.FindMember("title"); title != rule.MemberEnd()) return title->value.GetString();
  if (auto words = rule.FindMember("enum"); words != rule.MemberEnd())
    return (words->value.Size() > 1 ? "one of " : "") + joined(strings_of(words->value));
  if (auto type = rule.FindMember("type"); type != rule.MemberEnd() && type->value.IsString())
    return fmt::format("a value of type {}", type->value.GetString());
  return "something else";
}

// The title of a property, by way of `$ref` where it has one.
std::string property_title(const rapidjson::Document& schema, const rapidjson::Value& rule,
                           const std::string& name) {
  const auto& property = rule["properties"][name.c_str()];
  auto ref = property.FindMember("$ref");
  if (ref == property.MemberEnd()) return title_of(property);
  const auto* target = rapidjson::Pointer(ref->value.GetString(), ref->value.GetStringLength()).Get(schema);
  return target ? title_of(*target) : "something else";
}

std::string described(Node node) {
  switch (node.type()) {
    case Type::null:
      return "nothing";
    case Type::sequence:
      return "a list";
    case Type::mapping:
      return "a mapping";
    case Type::string:
      return in_quotes(node.text());
    case Type::boolean:
      return fmt::format("the boolean {}", node.text());
    default:
      return fmt::format("the number {}", node.text());
  }
}

// Where a string is wanted, `5` and `yes` only lack their quotes.
std::string quoting_hint(Node node, const rapidjson::Value& rule) {
  auto type = rule.FindMember("type");
  bool wants_string = type != rule.MemberEnd() && type->value.IsString() &&
                      std::string_view(type->value.GetString()) == "string";
  bool scalar = node.type() == Type::boolean || node.type() == Type::integer || node.type() == Type::real;
  return wants_string && scalar ? fmt::format("; write \"{}\", with quotes", node.text()) : std::string();
}

bool lost_children(Node collection, const Dropped& left_out) {
  for (const auto& [key, child] : collection.entries())
    if (left_out.contains(child.index())) return true;
  for (const auto& child : collection.elements())
    if (left_out.contains(child.index())) return true;
  return false;
}

struct Judge {
  const rapidjson::Document& schema;
  std::vector<Finding>& mistakes;
  Dropped& dropped;   // what nobody can read
  Dropped& left_out;  // what isn't looked at again: that, and what lacks a setting

  void report(const Stop& stop, const rapidjson::Value& rule, std::string_view keyword) {
    if (keyword == "additionalProperties") {
      unknown_setting(stop, rule);
      drop(stop.entry);
      return;
    }
    if (keyword == "required") {
      // All else in it has been looked at by then, and is read: a missing name hides no mistake beside it.
      missing_settings(stop.node, rule);
      left_out.insert(stop.node.index());
      return;
    }
    if (keyword == "minItems" || keyword == "minProperties") {
      if (lost_children(stop.node, left_out)) {
        left_out.insert(stop.node.index());
        return;
      }
      add(stop.node, "is empty; expected {}", title_of(rule));
    } else if (keyword == "maxItems" || keyword == "maxProperties") {
      add(stop.node, "has too many entries; expected {}", title_of(rule));
    } else {
      wrong_value(stop.node, rule, keyword);
    }
    drop(stop.node);
  }

 private:
  void drop(Node node) {
    dropped.insert(node.index());
    left_out.insert(node.index());
  }

  void add(Node node, fmt::format_string<const std::string&> format, const std::string& text) {
    mistakes.push_back({node.place(), fmt::format(format, text)});
  }

  void unknown_setting(const Stop& stop, const rapidjson::Value& rule) {
    auto known = properties_of(rule);
    auto hint = did_you_mean(stop.key, known);
    if (hint.empty()) hint = fmt::format("; expected {}", joined(known));
    mistakes.push_back(
        {key_place(stop.node, stop.key), fmt::format("unknown setting {}{}", in_quotes(stop.key), hint)});
  }

  // A setting that is there but was dropped has had its message.
  void missing_settings(Node node, const rapidjson::Value& rule) {
    for (const auto& name : strings_of(rule["required"]))
      if (!node.find(name))
        mistakes.push_back({node.place(), fmt::format("\"{}\" is missing; expected {}", name,
                                                      property_title(schema, rule, name))});
  }

  void wrong_value(Node node, const rapidjson::Value& rule, std::string_view keyword) {
    std::string hint;
    if (keyword == "enum" && node.is_string()) hint = did_you_mean(node.text(), strings_of(rule["enum"]));
    if (keyword == "type") hint = quoting_hint(node, rule);
    mistakes.push_back(
        {node.place(), fmt::format("expected {}, found {}{}", title_of(rule), described(node), hint)});
  }
};

bool keys_are_unique(Node node, std::size_t level, std::vector<Finding>& mistakes) {
  if (level > max_levels) {
    mistakes.push_back(
        {node.place(), fmt::format("more than {} levels of nesting; no policy needs that", max_levels)});
    return false;
  }
  if (node.is_string() && node.text().find('\0') != std::string_view::npos) {
    mistakes.push_back({node.place(), "holds a NUL character; no setting can"});
    return false;
  }
  const bool mapping = node.cell().type == Type::mapping;
  std::unordered_set<std::string_view> seen;
  bool is_key = mapping;
  for (auto child = node.child(); child; child = child.next()) {
    if (is_key && !child.cell().merge && !seen.insert(child.followed().text()).second)
      mistakes.push_back(
          {child.place(), fmt::format("{} stands twice in this mapping; only the last would count",
                                      in_quotes(child.followed().text()))});
    if (!is_key && child.cell().style != yaml::Style::alias && !keys_are_unique(child, level + 1, mistakes))
      return false;
    if (mapping) is_key = !is_key;
  }
  return true;
}

}  // namespace

bool check_keys(Node root, std::vector<Finding>& mistakes) {
  return keys_are_unique(root, 0, mistakes);
}

Place key_place(Node mapping, std::string_view key) {
  bool is_key = true;
  for (auto child = mapping.followed().child(); child; child = child.next(), is_key = !is_key)
    if (is_key && !child.cell().merge && child.followed().text() == key) return child.place();
  return mapping.place();
}

Dropped validate(Node root, std::vector<Finding>& mistakes, SchemaOf which) {
  const auto& schema = schema_of(which);
  Dropped dropped, left_out;
  Judge judge{schema.text, mistakes, dropped, left_out};
  const auto before = mistakes.size();
  while (!left_out.contains(root.index())) {
    rapidjson::SchemaValidator validator(*schema.compiled);
    Feeder feeder{validator, left_out, {}};
    if (feeder.value(root)) break;
    if (mistakes.size() - before >= max_findings) {
      mistakes.push_back({root.place(), "and more; mend these first"});
      dropped.insert(root.index());
      break;
    }
    const auto* rule = validator.GetInvalidSchemaPointer().Get(schema.text);
    const auto* keyword = validator.GetInvalidSchemaKeyword();
    if (!rule || !keyword) throw OutsideError("a schema of policies/ can't be used by this rapidjson");
    judge.report(feeder.stop, *rule, keyword);
  }
  return dropped;
}

}  // namespace drift::policy
