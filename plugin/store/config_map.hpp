// What each ConfigMap that a hook writes carries: by these labels people and programs find it.
#pragma once
#include <rapidjson/document.h>

#include <string>
#include <string_view>

namespace drift::store {

// A ConfigMap of ours with Kubernetes' recommended labels, of that component; its data is still to be put in.
// https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
rapidjson::Document new_config_map(const std::string& ns, const std::string& name,
                                   std::string_view component);

// The labels by which those of a component are listed.
std::string component_selector(std::string_view component);

// Says of which application it is: the label has its source (the prefix of its names), an annotation its name.
void mark(rapidjson::Document& object, const std::string& source, const std::string& application);

// Why an object is none of this application, though it has its name or label: those hold the application's name with `-` for
// every other sign, and 32 bits of a hash, so another application can be made to have them. The annotation that mark() writes
// decides (deploy/admission lets nobody change it). Empty: it is of this application.
std::string why_not_of(const std::string& application, const rapidjson::Value& object);

}  // namespace drift::store
