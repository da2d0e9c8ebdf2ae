// What comes through of helm's messages: its own sentences, places, and lines of a template's author; no values.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "source/helm/messages.hpp"
#include "support/folder.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

namespace {
using drift::source::ChartTexts;
using drift::source::without_values;
using drift::tests::Folder;
using drift::tests::run;

const std::string hint =
    "(… is withheld, for it could be a value; run helm template in the chart's folder to see it)\n";

std::string told(const std::string& said, const std::string& templates) {
  return without_values(said, ChartTexts(std::string_view(templates)));
}

using drift::tests::contains;
}  // namespace

TEST_CASE("A template's own message comes through, and what it put in doesn't") {
  const std::string at = "Error: execution error at (app/templates/a.yaml:1:3): ";
  const std::string templates =
      "{{ fail (printf \"the port %d of %s is taken\" .Values.port .Values.host) }}{{ required \"host\" "
      ".Values.h }}\n"
      "{{ fail (print \"no host: \" .Values.x) }}{{ .Values.p | default \"open sesame\" }}\n"
      "{{- define \"check\" }}\nredis: set a topology\n  Only {{ .Chart.Name }} has one\n    password: "
      "hunter2\n{{- end }}\n";
  for (const auto& [said, shown] : std::vector<std::pair<std::string, std::string>>{
           {"host", "host\n"},
           {"the port 80 of hunter2 is taken", "the port … of … is taken\n" + hint},
           {"no host: hunter2", "no host: …\n" + hint},
           {"redis: set a topology\n  Only app has one", "redis: set a topology\nOnly … has one\n" + hint},
           {"password: hunter2", "…\n" + hint},
           {"hunter2", "…\n" + hint},
           {"the port", "…\n" + hint},
           {"a: hunter2\nb: c\nredis: set a topology", "…\nredis: set a topology\n" + hint},
           {"hunter2 redis: set a topology", "…\n" + hint}}) {
    const auto& shown_said = said;  // a binding itself can't be captured
    CAPTURE(shown_said);
    CHECK(told(at + said + "\n\nUse --debug flag to render out invalid YAML\n", templates) == at + shown);
  }
}

TEST_CASE("Helm's sentences come through with places, types and names that stand in the templates") {
  const std::string templates =
      "{{ include \"web.name\" . }} {{ .Values.a.b.c }} {{ mustToDate .Values.p \"x\" }}";
  for (const std::string said :
       {"Error: app/templates/cm.yaml:1:10\n  executing \"app/templates/cm.yaml\" at <.Values.a.b.c>:\n    "
        "nil pointer "
        "evaluating interface {}.b\n",
        "Error: template: app/templates/cm.yaml:1:3: executing \"app/templates/cm.yaml\" at <include "
        "\"web.name\" .>: "
        "error calling include: template: no template \"web.name\" associated with template \"gotpl\"\n",
        "Error: YAML parse error on app/templates/cm.yaml: error converting YAML to JSON: yaml: line 3: "
        "mapping values "
        "are not allowed in this context\n",
        "Error: YAML parse error on app/templates/cm.yaml: error unmarshaling JSON: while decoding JSON: "
        "json: cannot "
        "unmarshal string into Go value of type util.SimpleHead\n",
        "Error: failed to parse /repo/values.yaml: cannot unmarshal yaml document: error converting YAML to "
        "JSON: yaml: "
        "line 1: did not find expected key\n",
        "Error: failed parsing --set data: list must terminate with '}'\n",
        "Error: chart requires kubeVersion: >=9.0 which is incompatible with Kubernetes v1.35.0\n",
        "Error: open nope.yaml: no such file or directory\n",
        "level=INFO msg=\"found symbolic link in path. Contents of linked file included and used\"\n"}) {
    CAPTURE(said);
    CHECK(told(said, templates) == said);
  }
}

