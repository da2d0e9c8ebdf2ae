#include "source/context.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "base/duration.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "kube/quantity.hpp"

namespace drift::source {
namespace {

std::string_view build_variable(const Context& context, std::string_view name) {
  if (name == "ARGOCD_APP_NAME") return context.app_name;
  if (name == "ARGOCD_APP_NAMESPACE") return context.ns;
  if (name == "ARGOCD_APP_PROJECT_NAME") return context.project;
  if (name == "ARGOCD_APP_REVISION") return context.revision;
  if (name == "ARGOCD_APP_REVISION_SHORT") return std::string_view(context.revision).substr(0, 7);
  if (name == "ARGOCD_APP_REVISION_SHORT_8") return std::string_view(context.revision).substr(0, 8);
  if (name == "ARGOCD_APP_SOURCE_REPO_URL") return context.repo_url;
  if (name == "ARGOCD_APP_SOURCE_PATH")
    return context.source_path ? std::string_view(*context.source_path) : "";
  if (name == "ARGOCD_APP_SOURCE_TARGET_REVISION") return context.target_revision;
  if (name == "$") return "$";
  return {};
}

bool is_name(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_special(char c) {
  return std::string_view("*#$@!?-0123456789").find(c) != std::string_view::npos;
}

// What stands after a `$`: the variable's name, and how many bytes it takes up (Go's os.getShellName).
struct Reference {
  std::string_view name;
  std::size_t size;
};

Reference read_reference(std::string_view rest) {
  if (rest[0] == '{') {
    if (rest.size() > 2 && is_special(rest[1]) && rest[2] == '}') return {rest.substr(1, 1), 3};
    const auto close = rest.find('}', 1);
    if (close == std::string_view::npos) return {{}, 1};
    if (close == 1) return {{}, 2};
    return {rest.substr(1, close - 1), close + 1};
  }
  if (is_special(rest[0])) return {rest.substr(0, 1), 1};
  std::size_t size = 0;
  while (size < rest.size() && is_name(rest[size])) ++size;
  return {rest.substr(0, size), size};
}

// A Kubernetes quantity of bytes.
std::size_t parse_size(std::string_view text, std::string_view what) {
  constexpr kube::Nanos one = 1'000'000'000, petabyte = one * 1'000'000'000'000'000;
  const auto size = kube::parse_quantity(text);
  if (size && *size >= 0 && *size < petabyte) return static_cast<std::size_t>(*size / one);
  throw InputError(fmt::format("{}: '{}' is no size; expected one like 10M or 64Mi", what, text));
}

outside::Confine parse_confine(std::string_view text) {
  if (text.empty() || text == "warn") return outside::Confine::warn;
  if (text == "require") return outside::Confine::require;
  if (text == "off") return outside::Confine::off;
  throw InputError(
      fmt::format("DRIFT_POLICY_CONFINEMENT: '{}' is none; expected warn, require or off", text));
}

void read_limits(const outside::Environment& environment, outside::Limits& limits) {
  using outside::value_or;
  if (const auto time = value_or(environment, "DRIFT_POLICY_EXEC_TIMEOUT"); !time.empty())
    limits.time = time_limit(time, "DRIFT_POLICY_EXEC_TIMEOUT");
  if (const auto size = value_or(environment, "DRIFT_POLICY_MEMORY_LIMIT"); !size.empty())
    limits.memory = parse_size(size, "DRIFT_POLICY_MEMORY_LIMIT");
  limits.confine = parse_confine(value_or(environment, "DRIFT_POLICY_CONFINEMENT"));
  for (auto& path : split(value_or(environment, "DRIFT_POLICY_READABLE"), ':'))
    limits.readable.emplace_back(std::move(path));
}

}  // namespace

std::string_view Context::short_name() const {
  const std::string_view name = app_name;
  const auto separator = name.find('_');
  return separator == std::string_view::npos ? name : name.substr(separator + 1);
}

std::string Context::substitute(std::string_view text) const {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '$' || i + 1 == text.size()) {
      result += text[i++];
      continue;
    }
    const auto [name, size] = read_reference(text.substr(i + 1));
    if (size == 0) {
      result += '$';  // a `$` that starts nothing stays
    } else if (!name.empty()) {
      result += build_variable(*this, name);
    }
    i += 1 + size;
  }
  return result;
}

bool is_of_another_source(std::string_view path) {
  return path.size() > 1 && path[0] == '$' && is_name(path[1]) && !path.starts_with("$ARGOCD_");
}

std::string Context::substitute_path(std::string_view path, std::string_view setting) const {
  if (is_of_another_source(path))
    throw InputError(
        fmt::format("{}: '{}' is of another source, which a plugin doesn't see; expected a file of this one",
                    setting, path));
  return substitute(path);
}

std::chrono::milliseconds time_limit(std::string_view text, std::string_view what) {
  using std::chrono::milliseconds;
  const bool only_number = text.find_first_not_of("0123456789.") == std::string_view::npos;
  const auto limit = parse_duration(only_number ? std::string(text) + 's' : std::string(text));
  if (!limit || *limit < milliseconds(1) || *limit > std::chrono::days(1))
    throw InputError(
        fmt::format("{}: '{}' is no duration; expected one like 55s or 1m30s, of at most a day", what, text));
  return std::chrono::floor<milliseconds>(*limit);
}

Context read_context(const outside::Environment& environment) {
  using outside::value_or;
  Context context;
  context.app_name = value_or(environment, "ARGOCD_APP_NAME");
  context.ns = value_or(environment, "ARGOCD_APP_NAMESPACE");
  context.project = value_or(environment, "ARGOCD_APP_PROJECT_NAME");
  context.revision = value_or(environment, "ARGOCD_APP_REVISION");
  context.repo_url = value_or(environment, "ARGOCD_APP_SOURCE_REPO_URL");
  if (environment.contains("ARGOCD_APP_SOURCE_PATH")) {
    context.source_path = value_or(environment, "ARGOCD_APP_SOURCE_PATH");
  }
  context.target_revision = value_or(environment, "ARGOCD_APP_SOURCE_TARGET_REVISION");
  context.kube_version = value_or(environment, "KUBE_VERSION");
  context.api_versions = split(value_or(environment, "KUBE_API_VERSIONS"), ',');
  if (const auto size = value_or(environment, "DRIFT_POLICY_MAX_MANIFEST_SIZE"); !size.empty()) {
    context.max_directory_size = parse_size(size, "DRIFT_POLICY_MAX_MANIFEST_SIZE");
  }
  if (const auto version = value_or(environment, "DRIFT_POLICY_ARGOCD_VERSION"); !version.empty()) {
    context.argocd_version = parse_argocd_version(version, "DRIFT_POLICY_ARGOCD_VERSION");
  }
  read_limits(environment, context.limits);
  return context;
}

}  // namespace drift::source
