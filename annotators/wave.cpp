#include "annotators/wave.hpp"

#include "manifest/phase.hpp"

namespace drift::annotators {
namespace {

bool policy_decides(const manifest::Manifest& manifest, const policy::Verdict& verdict) {
  return verdict.wave && manifest.hook == manifest::HookKind::none &&
         (verdict.wave->overwrite || !authors_wave(manifest));
}

}  // namespace

std::optional<std::int64_t> authors_wave(const manifest::Manifest& manifest) {
  return manifest::parse_wave(manifest.annotation(manifest::wave_annotation));
}

std::int64_t effective_wave(const manifest::Manifest& manifest, const policy::Verdict& verdict) {
  if (policy_decides(manifest, verdict)) return verdict.wave->value;
  return manifest::wave_of(manifest);
}

Changes sync_wave(const Input& input) {
  Changes changes;
  for_each_object(
      input, [&](std::size_t i, const manifest::Manifest& manifest, const policy::Verdict& verdict) {
        if (policy_decides(manifest, verdict))
          changes.changes.push_back({i, Change::Target::annotation, std::string(manifest::wave_annotation),
                                     std::to_string(verdict.wave->value)});
      });
  return changes;
}

}  // namespace drift::annotators
