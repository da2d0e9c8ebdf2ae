// Who wrote a field: autoscalers and admission webhooks cause no false drift, and nobody hides behind their names further
// than docs/drift.md says.
#include "analysis/exemption.hpp"

#include <fmt/format.h>

#include "analysis/managed_fields.hpp"
#include "json/canonical.hpp"
#include "report/page.hpp"
#include "support/drift_input.hpp"

namespace {
using namespace drift;
using tests::after_base;
using tests::analyse_one;
using tests::before_base;
using tests::Lines;
using tests::lines_of;

// An entry of managedFields; `fields` is fieldsV1.
std::string wrote(const std::string& manager, const std::string& time, const std::string& fields,
                  const std::string& subresource = "", const std::string& operation = "Update") {
  return fmt::format(
      R"({{"manager":"{}","operation":"{}","subresource":"{}","time":"{}","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{}}})",
      manager, operation, subresource, time, fields);
}

const std::string web = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  template: {spec: {containers: [{name: web, image: "web:1", args: [a, b]}]}}
)";
std::string web_live(const std::string& managed, int replicas = 3, const std::string& image = "web:1",
                     const std::string& args = R"("a","b")", const std::string& annotations = "{}") {
  return fmt::format(
      R"({{"apiVersion":"apps/v1","kind":"Deployment","metadata":{{"annotations":{},"managedFields":[{}]}},)"
      R"("spec":{{"replicas":{},"template":{{"spec":{{"containers":[{{"name":"web","image":"{}","args":[{}]}}]}}}}}}}})",
      annotations, managed, replicas, image, args);
}
const std::string replicas_field = R"({"f:spec":{"f:replicas":{}}})";
const std::string container_fields =
    R"({"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"web\"}":{".":{},"f:image":{},"f:args":{},"f:name":{}}}}}}})";
const std::string replicas_drift = "Deployment shop/web drifted: /spec/replicas changed: 3 -> 7";
const std::string image_drift =
    "Deployment shop/web drifted: /spec/template/spec/containers/0/image changed: web:1 -> proxy/web:1";
const Lines in_sync = {"Deployment shop/web in sync"};

Lines drift_of(const std::string& managed, int replicas = 3, const std::string& image = "web:1",
               const std::string& args = R"("a","b")", const std::string& annotations = "{}") {
  return lines_of(analyse_one(web, web_live(managed, replicas, image, args, annotations)));
}

std::string applied_annotation(const std::string& image) {
  const auto copy = fmt::format(
      R"({{"apiVersion":"apps/v1","kind":"Deployment","spec":{{"replicas":3,"template":{{"spec":{{"containers":[{{"name":"web","image":"{}"}}]}}}}}}}})",
      image);
  rapidjson::Document annotations(rapidjson::kObjectType);
  annotations.AddMember("kubectl.kubernetes.io/last-applied-configuration",
                        rapidjson::Value(copy.c_str(), annotations.GetAllocator()),
                        annotations.GetAllocator());
  return drift::canonical(annotations);
}
}  // namespace

