// `drift-policy audit review`: reads records, incidents and Applications, and says what became of drift in a period.
#include "commands/audit_review.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>

#include "approval/find.hpp"
#include "audit/review_output.hpp"
#include "base/keys.hpp"
#include "base/wildcard.hpp"
#include "commands/audit_source.hpp"
#include "commands/format.hpp"
#include "commands/incident_source.hpp"
#include "commands/suggestions.hpp"
#include "commands/time_option.hpp"
#include "controller/applications.hpp"
#include "outside/environment.hpp"
#include "outside/kubernetes/client.hpp"
#include "outside/system_clock.hpp"
#include "outside/terminal.hpp"

namespace drift::commands {
namespace {

struct ReviewOptions {
  AuditSource source;
  IncidentSource incidents;
  std::vector<std::string> applications;  // patterns; none: all
  std::string since = "30d", until;
  std::string head;
  std::string output = "text";
};

// As `status` has it by default.
constexpr std::chrono::minutes comparison_is_old{6};

bool asked_for(const ReviewOptions& options, const std::string& name) {
  const auto& patterns = options.applications;
  return patterns.empty() || std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
           return glob_matches(approval::plugin_name(pattern), name);
         });
}

// What a look may not be allowed to see, and another tells without it.
template <typename Look>
auto unless_denied(const char* what, const Look& look) -> std::optional<decltype(look())> {
  try {
    return look();
  } catch (const outside::ApiError& error) {
    if (!error.leaves_it_open()) throw;
    spdlog::warn("{} can't be looked at: {}", what, error.what());
    return std::nullopt;
  }
}

std::vector<controller::Known> gated_applications(outside::Kubernetes& kubernetes,
                                                  const ReviewOptions& options, Time now) {
  const auto in = [&](const std::string& ns) {
    return controller::judge_all(kubernetes, ns, std::string(keys::gated) + "=true", now, comparison_is_old);
  };
  try {
    return in("");
  } catch (const outside::ApiError& error) {
    if (!error.forbidden()) throw;
    return in(options.incidents.argocd_ns);
  }
}

audit::SeenApplication seen(const controller::Known& known, const std::string& argocd_ns) {
  const auto& summary = known.summary;
  audit::SeenApplication application;
  application.name = audit::recorded_name(summary.ns, summary.name, argocd_ns);
  if (summary.deployed) {
    application.synced = summary.deployed->at;
    application.revisions = summary.deployed->version.each;
  }
  for (const auto& sign : known.judgement.bypasses)
    application.bypasses.push_back(
        {std::string(controller::bypass_name(sign.kind)), application.name, sign.detail, sign.operation});
  return application;
}

void look_into_cluster(ReviewOptions& options, outside::Clock& clock, audit::ReviewInput& input) {
  const auto connection = outside::read_connection(options.source.connection, outside::environment());
  if (options.source.ns.empty()) options.source.ns = connection.ns;
  const auto kubernetes = outside::connect(connection, clock);
  const auto known =
      unless_denied("Applications", [&] { return gated_applications(*kubernetes, options, clock.now()); });
  if (known) {
    auto& applications = input.applications.emplace();
    for (const auto& one : *known) applications.push_back(seen(one, options.incidents.argocd_ns));
  }
  if (options.incidents.file.empty())
    input.incidents = unless_denied(
        "incidents", [&] { return incidents_in_cluster(*kubernetes, options.incidents, options.source.ns); });
}

void leave_out_others(const ReviewOptions& options, audit::ReviewInput& input) {
  const auto other = [&](const std::string& name) { return !asked_for(options, name); };
  std::erase_if(input.rows, [&](const audit::Row& row) { return other(row.entry.application); });
  if (input.applications)
    std::erase_if(*input.applications, [&](const auto& application) { return other(application.name); });
  if (input.incidents)
    std::erase_if(*input.incidents, [&](const api::Incident& incident) {
      return other(audit::recorded_name(incident.ns, incident.application, options.incidents.argocd_ns));
    });
}

// Records last: whatever an Application shows of a sync has its record by then.
audit::ReviewInput read(ReviewOptions& options, outside::Clock& clock) {
  audit::ReviewInput input;
  input.until = time_of(options.until, "--until", clock).value_or(clock.now());
  input.since = time_of(options.since, "--since", clock).value_or(Time{});
  if (input.since > input.until)
    throw InputError("--since is later than --until; expected the earlier one there");
  input.argocd_ns = options.incidents.argocd_ns;
  if (options.source.file.empty()) look_into_cluster(options, clock, input);
  if (!options.incidents.file.empty()) input.incidents = incidents_in_file(options.incidents.file);
  auto evidence = evidence_of(options.source, clock);
  evidence.anchor = anchor_of(options.head);
  input.verification = audit::verify(evidence);
  auto rows = audit::rows_of(evidence, keys_of(options.source), {});
  warn_of_left_out(rows.left_out);
  input.rows = std::move(rows.rows);
  leave_out_others(options, input);
  return input;
}

std::string written(const audit::Review& review, const std::string& output) {
  if (output == "text") return report::as_text(audit::review_document(review));
  if (output == "html") return report::as_html(audit::review_document(review));
  return in_format(audit::review_json(review), output);
}

}  // namespace

Action declare_review(Arguments& app) {
  auto options = std::make_shared<ReviewOptions>();
  declare_source(app, options->source);
  declare_keys(app, options->source);
  declare_incidents_source(app, options->incidents);
  app.add_option("--application,-a", options->applications,
                 "Only of these applications: NAME or NAMESPACE/NAME, in which * is any text")
      .type_name("APPLICATION")
      .one_at_a_time()
      .completed_by(
          [options = options.get()](const std::string&) { return applications(options->source.connection); });
  app.add_option("--since", options->since, "The period's begin: 24h, 7d, or 2026-11-24T14:00:00Z")
      .type_name("TIME")
      .show_default();
  app.add_option("--until", options->until, "The period's end (default: now)").type_name("TIME");
  app.add_option("--head", options->head, "What an earlier verify printed and somebody kept elsewhere")
      .type_name("HASH[:NUMBER]");
  app.add_option("-o,--output", options->output, "The format")
      .one_of({"text", "json", "yaml", "html"})
      .show_default();
  return [options] {
    outside::SystemClock clock;
    outside::print({written(audit::review(read(*options, clock)), options->output)});
    return Exit::ok;
  };
}

}  // namespace drift::commands
