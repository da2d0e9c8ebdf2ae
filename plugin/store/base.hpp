// The base: what Git wanted at the last success, in a ConfigMap of its own. The plan of that sync, byte for byte, and beside
// it what left Git before (orphans.hpp). The audit writes it, the gate reads it.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "api/plan.hpp"
#include "store/context.hpp"

namespace drift::store {

struct Base {
  std::optional<api::Plan> plan;  // unset: there was no success yet, or what is there is no base
  std::string problem;            // why what is there is none; empty: nothing to say
  // The last record, as it is noted there (store/last_record.hpp), also where it is no base.
  std::string record{};
};

// A base has the labels that the audit writes: in a namespace without the platform's rights anybody's hooks may make ConfigMaps
// of any name.
Base read_base(const Run& run);

// Writes the plan of a sync that succeeded, with that text, as the base of the next, and which record it left; it remembers what the base that is there
// knows and the plan hasn't. Written again, it stays as it is.
void write_base(const Run& run, const api::Plan& plan, std::string_view plan_text, const std::string& record);

}  // namespace drift::store
