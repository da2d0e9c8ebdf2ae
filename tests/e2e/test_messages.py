"""The second table of docs/troubleshooting.md: each message of Argo CD or Kubernetes is provoked, and read where an operator meets it."""
import json
import re
import subprocess

import health_objects as objects
import pytest
import yaml
from gates import CREATE
from manifests import config_map
from test_health import Judge, wanting
from testbed.argocd import NAMESPACE
from testbed.kubernetes import ApiError
from testbed.process import until
from testbed.programs import ROOT

TABLE = (ROOT / "docs" / "troubleshooting.md").read_text().split("What Argo CD or Kubernetes say")[1].split("\n## ")[0]
# Rows, of which some have several messages: one of them is said.
MESSAGES = [re.findall("`([^`]+)`", row) for row in re.findall(r"^\| (`.*?) \| ", TABLE, re.MULTILINE)]
RBAC = "rbac.authorization.k8s.io"


def pattern(message):
    """Of a message of the page, in which `…` stands for anything."""
    return ".*".join(re.escape(part) for part in re.split(" ?… ?", message))


def refusal(call, *arguments):
    with pytest.raises(ApiError) as error:
        call(*arguments)
    return str(error.value)


@pytest.fixture
def kubectl(bed, tmp_path):
    config = bed.cluster.admin.kubeconfig(tmp_path / "kubeconfig")

    def run(*arguments, text=None):
        return subprocess.run([bed.programs.kubectl, "--kubeconfig", config, *map(str, arguments)], input=text, capture_output=True,
                              text=True, timeout=120, check=False)
    return run


# --- What is said, by the message of the page


@pytest.fixture
def no_such_plugin(application, repository):
    repository.write("app/cm.yaml", config_map("a")).commit()
    app = application(repository, "app", plugin="drift-policy-nowhere")
    app.refresh()
    return app.conditions().replace("drift-policy-nowhere", "drift-policy")


@pytest.fixture
def not_in_the_project(bed, application, repository, sidecar, tmp_path):
    """A sync in a project that allows neither the hooks' kinds nor their namespace."""
    policy = tmp_path / "policy.yaml"
    policy.write_text((ROOT / "deploy" / "policy" / "policy.yaml").read_text())
    sidecar("with-a-platform", DRIFT_POLICY_PATH=str(policy))
    bed.cluster.namespace("drift-policy")
    repository.write("app/cm.yaml", config_map("a")).commit()
    app = application(repository, "app", plugin="with-a-platform", sync_policy=CREATE)
    admin = bed.cluster.admin
    admin.create({"apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject", "metadata": {"name": "narrow", "namespace": NAMESPACE},
                  "spec": {"sourceRepos": ["*"], "destinations": [{"server": "*", "namespace": app.namespace}],
                           "namespaceResourceWhitelist": [{"group": "", "kind": "ConfigMap"}]}})
    app.patch({"spec": {"project": "narrow"}})
    yield json.dumps(app.sync(expect="Failed")["syncResult"]["resources"]).replace("\\", "")
    app.patch({"spec": {"project": "default"}})
    admin.delete("AppProject", NAMESPACE, "narrow")


@pytest.fixture
def restricted_rights(bed):
    """Somebody who may write Roles and nothing else makes one for reading."""
    bed.cluster.namespace("restricted")
    rule = {"apiGroups": [RBAC], "resources": ["roles"], "verbs": ["create"]}
    writer = {"apiVersion": f"{RBAC}/v1", "kind": "Role", "metadata": {"name": "writer", "namespace": "restricted"}, "rules": [rule]}
    bed.cluster.admin.create(writer)
    bed.cluster.admin.create({
        "apiVersion": f"{RBAC}/v1", "kind": "RoleBinding", "metadata": {"name": "writer", "namespace": "restricted"},
        "roleRef": {"apiGroup": RBAC, "kind": "Role", "name": "writer"},
        "subjects": [{"apiGroup": RBAC, "kind": "User", "name": "mallory"}]})
    reader = {**writer, "metadata": {"name": "reader", "namespace": "restricted"},
              "rules": [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"], "resourceNames": ["a"]}]}
    return refusal(bed.cluster.user("mallory").create, reader)


@pytest.fixture
def no_account(bed):
    """The events of a Job whose account isn't there."""
    admin = bed.cluster.admin
    bed.cluster.namespace("no-account")
    pod = {"serviceAccountName": "drift-policy-gate-unheard-of", "restartPolicy": "Never",
           "containers": [{"name": "hook", "image": "x"}]}
    admin.create({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "gate", "namespace": "no-account"},
                  "spec": {"template": {"spec": pod}}})
    yield until("there is an event", 60, lambda: "\n".join(
        event["message"] for event in admin.list("Event", "no-account") if event["involvedObject"]["name"] == "gate"))
    admin.delete("Job", "no-account", "gate")


@pytest.fixture
def set_by_others(kubectl):
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "shared", "namespace": "default"}}
    for value in ("1", "2"):
        done = kubectl("apply", "--server-side", f"--field-manager=manager-{value}", "-f", "-",
                       text=json.dumps({**body, "data": {"key": value}}))
    return done.stderr


