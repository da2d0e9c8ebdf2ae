// Kinds that the rendering had to guess: the gate asks the cluster how it calls them.
#include "gate/cluster_kinds.hpp"

#include <algorithm>

#include "support/gate_case.hpp"

namespace {
using namespace drift;
using namespace drift::tests;
using How = gate::GateEnd::How;

const outside::ResourcePath group_path = {"example.org", "v1", "", "", "", ""};

std::string served(const std::string& resource, const char* namespaced) {
  return R"({"kind":"APIResourceList","resources":[{"name":")" + resource +
         R"(","kind":"NetThing","namespaced":)" + namespaced + R"(,"verbs":["get"]},{"name":")" + resource +
         R"(/status","kind":"NetThing","namespaced":true,"verbs":["get"]}]})";
}

// A critical NetThing beside the others, which the rendering takes for `netthings` of the namespace shop.
struct Guessed : GateCase {
  explicit Guessed(const std::string& list) {
    const std::string end = "]}";
    const std::string thing =
        R"(,{"group":"example.org","version":"v1","kind":"NetThing","resource":"netthings","namespace":"shop",)"
        R"("name":"a","severity":"critical","demands":"critical","rule":"test/rule","wave":0,)"
        R"("guessed":{"namespace":"shop"},"manifest":{"metadata":{},"spec":{"type":"x"}}})";
    plan.insert(plan.rfind(end), thing);
    put_config_map(names.plan(), "plan", plan);
    put_config_map(names.base(), "base", plan);
    new_job();
    if (!list.empty()) kubernetes.put(group_path, list);
  }
  void thing(const outside::ResourcePath& path, const std::string& type) {
    kubernetes.put(path, R"({"metadata":{},"spec":{"type":")" + type + "\"}}");
  }
};

const outside::ResourcePath in_cluster = {"example.org", "v1", "net-things", "", "a", ""};
const outside::ResourcePath in_shop = {"example.org", "v1", "net-things", "shop", "a", ""};
}  // namespace

TEST_SUITE("gate: guessed kinds") {
  TEST_CASE("an object is read as the cluster calls it, and reported so") {
    for (const auto& path : {in_cluster, in_shop}) {
      Guessed place(served("net-things", path.ns.empty() ? "false" : "true"));
      place.thing(path, "x");
      CHECK(place.run().how == How::passed);
      Guessed drifted(served("net-things", path.ns.empty() ? "false" : "true"));
      drifted.thing(path, "y");
      drifted.answer_after(std::chrono::seconds(1), "reject", "ann");
      CHECK(drifted.run().how == How::refused);
      const auto report = drifted.file(drifted.names.report(), "report.json");
      CHECK(report.find(R"("resource":"net-things")") != std::string::npos);
      CHECK(report.find(R"("state":"drifted")") != std::string::npos);
    }
  }

  TEST_CASE("what the Role can't name is said, with what the platform's policy would need") {
    Guessed place(served("net-things", "false"));
    place.kubernetes.forbid("get", in_cluster);
    place.answer_after(std::chrono::seconds(1), "reject", "ann");
    place.run();
    CHECK(place.log.find("NetThing.example.org has no namespace in the cluster") != std::string::npos);
    CHECK(place.log.find("under clusterScoped") != std::string::npos);

    Guessed plural(served("net-things", "true"));
    plural.kubernetes.forbid("get", in_shop);
    plural.answer_after(std::chrono::seconds(1), "reject", "ann");
    plural.run();
    CHECK(plural.log.find("the rendering's Role names netthings, and the cluster calls NetThing.example.org "
                          "net-things: list that in the platform's policy, under plurals") !=
          std::string::npos);
  }

  TEST_CASE("where the cluster doesn't tell, the rendering's guess stays") {
    Guessed silent("");
    silent.thing({"example.org", "v1", "netthings", "shop", "a", ""}, "x");
    CHECK(silent.run().how == How::passed);
    Guessed forbidden(served("net-things", "false"));
    forbidden.kubernetes.forbid("get", group_path);
    forbidden.thing({"example.org", "v1", "netthings", "shop", "a", ""}, "x");
    CHECK(forbidden.run().how == How::passed);
  }

  TEST_CASE("the cluster is asked once for each version of a group, and for nothing that is known") {
    Guessed place(served("net-things", "true"));
    place.thing(in_shop, "x");
    place.run();
    CHECK(std::count(place.kubernetes.calls.begin(), place.kubernetes.calls.end(),
                     "get API example.org/v1") == 1);
    GateCase known;
    known.run();
    for (const auto& call : known.kubernetes.calls) CHECK(call.find("get API") == std::string::npos);
  }

  TEST_CASE("paths of discovery") {
    CHECK(outside::ResourcePath{}.url_path() == "/apis");
    CHECK(group_path.url_path() == "/apis/example.org/v1");
    CHECK(outside::ResourcePath{"", "v1", "", "", "", ""}.url_path() == "/api/v1");
  }
}
