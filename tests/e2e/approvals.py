"""Gates that really wait, and people who may answer them through Argo CD: what test_approve.py and test_ui.py share. The admission policies
of deploy/admission are in force."""
import subprocess

import pytest
import yaml
from deploys import OURS
from gates import CREATE, POLICY, Gate, write_objects
from testbed.application import sync_all
from testbed.argocd import NAMESPACE
from testbed.kubelet import IMAGE
from testbed.process import until
from testbed.programs import ROOT

HOOKS = "drift-policy"
ACTIONS = ROOT / "deploy" / "actions" / "argocd-cm.yaml"
RBAC = "rbac.authorization.k8s.io"


@pytest.fixture(scope="module")
def installed(bed, tmp_path_factory):
    """The admission policies, the actions, a sidecar whose hooks live in the platform's namespace, and rights for `platform`."""
    admin, folder = bed.cluster.admin, tmp_path_factory.mktemp("approve")
    config = admin.kubeconfig(folder / "admin.kubeconfig")

    def kubectl(*arguments, check=True):
        subprocess.run([bed.programs.kubectl, "--kubeconfig", config, *arguments], check=check, capture_output=True)
    bed.cluster.namespace(HOOKS)
    policy = folder / "policy.yaml"
    policy.write_text(POLICY.format(timeout="1h") + f"  hooks: {{namespace: {HOOKS}}}\n")
    accounts = folder / "accounts.yaml"
    accounts.write_text(subprocess.run([bed.programs.drift_policy, "generate", "accounts", "--policy", policy], check=True,
                                       capture_output=True, text=True).stdout)
    kubectl("apply", "--server-side", "-f", accounts)
    kubectl("apply", "--server-side", "-k", ROOT / "deploy" / "admission")
    admin.patch("ConfigMap", HOOKS, "drift-policy-accounts", {"data": {"images": IMAGE}})  # as docs/install.md does
    data = yaml.safe_load(ACTIONS.read_text())["data"]
    admin.patch("ConfigMap", NAMESPACE, "argocd-cm", {"data": data})
    admin.create({"apiVersion": f"{RBAC}/v1", "kind": "RoleBinding", "metadata": {"name": "approvers", "namespace": HOOKS},
                  "roleRef": {"apiGroup": RBAC, "kind": "Role", "name": "drift-policy-approver"},
                  "subjects": [{"apiGroup": RBAC, "kind": "Group", "name": group} for group in ("platform", "developers")]})
    bed.argocd.cmp_server("approve", DRIFT_POLICY_PATH=str(policy))
    yield folder
    bed.argocd.stop_cmp_server("approve")
    admin.patch("ConfigMap", NAMESPACE, "argocd-cm", {"data": {key: None for key in data}})
    kubectl("delete", "-k", ROOT / "deploy" / "admission", "-l", OURS, check=False)
    kubectl("delete", "-f", accounts, check=False)


@pytest.fixture(scope="module")
def applications(bed, installed):
    """Two applications that were synced once: each test lets one of them drift."""
    made = synced(bed, "orders", "ledger")
    yield made
    for app in made.values():
        app.delete()
    del installed


def synced(bed, *names):
    """Applications of objects of all severities, by name, synced once."""
    made = {}
    for name in names:
        repository = write_objects(bed.repository())
        repository.commit()
        made[name] = bed.application(repository, "app", namespace=f"approve-{name}", name=f"approve-{name}", sync_policy=CREATE,
                                     plugin="approve")
    sync_all(made.values(), 300)
    return made


class Waiting:
    """An application whose sync waits at its gate."""

    def __init__(self, app, drift):
        self.app = app
        self.gate = HooksGate(app)
        drift(app)
        before = self.gate.uid()
        self.mark = app.start_sync()
        until("the gate of this sync is there", 60, lambda: self.gate.uid() not in (None, before))
        self.notes = self.gate.waits()

    def live(self, kind, name):
        return self.app.api.get(kind, self.app.namespace, name)

    def end(self, phase="Succeeded"):
        state = self.app.finish(self.mark)
        assert state["phase"] == phase, state
        return self.gate.notes()


class HooksGate(Gate):
    """The gate of that application in the platform's namespace."""

    def __init__(self, app):
        super().__init__(app.bed.cluster, HOOKS)
        self.application = app.name

    def job(self):
        jobs = [job for job in self.api.list("Job", HOOKS, "app.kubernetes.io/component=gate")
                if job["metadata"]["annotations"]["drift-policy.dev/application"] == self.application]
        return jobs[0] if jobs else None

    def uid(self):
        job = self.job()
        return job and job["metadata"]["uid"]


