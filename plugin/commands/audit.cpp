// `drift-policy audit list|show|verify|export|review`: reads back what the hooks recorded, from the cluster or from JSON lines.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>

#include "approval/find.hpp"
#include "audit/lines.hpp"
#include "audit/listing.hpp"
#include "audit/story.hpp"
#include "audit/verify_output.hpp"
#include "commands/audit_review.hpp"
#include "commands/audit_source.hpp"
#include "commands/command.hpp"
#include "commands/format.hpp"
#include "commands/incident_source.hpp"
#include "commands/suggestions.hpp"
#include "commands/time_option.hpp"
#include "json/canonical.hpp"
#include "outside/environment.hpp"
#include "outside/kubernetes/client.hpp"
#include "outside/system_clock.hpp"
#include "outside/terminal.hpp"

namespace drift::commands {
namespace {

struct AuditOptions {
  AuditSource source;
  IncidentSource incidents;
  bool with_incidents = false;
  std::string output;
  std::string since, until;
  audit::Filter filter;
  std::string record = "latest";
  std::string head;
  bool expect_some = false;
};

void declare_filter(Arguments& app, AuditOptions& options) {
  app.add_option("--application,-a", options.filter.application,
                 "Records of this application only, NAME or NAMESPACE/NAME")
      .type_name("APPLICATION")
      .completed_by([&](const std::string&) { return applications(options.source.connection); });
  app.add_option("--severity", options.filter.severity, "Records of drift of this severity only");
  app.add_option("--person", options.filter.person,
                 "Records of what this person approved, rejected or overrode");
  app.add_option("--since", options.since, "Records since then: 24h, 7d, or 2026-11-24T14:00:00Z")
      .type_name("TIME");
  app.add_option("--until", options.until, "Records until then").type_name("TIME");
}

void declare_output(Arguments& app, AuditOptions& options, const std::string& fallback,
                    const std::vector<std::string>& all) {
  options.output = fallback;
  app.add_option("-o,--output", options.output, "The format").one_of(all).show_default();
}

std::vector<audit::Row> rows_of(AuditOptions& options, const audit::Evidence& evidence,
                                outside::Clock& clock) {
  options.filter.application = approval::plugin_name(options.filter.application);  // as records have it
  options.filter.since = time_of(options.since, "--since", clock);
  options.filter.until = time_of(options.until, "--until", clock);
  auto all = audit::rows_of(evidence, keys_of(options.source), options.filter);
  warn_of_left_out(all.left_out);
  return std::move(all.rows);
}

std::string formatted(const std::vector<audit::Row>& rows, const std::string& output) {
  if (output == "csv") return audit::csv(rows);
  if (output == "table") return audit::table(rows);
  return in_format(json_lines(rows, audit::row_json), output);
}

std::vector<api::Incident> incidents_of(AuditOptions& options, outside::Clock& clock) {
  if (!options.incidents.file.empty()) return incidents_in_file(options.incidents.file);
  if (!options.source.file.empty())
    throw InputError("--incidents asks the cluster, and --file doesn't; expected --incidents-file");
  const auto connection = outside::read_connection(options.source.connection, outside::environment());
  return incidents_in_cluster(*outside::connect(connection, clock), options.incidents, options.source.ns);
}

Exit list_with_incidents(AuditOptions& options) {
  if (options.output == "csv")
    throw InputError("-o csv is for records alone; expected table, json or yaml with incidents");
  outside::SystemClock clock;
  const auto evidence = evidence_of(options.source, clock);
  audit::Story story{rows_of(options, evidence, clock), incidents_of(options, clock),
                     options.incidents.argocd_ns};
  audit::leave_out_incidents(story, options.filter);
  outside::print({options.output == "table" ? audit::table(story)
                                            : in_format(audit::story_json(story), options.output)});
  return Exit::ok;
}

Exit list(AuditOptions& options) {
  if (options.with_incidents || !options.incidents.file.empty()) return list_with_incidents(options);
  outside::SystemClock clock;
  const auto evidence = evidence_of(options.source, clock);
  outside::print({formatted(rows_of(options, evidence, clock), options.output)});
  return Exit::ok;
}

// By sequence number, by the beginning of the hash, or the last.
Exit show(AuditOptions& options) {
  outside::SystemClock clock;
  const auto rows = rows_of(options, evidence_of(options.source, clock), clock);
  const auto found =
      options.record == "latest"
          ? std::find_if(rows.rbegin(), rows.rend(), [](const auto&) { return true; })
          : std::find_if(rows.rbegin(), rows.rend(), [&](const audit::Row& row) {
              return std::to_string(row.entry.sequence) == options.record ||
                     (options.record.size() >= 12 && row.entry.hash().starts_with(options.record));
            });
  if (found == rows.rend())
    throw InputError(
        fmt::format("there is no record {}; expected a number or a hash that `audit list` shows, or latest",
                    options.record));
  outside::print({options.output == "text" ? audit::page(*found)
                                           : in_format(audit::row_json(*found) + "\n", options.output)});
  return Exit::ok;
}

// Neither records, nor anything that knows of one.
void expect_some(const AuditOptions& options, const audit::Evidence& evidence) {
  const bool some = !evidence.entries.empty() || evidence.head || !evidence.witnesses.empty();
  if (some || (!options.expect_some && options.source.file.empty())) return;
  throw InputError(options.source.file.empty()
                       ? fmt::format("namespace {} holds no audit records; expected some", options.source.ns)
                       : fmt::format("{}: holds no audit records; expected some", options.source.file));
}

Exit verify(AuditOptions& options) {
  outside::SystemClock clock;
  auto evidence = evidence_of(options.source, clock);
  evidence.anchor = anchor_of(options.head);
  expect_some(options, evidence);
  const auto result = audit::verify(evidence);
  outside::print({options.output == "text" ? audit::verification_text(result)
                                           : in_format(audit::verification_json(result), options.output)});
  return result.problems.empty() ? Exit::ok : Exit::refused;
}

// As they are stored, so that the file can be verified; filtered, it can't.
std::string lines(const audit::Evidence& evidence, const std::vector<audit::Row>& rows, bool filtered) {
  std::string text;
  for (const auto& row : rows) text += row.entry.text() + "\n";
  if (filtered) return text;
  for (const auto& witness : evidence.witnesses) text += audit::line_of(witness);
  if (evidence.head) text += audit::line_of(*evidence.head);
  return text;
}

Exit run_export(AuditOptions& options) {
  outside::SystemClock clock;
  const auto evidence = evidence_of(options.source, clock);
  auto rows = rows_of(options, evidence, clock);
  if (options.output != "jsonl") {
    outside::print({formatted(rows, options.output)});
    return Exit::ok;
  }
  const auto& filter = options.filter;
  const bool filtered = !filter.application.empty() || !filter.severity.empty() || !filter.person.empty() ||
                        filter.since || filter.until;
  if (filtered) spdlog::warn("these are not all records, so the file can't be verified as a whole chain");
  std::sort(rows.begin(), rows.end(),
            [](const auto& a, const auto& b) { return a.entry.sequence < b.entry.sequence; });
  outside::print({lines(evidence, rows, filtered)});
  return Exit::ok;
}

struct AuditCommand {
  const char* name;
  const char* summary;
  Exit (*run)(AuditOptions& options);
  void (*declare)(Arguments& app, AuditOptions& options);
};

constexpr AuditCommand audit_commands[] = {
    {"list", "List records, with the controller's incidents between them where asked", list,
     [](Arguments& app, AuditOptions& options) {
       declare_filter(app, options);
       app.add_flag("--incidents", options.with_incidents,
                    "The controller's incidents, too, where their drift was seen first");
       declare_incidents_source(app, options.incidents);
       declare_keys(app, options.source);
       declare_output(app, options, "table", {"table", "json", "yaml", "csv"});
     }},
    {"show", "Show one record, decrypted where there is a key", show,
     [](Arguments& app, AuditOptions& options) {
       app.add_option("record", options.record, "Its number, the beginning of its hash, or latest")
           .type_name("NUMBER|HASH|latest")
           .show_default();
       declare_keys(app, options.source);
       declare_output(app, options, "text", {"text", "json", "yaml"});
     }},
    {"verify", "Say whether a record was changed, removed, added, reordered or cut off (exit 1)", verify,
     [](Arguments& app, AuditOptions& options) {
       app.add_option("--head", options.head, "What an earlier verify printed and somebody kept elsewhere")
           .type_name("HASH[:NUMBER]");
       app.add_flag("--expect-some", options.expect_some,
                    "No records at all are a mistake (exit 2), as they always are in a file");
       declare_output(app, options, "text", {"text", "json", "yaml"});
     }},
    {"export", "Write records to a file that can be kept, verified and evaluated elsewhere", run_export,
     [](Arguments& app, AuditOptions& options) {
       declare_filter(app, options);
       declare_keys(app, options.source);
       declare_output(app, options, "jsonl", {"jsonl", "json", "yaml", "csv"});
     }},
};

}  // namespace

Action declare_audit(Arguments& app) {
  auto action = std::make_shared<Action>();
  for (const auto& command : audit_commands) {
    auto options = std::make_shared<AuditOptions>();
    auto sub = app.add_subcommand(command.name, command.summary, [action, options, &command] {
      *action = [options, &command] { return command.run(*options); };
    });
    declare_source(sub, options->source);
    command.declare(sub, *options);
  }
  auto review = std::make_shared<Action>();
  auto sub =
      app.add_subcommand("review", "Say what became of drift in a period, and whether records tell all",
                         [action, review] { *action = *review; });
  *review = declare_review(sub);
  return [action] { return (*action)(); };
}

}  // namespace drift::commands
