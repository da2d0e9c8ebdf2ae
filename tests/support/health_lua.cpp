#include "support/health_lua.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "generate/health.hpp"
#include "generate/lua.hpp"
#include "json/canonical.hpp"
#include "json/members.hpp"
#include "json/pointer.hpp"
#include "outside/process.hpp"
#include "support/folder.hpp"
#include "support/policy_cases.hpp"
#include "support/program.hpp"

namespace drift::tests {
namespace {

using generate::lua::literal_of;
using rapidjson::Value;

// As Argo CD hands it over: null is nothing.
std::string lua_of(const Value& value) {
  std::string text;
  if (value.IsObject()) {
    for (const auto& entry : value.GetObject())
      if (!entry.value.IsNull())
        text += fmt::format("[{}]={},", literal_of(string_of(&entry.name)), lua_of(entry.value));
    return "{" + text + "}";
  }
  if (value.IsArray()) {
    for (const auto& element : value.GetArray()) text += lua_of(element) + ",";
    return "{" + text + "}";
  }
  if (value.IsString()) return literal_of(string_of(&value));
  return value.IsNull() ? "nil" : canonical(value);
}

// Pointers to guard, with what Git wants there.
std::vector<std::pair<std::string, const Value*>> fields_of(const Value& wanted) {
  std::vector<std::pair<std::string, const Value*>> fields;
  for (const auto& entry : wanted.GetObject()) {
    const std::string key(string_of(&entry.name));
    if (key != "metadata") {
      if (key != "status" && !entry.value.IsNull()) fields.emplace_back('/' + escaped(key), &entry.value);
      continue;
    }
    for (const char* map : {"labels", "annotations"})
      if (const auto* value = drift::member(&entry.value, map))
        for (const auto& one : value->GetObject())
          fields.emplace_back(fmt::format("/metadata/{}/{}", map, escaped(string_of(&one.name))), &one.value);
  }
  return fields;
}

std::string script_of(const std::string& group, const std::string& kind,
                      const std::vector<std::pair<std::string, const Value*>>& fields) {
  std::string guarded;
  for (std::size_t i = 0; i < fields.size(); ++i)
    guarded += fmt::format("{}{{id: f{}x, jsonPointers: ['{}']}}", i > 0 ? ", " : "", i, fields[i].first);
  const auto spec = fmt::format(
      "rules:\n- name: r\n  match: {{any: [{{resources: {{kinds: ['{}/*/{}']}}}}]}}\n  severity: medium\n  "
      "fields: [{}]\n",
      group, kind, guarded);
  const auto scripts = generate::health_scripts(policy::set_of(spec), {{group, kind, ""}});
  const auto manifests = policy::manifests_of(scripts.config_map);
  for (const auto& [key, value] : manifests.objects().at(0).object.find("data").entries())
    if (key.starts_with("resource.customizations.health.")) return std::string(value.text());
  FAIL("no script for " << group << '/' << kind);
  return {};
}

std::string output_of(const std::string& program) {
  const Folder folder;
  const auto file = folder.path() / "check.lua";
  std::ofstream(file) << program;
  const auto lua = outside::find_program(outside::environment(), "lua5.1");
  REQUIRE(lua.has_value());
  const auto done = run({.arguments = {file.string()}, .program = lua->string()});
  return done.out + done.err;
}

}  // namespace

std::vector<std::string> differs_by_lua(const std::string& group, const std::string& kind,
                                        const Value& wanted, const Value& live) {
  const auto fields = fields_of(wanted);
  if (fields.empty()) return {};
  std::string program = "obj = " + lua_of(live) + "\nobj.metadata = obj.metadata or {}\n";
  program += "obj.metadata.annotations = obj.metadata.annotations or {}\n";
  for (std::size_t i = 0; i < fields.size(); ++i)
    program += fmt::format("obj.metadata.annotations[\"want.drift-policy.dev/f{}x\"] = {}\n", i,
                           literal_of(plain_text(*fields[i].second)));
  program += "local function check()\n" + script_of(group, kind, fields) +
             "\nend\nlocal result = check()\nprint(result.status, result.message)\n";
  const auto output = output_of(program);
  CAPTURE(output);
  CHECK(output.starts_with("Healthy"));
  std::vector<std::string> differing;
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (output.find(fmt::format(" f{}x ", i)) != std::string::npos) differing.push_back(fields[i].first);
  std::sort(differing.begin(), differing.end());
  return differing;
}

}  // namespace drift::tests
