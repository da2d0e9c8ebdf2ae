// Many small things: what is read of them, how many are too many, and that their mistakes are told in time.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "manifest/manifest.hpp"
#include "policy/load.hpp"
#include "support/policy_cases.hpp"
#include "support/processor_time.hpp"
#include "yaml/first_json.hpp"
#include "yaml/line_index.hpp"
#include "yaml/nesting.hpp"
#include "yaml/stream.hpp"

namespace {
using namespace drift;

std::string repeated(std::size_t count, const std::string& text) {
  std::string all;
  all.reserve(count * text.size());
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

std::string refusal(const std::string& text) {
  try {
    const manifest::Manifests manifests({{"f.yaml", text}});
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}
}  // namespace

TEST_CASE("Documents of separators, blanks and comments alone are not read") {
  CHECK(yaml::split("f", repeated(1000, "---\n")).empty());
  CHECK(yaml::split("f", "# a\n\n---\n  # b\n--- # c\n---\n").empty());
  CHECK(yaml::split("f", "# a\n---\nkind: A\n---\n# b\n").size() == 1);
  // What a reader has to judge stays.
  for (const std::string text :
       {"%YAML 1.1\n---\n", "# \x01\n", "---\n...\n", "# \xc3\xa9\n", "\t\n", "# a\r\r\n"}) {
    CAPTURE(text);
    CHECK(yaml::split("f", text).size() == 1);
  }
}

TEST_CASE("What holds nothing is no document of the result") {
  std::vector<manifest::SourceFile> files(1);
  files[0].name = "f.yaml";
  files[0].text = "# \xc3\xa9\n---\nnull\n---\nkind: A\napiVersion: v1\n---\n";
  const manifest::Manifests manifests(std::move(files));
  CHECK(manifests.documents().size() == 1);
  CHECK(manifests.objects().size() == 1);
}

TEST_CASE("More objects than Argo CD could hold are refused, as documents and as items") {
  const std::string object = "---\nkind: A\n";
  CHECK(refusal(repeated(manifest::max_objects, object)).empty());
  const auto documents = refusal(repeated(manifest::max_objects + 1, object));
  CHECK(documents.starts_with("f.yaml: the source has more than 100000 objects; expected fewer"));
  const auto items = refusal("kind: List\nitems:\n" + repeated(manifest::max_objects + 1, "- kind: A\n"));
  CHECK(items.find(":100003:3: the source has more than 100000 objects") != std::string::npos);
  CHECK(refusal("kind: List\nitems:\n" + repeated(manifest::max_objects + 1, "- 5\n"))
            .find("more than 100000") != std::string::npos);
}

TEST_CASE("A mistake in each of 20,000 documents is counted, and found in seconds") {
  const auto start = tests::processor_time();
  const auto said = refusal(repeated(20'000, "---\nkind: A\nmetadata: {annotations: {a: 5}}\nspec: {}\n"));
  CHECK(said.starts_with("f.yaml:3:29: the value of annotation \"a\" is a number"));
  CHECK(said.find("\nf.yaml:7:29: ") != std::string::npos);
  CHECK(said.ends_with("\nand 19950 more"));
  CHECK(refusal(repeated(20'000, "---\nkind: [\n")).ends_with("\nand 19950 more"));
  CHECK(tests::processor_time() - start < 10);
}

TEST_CASE("A line ends with a line feed, both, or a carriage return alone") {
  const yaml::LineIndex lines("a\nb\r\nc\rd");
  const auto at = [&](std::uint32_t offset) {
    const auto [line, column] = lines.at(offset);
    return std::pair(line, column);
  };
  CHECK(at(0) == std::pair<std::size_t, std::size_t>(1, 1));
  CHECK(at(2) == std::pair<std::size_t, std::size_t>(2, 1));
  CHECK(at(4) == std::pair<std::size_t, std::size_t>(2, 3));
  CHECK(at(5) == std::pair<std::size_t, std::size_t>(3, 1));
  CHECK(at(8) == std::pair<std::size_t, std::size_t>(4, 2));
}

TEST_CASE("An application's own policy is bounded, the platform's by far more") {
  std::string rules = "rules:\n";
  for (int i = 0; rules.size() < policy::max_application_policy_size; ++i)
    rules +=
        "- {name: r" + std::to_string(i) + ", match: {any: [{resources: {kinds: [Pod]}}]}, severity: high}\n";
  const auto text = policy::policy_text(rules);
  policy::Findings findings;
  policy::load({{"own", text, true}}, findings);
  REQUIRE(findings.mistakes.size() == 1);
  CHECK(to_string(findings.mistakes[0]).starts_with("own: an application's own policy may have 128 KiB"));
  policy::Findings none;
  policy::load({{"platform", text, false}}, none);
  CHECK(none.mistakes.empty());
}

TEST_CASE("An application's own policy has so many rules, fields and pointers, the platform's any number") {
  std::string rules = "rules:\n";
  for (int i = 0; i < 201; ++i)
    rules += "- {name: r" + std::to_string(i) +
             ", match: {any: [{resources: {kinds: [Pod]}}]}, severity: high, fields: [{id: f" +
             std::to_string(i) + ", jsonPointers: [/a, /b], severity: high}]}\n";
  const auto text = policy::policy_text(rules);
  policy::Findings findings;
  policy::load({{"own", text, true}}, findings);
  REQUIRE(findings.mistakes.size() == 3);
  CHECK(to_string(findings.mistakes[0]) ==
        "own: an application's own policy has 201 rules; expected at most 200");
  CHECK(to_string(findings.mistakes[1]) ==
        "own: an application's own policy has 201 fields; expected at most 200");
  CHECK(to_string(findings.mistakes[2]) ==
        "own: an application's own policy has 402 jsonPointers; expected at most 400");
  policy::Findings none;
  policy::load({{"platform", text, false}}, none);
  CHECK(none.mistakes.empty());
}

TEST_CASE(
    "A pointer that would lead through very many nodes guards the whole, and what fields write is bounded") {
  const auto guarded = [](const std::string& fields, const std::string& body) {
    const auto set = policy::set_of(
        "rules:\n- name: r\n  severity: high\n  match: {any: [{resources: {kinds: [A]}}]}\n"
        "  fields:\n" +
        fields);
    return policy::verdict_of(set, "apiVersion: x.io/v1\nkind: A\nmetadata: {name: a}\n" + body).guarded;
  };
  const auto list = [](std::size_t count, const std::string& element) {
    return "[" + repeated(count, element + ",") + element + "]";
  };
  const auto whole = guarded("  - {id: f, severity: high, jsonPointers: [/x/*/*/*/z]}\n",
                             "x: " + list(30, list(30, list(30, "{y: 1}"))) + "\n");
  REQUIRE(whole.size() == 1);
  CHECK(whole[0].pointer == "/x");
  CHECK(whole[0].value.value_or("").starts_with("sha256:"));

  // A value of 1 MiB in 39 mappings, one in the other, each of them guarded.
  std::string fields, body, pointer;
  for (int i = 10; i < 49; ++i) {
    pointer += "/k";
    fields += "  - {id: f" + std::to_string(i) + ", severity: high, jsonPointers: [" + pointer + "]}\n";
    body += (i == 10 ? "" : "\n") + std::string(static_cast<std::size_t>(i - 10), ' ') + "k:";
  }
  const auto many = guarded(fields, body + " " + std::string(std::size_t{1} << 20, 'a') + "\n");
  REQUIRE(many.size() == 39);
  const auto without = [](const policy::GuardedField& one) { return !one.value; };
  const auto left_out = std::count_if(many.begin(), many.end(), without);
  CHECK(left_out > 20);
  CHECK(left_out < 26);
  CHECK(many.front().value.value_or("").starts_with("sha256:"));
  // The same node for many fields is written once.
  std::string same;
  for (int i = 0; i < 1'000; ++i)
    same += "  - {id: f" + std::to_string(i) + ", severity: high, jsonPointers: [/x]}\n";
  const auto all = guarded(same, "x:\n  y: " + std::string(std::size_t{1} << 20, 'a') + "\n");
  REQUIRE(all.size() == 1'000);
  CHECK(std::none_of(all.begin(), all.end(), without));
}

TEST_CASE("What brackets cost is known before they are read, and bounded for all documents together") {
  const auto nested = [](std::size_t levels) {
    return "---\nkind: A\nx: " + std::string(levels, '[') + std::string(levels, ']') + "\n";
  };
  CHECK(yaml::nesting_work(nested(64)) == 0);
  CHECK(yaml::nesting_work(repeated(1'000, "a: [{b: c}]\n")) == 0);
  CHECK(yaml::nesting_work(nested(100)) == 100 * 101);
  CHECK(yaml::nesting_work("]]" + nested(100)) == 100 * 101);
  CHECK(yaml::nesting_work(nested(9'900)) < yaml::max_nesting_work);
  // With 64 levels everywhere a megabyte costs less than that.
  CHECK((std::size_t{1} << 20) * 64 < yaml::max_nesting_work);
  CHECK(refusal(repeated(2, nested(9'900))).empty());
  CHECK(refusal(repeated(480, nested(9'900))) ==
        "f.yaml:7:1: up to this document, lists and mappings in brackets are nested too deep altogether; "
        "expected fewer levels");
  CHECK(refusal("kind: A\nx: " + std::string(9'000, '[') + repeated(100'000, "a,")) ==
        "f.yaml:1:1: up to this document, lists and mappings in brackets are nested too deep altogether; "
        "expected fewer levels");
  CHECK_THROWS_WITH_AS(
      yaml::read_yaml("values.yaml", "x: " + std::string(1'500, '[') + std::string(1'500, ']')),
      "values.yaml: lists and mappings in brackets are nested too deep; expected fewer levels", InputError);
}

TEST_CASE("A pattern of a policy has at most 1,000 characters") {
  const auto check = [](const std::string& filter) {
    policy::Findings findings;
    policy::load({{"p.yaml",
                   "apiVersion: drift-policy.dev/v1alpha1\nkind: DriftPolicy\nmetadata: {name: p}\nspec:\n  "
                   "rules:\n  - "
                   "name: r\n    severity: low\n    match: {any: [{resources: {" +
                       filter + "}}]}\n"}},
                 findings);
    return findings.mistakes.empty() ? std::string() : to_string(findings.mistakes.front());
  };
  const auto longest = '*' + std::string(999, 'a'), longer = longest + 'a';
  CHECK(check("names: ['" + longest + "']").empty());
  for (const auto& filter :
       {"names: ['" + longer + "']", "namespaces: ['" + longer + "']", "kinds: ['" + longer + "']",
        "annotations: {'" + longer + "': a}", "annotations: {a: '" + longer + "'}"}) {
    CAPTURE(filter.substr(0, 20));
    CHECK(check(filter).find("a pattern of 1001 characters; expected at most 1000") != std::string::npos);
  }
}
