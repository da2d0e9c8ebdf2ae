#include "commands/manual.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "commands/command.hpp"
#include "commands/examples.hpp"

namespace drift::commands {
namespace {

// Characters that groff and mandoc read or print as something else.
std::string_view escape_of(char c) {
  switch (c) {
    case '\\':
      return "\\e";
    case '-':
      return "\\-";
    case '^':
      return "\\(ha";
    case '~':
      return "\\(ti";
    case '`':
      return "\\(ga";
    case '\'':
      return "\\(aq";
    case '"':
      return "\\(dq";
    default:
      return {};
  }
}

// Text as roff has it; it can't begin a request, and needs no encoding to be known.
std::string roff(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto length = std::max<std::size_t>(1, sequence_length(text));
    if (length > 1) {
      out += fmt::format("\\[u{:04X}]", code_point(text.substr(0, length)));
    } else if (const auto escape = escape_of(text.front()); !escape.empty()) {
      out += escape;
    } else {
      if (out.empty() && text.front() == '.') out += "\\&";
      out += text.front();
    }
    text.remove_prefix(length);
  }
  return out;
}

std::string bold(std::string_view text) {
  return "\\fB" + roff(text) + "\\fR";
}

std::string italic(std::string_view text) {
  return "\\fI" + roff(text) + "\\fR";
}

// `drift-policy audit list` as a file: `drift-policy-audit-list`.
std::string page_name(const DescribedCommand& command) {
  auto name = command.line;
  std::replace(name.begin(), name.end(), ' ', '-');
  return name;
}

// `-o, --output json|yaml`, or a positional's name.
std::string heading(const ArgumentFacts& argument) {
  std::vector<std::string> names(argument.flags.rbegin(), argument.flags.rend());  // the short ones first
  for (auto& name : names) name = bold(name);
  if (names.empty()) names.push_back(italic(argument.name));
  auto text = fmt::format("{}", fmt::join(names, ", "));
  const bool shown = !argument.flags.empty() || !argument.notes.words.empty();
  if (argument.takes_value && shown) text += " " + italic(argument.value());
  return text + (argument.takes_many ? " ..." : "");
}

// As a sentence of a page.
std::string sentence(std::string text) {
  if (!text.empty()) text.front() = upper(text.front());
  if (!text.empty() && text.back() != '.') text += '.';
  return roff(text);
}

std::string entry(const std::string& tag, const std::string& text) {
  return ".TP\n" + tag + "\n" + text + "\n";
}

std::string explanation(const ArgumentFacts& argument) {
  auto text = sentence(argument.help);
  if (argument.required) text += " Required.";
  if (!argument.fallback.empty()) text += roff(" Default: " + argument.fallback + ".");
  return text;
}

std::string synopsis(const DescribedCommand& command) {
  auto text = bold(command.line) + " [" + italic("OPTIONS") + "]";
  if (!command.commands.empty())
    text += command.works_alone ? " [" + italic("COMMAND") + "]" : " " + italic("COMMAND");
  for (const auto& argument : command.arguments) {
    if (!argument.flags.empty()) continue;
    const auto name = italic(argument.name) + (argument.takes_many ? "..." : "");
    text += argument.required ? " " + name : " [" + name + "]";
  }
  return text + "\n";
}

// The groups of a command's arguments in the order in which they first come.
std::vector<std::string> groups_of(const DescribedCommand& command) {
  std::vector<std::string> groups;
  for (const auto& argument : command.arguments)
    if (!argument.flags.empty() && std::find(groups.begin(), groups.end(), argument.group) == groups.end())
      groups.push_back(argument.group);
  return groups;
}

std::string positionals(const DescribedCommand& command) {
  std::string text;
  for (const auto& argument : command.arguments)
    if (argument.flags.empty()) text += entry(heading(argument), explanation(argument));
  return text;
}

std::string options(const DescribedCommand& command, const std::string& group) {
  std::string text;
  for (const auto& argument : command.arguments)
    if (!argument.flags.empty() && argument.group == group)
      text += entry(heading(argument), explanation(argument));
  return text;
}

std::string beginning(const DescribedCommand& command, std::string_view date) {
  const auto name = page_name(command);
  auto title = name;
  std::transform(title.begin(), title.end(), title.begin(), upper);
  auto summary = command.summary;
  if (summary.ends_with('.')) summary.pop_back();
  return fmt::format(
      ".TH {} 1 \"{}\" \"drift\\-policy {}\" \"drift\\-policy\"\n.nh\n.ad l\n.SH NAME\n{} \\- {}\n"
      ".SH SYNOPSIS\n{}",
      title, date, DRIFT_VERSION, roff(name), roff(summary), synopsis(command));
}

std::string exit_status() {
  std::string text = ".SH EXIT STATUS\n";
  for (const auto& [code, meaning] : exit_codes)
    text += entry(bold(std::to_string(static_cast<int>(code))), sentence(meaning));
  return text;
}

std::string examples(const DescribedCommand& command) {
  std::string text;
  for (const auto& example : examples_of(command.line))
    text += entry(bold(example.line), sentence(std::string(example.meaning)));
  return text.empty() ? text : ".SH EXAMPLES\n" + text;
}

std::string command_list(const DescribedCommand& command) {
  std::string text;
  for (const auto& sub : command.commands) text += entry(bold(page_name(sub)) + "(1)", sentence(sub.summary));
  return text.empty() ? text : ".SH COMMANDS\n" + text;
}

std::string page(const DescribedCommand& command, const DescribedCommand* parent, std::string_view date) {
  auto text = beginning(command, date) + ".SH DESCRIPTION\n" + sentence(command.summary) + "\n" +
              command_list(command);
  if (const auto arguments = positionals(command); !arguments.empty()) text += ".SH ARGUMENTS\n" + arguments;
  text += ".SH OPTIONS\n";
  for (const auto& group : groups_of(command))
    text += (group == "Options" ? "" : ".SS " + roff(group) + "\n") + options(command, group);
  text += examples(command) + exit_status();
  if (parent) text += ".SH SEE ALSO\n" + bold(page_name(*parent)) + "(1)\n";
  return text;
}

void append_pages(const DescribedCommand& command, const DescribedCommand* parent, std::string_view date,
                  std::vector<std::pair<std::string, std::string>>& pages) {
  pages.emplace_back(page_name(command) + ".1", page(command, parent, date));
  for (const auto& sub : command.commands) append_pages(sub, &command, date, pages);
}

// The commands that do something, each with all of its options.
void append_sections(const DescribedCommand& command, std::string& text) {
  for (const auto& sub : command.commands) append_sections(sub, text);
  if (!command.works_alone) return;
  text += ".SS " + roff(command.line) + "\n" + roff(command.summary + ".") + "\n.PP\n" + synopsis(command) +
          positionals(command);
  for (const auto& group : groups_of(command)) text += options(command, group);
}

}  // namespace

std::string manual_page(const DescribedCommand& program, std::string_view date) {
  auto text = beginning(program, date) + ".SH DESCRIPTION\n" + sentence(program.summary) + "\n.SH OPTIONS\n";
  for (const auto& group : groups_of(program)) text += options(program, group);
  text += ".SH COMMANDS\n";
  append_sections(program, text);
  return text + examples(program) + exit_status();
}

std::vector<std::pair<std::string, std::string>> manual_pages(const DescribedCommand& program,
                                                              std::string_view date) {
  std::vector<std::pair<std::string, std::string>> pages;
  append_pages(program, nullptr, date, pages);
  return pages;
}

}  // namespace drift::commands
