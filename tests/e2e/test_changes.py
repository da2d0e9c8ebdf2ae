"""A policy that asks about Git's own changes: what a commit does to a Service waits for people, of which drift knows nothing."""
import json

import pytest
from gates import CREATE, Gate, gates_of, records
from manifests import config_map, deployment, service
from testbed.application import sync_all
from testbed.process import until

POLICY = """apiVersion: drift-policy.dev/v1alpha1
kind: DriftPolicy
metadata: {name: changes}
spec:
  severities:
  - {name: low, remediation: {action: autoSync}}
  - name: guarded
    remediation: {action: approve}
    approval: {required: 1, groups: [platform], timeout: 1h}
    changes: {approval: {required: 1, groups: [security], timeout: 1h}}
  - name: hasty
    remediation: {action: restore}
    changes: {approval: {required: 1, groups: [security], timeout: 3s}}
  rules:
  - {name: hasty, match: {any: [{resources: {kinds: [/v1/ConfigMap], names: [hasty]}}]}, severity: hasty}
  - {name: exposure, match: {any: [{resources: {kinds: [/v1/Service]}}]}, severity: guarded}
"""


def in_one_source(bed, name):
    repository = bed.repository().write("app/web.yaml", deployment("web")).write("app/service.yaml", service("web"))
    repository.write("app/hasty.yaml", config_map("hasty")).commit()
    return bed.application(repository, "app", namespace=name, sync_policy=CREATE, plugin="changes"), repository


def in_two_sources(bed, name):
    repository = bed.repository()
    for folder in ("shop", "desk"):
        repository.write(f"{folder}/service.yaml", service(folder)).write(f"{folder}/settings.yaml", config_map(f"{folder}-settings"))
    repository.commit()
    app = bed.application(repository, "shop", namespace=name, sync_policy=CREATE, plugin="changes")
    source = app.get()["spec"]["source"]
    app.patch({"spec": {"source": None, "sources": [source, {**source, "path": "desk"}]}})
    app.refresh()
    return app, repository


@pytest.fixture(scope="module")
def prepared(bed, tmp_path_factory):
    """Three applications that were synced once, each with its repository; the third has two sources."""
    policy = tmp_path_factory.mktemp("changes") / "policy.yaml"
    policy.write_text(POLICY)
    bed.argocd.cmp_server("changes", DRIFT_POLICY_PATH=str(policy))
    made = [in_one_source(bed, "changes-one"), in_one_source(bed, "changes-two"), in_two_sources(bed, "changes-sources")]
    sync_all([app for app, _ in made], 300)
    yield made
    for app, _ in made:
        app.delete()
    bed.argocd.stop_cmp_server("changes")


@pytest.fixture
def one(bed, prepared):
    app, repository = prepared[0]
    return app, repository, Gate(bed.cluster, app.namespace)


@pytest.fixture
def two(bed, prepared):
    app, repository = prepared[1]
    return app, repository, Gate(bed.cluster, app.namespace)


def commit(app, repository, kind, port=80):
    repository.write("app/service.yaml", service("web", kind).replace("port: 80", f"port: {port}"))
    repository.commit()
    app.refresh()


def waits(app, gate, **options):
    """A sync whose gate asks: its mark and the gate's notes."""
    before = gate.job()["metadata"]["uid"]
    mark = app.start_sync(**options)
    until("the gate of this sync is there", 60, lambda: gate.job() and gate.job()["metadata"]["uid"] != before)
    return mark, gate.waits()


def live_type(app):
    return app.api.get("Service", app.namespace, "web")["spec"]["type"]


def port(app):
    return app.api.get("Service", app.namespace, "web")["spec"]["ports"][0]["port"]


def changed_fields(gate):
    changes = gate.record()["report"]["changes"]["objects"]
    return [(f["pointer"], f.get("before"), f.get("after")) for o in changes for f in o["fields"]]


def test_a_change_waits_for_its_own_people_and_is_recorded_as_one(one):
    app, repository, gate = one
    commit(app, repository, "NodePort")
    mark, notes = waits(app, gate)
    assert (notes["asks"], notes["change-severity"]) == ("guarded.changes", "guarded") and "drift-severity" not in notes
    assert live_type(app) == "ClusterIP"
    gate.answer("approve", "alice")
    app.ended(mark)
    assert live_type(app) == "NodePort"
    record = gate.record()
    assert (record["changeSeverity"], record["drift"], record["outcome"]) == ("guarded", notes["drift"], "synced")
    assert "severity" not in record and changed_fields(gate) == [("/spec/type", "ClusterIP", "NodePort")]
    app.sync()  # Git has changed nothing since
    assert gate.notes()["cause"] == "noDrift"


def test_what_leaves_git_waits_before_it_is_pruned(one):
    app, repository, gate = one
    repository.remove("app/service.yaml")
    repository.commit()
    app.refresh()
    mark, notes = waits(app, gate, prune=True)
    assert notes["asks"] == "guarded.changes" and live_type(app)
    gate.answer("approve", "alice")
    app.ended(mark)
    assert app.api.get("Service", app.namespace, "web") is None
    assert [o["change"] for o in gate.record()["report"]["changes"]["objects"]] == ["removed"]


