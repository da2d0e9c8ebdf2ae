#include "annotators/wave.hpp"

#include "kube/sync.hpp"
#include "policy/wave.hpp"

namespace drift::annotators {
Changes sync_wave(const Input& input) {
  Changes changes;
  for_each_object(
      input, [&](std::size_t i, const manifest::Manifest& manifest, const policy::Verdict& verdict) {
        if (policy::decides_wave(manifest, verdict))
          changes.changes.push_back({i, Change::Target::annotation, std::string(kube::wave_annotation),
                                     std::to_string(verdict.wave->value)});
      });
  return changes;
}

}  // namespace drift::annotators
