#include "source/helm/helm.hpp"

#include <fmt/format.h>

#include <fstream>
#include <string>
#include <system_error>

#include "base/error.hpp"
#include "base/text.hpp"
#include "source/helm/chart_schema.hpp"
#include "source/helm/chart_texts.hpp"
#include "source/helm/dependencies.hpp"
#include "source/helm/messages.hpp"
#include "source/version.hpp"

namespace drift::source {
namespace fs = std::filesystem;
namespace {

// A comma in a value is meant literally unless it is escaped already or the value is a list `{a,b}` (cleanSetParameters).
std::string escape_commas(std::string_view value) {
  if (value.starts_with('{') && value.ends_with('}')) return std::string(value);
  std::string result;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == ',' && (i == 0 || value[i - 1] != '\\')) result += '\\';
    result += value[i];
  }
  return result;
}

// A file parameter must set one value from one file: what Helm would read as the start of another is escaped in the path, and
// refused in the name. Without that `x=/etc/passwd,y` would be the name of a parameter that reads a second file.
std::string file_parameter(const std::string& name, const fs::path& path) {
  if (name.find_first_of(",=") != std::string::npos || name.ends_with('\\')) {
    throw InputError(fmt::format("helm-file-parameters: '{}' is no name of a single value", name));
  }
  auto result = name + '=';
  for (const char c : path.native()) {
    if (c == ',' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

// Helm splits what --values gets at commas, as CSV; so a path that holds some is quoted.
std::string as_csv(const std::string& path) {
  if (path.find_first_of(",\"\r\n") == std::string::npos) return path;
  std::string result = "\"";
  for (const char c : path) {
    if (c == '"') result += '"';
    result += c;
  }
  return result + '"';
}

fs::path existing_file(const Repository& repository, const Context& context, const std::string& written) {
  constexpr const char* setting = "helm-file-parameters";
  const auto name = context.substitute_path(written, setting);
  auto path = repository.resolve(name, setting);
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) {
    throw InputError(fmt::format("{}: there is no file '{}'", setting, name));
  }
  return path;
}

class Arguments {
 public:
  void add(const char* flag, std::string value) {
    list_.emplace_back(flag);
    list_.push_back(std::move(value));
  }
  void add_set(const char* flag, const std::string& name, std::string_view value) {
    add(flag, name + '=' + escape_commas(value));
  }
  void add_if(bool condition, const char* flag) {
    if (condition) list_.emplace_back(flag);
  }
  std::vector<std::string> take() { return std::move(list_); }

 private:
  std::vector<std::string> list_{"template", "."};
};

fs::path write_inline_values(const std::string& values, outside::Programs& programs) {
  auto path = programs.work_folder() / "inline-values.yaml";
  std::ofstream file(path, std::ios::binary);
  file << values;
  file.close();
  if (!file) throw OutsideError("the private folder for helm-values can't be written to; is the disk full?");
  return path;
}

// A folder's name as Helm takes it for a release: at most 53 lower case letters, digits and dashes.
std::string as_release_name(std::string_view folder) {
  std::string name;
  for (const char c : folder.substr(0, 53)) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool usable = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9');
    if (usable || !name.empty()) name += usable ? lower : '-';
  }
  while (name.ends_with('-')) name.pop_back();
  return name.empty() ? "release" : name;
}

// Argo CD always has an application's name; without one (on a laptop) the folder's does. What --name-template gets is a
// template, and unlike a chart's that one could read helm's environment: the password of a proxy, for one.
std::string release_name(const Repository& repository, const Options& options, const Context& context) {
  if (options.helm_release_name.find("{{") != std::string::npos)
    throw InputError("helm-release-name: a template could read the environment; expected a name");
  if (!options.helm_release_name.empty()) return options.helm_release_name;
  if (!context.app_name.empty()) return std::string(context.short_name());
  return as_release_name(repository.folder().filename().native());
}

std::vector<std::string> arguments(const Repository& repository, const Options& options,
                                   const Context& context, outside::Programs& programs) {
  const auto& versions = options.helm_api_versions.empty() ? context.api_versions : options.helm_api_versions;
  const auto& ns = options.helm_namespace.empty() ? context.ns : options.helm_namespace;
  const auto kube_version =
      generic_version(options.helm_kube_version.empty() ? context.kube_version : options.helm_kube_version);

  Arguments result;
  result.add("--name-template", release_name(repository, options, context));
  if (!ns.empty()) result.add("--namespace", ns);
  if (!kube_version.empty()) result.add("--kube-version", kube_version);
  for (const auto& [name, value] : options.helm_parameters) {
    if (!options.helm_string_parameters.contains(name))
      result.add_set("--set", name, context.substitute(value));
  }
  for (const auto& [name, value] : options.helm_string_parameters) {
    result.add_set("--set-string", name, context.substitute(value));
  }
  for (const auto& [name, path] : resolve_file_parameters(repository, options, context))
    result.add("--set-file", file_parameter(name, path));
  for (const auto& file : resolve_value_files(repository, options, context)) {
    result.add("--values", as_csv(file.string()));
  }
  if (!options.helm_values.empty()) {
    result.add("--values", write_inline_values(options.helm_values, programs).string());
  }
  for (const auto& version : versions) result.add("--api-versions", version);
  result.add_if(!options.helm_skip_crds, "--include-crds");
  result.add_if(options.helm_skip_schema_validation, "--skip-schema-validation");
  result.add_if(options.helm_skip_tests, "--skip-tests");
  return result.take();
}

// Helm 3 sometimes leaves a Chart.lock behind, with which `helm dependency build` fails later (helm/helm#6870).
class LockFile {
 public:
  explicit LockFile(const fs::path& chart) : path_(chart / "Chart.lock"), was_there_(exists()) {}
  ~LockFile() {
    std::error_code ignored;
    if (!was_there_ && exists()) fs::remove(path_, ignored);
  }
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;

 private:
  bool exists() const {
    std::error_code ignored;
    return fs::exists(fs::symlink_status(path_, ignored));
  }
  fs::path path_;
  bool was_there_;
};

outside::Result run_template(const Repository& repository, const Options& options, const fs::path& chart,
                             std::vector<std::string> arguments, outside::Programs& programs) {
  if (!options.helm_skip_schema_validation) check_schemas(chart);
  const LockFile lock(chart);
  return programs.run({"helm", std::move(arguments), chart, repository.root()});
}

// Helm 4 logs by slog's text handler, its warnings of values (`warning: …`) as INFO too; all else of that level is no matter of
// people.
std::string without_reports(const std::string& said) {
  std::string text;
  for (const auto& line : split(said, '\n')) {
    const bool is_report = line.starts_with("level=INFO ") || line.starts_with("level=DEBUG ");
    if (!is_report || line.find(" msg=\"warning: ") != std::string::npos) text += line + '\n';
  }
  return text;
}

bool lacks_dependencies(const outside::Result& result) {
  return result.err.find("found in requirements.yaml, but missing in charts") != std::string::npos ||
         result.err.find("found in Chart.yaml, but missing in charts/ directory") != std::string::npos;
}

}  // namespace

