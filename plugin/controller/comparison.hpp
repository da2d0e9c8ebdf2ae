// What differs of an application between syncs: the comparison and the decision of its gate, by the same code (analysis/analyse.hpp,
// gate/decision.hpp), without a gate. Pure: plans and objects are arguments.
//
// It knows a little less than the gate does: not what left Git before the last success and came back, which it doesn't compare; and
// not the schema that the cluster publishes, so that a field which was never kept may count as removed.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/analyse.hpp"
#include "base/time.hpp"
#include "controller/by_itself.hpp"
#include "controller/rendered.hpp"
#include "controller/summary.hpp"
#include "gate/decision.hpp"

namespace drift::controller {

// What the policy does about drift of a severity: `autoSync`, `approve`, `restore`, `stop`.
using Actions = std::map<std::string, std::string, std::less<>>;

// Of a source that the plugin rendered.
struct SourceComparison {
  api::Report report;
  gate::Decision decision;  // of a gate that a sync would run now, before anybody has answered
  Actions actions;
  // Of the drift's severity, where there is drift.
  policy::Remediation remediation;
  std::vector<std::string> notify;
  std::optional<std::chrono::seconds> escalate_after;  // of the severity whose people are asked, if any are
  ByItself by_itself;  // where somebody is asked about other drift, or other drift is stopped
};

// An object of which no more is known than that it differs.
struct BlindObject {
  ObjectName object;
  std::string severity, action;  // empty: not known
};

struct Comparison {
  std::vector<SourceComparison> sources;

  // Why fields aren't known; empty: they are. Then there are no sources, but objects.
  std::string blind;
  bool unanswered = false;  // blind, and asking again may help
  std::vector<BlindObject> objects;
  std::uint64_t more = 0;  // that aren't named

  // The policy of the last success is another one than that of now.
  bool other_policy = false;
  // Objects in which what the plugin writes isn't what it renders now: the policy has changed, or somebody has edited that.
  std::uint64_t other_marks = 0;
};

// `base`: at the last success. A source that it has no plan of has nothing to be compared with.
Comparison compare(const Plans& target, const Plans& base, const analysis::Live& live, Time now);

// By their own severities, as far as the plans have the objects that differ. `why`: what became of the answers.
Comparison compare_blindly(const Summary& summary, const Plans& target, const std::string& why);

// Whether they differ in what the plugin writes into manifests.
bool marks_differ(const rapidjson::Value& target, const rapidjson::Value& live);

// What a sync would do about it: `would wait for 1 approval`.
std::string what_a_sync_does(const gate::Decision& decision);

}  // namespace drift::controller
