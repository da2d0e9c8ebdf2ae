// What `doctor` makes of what is installed.
#include "controller/diagnosis.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "json/read.hpp"
#include "support/text.hpp"

using namespace drift;
using controller::Health;
using tests::contains;

namespace {

const std::string deployment =
    R"({"metadata": {"generation": 1}, "spec": {"template": {"spec": {"containers": [{"name": "drift-policy",
    "image": "r/drift-policy@sha256:0", "env": [{"name": "DRIFT_POLICY_IMAGE", "value": "r/drift-policy@sha256:0"}]}]}}},
    "status": {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1}})";

controller::Found found(const std::string& text) {
  return {true, parse_json("object", text)};
}

controller::Installed healthy() {
  controller::Installed installed;
  installed.argocd_ns = "argocd";
  installed.repo_server = found(deployment);
  installed.settings = found(R"({"data": {"resource.customizations.actions.batch_Job": "drift-policy",
    "resource.customizations.health.apps_Deployment": "drift-policy"}})");
  installed.parameters = found("{}");
  installed.accounts = found(R"({"data": {"images": "r/drift-policy@sha256:0", "otherImages": ""}})");
  installed.policies = {"drift-policy-gated", "drift-policy-jobs", "drift-policy-evidence"};
  return installed;
}

void add_application(controller::Installed& installed, const std::string& labels, const std::string& spec) {
  installed.applications.push_back(
      parse_json("application",
                 R"({"metadata": {"name": "orders", "namespace": "argocd", "uid": "u", "resourceVersion": "1",
      "labels": {)" + labels +
                     R"(}}, "spec": {)" + spec + "}}"));
}

// All that isn't right, a line each.
std::string wrong(const controller::Installed& installed) {
  std::string lines;
  for (const auto& one : controller::diagnose(installed))
    if (one.health != Health::ok)
      lines += std::string(one.health == Health::problem ? "problem " : "warning ") + one.what + ": " +
               one.text + "\n";
  return lines;
}

const std::string gated = R"("drift-policy.dev/gated": "true")";
const std::string enforced = R"("source": {"path": "a", "plugin": {"name": "drift-policy"}})";

}  // namespace

TEST_CASE("doctor finds nothing where all is as it is installed") {
  auto installed = healthy();
  add_application(installed, gated, enforced);
  CHECK(wrong(installed).empty());
  const auto all = controller::diagnose(installed);
  CHECK_FALSE(controller::has_problem(all));
  CHECK(contains(controller::diagnosis_text(all, false), "ok      argocd/orders: is behind its gate\n"));
  CHECK(contains(controller::diagnosis_json(all),
                 R"({"state":"ok","text":"is behind its gate","what":"argocd/orders"})"));
}

TEST_CASE("doctor names what isn't installed, with what to do") {
  auto installed = healthy();
  installed.repo_server =
      found(R"({"spec": {"template": {"spec": {"containers": [{"name": "argocd-repo-server"}]}}}})");
  installed.policies.clear();
  CHECK(contains(wrong(installed), "problem sidecar: argocd-repo-server has no plugin drift-policy\n"));
  CHECK(contains(wrong(installed), "problem admission: there is no bound policy drift-policy-gated"));
  const auto all = controller::diagnose(installed);
  CHECK(controller::has_problem(all));
  CHECK(contains(controller::diagnosis_text(all, false),
                 "        -> drift-policy generate install, then kubectl apply -k\n"));
  installed.repo_server = {};
  installed.settings.known = false;
  installed.policies_known = false;
  CHECK(contains(wrong(installed), "problem sidecar: there is no Deployment argocd-repo-server in argocd\n"));
  CHECK(contains(wrong(installed),
                 "warning argocd-cm: isn't known: this account may not read ConfigMap argocd-cm\n"));
  CHECK(contains(wrong(installed), "warning admission: isn't known"));
}

TEST_CASE("doctor compares the hooks' image with what they may run, and deadlines with who waits") {
  auto installed = healthy();
  installed.accounts = found(R"({"data": {"images": "r/drift-policy:old", "otherImages": ""}})");
  CHECK(wrong(installed) ==
        "problem hooks: they would run r/drift-policy@sha256:0, which drift-policy-accounts doesn't allow\n");

  auto allowed = healthy();
  allowed.accounts = found(R"({"data": {"images": "x", "otherImages": "y\nr/drift-policy@sha256:0"}})");
  CHECK(wrong(allowed).empty());
  allowed.parameters = found(R"({"data": {"controller.repo.server.timeout.seconds": "30"}})");
  CHECK(contains(wrong(allowed),
                 "warning timeouts: a rendering may take as long as its caller waits "
                 "(controller.repo.server.timeout.seconds in"));
}

TEST_CASE("doctor looks at Argo CD's settings") {
  auto installed = healthy();
  installed.settings = found(R"({"data": {"application.resourceTrackingMethod": "label"}})");
  CHECK(contains(wrong(installed), "problem tracking: "));
  CHECK(contains(wrong(installed), "warning actions: "));
  CHECK(contains(wrong(installed), "warning health: "));
}

TEST_CASE("doctor looks at Applications that are gated or name the plugin, and at no other") {
  auto installed = healthy();
  add_application(installed, gated, enforced + R"(, "syncPolicy": {"automated": {"selfHeal": true}})");
  add_application(installed, "", enforced);
  add_application(installed, gated, R"("source": {"path": "a"})");
  CHECK(contains(wrong(installed), "problem argocd/orders: is gated, but not with selfHeal: off"));
  CHECK(contains(wrong(installed), "problem argocd/orders: is gated, but not with retry.limit: 0"));
  CHECK(contains(wrong(installed),
                 "warning argocd/orders: names the plugin, but nothing holds its syncs to the gate\n"));
  CHECK(contains(wrong(installed),
                 "problem argocd/orders: is gated, and a source of it doesn't name the plugin"));
  for (const auto& application : installed.applications) CHECK(controller::concerns_us(application));
  CHECK_FALSE(
      controller::concerns_us(parse_json("a", R"({"spec": {"source": {"plugin": {"name": "cdk8s"}}}})")));
}
