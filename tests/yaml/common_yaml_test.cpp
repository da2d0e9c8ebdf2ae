#include "yaml/common_yaml.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "json/read.hpp"

using namespace std::string_literals;

namespace {

// The text as a line of JSON, or why it is refused.
std::string common(const std::string& text) {
  try {
    return drift::to_json(drift::yaml::read_common_yaml("f", text));
  } catch (const drift::InputError& error) {
    return error.what();
  }
}

struct Row {
  std::string text, expected;
};

void check(const std::vector<Row>& rows) {
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(common(row.text) == row.expected);
  }
}

void check_refused(const std::vector<Row>& rows) {
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto refused = common(row.text);
    CAPTURE(refused);
    CHECK(refused.starts_with(row.expected));
  }
}

std::string repeated(std::string_view part, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += part;
  return all;
}

const std::string no_key = ": the key of a mapping is missing or no string";
const std::string twice = ": this key stands in the mapping before; expected each key once";

}  // namespace

TEST_CASE("Common YAML: plain scalars have types, quoted ones are strings") {
  check({
      {"a: true\nb: 'true'\nc: \"true\"\nd: yes\n", R"({"a":true,"b":"true","c":"true","d":true})"},
      {"a: 123\nb: '123'\nc: 0x10\nd: 1.5\ne: -7\n", R"({"a":123,"b":"123","c":16,"d":1.5,"e":-7})"},
      {"a: null\nb: ~\nc:\nd: 'null'\ne: ''\n", R"({"a":null,"b":null,"c":null,"d":"null","e":""})"},
      {"a: 2001-01-01\nb: !!str 5\nc: ! 5\n", R"({"a":"2001-01-01","b":"5","c":"5"})"},
      {"a: |\n  x\n  y\nb: >-\n  z\n  w\n", R"({"a":"x\ny\n","b":"z w"})"},
      {"'1': a\n\"true\": b\n", R"({"1":"a","true":"b"})"},
      {"a:\n- {b: [1, x]}\n- c: d\n", R"({"a":[{"b":[1,"x"]},{"c":"d"}]})"},
      {"\xEF\xBB\xBF"
       "a: \xC3\xA4\r\nb: x\r\n",
       "{\"a\":\"\xC3\xA4\",\"b\":\"x\"}"},
      {"secret", "\"secret\""},
      {"", "null"},
      {"# nothing\n", "null"},
  });
}

TEST_CASE("Common YAML: JSON is read too") {
  check({{"{\"a\":{\"b\":[1,true,null,\"x\\/y\\u00e9\"]}}", "{\"a\":{\"b\":[1,true,null,\"x/y\xC3\xA9\"]}}"},
         {"{\n\t\"a\":\t1,\n\t\"b\": [\n\t\t2\n\t]\n}\n", R"({"a":1,"b":[2]})"}});
}

TEST_CASE("Common YAML: a key that stands twice is refused at its second place") {
  check({{"a: 1\nb: 2\na: 3\n", "f:3:1" + twice},
         {"x:\n  - {\"\xC3\xA4\": 1, a: 1, 'a': 2}\n", "f:2:21" + twice},
         {"{\"a\":1,\n \"a\":1}", "f:2:2" + twice},
         {"a: {b: 1}\nc: {b: 1}\n", R"({"a":{"b":1},"c":{"b":1}})"}});
}

TEST_CASE("Common YAML: only strings are keys") {
  check_refused({{"1: a\n", "f:1:1" + no_key},
                 {"a: 1\nyes: b\n", "f:2:1" + no_key},
                 {"? \n: b\n", "f:2:1" + no_key},
                 {"[a]: b\n", "f:1:1" + no_key},
                 {"{a: 1}: b\n", "f:1:1" + no_key},
                 {"a: &x b\n*x : c\n", "f:2:1" + no_key},
                 {"a: &x {b: 1}\nc:\n  <<: *x\n", "f:3:3" + no_key}});
}

TEST_CASE("Common YAML: the first document counts, and it must be whole") {
  check({{"a: 1\n---\na: 2\n", R"({"a":1})"},
         {"---\na: 1\n--- # more\nb: [\n", R"({"a":1})"},
         {"a: 1\n...\n", R"({"a":1})"},
         {"---\n---\na: 1\n", "null"}});
  const std::string ended = ": the document has ended before";
  check_refused({{"{a: 1} junk\n", "f:1:8" + ended},
                 {"- a\nb: c\n", "f:2:1" + ended},
                 {"\"\xC3\xA4\" 'b'\n", "f:1:6" + ended},
                 {"a: 1\n...\nb: 2\n", "f:3:1" + ended}});
}

