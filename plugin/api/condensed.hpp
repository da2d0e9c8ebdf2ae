// A manifest that is too large for its plan, with digests in the place of its parts.
//
// A part's digest stands in its place, as an object with one key (keys::digest) and 32 hex digits. Long strings become digests first:
// so the shape stays, and what the API server fills in is told apart from what somebody changed, exactly as without digests. Only
// where that isn't enough, objects and lists become digests as wholes, from the small ones up to each top-level field. Of those it
// is known that they are as Git wants them; where they aren't, what the API server filled in counts as a change too.
//
// What others may add to stays open: metadata, labels, annotations, and the keys of `data`.
#pragma once
#include <rapidjson/document.h>

#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "base/keys.hpp"
#include "yaml/document.hpp"

namespace drift::api {

// Objects and lists of at most so many bytes become digests, step by step; strings at every step.
inline constexpr std::array<std::size_t, 4> condensing_steps = {0, 1024, 16384,
                                                                std::numeric_limits<std::size_t>::max()};

// `manifest` is canonical JSON of a redacted object (redacted.hpp), and so is what comes out.
std::string condensed(std::string_view manifest, std::size_t longest_part);

// 32 hex digits of SHA-256 over the value's JSON: keys sorted, without members that are null or an empty list, which
// Kubernetes drops. The same value has the same digest, whether it was read as YAML or as JSON.
std::string part_digest(const rapidjson::Value& value);
std::string part_digest(yaml::Node node);

// The JSON that stands for a part.
std::string digest_marker(std::string_view digest);

// The digest where the value stands for a part; only values of a plan do, whatever one from a cluster looks like.
std::optional<std::string_view> marked_digest(const rapidjson::Value& value);

// Whether the part that a plan holds, or its digest, is as in the cluster.
bool is_same_part(const rapidjson::Value& planned, const rapidjson::Value& live);
// The same of two plans' values.
bool are_same_parts(const rapidjson::Value& a, const rapidjson::Value& b);

}  // namespace drift::api
