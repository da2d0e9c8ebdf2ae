// The reader of plain YAML against libyaml: the same cells, or it leaves the document alone.
#include <doctest/doctest.h>

#include <array>
#include <filesystem>
#include <random>
#include <string>

#include "support/folder.hpp"
#include "support/program.hpp"
#include "support/same_reading.hpp"

namespace {
namespace fs = std::filesystem;
using drift::tests::Reading;
using drift::tests::reading_of;

struct Case {
  std::string name;
  std::string text;
};

const std::array plain = {
    Case{"mappings", "a:\n  b: 1\n  c: x\nd:\n  e:\n    f: y\n"},
    Case{"lists, deeper and level with their key", "a:\n- 1\n- 2\nb:\n  - x\n  - y\nc: z\n"},
    Case{"lists of mappings and of lists", "a:\n- b: 1\n  c:\n  - d\n- - e\n  - f: g\n-\n  h: i\nj: k\n"},
    Case{"a list as the root", "- a\n- b: c\n"},
    Case{"nulls between, behind and at the end", "a:\nb:\n  c:\nd:\n-\n-\ne:\n"},
    Case{"comments everywhere",
         "# first\na: 1 # one\n  # deeper\nb: # none\n  # c\n  c: d\n# less\n  # e\ne: |  # text\n  f\n # "
         "g\n# last\n"},
    Case{"a document's start", "--- # here\n\na: b\n"},
    Case{"blanks at line ends", "a:  \n  b:   c  \n   \n  d: e\n"},
    Case{"plain text over lines", "a: b c\n  d\n\n\n  e:f\n"},
    Case{"plain text over lines and what looks like more",
         "a: b\n  - c\n  'd\n  {e\n\n  f # g\nh:\n  i\n  j\n"},
    Case{"keys that are not plain", "\"a\": 1\n'b c' : 2\n\"\": 3\n"},
    Case{"single quotes", "a: ''\nb: 'c ''d'' e'\nf: 'g\n\n  h  \n  i '\nj:\n- 'k'\n"},
    Case{"double quotes", "a: \"\"\nb: \"c \\\"d\\\" \\\\ \\n \\t\"\nf: \"g\n\n  h  \n  i \" # j\n"},
    Case{"line ends that are escaped", "a: \"b \\\n  c\\\n\n\n  \\ d\\ \n  e\"\n"},
    Case{"question marks and colons in front", "a: :b\n:c: ?d\n"},
    Case{"literal blocks",
         "a: |\n  b\n   c\n\n  d\n\ne: |-\n\n    f\n\n\ng: |+\n  h\n\ni: |\nj:\n- |\n k\n- |-\n  l\n"},
    Case{"literal blocks with tabs and number signs", "a: |\n  b\tc\n  \td\n  # e\n# f\ng: h\n"},
    Case{"folded blocks",
         "a: >\n  b\n  c\n\n  d\n    e\n\n    f\n  g\n\nh: >-\n  i\n\n\n  j\nk: >+\n l\n\n\n m\n\n"},
    Case{"a block on a line of its own", "a:\n  |\n  b\n"},
    Case{"empty flow collections", "a: {}\nb: []\nc:\n- {}\n- [] # d\ne:\n  {}\n"},
    Case{"values of all types",
         "a: 1\nb: 0x1F\nc: 1.5\nd: yes\ne: ~\nf: null\ng: 2020-01-01\nh: -x\ni: 1e3\n"},
    Case{"colons and number signs within", "a: b:c\nd: e#f\ng: http://h/i:j\nk:l: m\n"},
    Case{"text beyond ASCII", "a: é ✓ 😀\n\"ü\": 'ö'\nb: |\n  ß\nc: d # ñ\n"},
    Case{"a merge key of nothing that is aliased", "a: b\n<<: {}\n"},
};

const std::array for_libyaml = {
    Case{"anchors", "a: &x b\nc: *x\n"},
    Case{"tags", "a: !!str 1\n"},
    Case{"flow collections", "a: [b, c]\nd: {e: f}\n"},
    Case{"an explicit key", "? a\n: b\n"},
    Case{"an indentation indicator", "a: |2\n   b\n"},
    Case{"rare escapes", "a: \"\\x41\"\n"},
    Case{"quoted text that is indented no further", "a: 'b\nc'\n"},
    Case{"tabs between", "a:\tb\n"},
    Case{"carriage returns", "a: b\r\n"},
    Case{"a line separator", "a: b\xE2\x80\xA8 c\n"},
    Case{"no line end at the end", "a: b"},
    Case{"a scalar", "a\n"},
    Case{"an end marker", "a: b\n...\n"},
    Case{"nothing", "# a\n"},
    Case{"a long key", std::string(1001, 'a') + ": b\n"},
    Case{"a null key", "~: a\n"},
};

const std::array wrong = {"a: b: c\n",
                          "a: b\n  c: d\n",
                          "a: b\n c\nd\n",
                          "a:\n  b: c\n d: e\n",
                          "a: - b\n",
                          "- a\nb: c\n",
                          "a:\n- b\n c\n",
                          "a: 'b\n",
                          "a: 'b' c\n",
                          "a: \"b\" \"c\"\n",
                          "  a: b\nc: d\n",
                          "a: {}b\n",
                          "a: b\n  c\n  d: e\n",
                          "a: |x\n  b\n",
                          "a: |\n    \n  b\n",
                          "a: @b\n",
                          "a: `b\n",
                          "a: %b\n",
                          "a: b\n\tc: d\n",
                          "a: \"\\/\"\n",
                          "a: .inf\n",
                          "a: b\n---\n---\nc: d\n"};

// Both readers say the same of each document of the text; how many the plain one did.
std::size_t compare(const std::string& name, const std::string& text) {
  std::size_t plain_ones = 0;
  for (const Reading& reading : reading_of(name, text)) {
    CAPTURE(name);
    CAPTURE(text.substr(reading.span.begin, std::min(reading.span.end - reading.span.begin, 2000U)));
    CHECK(reading.difference == "");
    plain_ones += reading.plainly ? 1 : 0;
  }
  return plain_ones;
}

// Text that is often YAML and often not quite.
std::string random_text(std::mt19937& random) {
  constexpr std::array pieces = {
      "a",     "b:",      ": ", ":",    "- ",      "-",   " ",    "  ",  "   ", "\n", "\n",  "\n  ", "\n- ",
      "\na: ", "\n  b: ", "'",  "''",   "\"",      "\\n", "|",    "|-",  "|+",  ">",  ">-",  "# c",  "#",
      " # d",  "{}",      "[]", "\n\n", "é",       "~",   "12",   "\t",  "&x",  "?",  "---", "!t",   "<<:",
      "x y",   "\n   e",  ",",  "\\\"", "\n    f", "...", "\\\n", "\\ ", ":x",  "?y",
  };
  std::string text = "a:";
  for (auto left = random() % 24; left > 0; --left) text += pieces[random() % pieces.size()];
  return text + "\n";
}
}  // namespace