def load_balancer(app):
    app.api.patch("Service", app.namespace, "web", {"spec": {"type": "LoadBalancer"}})


def shared_settings(app):
    app.api.patch("ConfigMap", app.namespace, "shared", {"data": {"owner": "one"}})


def wider_role(app):
    app.api.patch("Role", app.namespace, "reader", {"rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]})


@pytest.fixture
def waiting(applications):
    """orders, whose Service became a LoadBalancer: approval of medium is asked for."""
    one = Waiting(applications["orders"], load_balancer)
    yield one
    settle(one)


@pytest.fixture
def stopped(applications):
    """ledger, whose Role became wider: the sync is stopped, and an override is asked for."""
    one = Waiting(applications["ledger"], wider_role)
    assert one.notes["asks-for"] == "override"
    yield one
    settle(one)


@pytest.fixture
def asking_two(applications):
    """orders, whose ConfigMap of both was changed: two people are asked."""
    one = Waiting(applications["orders"], shared_settings)
    yield one
    settle(one)


def settle(one):
    """Whatever the test left waiting comes to its end, and the drift goes."""
    if one.app.operation(one.mark)["phase"] == "Running":
        one.app.patch({"status": {"operationState": {"phase": "Terminating"}}})
        one.app.finish(one.mark)
    one.app.api.patch("Service", one.app.namespace, "web", {"spec": {"type": "ClusterIP"}})
    one.app.api.patch("ConfigMap", one.app.namespace, "shared", {"data": {"owner": "both"}})
    one.app.api.patch("Role", one.app.namespace, "reader",
                      {"rules": [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"]}]})


def answered(one, outcome, action, person, reason):
    """The record of the sync that has just ended, in which exactly that was answered."""
    record = one.gate.record()
    assert (record["outcome"], record["gate"], record["drift"]) == (outcome, one.gate.uid(), one.notes["drift"])
    assert record["answers"] == [{"action": action, "person": person, "reason": reason, "drift": record["drift"]}]
    return record


class People:
    """The sessions of people at an argocd-server."""

    def __init__(self, server, tokens):
        self.server, self.tokens = server, tokens

    def __call__(self, name):
        return lambda path, *rest: self.server(path, *rest, token=self.tokens[name])


@pytest.fixture(scope="module")
def argo(bed, installed):
    """A second argocd-server, where people log in: `approver` may run our actions, `viewer` may only look, `updater` may change
    resources, but run none of our actions. By name: a function that calls its API as that person; `tokens`: their sessions."""
    folder, admin = installed, bed.cluster.admin
    people = ("approver", "viewer", "updater")
    said = subprocess.run([bed.programs.argocd, "account", "bcrypt", "--password", "a-password-of-ours"], check=True,
                          env=bed.argocd.environment("argocd"), capture_output=True, text=True).stdout.strip()
    admin.patch("ConfigMap", NAMESPACE, "argocd-cm", {"data": {f"accounts.{name}": "login" for name in people}})
    admin.patch("Secret", NAMESPACE, "argocd-secret", {"stringData": {
        f"accounts.{name}.password": said for name in people} | {
        f"accounts.{name}.passwordMtime": "2026-01-01T00:00:00Z" for name in people}})
    admin.patch("ConfigMap", NAMESPACE, "argocd-rbac-cm", {"data": {"policy.csv": "\n".join([
        "p, role:look, applications, get, */*, allow", "p, role:look, logs, get, */*, allow",
        "p, role:answer, applications, action/batch/Job/approve, */*, allow",
        "p, role:answer, applications, action/batch/Job/reject, */*, allow",
        "p, role:change, applications, update, */*, allow",
        "p, role:change, applications, update/*, */*, allow",
        "g, viewer, role:look", "g, approver, role:look", "g, approver, role:answer",
        "g, updater, role:look", "g, updater, role:change"])}})
    server = bed.argocd.guarded_server()
    tokens = {}
    for name in people:
        body = {"username": name, "password": "a-password-of-ours"}
        tokens[name] = until(f"{name} can log in", 60, lambda body=body: server("/api/v1/session", "POST", body))["token"]
    yield People(server, tokens)
    admin.patch("ConfigMap", NAMESPACE, "argocd-cm", {"data": {f"accounts.{name}": None for name in people}})
    admin.patch("ConfigMap", NAMESPACE, "argocd-rbac-cm", {"data": {"policy.csv": None}})
    del folder
