// What Go's readers (k8s.io/apimachinery's decoder, go-yaml v2) see and libyaml or rapidjson alone would not. Found by reading
// the same mutated documents with both.
#include <doctest/doctest.h>

#include <string>

#include "base/error.hpp"
#include "manifest/manifest.hpp"

namespace {

std::string read(const std::string& text) {
  const drift::manifest::Manifests manifests({{"a.yaml", text}});
  std::string lines;
  for (const auto& manifest : manifests.objects()) lines += manifest.object.json() + "\n";
  return lines;
}

void refused(const std::string& text, const char* message) {
  CHECK_THROWS_WITH_AS(read(text), doctest::Contains(message), drift::InputError);
}

}  // namespace

TEST_CASE("a sign may stand before 0b or behind it, not both") {
  CHECK(read("{kind: A, a: 0b-1, b: -0b1, c: 0b+1, d: 0b_-1}") ==
        "{\"a\":-1,\"b\":-1,\"c\":1,\"d\":-1,\"kind\":\"A\"}\n");
  CHECK(read("{kind: A, a: -0b-1, b: 0x-1, c: 0o-7, d: 0B-1, e: 0b--1}") ==
        R"({"a":"-0b-1","b":"0x-1","c":"0o-7","d":"0B-1","e":"0b--1","kind":"A"})"
        "\n");
}

TEST_CASE("null items without spec and status are no object, whatever the kind") {
  CHECK(read("kind: ConfigMapList\nitems:\n").empty());
  CHECK(read("kind: Menu\nitems: null\n").empty());
  refused("kind: Menu\nitems: null\nspec: 1\n", "a.yaml:2:8: items is null");
  refused("kind: MenuList\nitems: null\nstatus: {}\n", "a.yaml:2:8: items is null");
  refused("items:\n", "an object without a kind");
  refused("apiVersion: v1\nitems:\n", "an object without a kind");
}

TEST_CASE("a comma right behind a tag is refused: go-yaml reads it as a part of the tag") {
  refused("{kind: A, a: [!!str, b]}", "a.yaml:1:20: a comma right behind a tag");
  refused("{kind: A, a: !x, b: c}", "a.yaml:1:16: a comma right behind a tag");
  CHECK(read("{kind: A, a: [!!str , b]}") == "{\"a\":[\"\",\"b\"],\"kind\":\"A\"}\n");
  CHECK(read("{kind: A, a: [!!str '', b]}") == "{\"a\":[\"\",\"b\"],\"kind\":\"A\"}\n");
}

TEST_CASE("JSON with bytes that are no UTF-8 is refused, not mended") {
  refused("{\"kind\":\"A\",\"a\":\"\xC3(\"}", "UTF-8");
  refused("{\"kind\":\"A\",\"a\":\"\xE2\x80\xA8 \xC3(\"}", "UTF-8");
  refused("{\"kind\":\"A\",\"a\":\"\\/ \xFF\"}", "UTF-8");
}

TEST_CASE("a number of JSON beyond float64 is refused, in YAML it is a string") {
  refused("{\"kind\":\"A\",\n\"a\":1e309}", "a.yaml:2:5: a number that is too large");
  refused("{\"kind\":\"A\",\n\"a\":10e308}", "a.yaml:2:5: a number that is too large");
  refused("{\"kind\":\"A\"}{\"kind\":\"A\",\"a\":[" + std::string(310, '9') + "]}",
          "a number that is too large");
  CHECK(read("{\"kind\":\"A\",\"a\":[1e308,1e-400,-12345678901234567890]}") ==
        "{\"a\":[1e+308,0,-12345678901234567000],\"kind\":\"A\"}\n");
  CHECK(read("kind: A\na: 1e309\n") == "{\"a\":\"1e309\",\"kind\":\"A\"}\n");
}

TEST_CASE("the end of a document that has not begun is refused") {
  refused("kind: A\n---\n...\n", "a.yaml:3:1: the end of a document (...) that has not begun");
  refused("kind: A\n---\n\n# c\n... # d\n", "a.yaml:5:1: the end of a document");
  CHECK(read("---\n...\n---\nkind: A\n...\n") == "{\"kind\":\"A\"}\n");
  CHECK(read("kind: A\n---\n---\n...\n") == "{\"kind\":\"A\"}\n");
  CHECK(read("kind: A\n---\n...: b\nkind: A\n") == "{\"kind\":\"A\"}\n{\"...\":\"b\",\"kind\":\"A\"}\n");
}

TEST_CASE("a key that is a number beyond float32 is infinity") {
  CHECK(read("kind: A\n1e300: a\n-1e300: b\n1e20: c\n") ==
        "{\"-.inf\":\"b\",\".inf\":\"a\",\"1e+20\":\"c\",\"kind\":\"A\"}\n");
}

