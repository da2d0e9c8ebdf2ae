"""`drift-policy controller` beside the real Argo CD, from a person's act to the end: what goes by itself is put back by a sync through
its gate, what people are asked about starts the sync that asks, what stops everything starts nothing, and what fails is rolled back. With the account of
deploy/remediation, its rights, and its admission policies in force. By order and state."""
import collections
import json
import signal
import subprocess
import uuid

import pytest
from audits import platform
from controllers import ACCOUNT, PLATFORM, PROGRAM, Acting, stored_incidents
from gates import CREATE, POLICY, Gate, gates_of, records, write_objects
from testbed.argocd import NAMESPACE
from testbed.kubernetes import ApiError
from testbed.process import until
from testbed.programs import ROOT


@pytest.fixture
def acting(account, asks, tmp_path):
    controller = Acting(account, tmp_path, uuid.uuid4().hex[:6], asks("drift-policy"))
    yield controller
    controller.stop()


@pytest.fixture(scope="module")
def plugin(bed, tmp_path_factory):
    """A sidecar with the tests' policy, in which what goes by itself is tried again soon."""
    file = tmp_path_factory.mktemp("policy") / "policy.yaml"
    policy = POLICY.format(timeout="1h")
    asks_two = "required: 2, groups: [platform], timeout: 1h"
    assert asks_two in policy
    policy = policy.replace(asks_two, asks_two + ", escalateAfter: 2s")
    for action in ("autoSync", "approve", "restore"):
        policy = policy.replace(f"{{action: {action}}}", f"{{action: {action}, cooldown: 2s, maxRetries: 1}}")
    file.write_text(policy)
    bed.argocd.cmp_server("drift-policy-acting", DRIFT_POLICY_PATH=str(file))
    yield "drift-policy-acting"
    bed.argocd.stop_cmp_server("drift-policy-acting")


@pytest.fixture
def app(bed, acting, plugin, repository, application):
    """An application with an object of each severity, in sync through its gate."""
    write_objects(repository).commit()
    app = application(repository, "app", namespace=f"acted-{acting.label}", plugin=plugin, sync_policy=CREATE,
                      labels={"drift-policy.dev/gated": "true", "e2e": acting.label})
    app.sync()
    app.wait_synced()
    return app


def incidents(bed, *arguments, output="json"):
    config = bed.cluster.admin.kubeconfig(bed.folder / "incidents.kubeconfig")
    said = subprocess.run([PROGRAM, "incidents", "-o", output, "--kubeconfig", config, *arguments], check=True, capture_output=True,
                          text=True).stdout
    return json.loads(said) if output == "json" else said


def events(bed, app):
    """The controller's on the Application, the oldest first; asked for as Argo CD's API server asks for the Events of an Application."""
    admin, uid = bed.cluster.admin, app.get()["metadata"]["uid"]
    selector = f"involvedObject.name%3D{app.name},involvedObject.uid%3D{uid},involvedObject.namespace%3D{NAMESPACE}"
    found = admin.call(f"/api/v1/namespaces/{NAMESPACE}/events?fieldSelector={selector}")["items"]
    return sorted((one for one in found if one["source"].get("component") == ACCOUNT), key=lambda one: one["firstTimestamp"])


def test_what_goes_by_itself_is_put_back_by_a_sync_through_its_gate(bed, acting, app):
    admin, gate = bed.cluster.admin, Gate(bed.cluster, app.namespace)
    first = gate.job()["metadata"]["uid"]
    admin.patch("Deployment", app.namespace, "web", {"spec": {"replicas": 5}})
    incident = acting.state("syncing", severity="low")
    assert incident["attempts"] == 1 and incident["objects"][0]["object"] == f"Deployment {app.namespace}/web"
    resolved = acting.state("resolved", id=incident["id"])
    shown = until("the Application shows its end", 30, lambda: app.get()["metadata"]["annotations"].get("drift-policy.dev/incident", "") if
                  "resolved" in app.get()["metadata"]["annotations"].get("drift-policy.dev/incident", "") else None)
    assert json.loads(shown)["id"] == incident["id"]
    assert resolved["reason"] == "in sync after sync 1"
    assert admin.get("Deployment", app.namespace, "web")["spec"]["replicas"] == 2
    # The gate ran and let it go on, and the audit has it.
    until("the gate's Job is a new one", 30, lambda: gate.job()["metadata"]["uid"] != first)
    record = until("the sync has a record", 30, lambda: gate.record() if gate.record().get("severity") == "low" else None)
    assert record["outcome"] == "synced"
    operation = app.get()["status"]["operationState"]["operation"]
    assert operation["initiatedBy"] == {"username": "drift-policy-controller", "automated": True}
    assert {"name": "drift-policy.dev/incident", "value": incident["id"] + "/1"} in operation["info"]

    # The Application's Events tell it, each once.
    told = until("its end is told", 30, lambda: [one for one in events(bed, app) if one["reason"] == "DriftResolved"] and events(bed, app))
    told = [one for one in told if one["reason"] != "DriftHeld"]  # where Argo CD doesn't say at once what differs
    assert [(one["reason"], one["type"], one["count"]) for one in told] == [("DriftSyncStarted", "Normal", 1), ("DriftResolved", "Normal", 1)]
    what = f"Incident {incident['id']}, drift of severity low (Deployment {app.namespace}/web drifted): "
    assert [one["message"] for one in told] == [what + "sync 1 is asked for", what + "in sync after sync 1"]

    metrics = acting.page("/metrics")
    assert 'drift_policy_remediations_total{action="autoSync",outcome="resolved"} 1\n' in metrics
    assert 'drift_policy_incident_resolution_seconds_count{severity="low",outcome="remediated"} 1\n' in metrics

    # A Secret that is gone is restored at once.
    admin.delete("Secret", app.namespace, "db")
    lost = acting.state("syncing")
    assert (lost["severity"], lost["action"]) == ("high", "restore") and lost["id"] != incident["id"]
    acting.state("resolved", id=lost["id"])
    assert admin.get("Secret", app.namespace, "db")


