// What left Git, as a base remembers it beside its plan.
//
// A sync without `prune` leaves in the cluster what left Git. If the next base knew nothing of it, two syncs would pass any
// gate: one of a revision in which an object isn't there, and one in which it is again and new, so that nobody is asked
// before its drift is overwritten. So each base carries what the one before had and its own plan hasn't, until a plan has
// it again. Whether Argo CD pruned it nobody knows: the audit may read nothing of the application, and the gate only what
// this sync's plan names. So what comes back and isn't there is new; what is there is compared with what Git wanted then
// (docs/drift.md).
//
// There is room for so much in a ConfigMap. What has none goes, the oldest first, and the base notes that it doesn't know
// all any more: then what is new in Git and already there can't be told from it, and counts as not inspected.
#pragma once
#include <rapidjson/document.h>

#include <cstddef>
#include <string>

#include "api/plan.hpp"

namespace drift::store {

// What a base with this plan remembers, after that base: the latest first, by identity where equal. Severities become the
// plan's, of the same names; one that it hasn't becomes its highest. Carrying again with the same plan changes nothing.
api::Orphans carry(const api::Plan& base, const api::Plan& plan);

// Puts it into the base's ConfigMap, as much as `room` bytes hold there; the text that it put, empty where there is nothing
// to remember.
std::string store_orphans(rapidjson::Document& config_map, api::Orphans orphans, const api::Plan& plan,
                          std::size_t room);

}  // namespace drift::store
