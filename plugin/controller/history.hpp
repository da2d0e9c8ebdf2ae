// Where an application can go back to: by the history of its syncs, as the Application has it. Pure.
#pragma once
#include <rapidjson/document.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "controller/summary.hpp"

namespace drift::controller {

// An entry of status.history: a full sync that succeeded, or an apply-only one.
struct HistoryEntry {
  std::int64_t id = 0;
  Version version;
  std::vector<std::string> rendered;  // the revisions of its sources that are rendered
  bool has_plugin = false;            // by the plugin, each of them
  // What its sources are, but for their revisions and parameters: another one has another gate, and no base.
  std::string identity;
  // What a sync to it names, as Argo CD's own rollback does: `revision` and `source`, or `revisions` and `sources`.
  rapidjson::Document sync;
};

struct WayBack {
  std::optional<HistoryEntry> entry;
  std::string why_not;  // where there is none
};

// The newest one, older than the first of what failed (the version that is compared, and the one that was synced last), that has the
// same sources and whose revisions were `audited`. Throws InputError as summary_of() does.
WayBack way_back(const rapidjson::Value& application, const std::set<std::string>& audited);

}  // namespace drift::controller