def test_what_people_are_asked_about_starts_the_sync_that_asks(bed, acting, app):
    admin, gate = bed.cluster.admin, Gate(bed.cluster, app.namespace)
    admin.patch("Service", app.namespace, "web", {"spec": {"type": "LoadBalancer"}})
    incident = acting.state("syncing", severity="medium", action="approve")
    gate.waits()
    one, = incidents(bed, "--application", app.name)
    assert one["id"] == incident["id"] and one["state"] == "syncing"
    assert "its gate asks people" in incidents(bed, incident["id"], output="table")
    assert admin.get("Service", app.namespace, "web")["spec"]["type"] == "LoadBalancer"

    # Whoever takes the controller's place goes on with it.
    acting.stop()
    acting.start("leads")
    gate.answer("approve", "alice")
    acting.state("resolved", id=incident["id"])
    assert admin.get("Service", app.namespace, "web")["spec"]["type"] == "ClusterIP"

    # Said no, it stays as it is, and no sync asks again.
    admin.patch("Service", app.namespace, "web", {"spec": {"type": "LoadBalancer"}})
    acting.state("syncing")
    gate.waits()
    gate.answer("reject", "alice", "we need it")
    refused = acting.state("refused")
    assert "rejected by alice: we need it" in refused["reason"] and refused["id"] == incident["id"]
    assert [one["state"] for one in incidents(bed, "--application", app.name)] == ["refused"]


@pytest.fixture
def only_gated_syncs(bed, kubectl, app):
    """deploy/gated is in force."""
    where = ROOT / "deploy" / "gated"
    kubectl("apply", "--server-side", "-k", where)
    admin = bed.cluster.admin
    server = admin.as_user(admin.service_account_token(NAMESPACE, "argocd-server"))
    selective = {"operation": {"sync": {"resources": [{"kind": "Service", "name": "web"}]}}}

    def enforced():
        try:
            server.call(admin.path("Application", NAMESPACE, app.name) + "?dryRun=All", "PATCH", selective, content="application/merge-patch+json")
        except ApiError as error:
            return "selected resources" in str(error)
        return False
    until("deploy/gated is in force", 60, enforced)
    yield
    kubectl("delete", "-k", where)
    until("deploy/gated is out of force", 60, lambda: not enforced())


def test_what_goes_by_itself_is_put_back_while_people_are_asked_about_the_rest(bed, acting, app, only_gated_syncs):
    admin, gate = bed.cluster.admin, Gate(bed.cluster, app.namespace)
    acting.stop()
    admin.patch("Service", app.namespace, "web", {"spec": {"type": "LoadBalancer"}})
    admin.patch("Deployment", app.namespace, "web", {"spec": {"replicas": 5}})
    until("Argo CD sees both", 30, lambda: len([one for one in app.status()["resources"] if one.get("status") == "OutOfSync"]) == 2)
    acting.start("leads")

    incident = acting.state("held", reason="what goes by itself is put back first")
    asked = acting.state("syncing", id=incident["id"], action="approve", attempts=1)
    gate.waits()
    assert admin.get("Deployment", app.namespace, "web")["spec"]["replicas"] == 2
    assert admin.get("Service", app.namespace, "web")["spec"]["type"] == "LoadBalancer"
    # It ran no hooks, so the incident is what is kept of it; and it is no bypass.
    one, = asked["putBack"]
    assert (one["outcome"], one["objects"]) == ("Succeeded", [f"Deployment {app.namespace}/web"])
    assert one["revision"] == app.status()["sync"]["revision"] and one["ended"] >= one["asked"]
    assert f"    Deployment {app.namespace}/web\n" in incidents(bed, incident["id"], output="table")
    metrics = acting.page("/metrics")
    assert 'drift_policy_bypasses_total{kind="selectiveSync"} 0\n' in metrics
    assert 'drift_policy_put_backs_total{outcome="succeeded"} 1\n' in metrics
    gate.answer("approve", "alice")
    acting.state("resolved", id=incident["id"])
    assert admin.get("Service", app.namespace, "web")["spec"]["type"] == "ClusterIP"


