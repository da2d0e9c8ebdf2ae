#include "analysis/guarded.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "api/redacted.hpp"
#include "json/members.hpp"
#include "json/pointer.hpp"
#include "kube/fields.hpp"

namespace drift::analysis {
namespace {

bool is_digest(std::string_view text) {
  return text.size() == 71 && text.starts_with("sha256:");
}

std::map<std::string, std::string> values_of(const api::PlannedObject& object) {
  std::map<std::string, std::string> values;
  for (const auto& field : object.guarded)
    if (field.value) values.emplace(field.pointer, *field.value);
  return values;
}

// The live value as the annotation would have it, a digest where `wanted` is one.
std::string text_like(const rapidjson::Value& live, std::string_view wanted) {
  const auto text = plain_text(live);
  return is_digest(wanted) ? api::redacted_value(text) : text;
}

bool same(const api::PlannedObject& object, const std::string& pointer, const std::string& wanted,
          const rapidjson::Value& live) {
  if (text_like(live, wanted) == wanted) return true;
  if (is_digest(wanted) || live.IsObject() || live.IsArray() || live.IsBool()) return false;
  kube::Where where{object.group, object.kind, {}};
  const auto tokens = parse_pointer(pointer).tokens;
  for (const auto& token : tokens)
    if (token.find_first_not_of("0123456789") != std::string::npos) where.keys.push_back(token);
  const rapidjson::Value text(
      rapidjson::StringRef(wanted.data(), static_cast<rapidjson::SizeType>(wanted.size())));
  return same_scalar(where, text, live);
}

}  // namespace

GuardedValues::GuardedValues(const api::PlannedObject& planned, const api::PlannedObject& base,
                             const rapidjson::Document& live, const rapidjson::Document& redacted) {
  const auto wanted = values_of(planned);
  for (const auto& [pointer, value] : values_of(base)) {
    const auto now = wanted.find(pointer);
    const std::string* plan = now == wanted.end() ? nullptr : &now->second;
    const auto* there = resolve(live, pointer);
    const auto* open = resolve(redacted, pointer);
    if (there ? (plan && same(planned, pointer, *plan, *there)) || same(base, pointer, value, *there) : !plan)
      continue;
    Found found;
    found.pointer = found.live_pointer = pointer;
    found.change = !plan || *plan != value ? api::Change::conflict
                   : there                 ? api::Change::changed
                                           : api::Change::removed;
    found.wanted = plan ? keep(*plan) : nullptr;
    found.base = keep(value);
    const bool hidden = there && (!open || *open != *there);
    if (there) found.live = keep(hidden ? api::redacted_value(plain_text(*there)) : text_like(*there, value));
    found_.push_back(std::move(found));
  }
}

const rapidjson::Value* GuardedValues::keep(const std::string& text) {
  auto& document = values_.emplace_back();
  document.SetString(text.data(), static_cast<rapidjson::SizeType>(text.size()), document.GetAllocator());
  return &document;
}

}  // namespace drift::analysis
