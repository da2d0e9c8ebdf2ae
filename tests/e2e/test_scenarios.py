"""The three everyday commands on the sample applications: what Argo CD reports, with our health scripts."""
import subprocess

import pytest
from conftest import example
from testbed.argocd import NAMESPACE
from testbed.process import until

CREATE = {"syncOptions": ["CreateNamespace=true"]}


@pytest.fixture(scope="module")
def health(bed, commands):
    """The health scripts of the built-in policy in argocd-cm, as deploy/ installs them."""
    text = subprocess.run([bed.programs.drift_policy, "generate", "health"], capture_output=True, text=True, check=False)
    if text.returncode != 0:
        pytest.skip("this build has no generate health")
    import yaml
    data = yaml.safe_load(text.stdout)["data"]
    bed.cluster.admin.patch("ConfigMap", NAMESPACE, "argocd-cm", {"data": data})
    yield data
    bed.cluster.admin.patch("ConfigMap", NAMESPACE, "argocd-cm", {"data": {key: None for key in data}})


@pytest.fixture(scope="module")
def deployed(bed):
    """Each of the three sample applications, synced; by its name."""
    apps = {}
    for name in ("low", "medium", "high"):
        repository = bed.repository().copy(example(name), name)
        repository.commit()
        apps[name] = bed.application(repository, name, namespace=f"drift-{name}", sync_policy=CREATE)
    for app in apps.values():
        app.sync()
        app.wait_synced()
    yield apps
    for app in apps.values():
        app.delete()


def drifted(app):
    return {(r["kind"], r["name"]) for r in app.refresh()["resources"] if r["status"] == "OutOfSync"}


def health_of(app, kind, name):
    """Argo CD's own view of one object's health, from its resource tree."""
    tree = app.bed.argocd.call(f"/api/v1/applications/{app.name}/resource-tree")
    node = next(n for n in tree["nodes"] if (n["kind"], n["name"]) == (kind, name))
    return node.get("health", {})


def test_a_scaled_deployment_is_drift_of_low_severity(bed, deployed, health):
    app = deployed["low"]
    bed.cluster.admin.patch("Deployment", "drift-low", "storefront", {"spec": {"replicas": 5}})
    assert drifted(app) == {("Deployment", "storefront")}

    def told():
        found = health_of(app, "Deployment", "storefront")
        return found if "replicas" in found.get("message", "") else None
    found = until("the drift is in the health message", 60, told)
    assert found["status"] == "Healthy" and "low" in found["message"] and "2" in found["message"] and "5" in found["message"]


def test_a_service_that_became_a_load_balancer_is_degraded(bed, deployed, health):
    app = deployed["medium"]
    bed.cluster.admin.patch("Service", "drift-medium", "orders", {"spec": {"type": "LoadBalancer"}})
    assert drifted(app) == {("Service", "orders")}

    def told():
        found = health_of(app, "Service", "orders")
        return found if found.get("status") == "Degraded" else None
    found = until("the Service is Degraded", 60, told)
    assert "LoadBalancer" in found["message"] and "medium" in found["message"]


def test_a_deleted_secret_is_missing(bed, deployed, health):
    app = deployed["high"]
    bed.cluster.admin.delete("Secret", "drift-high", "ledger-database")
    assert drifted(app) == {("Secret", "ledger-database")}
    assert app.status()["health"]["status"] == "Missing"


def test_drift_is_gone_after_the_next_sync(bed, deployed):
    for app in deployed.values():
        app.sync()
        app.wait_synced()
        assert drifted(app) == set()


def test_drift_of_low_severity_heals_itself_where_the_sync_policy_says_so(bed, deployed):
    app = deployed["low"]
    app.patch({"spec": {"syncPolicy": {"automated": {"selfHeal": True}}}})
    bed.cluster.admin.patch("Deployment", "drift-low", "storefront", {"spec": {"replicas": 4}})
    until("it goes back by itself", 60,
          lambda: bed.cluster.admin.get("Deployment", "drift-low", "storefront")["spec"]["replicas"] == 2)
