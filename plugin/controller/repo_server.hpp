// What the Deployment argocd-repo-server says of its sidecars. Pure.
#pragma once
#include <rapidjson/document.h>

#include <string>
#include <string_view>

namespace drift::controller {

// The container of that name; nullptr where there is none.
const rapidjson::Value* container_of(const rapidjson::Value& deployment, std::string_view name);

// The value of a variable in a container's environment; empty where it isn't set, or set from elsewhere.
std::string variable_of(const rapidjson::Value& container, std::string_view name);

// As `kubectl rollout status` has it (kubectl, pkg/polymorphichelpers/rollout_status.go).
bool is_rolled_out(const rapidjson::Value& deployment);

}  // namespace drift::controller
