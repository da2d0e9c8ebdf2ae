// A gate in a cluster in memory: an application whose objects are Services, each called after the severity of its drift, and
// a Secret. Git wants every Service to be a ClusterIP; whoever makes it another type drifts it.
#pragma once
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "api/names.hpp"
#include "audit/keys.hpp"
#include "base/sha256.hpp"
#include "gate/run.hpp"
#include "json/read.hpp"
#include "support/fake_kubernetes.hpp"

namespace drift::tests {

// A pod that was killed: nothing of it runs on.
struct Killed {};

// How the severities of the case are set up, as plans have them.
struct Severities {
  std::string low = R"("remediation":{"action":"autoSync"},"approval":{"required":0})";
  std::string medium =
      R"("remediation":{"action":"approve"},"approval":{"required":1,"groups":["platform"],"timeoutSeconds":86400,)"
      R"("escalateAfterSeconds":14400})";
  std::string high = R"("remediation":{"action":"restore"},"approval":{"required":0})";
  std::string critical =
      R"("remediation":{"action":"stop"},"approval":{"required":2,"groups":["security"],"timeoutSeconds":3600})";
};

inline const char* const two_people =
    R"("remediation":{"action":"approve"},"approval":{"required":2,"timeoutSeconds":86400})";
inline const char* const nobody_overrides = R"("remediation":{"action":"stop"},"approval":{"required":0})";

struct GateCase {
  explicit GateCase(const Severities& severities = {}, bool observe = false) : observed(observe) {
    plan = plan_json(severities, "new");
    put_config_map(names.plan(), "plan", plan);
    put_config_map(names.base(), "base", plan_json(severities, "old"));
    for (const auto* name : {"low", "medium", "high", "critical"}) make(name, "ClusterIP");
    kubernetes.put(
        secret(),
        R"({"metadata":{"managedFields":[{"manager":"argocd-controller","operation":"Apply",)"
        R"("apiVersion":"v1","time":"2026-01-01T00:00:00Z","fieldsType":"FieldsV1",)"
        R"("fieldsV1":{"f:data":{"f:password":{}}}}]},"type":"Opaque","data":{"password":"aHVudGVyMg=="}})");
    new_job();
  }

  // A new sync: Argo CD makes the Job anew.
  void new_job() {
    if (!kubernetes.stored(job()).IsNull()) kubernetes.erase(job());
    kubernetes.put(job(),
                   fmt::format(R"({{"metadata":{{"annotations":{{"drift-policy.dev/application":"shop",)"
                               R"("drift-policy.dev/plan-digest":"{}",)"
                               R"("drift-policy.dev/through-argocd":"{}"}}}},)"
                               R"("spec":{{"activeDeadlineSeconds":87000}}}})",
                               digest(), through_argocd));
  }

  gate::GateEnd run() {
    audit::KeyRing no_keys{{}};
    const store::Run run{kubernetes, clock,    [](std::size_t) { return std::string(); },
                         no_keys,    ns,       "shop",
                         names,      digest(), job_uid};
    return gate::run_gate(run, {observed, false, [this](std::string_view text) { log += text; },
                                [this](const std::string& what) { log += "warning: " + what + "\n"; },
                                [this](const std::string& what) { log += what + "\n"; }});
  }

  // What people do.
  void make(const std::string& name, const std::string& type) {
    kubernetes.put(service(name), R"({"metadata":{},"spec":{"type":")" + type + "\"}}");
  }
  void drift(const std::string& name, const std::string& type = "LoadBalancer") { make(name, type); }
  void heal(const std::string& name) { make(name, "ClusterIP"); }
  void answer(const std::string& action, const std::string& person,
              const std::string& reason = "it is fine") {
    answer_to(note("drift"), action, person, reason);
  }
  void answer_to(const std::string& which, const std::string& action, const std::string& person,
                 const std::string& reason = "it is fine") {
    kubernetes.patch(job(), fmt::format(R"({{"metadata":{{"annotations":{{"{}.drift-policy.dev/{}{}-{}":)"
                                        R"("{} {}: {}"}}}}}})",
                                        action, person, ++answers, which, which, person, reason));
  }
  void answer_after(std::chrono::seconds time, const std::string& action, const std::string& person) {
    clock.after(time, [this, action, person] { answer(action, person); });
  }

