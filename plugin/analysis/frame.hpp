// How the entries of a report begin: which object they are about.
#pragma once
#include "api/plan.hpp"

namespace drift::analysis {

// An api::ObjectReport or api::ObjectChange with what tells the object, and its rule.
template <typename Entry>
Entry frame_of(const api::PlannedObject& planned) {
  Entry entry;
  entry.group = planned.group;
  entry.version = planned.version;
  entry.kind = planned.kind;
  entry.ns = planned.ns;
  entry.name = planned.name;
  entry.rule = planned.rule;
  return entry;
}

}  // namespace drift::analysis
