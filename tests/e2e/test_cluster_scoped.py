"""Objects without a namespace, under the baseline and with the rights that deploy/ gives the platform's accounts."""
import json
import subprocess
import uuid

import pytest
import yaml
from gates import CREATE
from manifests import service
from testbed.process import until
from testbed.programs import ROOT

HOOKS = "cluster-guards"
NAME = f"cluster-{uuid.uuid4().hex[:8]}"
ROLE = f"""apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {{name: {NAME}}}
rules:
- {{apiGroups: [""], resources: [configmaps], verbs: [get]}}
"""
WIDGETS = f"widgets.{NAME}.example.com"
DEFINITION = f"""apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: {WIDGETS}}}
spec:
  group: {NAME}.example.com
  scope: Cluster
  names: {{kind: Widget, plural: widgets}}
  versions:
  - {{name: v1, served: true, storage: true, schema: {{openAPIV3Schema: {{type: object}}}}}}
"""


@pytest.fixture(scope="module")
def app(bed, tmp_path_factory):
    """An application of a Service, a ClusterRole and a CustomResourceDefinition that was synced once."""
    folder, admin = tmp_path_factory.mktemp("cluster-scoped"), bed.cluster.admin
    policy = folder / "policy.yaml"
    policy.write_text((ROOT / "deploy" / "policy" / "policy.yaml").read_text().replace("namespace: drift-policy", f"namespace: {HOOKS}"))
    accounts = subprocess.run([bed.programs.drift_policy, "generate", "accounts", "--policy", policy], check=True,
                              capture_output=True, text=True).stdout
    config = admin.kubeconfig(folder / "admin.kubeconfig")
    subprocess.run([bed.programs.kubectl, "--kubeconfig", config, "apply", "--server-side", "-f", "-"], input=accounts, check=True,
                   capture_output=True, text=True)
    bed.argocd.cmp_server("cluster-scoped", DRIFT_POLICY_PATH=str(policy))
    repository = bed.repository()
    repository.write("app/all.yaml", "---\n".join([service("web"), ROLE, DEFINITION])).commit()
    app = bed.application(repository, "app", namespace=NAME, name=NAME, sync_policy=CREATE, plugin="cluster-scoped")
    # Argo CD 3.2 calls it Degraded until it is established, which would fail the first sync and leave an alert.
    admin.create(yaml.safe_load(DEFINITION))
    until("the definition is established", 30, lambda: any(
        c["type"] == "Established" and c["status"] == "True"
        for c in admin.get("CustomResourceDefinition", None, WIDGETS)["status"]["conditions"]))
    app.sync()
    yield app
    app.delete()
    admin.delete("ClusterRole", None, NAME)
    admin.delete("CustomResourceDefinition", None, WIDGETS)
    bed.argocd.stop_cmp_server("cluster-scoped")
    subprocess.run([bed.programs.kubectl, "--kubeconfig", config, "delete", "--wait=false", "-f", "-"], input=accounts, check=False,
                   capture_output=True, text=True)


def written(app, what):
    """The ConfigMaps that the hooks wrote."""
    return [c["data"] for c in app.api.list("ConfigMap", HOOKS, f"app.kubernetes.io/component={what}")]


def states(app):
    report = json.loads(written(app, "report")[0]["report.json"])
    return {o["kind"]: o["state"] for o in report["objects"]}


def test_synced_again_nothing_has_drifted_and_nobody_is_alarmed(app):
    app.sync()
    assert states(app) == {"Service": "in sync", "ClusterRole": "in sync", "CustomResourceDefinition": "in sync"}
    assert written(app, "emergency") == []


def test_a_cluster_role_that_was_widened_stops_the_sync(app):
    app.api.patch("ClusterRole", None, NAME, {"rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]})
    state = app.sync(expect="Failed")
    assert "stops everything" in json.dumps(state["syncResult"])
    assert states(app)["ClusterRole"] == "drifted"
    assert len(written(app, "emergency")) == 1
