#include "analysis/git_fields.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <span>

#include "analysis/compare.hpp"
#include "api/condensed.hpp"
#include "json/canonical.hpp"
#include "json/members.hpp"
#include "json/pointer.hpp"
#include "kube/fields.hpp"

namespace drift::analysis {
namespace {

using rapidjson::SizeType;

class GitWalk {
 public:
  GitWalk(kube::Where where, const Watched& watched) : where_(std::move(where)), watched_(watched) {}

  void two(const rapidjson::Value* before, const rapidjson::Value* after) {
    before = there(before);
    after = there(after);
    if (!before && !after) return;
    const bool is_watched = !watched_.empty() && watched_.contains(pointer_);
    if (is_watched) around_.push_back({pointer_.size(), before, after});
    look_at(before, after);
    if (is_watched) around_.pop_back();
  }

  std::vector<GitField> take() { return std::move(found_); }

 private:
  using IsKind = bool (rapidjson::Value::*)() const;

  void look_at(const rapidjson::Value* before, const rapidjson::Value* after) {
    if (is_part(before) || is_part(after)) {
      if (!before || !after || !api::are_same_parts(*before, *after)) report(before, after);
      return;
    }
    if (has_parts(before, after, &rapidjson::Value::IsObject)) return members(before, after);
    if (has_parts(before, after, &rapidjson::Value::IsArray)) return elements(before, after);
    if (!before || !after || !same(*before, *after)) report(before, after);
  }

  static const rapidjson::Value* there(const rapidjson::Value* value) {
    return value && value->IsNull() ? nullptr : value;
  }

  static bool is_part(const rapidjson::Value* value) { return value && api::marked_digest(*value); }

  // Whether both are of the kind; or one alone is, and isn't empty: then it is shown part by part.
  static bool has_parts(const rapidjson::Value* before, const rapidjson::Value* after, IsKind is_kind) {
    if (before && after) return (before->*is_kind)() && (after->*is_kind)();
    const auto* only = before ? before : after;
    if (!(only->*is_kind)()) return false;
    return only->IsObject() ? !only->ObjectEmpty() : !only->Empty();
  }

  bool same(const rapidjson::Value& before, const rapidjson::Value& after) const {
    const bool scalars = !before.IsObject() && !before.IsArray() && !after.IsObject() && !after.IsArray();
    return scalars && same_scalar(where_, before, after);
  }

  void report(const rapidjson::Value* before, const rapidjson::Value* after) {
    found_.push_back({pointer_, before, after, around_});
  }

  void descend(const std::string& token, const rapidjson::Value* before, const rapidjson::Value* after) {
    const auto size = pointer_.size();
    pointer_ += token;
    two(before, after);
    pointer_.resize(size);
  }

  void members(const rapidjson::Value* before, const rapidjson::Value* after) {
    const Members old(before);
    const Members now(after);
    const auto walk = [&](std::string_view key) {
      where_.keys.push_back(key);
      descend('/' + escaped(key), old.at(key), now.at(key));
      where_.keys.pop_back();
    };
    if (after)
      for (const auto& entry : after->GetObject()) walk(string_of(&entry.name));
    if (before)
      for (const auto& entry : before->GetObject())
        if (!now.at(string_of(&entry.name))) walk(string_of(&entry.name));
  }

  void elements(const rapidjson::Value* before, const rapidjson::Value* after) {
    constexpr std::string_view name[] = {"name"};
    const auto kind = kube::list_kind(where_);
    const bool keyed = kind.match == kube::ListKind::Match::by_keys;
    if (before && after && (keyed || kind.match == kube::ListKind::Match::by_place) &&
        by_keys(*before, *after, keyed ? kind.keys : std::span<const std::string_view>(name)))
      return;
    by_place(before, after);
  }

  using Places = std::map<std::string, SizeType>;

  // Nothing where an element has no key, or two have the same.
  static std::optional<Places> places_of(const rapidjson::Value& list,
                                         std::span<const std::string_view> keys) {
    Places places;
    for (SizeType i = 0; i < list.Size(); ++i) {
      auto key = kube::element_key(list[i], keys);
      if (key.empty() || !places.emplace(std::move(key), i).second) return std::nullopt;
    }
    return places;
  }

  bool by_keys(const rapidjson::Value& before, const rapidjson::Value& after,
               std::span<const std::string_view> keys) {
    const auto old = places_of(before, keys);
    const auto now = places_of(after, keys);
    if (!old || !now) return false;
    for (const auto& [key, place] : *now) {
      const auto was = old->find(key);
      descend('/' + std::to_string(place), was == old->end() ? nullptr : &before[was->second], &after[place]);
    }
    for (const auto& [key, place] : *old)
      if (!now->contains(key)) descend('/' + std::to_string(place), &before[place], nullptr);
    if (common(before, *now, keys) != common(after, *old, keys)) report(&before, &after);
    return true;
  }

  // The keys that the other list has too, in this one's order.
  static std::vector<std::string> common(const rapidjson::Value& list, const Places& other,
                                         std::span<const std::string_view> keys) {
    std::vector<std::string> all;
    for (const auto& element : list.GetArray())
      if (auto key = kube::element_key(element, keys); other.contains(key)) all.push_back(std::move(key));
    return all;
  }

  void by_place(const rapidjson::Value* before, const rapidjson::Value* after) {
    const SizeType old = before ? before->Size() : 0;
    const SizeType now = after ? after->Size() : 0;
    const auto as_text = [](const rapidjson::Value& value) { return canonical(value); };
    SizeType begin = 0, end = 0;
    if (before && after && old != now) {
      const auto shorter = std::min(old, now);
      while (begin < shorter && as_text((*before)[begin]) == as_text((*after)[begin])) ++begin;
      while (end < shorter - begin && as_text((*before)[old - 1 - end]) == as_text((*after)[now - 1 - end]))
        ++end;
    }
    for (SizeType i = begin; i < std::max(old, now) - end; ++i)
      descend('/' + std::to_string(i), i < old - end ? &(*before)[i] : nullptr,
              i < now - end ? &(*after)[i] : nullptr);
  }

  kube::Where where_;
  const Watched& watched_;
  std::vector<Around> around_;
  std::string pointer_;
  std::vector<GitField> found_;
};

}  // namespace

std::vector<GitField> git_fields(std::string_view group, std::string_view kind,
                                 const rapidjson::Value& before, const rapidjson::Value& after,
                                 const Watched& watched) {
  GitWalk walk(kube::Where{group, kind, {}}, watched);
  walk.two(&before, &after);
  return walk.take();
}

}  // namespace drift::analysis
