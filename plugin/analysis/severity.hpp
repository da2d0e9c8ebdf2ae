// How much a difference weighs: the severity of the guarded field that it lies in, else the object's.
#pragma once
#include <set>
#include <string>
#include <string_view>

#include "api/plan.hpp"

namespace drift::analysis {

// What drift at one place counts as; no guarded field itself (policy::GuardedField), and of several that it lies in the highest.
struct Rated {
  policy::Rank severity = 0;
  policy::Rank approval_severity = 0;
  std::string guarded;         // the id of the guarded field; empty: none
  std::set<policy::Rank> met;  // all that the two are the highest of
};

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
  Rated of(std::string_view pointer) const;

 private:
  const api::PlannedObject& object_;
  std::vector<policy::GuardedField> guarded_, guarded_before_;
};

}  // namespace drift::analysis
