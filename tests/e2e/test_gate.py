"""The gate of real syncs: Argo CD makes the Jobs and the Roles, and the built program runs with just these rights."""
import json

import pytest
import yaml
from gates import CREATE, POLICY, Gate, gates_of, write_objects
from manifests import deployment, service
from testbed.application import sync_all
from testbed.process import until


@pytest.fixture(scope="module")
def plugins(bed, tmp_path_factory):
    """Sidecars with the tests' policy: one whose people have an hour, and one whose people have ten seconds."""
    folder = tmp_path_factory.mktemp("policies")
    for name, timeout in (("gates", "1h"), ("gates-hasty", "10s")):
        file = folder / f"{name}.yaml"
        file.write_text(POLICY.format(timeout=timeout))
        bed.argocd.cmp_server(name, DRIFT_POLICY_PATH=str(file))
    yield
    for name in ("gates", "gates-hasty"):
        bed.argocd.stop_cmp_server(name)


@pytest.fixture(scope="module")
def prepared(bed, plugins, request):
    """For each test of this module an application that was synced once, with its repository. All at once: most of a sync is
    waiting."""
    wanted = [item for item in request.session.items if item.module is request.module and "synced" in item.fixturenames]
    made = []
    for item in wanted:
        marker = item.get_closest_marker("plugin")
        repository = write_objects(bed.repository())
        repository.commit()
        made.append((bed.application(repository, "app", namespace=f"gate-{len(made)}", sync_policy=CREATE,
                                     plugin=marker.args[0] if marker else "gates"), repository, item.name))
    sync_all([app for app, _, _ in made], 300)
    yield {name: (app, repository) for app, repository, name in made}
    for app, _, _ in made:
        app.delete()


@pytest.fixture
def synced(request, prepared):
    return prepared[request.node.name]


@pytest.fixture
def app(synced):
    return synced[0]


@pytest.fixture
def gate(bed, app):
    return Gate(bed.cluster, app.namespace)


def live(app, kind, name):
    return app.api.get(kind, app.namespace, name)


def load_balancer(app):
    app.api.patch("Service", app.namespace, "web", {"spec": {"type": "LoadBalancer"}})


def hook_message(state, suffix="-gate"):
    """What Argo CD shows of that hook in the sync's result."""
    return next(r.get("message", "") for r in state["syncResult"]["resources"] if r["kind"] == "Job" and r["name"].endswith(suffix))


def answers_in(record):
    """The answers, all of them to the drift that the record is about."""
    assert all(answer["drift"] == record["drift"] for answer in record["answers"])
    return [(answer["action"], answer["person"], answer["reason"]) for answer in record["answers"]]


def recorded(gate, outcome):
    """The record of a sync whose gate found the LoadBalancer."""
    record = gate.record()
    assert (record["outcome"], record["drift"], record["severity"]) == (outcome, gate.notes()["drift"], "medium")
    drifted = [o for o in record["report"]["objects"] if o.get("differences")]
    assert [(o["kind"], o["name"]) for o in drifted] == [("Service", "web")]
    difference = next(d for d in drifted[0]["differences"] if d["pointer"] == "/spec/type")
    assert (difference["wanted"], difference["live"], difference["severity"]) == ("ClusterIP", "LoadBalancer", "medium")
    return record


def test_a_first_sync_waits_for_nobody(app, gate):
    notes = gate.notes()
    assert notes["state"] == "passed" and "waiting-since" not in notes
    assert notes["reason"] == "there is no last sync to compare with, so nothing counts as drift"
    assert gate.config_map("base")["metadata"]["labels"]["app.kubernetes.io/component"] == "base"


def test_a_change_in_git_waits_for_nobody(synced, gate):
    app, repository = synced
    repository.write("app/deployment.yaml", deployment("web", 3, "nginx:1.28")).write("app/service.yaml", service("web", "NodePort"))
    repository.commit()
    app.refresh()
    app.sync()
    assert gate.notes()["reason"] == "nothing has drifted" and "waiting-since" not in gate.notes()
    assert live(app, "Service", "web")["spec"]["type"] == "NodePort"


