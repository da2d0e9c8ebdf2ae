// `drift-policy hook gate|audit|alert`: what the injected Jobs run in the cluster.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <csignal>
#include <memory>

#include "commands/command.hpp"
#include "gate/run.hpp"
#include "hooks/alert.hpp"
#include "outside/environment.hpp"
#include "outside/kubernetes/client.hpp"
#include "outside/log.hpp"
#include "outside/random.hpp"
#include "outside/secret_folder.hpp"
#include "outside/system_clock.hpp"
#include "outside/terminal.hpp"
#include "outside/termination_log.hpp"
#include "policy/read/syntax.hpp"

namespace drift::commands {
namespace {

// As annotators/hooks/jobs.cpp writes them.
struct HookOptions {
  std::string application;
  std::string names;
  std::string plan_digest;
  std::string audit_keys;
  bool observe = false;
  std::uint64_t keep_records = 0;  // 0: no platform namespace
  std::string keep_for;
};

struct HookCommand {
  const char* name;
  const char* summary;
  Exit (*run)(const store::Run& run, const HookOptions& options, const outside::Environment& environment);
  outside::ClientLimits (*limits)() = [] { return outside::ClientLimits{}; };
};

// As a shell says it of a process that SIGTERM ended. Kubernetes starts another pod.
constexpr auto ended_by_signal = static_cast<Exit>(128 + SIGTERM);

Exit run_gate(const store::Run& run, const HookOptions& options, const outside::Environment& environment) {
  gate::GateOptions gate;
  gate.observe = options.observe;
  gate.colour = outside::value_or(environment, "NO_COLOR").empty();  // Argo CD shows the log's colours
  gate.print = [](std::string_view text) { outside::print({text}); };
  gate.warn = [](const std::string& what) { spdlog::warn("{}", what); };
  gate.note = [](const std::string& what) { spdlog::info("{}", what); };
  const auto end = gate::run_gate(run, gate);
  outside::write_termination_message(end.reason);
  if (end.how == gate::GateEnd::How::refused) throw Refusal(end.reason);
  outside::print({end.reason, "\n"});
  return end.how == gate::GateEnd::How::passed ? Exit::ok : ended_by_signal;
}

// One object after the other, of which there may be thousands, each a small request.
outside::ClientLimits gate_limits() {
  outside::ClientLimits limits;
  limits.requests_per_second = 300;
  limits.burst = 300;
  return limits;
}

Exit print_recorded(const hooks::Recorded& recorded) {
  for (const auto& warning : recorded.warnings) spdlog::warn("{}", warning);
  outside::print({recorded.line, "\n"});
  return Exit::ok;
}

constexpr HookCommand hooks[] = {
    {"gate", "Before a sync: analyse drift, and wait for approval where the policy demands it", run_gate,
     gate_limits},
    {"audit", "After a sync: write its record, and what the next one compares with",
     [](const store::Run& run, const HookOptions&, const outside::Environment&) {
       return print_recorded(hooks::run_audit(run));
     }},
    {"alert", "After a sync that failed: write down why",
     [](const store::Run& run, const HookOptions&, const outside::Environment&) {
       return print_recorded(hooks::run_alert(run));
     }},
};

void declare_options(Arguments& app, HookOptions& options) {
  app.add_option("--application", options.application, "The application's name").required();
  app.add_option("--names", options.names, "What the names of all its objects begin with").required();
  app.add_option("--plan-digest", options.plan_digest, "The plan that this sync is of").required();
  app.add_option("--audit-keys", options.audit_keys, "A folder with the keys that records are encrypted with")
      .type_name("DIR");
  app.add_flag("--observe", options.observe, "Report only");
  app.add_option(
      "--keep-records", options.keep_records,
      "How many records of this namespace stay (without it, as many as an application has names for)");
  app.add_option("--keep-for", options.keep_for, "Records that are older go").type_name("DURATION");
}

std::chrono::seconds age_of(const std::string& text) {
  if (text.empty()) return std::chrono::seconds(0);
  std::string mistake;
  const auto age = policy::whole_seconds(text, mistake);
  if (!age) throw InputError(fmt::format("--keep-for {}: {}", text, mistake));
  return *age;
}

std::string required(const outside::Environment& environment, const char* name) {
  auto value = outside::value_or(environment, name);
  if (value.empty())
    throw InputError(fmt::format("{} is not set; hooks run in the Jobs that render injects", name));
  return value;
}

Exit work(const HookCommand& command, const HookOptions& options) {
  const auto environment = outside::environment();
  outside::set_log_fields(
      {{"application", options.application}, {"namespace", outside::value_or(environment, "POD_NAMESPACE")}});
  const audit::KeyRing keys(options.audit_keys.empty() ? std::vector<std::pair<std::string, std::string>>()
                                                       : outside::read_secret_folder(options.audit_keys));
  outside::SystemClock clock;
  const auto kubernetes = outside::connect(
      outside::read_connection(outside::ConnectionOptions{}, environment), clock, command.limits());
  const store::Run context{*kubernetes,
                           clock,
                           outside::random_bytes,
                           keys,
                           required(environment, "POD_NAMESPACE"),
                           options.application,
                           api::Names::with_prefix(options.names),
                           options.plan_digest,
                           outside::value_or(environment, "JOB_UID"),
                           options.keep_records > 0,
                           {options.keep_records, age_of(options.keep_for)}};
  return command.run(context, options, environment);
}

// A policy that only observes fails no sync, whatever goes wrong with the record. The gate decides that by itself, since it
// believes its Job only where the plan says the same.
Exit run(const HookCommand& command, const HookOptions& options) {
  if (!options.observe || command.run == run_gate) return work(command, options);
  try {
    return work(command, options);
  } catch (const std::exception& error) {
    spdlog::warn("observed only, so the sync goes on: {}", error.what());
    return Exit::ok;
  }
}

}  // namespace

Action declare_hook(Arguments& app) {
  auto options = std::make_shared<HookOptions>();
  auto chosen = std::make_shared<const HookCommand*>(nullptr);
  for (const auto& command : hooks) {
    auto sub = app.add_subcommand(command.name, command.summary, [chosen, &command] { *chosen = &command; });
    declare_options(sub, *options);
  }
  return [options, chosen] { return run(**chosen, *options); };
}

}  // namespace drift::commands
