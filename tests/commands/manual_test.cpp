// The manual, held to the readers of man pages.
#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <string>

#include "base/text.hpp"
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

// What mandoc and, where it is at hand, groff find fault with.
void check_page(const Folder& folder, const std::string& page) {
  CAPTURE(page);
  outside::SystemPrograms programs(outside::environment());
  const auto mandoc = programs.run({"mandoc", {"-T", "lint", "-W", "warning", page}, folder.path()});
  CHECK(mandoc.out + mandoc.err == "");
  CHECK(mandoc.exit_code == 0);
  if (!programs.has("groff")) return;
  const auto groff = programs.run({"groff", {"-man", "-ww", "-z", "-Tutf8", page}, folder.path()});
  CHECK(groff.out + groff.err == "");
}

std::string shown(const Folder& folder, const std::string& page) {
  outside::SystemPrograms programs(outside::environment());
  return programs.run({"mandoc", {"-T", "ascii", "-O", "width=100", page}, folder.path()}).out;
}

const std::map<std::string, std::string> dated = {{"SOURCE_DATE_EPOCH", "1767225600"}};

}  // namespace

TEST_CASE("The manual on one page has each command with its options") {
  const Folder folder;
  const auto manual = run({.arguments = {"generate", "man"}, .environment = dated});
  CHECK(manual.exit == 0);
  folder.write("drift-policy.1", manual.out);
  check_page(folder, "drift-policy.1");
  CHECK(contains(manual.out, ".TH DRIFT-POLICY 1 \"2026-01-01\" \"drift\\-policy " DRIFT_VERSION "\""));
  CHECK(contains(manual.out, ".SS drift\\-policy generate man\n"));
  CHECK(contains(manual.out, ".SS drift\\-policy render\n"));
  CHECK(contains(manual.out, "\\fB\\-\\-helm\\-value\\-files\\fR"));
  CHECK(contains(manual.out, "\\fB\\-o\\fR, \\fB\\-\\-output\\fR \\fIyaml|json|jsonl|text|markdown\\fR"));
}

TEST_CASE("A page for each command, which names the others") {
  const Folder folder;
  const auto manual = run({.arguments = {"generate", "man", "made/man1"},
                           .environment = dated,
                           .directory = folder.path().string()});
  CHECK(manual.exit == 0);
  CHECK(manual.out.empty());
  std::size_t pages = 0;
  for (const auto& entry : fs::directory_iterator(folder.path() / "made" / "man1")) {
    check_page(folder, entry.path().string());
    ++pages;
  }
  CHECK(pages > 30);
  const auto program = folder.read("made/man1/drift-policy.1");
  for (const std::string page : {"drift-policy-render", "drift-policy-audit", "drift-policy-version"}) {
    auto name = page;
    replace_all(name, "-", "\\-");
    CHECK(contains(program, "\\fB" + name + "\\fR(1)"));
    CHECK(contains(folder.read("made/man1/" + page + ".1"), ".SH SEE ALSO\n\\fBdrift\\-policy\\fR(1)"));
  }
  const auto list = shown(folder, "made/man1/drift-policy-audit-list.1");
  CHECK(contains(list, "drift-policy-audit-list - List records"));
  CHECK(contains(folder.read("made/man1/drift-policy-audit-list.1"), "\\fIFILE\\fR\nJSON lines instead of"));
}

TEST_CASE("Pages have a date only where the build gives one, and are the same each time") {
  const auto undated = run({.arguments = {"generate", "man"}});
  CHECK(undated.out.starts_with(".TH DRIFT-POLICY 1 \"\" "));
  CHECK(run({.arguments = {"generate", "man"}}).out == undated.out);
  for (const std::string wrong : {"soon", "-1", "12x", "99999999999999999999"}) {
    const auto result =
        run({.arguments = {"generate", "man"}, .environment = {{"SOURCE_DATE_EPOCH", wrong}}});
    CHECK(result.exit == 2);
    CHECK(contains(result.err, "SOURCE_DATE_EPOCH: \"" + wrong + "\" is no time; expected seconds"));
  }
}

TEST_CASE("A manual that can't be written is an error") {
  const Folder folder;
  folder.write("taken", "");
  const auto result =
      run({.arguments = {"generate", "man", "taken/man1"}, .directory = folder.path().string()});
  CHECK(result.exit == 3);
  CHECK(contains(result.err, "can't make the folder taken/man1: "));
}
