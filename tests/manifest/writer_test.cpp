// Writing by insertion: what the author wrote survives, and what we wrote is read back.
#include "manifest/writer.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "manifest/manifest.hpp"
#include "manifest/read_back.hpp"
#include "manifest/segments.hpp"

namespace {
using drift::manifest::KeyChanges;
using drift::manifest::Manifests;
using drift::manifest::MetadataChange;
using drift::manifest::Origin;

struct Written {
  std::string text;      // the result
  std::string original;  // the result without what was inserted, with what was removed
  bool only_insertions = true;
};

Written write(const std::string& source, const KeyChanges& annotations, const KeyChanges& labels = {}) {
  const Manifests manifests({{"a.yaml", source}});
  std::vector<MetadataChange> changes;
  for (std::size_t i = 0; i < manifests.objects().size(); ++i) changes.push_back({i, annotations, labels});
  const drift::manifest::Rendering rendering(manifests, edit_metadata(manifests, changes), {});
  drift::manifest::read_back(manifests, changes, rendering);
  Written written;
  written.text = rendering.text();
  for (const auto& segment : rendering.segments()) {
    if (segment.origin != Origin::inserted) written.original += segment.text;
    if (segment.origin == Origin::removed) written.only_insertions = false;
  }
  return written;
}

std::string annotations_of(const std::string& text, std::size_t object = 0) {
  const Manifests manifests({{"out.yaml", text}});
  return manifests.objects().at(object).annotations.json();
}

std::string object_of(const std::string& text, std::size_t object = 0) {
  const Manifests manifests({{"out.yaml", text}});
  return manifests.objects().at(object).object.json();
}

const KeyChanges ours = {{"x/s", "low"}};

// The bytes survive, the annotation is there, and doing it again changes nothing.
void check_insertion(const std::string& source, const std::string& expected) {
  CAPTURE(source);
  const Written written = write(source, ours);
  CHECK(written.text == expected);
  CHECK(written.only_insertions);
  CHECK(written.original == source);
  CHECK(write(written.text, ours).text == written.text);
}
}  // namespace

TEST_CASE("annotations are inserted before metadata's first child") {
  check_insertion("kind: A\nmetadata:\n  name: w\nspec: {}\n",
                  "kind: A\nmetadata:\n  annotations:\n    x/s: \"low\"\n  name: w\nspec: {}\n");
  check_insertion("metadata:\n    name: w\nkind: A\n",
                  "metadata:\n    annotations:\n      x/s: \"low\"\n    name: w\nkind: A\n");
}

TEST_CASE("an annotation goes before the first that is there") {
  check_insertion(
      "kind: A\nmetadata:\n  annotations:\n    a: \"1\" # why\n    # after\n  name: w\n",
      "kind: A\nmetadata:\n  annotations:\n    x/s: \"low\"\n    a: \"1\" # why\n    # after\n  name: w\n");
}

TEST_CASE("an object without metadata, or without a value for it, gets one") {
  check_insertion("kind: A\n", "metadata:\n  annotations:\n    x/s: \"low\"\nkind: A\n");
  check_insertion("kind: A\nmetadata:\n", "kind: A\nmetadata: {\"annotations\": {\"x/s\": \"low\"}}\n");
}

TEST_CASE("comments above the first child stay with it") {
  check_insertion("kind: A\nmetadata: # names\n  # the name\n  name: w\n  # last\nspec: {}\n",
                  "kind: A\nmetadata: # names\n  annotations:\n    x/s: \"low\"\n  # the name\n  name: w\n  "
                  "# last\nspec: {}\n");
}

TEST_CASE("text beyond ASCII before the insertion does not move it") {
  check_insertion("# é ✓ 😀\nkind: A # ü\nspec: {a: \"日本語\"}\nmetadata:\n  name: w\n",
                  "# é ✓ 😀\nkind: A # ü\nspec: {a: \"日本語\"}\nmetadata:\n  annotations:\n    x/s: "
                  "\"low\"\n  name: w\n");
  check_insertion("\xEF\xBB\xBFkind: A\nmetadata: {name: ü}\n",
                  "\xEF\xBB\xBFkind: A\nmetadata: {\"annotations\": {\"x/s\": \"low\"}, name: ü}\n");
  check_insertion("\xEF\xBB\xBFkind: A\n",
                  "\xEF\xBB\xBFmetadata:\n  annotations:\n    x/s: \"low\"\nkind: A\n");
}

