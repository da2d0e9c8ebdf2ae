// outside/process and outside/workspace with real programs: shell scripts in a folder of PATH, and (for what happens when we
// are killed) a child of this test that plays drift-policy.
#include "outside/process.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/error.hpp"
#include "support/folder.hpp"
#include "support/program.hpp"
#include "support/waiting.hpp"

namespace fs = std::filesystem;
using namespace drift::outside;
using drift::tests::Folder;
using drift::tests::within_seconds;
using drift::tests::work_folders;

namespace {

Environment with_path(const Folder& programs) {
  return {{"PATH", programs.path().string() + ":/usr/bin:/bin"}, {"TMPDIR", programs.path().string()}};
}

std::string message_of(SystemPrograms& programs, const Command& command) {
  try {
    programs.run(command);
  } catch (const drift::OutsideError& error) {
    return error.what();
  }
  return "";
}

bool alive(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string line;
  if (!std::getline(file, line)) return false;
  return line[line.rfind(')') + 2] != 'Z';
}

}  // namespace

TEST_CASE("A program's output, its exit code and its arguments arrive as they are") {
  Folder folder;
  folder.program("tool", "printf '%s|' \"$@\"; echo problem >&2; exit 7");
  SystemPrograms programs(with_path(folder));
  const auto result = programs.run({"tool", {"a b", "$HOME", "`id`", "*", ""}, folder.path()});
  CHECK(result.exit_code == 7);
  CHECK(result.out == "a b|$HOME|`id`|*||");
  CHECK(result.err == "problem\n");
}

TEST_CASE("A program gets a clean environment and runs where it should") {
  Folder folder;
  folder.program("tool", "env; pwd");
  auto environment = with_path(folder);
  environment["AWS_SECRET_ACCESS_KEY"] = "s3cret";
  environment["ARGOCD_ENV_X"] = "y";
  environment["KUBERNETES_SERVICE_HOST"] = "10.0.0.1";
  environment["HTTPS_PROXY"] = "http://proxy:3128";
  SystemPrograms programs(environment);
  fs::create_directory(folder.path() / "here");
  const auto out = programs.run({"tool", {}, folder.path() / "here"}).out;
  CHECK(out.find("s3cret") == std::string::npos);
  CHECK(out.find("ARGOCD_ENV_X") == std::string::npos);
  CHECK(out.find("KUBERNETES_SERVICE_HOST") == std::string::npos);
  CHECK(out.find("HTTPS_PROXY=http://proxy:3128\n") != std::string::npos);
  CHECK(out.find("KUBECONFIG=/dev/null\n") != std::string::npos);
  CHECK(out.find("GIT_TERMINAL_PROMPT=0\n") != std::string::npos);
  CHECK(out.find("HOME=" + programs.work_folder().string()) != std::string::npos);
  CHECK(out.find("TMPDIR=" + programs.work_folder().string()) != std::string::npos);
  CHECK(out.ends_with((fs::canonical(folder.path()) / "here").string() + "\n"));
}

TEST_CASE("A relative folder in PATH is not searched") {
  Folder folder;
  folder.program("tool", "echo run");
  const auto here = fs::current_path();
  fs::current_path(folder.path());
  SystemPrograms programs({{"PATH", ".:bin:/usr/bin:/bin"}, {"TMPDIR", folder.path().string()}});
  CHECK_FALSE(programs.has("tool"));
  fs::current_path(here);
}

TEST_CASE("A missing program is named, with what to do") {
  Folder folder;
  SystemPrograms programs(with_path(folder));
  CHECK_FALSE(programs.has("no-such-tool"));
  CHECK(message_of(programs, {"no-such-tool", {}, folder.path()}) ==
        "no-such-tool is needed and not found on PATH; install it, or put it on the PATH of the sidecar");
  CHECK(work_folders(folder) == 0);
}

TEST_CASE("A program that overruns the deadline is ended, with everything that it started") {
  Folder folder;
  folder.program("tool", "sleep 300 & echo $! > " + (folder.path() / "pid").string() + "; wait");
  SystemPrograms programs(with_path(folder), {std::chrono::milliseconds(400), 1000});
  const auto start = std::chrono::steady_clock::now();
  CHECK(
      message_of(programs, {"tool", {}, folder.path()}) ==
      "tool was ended: rendering may take 0.4 seconds altogether (DRIFT_POLICY_EXEC_TIMEOUT in the sidecar)");
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
  const auto process = std::stoi(folder.read("pid"));
  CHECK(within_seconds(5, [&] { return !alive(process); }));
}