def test_a_gate_that_nobody_answers_is_escalated_once_and_waits_on(bed, acting, app):
    admin, gate = bed.cluster.admin, Gate(bed.cluster, app.namespace)
    admin.patch("ConfigMap", app.namespace, "shared", {"data": {"owner": "me"}})
    incident = acting.state("syncing", severity="shared")
    assert "escalated" not in incident
    gate.waits()
    late = acting.state("syncing", id=incident["id"], escalations=1)
    assert late["escalated"] > late["lastAttempt"] and late["changed"] == incident["changed"]
    until("the Application shows it", 30, lambda: json.loads(app.get()["metadata"]["annotations"]["drift-policy.dev/incident"]).get("escalated"))
    assert "syncing (escalated)" in incidents(bed, output="table")
    assert 'drift_policy_escalations_total{severity="shared"} 1\n' in acting.page("/metrics")
    # The same gate still takes answers; who takes the controller's place doesn't tell anybody again.
    acting.stop()
    acting.start("leads")
    gate.answer("approve", "alice")
    gate.answer("approve", "bob")
    assert acting.state("resolved", id=incident["id"])["escalations"] == 1


def test_who_is_let_pauses_and_resumes_in_his_own_name(bed, acting, app, tmp_path):
    admin, user = bed.cluster.admin, bed.cluster.user("bob")
    admin.create({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "bob-pauses", "namespace": PLATFORM},
                  "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "drift-policy-pause"},
                  "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "bob"}]})
    config = ["--kubeconfig", user.kubeconfig(tmp_path / "bob.kubeconfig")]

    def run(*arguments):
        return subprocess.run([PROGRAM, *arguments, *config], check=True, capture_output=True, text=True).stdout
    assert "starts no sync until" in run("pause", app.name, "--for", "1h", "--reason", "an upgrade")
    assert app.name in run("pause", "--list")
    admin.patch("Deployment", app.namespace, "web", {"spec": {"replicas": 5}})
    held = acting.state("held", severity="low")
    assert held["reason"].startswith("paused by bob until") and held["reason"].endswith(": an upgrade")
    with pytest.raises(ApiError, match="a pause names who wrote it"):
        user.patch("ConfigMap", PLATFORM, "drift-policy-pause", {"data": {"all": '{"by":"alice","reason":"x","until":"2099-01-01T00:00:00Z"}'}})
    assert "goes on" in run("resume", app.name)
    acting.state("syncing", id=held["id"])
    acting.state("resolved", id=held["id"])


def test_of_two_one_acts_also_where_the_leader_stands_still_and_goes_on(acting, account, asks, app, bed, tmp_path):
    admin = bed.cluster.admin
    other = Acting(account, tmp_path / "other", acting.label, asks("drift-policy"), ready="watching")
    try:
        acting.process.process.send_signal(signal.SIGSTOP)
        until("the other one leads", 60, lambda: "leads" in other.process.log.read_text())
        admin.patch("Deployment", app.namespace, "web", {"spec": {"replicas": 5}})
        incident = other.state("syncing", severity="low")
        acting.process.process.send_signal(signal.SIGCONT)
        other.state("resolved", id=incident["id"])
        until("the first one knows", 30, lambda: "no longer leads" in acting.process.log.read_text())
        one, = incidents(bed, "--all", "--application", app.name)
        assert (one["id"], one["attempts"]) == (incident["id"], 1)
        assert '"incident":' not in acting.process.log.read_text()
    finally:
        acting.process.process.send_signal(signal.SIGCONT)
        other.stop()


def test_what_stops_everything_starts_nothing_and_git_ends_it(bed, acting, app, repository):
    admin = bed.cluster.admin
    before = app.get()["status"]["operationState"]["startedAt"]
    admin.patch("Role", app.namespace, "reader", {"rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]})
    held = acting.state("held", severity="critical")
    assert held["action"] == "stop" and "no sync is started" in held["reason"] and held["attempts"] == 0
    assert app.get()["status"]["operationState"]["startedAt"] == before and "operation" not in app.get()
    assert [one["state"] for one in incidents(bed)] == ["held"]
    repository.write("app/more.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n").commit()
    app.refresh()
    assert "Git has moved on" in acting.state("superseded")["reason"]
    assert incidents(bed, "--application", app.name) == []
    assert [one["state"] for one in incidents(bed, "--all", "--application", app.name)] == ["superseded"]


@pytest.fixture
def following(acting, account, asks, app, tmp_path):
    """`acting` started anew, so that it syncs the new commits of `app`, which says so."""
    acting.stop()
    acting.arguments.append("--sync-commits")
    app.patch({"metadata": {"annotations": {"drift-policy.dev/sync-commits": "true"}}})
    acting.start("leads")
    return acting


def test_a_new_commit_is_synced_once_and_its_gate_decides(bed, following, app, repository, tmp_path):
    admin, gate = bed.cluster.admin, Gate(bed.cluster, app.namespace)
    config = ["--kubeconfig", admin.kubeconfig(tmp_path / "admin.kubeconfig")]

    def push(name):
        repository.write(f"app/{name}.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n" % name)
        revision = repository.commit()
        app.refresh()
        return revision
    first = push("one")
    incident = following.state("syncing", revision=first)
    assert incident["commit"] and "severity" not in incident
    assert following.state("resolved", id=incident["id"])["reason"] == f"in sync with revision {first}"
    assert admin.get("ConfigMap", app.namespace, "one")
    until("the sync has a record", 30, lambda: gate.record()["to"] == first)
    operation = app.status()["operationState"]["operation"]
    assert operation["sync"]["revision"] == first and operation["initiatedBy"]["username"] == ACCOUNT

    # Drift and a commit at once, by a pause: one sync, whose gate asks about the drift.
    subprocess.run([PROGRAM, "pause", app.name, "--for", "1h", "--reason", "a test", *config], check=True)
    admin.patch("Service", app.namespace, "web", {"spec": {"type": "LoadBalancer"}})
    drift = following.state("held", severity="medium")
    second = push("two")
    following.state("superseded", id=drift["id"])
    held = following.state("held", revision=second)
    assert "paused by" in held["reason"]
    subprocess.run([PROGRAM, "resume", app.name, *config], check=True)
    following.state("syncing", id=held["id"], action="approve")
    gate.waits()
    gate.answer("reject", "alice", "we need it")
    assert "rejected by alice: we need it" in following.state("refused", id=held["id"])["reason"]

    # It isn't tried again, by whoever takes the controller's place either; a newer one is.
    started = app.status()["operationState"]["startedAt"]
    following.stop()
    following.start("leads")
    app.refresh(hard=True)
    assert app.status()["operationState"]["startedAt"] == started and "operation" not in app.get()
    assert [(one["state"], one["attempts"]) for one in incidents(bed, "--application", app.name)] == [("refused", 1)]
    third = push("three")
    assert third in following.state("superseded", id=held["id"])["reason"]
    newer = following.state("syncing", revision=third)
    gate.waits()
    gate.answer("approve", "alice")
    following.state("resolved", id=newer["id"])
    assert admin.get("ConfigMap", app.namespace, "three") and admin.get("Service", app.namespace, "web")["spec"]["type"] == "ClusterIP"
    assert 'drift_policy_commits_total{outcome="synced"} 1\n' in following.page("/metrics")


ROLLS_BACK = """apiVersion: drift-policy.dev/v1alpha1
kind: DriftPolicy
metadata: {name: rolls-back}
spec:
  severities:
  - {name: low, remediation: {action: autoSync}}
  - name: asked
    remediation: {action: restore, cooldown: 1s, maxRetries: 0, rollbackOnFailure: true}
    changes: {approval: {required: 1, groups: [platform], timeout: 1h}}
  - {name: high, remediation: {action: restore, cooldown: 1s, maxRetries: 0, rollbackOnFailure: true}}
  rules:
  - {name: pods, match: {any: [{resources: {kinds: [/v1/Pod]}}]}, severity: asked}
  - {name: others, match: {any: [{resources: {kinds: ['*']}}]}, exclude: {any: [{resources: {kinds: [/v1/Pod]}}]}, severity: high}
  hooks: {namespace: drift-policy}
"""


@pytest.fixture(scope="module")
def rolls_back(bed, account, tmp_path_factory):
    """A sidecar with a policy that rolls back, and whose hooks keep their records where the controller reads them."""
    policy = platform(bed.cluster, PLATFORM, tmp_path_factory.mktemp("rolls-back") / "policy.yaml")
    policy.write_text(ROLLS_BACK)
    bed.argocd.cmp_server("drift-policy-rolls-back", DRIFT_POLICY_PATH=str(policy))
    yield "drift-policy-rolls-back"
    bed.argocd.stop_cmp_server("drift-policy-rolls-back")


class Released:
    """An application of which two versions were synced through their gates, and have records; the second is in sync. `refuse` lets
    the API server make no Secret of some versions any more, so that a sync of them fails after its gate."""

    def __init__(self, bed, repository, app):
        self.bed, self.admin, self.repository, self.app = bed, bed.cluster.admin, repository, app
        self.revisions = []

    def commit(self, version):
        self.repository.write("app/secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: db, labels: {version: '%s'}}\n"
                                                 "stringData: {password: not-a-password}\n" % version)
        self.revisions.append(self.repository.commit())

    def synced(self):
        """The revisions that records say were synced."""
        found = records(self.bed.cluster, PLATFORM, self.app.name)
        return [entry["record"]["to"] for entry in found if entry["record"]["outcome"] == "synced"]

    def refuse(self, versions):
        name, api = self.app.namespace, "admissionregistration.k8s.io/v1"
        self.admin.call(f"/apis/{api}/validatingadmissionpolicies", "POST", {
            "apiVersion": api, "kind": "ValidatingAdmissionPolicy", "metadata": {"name": name}, "spec": {
                "matchConstraints": {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}, "resourceRules": [
                    {"apiGroups": [""], "apiVersions": ["v1"], "resources": ["secrets"], "operations": ["CREATE"]}]},
                "validations": [{"expression": f"!(object.metadata.?labels[?'version'].orValue('') in {versions})", "message": "not any more"}]}})
        self.admin.call(f"/apis/{api}/validatingadmissionpolicybindings", "POST", {
            "apiVersion": api, "kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": name},
            "spec": {"policyName": name, "validationActions": ["Deny"]}})
        until("the API server refuses it", 60, lambda: not self._makes(versions[-1]))

    def _makes(self, version):
        try:
            self.admin.create({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "probe", "namespace": self.app.namespace,
                                                                                  "labels": {"version": version}}})
        except ApiError:
            return False
        self.admin.delete("Secret", self.app.namespace, "probe")
        return True

    def started(self):
        return self.app.status()["operationState"]["startedAt"]

    def git_moves_on(self, acting):
        """A third version, which ends the incident; nothing was started meanwhile, and nothing is by it."""
        last = self.started()
        self.commit("3")
        self.app.refresh()
        assert "Git has moved on to " + self.revisions[2] in acting.state("superseded")["reason"]
        assert self.started() == last and "operation" not in self.app.get()