def test_a_scaled_deployment_goes_back_by_itself(app, gate):
    app.api.patch("Deployment", app.namespace, "web", {"spec": {"replicas": 5}})
    app.sync()
    assert gate.notes()["reason"] == "drift of severity low goes by itself" and "waiting-since" not in gate.notes()
    assert live(app, "Deployment", "web")["spec"]["replicas"] == 2
    report = json.loads(gate.config_map("report")["data"]["report.json"])
    drifted = [o for o in report["objects"] if o.get("differences")]
    assert [(o["kind"], o["name"], [d["pointer"] for d in o["differences"]]) for o in drifted] == [
        ("Deployment", "web", ["/spec/replicas"])]


def test_a_load_balancer_waits_for_a_person_and_goes_back_when_one_says_yes(app, gate):
    load_balancer(app)
    mark = app.start_sync()
    notes = gate.waits()
    assert (notes["asks"], notes["asks-for"], notes["approvals-needed"], notes["drift-severity"]) == (
        "medium", "approve", "1", "medium")
    assert live(app, "Service", "web")["spec"]["type"] == "LoadBalancer"
    assert app.operation(mark)["phase"] == "Running"
    gate.answer("approve", "alice", "a test of ours")
    assert app.finish(mark)["phase"] == "Succeeded"
    assert gate.notes()["reason"] == "approved by alice (a test of ours)"
    assert live(app, "Service", "web")["spec"]["type"] == "ClusterIP"
    record = recorded(gate, "synced")
    assert answers_in(record) == [("approve", "alice", "a test of ours")] and record["state"] == "passed"
    assert record["times"]["changed"] <= record["times"]["detected"] <= record["times"]["decided"] <= record["times"]["ended"]


def test_a_no_fails_the_sync_with_its_reason_and_applies_nothing(app, gate):
    load_balancer(app)
    mark = app.start_sync()
    gate.waits()
    gate.answer("reject", "bob", "customers use it")
    state = app.finish(mark)
    assert state["phase"] == "Failed"
    assert hook_message(state) == gate.message() == "rejected by bob: customers use it"
    assert live(app, "Service", "web")["spec"]["type"] == "LoadBalancer"
    alert = json.loads(gate.config_map("emergency")["data"]["failure.json"])
    assert (alert["cause"], alert["outcome"]) == ("rejected", "refused")
    record = recorded(gate, "refused")
    assert (record["cause"], record["reason"], record["state"]) == ("rejected", alert["reason"], "refused")
    assert answers_in(record) == [("reject", "bob", "customers use it")]


@pytest.mark.plugin("gates-hasty")
def test_no_answer_in_time_fails_the_sync(app, gate):
    load_balancer(app)
    state = app.sync(expect="Failed")
    assert hook_message(state).startswith("timeout: drift ") and gate.notes()["state"] == "refused"
    assert live(app, "Service", "web")["spec"]["type"] == "LoadBalancer"
    alert = json.loads(gate.config_map("emergency")["data"]["failure.json"])
    assert (alert["cause"], alert["outcome"], alert["drift"]) == ("timedOut", "refused", gate.notes()["drift"])
    assert alert["reason"] == gate.notes()["reason"] and alert["failed"] == []
    record = recorded(gate, "refused")
    assert (record["cause"], record["reason"], record["answers"]) == ("timedOut", alert["reason"], [])


def test_drift_that_grows_while_it_waits_needs_another_yes(app, gate):
    load_balancer(app)
    mark = app.start_sync()
    first = gate.waits()
    other = {"spec": {"template": {"spec": {"containers": [{"name": "web", "image": "nginx:1.26"}]}}}}
    app.api.patch("Deployment", app.namespace, "web", other, strategic=True)
    gate.answer("approve", "alice")
    second = gate.drifted_on(first["drift"])
    assert (second["state"], second["deadline"]) == ("waiting", first["deadline"])
    assert live(app, "Service", "web")["spec"]["type"] == "LoadBalancer"
    gate.answer("approve", "alice")
    assert app.finish(mark)["phase"] == "Succeeded"
    assert live(app, "Service", "web")["spec"]["type"] == "ClusterIP"


