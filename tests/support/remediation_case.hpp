// A remediator beside a cluster and an Argo CD in memory, and one application `shop` that drifts.
#pragma once
#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "controller/applications.hpp"
#include "controller/judge.hpp"
#include "controller/remediator.hpp"
#include "json/read.hpp"
#include "support/application_case.hpp"
#include "support/fake_argocd.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_kubernetes.hpp"

namespace drift::tests {

// A Service of low severity, whose type is medium and whose ports stop everything.
inline const std::string remediation_policy = policy_text(R"(
  severities:
  - {name: low, remediation: {action: autoSync, cooldown: 60s, maxRetries: 2}}
  - {name: medium, remediation: {action: approve, cooldown: 60s}, approval: {required: 1, timeout: 24h, escalateAfter: 4h}}
  - {name: critical, remediation: {action: stop}, approval: {escalateAfter: 5h}}
  rules:
  - name: services
    match: {any: [{resources: {kinds: [Service]}}]}
    severity: low
    fields:
    - {id: type, jsonPointers: [/spec/type], severity: medium}
    - {id: ports, jsonPointers: [/spec/ports], severity: critical}
  hooks: {namespace: drift-policy, image: "registry.example/drift-policy:1.0"}
)");

// Of an operation: its gate's Job.
inline const std::string gate_said_no =
    R"([{"kind": "Job", "name": "shop-12345678-gate", "hookType": "PreSync", "hookPhase": "Failed",
         "message": "rejected by bob: no"}])";
inline const std::string gate_passed =
    R"([{"kind": "Job", "name": "shop-12345678-gate", "hookType": "PreSync", "hookPhase": "Succeeded"}])";

// Counts syncs that are asked for, and may be where a process is killed: at its nth write, before or after it has arrived.
struct WatchedKubernetes : FakeKubernetes {
  using FakeKubernetes::FakeKubernetes;
  struct Killed {};

  rapidjson::Document create(const outside::ResourcePath& path, const rapidjson::Value& object) override {
    return written([&] { return FakeKubernetes::create(path, object); });
  }
  rapidjson::Document replace(const outside::ResourcePath& path, const rapidjson::Value& object) override {
    return written([&] { return FakeKubernetes::replace(path, object); });
  }
  rapidjson::Document merge_patch(const outside::ResourcePath& path, const rapidjson::Value& patch) override {
    if (patch.HasMember("operation")) ++syncs;
    return written([&] { return FakeKubernetes::merge_patch(path, patch); });
  }

  std::size_t syncs = 0;  // refused ones too
  std::size_t writes = 0;
  std::optional<std::size_t> kill_before, kill_after;  // that write; the first is 1

 private:
  template <typename Write>
  rapidjson::Document written(const Write& write) {
    ++writes;
    if (writes == kill_before) throw Killed();
    auto answer = write();
    if (writes == kill_after) throw Killed();
    return answer;
  }
};

struct RemediationCase {
  RemediationCase() {
    argocd.rendered["aaaa"] = {plan_config_map(rendered_plan(
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ClusterIP, ports: [{port: 80}], "
        "sessionAffinity: None}\n",
        remediation_policy))};
    put("shop", {});
    live("");
    start();
  }

  static outside::ResourcePath path(const std::string& name = "shop") {
    return controller::applications_in("argocd", name);
  }
  static outside::ResourcePath incidents() { return {"", "v1", "configmaps", "drift-policy", "", ""}; }

  void put(const std::string& name, std::initializer_list<std::string_view> patches) {
    auto document = application(patches);
    // Long ago by the clock of these tests.
    merge(document, parse_json(R"({"status": {"operationState": {"startedAt": "2025-11-29T09:58:00Z"}}})"),
          document);
    merge(document, parse_json(R"({"metadata": {"name": ")" + name + R"(", "uid": "u-)" + name + R"("}})"),
          document);
    kubernetes.put(path(name), to_text(document));
  }

  // As a process that begins anew.
  void start() {
    remediator = std::make_unique<controller::Remediator>(
        controller::Remediator::World{kubernetes, argocd, clock}, "drift-policy", settings,
        [this] { return leads; },
        controller::Remediator::Listener{[this](const api::Incident& incident) {
                                           told.emplace_back(api::incident_state_name(incident.state));
                                         },
                                         {},
                                         {}});
    known.clear();
  }

