// Long text on a terminal goes through a pager, and nowhere else.
#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

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

// An application, and a pager that says how it was called.
struct Terminal {
  Folder folder;

  Terminal() {
    folder.write("web.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n");
    folder.program("bin/page", "printf '<%s|%s|%s>' \"$1\" \"$2\" \"$LESS\"; exec cat");
    folder.program("bin/enough", "exit 0");
  }

  std::map<std::string, std::string> environment(const std::map<std::string, std::string>& more) const {
    auto all = more;
    all.try_emplace("TERM", "xterm");
    all.try_emplace("HOME", folder.path().string());
    all.try_emplace("PATH", folder.path().string() + "/bin:/usr/bin:/bin");
    return all;
  }

  // What a person sees; the command is to end well.
  std::string shown(const std::map<std::string, std::string>& more,
                    const std::vector<std::string>& arguments = {"explain", "web.yaml"}) const {
    std::vector<std::string> command = {tests::program_path()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    tests::PseudoTerminal terminal({command, environment(more), folder.path().string()});
    int exit = 0;
    auto text = terminal.shown_to_its_end(exit);
    CAPTURE(text);
    CHECK(exit == 0);
    return text;
  }
};

}  // namespace

TEST_CASE("On a terminal explain and the diff go through DRIFT_PAGER, else PAGER") {
  const Terminal at;
  const auto plain = at.shown({{"DRIFT_PAGER", ""}, {"PAGER", "page"}});
  CHECK(contains(plain, "Deployment/web"));
  CHECK_FALSE(contains(plain, "<|"));
  CHECK(at.shown({{"DRIFT_PAGER", "page"}, {"PAGER", "enough"}}) == "<||FRX>" + plain);
  CHECK(at.shown({{"PAGER", "page one  two"}, {"LESS", "S"}}) == "<one|two|S>" + plain);
  const auto diff = at.shown({{"PAGER", "page"}}, {"render", "web.yaml", "--diff", "--quiet"});
  CHECK(diff.starts_with("<||FRX>"));
  CHECK(contains(diff, "severity"));
  // What other programs read isn't.
  CHECK(at.shown({{"PAGER", "page"}}, {"explain", "web.yaml", "-o", "json"}).starts_with("[{"));
  CHECK(at.shown({{"PAGER", "page"}}, {"render", "web.yaml", "--quiet"}).starts_with("apiVersion: "));
}

TEST_CASE("There is no pager where nobody wants one, or none can be") {
  const Terminal at;
  const auto plain = at.shown({{"PAGER", "cat"}});
  CHECK(contains(plain, "Deployment/web"));
  CHECK(at.shown({{"PAGER", "page"}}, {"explain", "web.yaml", "--no-pager"}) == plain);
  CHECK(at.shown({{"PAGER", "missing"}}) == plain);
  CHECK(at.shown({{"PAGER", " "}}) == plain);
  CHECK_FALSE(contains(at.shown({{"PAGER", "page"}, {"TERM", "dumb"}}), "<|"));
  const auto piped = run({.arguments = {"explain", "web.yaml"},
                          .environment = at.environment({{"PAGER", "page"}}),
                          .directory = at.folder.path().string()});
  CHECK(piped.out.starts_with("Deployment/web"));
}

TEST_CASE("The pager's words are no shell's, and who leaves it has read enough") {
  const Terminal at;
  CHECK(at.shown({{"PAGER", "page ;touch x"}}).starts_with("<;touch|x|FRX>"));
  CHECK(at.shown({{"PAGER", "page $(touch x)"}}).starts_with("<$(touch|x)|FRX>"));
  CHECK_FALSE(fs::exists(at.folder.path() / "x"));
  std::string many;
  for (int i = 0; i < 3000; ++i)
    many += "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c" + std::to_string(i) + "}\n---\n";
  at.folder.write("many.yaml", many);
  CHECK(at.shown({{"PAGER", "enough"}}, {"explain", "many.yaml"}).empty());
}
