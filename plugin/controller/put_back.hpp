// Objects whose drift goes by itself are put back by a sync of them alone, while the rest of the
// application's drift waits. Pure: the clock is an argument. docs/remediation.md says when.
//
// It comes before the sync whose gate asks: Argo CD runs one operation of an application at a time, and a
// gate that waits is one.
#pragma once
#include <string>
#include <vector>

#include "controller/decided.hpp"
#include "controller/judge.hpp"
#include "controller/remediation.hpp"
#include "controller/verdict.hpp"

namespace drift::controller {

// What was decided, with what is to be put back before; or with the time when that may be, where the incident
// would be looked at only later.
Decided with_put_back(Decided decided, const Past& past, const Summary& summary, const Verdict& verdict,
                      Time now);

// Why an incident is held for the seconds until its rest is decided. Nobody is told on the Application.
inline constexpr const char* put_back_first = "what goes by itself is put back first";

// About to be asked for. The incident's state stays.
api::Incident putting_back(api::Incident incident, const std::vector<ObjectName>& objects,
                           const Summary& summary, Time now);

// `outcome`, `message`: as api::PutBack has them.
api::Incident put_back_ended(api::Incident incident, std::string outcome, std::string message, Time now);

// Of an incident whose objects are being put back.
Outlook look_at_put_back(const api::Incident& incident, const Known& known, Time now);

// The operation is the incident's newest sync of selected objects.
bool is_put_back_of(const Summary& summary, const api::Incident& incident);

}  // namespace drift::controller
