// What `apps`, `controller` and `status` share: which Applications, when a comparison of theirs is too old,
// and which Argo CD is asked what differs.
#pragma once
#include <chrono>
#include <memory>
#include <string>

#include "base/keys.hpp"
#include "commands/arguments.hpp"
#include "outside/argocd/client.hpp"
#include "outside/kubernetes/connection.hpp"

namespace drift::commands {

struct WhichApplications {
  std::string ns = "argocd";
  bool all_spaces = false;
  std::string selector;  // empty: all
  outside::ConnectionOptions connection;
};

struct ApplicationsOptions : WhichApplications {
  // Argo CD compares each Application every two to three minutes (timeout.reconciliation 120s and its jitter); twice that.
  std::string stale_after = "6m";
  outside::ArgoCdOptions argocd;
};

// The flags for which; those of the connection aren't among them.
void declare_which(Arguments& app, WhichApplications& which);
// All of them. Unless the selector says otherwise, those that are gated.
void declare_applications(Arguments& app, ApplicationsOptions& options);

// Empty: all namespaces. Throws InputError.
std::string namespace_of(const WhichApplications& which);
std::chrono::seconds stale_after(const ApplicationsOptions& options);

// nullptr: none is given. Throws InputError.
std::unique_ptr<outside::ArgoCd> argocd_of(const ApplicationsOptions& options, outside::Clock& clock,
                                           outside::TellAnswered answered = {});

// Where none is given, as a comparison says it.
inline constexpr const char* not_asked =
    "Argo CD's API isn't asked; expected --argocd-server and --argocd-token-file";

}  // namespace drift::commands
