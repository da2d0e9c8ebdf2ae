#include "source/kustomize/kustomization.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "base/error.hpp"
#include "json/read.hpp"
#include "source/go_key.hpp"

namespace drift::source {
namespace {

using Value = rapidjson::Value;

// The fields of one kustomization, found by name as Go finds them.
class Editor {
 public:
  explicit Editor(yaml::Json& document) : document_(document), allocator_(document.GetAllocator()) {
    if (document_.IsNull()) document_.SetObject();
    if (!document_.IsObject()) throw InputError("the kustomization is no mapping");
  }

  Value text(std::string_view value) {
    return Value(value.data(), static_cast<rapidjson::SizeType>(value.size()), allocator_);
  }

  // Takes the field out; null where it isn't there.
  Value take(std::string_view name) {
    Value value;
    for (auto it = document_.MemberBegin(); it != document_.MemberEnd();) {
      if (is_go_field(text_of(it->name), name)) {
        value = std::move(it->value);
        it = document_.EraseMember(it);
      } else {
        ++it;
      }
    }
    return value;
  }

  Value take_list(std::string_view name) {
    auto value = take(name);
    if (value.IsNull()) value.SetArray();
    if (!value.IsArray()) throw InputError(fmt::format("the kustomization's {} is no list", name));
    return value;
  }

  void put(std::string_view name, Value value) { document_.AddMember(text(name), value, allocator_); }

  void set_text(std::string_view name, const std::string& value) {
    if (value.empty()) return;
    take(name);
    put(name, text(value));
  }

  void add_text(Value& object, std::string_view name, std::string_view value) {
    if (!value.empty()) object.AddMember(text(name), text(value), allocator_);
  }

  yaml::Json::AllocatorType& allocator() { return allocator_; }

