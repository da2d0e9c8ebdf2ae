// `drift-policy audit` through the built program, on JSON lines.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "audit/lines.hpp"
#include "base/text.hpp"
#include "json/read.hpp"
#include "support/faulty_server.hpp"
#include "support/folder.hpp"
#include "support/kubeconfig.hpp"
#include "support/program.hpp"
#include "support/sync_case.hpp"
#include "support/text.hpp"
#include "yaml/document.hpp"

namespace {
using namespace drift;
using drift::tests::Cluster;
using drift::tests::Folder;
using drift::tests::run;
using drift::tests::SyncCase;

// Five records: three of shop, the second with drift that ann approved; two of other, the last of a failed sync.
struct FiveRecords {
  Cluster cluster;
  std::vector<std::string> lines;

  explicit FiveRecords(audit::KeyRing keys = {}) {
    cluster.keys = std::move(keys);
    SyncCase shop(cluster);
    SyncCase other(cluster, tests::medium_policy, tests::web, "other");
    const auto keep = [&](const hooks::Recorded& recorded) {
      lines.push_back(recorded.line);
      cluster.clock.wait(std::chrono::hours(1));
    };
    keep(shop.audit());
    shop.begin("2222222");
    const auto report = shop.drift_report();
    shop.put_report(report);
    shop.annotate_gate({{"state", "passed"},
                        {"approve.drift-policy.dev/ann-" + report.drift, report.drift + " ann: planned"}});
    keep(shop.audit());
    keep(other.audit());
    shop.begin("3333333");
    keep(shop.audit());
    other.begin("4444444");
    keep(other.alert());
  }
  std::string text(bool with_head = true) {
    std::string all;
    for (const auto& line : lines) all += line + "\n";
    return with_head ? all + audit::line_of(*cluster.evidence().head) : all;
  }
};

tests::Run read_back(std::vector<std::string> arguments, const std::string& input) {
  arguments.insert(arguments.begin(), "audit");
  arguments.insert(arguments.end(), {"--file", "-"});
  return run({.arguments = std::move(arguments), .input = input});
}

// JSON or YAML as canonical JSON.
std::string as_one_line(const std::string& text) {
  return yaml::Document("out", text, {0, static_cast<std::uint32_t>(text.size())}).root().json();
}

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++found;
  return found;
}

using drift::tests::contains;

std::string joined(const std::vector<std::string>& lines, const std::string& head) {
  std::string all;
  for (const auto& line : lines) all += line + "\n";
  return all + head;
}

// Of the second sync of FiveRecords, as `incidents --all -o json` prints it.
const char* const incident =
    R"([{"action":"approve","application":"shop","attempts":1,"changed":"2026-01-02T04:00:00Z","detected":"2026-01-02T03:30:00Z",)"
    R"("ended":"2026-01-02T04:00:00Z","id":"shop-1f3c9a02","more":0,"namespace":"argocd","notify":[],"objects":[],)"
    R"("severity":"medium","state":"resolved","uid":"u1"}])";
}  // namespace

