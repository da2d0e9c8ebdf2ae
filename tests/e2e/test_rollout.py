"""A policy that is changed, rolled out by `drift-policy controller` beside the real Argo CD, with the account of deploy/remediation:
nothing is refreshed during a restart of repo-server, then everything is, and `drift-policy rollout status` says how far it is."""
import hashlib
import json
import subprocess
import uuid

import pytest
from controllers import ACCOUNT, PLATFORM, PROGRAM, Acting
from gates import POLICY, write_objects
from testbed.application import REFRESH
from testbed.argocd import NAMESPACE
from testbed.kubernetes import ApiError
from testbed.process import until

REPO_SERVER = "argocd-repo-server"


class Policy:
    """The platform's, in a file that sidecar and controller read."""

    def __init__(self, file):
        self.file = file
        self.file.write_text(POLICY.format(timeout="1h"))

    def change(self):
        self.file.write_text(self.file.read_text() + "# changed\n")

    def digest(self):
        return hashlib.sha256(hashlib.sha256(self.file.read_bytes()).hexdigest().encode()).hexdigest()


@pytest.fixture
def policy(bed, tmp_path):
    policy = Policy(tmp_path / "policy.yaml")
    bed.argocd.cmp_server("drift-policy-rolled", DRIFT_POLICY_PATH=str(policy.file))
    yield policy
    bed.argocd.stop_cmp_server("drift-policy-rolled")


class RepoServer:
    """Its Deployment, of which no pod ever runs here: it is rolled out while it wants none. The program beside it is the real one."""

    def __init__(self, bed):
        self.bed = bed

    def _scale(self, replicas):
        self.bed.cluster.admin.patch("Deployment", NAMESPACE, REPO_SERVER, {"spec": {"replicas": replicas}})

        def seen():
            deployment = self.bed.cluster.admin.get("Deployment", NAMESPACE, REPO_SERVER)
            status = deployment.get("status", {})
            return (status.get("observedGeneration") == deployment["metadata"]["generation"] and
                    status.get("replicas", 0) == replicas)
        until(f"its Deployment has {replicas} pods", 60, seen)

    def stop(self):
        self._scale(1)
        self.bed.argocd.processes.pop(REPO_SERVER).stop()

    def start(self):
        self.bed.argocd.repo_server()

    def is_rolled_out(self):
        self._scale(0)


@pytest.fixture
def repo_server(bed):
    before = bed.cluster.admin.get("Deployment", NAMESPACE, REPO_SERVER)["spec"]["replicas"]
    server = RepoServer(bed)
    server.is_rolled_out()
    yield server
    if REPO_SERVER not in bed.argocd.processes:
        server.start()
    bed.cluster.admin.patch("Deployment", NAMESPACE, REPO_SERVER, {"spec": {"replicas": before}})


@pytest.fixture
def apps(policy, repository, application):
    label = uuid.uuid4().hex[:6]
    write_objects(repository).commit()
    apps = [application(repository, "app", namespace=f"rolled-{label}-{i}", plugin="drift-policy-rolled",
                        labels={"drift-policy.dev/gated": "true", "e2e": label}) for i in range(3)]
    for app in apps:
        app.refresh()
    return apps


def rendered(bed, app):
    """The digest of the policy in the plan that Argo CD has of it."""
    for text in bed.argocd.call(f"/api/v1/applications/{app.name}/manifests")["manifests"]:
        manifest = json.loads(text)
        if manifest["kind"] == "ConfigMap" and manifest["metadata"]["name"].endswith("-plan"):
            return json.loads(manifest["data"]["plan.json"])["policyDigest"]
    return None


def status(bed, folder, *arguments):
    config = ["--kubeconfig", bed.cluster.admin.kubeconfig(folder / "status.kubeconfig")]
    return subprocess.run([PROGRAM, "rollout", "status", *arguments, *config], capture_output=True, text=True, check=False)


