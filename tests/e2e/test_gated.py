"""deploy/gated: nobody but Argo CD's own controllers syncs a gated Application past its gate. Each way, as several users; then
with a gate that really waits."""
import subprocess
import uuid

import pytest
from gates import CREATE, POLICY, Gate, write_objects
from testbed.argocd import NAMESPACE
from testbed.kubernetes import ApiError
from testbed.process import until
from testbed.programs import ROOT

GATED = "drift-policy.dev/gated"
FULL = {"revision": "main", "syncStrategy": {"hook": {}}}
PLUGIN = {"name": "drift-policy"}
SELECTED = [{"group": "apps", "kind": "Deployment", "name": "web"}]
OWN = {"repoURL": "https://example.com/a.git", "path": ".", "targetRevision": "main", "plugin": PLUGIN}
OBSERVE = {"name": "drift-policy-observe"}
NATIVE = {"repoURL": "https://example.com/a.git", "path": "."}
REFERRED = {"repoURL": "https://example.com/values.git", "targetRevision": "main", "ref": "values"}
HYDRATOR = {"drySource": {"repoURL": "https://example.com/a.git", "path": ".", "targetRevision": "main"},
            "syncSource": {"path": "hydrated", "targetBranch": "hydrated"}}


def own_sync(**changes):
    """A full sync whose source is the Application's own, but for these fields."""
    return {"operation": {"sync": {**FULL, "source": {**OWN, **changes}}}}


# What runs no hooks, and a word of the refusal.
PAST_THE_GATE = {
    "selected-resources": ({"operation": {"sync": {**FULL, "resources": SELECTED}}}, "selected resources"),
    "apply-only": ({"operation": {"sync": {"revision": "main", "syncStrategy": {"apply": {}}}}}, "apply-only"),
    "apply-only-by-force": ({"operation": {"sync": {"syncStrategy": {"apply": {"force": True}}}}}, "apply-only"),
    "local-manifests": ({"operation": {"sync": {**FULL, "manifests": ["{}"]}}}, "local manifests"),
    "another-source": ({"operation": {"sync": {**FULL, "source": NATIVE}}}, "the source of this sync"),
    "another-plugin": (own_sync(plugin={"name": "other"}), "the source of this sync"),
    "another-plugin-of-ours": (own_sync(plugin=OBSERVE), "the source of this sync"),
    "another-repository": (own_sync(repoURL="https://example.com/b.git"), "the source of this sync"),
    "another-path": (own_sync(path="b"), "the source of this sync"),
    "the-path-spelt-otherwise": (own_sync(path="./."), "the source of this sync"),
    "a-chart": (own_sync(chart="a"), "the source of this sync"),
    "several-sources": ({"operation": {"sync": {**FULL, "sources": [NATIVE]}}}, "the source of this sync"),
    "sources-beside-the-source": ({"operation": {"sync": {**FULL, "source": OWN, "sources": [NATIVE]}}}, "the source of this sync"),
    "one-source-more": ({"operation": {"sync": {**FULL, "sources": [OWN, NATIVE]}}}, "the source of this sync"),
    # Argo CD renders it, since spec has one source alone.
    "a-source-to-refer-to": ({"operation": {"sync": {**FULL, "sources": [OWN, REFERRED]}}}, "the source of this sync"),
    "self-heal": ({"spec": {"syncPolicy": {"automated": {"selfHeal": True}}}}, "self-heal"),
    "no-plugin": ({"spec": {"source": {"plugin": None}}}, "a source doesn't name the plugin"),
    "the-plugin-of-somebody-else": ({"spec": {"source": {"plugin": {"name": "other"}}}}, "a source doesn't name the plugin"),
    "a-plugin-without-a-name": ({"spec": {"source": {"plugin": {"name": None}}}}, "a source doesn't name the plugin"),
    "spec-sources-beside-the-source": ({"spec": {"sources": [NATIVE]}}, "a source doesn't name the plugin"),
    "a-trivial-source-with-the-plugin": ({"spec": {"sources": [{**OWN, "path": "empty"}, NATIVE]}},
                                         "a source doesn't name the plugin"),
    "a-native-source-that-can-be-referred-to": ({"spec": {"sources": [OWN, {**REFERRED, "path": "."}]}},
                                                "a source doesn't name the plugin"),
    "a-native-chart-that-can-be-referred-to": ({"spec": {"sources": [OWN, {**REFERRED, "chart": "a"}]}},
                                               "a source doesn't name the plugin"),
    "a-native-image-that-can-be-referred-to": ({"spec": {"sources": [OWN, {**REFERRED, "repoURL": "oci://example.com/a"}]}},
                                               "a source doesn't name the plugin"),
    "nothing-to-render": ({"spec": {"source": None, "sources": [REFERRED]}}, "a source doesn't name the plugin"),
    "a-hydrator": ({"spec": {"sourceHydrator": HYDRATOR}}, "what a hydrator has rendered"),
    "back-to-observing": ({"spec": {"source": {"plugin": OBSERVE}}}, "has no base"),
    "spec-with-another-path": ({"spec": {"source": {"path": "b"}}}, "has no base"),
    "spec-with-the-path-spelt-otherwise": ({"spec": {"source": {"path": "./."}}}, "has no base"),
    "spec-with-another-repository": ({"spec": {"source": {"repoURL": "https://example.com/A.git"}}}, "has no base"),
    "spec-with-a-chart": ({"spec": {"source": {"path": None, "chart": "a"}}}, "has no base"),
    "spec-with-one-source-more": ({"spec": {"sources": [OWN, {**OWN, "path": "b"}]}}, "has no base"),
    "another-namespace": ({"spec": {"destination": {"namespace": "elsewhere"}}}, "another destination"),
    "another-cluster": ({"spec": {"destination": {"server": "https://example.com"}}}, "another destination"),
    "no-label": ({"metadata": {"labels": {GATED: None}}}, "can't be taken"),
    "label-false": ({"metadata": {"labels": {GATED: "false"}}}, "can't be taken"),
}
# A sync that waits at its gate, as the application controller has written it down, and one that has ended.
WAITING = {"operation": {"sync": FULL}, "phase": "Running", "message": "waiting for the gate", "startedAt": "2026-11-25T00:00:00Z",
           "retryCount": 1, "syncResult": {"revision": "c0ffee", "resources": [
               {"group": "batch", "version": "v1", "kind": "Job", "namespace": "gated", "name": "gate", "hookType": "PreSync",
                "hookPhase": "Running", "syncPhase": "PreSync"}]}}
