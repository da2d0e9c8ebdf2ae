// One object of the cluster, held so that clang's analyser follows: it takes the end of an optional Document for a second
// delete.
#pragma once
#include <memory>

#include "outside/kubernetes.hpp"

namespace drift::hook {

// nullptr: not there. Throws as Kubernetes::get() does.
std::shared_ptr<rapidjson::Document> look_for(outside::Kubernetes& kubernetes,
                                              const outside::ResourcePath& path);

}  // namespace drift::hook
