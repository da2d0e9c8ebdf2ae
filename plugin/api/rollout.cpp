#include "api/rollout.hpp"

#include <array>

#include "json/canonical.hpp"
#include "json/fields.hpp"
#include "json/named.hpp"
#include "json/read.hpp"

namespace drift::api {
namespace {

constexpr std::array<std::string_view, 4> rollout_states = {"complete", "progressing", "held", "stuck"};
constexpr std::array<std::string_view, 4> rollout_steps = {"updated", "refreshing", "waiting", "stuck"};

RolloutState read_rollout_state(const Fields& fields) {
  if (const auto state = named(fields.text("state"), rollout_state_name, RolloutState::stuck)) return *state;
  fields.fail("state", "complete, progressing, held or stuck");
}

RolloutStep read_rollout_step(const Fields& fields) {
  if (const auto step = named(fields.text("state"), rollout_step_name, RolloutStep::stuck)) return *step;
  fields.fail("state", "updated, refreshing, waiting or stuck");
}

std::string entry_json(const RolloutEntry& entry) {
  JsonObject json;
  json.text("application", entry.application);
  json.text("namespace", entry.ns);
  json.text_if("policy", entry.policy);
  json.text_if("reason", entry.reason);
  json.text("state", rollout_step_name(entry.step));
  json.number("tries", entry.tries);
  return json.str();
}

RolloutEntry read_entry(const Fields& fields) {
  RolloutEntry entry;
  entry.ns = fields.text("namespace");
  entry.application = fields.text("application");
  entry.step = read_rollout_step(fields);
  entry.policy = fields.text_or_empty("policy");
  entry.tries = fields.count("tries");
  entry.reason = fields.text_or_empty("reason");
  return entry;
}

}  // namespace

std::string_view rollout_state_name(RolloutState state) {
  return rollout_states[static_cast<std::size_t>(state)];
}

std::string_view rollout_step_name(RolloutStep step) {
  return rollout_steps[static_cast<std::size_t>(step)];
}

std::string rollout_json(const Rollout& rollout) {
  JsonObject json;
  json.number("applications", rollout.applications);
  json.json("entries", json_list(rollout.entries, entry_json));
  json.number("more", rollout.more);
  json.text("policy", rollout.policy);
  json.text_if("reason", rollout.reason);
  json.number("refreshing", rollout.refreshing);
  json.text("state", rollout_state_name(rollout.state));
  json.number("stuck", rollout.stuck);
  json.number("unknown", rollout.unknown);
  json.number("updated", rollout.updated);
  json.number("waiting", rollout.waiting);
  json.text("written", time_text(rollout.written));
  return json.str();
}

Rollout read_rollout(std::string_view json) {
  const auto document = parse_json("rollout", json);
  const Fields fields(document, "rollout");
  Rollout rollout;
  rollout.policy = fields.text("policy");
  rollout.state = read_rollout_state(fields);
  rollout.reason = fields.text_or_empty("reason");
  rollout.applications = fields.count("applications");
  rollout.updated = fields.count("updated");
  rollout.refreshing = fields.count("refreshing");
  rollout.waiting = fields.count("waiting");
  rollout.stuck = fields.count("stuck");
  rollout.unknown = fields.count("unknown");
  for (const auto& entry : fields.objects("entries")) rollout.entries.push_back(read_entry(entry));
  rollout.more = fields.count("more");
  const auto written = parse_time(fields.text("written"));
  if (!written) fields.fail("written", "a time such as 2026-11-29T10:00:00Z");
  rollout.written = *written;
  return rollout;
}

}  // namespace drift::api
