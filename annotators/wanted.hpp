#pragma once
#include "annotators/annotator.hpp"

namespace drift::annotators {

// want.drift-policy.dev/<id>: what Git wants of each guarded field, for health scripts to compare with what is there.
// Not on hooks, which nothing compares. Keys under the prefix that aren't wanted go.
Changes wanted_values(const Input& input);

}  // namespace drift::annotators
