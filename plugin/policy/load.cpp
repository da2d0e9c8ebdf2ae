#include "policy/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <filesystem>

#include "base/embedded.hpp"
#include "base/sha256.hpp"
#include "outside/file.hpp"
#include "policy/read/impossible.hpp"
#include "policy/read/read.hpp"
#include "yaml/nesting.hpp"
#include "yaml/stream.hpp"

namespace drift::policy {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t max_files = 1000;
constexpr std::size_t max_application_rules = 200;
constexpr std::size_t max_application_fields = 200;
constexpr std::size_t max_application_pointers = 400;
constexpr std::size_t max_application_nesting = 1'000'000;  // of nesting_work

PolicyText baseline_text() {
  return {"built-in baseline.yaml", std::string(embedded::baseline_yaml()), false, true};
}

PolicyText read_file(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error))
    throw InputError(fmt::format("{}: expected a file with a policy", path.string()));
  return {path.string(), outside::read_file(path, path.string(), max_policy_size)};
}

PolicyText read_application(const PolicyInputs& inputs) {
  fs::path path = *inputs.application;
  std::error_code error;
  const auto& name = inputs.application_name.empty() ? *inputs.application : inputs.application_name;
  // What a link leads to could be a file of the sidecar, and messages quote what they don't understand.
  if (fs::is_symlink(path, error)) throw InputError(fmt::format("{}: is a link; expected a file", name));
  auto text = read_file(path);
  text.name = name;
  text.application = true;
  return text;
}

// What an application's own policies (those from `first` on) ask of every object is bounded; a platform knows what it does.
void check_size(const PolicyText& text, const std::vector<Policy>& policies, std::size_t first,
                Findings& findings) {
  std::size_t rules = 0, fields = 0, pointers = 0;
  for (std::size_t i = first; i < policies.size(); ++i) {
    rules += policies[i].rules.size();
    for (const auto& rule : policies[i].rules) {
      fields += rule.fields.size();
      for (const auto& field : rule.fields) pointers += field.pointers.size();
    }
  }
  const auto limit = [&](std::size_t number, std::size_t most, const char* what) {
    if (number > most)
      findings.mistakes.push_back(
          {{text.name},
           fmt::format("an application's own policy has {} {}; expected at most {}", number, what, most)});
  };
  limit(rules, max_application_rules, "rules");
  limit(fields, max_application_fields, "fields");
  limit(pointers, max_application_pointers, "jsonPointers");
}

// The policies of one text; mistakes of one document don't hide those of the next.
void read_text(const PolicyText& text, const kube::FieldTypes* types, std::vector<Policy>& policies,
               Findings& findings) {
  if (text.application && text.text.size() > max_application_policy_size) {
    findings.mistakes.push_back(
        {{text.name},
         fmt::format("an application's own policy may have {} KiB, and this is larger; expected "
                     "fewer rules, or what is common to several in the platform's policies",
                     max_application_policy_size >> 10)});
    return;
  }
  if (text.application && yaml::nesting_work(text.text) > max_application_nesting) {
    findings.mistakes.push_back(
        {{text.name}, "lists and mappings in brackets are nested too deep; expected fewer levels"});
    return;
  }
  const auto first = policies.size();
  const auto before = policies.size() + findings.mistakes.size();
  const Lines lines(text.name, text.text);
  const yaml::LineIndex index(text.text);
  try {
    for (const auto& piece : yaml::split(text.name, text.text)) {
      try {
        yaml::Document document(text.name, text.text, piece.span, yaml::Document::Reader::fastest, &index);
        if (!document.root()) continue;
        if (auto policy = read_policy(document.root(), lines, text.application, text.built_in, findings))
          policies.push_back(std::move(*policy));
        if (types) warn_of_impossible(document.root(), lines, *types, findings.warnings);
      } catch (const InputError& error) {
        findings.mistakes.insert(findings.mistakes.end(), error.findings.begin(), error.findings.end());
      }
    }
  } catch (const InputError& error) {
    findings.mistakes.insert(findings.mistakes.end(), error.findings.begin(), error.findings.end());
  }
  if (text.text == embedded::baseline_yaml())
    for (auto i = first; i < policies.size(); ++i) policies[i].baseline = true;
  if (policies.size() + findings.mistakes.size() == before)
    findings.mistakes.push_back({{text.name}, "holds no policy; expected a DriftPolicy"});
  if (text.application) check_size(text, policies, first, findings);
}

