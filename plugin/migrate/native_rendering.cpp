#include "migrate/native_rendering.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "json/read.hpp"
#include "outside/file.hpp"
#include "outside/writing.hpp"
#include "source/copy.hpp"
#include "source/directory.hpp"
#include "source/helm/dependencies.hpp"
#include "source/helm/helm.hpp"
#include "source/helm/messages.hpp"
#include "source/kustomize/messages.hpp"
#include "source/kustomize/overlay.hpp"
#include "source/version.hpp"
#include "yaml/first_json.hpp"

namespace drift::migrate {
namespace {

namespace fs = std::filesystem;
using rapidjson::Value;
using source::Context;
using source::Repository;

const Value& block_of(const Value& native, std::string_view name) {
  static const Value none(rapidjson::kObjectType);
  const auto* block = find_member(native, name);
  return block && block->IsObject() ? *block : none;
}

// The elements of a list, none where it isn't there.
std::vector<const Value*> list_of(const Value& block, std::string_view key) {
  std::vector<const Value*> elements;
  if (const auto* list = find_member(block, key); list && list->IsArray())
    for (const auto& element : list->GetArray()) elements.push_back(&element);
  return elements;
}

std::vector<std::string> texts_of(const Value& block, std::string_view key) {
  std::vector<std::string> texts;
  for (const auto* element : list_of(block, key)) texts.emplace_back(drift::text_of(*element));
  return texts;
}

// The members of a map of strings as `name:value`.
std::vector<std::string> labels_of(const Value& block, std::string_view key, bool substituted,
                                   const Context& context) {
  std::vector<std::string> labels;
  if (const auto* map = find_member(block, key); map && map->IsObject())
    for (const auto& [name, value] : map->GetObject())
      labels.push_back(fmt::format(
          "{}:{}", drift::text_of(name),
          substituted ? context.substitute(drift::text_of(value)) : std::string(drift::text_of(value))));
  return labels;
}

// cleanSetParameters in util/helm/cmd.go.
std::string with_escaped_commas(const std::string& value) {
  if (value.starts_with('{') && value.ends_with('}')) return value;
  std::string text;
  for (const char c : value) {
    if (c == ',' && !text.ends_with('\\')) text += '\\';
    text += c;
  }
  return text;
}

void add_parameters(const Value& helm, const Context& context, std::vector<std::string>& arguments) {
  for (const bool forced : {false, true})
    for (const auto* one : list_of(helm, "parameters")) {
      if (flag_of(*one, "forceString") != forced) continue;
      arguments.emplace_back(forced ? "--set-string" : "--set");
      arguments.push_back(text_of(*one, "name") + "=" +
                          with_escaped_commas(context.substitute(text_of(*one, "value"))));
    }
}

void add_files(const Value& helm, const Repository& repository, const Context& context,
               outside::Programs& programs, std::vector<std::string>& arguments) {
  source::Options files;  // only to have the paths resolved
  files.helm_value_files = texts_of(helm, "valueFiles");
  files.helm_ignore_missing_value_files = flag_of(helm, "ignoreMissingValueFiles");
  for (const auto* one : list_of(helm, "fileParameters"))
    files.helm_file_parameters[text_of(*one, "name")] = text_of(*one, "path");
  for (const auto& [name, path] : resolve_file_parameters(repository, files, context))
    arguments.insert(arguments.end(), {"--set-file", name + "=" + with_escaped_commas(path.string())});
  for (const auto& path : resolve_value_files(repository, files, context))
    arguments.insert(arguments.end(), {"--values", path.string()});
  const auto* object = find_member(helm, "valuesObject");
  const auto values = object && object->IsObject() ? to_json(*object) : text_of(helm, "values");
  if (values.empty()) return;
  const auto path = programs.work_folder() / "native-values.yaml";
  outside::write_file(path.string(), values);
  arguments.insert(arguments.end(), {"--values", path.string()});
}

std::vector<std::string> helm_arguments(const Value& helm, const Repository& repository,
                                        const Context& context, outside::Programs& programs) {
  const auto or_else = [&](const char* key, std::string_view otherwise) {
    const auto text = text_of(helm, key);
    return text.empty() ? std::string(otherwise) : text;
  };
  std::vector<std::string> arguments{"template", ".", "--name-template",
                                     or_else("releaseName", context.short_name())};
  if (const auto ns = or_else("namespace", context.ns); !ns.empty())
    arguments.insert(arguments.end(), {"--namespace", ns});
  if (const auto version = source::generic_version(or_else("kubeVersion", context.kube_version));
      !version.empty())
    arguments.insert(arguments.end(), {"--kube-version", version});
  add_parameters(helm, context, arguments);
  add_files(helm, repository, context, programs, arguments);
  const auto own = texts_of(helm, "apiVersions");
  for (const auto& version : own.empty() ? context.api_versions : own)
    arguments.insert(arguments.end(), {"--api-versions", version});
  if (!flag_of(helm, "skipCrds")) arguments.emplace_back("--include-crds");
  if (flag_of(helm, "skipSchemaValidation")) arguments.emplace_back("--skip-schema-validation");
  if (flag_of(helm, "skipTests")) arguments.emplace_back("--skip-tests");
  return arguments;
}

std::string run_helm(const Value& helm, const Repository& repository, const Context& context,
                     outside::Programs& programs) {
  repository.check_links(repository.folder());
  outside::Command command{"helm", helm_arguments(helm, repository, context, programs), repository.folder(),
                           repository.root()};
  auto result = programs.run(command);
  if (result.exit_code != 0 && result.err.find("missing in charts") != std::string::npos) {
    command.directory = build_dependencies(repository, programs);
    result = programs.run(command);
  }
  if (result.exit_code == 0) return std::move(result.out);
  result.err = source::without_values(result.err, source::ChartTexts(command.directory));
  outside::throw_failed(command, result, programs.work_folder());
}

// `kustomize edit` in a copy of the overlay, one change after the other as Argo CD makes them in its checkout.
class Kustomize {
 public:
  Kustomize(const Value& block, const Repository& repository, const Context& context,
            outside::Programs& programs)
      : block_(block), repository_(repository), context_(context), programs_(programs) {}

