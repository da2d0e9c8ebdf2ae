#include "policy/guard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "base/ascii.hpp"
#include "base/sha256.hpp"
#include "yaml/pointer.hpp"

namespace drift::policy {

namespace {

constexpr std::size_t max_value = 1024;
// An object's annotations may take 256 KiB; beyond this budget its values are digests.
constexpr std::size_t value_budget = std::size_t{64} << 10;
constexpr std::size_t max_targets = 64;
// What one pointer may look at, and what is written out of one object for all fields together: far above what anybody guards.
constexpr std::size_t max_nodes = 20'000;
constexpr std::size_t max_written = std::size_t{32} << 20;
constexpr std::size_t max_key = 63;
constexpr std::string_view replicas = "/spec/replicas";

bool has_key(yaml::Node node, std::string_view name) {
  if (node.is_mapping()) {
    for (const auto& [key, child] : node.entries())
      if (key == name || has_key(child, name)) return true;
  } else if (node.is_sequence()) {
    for (const auto& child : node.elements())
      if (has_key(child, name)) return true;
  }
  return false;
}

// Environment variables and ConfigMaps hold passwords more often than they should.
bool may_hold_secrets(const manifest::Manifest& manifest, const Pointer& pointer, bool has_env) {
  const auto& tokens = pointer.tokens;
  if (std::find(tokens.begin(), tokens.end(), "env") != tokens.end()) return true;
  if (manifest.kind == "ConfigMap" && (tokens[0] == "data" || tokens[0] == "binaryData")) return true;
  return has_env;
}

bool fits_key(std::string_view suffix) {
  return !suffix.empty() && is_alphanumeric(suffix.back()) &&
         std::all_of(suffix.begin(), suffix.end(),
                     [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

// The tokens before the first `*`: the collection whose parts the pointer means.
Pointer up_to_wildcard(const Pointer& pointer) {
  Pointer shorter = pointer;
  auto star = std::find(shorter.tokens.begin(), shorter.tokens.end(), "*");
  shorter.tokens.erase(star, shorter.tokens.end());
  return shorter;
}

class Guards {
 public:
  Guards(const manifest::Manifest& manifest, bool autoscaled)
      : manifest_(manifest), autoscaled_(autoscaled) {}

  void add(const MergedFieldRule& merged) {
    const auto& pointers = merged.field->pointers;
    for (std::size_t i = 0; i < pointers.size(); ++i) {
      const auto number = pointers.size() > 1 ? std::to_string(i) : std::string();
      auto targets = yaml::resolve_within(pointers[i], manifest_.object, max_targets + 1, max_nodes);
      const bool whole = !targets || targets->size() > max_targets;
      if (whole) targets = yaml::resolve(up_to_wildcard(pointers[i]), manifest_.object, 1);
      for (const auto& target : *targets) add(merged, pointers[i], number, target, whole);
    }
  }

  std::vector<GuardedField> take() {
    std::sort(guards_.begin(), guards_.end(),
              [](const GuardedField& a, const GuardedField& b) { return a.key < b.key; });
    return std::move(guards_);
  }

 private:
  void add(const MergedFieldRule& merged, const Pointer& pointer, const std::string& number,
           const yaml::Target& target, bool whole) {
    // A null isn't there for Kubernetes.
    if (target.node.is_null() || (autoscaled_ && target.pointer == replicas)) return;
    GuardedField guarded{
        merged.field->id,         key_of(*merged.field, number, target), target.pointer, merged.severity,
        merged.approval_severity, value_of(pointer, target.node, whole), merged.health,  merged.cases};
    guards_.push_back(std::move(guarded));
  }

  // `<id>[.<number of the pointer>][.<index>]`; a hash of the pointer where a key of the object can't be part
  // of it.
  std::string key_of(const FieldRule& field, const std::string& number, const yaml::Target& target) {
    auto key = field.id;
    for (const auto& part : {number, target.index})
      if (!part.empty()) key += '.' + part;
    if (key.size() > max_key || !fits_key(key) || keys_.contains(key))
      key = field.id + ".h" + sha256_hex(target.pointer).substr(0, 10);
    keys_.insert(key);
    return key;
  }

  // A node that several fields guard, and what stands in it.
  struct Written {
    std::optional<std::string> text;  // of short ones
    std::string digest;
    bool has_env = false;
  };

  // None where too much of the object would have to be written: then the comparison alone sees the field.
  const Written* written(yaml::Node node) {
    const auto [found, is_new] = written_.try_emplace(node.followed().index());
    auto& value = found->second;
    if (!is_new) return value ? &*value : nullptr;
    const auto [begin, end] = node.followed().span();
    bytes_ += end - begin;
    if (bytes_ > max_written) return nullptr;
    auto text = node.is_string() ? std::string(node.text()) : node.json();
    bytes_ += text.size();
    value = Written{std::nullopt, "sha256:" + sha256_hex(text), has_key(node, "env")};
    if (text.size() <= max_value) value->text = std::move(text);
    return &*value;
  }

  std::optional<std::string> value_of(const Pointer& pointer, yaml::Node node, bool whole) {
    const auto* value = written(node);
    if (value == nullptr) return std::nullopt;
    if (whole || !value->text || used_ + value->text->size() > value_budget ||
        may_hold_secrets(manifest_, pointer, value->has_env))
      return value->digest;
    used_ += value->text->size();
    return value->text;
  }

  const manifest::Manifest& manifest_;
  bool autoscaled_;
  std::size_t used_ = 0;
  std::size_t bytes_ = 0;  // written out so far
  std::unordered_map<std::uint32_t, std::optional<Written>> written_;
  std::unordered_set<std::string> keys_;
  std::vector<GuardedField> guards_;
};

}  // namespace

std::vector<GuardedField> guard(const manifest::Manifest& manifest,
                                const std::vector<MergedFieldRule>& fields, bool autoscaled) {
  if (fields.empty() || manifest.kind == "Secret") return {};
  Guards guards(manifest, autoscaled);
  for (const auto& field : fields) guards.add(field);
  return guards.take();
}

}  // namespace drift::policy
