// What `approve` and `reject` share: their options, and the talk with the person who answers.
#pragma once
#include <memory>

#include "approval/answer.hpp"
#include "commands/command.hpp"
#include "outside/kubernetes/connection.hpp"

namespace drift::commands {

struct AnsweringOptions {
  std::string application;
  std::string job;
  std::string ns;
  outside::ConnectionOptions connection;
  approval::Request request;
  bool yes = false;
};

void declare_cluster(Arguments& app, outside::ConnectionOptions& connection, std::string& ns);
void declare_answering(Arguments& app, AnsweringOptions& options);
Exit answer(const AnsweringOptions& options);

}  // namespace drift::commands