 private:
  yaml::Json& document_;
  yaml::Json::AllocatorType& allocator_;
};

std::string field(const Value& object, const char* name) {
  const auto key = key_like(object, name);
  const auto* value = key.empty() ? nullptr : find_member(object, key);
  return value == nullptr ? std::string() : std::string(text_of(*value));
}

// A `*` as the new name, tag or digest keeps what the kustomization has.
void keep_where_starred(std::string& value, const std::string& old) {
  if (value == "*") value = old;
}

void edit_images(Editor& editor, const List& images, const Context& context) {
  std::map<std::string, ImageOverride> overrides;
  for (const auto& image : images) {
    auto parsed = parse_image(context.substitute(image));
    overrides[parsed.name] = parsed;
  }
  auto old = editor.take_list("images");
  auto older = editor.take_list("imageTags");
  for (auto& image : older.GetArray()) old.PushBack(image, editor.allocator());

  std::map<std::string, Value> result;
  for (auto& image : old.GetArray()) {
    const auto name = field(image, "name");
    if (const auto found = overrides.find(name); found != overrides.end()) {
      keep_where_starred(found->second.new_name, field(image, "newName"));
      keep_where_starred(found->second.new_tag, field(image, "newTag"));
      keep_where_starred(found->second.digest, field(image, "digest"));
    } else {
      result[name] = std::move(image);
    }
  }
  for (auto& [name, image] : overrides) {
    for (auto* part : {&image.new_name, &image.new_tag, &image.digest}) keep_where_starred(*part, "");
    Value entry(rapidjson::kObjectType);
    editor.add_text(entry, "name", name);
    editor.add_text(entry, "newName", image.new_name);
    editor.add_text(entry, "newTag", image.new_tag);
    editor.add_text(entry, "digest", image.digest);
    result[name] = std::move(entry);
  }
  Value list(rapidjson::kArrayType);
  for (auto& [name, image] : result) list.PushBack(image, editor.allocator());
  editor.put("images", std::move(list));
}

void edit_replicas(Editor& editor, const Map& replicas) {
  std::map<std::string, Value> result;
  auto old = editor.take_list("replicas");
  for (auto& replica : old.GetArray()) result[field(replica, "name")] = std::move(replica);
  for (const auto& [name, text] : replicas) {
    std::int64_t count = 0;
    const auto* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data() + (text.starts_with('+') ? 1 : 0), last, count);
    if (error != std::errc() || end != last || text.starts_with("+-")) {
      throw InputError(fmt::format("kustomize-replicas: '{}' of {} is no whole number", text, name));
    }
    Value entry(rapidjson::kObjectType);
    editor.add_text(entry, "name", name);
    entry.AddMember("count", count, editor.allocator());
    result[name] = std::move(entry);
  }
  Value list(rapidjson::kArrayType);
  for (auto& [name, replica] : result) list.PushBack(replica, editor.allocator());
  editor.put("replicas", std::move(list));
}

// `kustomize edit add` takes quotes around a value away.
std::string_view without_quotes(std::string_view value) {
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
    return value.substr(1, value.size() - 2);
  return value;
}

// Puts pairs into a map of the kustomization; one that is there already is an error unless `force`.
void add_pairs(Editor& editor, Value& map, const Map& pairs, bool force, std::string_view setting) {
  for (const auto& [name, written] : pairs) {
    const auto value = without_quotes(written);
    const auto key = editor.text(name);
    if (const auto found = map.FindMember(key); found != map.MemberEnd()) {
      if (!force) {
        throw InputError(fmt::format("{}: the kustomization sets {} already; kustomize-force-{} replaces it",
                                     setting, name, setting.substr(std::string_view("kustomize-").size())));
      }
      found->value = editor.text(value);
    } else {
      map.AddMember(editor.text(name), editor.text(value), editor.allocator());
    }
  }
}

void edit_common(Editor& editor, std::string_view field_name, const Map& pairs, bool force,
                 std::string_view setting) {
  auto map = editor.take(field_name);
  if (map.IsNull()) map.SetObject();
  if (!map.IsObject()) throw InputError(fmt::format("the kustomization's {} is no mapping", field_name));
  add_pairs(editor, map, pairs, force, setting);
  editor.put(field_name, std::move(map));
}

bool flag(const Value& object, const char* name) {
  const auto key = key_like(object, name);
  const auto* value = key.empty() ? nullptr : find_member(object, key);
  return value != nullptr && value->IsBool() && value->GetBool();
}

// Labels without selectors go into the first entry of `labels` with the same settings.
void edit_labels(Editor& editor, const Map& pairs, const Options& options) {
  auto list = editor.take_list("labels");
  const bool templates = options.kustomize_label_include_templates;
  const auto fits = [&](const Value& label) {
    return label.IsObject() && !flag(label, "includeSelectors") &&
           flag(label, "includeTemplates") == templates;
  };
  if (std::none_of(list.Begin(), list.End(), fits)) {
    Value label(rapidjson::kObjectType);
    label.AddMember("pairs", Value(rapidjson::kObjectType), editor.allocator());
    if (templates) label.AddMember("includeTemplates", true, editor.allocator());
    list.PushBack(label, editor.allocator());
  }
  auto& label = *std::find_if(list.Begin(), list.End(), fits);
  const auto key = key_like(label, "pairs");
  if (key.empty()) label.AddMember("pairs", Value(rapidjson::kObjectType), editor.allocator());
  auto& map = label[key.empty() ? "pairs" : key.c_str()];
  if (!map.IsObject()) map.SetObject();
  add_pairs(editor, map, pairs, options.kustomize_force_common_labels, "kustomize-common-labels");
  editor.put("labels", std::move(list));
}

void edit_patches(Editor& editor, const std::string& text) {
  const auto patches = yaml::read_yaml("kustomize-patches", text);
  const bool valid = patches.IsArray() && std::all_of(patches.Begin(), patches.End(),
                                                      [](const Value& patch) { return patch.IsObject(); });
  if (!valid)
    throw InputError("kustomize-patches: expected a YAML list of patches, each with `patch` or `path`");
  auto list = editor.take_list("patches");
  for (const auto& patch : patches.GetArray())
    list.PushBack(Value(patch, editor.allocator()), editor.allocator());
  editor.put("patches", std::move(list));
}

void edit_components(Editor& editor, const std::vector<std::string>& components) {
  auto list = editor.take_list("components");
  for (const auto& component : components) {
    const auto same = [&](const Value& value) { return text_of(value) == component; };
    if (std::none_of(list.Begin(), list.End(), same))
      list.PushBack(editor.text(component), editor.allocator());
  }
  editor.put("components", std::move(list));
}

Map substituted(const Map& pairs, const Context& context) {
  Map result;
  for (const auto& [name, value] : pairs) result[name] = context.substitute(value);
  return result;
}

void edit_all_labels(Editor& editor, const Options& options, const Context& context) {
  if (options.kustomize_label_include_templates && !options.kustomize_label_without_selector) {
    throw InputError("kustomize-label-include-templates needs kustomize-label-without-selector");
  }
  const auto labels = substituted(options.kustomize_common_labels, context);
  if (options.kustomize_label_without_selector) {
    edit_labels(editor, labels, options);
  } else {
    edit_common(editor, "commonLabels", labels, options.kustomize_force_common_labels,
                "kustomize-common-labels");
  }
}

}  // namespace