  std::string run() {
    if (!programs_.has("kustomize"))
      throw OutsideError("kustomize is needed to render as Argo CD does, and isn't found on PATH");
    const auto components = found_components();
    const auto overlay = find_overlay(repository_, repository_.folder(), components);
    root_ = programs_.work_folder() / "native";
    copy_folders(repository_, overlay.folders, overlay.links, repository_.folder(), root_);
    folder_ = place_in_copy(repository_, repository_.folder(), root_);
    set("nameprefix", "namePrefix");
    set("namesuffix", "nameSuffix");
    edit_lists();
    labels();
    annotations();
    set("namespace", "namespace");
    add_patches();
    edit({"add", "component"}, components);
    return call({"build", folder_.string()}, root_, outside::Reach::git);
  }

 private:
  std::vector<std::string> found_components() const {
    auto components = texts_of(block_, "components");
    std::error_code ignored;
    if (flag_of(block_, "ignoreMissingComponents"))
      std::erase_if(components,
                    [&](const auto& one) { return !fs::exists(repository_.folder() / one, ignored); });
    return components;
  }

  std::string call(std::vector<std::string> arguments, const fs::path& directory, outside::Reach reach) {
    const outside::Command command{"kustomize", std::move(arguments), directory, root_, reach};
    auto result = programs_.run(command);
    if (result.exit_code == 0) return std::move(result.out);
    result.err = source::without_contents(result.err);
    outside::throw_failed(command, result, programs_.work_folder());
  }

