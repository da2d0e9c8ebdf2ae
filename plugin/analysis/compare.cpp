// Only what base has can have drifted: what Git wants for the first time nobody could have changed, and what only live has
// is a default, or another's. So the walk goes along base, and looks at plan and live for each of its fields.
#include "analysis/compare.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "analysis/endpoints.hpp"
#include "api/condensed.hpp"
#include "base/base64.hpp"
#include "base/duration.hpp"
#include "base/time.hpp"
#include "json/canonical.hpp"
#include "json/members.hpp"
#include "json/pointer.hpp"
#include "kube/fields.hpp"
#include "kube/quantity.hpp"

namespace drift::analysis {
namespace {

using rapidjson::Value;

const Value* without_null(const Value* value) {
  return value && value->IsNull() ? nullptr : value;
}

// A list's elements by their keys.
using Keyed = std::map<std::string, rapidjson::SizeType>;

// Nothing where an element has no key, or two have the same.
std::optional<Keyed> keyed(const Value* list, std::span<const std::string_view> keys) {
  Keyed places;
  if (!list) return places;
  for (rapidjson::SizeType i = 0; i < list->Size(); ++i) {
    auto key = kube::element_key((*list)[i], keys);
    if (key.empty() || !places.emplace(std::move(key), i).second) return std::nullopt;
  }
  return places;
}

const Value* at(const Value* list, const Keyed& places, const std::string& key) {
  const auto place = places.find(key);
  return place == places.end() ? nullptr : &(*list)[place->second];
}

// A list's elements as texts.
std::set<std::string> texts_of(const Value& list) {
  std::set<std::string> texts;
  for (const auto& element : list.GetArray()) texts.insert(canonical(element));
  return texts;
}

class Walk {
 public:
  explicit Walk(kube::Where where, const Watched* watched = nullptr)
      : where_(std::move(where)), watched_(watched) {}

  void three(const Value* plan, const Value* base, const Value* live) {
    plan = without_null(plan);
    base = without_null(base);
    live = without_null(live);
    if (!base) return;
    const bool is_watched = watched_ && watched_->contains(pointer_);
    if (is_watched) around_.push_back({pointer_.size(), base, live});
    look_at(plan, base, live);
    if (is_watched) around_.pop_back();
  }

  std::vector<Found> take() { return std::move(found_); }

 private:
  void look_at(const Value* plan, const Value* base, const Value* live) {
    if (!live) {
      if (plan && !kube::not_kept(where_, *plan) && !kube::not_kept(where_, *base)) report(plan, base, live);
      return;
    }
    const bool digests = is_digest(base) || is_digest(plan) || (live_of_git_ && is_digest(live));
    if (!digests && base->IsObject() && live->IsObject() && (!plan || plan->IsObject()))
      return objects(plan, *base, *live);
    if (base->IsArray() && live->IsArray() && (!plan || plan->IsArray())) return lists(plan, *base, *live);
    if (!(plan && fits(*plan, *live)) && !fits(*base, *live)) report(plan, base, live);
  }

  static bool is_digest(const Value* planned) { return planned && api::marked_digest(*planned); }

  // Whether live is as `wanted` says; what only live has is left aside.
  bool fits(const Value& wanted, const Value& live) const {
    if (live_of_git_ && (is_digest(&wanted) || is_digest(&live))) return api::are_same_parts(wanted, live);
    if (is_digest(&wanted)) return api::is_same_part(wanted, live);
    const bool both = (wanted.IsObject() && live.IsObject()) || (wanted.IsArray() && live.IsArray());
    if (!both)
      return same_scalar(where_, wanted, live) || kube::filled_in(where_, wanted, live) ||
             (kube::not_kept(where_, wanted) && kube::not_kept(where_, live));
    Walk walk(where_);
    walk.live_of_git_ = live_of_git_;
    walk.three(&wanted, &wanted, &live);
    return walk.found_.empty();
  }

  // Of two values of Git's.
  bool equal(const Value& a, const Value& b) const {
    Walk walk(where_);
    walk.live_of_git_ = true;
    return &a == &b || (walk.fits(a, b) && walk.fits(b, a));
  }

  void report(const Value* plan, const Value* base, const Value* live) {
    api::Change change = api::Change::conflict;
    if (plan && equal(*plan, *base)) change = live ? api::Change::changed : api::Change::removed;
    found_.push_back({pointer_, live_pointer_, change, plan, base, live, around_});
  }

  void objects(const Value* plan, const Value& base, const Value& live) {
    const Members planned(plan);
    const Members lived(&live);
    for (const auto& entry : base.GetObject()) {
      const auto key = string_of(&entry.name);
      where_.keys.push_back(key);
      if (!kube::controlled(where_, plan) && !kube::controlled(where_, &base)) {
        const auto token = '/' + escaped(key);
        descend(token, token, planned.at(key), &entry.value, lived.at(key));
      }
      where_.keys.pop_back();
    }
  }

  void descend(const std::string& token, const std::string& live_token, const Value* plan, const Value* base,
               const Value* live) {
    const auto size = pointer_.size();
    const auto live_size = live_pointer_.size();
    pointer_ += token;
    live_pointer_ += live_token;
    three(plan, base, live);
    pointer_.resize(size);
    live_pointer_.resize(live_size);
  }

  void lists(const Value* plan, const Value& base, const Value& live) {
    if (kube::is_subsets(where_) && ((plan && same_subsets(*plan, live)) || same_subsets(base, live))) return;
    const auto kind = kube::list_kind(where_);
    if (kind.match == kube::ListKind::Match::as_set) return sets(plan, base, live);
    if (kind.match == kube::ListKind::Match::by_keys && by_keys(plan, base, live, kind.keys, true)) {
      if (kind.ordered) order(plan, base, live, kind.keys);
      return;
    }
    constexpr std::string_view name[] = {"name"};
    if (!where_.built_in() && by_keys(plan, base, live, name, false)) return;
    by_place(plan, base, live);
  }