@pytest.fixture
def past_the_gate(bed, kubectl):
    gated = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": {
        "name": "without-plugin", "namespace": NAMESPACE, "labels": {"drift-policy.dev/gated": "true"}}, "spec": {
            "project": "default", "source": {"repoURL": "https://example.com/a.git", "path": "."},
            "destination": {"server": "https://kubernetes.default.svc", "namespace": "default"}}}
    server = bed.cluster.admin.as_user(bed.cluster.admin.service_account_token(NAMESPACE, "argocd-server"))
    try:
        kubectl("apply", "--server-side", "-k", ROOT / "deploy" / "gated")

        def denied():
            try:
                server.call(server.path("Application", NAMESPACE) + "?dryRun=All", "POST", gated)
                return None
            except ApiError as error:
                return str(error)
        yield until("the policy is enforced", 60, denied)
    finally:
        kubectl("delete", "-k", ROOT / "deploy" / "gated")


@pytest.fixture
def broken_script(bed, application, repository):
    """The conditions of an Application with an object of whose kind the script fails."""
    key = "resource.customizations.health.ConfigMap"
    bed.cluster.admin.patch("ConfigMap", NAMESPACE, "argocd-cm", {"data": {key: "return obj.nothing.there"}})
    repository.write("app/cm.yaml", config_map("a")).commit()
    app = application(repository, "app", plugin=None, sync_policy=CREATE)
    app.start_sync()

    def said():
        app.refresh()
        return app.conditions()
    yield until("the conditions say so", 60, said)
    bed.cluster.admin.patch("ConfigMap", NAMESPACE, "argocd-cm", {"data": {key: None}})


@pytest.fixture
def drifted(bed, tmp_path):
    judge = Judge(bed.programs.argocd, tmp_path, yaml.safe_load((ROOT / "deploy/health/argocd-cm.yaml").read_text()))
    return judge(wanting(objects.deployment(5), replicas="2"))[1]


@pytest.fixture
def too_slow(bed, application, repository, sidecar):
    """What argocd-server says of a rendering that takes longer than it waits, 20 seconds in the test bed: who is first says why."""
    sidecar("sleeper", {"generate": {"command": ["sleep", "40"]}})
    repository.write("app/cm.yaml", config_map("a")).commit()
    return refusal(application(repository, "app", plugin="sleeper").manifests)


PROVOKED = {"could not find cmp-server plugin": "no_such_plugin",
            "resource rbac": "not_in_the_project",
            "namespace drift-policy": "not_in_the_project",
            "is attempting to grant": "restricted_rights",
            "serviceaccount": "no_account",
            "Apply failed": "set_by_others",
            "drift-policy-gated": "past_the_gate",
            "failed to get resource health": "broken_script",
            "drift: ": "drifted",
            "context deadline": "too_slow"}


def test_each_message_of_the_page_is_provoked():
    assert [[start for start in PROVOKED if first.startswith(start)] for first, *_ in MESSAGES] == [[start] for start in PROVOKED]


@pytest.mark.parametrize("start", PROVOKED)
def test_the_messages_of_argo_cd_and_kubernetes_are_as_the_page_has_them(request, start):
    messages = next(row for row in MESSAGES if row[0].startswith(start))
    said = request.getfixturevalue(PROVOKED[start])
    assert any(re.search(pattern(message), said, re.DOTALL) for message in messages), f"{messages}\n\n{said}"