TEST_CASE("line ends are the document's own") {
  check_insertion("kind: A\r\nmetadata:\r\n  name: w\r\n",
                  "kind: A\r\nmetadata:\r\n  annotations:\r\n    x/s: \"low\"\r\n  name: w\r\n");
  check_insertion("kind: A\rmetadata:\r  name: w\r",
                  "kind: A\rmetadata:\r  annotations:\r    x/s: \"low\"\r  name: w\r");
}

TEST_CASE("line breaks of YAML 1.1 beyond ASCII begin a line too") {
  for (const std::string line : {"\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"})
    check_insertion("kind: A\nmetadata:" + line + "  name: w\n",
                    "kind: A\nmetadata:" + line + "  annotations:\n    x/s: \"low\"\n  name: w\n");
}

TEST_CASE("the tag of a mapping is told from the tag of its first key") {
  check_insertion("!!map\n!!str kind: A\n",
                  "!!map\nmetadata:\n  annotations:\n    x/s: \"low\"\n!!str kind: A\n");
  check_insertion("kind: A\nmetadata: !!map # why\n  !!str name: w\n",
                  "kind: A\nmetadata: !!map # why\n  annotations:\n    x/s: \"low\"\n  !!str name: w\n");
}

TEST_CASE("a missing final newline stays missing") {
  check_insertion("kind: A\nmetadata:\n  name: w",
                  "kind: A\nmetadata:\n  annotations:\n    x/s: \"low\"\n  name: w");
  check_insertion("kind: A\nmetadata:\n  annotations:",
                  "kind: A\nmetadata:\n  annotations: {\"x/s\": \"low\"}");
}

TEST_CASE("of two metadata the last counts") {
  check_insertion("kind: A\nmetadata:\n  name: v\nmetadata:\n  name: w\n",
                  "kind: A\nmetadata:\n  name: v\nmetadata:\n  annotations:\n    x/s: \"low\"\n  name: w\n");
}

TEST_CASE("metadata is found however its key is written") {
  check_insertion("kind: A\n? metadata\n: name: w\n  uid: u\n",
                  "kind: A\n? metadata\n: annotations:\n    x/s: \"low\"\n  name: w\n  uid: u\n");
  check_insertion("kind: A\n\"metadata\":\n  name: w\n",
                  "kind: A\n\"metadata\":\n  annotations:\n    x/s: \"low\"\n  name: w\n");
  check_insertion("kind: A\n\"\\u006detadata\":\n  name: w\n",
                  "kind: A\n\"\\u006detadata\":\n  annotations:\n    x/s: \"low\"\n  name: w\n");
  check_insertion("kind: A\nmetadata: !!map\n  name: w\n",
                  "kind: A\nmetadata: !!map\n  annotations:\n    x/s: \"low\"\n  name: w\n");
  check_insertion("kind: A\nmetadata: !!map {name: w}\n",
                  "kind: A\nmetadata: !!map {\"annotations\": {\"x/s\": \"low\"}, name: w}\n");
  check_insertion("kind: A\nmetadata:\n  ? name\n  : w\n",
                  "kind: A\nmetadata:\n  annotations:\n    x/s: \"low\"\n  ? name\n  : w\n");
}

TEST_CASE("annotations that are empty or null are filled") {
  check_insertion("kind: A\nmetadata:\n  annotations: {}\n",
                  "kind: A\nmetadata:\n  annotations: {\"x/s\": \"low\"}\n");
  check_insertion("kind: A\nmetadata:\n  annotations: # none\n  name: w\n",
                  "kind: A\nmetadata:\n  annotations: {\"x/s\": \"low\"} # none\n  name: w\n");
  const Written null = write("kind: A\nmetadata:\n  annotations: null # c\n  name: w\n", ours);
  CHECK(null.text == "kind: A\nmetadata:\n  annotations: {\"x/s\": \"low\"} # c\n  name: w\n");
  CHECK(null.original == "kind: A\nmetadata:\n  annotations: null # c\n  name: w\n");
}

TEST_CASE("flow annotations over several lines keep their comments") {
  check_insertion(
      "kind: A\nmetadata:\n  annotations: { # c1\n    \"a\": 'b', # c2\n    c: d }\n",
      "kind: A\nmetadata:\n  annotations: {\"x/s\": \"low\",  # c1\n    \"a\": 'b', # c2\n    c: d }\n");
}

TEST_CASE("annotations and labels can both be new") {
  const Written block = write("kind: A\nmetadata:\n  name: w\n", ours, ours);
  CHECK(object_of(block.text) ==
        R"({"kind":"A","metadata":{"annotations":{"x/s":"low"},"labels":{"x/s":"low"},"name":"w"}})");
  const Written flow = write("{\"kind\": \"A\", \"metadata\": {}}\n", ours, ours);
  CHECK(flow.text ==
        "---\n{\"kind\": \"A\", \"metadata\": {\"annotations\": {\"x/s\": \"low\"}, \"labels\": {\"x/s\": "
        "\"low\"}}}\n");
}