std::string digest_of(const std::vector<PolicyText>& texts, bool with_application) {
  std::string all;
  for (const auto& text : texts)
    if (with_application || !text.application) all += sha256_hex(text.text);
  return sha256_hex(all);
}

// By file (in the order given), line and column, so that a person reads a file's mistakes from top to bottom.
void sort_findings(const std::vector<PolicyText>& texts, std::vector<Finding>& findings) {
  auto position = [&](const Finding& finding) {
    auto same = [&](const PolicyText& text) { return text.name == finding.place.file; };
    return std::find_if(texts.begin(), texts.end(), same) - texts.begin();
  };
  std::stable_sort(findings.begin(), findings.end(), [&](const Finding& a, const Finding& b) {
    return std::tuple(position(a), a.place.line, a.place.column) <
           std::tuple(position(b), b.place.line, b.place.column);
  });
}

}  // namespace

std::vector<PolicyText> read_policy_texts(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) throw InputError(fmt::format("{}: no such policy file or folder", path));
  if (!fs::is_directory(path, error)) return {read_file(path)};
  std::vector<PolicyText> texts;
  for (const auto& file : outside::yaml_files(path, max_files)) texts.push_back(read_file(file));
  if (texts.empty())
    throw InputError(fmt::format("{}: a folder without policies; expected *.yaml, *.yml or *.json", path));
  return texts;
}

std::vector<PolicyText> platform_texts(const PolicyInputs& inputs) {
  if (inputs.flag && !inputs.called_by_argocd) return read_policy_texts(*inputs.flag);
  if (inputs.environment) {
    if (inputs.environment->empty())
      throw InputError("DRIFT_POLICY_PATH is set but empty; expected a policy file or a folder of policies");
    return read_policy_texts(*inputs.environment);
  }
  std::error_code error;
  const auto status = fs::symlink_status(inputs.mounted, error);
  if (status.type() != fs::file_type::not_found) return read_policy_texts(inputs.mounted);
  return {baseline_text()};
}

namespace {

void warn_of_namespace(const PolicySet& set, std::vector<Finding>& warnings) {
  if (set.hooks.ns || set.policies.empty()) return;
  const auto& place = set.hooks.place.line ? set.hooks.place : set.policies.front().place;
  warnings.push_back({place,
                      "hooks.namespace isn't set, so plans, gates and records lie in each application's own "
                      "namespace, where whoever can edit it can touch them"});
  if (set.hooks.records.keep || set.hooks.records.keep_for)
    warnings.push_back(
        {place,
         "hooks.records counts for the records of a platform namespace; without hooks.namespace "
         "each application keeps its last 31 or 32, however old"});
}

}  // namespace

PolicySet load(const std::vector<PolicyText>& texts, Findings& findings, const kube::FieldTypes* types) {
  std::vector<Policy> platform, application;
  for (const auto& text : texts) read_text(text, types, text.application ? application : platform, findings);
  std::optional<Policy> own;
  if (!application.empty()) own = std::move(application.front());
  for (std::size_t i = 1; i < application.size(); ++i)
    findings.mistakes.push_back({application[i].place, "a second policy; expected one for an application"});
  auto set = combine(std::move(platform), std::move(own), findings.mistakes);
  set.digest = digest_of(texts, true);
  set.platform_digest = digest_of(texts, false);
  warn_of_namespace(set, findings.warnings);
  sort_findings(texts, findings.mistakes);
  sort_findings(texts, findings.warnings);
  return set;
}

PolicySet resolve_policies(const PolicyInputs& inputs, std::vector<Finding>& warnings) {
  if (inputs.flag == "none" && !inputs.called_by_argocd) return no_policy();
  auto texts = platform_texts(inputs);
  if (inputs.application) texts.push_back(read_application(inputs));
  Findings findings;
  auto set = load(texts, findings);
  if (!findings.mistakes.empty()) throw InputError(findings.mistakes);
  warnings.insert(warnings.end(), findings.warnings.begin(), findings.warnings.end());
  return set;
}

PolicySet baseline() {
  Findings findings;
  auto set = load({baseline_text()}, findings);
  if (!findings.mistakes.empty()) throw InputError(findings.mistakes);
  return set;
}

}  // namespace drift::policy
