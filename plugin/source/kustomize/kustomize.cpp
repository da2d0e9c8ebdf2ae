// Argo CD edits the kustomization in its throwaway clone. We don't change the folder that we render, so options go into a private
// copy of the folders that the overlay is made of.
#include "source/kustomize/kustomize.hpp"

#include <fmt/format.h>

#include <fstream>
#include <string>
#include <system_error>

#include "base/error.hpp"
#include "json/read.hpp"
#include "outside/file.hpp"
#include "source/copy.hpp"
#include "source/glob/pattern.hpp"
#include "source/kustomize/kustomization.hpp"
#include "source/kustomize/messages.hpp"
#include "source/kustomize/overlay.hpp"

namespace drift::source {
namespace fs = std::filesystem;
namespace {

// A copy of the overlay with the options in its kustomization; gives the folder to build.
fs::path edited_copy(const Repository& repository, const Options& options, const Context& context,
                     const Overlay& overlay, const List& components, outside::Programs& programs) {
  const auto& folder = repository.folder();
  const auto name = kustomization_name(folder);
  const auto shown = (folder / name).string();
  auto kustomization =
      yaml::read_yaml(shown, outside::read_file(folder / name, shown, max_kustomization_size));
  edit_kustomization(kustomization, options, context, components);

  const auto root = programs.work_folder() / "overlay";
  copy_folders(repository, overlay.folders, overlay.links, folder, root);
  auto copy = place_in_copy(repository, folder, root);
  std::error_code ignored;
  fs::remove(copy / name, ignored);
  std::ofstream file(copy / name, std::ios::binary);
  file << to_json(kustomization) << '\n';
  file.close();
  if (!file) throw OutsideError("the private copy of the kustomization can't be written; is the disk full?");
  return copy;
}

}  // namespace

List components_to_add(const Repository& repository, const Options& options) {
  List result;
  const auto& folder = repository.folder();
  for (const auto& written : options.kustomize_components) {
    if (is_pattern(written) && written.find("://") == std::string::npos) {
      for (const auto& match : expand_pattern(folder, written)) {
        result.push_back(match.lexically_normal().lexically_relative(folder).string());
      }
      continue;
    }
    std::error_code error;
    const auto path = fs::canonical((folder / written).lexically_normal(), error);
    if (options.kustomize_ignore_missing_components && (error || !repository.holds(path))) continue;
    result.push_back(written);
  }
  return result;
}

void load_kustomize(const Repository& repository, const Options& options, const Context& context,
                    outside::Programs& programs, Source& source) {
  if (kustomization_name(repository.folder()).empty()) {
    throw InputError({repository.folder().string()}, "holds no kustomization.yaml");
  }
  const auto components = components_to_add(repository, options);
  const auto overlay = find_overlay(repository, repository.folder(), components);
  const auto folder = changes_kustomization(options)
                          ? edited_copy(repository, options, context, overlay, components, programs)
                          : repository.folder();
  const bool standalone = programs.has("kustomize");
  if (!standalone && !programs.has("kubectl")) {
    throw OutsideError(
        "kustomize or kubectl is needed, and neither is found on PATH; install one in the sidecar");
  }
  const outside::Command command{standalone ? "kustomize" : "kubectl",
                                 {standalone ? "build" : "kustomize", folder.string()},
                                 repository.root(),
                                 repository.root(),
                                 outside::Reach::git};
  auto result = programs.run(command);
  if (result.exit_code != 0)
    if (const auto mistakes = mistakes_in(overlay); !mistakes.empty()) throw InputError(mistakes);
  result.err = without_contents(result.err);
  if (result.exit_code != 0) outside::throw_failed(command, result, programs.work_folder());
  for (auto& line : outside::warnings("kustomize", result.err, programs.work_folder())) {
    source.warnings.push_back(std::move(line));
  }
  source.files.push_back({"kustomize build", std::move(result.out)});
}

}  // namespace drift::source
