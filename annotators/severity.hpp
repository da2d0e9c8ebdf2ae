#pragma once
#include "annotators/annotator.hpp"

namespace drift::annotators {

// drift-policy.dev/severity and /rule on every object, the severity as a label where a rule says so. What an author wrote
// under our prefixes beside that goes.
Changes severity(const Input& input);

}  // namespace drift::annotators
