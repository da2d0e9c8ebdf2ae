"""From a Git commit to a synced application on the real API server, through the real application controller."""
import datetime

import pytest
from comparison import HOOK, injected
from conftest import example
from manifests import claim, config_map, deployment, secret, service
from testbed.application import CONFIRM
from testbed.process import until

SEVERITY = "drift-policy.dev/severity"
CREATE = {"syncOptions": ["CreateNamespace=true"]}


def annotations(bed, kind, namespace, name):
    found = bed.cluster.admin.get(kind, namespace, name)
    assert found, f"{kind} {namespace}/{name} is not there"
    return found["metadata"].get("annotations", {})


def confirmed():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture(scope="module")
def high(bed):
    """sample-apps/high, synced once; for tests that only look."""
    repository = bed.repository().copy(example("high"), "high")
    repository.commit()
    app = bed.application(repository, "high", namespace="drift-high", sync_policy=CREATE)
    state = app.sync()
    app.wait_synced()
    yield app, state
    app.delete()


def test_a_commit_becomes_a_synced_application(high):
    app, _ = high
    assert app.status()["sync"]["status"] == "Synced"
    assert app.status()["sourceType"] == "Plugin"


def test_severities_are_on_the_live_objects(bed, high):
    expected = {("StatefulSet", "ledger-database"): "medium", ("Secret", "ledger-database"): "high",
                ("Service", "ledger-database"): "medium", ("Deployment", "ledger"): "medium"}
    found = {key: annotations(bed, key[0], "drift-high", key[1]).get(SEVERITY) for key in expected}
    assert found == expected


def test_options_are_on_the_live_objects(bed, high):
    live = annotations(bed, "Namespace", None, "drift-high")
    assert live["argocd.argoproj.io/sync-options"] == "Prune=confirm,Delete=confirm"


def test_an_authors_wave_is_on_the_live_object(bed, high):
    assert annotations(bed, "Deployment", "drift-high", "ledger")["argocd.argoproj.io/sync-wave"] == "10"


def test_wanted_values_are_on_the_live_objects_and_a_secrets_are_not(bed, high):
    assert annotations(bed, "Deployment", "drift-high", "ledger")["want.drift-policy.dev/replicas"] == "2"
    assert not [key for key in annotations(bed, "Secret", "drift-high", "ledger-database") if key.startswith("want.")]


def test_pod_templates_are_as_the_author_wrote_them(bed, high):
    template = bed.cluster.admin.get("Deployment", "drift-high", "ledger")["spec"]["template"]
    assert "annotations" not in template["metadata"]


def test_a_second_refresh_changes_nothing(bed, high):
    app, _ = high
    before = {kind: bed.cluster.admin.get(kind, "drift-high", name)["metadata"]["resourceVersion"]
              for kind, name in (("Secret", "ledger-database"), ("Service", "ledger-database"))}
    first = app.manifests()
    status = app.refresh(hard=True)
    assert status["sync"]["status"] == "Synced"
    assert app.manifests() == first
    after = {kind: bed.cluster.admin.get(kind, "drift-high", name)["metadata"]["resourceVersion"]
             for kind, name in (("Secret", "ledger-database"), ("Service", "ledger-database"))}
    assert after == before


def test_a_second_sync_applies_the_same_objects_again(high):
    app, _ = high
    app.sync()
    assert app.wait_synced()["sync"]["status"] == "Synced"


def test_injected_hooks_run_in_their_phases(high):
    app, state = high
    hooks = {(m["kind"], m["metadata"]["name"]): m["metadata"]["annotations"][HOOK] for m in app.manifests() if injected(m)}
    assert hooks
    ran = {(r["kind"], r["name"]): (r["hookType"], r["hookPhase"]) for r in state["syncResult"]["resources"]
           if r.get("hookType") and (r["kind"], r["name"]) in hooks}
    assert ran == {key: (phase, "Succeeded") for key, phase in hooks.items() if phase != "SyncFail"}


def test_hooks_do_not_make_the_application_out_of_sync(high):
    app, _ = high
    status = app.refresh()
    assert [r["name"] for r in status["resources"] if r.get("status") == "OutOfSync"] == []


def test_the_plan_comes_before_the_gate_and_the_gate_before_everything_else(bed, application, repository):
    repository.write("a/cm.yaml", config_map("first")).write("a/deployment.yaml", deployment("web"))
    repository.commit()
    app = application(repository, "a", namespace="order-hooks", sync_policy=CREATE)
    assert any(injected(manifest) for manifest in app.manifests())
    state = app.sync()
    order = [r for r in state["syncResult"]["resources"] if r["kind"] != "Namespace"]
    phases = [r["syncPhase"] for r in order]
    assert phases == sorted(phases, key=["PreSync", "Sync", "PostSync"].index)
    created = {}
    for kind, name in [(r["kind"], r["name"]) for r in order]:
        found = bed.cluster.admin.get(kind, "order-hooks", name)
        if found:
            created[kind, name] = found["metadata"]["creationTimestamp"]
    gate = [time for (kind, name), time in created.items() if kind == "Job" and "gate" in name]
    assert gate and gate[0] <= created["ConfigMap", "first"] <= created["Deployment", "web"]