  // What the cluster has instead of what Git wants of the Service, beside its type and ports: `"sessionAffinity":"ClientIP"`.
  void live(const std::string& spec) {
    const std::string wanted = R"("type":"ClusterIP","ports":[{"port":80}],"sessionAffinity":"None")";
    argocd.managed = {{"", "Service", "shop", "web", "{}",
                       R"({"metadata":{"name":"web"},"spec":{)" + (spec.empty() ? wanted : spec) + "}}",
                       !spec.empty()}};
  }
  static std::string affinity(const std::string& value) {
    return R"("type":"ClusterIP","ports":[{"port":80}],"sessionAffinity":")" + value + '"';
  }
  static std::string type(const std::string& value) {
    return R"("type":")" + value + R"(","ports":[{"port":80}],"sessionAffinity":"None")";
  }

  void see(const std::string& name = "shop") {
    const auto stored = kubernetes.stored(path(name));
    const auto summary = controller::summary_of(stored);
    auto& before = known[name];
    before =
        controller::judge(before ? &*before : nullptr, summary, clock.now(), std::chrono::hours(24 * 400));
    remediator->seen(*before);
  }
  // The application is looked at, and all is done that is due.
  void look(const std::string& name = "shop") {
    see(name);
    next = remediator->step();
  }
  void pass(std::chrono::seconds time, const std::string& name = "shop") {
    clock.wait(time);
    look(name);
  }

  void drift(const std::string& spec) {
    live(spec);
    kubernetes.patch(path(), R"({"status": {"sync": {"status": "OutOfSync"}, "resources":
      [{"kind": "Service", "namespace": "shop", "name": "web", "status": "OutOfSync"}]}})");
    look();
    pass(std::chrono::seconds(5));
  }

  // What an incident begins with.
  void begins() {
    live(affinity("ClientIP"));
    kubernetes.patch(path(), out_of_sync);
  }

  // The operation that is asked for; `sync`: what it holds beside its strategy.
  static std::string request(const std::string& attempt, const std::string& reason, const std::string& sync) {
    return R"({"initiatedBy":{"username":"drift-policy-controller","automated":true},"info":[)"
           R"({"name":"drift-policy.dev/incident","value":")" +
           attempt + R"("},{"name":"Reason","value":")" + reason +
           R"("}],"sync":{"syncStrategy":{"hook":{}},)" + sync + "}}";
  }

  // Argo CD takes the operation that is asked for, and ends it; the application is as it leaves it.
  void argocd_begins() {
    kubernetes.patch(path(), R"({"status": {"operationState": {"phase": "Running", "startedAt": ")" +
                                 time_text(clock.now()) + R"(",
      "operation": )" + operation() +
                                 "}}}");
    look();
  }
  void argocd_ends(const std::string& phase, const std::string& sync,
                   const std::string& results = gate_passed) {
    kubernetes.patch(path(),
                     R"({"operation": null, "status": {"sync": {"status": ")" + sync +
                         R"("}, "operationState": {"phase": ")" + phase +
                         R"(", "message": "one or more tasks failed", "finishedAt": "2026-11-29T09:59:30Z",
                                 "syncResult": {"resources": )" +
                         results + "}}}}");
    if (sync == "Synced") live("");
    look();
  }

  std::string operation() const {
    const auto stored = kubernetes.stored(path());
    const auto* found = find(stored, {"operation"});
    return found ? to_text(*found) : "";
  }
  bool is_syncing() const { return !operation().empty(); }

  // The only incident.
  api::Incident incident() const {
    const auto all = all_incidents();
    REQUIRE(all.size() == 1);
    return all.front();
  }
  std::vector<api::Incident> all_incidents() const {
    std::vector<api::Incident> all;
    auto where = incidents();
    for (const auto& name : names()) {
      where.name = name;
      all.push_back(api::read_incident(text_at(kubernetes.stored(where), {"data", "incident.json"})));
    }
    return all;
  }
  // What the Application shows of it.
  std::string shown() const {
    return text_at(kubernetes.stored(path()), {"metadata", "annotations", "drift-policy.dev/incident"});
  }
  std::string state() const { return std::string(api::incident_state_name(incident().state)); }
  std::size_t count() const { return names().size(); }
  std::vector<std::string> names() const {
    auto all = kubernetes.names(incidents());
    std::erase_if(all, [](const auto& name) { return !name.starts_with("drift-policy-incident-"); });
    return all;
  }

  FakeClock clock;
  WatchedKubernetes kubernetes{clock};
  FakeArgoCd argocd;
  controller::RemediationSettings settings;
  bool leads = true;
  std::unique_ptr<controller::Remediator> remediator;
  std::map<std::string, std::optional<controller::Known>> known;
  std::vector<std::string> told;
  Time next{};
};

}  // namespace drift::tests
