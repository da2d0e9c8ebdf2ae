// One object of the cluster, held so that clang's analyser follows: it takes the end of an optional Document for a second
// delete.
#pragma once
#include <memory>

#include "outside/kubernetes/kubernetes.hpp"

namespace drift::outside {

// nullptr: not there. Throws as Kubernetes::get() does.
std::shared_ptr<rapidjson::Document> look_for(Kubernetes& kubernetes, const ResourcePath& path);

}  // namespace drift::outside
