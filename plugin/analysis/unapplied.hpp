// What of an object isn't as Git wants it after a sync that failed. Not drift: who wrote it and when doesn't count, so this looks at
// plan and cluster alone.
#pragma once
#include <rapidjson/document.h>

#include <string>

#include "api/plan.hpp"

namespace drift::analysis {

// `/spec/selector/matchLabels/app is web, Git wants shop; and 2 more`; empty where nothing differs. Shows what reports show: of
// a Secret only type, labels and whether it is immutable, values of ConfigMaps and environment variables as digests. Redacts `live`.
std::string unapplied(const api::PlannedObject& planned, rapidjson::Document& live);

}  // namespace drift::analysis