TEST_SUITE("drift: who wrote it") {
  TEST_CASE("an autoscaler outside of the rendering may scale") {
    CHECK(drift_of(wrote("kube-controller-manager", after_base, replicas_field, "scale"), 7) == in_sync);
  }

  TEST_CASE("a person who scales is drift, by whatever means") {
    CHECK(drift_of(wrote("kubectl", after_base, replicas_field, "scale"), 7) == Lines{replicas_drift});
    CHECK(drift_of(wrote("kubectl-edit", after_base, replicas_field), 7) == Lines{replicas_drift});
    CHECK(drift_of(wrote("kube-controller-manager", after_base, replicas_field), 7) == Lines{replicas_drift});
    // The autoscaler owned it once, and does no longer: the last writer counts.
    CHECK(drift_of(wrote("kube-controller-manager", before_base, replicas_field, "scale") + "," +
                       wrote("kubectl-edit", after_base, replicas_field),
                   7) == Lines{replicas_drift});
    CHECK(drift_of("", 7) == Lines{replicas_drift});
  }

  TEST_CASE("an autoscaler's name excuses nothing but replicas") {
    CHECK(drift_of(wrote("kube-controller-manager", after_base, container_fields, "scale"), 3,
                   "proxy/web:1") == Lines{image_drift});
  }

  TEST_CASE("what an admission webhook made of Argo CD's write is no drift") {
    CHECK(drift_of(wrote("argocd-controller", before_base, container_fields), 3, "proxy/web:1") == in_sync);
    CHECK(drift_of(wrote("argocd-controller", before_base, container_fields, "", "Apply"), 3,
                   "proxy/web:1") == in_sync);
  }

  TEST_CASE("a person who edits what a webhook changes is drift") {
    const auto argocd = wrote("argocd-controller", before_base, R"({"f:spec":{"f:replicas":{}}})");
    CHECK(drift_of(argocd + "," + wrote("kubectl-edit", after_base, container_fields), 3, "proxy/web:1") ==
          Lines{image_drift});
    // Both own it: with server-side apply two can.
    CHECK(drift_of(wrote("argocd-controller", before_base, container_fields) + "," +
                       wrote("kubectl", before_base, container_fields, "", "Apply"),
                   3, "proxy/web:1") == Lines{image_drift});
  }

  TEST_CASE("who calls himself argocd-controller after the last success is not believed") {
    CHECK(drift_of(wrote("argocd-controller", after_base, container_fields), 3, "proxy/web:1") ==
          Lines{image_drift});
    CHECK(drift_of(wrote("argocd-controller", "yesterday", container_fields), 3, "proxy/web:1") ==
          Lines{image_drift});
    CHECK(drift_of(wrote("argocd-controller", "", container_fields), 3, "proxy/web:1") == Lines{image_drift});
  }

  TEST_CASE("what a sync that failed later applied is no drift, where Argo CD noted it down") {
    const auto argocd = wrote("argocd-controller", after_base, container_fields);
    CHECK(drift_of(argocd, 3, "proxy/web:1", R"("a","b")", applied_annotation("proxy/web:1")) == in_sync);
    CHECK(drift_of(argocd, 3, "proxy/web:1", R"("a","b")", applied_annotation("web:1")) ==
          Lines{image_drift});
  }

  TEST_CASE("a note of what was applied that is no JSON, or too deep, excuses nothing and breaks nothing") {
    const auto argocd = wrote("argocd-controller", after_base, container_fields);
    const auto annotated = [](const std::string& text) {
      return R"({"kubectl.kubernetes.io/last-applied-configuration":")" + text + "\"}";
    };
    for (const auto& text :
         {std::string("{"), std::string("[]"), std::string("1"), std::string(100'000, '[')})
      CHECK(drift_of(argocd, 3, "proxy/web:1", R"("a","b")", annotated(text)) == Lines{image_drift});
  }

  TEST_CASE("where the time of the last success isn't known, Argo CD's name alone is not enough") {
    auto base = tests::plan_of(web);
    const auto plan = base;
    base.written.clear();
    const auto report =
        tests::LiveObjects()
            .put("Deployment shop/web",
                 web_live(wrote("argocd-controller", before_base, container_fields), 3, "proxy/web:1"))
            .analyse(plan, &base);
    CHECK(lines_of(report) == Lines{image_drift});
  }

  TEST_CASE("without managedFields every difference is drift") {
    CHECK(drift_of("", 7, "proxy/web:1") ==
          Lines{replicas_drift,
                "Deployment shop/web drifted: /spec/template/spec/containers/0/image changed: web:1 -> "
                "proxy/web:1"});
    CHECK(analyse_one(web, web_live("", 7)).objects[0].differences[0].last == std::nullopt);
  }

  TEST_CASE("a field that nobody owns is drift") {
    CHECK(drift_of(wrote("argocd-controller", before_base, R"({"f:metadata":{}})"), 7) ==
          Lines{replicas_drift});
  }

  TEST_CASE("a field that is gone is drift, whoever wrote the rest") {
    // Whoever removes a field takes it from all who own it.
    auto fields = container_fields;
    fields.erase(fields.find(R"("f:image":{},)"), std::string_view(R"("f:image":{},)").size());
    const auto live =
        R"({"metadata":{"managedFields":[)" + wrote("argocd-controller", before_base, fields) +
        R"(]},"spec":{"replicas":3,"template":{"spec":{"containers":[{"name":"web","args":["a","b"]}]}}}})";
    CHECK(
        lines_of(analyse_one(web, live)) ==
        Lines{"Deployment shop/web drifted: /spec/template/spec/containers/0/image removed: web:1 -> none"});
  }

  TEST_CASE("an element that was taken out of a list is drift, though Argo CD owns all that are left") {
    const std::string source =
        "apiVersion: example.org/v1\nkind: Note\nmetadata: {name: a}\nspec: {rules: [{type: a}, {type: "
        "b}]}\n";
    const auto live = [](const std::string& fields, const std::string& rules) {
      return R"({"metadata":{"managedFields":[)" + wrote("argocd-controller", before_base, fields) +
             R"(]},"spec":{"rules":[)" + rules + "]}}";
    };
    const std::string granular = R"({"f:spec":{"f:rules":{"k:{\"type\":\"a\"}":{".":{},"f:type":{}}}}})";
    CHECK(
        lines_of(analyse_one(source, live(granular, R"({"type":"a"})"))) ==
        Lines{R"(Note shop/a drifted: /spec/rules changed: [{"type":"a"},{"type":"b"}] -> [{"type":"a"}])"});
    // Where the list is owned as one, taking something out makes another its owner: this was a webhook.
    CHECK(lines_of(analyse_one(source, live(R"({"f:spec":{"f:rules":{}}})", R"({"type":"a"})"))) ==
          Lines{"Note shop/a in sync"});
    CHECK(lines_of(analyse_one(
                       "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\nspec: {finalizers: [x, y]}\n",
                       R"({"metadata":{"managedFields":[)" +
                           wrote("argocd-controller", before_base,
                                 R"({"f:spec":{"f:finalizers":{"v:\"x\"":{}}}})") +
                           R"(]},"spec":{"finalizers":["x"]}})"))
              .front()
              .find("changed") != std::string::npos);
  }

  TEST_CASE("what Argo CD still owns though it isn't there was never kept, which is said and is no drift") {
    const std::string source =
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec: {updateStrategy: {type: "
        "RollingUpdate, rollingUpdate: {partition: 1, maxUnavailable: 2}}, template: {spec: {containers: "
        "[{name: "
        "a, image: x}, {name: b, image: x}]}}}\n";
    const auto live = [](const std::string& managed) {
      return R"({"metadata":{"managedFields":[)" + managed +
             R"(]},"spec":{"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"partition":1}},)"
             R"("template":{"spec":{"containers":[{"name":"a","image":"x"}]}}}})";
    };
    const std::string missing = "/spec/updateStrategy/rollingUpdate/maxUnavailable";
    const std::string strategy =
        R"({"f:spec":{"f:updateStrategy":{"f:rollingUpdate":{".":{},"f:maxUnavailable":{},"f:partition":{}}},)"
        R"("f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"b\"}":{".":{},"f:name":{}}}}}}})";
    for (const auto* operation : {"Update", "Apply"}) {
      const auto report =
          analyse_one(source, live(wrote("argocd-controller", after_base, strategy, "", operation)));
      CHECK(lines_of(report) == Lines{"StatefulSet shop/db in sync"});
      CHECK(report.objects[0].not_kept == Lines{"/spec/template/spec/containers/1", missing});
      CHECK_FALSE(report.drifted());
      CHECK(api::read_report(api::report_json(report)).objects[0].not_kept == report.objects[0].not_kept);
      CHECK(report::page(report, {}).find("not kept by the cluster: StatefulSet shop/db " + missing) !=
            std::string::npos);
    }
    const auto seen = [&](const std::string& managed) {
      const auto report = analyse_one(source, live(managed));
      return report.objects[0].not_kept.empty() && report.objects[0].differences.size() == 2;
    };
    // What a person has removed nobody owns any more, though the copy of what was applied has it still; what is left of the
    // mapping is an empty set. Another's ownership isn't Argo CD's, and that of the status is nobody's.
    CHECK(seen(""));
    CHECK(seen(wrote("argocd-controller", before_base,
                     R"({"f:spec":{"f:updateStrategy":{"f:rollingUpdate":{".":{},"f:partition":{}}}}})")));
    CHECK(seen(wrote("argocd-controller", before_base,
                     R"({"f:spec":{"f:updateStrategy":{"f:rollingUpdate":{}}}})")));
    CHECK(seen(wrote("argocd-controller", before_base, R"({"f:spec":{}})")));
    CHECK(seen(wrote("argocd-controller", before_base, "{}")));
    CHECK(seen(wrote("kubectl-edit", after_base, strategy)));
    CHECK(seen(wrote("argocd-controller", after_base, strategy, "status")));
  }

  TEST_CASE(
      "that last-applied-configuration has a field which is gone is no proof: it has what a person removes, "
      "too") {
    const auto live =
        R"({"metadata":{"annotations":)" + applied_annotation("web:1") + R"(,"managedFields":[)" +
        wrote(
            "argocd-controller", before_base,
            R"({"f:metadata":{"f:annotations":{"f:kubectl.kubernetes.io/last-applied-configuration":{}}}})") +
        R"(]},"spec":{"replicas":3,"template":{"spec":{"containers":[{"name":"web","args":["a","b"]}]}}}})";
    CHECK(
        lines_of(analyse_one(web, live)) ==
        Lines{"Deployment shop/web drifted: /spec/template/spec/containers/0/image removed: web:1 -> none"});
  }

  TEST_CASE("the last writer and his time stand beside the difference") {
    const auto report = analyse_one(
        web, web_live(wrote("argocd-controller", before_base, container_fields) + "," +
                          wrote("kubectl-edit", after_base, replicas_field) + "," +
                          wrote("kubectl", "2026-11-25T08:00:00Z", replicas_field, "scale", "Update"),
                      7));
    const auto& last = report.objects[0].differences.at(0).last;
    REQUIRE(last);
    CHECK(last->manager == "kubectl-edit");
    CHECK(last->operation == "Update");
    CHECK(last->time == after_base);
  }

  TEST_CASE("who wrote only the status changed nothing") {
    const auto report = analyse_one(web, web_live(wrote("kubelet", after_base, replicas_field, "status") +
                                                      "," + wrote("kubectl", before_base, replicas_field),
                                                  7));
    CHECK(report.objects[0].differences.at(0).last->manager == "kubectl");
  }

  TEST_CASE("owners of list elements are found by key, by value and by place") {
    const auto object = tests::json(R"({
      "metadata": {"managedFields": [
        {"manager": "a", "fieldsV1": {"f:l": {"k:{\"n\":\"x\",\"p\":1}": {"f:v": {}}}}},
        {"manager": "b", "fieldsV1": {"f:s": {"v:\"two\"": {}}}},
        {"manager": "c", "fieldsV1": {"f:t": {"i:1": {}}}},
        {"manager": "d", "fieldsV1": {"f:whole": {}}},
        {"manager": "e", "fieldsV1": {"f:l": {"k:{broken": {}, "k:[]": {}, "x": {}}, "f:s": {"v:{": {}}}}
      ]},
      "l": [{"n": "y", "p": 1, "v": 1}, {"n": "x", "p": 1, "v": 2}],
      "s": ["one", "two"], "t": [1, 2], "whole": {"a": [{"b": 1}]}})");
    const analysis::Managers managers(object);
    const auto names = [&](std::string_view pointer) {
      std::string text;
      for (const auto& owner : managers.owners(pointer)) text += owner.manager + (owner.whole ? " " : "* ");
      return text;
    };
    CHECK(names("/l/1/v") == "a ");
    CHECK(names("/l/1") == "a* ");
    CHECK(names("/l/0/v").empty());
    CHECK(names("/l/7/v").empty());
    CHECK(names("/l/x").empty());
    CHECK(names("/s/1") == "b ");
    CHECK(names("/s/0").empty());
    CHECK(names("/t/1") == "c ");
    CHECK(names("/whole/a/0/b") == "d ");
    CHECK(names("/whole") == "d ");
    CHECK(names("/l") == "a* e* ");
    CHECK(names("").empty());
    CHECK(names("/nothing").empty());
  }

  TEST_CASE("managedFields that aren't what the API server writes say nothing") {
    for (const auto* managed : {"1", "{}", "[1]", "[{}]", R"([{"manager":1,"fieldsV1":{"f:spec":1}}])",
                                R"([{"fieldsV1":[]}])", R"([{"manager":"x","fieldsV1":{"f:spec":null}}])"}) {
      CAPTURE(managed);
      const auto live =
          std::string(R"({"metadata":{"managedFields":)") + managed + R"(},"spec":{"replicas":7}})";
      CHECK(analyse_one("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3}\n",
                        live)
                .severity == "low");
    }
  }

  TEST_CASE("pointers with wildcards cover what lies under them") {
    CHECK(analysis::lies_under("/spec/replicas", {"/spec/replicas"}));
    CHECK(analysis::lies_under("/spec/a/0/b", {"/x", "/spec/*/0"}));
    CHECK(analysis::lies_under("/spec/a~1b", {"/spec/a~1b"}));
    CHECK_FALSE(analysis::lies_under("/spec", {"/spec/replicas"}));
    CHECK_FALSE(analysis::lies_under("/spec/replicasets", {"/spec/replicas"}));
    CHECK_FALSE(analysis::lies_under("", {"/spec"}));
    CHECK_FALSE(analysis::lies_under("/spec", {}));
  }

  TEST_CASE("times that can't be read are later than any") {
    CHECK(analysis::later(after_base, before_base));
    CHECK_FALSE(analysis::later(before_base, after_base));
    CHECK_FALSE(analysis::later(before_base, before_base));
    CHECK(analysis::later("", before_base));
    CHECK(analysis::later(before_base, ""));
    CHECK(analysis::later("2026-11-24T12:00:00+01:00", "2026-11-24T10:30:00Z"));
  }
}
