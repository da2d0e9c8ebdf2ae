// Completion: the answers of the program, and its scripts in the shells that they are for.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <vector>

#include "support/approval_case.hpp"
#include "support/faulty_server.hpp"
#include "support/folder.hpp"
#include "support/program.hpp"
#include "support/pseudo_terminal.hpp"
#include "support/text.hpp"

namespace fs = std::filesystem;
using namespace drift;
using tests::contains;
using tests::Folder;
using tests::run;

namespace {

// An application, a policy and folders to complete, and a folder with the program to put on PATH.
struct Desk {
  Folder folder;

  Desk() {
    folder.write("app/web.yaml",
                 "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n---\n"
                 "apiVersion: v1\nkind: Service\nmetadata: {name: wide}\n---\n"
                 "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: 'a$(touch x)'}\n");
    folder.write("spaced app/web.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: alone}\n");
    folder.write("special.yaml", "");
    folder.write("checks/x", "");
    folder.write("checkmate", "");
    fs::create_directory(folder.path() / "bin");
    fs::create_symlink(tests::program_path(), folder.path() / "bin" / "drift-policy");
  }

  std::string path() const { return folder.path().string(); }

  std::map<std::string, std::string> environment() const {
    return {{"PATH", path() + "/bin:/usr/bin:/bin"}, {"HOME", path()}, {"TERM", "vt100"}, {"PS1", "$ "}};
  }

  std::string answer(std::vector<std::string> words) const {
    words.insert(words.begin(), "__complete");
    const auto result = run({.arguments = words, .environment = {{"HOME", path()}}, .directory = path()});
    CHECK(result.exit == 0);
    CHECK(result.err.empty());
    return result.out;
  }
};

// A line, and what it is after the Tab key.
struct Line {
  std::string typed, completed;
};

const std::vector<Line> lines = {
    {"drift-policy expl", "drift-policy explain "},
    {"drift-policy help gat", "drift-policy help gates "},
    {"drift-policy generate he", "drift-policy generate health "},
    {"drift-policy audit export --app", "drift-policy audit export --application "},
    {"drift-policy version -o j", "drift-policy version -o json "},
    {"drift-policy version --output=y", "drift-policy version --output=yaml "},
    {"drift-policy check spec", "drift-policy check special.yaml "},
    {"drift-policy render --policy no", "drift-policy render --policy none "},
    {"drift-policy generate health --checks chec", "drift-policy generate health --checks checks/"},
    {"drift-policy explain app deploy/", "drift-policy explain app deploy/shop/web "},
    {"drift-policy explain 'spaced app' sec", "drift-policy explain 'spaced app' secret/alone "},
    {"drift-policy approve nob", "drift-policy approve nob"},
};

// Presses Tab after each line in a shell that has the script, and then a key that shows what has become of the line.
void check_lines(const std::vector<std::string>& shell, const std::vector<std::string>& settings,
                 const std::string& script) {
  const Desk desk;
  desk.folder.write("script", run({.arguments = {"completion", script}}).out);
  tests::PseudoTerminal terminal({shell, desk.environment(), desk.path()});
  terminal.shown_until("$ ");
  for (const auto& setting : settings) {
    terminal.press(setting + "\n");
    terminal.shown_until("\n");
    terminal.shown_until("$ ");
  }
  for (const auto& line : lines) {
    CAPTURE(line.typed);
    terminal.press(line.typed + "\t\x14");
    terminal.shown_until("\x01");
    CHECK(terminal.shown_until("\x02") == line.completed + "\x02");
    terminal.press("\x15");
  }
  CHECK_FALSE(fs::exists(desk.folder.path() / "x"));
}

}  // namespace

TEST_CASE("bash completes commands, options, values, objects and files") {
  check_lines({"bash", "--norc", "--noprofile", "-i"},
              {"source ./script", R"(bind -x '"\C-t": printf "\1%s\2" "$READLINE_LINE"')"}, "bash");
}

TEST_CASE("zsh completes commands, options, values, objects and files") {
  check_lines({"zsh", "-f", "-i"},
              {"autoload -Uz compinit && compinit -u -D && source ./script",
               R"(show() { printf '\1%s\2' "$BUFFER" }; zle -N show; bindkey '^T' show)"},
              "zsh");
}

TEST_CASE("fish completes commands, options, values, objects and files, with their meanings") {
  const Desk desk;
  desk.folder.write("script", run({.arguments = {"completion", "fish"}}).out);
  // Without the limits of SystemPrograms: a sanitized program takes more memory.
  const auto offered = [&](const std::string& line) {
    const auto result =
        run({.arguments = {"fish", "--no-config", "-c", "source script; complete -C \"" + line + "\""},
             .environment = desk.environment(),
             .directory = desk.path(),
             .program = "/usr/bin/env"});
    return result.exit == 0 ? result.out : fmt::format("exit {}: {}", result.exit, result.err);
  };
  CHECK(offered("drift-policy expl") ==
        "explain\tShow what happens when an object drifts, and which rule decides\n");
  CHECK(offered("drift-policy version --output=y") == "--output=yaml\n");
  CHECK(offered("drift-policy version -o j") == "json\n");
  CHECK(offered("drift-policy render --policy no") == "none\n");
  CHECK(contains(offered("drift-policy check spec"), "special.yaml"));
  CHECK(contains(offered("drift-policy generate health --checks chec"), "checks/"));
  CHECK_FALSE(contains(offered("drift-policy generate health --checks chec"), "checkmate"));
  CHECK(offered("drift-policy explain app deploy/").starts_with("deploy/shop/web\t"));
}