TEST_CASE("a value of ours that is there is replaced, not doubled") {
  const Written written = write("kind: A\nmetadata:\n  annotations:\n    x/s: high # c\n    a: b\n", ours);
  CHECK(written.text == "kind: A\nmetadata:\n  annotations:\n    x/s: \"low\" # c\n    a: b\n");
  const Written literal =
      write("kind: A\nmetadata:\n  annotations:\n    x/s: |\n      high\n    a: b\n", ours);
  CHECK(annotations_of(literal.text) == R"({"a":"b","x/s":"low"})");
  const Written twice = write("kind: A\nmetadata:\n  annotations:\n    x/s: high\n    x/s: high\n", ours);
  CHECK(annotations_of(twice.text) == R"({"x/s":"low"})");
}

TEST_CASE("a key that must go is gone") {
  const KeyChanges changes = {{"x/s", "low"}, {"x/gone", std::nullopt}};
  for (const std::string annotations :
       {"{x/gone: \"1\", a: b}", "\n    # c\n    x/gone: \"1\"\n    a: |\n      b\n",
        "{<<: {x/gone: \"1\"}, a: \"b\\n\"}"}) {
    const Written written =
        write("kind: A\nmetadata:\n  annotations: " + annotations + "\n  name: w\n", changes);
    CAPTURE(written.text);
    CHECK(annotations_of(written.text).find("gone") == std::string::npos);
    CHECK(annotations_of(written.text).find("\"x/s\":\"low\"") != std::string::npos);
    CHECK(object_of(written.text).find("\"name\":\"w\"") != std::string::npos);
  }
}

TEST_CASE("an anchor that a pod template aliases does not carry ours there") {
  const std::string tail =
      "  name: w\nspec:\n  template:\n    metadata:\n      annotations: *a\n  other: *a\n";
  for (const std::string annotations : {"&a {b: c}", "&a\n    b: c", "&a\n    b: |\n      c\n"}) {
    const std::string source = "kind: A\nmetadata:\n  annotations: " + annotations + "\n" + tail;
    const Written written = write(source, ours);
    CAPTURE(written.text);
    const Manifests manifests({{"out.yaml", written.text}});
    const auto object = manifests.objects().at(0).object;
    CHECK(object.find("metadata").find("annotations").find("x/s").text() == "low");
    const auto pod = object.find("spec").find("template").find("metadata").find("annotations");
    CHECK(pod.entries().size() == 1);
    CHECK(pod.find("b").text().starts_with("c"));
    CHECK(object.find("spec").find("other").json() == pod.json());
    CHECK(written.original == source);
  }
}

TEST_CASE("annotations that alias a pod template's are written out") {
  const Written written = write(
      "kind: A\nspec:\n  template:\n    metadata:\n      annotations: &a {b: c}\nmetadata:\n  annotations: "
      "*a\n",
      ours);
  CHECK(annotations_of(written.text) == R"({"b":"c","x/s":"low"})");
  CHECK(written.text.find("annotations: &a {b: c}") != std::string::npos);
}

TEST_CASE("merge keys can't overrule ours") {
  for (const std::string source :
       {"kind: A\nx: &x {x/s: high}\nmetadata:\n  annotations:\n    a: b\n    <<: *x\n",
        "kind: A\nx: &x {annotations: {x/s: high}}\nmetadata:\n  name: w\n  <<: *x\n",
        "kind: A\nx: &x {metadata: {name: w, annotations: {x/s: high}}}\n<<: *x\n",
        "x: &x {metadata: {name: w}, kind: A}\n<<: *x\nmetadata: {name: v}\n"}) {
    const Written written = write(source, ours);
    CAPTURE(written.text);
    CHECK(annotations_of(written.text).find("\"x/s\":\"low\"") != std::string::npos);
  }
}

TEST_CASE("items of Lists are edited in place") {
  check_insertion(
      "kind: List\nitems:\n- kind: A\n  metadata:\n    name: w\n- metadata: {name: v}\n  kind: B\n",
      "kind: List\nitems:\n- kind: A\n  metadata:\n    annotations:\n      x/s: \"low\"\n    name: w\n"
      "- metadata: {\"annotations\": {\"x/s\": \"low\"}, name: v}\n  kind: B\n");
}