def gated(bed, application, repository, namespace):
    """An application with a gate that was never synced."""
    repository.write("a/cm.yaml", config_map("guarded")).commit()
    app = application(repository, "a", namespace=namespace, sync_policy=CREATE)
    assert any(m["kind"] == "Job" and m["metadata"]["name"].endswith("-gate") for m in app.manifests())
    return app, lambda: bed.cluster.admin.get("ConfigMap", namespace, "guarded")


def test_nothing_is_applied_while_the_gate_waits(bed, application, repository):
    app, applied = gated(bed, application, repository, "gate-waits")
    with bed.kubelet.behave("hang", "gate-waits", "-gate-"):
        mark = app.start_sync()
        until("the gate runs", 60, lambda: [pod for pod in bed.cluster.admin.list("Pod", "gate-waits")
                                            if "-gate-" in pod["metadata"]["name"] and pod["status"]["phase"] == "Running"])
        until("the sync waits for the gate", 60, lambda: "-gate" in app.operation(mark)["message"])
        assert app.operation(mark)["phase"] == "Running" and applied() is None
        bed.kubelet.end("gate-waits", "-gate-")
        assert app.finish(mark)["phase"] == "Succeeded"
    assert applied()


def test_a_gate_that_refuses_lets_nothing_be_applied_and_the_alert_run(bed, application, repository):
    app, applied = gated(bed, application, repository, "gate-refuses")
    with bed.kubelet.behave("fail", "gate-refuses", "-gate-"), bed.kubelet.behave("succeed", "gate-refuses", "-alert-"):
        state = app.sync(expect="Failed")
    assert applied() is None
    ran = {r["name"].rsplit("-", 1)[1]: (r["hookType"], r["hookPhase"]) for r in state["syncResult"]["resources"]
           if r["kind"] == "Job"}
    assert ran == {"gate": ("PreSync", "Failed"), "alert": ("SyncFail", "Succeeded")}


def test_a_sync_that_is_ended_while_the_gate_waits_applies_nothing(bed, application, repository):
    app, applied = gated(bed, application, repository, "gate-ended")
    with bed.kubelet.behave("hang", "gate-ended", "-gate-"):
        mark = app.start_sync()
        until("the sync waits for the gate", 60, lambda: "-gate" in app.operation(mark)["message"])
        app.patch({"status": {"operationState": {"phase": "Terminating"}}})
        assert app.finish(mark)["phase"] == "Failed"
        until("the gate's pod is gone", 60, lambda: not bed.cluster.admin.list("Pod", "gate-ended"))
    assert applied() is None
    app.sync()
    assert applied()


def version(bed, kind, namespace, name):
    """When an object was last written, in the order of the cluster's writes."""
    return int(bed.cluster.admin.get(kind, namespace, name)["metadata"]["resourceVersion"])


def test_objects_are_created_in_the_order_of_their_waves(bed, application, repository):
    wave = 'argocd.argoproj.io/sync-wave: "{}"'
    for number, name in enumerate(["third", "first", "second"]):
        repository.write(f"a/{name}.yaml", config_map(name, annotations=wave.format([2, -1, 1][number])))
    repository.commit()
    app = application(repository, "a", namespace="waves", sync_policy=CREATE)
    app.sync()
    versions = [version(bed, "ConfigMap", "waves", name) for name in ("first", "second", "third")]
    assert versions == sorted(versions)


