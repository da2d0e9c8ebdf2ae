#include "analysis/published_fields.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "api/condensed.hpp"
#include "base/ascii.hpp"
#include "json/pointer.hpp"
#include "json/read.hpp"
#include "kube/schema_types.hpp"

namespace drift::analysis {
namespace {

using Form = kube::FieldType::Form;
using rapidjson::Value;

constexpr std::string_view schemas_prefix = "#/components/schemas/";

// A value of the document, read as a manifest's nodes are.
class Node {
 public:
  Node() = default;
  explicit Node(const Value* value) : value_(value) {}

  explicit operator bool() const { return value_ != nullptr; }
  bool is_mapping() const { return value_ && value_->IsObject(); }
  bool is_string() const { return value_ && value_->IsString(); }
  yaml::Type type() const { return value_->IsBool() ? yaml::Type::boolean : yaml::Type::null; }
  bool boolean() const { return value_->IsTrue(); }
  std::string_view text() const { return text_of(*value_); }
  static Place place() { return {"the cluster's schema"}; }

  Node find(std::string_view key) const { return value_ ? Node(find_member(*value_, key)) : Node(); }

  std::vector<std::pair<std::string, Node>> entries() const {
    std::vector<std::pair<std::string, Node>> entries;
    if (!is_mapping()) return entries;
    for (const auto& entry : value_->GetObject())
      entries.emplace_back(std::string(text_of(entry.name)), Node(&entry.value));
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    return entries;
  }

  std::vector<Node> elements() const {
    std::vector<Node> elements;
    if (!value_ || !value_->IsArray()) return elements;
    for (const auto& element : value_->GetArray()) elements.emplace_back(&element);
    return elements;
  }

 private:
  const Value* value_ = nullptr;
};

bool is_of(const Value& schema, const kube::TypedKind& kind) {
  const auto* names = find_member(schema, "x-kubernetes-group-version-kind");
  if (!names || !names->IsArray()) return false;
  return std::any_of(names->Begin(), names->End(), [&](const Value& name) {
    return text_of(name, "group") == kind.group && text_of(name, "version") == kind.version &&
           text_of(name, "kind") == kind.kind;
  });
}

// Nothing where several say that they are of the kind.
const Value* schema_of(const Value& schemas, const kube::TypedKind& kind) {
  const Value* found = nullptr;
  for (const auto& schema : schemas.GetObject()) {
    if (!is_of(schema.value, kind)) continue;
    if (found) return nullptr;
    found = &schema.value;
  }
  return found;
}

// Whether nothing that may stand in the object is called so.
bool names_no(const kube::FieldType& type, std::string_view name) {
  return type.form == Form::object && !type.open &&
         std::none_of(type.fields.begin(), type.fields.end(),
                      [&](const auto& field) { return field.first == name; });
}

// Where what stands there under a name, or as an element, belongs.
kube::TypeId inner_of(const kube::FieldTypes& types, kube::TypeId id, std::string_view name) {
  const auto& type = types[id];
  if (type.form == Form::list || type.form == Form::map) return type.inner;
  for (const auto& [field, inner] : type.fields)
    if (field == name) return inner;
  return kube::FieldTypes::anything;
}

}  // namespace

void add_published(const Value& document, const std::vector<kube::TypedKind>& kinds,
                   kube::FieldTypes& types) {
  const auto* schemas = find(document, {"components", "schemas"});
  if (!schemas || !schemas->IsObject()) return;
  kube::SchemaTypes<Node> reader(types, [&](std::string_view reference) {
    if (!reference.starts_with(schemas_prefix)) return Node();
    return Node(find_member(*schemas, reference.substr(schemas_prefix.size())));
  });
  for (auto kind : kinds) {
    const auto* schema = schema_of(*schemas, kind);
    if (!schema) continue;
    kind.type = reader.object(Node(schema));
    types.add_kind(std::move(kind));
  }
}

bool has_no_place(const kube::FieldTypes& types, kube::TypeId type, std::string_view pointer) {
  if (pointer.empty()) return false;
  for (const auto& token : parse_pointer(pointer).tokens) {
    if (names_no(types[type], token)) return true;
    const bool element = std::all_of(token.begin(), token.end(), is_digit);
    if (types[type].form == Form::list && !element) return false;
    type = inner_of(types, type, token);
  }
  return false;
}

bool has_places(const kube::FieldTypes& types, kube::TypeId type, const Value& value) {
  const auto form = types[type].form;
  if (form == Form::anything || value.IsNull() || api::marked_digest(value)) return true;
  if (value.IsArray())
    return form == Form::list && std::all_of(value.Begin(), value.End(), [&](const Value& element) {
             return has_places(types, types[type].inner, element);
           });
  if (!value.IsObject()) return form == Form::scalar;
  if (form != Form::map && form != Form::object) return false;
  return std::all_of(value.MemberBegin(), value.MemberEnd(), [&](const auto& member) {
    const auto name = text_of(member.name);
    return !names_no(types[type], name) && has_places(types, inner_of(types, type, name), member.value);
  });
}

}  // namespace drift::analysis
