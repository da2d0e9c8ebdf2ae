// The plan as a ConfigMap.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "annotators/hooks_context.hpp"

namespace drift::annotators {

// Up to here the plan stands in `data: plan.json` as it is, above compressed in `binaryData: plan.json.gz`.
inline constexpr std::size_t longest_plain_plan = std::size_t{128} << 10;
// What Kubernetes lets into a ConfigMap is 1 MiB; the rest is for names and annotations.
inline constexpr std::size_t longest_stored_plan = std::size_t{900} << 10;

// Writes the plan, its digest and (where it is long) its compressed form. Of manifests that would make it too large for a
// ConfigMap digests of parts are kept, of the largest first; what even these have no room for is left out.
void write_plan(HookContext& context);

// The ConfigMap. Throws InputError where the plan is too large even compressed and without manifests.
rapidjson::Document plan_object(const HookContext& context);

// gzip with nothing in its header that depends on when and where (RFC 1952: MTIME 0, OS unknown).
std::string gzip(std::string_view text, int level = 9);

}  // namespace drift::annotators
