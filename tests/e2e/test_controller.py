"""`drift-policy controller --observe` and `status` beside the real Argo CD: what they say while an application drifts, changes in
Git, fails to render and is synced past its gate; and what differs, as Argo CD's API tells an account that may only get applications.
By order and state: each line comes after what caused it."""
import json
import re
import subprocess
import uuid

import pytest
from controllers import PROGRAM, STALE, Controller
from gates import CREATE
from manifests import secret, service
from testbed.argocd import NAMESPACE
from testbed.process import until

DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: REPLICAS
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example/web:1"}]}
"""
RIGHTS = [{"apiGroups": ["argoproj.io"], "resources": ["applications"], "verbs": ["get", "list", "watch"]}]


class Observed(Controller):
    """A controller that runs, as the account that has these rights and no others, and what it has said."""

    def __init__(self, bed, folder, label, asks=()):
        admin, name = bed.cluster.admin, f"observer-{uuid.uuid4().hex[:6]}"
        rbac = "rbac.authorization.k8s.io"
        admin.create({"apiVersion": f"{rbac}/v1", "kind": "Role", "metadata": {"name": name, "namespace": NAMESPACE}, "rules": RIGHTS})
        admin.create({"apiVersion": f"{rbac}/v1", "kind": "RoleBinding", "metadata": {"name": name, "namespace": NAMESPACE},
                      "roleRef": {"apiGroup": rbac, "kind": "Role", "name": name},
                      "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": NAMESPACE}]})
        admin.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": NAMESPACE}})
        user = admin.as_user(admin.service_account_token(NAMESPACE, name))
        self.options = ["-n", NAMESPACE, "-l", f"e2e={label}", *STALE, "--kubeconfig", user.kubeconfig(folder / "kubeconfig"), *asks]
        super().__init__(folder, ["--observe", *self.options], "watching")

    def counts(self, series, check=lambda value: value == 1):
        """Waits until a metric has such a value: they follow what is said by a second."""
        def value():
            self.process.check()
            found = re.search(f"^{re.escape(series)} (\\S+)$", self.page("/metrics"), re.MULTILINE)
            return found and check(float(found[1]))
        until(series, 30, value)

    def state(self, state):
        return self.says(state, lambda line: line["state"] == state)

    def compared(self, what, check):
        """Waits for what differs; its comparison."""
        return self.says(what, lambda line: "comparison" in line and check(line["comparison"]))["comparison"]

    def bypass(self, kind):
        return self.says(kind, lambda line: kind in [bypass["kind"] for bypass in line["bypasses"]])

    def status(self, output="json"):
        done = subprocess.run([PROGRAM, "status", "-o", output, *self.options], check=True, capture_output=True, text=True)
        return json.loads(done.stdout) if output == "json" else done.stdout


@pytest.fixture
def observed(bed, tmp_path):
    label = uuid.uuid4().hex[:6]
    controller = Observed(bed, tmp_path, label)
    yield controller
    controller.process.stop()


def replicas(repository, count):
    return repository.write("app/web.yaml", DEPLOYMENT.replace("REPLICAS", str(count)))


def test_an_application_from_its_first_sync_to_a_bypass(bed, observed, repository, application):
    admin = bed.cluster.admin
    replicas(repository, 1).commit()
    label = observed.options[3].removeprefix("e2e=")
    app = application(repository, "app", namespace=f"seen-{label}", plugin="drift-policy", sync_policy=CREATE,
                      labels={"drift-policy.dev/gated": "true", "e2e": label})
    observed.state("neverSynced")
    app.sync()
    app.wait_synced()
    line = observed.state("synced")
    assert line["application"] == app.name and line["bypasses"] == []

    # Somebody scales it: drift, and no commit made it.
    admin.patch("Deployment", app.namespace, "web", {"spec": {"replicas": 4}})
    line = observed.state("drifted")
    assert line["outOfSync"] == 1 and line["driftedSince"] == line["since"]
    observed.counts('drift_policy_applications{state="drifted"}')
    observed.counts('drift_policy_gated_applications{compared="true"}')
    observed.counts("drift_policy_oldest_drift_timestamp_seconds", lambda value: value > 1.7e9)
    assert observed.page("/healthz") == observed.page("/readyz") == "ok\n"
    # Nobody told it where Argo CD's API is.
    comparison = observed.compared("that fields aren't known", lambda comparison: not comparison["fields"])
    assert "isn't asked" in comparison["why"] and [(one["kind"], one["name"]) for one in comparison["objects"]] == [("Deployment", "web")]
    assert [one["state"] for one in observed.status()] == ["drifted"]
    assert app.name in observed.status("table")
    admin.patch("Deployment", app.namespace, "web", {"spec": {"replicas": 1}})
    line = observed.state("synced")
    assert line["was"] == "drifted" and "driftedSince" not in line

    # A commit: not drift.
    replicas(repository, 2).commit()
    app.refresh()
    assert "driftedSince" not in observed.state("gitChanged")
    app.sync()
    app.wait_synced()
    observed.state("synced")

    # What doesn't render is unknown, not drift.
    repository.write("app/broken.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: [\n").commit()
    app.refresh()
    line = observed.state("renderFailed")
    assert "ComparisonError" in line["reason"] and "driftedSince" not in line
    repository.remove("app/broken.yaml").commit()
    app.refresh()
    observed.state("synced")

    # Drift that is put back past the gate.
    admin.patch("Deployment", app.namespace, "web", {"spec": {"replicas": 4}})
    observed.state("drifted")
    app.sync(resources=[{"group": "apps", "kind": "Deployment", "name": "web"}])
    line = observed.bypass("selectiveSync")
    assert "by e2e" in line["bypasses"][0]["detail"]
    observed.counts('drift_policy_bypassed_applications{kind="selectiveSync"}')
    observed.counts('drift_policy_bypasses_total{kind="selectiveSync"}')
    text = observed.page("/metrics")
    assert 'drift_policy_kubernetes_requests_total{verb="list",code="200"} 1\n' in text
    assert app.name not in text and "e2e" not in text
    app.wait_synced()
    assert [bypass["kind"] for bypass in observed.status()[0]["bypasses"]] == ["selectiveSync"]

    # The label is taken off, which the watch shows as a deletion alone.
    app.patch({"metadata": {"labels": {"drift-policy.dev/gated": None, "e2e": None}}})
    observed.bypass("labelRemoved")
    app.patch({"metadata": {"labels": {"drift-policy.dev/gated": "true", "e2e": label}}})
    observed.state("synced")
    app.delete()
    observed.state("gone")

    observed.stop(10)


def test_who_may_not_read_applications_is_told(bed, tmp_path):
    user = bed.cluster.user("mallory").kubeconfig(tmp_path / "kubeconfig")
    for command in (["controller", "--observe"], ["status"]):
        done = subprocess.run([PROGRAM, *command, "--namespace", "default", "--kubeconfig", user], check=False, capture_output=True, text=True,
                              timeout=60)
        assert done.returncode == 3 and "403 Forbidden" in done.stderr and not done.stdout


def differing(comparison):
    """Of each object that drifted: its state, severity, what the policy does, and its fields."""
    if not comparison["fields"]:
        return None
    source, = comparison["sources"]
    return {(one["kind"], one["name"]): (one["state"], one["severity"], source["actions"][one["severity"]],
                                         [(field["pointer"], field.get("wanted"), field.get("live")) for field in one.get("differences", [])])
            for one in source["report"]["objects"]}


def test_what_differs_is_told_field_by_field(bed, asks, tmp_path, repository, application):
    admin, label = bed.cluster.admin, uuid.uuid4().hex[:6]
    repository.write("app/service.yaml", service("web")).write("app/secret.yaml", secret("db")).commit()
    app = application(repository, "app", namespace=f"asked-{label}", plugin="drift-policy", sync_policy=CREATE,
                      labels={"drift-policy.dev/gated": "true", "e2e": label})
    app.sync()
    app.wait_synced()
    observed = Observed(bed, tmp_path, label, asks("drift-policy"))
    try:
        observed.state("synced")
        admin.patch("Service", app.namespace, "web", {"spec": {"type": "LoadBalancer"}})
        balancer = ("drifted", "medium", "approve", [("/spec/type", "ClusterIP", "LoadBalancer")])
        comparison = observed.compared("that the Service drifted", lambda comparison: differing(comparison) == {("Service", "web"): balancer})
        assert comparison["sources"][0]["decision"] == "wait" and not comparison["otherPolicy"] and comparison["otherMarks"] == 0
        field = comparison["sources"][0]["report"]["objects"][0]["differences"][0]
        assert field["last"]["manager"] and field["last"]["time"]
        observed.counts('drift_policy_argocd_request_duration_seconds_count{call="managed-resources",code="200"}', lambda value: value >= 1)

        admin.delete("Secret", app.namespace, "db")
        lost = ("deleted", "high", "restore", [])
        observed.compared("that the Secret is gone", lambda comparison: differing(comparison) == {
            ("Service", "web"): balancer, ("Secret", "db"): lost})
        one, = observed.status()
        assert differing(one["comparison"]) == {("Service", "web"): balancer, ("Secret", "db"): lost}
        table = observed.status("table")
        assert "LoadBalancer (cluster) -> ClusterIP (Git)\n" in table and "a sync would wait for 1 approval of severity medium" in table

        # The right is missing: the objects are named, and why no more is known.
        observed.options[-4:] = map(str, asks("nobody"))
        one, = observed.status()
        assert "403" in one["comparison"]["why"] and "applications, get" in one["comparison"]["why"]
        assert {(each["kind"], each["name"]) for each in one["comparison"]["objects"]} == {("Service", "web"), ("Secret", "db")}
        said = observed.process.log.read_text() + table + json.dumps(one)
        for hidden in ("not-a-password", "bm90LWEtcGFzc3dvcmQ", "++++", *(asks(name)[-1].read_text() for name in ("drift-policy", "nobody"))):
            assert hidden not in said

        # Somebody puts one of them back.
        admin.patch("Service", app.namespace, "web", {"spec": {"type": "ClusterIP"}})
        observed.compared("that the Secret alone is left", lambda comparison: differing(comparison) == {("Secret", "db"): lost})
    finally:
        observed.process.stop()
