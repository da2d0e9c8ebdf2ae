"""How people answer a gate that really waits: Argo CD's actions with its RBAC, `drift-policy`, and plain kubectl; with the
admission policies of deploy/admission in force."""
import json
import subprocess
import urllib.parse

import pytest
import yaml
from approvals import (HOOKS, Waiting, answered, applications, argo, asking_two, installed,  # noqa: F401 # pylint: disable=unused-import
                       load_balancer, settle, stopped, waiting)
from gates import write_objects
from testbed.kubernetes import ApiError
from testbed.process import until

# --- Argo CD


def where(one):
    return {"namespace": HOOKS, "resourceName": one.gate.name(), "version": "v1", "group": "batch", "kind": "Job"}


def offered(call, one):
    """The actions on the gate's Job, as the web UI asks for them: name -> whether it is disabled."""
    query = "&".join(f"{key}={value}" for key, value in where(one).items())
    found = call(f"/api/v1/applications/{one.app.name}/resource/actions?{query}")["actions"]
    return {action["name"]: action.get("disabled", False) for action in found}


def titles(call, one):
    query = "&".join(f"{key}={value}" for key, value in where(one).items())
    return [action.get("displayName") for action in call(f"/api/v1/applications/{one.app.name}/resource/actions?{query}")["actions"]]


def run_action(call, one, action, **parameters):
    """What the web UI does when somebody runs one."""
    body = {**where(one), "action": action,
            "resourceActionParameters": [{"name": key, "value": value} for key, value in parameters.items()]}
    # The gate's Job gets into Argo CD's tree of the application a moment after it was made.
    return call(f"/api/v1/applications/{one.app.name}/resource/actions/v2", "POST", body)


def in_the_tree(call, one):
    until("Argo CD shows the gate's Job", 60, lambda: offered(call, one))


def test_in_argo_cd_a_person_with_the_right_approves(argo, waiting):
    call = argo("approver")
    in_the_tree(call, waiting)
    assert offered(call, waiting) == {**offered(call, waiting), "approve": False, "reject": False}
    assert {"Approve: put Git's state back", "Reject: apply nothing, end this sync"} <= set(titles(call, waiting))
    run_action(call, waiting, "approve", reason="a test of ours")
    assert waiting.end()["reason"] == "approved by argocd (a test of ours)"
    assert waiting.live("Service", "web")["spec"]["type"] == "ClusterIP"
    answered(waiting, "synced", "approve", "argocd", "a test of ours")


def test_in_argo_cd_no_reason_is_a_reason_too(argo, waiting):
    call = argo("approver")
    in_the_tree(call, waiting)
    run_action(call, waiting, "approve")
    assert waiting.end()["reason"] == "approved by argocd (no reason given in Argo CD)"


def test_in_argo_cd_a_person_rejects_and_nothing_is_applied(argo, waiting):
    call = argo("approver")
    in_the_tree(call, waiting)
    run_action(call, waiting, "reject", reason="customers use it")
    assert waiting.end("Failed")["reason"] == "rejected by argocd: customers use it"
    assert answered(waiting, "refused", "reject", "argocd", "customers use it")["cause"] == "rejected"
    assert waiting.live("Service", "web")["spec"]["type"] == "LoadBalancer"


def test_in_argo_cd_a_person_without_the_right_is_refused(argo, waiting):
    call = argo("viewer")
    in_the_tree(call, waiting)
    for action in ("approve", "reject"):
        with pytest.raises(ApiError) as refusal:
            run_action(call, waiting, action, reason="let me in")
        assert refusal.value.code == 403
    assert not [key for key in waiting.gate.job()["metadata"]["annotations"] if key.startswith(("approve.", "reject."))]