class Rolling(Acting):
    begun = 0  # lines of its log before it was started last

    def start_anew(self):
        self.stop()
        self.begun = len(self.lines())
        self.start("leads")

    def rollout(self, state, policy, apps, reason=""):
        """Waits until the rollout of that policy is in that state. Argo CD may overlook a refresh until it is woken."""
        def right(rollout):
            return rollout["state"] == state and rollout["policy"] == policy.digest() and reason in rollout.get("reason", "")

        def said():
            self.process.check()
            for app in apps:
                if REFRESH in app.get()["metadata"].get("annotations", {}):
                    app.wake()
            told = [line["rollout"] for line in self.lines()[self.begun:] if "rollout" in line]
            return next(filter(right, reversed(told)), None)
        return until(f"the rollout is {state}", self.longest, said)


@pytest.fixture
def rolling(account, asks, tmp_path, policy, apps, repo_server):
    label = apps[0].get()["metadata"]["labels"]["e2e"]
    controller = Rolling(account, tmp_path / "controller", label,
                         [*asks("drift-policy"), "--policy", policy.file, "--rollout-in-flight", "2"])
    yield controller
    controller.stop()


def test_a_changed_policy_is_rolled_out_after_a_restart_of_repo_server(bed, rolling, policy, apps, repo_server, tmp_path):
    first = policy.digest()
    assert rolling.rollout("complete", policy, apps)["updated"] == 3
    asked = status(bed, tmp_path)
    assert asked.returncode == 0 and asked.stdout == f"3 of 3 applications render policy {first[:12]}\n"

    # While repo-server restarts, nothing is refreshed.
    repo_server.stop()
    policy.change()
    held = rolling.rollout("held", policy, apps, "argocd-repo-server is being rolled out")
    assert (held["applications"], held["updated"]) == (3, 0)
    asked = status(bed, tmp_path)
    assert asked.returncode == 1 and "no application is refreshed" in asked.stdout
    repo_server.start()
    assert not any(REFRESH in app.get()["metadata"].get("annotations", {}) for app in apps)
    assert 'drift_policy_rollout_refreshes_total 0\n' in rolling.page("/metrics")

    # Afterwards everything is, once, and renders the new policy.
    repo_server.is_rolled_out()
    assert rolling.rollout("complete", policy, apps)["updated"] == 3
    assert policy.digest() != first and [rendered(bed, app) for app in apps] == [policy.digest()] * 3
    metrics = rolling.page("/metrics")
    assert 'drift_policy_rollout_refreshes_total 3\n' in metrics
    assert 'drift_policy_rendered_applications{policy="wanted"} 3\n' in metrics
    watched = status(bed, tmp_path, "--watch", "--timeout", "60s", "-o", "json")
    assert watched.returncode == 0 and json.loads(watched.stdout)["policy"] == policy.digest()
    most = max(line["rollout"]["refreshing"] for line in rolling.lines() if "rollout" in line)
    assert 1 <= most <= 2

    # Whoever takes its place finds out that there is nothing to do.
    rolling.start_anew()
    rolling.rollout("complete", policy, apps)
    assert 'drift_policy_rollout_refreshes_total 0\n' in rolling.page("/metrics")


def test_without_the_right_to_read_repo_servers_deployment_it_waits_and_says_so(bed, rolling, policy, apps):
    admin, name = bed.cluster.admin, ACCOUNT + "-remediation"
    rolling.rollout("complete", policy, apps)
    rules = admin.get("Role", NAMESPACE, name)["rules"]
    right = next(rule for rule in rules if rule["resources"] == ["deployments"])
    assert (right["verbs"], right["resourceNames"]) == (["get"], [REPO_SERVER])
    try:
        admin.patch("Role", NAMESPACE, name, {"rules": [rule for rule in rules if rule != right]})
        policy.change()
        rolling.rollout("held", policy, apps, f"whether Deployment {NAMESPACE}/{REPO_SERVER} is rolled out isn't known")
    finally:
        admin.patch("Role", NAMESPACE, name, {"rules": rules})
    rolling.rollout("complete", policy, apps)
    # Nobody else says how far it is.
    with pytest.raises(ApiError, match="how far a rollout is are written by the controller"):
        admin.patch("ConfigMap", PLATFORM, "drift-policy-rollout", {"data": {"rollout.json": "{}"}})