std::string key_like(const Value& object, std::string_view name) {
  std::string result;
  if (!object.IsObject()) return result;
  for (const auto& [key, value] : object.GetObject()) {
    if (is_go_field(text_of(key), name)) result = std::max(result, std::string(text_of(key)));
  }
  return result;
}

bool changes_kustomization(const Options& options) {
  return !options.kustomize_name_prefix.empty() || !options.kustomize_name_suffix.empty() ||
         !options.kustomize_namespace.empty() || !options.kustomize_images.empty() ||
         !options.kustomize_replicas.empty() || !options.kustomize_common_labels.empty() ||
         !options.kustomize_common_annotations.empty() || !options.kustomize_components.empty() ||
         !options.kustomize_patches.empty();
}

ImageOverride parse_image(const std::string& text) {
  const auto equals = text.find('=');
  const auto value = equals == std::string::npos ? text : text.substr(equals + 1);
  // [[host[:port]/]component/]name[:tag][@digest]: what stands before the first slash holds neither tag nor digest.
  const auto slash = value.find('/');
  const auto from = slash == std::string::npos || slash == 0 ? 0 : slash;
  const auto at = value.find('@', from);
  auto colon = value.find(':', from);
  if (colon > at) colon = std::string::npos;

  ImageOverride image;
  const auto name = value.substr(0, std::min(colon, at));
  if (colon != std::string::npos)
    image.new_tag = value.substr(colon + 1, std::min(at, value.size()) - colon - 1);
  if (at != std::string::npos) image.digest = value.substr(at + 1);
  if (name == text) {
    throw InputError(
        fmt::format("kustomize-images: '{}' is no override; expected NAME:TAG, NAME@DIGEST, or "
                    "NAME=[NEWNAME][:TAG][@DIGEST]",
                    text));
  }
  // Without a name before the `=`, kustomize takes what stands behind it as if there were no `=`.
  const bool renames = equals != std::string::npos && equals > 0;
  image.name = renames ? text.substr(0, equals) : name;
  if (renames) image.new_name = name;
  return image;
}

void edit_kustomization(yaml::Json& kustomization, const Options& options, const Context& context,
                        const std::vector<std::string>& components) {
  Editor editor(kustomization);
  editor.set_text("namePrefix", options.kustomize_name_prefix);
  editor.set_text("nameSuffix", options.kustomize_name_suffix);
  if (!options.kustomize_images.empty()) edit_images(editor, options.kustomize_images, context);
  if (!options.kustomize_replicas.empty()) edit_replicas(editor, options.kustomize_replicas);
  if (!options.kustomize_common_labels.empty()) edit_all_labels(editor, options, context);
  if (!options.kustomize_common_annotations.empty()) {
    edit_common(editor, "commonAnnotations",
                options.kustomize_common_annotations_envsubst
                    ? substituted(options.kustomize_common_annotations, context)
                    : options.kustomize_common_annotations,
                options.kustomize_force_common_annotations, "kustomize-common-annotations");
  }
  editor.set_text("namespace", options.kustomize_namespace);
  if (!options.kustomize_patches.empty()) edit_patches(editor, options.kustomize_patches);
  if (!components.empty()) edit_components(editor, components);
}

}  // namespace drift::source
