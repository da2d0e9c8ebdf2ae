"""The three everyday commands on the sample applications: what Argo CD reports, with our health scripts."""
import pytest
import yaml
from conftest import example
from testbed.application import sync_all
from testbed.argocd import NAMESPACE
from testbed.process import until
from testbed.programs import ROOT

CREATE = {"syncOptions": ["CreateNamespace=true"]}


@pytest.fixture(scope="module")
def health(bed):
    """The health scripts of deploy/ in argocd-cm."""
    data = yaml.safe_load((ROOT / "deploy" / "health" / "argocd-cm.yaml").read_text())["data"]
    bed.cluster.admin.patch("ConfigMap", NAMESPACE, "argocd-cm", {"data": data})
    yield data
    bed.cluster.admin.patch("ConfigMap", NAMESPACE, "argocd-cm", {"data": {key: None for key in data}})


@pytest.fixture(scope="module")
def deployed(bed, health):
    """Each of the three sample applications, synced under our health scripts; by its name."""
    apps = {}
    for name in ("low", "medium", "high"):
        repository = bed.repository().copy(example(name), name)
        repository.commit()
        apps[name] = bed.application(repository, name, namespace=f"drift-{name}", sync_policy=CREATE)
    sync_all(apps.values())
    for app in apps.values():
        app.wait_synced()
    yield apps
    for app in apps.values():
        app.delete()


def drifted(app):
    return {(r["kind"], r["name"]) for r in app.refresh()["resources"] if r.get("status") == "OutOfSync"}


def health_of(app, kind, name):
    """Argo CD's own view of one object's health, from its resource tree."""
    app.refresh()
    tree = app.bed.argocd.call(f"/api/v1/applications/{app.name}/resource-tree")
    node = next(n for n in tree["nodes"] if (n["kind"], n["name"]) == (kind, name))
    return node.get("health", {})


@pytest.fixture(scope="module")
def drift(bed, deployed):
    """The three everyday commands, done once: application -> what Argo CD then calls OutOfSync."""
    admin = bed.cluster.admin
    admin.patch("Deployment", "drift-low", "storefront", {"spec": {"replicas": 5}})
    admin.patch("Service", "drift-medium", "orders", {"spec": {"type": "LoadBalancer"}})
    admin.delete("Secret", "drift-high", "ledger-database")
    # A refresh compares with what the controller's watch has brought so far, which may be the state before.
    return {name: until(f"the drift of {name} is seen", 60, lambda app=app: drifted(app)) for name, app in deployed.items()}


def test_a_scaled_deployment_is_drift(drift):
    assert drift["low"] == {("Deployment", "storefront")}


def test_a_service_that_became_a_load_balancer_is_drift(drift):
    assert drift["medium"] == {("Service", "orders")}


def test_a_deleted_secret_is_drift_and_missing(deployed, drift):
    assert drift["high"] == {("Secret", "ledger-database")}
    secret = next(o for o in deployed["high"].managed() if (o["kind"], o["name"]) == ("Secret", "ledger-database"))
    assert secret.get("liveState", "null") == "null" and secret["targetState"] != "null"


def test_what_nobody_touched_is_healthy_and_says_nothing(bed, deployed, drift, health):
    """What did not drift: no message of ours, and no other health than without the scripts."""
    for app, kind, name in (("low", "Service", "storefront"), ("medium", "Deployment", "orders"), ("high", "Deployment", "ledger")):
        found = until(f"{name} is Healthy", 60, lambda app=app, kind=kind, name=name: [
            h for h in [health_of(deployed[app], kind, name)] if h.get("status") == "Healthy"])
        assert "drift" not in found[0].get("message", "")


def test_a_scaled_deployment_is_healthy_and_says_what_drifted(deployed, drift, health):
    def told():
        found = health_of(deployed["low"], "Deployment", "storefront")
        return found if "replicas" in found.get("message", "") else None
    found = until("the drift is in the health message", 60, told)
    assert (found["status"], found["message"]) == ("Healthy", "drift: replicas is 5, Git wants 2 (low)")


def test_a_service_that_became_a_load_balancer_says_what_drifted(deployed, drift, health):
    def told():
        found = health_of(deployed["medium"], "Service", "orders")
        return found if "drift" in found.get("message", "") else None
    found = until("the drift is in the health message", 60, told)
    assert found["status"] == "Progressing"  # Argo CD's own rule: it has no address yet
    assert "drift: type is LoadBalancer, Git wants ClusterIP (medium)" in found["message"]


@pytest.fixture
def offline(bed, health, tmp_path):
    """What `argocd admin settings resource-overrides health` says of a live object with our scripts."""
    settings = tmp_path / "argocd-cm.yaml"
    settings.write_text(yaml.safe_dump({"apiVersion": "v1", "kind": "ConfigMap", "data": health, "metadata": {
        "name": "argocd-cm", "namespace": NAMESPACE, "labels": {"app.kubernetes.io/part-of": "argocd"}}}))

    def say(live):
        file = tmp_path / "live.yaml"
        file.write_text(yaml.safe_dump(live))
        return bed.argocd.admin("settings", "resource-overrides", "health", file, "--argocd-cm-path", settings).stdout
    return say


def test_the_scripts_say_offline_what_argo_cd_says(bed, deployed, offline):
    live = bed.cluster.admin.get("Deployment", "drift-low", "storefront")
    live["spec"]["replicas"] = 7
    live["status"]["observedGeneration"] = live["metadata"]["generation"]
    live["status"].update(replicas=7, updatedReplicas=7, readyReplicas=7, availableReplicas=7)
    said = offline(live)
    assert "STATUS: Healthy" in said and "replicas" in said and "low" in said
    live["spec"]["template"]["spec"]["containers"][0]["image"] = "elsewhere/image:1"
    said = offline(live)
    assert "STATUS: Healthy" in said and "image" in said and "high" in said
    live = bed.cluster.admin.get("Service", "drift-medium", "orders")
    live["spec"]["type"] = "LoadBalancer"
    said = offline(live)
    assert "STATUS: Progressing" in said and "type" in said and "medium" in said


def test_what_does_not_drift_is_as_healthy_as_argo_cd_alone_says(bed, deployed, offline):
    for kind, namespace, name in (("Deployment", "drift-medium", "orders"), ("StatefulSet", "drift-high", "ledger-database")):
        live = bed.cluster.admin.get(kind, namespace, name)
        until(f"{name} is ready", 60, lambda: bed.cluster.admin.get(kind, namespace, name)["status"].get("readyReplicas"))
        assert "STATUS: Healthy" in offline(bed.cluster.admin.get(kind, namespace, name))
        live["status"]["updatedReplicas"] = 0
        assert "STATUS: Progressing" in offline(live)


def test_drift_is_gone_after_the_next_sync(bed, deployed, drift):
    # Analysis and approval are tested where the gates are.
    with bed.kubelet.behave("succeed", name="-gate-"):
        sync_all(deployed.values())
    for app in deployed.values():
        app.wait_synced()
        assert drifted(app) == set()


def test_drift_of_low_severity_heals_itself_where_the_sync_policy_says_so(bed, deployed):
    app = deployed["low"]
    app.patch({"spec": {"syncPolicy": {"automated": {"selfHeal": True}}}})
    bed.cluster.admin.patch("Deployment", "drift-low", "storefront", {"spec": {"replicas": 4}})
    app.until("it goes back by itself", 60,
              lambda: bed.cluster.admin.get("Deployment", "drift-low", "storefront")["spec"]["replicas"] == 2)