def test_a_rules_wave_orders_the_creation(bed, application, repository, sidecar, tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text("""apiVersion: drift-policy.dev/v1alpha1
kind: DriftPolicy
metadata: {name: waves}
spec:
  rules:
  - name: late
    match: {any: [{resources: {kinds: [/v1/ConfigMap]}}]}
    severity: low
    syncWave: {value: 3}
""")
    sidecar("with-waves", DRIFT_POLICY_PATH=str(policy))
    repository.write("a/cm.yaml", config_map("late")).write("a/service.yaml", service("early")).commit()
    app = application(repository, "a", namespace="rule-waves", plugin="with-waves",
                      sync_policy=CREATE)
    app.sync()
    assert annotations(bed, "ConfigMap", "rule-waves", "late")["argocd.argoproj.io/sync-wave"] == "3"
    assert version(bed, "Service", "rule-waves", "early") < version(bed, "ConfigMap", "rule-waves", "late")


def test_a_new_commit_is_seen_and_synced(bed, application, repository):
    repository.write("a/cm.yaml", config_map("settings", "1")).commit()
    app = application(repository, "a", namespace="commits", sync_policy=CREATE)
    app.sync()
    revision = repository.write("a/cm.yaml", config_map("settings", "2")).commit()
    status = app.refresh()
    assert status["sync"] == {**status["sync"], "status": "OutOfSync", "revision": revision}
    app.sync()
    assert app.wait_synced()["sync"]["revision"] == revision
    assert bed.cluster.admin.get("ConfigMap", "commits", "settings")["data"] == {"value": "2"}


def test_what_left_git_is_pruned(bed, application, repository):
    repository.write("a/one.yaml", config_map("one")).write("a/two.yaml", config_map("two")).commit()
    app = application(repository, "a", namespace="pruned", sync_policy=CREATE)
    app.sync()
    repository.remove("a/two.yaml").commit()
    app.refresh()
    app.sync(prune=True)
    assert bed.cluster.admin.get("ConfigMap", "pruned", "two") is None
    assert bed.cluster.admin.get("ConfigMap", "pruned", "one")


def test_a_prune_of_a_volume_waits_for_a_persons_confirmation(bed, application, repository):
    repository.write("a/cm.yaml", config_map("one")).write("a/claim.yaml", claim("data")).commit()
    app = application(repository, "a", namespace="confirm-prune", sync_policy=CREATE)
    app.sync()
    repository.remove("a/claim.yaml").commit()
    app.refresh()
    mark = app.start_sync(prune=True)
    app.until("the sync waits for the confirmation", 60, lambda: "onfirm" in app.operation(mark)["message"])
    assert app.operation(mark)["phase"] == "Running"
    assert "deletionTimestamp" not in bed.cluster.admin.get("PersistentVolumeClaim", "confirm-prune", "data")["metadata"]
    app.patch({"metadata": {"annotations": {CONFIRM: confirmed()}}})
    assert app.finish(mark)["phase"] == "Succeeded"
    app.until("the claim is gone", 30, lambda: bed.cluster.admin.get("PersistentVolumeClaim", "confirm-prune", "data") is None)


def test_the_deletion_of_an_application_with_a_volume_waits_for_a_persons_confirmation(bed, application, repository):
    repository.write("a/claim.yaml", claim("data")).commit()
    app = application(repository, "a", namespace="confirm-delete", sync_policy=CREATE)
    app.sync()
    app.patch({"metadata": {"finalizers": ["resources-finalizer.argocd.argoproj.io"]}})
    bed.cluster.admin.delete("Application", "argocd", app.name)

    # Argo CD 3.6 says it nowhere but in its log, and in the web UI, which knows it from this field.
    assert [r["name"] for r in app.status()["resources"] if r.get("requiresDeletionConfirmation")] == ["data"]
    log = bed.argocd.processes["argocd-application-controller"].log
    app.until("the deletion waits for the confirmation", 60,
              lambda: "PersistentVolumeClaim confirm-delete data} requires manual confirmation to delete" in log.read_text())
    assert "deletionTimestamp" not in bed.cluster.admin.get("PersistentVolumeClaim", "confirm-delete", "data")["metadata"]
    app.patch({"metadata": {"annotations": {CONFIRM: confirmed()}}})
    app.until("the claim is gone", 60, lambda: bed.cluster.admin.get("PersistentVolumeClaim", "confirm-delete", "data") is None)
    app.until("the application is gone", 60, lambda: app.get() is None)


def without_bookkeeping(live):
    """An object without its annotations and status, and without what the API server counts on every write (a Deployment's
    generation grows with its annotations too)."""
    counted = ("annotations", "resourceVersion", "managedFields", "generation")
    return {**live, "metadata": {key: value for key, value in live["metadata"].items() if key not in counted}, "status": None}


def test_an_application_that_ran_natively_is_moved_without_recreating_anything(bed, application, repository):
    for name, text in (("deployment", deployment("web", 2)), ("service", service("web")), ("secret", secret("web")),
                       ("cm", config_map("web"))):
        repository.write(f"a/{name}.yaml", text)
    repository.commit()
    app = application(repository, "a", namespace="moved", plugin=None,
                      sync_policy=CREATE)
    app.sync()
    app.wait_synced()
    kinds = ["Deployment", "Service", "Secret", "ConfigMap"]
    get = bed.cluster.admin.get
    until("the pods run", 30, lambda: get("Deployment", "moved", "web")["status"].get("readyReplicas") == 2)
    before = {kind: get(kind, "moved", "web") for kind in kinds}
    pods = {pod["metadata"]["uid"] for pod in bed.cluster.admin.list("Pod", "moved", "app=web")}

    app.set_source(plugin={"name": "drift-policy"})
    app.refresh()
    app.sync(prune=True)
    app.wait_synced()
    for kind in kinds:
        after = get(kind, "moved", "web")
        assert after["metadata"]["annotations"][SEVERITY]
        assert without_bookkeeping(after) == without_bookkeeping(before[kind])
    assert {pod["metadata"]["uid"] for pod in bed.cluster.admin.list("Pod", "moved", "app=web")} == pods


def test_a_chart_with_a_hook_and_a_custom_resource_is_synced(bed, application, repository):
    repository.copy(example("helm"), "helm").commit()
    app = application(repository, "helm", namespace="chart", sync_policy=CREATE)
    app.sync_with_definitions()
    app.wait_synced()
    assert any(r["kind"] == "Greeting" and r["status"] == "Synced" for r in app.status()["resources"])
