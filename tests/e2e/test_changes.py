"""A policy that asks about Git's own changes: what a commit does to a Service waits for people, of which drift knows nothing."""
import pytest
from gates import CREATE, Gate
from manifests import deployment, service
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
  rules:
  - {name: exposure, match: {any: [{resources: {kinds: [/v1/Service]}}]}, severity: guarded}
"""


@pytest.fixture(scope="module")
def prepared(bed, tmp_path_factory):
    """Two applications that were synced once, each with its repository and gate."""
    policy = tmp_path_factory.mktemp("changes") / "policy.yaml"
    policy.write_text(POLICY)
    bed.argocd.cmp_server("changes", DRIFT_POLICY_PATH=str(policy))
    made = []
    for name in ("changes-one", "changes-two"):
        repository = bed.repository().write("app/web.yaml", deployment("web")).write("app/service.yaml", service("web"))
        repository.commit()
        app = bed.application(repository, "app", namespace=name, sync_policy=CREATE, plugin="changes")
        made.append((app, repository, Gate(bed.cluster, name)))
    sync_all([app for app, _, _ in made], 300)
    yield made
    for app, _, _ in made:
        app.delete()
    bed.argocd.stop_cmp_server("changes")


@pytest.fixture
def one(prepared):
    return prepared[0]


@pytest.fixture
def two(prepared):
    return prepared[1]


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
