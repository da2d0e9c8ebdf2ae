#include "analysis/endpoints.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "json/canonical.hpp"
#include "json/members.hpp"

namespace drift::analysis {
namespace {

using rapidjson::Value;

// Each address of each port, ready or not, as text.
using Pairs = std::set<std::string>;

// Beyond these two lists are only compared as they stand.
constexpr std::size_t most_pairs = 100'000;

std::size_t size_of(const Value* list) {
  return list && list->IsArray() ? list->Size() : 0;
}

bool few(const Value& subsets) {
  std::size_t pairs = 0;
  for (const auto& subset : subsets.GetArray()) {
    const auto addresses =
        size_of(member(&subset, "addresses")) + size_of(member(&subset, "notReadyAddresses"));
    pairs += addresses * std::max<std::size_t>(1, size_of(member(&subset, "ports")));
  }
  return pairs <= most_pairs;
}

// An address or a port, without what is said by leaving it out.
std::string address_text(const Value& value) {
  if (!value.IsObject()) return canonical(value);
  rapidjson::Document plain(rapidjson::kObjectType);
  auto& memory = plain.GetAllocator();
  for (const auto& entry : value.GetObject()) {
    const auto text = string_of(&entry.value);
    const bool empty = entry.value.IsNull() || (entry.value.IsString() && text.empty());
    if (empty || (string_of(&entry.name) == "protocol" && text == "TCP")) continue;
    plain.AddMember(Value(entry.name, memory), Value(entry.value, memory), memory);
  }
  return canonical(plain);
}

void add_pairs(const Value& subset, const std::string& port, Pairs& pairs) {
  for (const char* list : {"addresses", "notReadyAddresses"})
    if (const auto* addresses = member(&subset, list); addresses && addresses->IsArray())
      for (const auto& address : addresses->GetArray())
        pairs.insert(port + ' ' + list + ' ' + address_text(address));
}

Pairs pairs_of(const Value& subsets) {
  Pairs pairs;
  for (const auto& subset : subsets.GetArray()) {
    const auto* ports = member(&subset, "ports");
    if (!ports || !ports->IsArray() || ports->Empty()) {
      add_pairs(subset, "", pairs);
      continue;
    }
    for (const auto& port : ports->GetArray()) add_pairs(subset, address_text(port), pairs);
  }
  return pairs;
}

}  // namespace

bool same_subsets(const Value& a, const Value& b) {
  return a.IsArray() && b.IsArray() && few(a) && few(b) && pairs_of(a) == pairs_of(b);
}

}  // namespace drift::analysis
