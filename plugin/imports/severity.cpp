#include "imports/severity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/suggest.hpp"
#include "json/build.hpp"

namespace drift::imports {
namespace {

// The policy's limits: a duration of a year, 100 retries (policies/schema.json, policy/read/syntax.cpp).
constexpr std::int64_t most_hours = std::int64_t{366} * 24, most_minutes = most_hours * 60,
                       most_retries = 100;
constexpr std::int64_t usual_timeout = 24;  // hours, where a policy names none

struct ActionWord {
  std::string_view theirs, ours;
};
constexpr std::array<ActionWord, 4> action_words = {{{"auto_sync", "autoSync"},
                                                     {"notify_and_timeout", "approve"},
                                                     {"immediate_rollback", "restore"},
                                                     {"emergency_stop", "stop"}}};

const ActionWord* read_action(Mapping& from, Told& told) {
  const auto node = from.at("action");
  const auto path = from.path_of("action");
  std::vector<std::string> known;
  for (const auto& word : action_words) {
    if (node.is_string() && node.text() == word.theirs) return &word;
    known.emplace_back(word.theirs);
  }
  const auto meant = node.is_string() ? did_you_mean(node.text(), known) : std::string();
  told.mistake(node ? node : from.node(), path, fmt::format("expected {}{}", joined(known), meant));
  return nullptr;
}

// What is done, and whether a person is asked before.
struct Decided {
  std::string_view action;
  bool asks = false, rolls_back = false;
};

Decided decide(const ActionWord& action, Mapping& from, Told& told) {
  const auto required = from.truth("approval_required");
  const auto node = from.at("approval_required");
  const auto path = from.path_of("approval_required");
  Decided decided{action.ours, required.value_or(false), action.ours == "restore"};
  if (action.ours == "approve") {
    if (required && !*required)
      told.stricter(node, path, "notify_and_timeout becomes approve, which waits for one person always");
    decided.asks = true;
  } else if (decided.asks && action.ours != "stop") {
    told.stricter(node, path,
                  fmt::format("{} asks nobody, so the action becomes approve: drift is put back after one "
                              "person has said yes",
                              action.theirs));
    decided.action = "approve";
  }
  return decided;
}

void read_escalation(const Decided& decided, std::int64_t timeout, Mapping& from, Told& told,
                     rapidjson::Document& severity) {
  const auto hours = from.whole_number("escalation_hours", 0, most_hours);
  if (!hours) return;
  const auto node = from.at("escalation_hours");
  const auto path = from.path_of("escalation_hours");
  if (*hours == 0) told.stricter(node, path, "0 could mean at once, so more people are told after a minute");
  if (decided.asks && *hours >= timeout)
    return told.said.lose(
        node, path, fmt::format("no answer is a no after {} h, before it would count; give less", timeout));
  set(severity, {"approval", "escalateAfter"}, *hours == 0 ? "1m" : fmt::format("{}h", *hours));
}

void read_approval(const Decided& decided, Mapping& from, Told& told, rapidjson::Document& severity) {
  if (decided.asks) set(severity, {"approval", "required"}, rapidjson::Value(1));
  const auto hours = from.whole_number("timeout_hours", decided.asks ? 1 : 0, most_hours);
  if (hours && decided.asks)
    set(severity, {"approval", "timeout"}, fmt::format("{}h", *hours));
  else if (hours && *hours > 0)
    told.note(from.at("timeout_hours"), from.path_of("timeout_hours"),
              "is left out: nobody is asked about drift of this severity");
  read_escalation(decided, hours.value_or(usual_timeout), from, told, severity);
}

void read_remediation(const Decided& decided, Mapping& from, rapidjson::Document& severity) {
  set(severity, {"remediation", "action"}, decided.action);
  if (const auto minutes = from.whole_number("cooldown_minutes", 0, most_minutes); minutes && *minutes > 0)
    set(severity, {"remediation", "cooldown"}, fmt::format("{}m", *minutes));
  if (const auto retries = from.whole_number("max_retries", 0, most_retries))
    set(severity, {"remediation", "maxRetries"}, rapidjson::Value(static_cast<int>(*retries)));
  if (decided.rolls_back) set(severity, {"remediation", "rollbackOnFailure"}, rapidjson::Value(true));
}

// The channels of deploy/notifications' triggers.
const std::vector<std::string> our_channels = {"slack", "email", "pagerduty"};

// Which of ours a word means; nothing where it means none, which is said.
std::optional<std::string_view> channel_of(const yaml::Node& node, const std::string& word,
                                           const std::string& path, Told& told) {
  if (const auto found = std::find(our_channels.begin(), our_channels.end(), word);
      found != our_channels.end())
    return *found;
  if (word == "phone" || word == "sms") {
    told.said.lose(node, fmt::format("{}: {}", path, word),
                   "Argo CD calls nobody; PagerDuty is notified instead, which can");
    return our_channels[2];
  }
  const auto meant = did_you_mean(word, our_channels);
  const auto who = fmt::format("{}: {}", path, in_quotes(word));
  if (!meant.empty())
    told.mistake(node, who, fmt::format("expected {} or phone{}", joined(our_channels), meant));
  else
    told.said.lose(node, who,
                   "deploy/notifications has no trigger for it; write one like drift-slack, and add the "
                   "channel to `notify`");
  return std::nullopt;
}

void read_channels(Mapping& from, Told& told, std::vector<UsedChannel>& used, rapidjson::Document& severity) {
  std::vector<std::string_view> channels;
  const auto add = [&](std::string_view channel, const yaml::Node& node, const std::string& path) {
    if (std::find(channels.begin(), channels.end(), channel) != channels.end()) return;
    channels.push_back(channel);
    used.push_back({channel, path, node.place()});
  };
  const auto path = from.path_of("notification_channels");
  for (const auto& [node, word] : from.texts("notification_channels"))
    if (const auto channel = channel_of(node, word, path, told)) add(*channel, node, path);
  if (from.truth("notify_oncall").value_or(false))
    add(our_channels[2], from.at("notify_oncall"), from.path_of("notify_oncall"));
  if (!channels.empty()) set(severity, {"notify"}, text_list(channels, severity));
}

}  // namespace

ImportedSeverity read_severity(std::string_view name, Mapping from, Told& told,
                               std::vector<UsedChannel>& channels) {
  ImportedSeverity severity{name, false, rapidjson::Document(rapidjson::kObjectType)};
  set(severity.json, {"name"}, name);
  if (const auto* action = read_action(from, told)) {
    const auto decided = decide(*action, from, told);
    severity.waits = decided.action == "approve" || decided.action == "stop";
    read_remediation(decided, from, severity.json);
    read_approval(decided, from, told, severity.json);
    read_channels(from, told, channels, severity.json);
    from.finish(Unknown::lost);
  }
  return severity;
}

}  // namespace drift::imports