TEST_CASE("bash lists meanings, and inserts none of them") {
  const Desk desk;
  desk.folder.write("script", run({.arguments = {"completion", "bash"}}).out);
  tests::PseudoTerminal terminal({{"bash", "--norc", "--noprofile", "-i"}, desk.environment(), desk.path()});
  terminal.shown_until("$ ");
  terminal.press("source ./script\n");
  terminal.shown_until("\n");
  terminal.shown_until("$ ");
  terminal.press("drift-policy a\t\t");
  terminal.shown_until("approve  (Let a sync that waits put Git's state back into the cluster)");
  terminal.press("ppr\t");
  terminal.shown_until("drift-policy approve ");
}

TEST_CASE("The answer to a shell: values with their meanings, then what of files") {
  const Desk desk;
  CHECK(desk.answer({"version", "-o", ""}) == "json\ntext\nyaml\n:4\n");
  CHECK(desk.answer({"version", "-oj"}) == ":4\n");
  CHECK(desk.answer({"generate", "a"}).starts_with("accounts\tThe platform's namespace"));
  CHECK(desk.answer({"render", "--policy", ""}) == "none\n:0\n");
  CHECK(desk.answer({"render", ""}) == ":0\n");
  CHECK(desk.answer({"generate", "health", "--checks", ""}) == ":16\n");
  CHECK(desk.answer({"render", "--helm-release-name", ""}) == ":4\n");
  // What is given isn't offered again, unless it can be.
  CHECK_FALSE(contains(desk.answer({"render", "-q", "--"}), "--quiet"));
  CHECK(contains(desk.answer({"render", "--helm-value-files", "a", "--helm-v"}), "--helm-value-files\t"));
  CHECK(contains(desk.answer({"render", "-"}), "\n-q\t"));
  CHECK_FALSE(contains(desk.answer({"render", "--"}), "\n-q\t"));
  CHECK(contains(desk.answer({"-"}), "--version\t"));
  // Flags and their values are told from positionals.
  CHECK(desk.answer({"explain", "-n", "shop", "--all", "app", "dep"}) == "deployment/shop/web\tmedium\n:4\n");
  CHECK(desk.answer({"explain", "--", "app", "Dep"}) == "Deployment/shop/web\tmedium\n:4\n");
  CHECK(desk.answer({"explain", "app", "wi"}).starts_with("wide\t"));
  CHECK(desk.answer({"explain", "app", "-n", ""}) == "shop\n:4\n");
  CHECK(desk.answer({"explain", "app", "x", "y"}) == ":4\n");
  // No shell shall run what a repository names.
  CHECK_FALSE(contains(desk.answer({"explain", "app", ""}), "touch"));
  // Nonsense, and what can't be asked, is nobody's concern.
  for (const std::vector<std::string>& words : {std::vector<std::string>{},
                                                {"nonsense", ""},
                                                {"generate", "nonsense", ""},
                                                {"explain", "missing", ""},
                                                {"explain", "-", ""},
                                                {"render", "--nonsense", ""},
                                                {"render", "-x"},
                                                {"approve", ""},
                                                {"gates", "-n", ""},
                                                {"gates", "--context", ""},
                                                {"version", "-o", "xml", "-o", "x"}})
    CHECK(desk.answer(words) == ":4\n");
}

TEST_CASE("Contexts, namespaces and applications come from the kubeconfig and its cluster, or silently not") {
  const Desk desk;
  tests::FaultyServer server;
  desk.folder.write(
      ".kube/config",
      fmt::format(
          "apiVersion: v1\nkind: Config\ncurrent-context: here\nclusters: [{{name: a, cluster: {{server: "
          "'{}'}}}}]\n"
          "contexts: [{{name: here, context: {{cluster: a, user: a, namespace: hooks}}}}, {{name: there, "
          "context: {{cluster: a, user: a}}}}]\nusers: [{{name: a, user: {{token: hunter2}}}}]\n",
          server.url()));
  const auto list = [](const std::string& items) {
    return tests::answer(200, R"({"kind":"List","apiVersion":"v1","metadata":{},"items":[)" + items + "]}");
  };
  CHECK(desk.answer({"gates", "--context", "t"}) == "there\n:4\n");
  server.then(list(R"-({"metadata":{"name":"shop"}},{"metadata":{"name":"$(x)"}})-"));
  CHECK(desk.answer({"gates", "-n", ""}) == "shop\n:4\n");
  const auto job = tests::gate_job("web", "web-01234567", tests::waiting);
  const auto over = tests::gate_job("old", "old-01234567", R"("drift-policy.dev/state":"passed")");
  server.then(list(job + "," + over));
  CHECK(desk.answer({"approve", ""}) == "web\thigh, until 2026-01-03T03:00:00Z\n:4\n");
  CHECK(server.requests().back().line.starts_with("GET /apis/batch/v1/namespaces/hooks/jobs?"));
  const std::string application = R"({"metadata":{"name":"web","namespace":"argocd"},)"
                                  R"("status":{"sync":{"status":"Synced"}}},)"
                                  R"({"metadata":{"name":"web","namespace":"team"}})";
  server.then(tests::answer(403, "{}")).then(list(application));
  CHECK(desk.answer({"audit", "list", "--application", ""}) == "team/web\nweb\tSynced\n:4\n");
  server.then(tests::cut());
  CHECK(desk.answer({"status", "-n", ""}) == ":4\n");
  server.then([](tests::Connected& connected) { connected.server().wait_for_end(); });
  CHECK(desk.answer({"status", "-n", ""}) == ":4\n");
  CHECK(server.requests().size() == 6);
}
