#include "analysis/severity.hpp"

#include <algorithm>

#include "json/read.hpp"

namespace drift::analysis {
namespace {

using policy::Truth;

bool under(std::string_view pointer, std::string_view above) {
  return pointer.starts_with(above) && (pointer.size() == above.size() || pointer[above.size()] == '/');
}

void raise(Rated& rated, policy::Rank severity, policy::Rank approval_severity) {
  rated.severity = std::max(rated.severity, severity);
  rated.approval_severity = std::max(rated.approval_severity, approval_severity);
  rated.met.insert({severity, approval_severity});
}

// Whether the field counts: of its cases those that hold, and those that may.
Truth raise_by(Rated& rated, const policy::GuardedField& field, std::string_view pointer,
               const Between* between) {
  if (field.cases.empty()) {
    raise(rated, field.severity, field.approval_severity);
    return Truth::yes;
  }
  const auto values = field_values(field.pointer, pointer, between);
  auto counts = Truth::no;
  for (const auto& one : field.cases) {
    const auto truth = one.when ? holds(*one.when, values.old_value, values.new_value) : Truth::yes;
    if (truth != Truth::no) raise(rated, one.severity, one.approval_severity);
    counts = std::max(counts, truth);
    rated.open = rated.open || truth == Truth::unknown;
  }
  return counts;
}

}  // namespace

void rate_anew(policy::GuardedField& field, const api::Plan& base, const api::Plan& plan) {
  const auto anew = [&](auto& rated) {
    rated.severity = plan.rank_of(base, rated.severity);
    rated.approval_severity = plan.rank_of(base, rated.approval_severity);
  };
  anew(field);
  for (auto& one : field.cases) anew(one);
}

Rating::Rating(const api::Plan& plan, const api::PlannedObject& object, const api::Plan* base,
               const api::PlannedObject* base_object, bool orphan)
    : object_(object), guarded_(object.guarded) {
  if (base && base_object) add_base(plan, *base, *base_object, orphan);
  for (const auto* fields : {&guarded_, &guarded_before_})
    for (const auto& field : *fields)
      if (!field.cases.empty()) watched_.insert(field.pointer);
}

void Rating::add_base(const api::Plan& plan, const api::Plan& base, const api::PlannedObject& base_object,
                      bool orphan) {
  const bool same_policy = !orphan && base.policy_digest == plan.policy_digest;
  auto& fields = same_policy ? guarded_ : guarded_before_;
  for (auto field : base_object.guarded) {
    const auto same = [&](const policy::GuardedField& other) { return other.pointer == field.pointer; };
    if (std::any_of(object_.guarded.begin(), object_.guarded.end(), same)) continue;
    rate_anew(field, base, plan);
    fields.push_back(std::move(field));
  }
}

Rated Rating::own() const {
  Rated rated;
  raise(rated, object_.severity, object_.approval_severity);
  rated.own = true;
  return rated;
}

Rated Rating::of(std::string_view pointer, const Between* between) const {
  Rated rated;
  bool inside = false;
  for (const auto& field : guarded_) {
    if (!under(pointer, field.pointer)) continue;
    const auto counts = raise_by(rated, field, pointer, between);
    inside = inside || counts == Truth::yes;
    if (rated.guarded.empty() && counts != Truth::no) rated.guarded = field.id;
  }
  if (!inside) {
    raise(rated, object_.severity, object_.approval_severity);
    rated.own = true;
  }
  for (const auto& field : guarded_)
    if (under(field.pointer, pointer) && field.pointer != pointer) raise_by(rated, field, pointer, between);
  for (const auto& field : guarded_before_)
    if (under(pointer, field.pointer) || under(field.pointer, pointer))
      raise_by(rated, field, pointer, between);
  return rated;
}

Rated Rating::of_loss(const std::optional<std::string>& manifest, bool same_places) const {
  if (watched_.empty() || !manifest) return of("");
  const auto wanted = parse_json("manifest", *manifest);
  const Between between{&wanted, nullptr, {}, same_places};
  return of("", &between);
}

}  // namespace drift::analysis
