// Argo CD's API in memory: renderings by revision, and what an application manages.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/sha256.hpp"
#include "json/string.hpp"
#include "outside/argocd/argocd.hpp"
#include "support/hooks_input.hpp"

namespace drift::tests {

struct FakeArgoCd : outside::ArgoCd {
  std::vector<outside::ManagedObject> managed_resources(
      const outside::ArgoCdApplication& application) override {
    asked.push_back("managed " + application.ns + "/" + application.name);
    if (const auto run = std::exchange(while_asked, nullptr)) run();
    if (!refuses_managed.empty())
      throw outside::ArgoCdError(outside::ArgoCdError::Kind::other, refuses_managed);
    return managed;
  }

  std::vector<std::string> manifests(const outside::ArgoCdApplication& application,
                                     const outside::SourceRevisions& revisions) override {
    const auto revision = revisions.each.empty() ? std::string() : revisions.each.front();
    asked.push_back("manifests " + application.ns + "/" + application.name + " " + revision);
    const auto found = rendered.find(revision);
    if (found != rendered.end()) return found->second;
    throw outside::ArgoCdError(outside::ArgoCdError::Kind::not_rendered, "no rendering of " + revision);
  }

  outside::SyncWindows sync_windows(const outside::ArgoCdApplication& application) override {
    asked.push_back("windows " + application.ns + "/" + application.name);
    if (!refuses_windows.empty())
      throw outside::ArgoCdError(outside::ArgoCdError::Kind::unreachable, refuses_windows);
    return windows;
  }

  std::function<void()> while_asked;  // once
  outside::SyncWindows windows;
  std::string refuses_windows;
  std::map<std::string, std::vector<std::string>> rendered;  // by the first source's revision
  std::vector<outside::ManagedObject> managed;
  std::string refuses_managed;
  std::vector<std::string> asked;
};

// A plan's ConfigMap as Argo CD renders it.
inline std::string plan_config_map(const std::string& plan, const std::string& application = "shop",
                                   const std::string& name = "shop-12345678-plan") {
  return R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + name +
         R"(","annotations":{"drift-policy.dev/application":")" + application +
         R"(","drift-policy.dev/plan-digest":"sha256:)" + sha256_hex(plan) + R"("}},"data":{"plan.json":)" +
         json_string(plan) + "}}";
}

// Of that source under that policy.
inline std::string rendered_plan(const std::string& source, const std::string& policy = medium_policy) {
  return annotators::plan(Rendered(source, policy).input());
}

}  // namespace drift::tests