TEST_CASE("What helm, a parser or a schema quotes of a value doesn't come through") {
  const std::string templates =
      "{{ tpl .Values.p . }} {{ range .Values.p }} {{ include .Values.p . }} {{ mustToDate .Values.p }} "
      "\"port\" \"a\"";
  const std::string begin =
      "Error: template: a/templates/b.yaml:1:3: executing \"a/templates/b.yaml\" at <tpl .Values.p .>: ";
  const std::string parse =
      "Error: YAML parse error on a/templates/b.yaml: error converting YAML to JSON: yaml: ";
  const std::string schema =
      "Error: values don't meet the specifications of the schema(s) in the following chart(s):\napp:\n";
  for (const auto& [said, shown] : std::vector<std::pair<std::string, std::string>>{
           {begin + "range can't iterate over hunter2", begin + "range can't iterate over …"},
           {begin + "range can't iterate over map[a:hunter2\nb:c]", begin + "range can't iterate over …"},
           {begin +
                "error calling include: template: no template \"hunter2\" associated with template \"gotpl\"",
            begin + "error calling include: template: no template \"…\" associated with template \"gotpl\""},
           {begin + "error calling mustToDate: parsing time \"x\" as \"hunter2\": cannot parse",
            begin + "error calling mustToDate: parsing time …"},
           {begin + "error calling tpl: cannot parse template \"{{ hunter2 \": template: gotpl:1: unclosed "
                    "action",
            begin + "error calling tpl: cannot parse template …: template: gotpl:1: unclosed action"},
           {begin + "error calling tpl: something new: hunter2", begin + "error calling tpl: …"},
           {begin + "can't evaluate field hunter2 in type interface {}",
            begin + "can't evaluate field … in type interface {}"},
           {begin + "wrong type for value; expected string; got hunter2", begin + "…"},
           {parse + "unknown anchor 'hunter2' referenced", parse + "unknown anchor … referenced"},
           {parse + "cannot decode !!str `hunter2` as a !!int", parse + "cannot decode !!str … as a !!int"},
           {parse + "line 3: hunter2", parse + "line 3: …"},
           {schema + "- at '/port': got string, want integer or null",
            schema + "- at '/port': got string, want integer or null"},
           {schema + "- at '/port': value must be one of 'a', 'hunter2'",
            schema + "- at '/port': value must be one of 'a', '…'"},
           {schema + "- at '/hunter2': 'hunter2' does not match pattern 'a'",
            schema + "- at '/…': … does not match pattern 'a'"},
           {schema + "- at '/port': maximum: got 8,391, want 5",
            schema + "- at '/port': maximum: got …, want …"},
           {schema + "- port: Must be one of the following: \"hunter2\"", schema + "…"},
           {"Error: failed parsing --set-json data a=hunter2", "Error: …"},
           {"Error: failed parsing --set data: key \"hunter2\" has no value",
            "Error: failed parsing --set data: key … has no value"},
           {"hunter2\nhunter2\npanic: hunter2", "…"},
           {"coalesce.go:289: warning: destination for app.port is a table. Ignoring non-table value "
            "(hunter2)",
            "coalesce.go:289: warning: destination for ….port is a table. Ignoring non-table value (…)"},
           {"level=INFO msg=\"warning: cannot overwrite table with non table for app.hunter2 "
            "(map[true:hunter2])\" p=hunter2",
            "level=INFO msg=\"warning: cannot overwrite table with non table for ….… (…)\""}}) {
    const auto& shown_said = said;  // a binding itself can't be captured
    CAPTURE(shown_said);
    auto expected = shown + '\n';
    if (contains(expected, "…")) expected += hint;
    CHECK(told(said + '\n', templates) == expected);
  }
}

