#include "store/report.hpp"

#include <fmt/format.h>

#include "base/keys.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "json/build.hpp"
#include "json/canonical.hpp"
#include "json/read.hpp"
#include "outside/kubernetes/look_for.hpp"
#include "store/config_map.hpp"
#include "store/last_record.hpp"

namespace drift::store {
namespace {

constexpr const char* report_file = "report.json";
constexpr const char* history_file = "history.jsonl";
constexpr int most_report_conflicts = 10;
constexpr std::size_t longest_line = longest_kept + 256;

std::string without_line_end(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

// The report that stands there, as a line of the history; empty where it is none of ours.
std::string line_of(const rapidjson::Value& object, const std::string& json) {
  try {
    api::ReportOptions options;
    options.only_drift = true;
    options.limit = longest_kept;
    JsonObject line;
    line.json("report", without_line_end(api::report_json(api::read_report(json), options)));
    line.text_if("cause", text_at(object, {"metadata", "annotations", keys::cause}));
    line.text_if("time", text_at(object, {"metadata", "annotations", keys::analysed}));
    return line.str() + "\n";
  } catch (const InputError&) {
    return {};
  }
}

std::string history_of(const rapidjson::Value& object) {
  std::string history = line_of(object, text_at(object, {"data", report_file}));
  std::size_t kept = history.empty() ? 0 : 1;
  const std::string earlier = text_at(object, {"data", history_file});
  for (std::size_t at = 0; at < earlier.size() && kept < reports_kept;) {
    const auto end = std::min(earlier.find('\n', at), earlier.size());
    if (end > at && end - at <= longest_line) {
      history.append(earlier, at, end - at).append("\n");
      ++kept;
    }
    at = end + 1;
  }
  return history;
}

struct Stored {
  std::string json;
  const ReportNotes& notes;
};

rapidjson::Document object_of(const Run& run, const Stored& stored, const std::string& history) {
  auto object = new_config_map(run.ns, run.names.report(), "report");
  mark(object, run.names.prefix(), run.application);
  set(object, {"metadata", "annotations", keys::analysed}, time_text(run.clock.now()));
  note_record(object, stored.notes.record);
  set(object, {"metadata", "annotations", keys::cause}, api::gate_cause_name(stored.notes.cause));
  set(object, {"data", report_file}, stored.json);
  if (!history.empty()) set(object, {"data", history_file}, history);
  return object;
}

// False where somebody wrote it meanwhile.
bool try_to_write(const Run& run, const Stored& stored) {
  const auto where = run.config_map(run.names.report());
  const auto before = outside::look_for(run.kubernetes, where);
  try {
    if (!before) {
      run.kubernetes.create(where, object_of(run, stored, {}));
      return true;
    }
    const bool own = why_not_of(run.application, *before).empty();
    const bool same = own && text_at(*before, {"data", report_file}) == stored.json;
    if (same && text_at(*before, {"metadata", "annotations", keys::cause}) ==
                    api::gate_cause_name(stored.notes.cause))
      return true;
    const std::string history = same  ? text_at(*before, {"data", history_file})
                                : own ? history_of(*before)
                                      : std::string();
    auto object = object_of(run, stored, history);
    set(object, {"metadata", "resourceVersion"}, text_at(*before, {"metadata", "resourceVersion"}));
    run.kubernetes.replace(where, object);
    return true;
  } catch (const outside::ApiError& error) {
    if (!error.conflict()) throw;
    return false;
  }
}

// Adds a report of this application.
void keep(KeptReports& kept, KeptReport base, const std::string& json, const std::string& time) {
  try {
    base.report = api::read_report(json);
    base.time = parse_time(time);
    kept.all.push_back(std::move(base));
  } catch (const InputError&) {
    ++kept.unreadable;
  }
}

void keep_line(KeptReports& kept, KeptReport base, std::string_view text) {
  try {
    const auto line = parse_json(history_file, text);
    const auto* report = find_member(line, "report");
    base.cause = text_of(line, "cause");
    keep(kept, std::move(base), report ? to_json(*report) : std::string(), text_of(line, "time"));
  } catch (const InputError&) {
    ++kept.unreadable;
  }
}

}  // namespace

KeptReports read_reports(const rapidjson::Value& config_map) {
  KeptReport base;
  base.ns = text_at(config_map, {"metadata", "namespace"});
  base.source = text_at(config_map, {"metadata", "labels", keys::source});
  base.application = text_at(config_map, {"metadata", "annotations", keys::application});
  base.cause = text_at(config_map, {"metadata", "annotations", keys::cause});
  KeptReports kept;
  keep(kept, base, text_at(config_map, {"data", report_file}),
       text_at(config_map, {"metadata", "annotations", keys::analysed}));
  const std::string history = text_at(config_map, {"data", history_file});
  for (const auto& line : split(history, '\n')) keep_line(kept, base, line);
  return kept;
}

void write_report(const Run& run, const api::Report& report, const ReportNotes& notes) {
  const Stored stored{api::report_json(report), notes};
  for (int conflicts = 0; !try_to_write(run, stored);)
    if (++conflicts == most_report_conflicts)
      throw OutsideError(
          fmt::format("ConfigMap {}/{} changes faster than it can be written", run.ns, run.names.report()));
}

}  // namespace drift::store