@pytest.fixture
def first_released(bed, acting, rolls_back, repository, application):
    """Only the first version, yet."""
    repository.write("app/more.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n")
    one = Released(bed, repository, None)
    one.commit("1")
    one.app = application(repository, "app", namespace=f"released-{acting.label}", plugin=rolls_back, sync_policy=CREATE,
                          labels={"drift-policy.dev/gated": "true", "e2e": acting.label})
    one.app.sync(300)
    return one


@pytest.fixture
def released(first_released):
    one = first_released
    one.commit("2")
    one.app.refresh()
    one.app.sync(300)
    one.app.wait_synced()
    until("both syncs have records", 60, lambda: set(one.synced()) == set(one.revisions))
    # Argo CD would go back to Git's head at once.
    one.app.patch({"spec": {"syncPolicy": {"automated": {"prune": False}}}})
    return one  # what refuses its Secrets is of its namespace alone, which nobody uses again


def test_a_restore_that_fails_after_its_gate_is_rolled_back_and_held(bed, acting, released):
    admin, app, (first, second) = bed.cluster.admin, released.app, released.revisions
    released.refuse(["2"])
    admin.delete("Secret", app.namespace, "db")
    incident = acting.state("syncing", action="restore")
    failed = acting.state("failed", id=incident["id"])
    assert failed["reason"].startswith("sync 1 ended as Failed")
    begun = acting.state("rollingBack", id=incident["id"])
    assert (begun["rollback"]["from"], begun["rollback"]["to"]) == (second, first)
    done = acting.state("rolledBack", id=incident["id"])
    assert done["attempts"] == 2
    assert admin.get("Secret", app.namespace, "db")["metadata"]["labels"]["version"] == "1"
    spec, operation = app.get()["spec"], app.status()["operationState"]["operation"]
    assert spec["syncPolicy"] == {**CREATE, "automated": {"prune": False, "enabled": False}}
    assert operation["sync"]["revision"] == first and operation["sync"]["syncStrategy"] == {"hook": {}}
    assert {"name": "drift-policy.dev/incident", "value": incident["id"] + "/2"} in operation["info"]
    # Through its gate, and audited.
    until("the rollback has a record", 60, lambda: released.synced().count(first) == 2)
    # Git has another version than what runs: neither drift nor a commit to be followed.
    assert app.refresh()["sync"]["status"] == "OutOfSync"
    assert [one["state"] for one in incidents(bed, "--application", app.name)] == ["rolledBack"]
    assert first in incidents(bed, incident["id"], output="table")
    released.git_moves_on(acting)
    assert 'drift_policy_rollbacks_total{outcome="rolledBack"} 1\n' in acting.page("/metrics")


