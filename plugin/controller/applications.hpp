// The Applications of an Argo CD, and judging all of them once.
#pragma once
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "controller/judge.hpp"
#include "outside/kubernetes/kubernetes.hpp"

namespace drift::controller {

// An empty namespace: those of all namespaces. Without a name: all of them.
outside::ResourcePath applications_in(const std::string& ns, const std::string& name = {});

// Each of those with such labels, in no order. What `visit` throws an InputError of is left out with a warning.
void for_each_application(outside::Kubernetes& kubernetes, const std::string& ns, const std::string& selector,
                          const std::function<void(const rapidjson::Value& application)>& visit);

// By namespace and name. One that can't be read is left out with a warning.
std::vector<Known> judge_all(outside::Kubernetes& kubernetes, const std::string& ns,
                             const std::string& selector, Time clock, std::chrono::seconds stale_after);

}  // namespace drift::controller