  // False where the elements aren't told apart by these keys. `open`: others may add elements of their own.
  bool by_keys(const Value* plan, const Value& base, const Value& live,
               std::span<const std::string_view> keys, bool open) {
    const auto planned = keyed(plan, keys);
    const auto based = keyed(&base, keys);
    const auto lived = keyed(&live, keys);
    if (!planned || !based || !lived) return false;
    if (!open && added(*planned, *based, *lived)) {
      report(plan, &base, &live);
      return true;
    }
    for (const auto& [key, place] : *based) {
      const auto* in_plan = plan ? at(plan, *planned, key) : nullptr;
      const auto* in_live = at(&live, *lived, key);
      const auto shown = in_plan ? planned->at(key) : place;
      descend('/' + std::to_string(shown), in_live ? '/' + std::to_string(lived->at(key)) : "/-", in_plan,
              &base[place], in_live);
    }
    return true;
  }

  // Where all elements have keys.
  void order(const Value* plan, const Value& base, const Value& live,
             std::span<const std::string_view> keys) {
    const auto lived = *keyed(&live, keys);
    if (!(plan && in_order(*plan, lived, keys)) && !in_order(base, lived, keys)) report(plan, &base, &live);
  }

  // Whether those elements of `wanted` that are there stand in its order, whatever else stands between them.
  static bool in_order(const Value& wanted, const Keyed& live, std::span<const std::string_view> keys) {
    rapidjson::SizeType next = 0;
    for (const auto& element : wanted.GetArray()) {
      const auto place = live.find(kube::element_key(element, keys));
      if (place == live.end()) continue;
      if (place->second < next) return false;
      next = place->second;
    }
    return true;
  }

  static bool added(const Keyed& plan, const Keyed& base, const Keyed& live) {
    return std::any_of(live.begin(), live.end(), [&](const auto& element) {
      return !plan.contains(element.first) && !base.contains(element.first);
    });
  }

  // Others may add elements of their own.
  void sets(const Value* plan, const Value& base, const Value& live) {
    if (!plan) return;
    const auto planned = texts_of(*plan);
    const auto lived = texts_of(live);
    for (const auto& element : texts_of(base))
      if (planned.contains(element) && !lived.contains(element)) return report(plan, &base, &live);
  }

  void by_place(const Value* plan, const Value& base, const Value& live) {
    if (base.Size() != live.Size() || (plan && plan->Size() != base.Size())) {
      if (!(plan && whole(*plan, live)) && !whole(base, live)) report(plan, &base, &live);
      return;
    }
    for (rapidjson::SizeType i = 0; i < base.Size(); ++i) {
      const auto token = '/' + std::to_string(i);
      descend(token, token, plan ? &(*plan)[i] : nullptr, &base[i], &live[i]);
    }
  }

  // A list that is taken as a whole is another one with more or fewer elements.
  bool whole(const Value& wanted, const Value& live) const {
    if (wanted.Size() != live.Size()) return wanted.Empty() && kube::filled_in(where_, wanted, live);
    for (rapidjson::SizeType i = 0; i < wanted.Size(); ++i)
      if (!fits(wanted[i], live[i])) return false;
    return true;
  }

  kube::Where where_;
  const Watched* watched_;
  std::vector<Around> around_;
  bool live_of_git_ = false;  // in the place of live stands a value of a plan, which may be a digest
  std::string pointer_, live_pointer_;
  std::vector<Found> found_;
};

bool same_number(const Value& a, const Value& b) {
  if (a.IsInt64() && b.IsInt64()) return a.GetInt64() == b.GetInt64();
  if (a.IsUint64() && b.IsUint64()) return a.GetUint64() == b.GetUint64();
  return a.GetDouble() == b.GetDouble();
}

bool same_text(const kube::Where& where, std::string_view a, std::string_view b) {
  if (a == b) return true;
  if (kube::is_bytes(where)) {
    const auto bytes = decode_base64(a);
    return bytes && bytes == decode_base64(b);
  }
  if (kube::is_text(where)) return false;
  if (const auto time = parse_time(a)) return time == parse_time(b);
  if (where.built_in()) return false;  // most of what the API server knows is kept as it is written
  const auto duration = parse_duration(a);
  return duration && duration == parse_duration(b);
}

}  // namespace

bool same_scalar(const kube::Where& where, const Value& wanted, const Value& live) {
  if (wanted.IsNumber() && live.IsNumber()) return same_number(wanted, live);
  if (wanted.IsBool() && live.IsBool()) return wanted.GetBool() == live.GetBool();
  const bool texts = (wanted.IsString() || wanted.IsNumber()) && (live.IsString() || live.IsNumber());
  if (!texts) return wanted.IsNull() && live.IsNull();
  if (kube::is_quantity(where)) {
    const auto quantity = kube::parse_quantity(plain_text(wanted));
    if (quantity && quantity == kube::parse_quantity(plain_text(live))) return true;
  }
  if (wanted.IsString() && live.IsString()) return same_text(where, string_of(&wanted), string_of(&live));
  return kube::is_int_or_string(where) && plain_text(wanted) == plain_text(live);
}

std::vector<Found> compare(const Compared& objects, const Watched* watched) {
  Walk walk(kube::Where{objects.group, objects.kind, {}}, watched);
  walk.three(&objects.plan, &objects.base, &objects.live);
  return walk.take();
}

}  // namespace drift::analysis
