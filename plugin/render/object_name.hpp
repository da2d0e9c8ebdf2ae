// How people name an object of a rendering on the command line and in tests.
#pragma once
#include <string>
#include <string_view>

#include "kube/kinds.hpp"
#include "manifest/manifest.hpp"

namespace drift::render {

// By the name as it is shown (KIND/NAME, KIND/NAMESPACE/NAME), or as kubectl takes it: `deployment/web`, `deploy/web`,
// `deployments.apps/web`, `web`.
bool is_named(std::string_view wanted, const manifest::Manifest& manifest, const kube::KindFacts& kinds);

// The name to offer to a person who has written `begun` of it: KIND/NAME or KIND/NAMESPACE/NAME with the kind as they write it
// (`deploy/`, `deployment`, `Deployment`), or NAME. Empty: it isn't named so.
std::string completed_name(const std::string& begun, const manifest::Manifest& manifest,
                           const kube::KindFacts& kinds);

}  // namespace drift::render
