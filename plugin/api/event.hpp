// What is told of an incident in Kubernetes Events on its Application: `kubectl describe`, `argocd app get` and Argo CD's web UI show
// them. One for each state that it comes into, and one where it is escalated. docs/events.md lists the reasons.
#pragma once
#include <rapidjson/document.h>

#include <string>
#include <vector>

#include "api/incident.hpp"
#include "base/time.hpp"

namespace drift::api {

inline constexpr const char* event_component = "drift-policy-controller";
inline constexpr std::size_t longest_event_message =
    1024;  // bytes; Kubernetes' own bound (events.k8s.io/v1, note)

struct Event {
  std::string name;                  // the same for the same state of an incident, whoever tells it
  std::string ns, application, uid;  // the Application
  std::string reason;                // `DriftResolved`, …
  std::string message;               // a sentence
  bool warns = false;                // a person should look
  Time at{};
};

// Of the state that the incident is in and, where it is escalated, of that.
std::vector<Event> events_of(const Incident& incident);

// As the API takes it: core/v1, Event, with the fields that Argo CD's own have (argo-cd 3.6.1, util/argo/audit_logger.go).
rapidjson::Document event_object(const Event& event);

}  // namespace drift::api