  // What is there now.
  std::string note(const std::string& key) const {
    const auto object = kubernetes.stored(job());
    return text_at(object, {"metadata", "annotations", "drift-policy.dev/" + key});
  }
  std::string state() const { return note("state"); }
  std::string file(const std::string& name, const char* key) const {
    const auto object = kubernetes.stored(config_map(name));
    return text_at(object, {"data", key});
  }
  bool alerted() const { return !file(names.emergency(), "emergency.json").empty(); }
  // The Job's message, which the gate gives it by a condition.
  std::string message() const {
    const auto object = kubernetes.stored(job());
    const auto* conditions = find(object, {"status", "conditions"});
    return conditions == nullptr || conditions->Empty() ? std::string()
                                                        : text_of((*conditions)[0], "message");
  }
  // Everything that the gate wrote, as one text.
  std::string written() const {
    std::string all = log;
    for (const auto& path : {job(), config_map(names.report()), config_map(names.emergency())})
      all += to_text(kubernetes.stored(path));
    return all;
  }

  std::string digest() const { return "sha256:" + sha256_hex(plan); }
  outside::ResourcePath job() const { return {"batch", "v1", "jobs", ns, names.of(api::Hook::gate), ""}; }
  outside::ResourcePath config_map(const std::string& name) const {
    return {"", "v1", "configmaps", ns, name, ""};
  }
  outside::ResourcePath service(const std::string& name) const {
    return {"", "v1", "services", "shop", name, ""};
  }
  outside::ResourcePath secret() const { return {"", "v1", "secrets", "shop", "db", ""}; }

  void put_config_map(const std::string& name, const std::string& component, const std::string& text) {
    kubernetes.put(
        config_map(name),
        fmt::format(R"({{"metadata":{{"labels":{{"app.kubernetes.io/component":"{}",)"
                    R"("app.kubernetes.io/managed-by":"drift-policy","drift-policy.dev/source":"{}"}},)"
                    R"("annotations":{{"drift-policy.dev/application":"shop"}}}},)"
                    R"("data":{{"plan.json":{}}}}})",
                    component, names.prefix(),
                    to_text(rapidjson::Value(rapidjson::StringRef(text.c_str())))));
  }

  std::string plan_json(const Severities& severities, const std::string& revision) const {
    std::string objects;
    for (const auto* name : {"low", "medium", "high", "critical"})
      objects += object_json("Service", "services", name, name,
                             R"("manifest":{"metadata":{},"spec":{"type":"ClusterIP"}})") +
                 ",";
    objects += object_json("Secret", "secrets", "db", "high", R"("manifest":{"type":"Opaque"})");
    return fmt::format(
        R"({{"version":1,"application":"shop","project":"default","revision":"{}","repository":"r","path":"p",)"
        R"("destinationNamespace":"shop","hooksNamespace":"{}","pluginVersion":"1","policyDigest":"sha256:0",)"
        R"("enforcement":"{}","severity":"critical","severities":[{{"name":"low",{}}},{{"name":"medium",{}}},)"
        R"({{"name":"high",{}}},{{"name":"critical",{}}}],"objects":[{}]}})",
        revision, ns, observed ? "observe" : "enforce", severities.low, severities.medium, severities.high,
        severities.critical, objects);
  }

  static std::string object_json(const std::string& kind, const std::string& resource,
                                 const std::string& name, const std::string& severity,
                                 const std::string& more) {
    return fmt::format(
        R"({{"group":"","version":"v1","kind":"{}","resource":"{}","namespace":"shop","name":"{}",)"
        R"("severity":"{}","demands":"{}","rule":"test/rule","wave":0,{}}})",
        kind, resource, name, severity, severity, more);
  }

  bool observed;
  FakeClock clock;
  FakeKubernetes kubernetes{clock};
  std::string ns = "drift-policy";
  api::Names names = api::Names::with_prefix("shop-12345678");
  std::string plan, log, job_uid, through_argocd = "medium";
  int answers = 0;
};

inline bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// Runs it as Kubernetes does: a new pod for one that was killed, or that could not reach the cluster.
inline gate::GateEnd until_it_ends(GateCase& place) {
  for (int pods = 0; pods < 10; ++pods) {
    try {
      return place.run();
    } catch (const Killed&) {
    } catch (const OutsideError&) {
    }
  }
  FAIL("it never ended");
  return {};
}

}  // namespace drift::tests
