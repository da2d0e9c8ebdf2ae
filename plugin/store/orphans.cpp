#include "store/orphans.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "analysis/before.hpp"
#include "analysis/severity.hpp"
#include "api/orphans.hpp"
#include "api/stored_text.hpp"
#include "base/error.hpp"

namespace drift::store {
namespace {

using api::Orphan;
using api::Orphans;
using api::Plan;
using api::PlannedObject;

void rate_anew(PlannedObject& object, const Plan& base, const Plan& plan) {
  object.severity = plan.rank_of(base, object.severity);
  object.approval_severity = plan.rank_of(base, object.approval_severity);
  for (auto& field : object.guarded) analysis::rate_anew(field, base, plan);
}

// Times of one format sort as text.
bool later(const Orphan& a, const Orphan& b) {
  if (a.recorded != b.recorded) return a.recorded > b.recorded;
  return a.object.identity() < b.object.identity();
}

}  // namespace

Orphans carry(const Plan& base, const Plan& plan) {
  std::set<std::string> known, hooks;
  analysis::BaseObjects before(plan, &base);
  for (const auto& object : plan.objects) {
    if (object.hook) hooks.insert(object.identity());
    if (!object.can_drift()) continue;
    known.insert(object.identity());
    // Another namespace is another object unless it is certain that it can't be.
    if (!object.guessed || object.ns.empty()) before.take(object);
  }
  Orphans carried;
  carried.incomplete = base.orphans.incomplete;
  const auto add = [&](Orphan orphan) {
    if (!orphan.object.can_drift() || !known.insert(orphan.object.identity()).second) return;
    if (!before.left(orphan.object)) return;  // the plan has it under another identity
    rate_anew(orphan.object, base, plan);
    orphan.hook = hooks.contains(orphan.object.identity());
    carried.objects.push_back(std::move(orphan));
  };
  for (const auto& object : base.objects) add({object, base.revision, base.written, false});
  for (const auto& orphan : base.orphans.objects) add(orphan);
  std::sort(carried.objects.begin(), carried.objects.end(), later);
  return carried;
}

std::string store_orphans(rapidjson::Document& config_map, Orphans orphans, const Plan& plan,
                          std::size_t room) {
  if (orphans.objects.empty() && !orphans.incomplete) return {};
  for (;;) {
    auto text = api::orphans_json(orphans, plan);
    const bool fits = text.size() <= api::longest_orphans &&
                      api::try_to_store(config_map, api::orphans_file, text, room).has_value();
    if (fits) return text;
    if (orphans.objects.empty())
      throw InputError(fmt::format("{} has no room in the base's ConfigMap", api::orphans_file));
    orphans.incomplete = true;
    orphans.objects.resize(orphans.objects.size() - (orphans.objects.size() + 7) / 8);
  }
}

}  // namespace drift::store