SUCCEEDED = {**WAITING, "phase": "Succeeded", "finishedAt": "2026-11-25T00:01:00Z"}


def with_result(**changes):
    result = WAITING["syncResult"]
    return {"syncResult": {**result, "resources": [{**result["resources"][0], **changes}]}}


FORGED = {
    "results": with_result(hookPhase="Succeeded"),
    "no-results": {"syncResult": None},
    "another-source": {"syncResult": {"source": NATIVE}},
    "another-operation": {"operation": {"sync": {"resources": SELECTED}}},
    "a-phase": {"phase": "Succeeded"},
    "a-retry": {"finishedAt": "2026-11-25T00:00:10Z"},
    "a-start": {"startedAt": "2026-11-24T00:00:00Z"},
    "a-count": {"retryCount": -5},
    "an-end-with-results": {"phase": "Terminating", **with_result(hookPhase="Succeeded")},
}
USERS = ["mallory", "argocd-server"]


def apply(bed, verb):
    config = bed.cluster.admin.kubeconfig(bed.folder / "gated.kubeconfig")
    subprocess.run([bed.programs.kubectl, "--kubeconfig", config, *verb, "-k", ROOT / "deploy" / "gated"], check=True,
                   capture_output=True)


def gated_object(name, labels=None, source=None):
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
            "metadata": {"name": name, "namespace": NAMESPACE, "labels": labels or {}},
            "spec": {"project": "default", "source": source or OWN,
                     "destination": {"server": "https://kubernetes.default.svc", "namespace": "gated"}}}


