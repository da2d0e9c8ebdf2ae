// Messages on standard error: as text for people, as JSON for collectors, and from which level on.
#include <doctest/doctest.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "base/time.hpp"
#include "support/faulty_server.hpp"
#include "support/folder.hpp"
#include "support/kubeconfig.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

namespace {
using drift::tests::contains;
using drift::tests::Folder;
using drift::tests::Run;
using drift::tests::run;

// A line without its time, which has to be one.
std::string without_time(const std::string& line) {
  CAPTURE(line);
  const std::string begin = R"({"time":")";
  REQUIRE(line.starts_with(begin));
  const auto end = line.find('"', begin.size());
  const auto time = line.substr(begin.size(), end - begin.size());
  CHECK(time.size() == std::string("2026-11-24T14:00:00.123Z").size());
  CHECK(time.ends_with('Z'));
  CHECK(drift::parse_time(time));
  rapidjson::Document document;
  CHECK_FALSE(document.Parse(line.c_str()).HasParseError());
  return "{" + line.substr(end + 2);
}

std::vector<std::string> messages(const std::string& log) {
  std::vector<std::string> all;
  for (const auto& line : drift::split(log, '\n'))
    if (!line.empty()) all.push_back(without_time(line));
  return all;
}

using Lines = std::vector<std::string>;

// A folder whose rendering warns with a place, and tells a summary.
struct Repeated {
  Repeated() {
    folder.write("a.yaml",
                 "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n"
                 "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
  }
  Run render(const std::vector<std::string>& more,
             const std::map<std::string, std::string>& environment = {}) const {
    std::vector<std::string> arguments = {"render", ".", "--policy", "none"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run({.arguments = arguments, .environment = environment, .directory = folder.path().string()});
  }
  Folder folder;
};
}  // namespace

TEST_CASE("Messages are text, or a JSON object a line with the place of what they are about") {
  const Repeated source;
  const auto text = source.render({});
  REQUIRE(text.exit == 0);
  CHECK(text.err.starts_with("warning: a.yaml:"));
  CHECK(text.err.ends_with("\n2 objects · no policy\n"));
  CHECK(source.render({"--log-format", "text"}).err == text.err);

  const auto json = source.render({"--log-format", "json"});
  CHECK(json.exit == 0);
  CHECK(json.out == text.out);
  const auto lines = messages(json.err);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].starts_with(R"({"level":"warning","msg":")"));
  CHECK(contains(lines[0], R"(","file":"a.yaml","line":)"));
  CHECK(lines[1] == R"({"level":"info","msg":"2 objects · no policy"})");
  CHECK(messages(source.render({}, {{"DRIFT_POLICY_LOG_FORMAT", "json"}}).err) == lines);
  // What stands on the command line comes first.
  CHECK(source.render({"--log-format=text"}, {{"DRIFT_POLICY_LOG_FORMAT", "json"}}).err == text.err);
}

TEST_CASE("Messages below the level are left out, results and errors are not") {
  const Repeated source;
  const auto all = source.render({});
  const auto warnings = all.err.substr(0, all.err.find('\n') + 1);
  CHECK(source.render({"--log-level", "debug"}).err == all.err);
  CHECK(source.render({"--log-level", "info"}).err == all.err);
  CHECK(source.render({"--log-level", "warn"}).err == warnings);
  const auto quiet = source.render({"--log-level", "error"});
  CHECK(quiet.err.empty());
  CHECK(quiet.out == all.out);
  CHECK(source.render({}, {{"DRIFT_POLICY_LOG_LEVEL", "error"}}).err.empty());
  CHECK(source.render({"--log-level", "warn"}, {{"DRIFT_POLICY_LOG_LEVEL", "error"}}).err == warnings);

  const auto failed = run({.arguments = {"render", "/nowhere", "--log-level", "error"}});
  CHECK(failed.exit != 0);
  CHECK(failed.err == "/nowhere: there is no such file or folder\n");
}

TEST_CASE("An error in JSON is an object for each of its findings") {
  const Folder folder;
  folder.write("a.yaml", "apiVersion: v1\nkind: A\nmetadata: [\n");
  folder.write("b.yaml", "apiVersion: v1\nkind: A\nmetadata: {\n");
  const auto rendered = [&](const std::string& format) {
    return run({.arguments = {"render", folder.path().string(), "--policy", "none", "--log-format", format}});
  };
  const auto text = rendered("text"), json = rendered("json");
  CHECK(text.exit == 2);
  CHECK(json.exit == 2);
  const auto lines = messages(json.err);
  REQUIRE(lines.size() == 2);
  CHECK(std::count(text.err.begin(), text.err.end(), '\n') == 2);
  for (const auto& line : lines) {
    CHECK(line.starts_with(R"({"level":"error","msg":")"));
    CHECK(contains(line, R"(.yaml","line":)"));
    CHECK(contains(line, R"(,"column":)"));
  }
}

TEST_CASE("The errors of a command line are in the format of the environment") {
  const auto said = run({.arguments = {"rendr"}, .environment = {{"DRIFT_POLICY_LOG_FORMAT", "json"}}});
  CHECK(said.exit == 2);
  const auto lines = messages(said.err);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].starts_with(R"({"level":"error","msg":"there is no command \"rendr\")"));
  CHECK(run({.arguments = {"rendr"}}).err.starts_with("error: there is no command \"rendr\""));
}

TEST_CASE("A format or a level that is none is an error") {
  const auto said = [](const std::vector<std::string>& arguments,
                       const std::map<std::string, std::string>& environment) {
    const auto result = run({.arguments = arguments, .environment = environment});
    CHECK(result.exit == 2);
    CHECK(result.out.empty());
    return result.err;
  };
  CHECK(said({"version", "--log-format", "xml"}, {}) ==
        "error: --log-format: xml not in {text,json}; --help says what is expected\n");
  CHECK(said({"version", "--log-level", "loud"}, {}) ==
        "error: --log-level: loud not in {debug,info,warn,error}; --help says what is expected\n");
  CHECK(said({"version"}, {{"DRIFT_POLICY_LOG_FORMAT", "x\ny"}}) ==
        "error: DRIFT_POLICY_LOG_FORMAT: 'x\\ny' is none; expected text or json\n");
  CHECK(said({"version"}, {{"DRIFT_POLICY_LOG_LEVEL", "warning"}}) ==
        "error: DRIFT_POLICY_LOG_LEVEL: 'warning' is none; expected debug, info, warn or error\n");
}

TEST_CASE("Every command has the options of the log, and those of commands too") {
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"render"}, {"gates"}, {"version"}, {"generate", "schema"}, {"audit", "list"}, {"hook", "gate"}}) {
    auto arguments = command;
    arguments.emplace_back("--help");
    const auto help = run({.arguments = arguments}).out;
    CAPTURE(command.back());
    CHECK(contains(help, "--log-format"));
    CHECK(contains(help, "--log-level"));
  }
  const auto hook = run({.arguments = {"hook", "gate", "--log-format", "json", "--application", "shop",
                                       "--names", "shop-12345678", "--plan-digest", "x"}});
  CHECK(hook.exit != 0);
  CHECK(messages(hook.err).size() == 1);
}

