// What must be read stands first and last, drift between them from the worst down: that is what gives way where the page
// grows too long.
#include "report/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/colour.hpp"
#include "base/printable.hpp"
#include "report/changes.hpp"
#include "report/words.hpp"

namespace drift::report {
namespace {

constexpr std::size_t longest_name = 300;
constexpr std::size_t widest_pointer = 48;  // longer ones don't push the others' columns away
constexpr std::size_t most_names = 10;      // of objects of one state that don't count

std::string writer(const api::Difference& difference) {
  if (!difference.last) return "who changed it is not recorded";
  const auto& last = *difference.last;
  const auto how = last.subresource.empty() ? "" : fmt::format(" of {}", name(last.subresource));
  // Nobody writes down who removes a field.
  const bool gone = difference.change == api::Change::removed || !difference.live;
  return fmt::format("{}changed by {} ({}{}), {}", gone ? "object last " : "",
                     value(last.manager, longest_name), name(last.operation), how, name(last.time));
}

// What the cluster has and what a sync puts there: the arrow points the way that a sync writes.
std::string values(const api::Difference& difference) {
  const bool shown = difference.wanted || difference.live;
  const auto side = [&](const std::optional<std::string>& text, bool there) {
    return text ? value(*text) : std::string(there && !shown ? "value not shown" : "not set");
  };
  std::string in_git = "Git";
  if (difference.change == api::Change::conflict && difference.base)
    in_git += fmt::format(", which had {}", value(*difference.base));
  return fmt::format("{} (cluster) -> {} ({})",
                     side(difference.live, difference.change != api::Change::removed),
                     side(difference.wanted, true), in_git);
}

std::string place(const api::Difference& difference) {
  const auto pointer = name(difference.pointer);
  return difference.guarded.empty() ? pointer : fmt::format("{} ({})", pointer, name(difference.guarded));
}

std::string lines_of(std::string_view text, std::string_view indent) {
  std::string lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines += fmt::format("{}{}\n", indent, printable(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// At most so many bytes, in whole lines.
std::string first_lines(std::string text, std::size_t limit) {
  if (text.size() <= limit) return text;
  const auto end = limit == 0 ? std::string::npos : text.rfind('\n', limit - 1);
  text.resize(end == std::string::npos ? 0 : end + 1);
  return text;
}

class Page {
 public:
  Page(const api::Report& report, const PageOptions& options) : report_(report), options_(options) {}

  std::string write() const {
    const auto head = headline() + facts() + (options_.only_drift ? std::string() : why());
    const auto tail = (options_.only_drift ? std::string() : without_drift()) + next();
    const auto used = head.size() + tail.size();
    const auto room = options_.limit > used ? options_.limit - used : 0;
    // Drift has the first half at least, and what it leaves of the second.
    const auto changes = change_lines(report_.changes, options_.colour, report_.drifted() ? room / 2 : room);
    const auto drift = objects(room > changes.size() ? room - changes.size() : 0);
    return first_lines(head + drift + changes + tail, options_.limit);
  }

 private:
  std::string in(std::string_view text, std::string_view code) const {
    return in_colour(text, code, options_.colour);
  }

  std::string severity_in_colour(const std::string& severity, const std::string& approval_severity) const {
    const bool worst = severity == report_.severity || approval_severity == report_.approval_severity;
    return in(weight(severity, approval_severity), worst ? red : yellow) + action_of(severity);
  }

  std::string action_of(const std::string& severity) const {
    if (!options_.actions) return {};
    const auto action = options_.actions->find(severity);
    return action == options_.actions->end() ? std::string() : fmt::format(" ({})", name(action->second));
  }

  std::string headline() const {
    const auto application = in(name(report_.application), bold);
    if (!report_.base_problem.empty())
      return fmt::format("{}: {}: {}\n", application, in("nothing can be compared", red),
                         printable(report_.base_problem));
    if (!report_.has_base)
      return fmt::format(
          "{}: nothing to compare with: no sync of it has succeeded under the policy yet, so nothing counts "
          "as drift{}\n",
          application, and_changes());
    if (!report_.drifted())
      return fmt::format("{}: {}{}\n", application, in("no drift", green), and_changes());
    return fmt::format("{}: {} of severity {}{}\n", application, in("drift", red),
                       severity_in_colour(report_.severity, report_.approval_severity), and_changes());
  }

  std::string and_changes() const {
    if (!report_.changes.ask()) return {};
    return fmt::format(", and {} of severity {}", in("changes from Git", yellow),
                       name(report_.changes.severity()));
  }

  std::string facts() const {
    auto text = fmt::format("revision {}", name(report_.revision));
    if (!report_.base_revision.empty())
      text += fmt::format(", the last success was {}{}", name(report_.base_revision),
                          report_.base_time.empty() ? "" : fmt::format(" at {}", name(report_.base_time)));
    text += fmt::format("\nobjects compared: {}", report_.inspected);
    if (report_.asks())
      text += fmt::format(", {} {}", report_.drifted() ? "drift" : "change", name(report_.drift));
    return text + '\n';
  }

  std::string why() const {
    if (report_.reasons.empty()) return {};
    auto text = fmt::format("\n{}\n", in("Why", bold));
    for (const auto& reason : report_.reasons) text += fmt::format("  {}\n", name(reason));
    return text;
  }

  std::string objects(std::size_t room) const {
    const auto drifted = api::worst_first(report_);
    const auto left_out = [](std::size_t left) {
      return left == 0 ? std::string() : fmt::format("\nand {} more with drift: see the report\n", left);
    };
    std::string text;
    for (std::size_t i = 0; i < drifted.size(); ++i) {
      const auto block = object_block(*drifted[i]);
      const auto more = left_out(drifted.size() - i);
      if (text.size() + block.size() + more.size() > room)
        return text.size() + more.size() > room ? text : text + more;
      text += block;
    }
    return text;
  }

  std::string object_block(const api::ObjectReport& object) const {
    auto text = fmt::format("\n{}  {}  {}", in(name(object.display()), bold), api::state_name(object.state),
                            severity_in_colour(object.severity, object.approval_severity));
    if (!object.rule.empty()) text += fmt::format("  rule {}", name(object.rule));
    text += '\n';
    if (object.unread != api::Unread::none) text += fmt::format("  {}\n", name(object.why_unread()));
    if (object.state == api::State::deleted) text += "  not there (cluster) -> there (Git)\n";
    if (!object.base_revision.empty())
      text +=
          fmt::format("  had left Git at the last success: compared with {}{}\n", name(object.base_revision),
                      object.base_time.empty() ? "" : fmt::format(" at {}", name(object.base_time)));
    if (object.guarded_only)
      text += "  too large for the plan: only its guarded fields were compared, the rest counts as changed\n";
    std::size_t column = 0;
    for (const auto& difference : object.differences)
      column = std::max(column, std::min(width(place(difference)), widest_pointer));
    for (const auto& difference : object.differences) text += difference_lines(object, difference, column);
    if (object.more > 0) text += fmt::format("  and {} more differences\n", object.more);
    return text;
  }

  std::string difference_lines(const api::ObjectReport& object, const api::Difference& difference,
                               std::size_t column) const {
    constexpr std::size_t longest_change = 8;
    const bool other =
        difference.severity != object.severity || difference.approval_severity != object.approval_severity;
    auto text = fmt::format("  {}  {}  {}", padded(place(difference), column),
                            padded(std::string(api::change_name(difference.change)), longest_change),
                            in(values(difference), cyan));
    if (other)
      text += fmt::format("  [{}]", severity_in_colour(difference.severity, difference.approval_severity));
    return text + fmt::format("\n  {}  {}\n", std::string(column, ' '), writer(difference));
  }

  std::string without_drift() const {
    std::string text;
    std::size_t in_sync = 0;
    for (const auto& object : report_.objects) in_sync += object.state == api::State::in_sync ? 1 : 0;
    if (in_sync > 0) text += fmt::format("  in sync: {}\n", in_sync);
    for (const auto state : {api::State::not_inspected, api::State::already_there, api::State::fresh,
                             api::State::removed, api::State::before_gate, api::State::ended})
      text += names_in(state);
    text += not_kept();
    if (!text.empty()) text = fmt::format("\n{}\n{}", in("Without drift", bold), text);
    if (report_.omitted > 0)
      text += fmt::format("\nobjects that this report doesn't list: {}\n", report_.omitted);
    return text;
  }

  std::string not_kept() const {
    std::string text;
    std::size_t number = 0;
    for (const auto& object : report_.objects)
      for (const auto& pointer : object.not_kept)
        if (number++ < most_names)
          text += fmt::format("  not kept by the cluster: {} {}\n", name(object.display()), name(pointer));
    if (number > most_names) text += fmt::format("  not kept by the cluster: {} more\n", number - most_names);
    return text;
  }

  std::string names_in(api::State state) const {
    std::string names;
    std::size_t number = 0;
    for (const auto& object : report_.objects) {
      if (object.state != state || api::is_drift(object)) continue;
      if (number++ < most_names)
        names += fmt::format("{}{}", names.empty() ? "" : ", ", name(object.display()));
    }
    if (number == 0) return {};
    if (number > most_names) names += fmt::format(" and {} more", number - most_names);
    return fmt::format("  {}: {} ({})\n", api::state_name(state), number, names);
  }

  std::string next() const {
    if (options_.next.empty()) return {};
    return fmt::format("\n{}\n{}", in("Next", bold), lines_of(options_.next, "  "));
  }

  const api::Report& report_;
  const PageOptions& options_;
};

}  // namespace

std::string page(const api::Report& report, const PageOptions& options) {
  return Page(report, options).write();
}

}  // namespace drift::report
