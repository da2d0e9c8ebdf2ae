// A gate that waits, as the people see it who are asked: its Job, what the gate wrote on it (docs/gate.md lists the
// annotations), and who has answered.
#pragma once
#include <rapidjson/document.h>

#include <optional>
#include <string>
#include <vector>

#include "api/gate_words.hpp"
#include "api/record.hpp"
#include "base/time.hpp"
#include "outside/kubernetes/kubernetes.hpp"

namespace drift::approval {

struct Gate {
  std::string ns, job, uid;
  std::string source;  // what the names of this application's hooks begin with
  std::string application;
  api::GateState state = api::GateState::none;
  std::string reason;               // the gate's own words
  std::string drift;                // 32 hex digits: what is asked about
  std::string severity;             // of that drift; empty: Git's changes alone are asked about
  std::string change_severity;      // of Git's changes that are asked about; empty: none
  std::string asks;                 // the severity whose approvers are asked; empty: nobody
  bool asks_override = false;       // the policy says stop: only a break-glass lets it go on
  std::vector<std::string> groups;  // who may answer; empty: whoever may write on the Job
  bool through_argocd = false;      // whether an approval through Argo CD counts
  unsigned needed = 1;              // people
  std::vector<api::Answer> answers;
  std::vector<std::string> keys;  // annotations that hold answers, each with what it answers
  std::optional<Time> since, deadline, escalates;

  // What is asked about: `drift`, `change`, `drift and change`.
  std::string_view matter() const;
  // `medium`, `high (change)`, `medium, high (change)`.
  std::string severities() const;
  bool waits() const { return state == api::GateState::waiting; }
  // The people whose yes the gate counts, sorted.
  std::vector<std::string> given() const;
};

// The gate of a Job, as it is in the cluster.
Gate read_gate(const rapidjson::Value& object);

// The Jobs in a namespace (empty: in all), of which store::component_selector("gate") has the gates.
outside::ResourcePath jobs_in(const std::string& ns);

// All gates of a namespace (empty: of all), whatever their state; the first to end first.
std::vector<Gate> list_gates(outside::Kubernetes& kubernetes, const std::string& ns);

// Argo CD tells plugins of an application `name` in a namespace of its own that it is called `namespace_name`. Takes
// `namespace/name` too.
std::string plugin_name(std::string application);

// Of a drift's name, where only its beginning is given.
inline constexpr std::size_t least_drift_digits = 8;

struct GateQuery {
  std::string application;  // as Argo CD calls it; `namespace/name` where it isn't in Argo CD's own
  std::string ns;           // of the hooks; empty: all
  std::string job;          // where an application has several gates, since it has several sources
  std::string drift;  // its name or the beginning of it, which also tells several gates apart; empty: any
};

// The gate of an application that waits. Throws InputError where there is none or are several, and says what there is; Refusal
// where what waits is about other drift than was asked for.
Gate find_waiting(outside::Kubernetes& kubernetes, const GateQuery& wanted);

}  // namespace drift::approval