TEST_CASE("A long or deeply nested message takes bounded work and shows nothing of itself") {
  std::string nested = "Error: ";
  for (int i = 0; i < 10'000; ++i) nested += "template: ";
  CHECK_FALSE(contains(told(nested + "hunter2\n", "{{ a }}"), "hunter2"));
  const auto shown = told("Error: " + std::string(std::size_t{1} << 22, 'x') + "hunter2\n", "{{ a }}");
  CHECK(shown == "Error: …\n" + hint);
  std::string lines;
  for (int i = 0; i < 100'000; ++i) lines += "level=INFO msg=hunter2\n";
  CHECK(told(lines, "{{ a }}").size() < 4'000);
}

TEST_CASE("Whatever a template does with a value before it fails, the value stays away") {
  const Folder folder;
  folder.write("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n");
  folder.write("values.yaml", "db: {password: hunter2-longpass, pin: 8391774205}\n");
  folder.write("charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 1.0.0\n");
  folder.write("charts/sub/values.yaml", "word: hunter2-longpass\n");
  for (const std::string action : {"fail .Values.db.password",
                                   "fail (upper .Values.db.password)",
                                   "fail (substr 3 9 .Values.db.password)",
                                   "fail (b64enc .Values.db.password)",
                                   "fail (sha256sum .Values.db.password)",
                                   "fail (quote .Values.db.password)",
                                   "fail (print \"a \" .Values.db.password)",
                                   "fail (toYaml .Values)",
                                   "fail (toJson .Values.db)",
                                   "fail (wrap 5 .Values.db.password)",
                                   "fail (first (splitList \"-\" .Values.db.password))",
                                   "fail (index .Values.sub \"word\")",
                                   "fail (printf \"bad %v\" .Values.db.pin)",
                                   "range .Values.db.pin }}{{ end",
                                   "tpl (print \"{{ \" .Values.db.password) .",
                                   "include .Values.db.password .",
                                   "mustToDate .Values.db.password \"x\"",
                                   "semverCompare .Values.db.password \"1\"",
                                   "print \"a: *\" .Values.db.password",
                                   "print \"a: !!int \" .Values.db.password",
                                   "fail (reverse (splitList \"\" .Values.db.password) | join \"\")",
                                   "fail (.Files.Get \"values.yaml\")"}) {
    CAPTURE(action);
    folder.write("templates/t.yaml", "{{ " + action + " }}\n");
    const auto result = run({.arguments = {"render", folder.path().string()}});
    CAPTURE(result.err);
    CHECK(result.exit == 3);
    CHECK(contains(result.err, "c/templates/t.yaml"));
    for (const std::string part :
         {"unter2", "UNTER", "longpass", "ter2-", "8391", "aHVudG", "retnuh", "ssapgnol", "hunte"})
      CHECK_FALSE(contains(result.err, part));
  }
}

TEST_CASE("Where a value comes from makes no difference to what is shown") {
  const Folder folder;
  folder.write("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n");
  folder.write("values.yaml", "db: {word: \"\"}\n");
  folder.write("templates/t.yaml", "{{ fail (printf \"bad %v\" .Values.db.word) }}\n");
  folder.write("two.yaml", "db: {word: hunter2-a,b}\n---\n");
  folder.write("file.txt", "hunter2-a,b");
  std::string many = "db: {word: 8391774205}\n";
  for (int i = 0; i < 1'000; ++i) many.insert(0, "harmless" + std::to_string(i) + ": value\n");
  folder.write("many.yaml", many);
  for (const auto& arguments :
       std::vector<std::vector<std::string>>{{"--helm-value-files", "two.yaml"},
                                             {"--helm-value-files", "many.yaml"},
                                             {"--helm-values", "db: {word: hunter2}\n---\n"},
                                             {"--helm-file-parameters", "db.word=file.txt"},
                                             {"--helm-parameters", "db.word=hunter2\\,b"},
                                             {"--helm-parameters", "db.word={hunter2,b}"},
                                             {"--helm-parameters", "db.word=hunter2$ARGOCD_APP_NAME"},
                                             {"--helm-string-parameters", "db.word=8391774205"}}) {
    CAPTURE(arguments.back());
    std::vector<std::string> all = {"render", folder.path().string()};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const auto result = run({.arguments = all});
    CHECK(result.exit == 3);
    CAPTURE(result.err);
    CHECK(contains(result.err, "(c/templates/t.yaml:1:3): bad …"));
    CHECK_FALSE(contains(result.err, "hunter2"));
    CHECK_FALSE(contains(result.err, "8391774205"));
  }
}