def test_a_rollback_that_fails_is_told_and_nothing_follows(bed, acting, released):
    app = released.app
    released.refuse(["1", "2"])
    bed.cluster.admin.delete("Secret", app.namespace, "db")
    incident = acting.state("syncing", action="restore")
    acting.state("rollingBack", id=incident["id"])
    failed = acting.state("rollbackFailed", id=incident["id"])
    assert failed["reason"].startswith(f"the rollback to {released.revisions[0]} ended as Failed")
    shown = until("the Application shows it", 30, lambda: app.get()["metadata"]["annotations"].get("drift-policy.dev/incident", "") if
                  "rollbackFailed" in app.get()["metadata"]["annotations"].get("drift-policy.dev/incident", "") else None)
    assert json.loads(shown)["id"] == incident["id"]
    # Whoever takes the controller's place does no more either.
    acting.stop()
    acting.start("leads")
    app.refresh()
    released.git_moves_on(acting)
    one, = incidents(bed, "--all", "--application", app.name)
    assert (one["id"], one["attempts"]) == (incident["id"], 2)


def review(bed, *arguments):
    """Of the platform's records and incidents; and how many incidents it counts, by severity and state."""
    config = bed.cluster.admin.kubeconfig(bed.folder / "reviewer.kubeconfig")
    said = json.loads(subprocess.run([PROGRAM, "audit", "review", "-o", "json", "-n", PLATFORM, "--kubeconfig", config, *arguments],
                                     check=True, capture_output=True, text=True).stdout)
    return said, {(one.get("severity"), one["outcome"]): one["count"] for one in said["incidents"]}


