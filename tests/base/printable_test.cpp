// Names from a repository can neither forge a line nor control a terminal, wherever they are shown.
#include <doctest/doctest.h>

#include <string>

#include "base/error.hpp"
#include "support/folder.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

namespace {
using drift::tests::Folder;
using drift::tests::Run;
using drift::tests::run;

const std::string forged = "x\\e[31m\\nerror: forged";  // in double quotes of YAML
const std::string shown = R"(x\u{1b}[31m\nerror: forged)";

using drift::tests::contains;

Run call(const std::string& command, const std::string& text, const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments = {command, "-"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run({.arguments = arguments, .input = text});
}

void check_harmless(const std::string& text) {
  CAPTURE(text);
  CHECK_FALSE(contains(text, "\x1b"));
  CHECK_FALSE(contains(text, "\nerror: forged"));
}
}  // namespace

TEST_CASE("A finding is one line, with what is harmful escaped") {
  CHECK(drift::to_string({{"a\nb", 1, 2}, "c\x1b[0m \xe2\x80\xae"}) == R"(a\nb:1:2: c\u{1b}[0m \u{202e})");
  CHECK(std::string(drift::InputError("a\nb").what()) == R"(a\nb)");
}

TEST_CASE("An object's name and an annotation's key are harmless in messages") {
  const auto key =
      call("render", "kind: A\napiVersion: v1\nmetadata: {annotations: {\"" + forged + "\": 5}}\n");
  CHECK(key.exit == 2);
  CHECK(contains(key.err, "the value of annotation \"" + shown + "\" is a number"));
  check_harmless(key.err);
  const auto object = "kind: A\napiVersion: v1\nmetadata: {name: \"" + forged + "\"}\n";
  const auto hook = call("render", object + "---\nkind: A\napiVersion: v1\nmetadata: {name: \"" + forged +
                                       "\", annotations: {argocd.argoproj.io/hook: \"" + forged + "\"}}\n");
  CHECK(hook.exit == 2);
  check_harmless(hook.err);
  const auto unknown = call("explain", object, {"B/b"});
  CHECK(unknown.exit == 2);
  CHECK(contains(unknown.err, "expected one of\n  A/" + shown + "\n"));
  check_harmless(unknown.err);
}

TEST_CASE("What explain says is harmless too, and takes a name as it shows it") {
  const auto object =
      "kind: A\napiVersion: v1\nmetadata: {name: \"" + forged + "\", labels: {\"" + forged + "\": x}}\n";
  const auto result = call("explain", object, {"A/" + shown});
  CHECK(result.exit == 0);
  CHECK(contains(result.out, "A/" + shown));
  check_harmless(result.out);
}

TEST_CASE("File names are harmless in messages, warnings and the diff") {
  const Folder folder;
  const std::string name = "x\x1b[31m\nerror: forged";
  folder.write(name + "/a\x1b.yaml", "kind: A\napiVersion: v1\n");
  const auto at = (folder.path() / name).string();
  const auto render = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"render", at, "--no-hooks"});
    return run({.arguments = more});
  };
  check_harmless(render({"--diff"}).out);
  const auto warned = render({"--helm-skip-crds"});
  CHECK(warned.exit == 0);
  std::filesystem::create_symlink("nothing", folder.path() / name / "b.yaml");
  const auto left_out = render({});
  CHECK(contains(left_out.err, "left out"));
  check_harmless(left_out.err);
  folder.write(name + "/a\x1b.yaml", "kind: [\n");
  check_harmless(render({}).err);
  check_harmless(run({.arguments = {"render", at + "/none.yaml"}}).err);
  std::filesystem::remove(folder.path() / name / "a\x1b.yaml");
  const auto empty = render({});
  CHECK(empty.exit == 1);
  CHECK_FALSE(contains(empty.err, "\x1b"));
}