TEST_SUITE("audit list, show and export") {
  TEST_CASE("list shows who synced what, with which drift, and who answered") {
    FiveRecords at;
    const auto result = read_back({"list"}, at.text());
    CHECK(result.exit == 0);
    CHECK(count(result.out, "\n") == 6);
    CHECK(result.out.starts_with("RECORD  TIME "));
    CHECK(contains(result.out, "approve ann"));
    CHECK(contains(result.out, "failed: gateFailed"));
  }

  TEST_CASE("list filters by application, severity, person and time") {
    FiveRecords at;
    const auto text = at.text();
    const auto rows = [&](std::vector<std::string> arguments) {
      arguments.insert(arguments.begin(), "list");
      const auto result = read_back(std::move(arguments), text);
      CHECK(result.exit == 0);
      return count(result.out, "\n") - 1;
    };
    CHECK(rows({"--application", "shop"}) == 3);
    CHECK(rows({"--application", "none"}) == 0);
    CHECK(rows({"--severity", "medium"}) == 1);
    CHECK(rows({"--person", "ann"}) == 1);
    CHECK(rows({"--person", "bob"}) == 0);
    CHECK(rows({"--since", "2026-01-02T05:30:00Z"}) == 2);
    CHECK(rows({"--until", "2026-01-02T05:30:00Z"}) == 3);
    CHECK(rows({"--since", "2026-01-02T04:00:00Z", "--until", "2026-01-02T05:30:00Z", "-a", "other"}) == 1);
    CHECK(read_back({"list", "--since", "yesterday"}, text).exit == 2);
  }

  TEST_CASE("an application of a namespace of its own is found as people call it, and as records do") {
    Cluster cluster;
    SyncCase team(cluster, tests::medium_policy, tests::web, "team_shop");
    const auto line = team.audit().line + "\n";
    for (const auto* name : {"team/shop", "team_shop"})
      CHECK(count(read_back({"list", "--application", name}, line).out, "\n") == 2);
    CHECK(count(read_back({"list", "--application", "shop"}, line).out, "\n") == 1);
  }

  TEST_CASE("list and export write JSON and CSV that hold the same records") {
    FiveRecords at;
    for (const auto* command : {"list", "export"}) {
      const auto json = tests::parse_json(read_back({command, "-o", "json"}, at.text()).out);
      REQUIRE(json.IsArray());
      REQUIRE(json.Size() == 5);
      CHECK(text_of(json[1]["record"]["answers"][0], "person") == "ann");
      const auto csv = read_back({command, "-o", "csv"}, at.text()).out;
      CHECK(count(csv, "\r\n") == 6);
      CHECK(csv.starts_with("record,time,application,"));
      CHECK(contains(csv, ",ann,,,ann: planned,"));
    }
  }

  TEST_CASE("YAML holds what JSON holds") {
    FiveRecords at;
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"list"}, {"export"}, {"show", "2"}, {"verify"}}) {
      const auto printed = [&](const char* format) {
        auto arguments = command;
        arguments.insert(arguments.end(), {"-o", format});
        return read_back(arguments, at.text()).out;
      };
      const auto json = printed("json"), yaml = printed("yaml");
      CHECK(yaml != json);
      CHECK(as_one_line(yaml) == as_one_line(json));
    }
  }

  TEST_CASE("list has incidents between the syncs where they were seen first, in JSON and YAML, too") {
    FiveRecords at;
    const Folder folder;
    const auto file = folder.write("incidents.json", incident).string();
    const auto listed = [&](std::vector<std::string> arguments) {
      arguments.insert(arguments.begin(), {"list", "--incidents-file", file});
      const auto result = read_back(std::move(arguments), at.text());
      CHECK(result.exit == 0);
      return result.out;
    };
    const auto table = listed({});
    CHECK(count(table, "\n") == 7);
    const auto lines = drift::split(table, '\n');
    CHECK(lines[2].starts_with("-       2026-01-02T03:30:00Z  shop "));
    CHECK(contains(lines[2], "  incident shop-1f3c9a02 resolved after 30 min  medium "));
    CHECK(contains(lines[2], "  1 sync asked for"));
    const auto json = tests::parse_json(listed({"-o", "json"}));
    REQUIRE(json.Size() == 6);
    CHECK(text_of(json[1]["incident"], "id") == "shop-1f3c9a02");
    CHECK(text_of(json[1], "time") == "2026-01-02T03:30:00Z");
    CHECK(number_of(json[2], "sequence") == 2);
    CHECK(as_one_line(listed({"-o", "yaml"})) == as_one_line(listed({"-o", "json"})));
    for (const std::vector<std::string>& other : {std::vector<std::string>{"-a", "other"},
                                                  {"--severity", "high"},
                                                  {"--person", "ann"},
                                                  {"--since", "2026-01-02T03:30:01Z"},
                                                  {"--until", "2026-01-02T03:29:59Z"},
                                                  {"--argocd-namespace", "gitops", "-a", "shop"}})
      CHECK_FALSE(contains(listed(other), "incident"));
    CHECK(contains(listed({"-a", "shop", "--severity", "medium"}), "incident"));
    CHECK(read_back({"list", "--incidents-file", file, "-o", "csv"}, at.text()).exit == 2);
    const auto no_cluster = read_back({"list", "--incidents"}, at.text());
    CHECK(no_cluster.exit == 2);
    CHECK(contains(no_cluster.err, "expected --incidents-file"));
  }

  TEST_CASE("export writes what verify takes, and says where a filter makes that impossible") {
    FiveRecords at;
    const auto exported = read_back({"export"}, at.text());
    CHECK(exported.exit == 0);
    CHECK(exported.out == at.text());
    const auto some = read_back({"export", "--application", "shop"}, at.text());
    CHECK(count(some.out, "\n") == 3);
    CHECK(contains(some.err, "can't be verified as a whole chain"));
    CHECK(read_back({"verify"}, some.out).exit == 1);
  }

  TEST_CASE("show gives one record: the last, by its number, or by its hash") {
    FiveRecords at;
    const auto last = read_back({"show"}, at.text());
    CHECK(last.exit == 0);
    CHECK(contains(last.out, "record:       5\n"));
    CHECK(contains(last.out, "outcome:      failed (gateFailed): the sync failed while the gate was"));
    CHECK(contains(last.out, "drift:        not known: the gate reported nothing\n"));
    const auto second = read_back({"show", "2"}, at.text());
    CHECK(contains(second.out, "revision:     2222222, from 1111111\n"));
    CHECK(contains(second.out, "because:      Service shop/web: /spec/type changed (medium)\n"));
    CHECK(contains(second.out, "approve:      ann of "));
    const auto hash = audit::parse_entry(at.lines[1]).hash();
    CHECK(read_back({"show", hash}, at.text()).out == second.out);
    CHECK(read_back({"show", hash.substr(0, 12)}, at.text()).out == second.out);
    const auto json = tests::parse_json(read_back({"show", "2", "-o", "json"}, at.text()).out);
    CHECK(text_of(json["record"]["report"]["objects"][0], "name") == "web");
    for (const auto* none : {"6", "0", "x", "ffffffffffffffff"}) {
      const auto missing = read_back({"show", none}, at.text());
      CHECK(missing.exit == 2);
      CHECK(contains(missing.err, "there is no record "));
    }
    CHECK(read_back({"show"}, "").exit == 2);
  }

  TEST_CASE("what was encrypted is shown with its key only, and rotated keys are all taken from one folder") {
    const std::string key(32, 'k');
    FiveRecords at(tests::ring({{"2026-01", key}}));
    CHECK(contains(read_back({"list"}, at.text()).out, "encrypted"));
    CHECK_FALSE(contains(read_back({"list"}, at.text()).out, "ann"));
    CHECK(read_back({"verify"}, at.text()).exit == 0);
    const auto asked = read_back({"list", "--person", "ann"}, at.text());
    CHECK(asked.exit == 2);
    CHECK(contains(asked.err, "2026-01"));
    const Folder keys;
    keys.write("2026-01", drift::base64(key) + "\n");
    keys.write("2026-02", std::string(32, 'l'));
    const auto read = read_back({"list", "--person", "ann", "--audit-keys", keys.path()}, at.text());
    CHECK(read.exit == 0);
    CHECK(contains(read.out, "approve ann"));
    const Folder wrong;
    wrong.write("2026-01", std::string(32, 'x'));
    const auto refused = read_back({"show", "2", "--audit-keys", wrong.path()}, at.text());
    CHECK(refused.exit == 2);
    CHECK_FALSE(contains(refused.err, key));
    CHECK(read_back({"list", "--audit-keys", Folder().path()}, at.text()).exit == 2);
  }

  TEST_CASE("a log with other lines between is read too") {
    FiveRecords at;
    std::string log = "starting\n";
    for (const auto& line : at.lines) log += "{\"level\":\"info\"}\n" + line + "\r\n\n";
    // A log has no head, so somebody has to say which record is the last.
    const auto result = read_back({"verify"}, log);
    CHECK(result.exit == 1);
    CHECK(result.out.starts_with(
        "record 6: cut off: the head is not there, so nobody can say that record 5 is"));
    CHECK(contains(result.out, "5 records are there and right"));
    const auto noted = at.cluster.evidence().head->hash + ":5";
    CHECK(read_back({"verify", "--head", noted}, log).exit == 0);
  }

  TEST_CASE("of what isn't as it was written they say that it is left out") {
    FiveRecords at;
    auto text = at.text();
    text.replace(text.find("\"synced\""), 8, "\"failed\"");
    for (const auto* command : {"list", "show", "export"}) {
      CHECK(contains(read_back({command}, text).err,
                     "1 record is not as drift-policy wrote it and is left out"));
      CHECK_FALSE(contains(read_back({command}, at.text()).err, "left out"));
    }
  }

  TEST_CASE("nothing in a record controls the terminal or a spreadsheet") {
    Cluster cluster;
    SyncCase shop(cluster);
    const auto report = shop.drift_report();
    shop.put_report(report);
    shop.annotate_gate(
        {{"state", "passed"},
         {"approve.drift-policy.dev/x", report.drift + " =HYPERLINK(1): \x1b[31mred\u202e,\"q\""}});
    const auto line = shop.audit().line + "\n";
    for (const auto* command : {"list", "show"}) {
      const auto out = read_back({command}, line).out;
      CHECK_FALSE(contains(out, "\x1b"));
      CHECK_FALSE(contains(out, "\u202e"));
    }
    const auto csv = read_back({"export", "-o", "csv"}, line).out;
    CHECK(contains(csv, ",'=HYPERLINK(1),"));
    CHECK(contains(csv, "\"\"q\"\""));
    CHECK_FALSE(contains(csv, "\x1b"));
    CHECK_FALSE(contains(csv, "\u202e"));
  }
}

