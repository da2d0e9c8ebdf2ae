#include "commands/commands.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <string_view>

#include "commands/command.hpp"
#include "outside/log.hpp"

namespace drift::commands {

Action declare_render(CLI::App& app);
Action declare_explain(CLI::App& app);
Action declare_check(CLI::App& app);
Action declare_discover(CLI::App& app);
Action declare_parameters(CLI::App& app);
Action declare_generate(CLI::App& app);
Action declare_audit(CLI::App& app);
Action declare_hook(CLI::App& app);
Action declare_completion(CLI::App& app);
Action declare_version(CLI::App& app);

namespace {

constexpr std::array commands = {
    Command{"render", "Render an application and write the drift policy into its manifests", declare_render},
    Command{"explain", "Show which rules decide about an object, and what is written into it",
            declare_explain},
    Command{"check", "Find mistakes in policies", declare_check},
    Command{"discover", "Tell Argo CD whether this folder can be rendered", declare_discover},
    Command{"parameters", "Announce the parameters of this folder's source to Argo CD", declare_parameters},
    Command{"generate", "Write files that belong to the policy: schema", declare_generate},
    Command{"audit", "Read and verify the audit records", declare_audit},
    Command{"hook", "What the injected Jobs run in the cluster: gate, audit, alert", declare_hook},
    Command{"completion", "Print a completion script for a shell", declare_completion},
    Command{"version", "Print the version", declare_version},
};

// Promised by the design, and coming with the hooks and the controller.
constexpr std::array planned = {"test", "approve", "reject", "gates", "controller"};

int report(const Failure& failure) {
  // Places come first in a line, where editors look for them.
  const auto* input = dynamic_cast<const InputError*>(&failure);
  const bool placed = input != nullptr && !input->findings[0].place.file.empty();
  fmt::print(stderr, "{}{}\n", placed ? "" : "error: ", failure.what());
  return static_cast<int>(failure.exit);
}

int parse_and_run(int argc, const char* const* argv) {
  CLI::App app{"Writes a drift policy into an Argo CD application's manifests, and carries it out.",
               "drift-policy"};
  app.require_subcommand(1);
  app.set_version_flag("--version", "drift-policy " DRIFT_VERSION);
  app.footer(
      "Exit codes: 0 fine; 1 the policy says no, or a test failed; 2 wrong use, policy or input; 3 another "
      "program or "
      "server failed.");
  if (argc > 1 && std::find(planned.begin(), planned.end(), std::string_view(argv[1])) != planned.end())
    throw InputError(fmt::format("the command {} is not in this version ({})", argv[1], DRIFT_VERSION));
  Action action;
  // Only the command that is called declares its options: a plugin starts once for each application.
  for (const auto& command : commands) {
    auto* sub = app.add_subcommand(command.name, command.summary);
    if (argc > 1 && std::string_view(argv[1]) == command.name) action = command.declare(*sub);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    return app.exit(asked);
  } catch (const CLI::ParseError& error) {
    app.exit(error);
    return static_cast<int>(Exit::input);
  }
  return static_cast<int>(action());
}

}  // namespace

std::span<const Command> table() {
  return commands;
}

int run(int argc, const char* const* argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error that print() reports
  outside::set_up_log();
  try {
    return parse_and_run(argc, argv);
  } catch (const Failure& failure) {
    return report(failure);
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "error: out of memory\n");
    return static_cast<int>(Exit::outside);
  } catch (const std::exception& defect) {
    fmt::print(stderr, "error: {} (a defect of drift-policy {}; nothing was printed)\n", defect.what(),
               DRIFT_VERSION);
    return static_cast<int>(Exit::outside);
  }
}

}  // namespace drift::commands
