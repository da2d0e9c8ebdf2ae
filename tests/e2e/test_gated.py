"""deploy/gated: nobody but Argo CD's own controllers syncs a gated Application past its gate. Each way, as several users."""
import subprocess
import uuid

import pytest
from testbed.argocd import NAMESPACE
from testbed.kubernetes import ApiError
from testbed.process import until
from testbed.programs import ROOT

GATED = "drift-policy.dev/gated"
FULL = {"revision": "main", "syncStrategy": {"hook": {}}}
PLUGIN = {"name": "drift-policy"}
SELECTED = [{"group": "apps", "kind": "Deployment", "name": "web"}]
# What runs no hooks, and a word of the refusal.
PAST_THE_GATE = {
    "selected-resources": ({"operation": {"sync": {**FULL, "resources": SELECTED}}}, "selected resources"),
    "apply-only": ({"operation": {"sync": {"revision": "main", "syncStrategy": {"apply": {}}}}}, "apply-only"),
    "apply-only-by-force": ({"operation": {"sync": {"syncStrategy": {"apply": {"force": True}}}}}, "apply-only"),
    "local-manifests": ({"operation": {"sync": {**FULL, "manifests": ["{}"]}}}, "local manifests"),
    "another-source": ({"operation": {"sync": {**FULL, "source": {"repoURL": "https://example.com/x.git", "path": "."}}}},
                       "the source of this sync"),
    "another-plugin": ({"operation": {"sync": {**FULL, "source": {"repoURL": "https://example.com/x.git", "path": ".",
                                                                  "plugin": {"name": "other"}}}}}, "the source of this sync"),
    "several-sources": ({"operation": {"sync": {**FULL, "sources": [{"repoURL": "https://example.com/x.git", "path": "."}]}}},
                        "the source of this sync"),
    "self-heal": ({"spec": {"syncPolicy": {"automated": {"selfHeal": True}}}}, "self-heal"),
    "no-plugin": ({"spec": {"source": {"plugin": None}}}, "its source doesn't name the plugin"),
    "the-plugin-of-somebody-else": ({"spec": {"source": {"plugin": {"name": "other"}}}}, "its source doesn't name the plugin"),
    "no-label": ({"metadata": {"labels": {GATED: None}}}, "can't be taken"),
    "label-false": ({"metadata": {"labels": {GATED: "false"}}}, "can't be taken"),
    "an-operation-under-way": ({"status": {"operationState": {
        "operation": {"sync": {"resources": SELECTED}}, "phase": "Running", "startedAt": "2026-11-25T00:00:00Z"}}},
        "the application controller goes on with"),
}
USERS = ["mallory", "argocd-server"]


def apply(bed, verb):
    config = bed.cluster.admin.kubeconfig(bed.folder / "gated.kubeconfig")
    subprocess.run([bed.programs.kubectl, "--kubeconfig", config, *verb, "-k", ROOT / "deploy" / "gated"], check=True,
                   capture_output=True)


def application(name, labels=None, source=None):
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
            "metadata": {"name": name, "namespace": NAMESPACE, "labels": labels or {}},
            "spec": {"project": "default", "source": source or {"repoURL": "https://example.com/a.git", "path": ".",
                                                                "targetRevision": "main", "plugin": PLUGIN},
                     "destination": {"server": "https://kubernetes.default.svc", "namespace": "gated"}}}


