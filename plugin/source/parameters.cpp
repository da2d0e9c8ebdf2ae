#include "source/parameters.hpp"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/suggest.hpp"
#include "source/settings.hpp"

namespace drift::source {
namespace {

using Json = rapidjson::Value;

[[noreturn]] void fail(std::string_view name, std::string_view what) {
  throw InputError(fmt::format("{}: {}", name, what));
}

std::string_view view(const Json& text) {
  return {text.GetString(), text.GetStringLength()};
}

rapidjson::Document parse(std::string_view text, std::string_view name) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(text.data(),
                                                                                         text.size());
  if (document.HasParseError()) fail(name, fmt::format("is no JSON (at byte {})", document.GetErrorOffset()));
  return document;
}

std::string read_string(const Json& value, std::string_view name) {
  if (value.IsString()) return std::string(view(value));
  if (value.IsBool()) return value.GetBool() ? "true" : "false";
  if (value.IsInt64()) return std::to_string(value.GetInt64());
  fail(name, "expected strings as values");
}

List read_list(const Json& value, std::string_view name) {
  if (!value.IsArray()) fail(name, "expected a list of strings");
  List list;
  for (const auto& item : value.GetArray()) list.push_back(read_string(item, name));
  return list;
}

Map read_map(const Json& value, std::string_view name) {
  if (!value.IsObject()) fail(name, "expected a map of strings");
  Map map;
  for (const auto& [key, item] : value.GetObject()) {
    if (key.GetStringLength() == 0) fail(name, "expected names that aren't empty");
    map[std::string(view(key))] = read_string(item, name);
  }
  return map;
}

bool read_bool(std::string_view text, std::string_view name) {
  if (text == "true") return true;
  if (text == "false" || text.empty()) return false;
  fail(name, fmt::format("'{}' is neither true nor false", text));
}

std::vector<std::string_view> lines(std::string_view text) {
  std::vector<std::string_view> result;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) result.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

// An environment variable's value, which is text whatever the setting is.
struct SetFromText {
  std::string_view name, text;
  Options& options;

  void operator()(std::string Options::*member) const { options.*member = text; }
  void operator()(bool Options::*member) const { options.*member = read_bool(text, name); }
  void operator()(List Options::*member) const {
    if (text.starts_with('[')) {
      options.*member = read_list(parse(text, name), name);
      return;
    }
    (options.*member).clear();
    for (const auto line : lines(text)) (options.*member).emplace_back(line);
  }
  void operator()(Map Options::*member) const {
    if (text.starts_with('{')) {
      options.*member = read_map(parse(text, name), name);
      return;
    }
    (options.*member).clear();
    for (const auto line : lines(text)) {
      const auto equals = line.find('=');
      if (equals == 0 || equals == std::string_view::npos) {
        fail(name, "expected name=value on each line, or a JSON object");
      }
      (options.*member)[std::string(line.substr(0, equals))] = line.substr(equals + 1);
    }
  }
};

// A parameter, which has one of `string`, `array` and `map`.
struct SetFromParameter {
  std::string_view name;
  const Json& parameter;
  Options& options;

  const Json& value(const char* key) const {
    const auto found = parameter.FindMember(key);
    if (found != parameter.MemberEnd()) return found->value;
    fail(name, fmt::format("expected its value under `{}`", key));
  }
  void operator()(std::string Options::*member) const {
    options.*member = read_string(value("string"), name);
  }
  void operator()(bool Options::*member) const {
    options.*member = read_bool(read_string(value("string"), name), name);
  }
  void operator()(List Options::*member) const { options.*member = read_list(value("array"), name); }
  void operator()(Map Options::*member) const { options.*member = read_map(value("map"), name); }
};

// `helm-value-files` as Argo CD writes it in the name of a variable.
std::string variable_name(std::string_view prefix, std::string_view name) {
  std::string result(prefix);
  for (const char c : name) result += c == '-' ? '_' : upper(c);
  return result;
}

[[noreturn]] void fail_unknown(std::string_view name) {
  std::vector<std::string> known;
  for (const auto& setting : settings()) known.emplace_back(setting.name);
  const auto shown = name.substr(0, 100);
  throw InputError(fmt::format("there is no parameter {}{}; known are {}", in_quotes(shown),
                               did_you_mean(shown, known), joined(known)));
}

void apply_parameter(const Json& parameter, std::set<std::string_view>& seen, Options& options) {
  const bool has_name = parameter.IsObject() && parameter.HasMember("name") && parameter["name"].IsString();
  if (!has_name) fail("ARGOCD_APP_PARAMETERS", "expected objects with a name");
  const auto name = view(parameter["name"]);
  const auto table = settings();
  const auto setting =
      std::find_if(table.begin(), table.end(), [&](const Setting& s) { return s.name == name; });
  if (setting == table.end()) fail_unknown(name);
  if (!seen.insert(setting->name).second) fail(name, "is there twice");
  std::visit(SetFromParameter{setting->name, parameter, options}, setting->member);
}

void apply_json(std::string_view text, Options& options) {
  const auto document = parse(text, "ARGOCD_APP_PARAMETERS");
  if (document.IsNull()) return;
  if (!document.IsArray()) fail("ARGOCD_APP_PARAMETERS", "expected a JSON list");
  std::set<std::string_view> seen;
  std::vector<Finding> mistakes;
  for (const auto& parameter : document.GetArray()) {
    try {
      apply_parameter(parameter, seen, options);
    } catch (const InputError& error) {
      mistakes.insert(mistakes.end(), error.findings.begin(), error.findings.end());
    }
  }
  if (!mistakes.empty()) throw InputError(mistakes);
}

// PARAM_* as Argo CD writes them beside the JSON. The names of a map's entries are mangled there, so maps can't be told.
void apply_variables(const outside::Environment& environment, Options& options) {
  for (const auto& setting : settings()) {
    const auto base = variable_name("PARAM_", setting.name);
    if (const auto found = environment.find(base); found != environment.end()) {
      std::visit(SetFromText{base, found->second, options}, setting.member);
    }
    const auto* list = std::get_if<List Options::*>(&setting.member);
    if (list == nullptr || !environment.contains(base + "_0")) continue;
    (options.**list).clear();
    for (std::size_t i = 0;; ++i) {
      const auto item = environment.find(fmt::format("{}_{}", base, i));
      if (item == environment.end()) break;
      (options.**list).push_back(item->second);
    }
  }
}

}  // namespace

void apply_environment(const outside::Environment& environment, Options& options) {
  for (const auto& setting : settings()) {
    const auto name = variable_name("ARGOCD_ENV_", setting.name);
    const auto found = environment.find(name);
    if (found == environment.end()) continue;
    std::visit(SetFromText{name, found->second, options}, setting.member);
  }
}

void apply_parameters(const outside::Environment& environment, Options& options) {
  if (const auto json = environment.find("ARGOCD_APP_PARAMETERS");
      json != environment.end() && !json->second.empty()) {
    apply_json(json->second, options);
  } else {
    apply_variables(environment, options);
  }
}

}  // namespace drift::source
