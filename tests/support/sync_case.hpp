// Applications in a cluster in memory, with the hooks as render injects them: plan, Roles and Jobs are the real ones, and
// a hook is run as its Job says.
#pragma once
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api/report.hpp"
#include "audit/listing.hpp"
#include "base/base64.hpp"
#include "base/time.hpp"
#include "gate/run.hpp"
#include "hooks/alert.hpp"
#include "json/build.hpp"
#include "json/read.hpp"
#include "kube/kinds.hpp"
#include "store/records.hpp"
#include "support/audit_chain.hpp"
#include "support/fake_kubernetes.hpp"
#include "support/hooks_input.hpp"

namespace drift::tests {

// A pod that was killed: nothing of it runs on.
struct Killed {};

using api::Hook;

// medium_policy with the hooks in the application's own namespace.
inline std::string own_namespace(std::string policy = medium_policy) {
  return policy.erase(policy.find("    namespace: drift-policy\n"), 28);
}

struct Cluster {
  FakeClock clock;
  FakeKubernetes kubernetes{clock};
  audit::Random random = counting_random();
  audit::KeyRing keys;

  // The nth call from now on is the last of its pod.
  void kill_at(std::size_t nth) {
    kubernetes.before_call = [this, nth, seen = std::size_t{0}](const std::string&) mutable {
      if (++seen < nth) return;
      kubernetes.before_call = nullptr;
      throw Killed();
    };
  }

  audit::Evidence evidence(const std::string& ns = "drift-policy") {
    return store::read_evidence(kubernetes, ns);
  }
  // All records, which must be a whole chain.
  std::vector<audit::Row> records(const std::string& ns = "drift-policy") {
    const auto all = evidence(ns);
    for (const auto& problem : audit::verify(all).problems) FAIL_CHECK(problem.message);
    return audit::rows_of(all, keys, {}).rows;
  }
};

// One application in it.
struct SyncCase {
  explicit SyncCase(Cluster& where, std::string used_policy = medium_policy, std::string used_source = web,
                    const std::string& name = "shop")
      : cluster(where), policy(std::move(used_policy)), source(std::move(used_source)), application(shop()) {
    application.name = name;
    begin("1111111");
  }

  // A sync begins: Argo CD deletes the hooks of the one before, and makes the plan, the rights and the gate's Job.
  void begin(const std::string& revision) {
    application.revision = revision;
    injected = std::make_unique<Injected>(Rendered(source, policy, application));
    for (const auto hook : api::all_hooks)
      if (!cluster.kubernetes.stored(job(hook)).IsNull()) cluster.kubernetes.erase(job(hook));
    for (const auto& manifest : injected->manifests().objects())
      if (manifest.kind != "Job") cluster.kubernetes.put(path_of(manifest), manifest.object.json());
    start(Hook::gate);
    cluster.clock.wait(std::chrono::seconds(5));
  }
  void start(Hook hook) {
    const auto& manifest = injected->find("Job", std::string("-") + std::string(api::hook_name(hook)));
    cluster.kubernetes.put(job(hook), manifest.object.json());
  }

  // What a Job's pod is told, and what it runs.
  store::Run run_of(Hook hook) {
    const auto keep = argument(hook, "--keep-records");
    return {cluster.kubernetes,
            cluster.clock,
            cluster.random,
            cluster.keys,
            ns(),
            argument(hook, "--application"),
            api::Names::with_prefix(argument(hook, "--names")),
            argument(hook, "--plan-digest"),
            uid(hook),
            !keep.empty(),
            {keep.empty() ? 0 : std::stoull(keep), std::chrono::seconds(0)}};
  }
  gate::GateEnd gate() {
    return gate::run_gate(run_of(Hook::gate), {false, false, [](std::string_view) {},
                                               [](const std::string&) {}, [](const std::string&) {}});
  }
  // A pod of the Job, which is made where it isn't there. The sync has awaited the gate, unless `awaited` says otherwise.
  hooks::Recorded audit(bool awaited = true) {
    const auto gate = cluster.kubernetes.stored(job(Hook::gate));
    if (awaited && gate.IsObject() && drift::find(gate, {"status", "conditions"}) == nullptr)
      set_condition(Hook::gate, "Complete", {}, {});
    return hooks::run_audit(run_of(made(Hook::audit)));
  }
  hooks::Recorded alert() { return hooks::run_alert(run_of(made(Hook::alert))); }

