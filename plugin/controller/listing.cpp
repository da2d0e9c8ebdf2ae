#include "controller/listing.hpp"

#include <fmt/format.h>

#include "base/printable.hpp"
#include "base/table.hpp"
#include "json/canonical.hpp"
#include "json/string.hpp"

namespace drift::controller {
namespace {

constexpr std::size_t widest_cell = 300;

std::string readable(const std::string& text) {
  return printable(text, widest_cell);
}

std::string bypass_json(const Bypass& bypass) {
  JsonObject object;
  object.text("kind", bypass_name(bypass.kind));
  object.text("detail", bypass.detail);
  object.text_if("operation", bypass.operation);
  return object.str();
}

std::string time_or_dash(const std::optional<Time>& time) {
  return time ? time_text(*time) : "-";
}

std::string signs(const Judgement& judgement) {
  std::string text;
  for (const auto& bypass : judgement.bypasses)
    text += (text.empty() ? "" : ", ") + std::string(bypass_name(bypass.kind));
  return text.empty() ? "-" : text;
}

}  // namespace

JsonObject known_json(const Known& known) {
  const auto& summary = known.summary;
  const auto& judgement = known.judgement;
  JsonObject object;
  object.text("namespace", summary.ns);
  object.text("application", summary.name);
  object.text("uid", summary.uid);
  object.flag("gated", summary.gated);
  object.text("state", state_name(judgement.state));
  object.text_if("reason", judgement.reason);
  object.number("outOfSync", summary.out_of_sync);
  if (judgement.drifted_since) object.text("driftedSince", time_text(*judgement.drifted_since));
  object.text_if("revision", summary.compared.shown);
  if (summary.reconciled) object.text("comparedAt", time_text(*summary.reconciled));
  if (summary.deployed && summary.deployed->at) object.text("syncedAt", time_text(*summary.deployed->at));
  object.json("bypasses", json_list(judgement.bypasses, bypass_json));
  return object;
}

std::string lines(const Notice& notice) {
  const auto& judgement = notice.known.judgement;
  const auto head = fmt::format("{} {}", time_text(notice.at), readable(display(notice.known.summary)));
  std::string text;
  if (notice.was != judgement.state || notice.other_objects) {
    text += fmt::format("{} {}", head, state_name(judgement.state));
    if (notice.was && !notice.other_objects) text += fmt::format(" (was {})", state_name(*notice.was));
    if (!judgement.reason.empty()) text += ": " + readable(judgement.reason);
    text += '\n';
  }
  for (const auto& bypass : notice.fresh)
    text += fmt::format("{} bypass {}: {}\n", head, bypass_name(bypass.kind), readable(bypass.detail));
  return text;
}

std::string json_line(const Notice& notice) {
  auto object = known_json(notice.known);
  object.text("time", time_text(notice.at));
  object.text("since", time_text(notice.known.judgement.since));
  if (notice.was) object.text("was", state_name(*notice.was));
  return object.str() + "\n";
}

std::string table(const std::vector<Known>& all) {
  std::vector<std::vector<std::string>> rows = {
      {"APPLICATION", "GATED", "STATE", "COMPARED", "SYNCED", "BYPASS", "REASON"}};
  for (const auto& known : all) {
    const auto& summary = known.summary;
    const auto& judgement = known.judgement;
    rows.push_back({readable(display(summary)), summary.gated ? "yes" : "no",
                    std::string(state_name(judgement.state)), time_or_dash(summary.reconciled),
                    time_or_dash(summary.deployed ? summary.deployed->at : std::nullopt), signs(judgement),
                    cell_of(judgement.reason)});
  }
  return drift::table(rows);
}

std::string json(const std::vector<JsonObject>& all) {
  return json_lines(all, [](const JsonObject& one) { return one.str(); });
}

}  // namespace drift::controller
