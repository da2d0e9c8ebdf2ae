"""A cluster with deploy/admission, and its users. All have the rights (RBAC) for what they try, so what refuses them is an admission
policy."""
import itertools
import pathlib
import subprocess

import pytest
from answers import DRIFT, HOOKS, IMAGE, NOTE, Gate
from testbed.cluster import Cluster
from testbed.kubernetes import ApiError
from testbed.process import until
from testbed.programs import ROOT, Programs

FOLDER = ROOT / "deploy" / "admission"
NUMBERS = itertools.count(1)
WRITTEN = ["jobs", "jobs/status", "configmaps", "pods", "pods/exec", "pods/attach", "pods/portforward", "pods/proxy",
           "pods/ephemeralcontainers", "pods/status", "serviceaccounts/token"]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A cluster with the policies, whose users may write Jobs and ConfigMaps everywhere."""
    folder = tmp_path_factory.mktemp("admission")
    (folder / "logs").mkdir()
    programs = Programs()
    running = Cluster(programs, folder / "cluster", folder / "logs")
    try:
        running.start()
        running.namespace(HOOKS)
        running.namespace("shop")
        kubectl(running, programs, folder, "apply", "--server-side", "-k", FOLDER)
        allow_image(running.admin)
        everybody_may_write(running.admin)
        until("the policies hold", 60, lambda: policies_hold(running.admin))
        yield running
    finally:
        running.stop()


def kubectl(cluster, programs, folder, *arguments):
    config = cluster.admin.kubeconfig(folder / "kubeconfig")
    subprocess.run([programs.kubectl, "--kubeconfig", config, *arguments], check=True, capture_output=True)


def allow_image(admin, *images):
    """As docs/install.md's kustomization does with the sidecar's own image."""
    admin.patch("ConfigMap", HOOKS, "drift-policy-accounts", {"data": {"images": "\n".join(images or (IMAGE,))}})


def everybody_may_write(admin):
    admin.create({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "writer"}, "rules": [
        {"apiGroups": ["", "batch"], "resources": WRITTEN,
         "verbs": ["get", "list", "create", "update", "patch", "delete", "deletecollection"]}]})
    admin.create({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "writer"},
                  "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "writer"},
                  "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "system:authenticated"}]})


def policies_hold(admin):
    """Each of them refuses what it must; they take effect some time after they were made."""
    probes = [({"apiVersion": "v1", "kind": "ConfigMap", "metadata": labelled("probe", "base")}, "drift-policy-evidence"),
              ({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "drift-policy-audit-head", "namespace": "shop"}},
               "drift-policy-names"),
              (job("probe", labels=labelled("", "gate")["labels"]), "drift-policy-jobs")]
    for body, policy in probes:
        try:
            admin.call(admin.path(body["kind"], "shop") + "?dryRun=All", "POST", body)
            return False
        except ApiError as error:
            if policy not in str(error) or "not found" in str(error):
                return False
    return True


def labelled(name, component, source=None, namespace="shop"):
    labels = {"app.kubernetes.io/managed-by": "drift-policy", "app.kubernetes.io/component": component}
    return {"name": name, "namespace": namespace, "labels": labels | ({NOTE + "source": source} if source else {})}


def everything(cluster, user):
    """That user may write everything, as the ClusterRole of Argo CD's application controller says: verbs `*`."""
    rbac = {"apiVersion": "rbac.authorization.k8s.io/v1"}
    if not cluster.admin.get("ClusterRole", None, "everything"):
        cluster.admin.create({**rbac, "kind": "ClusterRole", "metadata": {"name": "everything"}, "rules": [
            {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]})
    cluster.admin.create({**rbac, "kind": "ClusterRoleBinding", "metadata": {"name": f"everything-{next(NUMBERS)}"},
                          "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "everything"},
                          "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user}]})


def job(name, namespace="shop", labels=None):
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name, "namespace": namespace, "labels": labels or {}},
            "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "hook", "image": "x"}]}}}}


@pytest.fixture
def gate(cluster, tmp_path_factory):
    """A new gate, which asks about drift of medium."""
    return new_gate(cluster, tmp_path_factory).make().ask()


@pytest.fixture
def unasked(cluster, tmp_path_factory):
    return new_gate(cluster, tmp_path_factory)


def new_gate(cluster, tmp_path_factory):
    return Gate(cluster, Programs().drift_policy, f"app-{next(NUMBERS)}", tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def people(cluster):
    """alice and bob are in platform, mallory is in developers."""
    return {name: cluster.user(name) for name in ("alice", "bob", "mallory")}


def denied(call, *says):
    """The call is refused by one of the policies, with one of these in its message: where several refuse, Kubernetes shows
    the words of any."""
    with pytest.raises(ApiError) as refusal:
        call()
    assert refusal.value.code == 403 and "ValidatingAdmissionPolicy" in str(refusal.value), refusal.value
    assert any(words in str(refusal.value) for words in says), refusal.value


def status(*types):
    return {"status": {"conditions": [{"type": kind, "status": "True", "reason": "Forged"} for kind in types]}}
