// The three-way comparison of one object, as Kubernetes means its fields.
#include "analysis/compare.hpp"

#include <fmt/format.h>

#include <set>

#include "json/members.hpp"
#include "support/drift_input.hpp"
#include "support/health_lua.hpp"

namespace {
using namespace drift;
using tests::Lines;

// `/spec/replicas changed`, for each field that drifted.
Lines compared(const std::string& kind, const std::string& plan, const std::string& base,
               const std::string& live) {
  const auto slash = kind.find('/');
  const auto wanted = tests::json(plan);
  const auto before = tests::json(base);
  const auto there = tests::json(live);
  Lines lines;
  for (const auto& found :
       analysis::compare({std::string_view(kind).substr(0, slash), std::string_view(kind).substr(slash + 1),
                          wanted, before, there})) {
    lines.push_back(found.pointer + ' ' + std::string(api::change_name(found.change)));
    // Both places lead to the value that is shown, or to nothing.
    CHECK(drift::resolve(there, found.live_pointer) == found.live);
    if (found.wanted) CHECK(drift::resolve(wanted, found.pointer) == found.wanted);
  }
  return lines;
}

// What Argo CD's Lua says of the same, field by field at the top of the object, must be what the gate says. Its numbers have 53 bits.
void check_by_lua(const std::string& kind, const std::string& base, const std::string& live,
                  const Lines& lines) {
  const auto slash = kind.find('/');
  const bool digests = kind == "/ConfigMap" || kind == "/Secret";  // never compared in Lua
  if (digests || base.find("9007199254740993") != std::string::npos || base.size() > 10'000) return;
  const auto by_lua = tests::differs_by_lua(kind.substr(0, slash), kind.substr(slash + 1), tests::json(base),
                                            tests::json(live));
  std::set<std::string> by_gate;
  for (const auto& line : lines) {
    const std::size_t tokens = line.starts_with("/metadata/") ? 3 : 1;
    std::size_t end = 0;
    for (std::size_t i = 0; i < tokens; ++i) end = line.find_first_of("/ ", end + 1);
    by_gate.insert(line.substr(0, end));
  }
  CAPTURE(kind);
  CAPTURE(base);
  CAPTURE(live);
  // Of the rules alone a script can't tell whether Git aggregates them; it sees that the live role does.
  const bool all = kind.ends_with("/ClusterRole");
  CHECK((all ? by_lua.empty() == by_gate.empty() : by_lua == Lines(by_gate.begin(), by_gate.end())));
}

// Where Git has changed nothing.
Lines drifted(const std::string& kind, const std::string& base, const std::string& live) {
  auto lines = compared(kind, base, base, live);
  check_by_lua(kind, base, live, lines);
  return lines;
}

std::string pod(const std::string& spec) {
  return R"({"spec":{"template":{"spec":)" + spec + "}}}";
}
std::string container(const std::string& fields) {
  return pod(R"({"containers":[{"name":"web",)" + fields + "}]}");
}

const std::string deployment_type = "apps/Deployment";
const std::string custom = "example.org/Widget";
const Lines none;
}  // namespace

TEST_SUITE("drift: comparison") {
  TEST_CASE("plan, base and cluster are told apart") {
    const auto of = [](const std::string& plan, const std::string& base, const std::string& live) {
      const auto object = [](const std::string& value) {
        return value.empty() ? std::string(R"({"spec":{}})") : R"({"spec":{"replicas":)" + value + "}}";
      };
      return compared(deployment_type, object(plan), object(base), object(live));
    };
    CHECK(of("3", "3", "3") == none);
    CHECK(of("3", "3", "5") == Lines{"/spec/replicas changed"});
    CHECK(of("3", "3", "") == Lines{"/spec/replicas removed"});
    CHECK(of("4", "3", "3") == none);  // Git changed it
    CHECK(of("4", "3", "4") == none);  // both changed it alike
    CHECK(of("4", "3", "5") == Lines{"/spec/replicas conflict"});
    CHECK(of("4", "3", "") == Lines{"/spec/replicas conflict"});
    CHECK(of("", "3", "3") == none);  // Git dropped it
    CHECK(of("", "3", "") == none);
    CHECK(of("", "3", "5") == Lines{"/spec/replicas conflict"});
    CHECK(of("3", "", "5") == none);  // new in Git
    CHECK(of("", "", "5") == none);   // never Git's
  }

  TEST_CASE("quantities are numbers, however they are written") {
    const auto limits = [](const std::string& value) {
      return container(R"("resources":{"limits":{"cpu":)" + value + "}}");
    };
    CHECK(drifted(deployment_type, limits("\"1000m\""), limits("\"1\"")) == none);
    CHECK(drifted(deployment_type, limits("1"), limits("\"1\"")) == none);
    CHECK(drifted(deployment_type, limits("0.5"), limits("\"500m\"")) == none);
    CHECK(drifted(deployment_type, limits("\"1Gi\""), limits("\"1024Mi\"")) == none);
    CHECK(drifted(deployment_type, limits("\"1e3\""), limits("\"1k\"")) == none);
    CHECK(drifted(deployment_type, limits("\"1000m\""), limits("\"1001m\"")) ==
          Lines{"/spec/template/spec/containers/0/resources/limits/cpu changed"});
    CHECK(drifted(deployment_type, limits("\"1G\""), limits("\"1Gi\"")).size() == 1);
  }

  TEST_CASE("what looks like a quantity elsewhere is text") {
    const auto label = [](const std::string& value) {
      return R"({"metadata":{"labels":{"size":")" + value + R"("}}})";
    };
    CHECK(drifted(deployment_type, label("1000m"), label("1")) == Lines{"/metadata/labels/size changed"});
    CHECK(drifted("/ConfigMap", R"({"data":{"limits":"1000m"}})", R"({"data":{"limits":"1"}})") ==
          Lines{"/data/limits changed"});
    for (const auto* map : {"labels", "annotations"}) {
      const auto noted = [&](const std::string& value) {
        return fmt::format(R"({{"metadata":{{"{}":{{"capacity":"{}"}}}}}})", map, value);
      };
      CHECK(drifted(deployment_type, noted("1000m"), noted("1")).size() == 1);
    }
    const auto selector = [](const std::string& key, const std::string& value) {
      return pod(fmt::format(R"({{"nodeSelector":{{"{}":"{}"}}}})", key, value));
    };
    CHECK(drifted(deployment_type, selector("capacity", "1000m"), selector("capacity", "1")) ==
          Lines{"/spec/template/spec/nodeSelector/capacity changed"});
    CHECK(drifted(deployment_type, selector("since", "2026-11-24T10:00:00Z"),
                  selector("since", "2026-11-24T11:00:00+01:00")) ==
          Lines{"/spec/template/spec/nodeSelector/since changed"});
  }

  TEST_CASE("the tolerance of an autoscaler is a quantity") {
    const auto scaler = [](const std::string& tolerance) {
      return R"({"spec":{"behavior":{"scaleUp":{"tolerance":)" + tolerance + "}}}}";
    };
    const std::string kind = "autoscaling/HorizontalPodAutoscaler";
    CHECK(drifted(kind, scaler("0.05"), scaler("\"50m\"")) == none);
    CHECK(drifted(kind, scaler("0.05"), scaler("\"60m\"")) ==
          Lines{"/spec/behavior/scaleUp/tolerance changed"});
  }

  TEST_CASE("ports that the API keeps as number or text are the same") {
    const auto service = [](const std::string& port) {
      return R"({"spec":{"ports":[{"port":80,"targetPort":)" + port + "}]}}";
    };
    CHECK(drifted("/Service", service("\"8080\""), service("8080")) == none);
    CHECK(drifted("/Service", service("8080"), service("8081")) == Lines{"/spec/ports/0/targetPort changed"});
    CHECK(drifted("/Service", service("\"http\""), service("\"https\"")) ==
          Lines{"/spec/ports/0/targetPort changed"});
  }

  TEST_CASE("numbers are compared in full precision") {
    const auto number = [](const std::string& value) { return R"({"spec":{"ratio":)" + value + "}}"; };
    for (const auto* same : {"0.1234567890123456", "9007199254740993", "18446744073709551615", "1e-7"})
      CHECK(drifted(custom, number(same), number(same)) == none);
    CHECK(drifted(custom, number("1"), number("1.0")) == none);
    CHECK(drifted(custom, number("9007199254740993"), number("9007199254740992")) ==
          Lines{"/spec/ratio changed"});
    CHECK(drifted(custom, number("-1"), number("18446744073709551615")) == Lines{"/spec/ratio changed"});
    CHECK(drifted(custom, number("1"), number("true")) == Lines{"/spec/ratio changed"});
    CHECK(drifted(custom, number("1"), number("\"1\"")) == Lines{"/spec/ratio changed"});
  }

  TEST_CASE("points in time and durations are compared as such, but not in labels") {
    const auto at = [](const std::string& value) { return R"({"spec":{"at":")" + value + R"("}})"; };
    CHECK(drifted(custom, at("2026-11-24T10:00:00Z"), at("2026-11-24T11:00:00+01:00")) == none);
    CHECK(drifted(custom, at("2026-11-24T10:00:00Z"), at("2026-11-24T10:00:01Z")) ==
          Lines{"/spec/at changed"});
    CHECK(drifted(custom, at("90m"), at("1h30m0s")) == none);
    CHECK(drifted(custom, at("90m"), at("91m")) == Lines{"/spec/at changed"});
    CHECK(drifted(deployment_type, at("90m"), at("1h30m0s")) == Lines{"/spec/at changed"});
    CHECK(drifted(custom, R"({"metadata":{"annotations":{"a":"90m"}}})",
                  R"({"metadata":{"annotations":{"a":"1h30m0s"}}})") ==
          Lines{"/metadata/annotations/a changed"});
  }

  TEST_CASE("what the API server fills in is no drift") {
    CHECK(drifted("/Service", R"({"spec":{"ports":[{"port":80}]}})",
                  R"({"spec":{"clusterIP":"10.0.0.1","type":"ClusterIP","sessionAffinity":"None",)"
                  R"("ports":[{"port":80,"protocol":"TCP","targetPort":80}]}})") == none);
    CHECK(drifted("/Service", R"({"spec":{"clusterIP":"","type":""}})",
                  R"({"spec":{"clusterIP":"10.0.0.1","type":"ClusterIP"}})") == none);
    CHECK(drifted("/Service", R"({"spec":{"type":""}})", R"({"spec":{"type":"LoadBalancer"}})") ==
          Lines{"/spec/type changed"});
    CHECK(drifted(deployment_type, container(R"("livenessProbe":{"periodSeconds":0})"),
                  container(R"("livenessProbe":{"periodSeconds":10})")) == none);
    CHECK(drifted(deployment_type, container(R"("livenessProbe":{"periodSeconds":0})"),
                  container(R"("livenessProbe":{"periodSeconds":11})"))
              .size() == 1);
    CHECK(drifted(deployment_type, container(R"("livenessProbe":{"httpGet":{"path":"","port":80}})"),
                  container(R"("livenessProbe":{"httpGet":{"path":"/","port":80}})")) == none);
    CHECK(drifted("networking.k8s.io/Ingress", R"({"spec":{"rules":[{"http":{"paths":[{"path":""}]}}]}})",
                  R"({"spec":{"rules":[{"http":{"paths":[{"path":"/"}]}}]}})")
              .size() == 1);
    const std::string cpu = R"({"type":"Resource","resource":{"name":"cpu","target":)"
                            R"({"type":"Utilization","averageUtilization":80}}})";
    const auto metrics = [](const std::string& list) { return R"({"spec":{"metrics":[)" + list + "]}}"; };
    CHECK(drifted("autoscaling/HorizontalPodAutoscaler", metrics(""), metrics(cpu)) == none);
    CHECK(drifted("autoscaling/HorizontalPodAutoscaler", metrics(""), metrics(cpu + "," + cpu)) ==
          Lines{"/spec/metrics changed"});
    CHECK(drifted("storage.k8s.io/CSIDriver", R"({"spec":{"volumeLifecycleModes":[]}})",
                  R"({"spec":{"volumeLifecycleModes":["Persistent"]}})") == none);
    CHECK(
        drifted(
            deployment_type,
            pod(R"({"containers":[{"name":"a","livenessProbe":{"timeoutSeconds":0,"httpGet":{"path":"",)"
                R"("scheme":"","port":80}}}],"volumes":[{"name":"v","emptyDir":{"sizeLimit":"1024Mi"}}]})"),
            pod(R"({"containers":[{"name":"a","livenessProbe":{"timeoutSeconds":1,"httpGet":{"path":"/",)"
                R"("scheme":"HTTP","port":80}}}],"volumes":[{"name":"v","emptyDir":{"sizeLimit":"1Gi"}}]})")) ==
        none);
    CHECK(drifted("flowcontrol.apiserver.k8s.io/FlowSchema", R"({"spec":{"matchingPrecedence":0}})",
                  R"({"spec":{"matchingPrecedence":1000}})") == none);
  }

  TEST_CASE("zeros and empty things that Kubernetes drops are no drift, and nothing hides behind them") {
    CHECK(drifted(deployment_type,
                  R"({"spec":{"paused":false,"minReadySeconds":0,"template":{"metadata":)"
                  R"({"labels":{},"creationTimestamp":null}}}})",
                  R"({"spec":{"template":{"metadata":{}}}})") == none);
    CHECK(drifted(deployment_type, R"({"spec":{"paused":false}})", R"({"spec":{"paused":true}})") ==
          Lines{"/spec/paused changed"});
    CHECK(drifted(deployment_type, R"({"spec":{"replicas":0}})", R"({"spec":{"replicas":2}})") ==
          Lines{"/spec/replicas changed"});
    CHECK(drifted("networking.k8s.io/NetworkPolicy", R"({"spec":{"podSelector":{},"ingress":[]}})",
                  R"({"spec":{"podSelector":{},"ingress":[{}]}})") == Lines{"/spec/ingress changed"});
    CHECK(drifted("/Service", R"({"spec":{"sessionAffinityConfig":{}}})", R"({"spec":{}})") == none);
    CHECK(drifted("/Service", R"({"spec":{"sessionAffinityConfig":{"clientIP":{"timeoutSeconds":5}}}})",
                  R"({"spec":{}})") == Lines{"/spec/sessionAffinityConfig removed"});
    // Of custom resources nobody knows that false is nothing.
    CHECK(drifted(custom, R"({"spec":{"on":false}})", R"({"spec":{}})") == Lines{"/spec/on removed"});
    // Labels and data keep their empty values.
    CHECK(drifted("/ConfigMap", R"({"data":{"a":""}})", R"({"data":{}})") == Lines{"/data/a removed"});
  }

  TEST_CASE("a zero or false that Kubernetes keeps is missed when it goes") {
    const auto context = [](const std::string& fields) {
      return container("\"securityContext\":{" + fields + "}");
    };
    const std::string at = "/spec/template/spec/containers/0/securityContext";
    CHECK(drifted(deployment_type, context(R"("allowPrivilegeEscalation":false)"), context("")) ==
          Lines{at + "/allowPrivilegeEscalation removed"});
    CHECK(drifted(deployment_type, context(R"("runAsUser":0)"), context("")) ==
          Lines{at + "/runAsUser removed"});
    CHECK(drifted(deployment_type, pod(R"({"automountServiceAccountToken":false})"), pod("{}")) ==
          Lines{"/spec/template/spec/automountServiceAccountToken removed"});
    CHECK(drifted(deployment_type, pod(R"({"priority":0})"), pod("{}")) ==
          Lines{"/spec/template/spec/priority removed"});
    // A volume's pointer, but a PersistentVolume's value.
    CHECK(drifted(deployment_type, pod(R"({"volumes":[{"name":"a","csi":{"readOnly":false}}]})"),
                  pod(R"({"volumes":[{"name":"a","csi":{}}]})")) ==
          Lines{"/spec/template/spec/volumes/0/csi/readOnly removed"});
    CHECK(drifted("/PersistentVolume", R"({"spec":{"csi":{"readOnly":false}}})", R"({"spec":{"csi":{}}})") ==
          Lines{});
    CHECK(drifted("/ServiceAccount", R"({"automountServiceAccountToken":false})", "{}") ==
          Lines{"/automountServiceAccountToken removed"});
    CHECK(drifted(deployment_type, pod(R"({"tolerations":[{"key":"a","tolerationSeconds":0}]})"),
                  pod(R"({"tolerations":[{"key":"a"}]})")) ==
          Lines{"/spec/template/spec/tolerations/0/tolerationSeconds removed"});
    // Nobody may be evicted, and now all but one may.
    CHECK(drifted("policy/PodDisruptionBudget", R"({"spec":{"maxUnavailable":0}})",
                  R"({"spec":{"minAvailable":1}})") == Lines{"/spec/maxUnavailable removed"});
    CHECK(compared("/ServiceAccount", R"({"automountServiceAccountToken":true})",
                   R"({"automountServiceAccountToken":false})",
                   "{}") == Lines{"/automountServiceAccountToken conflict"});
  }

  TEST_CASE("a limit of 0 and a default of false or nothing are missed when they go from a schema") {
    const auto schema = [](const std::string& field) {
      return R"({"spec":{"versions":[{"schema":{"openAPIV3Schema":{"properties":{"default":{)" + field +
             "}}}}}]}}";
    };
    const std::string crd = "apiextensions.k8s.io/CustomResourceDefinition";
    const std::string at = "/spec/versions/0/schema/openAPIV3Schema/properties/default/";
    for (const std::string field : {R"("minimum":0)", R"("maxItems":0)", R"("default":false)",
                                    R"("default":"")", R"("default":[])", R"("default":{})"}) {
      CAPTURE(field);
      const auto name = field.substr(1, field.find('"', 1) - 1);
      CHECK(drifted(crd, schema(field), schema("")) == Lines{at + name + " removed"});
      CHECK(drifted(crd, schema(field), schema(field)) == none);
    }
    CHECK(drifted(crd, schema(R"("default":{"on":false})"), schema(R"("default":{})")) ==
          Lines{at + "default/on removed"});
    CHECK(drifted(crd, schema(R"("nullable":false)"), schema("")) == none);
  }

  TEST_CASE("the mode, owner and readiness that Git wants to be 0 or false are missed when they go") {
    const auto item = [](const std::string& fields) {
      return pod(R"({"volumes":[{"name":"v","secret":{"items":[{"key":"k","path":"p")" + fields + "}]}}]}");
    };
    const std::string at = "/spec/template/spec/volumes/0/secret/items/0/";
    CHECK(drifted(deployment_type, item(R"(,"mode":0)"), item("")) == Lines{at + "mode removed"});
    CHECK(drifted(deployment_type, item(R"(,"user":0)"), item("")) == Lines{at + "user removed"});
    CHECK(drifted("discovery.k8s.io/EndpointSlice", R"({"endpoints":[{"conditions":{"ready":false}}]})",
                  R"({"endpoints":[{"conditions":{}}]})") == Lines{"/endpoints/0/conditions/ready removed"});
  }

  TEST_CASE("a claim that is to have no storage class is missed where it may have the default one") {
    CHECK(drifted("/PersistentVolumeClaim", R"({"spec":{"storageClassName":""}})", R"({"spec":{}})") ==
          Lines{"/spec/storageClassName removed"});
    CHECK(drifted("apps/StatefulSet",
                  R"({"spec":{"volumeClaimTemplates":[{"spec":{"storageClassName":""}}]}})",
                  R"({"spec":{"volumeClaimTemplates":[{"spec":{}}]}})") ==
          Lines{"/spec/volumeClaimTemplates/0/spec/storageClassName removed"});
    CHECK(drifted("/PersistentVolume", R"({"spec":{"storageClassName":""}})", R"({"spec":{}})") == none);
  }

  TEST_CASE("an object that means something by being there is missed") {
    const auto volume = [](const std::string& source) {
      return pod(R"({"volumes":[{"name":"v",)" + source + "}]}");
    };
    CHECK(drifted(deployment_type, volume(R"("emptyDir":{})"), volume(R"("hostPath":{"path":"/"})")) ==
          Lines{"/spec/template/spec/volumes/0/emptyDir removed"});
    // All pods, and none.
    CHECK(drifted("policy/PodDisruptionBudget", R"({"spec":{"selector":{}}})", R"({"spec":{}})") ==
          Lines{"/spec/selector removed"});
    CHECK(drifted("/Service", R"({"spec":{"selector":{}}})", R"({"spec":{}})") == none);
  }

  TEST_CASE("elements of keyed lists are found in any order, and others' elements are left alone") {
    const auto base = pod(R"({"containers":[{"name":"a","image":"a:1"},{"name":"b","image":"b:1"}]})");
    CHECK(drifted(deployment_type, base,
                  pod(R"({"containers":[{"name":"proxy","image":"p:1"},{"name":"b","image":"b:1"},)"
                      R"({"name":"a","image":"a:1"}]})")) == none);
    CHECK(drifted(deployment_type, base,
                  pod(R"({"containers":[{"name":"b","image":"b:2"},{"name":"a","image":"a:1"}]})")) ==
          Lines{"/spec/template/spec/containers/1/image changed"});
    CHECK(drifted(deployment_type, base, pod(R"({"containers":[{"name":"b","image":"b:1"}]})")) ==
          Lines{"/spec/template/spec/containers/0 removed"});
  }

  TEST_CASE("init containers run in the order that Git wants, whatever others put between them") {
    const auto of = [](const std::string& names) {
      std::string list;
      for (const char name : names)
        list += fmt::format("{}{{\"name\":\"{}\"}}", list.empty() ? "" : ",", name);
      return pod(R"({"initContainers":[)" + list + "]}");
    };
    const Lines moved = {"/spec/template/spec/initContainers changed"};
    CHECK(drifted(deployment_type, of("ab"), of("ba")) == moved);
    CHECK(drifted(deployment_type, of("ab"), of("xayb")) == none);
    CHECK(drifted(deployment_type, of("abc"), of("ac")) ==
          Lines{"/spec/template/spec/initContainers/1 removed"});
    // As Git wants it now, or did.
    CHECK(compared(deployment_type, of("ba"), of("ab"), of("ba")) == none);
    CHECK(compared(deployment_type, of("ba"), of("ab"), of("ab")) == none);
    CHECK(compared(deployment_type, of("acb"), of("abc"), of("cab")) ==
          Lines{"/spec/template/spec/initContainers conflict"});
  }

  TEST_CASE("an element that Git moved is shown at its new place") {
    CHECK(compared(deployment_type, pod(R"({"containers":[{"name":"new"},{"name":"a","image":"a:1"}]})"),
                   pod(R"({"containers":[{"name":"a","image":"a:1"}]})"),
                   pod(R"({"containers":[{"name":"a","image":"evil"}]})")) ==
          Lines{"/spec/template/spec/containers/1/image changed"});
  }

  TEST_CASE("ports are told apart by number and protocol, of which TCP is meant") {
    const auto ports = [](const std::string& list) { return container("\"ports\":[" + list + "]"); };
    CHECK(drifted(deployment_type, ports(R"({"containerPort":53},{"containerPort":53,"protocol":"UDP"})"),
                  ports(R"({"containerPort":53,"protocol":"UDP"},{"containerPort":53,"protocol":"TCP"})")) ==
          none);
    CHECK(drifted(deployment_type, ports(R"({"containerPort":53,"protocol":"UDP"})"),
                  ports(R"({"containerPort":53,"protocol":"TCP"})")) ==
          Lines{"/spec/template/spec/containers/0/ports/0 removed"});
    CHECK(
        drifted("/Service", R"({"spec":{"ports":[{"port":80,"protocol":""},{"port":80,"protocol":"UDP"}]}})",
                R"({"spec":{"ports":[{"port":80,"protocol":"UDP"},{"port":80,"protocol":"TCP"}]}})") == none);
  }

  TEST_CASE("two elements with one key are compared as a whole list") {
    const auto env = [](const std::string& list) { return container("\"env\":[" + list + "]"); };
    CHECK(drifted(deployment_type, env(R"({"name":"A","value":"1"})"),
                  env(R"({"name":"A","value":"1"},{"name":"A","value":"2"})")) ==
          Lines{"/spec/template/spec/containers/0/env changed"});
  }

  TEST_CASE("lists without keys are what they are, element by element") {
    const auto command = [](const std::string& list) { return container("\"command\":[" + list + "]"); };
    CHECK(drifted(deployment_type, command(R"("a","b")"), command(R"("a","b")")) == none);
    CHECK(drifted(deployment_type, command(R"("a","b")"), command(R"("b","a")")).size() == 2);
    CHECK(drifted(deployment_type, command(R"("a","b")"), command(R"("a","b","c")")) ==
          Lines{"/spec/template/spec/containers/0/command changed"});
    CHECK(drifted(deployment_type, command(R"("a","b")"), command(R"("a")")) ==
          Lines{"/spec/template/spec/containers/0/command changed"});
    CHECK(compared(deployment_type, command(R"("a","b","c")"), command(R"("a","b")"),
                   command(R"("a","b")")) == none);
    CHECK(compared(deployment_type, command(R"("a","b","c")"), command(R"("a","b")"),
                   command(R"("a","x")")) == Lines{"/spec/template/spec/containers/0/command conflict"});
  }

  TEST_CASE("widened rights are drift") {
    const auto role = [](const std::string& rules) { return R"({"rules":[)" + rules + "]}"; };
    const std::string reads = R"({"apiGroups":[""],"resources":["pods"],"verbs":["get"]})";
    const std::string all = R"({"apiGroups":["*"],"resources":["*"],"verbs":["*"]})";
    const std::string kind = "rbac.authorization.k8s.io/Role";
    CHECK(drifted(kind, role(reads), role(reads + "," + all)) == Lines{"/rules changed"});
    CHECK(drifted(kind, role(reads), role(R"({"apiGroups":[""],"resources":["pods"],"verbs":["*"]})")) ==
          Lines{"/rules/0/verbs/0 changed"});
  }

  TEST_CASE("rules of a ClusterRole are the controller's only where Git aggregates them") {
    const std::string kind = "rbac.authorization.k8s.io/ClusterRole";
    const std::string aggregated = R"({"aggregationRule":{"clusterRoleSelectors":[{}]},"rules":[]})";
    CHECK(drifted(kind, aggregated,
                  R"({"aggregationRule":{"clusterRoleSelectors":[{}]},"rules":[{"verbs":["get"]}]})") ==
          none);
    // Somebody else's aggregationRule is no excuse.
    CHECK(drifted(kind, R"({"rules":[{"verbs":["get"]}]})",
                  R"({"aggregationRule":{"clusterRoleSelectors":[{}]},"rules":[{"verbs":["*"]}]})") ==
          Lines{"/rules/0/verbs/0 changed"});
    CHECK(drifted(kind, aggregated, R"({"rules":[{"verbs":["*"]}]})") == Lines{"/aggregationRule removed"});
  }

  TEST_CASE("finalizers may be added by anybody, and are missed when they go") {
    const auto object = [](const std::string& list) { return R"({"spec":{"finalizers":[)" + list + "]}}"; };
    CHECK(drifted("/Namespace", object(R"("a","b")"), object(R"("c","b","a")")) == none);
    CHECK(drifted("/Namespace", object(R"("a","b")"), object(R"("b")")) == Lines{"/spec/finalizers changed"});
    CHECK(compared("/Namespace", object(R"("b")"), object(R"("a","b")"), object(R"("b")")) == none);
  }

  TEST_CASE("lists of custom resources are matched by name, but nobody else may add to them") {
    const auto list = [](const std::string& all) { return R"({"spec":{"steps":[)" + all + "]}}"; };
    CHECK(drifted(custom, list(R"({"name":"a","run":1},{"name":"b","run":2})"),
                  list(R"({"name":"b","run":2},{"name":"a","run":1})")) == none);
    CHECK(drifted(custom, list(R"({"name":"a","run":1},{"name":"b","run":2})"),
                  list(R"({"name":"b","run":3},{"name":"a","run":1})")) ==
          Lines{"/spec/steps/1/run changed"});
    CHECK(drifted(custom, list(R"({"name":"a","run":1})"),
                  list(R"({"name":"a","run":1},{"name":"c","run":1})")) == Lines{"/spec/steps changed"});
  }

  TEST_CASE(
      "maps of schemas that are left out where they are empty are no drift, and nothing else of a schema "
      "is") {
    const std::string crd = "apiextensions.k8s.io/CustomResourceDefinition";
    const auto schema = [](const std::string& fields) {
      return R"({"spec":{"versions":[{"schema":{"openAPIV3Schema":{)" + fields + "}}}]}}";
    };
    const std::string at = "/spec/versions/0/schema/openAPIV3Schema/";
    for (const std::string map : {"properties", "patternProperties", "definitions", "dependencies"}) {
      CAPTURE(map);
      CHECK(drifted(crd, schema('"' + map + R"(":{})"), schema("")) == none);
      CHECK(drifted(crd, schema(R"("properties":{"a":{"items":{")" + map + R"(":{}}}})"),
                    schema(R"("properties":{"a":{"items":{}}})")) == none);
      // A property of that name.
      CHECK(drifted(crd, schema(R"("properties":{")" + map + R"(":{},"b":{}})"),
                    schema(R"("properties":{"b":{}})")) == Lines{at + "properties/" + map + " removed"});
      // The author's JSON.
      CHECK(drifted(crd, schema(R"("example":{")" + map + R"(":{}})"), schema(R"("example":{})")) ==
            Lines{at + "example/" + map + " removed"});
    }
    for (const std::string keyword :
         {"items", "not", "additionalProperties", "externalDocs", "default", "example"})
      CHECK(drifted(crd, schema('"' + keyword + R"(":{})"), schema("")) == Lines{at + keyword + " removed"});
    // Of others' kinds nobody knows what is a map.
    CHECK(drifted(custom, R"({"spec":{"properties":{}}})", R"({"spec":{}})") ==
          Lines{"/spec/properties removed"});
  }

  TEST_CASE("other maps of Kubernetes' own that are empty are dropped") {
    const auto flex = [](const std::string& options) {
      return pod(R"({"volumes":[{"name":"a","flexVolume":{"driver":"d")" + options + "}}]}");
    };
    CHECK(drifted(deployment_type, flex(R"(,"options":{})"), flex("")) == none);
    CHECK(drifted(deployment_type, flex(R"(,"options":{"o":""})"), flex(R"(,"options":{})")).size() == 1);
    CHECK(drifted("certificates.k8s.io/CertificateSigningRequest", R"({"spec":{"extra":{}}})",
                  R"({"spec":{}})") == none);
  }

  TEST_CASE("bytes are the same over line ends, in each field of bytes") {
    const auto spec = [](const std::string& field, const std::string& text) {
      return R"({"spec":{")" + field + R"(":")" + text + R"("}})";
    };
    const auto config = [](const std::string& text) {
      return R"({"webhooks":[{"name":"w","clientConfig":{"caBundle":")" + text + R"("}}]})";
    };
    const std::string group = "admissionregistration.k8s.io/";
    for (const std::string kind : {"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"}) {
      CHECK(drifted(group + kind, config(R"(QUJD\nREVG\n)"), config("QUJDREVG")) == none);
      CHECK(drifted(group + kind, config(R"(QUJD\r\nRA==)"), config("QUJDRA==")) == none);
      for (const auto& [git, live] : {std::pair("QUJDREVG", "QUJDREVH"), std::pair("?", "!")})
        CHECK(drifted(group + kind, config(git), config(live)) ==
              Lines{"/webhooks/0/clientConfig/caBundle changed"});
    }
    CHECK(drifted("apiregistration.k8s.io/APIService", spec("caBundle", R"(QUJD\nREVG)"),
                  spec("caBundle", "QUJDREVG")) == none);
    CHECK(drifted("apiextensions.k8s.io/CustomResourceDefinition",
                  R"({"spec":{"conversion":{"webhook":{"clientConfig":{"caBundle":"QUJD\n"}}}}})",
                  R"({"spec":{"conversion":{"webhook":{"clientConfig":{"caBundle":"QUJD"}}}}})") == none);
    CHECK(drifted("certificates.k8s.io/CertificateSigningRequest", spec("request", R"(QUJD\nREVG)"),
                  spec("request", "QUJDREVG")) == none);
    for (const std::string field : {"pkixPublicKey", "proofOfPossession", "stubPKCS10Request"})
      CHECK(drifted("certificates.k8s.io/PodCertificateRequest", spec(field, R"(QUJD\n)"),
                    spec(field, "QUJD")) == none);
    // Elsewhere it is text.
    CHECK(drifted(custom, spec("caBundle", R"(QUJD\n)"), spec("caBundle", "QUJD")) ==
          Lines{"/spec/caBundle changed"});
    CHECK(drifted(deployment_type, spec("request", R"(QUJD\n)"), spec("request", "QUJD")).size() == 1);
  }

  TEST_CASE("Endpoints say the same in any order and grouping") {
    const auto subsets = [](const std::string& list) { return R"({"subsets":[)" + list + "]}"; };
    const std::string a = R"({"name":"a","port":80})", udp = R"({"name":"b","port":81,"protocol":"UDP"})";
    const std::string one = R"({"ip":"10.0.0.1"})", two = R"({"ip":"10.0.0.2"})";
    const auto subset = [](const std::string& addresses, const std::string& ports,
                           const std::string& others = "") {
      return R"({"addresses":[)" + addresses + R"(],"ports":[)" + ports + "]" + others + "}";
    };
    const auto git = subsets(subset(one + "," + two, a + "," + udp));
    CHECK(drifted("/Endpoints", git,
                  subsets(subset(two + "," + one, udp + R"(,{"name":"a","port":80,"protocol":"TCP"})"))) ==
          none);
    CHECK(drifted("/Endpoints", git,
                  subsets(subset(two + "," + one, a) + "," + subset(one + "," + two, udp))) == none);
    // One more, one less, another port, one that isn't ready any more, one that has lost a port.
    for (const auto& live :
         {subset(one + "," + two + R"(,{"ip":"6.6.6.6"})", a + "," + udp), subset(one, a + "," + udp),
          subset(two + "," + one, R"({"name":"a","port":82},)" + udp),
          subset(one, a + "," + udp, R"(,"notReadyAddresses":[)" + two + "]"),
          subset(one + "," + two, a) + "," + subset(one, udp)}) {
      CAPTURE(live);
      CHECK_FALSE(drifted("/Endpoints", git, subsets(live)).empty());
    }
    CHECK(drifted("/Endpoints", git, "{}") == Lines{"/subsets removed"});
    CHECK(drifted("example.org/Endpoints", git, subsets(subset(two + "," + one, a + "," + udp))).size() == 2);
  }

  TEST_CASE("Endpoints of many addresses and ports are compared in bounded time") {
    std::string addresses, ports;
    for (int i = 0; i < 5000; ++i) {
      addresses += fmt::format("{}{{\"ip\":\"10.0.{}.{}\"}}", i > 0 ? "," : "", i / 250, i % 250);
      ports += fmt::format("{}{{\"port\":{}}}", i > 0 ? "," : "", i + 1);
    }
    const auto object = R"({"subsets":[{"addresses":[)" + addresses + R"(],"ports":[)" + ports + "]}]}";
    CHECK(drifted("/Endpoints", object, object) == none);
  }

  TEST_CASE("more that Git wants to be 0 or false is missed when it goes") {
    CHECK(drifted("/Service", R"({"spec":{"allocateLoadBalancerNodePorts":false}})", R"({"spec":{}})") ==
          Lines{"/spec/allocateLoadBalancerNodePorts removed"});
    CHECK(drifted("batch/Job", R"({"spec":{"manualSelector":false}})", R"({"spec":{}})") ==
          Lines{"/spec/manualSelector removed"});
    const auto volume = [](const std::string& source) {
      return pod(R"({"volumes":[{"name":"a",)" + source + "}]}");
    };
    CHECK(drifted(deployment_type, volume(R"("fc":{"lun":0})"), volume(R"("fc":{})")).size() == 1);
    CHECK(drifted(deployment_type, volume(R"("iscsi":{"lun":0})"), volume(R"("iscsi":{})")) == none);
  }

  TEST_CASE("another type is a change") {
    const auto value = [](const std::string& text) { return R"({"spec":{"a":)" + text + "}}"; };
    for (const auto* live : {"[]", "{}", "\"x\"", "1", "true"})
      for (const auto* base : {"[1]", "{\"b\":1}", "\"y\"", "2", "false"})
        CHECK(drifted(custom, value(base), value(live)).size() == 1);
    CHECK(drifted(custom, value("1"), value("null")) == Lines{"/spec/a removed"});
    CHECK(drifted(custom, value("null"), value("1")) == none);
  }

  TEST_CASE("keys are escaped in pointers") {
    CHECK(drifted("/ConfigMap", R"({"data":{"a/b~c":"1","":"1"}})", R"({"data":{"a/b~c":"2","":"2"}})") ==
          Lines{"/data/a~1b~0c changed", "/data/ changed"});
  }
}
