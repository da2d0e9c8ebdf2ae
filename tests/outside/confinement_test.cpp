// outside/confinement and outside/own_limits: what the kernel keeps programs from, what is said where it can't, and how a rendering
// ends that takes too much time or memory.
#include "outside/confinement.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <filesystem>

#include "base/build_facts.hpp"
#include "outside/process.hpp"
#include "support/folder.hpp"
#include "support/program.hpp"
#include "support/text.hpp"
#include "support/tools.hpp"
#include "support/waiting.hpp"

namespace fs = std::filesystem;
using namespace drift::outside;
using drift::tests::Folder;
using drift::tests::within_seconds;
using drift::tests::work_folders;

namespace {

const std::string chart = "apiVersion: v2\nname: app\nversion: 1.0.0\n";

Environment environment_of(const Folder& folder) {
  return {{"PATH", folder.path().string() + ":/usr/bin:/bin"}, {"TMPDIR", folder.path().string()}};
}

bool is_whole(const Folder& folder) {
  const Confinement walls({"/bin/sh", folder.path(), folder.path()});
  if (!walls.lacking().empty()) MESSAGE("this kernel has no ", walls.lacking());
  return walls.lacking().empty();
}

using drift::tests::contains;

// Of a child that is about to become another program: what it has as `descriptor` is that file, or it ends.
void redirect(int descriptor, const std::string& file, int flags) {
  const int opened = ::open(file.c_str(), flags, 0600);
  if (opened < 0 || ::dup2(opened, descriptor) < 0) ::_exit(126);
}

// Starts `drift-policy render` with standard error in `err`, in a child in which Landlock's first call is unknown where `old_kernel`.
pid_t start(const Folder& folder, const std::string& app, const std::vector<std::string>& variables,
            bool old_kernel) {
  const auto err = (folder.path() / "err").string();
  std::vector<const char*> environment;
  environment.reserve(variables.size() + 1);
  for (const auto& variable : variables) environment.push_back(variable.c_str());
  environment.push_back(nullptr);
  const pid_t child = ::fork();
  if (child != 0) return child;
  redirect(STDERR_FILENO, err, O_CREAT | O_TRUNC | O_WRONLY);
  redirect(STDOUT_FILENO, "/dev/null", O_WRONLY);
  sock_filter unknown[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
                           BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 444, 0, 1),
                           BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
                           BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  const sock_fprog filter{4, unknown};
  if (old_kernel && (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
                     ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0))
    ::_exit(126);
  ::execle(drift::tests::program_path(), "drift-policy", "render", app.c_str(), "--policy", "none", nullptr,
           environment.data());
  ::_exit(127);
}

drift::tests::Run end_of(const Folder& folder, pid_t child) {
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), "", folder.read("err")};
}

}  // namespace

TEST_CASE("A program reads the repository and the work folder, and nothing else whatever way it takes") {
  Folder folder;
  for (const char* name : {"repo/app/values.yaml", "repo/.git/config", "other/secret", "repo/top.yaml"})
    folder.write(name, "text of " + std::string(name) + "\n");
  fs::create_symlink("../../other/secret", folder.path() / "repo/app/link");
  fs::create_symlink("../other", folder.path() / "repo/folder");
  if (!is_whole(folder)) return;
  // Another rendering's process, whose working folder is its own.
  const auto other = (folder.path() / "other").string();
  const pid_t neighbour = ::fork();
  if (neighbour == 0) {
    if (::chdir(other.c_str()) == 0) ::pause();
    ::_exit(0);
  }
  const auto cwd = "/proc/" + std::to_string(neighbour) + "/cwd/secret";
  folder.program(
      "tool",
      "for file in app/values.yaml top.yaml .git/config app/link folder/secret " + other + "/secret " + cwd +
          " /etc/passwd /etc/gitconfig /proc/self/environ /proc/self/root/etc/passwd /sys/kernel/mm; "
          "do if cat $file >/dev/null 2>&1 || ls $file/ >/dev/null 2>&1; then echo \"read $file\"; fi; "
          "done\necho x > $TMPDIR/new && mv $TMPDIR/new $HOME/new && echo wrote\n"
          "echo x 2>/dev/null > new || echo kept\n: > /dev/null && echo null");
  SystemPrograms programs(environment_of(folder));
  const auto result = programs.run({"tool", {}, folder.path() / "repo", folder.path() / "repo"});
  ::kill(neighbour, SIGKILL);
  ::waitpid(neighbour, nullptr, 0);
  CHECK(result.out == "read app/values.yaml\nread top.yaml\nwrote\nkept\nnull\n");
  CHECK(programs.run({"tool", {}, folder.path() / "repo"}).out.find("read .git/config") != std::string::npos);
}

