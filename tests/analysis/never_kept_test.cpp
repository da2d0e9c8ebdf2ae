// Fields that the cluster's published schema doesn't know: they were never kept, whoever owns what.
#include <algorithm>

#include "analysis/published_fields.hpp"
#include "gate/published_fields.hpp"
#include "report/page.hpp"
#include "support/client_case.hpp"
#include "support/drift_input.hpp"
#include "support/gate_case.hpp"

namespace {
using namespace drift;
using namespace drift::tests;
using How = gate::GateEnd::How;

// As an API server publishes a group's version: Widget by a CustomResourceDefinition, Gadget by a type of Go's.
const std::string openapi = R"({"openapi":"3.0.0","paths":{},"components":{"schemas":{
  "org.example.v1.Widget": {
    "type":"object",
    "x-kubernetes-group-version-kind":[{"group":"example.org","version":"v1","kind":"Widget"}],
    "properties":{
      "apiVersion":{"type":"string"}, "kind":{"type":"string"},
      "metadata":{"allOf":[{"$ref":"#/components/schemas/ObjectMeta"}]},
      "spec":{"type":"object","properties":{
        "size":{"type":"integer"},
        "port":{"x-kubernetes-int-or-string":true,"anyOf":[{"type":"integer"},{"type":"string"}]},
        "tags":{"type":"object","additionalProperties":{"type":"object","properties":{"a":{"type":"string"}}}},
        "parts":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string"},"size":{"type":"integer"}}}},
        "open":{"type":"object","x-kubernetes-preserve-unknown-fields":true,"properties":{"shut":{"type":"object","properties":{"a":{"type":"string"}}}}},
        "list":{"type":"array","x-kubernetes-preserve-unknown-fields":true,"items":{"type":"object","properties":{"a":{"type":"string"}}}},
        "blank":{"type":"object"},
        "free":{},
        "both":{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":{"type":"string"}},
        "pod":{"type":"object","x-kubernetes-embedded-resource":true,"properties":{"spec":{"type":"object","properties":{"a":{"type":"string"}}}}},
        "raw":{"type":"object","x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true},
        "choice":{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"oneOf":[{"required":["a"]},{"properties":{"b":{"enum":["x"]}}}]},
        "more":{"type":"object","properties":{"a":{"type":"string"}},"anyOf":[{"properties":{"c":{"type":"string"}}}]},
        "deep":{"type":"object","properties":{"a":{"type":"object","properties":{"b":{"type":"string"}}}},"allOf":[{"properties":{"a":{"properties":{"c":{}}}}}]},
        "lost":{"$ref":"#/components/schemas/Nowhere"},
        "far":{"$ref":"https://example.org/schema"},
        "two":{"allOf":[{"$ref":"#/components/schemas/Leaf"},{"$ref":"#/components/schemas/ObjectMeta"}]}
      }}}},
  "Gadget": {
    "type":"object",
    "x-kubernetes-group-version-kind":[{"group":"other","version":"v1","kind":"Gadget"},{"group":"example.org","version":"v1","kind":"Gadget"}],
    "properties":{"metadata":{},"spec":{"default":{},"allOf":[{"$ref":"#/components/schemas/Tree"}]}}},
  "Tree": {"type":"object","properties":{
    "leaf":{"description":"x","$ref":"#/components/schemas/Leaf"},
    "trees":{"type":"array","items":{"default":{},"allOf":[{"$ref":"#/components/schemas/Tree"}]}}}},
  "Leaf": {"type":"object","properties":{"value":{"type":"string"}}},
  "ObjectMeta": {"type":"object","properties":{"labels":{"type":"object","additionalProperties":{"type":"string"}}}},
  "OneTwin": {"type":"object","properties":{"a":{"type":"string"}},"x-kubernetes-group-version-kind":[{"group":"example.org","version":"v1","kind":"Twin"}]},
  "OtherTwin": {"type":"object","properties":{"b":{"type":"string"}},"x-kubernetes-group-version-kind":[{"group":"example.org","version":"v1","kind":"Twin"}]}
}}})";

struct Schema {
  kube::FieldTypes types;
  explicit Schema(const std::string& document = openapi) {
    std::vector<kube::TypedKind> kinds;
    for (const auto* kind : {"Widget", "Gadget", "Twin", "Missing"})
      kinds.push_back({"example.org", "v1", kind});
    analysis::add_published(json(document), kinds, types);
  }
  const kube::TypedKind* kind(const std::string& name) const {
    const auto found = std::find_if(types.kinds().begin(), types.kinds().end(),
                                    [&](const auto& one) { return one.kind == name; });
    return found == types.kinds().end() ? nullptr : &*found;
  }
  bool has_no_place(const std::string& name, const std::string& pointer) const {
    return analysis::has_no_place(types, kind(name)->type, pointer);
  }
  bool has_places(const std::string& object) const {
    return analysis::has_places(types, kind("Widget")->type, json(object));
  }
  analysis::Publisher publisher() const {
    return [this](const api::PlannedObject& planned) {
      const auto* found = kind(planned.kind);
      return found ? analysis::Published{&types, found->type} : analysis::Published();
    };
  }
};

