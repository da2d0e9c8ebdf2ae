// `drift-policy completion`: scripts for shells, made from the table of commands and their options.
#include <fmt/format.h>

#include <memory>
#include <string>

#include "commands/command.hpp"
#include "outside/terminal.hpp"

namespace drift::commands {
namespace {

struct Words {
  std::string name, summary;
  std::vector<std::pair<std::string, std::string>> options;  // the flag and its help
};

std::vector<Words> all_words() {
  std::vector<Words> all;
  for (const auto& command : table()) {
    Parser parser(command.name, command.summary);
    command.declare(parser.arguments());
    all.push_back({command.name, command.summary, parser.arguments().flags()});
  }
  return all;
}

std::string bash() {
  std::string names, cases;
  for (const auto& command : all_words()) {
    names += (names.empty() ? "" : " ") + command.name;
    std::string flags;
    for (const auto& [flag, help] : command.options) flags += (flags.empty() ? "" : " ") + flag;
    cases += fmt::format("    {}) words=\"{}\" ;;\n", command.name, flags);
  }
  return fmt::format(R"(# bash completion for drift-policy: source <(drift-policy completion bash)
_drift_policy() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" words
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "{}" -- "$current"))
    return
  fi
  case "${{COMP_WORDS[1]}}" in
{}  esac
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  else
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}}
complete -o filenames -F _drift_policy drift-policy
)",
                     names, cases);
}

// Single-quoted for zsh and fish.
std::string quoted_word(std::string text) {
  for (auto at = text.find('\''); at != std::string::npos; at = text.find('\'', at + 4))
    text.replace(at, 1, "'\\''");
  return "'" + text + "'";
}

std::string bracket_safe(std::string text) {
  std::erase_if(text, [](char c) { return c == '[' || c == ']'; });
  return text;
}

std::string zsh() {
  std::string names, cases;
  for (const auto& command : all_words()) {
    names += fmt::format("    {}\n", quoted_word(command.name + ":" + command.summary));
    std::string flags;
    for (const auto& [flag, help] : command.options)
      flags += " " + quoted_word(fmt::format("{}[{}]", flag, bracket_safe(help)));
    cases += fmt::format("    {}) _arguments{} '*:file:_files' ;;\n", command.name, flags);
  }
  return fmt::format(R"(#compdef drift-policy
# zsh completion for drift-policy: drift-policy completion zsh > "${{fpath[1]}}/_drift-policy"
_drift_policy() {{
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
compdef _drift_policy drift-policy
)",
                     names, cases);
}

std::string fish() {
  std::string text = "# fish completion for drift-policy: drift-policy completion fish | source\n";
  for (const auto& command : all_words()) {
    text += fmt::format("complete -c drift-policy -n __fish_use_subcommand -f -a {} -d {}\n", command.name,
                        quoted_word(command.summary));
    for (const auto& [flag, help] : command.options)
      text += fmt::format("complete -c drift-policy -n '__fish_seen_subcommand_from {}' -l {} -d {}\n",
                          command.name, flag.substr(2), quoted_word(help));
  }
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