def without_service(synced, prune):
    """Syncs a revision without the Service, then commits one in which it is again."""
    app, repository = synced
    repository.remove("app/service.yaml").commit()
    app.refresh()
    app.sync(prune=prune)
    repository.write("app/service.yaml", service("web")).commit()
    app.refresh()


def test_two_syncs_pass_no_gate_that_one_does_not(synced, gate):
    """What leaves Git and isn't pruned is compared when it comes back: with what Git wanted before."""
    app, _ = synced
    load_balancer(app)
    without_service(synced, prune=False)
    assert gate.notes()["reason"] == "nothing has drifted"
    assert live(app, "Service", "web")["spec"]["type"] == "LoadBalancer" and "removed.json" in gate.config_map("base")["data"]
    mark = app.start_sync()
    gate.waits(asks="medium")
    assert live(app, "Service", "web")["spec"]["type"] == "LoadBalancer"
    gate.answer("approve", "alice")
    assert app.finish(mark)["phase"] == "Succeeded"
    assert live(app, "Service", "web")["spec"]["type"] == "ClusterIP"
    recorded(gate, "synced")
    assert set(gate.config_map("base")["data"]) == {"plan.json"}


def test_what_was_pruned_comes_back_without_a_question(synced, gate):
    app, _ = synced
    load_balancer(app)
    without_service(synced, prune=True)
    assert live(app, "Service", "web") is None and "removed.json" in gate.config_map("base")["data"]
    app.sync()
    assert gate.notes()["reason"] == "nothing has drifted" and "waiting-since" not in gate.notes()
    assert live(app, "Service", "web")["spec"]["type"] == "ClusterIP"


@pytest.mark.parametrize("phase, prune", [("PostSync", False), ("PostSync", True), ("Sync", False)])
def test_what_git_makes_a_hook_of_is_asked_about_once(synced, gate, phase, prune):
    """Argo CD deletes the object before it makes the hook, and what drifted goes with it. Of a Sync hook it takes the result of
    the pruning, left out or done, which has the same key (resourceResultKey), for the hook's own: the sync after makes that one.
    Where it was pruned and is gone at once, it is made all the same."""
    app, repository = synced
    load_balancer(app)
    before = live(app, "Service", "web")["metadata"]["uid"]
    note = f"metadata:\n  annotations: {{argocd.argoproj.io/hook: {phase}}}\n"
    repository.write("app/service.yaml", service("web").replace("metadata:\n", note, 1)).commit()
    app.refresh()
    mark = app.start_sync(prune=prune)
    gate.waits(asks="medium")
    report = json.loads(gate.config_map("report")["data"]["report.json"])
    assert [(o["kind"], o["name"], o["state"], o["unread"]) for o in report["objects"] if o.get("severity")] == [
        ("Service", "web", "not inspected", "nowHook")]
    assert live(app, "Service", "web")["spec"]["type"] == "LoadBalancer"
    gate.answer("approve", "alice")
    assert app.finish(mark)["phase"] == "Succeeded"
    made = live(app, "Service", "web")
    assert (made is None) == (phase == "Sync")
    if made:
        assert made["spec"]["type"] == "ClusterIP" and made["metadata"]["uid"] != before
        load_balancer(app)
    app.sync(prune=prune)
    assert gate.notes()["reason"] == "nothing has drifted" and "waiting-since" not in gate.notes()
    assert live(app, "Service", "web")["spec"]["type"] == "ClusterIP"


def test_a_pod_that_goes_while_it_waits_is_replaced_by_one_that_goes_on(app, gate):
    load_balancer(app)
    mark = app.start_sync()
    first = gate.waits()
    pods = lambda: {pod["metadata"]["uid"]: pod for pod in app.api.list("Pod", app.namespace)  # noqa: E731
                    if "-gate-" in pod["metadata"]["name"] and pod["status"].get("phase") == "Running"}
    before = pods()
    for pod in before.values():
        app.api.delete("Pod", app.namespace, pod["metadata"]["name"])
    until("another pod runs", 120, lambda: [uid for uid in pods() if uid not in before])
    assert gate.waits(drift=first["drift"])["deadline"] == first["deadline"]
    assert app.operation(mark)["phase"] == "Running"
    gate.answer("approve", "alice")
    assert app.finish(mark)["phase"] == "Succeeded"


