// `drift-policy completion`: scripts for shells, made from the table of commands and their options.
#include <fmt/format.h>

#include <memory>
#include <string>

#include "base/text.hpp"
#include "commands/command.hpp"
#include "commands/log_options.hpp"
#include "outside/terminal.hpp"

namespace drift::commands {
namespace {

// A command, or one of a command.
struct Words {
  std::string name, summary;
  std::vector<std::pair<std::string, std::string>> options;  // the flag and its help
  std::vector<Words> commands;
};

Words words_of(const std::string& name, const std::string& summary, const Arguments& arguments) {
  Words words{name, summary, arguments.flags(), {}};
  for (const auto& sub : arguments.subcommands())
    words.commands.push_back(words_of(sub.name, sub.summary, sub.arguments));
  return words;
}

std::vector<Words> all_words() {
  std::vector<Words> all;
  outside::LogSettings log;
  for (const auto& command : table()) {
    Parser parser(command.name, command.summary);
    command.declare(parser.arguments());
    declare_log(parser.arguments(), log);
    all.push_back(words_of(command.name, command.summary, parser.arguments()));
  }
  return all;
}

std::string names_of(const std::vector<Words>& commands) {
  std::string names;
  for (const auto& command : commands) names += (names.empty() ? "" : " ") + command.name;
  return names;
}

std::string bash() {
  const auto commands = all_words();
  std::string second, cases;
  const auto add_case = [&](const std::string& name, const Words& command) {
    std::string flags;
    for (const auto& [flag, help] : command.options) flags += (flags.empty() ? "" : " ") + flag;
    cases += fmt::format("    \"{}\") words=\"{}\" ;;\n", name, flags);
  };
  for (const auto& command : commands) {
    add_case(command.name, command);
    if (command.commands.empty()) continue;
    second += fmt::format("    {}) names=\"{}\" ;;\n", command.name, names_of(command.commands));
    for (const auto& sub : command.commands) add_case(command.name + " " + sub.name, sub);
  }
  return fmt::format(R"(# bash completion for drift-policy: source <(drift-policy completion bash)
_drift_policy() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" command="${{COMP_WORDS[1]}}" names words
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "{}" -- "$current"))
    return
  fi
  case "$command" in
{}  esac
  if [[ -n $names ]]; then
    if ((COMP_CWORD == 2)); then
      COMPREPLY=($(compgen -W "$names" -- "$current"))
      return
    fi
    command+=" ${{COMP_WORDS[2]}}"
  fi
  case "$command" in
{}  esac
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  else
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}}
complete -o filenames -F _drift_policy drift-policy
)",
                     names_of(commands), second, cases);
}

// Single-quoted for zsh and fish.
std::string quoted_word(std::string text) {
  replace_all(text, "'", "'\\''");
  return "'" + text + "'";
}

std::string bracket_safe(std::string text) {
  std::erase_if(text, [](char c) { return c == '[' || c == ']'; });
  return text;
}

// A function that offers the commands, and for each its options or, by a function of its own, its commands.
std::string zsh_function(const std::string& name, const std::vector<Words>& commands) {
  std::string names, cases, functions;
  for (const auto& command : commands) {
    names += fmt::format("    {}\n", quoted_word(command.name + ":" + command.summary));
    if (!command.commands.empty()) {
      functions += zsh_function(name + "_" + command.name, command.commands);
      cases += fmt::format("    {}) {}_{} ;;\n", command.name, name, command.name);
      continue;
    }
    std::string flags;
    for (const auto& [flag, help] : command.options)
      flags += " " + quoted_word(fmt::format("{}[{}]", flag, bracket_safe(help)));
    cases += fmt::format("    {}) _arguments{} '*:file:_files' ;;\n", command.name, flags);
  }
  return functions + fmt::format(R"({}() {{
  local -a commands=(
{})
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
{}  esac
}}
)",
                                 name, names, cases);
}

std::string zsh() {
  return R"(#compdef drift-policy
# zsh completion for drift-policy: drift-policy completion zsh > "${fpath[1]}/_drift-policy"
)" + zsh_function("_drift_policy", all_words()) +
         "compdef _drift_policy drift-policy\n";
}

// `when`: fish's condition for a command's place; `inside`: for what follows it.
void append_fish(const Words& command, const std::string& when, const std::string& inside,
                 std::string& text) {
  text += fmt::format("complete -c drift-policy -n '{}' -f -a {} -d {}\n", when, command.name,
                      quoted_word(command.summary));
  for (const auto& [flag, help] : command.options)
    text += fmt::format("complete -c drift-policy -n '{}' -l {} -d {}\n", inside, flag.substr(2),
                        quoted_word(help));
  for (const auto& sub : command.commands)
    append_fish(sub,
                fmt::format("{}; and not __fish_seen_subcommand_from {}", inside, names_of(command.commands)),
                fmt::format("{}; and __fish_seen_subcommand_from {}", inside, sub.name), text);
}

std::string fish() {
  std::string text = "# fish completion for drift-policy: drift-policy completion fish | source\n";
  for (const auto& command : all_words())
    append_fish(command, "__fish_use_subcommand", "__fish_seen_subcommand_from " + command.name, text);
  return text;
}

}  // namespace

Action declare_completion(Arguments& app) {
  auto shell = std::make_shared<std::string>();
  app.add_option("shell", *shell, "bash, zsh or fish").required().one_of({"bash", "zsh", "fish"});
  return [shell] {
    outside::print({*shell == "bash" ? bash() : *shell == "zsh" ? zsh() : fish()});
    return Exit::ok;
  };
}

}  // namespace drift::commands