def role(admin, name, verbs, user):
    admin.create({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": name, "namespace": NAMESPACE},
                  "rules": [{"apiGroups": ["argoproj.io"], "resources": ["applications"], "verbs": verbs}]})
    admin.create({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
                  "metadata": {"name": name, "namespace": NAMESPACE},
                  "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name},
                  "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user}]})


@pytest.fixture(scope="module")
def policy(bed):
    """The admission policy in force; mallory may write Applications, alice may bypass gates as well."""
    admin = bed.cluster.admin
    apply(bed, ["apply", "--server-side"])
    write = ["get", "create", "update", "patch"]
    role(admin, "e2e-writer", write, "mallory")
    role(admin, "e2e-break-glass", [*write, "bypass-gate"], "alice")
    trial = application("trial", {GATED: "true"})
    admin.create(trial)
    mallory = bed.cluster.user("mallory")

    def enforced():
        """A policy takes some seconds to come into force."""
        try:
            mallory.patch("Application", NAMESPACE, "trial", {"metadata": {"labels": {GATED: None}}})
        except ApiError as error:
            return error.code == 422
        admin.patch("Application", NAMESPACE, "trial", trial)
        return False
    until("the policy is enforced", 60, enforced)
    yield admin
    for name in ("e2e-writer", "e2e-break-glass"):
        admin.delete("Role", NAMESPACE, name)
        admin.delete("RoleBinding", NAMESPACE, name)
    admin.delete("Application", NAMESPACE, "trial")
    apply(bed, ["delete"])


@pytest.fixture
def gated(policy):
    name = f"gated-{uuid.uuid4().hex[:6]}"
    policy.create(application(name, {GATED: "true"}))
    yield name
    policy.delete("Application", NAMESPACE, name)


def user_of(bed, name):
    admin = bed.cluster.admin
    if name.startswith("argocd-"):
        return admin.as_user(admin.service_account_token(NAMESPACE, name))
    return bed.cluster.user(name)


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("way", PAST_THE_GATE)
def test_no_way_past_the_gate(bed, gated, way, user):
    change, word = PAST_THE_GATE[way]
    with pytest.raises(ApiError) as error:
        user_of(bed, user).patch("Application", NAMESPACE, gated, change)
    assert error.value.code == 422 and word in str(error.value)


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("change", [
    {"operation": {"sync": FULL}},
    {"operation": {"sync": {"revision": "main", "prune": True}}},
    {"operation": {"sync": {**FULL, "source": {"repoURL": "https://example.com/a.git", "path": ".", "plugin": PLUGIN}}}},
    {"metadata": {"annotations": {"argocd.argoproj.io/refresh": "hard"}}},
    {"spec": {"syncPolicy": {"automated": {"prune": True}}}},
    {"spec": {"source": {"plugin": {"name": "drift-policy-observe"}}}}],
    ids=["full-sync", "full-sync-by-default", "rollback-with-the-plugin", "refresh", "auto-sync", "observe"])
def test_everything_else_goes_on(bed, gated, change, user):
    user_of(bed, user).patch("Application", NAMESPACE, gated, change)


@pytest.mark.parametrize("way", [way for way in PAST_THE_GATE if way != "an-operation-under-way"])
@pytest.mark.parametrize("user", ["argocd-application-controller", "alice", "admin"])
def test_argo_cds_controller_and_whoever_may_bypass_gates_can(bed, gated, way, user):
    user_of(bed, user).patch("Application", NAMESPACE, gated, PAST_THE_GATE[way][0])


def test_the_applicationset_controller_may_take_the_label(bed, gated):
    controller = user_of(bed, "argocd-applicationset-controller")
    controller.patch("Application", NAMESPACE, gated, {"metadata": {"labels": {GATED: None}}})


@pytest.mark.parametrize("user", USERS)
def test_an_application_that_is_not_gated_is_nobodys_business(bed, policy, user):
    name = f"free-{uuid.uuid4().hex[:6]}"
    policy.create(application(name))
    user_of(bed, user).patch("Application", NAMESPACE, name, PAST_THE_GATE["selected-resources"][0])
    policy.delete("Application", NAMESPACE, name)


def test_a_gated_application_is_made_with_the_plugin_or_not_at_all(bed, policy):
    mallory = bed.cluster.user("mallory")
    with pytest.raises(ApiError, match="doesn't name the plugin"):
        mallory.create(application("native", {GATED: "true"}, {"repoURL": "https://example.com/a.git", "path": "."}))
    mallory.create(application("with-plugin", {GATED: "true"}))
    policy.delete("Application", NAMESPACE, "with-plugin")


def test_argo_cds_own_api_says_why(bed, gated, repository):
    """What a person sees who presses Sync for one resource, in the web UI or by the CLI."""
    repository.commit()
    bed.cluster.admin.patch("Application", NAMESPACE, gated, {"spec": {"source": {"repoURL": repository.url}}})

    def known():
        return bed.argocd.call(f"/api/v1/applications/{gated}")["spec"]["source"]["repoURL"] == repository.url
    until("argocd-server knows it", 30, known)
    with pytest.raises(ApiError, match="selected resources"):
        bed.argocd.call(f"/api/v1/applications/{gated}/sync", "POST", {"name": gated, "revision": "main", "resources": SELECTED})