TEST_CASE("an item that is an alias is written out; one that stands twice is refused") {
  const Written written = write("kind: List\nitems:\n- &a {kind: A, metadata: {name: w}}\n- *a\n", ours);
  CHECK(annotations_of(written.text, 0) == R"({"x/s":"low"})");
  CHECK(annotations_of(written.text, 1) == R"({"x/s":"low"})");
  CHECK_THROWS_AS(
      write("kind: List\nitems:\n- kind: List\n  items: &i\n  - kind: A\n- kind: List\n  items: *i\n", ours),
      drift::InputError);
}

TEST_CASE("the objects of a JSON stream become documents of a YAML stream") {
  const Written written = write(R"({"kind":"A"}{"kind":"B","metadata":{"name":"w"}})", ours);
  CHECK(written.text ==
        "---\n{\"metadata\": {\"annotations\": {\"x/s\": \"low\"}}, \"kind\":\"A\"}\n---\n"
        "{\"kind\":\"B\",\"metadata\":{\"annotations\": {\"x/s\": \"low\"}, \"name\":\"w\"}}");
  CHECK(written.only_insertions);
  CHECK(write(written.text, ours).text == written.text);
}

TEST_CASE("YAML on the line where a JSON object ends is a document of its own") {
  const std::string json = R"({"kind":"List","items":[]})";
  check_insertion(json + "kind: A\n",
                  "---\n" + json + "\n---\nmetadata:\n  annotations:\n    x/s: \"low\"\nkind: A\n");
}

TEST_CASE("YAML that holds nothing behind a JSON object is a document of its own too") {
  const std::string json = R"({"kind":"List","items":[]})";
  for (const std::string nothing : {"&a", "&a\n", "# c\n&a \t\n", "~\n---\n# c\n"}) {
    check_insertion(json + nothing, "---\n" + json + "\n---\n" + nothing);
    check_insertion(json + "\n" + nothing, "---\n" + json + "\n---\n" + nothing);
  }
  check_insertion(json + "\n\n# c\n", "---\n" + json + "\n\n# c\n");
}

TEST_CASE("a separator on the line where a JSON object ends gets a line of its own") {
  const std::string json = R"({"kind":"List","items":[]})";
  const std::string yaml = "kind: A\n";
  const std::string written = "metadata:\n  annotations:\n    x/s: \"low\"\nkind: A\n";
  check_insertion(json + "---\n" + yaml, "---\n" + json + "\n---\n" + written);
  check_insertion(json + " ---\n---\n" + yaml, "---\n" + json + " \n---\n---\n" + written);
  check_insertion(json + "---\n", "---\n" + json + "\n---\n");
}

TEST_CASE("a comment right behind a separator is no content of the document that follows") {
  const std::string first = "metadata:\n  annotations:\n    x/s: \"low\"\nkind: A\n";
  check_insertion("kind: A\n---#c: x\nkind: A\n", first + "---#c: x\n" + first);
  for (const std::string before : {"", "---\n", "kind: A\n---\n"})
    CHECK_THROWS_WITH_AS(Manifests({{"a.yaml", before + "---#c: x\nkind: A\n"}}),
                         doctest::Contains("expected a blank between them"), drift::InputError);
}

TEST_CASE(
    "a key that begins with --- behind a byte order mark or an odd line end is refused: an insertion would "
    "end it") {
  for (const std::string odd : {"\xEF\xBB\xBF", "\xC2\x85", "\xE2\x80\xA8"}) {
    CHECK_THROWS_WITH_AS(write(odd + "---a: x\nkind: A\n", ours), doctest::Contains("a.yaml:"),
                         drift::InputError);
    CHECK(write(odd + "---a: x\nkind: A\n", {}).only_insertions);
    CHECK(Manifests({{"a.yaml", odd + "---\nkind: A\n"}}).objects().size() == 1);
  }
}

TEST_CASE("what stands between JSON objects and YAML can't hold is refused") {
  const std::string json = R"({"kind":"A"})";
  for (const std::string gap : {"\v", "\f", "\r\r\n"}) {
    for (const std::string& text : {gap + json, json + gap + json, json + gap + "---\nkind: B\n"})
      CHECK_THROWS_WITH_AS(Manifests({{"a.json", text}}), doctest::Contains("a.json:1:"), drift::InputError);
  }
  CHECK_THROWS_AS(Manifests({{"a.json", json + "\r\r\n"}}), drift::InputError);
  CHECK(Manifests({{"a.json", json + "\r\n\r" + json + "\r\n"}}).objects().size() == 2);
}

