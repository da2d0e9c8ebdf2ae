// What `controller` and `status` share: which Applications, and when a comparison of theirs is too old.
#pragma once
#include <chrono>
#include <string>

#include "base/keys.hpp"
#include "commands/arguments.hpp"
#include "outside/kubernetes/connection.hpp"

namespace drift::commands {

struct ApplicationsOptions {
  std::string ns = "argocd";
  bool all_spaces = false;
  std::string selector = std::string(keys::gated) + "=true";
  // Argo CD compares each Application every two to three minutes (timeout.reconciliation 120s and its jitter); twice that.
  std::string stale_after = "6m";
  outside::ConnectionOptions connection;
};

void declare_applications(Arguments& app, ApplicationsOptions& options);

// Empty: all namespaces. Throws InputError.
std::string namespace_of(const ApplicationsOptions& options);
std::chrono::seconds stale_after(const ApplicationsOptions& options);

}  // namespace drift::commands