def test_in_argo_cd_who_may_update_resources_can_answer_without_the_right_to_the_action(argo, waiting):
    """Kubernetes sees Argo CD's account both times. docs/approvers.md says so: this is not a thing that we can prevent."""
    call = argo("updater")
    in_the_tree(call, waiting)
    with pytest.raises(ApiError) as refusal:
        run_action(call, waiting, "approve", reason="let me in")
    assert refusal.value.code == 403
    drift = waiting.notes["drift"]
    patch = {"metadata": {"annotations": {f"approve.drift-policy.dev/argocd-{drift}": f"{drift} argocd: by a patch"}}}
    query = urllib.parse.urlencode({**where(waiting), "patchType": "application/merge-patch+json"})
    call(f"/api/v1/applications/{waiting.app.name}/resource?{query}", "POST", json.dumps(patch))
    assert waiting.end()["reason"] == "approved by argocd (by a patch)"


def test_in_argo_cd_a_gate_is_not_suspended_so_that_it_opens(bed, waiting):
    """The test bed's first argocd-server lets everybody do everything; the admission policy doesn't."""
    in_the_tree(bed.argocd.call, waiting)
    with pytest.raises(ApiError) as refusal:
        run_action(bed.argocd.call, waiting, "suspend")
    assert "would open the gate" in str(refusal.value)


def test_in_argo_cd_a_stop_is_rejected_but_not_approved_nor_overridden(argo, bed, stopped):
    call = argo("approver")
    in_the_tree(call, stopped)
    assert offered(bed.argocd.call, stopped) == {**offered(call, stopped), "approve": True, "override": True, "reject": False}
    for action, says in (("approve", "no approval lets it go on"), ("override", "people answer in their own name")):
        with pytest.raises(ApiError) as refusal:
            run_action(bed.argocd.call, stopped, action, reason="let me in")
        assert says in str(refusal.value)
    run_action(call, stopped, "reject", reason="it was an attack")
    assert stopped.end("Failed")["reason"] == "rejected by argocd: it was an attack"


def test_in_argo_cd_a_gate_that_has_ended_offers_nothing(argo, waiting):
    call = argo("approver")
    in_the_tree(call, waiting)
    run_action(call, waiting, "reject", reason="no")
    waiting.end("Failed")
    assert offered(call, waiting) == {**offered(call, waiting), "approve": True, "reject": True}
    with pytest.raises(ApiError) as refusal:
        run_action(call, waiting, "approve", reason="yes after all")
    assert "nothing waits for an answer" in str(refusal.value)


def test_other_jobs_have_their_own_actions_alone(bed, waiting):
    """An audit Job, for one: approve and reject are the gate's."""
    in_the_tree(bed.argocd.call, waiting)
    query = "&".join(f"{key}={value}" for key, value in {**where(waiting), "resourceName": waiting.gate.name().replace("-gate", "-audit")}.items())
    found = bed.argocd.call(f"/api/v1/applications/{waiting.app.name}/resource/actions?{query}").get("actions") or []
    assert not {action["name"] for action in found} & {"approve", "reject", "override"}


# --- drift-policy and kubectl


@pytest.fixture
def at_a_terminal(bed, tmp_path):
    """Runs a command as that person: (exit code, standard output, standard error)."""
    def run(person, *command):
        config = bed.cluster.user(person).kubeconfig(tmp_path / f"{person}.kubeconfig")
        done = subprocess.run(command, env={"KUBECONFIG": str(config), "PATH": bed.programs.path, "HOME": str(tmp_path)},
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60)
        return done.returncode, done.stdout, done.stderr
    return run


@pytest.fixture
def drift_policy(bed, at_a_terminal):
    return lambda person, *arguments: at_a_terminal(person, bed.programs.drift_policy, *arguments)