  // What became of a Job.
  void annotate_gate(const std::map<std::string, std::string>& notes) {
    rapidjson::Document patch;
    for (const auto& [key, value] : notes)
      drift::set(patch,
                 {"metadata", "annotations", key.find('/') == key.npos ? "drift-policy.dev/" + key : key},
                 value);
    cluster.kubernetes.patch(job(Hook::gate), to_text(patch));
  }
  void end(Hook hook, const std::string& type, const std::string& reason = {},
           const std::string& message = {}) {
    cluster.clock.wait(std::chrono::seconds(5));
    set_condition(hook, type, reason, message);
  }
  void set_condition(Hook hook, const std::string& type, const std::string& reason,
                     const std::string& message) {
    rapidjson::Document patch;
    rapidjson::Value condition(rapidjson::kObjectType);
    auto& memory = patch.GetAllocator();
    const auto add = [&](const char* key, const std::string& text) {
      condition.AddMember(rapidjson::StringRef(key), rapidjson::Value(text.c_str(), memory), memory);
    };
    add("type", type);
    add("status", "True");
    add("reason", reason);
    add("message", message);
    add("lastTransitionTime", time_text(cluster.clock.now()));
    rapidjson::Value conditions(rapidjson::kArrayType);
    conditions.PushBack(condition, memory);
    drift::set(patch, {"status", "conditions"}, std::move(conditions));
    cluster.kubernetes.patch(job(hook), to_text(patch));
  }
  // The gate let the sync go on.
  void pass() {
    annotate_gate({{"state", "passed"}, {"reason", "no drift"}});
    end(Hook::gate, "Complete");
  }

  // What the gate would write of a Service that somebody made a LoadBalancer.
  api::Report drift_report() {
    api::Difference difference;
    difference.pointer = "/spec/type";
    difference.live = "LoadBalancer";
    difference.live_digest = "sha256:1";
    difference.severity = difference.approval_severity = "medium";
    difference.last = api::LastChange{"kubectl-patch", "Update", "", "2026-01-02T02:00:00Z"};
    api::ObjectReport object;
    object.version = "v1";
    object.kind = "Service";
    object.resource = "services";
    object.ns = "shop";
    object.name = "web";
    object.state = api::State::drifted;
    object.severity = object.approval_severity = "medium";
    object.differences = {difference};
    api::Report report;
    report.application = application.name;
    report.has_base = true;
    report.plan_digest = argument(Hook::gate, "--plan-digest");
    report.severity = report.approval_severity = "medium";
    report.reasons = {"Service shop/web: /spec/type changed (medium)"};
    report.objects = {object};
    report.drift = api::drift_digest(report);
    return report;
  }
  void put_report(const api::Report& report) {
    put_file(names().report(), "report.json", api::report_json(report));
    annotate_gate({{"drift", report.drift}, {"drift-severity", report.severity}});
  }
  void put_file(const std::string& name, const std::string& key, const std::string& text) {
    rapidjson::Document object;
    drift::set(object, {"metadata", "annotations", "drift-policy.dev/application"}, application.name);
    drift::set(object, {"data", key}, text);
    cluster.kubernetes.put(config_map(name), to_text(object));
  }

  // What is there.
  rapidjson::Document stored(const std::string& name) const {
    return cluster.kubernetes.stored(config_map(name));
  }
  std::string uid(Hook hook) const {
    return cluster.kubernetes.stored(job(hook))["metadata"]["uid"].GetString();
  }
  api::Names names() const { return api::Names(application); }
  std::string ns() const { return std::string(injected->find("Job", "-gate").ns); }
  outside::ResourcePath config_map(const std::string& name) const {
    return {"", "v1", "configmaps", ns(), name, ""};
  }
  outside::ResourcePath job(Hook hook) const { return {"batch", "v1", "jobs", ns(), names().of(hook), ""}; }
  std::vector<std::string> arguments(Hook hook) const {
    const auto list = Injected::at(injected->find("Job", names().of(hook)).object,
                                   {"spec", "template", "spec", "containers", "0", "args"});
    std::vector<std::string> all;
    for (const auto& element : list.elements()) all.emplace_back(element.text());
    return all;
  }
  std::string argument(Hook hook, const std::string& name) const {
    const auto all = arguments(hook);
    const auto found = std::find(all.begin(), all.end(), name);
    return found == all.end() ? std::string() : *(found + 1);
  }

  Cluster& cluster;
  std::string policy, source;
  api::Application application;
  std::unique_ptr<Injected> injected;

 private:
  Hook made(Hook hook) {
    if (cluster.kubernetes.stored(job(hook)).IsNull()) start(hook);
    return hook;
  }
  static outside::ResourcePath path_of(const manifest::Manifest& manifest) {
    return {std::string(manifest.group), std::string(manifest.version), kube::english_plural(manifest.kind),
            std::string(manifest.ns),    std::string(manifest.name),    ""};
  }
};

// Runs it as Kubernetes does: another pod for one that was killed, or that could not reach the cluster.
template <class Work>
void until_it_ends(Work work) {
  for (int pods = 0; pods < 10; ++pods) {
    try {
      work();
      return;
    } catch (const Killed&) {
    } catch (const OutsideError&) {
    }
  }
  FAIL("it never ended well");
}

}  // namespace drift::tests
