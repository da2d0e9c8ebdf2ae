// Runs the built program as a person or Argo CD does, and keeps what it prints.
#pragma once
#include <map>
#include <string>
#include <vector>

namespace drift::tests {

struct Run {
  int exit = 0;
  std::string out, err;
};

struct Call {
  std::vector<std::string> arguments = {};
  std::map<std::string, std::string> environment = {};  // beside PATH and HOME; nothing else is inherited
  std::string input = {};
  std::string directory = "/";
  std::string output_file = {};  // where stdout goes instead, `/dev/full` for one
  std::string program = {};      // its path; empty: the built program
};

Run run(const Call& call);

// The strings as execve() takes them; they must outlive that.
std::vector<char*> pointers(std::vector<std::string>& strings);

// The built program, and the folder of the project that the tests are of.
const char* program_path();
std::string project_folder();

}  // namespace drift::tests