TEST_CASE("Common YAML: aliases mean what they name, within bounds") {
  check({{"a: &x {q: 1}\nb: [*x, *x]\n", R"({"a":{"q":1},"b":[{"q":1},{"q":1}]})"},
         {"a: &x 1\nb: &x 2\nc: *x\n", R"({"a":1,"b":2,"c":2})"}});
  check_refused({{"a: &x [*x]\n", "f:1:8: the value of this anchor contains itself"},
                 {"a: *x\n", "f:1:4: no anchor of this name stands before"}});

  std::string bomb = "a0: &a0 [x]\n", chain = bomb;
  for (int i = 1; i < 200; ++i) {
    const auto key = "a" + std::to_string(i), before = "*a" + std::to_string(i - 1);
    bomb += key + ": &" + key + " [" + repeated(before + ", ", 9) + before + "]\n";
    chain += key + ": &" + key + " [" + before + "]\n";
  }
  CHECK(common(bomb).find("the document means more than 16 MiB") != std::string::npos);
  CHECK(common(chain).find("f:100:12: nested too deep; expected at most 100 levels") == 0);
  CHECK(common("a: &a " + std::string(500'000, 'x') + "\nb: [" + repeated("*a, ", 100'000) + "]\n")
            .find("the document means more than 16 MiB") != std::string::npos);
}

TEST_CASE("Common YAML: size and depth are bounded") {
  CHECK(common(std::string((std::size_t{1} << 20) + 1, '#')) == "f: is too large; expected at most 1 MiB");
  CHECK(common(repeated("[", 100) + repeated("]", 100)) == repeated("[", 100) + repeated("]", 100));
  const std::string deep = "nested too deep; expected at most 100 levels";
  CHECK(common(repeated("[", 101) + repeated("]", 101)) == "f:1:101: " + deep);
  CHECK(common(repeated("- ", 500'000)) == "f:1:201: " + deep);
  for (const char* part : {"[", "{a: ", "? [", "- - ["})
    CHECK(common(repeated(part, 200'000)).find("nested too deep") != std::string::npos);
  // The most values that fit, all in one line.
  CHECK(common("[" + repeated("[],", 349'000) + "[]]").starts_with("[[],[]"));
}

TEST_CASE("Common YAML: only text in UTF-8 is read") {
  const std::string what = ": this is no character of YAML; expected text in UTF-8";
  check({{"a: b\nc: \xFF\n", "f:2:4" + what},
         {"a: b\0c"s, "f:1:5" + what},
         {"\0a\0:\0 "s, "f:1:1" + what},
         {"a: b\x04\nc: d\n", "f:1:5" + what},
         {"a: \x7F\n", "f:1:4" + what},
         {"a: \xED\xA0\x80\n", "f:1:4" + what}});
}

TEST_CASE("Common YAML: what is wrong is told with its place and without what stands there") {
  const std::vector<Row> rows = {
      {"token: 'hunter2\n", "f:2:1: a text in quotes has no end"},
      {"token: \"hunter2\n\n\n", "f:4:1: a text in quotes has no end"},
      {"token: {a: 'hunter2\n", "f:2:1: a text in quotes has no end"},
      {"token: &a 'hunter2'' \n", "f:2:1: a text in quotes has no end"},
      {"token: \"hunter2", "f:2:1: a text in quotes has no end"},
      {"token: {hunter2: hunter2", "f:2:1: a mapping in braces goes wrong"},
      {"token: [hunter2", "f:2:1: a list in brackets goes wrong"},
      {"a: {hunter2: 1 hunter2: 2}", "f:1:23: a mapping in braces goes wrong"},
      {"a:\n  - hunter2\n hunter2: d\n", "f:3:2: a mapping goes wrong"},
      {"token: *hunter2\n", "f:1:8: no anchor of this name stands before"},
      {"token: !hunter2 x\n", "f:1:8: this tag is not supported; expected none"},
      {"token: !!binary aHVudGVyMg==\n", "f:1:8: this tag is not supported"},
      {"token: \"hunter2\\q\"\n", "f:1:18: YAML has no such escape"},
      {"token: \"\\ud83d\\ude00\"\n", "f:1:15: an escape stands for no character"},
      {"token: hunter2: x\n", "f:1:15: a value stands where none can"},
      {"hunter2: 1\nhunter2: 2\n", "f:2:1" + twice},
      {"token: @hunter2\n", "f:1:8: is no YAML"},
      {"token: `hunter2\n", "f:1:8: is no YAML"},
      {"%YAML 9.hunter2\n---\na: 1\n", "f:1:1: is no YAML"},
      {"a: .inf # hunter2\n", "f:1:4: JSON has no such number"},
  };
  check_refused(rows);
  for (const auto& row : rows) CHECK(common(row.text).find("hunter2") == std::string::npos);
}
