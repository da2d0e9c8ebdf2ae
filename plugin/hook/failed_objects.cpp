#include "hook/failed_objects.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "audit/canonical.hpp"
#include "hook/look_for.hpp"

namespace drift::hook {
namespace {

constexpr std::size_t most_shown = 50;

// Conditions that mean trouble, by type and status, the most telling first. Their messages may hold anything, so only the
// reason is taken.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> bad_conditions = {{
    {"Progressing", "False"},
    {"Available", "False"},
    {"Ready", "False"},
    {"Failed", "True"},
    {"Degraded", "True"},
    {"ReplicaFailure", "True"},
}};

std::string trouble_in(const rapidjson::Value& object) {
  const auto* conditions = audit::find(object, {"status", "conditions"});
  if (conditions == nullptr || !conditions->IsArray()) return {};
  for (const auto& [type, status] : bad_conditions)
    for (const auto& condition : conditions->GetArray()) {
      if (audit::text_of(condition, "type") != type || audit::text_of(condition, "status") != status)
        continue;
      const auto reason = audit::text_of(condition, "reason");
      return fmt::format("{} is {}{}", type, status, reason.empty() ? "" : fmt::format(" ({})", reason));
    }
  return {};
}

std::string look_at(const PlannedObject& planned, outside::Kubernetes& kubernetes) {
  try {
    const auto object = look_for(
        kubernetes, {planned.group, planned.version, planned.resource, planned.space, planned.name, ""});
    return object ? trouble_in(*object) : "is not there";
  } catch (const outside::ApiError& error) {
    if (!error.forbidden() && !error.not_found()) throw;
    return {};  // nothing can be said
  }
}

}  // namespace

std::vector<std::string> failed_objects(const Plan& plan, outside::Kubernetes& kubernetes) {
  std::vector<std::string> failed;
  std::size_t more = 0;
  for (const auto& planned : plan.objects) {
    if (planned.hook || planned.name.empty() || planned.resource.empty()) continue;
    const auto what = look_at(planned, kubernetes);
    if (what.empty()) continue;
    if (failed.size() < most_shown)
      failed.push_back(fmt::format("{}: {}", planned.display(), what));
    else
      ++more;
  }
  if (more > 0) failed.push_back(fmt::format("and {} more", more));
  return failed;
}

}  // namespace drift::hook
