#include "analysis/severity.hpp"

#include <algorithm>

namespace drift::analysis {
namespace {

bool under(std::string_view pointer, std::string_view above) {
  return pointer.starts_with(above) && (pointer.size() == above.size() || pointer[above.size()] == '/');
}

void raise(Rated& rated, policy::Rank severity, policy::Rank approval_severity) {
  rated.severity = std::max(rated.severity, severity);
  rated.approval_severity = std::max(rated.approval_severity, approval_severity);
  rated.met.insert({severity, approval_severity});
}

}  // namespace

Rating::Rating(const api::Plan& plan, const api::PlannedObject& object, const api::Plan* base,
               const api::PlannedObject* base_object, bool orphan)
    : object_(object), guarded_(object.guarded) {
  if (!base || !base_object) return;
  const auto here = [&](policy::Rank rank) { return plan.rank_of(*base, rank); };
  const bool same_policy = !orphan && base->policy_digest == plan.policy_digest;
  auto& fields = same_policy ? guarded_ : guarded_before_;
  for (auto field : base_object->guarded) {
    const auto same = [&](const policy::GuardedField& other) { return other.pointer == field.pointer; };
    if (std::any_of(object.guarded.begin(), object.guarded.end(), same)) continue;
    field.severity = here(field.severity);
    field.approval_severity = here(field.approval_severity);
    fields.push_back(std::move(field));
  }
}

Rated Rating::own() const {
  Rated rated;
  raise(rated, object_.severity, object_.approval_severity);
  return rated;
}

Rated Rating::of(std::string_view pointer) const {
  Rated rated;
  bool inside = false;
  for (const auto& field : guarded_) {
    if (!under(pointer, field.pointer)) continue;
    inside = true;
    raise(rated, field.severity, field.approval_severity);
    if (rated.guarded.empty()) rated.guarded = field.id;
  }
  if (!inside) rated = own();
  for (const auto& field : guarded_)
    if (under(field.pointer, pointer)) raise(rated, field.severity, field.approval_severity);
  for (const auto& field : guarded_before_)
    if (under(pointer, field.pointer) || under(field.pointer, pointer))
      raise(rated, field.severity, field.approval_severity);
  return rated;
}

}  // namespace drift::analysis