def test_what_becomes_degraded_after_a_restore_is_rolled_back_once_people_agree_to_what_that_takes_away(bed, acting, first_released):
    admin, one, app = bed.cluster.admin, first_released, first_released.app
    gate, = gates_of(app, PLATFORM)
    one.repository.write("app/worker.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: worker}\n"
                                            "spec: {containers: [{name: work, image: 'nginx:1.27'}]}\n")
    one.commit("2")
    app.refresh()
    mark = app.start_sync()
    gate.waits(asks="asked.changes")
    gate.answer("approve", "alice")
    app.ended(mark)
    app.wait_synced()
    first, second = one.revisions
    until("both syncs have records", 60, lambda: set(one.synced()) == {first, second})

    # A person deletes it. It comes back without a question, runs, and ends soon after.
    admin.delete("Pod", app.namespace, "worker")
    incident = acting.state("syncing", severity="asked", action="restore")
    assert acting.state("resolved", id=incident["id"])["reason"] == "in sync after sync 1"
    bed.kubelet.end(app.namespace, "worker", code=1)
    failed = acting.state("failed", id=incident["id"])
    assert failed["reason"].startswith("the application became Degraded after sync 1, at ")
    begun = acting.state("rollingBack", id=incident["id"])
    assert (begun["rollback"]["from"], begun["rollback"]["to"], begun["rollback"]["why"]) == (second, first, failed["reason"])

    # Its gate asks again: at the last success Git wanted more than it did then.
    gate.waits(asks="asked.changes")
    assert admin.get("Secret", app.namespace, "db")["metadata"]["labels"]["version"] == "2"
    gate.answer("approve", "bob")
    assert acting.state("rolledBack", id=incident["id"])["attempts"] == 2
    assert admin.get("Secret", app.namespace, "db")["metadata"]["labels"]["version"] == "1"
    until("the rollback has a record", 60, lambda: one.synced().count(first) == 2)
    record = max(records(bed.cluster, PLATFORM, app.name), key=lambda entry: entry["sequence"])["record"]
    assert (record["from"], record["to"], record["outcome"], record["changeSeverity"]) == (second, first, "synced", "asked")
    assert [(answer["action"], answer["person"]) for answer in record["answers"]] == [("approve", "bob")]
    assert [(o["kind"], o["name"], o["change"]) for o in record["report"]["changes"]["objects"]] == [("Pod", "worker", "removed")]

    said, counted = review(bed, "-a", app.name)
    assert counted == {("asked", "rolledBack"): 1}
    assert {(sync.get("severity"), sync["outcome"]): sync["count"] for sync in said["syncs"]} == {(None, "synced"): 3, ("asked", "synced"): 1}
    assert (said["compliance"]["complete"], said["compliance"]["syncs"]) == (4, 4), said["compliance"]


def test_a_review_counts_the_incidents_of_all_these_tests_by_severity_and_state(bed, account):
    stored = collections.Counter((incident.get("severity"), incident["state"]) for incident in stored_incidents(bed.cluster.admin))
    if not stored:
        pytest.skip("the tests before it leave the incidents")
    assert review(bed)[1] == stored


SYNC = {"info": [{"name": "drift-policy.dev/incident", "value": "x/1"}], "initiatedBy": {"username": ACCOUNT, "automated": True},
        "sync": {"syncStrategy": {"hook": {}}}}
STATELESS = {"status": {"operationState": None}}
SOURCE = {"repoURL": "https://example.com/a.git", "path": "a", "plugin": {"name": "drift-policy"}}
OFF = {"syncPolicy": {"automated": {"enabled": False}}}


def back(spec=None, **sync):
    """A rollback to the first entry of the history, but for these fields."""
    sync = {**SYNC["sync"], "revision": "old1", "source": SOURCE, **sync}
    return {"operation": {**SYNC, "sync": {key: value for key, value in sync.items() if value is not None}}, **STATELESS,
            "spec": OFF if spec is None else spec}


WEB = {"kind": "Service", "namespace": "none", "name": "web"}


def selected(objects=None, **sync):
    """A sync of the object that differs, but for these fields."""
    sync = {**SYNC["sync"], "revision": "aaaa", "resources": [WEB] if objects is None else objects, **sync}
    return {"operation": {**SYNC, "sync": {key: value for key, value in sync.items() if value is not None}}, **STATELESS}