def test_a_deleted_secret_is_an_alert_and_restored(app, gate):
    app.api.delete("Secret", app.namespace, "db")
    app.sync()
    assert live(app, "Secret", "db") and "waiting-since" not in gate.notes()
    found = app.api.list("ConfigMap", app.namespace, "alert-type=emergency")
    assert [f["metadata"]["name"] for f in found] == [gate.config_map("emergency")["metadata"]["name"]]
    alert = json.loads(found[0]["data"]["emergency.json"])
    assert (alert["severity"], alert["action"], alert["drift"]) == ("high", "restore", gate.notes()["drift"])
    assert [o["object"] for o in alert["objects"]] == [f"Secret {app.namespace}/db"]
    assert "not-a-password" not in json.dumps([found, gate.config_map("report"), gate.job()])


def widen(app):
    app.api.patch("Role", app.namespace, "reader", {"rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]})


def test_widened_rights_stop_everything_until_somebody_overrides(app, gate):
    widen(app)
    mark = app.start_sync()
    assert gate.waits()["asks-for"] == "override"
    assert "emergency.json" in gate.config_map("emergency")["data"]
    gate.answer("approve", "alice")
    gate.answer("override", "bob", "known, our own test")
    assert app.finish(mark)["phase"] == "Succeeded"
    assert gate.notes()["reason"] == "overridden by bob (known, our own test)"
    record = gate.record()
    assert set(answers_in(record)) == {("approve", "alice", "seen"), ("override", "bob", "known, our own test")}
    assert (record["outcome"], record["severity"]) == ("synced", "critical") and record["emergency"]["drift"] == record["drift"]
    assert live(app, "Role", "reader")["rules"] == [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"]}]


def test_a_stop_that_nobody_may_override_fails_the_sync_at_once(app, gate):
    app.api.patch("ConfigMap", app.namespace, "frozen", {"data": {"ice": "warm"}})
    state = app.sync(expect="Failed")
    assert "the policy lets nobody override that" in hook_message(state)
    assert live(app, "ConfigMap", "frozen")["data"] == {"ice": "warm"}
    assert "waiting-since" not in gate.notes()


def test_what_an_autoscaler_outside_of_git_does_and_others_add_is_no_drift(app, gate):
    # With fewer replicas than its least, Kubernetes' autoscaler needs no metrics.
    autoscaler = {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "web"}, "spec": {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}, "minReplicas": 4, "maxReplicas": 6}}
    path = f"/apis/autoscaling/v2/namespaces/{app.namespace}/horizontalpodautoscalers"
    app.api.call(path, "POST", autoscaler)
    until("the autoscaler has scaled", 60, lambda: app.api.get("Deployment", app.namespace, "web")["spec"]["replicas"] == 4)
    app.api.patch("Service", app.namespace, "web", {"metadata": {"annotations": {"mesh.example.com/injected": "yes"}}})
    template = {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": "2026-11-25T00:00:00Z"}}}
    app.api.patch("Deployment", app.namespace, "web", {"spec": {"template": template}})
    app.sync()
    assert gate.notes()["reason"] == "nothing has drifted"
    app.api.call(f"{path}/web", "DELETE")


@pytest.fixture
def mirrored(bed):
    """An admission policy that takes all images of Deployments in this namespace from a mirror, whoever writes them."""
    group = "/apis/admissionregistration.k8s.io"
    served = [v["groupVersion"] for v in bed.cluster.admin.call(group)["versions"]]
    version = next(v for v in served if any(r["name"] == "mutatingadmissionpolicies"
                                            for r in bed.cluster.admin.call(f"/apis/{v}")["resources"]))
    patch = '[JSONPatch{op: "replace", path: "/spec/template/spec/containers/0/image", value: "mirror.example.com/nginx:1.27"}]'
    constraints = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "gate-mirrored"}}, "resourceRules": [
        {"apiGroups": ["apps"], "apiVersions": ["v1"], "resources": ["deployments"], "operations": ["CREATE", "UPDATE"]}]}
    kinds = {"mutatingadmissionpolicies": ("MutatingAdmissionPolicy", {
        "matchConstraints": constraints, "failurePolicy": "Fail", "reinvocationPolicy": "Never",
        "mutations": [{"patchType": "JSONPatch", "jsonPatch": {"expression": patch}}]}),
             "mutatingadmissionpolicybindings": ("MutatingAdmissionPolicyBinding", {"policyName": "mirror"})}
    for plural, (kind, spec) in kinds.items():
        bed.cluster.admin.call(f"/apis/{version}/{plural}", "POST", {"apiVersion": version, "kind": kind,
                                                                    "metadata": {"name": "mirror"}, "spec": spec})
    bed.cluster.namespace("gate-mirrored")

    def active():
        probe = yaml.safe_load(deployment("probe")) | {"kind": "Deployment"}
        path = bed.cluster.admin.path("Deployment", "gate-mirrored") + "?dryRun=All"
        made = bed.cluster.admin.call(path, "POST", probe)
        return made["spec"]["template"]["spec"]["containers"][0]["image"].startswith("mirror")
    until("the policy is in force", 60, active)
    yield "gate-mirrored"
    for plural in kinds:
        bed.cluster.admin.call(f"/apis/{version}/{plural}/mirror", "DELETE")


