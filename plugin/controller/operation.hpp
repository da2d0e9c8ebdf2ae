// What is written onto an Application so that Argo CD does something, each as a JSON merge patch (RFC 7386).
#pragma once
#include <rapidjson/document.h>

#include <string>
#include <vector>

#include "api/incident.hpp"
#include "controller/history.hpp"
#include "controller/summary.hpp"

namespace drift::controller {

// A full sync with hooks, so that its gate decides and its audit records. As Argo CD's API server asks for one (argo-cd 3.6.1,
// util/argo/argo.go SetAppOperation): without the state of the last operation, or no hooks run (argo-cd#22795). Only for the version
// of the Application that was judged. Of what was compared where it has one source; Argo CD resolves the revisions of several anew.
rapidjson::Document sync_request(const Summary& summary, const api::Incident& incident);

// A sync of these objects and no others, at the revision that was compared: never prunes, never forces. Argo
// CD runs no hooks in it (argo-cd 3.6.1, controller/sync.go SyncAppState). Only for an Application with one
// source.
rapidjson::Document put_back_request(const Summary& summary, const api::Incident& incident,
                                     const std::vector<ObjectName>& objects);

// Back to what was synced before, as Argo CD's own rollback (argo-cd 3.6.1, server/application/application.go Rollback), but with
// hooks: its gate decides. In one write with it auto-sync is switched off where it is on, or it would undo the rollback.
rapidjson::Document rollback_request(const Summary& summary, const api::Incident& incident,
                                     const HistoryEntry& to);

// That Argo CD looks at the Application now.
rapidjson::Document refresh_request();

// That it is rendered anew. Only for the version of the Application that was judged.
rapidjson::Document hard_refresh_request(const Summary& summary);

// What the Application shows of an incident: api::incident_note().
rapidjson::Document note_request(const std::string& note);

// Who asks, as Argo CD shows it.
inline constexpr const char* initiator = "drift-policy-controller";

}  // namespace drift::controller