ABUSES = {
    "selecting an object that doesn't differ": selected(objects=[{**WEB, "name": "same"}]),
    "selecting an object that Git no longer wants": selected(objects=[{**WEB, "name": "gone"}]),
    "selecting an object beside one that differs": selected(objects=[WEB, {**WEB, "kind": "Secret"}]),
    "selecting an object in any namespace": selected(objects=[{"kind": "Service", "name": "web"}]),
    "selecting nothing": selected(objects=[]),
    "selecting many": selected(objects=[WEB] * 21),
    "selecting and pruning": selected(prune=True),
    "selecting at whatever revision is newest": selected(revision=None),
    "selecting and going back": selected(revision="old1", source=SOURCE),
    "selecting without hooks": selected(syncStrategy={"apply": {}}),
    "an apply-only sync": {"operation": {**SYNC, "sync": {"syncStrategy": {"apply": {"force": True}}}}, **STATELESS},
    "a forced one": {"operation": {**SYNC, "sync": {"syncStrategy": {"hook": {"force": True}}}}, **STATELESS},
    "one without a strategy": {"operation": {**SYNC, "sync": {}}, **STATELESS},
    "another revision": {"operation": {**SYNC, "sync": {**SYNC["sync"], "revision": "deadbeef"}}, **STATELESS},
    "pruning": {"operation": {**SYNC, "sync": {**SYNC["sync"], "prune": True}}, **STATELESS},
    "other options": {"operation": {**SYNC, "sync": {**SYNC["sync"], "syncOptions": ["Force=true"]}}, **STATELESS},
    "another source": {"operation": {**SYNC, "sync": {**SYNC["sync"], "source": {"repoURL": "https://example.com"}}}, **STATELESS},
    "somebody else's name": {"operation": {**SYNC, "initiatedBy": {"username": "alice"}}, **STATELESS},
    "retries": {"operation": {**SYNC, "retry": {"limit": 5}}, **STATELESS},
    "going back while auto-sync is on": back(spec={}),
    "going back to what isn't in the history": back(revision="deadbeef"),
    "going back to another source": back(source={**SOURCE, "path": "b"}),
    "going back to a source without its revision": back(revision=None),
    "going back to a revision of one source and another's list": back(sources=[SOURCE], revisions=["old1"]),
    "going back without hooks": back(syncStrategy={"apply": {}}),
    "going back and pruning": back(prune=True),
    "going back and changing the project": back(spec={**OFF, "project": "other"}),
    "going back and letting auto-sync prune": back(spec={"syncPolicy": {"automated": {"enabled": False, "prune": True}}}),
    "going back and taking the settings of auto-sync away": back(spec={"syncPolicy": {"automated": None}}),
    "switching auto-sync off for a sync": {"operation": {**SYNC, "sync": {**SYNC["sync"], "revision": "aaaa"}}, **STATELESS, "spec": OFF},
    "switching auto-sync off": {"spec": OFF},
    "the spec": {"spec": {"project": "other"}},
    "the label": {"metadata": {"labels": {"drift-policy.dev/gated": None}}},
    "an annotation": {"metadata": {"annotations": {"example.com/note": "x"}}},
    "another refresh": {"metadata": {"annotations": {"argocd.argoproj.io/refresh": "true"}}},
    "a finalizer": {"metadata": {"finalizers": ["example.com/stay"]}},
    "the status": {"status": {"sync": {"status": "Synced"}}},
    "the state alone": STATELESS,
}


@pytest.fixture(scope="module")
def lone(bed, account):
    """An Application that Argo CD doesn't compare."""
    name = f"lone-{uuid.uuid4().hex[:6]}"
    bed.cluster.admin.create({
        "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
        "metadata": {"name": name, "namespace": NAMESPACE, "labels": {"drift-policy.dev/gated": "true"},
                     "annotations": {"argocd.argoproj.io/skip-reconcile": "true"}},
        "spec": {"project": "default", "destination": {"server": "https://kubernetes.default.svc", "namespace": "none"},
                 "source": SOURCE, "syncPolicy": {"automated": {}}},
        "status": {"sync": {"status": "OutOfSync", "revision": "aaaa"}, "resources": [
            {**WEB, "status": "OutOfSync"}, {**WEB, "name": "same", "status": "Synced"},
            {**WEB, "name": "gone", "status": "OutOfSync", "requiresPruning": True}], "history": [
            {"id": number, "revision": revision, "source": SOURCE, "deployedAt": "2026-11-29T10:00:00Z"}
            for number, revision in enumerate(("old1", "aaaa"))], "operationState": {
            "phase": "Succeeded", "startedAt": "2026-11-29T10:00:00Z", "operation": {"sync": {}}}}})
    yield name
    bed.cluster.admin.delete("Application", NAMESPACE, name)


@pytest.mark.parametrize("abuse", ABUSES)
def test_the_account_can_do_nothing_else_to_an_application(account, lone, abuse):
    body = ABUSES[abuse]
    with pytest.raises(ApiError, match="the controller of drift-policy"):
        account.patch("Application", NAMESPACE, lone, body)


