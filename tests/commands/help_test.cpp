// What --help prints, and that its examples are lines that the program takes.
#include "commands/help.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/printable.hpp"
#include "base/text.hpp"
#include "commands/command.hpp"
#include "commands/examples.hpp"
#include "support/program.hpp"
#include "support/pseudo_terminal.hpp"
#include "support/text.hpp"

using namespace drift;
using commands::DescribedCommand;
using commands::HelpLayout;
using tests::contains;
using tests::run;

namespace {

std::string help(const std::vector<std::string>& words) {
  auto arguments = words;
  arguments.emplace_back("--help");
  const auto printed = run({.arguments = arguments});
  CHECK(printed.exit == 0);
  CHECK(printed.err.empty());
  return printed.out;
}

void visit(const DescribedCommand& command, const std::function<void(const DescribedCommand&)>& look) {
  look(command);
  for (const auto& sub : command.commands) visit(sub, look);
}

// The words of a shell's line from the program's name to the end of its call.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  bool quoted = false;
  std::string word;
  for (const char c : std::string(line.substr(line.find("drift-policy"))) + ' ') {
    if (c == '\'') {
      quoted = !quoted;
    } else if (quoted || std::string_view(" |>)").find(c) == std::string_view::npos) {
      word += c;
    } else {
      if (!word.empty()) words.push_back(word);
      word.clear();
      if (c != ' ') break;
    }
  }
  return words;
}

// Throws InputError where the program doesn't take the line.
void parse(const std::vector<std::string>& words) {
  commands::Parser parser(commands::program_name, "");
  parser.help([](const auto&) { return std::string(); });
  outside::LogSettings log;
  const auto actions = commands::declare_all(parser, log);
  std::vector<const char*> pointers;
  for (const auto& word : words) pointers.push_back(word.c_str());
  CHECK_FALSE(parser.parse(static_cast<int>(pointers.size()), pointers.data()));
}

}  // namespace

TEST_CASE("Each command that people type has examples, and the program takes each of them") {
  visit(commands::describe_program(), [](const DescribedCommand& command) {
    CAPTURE(command.line);
    const auto examples = commands::examples_of(command.line);
    const bool is_typed =
        std::count(command.line.begin(), command.line.end(), ' ') == 1 && command.works_alone;
    const std::vector<std::string> others = {"discover", "parameters", "version"};
    const auto name = command.line.substr(command.line.rfind(' ') + 1);
    if (is_typed && std::find(others.begin(), others.end(), name) == others.end())
      CHECK_FALSE(examples.empty());
    for (const auto& example : examples) {
      CAPTURE(example.line);
      auto words = words_of(example.line);
      CHECK(contains(example.line, command.line));
      if (words[1] != "help") CHECK_NOTHROW(parse(words));
    }
  });
}

TEST_CASE("The help has usage, examples, arguments, options with their values, and exit codes") {
  const auto text = help({"audit", "list"});
  CHECK(
      text.starts_with("List records, with the controller's incidents between them where asked.\n\nUsage:\n  "
                       "drift-policy audit list [OPTIONS]\n\nExamples:\n"));
  CHECK(contains(text, "\n  # the syncs of a day\n  drift-policy audit list --since 24h\n"));
  CHECK(contains(text, "\n  -o, --output table|json|yaml|csv\n"));
  CHECK(contains(text, "(default: table)"));
  CHECK(contains(text, "\nLog:\n  --log-format text|json"));
  CHECK(contains(text, "\nExit codes: 0 fine; 1 the policy says no"));
  CHECK(contains(help({"approve"}), "drift-policy approve [OPTIONS] application\n"));
  CHECK(contains(help({"status"}), "(not with\n"));
  CHECK(contains(help({"gates"}), "drift-policy gates [OPTIONS] [COMMAND]"));
  CHECK(contains(help({}), "\nBetween syncs:\n  status"));
}

TEST_CASE("Of the options of sources --help says that they are there, and --help-all lists them") {
  const auto brief = help({"render"});
  CHECK_FALSE(contains(brief, "--helm-value-files"));
  CHECK(contains(brief, "Options of sources (Directory, Helm, Kustomize) are listed by --help-all."));
  CHECK(std::count(brief.begin(), brief.end(), '\n') < 70);
  const auto all = run({.arguments = {"render", "--help-all"}});
  CHECK(all.exit == 0);
  CHECK(contains(all.out, "\n  --helm-value-files TEXT"));
  CHECK_FALSE(contains(all.out, "are listed by --help-all"));
}

TEST_CASE("No line of the help is longer than the terminal is wide, but what has no blank to break it at") {
  visit(commands::describe_program(), [](const DescribedCommand& command) {
    for (const std::size_t columns : {80U, 120U}) {
      HelpLayout layout;
      layout.columns = columns;
      layout.all = true;
      std::istringstream lines(commands::help_text(command, layout));
      for (std::string line; std::getline(lines, line);) {
        CAPTURE(line);
        CHECK((width(line) <= columns || trimmed(line).find(' ') == std::string_view::npos));
      }
    }
  });
}

TEST_CASE("On a terminal the help is as wide as it, and headlines stand out") {
  tests::PseudoTerminal::Call call;
  call.command = {tests::program_path(), "audit", "list", "--help"};
  call.environment = {{"TERM", "xterm"}};
  call.directory = "/";
  call.columns = 60;
  tests::PseudoTerminal terminal(call);
  int exit = -1;
  const auto text = terminal.shown_to_its_end(exit);
  CHECK(exit == 0);
  CHECK(contains(text, "\033[1mUsage:\033[0m\r\n"));
  CHECK(contains(text, "Exit codes: 0 fine; 1 the policy says no, or a test failed;\r\n"));
}