TEST_CASE("The deadline holds for a program that closes its output and goes on") {
  Folder folder;
  folder.program("tool", "exec >/dev/null 2>&1; sleep 300");
  SystemPrograms programs(with_path(folder), {std::chrono::milliseconds(400), 1000});
  CHECK(message_of(programs, {"tool", {}, folder.path()}).find("tool was ended") == 0);
}

TEST_CASE("A program that ends and leaves another behind does not leave it alive") {
  Folder folder;
  folder.program("tool", "sleep 300 >/dev/null 2>&1 & echo $!");
  SystemPrograms programs(with_path(folder));
  const auto process = std::stoi(programs.run({"tool", {}, folder.path()}).out);
  CHECK(within_seconds(5, [&] { return !alive(process); }));
}

TEST_CASE("A program that prints without end is ended") {
  Folder folder;
  folder.program("tool", "exec yes");
  SystemPrograms programs(with_path(folder), {std::chrono::seconds(30), std::size_t{2} << 20});
  CHECK(message_of(programs, {"tool", {}, folder.path()}) == "tool was ended: it printed more than 2 MiB");
}

TEST_CASE("Much on stderr neither blocks a program nor is kept") {
  Folder folder;
  folder.program("tool", "head -c 3000000 /dev/zero | tr '\\0' 'x' >&2; echo done");
  SystemPrograms programs(with_path(folder));
  const auto result = programs.run({"tool", {}, folder.path()});
  CHECK(result.out == "done\n");
  CHECK(result.err.size() == 1 << 20);
}

