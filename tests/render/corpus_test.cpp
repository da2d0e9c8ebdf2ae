// ../shared/corpus, in place: real manifests, rendered with the baseline policy.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/keys.hpp"
#include "policy/load.hpp"
#include "render/render.hpp"
#include "support/folder.hpp"
#include "support/program.hpp"

namespace {
namespace fs = std::filesystem;
using drift::manifest::Origin;

// Files of Kubernetes objects; not Helm's templates and values, nor kustomizations.
bool holds_objects(const fs::path& path) {
  const auto text = path.string();
  return path.extension() == ".yaml" && path.filename() != "kustomization.yaml" &&
         path.filename() != "Chart.yaml" && text.find("/templates/") == std::string::npos &&
         text.find("values") == std::string::npos && text.find("/overlays/") == std::string::npos;
}

drift::render::Rendered rendered_in_corpus(const std::string& name, const std::string& text) {
  drift::api::Application application;
  application.name = "corpus";
  application.ns = "default";
  application.image = "drift-policy:test";
  std::vector<drift::manifest::SourceFile> files;
  files.push_back({name, text});
  return drift::render::render(std::make_unique<drift::manifest::Manifests>(std::move(files)),
                               drift::policy::baseline(), application);
}

bool is_ours(const std::string& key) {
  return key.starts_with("drift-policy.dev/") || key.starts_with("want.drift-policy.dev/") ||
         key == "argocd.argoproj.io/sync-wave" || key == "argocd.argoproj.io/sync-options";
}

// The object without what the policy writes: our annotations, and the mapping where it holds nothing else.
std::string without_ours(const drift::yaml::Node& object) {
  std::string text;
  for (const auto& [key, value] : object.entries()) {
    if (key != "metadata") {
      text += key + "=" + value.json() + "\n";
      continue;
    }
    for (const auto& [name, part] : value.entries()) {
      if (name != "annotations") {
        text += "metadata." + name + "=" + part.json() + "\n";
        continue;
      }
      for (const auto& [annotation, content] : part.entries())
        if (!is_ours(annotation)) text += "annotation " + annotation + "=" + content.json() + "\n";
    }
  }
  return text;
}

}  // namespace

TEST_CASE(
    "in real manifests every byte survives, every object stays the same but for our keys, and twice is "
    "once") {
  const fs::path folder = fs::path(drift::tests::project_folder()) / "../shared/corpus";
  if (!fs::exists(folder)) {
    MESSAGE("not run: ", folder.string(), " is not here");
    return;
  }
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && holds_objects(entry.path())) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  REQUIRE(files.size() > 100);
  for (const auto& path : files) {
    CAPTURE(path.string());
    const std::string source = drift::tests::contents(path);
    const auto once = rendered_in_corpus("file.yaml", source);
    std::string original;
    for (const auto& segment : once.output->segments()) {
      REQUIRE(segment.origin != Origin::removed);
      if (segment.origin == Origin::source) original += segment.text;
    }
    CHECK(original == source);

    const std::string text = once.output->text();
    const drift::manifest::Manifests before({{"before", source}});
    const drift::manifest::Manifests after({{"after", text}});
    REQUIRE(after.objects().size() == before.objects().size() + once.additions.size());
    for (std::size_t i = 0; i < before.objects().size(); ++i) {
      CHECK(without_ours(after.objects()[i].object) == without_ours(before.objects()[i].object));
      CHECK(after.objects()[i].annotation(drift::keys::severity) ==
            once.policies.severities[once.verdicts[i].severity].name);
    }
    CHECK(rendered_in_corpus("file.yaml", text).output->text() == text);
  }
}
