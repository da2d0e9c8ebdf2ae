#include "controller/applications.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <tuple>

#include "base/error.hpp"

namespace drift::controller {

outside::ResourcePath applications_in(const std::string& ns, const std::string& name) {
  return {"argoproj.io", "v1alpha1", "applications", ns, name, ""};
}

std::vector<Known> judge_all(outside::Kubernetes& kubernetes, const std::string& ns,
                             const std::string& selector, Time clock, std::chrono::seconds stale_after) {
  std::vector<Known> all;
  kubernetes.list(applications_in(ns), selector, [&](const rapidjson::Value& application) {
    try {
      all.push_back(judge(nullptr, summary_of(application), clock, stale_after));
    } catch (const InputError& error) {
      spdlog::warn("left out: {}", error.what());
    }
    return true;
  });
  std::sort(all.begin(), all.end(), [](const Known& a, const Known& b) {
    return std::tie(a.summary.ns, a.summary.name) < std::tie(b.summary.ns, b.summary.name);
  });
  return all;
}

}  // namespace drift::controller
