#include "approval/table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/printable.hpp"
#include "base/table.hpp"
#include "json/canonical.hpp"
#include "json/string.hpp"

namespace drift::approval {
namespace {

using Cells = std::vector<std::string>;

constexpr std::size_t widest_cell = 300;
constexpr std::size_t columns = 80;

std::string people_asked(const Gate& gate) {
  if (gate.groups.empty()) return gate.through_argocd ? "anybody (Argo CD's RBAC)" : "anybody (RBAC)";
  return fmt::format("{}", fmt::join(gate.groups, ", "));
}

std::string time_or_dash(const std::optional<Time>& time) {
  return time ? time_text(*time) : std::string("-");
}

std::string until_cell(const Gate& gate, Time now) {
  if (!gate.deadline) return "-";
  return fmt::format("{} ({})", time_text(*gate.deadline), remaining(*gate.deadline, now));
}

std::string_view needs(const Gate& gate) {
  return gate.asks_override ? "override" : "approve";
}

// What the next command takes (namespace, application, the beginning of the drift) comes first, and stays whole.
Cells narrow_cells(const Gate& gate, Time now) {
  return {gate.ns,
          gate.application,
          gate.drift.substr(0, least_drift_digits),
          gate.severities(),
          gate.waits() ? fmt::format("{} {}/{}", needs(gate), gate.given().size(), gate.needed)
                       : std::string(api::gate_state_name(gate.state)),
          gate.deadline ? remaining(*gate.deadline, now) : "-",
          people_asked(gate)};
}

Cells wide_cells(const Gate& gate, Time now) {
  return {gate.ns,
          gate.application,
          gate.severities(),
          gate.drift,
          std::string(gate.waits() ? needs(gate) : api::gate_state_name(gate.state)),
          people_asked(gate),
          fmt::format("{}/{}", gate.given().size(), gate.needed),
          until_cell(gate, now),
          time_or_dash(gate.escalates)};
}

std::string gate_json(const Gate& gate, Time now) {
  JsonObject object;
  object.text("namespace", gate.ns);
  object.text("job", gate.job);
  object.text("application", gate.application);
  object.text("state", api::gate_state_name(gate.state));
  object.text("severity", gate.severity);
  object.text_if("changeSeverity", gate.change_severity);
  object.text("drift", gate.drift);
  object.text("asks", gate.asks);
  object.text("asksFor", needs(gate));
  object.json("groups", json_list(gate.groups, json_string));
  object.flag("throughArgoCD", gate.through_argocd);
  object.number("needed", gate.needed);
  object.json("given", json_list(gate.given(), json_string));
  if (gate.since) object.text("waitingSince", time_text(*gate.since));
  if (gate.escalates) object.text("escalatesAt", time_text(*gate.escalates));
  if (gate.deadline) {
    object.text("deadline", time_text(*gate.deadline));
    const auto left = std::chrono::duration_cast<std::chrono::seconds>(*gate.deadline - now).count();
    object.number("remainingSeconds", static_cast<std::uint64_t>(std::max<std::int64_t>(left, 0)));
  }
  return object.str();
}

}  // namespace

std::string remaining(Time until, Time now) {
  const auto total = std::chrono::duration_cast<std::chrono::seconds>(until - now).count();
  if (total <= 0) return "over";
  std::string text;
  int units = 0;
  for (const auto& [size, unit] :
       {std::pair{86400, 'd'}, std::pair{3600, 'h'}, std::pair{60, 'm'}, std::pair{1, 's'}}) {
    const auto count = size == 86400 ? total / size : total / size % (size == 3600 ? 24 : 60);
    if ((count == 0 && units == 0) || units == 2) continue;
    ++units;
    if (count > 0) text += fmt::format("{}{}", count, unit);
  }
  return text;
}

std::string table(const std::vector<Gate>& gates, Time now, bool wide) {
  std::vector<Cells> rows = {
      wide ? Cells{"NAMESPACE", "APPLICATION", "SEVERITY", "DRIFT", "NEEDS", "ASKED", "GIVEN", "UNTIL",
                   "ESCALATES"}
           : Cells{"NAMESPACE", "APPLICATION", "DRIFT", "SEVERITY", "NEEDS", "LEFT", "ASKED"}};
  for (const auto& gate : gates) rows.push_back(wide ? wide_cells(gate, now) : narrow_cells(gate, now));
  for (auto& row : rows)
    for (auto& cell : row) cell = printable(cell, widest_cell);
  return wide ? drift::table(rows)
              : table_within(columns, std::move(rows), {"ASKED", "SEVERITY", "LEFT", "NEEDS"});
}

std::string row(std::vector<Gate> gates, const Gate& gate, Time now, bool wide) {
  gates.push_back(gate);
  auto text = table(gates, now, wide);
  return text.substr(text.rfind('\n', text.size() - 2) + 1);
}

std::string json_of(const Gate& gate, Time now) {
  return gate_json(gate, now) + "\n";
}

std::string json(const std::vector<Gate>& gates, Time now) {
  return json_lines(gates, [now](const Gate& gate) { return gate_json(gate, now); });
}

std::string asked(const Gate& gate, Time now) {
  const auto name = [](std::string_view words) { return printable(words, widest_cell); };
  const auto given = gate.given();
  std::string text = fmt::format("{}: {} {} of severity {}\n", name(gate.application), gate.matter(),
                                 name(gate.drift), name(gate.severities()));
  text += fmt::format("  asked for: {} of {}, by {}\n", gate.asks_override ? "an override" : "approval",
                      name(gate.asks), name(people_asked(gate)));
  text += fmt::format("  given: {} of {}{}{}\n", given.size(), gate.needed, given.empty() ? "" : ", by ",
                      name(fmt::format("{}", fmt::join(given, ", "))));
  text += fmt::format("  until: {}\n", until_cell(gate, now));
  if (gate.escalates) text += fmt::format("  escalates: {}\n", time_text(*gate.escalates));
  return text;
}

}  // namespace drift::approval
