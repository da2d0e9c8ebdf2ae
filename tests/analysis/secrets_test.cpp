// Drift of Secrets, and that no value of one comes to light; nor values of ConfigMaps and environment variables but as
// digests.
#include "analysis/secrets.hpp"

#include <fmt/format.h>

#include "base/sha256.hpp"
#include "json/string.hpp"
#include "report/page.hpp"
#include "support/drift_input.hpp"

namespace {
using namespace drift;
using tests::after_base;
using tests::analyse_one;
using tests::before_base;
using tests::Lines;
using tests::lines_of;
using tests::LiveObjects;
using tests::plan_of;

const std::string secret = R"(
apiVersion: v1
kind: Secret
metadata: {name: db}
stringData: {password: hunter2, user: hunter1}
)";
constexpr const char* password = "aHVudGVyMg==";
constexpr const char* user = "aHVudGVyMQ==";
constexpr const char* other = "aHVudGVyMw==";

struct Live {
  std::string data = R"("password":"aHVudGVyMg==","user":"aHVudGVyMQ==")";
  std::string applied = R"({"stringData":{"password":"hunter2","user":"hunter1"}})";
  std::string applier = "argocd-controller", applied_at = before_base;
  std::string writer = "argocd-controller", written_at = before_base;
  std::string version = "1";

  std::string json() const {
    const std::string annotation = "f:kubectl.kubernetes.io/last-applied-configuration";
    const auto annotations = applied.empty() ? std::string("{}")
                                             : R"({"kubectl.kubernetes.io/last-applied-configuration":)" +
                                                   drift::json_string(applied) + "}";
    return fmt::format(
        R"({{"apiVersion":"v1","kind":"Secret","type":"Opaque","data":{{{}}},"metadata":{{"uid":"u","resourceVersion":"{}","annotations":{},)"
        R"("managedFields":[{{"manager":"{}","operation":"Update","time":"{}","fieldsV1":{{"f:data":{{".":{{}},"f:password":{{}},"f:user":{{}}}}}}}},)"
        R"({{"manager":"{}","operation":"Update","time":"{}","fieldsV1":{{"f:metadata":{{"f:annotations":{{"{}":{{}}}}}}}}}}]}}}})",
        data, version, annotations, writer, written_at, applier, applied_at, annotation);
  }
};

Lines secret_drift(const Live& live) {
  return lines_of(analyse_one(secret, live.json()));
}
const Lines secret_in_sync = {"Secret shop/db in sync"};
const std::string secret_changed = "Secret shop/db drifted: /data/password changed: none -> none";

// Neither the values nor their base64 stand in the report, in what it is read back to, or on its page.
void check_hidden(const api::Report& report) {
  const auto json = api::report_json(report);
  for (const auto& text : {json, report::page(report), report::page(api::read_report(json)),
                           api::report_json(report, {.only_drift = true})})
    for (const auto* hidden : {"hunter", "aHVudGVy"}) CHECK(text.find(hidden) == std::string::npos);
}
}  // namespace