TEST_SUITE("audit review, the command") {
  const char* since = "2026-01-01T00:00:00Z";

  TEST_CASE("text, JSON, YAML and HTML say what became of drift") {
    FiveRecords at;
    const Folder folder;
    folder.write("incidents.json", incident);
    const auto printed = [&](const char* format) {
      const auto result =
          read_back({"review", "--since", since, "--until", "2026-02-01T00:00:00Z", "--incidents-file",
                     (folder.path() / "incidents.json").string(), "-o", format},
                    at.text());
      CHECK(result.exit == 0);
      return result.out;
    };
    const auto text = printed("text"), json = printed("json"), html = printed("html");
    for (const auto* line :
         {"5 recorded syncs.", "1 incident.", "1 resolved incident; half of them within 30 min.",
          "shop-1f3c9a02", "Service /spec/type", "5 records there and right"})
      CHECK(contains(text, line));
    CHECK(contains(html, "<td>shop-1f3c9a02</td>"));
    CHECK(as_one_line(json) == as_one_line(printed("yaml")));
    const auto read = tests::parse_json(json);
    CHECK(read["compliance"]["chain"]["whole"].GetBool());
    CHECK(number_of(read["compliance"], "recorded") == 5);
    CHECK(text_of(read["people"][0], "name") == "ann");
    CHECK(number_of(read["resolved"], "medianSeconds") == 1800);
  }

  TEST_CASE("it is of the last 30 days, or of the period and the applications that are named") {
    FiveRecords at;
    const auto recorded = [&](std::vector<std::string> arguments) {
      arguments.insert(arguments.begin(), {"review", "-o", "json"});
      const auto result = read_back(arguments, at.text());
      CHECK(result.exit == 0);
      return number_of(tests::parse_json(result.out)["compliance"], "recorded");
    };
    CHECK(recorded({"--since", since}) == 5);
    CHECK(recorded({"--since", since, "--until", "2026-01-02T05:30:00Z"}) == 3);
    CHECK(recorded({"--since", since, "-a", "shop"}) == 3);
    CHECK(recorded({"--since", since, "-a", "sh*", "-a", "other"}) == 5);
    CHECK(recorded({"--since", since, "-a", "team/*"}) == 0);
    const auto backwards =
        read_back({"review", "--since", since, "--until", "2025-01-01T00:00:00Z"}, at.text());
    CHECK(backwards.exit == 2);
    CHECK(contains(backwards.err, "--since is later than --until"));
  }

  TEST_CASE("what can't be read is said, and a broken chain is no error of the review") {
    const std::string key(32, 'k');
    FiveRecords at(tests::ring({{"2026-01", key}}));
    CHECK(contains(read_back({"review", "--since", since}, at.text()).out,
                   "5 records are encrypted and can't be read without its key"));
    auto text = at.text();
    text.erase(0, text.find('\n') + 1);
    const auto broken = read_back({"review", "--since", since}, text);
    CHECK(broken.exit == 0);
    CHECK(contains(broken.out, "The chain of records is broken: removed: record 1 is not there"));
    CHECK(contains(broken.out, "Applications were not looked at"));
    CHECK(contains(broken.out, "Incidents\nThey were not looked at."));
  }

  TEST_CASE("of a cluster it takes Applications and incidents, too, as far as it may look at them") {
    const auto list = [](const std::string& items) {
      return R"({"apiVersion":"v1","kind":"List","metadata":{},"items":[)" + items + "]}";
    };
    const std::string denied =
        R"({"kind":"Status","status":"Failure","reason":"Forbidden","message":"no","code":403})";
    const std::string no_head =
        R"({"kind":"Status","reason":"NotFound","details":{"name":"drift-policy-audit-head","kind":"configmaps"},"code":404})";
    const std::string selective =
        R"({"metadata":{"name":"shop","namespace":"argocd","uid":"u","resourceVersion":"7","labels":{"drift-policy.dev/gated":"true"}},)"
        R"("spec":{"source":{"repoURL":"r","path":"a","plugin":{"name":"drift-policy"}}},"status":{"operationState":{)"
        R"("phase":"Succeeded","startedAt":"2026-01-02T03:00:00Z","operation":{"sync":{"resources":[{"kind":"Service","name":"web"}]}}}}})";
    tests::FaultyServer server;
    server
        .then(tests::answer(403, denied))  // Applications of all namespaces, then Argo CD's
        .then(tests::answer(200, list(selective)))
        .then(tests::answer(403, denied));  // incidents
    for (int component = 0; component < 3; ++component) server.then(tests::answer(200, list("")));
    server.then(tests::answer(404, no_head)).then(tests::answer(200, list("")));
    server.then(tests::answer(404, no_head));
    const Folder folder;
    const auto config = folder.write("config", tests::kubeconfig(server.url()));
    const auto result = run({.arguments = {"audit", "review", "--since", since, "-n", "drift-policy",
                                           "--kubeconfig", config.string(), "-o", "json"}});
    CAPTURE(result.err);
    REQUIRE(result.exit == 0);
    CHECK(contains(result.err, "incidents can't be looked at: "));
    const auto json = tests::parse_json(result.out);
    CHECK_FALSE(json.HasMember("incidents"));
    REQUIRE(json["bypasses"].Size() == 1);
    CHECK(text_of(json["bypasses"][0], "kind") == "selectiveSync");
    CHECK(text_of(json["compliance"]["withoutRecord"][0]) == "shop");
    const auto requests = server.requests();
    REQUIRE(requests.size() == 9);
    CHECK(requests[0].line.starts_with("GET /apis/argoproj.io/v1alpha1/applications?"));
    CHECK(requests[1].line.starts_with("GET /apis/argoproj.io/v1alpha1/namespaces/argocd/applications?"));
    CHECK(requests[2].line.starts_with("GET /api/v1/namespaces/drift-policy/configmaps?"));
  }

  TEST_CASE("a file of incidents that can't be read is an error with its place") {
    FiveRecords at;
    const Folder folder;
    const auto said = [&](const std::string& text) {
      folder.write("i.json", text);
      const auto result =
          read_back({"review", "--incidents-file", (folder.path() / "i.json").string()}, at.text());
      CHECK(result.exit == 2);
      return result.err;
    };
    CHECK(contains(said("{}"), "i.json: expected a list"));
    CHECK(contains(said("[{}]"), "i.json: incident 1: "));
    CHECK(contains(said("["), "i.json"));
  }
}

