#include "json/merge_patch.hpp"

namespace drift {

using rapidjson::Value;

// Section 2 of the RFC.
void merge_patch(Value& target, const Value& patch, rapidjson::Document::AllocatorType& memory) {
  if (!patch.IsObject()) {
    target.CopyFrom(patch, memory);
    return;
  }
  if (!target.IsObject()) target.SetObject();
  for (const auto& entry : patch.GetObject()) {
    if (entry.value.IsNull()) {
      target.RemoveMember(entry.name);
      continue;
    }
    auto found = target.FindMember(entry.name);
    if (found == target.MemberEnd()) {
      target.AddMember(Value(entry.name, memory), Value(), memory);
      found = target.FindMember(entry.name);
    }
    merge_patch(found->value, entry.value, memory);
  }
}

}  // namespace drift