def test_a_change_that_is_refused_isnt_applied_and_another_commit_asks_anew(two):
    app, repository, gate = two
    commit(app, repository, "NodePort")
    mark, first = waits(app, gate)
    commit(app, repository, "NodePort", 8080)  # while it waits
    gate.answer("reject", "bob", "superseded")
    app.ended(mark, expect="Failed")
    assert live_type(app) == "ClusterIP" and gate.record()["outcome"] == "refused"
    mark, second = waits(app, gate)
    assert second["drift"] != first["drift"]
    gate.answer("approve", "bob", drift=first["drift"])  # of what was shown before: it counts for nothing
    gate.answer("approve", "alice")
    app.ended(mark)
    assert live_type(app) == "NodePort"
    assert ("/spec/type", "ClusterIP", "NodePort") in changed_fields(gate)
    assert gate.notes()["reason"] == "approved by alice (seen)"


def test_drift_and_a_change_are_one_question(two):
    app, repository, gate = two
    app.api.patch("Service", app.namespace, "web", {"spec": {"type": "LoadBalancer"}})
    commit(app, repository, "NodePort", 8081)
    mark, notes = waits(app, gate)
    assert notes["asks"] == "guarded guarded.changes"
    assert (notes["drift-severity"], notes["change-severity"]) == ("guarded", "guarded")
    gate.answer("approve", "alice")
    app.ended(mark)
    assert live_type(app) == "NodePort"
    record = gate.record()
    assert (record["severity"], record["changeSeverity"]) == ("guarded", "guarded")


def test_a_change_that_nobody_answers_fails_the_sync_and_applies_nothing(one):
    app, repository, gate = one
    repository.write("app/hasty.yaml", config_map("hasty", "2")).write("app/more.yaml", config_map("more")).commit()
    app.refresh()
    app.sync(expect="Failed")
    notes = gate.notes()
    assert (notes["state"], notes["cause"], notes["asks"], notes["change-severity"]) == ("refused", "timedOut", "hasty.changes", "hasty")
    assert app.api.get("ConfigMap", app.namespace, "hasty")["data"] == {"value": "1"}
    assert app.api.get("ConfigMap", app.namespace, "more") is None
    record = gate.record()
    assert (record["outcome"], record["cause"], record["changeSeverity"], record["answers"]) == ("refused", "timedOut", "hasty", [])
    assert [pointer for pointer, _, _ in changed_fields(gate)] == ["/data/value"]  # of its values the record has digests
    alert = json.loads(gate.config_map("emergency")["data"]["failure.json"])
    assert (alert["cause"], alert["reason"]) == ("timedOut", record["reason"])


def test_back_to_the_last_success_is_not_asked_about_and_further_back_is(two):
    app, repository, gate = two
    first, before = app.status()["history"][-1]["revision"], port(app)

    def approved(expect, ports):
        repository.write("app/service.yaml", service("web", "NodePort").replace("port: 80", ports))
        revision = repository.commit()
        app.refresh()
        mark, _ = waits(app, gate)
        gate.answer("approve", "alice")
        app.ended(mark, expect=expect)
        return revision
    approved("Failed", "port: 80, nodePort: 1")  # which the API server doesn't take
    assert gate.record()["outcome"] == "failed"
    app.sync(revision=first)
    assert "waiting-since" not in gate.notes() and gate.notes()["cause"] == "noDrift"
    record = gate.record()
    assert (record["outcome"], record["from"], record["to"]) == ("synced", first, first) and "changeSeverity" not in record

    second = approved("Succeeded", "port: 8443")
    mark, notes = waits(app, gate, revision=first)
    assert notes["asks"] == "guarded.changes"
    assert port(app) == 8443
    gate.answer("approve", "bob")
    app.ended(mark)
    assert port(app) == before
    record = gate.record()
    assert (record["from"], record["to"], record["changeSeverity"]) == (second, first, "guarded")
    assert [answer["person"] for answer in record["answers"]] == ["bob"]


def test_a_change_of_one_source_is_asked_about_by_its_gate_and_holds_the_other_source(bed, prepared):
    app, repository = prepared[2]
    before = {gate.job()["metadata"]["uid"] for gate in gates_of(app)}
    repository.write("desk/service.yaml", service("desk", "NodePort")).write("shop/settings.yaml", config_map("shop-settings", "2"))
    revision = repository.commit()
    app.refresh()
    mark = app.start_sync()

    def by_state():
        gates = [gate for gate in gates_of(app) if gate.job()["metadata"]["uid"] not in before]
        states = {gate.notes().get("state"): gate for gate in gates}
        return states if set(states) == {"waiting", "passed"} else None
    found = until("one gate of this sync waits and the other has passed", 120, by_state)
    asked, other = found["waiting"], found["passed"]
    assert asked.notes()["asks"] == "guarded.changes" and other.notes()["cause"] == "noDrift"
    assert app.operation(mark)["phase"] == "Running"
    assert app.api.get("Service", app.namespace, "desk")["spec"]["type"] == "ClusterIP"
    assert app.api.get("ConfigMap", app.namespace, "shop-settings")["data"] == {"value": "1"}
    asked.answer("approve", "alice")
    app.ended(mark)
    assert app.api.get("Service", app.namespace, "desk")["spec"]["type"] == "NodePort"
    assert app.api.get("ConfigMap", app.namespace, "shop-settings")["data"] == {"value": "2"}
    written = [entry["record"] for entry in records(bed.cluster, app.namespace, app.name) if entry["record"]["to"] == revision]
    assert {(record["path"], record["outcome"], record.get("changeSeverity")) for record in written} == {
        ("shop", "synced", None), ("desk", "synced", "guarded")}
    answers = {record["path"]: [answer["person"] for answer in record["answers"]] for record in written}
    assert answers == {"shop": [], "desk": ["alice"]}
