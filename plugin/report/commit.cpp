#include "report/commit.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.hpp"
#include "base/colour.hpp"
#include "base/text.hpp"
#include "report/changes.hpp"
#include "report/words.hpp"

namespace drift::report {
namespace {

constexpr Sides sides = {"before", "after"};

// How many of those that nobody is asked about aren't listed, as it isn't known whether they change.
std::size_t not_known(const Commit& commit) {
  return commit.changes.others - commit.unasked.size();
}

std::string counts(const Commit& commit) {
  const auto& asked = commit.changes.objects;
  const auto unknown = static_cast<std::size_t>(std::count_if(
      asked.begin(), asked.end(), [](const api::ObjectChange& object) { return !object.unknown.empty(); }));
  auto text = "Git changes " + quantity(asked.size() - unknown + commit.unasked.size(), "object");
  if (const auto may = unknown + not_known(commit); may > 0)
    text += fmt::format(", and may change {} more", may);
  return text +
         (asked.empty() ? "; nobody is asked" : fmt::format("; somebody is asked about {}", asked.size()));
}

// Of an object that is new the fields say nothing that its name doesn't, where nobody is asked about it.
api::ObjectChange without_new_fields(api::ObjectChange object) {
  if (object.change == api::GitChange::added) {
    object.fields.clear();
    object.more = 0;
  }
  return object;
}

std::string may_change(std::size_t objects) {
  return fmt::format("{} may change: a plan holds no values of Secrets, and not all of large objects",
                     quantity(objects, "object"));
}

// Each character that may mean something to Markdown as a reference, which means nothing (GFM 6.2).
std::string in_references(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain_text = is_alphanumeric(c) ||
                            std::string_view(" -/,").find(c) != std::string_view::npos ||
                            static_cast<unsigned char>(c) >= 0x80;
    if (plain_text)
      out += c;
    else
      out += fmt::format("&#{};", static_cast<unsigned>(static_cast<unsigned char>(c)));
  }
  return out;
}

// GitHub looks for mentions in what Markdown has become, but not in code.
std::string code(std::string_view text) {
  return "<code>" + in_references(text) + "</code>";
}

std::string prose(std::string_view text) {
  auto out = in_references(text);
  replace_all(out, "&#64;", "<code>&#64;</code>");
  return out;
}

std::string row(const api::ObjectChange& object, std::string_view field, const std::string& before,
                const std::string& after, const std::string& severity) {
  return fmt::format("| {} | {} | {} | {} | {} | {} |\n", code(name(object.display())), what_happens(object),
                     field, before, after, severity);
}

std::vector<std::string> rows_of(const api::ObjectChange& object) {
  std::vector<std::string> rows;
  rows.reserve(object.fields.size() + 1);
  const auto severity = code(weight(object.severity, object.approval_severity));
  for (const auto& field : object.fields)
    rows.push_back(row(object, code(field_place(field)), code(change_side(field.before)),
                       code(change_side(field.after)),
                       code(weight(field.severity, field.approval_severity))));
  if (object.more > 0) rows.push_back(row(object, fmt::format("{} more", object.more), "", "", severity));
  if (rows.empty()) rows.push_back(row(object, object.unknown, "", "", severity));
  return rows;
}

constexpr std::string_view table_head =
    "| Object | | Field | Before | After | Severity |\n| --- | --- | --- | --- | --- | --- |\n";

// A table of as many rows as have room.
std::string markdown_table(const std::vector<api::ObjectChange>& objects, bool fields_of_new,
                           std::size_t room) {
  std::string text(table_head);
  std::size_t left_out = 0;
  for (const auto& object : objects)
    for (const auto& line : rows_of(fields_of_new ? object : without_new_fields(object))) {
      if (left_out > 0 || text.size() + line.size() > room)
        ++left_out;
      else
        text += line;
    }
  if (left_out > 0)
    text += fmt::format("\n{} more for which there is no room here.\n", quantity(left_out, "row"));
  return text;
}

}  // namespace

std::string commit_text(const Commit& commit, bool colour) {
  auto text = fmt::format("{}: {}\n", in_colour(name(commit.application), bold, colour), counts(commit));
  for (const auto& object : commit.changes.objects) text += change_block(object, colour, sides);
  if (commit.changes.others > 0)
    text += fmt::format("\n{}\n", in_colour("Nobody is asked about", bold, colour));
  for (const auto& object : commit.unasked) text += change_block(without_new_fields(object), colour, sides);
  if (not_known(commit) > 0) text += fmt::format("\n{}\n", may_change(not_known(commit)));
  text += fmt::format("\n{}\n", in_colour("Next", bold, colour));
  for (const auto& sentence : commit.next) text += fmt::format("  {}\n", name(sentence));
  return text;
}

std::string commit_markdown(const Commit& commit, std::size_t room) {
  auto text = fmt::format("### Drift policy: {}\n\n{}.\n\n", code(name(commit.application)), counts(commit));
  for (const auto& sentence : commit.next) text += prose(name(sentence)) + "  \n";
  if (!commit.changes.objects.empty())
    text += "\n" + markdown_table(commit.changes.objects, true, room / 3 * 2);
  if (commit.changes.others == 0) return text;
  text += fmt::format("\n<details><summary>Nobody is asked about {}</summary>\n\n",
                      quantity(commit.changes.others, "object"));
  if (!commit.unasked.empty()) {
    const auto used = text.size() + 300;  // what stands behind the table
    text += markdown_table(commit.unasked, false, room > used ? room - used : 0);
  }
  if (not_known(commit) > 0) text += fmt::format("\n{}.\n", may_change(not_known(commit)));
  return text + "\n</details>\n";
}

}  // namespace drift::report
