// How much a difference weighs: the severity of the guarded field that it lies in, else the object's.
#pragma once
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/values.hpp"
#include "api/plan.hpp"

namespace drift::analysis {

// What drift at one place counts as; no guarded field itself (policy::GuardedField), and of several that it lies in the highest.
struct Rated {
  policy::Rank severity = 0;
  policy::Rank approval_severity = 0;
  std::string guarded;  // the id of the guarded field; empty: none
  bool own =
      false;  // it lies in no guarded field, or isn't known to: the object's own severity is among them
  std::set<policy::Rank> met;  // all that the two are the highest of
  bool open =
      false;  // whether a case of a guarded field holds isn't known, so all of `met` may be what it is
};

// Ranks of `base` as places in the severities of `plan`.
void rate_anew(policy::GuardedField& field, const api::Plan& base, const api::Plan& plan);

class Rating {
 public:
  // `base_object` may be nullptr, and so may `base`. `orphan`: it left Git before the base, so under which policy it was isn't
  // known. Refers to `object`.
  Rating(const api::Plan& plan, const api::PlannedObject& object, const api::Plan* base,
         const api::PlannedObject* base_object, bool orphan = false);

  // The object's own.
  Rated own() const;

  // Of a field: the highest of the guarded fields that it lies in, the object's own where there is none, and of those that
  // it holds itself. "" is the object as a whole. What Git guarded at the last sync counts too: as much as what it guards
  // now where the policy is the same (Git may have dropped the field), else it can only raise.
  // A case of a guarded field counts by the values that the difference is between. Where they don't tell, or nothing is known of
  // them (nullptr), all counts that it is with the case and without.
  Rated of(std::string_view pointer, const Between* between = nullptr) const;

  // Of an object that is gone. `manifest`: what Git wanted of it; unset: not known. `same_places` as in Between.
  Rated of_loss(const std::optional<std::string>& manifest, bool same_places) const;

  // The guarded fields with cases, whose values of() must be told.
  const Watched& watched() const { return watched_; }

 private:
  void add_base(const api::Plan& plan, const api::Plan& base, const api::PlannedObject& base_object,
                bool orphan);

  const api::PlannedObject& object_;
  Watched watched_;
  std::vector<policy::GuardedField> guarded_, guarded_before_;
};

}  // namespace drift::analysis
