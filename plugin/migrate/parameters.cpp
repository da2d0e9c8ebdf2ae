#include "migrate/parameters.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/printable.hpp"
#include "json/build.hpp"
#include "migrate/native_settings.hpp"
#include "source/parameters.hpp"
#include "source/settings.hpp"

namespace drift::migrate {
namespace {

using rapidjson::Value;

// A setting's value under the key that its kind has there.
struct SetValue {
  const source::Options& options;
  rapidjson::Document& parameter;

  void operator()(std::string source::Options::*member) const { set(parameter, {"string"}, options.*member); }
  void operator()(bool source::Options::*member) const {
    set(parameter, {"string"}, options.*member ? "true" : "false");
  }
  void operator()(source::List source::Options::*member) const {
    set(parameter, {"array"}, text_list(options.*member, parameter));
  }
  void operator()(source::Map source::Options::*member) const {
    set(parameter, {"map"}, map_value(options.*member, parameter));
  }
};

// The variables that Argo CD would make of `plugin.env`, but for its own in them.
void read_variables(const yaml::Node& list, const std::string& path, source::Options& options, Said& said) {
  std::map<std::string, std::string, std::less<>> environment;
  for (const auto& entry : list.elements()) {
    const auto name = entry.find("name"), value = entry.find("value");
    if (!name || !name.is_string()) throw InputError(entry.place(), path + ": expected a name");
    const auto text = value ? value.text() : std::string_view();
    if (text.find('$') != std::string_view::npos)
      said.lost.push_back(
          {entry.place(), fmt::format("{}: {} has a variable, which Argo CD fills in; write it "
                                      "as a parameter",
                                      path, printable(name.text(), 100))});
    else
      environment[fmt::format("ARGOCD_ENV_{}", name.text())] = text;
  }
  source::apply_environment(environment, options);
}

}  // namespace

rapidjson::Document parameters(const source::Options& options) {
  rapidjson::Document list(rapidjson::kArrayType);
  for (const auto& setting : source::settings()) {
    if (!is_set(setting, options)) continue;
    rapidjson::Document parameter(&list.GetAllocator());
    set(parameter, {"name"}, setting.name);
    std::visit(SetValue{options, parameter}, setting.member);
    list.PushBack(static_cast<Value&>(parameter), list.GetAllocator());
  }
  return list;
}

source::Options read_plugin(const yaml::Node& plugin, const std::string& path, Said& said) {
  source::Options options;
  if (const auto env = plugin.find("env"); env && !env.is_null())
    read_variables(env, path + ".env", options, said);
  if (const auto list = plugin.find("parameters"); list && !list.is_null()) {
    try {
      source::apply_parameters({{"ARGOCD_APP_PARAMETERS", list.json()}}, options);
    } catch (const InputError& error) {
      auto findings = error.findings;
      for (auto& finding : findings) finding.place = list.place();
      throw InputError(findings);
    }
  }
  return options;
}

}  // namespace drift::migrate
