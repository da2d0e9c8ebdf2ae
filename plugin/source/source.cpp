#include "source/source.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <system_error>

#include "base/error.hpp"
#include "outside/file.hpp"
#include "source/directory.hpp"
#include "source/helm/helm.hpp"
#include "source/kustomize/kustomize.hpp"
#include "source/kustomize/overlay.hpp"
#include "source/repository.hpp"
#include "source/settings.hpp"

namespace drift::source {
namespace fs = std::filesystem;

std::string_view to_string(Type type) {
  switch (type) {
    case Type::directory:
      return "directory";
    case Type::kustomize:
      return "kustomize";
    case Type::helm:
      return "helm";
    case Type::stream:
      return "stream";
  }
  return "";
}

Type detect(const fs::path& folder, std::string_view forced) {
  for (const auto type : {Type::directory, Type::kustomize, Type::helm}) {
    if (forced == to_string(type)) return type;
  }
  if (!forced.empty()) {
    throw InputError(fmt::format("source-type: '{}' is none; expected directory, kustomize or helm", forced));
  }
  if (!kustomization_name(folder).empty()) return Type::kustomize;
  std::error_code ignored;
  if (fs::is_regular_file(folder / "Chart.yaml", ignored)) return Type::helm;
  return Type::directory;
}

Source load(const std::string& path, const Options& options, const Context& context,
            outside::Programs& programs) {
  Source source;
  if (path == "-") {
    source.type = Type::stream;
    source.files.push_back({"<stdin>", outside::read_all(STDIN_FILENO, "<stdin>", yaml::max_text_size)});
    return source;
  }
  std::error_code error;
  const auto status = fs::status(path, error);
  if (!fs::exists(status)) {
    throw InputError({path}, error && error != std::errc::no_such_file_or_directory
                                 ? fmt::format("can't be read: {}", error.message())
                                 : "there is no such file or folder");
  }
  if (!fs::is_directory(status)) {
    source.files.push_back({path, outside::read_file(path, path, yaml::max_text_size)});
    return source;
  }
  const Repository repository(path, context);
  source.type = detect(repository.folder(), options.source_type);
  source.warnings = ineffective(options, source.type);
  switch (source.type) {
    case Type::kustomize:
      load_kustomize(repository, options, context, programs, source);
      break;
    case Type::helm:
      load_helm(repository, options, context, programs, source);
      break;
    case Type::directory:
    case Type::stream:
      load_directory(path, repository, options, context, source);
      break;
  }
  return source;
}

}  // namespace drift::source