TEST_CASE("A message about an application names it in JSON, and is the same as text") {
  const Repeated source;
  const std::vector<std::string> about = {"--app-name", "shop", "--app-namespace", "store"};
  CHECK(source.render(about).err == source.render({}).err);
  auto as_json = about;
  as_json.insert(as_json.end(), {"--log-format", "json"});
  const auto lines = messages(source.render(as_json).err);
  REQUIRE(lines.size() == 2);
  CHECK(contains(lines[0], R"(","application":"shop","namespace":"store","file":"a.yaml","line":)"));
  CHECK(lines[1] ==
        R"({"level":"info","msg":"2 objects · no policy","application":"shop","namespace":"store"})");
}

TEST_CASE("Hostile bytes in names leave a line of JSON one object") {
  const Repeated source;
  const std::string hostile = "\"},{\x1b[2J\xff\xe2\x80\xae\xe2\x80\xa8\\u0000";
  source.folder.write(hostile + ".yaml", "apiVersion: v1\nkind: A\nmetadata: [\n");
  const auto rendered = source.render({"--log-format", "json", "--app-name", "\n" + hostile});
  CHECK(rendered.exit == 2);
  const auto lines = messages(rendered.err);
  REQUIRE(lines.size() == 1);
  for (const char* harmful : {"\x1b", "\xff", "\xe2\x80\xae", "\xe2\x80\xa8"})
    CHECK_FALSE(contains(rendered.err, harmful));
  rapidjson::Document document;
  document.Parse(lines[0].c_str());
  REQUIRE(document.IsObject());
  CHECK(document.MemberCount() == 6);
  CHECK(std::string(document["level"].GetString()) == "error");
  CHECK(contains(document["file"].GetString(), R"("},{\u{1b}[2J)"));
  CHECK(contains(document["application"].GetString(), R"(\n"},{\u{1b}[2J)"));
}

TEST_CASE("No level and no format shows the value of a Secret") {
  const Folder folder;
  folder.write("a.yaml",
               "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {password: hunter2}\n---\n"
               "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {password: hunter2}\n");
  const Folder broken;
  broken.write(
      "a.yaml",
      "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {a: &hunter2 hunter2, b: *hunter3}\n");
  for (const std::string format : {"text", "json"}) {
    const auto said = [&](const Folder& source) {
      return run({.arguments = {"render", source.path().string(), "--policy", "none", "--log-level", "debug",
                                "--log-format", format}});
    };
    CAPTURE(format);
    const auto repeated = said(folder), wrong = said(broken);
    CHECK(repeated.exit == 0);
    CHECK(contains(repeated.err, "warning"));
    CHECK(wrong.exit == 2);
    CHECK_FALSE(wrong.err.empty());
    CHECK_FALSE(contains(repeated.err + wrong.err, "hunter2"));
  }
}

TEST_CASE("Each line of a hook on standard error is JSON and names the application") {
  const drift::tests::FaultyServer server;  // refuses everything (418)
  const Folder folder;
  const auto config = folder.write("config", drift::tests::kubeconfig(server.url(), "hunter2"));
  const std::string about = R"(,"application":"shop","namespace":"hooks"})";
  for (const std::string hook : {"gate", "audit", "alert"}) {
    const auto said = [&](const std::string& format) {
      return run({.arguments = {"hook", hook, "--application", "shop", "--names", "shop-12345678",
                                "--plan-digest", "sha256:0", "--observe"},
                  .environment = {{"KUBECONFIG", config.string()},
                                  {"POD_NAMESPACE", "hooks"},
                                  {"DRIFT_POLICY_LOG_FORMAT", format},
                                  {"DRIFT_POLICY_LOG_LEVEL", "debug"}}});
    };
    CAPTURE(hook);
    const auto text = said("text"), json = said("json");
    CHECK(text.exit == 0);
    CHECK(json.exit == 0);
    CHECK(json.out == text.out);
    CHECK(text.err.starts_with("warning: observed only, "));
    const auto lines = messages(json.err);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].starts_with(R"({"level":"warning","msg":"observed only, )"));
    CHECK(lines[0].ends_with(about));
    CHECK_FALSE(contains(text.err + json.err, "hunter2"));
  }
}
