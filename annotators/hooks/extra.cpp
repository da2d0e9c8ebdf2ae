#include "annotators/hooks/extra.hpp"

#include "json/build.hpp"

namespace drift::annotators {
namespace {

constexpr std::string_view reference = "${drift-policy:";

std::string with_names(std::string_view text, const api::Names& names) {
  std::string result;
  while (true) {
    const auto begin = text.find(reference);
    const auto end = begin == std::string_view::npos ? begin : text.find('}', begin);
    if (end == std::string_view::npos) return result.append(text);
    const auto name = text.substr(begin + reference.size(), end - begin - reference.size());
    result.append(text.substr(0, begin)).append(names.extra(name));
    text.remove_prefix(end + 1);
  }
}

void replace_references(rapidjson::Value& value, const api::Names& names, rapidjson::Document& document) {
  if (value.IsObject()) {
    for (auto& member : value.GetObject()) replace_references(member.value, names, document);
  } else if (value.IsArray()) {
    for (auto& element : value.GetArray()) replace_references(element, names, document);
  } else if (value.IsString()) {
    const std::string_view text(value.GetString(), value.GetStringLength());
    if (text.find(reference) != std::string_view::npos) value = text_value(with_names(text, names), document);
  }
}

}  // namespace

Objects extra_objects(const HookContext& context) {
  Objects objects;
  if (context.objects.empty()) return objects;
  for (const auto& extra : context.input.policies.hooks.extra) {
    if (extra.severity_at_least && context.severity < extra.severity_at_least->rank) continue;
    auto object = from_json(extra.manifest);
    replace_references(object, context.names, object);
    const auto& name = object["metadata"]["name"];
    set(object, {"metadata", "name"}, context.names.extra({name.GetString(), name.GetStringLength()}));
    objects.push_back(std::move(object));
  }
  return objects;
}

}  // namespace drift::annotators