const std::string widget =
    "apiVersion: example.org/v1\nkind: Widget\nmetadata: {name: a, labels: {l: x}}\n"
    "spec: {size: 3, siez: 4, parts: [{name: p, color: red}], tags: {a/b: {a: x, c: y}}}\n";
const std::string as_kept =
    R"({"apiVersion":"example.org/v1","kind":"Widget","metadata":{"name":"a","uid":"u","labels":{"l":"x"}},)"
    R"("spec":{"size":3,"parts":[{"name":"p"}],"tags":{"a/b":{"a":"x"}}}})";

api::Report analysed(const std::string& live, const analysis::Publisher& publisher) {
  const auto plan = plan_of(widget);
  return LiveObjects().put("Widget shop/a", live).analyse(plan, &plan, publisher);
}

std::string without(std::string text, const std::string& part) {
  REQUIRE(text.find(part) != std::string::npos);
  return text.erase(text.find(part), part.size());
}

// Of the Services of a GateCase; `externalIP` is what Git wants and nobody knows.
std::string services(const std::string& fields) {
  return R"({"components":{"schemas":{"S":{"type":"object","properties":{"metadata":{},"spec":{"type":"object",)"
         R"("properties":{)" +
         fields +
         R"(}}},"x-kubernetes-group-version-kind":[{"group":"","version":"v1","kind":"Service"}]}}}})";
}

const outside::ResourcePath core = {"", "v1", "", "", "", ""};

// A gate of which Git has always wanted a field of the critical Service that isn't there.
struct Wanting : GateCase {
  Wanting() {
    const std::string old =
        R"("manifest":{"metadata":{},"spec":{"type":"ClusterIP"}}},{"group":"","version":"v1","kind":"Secret")";
    plan.replace(
        plan.find(old), old.size(),
        R"("manifest":{"metadata":{},"spec":{"type":"ClusterIP","typo":"x"}}},{"group":"","version":"v1","kind":"Secret")");
    put_config_map(names.plan(), "plan", plan);
    put_config_map(names.base(), "base", plan);
    new_job();
  }
  auto asked() const {
    return std::count(kubernetes.calls.begin(), kubernetes.calls.end(), "openapi API /v1");
  }
};
}  // namespace

