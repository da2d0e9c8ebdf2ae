// What kustomize says when it fails, without what it quotes.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "source/kustomize/overlay.hpp"

namespace drift::source {

// Kustomize quotes literals, patches, generators and nodes that it doesn't understand, Secrets included. What is left has
// the reason and the names of files.
std::string without_contents(std::string_view said);

// What is wrong with generators and inline patches of these folders' kustomizations, with its place: what kustomize
// would say by quoting them.
std::vector<Finding> mistakes_in(const Overlay& overlay);

}  // namespace drift::source
