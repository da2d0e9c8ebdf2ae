// Digests of sources and revisions, which tell whether two of them are the same.
#pragma once
#include <rapidjson/document.h>

#include <string>
#include <string_view>
#include <vector>

#include "controller/part.hpp"
#include "controller/summary.hpp"

namespace drift::controller {

// What Argo CD takes for the same is the same text: a field that is left out, and one that is empty, false or 0, since Go writes
// both alike. Empty where nothing is there. Throws InputError beyond 100 levels.
std::string without_empty(const rapidjson::Value* value);

// Of `source` or, where there are any, `sources`, and of `revision` or `revisions`, as spec, status.sync, its comparedTo and
// status.history have them.
Version version_of(const Part& sources, const Part& revisions);

// Of a spec, or of an entry of the history.
struct SourceParts {
  std::vector<Part> all;
  std::vector<std::size_t> rendered;  // places in `all`; what others only refer to isn't rendered
};
SourceParts sources_of(const Part& part);

// The sources of a spec that are rendered each name the plugin, by the rule that deploy/gated has.
bool has_plugin(const Part& spec);

// What a comparison depends on beside the revision is the same: comparedTo says what it was (BuildComparedToStatus).
bool same_comparison(const Part& spec, const Part& compared_to);

}  // namespace drift::controller
