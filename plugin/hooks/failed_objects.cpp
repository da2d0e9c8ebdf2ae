#include "hooks/failed_objects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "analysis/unapplied.hpp"
#include "json/read.hpp"
#include "outside/kubernetes/look_for.hpp"
#include "store/plan.hpp"

namespace drift::hooks {
namespace {

constexpr std::size_t most_objects = 50;

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
  const auto* conditions = find(object, {"status", "conditions"});
  if (conditions == nullptr || !conditions->IsArray()) return {};
  for (const auto& [type, status] : bad_conditions)
    for (const auto& condition : conditions->GetArray()) {
      if (text_of(condition, "type") != type || text_of(condition, "status") != status) continue;
      const auto reason = text_of(condition, "reason");
      return fmt::format("{} is {}{}", type, status, reason.empty() ? "" : fmt::format(" ({})", reason));
    }
  return {};
}

std::string look_at(const api::PlannedObject& planned, outside::Kubernetes& kubernetes) {
  try {
    const auto object = outside::look_for(kubernetes, store::where_is(planned));
    if (!object) return "is not there";
    const auto trouble = trouble_in(*object);
    const auto differs = analysis::unapplied(planned, *object);
    return trouble + (trouble.empty() || differs.empty() ? "" : "; ") + differs;
  } catch (const outside::ApiError& error) {
    if (!error.leaves_it_open()) throw;
    return {};  // nothing can be said
  }
}

}  // namespace

std::vector<std::string> failed_objects(const api::Plan& plan, outside::Kubernetes& kubernetes) {
  std::vector<std::pair<std::int64_t, std::string>> all;
  for (const auto& planned : plan.objects) {
    if (planned.hook || planned.name.empty() || planned.resource.empty()) continue;
    if (const auto what = look_at(planned, kubernetes); !what.empty())
      all.emplace_back(planned.wave, fmt::format("{}: {}", planned.display(), what));
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> failed;
  for (auto& [wave, line] : all)
    if (failed.size() < most_objects) failed.push_back(std::move(line));
  if (all.size() > most_objects) failed.push_back(fmt::format("and {} more", all.size() - most_objects));
  return failed;
}

}  // namespace drift::hooks
