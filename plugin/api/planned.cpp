#include "api/planned.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "api/condensed.hpp"
#include "api/redacted.hpp"
#include "base/parallel.hpp"
#include "kube/repeated.hpp"
#include "kube/sync.hpp"
#include "policy/autoscale.hpp"
#include "policy/match.hpp"
#include "policy/wave.hpp"

namespace drift::api {
namespace {

void keep(Planned& planned, std::optional<Redacted> redacted) {
  planned.manifest.reset();
  if (!redacted) return;
  planned.manifest = std::move(redacted->json);
  planned.digests = redacted->digests;
}

// By as many steps as make it shorter by a quarter at least; none is left where no step does.
void condense(Planned& planned, const manifest::Manifest& manifest) {
  const auto enough = planned.manifest->size() / 4 * 3;
  const auto whole = redacted_manifest(manifest, planned.autoscaled);
  while (whole && planned.condensed < condensing_steps.size()) {
    auto text = condensed(whole->json, condensing_steps[planned.condensed++]);
    if (text.size() <= enough) return keep(planned, Redacted{std::move(text), true});
  }
  planned.manifest.reset();
}

std::size_t size_of(const manifest::Manifest& manifest) {
  const auto span = manifest.object.span();
  return span.end - span.begin;
}

}  // namespace

std::vector<Planned> planned_objects(const policy::PolicySet& policies, const manifest::Manifests& manifests,
                                     const std::vector<policy::Verdict>& verdicts,
                                     const std::vector<bool>& skip, std::string_view destination) {
  const kube::Resources resources(manifests, policies.kinds);
  const policy::Autoscaled autoscaled(manifests, destination);
  const auto last = kube::last_of_same(policies.kinds, manifests, skip, destination);
  std::vector<Planned> objects;
  objects.reserve(manifests.objects().size());
  for (std::size_t i = 0; i < manifests.objects().size(); ++i) {
    if (skip[i] || last[i] != i) continue;
    const auto& manifest = manifests.objects()[i];
    Planned planned;
    planned.object = i;
    planned.resource = resources.of(manifest.group, manifest.kind);
    if (planned.resource.namespaced) planned.ns = manifest.ns.empty() ? destination : manifest.ns;
    planned.hook = kube::is_hook(manifest);
    planned.autoscaled = autoscaled.contains(manifest, planned.ns);
    planned.wave = policy::effective_wave(manifest, verdicts[i]);
    objects.push_back(std::move(planned));
  }
  return objects;
}

void add_manifests(std::vector<Planned>& objects, const manifest::Manifests& manifests, bool all_objects) {
  constexpr std::size_t worth_a_thread = std::size_t{128} << 10;  // bytes
  const auto bytes = [&](std::size_t sum, const Planned& planned) {
    return sum + size_of(manifests.objects()[planned.object]);
  };
  const auto all = std::accumulate(objects.begin(), objects.end(), std::size_t{0}, bytes);
  in_parallel(objects.size(), 1 + all / worth_a_thread, [&](std::size_t i) {
    auto& planned = objects[i];
    const auto& manifest = manifests.objects()[planned.object];
    planned.compared =
        !planned.hook && !planned.before_gate && !planned.resource.plural.empty() && !manifest.name.empty();
    if (!planned.compared && !all_objects) return;
    keep(planned, redacted_manifest(manifest, planned.autoscaled));
    while (planned.manifest && planned.manifest->size() > longest_manifest) condense(planned, manifest);
  });
}

bool shrink_manifests(std::vector<Planned>& objects, const manifest::Manifests& manifests,
                      std::size_t bytes) {
  std::vector<Planned*> largest;
  for (auto& planned : objects)
    if (planned.manifest) largest.push_back(&planned);
  std::sort(largest.begin(), largest.end(), [](const Planned* a, const Planned* b) {
    if (a->manifest->size() != b->manifest->size()) return a->manifest->size() > b->manifest->size();
    return a->object > b->object;
  });
  std::size_t saved = 0;
  for (auto* planned : largest) {
    if (saved >= bytes) break;
    const auto before = planned->manifest->size();
    condense(*planned, manifests.objects()[planned->object]);
    saved += before - (planned->manifest ? planned->manifest->size() : 0);
  }
  return !largest.empty();
}

policy::Rank highest_severity(const std::vector<Planned>& objects,
                              const std::vector<policy::Verdict>& verdicts) {
  policy::Rank highest = 0;
  for (const auto& object : objects) {
    const auto& verdict = verdicts[object.object];
    highest = std::max({highest, verdict.severity, verdict.approval_severity});
    for (const auto& field : verdict.guarded)
      highest = std::max({highest, field.severity, field.approval_severity});
  }
  return highest;
}

std::vector<bool> possible_severities(const policy::PolicySet& policies, const std::vector<Planned>& objects,
                                      const std::vector<policy::Verdict>& verdicts) {
  std::vector<bool> possible(policies.severities.size());
  for (const auto& object : objects) {
    const auto& verdict = verdicts[object.object];
    possible[verdict.severity] = possible[verdict.approval_severity] = true;
    for (const auto& field : verdict.guarded) {
      possible[field.severity] = possible[field.approval_severity] = true;
      for (const auto& one : field.cases) possible[one.severity] = possible[one.approval_severity] = true;
    }
  }
  return possible;
}

}  // namespace drift::api