def role(admin, name, verbs, user):
    admin.create({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": name, "namespace": NAMESPACE},
                  "rules": [{"apiGroups": ["argoproj.io"], "resources": ["applications"], "verbs": verbs}]})
    admin.create({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
                  "metadata": {"name": name, "namespace": NAMESPACE},
                  "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name},
                  "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user}]})


@pytest.fixture(scope="module")
def policy(bed):
    """The admission policy in force; mallory may write Applications, alice may bypass gates as well."""
    admin = bed.cluster.admin
    apply(bed, ["apply", "--server-side"])
    write = ["get", "create", "update", "patch"]
    role(admin, "e2e-writer", write, "mallory")
    role(admin, "e2e-break-glass", [*write, "bypass-gate"], "alice")
    trial = gated_object("trial", {GATED: "true"})
    admin.create(trial)
    mallory = bed.cluster.user("mallory")

    def enforced():
        """A policy takes some seconds to come into force."""
        try:
            mallory.patch("Application", NAMESPACE, "trial", {"metadata": {"labels": {GATED: None}}})
        except ApiError as error:
            return error.code == 422
        admin.patch("Application", NAMESPACE, "trial", trial)
        return False
    until("the policy is enforced", 60, enforced)
    yield admin
    for name in ("e2e-writer", "e2e-break-glass"):
        admin.delete("Role", NAMESPACE, name)
        admin.delete("RoleBinding", NAMESPACE, name)
    admin.delete("Application", NAMESPACE, "trial")
    apply(bed, ["delete"])


@pytest.fixture
def gated(policy):
    name = f"gated-{uuid.uuid4().hex[:6]}"
    policy.create(gated_object(name, {GATED: "true"}))
    yield name
    policy.delete("Application", NAMESPACE, name)


def user_of(bed, name):
    admin = bed.cluster.admin
    if name.startswith("argocd-"):
        return admin.as_user(admin.service_account_token(NAMESPACE, name))
    return bed.cluster.user(name)


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("way", PAST_THE_GATE)
def test_no_way_past_the_gate(bed, gated, way, user):
    change, word = PAST_THE_GATE[way]
    with pytest.raises(ApiError) as error:
        user_of(bed, user).patch("Application", NAMESPACE, gated, change)
    assert error.value.code == 422 and word in str(error.value)


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("change", [
    {"operation": {"sync": FULL}},
    {"operation": {"sync": {"revision": "main", "prune": True}}},
    own_sync(),
    own_sync(targetRevision="v1"),
    own_sync(plugin={**PLUGIN, "parameters": [{"name": "helm-release-name", "string": "a"}]}),
    {"operation": {"sync": {**FULL, "sources": [OWN]}}},
    {"metadata": {"annotations": {"argocd.argoproj.io/refresh": "hard"}}},
    {"spec": {"syncPolicy": {"automated": {"prune": True}}}},
    {"spec": {"source": {"targetRevision": "v1"}}},
    {"spec": {"source": {"plugin": {"parameters": [{"name": "helm-release-name", "string": "a"}]}}}},
    {"spec": {"sources": [OWN, REFERRED]}},
    {"spec": {"source": None, "sources": [OWN]}}],
    ids=["full-sync", "full-sync-by-default", "own-source", "own-source-in-another-revision", "own-source-with-parameters",
         "own-source-as-a-list", "refresh", "auto-sync", "another-revision", "parameters", "a-source-to-refer-to", "as-a-list"])
def test_everything_else_goes_on(bed, gated, change, user):
    user_of(bed, user).patch("Application", NAMESPACE, gated, change)


@pytest.mark.parametrize("way", PAST_THE_GATE)
@pytest.mark.parametrize("user", ["argocd-application-controller", "alice", "admin"])
def test_argo_cds_controller_and_whoever_may_bypass_gates_can(bed, gated, way, user):
    user_of(bed, user).patch("Application", NAMESPACE, gated, PAST_THE_GATE[way][0])


def test_the_applicationset_controller_may_take_the_label(bed, gated):
    controller = user_of(bed, "argocd-applicationset-controller")
    controller.patch("Application", NAMESPACE, gated, {"metadata": {"labels": {GATED: None}}})


@pytest.mark.parametrize("user", USERS)
def test_an_application_that_is_not_gated_is_nobodys_business(bed, policy, user):
    name = f"free-{uuid.uuid4().hex[:6]}"
    policy.create(gated_object(name))
    user_of(bed, user).patch("Application", NAMESPACE, name, PAST_THE_GATE["selected-resources"][0])
    policy.delete("Application", NAMESPACE, name)


def test_a_gated_application_is_made_with_the_plugin_or_not_at_all(bed, policy):
    mallory = bed.cluster.user("mallory")
    with pytest.raises(ApiError, match="doesn't name the plugin"):
        mallory.create(gated_object("native", {GATED: "true"}, NATIVE))
    made = {**gated_object("with-a-state", {GATED: "true"}), "status": {"operationState": SUCCEEDED}}
    with pytest.raises(ApiError, match="the application controller goes on with"):
        mallory.create(made)
    twice = gated_object("twice", {GATED: "true"})
    twice["spec"]["sources"] = [OWN, {**OWN, "plugin": {**PLUGIN, "parameters": [{"name": "helm-release-name", "string": "a"}]}}]
    with pytest.raises(ApiError, match="each in a path of its own"):
        mallory.create(twice)
    mallory.create(gated_object("with-plugin", {GATED: "true"}))
    policy.delete("Application", NAMESPACE, "with-plugin")


def test_argo_cds_own_api_says_why(bed, gated, repository):
    """What a person sees who presses Sync for one resource, in the web UI or by the CLI."""
    repository.commit()
    bed.cluster.admin.patch("Application", NAMESPACE, gated, {"spec": {"source": {"repoURL": repository.url}}})

    def known():
        return bed.argocd.call(f"/api/v1/applications/{gated}")["spec"]["source"]["repoURL"] == repository.url
    until("argocd-server knows it", 30, known)
    with pytest.raises(ApiError, match="selected resources"):
        bed.argocd.call(f"/api/v1/applications/{gated}/sync", "POST", {"name": gated, "revision": "main", "resources": SELECTED})


def test_one_of_several_sources_is_not_synced_alone(bed, policy):
    """What the others want would be pruned, and no gate would have looked at it."""
    mallory = bed.cluster.user("mallory")
    made = gated_object("of-two", {GATED: "true"})
    two = [OWN, {**OWN, "path": "b"}]
    del made["spec"]["source"]
    made["spec"]["sources"] = two
    mallory.create(made)
    for some in ({"source": OWN}, {"sources": [OWN]}, {"sources": [*reversed(two)]}):
        with pytest.raises(ApiError, match="the source of this sync"):
            mallory.patch("Application", NAMESPACE, "of-two", {"operation": {"sync": {**FULL, **some}}})
    mallory.patch("Application", NAMESPACE, "of-two", {"operation": {"sync": {**FULL, "sources": two}}})
    policy.delete("Application", NAMESPACE, "of-two")


def test_what_was_not_gated_may_become_so_together_with_its_plugin(bed, policy):
    policy.create(gated_object("native", source=NATIVE))
    bed.cluster.user("mallory").patch("Application", NAMESPACE, "native", {
        "metadata": {"labels": {GATED: "true"}}, "spec": {"source": {"plugin": PLUGIN}, "destination": {"namespace": "elsewhere"}}})
    policy.delete("Application", NAMESPACE, "native")


# --- status.operationState


@pytest.fixture
def waiting(policy):
    """A gated Application in the middle of a sync, which no controller goes on with."""
    name = f"waiting-{uuid.uuid4().hex[:6]}"
    made = gated_object(name, {GATED: "true"})
    made["metadata"]["annotations"] = {"argocd.argoproj.io/skip-reconcile": "true"}
    policy.create({**made, "operation": {"sync": FULL}, "status": {"operationState": WAITING}})
    yield name
    policy.delete("Application", NAMESPACE, name)


def set_state(user, name, state):
    return user.patch("Application", NAMESPACE, name, {"status": {"operationState": state}})


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("what", FORGED)
def test_a_waiting_gate_is_not_opened_by_what_stands_in_the_state(bed, waiting, what, user):
    with pytest.raises(ApiError, match="the application controller goes on with"):
        set_state(user_of(bed, user), waiting, FORGED[what])


@pytest.mark.parametrize("user", USERS)
def test_a_waiting_gate_is_ended_but_not_forgotten(bed, waiting, user):
    someone = user_of(bed, user)
    with pytest.raises(ApiError, match="the application controller goes on with"):
        set_state(someone, waiting, None)
    with pytest.raises(ApiError, match="the application controller goes on with"):
        someone.patch("Application", NAMESPACE, waiting, {"operation": None, "status": {"operationState": None}})
    set_state(someone, waiting, {"phase": "Terminating"})
    with pytest.raises(ApiError, match="the application controller goes on with"):
        set_state(someone, waiting, {"phase": "Running"})


@pytest.mark.parametrize("user", USERS)
def test_a_sync_begins_without_the_state_of_the_last_one(bed, policy, waiting, user):
    policy.patch("Application", NAMESPACE, waiting, {"operation": None, "status": {"operationState": SUCCEEDED}})
    someone = user_of(bed, user)
    with pytest.raises(ApiError, match="begins without the state"):
        someone.patch("Application", NAMESPACE, waiting, {"operation": {"sync": FULL}})
    with pytest.raises(ApiError, match="the application controller goes on with"):
        set_state(someone, waiting, {"phase": "Terminating"})
    someone.patch("Application", NAMESPACE, waiting, {"operation": {"sync": FULL}, "status": {"operationState": None}})


# --- With a gate that waits, by the real argocd


@pytest.fixture
def argocd(bed, tmp_path):
    """Runs `argocd` as somebody at a terminal; (exit code, what it printed)."""
    def run(*arguments):
        env = {"PATH": bed.programs.path, "HOME": str(tmp_path), "ARGOCD_SERVER": bed.argocd.url.removeprefix("http://"),
               "ARGOCD_OPTS": "--plaintext", "ARGOCD_AUTH_TOKEN": "nobody-asks"}
        done = subprocess.run([bed.programs.argocd, *arguments], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False, timeout=180)
        return done.returncode, done.stdout
    return run


@pytest.fixture
def live(bed, policy, repository, sidecar, application, tmp_path):
    """A gated Application whose gate waits for drift of its Service; synced by nobody yet."""
    (tmp_path / "policy.yaml").write_text(POLICY.format(timeout="1h"))
    sidecar("drift-policy-e2e", DRIFT_POLICY_PATH=str(tmp_path / "policy.yaml"))
    write_objects(repository).commit()
    app = application(repository, "app", namespace=f"live-{uuid.uuid4().hex[:6]}", plugin="drift-policy-e2e", sync_policy=CREATE,
                      labels={GATED: "true"})
    yield app
    if app.status().get("operationState", {}).get("phase") == "Running":
        app.patch({"status": {"operationState": {"phase": "Terminating"}}})
        app.until("its sync has ended", 60, lambda: "operation" not in app.get())


def service_type(app):
    return app.api.get("Service", app.namespace, "web")["spec"]["type"]


def start(argocd, app, *arguments):
    code, said = argocd("app", "sync", app.name, "--async", *arguments)
    assert code == 0, said


def sync(argocd, app, *arguments):
    """Waits as Application does, since the controller may lose the request."""
    start(argocd, app, *arguments)
    state = app.until("its sync has ended", 180, lambda: "operation" not in app.get() and app.status().get("operationState"))
    assert state["phase"] == "Succeeded", state


def drift(app):
    app.api.patch("Service", app.namespace, "web", {"spec": {"type": "LoadBalancer"}})


def test_argocd_syncs_a_gated_application_again_and_ends_a_sync_that_waits(bed, live, argocd):
    for arguments in ([], [], ["--dry-run"], ["--prune"]):
        sync(argocd, live, *arguments)
    drift(live)
    start(argocd, live)
    gate = Gate(bed.cluster, live.namespace)
    gate.waits()
    mallory = bed.cluster.user("mallory")
    results = live.status()["operationState"]["syncResult"]["resources"]
    for result in results:
        result["hookPhase"] = "Succeeded"
    with pytest.raises(ApiError, match="the application controller goes on with"):
        set_state(mallory, live.name, {"syncResult": {"resources": results}})
    with pytest.raises(ApiError, match="the application controller goes on with"):
        set_state(mallory, live.name, None)
    code, said = argocd("app", "terminate-op", live.name)
    assert code == 0, said
    state = live.until("its sync has ended", 60, lambda: "operation" not in live.get() and live.status()["operationState"])
    assert state["phase"] == "Failed" and service_type(live) == "LoadBalancer"
    start(argocd, live)
    live.until("the gate waits again", 60, lambda: gate.notes().get("state") == "waiting")


def test_argocd_is_told_why_and_nothing_is_overwritten(live, argocd, sidecar, repository):
    repository.copy(repository.folder / "app", "b").commit()
    sidecar("drift-policy-other")
    for _ in range(2):  # or Argo CD knows of nothing to roll back to
        live.sync()
    drift(live)
    for arguments, says in ((["sync", live.name, "--resource", ":Service:web"], "selected resources"),
                            (["sync", live.name, "--strategy", "apply"], "apply-only"),
                            (["rollback", live.name], "apply-only"),
                            (["set", live.name, "--config-management-plugin", "drift-policy-other"], "has no base"),
                            (["set", live.name, "--path", "b"], "has no base"),
                            (["set", live.name, "--path", "./app"], "has no base"),
                            (["set", live.name, "--dest-namespace", "elsewhere"], "another destination"),
                            (["set", live.name, "--sync-policy", "auto", "--self-heal"], "self-heal")):
        code, said = argocd("app", *arguments)
        assert code != 0 and says in said.replace("\n", " "), f"{arguments}: {said}"
    assert service_type(live) == "LoadBalancer"


def test_a_sync_that_is_taken_from_the_controller_and_asked_for_anew_waits_anew(bed, live):
    live.sync()
    drift(live)
    gate, mallory = Gate(bed.cluster, live.namespace), bed.cluster.user("mallory")

    def ask():
        mallory.patch("Application", NAMESPACE, live.name,
                      {"operation": {"sync": {**FULL, **CREATE}}, "status": {"operationState": None}})
    ask()
    gate.waits()
    before = gate.job()["metadata"]["uid"]
    mallory.patch("Application", NAMESPACE, live.name, {"operation": None})
    ask()
    live.until("there is another gate", 60, lambda: gate.job() and gate.job()["metadata"]["uid"] != before)
    gate.waits()
    assert service_type(live) == "LoadBalancer"


def test_a_sync_of_what_was_there_before_waits_like_any_other(bed, live, repository):
    """A rollback with hooks: revision and source as they stand in the history."""
    first = live.sync()["syncResult"]["revision"]
    repository.write("app/note.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: note}\n").commit()
    live.sync()
    drift(live)
    history = live.status()["history"]
    assert [entry["revision"] for entry in history][0] == first
    mallory = bed.cluster.user("mallory")
    mallory.patch("Application", NAMESPACE, live.name, {"status": {"operationState": None}, "operation": {
        "sync": {**FULL, **CREATE, "revision": first, "source": history[0]["source"]}}})
    assert Gate(bed.cluster, live.namespace).waits()["asks"] == "medium"
    assert service_type(live) == "LoadBalancer"


def test_who_may_bypass_gates_and_spells_the_path_otherwise_meets_the_same_gate(bed, live):
    """Two spellings of one path are one source, so there is a base, and what it says of drift holds."""
    live.sync()
    drift(live)
    source = {**live.get()["spec"]["source"], "path": ".//app/"}
    bed.cluster.user("alice").patch("Application", NAMESPACE, live.name,
                                    {"operation": {"sync": {**FULL, **CREATE, "source": source}}, "status": {"operationState": None}})
    Gate(bed.cluster, live.namespace).waits()
    assert service_type(live) == "LoadBalancer"


def test_the_plugin_with_a_source_to_refer_to_is_synced(bed, live, argocd, repository):
    values = bed.repository().write("values.yaml", "{}")
    values.commit()
    source = live.get()["spec"]["source"]
    bed.cluster.user("mallory").patch("Application", NAMESPACE, live.name, {"spec": {"source": None, "sources": [
        source, {"repoURL": values.url, "targetRevision": "main", "ref": "values"}]}})
    until("argocd-server knows both", 30,
          lambda: len(bed.argocd.call(f"/api/v1/applications/{live.name}")["spec"].get("sources", [])) == 2)
    for _ in range(2):
        sync(argocd, live)
    drift(live)
    start(argocd, live)
    Gate(bed.cluster, live.namespace).waits()
