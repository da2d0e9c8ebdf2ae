// Values that a cluster or a kubeconfig knows, for shells that complete a line. A person waits for them, so each server gets one try of two
// seconds, and of what it has the first page counts. All of these throw what asking throws.
#pragma once
#include <string>

#include "commands/arguments.hpp"
#include "outside/kubernetes/connection.hpp"

namespace drift::commands {

inline constexpr const char* quick_seconds = "2s";

Candidates contexts(const outside::ConnectionOptions& options);
Candidates namespaces(const outside::ConnectionOptions& options);

// Argo CD's Applications, as `audit` calls them.
Candidates applications(const outside::ConnectionOptions& options);

// What waits at gates of a namespace (empty: the context's), and the Jobs of these gates, of one application where it is given.
Candidates waiting_applications(const outside::ConnectionOptions& options, const std::string& ns);
Candidates waiting_jobs(const outside::ConnectionOptions& options, const std::string& ns,
                        const std::string& application);

}  // namespace drift::commands
