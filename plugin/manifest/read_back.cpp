#include "manifest/read_back.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/utf8.hpp"

namespace drift::manifest {
namespace {

std::vector<bool> unusual_files(const Manifests& manifests) {
  const auto& files = manifests.files();
  std::vector<bool> unusual(files.size());
  for (std::size_t i = 0; i < files.size(); ++i)
    unusual[i] = files[i].text.starts_with(byte_order_mark) || files[i].text.find('\r') != std::string::npos;
  for_each_document(manifests, [&](std::size_t file, const yaml::Document& document) {
    if (document.reader() == yaml::Document::Reader::libyaml ||
        document.text().substr(document.span().begin).starts_with('{'))
      unusual[file] = true;
  });
  return unusual;
}

std::string text_of(const Rendering& rendering, std::size_t file) {
  std::string text;
  for (const auto& segment : rendering.segments())
    if (segment.file == file && segment.origin != Origin::removed) text += segment.text;
  return text;
}

[[noreturn]] void refuse(const Place& place, std::string_view why) {
  throw InputError(place, fmt::format("with annotations written into it, {}; expected plainer YAML, such as "
                                      "`kubectl create --dry-run=client -o yaml` prints",
                                      why));
}

std::vector<std::string> objects_in(const std::string& text, const Place& place) {
  std::vector<std::string> objects;
  try {
    const Manifests again({{place.file, text}});
    for (const auto& found : again.objects()) objects.push_back(found.object.json());
  } catch (const InputError& error) {
    refuse(place, fmt::format("this would not be readable ({})", error.findings.front().message));
  }
  return objects;
}

}  // namespace

void read_back(const Manifests& manifests, const std::vector<MetadataChange>& changes,
               const Rendering& rendering) {
  const auto unusual = unusual_files(manifests);
  const auto& objects = manifests.objects();
  auto change = changes.begin();
  for (std::size_t next = 0; next < objects.size();) {
    const std::size_t file = objects[next].file, first = next;
    while (next < objects.size() && objects[next].file == file) ++next;
    if (!unusual[file]) continue;

    const auto found = objects_in(text_of(rendering, file), objects[first].place());
    if (found.size() != next - first)
      refuse(objects[first].place(), "its file would hold another number of objects");
    for (std::size_t i = first; i < next; ++i) {
      change = std::find_if(change, changes.end(), [&](const auto& other) { return other.object >= i; });
      const bool changed = change != changes.end() && change->object == i;
      const auto& object = objects[i].object;
      if (found[i - first] != (changed ? changed_json(object, *change) : object.json()))
        refuse(objects[i].place(), "this object would be read as another one");
    }
  }
}

}  // namespace drift::manifest