  void edit(std::vector<std::string> arguments, const std::vector<std::string>& values) {
    if (values.empty()) return;
    arguments.insert(arguments.begin(), "edit");
    arguments.insert(arguments.end(), values.begin(), values.end());
    call(std::move(arguments), folder_, outside::Reach::nothing);
  }

  void set(const char* what, const char* key) {
    if (const auto text = text_of(block_, key); !text.empty()) edit({"set", what, "--"}, {text});
  }

  void edit_lists() {
    auto images = texts_of(block_, "images");
    for (auto& image : images) image = context_.substitute(image);
    edit({"set", "image"}, images);
    std::vector<std::string> replicas;
    for (const auto* one : list_of(block_, "replicas")) {
      const auto* count = find_member(*one, "count");
      const auto number = count && count->IsString() ? std::string(drift::text_of(*count))
                                                     : std::to_string(number_of(*one, "count"));
      replicas.push_back(text_of(*one, "name") + "=" + number);
    }
    edit({"set", "replicas"}, replicas);
  }

  void labels() {
    std::vector<std::string> arguments{"add", "label"};
    if (flag_of(block_, "forceCommonLabels")) arguments.emplace_back("--force");
    if (flag_of(block_, "labelWithoutSelector")) arguments.emplace_back("--without-selector");
    if (flag_of(block_, "labelIncludeTemplates")) arguments.emplace_back("--include-templates");
    edit(std::move(arguments), labels_of(block_, "commonLabels", true, context_));
  }

  void annotations() {
    std::vector<std::string> arguments{"add", "annotation"};
    if (flag_of(block_, "forceCommonAnnotations")) arguments.emplace_back("--force");
    edit(std::move(arguments),
         labels_of(block_, "commonAnnotations", flag_of(block_, "commonAnnotationsEnvsubst"), context_));
  }

  void add_patches() {
    const auto patches = list_of(block_, "patches");
    if (patches.empty()) return;
    const auto path = folder_ / source::kustomization_name(folder_);
    auto kustomization = yaml::read_yaml(
        path.string(), outside::read_file(path, path.string(), source::max_kustomization_size));
    auto& allocator = kustomization.GetAllocator();
    if (!kustomization.IsObject()) kustomization.SetObject();
    if (!kustomization.HasMember("patches"))
      kustomization.AddMember("patches", Value(rapidjson::kArrayType), allocator);
    auto& list = kustomization["patches"];
    if (!list.IsArray()) throw InputError({path.string()}, "expected a list under patches");
    for (const auto* patch : patches) list.PushBack(Value(*patch, allocator), allocator);
    outside::write_file(path.string(), to_json(kustomization));
  }

  const Value& block_;
  const Repository& repository_;
  const Context& context_;
  outside::Programs& programs_;
  fs::path root_, folder_;
};

// The block that is there, else what Argo CD finds.
source::Type type_of(const Value& native, const Repository& repository) {
  for (const auto type : {source::Type::helm, source::Type::kustomize, source::Type::directory})
    if (!block_of(native, to_string(type)).ObjectEmpty()) return type;
  return source::detect(repository.folder(), "");
}

}  // namespace

source::Source render_natively(const Value& native, const Repository& repository, const Context& context,
                               outside::Programs& programs) {
  source::Source result;
  result.type = type_of(native, repository);
  const auto& block = block_of(native, to_string(result.type));
  if (result.type == source::Type::helm) {
    result.files.push_back({"helm template", run_helm(block, repository, context, programs)});
  } else if (result.type == source::Type::kustomize) {
    result.files.push_back({"kustomize build", Kustomize(block, repository, context, programs).run()});
  } else {
    source::Options options;
    options.directory_recurse = flag_of(block, "recurse");
    options.directory_include = text_of(block, "include");
    options.directory_exclude = text_of(block, "exclude");
    options.directory_disable_extension_filter = flag_of(block, "disableExtensionFilter");
    load_directory(repository.folder(), repository, options, context, result);
  }
  return result;
}

}  // namespace drift::migrate
