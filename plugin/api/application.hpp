// The application that a rendering is of.
#pragma once
#include <string>

namespace drift::api {

// As Argo CD tells plugins (its build environment); what annotators and the plan may know.
struct Application {
  std::string name;        // ARGOCD_APP_NAME
  std::string ns;          // ARGOCD_APP_NAMESPACE, the destination namespace; may be empty
  std::string project;     // ARGOCD_APP_PROJECT_NAME
  std::string revision;    // ARGOCD_APP_REVISION
  std::string repository;  // ARGOCD_APP_SOURCE_REPO_URL
  std::string path;        // ARGOCD_APP_SOURCE_PATH
  std::string image;       // of the hooks, where the policy names none; empty: unknown
};

}  // namespace drift::api
