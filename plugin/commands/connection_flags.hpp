// Which cluster a command asks, by the flags of kubectl.
#pragma once
#include "commands/arguments.hpp"
#include "commands/suggestions.hpp"
#include "outside/kubernetes/connection.hpp"

namespace drift::commands {

inline void declare_connection(Arguments& app, outside::ConnectionOptions& connection) {
  app.add_option("--context", connection.context, "The kubeconfig's context")
      .type_name("CONTEXT")
      .completed_by([&connection](const std::string&) { return contexts(connection); });
  app.add_option("--kubeconfig", connection.kubeconfig, "The kubeconfig").type_name("FILE");
}

}  // namespace drift::commands
