// deploy/metrics: its alerts by Prometheus' own promtool, and that every metric that they name exists.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "support/folder.hpp"
#include "support/policy_cases.hpp"
#include "support/program.hpp"
#include "support/prometheus.hpp"
#include "support/text.hpp"
#include "support/tools.hpp"

using namespace drift;

namespace {

const std::string deploy_folder = tests::project_folder() + "/deploy/";

std::string rules() {
  const auto all = policy::manifests_of(tests::contents(deploy_folder + "metrics/alerts.yaml"));
  return std::string(all.objects().at(0).object.find("spec").json());
}

}  // namespace

TEST_CASE("The alerts of deploy/metrics fire when they should, and not before") {
  const tests::Folder folder;
  folder.write("rules.json", rules());
  folder.write("alerts.yaml", tests::contents(tests::project_folder() + "/tests/generate/alerts.yaml"));
  const auto checked = tests::promtool({"check", "rules", "rules.json"}, folder.path());
  CHECK_MESSAGE(checked.exit == 0, checked.out, checked.err);
  const auto tested = tests::promtool({"test", "rules", "alerts.yaml"}, folder.path());
  CHECK_MESSAGE(tested.exit == 0, tested.out, tested.err);
}

TEST_CASE("Each alert is tested and has its place in the runbook, and each metric that it names is there") {
  const auto page = tests::contents(tests::project_folder() + "/docs/metrics.md");
  const auto cases = tests::contents(tests::project_folder() + "/tests/generate/alerts.yaml");
  const auto all = policy::manifests_of(tests::contents(deploy_folder + "metrics/alerts.yaml"));
  for (const auto& rule :
       all.objects().at(0).object.find("spec").find("groups").at(0).find("rules").elements()) {
    const std::string name(rule.find("alert").text());
    CAPTURE(name);
    CHECK(tests::contains(page, "### " + name + "\n"));
    CHECK(tests::contains(cases, "alertname: " + name + "\n    exp_alerts"));
  }
  const auto families = tests::all_metrics();
  for (const auto& name : tests::metrics_in(rules())) {
    CAPTURE(name);
    CHECK(tests::is_family_of(families, name));
  }
  for (const auto& name : tests::metrics_in(families)) {
    CAPTURE(name);
    const auto family =
        name.substr(0, name.find("_seconds_") == std::string::npos ? name.npos : name.find("_seconds_") + 8);
    CHECK(tests::contains(page, "`" + family));
  }
}

TEST_CASE("Prometheus finds the controller's port by the parts of deploy/metrics") {
  const tests::Folder folder;
  std::filesystem::copy(deploy_folder, folder.path() / "deploy", std::filesystem::copy_options::recursive);
  folder.write("kustomization.yaml", "resources: [deploy/controller]\ncomponents: [deploy/metrics]\n");
  outside::SystemPrograms programs(tests::tools_environment());
  tests::require_tool(programs, "kubectl");
  const auto result = programs.run({"kubectl", {"kustomize", "."}, folder.path()});
  REQUIRE_MESSAGE(result.exit_code == 0, result.err);
  const auto all = policy::manifests_of(result.out);
  const auto part = [&](std::string_view kind) {
    for (const auto& one : all.objects())
      if (one.kind == kind) return one.object;
    FAIL(std::string(kind) << " is missing");
    return all.objects().at(0).object;
  };
  const auto pod = part("Deployment").find("spec").find("template");
  const auto container = pod.find("spec").find("containers").at(0);
  const auto service = part("Service"), monitor = part("ServiceMonitor"), policy = part("NetworkPolicy");
  const auto port = container.find("ports").at(0);
  CHECK(port.find("name").text() == "metrics");
  const auto name_of = [](const auto& labels) { return labels.find("app.kubernetes.io/name").text(); };
  CHECK(name_of(service.find("spec").find("selector")) == name_of(pod.find("metadata").find("labels")));
  CHECK(name_of(monitor.find("spec").find("selector").find("matchLabels")) ==
        name_of(service.find("metadata").find("labels")));
  const auto service_port = service.find("spec").find("ports").at(0);
  CHECK(service_port.find("targetPort").text() == "metrics");
  CHECK(monitor.find("spec").find("endpoints").at(0).find("port").text() == service_port.find("name").text());
  CHECK(policy.find("spec").find("ingress").at(0).find("ports").at(0).find("port").json() ==
        port.find("containerPort").json());
  CHECK(pod.find("metadata").find("annotations").find("prometheus.io/port").text() ==
        port.find("containerPort").json());
}

TEST_CASE("What the controller shows passes Prometheus' own check") {
  controller::Metrics metrics("1");
  metrics.argocd_answered("manifests", 200, 0.1);
  metrics.heard(Time(std::chrono::seconds(1)));
  controller::IncidentMetrics incidents(metrics.registry(), std::chrono::minutes(15));
  api::Incident incident;
  incident.severity = "low";
  incidents.changed(incident);
  incident.state = api::IncidentState::resolved;
  incident.ended = incident.detected;
  incidents.changed(incident);
  const api::Rollout rollout;
  controller::RolloutMetrics(metrics.registry()).show(&rollout);
  const auto checked = tests::promtool({"check", "metrics"}, "/", metrics.text());
  CHECK_MESSAGE(checked.exit == 0, checked.out, checked.err);
}
