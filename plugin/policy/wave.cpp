#include "policy/wave.hpp"

#include "manifest/phase.hpp"

namespace drift::policy {

std::optional<std::int64_t> authors_wave(const manifest::Manifest& manifest) {
  return manifest::parse_wave(manifest.annotation(manifest::wave_annotation));
}

bool decides_wave(const manifest::Manifest& manifest, const Verdict& verdict) {
  return verdict.wave && manifest.hook == manifest::HookKind::none &&
         (verdict.wave->overwrite || !authors_wave(manifest));
}

std::int64_t effective_wave(const manifest::Manifest& manifest, const Verdict& verdict) {
  return decides_wave(manifest, verdict) ? verdict.wave->value : manifest::wave_of(manifest);
}

}  // namespace drift::policy
