#include "commands/command_tree.hpp"

#include "commands/log_options.hpp"

namespace drift::commands {
namespace {

std::string group_of(const std::string& line) {
  for (const auto& command : table())
    if (line == std::string(program_name) + ' ' + command.name) return command.group;
  return "Commands";
}

}  // namespace

// Without what finds values, whose variables end with the parser.
DescribedCommand describe(const std::string& line, const std::string& summary, const Arguments& declared) {
  DescribedCommand command{line, summary, group_of(line), declared.facts(), {}, declared.works_alone()};
  for (auto& argument : command.arguments) argument.notes.candidates = nullptr;
  for (const auto& sub : declared.subcommands())
    command.commands.push_back(describe(line + " " + sub.name, sub.summary, sub.arguments));
  return command;
}

std::vector<Action> declare_all(Parser& parser, outside::LogSettings& log) {
  std::vector<Action> actions;
  for (const auto& command : table()) {
    auto sub = parser.arguments().add_subcommand(command.name, command.summary);
    actions.push_back(command.declare(sub));
    declare_log(sub, log);
  }
  return actions;
}

DescribedCommand describe_program() {
  Parser parser(program_name, program_summary);
  parser.version(DRIFT_VERSION);
  outside::LogSettings log;
  const auto actions = declare_all(parser, log);
  return describe(program_name, program_summary, parser.arguments());
}

}  // namespace drift::commands
