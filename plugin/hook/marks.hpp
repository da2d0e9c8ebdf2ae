// What each ConfigMap that a hook writes for its application carries: by these labels people and programs find it.
#pragma once
#include <rapidjson/document.h>

#include <string_view>

#include "hook/facts.hpp"

namespace drift::hook {

// Kubernetes' recommended labels with that component, the application's source and, as an annotation, its name.
// https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
void mark(rapidjson::Document& object, const Run& run, std::string_view component);

}  // namespace drift::hook