def test_the_account_tells_of_applications_in_its_own_name_and_can_do_nothing_else_to_events(bed, account, lone):
    admin, place = bed.cluster.admin, f"/api/v1/namespaces/{NAMESPACE}/events"

    def event(name, namespace=NAMESPACE, about=(), source=ACCOUNT, reporter=ACCOUNT):
        return {"apiVersion": "v1", "kind": "Event", "metadata": {"name": f"{lone}.{name}", "namespace": namespace}, "reason": "DriftHeld",
                "involvedObject": {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "name": lone, "namespace": namespace, **dict(about)},
                "source": {"component": source}, "reportingComponent": reporter, "type": "Normal", "message": "x"}

    def refused(says, body, namespace=NAMESPACE):
        with pytest.raises(ApiError, match=says):
            account.call(f"/api/v1/namespaces/{namespace}/events", "POST", body)
    for number, more in enumerate(({"about": {"kind": "AppProject"}}, {"about": {"apiVersion": "v1", "kind": "Pod"}}, {"source": "argocd-server"},
                                   {"source": ""}, {"reporter": "argocd-server"})):
        refused("the controller of drift-policy writes Events on Applications alone", event(f"refused{number}", **more))
    refused("cannot create", event("elsewhere", namespace=PLATFORM), namespace=PLATFORM)
    account.call(place, "POST", event("real"))
    with pytest.raises(ApiError) as error:
        account.call(place, "POST", event("real"))
    assert error.value.code == 409
    name = f"{place}/{lone}.real"
    for method, body in (("GET", None), ("PUT", event("real")), ("DELETE", None)):
        with pytest.raises(ApiError, match="cannot"):
            account.call(name, method, body)
    with pytest.raises(ApiError, match="cannot list"):
        account.call(place)
    assert admin.call(name)["reason"] == "DriftHeld"


def test_the_account_writes_incidents_and_its_lease_and_nobody_else_does(bed, account, lone):
    admin = bed.cluster.admin

    def config_map(name, component):
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": PLATFORM, "labels": {
            "app.kubernetes.io/managed-by": "drift-policy", "app.kubernetes.io/component": component}}}

    def refused(user, body):
        with pytest.raises(ApiError) as error:
            user.create(body)
        return str(error.value)
    for name, component in (("drift-policy-accounts", "incident"), ("shop-12345678-base", "base"), ("drift-policy-incident-x", "base"),
                            ("drift-policy-rollout", "incident")):
        assert "writes incidents, how far a rollout is and its Lease" in refused(account, config_map(name, component))
    for name, component in (("drift-policy-incident-forged", "incident"), ("other", "incident"), ("drift-policy-incident-plain", "x"),
                            ("drift-policy-rollout", "rollout"), ("drift-policy-rollout", "x")):
        assert "incidents and how far a rollout is are written by the controller" in refused(admin, config_map(name, component))
    place = f"/apis/coordination.k8s.io/v1/namespaces/{PLATFORM}/leases/{ACCOUNT}"
    lease = admin.call(place)
    lease["spec"]["holderIdentity"] = "mallory"
    with pytest.raises(ApiError, match="is kept for the controller"):
        admin.call(place, "PUT", lease)
    account.create(config_map("drift-policy-incident-real", "incident"))
    with pytest.raises(ApiError, match="incidents and how far a rollout is are written by the controller"):
        admin.patch("ConfigMap", PLATFORM, "drift-policy-incident-real", {"data": {"incident.json": "{}"}})
    account.delete("ConfigMap", PLATFORM, "drift-policy-incident-real")
    # What it may do to an Application: refresh it, start a sync, and go back.
    for kind in ("normal", "hard"):
        account.patch("Application", NAMESPACE, lone, {"metadata": {"annotations": {"argocd.argoproj.io/refresh": kind}}})
    account.patch("Application", NAMESPACE, lone, {"operation": {**SYNC, "sync": {**SYNC["sync"], "revision": "aaaa"}}, **STATELESS})
    asked = admin.get("Application", NAMESPACE, lone)
    assert asked["operation"]["info"] == SYNC["info"] and "operationState" not in asked["status"]
    admin.patch("Application", NAMESPACE, lone, {"operation": None})
    account.patch("Application", NAMESPACE, lone, selected())
    assert admin.get("Application", NAMESPACE, lone)["operation"]["sync"]["resources"] == [WEB]
    admin.patch("Application", NAMESPACE, lone, {"operation": None})
    # In its name nobody else asks for one, who may bypass gates either.
    with pytest.raises(ApiError, match="only the controller of drift-policy asks"):
        admin.patch("Application", NAMESPACE, lone, selected())
    account.patch("Application", NAMESPACE, lone, back())
    asked = admin.get("Application", NAMESPACE, lone)
    assert asked["operation"]["sync"]["revision"] == "old1" and asked["spec"]["syncPolicy"] == OFF["syncPolicy"]
