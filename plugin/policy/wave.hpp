// Sync waves: when Argo CD applies an object. https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/
#pragma once
#include <cstdint>
#include <optional>

#include "manifest/manifest.hpp"
#include "policy/verdict.hpp"

namespace drift::policy {

// The wave that the annotation names; nothing where there is none or it is no integer, which Argo CD passes over.
std::optional<std::int64_t> authors_wave(const manifest::Manifest& manifest);

// Whether the policy's wave counts: the author wrote none, or the rule overwrites. Never on hooks, whose order is their author's.
bool decides_wave(const manifest::Manifest& manifest, const Verdict& verdict);

// The wave that the object ends up in.
std::int64_t effective_wave(const manifest::Manifest& manifest, const Verdict& verdict);

}  // namespace drift::policy
