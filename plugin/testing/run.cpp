#include "testing/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <optional>
#include <system_error>

#include "render/application.hpp"
#include "testing/drift.hpp"

namespace drift::testing {
namespace {
namespace fs = std::filesystem;

constexpr std::size_t most_entries = 1'000'000;
constexpr std::size_t most_files = 10'000;

bool is_test(const fs::directory_entry& entry) {
  const auto name = entry.path().filename().string();
  return entry.is_regular_file() && !entry.is_symlink() &&
         (name.ends_with("drift-policy-test.yaml") || name.ends_with("drift-policy-test.yml"));
}

bool is_hidden(const fs::directory_entry& entry) {
  return entry.path().filename().string().starts_with('.');
}

std::vector<std::string> files_below(const std::string& folder) {
  std::vector<std::string> files;
  std::size_t entries = 0;
  for (auto at = fs::recursive_directory_iterator(folder); at != fs::recursive_directory_iterator(); ++at) {
    if (++entries > most_entries || files.size() > most_files)
      throw InputError({folder}, fmt::format("more than {} entries or {} tests; expected a smaller folder",
                                             most_entries, most_files));
    if (at->is_directory() && is_hidden(*at)) at.disable_recursion_pending();
    if (is_test(*at)) files.push_back(at->path().lexically_normal().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

render::Request request_of(const std::string& file, const Case& test, const std::string& policy) {
  const auto folder = fs::path(file).parent_path();
  render::Request request;
  request.path = (folder / test.path).lexically_normal().string();
  request.policy = policy;
  if (test.policies) request.policy = (folder / *test.policies).lexically_normal().string();
  request.source.app_name = test.app_name;
  request.source.app_namespace = test.app_namespace;
  return request;
}

outside::Environment environment_of(const Case& test, outside::Environment environment) {
  std::erase_if(environment, [](const auto& variable) {
    return variable.first.starts_with("ARGOCD_") || variable.first.starts_with("PARAM_");
  });
  if (!test.parameters.empty()) environment["ARGOCD_APP_PARAMETERS"] = test.parameters;
  return environment;
}

void refuse_rendered_tests(const render::Rendered& rendered) {
  for (const auto& manifest : rendered.manifests->objects())
    if (manifest.kind == test_kind)
      throw InputError(
          manifest.place(),
          "this test is in the folder that is rendered, so Argo CD would apply it as a manifest; "
          "expected it in another folder");
}

void note(const render::Rendered& rendered, const std::vector<bool>& rules, Reached& reached) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    auto& known = reached[rendered.policies.rule_name(i)];
    known = known || rules[i];
  }
}

}  // namespace

std::vector<std::string> test_files(const std::string& path) {
  std::error_code error;
  if (fs::is_regular_file(path, error)) return {path};
  if (!fs::is_directory(path, error)) throw InputError({path}, "no such file or folder");
  auto files = files_below(path);
  if (files.empty())
    throw InputError({path}, "no test in it; expected a file whose name ends with drift-policy-test.yaml");
  return files;
}

Result run_case(const std::string& file, const Case& test, const std::string& policy,
                outside::Environment environment, Reached& reached) {
  std::optional<render::Rendered> rendered;
  std::string failure;
  try {
    rendered =
        render::application(request_of(file, test, policy), environment_of(test, std::move(environment)));
  } catch (const InputError& error) {
    failure = error.what();
  } catch (const Refusal& refusal) {
    failure = refusal.what();
  }
  if (!rendered) return {file, test.name, judge_failure(test.checks, failure)};
  refuse_rendered_tests(*rendered);
  note(*rendered, rules_reached(test.checks, *rendered), reached);
  Result result{file, test.name, judge(test.checks, *rendered)};
  for (const auto& drift : test.drifts) {
    auto outcomes = judge_drift(drift, *rendered);
    std::move(outcomes.begin(), outcomes.end(), std::back_inserter(result.outcomes));
  }
  return result;
}

}  // namespace drift::testing
