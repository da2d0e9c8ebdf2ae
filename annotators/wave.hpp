// Sync waves: when Argo CD applies an object. https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/
#pragma once
#include <cstdint>
#include <optional>

#include "annotators/annotator.hpp"

namespace drift::annotators {

// The wave that the annotation names; nothing where there is none or it is no integer, which Argo CD passes over.
std::optional<std::int64_t> authors_wave(const manifest::Manifest& manifest);

// The wave that the object ends up in.
std::int64_t effective_wave(const manifest::Manifest& manifest, const policy::Verdict& verdict);

// The policy's wave where the author wrote none, or the rule overwrites; never on hooks, whose order is their author's.
Changes sync_wave(const Input& input);

}  // namespace drift::annotators
