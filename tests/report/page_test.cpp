// The page in the gate's log.
#include "report/page.hpp"

#include <fmt/format.h>

#include "base/colour.hpp"
#include "base/printable.hpp"
#include "support/drift_input.hpp"

namespace {
using namespace drift;
using report::page;
using tests::LiveObjects;
using tests::plan_of;

const std::string source = R"(
apiVersion: v1
kind: Service
metadata: {name: web, annotations: {drift-policy.dev/severity: high}}
spec: {type: ClusterIP, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {replicas: 3, paused: true, template: {spec: {serviceAccountName: web}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: same}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: gone}
)";

api::Report example() {
  const auto base = plan_of(source + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: old}\n");
  const auto plan = plan_of(source + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: new}\n");
  const std::string managed =
      R"("metadata":{"managedFields":[{"manager":"kubectl-patch","operation":"Update","time":"2026-11-25T09:30:00Z",)"
      R"("fieldsV1":{"f:spec":{"f:type":{},"f:paused":{}}}},{"manager":"kubectl","operation":"Update",)"
      R"("subresource":"scale","time":"2026-11-25T09:00:00Z","fieldsV1":{"f:spec":{"f:replicas":{}}}}]})";
  return LiveObjects()
      .put("Service shop/web", "{" + managed + R"(,"spec":{"type":"LoadBalancer","ports":[{"port":80}]}})")
      .put("Deployment shop/web",
           "{" + managed + R"(,"spec":{"replicas":5,"paused":false,"template":{"spec":{}}}})")
      .put("ConfigMap shop/same", "{}")
      .analyse(plan, &base);
}

// Everything that a terminal could take for a command, or that could turn the text around.
const std::string evil =
    "\x1b[2J\x1b]0;title\x07\r\n\t\x08\x7f\xC2\x9B"
    "31m\xE2\x80\xAE\xE2\x80\xA8\xEF\xBB\xBF\xff end";

bool harmless(const std::string& text) {
  for (const char c : text)
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7F) return false;
  for (const auto* bytes : {"\xC2\x9B", "\xE2\x80\xAE", "\xE2\x80\xA8", "\xEF\xBB\xBF", "\xff"})
    if (text.find(bytes) != std::string::npos) return false;
  return true;
}
}  // namespace

