#include "commands/commands.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <string>
#include <string_view>
#include <vector>

#include "base/suggest.hpp"
#include "commands/command.hpp"
#include "commands/command_tree.hpp"
#include "commands/complete.hpp"
#include "commands/help.hpp"
#include "commands/log_options.hpp"
#include "outside/log.hpp"
#include "outside/own_limits.hpp"
#include "outside/terminal.hpp"
#include "outside/writing.hpp"

namespace drift::commands {

Action declare_render(Arguments& app);
Action declare_explain(Arguments& app);
Action declare_diff(Arguments& app);
Action declare_check(Arguments& app);
Action declare_test(Arguments& app);
Action declare_discover(Arguments& app);
Action declare_parameters(Arguments& app);
Action declare_paths(Arguments& app);
Action declare_krm(Arguments& app);
Action declare_approve(Arguments& app);
Action declare_reject(Arguments& app);
Action declare_gates(Arguments& app);
Action declare_reports(Arguments& app);
Action declare_generate(Arguments& app);
Action declare_migrate(Arguments& app);
Action declare_import(Arguments& app);
Action declare_observe(Arguments& app);
Action declare_enforce(Arguments& app);
Action declare_doctor(Arguments& app);
Action declare_apps(Arguments& app);
Action declare_audit(Arguments& app);
Action declare_status(Arguments& app);
Action declare_incidents(Arguments& app);
Action declare_pause(Arguments& app);
Action declare_resume(Arguments& app);
Action declare_rollout(Arguments& app);
Action declare_controller(Arguments& app);
Action declare_hook(Arguments& app);
Action declare_completion(Arguments& app);
Action declare_version(Arguments& app);

namespace {

// Headlines of the help.
constexpr auto* writing = "Write a policy";
constexpr auto* answering = "Answer, and look back";
constexpr auto* installing = "Install";
constexpr auto* between = "Between syncs";
constexpr auto* inside = "What Argo CD and the hooks run";
constexpr auto* itself = "The program itself";

// In the order of the help.
constexpr std::array commands = {
    Command{"render", "Render an application and write the drift policy into its manifests", declare_render,
            writing},
    Command{"explain", "Show what happens when an object drifts, and which rule decides", declare_explain,
            writing},
    Command{"diff", "Compare a rendering, or what was synced, with the cluster, and say what a sync would do",
            declare_diff, writing},
    Command{"check", "Find mistakes in policies", declare_check, writing},
    Command{"test", "Hold policies against what tests expect of them", declare_test, writing},
    Command{"paths", "List what a rendering reads, for Argo CD's manifest-generate-paths", declare_paths,
            writing},
    Command{"krm", "Write severities into a ResourceList, as a function of Kustomize or kpt", declare_krm,
            writing},
    Command{"gates", "List what waits for people's answers, or show one with what is asked", declare_gates,
            answering},
    Command{"reports", "List the drift that gates found, and whom an enforcing policy would ask",
            declare_reports, answering},
    Command{"approve", "Let a sync that waits put Git's state back into the cluster", declare_approve,
            answering},
    Command{"reject", "End a sync that waits: nothing is put back, the cluster stays as it is",
            declare_reject, answering},
    Command{"audit", "Read and verify the audit records", declare_audit, answering},
    Command{"generate", "Write files that belong to the policy: schema, health, accounts, …",
            declare_generate, installing},
    Command{"migrate",
            "Turn an Application's Helm, Kustomize or directory settings into the plugin's parameters",
            declare_migrate, installing},
    Command{"import",
            "Turn a remediation matrix of another tool into a policy, and its channels into settings",
            declare_import, installing},
    Command{"observe", "Let an Application be reported on, and nothing of it wait", declare_observe,
            installing},
    Command{"enforce", "Put an Application behind its gate", declare_enforce, installing},
    Command{"doctor", "Find what keeps gates from holding: what is installed, settings, applications",
            declare_doctor, installing},
    Command{"apps", "List Applications: which have a gate, and why others have none", declare_apps,
            installing},
    Command{"status", "Show which applications are gated, drifted or synced past their gates", declare_status,
            between},
    Command{"incidents", "List what drifted, and what the controller does about it", declare_incidents,
            between},
    Command{"pause", "Let the controller start no sync for a time", declare_pause, between},
    Command{"resume", "End a pause", declare_resume, between},
    Command{"rollout", "Show how far a changed policy is rolled out", declare_rollout, between},
    Command{"controller", "Watch applications, put drift back as the policy says, and report",
            declare_controller, between},
    Command{"discover", "Tell Argo CD whether this folder can be rendered", declare_discover, inside},
    Command{"parameters", "Announce the parameters of this folder's source to Argo CD", declare_parameters,
            inside},
    Command{"hook", "What the injected Jobs run in the cluster: gate, audit, alert", declare_hook, inside},
    Command{"completion", "Print a completion script for a shell", declare_completion, itself},
    Command{"version", "Print the version", declare_version, itself},
};

// A word that is none of the names; options and nothing at all are the parser's matter.
void check_word(std::string_view command, std::string_view word, const std::vector<std::string>& names) {
  if (word.starts_with('-') || std::find(names.begin(), names.end(), word) != names.end()) return;
  throw InputError(fmt::format("there is no {} {}; expected {}{}", command, in_quotes(word), joined(names),
                               did_you_mean(word, names)));
}

void check_command(std::string_view word) {
  std::vector<std::string> names;
  names.reserve(commands.size());
  for (const auto& command : commands) names.emplace_back(command.name);
  check_word("command", word, names);
}

// The same of the commands of a command: `generate foo`.
void check_subcommand(std::string_view command, std::string_view word, const Arguments& declared) {
  std::vector<std::string> names;
  for (const auto& sub : declared.subcommands()) names.push_back(sub.name);
  if (!names.empty()) check_word(command, word, names);
}

// `help render` is `render --help`, and `help` alone `--help`.
std::vector<const char*> words_of(int argc, const char* const* argv) {
  std::vector<const char*> words(argv, argv + argc);
  if (argc > 1 && std::string_view(argv[1]) == "help") {
    words.erase(words.begin() + 1);
    words.push_back("--help");
  }
  return words;
}

// Only the command that is called declares its options: a plugin starts once for each application.
Action declare(Parser& parser, std::string_view called, outside::LogSettings& log) {
  Action action;
  for (const auto& command : commands) {
    auto sub = parser.arguments().add_subcommand(command.name, command.summary);
    if (called != command.name) continue;
    action = command.declare(sub);
    declare_log(sub, log);
  }
  return action;
}

// Whatever goes wrong, nobody is told: a person is typing.
Completion completion_of(std::vector<std::string> words) {
  spdlog::set_level(spdlog::level::off);
  const bool help = words.size() > 1 && words.front() == "help";
  if (help) words.erase(words.begin());
  try {
    Parser parser(program_name, "");
    parser.version("");
    outside::LogSettings log;
    const Action action = declare(parser, words.empty() ? "" : words.front(), log);  // owns the variables
    auto completion = complete(parser, words, help);
    if (words.size() == 1 && !help && std::string("help").starts_with(words.front()))
      completion.candidates.push_back({"help", "Show the options of a command"});
    return completion;
  } catch (const std::exception&) {
    return {};
  }
}

std::string help_of(const Parser::HelpWanted& wanted) {
  HelpLayout layout;
  layout.columns = outside::columns(wanted.descriptor).value_or(layout.columns);
  layout.coloured = outside::coloured(outside::Colour::automatic, wanted.descriptor, outside::environment());
  layout.all = wanted.all;
  return help_text(describe(wanted.line, wanted.summary, wanted.command), layout);
}

int parse_and_run(const std::vector<const char*>& words) {
  const auto environment = outside::environment();
  auto log = outside::log_settings(environment);
  outside::set_up_log(environment, log);  // wrong words are told of in this form
  Parser parser(program_name, program_summary);
  parser.version("drift-policy " DRIFT_VERSION);
  parser.help(help_of);
  const std::string_view word = words.size() > 1 ? words[1] : "-";
  check_command(word);
  const Action action = declare(parser, word, log);
  for (const auto& sub : parser.arguments().subcommands())
    if (sub.name == word) check_subcommand(word, words.size() > 2 ? words[2] : "-", sub.arguments);
  if (const auto exit = parser.parse(static_cast<int>(words.size()), words.data()))
    return static_cast<int>(*exit);
  outside::set_up_log(environment, log);
  return static_cast<int>(action());
}

}  // namespace

std::span<const Command> table() {
  return commands;
}

int run(int argc, const char* const* argv) {
  std::signal(SIGPIPE, SIG_IGN);  // print() throws where nobody reads
  outside::set_up_log(outside::environment());
  try {
    if (argc > 1 && std::string_view(argv[1]) == "__complete") {
      outside::print({text_of(completion_of({argv + 2, argv + argc}))});
      return 0;
    }
    return parse_and_run(words_of(argc, argv));
  } catch (const outside::ClosedPipe&) {
    return 128 + SIGPIPE;  // silent, and what a shell shows of a program that the signal ended
  } catch (const Failure& failure) {
    outside::log(failure);
    return static_cast<int>(failure.exit);
  } catch (const std::bad_alloc&) {
    spdlog::error("{}", outside::out_of_memory());
    return static_cast<int>(Exit::outside);
  } catch (const std::exception& defect) {
    spdlog::error("{} (a defect of drift-policy {}; nothing was printed)", defect.what(), DRIFT_VERSION);
    return static_cast<int>(Exit::outside);
  }
}

}  // namespace drift::commands