TEST_CASE(
    "tabs before JSON objects and on lines of their own become blanks, since YAML has no place for them") {
  const std::string json = R"({"kind":"A"})";
  CHECK(write("\t" + json + "\t\n\t\r\n \t" + json + "\n\t", {}).text ==
        "---\n " + json + "\t\n \r\n  \n---\n" + json + "\n ");
  CHECK(write("{\n\t\"kind\": \"A\"\n}\n", {}).text == "---\n{\n\t\"kind\": \"A\"\n}\n");
  for (const std::string yaml : {"\n\tkind: B\n", "\n\t\n---\nkind: B\n"})
    CHECK_THROWS_WITH_AS(write(json + yaml, {}), doctest::Contains("a.yaml:2:1:"), drift::InputError);
}

TEST_CASE("JSON escapes that YAML does not know are written as characters") {
  const Written written = write(R"({"kind":"A","a":"\ud83d\ude00 \/ \u00e9"})", {});
  CHECK(object_of(written.text) == "{\"a\":\"😀 / é\",\"kind\":\"A\"}");
}

TEST_CASE("only the JSON of a file that goes on as YAML is rewritten") {
  const Written written = write("{\"kind\":\"A\",\"a\":\"\\/\"}\n---\nkind: B\nb: 'x\\/y \\ud83d'\n", {});
  CHECK(object_of(written.text, 0) == R"({"a":"/","kind":"A"})");
  CHECK(object_of(written.text, 1) == R"({"b":"x\\/y \\ud83d","kind":"B"})");
}

TEST_CASE(
    "a file of a directory that is no manifest is left out, one that looks like a manifest is a mistake") {
  const auto read = [](const std::string& text) {
    return Manifests({{"values.yaml", text, true}, {"b.yaml", "kind: B\n", true}}).objects().size();
  };
  CHECK(read("replicas: 2\n") == 1);
  CHECK(read("a: [\n") == 1);
  CHECK_THROWS_AS(read("apiVersion: v1\nkind: A\nmetadata: [\n"), drift::InputError);
  CHECK_THROWS_AS(read("kind: A\n---\nreplicas: 2\n"), drift::InputError);
  CHECK_THROWS_AS(Manifests({{"given.yaml", "replicas: 2\n", false}}), drift::InputError);
}

// What our own writing gets wrong on purpose here, since nothing is known that it does.
TEST_CASE("what would be read otherwise than meant is refused with its place") {
  const std::string plain = "kind: A\na: 1\n", unusual = "kind: A\na: ! 1\n";
  const auto written = [](const std::string& text, const std::string& edit) {
    const Manifests manifests({{"a.yaml", "kind: First\n"}, {"b.yaml", text}});
    const drift::manifest::Rendering rendering(manifests, {{}, {{{8, 8}, edit}}}, {});
    drift::manifest::read_back(manifests, {}, rendering);
    return rendering.text();
  };
  CHECK(written(plain, "b: 2\n") == "kind: First\n---\nkind: A\nb: 2\na: 1\n");
  CHECK(written(unusual, "# c\n") == "kind: First\n---\nkind: A\n# c\na: ! 1\n");
  CHECK_THROWS_WITH_AS(written(unusual, "b: 2\n"), doctest::Contains("b.yaml:1:1: "), drift::InputError);
  CHECK_THROWS_WITH_AS(written(unusual, "---\nkind: B\n"), doctest::Contains("another number of objects"),
                       drift::InputError);
  CHECK_THROWS_WITH_AS(written(unusual, "b: [\n"), doctest::Contains("would not be readable"),
                       drift::InputError);
}

TEST_CASE("a file of JSON and one of YAML make one stream") {
  const Manifests manifests(
      {{"a.json", "{\"kind\": \"A\"}"}, {"b.yaml", "\xEF\xBB\xBFkind: B\n"}, {"c.yaml", "---\nkind: C"}});
  const drift::manifest::Rendering rendering(manifests, edit_metadata(manifests, {}), {"kind: D\n"});
  CHECK(rendering.text() == "---\n{\"kind\": \"A\"}\n---\nkind: B\n---\nkind: C\n---\nkind: D\n");
}

TEST_CASE("annotations must be strings, since Argo CD ignores all of them otherwise") {
  for (const std::string value : {"5", "true", "null", "", "[a]", "1.5"}) {
    CAPTURE(value);
    CHECK_THROWS_WITH_AS(
        write("kind: A\nmetadata:\n  annotations:\n    argocd.argoproj.io/sync-wave: " + value + "\n", ours),
        doctest::Contains("a.yaml:4:"), drift::InputError);
  }
}
