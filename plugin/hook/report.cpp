#include "hook/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "policy/digest.hpp"

namespace drift::hook {
namespace {
constexpr std::array<std::string_view, 8> state_names = {
    "in sync",          "drifted",       "deleted", "not inspected",
    "removed from Git", "already there", "new",     "applied before the gate"};
constexpr std::array<std::string_view, 3> change_names = {"changed", "removed", "conflict"};
}  // namespace

std::string_view state_name(State state) {
  return state_names[static_cast<std::size_t>(state)];
}

std::string_view change_name(Change change) {
  return change_names[static_cast<std::size_t>(change)];
}

bool counts(State state) {
  return state == State::drifted || state == State::deleted || state == State::not_inspected;
}

std::string ObjectReport::display() const {
  return space.empty() ? fmt::format("{} {}", kind, name) : fmt::format("{} {}/{}", kind, space, name);
}

std::string digest_line(const Difference& difference) {
  return fmt::format("{}\t{}\t{}\n", difference.pointer, change_name(difference.change),
                     difference.live_digest);
}

std::string drift_digest(const Report& report) {
  std::vector<std::string> lines;
  for (const auto& object : report.objects) {
    // Objects that are new and may not be read have no severity: they don't count.
    if (!counts(object.state) || object.severity.empty()) continue;
    const auto prefix = fmt::format("{}\t{}\t{}\t{}\t", object.group, object.kind, object.space, object.name);
    if (object.state != State::drifted)
      lines.push_back(fmt::format("{}\t{}\n", prefix, state_name(object.state)));
    for (const auto& difference : object.differences) lines.push_back(prefix + digest_line(difference));
    if (!object.rest.empty()) lines.push_back(fmt::format("{}\t{}\n", prefix, object.rest));
  }
  if (lines.empty()) return {};
  std::sort(lines.begin(), lines.end());
  return policy::sha256_hex(fmt::format("{}", fmt::join(lines, ""))).substr(0, 12);
}

}  // namespace drift::hook
