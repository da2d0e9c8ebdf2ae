#include "analysis/differences.hpp"

#include "analysis/applied.hpp"
#include "analysis/compare.hpp"
#include "analysis/exemption.hpp"
#include "analysis/guarded.hpp"
#include "analysis/json_value.hpp"
#include "analysis/managers.hpp"
#include "analysis/never_kept.hpp"
#include "analysis/redact.hpp"
#include "analysis/secrets.hpp"
#include "audit/canonical.hpp"
#include "json.hpp"
#include "policy/digest.hpp"
#include "policy/redacted.hpp"
#include "text.hpp"

namespace drift::analysis {
namespace {

constexpr std::size_t longest_value = 200;
constexpr int deepest_live = 2 * policy::deepest_manifest;

std::optional<std::string> shown(const rapidjson::Value* value) {
  if (!value) return std::nullopt;
  return cut(plain_text(*value), longest_value);
}

Difference difference_of(const Found& found, const Managers& managers) {
  Difference difference;
  difference.pointer = found.pointer;
  difference.change = found.change;
  difference.wanted = shown(found.wanted);
  difference.base = shown(found.base);
  difference.live = shown(found.live);
  if (found.live) {
    difference.live_digest = policy::sha256_hex(audit::canonical(*found.live));
    if (auto owners = managers.owners(found.live_pointer); !owners.empty())
      difference.last = std::move(owners.front());
  } else {
    difference.last = managers.last();
  }
  return difference;
}

void add(const std::vector<Found>& all, const Exemption& exemption, const Managers& managers,
         Differences& differences) {
  for (const auto& found : all) {
    if (exemption.holds(found)) continue;
    if (differences.compared && never_kept(found, managers))
      differences.not_kept.push_back(found.pointer);
    else
      differences.found.push_back(difference_of(found, managers));
  }
}

std::vector<std::string> joined(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace

Differences object_differences(const PlannedObject& planned, const PlannedObject& base,
                               std::string_view base_written, rapidjson::Document& live) {
  flatten(live, deepest_live);
  const bool secret = planned.group.empty() && planned.kind == "Secret";
  const bool guarded_only = !planned.manifest || !base.manifest;
  const auto ignored = joined(planned.ignored, base.ignored);
  auto applied = last_applied(live);
  redact(applied, planned.group, planned.kind);

  Differences differences;
  if (secret) {
    differences.found = secret_differences(live, Managers(live), base_written);
    std::erase_if(differences.found, [&](const auto& one) { return lies_under(one.pointer, ignored); });
  }
  // As it is, for values of which the plan holds digests.
  rapidjson::Document whole(&live.GetAllocator());
  if (guarded_only) whole.CopyFrom(live, live.GetAllocator());
  redact(live, planned.group, planned.kind);
  const Managers managers(live);
  const Exemption exemption(ignored, managers, applied, base_written);
  if (!guarded_only) {
    const auto wanted = parse_json("manifest", *planned.manifest);
    const auto based = parse_json("manifest", *base.manifest);
    add(compare({planned.group, planned.kind, wanted, based, live}), exemption, managers, differences);
  } else if (!secret) {
    differences.compared = false;
    const GuardedValues values(planned, base, whole, live);
    add(values.found(), exemption, managers, differences);
  }
  return differences;
}

}  // namespace drift::analysis
