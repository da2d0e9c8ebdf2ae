#include "analysis/differences.hpp"

#include <algorithm>

#include "analysis/applied.hpp"
#include "analysis/compare.hpp"
#include "analysis/exemption.hpp"
#include "analysis/guarded.hpp"
#include "analysis/managed_fields.hpp"
#include "analysis/redact.hpp"
#include "analysis/secrets.hpp"
#include "api/condensed.hpp"
#include "api/redacted.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "json/canonical.hpp"
#include "json/members.hpp"
#include "json/read.hpp"
#include "kube/kinds.hpp"

namespace drift::analysis {
namespace {

constexpr std::size_t longest_value = 200;

api::Difference difference_of(const Found& found, const Managers& managers) {
  api::Difference difference;
  difference.pointer = found.pointer;
  difference.change = found.change;
  difference.wanted = shown(found.wanted);
  difference.base = shown(found.base);
  difference.live = shown(found.live);
  if (found.live) {
    difference.live_digest = sha256_hex(canonical(*found.live));
    if (auto owners = managers.owners(found.live_pointer); !owners.empty())
      difference.last = std::move(owners.front());
  } else {
    difference.last = managers.last();
  }
  return difference;
}

// What is compared by guarded fields alone is compared as text, so conditions see nothing of it.
Rated rated(const Found& found, const Rating& rating, bool compared) {
  const Between between{found.base, found.live, found.around};
  return rating.of(found.pointer, compared ? &between : nullptr);
}

void add(const std::vector<Found>& all, const Exemption& exemption, const Managers& managers,
         const NeverKept& never_kept, const Rating& rating, Differences& differences) {
  for (const auto& found : all) {
    if (exemption.holds(found)) continue;
    if (differences.compared && never_kept.holds(found))
      differences.not_kept.push_back(found.pointer);
    else
      differences.found.push_back(
          {difference_of(found, managers), rated(found, rating, differences.compared)});
  }
}

// Both parsed, for as long as what was found refers to them.
class Manifests {
 public:
  Manifests(const api::PlannedObject& planned, const api::PlannedObject& base)
      : object_(planned),
        wanted_(parse_json("manifest", planned.manifest ? *planned.manifest : *base.manifest)),
        based_(parse_json("manifest", base.manifest ? *base.manifest : *planned.manifest)) {}

  std::vector<Found> compare(const rapidjson::Value& live, const Watched* watched = nullptr) const {
    return analysis::compare({object_.group, object_.kind, wanted_, based_, live}, watched);
  }

 private:
  const api::PlannedObject& object_;
  rapidjson::Document wanted_, based_;
};

// Where only one of the plans holds it: an object that is as that one says hasn't drifted. Of another nothing is known, since
// Git may have changed it.
bool is_as_either(const api::PlannedObject& planned, const api::PlannedObject& base,
                  const rapidjson::Value& live, const Exemption& exemption, const NeverKept& never_kept) {
  if (!planned.manifest && !base.manifest) return false;
  const Manifests manifests(planned, base);
  const auto found = manifests.compare(live);
  return std::all_of(found.begin(), found.end(),
                     [&](const auto& one) { return exemption.holds(one) || never_kept.holds(one); });
}

std::vector<std::string> joined(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace

std::optional<std::string> shown(const rapidjson::Value* value) {
  if (!value) return std::nullopt;
  if (const auto digest = api::marked_digest(*value)) return api::deep_text(*digest);
  return cut(plain_text(*value), longest_value);
}

Differences object_differences(const api::PlannedObject& planned, const api::PlannedObject& base,
                               std::string_view base_written, rapidjson::Document& live,
                               const Publisher& publisher, const Rating& rating) {
  api::flatten(live);
  const bool secret = kube::is_secret(planned.group, planned.kind);
  const auto ignored = joined(planned.ignored, base.ignored);
  auto applied = last_applied(live);
  api::flatten(applied);
  redact(applied, planned.group, planned.kind);

  Differences differences;
  auto& found = differences.found;
  if (secret) {
    for (auto& one : secret_differences(live, Managers(live), base_written))
      if (!lies_under(one.pointer, ignored)) found.push_back({one, rating.of(one.pointer)});
  }
  // As it is, for values of which the plan holds digests.
  rapidjson::Document whole(&live.GetAllocator());
  if (!planned.manifest || !base.manifest) whole.CopyFrom(live, live.GetAllocator());
  redact(live, planned.group, planned.kind);
  const Managers managers(live);
  const Exemption exemption(ignored, managers, applied, base_written);
  const NeverKept never_kept(planned, managers, live, publisher);
  if (planned.manifest && base.manifest) {
    const Manifests manifests(planned, base);
    add(manifests.compare(live, &rating.watched()), exemption, managers, never_kept, rating, differences);
    return differences;
  }
  differences.compared = is_as_either(planned, base, live, exemption, never_kept);
  if (!differences.compared && !secret) {
    const GuardedValues values(planned, base, whole, live);
    add(values.found(), exemption, managers, never_kept, rating, differences);
  }
  return differences;
}

}  // namespace drift::analysis
