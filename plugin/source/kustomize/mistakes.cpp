// Looked for only after kustomize has failed: what it accepts is its to say, and this has only to say better what was wrong.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "outside/file.hpp"
#include "source/go_key.hpp"
#include "source/kustomize/messages.hpp"
#include "yaml/document.hpp"
#include "yaml/first_json.hpp"
#include "yaml/stream.hpp"

namespace drift::source {
namespace fs = std::filesystem;
namespace {

using yaml::Node;

// Kustomize reads field names as Go folds them.
class Check {
 public:
  explicit Check(fs::path folder) : folder_(std::move(folder)) {}

  void kustomization(const Node& root) {
    for (const auto& [name, list] : root.entries()) {
      const auto field = go_folded(name);
      for (const auto& element : list.elements()) {
        if (field == "secretgenerator" || field == "configmapgenerator") generator(element);
        if (field == "patches" || field == "patchesjson6902") inline_patch(element.find("patch"));
        if (field == "patches" || field == "patchesjson6902") file(element.find("path"));
        if (field == "patchesstrategicmerge" && is_inline(element)) inline_patch(element);
        if (names_files(field)) file(element);
      }
    }
  }

  std::vector<Finding> take() { return std::move(findings_); }

 private:
  void add(const Node& node, std::string message) { findings_.push_back({node.place(), std::move(message)}); }

  // An element of patchesStrategicMerge is a file's name or a patch.
  static bool is_inline(const Node& element) {
    return element.is_string() && element.text().find_first_of("\n{") != std::string_view::npos;
  }

  static bool names_files(std::string_view field) {
    constexpr std::array<std::string_view, 7> names = {
        "resources",  "patchesstrategicmerge", "crds",      "configurations",
        "generators", "transformers",          "validators"};
    return std::find(names.begin(), names.end(), field) != names.end();
  }

  // Kustomize reads folders from anywhere, files only in the kustomization's folder and below (its load restrictor, root only).
  void file(const Node& name) {
    if (!name.is_string() || is_inline(name) || name.text().find("://") != std::string_view::npos) return;
    std::error_code ignored;
    const auto path = (folder_ / name.text()).lexically_normal();
    if (*path.lexically_relative(folder_).begin() != ".." || !fs::is_regular_file(path, ignored)) return;
    add(name, fmt::format(
                  "'{}' is a file outside of the kustomization's folder, and kustomize reads files in it and "
                  "below only; expected a file there, or a folder with a kustomization of its own as base",
                  name.text()));
  }

  void generator(const Node& generator) {
    for (const auto& [name, list] : generator.entries()) {
      const auto field = go_folded(name);
      for (const auto& element : list.elements()) {
        if (!element.is_string()) continue;
        const auto text = element.text();
        const auto equals = text.find('=');
        if (field == "literals" && (equals == 0 || equals == std::string_view::npos))
          add(element, "a literal without a key; expected KEY=VALUE");
        if (field == "files" && std::count(text.begin(), text.end(), '=') > 1)
          add(element, "a file with more than one =; expected FILE or KEY=FILE");
      }
    }
  }

  void inline_patch(const Node& patch) {
    if (!patch.is_string()) return;
    const std::string text(patch.text());
    try {
      for (const auto& piece : yaml::split("patch", text))
        patch_document(patch, yaml::Document("patch", text, piece.span).root());
    } catch (const InputError& error) {
      const auto& [place, message] = error.findings.front();
      add(patch, fmt::format("line {} of this patch: {}", place.line, message));
    }
  }

  void patch_document(const Node& patch, const Node& root) {
    if (!root) return;
    if (root.is_sequence()) {
      for (const auto& operation : root.elements())
        if (!operation.find("op").is_string() || !operation.find("path").is_string())
          return add(patch, "an operation of this JSON patch is incomplete; expected op and path");
    } else if (!root.find("kind").is_string() || !root.find("metadata").find("name").is_string()) {
      add(patch,
          "this patch names no object; expected apiVersion, kind and metadata.name in it, or a list of "
          "operations");
    }
  }

  fs::path folder_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> mistakes_in(const Overlay& overlay) {
  std::vector<Finding> all;
  for (const auto& folder : overlay.folders) {
    const auto file = kustomization_name(folder);
    if (file.empty()) continue;
    const auto name = (folder / file).string();
    const auto text = outside::read_file(folder / file, name, max_kustomization_size);
    const auto document = yaml::read_first_document(name, text);
    Check check(folder);
    check.kustomization(document.root());
    for (auto& finding : check.take()) all.push_back(std::move(finding));
  }
  return all;
}

}  // namespace drift::source
