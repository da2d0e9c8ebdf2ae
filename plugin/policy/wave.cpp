#include "policy/wave.hpp"

#include "kube/sync.hpp"

namespace drift::policy {

std::optional<std::int64_t> authors_wave(const manifest::Manifest& manifest) {
  return kube::parse_wave(manifest.annotation(kube::wave_annotation));
}

bool decides_wave(const manifest::Manifest& manifest, const Verdict& verdict) {
  return verdict.wave && manifest.hook == manifest::HookKind::none &&
         (verdict.wave->overwrite || !authors_wave(manifest));
}

std::int64_t effective_wave(const manifest::Manifest& manifest, const Verdict& verdict) {
  return decides_wave(manifest, verdict) ? verdict.wave->value : kube::wave_of(manifest);
}

}  // namespace drift::policy