std::map<std::string, fs::path> resolve_file_parameters(const Repository& repository, const Options& options,
                                                        const Context& context) {
  std::map<std::string, fs::path> files;
  for (const auto& [name, path] : options.helm_file_parameters)
    files[name] = existing_file(repository, context, path);
  return files;
}

void load_helm(const Repository& repository, const Options& options, const Context& context,
               outside::Programs& programs, Source& source) {
  std::error_code ignored;
  if (!fs::is_regular_file(repository.folder() / "Chart.yaml", ignored)) {
    throw InputError({repository.folder().string()}, "holds no Chart.yaml");
  }
  repository.check_links(repository.folder());
  const auto template_arguments = arguments(repository, options, context, programs);
  auto result = run_template(repository, options, repository.folder(), template_arguments, programs);
  auto texts = repository.folder();
  if (result.exit_code != 0 && lacks_dependencies(result)) {
    const auto chart = build_dependencies(repository, programs);
    result = run_template(repository, options, chart, template_arguments, programs);
    texts = programs.work_folder() / "chart";  // with the charts that it depends on
  }
  if (!result.err.empty()) result.err = without_values(without_reports(result.err), ChartTexts(texts));
  if (result.exit_code != 0) {
    outside::throw_failed({"helm", template_arguments, repository.root()}, result, programs.work_folder());
  }
  for (auto& line : outside::warnings("helm", result.err, programs.work_folder())) {
    source.warnings.push_back(std::move(line));
  }
  source.files.push_back({"helm template", std::move(result.out)});
}

}  // namespace drift::source
