// `drift-policy version`, and the unit that the build writes for it.
#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <string>

#include "base/build_facts.hpp"
#include "json/read.hpp"
#include "outside/process.hpp"
#include "support/folder.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

namespace fs = std::filesystem;
using namespace drift;
using tests::contains;
using tests::Folder;
using tests::run;

namespace {

// A folder of sources, and what the build would write for it.
struct Sources {
  Folder folder;
  outside::SystemPrograms programs{outside::environment()};

  void git(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"-c", "user.name=a", "-c", "user.email=a@example.com"});
    const auto result = programs.run({"git", arguments, folder.path()});
    CAPTURE(result.err);
    REQUIRE(result.exit_code == 0);
  }

  std::string facts(const fs::path& sources, const std::string& commit = "") {
    const Folder built;
    const auto unit = built.path() / "build_facts.cpp";
    const auto script = fs::path(tests::project_folder()) / "cmake" / "write-build-facts.cmake";
    const auto result = programs.run(
        {"cmake",
         {"-D", "UNIT=" + unit.string(), "-D", "SOURCES=" + sources.string(), "-D", "COMMIT=" + commit, "-D",
          "TYPE=Debug", "-D", "SANITIZERS=", "-D", "YAML_CPP=0.7.0", "-P", script.string()},
         built.path()});
    CAPTURE(result.err);
    REQUIRE(result.exit_code == 0);
    const auto text = tests::contents(unit);
    const auto begin = text.find("facts{") + 6;
    return text.substr(begin, text.find('}', begin) - begin);
  }
};

}  // namespace

TEST_CASE("version says what was built, how, and of what") {
  const auto first_line = std::string("drift-policy ") + DRIFT_VERSION + "\n";
  const auto text = run({.arguments = {"version"}});
  CHECK(text.exit == 0);
  CHECK(text.out.starts_with(first_line + "commit:    "));
  CHECK(contains(text.out, "\nlibraries: boost 1."));
  CHECK(run({.arguments = {"--version"}}).out == first_line);
  CHECK(run({.arguments = {"version", "--short"}}).out == std::string(DRIFT_VERSION) + "\n");
  CHECK(run({.arguments = {"version", "--short", "-o", "json"}}).exit == 2);

  const auto json = parse_json("version", run({.arguments = {"version", "-o", "json"}}).out);
  CHECK(text_at(json, {"version"}) == DRIFT_VERSION);
  CHECK(text_at(json, {"commit"}) == build_facts().commit);
  CHECK(text_at(json, {"buildType"}) == build_facts().type);
  CHECK(text_at(json, {"platform"}).starts_with("linux/"));
  for (const auto* library : {"boost", "cli11", "fmt", "glibc", "libstdc++", "libyaml", "openssl",
                              "rapidjson", "spdlog", "yaml-cpp", "zlib"}) {
    CAPTURE(library);
    const auto version = std::string(text_at(json, {"libraries", library}));
    CHECK(std::isdigit(static_cast<unsigned char>(version.empty() ? ' ' : version.front())) != 0);
  }
  CHECK(run({.arguments = {"version", "-o", "yaml"}}).out.starts_with("version: "));
}

TEST_CASE("The build names the commit of its own checkout, and whether it has changes") {
  Sources sources;
  const auto inner = sources.folder.path() / "inner";
  fs::create_directory(inner);
  const std::string rest = R"(, "Debug", "", "0.7.0")", unknown = R"("", false)" + rest;
  CHECK(sources.facts(sources.folder.path()) == unknown);
  sources.git({"init", "--quiet"});
  CHECK(sources.facts(sources.folder.path()) == unknown);
  sources.git({"commit", "--quiet", "--allow-empty", "--message", "one"});
  const auto committed = sources.facts(sources.folder.path());
  const auto commit = committed.substr(1, committed.find('"', 1) - 1);
  CHECK(commit.size() == 40);
  CHECK(committed == '"' + commit + R"(", false)" + rest);
  CHECK(sources.facts(inner) == unknown);  // an archive that lies in a repository of somebody else
  sources.folder.write("inner/new", "");
  CHECK(sources.facts(sources.folder.path()) == '"' + commit + R"(", true)" + rest);
  CHECK(sources.facts(inner, "abc") == R"("abc", false)" + rest);
}

TEST_CASE("The version stands in one place, and what can't read it there agrees") {
  const auto project = fs::path(tests::project_folder());
  const std::string version = DRIFT_VERSION;
  CHECK(contains(tests::contents(project / "Dockerfile"), "\nARG VERSION=" + version + "\n"));
  CHECK(contains(tests::contents(project / "CHANGELOG.md"), "\n## " + version + " "));
}
