#include "api/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/sha256.hpp"
#include "json/string.hpp"
#include "kube/object_display.hpp"

namespace drift::api {
namespace {
constexpr std::array<std::string_view, 10> object_states = {
    "in sync",          "drifted",       "deleted", "being deleted",           "not inspected",
    "removed from Git", "already there", "new",     "applied before the gate", "ended"};
constexpr std::array<std::string_view, 8> unread_names = {"",       "forbidden", "unknown",  "forgotten",
                                                          "noBase", "nowHook",   "tooLarge", "ambiguous"};
constexpr std::array<std::string_view, 3> change_names = {"changed", "removed", "conflict"};
}  // namespace

std::string_view state_name(State state) {
  return object_states[static_cast<std::size_t>(state)];
}

std::string_view unread_name(Unread unread) {
  return unread_names[static_cast<std::size_t>(unread)];
}

std::string_view change_name(Change change) {
  return change_names[static_cast<std::size_t>(change)];
}

bool counts(State state) {
  return state == State::drifted || state == State::deleted || state == State::deleting ||
         state == State::not_inspected;
}

bool is_drift(const ObjectReport& object) {
  return counts(object.state) && !object.severity.empty();
}

std::vector<const ObjectReport*> worst_first(const Report& report) {
  const auto rank = [&](const std::string& severity) {
    const auto found = std::find(report.met.begin(), report.met.end(), severity);
    return found == report.met.end() ? 0 : found - report.met.begin() + 1;
  };
  std::vector<std::pair<std::ptrdiff_t, const ObjectReport*>> ranked;
  for (const auto& object : report.objects)
    if (is_drift(object))
      ranked.emplace_back(std::max(rank(object.severity), rank(object.approval_severity)), &object);
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<const ObjectReport*> objects;
  objects.reserve(ranked.size());
  for (const auto& [severity, object] : ranked) objects.push_back(object);
  return objects;
}

std::string ObjectReport::display() const {
  return kube::object_display(kind, ns, name);
}

std::string ObjectReport::full_resource() const {
  return group.empty() ? resource : fmt::format("{}.{}", resource, group);
}

std::string ObjectReport::why_unread() const {
  switch (unread) {
    case Unread::none:
      break;
    case Unread::forbidden:
      return fmt::format("the gate may not get {}", full_resource());
    case Unread::unknown:
      if (resource.empty()) return "no API server has a kind or group of this name";
      return fmt::format("the cluster knows no {} of version {}", full_resource(), version);
    case Unread::forgotten:
      return "it may have left Git before: the base had no room for all that did";
    case Unread::no_base:
      return "there is no usable base to compare it with";
    case Unread::now_hook:
      return "Git makes a hook of it with this sync, so Argo CD may delete it and make it anew";
    case Unread::too_large:
      return "it is too large for the plan, and no guarded field of it has changed";
    case Unread::ambiguous:
      return "Git had several objects of this kind and name, of which it may be one";
  }
  return {};
}

std::string Report::named() const {
  if (!changes.ask()) return fmt::format("drift {} of severity {}", drift, severity);
  if (!drifted()) return fmt::format("change {} from Git of severity {}", drift, changes.severity());
  return fmt::format("drift of severity {} and change from Git of severity {}, {},", severity,
                     changes.severity(), drift);
}

std::string digest_line(const Difference& difference) {
  // Quoted, since a key may hold tabs and line ends: no set of differences must look like another.
  return fmt::format("{}\t{}\t{}\n", json_string(difference.pointer), change_name(difference.change),
                     difference.live_digest);
}

std::string drift_digest(const Report& report) {
  std::vector<std::string> lines;
  for (const auto& object : report.objects) {
    if (!is_drift(object)) continue;
    const auto prefix = fmt::format("{}\t{}\t{}\t{}\t", object.group, object.kind, object.ns, object.name);
    if (object.state != State::drifted)
      lines.push_back(fmt::format("{}\t{}\n", prefix, state_name(object.state)));
    for (const auto& difference : object.differences) lines.push_back(prefix + digest_line(difference));
    if (!object.rest.empty()) lines.push_back(fmt::format("{}\t{}\n", prefix, object.rest));
  }
  if (report.changes.ask())
    for (auto& line : digest_lines(report.changes)) lines.push_back(std::move(line));
  if (lines.empty()) return {};
  std::sort(lines.begin(), lines.end());
  return sha256_hex(fmt::format("{}", fmt::join(lines, ""))).substr(0, drift_digits);
}

}  // namespace drift::api
