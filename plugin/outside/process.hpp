// Running other programs: by argument list, never through a shell, with a clean environment, a deadline, and a limit on
// what they may print. Programs is the interface that tests replace; SystemPrograms is the real one.
#pragma once
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "outside/confinement.hpp"
#include "outside/environment.hpp"
#include "outside/limits.hpp"

namespace drift::outside {

struct Command {
  std::string program;  // a name, looked for in the absolute folders of PATH
  std::vector<std::string> arguments;
  std::filesystem::path directory;  // where it runs
  // The repository, the only folder that it may read beside the work folder and what the system has for all (confinement.hpp).
  // Empty: it may read everything.
  std::filesystem::path repository = {};
  Reach reach = Reach::nothing;
};

struct Result {
  int exit_code = 0;  // 128 + signal where a signal ended it
  std::string out;
  std::string err;
};

class Programs {
 public:
  virtual ~Programs() = default;
  // Whether a program of that name can be run.
  virtual bool has(std::string_view program) = 0;
  // Runs it to its end. A program that is missing, can't be started, overruns the deadline or prints too much is an
  // OutsideError, and so is one that takes too much memory; one that fails is a Result.
  virtual Result run(const Command& command) = 0;
  // A private folder for files that the programs need; it is removed when we end, and made when first asked for.
  virtual const std::filesystem::path& work_folder() = 0;
};

// Where a program is, in the absolute folders of PATH; nothing where it is in none. An absolute path is itself.
std::optional<std::filesystem::path> find_program(const Environment& environment, std::string_view program);

class Workspace;

class SystemPrograms : public Programs {
 public:
  explicit SystemPrograms(Environment environment, Limits limits = {});
  ~SystemPrograms() override;

  bool has(std::string_view program) override;
  Result run(const Command& command) override;
  const std::filesystem::path& work_folder() override;

 private:
  Workspace& workspace();
  std::unique_ptr<Confinement> confinement(const Command& command, const std::filesystem::path& program);

  Environment environment_;
  Limits limits_;
  std::chrono::steady_clock::time_point deadline_;
  std::unique_ptr<Workspace> workspace_;
  bool told_of_confinement_ = false;
};

// The environment that a program gets: PATH (its absolute folders), the variables for proxies and certificates, and homes and
// caches in `work_folder`. Nothing else of ours: no credentials, no cluster, no variables that the application set.
Environment clean_environment(const Environment& environment, const std::filesystem::path& work_folder);

// The OutsideError for a program that failed: its name, its exit code, and the end of what it said on stderr without
// control characters, without the name of the work folder, and with paths below the command's directory as relative ones.
[[noreturn]] void throw_failed(const Command& command, const Result& result,
                               const std::filesystem::path& work_folder);

// What a program that succeeded said on stderr: at most ten lines, each with its name before.
std::vector<std::string> warnings(std::string_view program, std::string_view said,
                                  const std::filesystem::path& work_folder);

// At most the last 40 lines and 4 KiB of what a program said, fit for a message.
std::string shortened(std::string_view text, const std::filesystem::path& work_folder);

}  // namespace drift::outside
