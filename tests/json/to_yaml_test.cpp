// Objects of ours as YAML: what is written is read as the same object.
#include "json/to_yaml.hpp"

#include <doctest/doctest.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <random>
#include <string>

#include "json/build.hpp"
#include "yaml/document.hpp"

namespace {
using drift::block_yaml;
using drift::from_json;

std::string read_back(const std::string& yaml) {
  const drift::yaml::Document document("out.yaml", yaml, {0, static_cast<std::uint32_t>(yaml.size())});
  return document.root().json();
}

// The string as a value, as a list's element and as a key.
void check_string(const std::string& text) {
  rapidjson::Document object;
  drift::set(object, {"value"}, text);
  drift::set(object, {"list"}, drift::text_list(std::vector{text, text}, object));
  drift::set(object, {"map", text, "deeper"}, text);
  const std::string yaml = block_yaml(object);
  CAPTURE(yaml);
  const drift::yaml::Document document("out.yaml", yaml, {0, static_cast<std::uint32_t>(yaml.size())});
  const auto root = document.root();
  REQUIRE(root.find("value").is_string());
  CHECK(root.find("value").text() == text);
  REQUIRE(root.find("list").at(1).is_string());
  CHECK(root.find("list").at(1).text() == text);
  REQUIRE(root.find("map").find(text).find("deeper").is_string());
  CHECK(root.find("map").find(text).find("deeper").text() == text);
}
}  // namespace

TEST_SUITE("hooks: YAML") {
  TEST_CASE("block style, keys in their order, as kubectl prints lists") {
    const auto object = from_json(
        R"({"kind": "Job", "empty": {}, "none": [], "list": [{"b": 1, "a": [true, null]}, [1.5, "x"], "y z"]})");
    CHECK(block_yaml(object) ==
          "kind: Job\nempty: {}\nnone: []\nlist:\n- b: 1\n  a:\n  - true\n  - null\n-\n  - 1.5\n  - x\n- \"y "
          "z\"\n");
  }

  TEST_CASE("a list, and what is empty, stand for themselves") {
    CHECK(block_yaml(R"([{"b": 1, "a": {}}, ["x"], 2])") == "- b: 1\n  a: {}\n-\n  - x\n- 2\n");
    CHECK(block_yaml("[]") == "[]\n");
    CHECK(block_yaml("{}") == "{}\n");
  }

  TEST_CASE("what YAML 1.1 would not read as a string is quoted") {
    for (const char* text : {"yes",
                             "No",
                             "ON",
                             "off",
                             "y",
                             "N",
                             "true",
                             "False",
                             "null",
                             "Null",
                             "~",
                             "",
                             " ",
                             "0644",
                             "0x1F",
                             "1e3",
                             "1_000",
                             "+1",
                             "-1",
                             ".5",
                             ".inf",
                             ".nan",
                             "1:30",
                             "2001-01-01",
                             "2001-12-14t21:59:43.10-05:00",
                             "<<",
                             "=",
                             "a: b",
                             "a #b",
                             "#",
                             "- a",
                             "-",
                             "?",
                             "? a",
                             ":",
                             "a:",
                             "[a]",
                             "{a}",
                             "*a",
                             "&a",
                             "!a",
                             "!!str a",
                             "|",
                             ">",
                             "@a",
                             "`a",
                             "%a",
                             "'a'",
                             "\"a\"",
                             "a\\b",
                             "---",
                             "...",
                             " a",
                             "a ",
                             "a\tb",
                             "a\nb",
                             "a\n",
                             "\na",
                             "a\n\nb\n",
                             "a\nb\n\n",
                             "  a\nb\n",
                             "a\r\nb",
                             "\xC3\xA9",
                             "\xF0\x9F\x98\x80",
                             "\xEF\xBB\xBF\x61",
                             "a\xE2\x80\xA8\x62",
                             "a\xC2\x85\x62",
                             "a\x7F",
                             "a\x1B",
                             "value: |",
                             "/a/b",
                             "a.b-c_d:1@x",
                             "--a",
                             "--",
                             "---a",
                             "--1",
                             "a=b",
                             "=a",
                             "#!/bin/sh\nset -e\necho \"$A\" # x\n",
                             "a\n b\n  c\n",
                             "\ta\nb\n"}) {
      CAPTURE(text);
      check_string(text);
    }
    check_string(std::string("a\0b", 3));
  }

  TEST_CASE("long texts with line ends or many quotes are literal blocks") {
    rapidjson::Document object;
    drift::set(object, {"data", "run.sh"}, "#!/bin/sh\necho \"hello\"\n");
    CHECK(block_yaml(object) == "data:\n  run.sh: |\n    #!/bin/sh\n    echo \"hello\"\n");
  }

  TEST_CASE("any string comes back") {
    std::mt19937 random(7);
    const std::string_view pieces[] = {"a",
                                       "0",
                                       ":",
                                       " ",
                                       "\n",
                                       "#",
                                       "-",
                                       "'",
                                       "\"",
                                       "\\",
                                       "{",
                                       "]",
                                       ",",
                                       "&",
                                       "*",
                                       "!",
                                       "|",
                                       ">",
                                       "%",
                                       "@",
                                       "\t",
                                       "\r",
                                       "~",
                                       "=",
                                       "<",
                                       "\xC3\xA9",
                                       "\xE2\x80\xA9",
                                       "\xF0\x9F\x98\x80",
                                       "yes",
                                       "null",
                                       "1e3",
                                       "...",
                                       "---",
                                       "\x01"};
    for (int i = 0; i < 3000; ++i) {
      std::string text;
      for (auto n = random() % 9; n > 0; --n) text += pieces[random() % std::size(pieces)];
      check_string(text);
      if (i % 10 == 0) check_string(text + std::string(140, 'x') + text);
    }
  }

  TEST_CASE("numbers stay what they are") {
    const std::string json =
        R"({"big":9223372036854775807,"minus":-5,"real":1.5,"small":1e-7,"unsigned":18446744073709551615})";
    CHECK(read_back(block_yaml(from_json(json))) ==
          R"({"big":9223372036854775807,"minus":-5,"real":1.5,"small":1e-7,)"
          R"("unsigned":18446744073709552000})");  // a float64 to Kubernetes
  }
}
