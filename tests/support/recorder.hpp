// Programs that only writes down what would be run, and answers what the test says.
#pragma once
#include <vector>

#include "outside/process.hpp"
#include "support/folder.hpp"

namespace drift::tests {

class Recorder : public outside::Programs {
 public:
  bool has(std::string_view program) override { return program != missing; }
  outside::Result run(const outside::Command& command) override {
    commands.push_back(command);
    if (commands.size() <= answers.size()) return answers[commands.size() - 1];
    return {};
  }
  const std::filesystem::path& work_folder() override { return folder_.path(); }

  std::vector<outside::Command> commands;
  std::vector<outside::Result> answers;  // to the first commands; later ones succeed and print nothing
  std::string missing = "kustomize";

 private:
  Folder folder_;
};

}  // namespace drift::tests