TEST_CASE("What the operator adds is read too") {
  Folder folder;
  folder.write("repo/a", "a");
  folder.write("more/b", "b");
  if (!is_whole(folder)) return;
  folder.program("tool", "cat ../more/b");
  Limits limits;
  const Command command{"tool", {}, folder.path() / "repo", folder.path() / "repo"};
  CHECK(SystemPrograms(environment_of(folder), limits).run(command).exit_code != 0);
  limits.readable = {folder.path() / "more"};
  CHECK(SystemPrograms(environment_of(folder), limits).run(command).out == "b");
}

TEST_CASE("A program that needs no network gets no socket") {
  Folder folder;
  folder.write("repo/a", "a");
  if (!is_whole(folder)) return;
  folder.program("tool", "exec bash -c 'exec 3<>/dev/tcp/127.0.0.1/1' 2>&1");
  SystemPrograms programs(environment_of(folder));
  const auto repository = folder.path() / "repo";
  CHECK(contains(programs.run({"tool", {}, repository, repository}).out, "Permission denied"));
  CHECK(contains(programs.run({"tool", {}, repository, repository, Reach::https}).out, "Connection refused"));
}

TEST_CASE("A kernel that confines nothing is told of once, and refused where the operator demands more") {
  Folder folder;
  folder.write("app/Chart.yaml", chart);
  folder.write("app/templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
  folder.program("helm", "echo 'apiVersion: v1'; echo 'kind: ConfigMap'; echo 'metadata: {name: a}'");
  const auto run = [&](const std::string& confinement) {
    return end_of(folder,
                  start(folder, (folder.path() / "app").string(),
                        {"PATH=" + folder.path().string() + ":/usr/bin:/bin",
                         "TMPDIR=" + folder.path().string(), "DRIFT_POLICY_CONFINEMENT=" + confinement},
                        true));
  };
  const std::string word =
      "this system has no Landlock (Function not implemented), which would keep helm from files and "
      "connections outside of the repository";
  const auto warned = run("warn");
  CHECK(warned.exit == 0);
  CHECK(contains(warned.err, "warning: " + word + "; what rendering reads is still checked before\n"));
  const auto refused = run("require");
  CHECK(refused.exit == 3);
  CHECK(
      contains(refused.err, "error: " + word + ", and DRIFT_POLICY_CONFINEMENT in the sidecar demands it\n"));
  const auto quiet = run("off");
  CHECK(quiet.exit == 0);
  CHECK_FALSE(contains(quiet.err, "Landlock"));
  CHECK(run("maybe").exit == 2);
}

TEST_CASE("Real helm and kustomize render confined as they do otherwise") {
  Folder folder;
  folder.write("repo/.git/config", "");
  folder.write("repo/chart/Chart.yaml",
               chart + "dependencies: [{name: lib, version: 1.0.0, repository: 'file://../lib'}]\n");
  folder.write(
      "repo/chart/templates/a.yaml",
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: {{ .Files.Get \"../../top\" | quote "
      "}}, host: {{ getHostByName \"localhost\" | quote }}, live: {{ lookup \"v1\" \"Pod\" \"\" \"\" | len "
      "}}}\n");
  folder.write("repo/lib/Chart.yaml", "apiVersion: v2\nname: lib\nversion: 1.0.0\n");
  folder.write("repo/lib/templates/b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n");
  folder.write("repo/top", "outside of the chart");
  folder.write("repo/overlay/kustomization.yaml", "resources: [../base]\n");
  folder.write("repo/base/kustomization.yaml",
               "configMapGenerator: [{name: c, files: [kustomization.yaml]}]\n");
  const auto rendered = [&](const std::string& app, const std::string& confinement) {
    auto variables = drift::tests::tools_environment();
    return drift::tests::run(
        {.arguments = {"render", (folder.path() / "repo" / app).string(), "--policy", "none"},
         .environment = {{"PATH", variables["PATH"]}, {"DRIFT_POLICY_CONFINEMENT", confinement}}});
  };
  for (const char* app : {"chart", "overlay"}) {
    CAPTURE(app);
    const auto confined = rendered(app, "warn"), free = rendered(app, "off");
    CAPTURE(confined.err);
    CHECK(confined.exit == 0);
    CHECK(confined.out == free.out);
    CHECK_FALSE(contains(confined.out, "outside of the chart"));
  }
  const auto text = rendered("chart", "warn").out;
  CHECK(contains(text, "host: \"\""));
  CHECK(contains(text, "live: 0"));
  CHECK(contains(text, "name: b"));
}

TEST_CASE("Templates that take more memory than a process may have end with the limit's name") {
  for (const std::string bomb : {"{{ range until 2000000000 }}x{{ end }}", "{{ repeat 2000000000 \"x\" }}"}) {
    CAPTURE(bomb);
    Folder folder;
    folder.write("app/Chart.yaml", chart);
    folder.write("app/templates/a.yaml", "a: " + bomb + "\n");
    auto variables = drift::tests::tools_environment();
    const auto result = drift::tests::run(
        {.arguments = {"render", (folder.path() / "app").string(), "--policy", "none"},
         .environment = {{"PATH", variables["PATH"]}, {"DRIFT_POLICY_MEMORY_LIMIT", "300Mi"}}});
    CHECK(result.exit == 3);
    CHECK(result.out.empty());
    CHECK(result.err ==
          "error: helm was ended: it needed more than 300 MiB of memory (DRIFT_POLICY_MEMORY_LIMIT in the "
          "sidecar)\n");
  }
}

TEST_CASE("Our own reading has the same limit of memory") {
  Folder folder;
  std::string text;
  for (int i = 0; i < 60'000; ++i)
    text += "---\nkind: A\napiVersion: v1\nmetadata: {name: a" + std::to_string(i) + "}\n";
  folder.write("app/a.yaml", text);
  const auto result =
      drift::tests::run({.arguments = {"render", (folder.path() / "app").string(), "--policy", "none"},
                         .environment = {{"DRIFT_POLICY_MEMORY_LIMIT", "24Mi"}}});
  if (!drift::build_facts().sanitizers.empty()) return;  // they map far more than they use
  CHECK(result.exit == 3);
  CHECK(result.err ==
        "error: rendering was ended: it needed more than 24 MiB of memory (DRIFT_POLICY_MEMORY_LIMIT in the "
        "sidecar)\n");
}

TEST_CASE("Whatever render waits for, its own deadline ends it") {
  const std::string said =
      "rendering was ended: it may take 0.1 seconds altogether (DRIFT_POLICY_EXEC_TIMEOUT in the sidecar)";
  for (const bool json : {false, true}) {
    CAPTURE(json);
    Folder folder;
    const pid_t child = ::fork();
    if (child == 0) {
      std::array<int, 2> never{};
      if (::pipe(never.data()) != 0) ::_exit(126);
      ::dup2(never[0], STDIN_FILENO);
      redirect(STDERR_FILENO, (folder.path() / "err").string(), O_CREAT | O_WRONLY);
      ::execle(drift::tests::program_path(), "drift-policy", "render", "-", "--policy", "none",
               "--log-format", json ? "json" : "text", nullptr,
               std::array<const char*, 2>{"DRIFT_POLICY_EXEC_TIMEOUT=100ms", nullptr}.data());
      ::_exit(127);
    }
    const auto begin = std::chrono::steady_clock::now();
    const auto result = end_of(folder, child);
    CHECK(result.exit == 3);
    if (json)
      CHECK(result.err.ends_with(R"(,"level":"error","msg":")" + said + "\"}\n"));
    else
      CHECK(result.err == "error: " + said + "\n");
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
  }
}

TEST_CASE("At that end nothing that was started or made stays behind") {
  Folder folder;
  folder.write("app/Chart.yaml", chart);
  folder.program("helm", "echo $$ > $TMPDIR/pid.new; mv $TMPDIR/pid.new $TMPDIR/pid; exec sleep 300");
  const pid_t child =
      start(folder, (folder.path() / "app").string(),
            {"PATH=" + folder.path().string() + ":/usr/bin:/bin", "TMPDIR=" + folder.path().string()}, false);
  fs::path pid_file;
  REQUIRE(within_seconds(20, [&] {
    for (const auto& entry : fs::directory_iterator(folder.path()))
      if (fs::exists(entry.path() / "tmp/pid")) pid_file = entry.path() / "tmp/pid";
    return !pid_file.empty();
  }));
  const auto helm = std::stoi(drift::tests::contents(pid_file));
  ::kill(child, SIGALRM);
  CHECK(end_of(folder, child).exit == 3);
  CHECK(within_seconds(20, [&] { return ::kill(helm, 0) != 0; }));
  CHECK(within_seconds(20, [&] { return work_folders(folder) == 0; }));
}