def test_gates_lists_what_waits_for_whom_and_until_when(drift_policy, waiting):
    code, out, err = drift_policy("alice", "gates", "-n", HOOKS, "-o", "json")
    assert code == 0 and len(json.loads(out)) == 1, out + err
    gate, = json.loads(out)
    assert gate == {**gate, "application": "approve-orders", "namespace": HOOKS, "job": waiting.gate.name(),
                                  "drift": waiting.notes["drift"], "severity": "medium", "asks": "medium", "asksFor": "approve",
                                  "groups": ["platform"], "needed": 1, "given": [], "deadline": waiting.notes["deadline"]}
    assert 0 < gate["remainingSeconds"] <= 3600
    same, = yaml.safe_load(drift_policy("alice", "gates", "-n", HOOKS, "-o", "yaml")[1])
    assert same.keys() == gate.keys() and same["job"] == gate["job"]
    code, out, _ = drift_policy("alice", "gates", "-n", HOOKS, "-o", "wide")
    assert code == 0 and "approve-orders" in out and waiting.notes["deadline"] in out
    code, out, _ = drift_policy("alice", "gates", "-n", HOOKS)
    assert code == 0 and "approve-orders" in out and waiting.notes["drift"][:8] in out
    assert all(len(line) <= 80 for line in out.splitlines())


def test_a_gate_is_shown_before_anybody_answers(drift_policy, waiting):
    code, out, err = drift_policy("alice", "gates", "show", "approve-orders", "-n", HOOKS, "--drift", waiting.notes["drift"][:8])
    assert code == 0 and "LoadBalancer (cluster) -> ClusterIP (Git)" in out, err
    assert "\nPut back " in out and "\n  approve: the sync goes on" in out and "asked for: approval of medium" in out
    code, out, err = drift_policy("alice", "approve", "approve-orders", "-n", HOOKS)
    assert code == 2 and "--reason 'WHY'" in err and f"--drift {waiting.notes['drift']}" in err


def test_approve_shows_what_drifted_and_lets_the_sync_go_on(drift_policy, waiting):
    code, out, err = drift_policy("alice", "approve", "approve-orders", "-n", HOOKS, "--reason", "a test", "--drift",
                                  waiting.notes["drift"])
    assert code == 0 and out == f"alice approved putting back drift {waiting.notes['drift']} of approve-orders: 1 of 1 asked\n", err
    assert "/spec/type" in err and "LoadBalancer" in err and "platform" in err
    assert waiting.end()["reason"] == "approved by alice (a test)"
    answered(waiting, "synced", "approve", "alice", "a test")
    assert waiting.live("Service", "web")["spec"]["type"] == "ClusterIP"


def test_where_two_are_asked_one_is_not_enough_nor_is_one_who_answers_twice(drift_policy, asking_two):
    def approve(person):
        return drift_policy(person, "approve", "approve-orders", "-n", HOOKS, "--reason", f"{person} looked", "--yes")

    code, out, err = approve("alice")
    assert code == 0 and out.endswith("of approve-orders: 1 of 2 asked\n"), err
    code, out, err = approve("alice")
    assert code == 0 and out == "alice has approved this before; nothing was written\n", err
    gate, = json.loads(drift_policy("bob", "gates", "-n", HOOKS, "-o", "json")[1])
    assert (gate["needed"], gate["given"]) == (2, ["alice"])
    assert asking_two.app.operation(asking_two.mark)["phase"] == "Running"
    code, out, err = approve("bob")
    assert code == 0 and out.endswith("of approve-orders: 2 of 2 asked\n"), err
    asking_two.end()
    assert {(a["person"], a["reason"]) for a in asking_two.gate.record()["answers"]} == {("alice", "alice looked"), ("bob", "bob looked")}
    assert asking_two.live("ConfigMap", "shared")["data"] == {"owner": "both"}


def test_reject_ends_the_sync(drift_policy, waiting):
    code, out, err = drift_policy("bob", "reject", "approve-orders", "-n", HOOKS, "--reason", "customers use it", "--yes")
    assert code == 0 and "the sync is refused" in out, err
    assert waiting.end("Failed")["reason"] == "rejected by bob: customers use it"