TEST_CASE("What a failed program said is shortened, without colours and without the work folder") {
  std::string said = "\x1b[31mError\x1b[0m: in /tmp/drift-policy-abc/values\x07 é\r\n";
  CHECK(shortened(said, "/tmp/drift-policy-abc") == "Error: in <work folder>/values é");
  std::string lines;
  for (int i = 0; i < 100; ++i) lines += "line " + std::to_string(i) + "\n";
  const auto last = shortened(lines, "/x");
  CHECK(last.starts_with("…\nline 60\n"));
  CHECK(last.ends_with("line 99"));
  CHECK(shortened(std::string(100'000, 'a'), "/x").size() < 4200);
}

TEST_CASE("Credentials in addresses stay out of messages, and other @ stay in") {
  CHECK(shortened("fetch https://u:p@h/x?a@b 'https://t@h' x@y", "/w") ==
        "fetch https://…@h/x?a@b 'https://…@h' x@y");
  CHECK(shortened("https://u:p@w@h/x", "/w") == "https://…@h/x");
  CHECK(shortened("https://@h https://", "/w") == "https://@h https://");
}

TEST_CASE("What a successful program said becomes warnings, a line each") {
  CHECK(warnings("helm", "WARNING: a\n\nb\n", "/x") ==
        std::vector<std::string>{"helm: WARNING: a", "helm: b"});
  CHECK(warnings("helm", "", "/x").empty());
}

TEST_CASE("An error names the program, its exit code and what it said") {
  CHECK_THROWS_WITH_AS(throw_failed({"helm", {"template", "."}, {}}, {3, "", "Error: chart\n"}, "/w"),
                       "helm template failed with exit code 3:\nError: chart", drift::OutsideError);
}

TEST_CASE("An error names files as they are called in the repository, wherever that lies") {
  const auto said = [](std::string_view text, const fs::path& directory) {
    try {
      throw_failed({"kustomize", {"build"}, directory}, {1, "", std::string(text)}, "/w");
    } catch (const drift::OutsideError& error) {
      return std::string(error.what())
          .substr(std::string_view("kustomize build failed with exit code 1:\n").size());
    }
  };
  CHECK(said("lstat /tmp/a/app/all.yaml: 'at /tmp/a'", "/tmp/a") == "lstat app/all.yaml: 'at .'");
  CHECK(said("/tmp/a/x /tmp/a/y", "/tmp/a") == "x y");
  CHECK(said("/tmp/ab /x/tmp/a/y /tmp/a.b", "/tmp/a") == "/tmp/ab /x/tmp/a/y /tmp/a.b");
  CHECK(said("/tmp/a", "/") == "/tmp/a");
  CHECK(said("/tmp/a", "") == "/tmp/a");
}

TEST_CASE("The work folder is private, and gone afterwards") {
  Folder folder;
  fs::path path;
  {
    SystemPrograms programs(with_path(folder));
    CHECK(work_folders(folder) == 0);
    path = programs.work_folder();
    CHECK(fs::status(path).permissions() == fs::perms::owner_all);
    std::ofstream(path / "cache") << "x";
  }
  CHECK_FALSE(fs::exists(path));
}

namespace {

// Starts a child that runs `tool` (which sleeps) as drift-policy would, in a process group of its own as cmp-server
// does, and gives its process id once the tool runs.
pid_t start_rendering(const Folder& folder) {
  folder.program("tool", "trap '' TERM INT HUP; sleep 300 & echo $! > pid; touch started; wait; wait");
  const pid_t process = ::fork();
  if (process == 0) {
    ::setpgid(0, 0);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::signal(signal, SIG_DFL);  // not the test framework's
    try {
      SystemPrograms programs(with_path(folder));
      programs.run({"tool", {}, folder.path()});
    } catch (...) {
    }
    ::_exit(0);
  }
  REQUIRE(within_seconds(10, [&] { return fs::exists(folder.path() / "started"); }));
  return process;
}

void check_nothing_stays(const Folder& folder, int signal, bool whole_group) {
  const auto process = start_rendering(folder);
  const auto grandchild = std::stoi(folder.read("pid"));
  CHECK(alive(grandchild));
  CHECK(work_folders(folder) == 1);
  ::kill(whole_group ? -process : process, signal);
  int status = 0;
  ::waitpid(process, &status, 0);
  CHECK(WIFSIGNALED(status));
  CHECK(within_seconds(60, [&] { return !alive(grandchild); }));
  CHECK(within_seconds(60, [&] { return work_folders(folder) == 0; }));
}

}  // namespace

TEST_CASE("Nothing stays behind when we are killed at once") {
  check_nothing_stays(Folder(), SIGKILL, false);
}
TEST_CASE("Nothing stays behind when our whole process group is killed") {
  check_nothing_stays(Folder(), SIGKILL, true);
}
TEST_CASE("Nothing stays behind when our process group gets TERM") {
  check_nothing_stays(Folder(), SIGTERM, true);
}
TEST_CASE("Nothing stays behind on Ctrl-C") {
  check_nothing_stays(Folder(), SIGINT, true);
}

TEST_CASE("Nothing of a real rendering stays behind when it is killed at once") {
  Folder folder;
  folder.write("app/Chart.yaml", "apiVersion: v2\nname: a\nversion: 1.0.0\n");
  // Confined as it is, helm can write into the work folder only.
  folder.program("helm",
                 "trap '' TERM; sleep 300 & echo $! > $TMPDIR/pid.new; mv $TMPDIR/pid.new $TMPDIR/pid; wait");
  const auto path = "PATH=" + folder.path().string() + ":/usr/bin:/bin";
  const auto temporary = "TMPDIR=" + folder.path().string();
  const auto app = (folder.path() / "app").string();
  const pid_t process = ::fork();
  if (process == 0) {
    ::setpgid(0, 0);
    const char* environment[] = {path.c_str(), temporary.c_str(), nullptr};
    ::execle(drift::tests::program_path(), "drift-policy", "render", app.c_str(), nullptr, environment);
    ::_exit(127);
  }
  fs::path pid;
  REQUIRE(within_seconds(20, [&] {
    for (const auto& entry : fs::directory_iterator(folder.path()))
      if (fs::exists(entry.path() / "tmp/pid")) pid = entry.path() / "tmp/pid";
    return !pid.empty();
  }));
  const auto grandchild = std::stoi(drift::tests::contents(pid));
  CHECK(work_folders(folder) == 1);
  ::kill(process, SIGKILL);
  int status = 0;
  ::waitpid(process, &status, 0);
  CHECK(within_seconds(60, [&] { return !alive(grandchild); }));
  CHECK(within_seconds(60, [&] { return work_folders(folder) == 0; }));
}