TEST_SUITE("drift: fields that the cluster's schema doesn't know") {
  TEST_CASE("only what is named nowhere in a closed object has no place") {
    const Schema schema;
    for (const auto* pointer :
         {"/spec/siez", "/spec/siez/deep", "/other", "/spec/parts/0/color", "/spec/tags/a~1b/c",
          "/spec/open/shut/b", "/spec/pod/spec/b", "/spec/pod/spce", "/spec/choice/c"}) {
      CAPTURE(pointer);
      CHECK(schema.has_no_place("Widget", pointer));
    }
    for (const auto* pointer : {"",
                                "/spec",
                                "/spec/size",
                                "/spec/size/x",
                                "/spec/port",
                                "/spec/port/x",
                                "/spec/tags/any/a",
                                "/spec/tags/a~1b",
                                "/spec/parts/7/name",
                                "/spec/parts/x/color",
                                "/spec/parts/-",
                                "/spec/open/x/y",
                                "/spec/open/shut/a",
                                "/spec/list/0/b",
                                "/spec/blank/x",
                                "/spec/free/x",
                                "/spec/both/b",
                                "/spec/pod/metadata/x",
                                "/spec/raw/spec/x",
                                "/spec/choice/b",
                                "/spec/more/b",
                                "/spec/more/c",
                                "/spec/deep/a/c",
                                "/spec/deep/a/d",
                                "/spec/lost/x",
                                "/spec/far/x",
                                "/spec/two/x",
                                "/metadata/labels/x",
                                "/metadata/what",
                                "/kind"}) {
      CAPTURE(pointer);
      CHECK_FALSE(schema.has_no_place("Widget", pointer));
    }
  }

  TEST_CASE("references are followed, also in a circle") {
    const Schema schema;
    CHECK_FALSE(schema.has_no_place("Gadget", "/spec/trees/0/trees/1/leaf/value"));
    CHECK(schema.has_no_place("Gadget", "/spec/trees/0/trees/1/leaf/worth"));
    CHECK(schema.has_no_place("Gadget", "/spec/trees/0/branch"));
  }

  TEST_CASE("of a kind that the document doesn't describe, or describes twice, nothing is known") {
    const Schema schema;
    CHECK(schema.types.kinds().size() == 2);
    CHECK(schema.kind("Twin") == nullptr);
    CHECK(schema.kind("Missing") == nullptr);
    for (const auto* document : {"{}", R"({"components":[]})", R"({"components":{"schemas":[1]}})"})
      CHECK(Schema(document).types.kinds().empty());
    CHECK_THROWS_AS(
        Schema(
            R"({"components":{"schemas":{"W":{"type":"object","properties":{"a":1},)"
            R"("x-kubernetes-group-version-kind":[{"group":"example.org","version":"v1","kind":"Widget"}]}}}})"),
        InputError);
  }

  TEST_CASE("an object that has what the schema doesn't know, or in another form, doesn't go by it") {
    const Schema schema;
    CHECK(schema.has_places(as_kept));
    CHECK(schema.has_places(
        R"({"metadata":{"x":{"y":1}},"spec":{"size":null,"port":"x","list":[{"b":1}],"raw":{"a":[1]}}})"));
    for (const auto* object : {R"({"status":{}})", R"({"spec":{"parts":[{"name":"a"},{"color":"red"}]}})",
                               R"({"spec":{"tags":{"t":{"b":1}}}})", R"({"spec":{"size":{"a":1}}})",
                               R"({"spec":{"parts":{"a":1}}})", R"({"spec":{"tags":[]}})", R"({"spec":1})"}) {
      CAPTURE(object);
      CHECK_FALSE(schema.has_places(object));
    }
  }

  TEST_CASE("it is said that they weren't kept, and is no drift") {
    const Schema schema;
    const auto report = analysed(as_kept, schema.publisher());
    CHECK(lines_of(report) == Lines{"Widget shop/a in sync"});
    CHECK(report.objects[0].not_kept == Lines{"/spec/parts/0/color", "/spec/siez", "/spec/tags/a~1b/c"});
    CHECK_FALSE(report.drifted());
    CHECK(report::page(report, {}).find("not kept by the cluster: Widget shop/a /spec/siez") !=
          std::string::npos);
    // Without a schema it is as it was: nobody knows.
    CHECK(analysed(as_kept, {}).objects[0].differences.size() == 3);
    const auto nothing = [](const api::PlannedObject&) { return analysis::Published(); };
    CHECK(analysed(as_kept, nothing).objects[0].differences.size() == 3);
  }

  TEST_CASE("what a person removed or changed of fields that the schema knows is drift") {
    const Schema schema;
    const auto seen = [&](const std::string& live, const std::string& line) {
      const auto report = analysed(live, schema.publisher());
      CHECK(lines_of(report) == Lines{"Widget shop/a drifted: " + line});
      CHECK(report.objects[0].not_kept.size() == 3);
    };
    seen(without(as_kept, R"("size":3,)"), "/spec/size removed: 3 -> none");
    seen(without(as_kept, R"(,"labels":{"l":"x"})"), R"(/metadata/labels removed: {"l":"x"} -> none)");
    seen(without(as_kept, R"("a":"x")"), "/spec/tags/a~1b/a removed: x -> none");
    auto changed = as_kept;
    changed.replace(changed.find(R"("size":3)"), 8, R"("size":9)");
    seen(changed, "/spec/size changed: 3 -> 9");
    // With all that lies in it, what the schema knows is gone.
    const auto report = analysed(without(as_kept, R"(,"parts":[{"name":"p"}])"), schema.publisher());
    CHECK(report.objects[0].differences.at(0).pointer == "/spec/parts");
  }

  TEST_CASE("a schema that doesn't know what is there isn't believed") {
    auto live = as_kept;
    live.insert(live.find(R"("size":3)"), R"("kept":"anyway",)");
    const auto report = analysed(live, Schema().publisher());
    CHECK(report.objects[0].not_kept.empty());
    CHECK(report.objects[0].differences.size() == 3);
  }

  TEST_CASE("an object that only one of the plans holds is in sync but for them") {
    const Schema schema;
    const auto plan = plan_of(widget);
    auto base = plan_of(widget);
    base.objects.front().manifest.reset();
    const auto state = [&](const std::string& live) {
      return lines_of(LiveObjects().put("Widget shop/a", live).analyse(plan, &base, schema.publisher()))
          .front();
    };
    CHECK(state(as_kept) == "Widget shop/a in sync");
    CHECK(state(without(as_kept, R"("size":3,)")) == "Widget shop/a not inspected");
  }
}

