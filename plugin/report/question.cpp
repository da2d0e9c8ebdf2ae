#include "report/question.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace drift::report {
namespace {

struct Counts {
  std::size_t changes = 0, deleted = 0, unknown = 0;
};

Counts counts_of(const api::Report& report) {
  Counts counts;
  for (const auto& object : report.objects) {
    if (!api::is_drift(object)) continue;
    if (object.state == api::State::not_inspected)
      ++counts.unknown;
    else if (object.state == api::State::drifted)
      counts.changes += std::max<std::size_t>(object.differences.size() + object.more, 1);
    else
      ++counts.deleted;
  }
  return counts;
}

// What a sync would do of Git's own. `counted`: changes were counted before.
void add_changes(const api::Changes& git, bool counted, std::vector<std::string>& parts) {
  if (!git.ask()) return;
  std::size_t changes = 0, added = 0, removed = 0, unknown = 0;
  for (const auto& object : git.objects) {
    if (!object.unknown.empty())
      ++unknown;
    else if (object.change == api::GitChange::changed)
      changes += std::max<std::size_t>(object.fields.size() + object.more, 1);
    else
      ++(object.change == api::GitChange::added ? added : removed);
  }
  if (changes > 0)
    parts.push_back(counted ? fmt::format("apply {} from Git", changes)
                            : fmt::format("apply {} from Git", quantity(changes, "change")));
  if (added > 0) parts.push_back(fmt::format("add {} from Git", quantity(added, "object")));
  if (removed > 0) parts.push_back(fmt::format("remove {} that left Git", quantity(removed, "object")));
  if (unknown > 0)
    parts.push_back(
        fmt::format("apply Git's state to {} that Git may have changed", quantity(unknown, "object")));
}

}  // namespace

std::string putting_back(const api::Report& report) {
  const auto counts = counts_of(report);
  std::vector<std::string> parts;
  if (counts.changes > 0) parts.push_back("put back " + quantity(counts.changes, "change"));
  if (counts.deleted > 0)
    parts.push_back(fmt::format("create {} again", quantity(counts.deleted, "deleted object")));
  if (counts.unknown > 0)
    parts.push_back(fmt::format("apply Git's state to {} that could not be compared",
                                quantity(counts.unknown, "object")));
  add_changes(report.changes, counts.changes > 0, parts);
  if (parts.empty()) return std::string(putting_back_unseen);
  auto text = std::move(parts.front());
  for (std::size_t i = 1; i < parts.size(); ++i) text += (i + 1 < parts.size() ? ", " : " and ") + parts[i];
  text.front() = static_cast<char>(text.front() - 'a' + 'A');
  // A report that was read back may have had no room for all of them.
  return report.omitted + report.changes.omitted > 0 ? text + ", of those that the report lists" : text;
}

std::string question(std::string_view putting_back, std::string_view action) {
  return fmt::format("{}?\n  {}: {}\n  reject: {}\n", putting_back, action, effect_of(action),
                     effect_of("reject"));
}

std::string_view effect_of(std::string_view answer) {
  if (answer == "approve") return "the sync goes on and writes the values from Git into the cluster";
  if (answer == "override")
    return "the policy's stop is overridden, on record; the sync goes on and writes the values from Git into "
           "the "
           "cluster";
  return "the sync fails and applies nothing; the cluster stays as it is";
}

}  // namespace drift::report