TEST_CASE("Plain YAML is read without libyaml, to the same cells") {
  for (const Case& one : plain) {
    CAPTURE(one.name);
    CHECK(compare(one.name, one.text) == 1);
  }
}

TEST_CASE("What is not plain is left to libyaml") {
  for (const Case& one : for_libyaml) {
    CAPTURE(one.name);
    CHECK(compare(one.name, one.text) == 0);
  }
  for (const auto* text : wrong) compare("wrong", text);
}

TEST_CASE("Depth is left to libyaml where it is no manifest's") {
  const auto nested = [](std::size_t levels) {
    std::string text;
    for (std::size_t i = 0; i < levels; ++i) text += std::string(i, ' ') + "a:\n";
    return text;
  };
  CHECK(compare("500", nested(500)) == 1);
  CHECK(compare("501", nested(501)) == 0);
}

TEST_CASE("Any text is read by the plain reader as by libyaml, or not at all") {
  std::mt19937 random(20261126);
  std::size_t plain_ones = 0;
  for (int i = 0; i < 40'000; ++i) plain_ones += compare("random", random_text(random));
  CHECK(plain_ones > 2'000);
}

TEST_CASE("The corpus is read by the plain reader as by libyaml, and most of it by the plain one") {
  const fs::path shared = fs::path(drift::tests::project_folder()) / "../shared";
  if (!fs::exists(shared)) {
    MESSAGE("not run: ", shared.string(), " is not here");
    return;
  }
  std::size_t documents = 0, plain_ones = 0;  // of the corpus; conformance/ is made of rarities
  for (const auto& entry : fs::recursive_directory_iterator(shared)) {
    const auto extension = entry.path().extension();
    if (extension != ".yaml" && extension != ".yml" && extension != ".json") continue;
    const auto text = drift::tests::contents(entry.path());
    const auto readings = reading_of(entry.path().string(), text);
    const auto plain_here = compare(entry.path().string(), text);
    if (entry.path().string().find("/corpus/") == std::string::npos) continue;
    documents += readings.size();
    plain_ones += plain_here;
  }
  CHECK(documents > 200);
  CHECK(plain_ones * 10 >= documents * 9);
}