def test_what_a_mutating_admission_policy_makes_of_git_is_no_drift(bed, plugins, application, repository, mirrored):
    write_objects(repository).commit()
    app = application(repository, "app", namespace=mirrored, plugin="gates")
    app.sync()
    gate = Gate(bed.cluster, mirrored)
    app.sync()
    assert live(app, "Deployment", "web")["spec"]["template"]["spec"]["containers"][0]["image"] == "mirror.example.com/nginx:1.27"
    assert gate.notes()["reason"] == "nothing has drifted"


@pytest.mark.parametrize("second, phase, type_afterwards", [("approve", "Succeeded", "ClusterIP"), ("reject", "Failed", "LoadBalancer")])
def test_each_source_of_an_application_has_its_gate_and_all_of_them_must_open(plugins, application, repository, second, phase,
                                                                              type_afterwards):
    for folder in ("shop", "desk"):
        repository.write(f"{folder}/service.yaml", service(folder))
    repository.commit()
    app = application(repository, "shop", plugin="gates", sync_policy=CREATE)
    source = app.get()["spec"]["source"]
    app.patch({"spec": {"source": None, "sources": [source, {**source, "path": "desk"}]}})
    app.refresh()
    app.sync()
    for name in ("shop", "desk"):
        app.api.patch("Service", app.namespace, name, {"spec": {"type": "LoadBalancer"}})
    mark = app.start_sync()
    one, other = gates_of(app)
    for gate in (one, other):
        gate.waits()
    one.answer("approve", "alice", "mine")
    one.waits(state="passed")
    assert app.operation(mark)["phase"] == "Running"
    assert {live(app, "Service", name)["spec"]["type"] for name in ("shop", "desk")} == {"LoadBalancer"}
    other.answer(second, "bob", "and mine")
    assert app.finish(mark)["phase"] == phase
    assert {live(app, "Service", name)["spec"]["type"] for name in ("shop", "desk")} == {type_afterwards}


def test_the_gate_works_with_no_more_than_the_rights_that_were_injected(app, gate):
    """What its account may do in the namespace is what the Roles of this sync say."""
    account = gate.job()["spec"]["template"]["spec"]["serviceAccountName"]
    user = app.api.as_user(app.api.service_account_token(app.namespace, account))
    review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview", "spec": {"namespace": app.namespace}}
    rules = user.call("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", "POST", review)["status"]["resourceRules"]
    own = [rule for rule in rules if not {"selfsubjectreviews", "selfsubjectrulesreviews", "selfsubjectaccessreviews"} & set(rule["resources"])]
    assert all("*" not in rule["verbs"] + rule["resources"] for rule in own)
    assert {verb for rule in own if "secrets" in rule["resources"] for verb in rule["verbs"]} == {"get"}
