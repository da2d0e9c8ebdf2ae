// What a comparison comes to for somebody who acts: whether there is drift, how bad it is, and whether a sync may put it back.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/incident.hpp"
#include "controller/comparison.hpp"
#include "policy/policy.hpp"

namespace drift::controller {

struct Verdict {
  // Nothing of it is drift that the policy enforces: it only observes, or only the policy has changed.
  bool nothing = false;
  bool blind = false;  // what differs isn't known, so nothing but its objects is said here
  // Why no sync may start; empty: it may.
  std::string hold;
  // Of several sources the strictest. Empty: not known.
  std::string severity, action;
  policy::Remediation
      remediation;  // the longest cooldown and the fewest retries of all; a rollback as the strictest says
  std::vector<std::string> notify;                     // of all
  std::optional<std::chrono::seconds> escalate_after;  // the shortest of all
  std::string drift;                                   // digests of the reports
  std::vector<api::IncidentObject> objects;
  std::uint64_t more = 0;
  // Objects of all sources whose drift goes by itself, where people are asked about other drift or other drift is stopped, and nothing
  // else stands in the way.
  ByItself by_itself;
};

Verdict verdict_of(const Comparison& comparison);

}  // namespace drift::controller
