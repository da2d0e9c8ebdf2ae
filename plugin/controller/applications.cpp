#include "controller/applications.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <tuple>

#include "base/error.hpp"

namespace drift::controller {

outside::ResourcePath applications_in(const std::string& ns, const std::string& name) {
  return {"argoproj.io", "v1alpha1", "applications", ns, name, ""};
}

void for_each_application(outside::Kubernetes& kubernetes, const std::string& ns, const std::string& selector,
                          const std::function<void(const rapidjson::Value& application)>& visit) {
  kubernetes.list(applications_in(ns), selector, [&](const rapidjson::Value& application) {
    try {
      visit(application);
    } catch (const InputError& error) {
      spdlog::warn("left out: {}", error.what());
    }
    return true;
  });
}

std::vector<Known> judge_all(outside::Kubernetes& kubernetes, const std::string& ns,
                             const std::string& selector, Time clock, std::chrono::seconds stale_after) {
  std::vector<Known> all;
  for_each_application(kubernetes, ns, selector, [&](const rapidjson::Value& application) {
    all.push_back(judge(nullptr, summary_of(application), clock, stale_after));
  });
  std::sort(all.begin(), all.end(), [](const Known& a, const Known& b) {
    return std::tie(a.summary.ns, a.summary.name) < std::tie(b.summary.ns, b.summary.name);
  });
  return all;
}

}  // namespace drift::controller