def test_approve_asks_for_what_was_looked_at(drift_policy, waiting):
    code, out, err = drift_policy("alice", "approve", "approve-orders", "-n", HOOKS, "--reason", "a test")
    assert code == 2 and out == "" and f"--drift {waiting.notes['drift']}" in err
    code, _, err = drift_policy("alice", "approve", "approve-orders", "-n", HOOKS, "--reason", "a test", "--drift", "0" * 12)
    assert code == 1 and "other drift by now" in err


def test_who_is_in_no_group_is_told_by_the_policy(drift_policy, waiting):
    code, _, err = drift_policy("mallory", "approve", "approve-orders", "-n", HOOKS, "--reason", "let me in", "--yes")
    assert code == 1 and "mallory is in none of the groups that may answer about drift of medium: platform" in err
    assert waiting.app.operation(waiting.mark)["phase"] == "Running"


def test_a_stop_takes_an_override_and_records_who_broke_the_glass(drift_policy, stopped):
    code, _, err = drift_policy("alice", "approve", "approve-ledger", "-n", HOOKS, "--reason", "it was me", "--yes")
    assert code == 1 and "--override" in err
    code, out, err = drift_policy("alice", "approve", "approve-ledger", "-n", HOOKS, "--reason", "it was me", "--yes", "--override")
    assert code == 0 and "alice overrode the stop, putting back drift" in out, err
    assert stopped.end()["reason"] == "overridden by alice (it was me)"
    assert answered(stopped, "synced", "override", "alice", "it was me")["severity"] == "critical"
    assert stopped.live("Role", "reader")["rules"] == [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"]}]


def test_plain_kubectl_approves(bed, at_a_terminal, waiting):
    drift = waiting.notes["drift"]
    code, _, err = at_a_terminal("alice", bed.programs.kubectl, "-n", HOOKS, "annotate", "job", waiting.gate.name(),
                                 f"approve.drift-policy.dev/alice-{drift}={drift} alice: with kubectl")
    assert code == 0, err
    assert waiting.end()["reason"] == "approved by alice (with kubectl)"


def test_where_nothing_waits_it_is_said(drift_policy, applications):
    code, _, err = drift_policy("alice", "approve", "approve-orders", "-n", HOOKS, "--reason", "x", "--yes")
    assert code == 2 and "nothing waits for an answer" in err
    code, _, err = drift_policy("alice", "approve", "nonsense", "-n", HOOKS, "--reason", "x", "--yes")
    assert code == 2 and "there is no gate of an application nonsense" in err
    code, out, _ = drift_policy("alice", "gates", "-n", HOOKS, "-o", "json")
    assert code == 0 and json.loads(out) == []


def test_diff_says_before_a_sync_what_its_gate_says(bed, installed, applications, tmp_path):
    app = applications["orders"]
    config = app.api.kubeconfig(tmp_path / "kubeconfig")
    folder = write_objects(bed.repository()).folder / "app"

    def diff(*arguments):
        return subprocess.run([bed.programs.drift_policy, "diff", *arguments, "-n", HOOKS, "--kubeconfig", config],
                              capture_output=True, text=True, check=False)
    rendered = (str(folder), "--app-name", app.name, "--app-namespace", app.namespace, "--policy", str(installed / "policy.yaml"))
    for arguments in ((app.name,), rendered):
        done = diff(*arguments)
        assert (done.returncode, done.stderr) == (0, ""), done
        assert "A sync now would go on: nothing has drifted.\n" in done.stdout

    load_balancer(app)
    told = {}
    for arguments in ((app.name,), rendered):
        done = diff(*arguments)
        assert done.returncode == 1, done
        assert "LoadBalancer (cluster) -> ClusterIP (Git)" in done.stdout
        assert "A sync now would wait for 1 approval by members of platform.\n" in done.stdout
        told[arguments] = json.loads(diff(*arguments, "-o", "json").stdout)
    waits = Waiting(app, lambda app: None)
    try:
        for said in told.values():
            assert [(one["decision"], one["asks"], one["report"]["drift"]) for one in said] == [
                ("wait", waits.notes["asks"], waits.notes["drift"])]
    finally:
        settle(waits)