TEST_SUITE("drift: secrets") {
  TEST_CASE("a Secret that is as it was applied is in sync") {
    CHECK(secret_drift({}) == secret_in_sync);
    CHECK(secret_drift({.applied = std::string(
                            R"({"data":{"password":"aHVu\ndGVy\nMg==","user":"aHVudGVyMQ=="}})")}) ==
          secret_in_sync);
  }

  TEST_CASE("a changed value is drift, known by its writer") {
    const auto report =
        analyse_one(secret, Live{.data = fmt::format(R"("password":"{}","user":"{}")", other, user),
                                 .writer = "kubectl-edit",
                                 .written_at = after_base}
                                .json());
    CHECK(lines_of(report) == Lines{secret_changed});
    CHECK(report.severity == "high");
    CHECK(report.objects[0].differences[0].last->manager == "kubectl-edit");
    check_hidden(report);
  }

  TEST_CASE("a key that was taken out is drift") {
    CHECK(secret_drift({.data = fmt::format(R"("password":"{}")", password)}) ==
          Lines{"Secret shop/db drifted: /data/user removed: none -> none"});
  }

  TEST_CASE("an empty value that isn't there is none") {
    CHECK(secret_drift({.data = "", .applied = R"({"stringData":{"password":""}})"}) == secret_in_sync);
  }

  TEST_CASE("what only the cluster has is no drift") {
    CHECK(secret_drift({.data = fmt::format(R"("password":"{}","user":"{}","ca.crt":"{}")", password, user,
                                            other)}) == secret_in_sync);
  }

  TEST_CASE(
      "a value that a webhook changed on its way is no drift, one changed under Argo CD's name "
      "later is") {
    const auto data = fmt::format(R"("password":"{}","user":"{}")", other, user);
    CHECK(secret_drift({.data = data}) == secret_in_sync);
    CHECK(secret_drift({.data = data, .written_at = after_base}) == Lines{secret_changed});
  }

  TEST_CASE("a note of what was applied that somebody else wrote is not believed") {
    const auto data = fmt::format(R"("password":"{}","user":"{}")", other, user);
    CHECK(secret_drift({.data = data,
                        .applied = R"({"stringData":{"password":"hunter3","user":"hunter1"}})",
                        .applier = "kubectl-client-side-apply",
                        .applied_at = after_base,
                        .writer = "kubectl-client-side-apply",
                        .written_at = after_base}) ==
          Lines{secret_changed, "Secret shop/db drifted: /data/user changed: none -> none"});
  }

  TEST_CASE("nor is one that nobody is known to have written") {
    auto live = Live{.data = fmt::format(R"("password":"{}","user":"{}")", other, user),
                     .applied = R"({"stringData":{"password":"hunter3","user":"hunter1"}})",
                     .writer = "kubectl-edit",
                     .written_at = after_base}
                    .json();
    const std::string owned = R"("f:metadata":)";
    live.replace(live.find(owned), owned.size(), R"("f:other":)");
    CHECK(lines_of(analyse_one(secret, live)).size() == 2);
  }

  TEST_CASE("without such a note the writers count: whoever wrote since the last success") {
    CHECK(secret_drift({.applied = ""}) == secret_in_sync);
    CHECK(secret_drift({.applied = "", .writer = "kubectl-edit", .written_at = before_base}) ==
          secret_in_sync);
    CHECK(secret_drift({.applied = "", .writer = "kubectl-edit", .written_at = after_base}).size() == 2);
    CHECK(secret_drift({.applied = "{", .writer = "kubectl-edit", .written_at = after_base}).size() == 2);
  }

  TEST_CASE("where managedFields were removed nothing can be said, so it counts") {
    const auto report = analyse_one(
        secret, R"({"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":)"
                R"("{\"stringData\":{\"password\":\"hunter3\"}}"}},"data":{"password":"aHVudGVyMw=="}})");
    CHECK(lines_of(report) == Lines{"Secret shop/db drifted: /data changed: none -> none"});
    check_hidden(report);
  }

  TEST_CASE("every write is another drift: approval of one covers no other") {
    Live live{.data = fmt::format(R"("password":"{}","user":"{}")", other, user), .written_at = after_base};
    const auto first = analyse_one(secret, live.json()).drift;
    CHECK(analyse_one(secret, live.json()).drift == first);
    live.version = "2";
    CHECK(analyse_one(secret, live.json()).drift != first);
  }

  TEST_CASE("a deleted Secret is drift of its severity") {
    const auto plan = plan_of(secret);
    const auto report = LiveObjects().analyse(plan, &plan);
    CHECK(lines_of(report) == Lines{"Secret shop/db deleted"});
    CHECK(report.severity == "high");
  }

  TEST_CASE("labels and the type of a Secret are compared openly") {
    const auto plan = plan_of(
        "apiVersion: v1\nkind: Secret\nmetadata: {name: db, labels: {a: b}}\ntype: Opaque\ndata: {x: "
        "aHVudGVyMg==}\n");
    auto live = Live{}.json();
    live.insert(live.find(R"("annotations")"), R"("labels":{"a":"c"},)");
    CHECK(lines_of(LiveObjects().put("Secret shop/db", live).analyse(plan, &plan)) ==
          Lines{"Secret shop/db drifted: /metadata/labels/a changed: b -> c"});
  }

  TEST_CASE("a base that somebody forged brings no value to light") {
    const auto plan = plan_of(secret);
    const auto forged = [&](const std::optional<std::string>& manifest) {
      auto base = plan;
      base.objects[0].manifest = manifest;
      for (const auto* pointer : {"/data/password", "/data", "/metadata/annotations", ""}) {
        policy::GuardedField field;
        field.id = "forged";
        field.pointer = pointer;
        field.value = "x";
        base.objects[0].guarded.push_back(field);
      }
      return base;
    };
    const Live live{.data = fmt::format(R"("password":"{}","user":"{}")", other, user),
                    .written_at = after_base};
    for (
        const auto& manifest :
        {std::optional<std::string>(),
         std::optional<std::string>(
             R"({"data":{"password":"x","user":1},"stringData":{"password":"x"},)"
             R"("metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"x"},"uid":"x"}})"),
         std::optional<std::string>(R"({"data":1,"metadata":1,"type":{"a":1}})"),
         std::optional<std::string>("[]")}) {
      const auto base = forged(manifest);
      const auto report = LiveObjects().put("Secret shop/db", live.json()).analyse(plan, &base);
      CHECK(report.drifted());
      check_hidden(report);
    }
  }

  TEST_CASE("values of ConfigMaps and environment variables are shown as digests") {
    const auto plan = plan_of(R"(
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {password: hunter2}
binaryData: {key: aHVudGVyMg==}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: web, env: [{name: P, value: hunter2}]}]}}}
---
apiVersion: example.org/v1
kind: Runner
metadata: {name: run}
spec: {env: {P: hunter2}}
)");
    const auto report =
        LiveObjects()
            .put(
                "ConfigMap shop/settings",
                R"({"data":{"password":"hunter3"},"binaryData":{"key":"aHVudGVyMw=="},)"
                R"("metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"hunter4"}}})")
            .put(
                "Deployment shop/web",
                R"({"spec":{"template":{"spec":{"containers":[{"name":"web","env":[{"name":"P","value":"hunter3"}]}]}}}})")
            .put("Runner shop/run", R"({"spec":{"env":{"P":["hunter3",{"a":"hunter4"}]}}})")
            .analyse(plan, &plan);
    check_hidden(report);
    const auto digest = [](const std::string& text) { return "sha256:" + drift::sha256_hex(text); };
    CHECK(lines_of(report) ==
          Lines{"ConfigMap shop/settings drifted: /binaryData/key changed: " + digest("aHVudGVyMg==") +
                    " -> " + digest("aHVudGVyMw=="),
                "ConfigMap shop/settings drifted: /data/password changed: " + digest("hunter2") + " -> " +
                    digest("hunter3"),
                "Deployment shop/web drifted: /spec/template/spec/containers/0/env/0/value changed: " +
                    digest("hunter2") + " -> " + digest("hunter3"),
                fmt::format(R"(Runner shop/run drifted: /spec/env/P changed: {} -> ["{}",{{"a":"{}"}}])",
                            digest("hunter2"), digest("hunter3"), digest("hunter4"))});
  }

  TEST_CASE("a forged base brings no ConfigMap's value or variable to light either") {
    const auto plan = plan_of(R"(
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {password: hunter2}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: web, env: [{name: P, value: hunter2}]}]}}}
)");
    auto base = plan;
    for (auto& object : base.objects) {
      object.manifest.reset();
      for (const auto* pointer :
           {"/data/password", "/data", "/metadata", "/metadata/annotations",
            "/spec/template/spec/containers/0/env/0/value", "/spec/template/spec/containers", "/spec"}) {
        policy::GuardedField field;
        field.id = field.key = "forged";
        field.pointer = pointer;
        field.value = "x";
        object.guarded.push_back(field);
      }
    }
    const std::string metadata =
        R"("metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"hunter4"}})";
    const auto report =
        LiveObjects()
            .put("ConfigMap shop/settings", R"({"data":{"password":"hunter3"},)" + metadata + "}")
            .put(
                "Deployment shop/web",
                R"({"spec":{"template":{"spec":{"containers":[{"name":"web","env":[{"name":"P","value":"hunter3"}]}]}}},)" +
                    metadata + "}")
            .analyse(plan, &base);
    CHECK(report.drifted());
    check_hidden(report);
  }
}
