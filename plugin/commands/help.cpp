#include "commands/help.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "base/colour.hpp"
#include "base/printable.hpp"
#include "base/text.hpp"
#include "commands/command.hpp"
#include "commands/examples.hpp"
#include "commands/source_flags.hpp"

namespace drift::commands {
namespace {

constexpr std::size_t widest_term = 28;
constexpr std::size_t narrowest = 40;  // of a terminal that nobody can read more on

// A term and what it means.
using Row = std::pair<std::string, std::string>;
using Rows = std::vector<Row>;

// Words in lines of so many columns, each but the first behind so many spaces.
std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent) {
  std::string out;
  std::size_t used = indent;
  for (const auto& word : split(text, ' ')) {
    const auto needs = width(word);
    if (used > indent && used + 1 + needs > columns) {
      out += '\n' + std::string(indent, ' ');
      used = indent;
    }
    if (used > indent) {
      out += ' ';
      ++used;
    }
    out += word;
    used += needs;
  }
  return out;
}

class Page {
 public:
  explicit Page(const HelpLayout& layout)
      : columns_(std::max(layout.columns, narrowest)), coloured_(layout.coloured) {}

  void paragraph(std::string_view text, std::size_t indent = 0) {
    if (!text_.empty() && indent == 0) text_ += '\n';
    text_ += std::string(indent, ' ') + wrapped(text, columns_, indent) + '\n';
  }

  void headline(std::string_view text) {
    if (!text_.empty()) text_ += '\n';
    text_ += in_colour(fmt::format("{}:", text), bold, coloured_) + '\n';
  }

  // Terms in one column, as wide as most of them need, and beside them what they mean.
  void rows(std::string_view title, const Rows& all) {
    if (all.empty()) return;
    headline(title);
    std::size_t widest = 0;
    for (const auto& [term, meaning] : all)
      if (width(term) <= widest_term) widest = std::max(widest, width(term));
    const auto indent = 2 + widest + 2;
    for (const auto& [term, meaning] : all) {
      text_ += "  " + term;
      const auto used = 2 + width(term);
      text_ += used + 2 > indent ? '\n' + std::string(indent, ' ') : std::string(indent - used, ' ');
      text_ += wrapped(meaning, columns_, indent) + '\n';
    }
  }

  std::string take() { return std::move(text_); }

 private:
  std::string text_;
  std::size_t columns_;
  bool coloured_;
};

// `-o, --output table|json`, or a positional's name.
std::string term_of(const ArgumentFacts& argument) {
  std::vector<std::string> names(argument.flags.rbegin(), argument.flags.rend());  // the short ones first
  if (names.empty()) names.push_back(argument.name);
  auto text = fmt::format("{}", fmt::join(names, ", "));
  if (argument.takes_value && !argument.flags.empty()) text += ' ' + argument.value();
  return text + (argument.takes_many ? "..." : "");
}

std::string meaning_of(const ArgumentFacts& argument) {
  auto text = argument.help;
  if (argument.required && !argument.flags.empty()) text += " (required)";
  if (!argument.fallback.empty()) text += fmt::format(" (default: {})", argument.fallback);
  if (!argument.excludes.empty()) text += fmt::format(" (not with {})", fmt::join(argument.excludes, ", "));
  return text;
}

std::string usage(const DescribedCommand& command) {
  auto text = command.line + " [OPTIONS]";
  if (!command.commands.empty()) text += command.works_alone ? " [COMMAND]" : " COMMAND";
  for (const auto& argument : command.arguments) {
    if (!argument.flags.empty()) continue;
    const auto name = argument.name + (argument.takes_many ? "..." : "");
    text += argument.required ? ' ' + name : " [" + name + ']';
  }
  return text;
}

void add_examples(const DescribedCommand& command, Page& page) {
  const auto examples = examples_of(command.line);
  if (examples.empty()) return;
  page.headline("Examples");
  for (const auto& example : examples) {
    page.paragraph(fmt::format("# {}", example.meaning), 2);
    page.paragraph(example.line, 2);
  }
}

// What stands under each headline, in the order in which headlines first come.
using Groups = std::vector<std::pair<std::string, Rows>>;

void add(const std::string& headline, Row row, Groups& groups) {
  auto found =
      std::find_if(groups.begin(), groups.end(), [&](const auto& group) { return group.first == headline; });
  if (found == groups.end()) found = groups.insert(groups.end(), {headline, {}});
  found->second.push_back(std::move(row));
}

Groups commands_by_group(const DescribedCommand& command) {
  Groups groups;
  for (const auto& sub : command.commands)
    add(sub.group, {sub.line.substr(sub.line.rfind(' ') + 1), sub.summary}, groups);
  return groups;
}

Rows positionals_of(const DescribedCommand& command) {
  Rows rows;
  for (const auto& argument : command.arguments)
    if (argument.flags.empty()) rows.emplace_back(term_of(argument), meaning_of(argument));
  return rows;
}

Groups options_by_group(const DescribedCommand& command) {
  Groups groups;
  for (const auto& argument : command.arguments)
    if (!argument.flags.empty()) add(argument.group, {term_of(argument), meaning_of(argument)}, groups);
  return groups;
}

void add_options(const DescribedCommand& command, bool all, Page& page) {
  std::vector<std::string> left_out;
  for (const auto& [group, rows] : options_by_group(command)) {
    if (!all && is_group_of_type(group))
      left_out.push_back(group);
    else
      page.rows(group, rows);
  }
  if (!left_out.empty())
    page.paragraph(
        fmt::format("Options of sources ({}) are listed by --help-all.", fmt::join(left_out, ", ")));
}

std::string exit_line() {
  std::string text;
  for (const auto& [code, meaning] : exit_codes)
    text += fmt::format("{} {} {}", text.empty() ? "Exit codes:" : ";", static_cast<int>(code), meaning);
  return text + '.';
}

}  // namespace

std::string help_text(const DescribedCommand& command, const HelpLayout& layout) {
  Page page(layout);
  page.paragraph(command.summary.ends_with('.') ? command.summary : command.summary + '.');
  page.headline("Usage");
  page.paragraph(usage(command), 2);
  add_examples(command, page);
  for (const auto& [group, rows] : commands_by_group(command)) page.rows(group, rows);
  page.rows("Arguments", positionals_of(command));
  add_options(command, layout.all, page);
  page.paragraph(exit_line());
  return page.take();
}

}  // namespace drift::commands
