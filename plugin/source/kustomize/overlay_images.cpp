#include "source/kustomize/overlay_images.hpp"

#include <map>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "manifest/manifest.hpp"
#include "outside/file.hpp"
#include "source/go_key.hpp"
#include "source/kustomize/kustomization.hpp"
#include "source/kustomize/overlay.hpp"
#include "yaml/first_json.hpp"

namespace drift::source {
namespace fs = std::filesystem;
namespace {

using Images = std::set<std::string>;

constexpr std::size_t max_resources = std::size_t{16} << 20;
constexpr std::size_t max_depth = 100;  // more bases of bases than anybody has

void collect_images(const yaml::Node& node, Images& images) {
  for (const auto& [key, value] : node.entries()) {
    const bool containers = key == "containers" || key == "initContainers";
    for (const auto& element : value.elements()) {
      if (!containers)
        collect_images(element, images);
      else if (const auto image = element.find("image"); image.is_string())
        images.emplace(image.text());
    }
    if (value.is_mapping()) collect_images(value, images);
  }
}

std::string_view field(const yaml::Node& mapping, std::string_view name) {
  for (const auto& [key, value] : mapping.entries())
    if (is_go_field(key, name) && value.is_string()) return value.text();
  return {};
}

// What an entry of `images` makes of an image (api/internal/accumulator and filters/imagetag of kustomize).
std::string changed_image(const std::string& image, const yaml::Node& entry) {
  const auto parts = parse_image("=" + image);
  if (parts.name != field(entry, "name")) return image;
  const auto name = field(entry, "newName"), tag = field(entry, "newTag"), digest = field(entry, "digest");
  std::string changed(name.empty() ? std::string_view(parts.name) : name);
  if (!digest.empty()) return changed.append("@").append(digest);
  if (!tag.empty()) return changed.append(":").append(tag);
  return changed + image.substr(parts.name.size());
}

class Reader {
 public:
  explicit Reader(const Repository& repository) : repository_(repository) {}

  // Each folder is read once, however many name it; one that is a base of itself has none there.
  const Images& images_of(const fs::path& folder) {
    const auto [known, is_new] = known_.try_emplace(folder);
    if (is_new && depth_ < max_depth) {
      ++depth_;
      auto images = read(folder);
      --depth_;
      known->second = std::move(images);
    }
    return known->second;
  }

 private:
  Images read(const fs::path& folder) {
    Images images;
    const auto file = kustomization_name(folder);
    if (file.empty()) return images;
    const auto name = (folder / file).string();
    const auto text = outside::read_file(folder / file, name, max_kustomization_size);
    const auto document = yaml::read_first_document(name, text);
    for (const auto& [key, list] : document.root().entries()) {
      if (!is_go_field(key, "resources") && !is_go_field(key, "bases")) continue;
      for (const auto& element : list.elements())
        if (element.is_string()) images.merge(images_at(folder / element.text()));
    }
    for (const auto& [key, list] : document.root().entries())
      if (is_go_field(key, "images"))
        for (const auto& entry : list.elements()) images = changed(images, entry);
    return images;
  }

  static Images changed(const Images& images, const yaml::Node& entry) {
    Images result;
    for (const auto& image : images) result.insert(changed_image(image, entry));
    return result;
  }

  Images images_at(const fs::path& written) {
    std::error_code error;
    const auto path = fs::canonical(written.lexically_normal(), error);
    if (error || !repository_.holds(path)) return {};
    if (fs::is_directory(path, error)) return images_of(path);
    const auto size = fs::file_size(path, error);
    if (error || size > left_) return {};
    left_ -= size;
    return images_in(path);
  }

  static Images images_in(const fs::path& path) {
    Images images;
    try {
      const manifest::Manifests manifests(
          {{path.string(), outside::read_file(path, path.string(), max_resources)}});
      for (const auto& object : manifests.objects()) collect_images(object.object, images);
    } catch (const Failure&) {
      return {};
    }
    return images;
  }

  const Repository& repository_;
  std::map<fs::path, Images> known_;
  std::size_t depth_ = 0;
  std::size_t left_ = max_resources;
};

}  // namespace

std::vector<std::string> overlay_images(const Repository& repository) {
  try {
    const auto images = Reader(repository).images_of(repository.folder());
    return {images.begin(), images.end()};
  } catch (const Failure&) {
    return {};
  }
}

}  // namespace drift::source
