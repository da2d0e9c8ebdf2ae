#include "controller/rollout_listing.hpp"

#include <fmt/format.h>

#include <vector>

#include "base/printable.hpp"
#include "base/suggest.hpp"
#include "base/table.hpp"
#include "base/text.hpp"
#include "controller/rollout.hpp"
#include "json/canonical.hpp"

namespace drift::controller {
namespace {

constexpr std::size_t widest_why = 200;

std::string counted(std::uint64_t number, const char* one, const char* many) {
  return fmt::format("{} {}", number, number == 1 ? one : many);
}

std::string what_about_the_others(const api::Rollout& rollout) {
  std::vector<std::string> parts;
  if (rollout.refreshing > 0) parts.push_back(counted(rollout.refreshing, "is refreshed", "are refreshed"));
  if (rollout.waiting > 0) parts.push_back(counted(rollout.waiting, "waits", "wait"));
  if (rollout.stuck > 0) parts.push_back(counted(rollout.stuck, "is stuck", "are stuck"));
  return joined(parts);
}

}  // namespace

std::string in_a_sentence(const api::Rollout& rollout) {
  if (rollout.policy.empty()) return "the policy isn't known: " + printable(rollout.reason, widest_why);
  auto text =
      fmt::format("{} of {} render policy {}", rollout.updated, quantity(rollout.applications, "application"),
                  printable(short_digest(rollout.policy)));
  if (const auto others = what_about_the_others(rollout); !others.empty()) text += ": " + others;
  if (!rollout.reason.empty())
    text += "; no application is refreshed: " + printable(rollout.reason, widest_why);
  return text;
}

std::string details(const api::Rollout& rollout) {
  auto text = in_a_sentence(rollout) + "\n";
  if (rollout.entries.empty()) return text;
  std::vector<std::vector<std::string>> rows = {{"STATE", "APPLICATION", "POLICY", "TRIES", "REASON"}};
  for (const auto& entry : rollout.entries)
    rows.push_back({std::string(api::rollout_step_name(entry.step)),
                    printable(entry.ns + "/" + entry.application, widest_why),
                    cell_of(short_digest(entry.policy)), std::to_string(entry.tries), cell_of(entry.reason)});
  text += "\n" + drift::table(rows);
  if (rollout.more > 0) text += fmt::format("… and {} more\n", rollout.more);
  return text;
}

std::string line(Time at, const api::Rollout& rollout) {
  return fmt::format("{} rollout {}: {}\n", time_text(at), api::rollout_state_name(rollout.state),
                     in_a_sentence(rollout));
}

std::string json_line(Time at, const api::Rollout& rollout) {
  JsonObject object;
  object.text("time", time_text(at));
  object.json("rollout", api::rollout_json(rollout));
  return object.str() + "\n";
}

}  // namespace drift::controller