TEST_SUITE("drift: page") {
  TEST_CASE("the page says what drifted, from what to what, by whom, why, and what happens next") {
    const auto report = example();
    CHECK(page(report, {.next = "Waits for one approval.\nUntil 2026-11-26T10:00:00Z."}) ==
          R"(shop: drift of severity high, with the demands of medium
revision 0123456789abcdef0123456789abcdef01234567, the last success was 0123456789abcdef0123456789abcdef01234567 at 2026-11-24T10:00:00Z
objects compared: 3, drift )" +
              report.drift + R"(

Why
  Service shop/web: /spec/type changed (high, with the demands of low)
  Deployment shop/web: /spec/paused changed (medium)
  Deployment shop/web: /spec/template/spec/serviceAccountName removed (medium)

Service shop/web  drifted  high, with the demands of low  rule annotation
  /spec/type  changed   LoadBalancer (cluster) -> ClusterIP (Git)
              changed by kubectl-patch (Update), 2026-11-25T09:30:00Z

Deployment shop/web  drifted  medium  rule test/workloads
  /spec/paused                            changed   false (cluster) -> true (Git)
                                          changed by kubectl-patch (Update), 2026-11-25T09:30:00Z
  /spec/replicas (replicas)               changed   5 (cluster) -> 3 (Git)  [low]
                                          changed by kubectl (Update of scale), 2026-11-25T09:00:00Z
  /spec/template/spec/serviceAccountName  removed   not set (cluster) -> web (Git)
                                          object last changed by kubectl-patch (Update), 2026-11-25T09:30:00Z

ConfigMap shop/gone  deleted  low  rule default
  not there (cluster) -> there (Git)

Without drift
  in sync: 1
  new: 1 (ConfigMap shop/new)
  removed from Git: 1 (ConfigMap shop/old)

Next
  Waits for one approval.
  Until 2026-11-26T10:00:00Z.
)");
  }

  TEST_CASE("a report that was read back makes the same page") {
    const auto report = example();
    CHECK(page(api::read_report(api::report_json(report))) == page(report));
  }

  TEST_CASE("colours stand only where they are asked for, and always end") {
    const auto report = example();
    CHECK(page(report).find('\x1b') == std::string::npos);
    const auto coloured = page(report, {.colour = true, .next = "x"});
    std::string stripped;
    bool on = false;
    for (std::size_t i = 0; i < coloured.size(); ++i) {
      if (coloured[i] != '\x1b') {
        stripped += coloured[i];
        CHECK((coloured[i] != '\n' || !on));  // no colour runs on into the next line
        continue;
      }
      const auto end = coloured.find('m', i);
      on = coloured.substr(i, end - i + 1) != drift::plain;
      i = end;
    }
    CHECK_FALSE(on);
    CHECK(stripped == page(report, {.next = "x"}));
    CHECK(coloured.find(std::string(drift::red) + "high, with the demands of low" +
                        std::string(drift::plain)) != std::string::npos);
  }

  TEST_CASE("nothing that others wrote controls the terminal") {
    auto report = example();
    report.application = report.revision = report.base_revision = report.severity = report.approval_severity =
        evil;
    report.drift = evil;
    report.reasons = {evil};
    report.met = {evil};
    for (auto& object : report.objects) {
      object.kind = object.ns = object.name = object.rule = object.severity = object.approval_severity = evil;
      for (auto& one : object.differences) {
        one.pointer = one.guarded = one.severity = one.approval_severity = evil;
        one.wanted = one.live = one.base = evil;
        one.last = {evil, evil, evil, evil};
      }
    }
    for (const auto& text :
         {page(report, {.next = evil}), page(api::read_report(api::report_json(report)))}) {
      CHECK(harmless(text));
      CHECK(text.find("\\u{1b}[2J") != std::string::npos);
      // Each line is one that we began: none of theirs starts a line of its own.
      CHECK(text.find("\n end") == std::string::npos);
    }
  }

  TEST_CASE("the page stays within its limit, and counts what it leaves out") {
    auto report = example();
    const auto one = report.objects[1];
    for (int i = 0; i < 500; ++i) report.objects.push_back(one);
    const auto whole = page(report, {.next = "The end.", .limit = std::size_t{1} << 20});
    std::size_t counted = 0;
    for (std::size_t limit = 0; limit < whole.size() + 1000; limit += 501) {
      CAPTURE(limit);
      const auto text = page(report, {.next = "The end.", .limit = limit});
      CHECK(text.size() <= limit);
      CHECK((text.empty() || text.back() == '\n'));
      if (limit < 2000) continue;
      CHECK(text.starts_with("shop: drift of severity high"));
      CHECK(text.ends_with("Next\n  The end.\n"));
      counted += text.find(" more with drift: see the report\n") != std::string::npos ? 1 : 0;
    }
    CHECK(counted > 10);
    CHECK(page(report, {.next = "The end."}).size() <= (std::size_t{64} << 10));
    // So many bytes of colour are bytes too.
    CHECK(page(report, {.colour = true, .next = "x", .limit = 3000}).size() <= 3000);
  }

  TEST_CASE("the worst comes first") {
    auto report = example();
    std::swap(report.objects[0], report.objects[1]);
    const auto text = page(report);
    CHECK(text.find("\nService shop/web  drifted") < text.find("\nDeployment shop/web  drifted"));
  }

  TEST_CASE("without a base and without drift the page is short") {
    const auto plan = plan_of(source);
    CHECK(
        page(LiveObjects().analyse(plan, nullptr)) ==
        R"(shop: nothing to compare with: no sync of it has succeeded under the policy yet, so nothing counts as drift
revision 0123456789abcdef0123456789abcdef01234567
objects compared: 0

Without drift
  new: 4 (Service shop/web, Deployment shop/web, ConfigMap shop/same, ConfigMap shop/gone)
)");
    const auto one = plan_of("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
    CHECK(page(LiveObjects().put("ConfigMap shop/a", "{}").analyse(one, &one)) ==
          R"(shop: no drift
revision 0123456789abcdef0123456789abcdef01234567, the last success was 0123456789abcdef0123456789abcdef01234567 at 2026-11-24T10:00:00Z
objects compared: 1

Without drift
  in sync: 1
)");
  }

  TEST_CASE("special values have their words") {
    api::Report report;
    report.application = "shop";
    report.has_base = true;
    report.severity = "low";
    report.drift = "0";
    report.omitted = 4;
    report.objects.resize(1);
    auto& object = report.objects[0];
    object.kind = "Note";
    object.name = "a";
    object.state = api::State::drifted;
    object.severity = object.approval_severity = "low";
    object.guarded_only = true;
    object.base_revision = "5555555";
    object.base_time = "2026-11-20T00:00:00Z";
    object.more = 7;
    api::Difference hidden, empty, conflict, dropped;
    hidden.pointer = "/data/p";
    empty.pointer = "/spec/e";
    empty.wanted = "x";
    empty.live = "";
    conflict.pointer = "/spec/c";
    conflict.change = api::Change::conflict;
    conflict.wanted = "2";
    conflict.base = "1";
    conflict.live = std::string(100, 'x');
    dropped.pointer = "/spec/d";
    dropped.change = api::Change::conflict;
    dropped.live = "1";
    object.differences = {hidden, empty, conflict, dropped};
    for (auto& one : object.differences) one.severity = one.approval_severity = "low";
    const auto text = page(report);
    CHECK(text.find("  had left Git at the last success: compared with 5555555 at 2026-11-20T00:00:00Z\n") !=
          std::string::npos);
    CHECK(text.find("  too large for the plan: only its guarded fields were compared, the rest counts as "
                    "changed\n") != std::string::npos);
    CHECK(text.find("  /data/p  changed   value not shown (cluster) -> value not shown (Git)\n           who "
                    "changed it is not recorded\n") != std::string::npos);
    CHECK(text.find("  /spec/e  changed   \"\" (cluster) -> x (Git)\n") != std::string::npos);
    CHECK(text.find("  /spec/c  conflict  " + std::string(80, 'x') +
                    "… (cluster) -> 2 (Git, which had 1)\n") != std::string::npos);
    CHECK(text.find("  /spec/d  conflict  1 (cluster) -> not set (Git)\n") != std::string::npos);
    CHECK(text.find("  and 7 more differences\n") != std::string::npos);
    CHECK(text.ends_with("\nobjects that this report doesn't list: 4\n"));
  }

  TEST_CASE("no value and no writer can pass for words of the page") {
    api::Report report;
    report.application = "shop";
    report.has_base = true;
    report.severity = "low";
    report.drift = "0";
    report.objects.resize(1);
    auto& object = report.objects[0];
    object.state = api::State::drifted;
    object.severity = object.approval_severity = "low";
    object.differences.resize(1);
    auto& one = object.differences[0];
    one.pointer = "/spec/a";
    one.severity = one.approval_severity = "low";
    one.wanted = "not set";
    one.live = "x\" (cluster) -> y (Git)";
    one.last = {"kubectl (Update), now", "Update", "", "2026-11-25T09:30:00Z"};
    const auto text = page(report);
    CHECK(text.find(R"~("x\" (cluster) -> y (Git)" (cluster) -> "not set" (Git))~") != std::string::npos);
    CHECK(text.find(R"~(changed by "kubectl (Update), now" (Update), 2026)~") != std::string::npos);
  }

  TEST_CASE("text is cut and measured by characters") {
    CHECK(printable("üüü", 2) == "üü…");
    CHECK(printable("üüü", 3) == "üüü");
    CHECK(printable("a\tb\nc") == "a\\tb\\nc");
    CHECK(printable("\xF0\x9F\x98\x80") == "\xF0\x9F\x98\x80");
    CHECK(printable("\xC3") == "\xEF\xBF\xBD");
    CHECK(width("üa…") == 3);
    CHECK(harmless(printable(evil)));
  }
}
