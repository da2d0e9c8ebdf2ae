#include "yaml/first_document.hpp"

#include <doctest/doctest.h>

#include <string_view>

namespace {
std::string_view first(std::string_view text) {
  const auto span = drift::yaml::first_document(text);
  return text.substr(span.begin, span.end - span.begin);
}
}  // namespace

TEST_CASE("The first document ends where the second begins, or at its end marker") {
  CHECK(first("a: b\n") == "a: b\n");
  CHECK(first("---\na: b\n") == "---\na: b\n");
  CHECK(first("a: b\n---\nc: d\n") == "a: b\n");
  CHECK(first("# x\n---\na: b\n# y\n---\nc: d\n---\n") == "# x\n---\na: b\n# y\n");
  CHECK(first("a: b\n...\nno: yaml: {{\n") == "a: b\n");
  CHECK(first("---\n---\na: b\n") == "---\n");
  CHECK(first("a: \"\xC3\xA4\"\n---\nc: d\n") == "a: \"\xC3\xA4\"\n");
  CHECK(first("\xEF\xBB\xBF"
              "a: b\n---\nc: d\n") ==
        "\xEF\xBB\xBF"
        "a: b\n");
  CHECK(first("a: |\n  ---\n  x\n") == "a: |\n  ---\n  x\n");
}

TEST_CASE("A text whose first document can't be read is left whole") {
  CHECK(first("a: [\n---\nc: d\n") == "a: [\n---\nc: d\n");
  CHECK(first("") == "");
}
