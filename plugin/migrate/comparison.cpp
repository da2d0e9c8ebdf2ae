#include "migrate/comparison.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <rapidjson/document.h>

#include <map>
#include <string_view>

#include "base/printable.hpp"
#include "json/build.hpp"
#include "json/pointer.hpp"
#include "json/read.hpp"

namespace drift::migrate {
namespace {

using rapidjson::Value;

constexpr std::size_t most_places = 5;

// The places where two values differ, as JSON pointers, the first few.
void add_places(const Value& native, const Value& plugin, const std::string& at,
                std::vector<std::string>& places) {
  if (places.size() >= most_places || native == plugin) return;
  if (native.IsObject() && plugin.IsObject()) {
    for (const auto& [key, value] : native.GetObject()) {
      const auto place = fmt::format("{}/{}", at, escaped(text_of(key)));
      if (const auto* other = find_member(plugin, text_of(key)))
        add_places(value, *other, place, places);
      else
        places.push_back(place);
    }
    for (const auto& [key, value] : plugin.GetObject())
      if (!find_member(native, text_of(key)))
        places.push_back(fmt::format("{}/{}", at, escaped(text_of(key))));
  } else if (native.IsArray() && plugin.IsArray() && native.Size() == plugin.Size()) {
    for (rapidjson::SizeType i = 0; i < native.Size(); ++i)
      add_places(native[i], plugin[i], fmt::format("{}/{}", at, i), places);
  } else {
    places.push_back(at);
  }
}

using Objects = std::map<std::string, std::vector<const manifest::Manifest*>>;

Objects by_name(const manifest::Manifests& manifests) {
  Objects objects;
  for (const auto& one : manifests.objects())
    objects[fmt::format("{} {}", one.group, one.display())].push_back(&one);
  return objects;
}

void add_difference(const manifest::Manifest& native, const manifest::Manifest& plugin,
                    std::vector<std::string>& lines) {
  const auto before = native.object.json(), after = plugin.object.json();
  if (before == after) return;
  std::vector<std::string> places;
  add_places(from_json(before), from_json(after), "", places);
  for (auto& place : places) place = printable(place, 200);
  lines.push_back(fmt::format("{} differs at {}", native.display(), fmt::join(places, ", ")));
}

}  // namespace

std::vector<std::string> differences(const manifest::Manifests& native, const manifest::Manifests& plugin) {
  std::vector<std::string> lines;
  const auto before = by_name(native), after = by_name(plugin);
  for (const auto& [name, objects] : before) {
    const auto found = after.find(name);
    const auto count = found == after.end() ? 0 : found->second.size();
    if (count == objects.size())
      for (std::size_t i = 0; i < count; ++i) add_difference(*objects[i], *found->second[i], lines);
    else
      lines.push_back(
          fmt::format("{}: Argo CD renders {}, the plugin {}", objects[0]->display(), objects.size(), count));
  }
  for (const auto& [name, objects] : after)
    if (!before.contains(name))
      lines.push_back(fmt::format("{}: only the plugin renders it", objects[0]->display()));
  return lines;
}

}  // namespace drift::migrate
