// `drift-policy check`: everything that is wrong with policies, at once.
#include <fmt/format.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "commands/command.hpp"
#include "commands/format.hpp"
#include "kube/definitions.hpp"
#include "kube/field_types.hpp"
#include "outside/environment.hpp"
#include "outside/file.hpp"
#include "policy/load.hpp"
#include "report/findings.hpp"

namespace drift::commands {

namespace {

constexpr std::size_t max_definition_files = 10'000;

struct Options {
  std::vector<std::string> paths, definitions;
  std::string output = "text";
  bool strict = false;
};

bool is_application_file(const std::string& path) {
  return std::filesystem::path(path).filename() == policy::application_file;
}

// What is checked: the given paths as one platform's policies. A `.drift-policy.yaml` is an application's;
// given alone, it is held against the platform's policies that are in force here.
std::vector<policy::PolicyText> texts_of(const std::vector<std::string>& paths) {
  policy::PolicyInputs in_force;
  const auto environment = outside::environment();
  if (const auto found = environment.find("DRIFT_POLICY_PATH"); found != environment.end())
    in_force.environment = found->second;
  std::vector<policy::PolicyText> platform, application;
  for (const auto& path : paths) {
    const bool own = is_application_file(path);
    for (auto& text : policy::read_policy_texts(path)) {
      text.application = own;
      (own ? application : platform).push_back(std::move(text));
    }
  }
  if (platform.empty()) platform = policy::platform_texts(in_force);
  for (auto& text : platform) text.built_in = false;  // here it is to be checked
  for (auto& text : application) platform.push_back(std::move(text));
  return platform;
}

// FILE, or all *.yaml, *.yml and *.json of DIR in the order of their names.
std::vector<std::filesystem::path> definition_files(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) return {path};
  return outside::yaml_files(path, max_definition_files);
}

// What is known of kinds and their fields: Kubernetes' own, and those of the given CustomResourceDefinitions.
kube::FieldTypes known_types(const std::vector<std::string>& paths) {
  auto types = kube::kubernetes_fields();
  for (const auto& path : paths) {
    std::size_t found = 0;
    for (const auto& file : definition_files(path))
      found += kube::add_definitions(file.string(),
                                     outside::read_file(file, file.string(), yaml::max_text_size), types);
    if (found == 0) throw InputError({path}, "holds no CustomResourceDefinition; --crds expects some");
  }
  return types;
}

std::string count(std::size_t number, const char* one, const char* many) {
  return fmt::format("{} {}", number, number == 1 ? one : many);
}

// A line for each of the first 50.
std::string listed(const std::vector<Finding>& findings, std::string_view prefix) {
  constexpr std::size_t most = 50;
  std::string text;
  for (std::size_t i = 0; i < std::min(most, findings.size()); ++i)
    text += to_string({findings[i].place, std::string(prefix) + findings[i].message}) + '\n';
  if (findings.size() > most) text += fmt::format("{}and {} more\n", prefix, findings.size() - most);
  return text;
}

std::string as_text(const policy::PolicySet& set, const policy::Findings& findings) {
  auto text = listed(findings.mistakes, "") + listed(findings.warnings, "warning: ");
  text += count(set.policies.size(), "policy", "policies") + ", " + count(set.rules.size(), "rule", "rules") +
          ": ";
  if (findings.mistakes.empty() && findings.warnings.empty()) return text + "fine\n";
  return text + count(findings.mistakes.size(), "mistake", "mistakes") + ", " +
         count(findings.warnings.size(), "warning", "warnings") + '\n';
}

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void write_string(Writer& writer, const char* key, const std::string& value) {
  writer.Key(key);
  writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

void write_findings(Writer& writer, const char* key, const std::vector<Finding>& findings) {
  writer.Key(key);
  writer.StartArray();
  for (const auto& [place, message] : findings) {
    writer.StartObject();
    write_string(writer, "file", place.file);
    writer.Key("line");
    writer.Uint64(place.line);
    writer.Key("column");
    writer.Uint64(place.column);
    write_string(writer, "message", message);
    writer.EndObject();
  }
  writer.EndArray();
}

std::string as_json(const policy::PolicySet& set, const policy::Findings& findings) {
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  writer.StartObject();
  writer.Key("policies");
  writer.StartArray();
  for (const auto& policy : set.policies) {
    writer.StartObject();
    write_string(writer, "name", policy.name);
    write_string(writer, "file", policy.place.file);
    writer.Key("rules");
    writer.Uint64(policy.rules.size());
    writer.EndObject();
  }
  writer.EndArray();
  write_findings(writer, "mistakes", findings.mistakes);
  write_findings(writer, "warnings", findings.warnings);
  writer.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize()) + '\n';
}

std::string in_output(const std::string& output, const std::vector<policy::PolicyText>& texts,
                      const policy::PolicySet& set, const policy::Findings& findings) {
  if (output == "text") return as_text(set, findings);
  if (output == "github") return report::findings_github(findings.mistakes, findings.warnings);
  if (output == "sarif") return report::findings_sarif(findings.mistakes, findings.warnings, DRIFT_VERSION);
  if (output != "junit") return in_format(as_json(set, findings), output);
  std::vector<std::string> files;
  files.reserve(texts.size());
  for (const auto& text : texts) files.push_back(text.name);
  return report::findings_junit(files, findings.mistakes, findings.warnings);
}

Exit check(const Options& options) {
  policy::Findings findings;
  const auto types = known_types(options.definitions);
  const auto texts = texts_of(options.paths);
  const auto set = policy::load(texts, findings, &types);
  const auto result = in_output(options.output, texts, set, findings);
  if (std::fwrite(result.data(), 1, result.size(), stdout) != result.size() || std::fflush(stdout) != 0)
    throw OutsideError("standard output can't be written");
  if (!findings.mistakes.empty()) return Exit::input;
  return options.strict && !findings.warnings.empty() ? Exit::refused : Exit::ok;
}

}  // namespace

Action declare_check(Arguments& app) {
  auto options = std::make_shared<Options>();
  app.add_option("path", options->paths,
                 "policy files, or folders of *.yaml, *.yml and *.json, checked together; none: those in "
                 "force here. A "
                 ".drift-policy.yaml is checked as an application's")
      .type_name("FILE|DIR");
  app.add_option(
         "--crds", options->definitions,
         "CustomResourceDefinitions, so that pointers into their kinds can be checked too; can be given "
         "several times")
      .type_name("FILE|DIR")
      .one_at_a_time();
  app.add_option("-o,--output", options->output, "The format")
      .one_of({"text", "json", "yaml", "github", "junit", "sarif"})
      .show_default();
  app.add_flag("--strict", options->strict, "exit with 1 where there are warnings");
  return [options] { return check(*options); };
}

}  // namespace drift::commands
