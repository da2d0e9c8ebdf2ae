// The Jobs: who they run as, what keeps them small and safe, and what people read on the gate.
#include <doctest/doctest.h>

#include "annotators/hooks/jobs.hpp"
#include "support/hooks_input.hpp"

namespace {
using drift::tests::Injected;
using drift::tests::medium_policy;
using drift::tests::policy_text;
using drift::tests::Rendered;
using drift::tests::web;

const std::string secret = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: db}\n";
const char* const all[] = {"-gate", "-audit", "-alert"};

const Injected& injected() {
  static const Injected value{Rendered(web)};
  return value;
}

std::string pod(const Injected& objects, const char* name, std::vector<std::string> path) {
  path.insert(path.begin(), {"spec", "template", "spec"});
  return objects.json("Job", name, path);
}

std::string pod(const char* name, std::vector<std::string> path) {
  return pod(injected(), name, std::move(path));
}

std::string container(const char* name, std::vector<std::string> path) {
  path.insert(path.begin(), {"containers", "0"});
  return pod(name, std::move(path));
}

std::string gate(const Injected& objects, const std::string& annotation) {
  return std::string(objects.find("Job", "-gate").annotation(annotation));
}
}  // namespace

TEST_SUITE("hooks: Jobs") {
  TEST_CASE("pods pass PodSecurity restricted") {
    for (const char* name : all) {
      CAPTURE(name);
      CHECK(pod(name, {"securityContext", "runAsNonRoot"}) == "true");
      CHECK(pod(name, {"securityContext", "runAsUser"}) == "999");
      CHECK(pod(name, {"securityContext", "seccompProfile"}) == R"({"type":"RuntimeDefault"})");
      CHECK(container(name, {"securityContext", "allowPrivilegeEscalation"}) == "false");
      CHECK(container(name, {"securityContext", "capabilities"}) == R"({"drop":["ALL"]})");
      CHECK(container(name, {"securityContext", "readOnlyRootFilesystem"}) == "true");
      CHECK(pod(name, {"hostNetwork"}) == "nothing");
      CHECK(pod(name, {"hostPID"}) == "nothing");
      CHECK(pod(name, {"containers", "1"}) == "nothing");
    }
    CHECK(pod("-gate", {"volumes"}) == "nothing");
  }

  TEST_CASE("requests and limits have defaults that the policy can change one by one") {
    CHECK(container("-gate", {"resources"}) ==
          R"({"limits":{"cpu":"500m","memory":"128Mi"},"requests":{"cpu":"10m","memory":"32Mi"}})");
    const Injected changed{Rendered(
        web, medium_policy +
                 "    resources: {limits: {memory: 256Mi, ephemeral-storage: 1Gi}, requests: {cpu: 0.2}}\n")};
    CHECK(
        pod(changed, "-gate", {"containers", "0", "resources"}) ==
        R"({"limits":{"cpu":"500m","ephemeral-storage":"1Gi","memory":"256Mi"},"requests":{"cpu":"0.2","memory":"32Mi"}})");
  }

  TEST_CASE("a killed pod is replaced, a refusal isn't repeated, and everything ends") {
    for (const char* name : all) {
      CHECK(pod(name, {"restartPolicy"}) == R"("Never")");
      CHECK(
          injected().json("Job", name, {"spec", "podFailurePolicy"}) ==
          R"({"rules":[{"action":"FailJob","onExitCodes":{"containerName":"hook","operator":"In","values":[1,2]}},)"
          R"({"action":"Ignore","onPodConditions":[{"status":"True","type":"DisruptionTarget"}]}]})");
    }
    CHECK(injected().json("Job", "-gate", {"spec", "backoffLimit"}) == "20");
    CHECK(injected().json("Job", "-gate", {"spec", "activeDeadlineSeconds"}) ==
          std::to_string(24 * 3600 + 600));
    CHECK(injected().json("Job", "-audit", {"spec", "activeDeadlineSeconds"}) == "600");
    CHECK(injected().json("Job", "-alert", {"spec", "activeDeadlineSeconds"}) == "600");
  }

  TEST_CASE("no mesh adds a sidecar") {
    for (const char* name : all) {
      const auto metadata = injected().json("Job", name, {"spec", "template", "metadata"});
      for (const char* expected :
           {R"("sidecar.istio.io/inject":"false")", R"("linkerd.io/inject":"disabled")",
            R"("kuma.io/sidecar-injection":"disabled")", R"("consul.hashicorp.com/connect-inject":"false")"})
        CHECK(metadata.find(expected) != std::string::npos);
    }
  }

  TEST_CASE("each hook runs our program, as an account of its own for the application's severity") {
    CHECK(container("-gate", {"command"}) == R"(["/usr/local/bin/drift-policy"])");
    const auto args = container("-gate", {"args"});
    CHECK(args.starts_with(R"(["hook","gate","--application","shop","--names","shop-)"));
    CHECK(args.find(R"("--plan-digest","sha256:)") != std::string::npos);
    for (const char* name : all) {
      CHECK(pod(name, {"serviceAccountName"}) == "\"drift-policy" + std::string(name) + "-medium\"");
      CHECK(pod(name, {"automountServiceAccountToken"}) == "true");
    }
    CHECK(pod(Injected(Rendered(web + secret)), "-gate", {"serviceAccountName"}) ==
          R"("drift-policy-gate-high")");
  }

  TEST_CASE("records can be encrypted where the namespace has keys") {
    CHECK(pod("-audit", {"volumes"}) ==
          R"([{"name":"audit-keys","secret":{"optional":true,"secretName":"drift-policy-audit-keys"}}])");
    CHECK(container("-audit", {"volumeMounts"}) ==
          R"([{"mountPath":"/etc/drift-policy/audit-keys","name":"audit-keys","readOnly":true}])");
    CHECK(container("-alert", {"args"}).find(R"("--audit-keys","/etc/drift-policy/audit-keys")") !=
          std::string::npos);
  }

  TEST_CASE("each pod knows the uid of its Job, the same for all pods of a Job") {
    for (const char* name : all)
      CHECK(
          container(name, {"env", "2"}) ==
          R"({"name":"JOB_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.labels['batch.kubernetes.io/controller-uid']"}}})");
  }

  TEST_CASE(
      "how many records stay is told where they live with the platform, and only to those who write them") {
    const auto told = [](const std::string& policy, const char* name) {
      const auto args = pod(Injected(Rendered(web, policy)), name, {"containers", "0", "args"});
      const auto at = args.find(R"("--keep-records")");
      return at == std::string::npos ? "nothing" : args.substr(at, args.rfind(']') - at);
    };
    for (const char* name : {"-audit", "-alert"}) {
      CHECK(told(medium_policy, name) == R"("--keep-records","1000")");
      CHECK(told(medium_policy + "    records: {keep: 50, keepFor: 36h30m}\n", name) ==
            R"("--keep-records","50","--keep-for","36h30m")");
    }
    CHECK(told(medium_policy, "-gate") == "nothing");
    std::string own = medium_policy;
    own.replace(own.find("    namespace: drift-policy\n"), 28, "");
    CHECK(told(own + "    records: {keep: 50}\n", "-audit") == "nothing");
  }

  TEST_CASE("pull secrets are the policy's") {
    CHECK(pod("-gate", {"imagePullSecrets"}) == "nothing");
    const Injected pulled{Rendered(web, medium_policy + "    imagePullSecrets: [registry]\n")};
    CHECK(pod(pulled, "-alert", {"imagePullSecrets"}) == R"([{"name":"registry"}])");
  }

  TEST_CASE("the gate says who must say yes, until when, and when more people are told") {
    const Injected& objects = injected();
    CHECK(gate(objects, "drift-policy.dev/application") == "shop");
    CHECK(gate(objects, "drift-policy.dev/severity") == "medium");
    CHECK(gate(objects, "drift-policy.dev/enforcement") == "enforce");
    CHECK(gate(objects, "drift-policy.dev/approvals-required") == "2");
    CHECK(gate(objects, "drift-policy.dev/approval-timeout") == "24h");
    CHECK(gate(objects, "drift-policy.dev/escalate-after") == "1h30m");
    CHECK(gate(objects, "approvers.drift-policy.dev/medium") == "platform\nCN=ops,OU=x");
    CHECK(gate(objects, "drift-policy.dev/through-argocd").empty());
    CHECK(objects.find("Job", "-audit").annotation("drift-policy.dev/approvals-required").empty());
  }

  TEST_CASE("a higher severity without approval doesn't take away what a lower one demands") {
    const Injected objects{Rendered(web + secret)};
    CHECK(gate(objects, "drift-policy.dev/severity") == "high");
    CHECK(gate(objects, "drift-policy.dev/approvals-required") == "2");
    CHECK(objects.json("Job", "-gate", {"spec", "activeDeadlineSeconds"}) == std::to_string(24 * 3600 + 600));
  }

  TEST_CASE("raising a manifest's severity keeps what the platform demands of it") {
    std::string raised = web;
    raised.replace(raised.find("  name: web"), 11,
                   "  name: web\n  annotations: {drift-policy.dev/severity: high}");
    const Injected objects{Rendered(raised)};
    CHECK(gate(objects, "drift-policy.dev/severity") == "high");
    CHECK(gate(objects, "approvers.drift-policy.dev/medium") == "platform\nCN=ops,OU=x");
    CHECK(gate(objects, "drift-policy.dev/approvals-required") == "2");
  }

  TEST_CASE("the gate says of which severities an approval through Argo CD counts") {
    const auto through = [](const std::string& approval, const std::string& action) {
      const Injected objects{Rendered(
          web, policy_text(
                   "  severities:\n  - {name: low, remediation: {action: autoSync}}\n"
                   "  - {name: medium, remediation: {action: " +
                   action + "}" + approval + "}\n" +
                   "  rules: [{name: all, match: {any: [{resources: {kinds: [\"*\"]}}]}, severity: medium}]\n"
                   "  hooks: {image: \"x:1\", namespace: drift-policy}\n"))};
      return gate(objects, "drift-policy.dev/through-argocd");
    };
    CHECK(through("", "approve") == "medium");
    CHECK(through(", approval: {required: 2}", "approve").empty());
    CHECK(through(", approval: {required: 2, throughArgoCD: true}", "approve") == "medium");
    CHECK(through(", approval: {throughArgoCD: false}", "approve").empty());
    // A break-glass has a name, unless the policy does without.
    CHECK(through("", "stop").empty());
    CHECK(through(", approval: {required: 1, throughArgoCD: true}", "stop") == "medium");
  }

  TEST_CASE("the gate says who must say yes to Git's own changes, also of what may have left Git") {
    const Injected objects{Rendered(
        web, policy_text(
                 "  severities:\n  - {name: low, remediation: {action: autoSync}}\n"
                 "  - {name: high, remediation: {action: restore}, changes: {approval: {groups: [security], "
                 "timeout: 3h}}}\n"
                 "  rules: []\n  hooks: {image: \"x:1\", namespace: drift-policy}\n"))};
    CHECK(gate(objects, "drift-policy.dev/severity") == "low");
    CHECK(gate(objects, "approvers.drift-policy.dev/high.changes") == "security");
    CHECK(gate(objects, "approvers.drift-policy.dev/high").empty());
    CHECK(gate(objects, "drift-policy.dev/through-argocd") == "high.changes");
    CHECK(gate(objects, "drift-policy.dev/approval-timeout") == "3h");
  }

  TEST_CASE("the built-in severities take an approval through Argo CD") {
    const Injected objects{Rendered(
        web, policy_text(
                 "  rules: [{name: all, match: {any: [{resources: {kinds: [\"*\"]}}]}, severity: medium}]\n"
                 "  hooks: {image: \"x:1\", namespace: drift-policy}\n"))};
    CHECK(gate(objects, "drift-policy.dev/through-argocd") == "medium");
  }

  TEST_CASE("where nobody is asked the gate has only the time that it needs") {
    const std::string high_only = policy_text(R"(
  rules: [{name: all, match: {any: [{resources: {kinds: ["*"]}}]}, severity: high}]
  hooks: {image: "x:1", namespace: drift-policy}
)");
    const Injected objects{Rendered(web, high_only)};
    CHECK(objects.json("Job", "-gate", {"spec", "activeDeadlineSeconds"}) == "600");
    CHECK(gate(objects, "drift-policy.dev/approvals-required") == "0");
    CHECK(gate(objects, "drift-policy.dev/approval-timeout").empty());
  }

  TEST_CASE("durations are written as policies write them") {
    using drift::annotators::duration_text;
    CHECK(duration_text(std::chrono::hours(24)) == "24h");
    CHECK(duration_text(std::chrono::minutes(90)) == "1h30m");
    CHECK(duration_text(std::chrono::seconds(45)) == "45s");
    CHECK(duration_text(std::chrono::seconds(3661)) == "1h1m1s");
    CHECK(duration_text(std::chrono::seconds(0)) == "0s");
  }
}