TEST_CASE("an integer tagged as a float is rounded to one") {
  CHECK(read("kind: A\na: !!float 9007199254740993\nb: !!float 12\nc: 9007199254740993\n") ==
        "{\"a\":9007199254740992,\"b\":12,\"c\":9007199254740993,\"kind\":\"A\"}\n");
  CHECK(read("kind: A\n!!float 16777217: a\n16777217: b\n") ==
        "{\"1.6777216e+07\":\"a\",\"16777217\":\"b\",\"kind\":\"A\"}\n");
}

TEST_CASE("two keys that Go tells apart and JSON doesn't are refused, with both places") {
  refused("kind: A\ndata:\n  \"2\": a\n  2: b\n",
          "a.yaml:4:3: this key is a number and becomes the same key as a string on line 3, column 3, and "
          "Argo CD "
          "takes the value of either by chance; expected one of the two");
  for (const char* two : {"{true: a, 'true': b}", "{yes: a, 'true': b}", "{1: a, 1.0: b}",
                          "{0x10: a, '16': b}", "{16777217.0: a, 16777216.0: b}", "{1e300: a, 1e301: b}",
                          "{? !!str 1 : a, 1: b}", "[{x: &k '1', y: {*k : a, 1: b}}]",
                          "[&m {1: a}, {<<: *m, '1': b}]", "[&m {1: a}, &n {'1': a}, {<<: [*m, *n]}]"}) {
    CAPTURE(two);
    refused(std::string("kind: A\na: ") + two + "\n", "becomes the same key as");
  }
  // The same key twice is one key for Go too, and the last one counts.
  CHECK(read("kind: A\n1: a\n0x1: b\nyes: c\ntrue: d\nx: e\n'x': f\n1.50: g\n1.5: h\n") ==
        "{\"1\":\"b\",\"1.5\":\"h\",\"kind\":\"A\",\"true\":\"d\",\"x\":\"f\"}\n");
}

TEST_CASE("a label may be null, an annotation may not") {
  CHECK(read("kind: A\nmetadata: {labels: {x: , z: a}}\n") ==
        "{\"kind\":\"A\",\"metadata\":{\"labels\":{\"x\":null,\"z\":\"a\"}}}\n");
  refused("kind: A\nmetadata: {annotations: {x: }}\n", "the value of annotation \"x\" is null");
  refused("kind: A\nmetadata: {labels: {x: 1}}\n", "the value of label \"x\" is a number");
}

TEST_CASE("a text that ends at a colon is refused, and the message says how to write it") {
  const std::string advice = "a text with such a colon is written in quotes";
  for (const char* text : {"[1.2.3.4, 001:db8::]", "[::1]", "[fe80::, a]", "{a: b:}", "{a: x::}", "[a:[b]]",
                           "[a: b: c]", "{a:b:}", "[http://x:, y]", "001:db8::", "b: c"}) {
    CAPTURE(text);
    refused(std::string("kind: A\naddresses: ") + text + "\n", advice.c_str());
  }
  refused(
      "kind: A\naddresses: [1.2.3.4, 001:db8::]\n",
      "a.yaml:2:30: found unexpected ':', while scanning a plain scalar; a text with such a colon is written "
      "in quotes, for example \"2001:db8::\"");
  // Here it is an entry in the wrong place.
  CHECK_THROWS_WITH_AS(read("kind: A\nx: y\n  z: a\n"),
                       "a.yaml:3:4: mapping values are not allowed in this context", drift::InputError);
  CHECK(read("kind: A\nx: ['001:db8::', a:b, '::1']\nw: [\"fe80::\"]\nz: a::b\n") ==
        "{\"kind\":\"A\",\"w\":[\"fe80::\"],\"x\":[\"001:db8::\",\"a:b\",\"::1\"],\"z\":\"a::b\"}\n");
}

TEST_CASE("a byte order mark at the start of a document is read, within one it is refused") {
  CHECK(read("kind: A\n---\n\xEF\xBB\xBFkind: B\nx: 1\n") == "{\"kind\":\"A\"}\n{\"kind\":\"B\",\"x\":1}\n");
  CHECK(read("kind: A\n--- # c\n\xEF\xBB\xBF{kind: B}\n---\nkind: C\n") ==
        "{\"kind\":\"A\"}\n{\"kind\":\"B\"}\n{\"kind\":\"C\"}\n");
  // Here the decoder leaves the separator before the mark.
  refused("---\n\xEF\xBB\xBFkind: A\n", "a.yaml:2:1: a byte order mark at the start of a line");
  refused("kind: A\n---\n\n\xEF\xBB\xBFkind: B\n", "a.yaml:4:1: a byte order mark at the start of a line");
}
