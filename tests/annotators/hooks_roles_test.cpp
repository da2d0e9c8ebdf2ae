// Rights: exactly the plan's objects, exactly what each hook does.
#include <doctest/doctest.h>

#include "api/names.hpp"
#include "support/hooks_input.hpp"

namespace {
using drift::tests::Injected;
using drift::tests::medium_policy;
using drift::tests::Rendered;
using drift::tests::shop;
using drift::tests::web;

const drift::api::Names names{shop()};

std::string own_roles_policy() {
  std::string text = medium_policy;
  return text.erase(text.find("    namespace: drift-policy\n"), 28);
}

std::string roles_object(const std::string& kind, const std::string& name, const std::string& more = {}) {
  return "---\napiVersion: v1\nkind: " + kind + "\nmetadata: {name: " + name + more + "}\n";
}

std::string rules(const Injected& injected, const std::string& name) {
  return injected.json("Role", name, {"rules"});
}
}  // namespace

TEST_SUITE("hooks: rights") {
  TEST_CASE("one Role for each namespace names exactly the plan's objects there") {
    const Injected injected{Rendered(web + roles_object("Secret", "b") + roles_object("Secret", "a") +
                                     roles_object("Secret", "a") +
                                     roles_object("ConfigMap", "far", ", namespace: other"))};
    CHECK(rules(injected, names.read("shop")) ==
          R"([{"apiGroups":[""],"resourceNames":["a","b"],"resources":["secrets"],"verbs":["get"]},)"
          R"({"apiGroups":[""],"resourceNames":["web"],"resources":["services"],"verbs":["get"]},)"
          R"({"apiGroups":["apps"],"resourceNames":["web"],"resources":["deployments"],"verbs":["get"]}])");
    CHECK(rules(injected, names.read("other")) ==
          R"([{"apiGroups":[""],"resourceNames":["far"],"resources":["configmaps"],"verbs":["get"]}])");
    CHECK(injected.find("Role", names.read("other")).ns == "other");
  }

  TEST_CASE("gate and alert may read, as the platform's accounts for the severity") {
    const Injected injected{Rendered(web)};
    CHECK(injected.json("RoleBinding", names.read("shop"), {"subjects"}) ==
          R"([{"kind":"ServiceAccount","name":"drift-policy-gate-medium","namespace":"drift-policy"},)"
          R"({"kind":"ServiceAccount","name":"drift-policy-alert-medium","namespace":"drift-policy"}])");
    CHECK(injected.json("RoleBinding", names.read("shop"), {"roleRef"}) ==
          R"({"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":")" + names.read("shop") + "\"}");
  }

  TEST_CASE(
      "the alert alone may look at hooks of the author's that can fail, where it reads objects anyway") {
    const std::string hook = ", annotations: {argocd.argoproj.io/hook: ";
    const Injected injected{Rendered(web + roles_object("Pod", "post", hook + "PostSync}") +
                                     roles_object("Pod", "gone", hook + "PostDelete}") +
                                     roles_object("Pod", "far", hook + "PostSync}, namespace: elsewhere") +
                                     roles_object("ConfigMap", "key", hook + "PreSync}"))};
    const auto name = names.read("shop/hooks");
    CHECK(rules(injected, name) ==
          R"([{"apiGroups":[""],"resourceNames":["post"],"resources":["pods"],"verbs":["get"]}])");
    CHECK(injected.json("RoleBinding", name, {"subjects"}) ==
          R"([{"kind":"ServiceAccount","name":"drift-policy-alert-medium","namespace":"drift-policy"}])");
    for (const auto& manifest : injected.manifests().objects()) CHECK(manifest.ns != "elsewhere");
  }

  TEST_CASE("what has no namespace, no fixed name, or is a hook of the author's gets no right") {
    const Injected injected{
        Rendered(web + roles_object("Namespace", "shop") +
                 roles_object("Pod", "h", ", annotations: {argocd.argoproj.io/hook: PostSync}") +
                 "---\napiVersion: batch/v1\nkind: Job\nmetadata: {generateName: x-, annotations: "
                 "{argocd.argoproj.io/hook: Sync}}\n")};
    const auto text = rules(injected, names.read("shop"));
    CHECK(text.find("namespaces") == std::string::npos);
    CHECK(text.find("pods") == std::string::npos);
    CHECK(text.find("jobs") == std::string::npos);
  }

  TEST_CASE("nobody gets more than get, by name, on what is not the hooks' own") {
    const Injected injected{Rendered(web, own_roles_policy())};
    for (const auto& manifest : injected.manifests().objects()) {
      if (manifest.kind != "Role") continue;
      for (const auto& rule : manifest.object.find("rules").elements()) {
        const auto json = rule.json();
        CAPTURE(json);
        CHECK(json.find('*') == std::string::npos);
        const bool creates = rule.find("verbs").json() == R"(["create"])";
        CHECK(creates != static_cast<bool>(rule.find("resourceNames")));
        if (creates) CHECK(rule.find("resources").json() == R"(["configmaps"])");
      }
    }
  }

  TEST_CASE("in the application's own namespace each hook has an account with what it writes") {
    const Injected injected{Rendered(web, own_roles_policy())};
    const std::string& p = names.prefix();
    CHECK(rules(injected, p + "-gate") ==
          R"([{"apiGroups":[""],"resourceNames":[")" + p + R"(-plan",")" + p +
              R"(-base"],"resources":["configmaps"],"verbs":["get"]},)"
              R"({"apiGroups":[""],"resourceNames":[")" +
              p +
              R"(-report"],"resources":["configmaps"],"verbs":["get","update"]},)"
              R"({"apiGroups":[""],"resourceNames":[")" +
              p +
              R"(-emergency"],"resources":["configmaps"],"verbs":["get","patch"]},)"
              R"({"apiGroups":[""],"resources":["configmaps"],"verbs":["create"]},)"
              R"({"apiGroups":["batch"],"resourceNames":[")" +
              p +
              R"(-gate"],"resources":["jobs"],"verbs":["get","watch","patch"]},)"
              R"({"apiGroups":["batch"],"resourceNames":[")" +
              p + R"(-gate"],"resources":["jobs/status"],"verbs":["patch"]}])");
    CHECK(injected.json("RoleBinding", p + "-gate", {"subjects"}) ==
          R"([{"kind":"ServiceAccount","name":")" + p + R"(-gate","namespace":"shop"}])");
    CHECK(injected.json("ServiceAccount", p + "-gate", {"automountServiceAccountToken"}) == "false");
    CHECK(injected.json("Job", p + "-gate", {"spec", "template", "spec", "serviceAccountName"}) ==
          "\"" + p + "-gate\"");
    // The gate, which approves, can't write what the next gate compares with; the audit can't touch the gate's Job.
    CHECK(rules(injected, p + "-audit").find(p + "-base") != std::string::npos);
    CHECK(rules(injected, p + "-audit").find("patch\"]},{\"apiGroups\":[\"batch\"]") == std::string::npos);
  }
}
