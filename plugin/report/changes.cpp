#include "report/changes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/colour.hpp"
#include "base/printable.hpp"
#include "base/text.hpp"
#include "report/words.hpp"

namespace drift::report {
namespace {

constexpr std::size_t widest_field = 48;  // longer ones don't push the others' columns away

std::string field_lines(const api::ObjectChange& object, bool colour, const Sides& sides) {
  std::size_t column = 0;
  for (const auto& field : object.fields)
    column = std::max(column, std::min(width(field_place(field)), widest_field));
  std::string text;
  for (const auto& field : object.fields) {
    const auto values = fmt::format("{} ({}) -> {} ({})", change_side(field.before), sides.before,
                                    change_side(field.after), sides.after);
    text += fmt::format("  {}  {}", padded(field_place(field), column), in_colour(values, cyan, colour));
    if (field.severity != object.severity || field.approval_severity != object.approval_severity)
      text += fmt::format("  [{}]", weight(field.severity, field.approval_severity));
    text += '\n';
  }
  return text;
}

}  // namespace

std::string_view what_happens(const api::ObjectChange& object) {
  if (!object.unknown.empty()) return "may be changed";
  return api::git_change_name(object.change);
}

std::string field_place(const api::FieldChange& field) {
  const auto pointer = name(field.pointer);
  return field.guarded.empty() ? pointer : fmt::format("{} ({})", pointer, name(field.guarded));
}

std::string change_side(const std::optional<std::string>& text) {
  return text ? value(*text) : std::string("not set");
}

std::string change_block(const api::ObjectChange& object, bool colour, const Sides& sides) {
  auto text = fmt::format("\n{}  {} by Git  {}", in_colour(name(object.display()), bold, colour),
                          what_happens(object),
                          in_colour(weight(object.severity, object.approval_severity), yellow, colour));
  if (!object.rule.empty()) text += fmt::format("  rule {}", name(object.rule));
  text += '\n';
  if (!object.unknown.empty()) text += fmt::format("  {}\n", name(object.unknown));
  if (object.change == api::GitChange::removed)
    text += fmt::format("  there ({}) -> not there ({})\n", sides.before, sides.after);
  text += field_lines(object, colour, sides);
  if (object.more > 0) text += fmt::format("  and {} more\n", quantity(object.more, "field"));
  return text;
}

std::string change_lines(const api::Changes& changes, bool colour, std::size_t room) {
  if (!changes.ask()) return {};
  std::string tail;
  if (changes.others > 0)
    tail = fmt::format("\nGit changes {} more, about which nobody is asked\n",
                       quantity(changes.others, "object"));
  std::string text;
  const auto left_out = [](std::size_t left) {
    return left == 0 ? std::string() : fmt::format("\nand {} more that Git changes: see the report\n", left);
  };
  for (std::size_t i = 0; i < changes.objects.size(); ++i) {
    const auto block = change_block(changes.objects[i], colour);
    const auto more = left_out(changes.objects.size() - i + changes.omitted);
    if (text.size() + block.size() + more.size() + tail.size() > room) return text.append(more).append(tail);
    text += block;
  }
  return text.append(left_out(changes.omitted)).append(tail);
}

}  // namespace drift::report