TEST_SUITE("gate: the cluster's schema") {
  TEST_CASE("a field that it doesn't know holds nobody up, and one that it knows does") {
    Wanting place;
    place.kubernetes.put_openapi(core, services(R"("type":{"type":"string"})"));
    CHECK(place.run().how == How::passed);
    CHECK(place.asked() == 1);
    CHECK(has(place.log, "not kept by the cluster: Service shop/critical /spec/typo"));
    CHECK(has(place.file(place.names.report(), "report.json"), R"("notKept":["/spec/typo"])"));

    Wanting known;
    known.kubernetes.put_openapi(core, services(R"("type":{"type":"string"},"typo":{"type":"string"})"));
    known.answer_after(std::chrono::seconds(1), "reject", "ann");
    CHECK(known.run().how == How::refused);
    CHECK(has(known.file(known.names.report(), "report.json"), R"("change":"removed")"));
  }

  TEST_CASE("where the cluster doesn't tell, it is drift as before, and no failure of the gate") {
    const auto refused = [](Wanting& place) {
      place.answer_after(std::chrono::seconds(1), "reject", "ann");
      const auto end = place.run();
      CHECK(end.how == How::refused);
      CHECK(end.reason == "rejected by ann: it is fine");
      CHECK(place.asked() > 0);
    };
    Wanting silent, forbidden, broken, failing, wrong;
    forbidden.kubernetes.put_openapi(core, services(R"("type":{"type":"string"})"));
    forbidden.kubernetes.forbid("openapi", core);
    broken.kubernetes.put_openapi(core, services(R"("type":{"type":"string"})"));
    broken.kubernetes.fail(1, FakeKubernetes::Effect::before, 0, "openapi");
    failing.kubernetes.put_openapi(core, services(R"("type":{"type":"string"})"));
    failing.kubernetes.fail(1, FakeKubernetes::Effect::before, 500, "openapi");
    wrong.kubernetes.put_openapi(core, services(R"("type":5)"));
    for (auto* place : {&silent, &forbidden, &broken, &failing, &wrong}) refused(*place);
  }

  TEST_CASE(
      "it is asked for only where something is missing that nobody owns, once for each version of a group") {
    GateCase changed;
    changed.drift("low");
    CHECK(changed.run().how == How::passed);
    for (const auto& call : changed.kubernetes.calls) CHECK_FALSE(call.starts_with("openapi"));

    FakeClock clock;
    FakeKubernetes kubernetes(clock);
    kubernetes.put_openapi({"example.org", "v1", "", "", "", ""}, openapi);
    api::Plan plan;
    for (int i = 0; i < 40; ++i) {
      auto& object = plan.objects.emplace_back();
      object.group = "example.org";
      object.version = i < 3 ? "v1" : "w" + std::to_string(i);
      object.kind = i == 1 ? "Gadget" : "Widget";
    }
    int times = 0;
    const auto publisher = gate::published_by(kubernetes, plan, [&] { ++times; });
    for (int round = 0; round < 2; ++round)
      for (const auto& object : plan.objects)
        CHECK((publisher(object).types != nullptr) == (object.version == "v1"));
    CHECK(times == 30);
    CHECK(kubernetes.calls.size() == 30);
    CHECK(publisher(plan.objects[0]).type != publisher(plan.objects[1]).type);
    // What `go_on` throws ends it.
    const auto ended = gate::published_by(kubernetes, plan, [] { throw Killed(); });
    CHECK_THROWS_AS(ended(plan.objects[0]), Killed);
  }

  TEST_CASE("the client takes one try, and nothing that is too large or not whole") {
    const outside::ResourcePath apps{"apps", "v1", "", "", "", ""};
    ClientCase c;
    c.server.then(answer(200, R"({"openapi":"3.0.0"})"));
    CHECK(c.api().openapi(apps)->HasMember("openapi"));
    CHECK(c.server.requests()[0].line == "GET /openapi/v3/apis/apps/v1 HTTP/1.1");
    c.server.then(answer(404, "404 page not found"));
    CHECK_FALSE(c.api().openapi(core));
    CHECK(c.server.requests()[1].line == "GET /openapi/v3/api/v1 HTTP/1.1");
    c.server.then(answer(200, R"({"openapi":)"));
    CHECK_FALSE(c.api().openapi(apps));
    const auto long_text = std::string(outside::longest_openapi, 'x');
    c.server.then(answer(200, R"({"openapi":")" + long_text + R"("})"));
    CHECK_FALSE(c.api().openapi(apps));
    c.server.then(answer(503, "{}"));
    CHECK(
        has(c.error_of([&] { c.api().openapi(apps); }), "get API apps/v1: the Kubernetes API answered 503"));
    CHECK(c.server.requests().size() == 5);
  }
}
