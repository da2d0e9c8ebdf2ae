// The three-way comparison of one object: what Git wanted at the last sync (base), what it wants now (plan), what is there
// (live). Pure; docs/drift.md says what counts.
#pragma once
#include <rapidjson/document.h>

#include <string>
#include <string_view>
#include <vector>

#include "analysis/values.hpp"
#include "api/report.hpp"
#include "kube/fields.hpp"

namespace drift::analysis {

// A field that drifted. The values are parts of what was compared; nullptr: not there.
struct Found {
  std::string pointer;       // list elements by their place in plan, or else in base
  std::string live_pointer;  // by their place in live; of what is gone: where it was looked for
  api::Change change = api::Change::changed;
  const rapidjson::Value* wanted = nullptr;
  const rapidjson::Value* base = nullptr;
  const rapidjson::Value* live = nullptr;
  std::vector<Around> around{};  // of base and live
};

struct Compared {
  std::string_view group, kind;
  const rapidjson::Value& plan;
  const rapidjson::Value& base;
  const rapidjson::Value& live;  // redacted as the others are
};

// The fields in which live differs from base and isn't what plan wants. `watched` may be nullptr.
std::vector<Found> compare(const Compared& objects, const Watched* watched = nullptr);

// Whether two scalars are the same to Kubernetes, at this place.

bool same_scalar(const kube::Where& where, const rapidjson::Value& wanted, const rapidjson::Value& live);

}  // namespace drift::analysis
