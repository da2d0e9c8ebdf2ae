// `drift-policy rollout status`: how far a changed policy is rolled out, as the controller says it.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "commands/command.hpp"
#include "commands/connection_flags.hpp"
#include "commands/duration_option.hpp"
#include "commands/format.hpp"
#include "controller/rollout_listing.hpp"
#include "outside/kubernetes/client.hpp"
#include "outside/system_clock.hpp"
#include "outside/terminal.hpp"
#include "store/rollouts.hpp"

namespace drift::commands {
namespace {

constexpr std::chrono::seconds between_rollout_looks{2};
// The controller writes at least every five minutes.
constexpr std::chrono::minutes silent_after{15};

struct RolloutOptions {
  std::string ns = "drift-policy";
  bool watch = false;
  std::string timeout;
  std::string output = "text";
  outside::ConnectionOptions connection;
};

api::Rollout rollout_in(outside::Kubernetes& kubernetes, const std::string& ns) {
  auto found = store::read_rollout(kubernetes, ns);
  if (!found)
    throw InputError(fmt::format(
        "no rollout is known in {}; the controller writes it there once it leads and knows the policy", ns));
  return std::move(*found);
}

void warn_of_silence(const api::Rollout& rollout, Time now) {
  if (now - rollout.written > silent_after)
    spdlog::warn("the controller has written nothing since {}; look whether it runs",
                 time_text(rollout.written));
}

void show(const api::Rollout& rollout, const std::string& output) {
  if (output == "text")
    outside::print({controller::details(rollout)});
  else
    outside::print({in_format(api::rollout_json(rollout) + "\n", output)});
}

Exit exit_of(const api::Rollout& rollout) {
  return rollout.state == api::RolloutState::complete ? Exit::ok : Exit::refused;
}

// Each change, until it is complete or stuck, or the time is over.
Exit watch(outside::Kubernetes& kubernetes, const RolloutOptions& options, outside::Clock& clock,
           std::optional<Time> end) {
  std::string shown;
  for (;;) {
    auto rollout = rollout_in(kubernetes, options.ns);
    const auto text = options.output == "text" ? controller::in_a_sentence(rollout) + "\n"
                                               : in_format(api::rollout_json(rollout) + "\n", options.output);
    if (text != shown) {
      warn_of_silence(rollout, clock.now());
      outside::print({options.output == "yaml" ? "---\n" : "", text});
    }
    shown = text;
    const bool ends =
        rollout.state == api::RolloutState::complete || rollout.state == api::RolloutState::stuck;
    if (ends || clock.stop_requested() || (end && clock.now() >= *end)) {
      if (options.output == "text" && !rollout.entries.empty())
        outside::print({"\n", controller::details(rollout)});
      if (!ends && end) spdlog::error("--timeout: the rollout isn't complete after {}", options.timeout);
      return exit_of(rollout);
    }
    clock.wait(between_rollout_looks);
  }
}

Exit status(const RolloutOptions& options) {
  std::optional<std::chrono::seconds> longest;
  if (!options.timeout.empty())
    longest = seconds_of("--timeout", options.timeout, {std::chrono::seconds(0)}, "a duration such as 30m");
  outside::SystemClock clock;
  const auto kubernetes = outside::connect(options.connection, outside::environment(), clock);
  if (options.watch)
    return watch(*kubernetes, options, clock,
                 longest ? std::optional<Time>(clock.now() + *longest) : std::nullopt);
  const auto rollout = rollout_in(*kubernetes, options.ns);
  warn_of_silence(rollout, clock.now());
  show(rollout, options.output);
  return exit_of(rollout);
}

void declare_rollout_status(Arguments& app, RolloutOptions& options) {
  app.add_flag("--watch,-w", options.watch, "Show each change, until it is complete or stuck");
  app.add_option("--timeout", options.timeout, "With --watch: how long to wait for that; left out: for ever")
      .type_name("DURATION");
  app.add_option("--namespace,-n", options.ns, "The platform's namespace, where the controller keeps it")
      .show_default();
  app.add_option("-o,--output", options.output, "The format").one_of({"text", "json", "yaml"}).show_default();
  declare_connection(app, options.connection);
}

}  // namespace

Action declare_rollout(Arguments& app) {
  auto options = std::make_shared<RolloutOptions>();
  auto sub = app.add_subcommand(
      "status", "Show how many applications render the policy, and what keeps the others", [] {});
  declare_rollout_status(sub, *options);
  return [options] { return status(*options); };
}

}  // namespace drift::commands