TEST_SUITE("audit verify, the command") {
  TEST_CASE("a whole chain: exit 0, and the head to note elsewhere, which is taken again") {
    FiveRecords at;
    const auto result = read_back({"verify"}, at.text());
    CHECK(result.exit == 0);
    const auto head = at.cluster.evidence().head.value();
    CHECK(result.out == fmt::format("chain {}: 5 records are there and right, 0 were removed by retention\n"
                                    "whole; head {}:5\n",
                                    head.chain, head.hash));
    const auto noted = fmt::format("{}:5", head.hash);
    CHECK(read_back({"verify", "--head", noted}, at.text()).exit == 0);
    CHECK(read_back({"verify", "--head", head.hash}, at.text()).exit == 0);
    const auto json = tests::parse_json(read_back({"verify", "-o", "json"}, at.text()).out);
    CHECK(json["problems"].Empty());
    CHECK(number_of(json, "entries") == 5);
    for (const auto* wrong : {"abc", "abc:5"})
      CHECK(read_back({"verify", "--head", wrong}, at.text()).exit == 2);
    CHECK(read_back({"verify", "--head", head.hash + ":x"}, at.text()).exit == 2);
  }

  TEST_CASE("the first record that was changed, removed, added, reordered or cut off is named, exit 1") {
    FiveRecords at;
    const auto head = audit::line_of(at.cluster.evidence().head.value());
    const auto first_line = [&](const std::vector<std::string>& lines, const std::string& end) {
      const auto result = read_back({"verify"}, joined(lines, end));
      CHECK(result.exit == 1);
      return result.out.substr(0, result.out.find('\n'));
    };
    auto lines = at.lines;
    lines[2].replace(lines[2].find("synced"), 6, "failed");
    CHECK(first_line(lines, head).starts_with("record 3: changed: -:3: "));

    lines = at.lines;
    lines.erase(lines.begin() + 1);
    CHECK(first_line(lines, head) ==
          "record 2: removed: record 2 is not there, and retention did not remove it");
    CHECK(first_line(lines, "").starts_with("record 2: removed: "));

    lines = at.lines;
    auto extra = audit::parse_entry(lines[2]);
    extra.sync = "another";
    lines.insert(lines.begin() + 3, extra.text());
    CHECK(first_line(lines, head) ==
          "record 3: added: -:4: a second record 3, which doesn't belong to the chain");

    lines = at.lines;
    std::swap(lines[1], lines[3]);
    CHECK(first_line(lines, head) == "record 2: reordered: -:4: record 2 stands behind record 4");

    lines = at.lines;
    lines.resize(3);
    CHECK(first_line(lines, head) ==
          "record 4: cut off: records 4 to 5 are not there: the end of the chain was cut off");

    // With its head: the issue's own case.
    const auto cut = joined(lines, "");
    CHECK(first_line(lines, "").starts_with("record 4: cut off: the head is not there"));
    CHECK(first_line(at.lines, "").starts_with("record 6: cut off: the head is not there"));
    const auto noted = at.cluster.evidence().head->hash + ":5";
    CHECK(contains(read_back({"verify", "--head", noted}, cut).out, "record 4: cut off: "));
  }

  TEST_CASE("of several changes the first is named first, and none is hidden by another") {
    FiveRecords at;
    const auto head = audit::line_of(at.cluster.evidence().head.value());
    auto lines = at.lines;
    lines[4].replace(lines[4].find("failed"), 6, "synced");
    lines.erase(lines.begin() + 1);
    const auto result = read_back({"verify"}, joined(lines, head));
    CHECK(result.exit == 1);
    CHECK(result.out.starts_with("record 2: removed: "));
    CHECK(contains(result.out, "record 5: changed: "));
  }

  TEST_CASE("faulty input is an error with its place, never a whole chain") {
    FiveRecords at;
    const auto head = audit::line_of(at.cluster.evidence().head.value());
    const auto twice = read_back({"verify"}, at.text() + head);
    CHECK(twice.exit == 2);
    CHECK(contains(twice.err, "-:7:1: a second head"));
    auto broken = at.text();
    broken.replace(broken.rfind("\"sequence\":5"), 12, "\"sequence\":6");
    CHECK(read_back({"verify"}, broken).exit != 0);
    const auto torn = read_back({"verify"}, at.text().substr(0, at.text().size() - 20));
    CHECK(torn.exit == 1);
    CHECK(contains(torn.out, "changed: -:6: "));
    CHECK(run({.arguments = {"audit", "verify", "--file", "/none"}}).exit == 2);
    CHECK(run({.arguments = {"audit", "verify", "--file", "/tmp"}}).exit == 2);
    // A file that holds no record was meant to hold some.
    const auto nothing = read_back({"verify"}, "no record\n");
    CHECK(nothing.exit == 2);
    CHECK(nothing.out.empty());
    CHECK(contains(nothing.err, "-: holds no audit records; expected some"));
    CHECK(read_back({"verify"}, "").exit == 2);
  }

  TEST_CASE("an export holds what bases, reports and alerts know, so that it is verified like the cluster") {
    FiveRecords at;
    const auto evidence = at.cluster.evidence();
    CHECK(evidence.witnesses.size() == 3);  // two bases and an alert
    std::string known;
    for (const auto& witness : evidence.witnesses) known += audit::line_of(witness);
    const auto head = audit::line_of(*evidence.head);
    const auto whole = joined(at.lines, known + head);
    CHECK(read_back({"verify"}, whole).exit == 0);
    CHECK(read_back({"export"}, whole).out.size() > at.text().size());
    CHECK(read_back({"verify"}, read_back({"export"}, whole).out).exit == 0);
    const auto result = read_back({"verify"}, known);
    CHECK(result.exit == 1);
    CHECK(contains(result.out, "cut off: record 5 of chain "));
    CHECK(contains(result.out, "-emergency knows, is not there: there are no records"));
    auto lines = at.lines;
    lines.pop_back();
    CHECK(read_back({"verify"}, joined(lines, known)).out.starts_with("record 5: cut off: "));
    CHECK(read_back({"verify"}, joined(at.lines, "{\"known\":5}\n" + head)).exit == 1);
    CHECK(read_back({"verify"}, joined(at.lines, "{\"known\":5,}\n" + head)).exit == 2);
  }

  TEST_CASE("every digit of the head's chain and hash counts") {
    FiveRecords at;
    const auto text = at.text();
    const auto head = text.rfind("{\"head\"");
    for (const auto* member : {"\"chain\":\"", "\"hash\":\""}) {
      const auto begin = text.find(member, head) + std::string_view(member).size();
      for (auto place = begin; text[place] != '"'; ++place) {
        auto changed = text;
        changed[place] = changed[place] == '0' ? '1' : '0';
        CHECK(read_back({"verify"}, changed).exit == 1);
      }
    }
  }
}
