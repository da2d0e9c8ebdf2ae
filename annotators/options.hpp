#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "annotators/annotator.hpp"

namespace drift::annotators {

// The policy's sync options merged with the author's: options of other names stay, in their order; of the same name the
// policy's counts, except where the author's keeps more (`Prune=false` over `Prune=confirm`) or the rule lets the author
// decide. https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/
std::string merge_options(std::string_view authors, const std::vector<std::string>& policys,
                          bool overridable);

// The merged options on every object but hooks.
Changes sync_options(const Input& input);

}  // namespace drift::annotators
