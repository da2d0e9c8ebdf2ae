// What a hook's Job tells afterwards: how it ended, and (the gate's) what it found and who answered. It stands in the
// Job's annotations and conditions, which is all that the other hooks may read of it.
#pragma once
#include <rapidjson/document.h>

#include <cstdint>
#include <string>
#include <vector>

#include "api/gate_words.hpp"
#include "api/record.hpp"

namespace drift::api {

struct JobResult {
  std::string uid, created;
  std::string plan_digest;
  enum class End : std::uint8_t { running, complete, failed } end = End::running;
  std::string ended;  // RFC 3339
  std::string why;  // of the condition Failed: DeadlineExceeded, PodFailurePolicy, BackoffLimitExceeded, …
  std::string message;  // of that condition
};

struct GateResult : JobResult {
  GateState state = GateState::none;
  std::string reason;           // in the gate's own words
  std::string cause;            // as a word (gate_words.hpp), perhaps of another release; empty: none
  std::string drift, severity;  // empty: nothing waited
  std::string change_severity;  // of Git's changes that somebody was asked about; empty: none
  std::string deadline;
  bool alerted = false;         // the gate raised an alert
  std::vector<Answer> answers;  // sorted; of any drift
  // The annotations that hold answers, also what is none after all.
  std::vector<std::string> answer_keys;
};

JobResult job_result(const rapidjson::Value& job);
GateResult gate_result(const rapidjson::Value& job);

}  // namespace drift::api
