// The plan in its ConfigMap: under `data: plan.json`, or where it is long, compressed under `binaryData: plan.json.gz`
// (stored_text.hpp), with its digest in an annotation. `render` writes it, and the hooks read it back.
#pragma once
#include <rapidjson/document.h>

#include <string>
#include <string_view>
#include <vector>

#include "api/plan.hpp"
#include "api/plan_json.hpp"

namespace drift::api {

struct PlanText {
  std::string text;
  std::string digest;      // `sha256:<hex>` of the text
  std::string compressed;  // gzip; empty where the text stands in its ConfigMap as it is
};

// Writes the plan of these objects with their manifests. Of manifests that would make it too large for a ConfigMap digests of parts
// are kept, of the largest first; what even these have no room for is left out.
PlanText write_plan(const PlanHeader& header, const policy::PolicySet& policies,
                    const manifest::Manifests& manifests, const std::vector<policy::Verdict>& verdicts,
                    std::vector<Planned>& objects);

// Puts the plan of that many objects into the ConfigMap, with its digest. Throws InputError where it is too large even compressed and
// without manifests.
void put_plan(rapidjson::Document& config_map, const PlanText& plan, std::size_t objects);

// The plan's bytes out of a ConfigMap. Throws InputError where there are none, or they can't be decompressed within longest_plan.
std::string plan_text(const rapidjson::Value& config_map);

// Reads the plan in a ConfigMap. Throws InputError, also where its digest is not `expected` (`sha256:<hex>`; empty: any).
Plan read_plan_object(const rapidjson::Value& config_map, std::string_view expected_digest);

}  // namespace drift::api
