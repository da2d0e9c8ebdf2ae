// What the gate of the next sync makes of drift that a test describes: the comparison and the decision of the gate, by the same code
// (analysis/analyse.hpp, gate/decision.hpp). Pure.
#pragma once
#include <vector>

#include "render/render.hpp"
#include "testing/case.hpp"
#include "testing/judge.hpp"

namespace drift::testing {

// An outcome for each check of the drift. The last sync succeeded with this very rendering, nobody has answered, and the cluster
// keeps what Git wants as it is written but for what `drift` changes. Throws InputError where it changes an object that isn't there.
std::vector<Outcome> judge_drift(const Drift& drift, const render::Rendered& rendered);

}  // namespace drift::testing
