// Guarded fields of one object: which rules guard what, and what Git wants there. Pure.
#pragma once
#include <vector>

#include "manifest/manifest.hpp"
#include "policy/verdict.hpp"

namespace drift::policy {

// A FieldRule as all rules that match an object together have it.
struct MergedFieldRule {
  const FieldRule* field = nullptr;  // of the first rule that has the id: its pointers
  Rank severity = 0;
  Rank approval_severity = 0;
  Health health = Health::none;
  std::vector<GuardedCase> cases{};  // as GuardedField::cases
};

// What Git wants of the fields, sorted by key. `autoscaled`: something else decides /spec/replicas. Nothing
// for Secrets. A field that leads to very many places, or through very many nodes, is guarded as a whole, where its first
// wildcard stands. Where more than 32 MiB of the object would have to be written for its fields, the last ones have no value.
std::vector<GuardedField> guard(const manifest::Manifest& manifest,
                                const std::vector<MergedFieldRule>& fields, bool autoscaled);

}  // namespace drift::policy
