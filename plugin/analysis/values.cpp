#include "analysis/values.hpp"

#include <algorithm>
#include <optional>

#include "api/condensed.hpp"
#include "api/redacted.hpp"
#include "json/members.hpp"
#include "json/pointer.hpp"

namespace drift::analysis {
namespace {

using policy::FieldValue;
using rapidjson::Value;

constexpr std::size_t longest_text = 4096;
constexpr rapidjson::SizeType longest_list = 1000;

// A value that plans hide, or one that is written just so.
bool is_hidden(std::string_view text) {
  constexpr std::string_view mark = "sha256:";
  return text.starts_with(mark) &&
         text.find_first_not_of("0123456789abcdef", mark.size()) == std::string::npos;
}

std::optional<std::string> text_of_scalar(const Value& value) {
  if (value.IsObject() || value.IsArray() || value.IsNull()) return std::nullopt;
  if (value.IsString() && (value.GetStringLength() > longest_text || is_hidden(string_of(&value))))
    return std::nullopt;
  return plain_text(value);
}

FieldValue field_value(const Value* value) {
  using Kind = FieldValue::Kind;
  if (!value || value->IsNull()) return {Kind::absent};
  if (value->IsArray()) {
    if (value->Size() > longest_list) return {};
    FieldValue list{Kind::list};
    for (const auto& element : value->GetArray()) list.texts.push_back(text_of_scalar(element));
    return list;
  }
  auto text = text_of_scalar(*value);
  return text ? FieldValue{Kind::scalar, {std::move(text)}} : FieldValue{};
}

// Plans have no metadata but labels and annotations, and not all of those.
bool may_be_left_out(const std::vector<std::string>& tokens) {
  if (tokens.front() != "metadata") return false;
  if (tokens.size() < 3 || (tokens[1] != "labels" && tokens[1] != "annotations")) return true;
  return api::left_out_of_metadata(tokens[2]);
}

// What `field`, of which the value at `pointer` holds a part or all, is there.
FieldValue value_below(const Value* value, std::string_view field, std::string_view pointer,
                       bool same_places) {
  if (!value || value->IsNull()) return {FieldValue::Kind::absent};
  for (const auto& token : parse_pointer(field.substr(pointer.size())).tokens) {
    if (api::marked_digest(*value) || (value->IsArray() && !same_places)) return {};
    value = child(value, token);
    if (!value)
      return may_be_left_out(parse_pointer(field).tokens) ? FieldValue{}
                                                          : FieldValue{FieldValue::Kind::absent};
  }
  return field_value(value);
}

}  // namespace

FieldValues field_values(std::string_view field, std::string_view pointer, const Between* between) {
  if (!between) return {};
  if (field.size() > pointer.size())
    return {value_below(between->old_value, field, pointer, between->same_places),
            value_below(between->new_value, field, pointer, between->same_places)};
  if (field.size() == pointer.size())
    return {field_value(between->old_value), field_value(between->new_value)};
  const auto found = std::find_if(between->around.begin(), between->around.end(),
                                  [&](const Around& around) { return around.length == field.size(); });
  if (found == between->around.end()) return {};
  return {field_value(found->old_value), field_value(found->new_value)};
}

}  // namespace drift::analysis
