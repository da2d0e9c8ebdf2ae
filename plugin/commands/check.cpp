// `drift-policy check`: everything that is wrong with policies, at once; with --repository, with a repository's source files.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "commands/command.hpp"
#include "commands/format.hpp"
#include "json/canonical.hpp"
#include "json/string.hpp"
#include "kube/definitions.hpp"
#include "kube/field_types.hpp"
#include "outside/environment.hpp"
#include "outside/file.hpp"
#include "outside/process.hpp"
#include "outside/terminal.hpp"
#include "policy/inputs.hpp"
#include "report/findings.hpp"
#include "source/overrides.hpp"

namespace drift::commands {

namespace {

constexpr std::size_t max_definition_files = 10'000;

struct Options {
  std::vector<std::string> paths, definitions;
  std::string repository;
  std::string output = "text";
  bool strict = false;
};

bool is_application_file(const std::string& path) {
  return std::filesystem::path(path).filename() == policy::application_file;
}

// What is checked: the given paths as one platform's policies, and then what is an application's, a `.drift-policy.yaml`;
// given alone, that is held against the platform's policies that are in force here.
std::vector<policy::PolicyText> texts_of(const std::vector<std::string>& paths) {
  std::vector<policy::PolicyText> platform, application;
  for (const auto& path : paths) {
    const bool own = is_application_file(path);
    for (auto& text : policy::read_policy_texts(path)) {
      text.application = own;
      (own ? application : platform).push_back(std::move(text));
    }
  }
  if (platform.empty()) platform = policy::platform_texts(policy::inputs_of("", outside::environment()));
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

// A line for each of the first 50.
std::string listed(const std::vector<Finding>& findings, std::string_view prefix) {
  constexpr std::size_t most = 50;
  std::string text;
  for (std::size_t i = 0; i < std::min(most, findings.size()); ++i)
    text += to_string({findings[i].place, std::string(prefix) + findings[i].message}) + '\n';
  if (findings.size() > most) text += fmt::format("{}and {} more\n", prefix, findings.size() - most);
  return text;
}

struct Checked {
  std::vector<policy::Policy> policies;
  policy::Findings findings;
};

// Adds what is about the text in that file.
void add_about(const std::string& file, const std::vector<Finding>& all, std::vector<Finding>& findings) {
  std::copy_if(all.begin(), all.end(), std::back_inserter(findings),
               [&](const Finding& finding) { return finding.place.file == file; });
}

// An application has one policy of its own. So several are several applications', and each is held against the platform's by itself.
Checked checked(const std::vector<policy::PolicyText>& texts, const kube::FieldTypes& types) {
  const auto second = [&] {
    auto at = std::find_if(texts.begin(), texts.end(), [](const auto& text) { return text.application; });
    return at == texts.end() ? at : at + 1;
  }();
  Checked checked;
  std::vector<policy::PolicyText> together(texts.begin(), second);
  checked.policies = policy::load(together, checked.findings, &types).policies;
  for (auto at = second; at != texts.end(); ++at) {
    together.back() = *at;
    policy::Findings findings;
    for (auto& policy : policy::load(together, findings, &types).policies)
      if (policy.place.file == at->name) checked.policies.push_back(std::move(policy));
    add_about(at->name, findings.mistakes, checked.findings.mistakes);
    add_about(at->name, findings.warnings, checked.findings.warnings);
  }
  return checked;
}

std::string as_text(const Checked& checked) {
  const auto& findings = checked.findings;
  std::size_t rules = 0;
  for (const auto& policy : checked.policies) rules += policy.rules.size();
  auto text = listed(findings.mistakes, "") + listed(findings.warnings, "warning: ");
  text += fmt::format("{} {}, {}: ", checked.policies.size(),
                      checked.policies.size() == 1 ? "policy" : "policies", quantity(rules, "rule"));
  if (findings.mistakes.empty() && findings.warnings.empty()) return text + "fine\n";
  return text + quantity(findings.mistakes.size(), "mistake") + ", " +
         quantity(findings.warnings.size(), "warning") + '\n';
}

std::string policy_json(const policy::Policy& policy) {
  return fmt::format(R"({{"name":{},"file":{},"rules":{}}})", json_string(policy.name),
                     json_string(policy.place.file), policy.rules.size());
}

std::string as_json(const Checked& checked) {
  return fmt::format(R"({{"policies":{},"mistakes":{},"warnings":{}}})",
                     json_list(checked.policies, policy_json),
                     json_list(checked.findings.mistakes, report::finding_json),
                     json_list(checked.findings.warnings, report::finding_json)) +
         '\n';
}

std::string in_output(const std::string& output, const std::vector<policy::PolicyText>& texts,
                      const Checked& checked) {
  const auto& findings = checked.findings;
  if (output == "text") return as_text(checked);
  if (output == "github") return report::findings_github(findings.mistakes, findings.warnings);
  if (output == "sarif") return report::findings_sarif(findings.mistakes, findings.warnings, DRIFT_VERSION);
  if (output != "junit") return in_format(as_json(checked), output);
  std::vector<std::string> files;
  files.reserve(texts.size());
  for (const auto& text : texts) files.push_back(text.name);
  return report::findings_junit(files, findings.mistakes, findings.warnings);
}

std::string overrides_in(const std::string& output, const source::Overrides& found) {
  if (output == "github") return report::findings_github(found.mistakes, {});
  if (output == "sarif") return report::findings_sarif(found.mistakes, {}, DRIFT_VERSION);
  if (output == "junit") return report::findings_junit(found.files, found.mistakes, {});
  if (output == "text")
    return listed(found.mistakes, "") + quantity(found.files.size(), "source file") + ": " +
           (found.mistakes.empty() ? "fine" : quantity(found.mistakes.size(), "mistake")) + '\n';
  JsonObject json;
  json.json("files", json_list(found.files, json_string));
  json.json("mistakes", json_list(found.mistakes, report::finding_json));
  return in_format(json.str() + '\n', output);
}

// Of a repository instead of policies.
Exit check_repository(const Options& options) {
  if (!options.paths.empty() || !options.definitions.empty())
    throw InputError(
        "--repository checks a checkout, not policies; expected no path and no --crds beside it");
  outside::SystemPrograms programs(outside::environment());
  const auto found = source::check_overrides(options.repository, programs);
  outside::print({overrides_in(options.output, found)});
  return found.mistakes.empty() ? Exit::ok : Exit::refused;
}

Exit check(const Options& options) {
  if (!options.repository.empty()) return check_repository(options);
  const auto types = known_types(options.definitions);
  const auto texts = texts_of(options.paths);
  const auto all = checked(texts, types);
  outside::print({in_output(options.output, texts, all)});
  const auto& findings = all.findings;
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
  app.add_option("--repository", options->repository,
                 "instead of policies, a checkout: its .argocd-source*.yaml may set the plugin's parameters "
                 "and nothing else")
      .type_name("DIR");
  app.add_option("-o,--output", options->output, "The format")
      .one_of({"text", "json", "yaml", "github", "junit", "sarif"})
      .show_default();
  app.add_flag("--strict", options->strict, "exit with 1 where there are warnings");
  return [options] { return check(*options); };
}

}  // namespace drift::commands
