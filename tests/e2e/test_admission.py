"""deploy/admission on the real API server: each way to cheat a gate, or what it relies on, is a test; so is what must go on working.

All users have the rights (RBAC) for what they try, so what refuses them is the admission policy."""
import itertools
import pathlib
import subprocess

import pytest
from answers import DRIFT, HOOKS, NOTE, Gate
from testbed.cluster import Cluster
from testbed.kubernetes import ApiError
from testbed.process import until
from testbed.programs import ROOT, Programs

FOLDER = ROOT / "deploy" / "admission"
NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A cluster with the policies, whose users may write Jobs and ConfigMaps everywhere."""
    folder = tmp_path_factory.mktemp("admission")
    (folder / "logs").mkdir()
    programs = Programs()
    running = Cluster(programs, folder / "cluster", folder / "logs")
    try:
        running.start()
        running.namespace(HOOKS)
        running.namespace("shop")
        kubectl(running, programs, folder, "apply", "--server-side", "-k", FOLDER)
        everybody_may_write(running.admin)
        until("the policies hold", 60, lambda: policies_hold(running.admin))
        yield running
    finally:
        running.stop()


def kubectl(cluster, programs, folder, *arguments):
    config = cluster.admin.kubeconfig(folder / "kubeconfig")
    subprocess.run([programs.kubectl, "--kubeconfig", config, *arguments], check=True, capture_output=True)


def everybody_may_write(admin):
    admin.create({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "writer"}, "rules": [
        {"apiGroups": ["", "batch"], "resources": ["jobs", "jobs/status", "configmaps"],
         "verbs": ["get", "list", "create", "update", "patch", "delete", "deletecollection"]}]})
    admin.create({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "writer"},
                  "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "writer"},
                  "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "system:authenticated"}]})


def policies_hold(admin):
    """Each of them refuses what it must; they take effect some time after they were made."""
    probes = [({"apiVersion": "v1", "kind": "ConfigMap", "metadata": labelled("probe", "base")}, "drift-policy-evidence"),
              ({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "drift-policy-audit-head", "namespace": "shop"}},
               "drift-policy-names"),
              (job("probe", labels=labelled("", "gate")["labels"]), "drift-policy-jobs")]
    for body, policy in probes:
        try:
            admin.call(admin.path(body["kind"], "shop") + "?dryRun=All", "POST", body)
            return False
        except ApiError as error:
            if policy not in str(error) or "not found" in str(error):
                return False
    return True


def labelled(name, component, source=None, namespace="shop"):
    labels = {"app.kubernetes.io/managed-by": "drift-policy", "app.kubernetes.io/component": component}
    return {"name": name, "namespace": namespace, "labels": labels | ({NOTE + "source": source} if source else {})}


def job(name, namespace="shop", labels=None):
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name, "namespace": namespace, "labels": labels or {}},
            "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "hook", "image": "x"}]}}}}


@pytest.fixture
def gate(cluster, tmp_path_factory):
    """A new gate, which asks about drift of medium."""
    return new_gate(cluster, tmp_path_factory).make().ask()


@pytest.fixture
def unasked(cluster, tmp_path_factory):
    return new_gate(cluster, tmp_path_factory)


def new_gate(cluster, tmp_path_factory):
    return Gate(cluster, Programs().drift_policy, f"app-{next(NUMBERS)}", tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def people(cluster):
    """alice and bob are in platform, mallory is in developers."""
    return {name: cluster.user(name) for name in ("alice", "bob", "mallory")}


def denied(call, says):
    """The call is refused by one of the policies, with this in its message."""
    with pytest.raises(ApiError) as refusal:
        call()
    assert refusal.value.code == 403 and "ValidatingAdmissionPolicy" in str(refusal.value), refusal.value
    assert says in str(refusal.value)


# --- Answers


def test_a_person_of_the_group_approves(gate, people):
    gate.answer(people["alice"], "alice")
    assert gate.notes()[f"approve.{NOTE}alice-{DRIFT}"] == f"{DRIFT} alice: looks fine"


def test_two_people_answer_and_one_of_them_changes_to_no(gate, people):
    gate.answer(people["alice"], "alice")
    gate.answer(people["bob"], "bob")
    gate.answer(people["alice"], "alice", verb="reject")


def test_a_person_of_another_group_that_is_named_approves(gate, cluster):
    gate.answer(cluster.admin.impersonate("carol", "sre"), "carol")


def test_where_no_group_is_named_whoever_may_write_on_the_job_answers(unasked, people):
    unasked.make().ask("open").answer(people["mallory"], "mallory")


def test_somebody_elses_name_is_refused(gate, people):
    denied(lambda: gate.answer(people["alice"], "bob"), f'has the form "{DRIFT} alice: <reason>"')


def test_somebody_elses_name_is_refused_behind_ones_own_key(gate, people):
    denied(lambda: gate.answer(people["alice"], "bob", slug="alice"), "has the form")


def test_argo_cds_name_is_not_a_persons_to_use(gate, people):
    denied(lambda: gate.answer(people["alice"], "argocd"), "has the form")


def test_a_user_who_is_called_argocd_is_not_argo_cd(gate, cluster):
    denied(lambda: gate.answer(cluster.admin.impersonate("argocd", "platform"), "argocd"), "has the form")


def test_a_user_whose_name_reads_as_anothers_is_refused(gate, cluster):
    denied(lambda: gate.answer(cluster.admin.impersonate("bob: so", "platform"), "bob: so", slug="x"), "has the form")


def test_other_drift_than_is_asked_about_is_refused(gate, people):
    denied(lambda: gate.answer(people["alice"], "alice", drift="ba9876543210"), f"asks about drift {DRIFT}")


def test_other_drift_in_the_key_than_in_the_value_is_refused(gate, people):
    denied(lambda: gate.write(people["alice"], {f"approve.{NOTE}alice-ba9876543210": f"{DRIFT} alice: x"}), "asks about drift")
    denied(lambda: gate.write(people["alice"], {f"approve.{NOTE}alice-{DRIFT}": "ba9876543210 alice: x"}), "has the form")


def test_a_key_of_another_form_is_refused(gate, people):
    for key in ("alice", f"Alice-{DRIFT}", f"a.b-{DRIFT}", DRIFT):
        denied(lambda key=key: gate.write(people["alice"], {f"approve.{NOTE}{key}": f"{DRIFT} alice: x"}), "")


def test_an_answer_in_other_letters_is_no_way_around(gate, people):
    denied(lambda: gate.write(people["alice"], {f"Approve.{NOTE}alice-{DRIFT}": f"{DRIFT} bob: x"}), "the gate's own to write")


def test_a_second_key_for_the_same_drift_is_refused(gate, people):
    gate.answer(people["alice"], "alice")
    denied(lambda: gate.answer(people["alice"], "alice", slug="alice-2"), "has given this answer before")


def test_two_keys_at_once_are_refused(gate, people):
    denied(lambda: gate.write(people["alice"], {f"approve.{NOTE}{slug}-{DRIFT}": f"{DRIFT} alice: x" for slug in ("a", "b")}),
           "has given this answer before")


def test_an_answer_is_not_changed(gate, people):
    gate.answer(people["alice"], "alice")
    denied(lambda: gate.answer(people["alice"], "alice", reason="on second thoughts"), "never changed or removed")


def test_an_answer_is_not_removed_by_its_author_another_or_argo_cd(gate, people):
    gate.answer(people["alice"], "alice")
    for user in (people["alice"], people["bob"], gate.server, gate.controller, gate.hook, gate.api):
        denied(lambda user=user: gate.write(user, {f"approve.{NOTE}alice-{DRIFT}": None}), "never changed or removed")


def test_an_answer_is_not_removed_by_replacing_the_whole_object(gate, people):
    gate.answer(people["alice"], "alice")
    body = gate.get()
    del body["metadata"]["annotations"][f"approve.{NOTE}alice-{DRIFT}"]
    denied(lambda: people["alice"].call(people["alice"].path("Job", HOOKS, gate.name), "PUT", body), "never changed or removed")


def test_who_is_in_none_of_the_groups_is_refused(gate, people):
    denied(lambda: gate.answer(people["mallory"], "mallory"),
           "mallory is in none of the groups that may answer about drift of medium: platform, sre")


def test_who_is_in_none_of_the_groups_may_not_reject_either(gate, people):
    denied(lambda: gate.answer(people["mallory"], "mallory", verb="reject"), "in none of the groups")


def test_a_reason_is_one_line_that_is_not_empty_nor_endless(gate, people):
    for reason in ("", "   ", "two\nlines", "a" * 1025, "ß" * 513):
        denied(lambda reason=reason: gate.answer(people["alice"], "alice", reason=reason), "has a reason, on one line")
    gate.answer(people["alice"], "alice", reason="ß" * 512)


def test_a_stop_takes_no_approval(unasked, people):
    unasked.make().ask("critical")
    denied(lambda: unasked.answer(people["alice"], "alice"), "drift of critical stops the sync")


def test_a_stop_takes_an_override_of_who_is_in_its_group(unasked, people):
    unasked.make().ask("critical")
    denied(lambda: unasked.answer(people["mallory"], "mallory", verb="override"), "in none of the groups")
    unasked.answer(people["alice"], "alice", verb="override")


def test_where_approval_is_asked_for_there_is_nothing_to_override(gate, people):
    denied(lambda: gate.answer(people["alice"], "alice", verb="override"), "nothing to override")


def test_before_the_gate_asks_nobody_answers(unasked, people):
    unasked.make()
    denied(lambda: unasked.answer(people["alice"], "alice"), "nothing waits for an answer")
    unasked.write(unasked.hook, {NOTE + "state": "analysing"})
    denied(lambda: unasked.answer(people["alice"], "alice"), "the gate is analysing")


def test_after_it_has_ended_nobody_answers(gate, people):
    gate.write(gate.hook, {NOTE + "state": "refused", NOTE + "reason": "timeout: nobody answered"})
    denied(lambda: gate.answer(people["alice"], "alice"), "the gate is refused timeout: nobody answered")


def test_of_a_severity_that_nobody_can_answer_nobody_answers(gate, people):
    gate.ask("low")
    denied(lambda: gate.answer(people["alice"], "alice"), "there are none")


def test_other_drift_needs_a_new_answer_and_takes_one(gate, people):
    gate.answer(people["alice"], "alice")
    gate.ask(drift="ba9876543210")
    denied(lambda: gate.answer(people["bob"], "bob"), "asks about drift ba9876543210")
    gate.answer(people["alice"], "alice", drift="ba9876543210")


def test_the_gate_does_not_answer_itself(gate, unasked):
    name = gate.hook.headers["Impersonate-User"]
    denied(lambda: gate.answer(gate.hook, name), "a gate doesn't answer itself")
    unasked.make().ask("open")
    denied(lambda: unasked.answer(unasked.hook, name), "a gate doesn't answer itself")


# --- Through Argo CD


def test_argo_cd_answers_where_the_severity_takes_that(gate):
    gate.answer(gate.server, "argocd")


def test_argo_cd_does_not_answer_in_a_persons_name(gate):
    denied(lambda: gate.answer(gate.server, "alice"), f'has the form "{DRIFT} argocd: <reason>"')


def test_argo_cd_does_not_approve_where_people_must_say_it_themselves(unasked):
    unasked.make().ask("high")
    denied(lambda: unasked.answer(unasked.server, "argocd"), "people answer in their own name")


def test_argo_cd_does_not_override_a_stop(unasked):
    unasked.make().ask("critical")
    denied(lambda: unasked.answer(unasked.server, "argocd", verb="override"), "people answer in their own name")


def test_argo_cd_rejects_whatever_is_asked(unasked):
    unasked.make().ask("critical")
    unasked.answer(unasked.server, "argocd", verb="reject")


def test_argo_cds_controller_is_not_who_runs_its_actions(gate):
    denied(lambda: gate.answer(gate.controller, "argocd"), "has the form")


# --- The gate's own words


@pytest.mark.parametrize("note", ["state", "drift", "drift-severity", "asks", "asks-for", "approvals-needed", "approvals-given",
                                  "deadline", "waiting-since", "escalates-at", "reason"])
def test_what_the_gate_says_only_the_gate_says(gate, people, note):
    for user in (people["alice"], gate.server, gate.controller, gate.api):
        denied(lambda user=user: gate.write(user, {NOTE + note: "passed"}), "the gate's own to write: " + NOTE + note)


def test_the_gate_of_another_severity_is_not_this_gate(gate):
    other = gate.api.impersonate(f"system:serviceaccount:{HOOKS}:drift-policy-gate-low")
    denied(lambda: gate.write(other, {NOTE + "state": "passed"}), "the gate's own to write")


def test_a_persons_answer_carries_nothing_of_the_gates(gate, people):
    denied(lambda: gate.write(people["alice"], {f"approve.{NOTE}alice-{DRIFT}": f"{DRIFT} alice: x", NOTE + "asks": "open"}),
           "the gate's own to write")


@pytest.mark.parametrize("note", ["drift-policy.dev/application", "drift-policy.dev/severity", "drift-policy.dev/enforcement",
                                  "drift-policy.dev/plan-digest", "drift-policy.dev/approvals-required",
                                  "drift-policy.dev/approval-timeout", "drift-policy.dev/through-argocd",
                                  "approvers.drift-policy.dev/medium", "approvers.drift-policy.dev/new"])
def test_what_the_policy_demands_nobody_changes(gate, people, note):
    for user in (people["alice"], gate.hook, gate.server, gate.controller, gate.api):
        for value in ("developers", None):
            if value or note in gate.notes():
                denied(lambda user=user, value=value: gate.write(user, {note: value}), "never changes")


def test_annotations_of_others_are_nobodys_business(gate, people):
    gate.write(people["mallory"], {"example.com/seen": "yes"})
    gate.write(people["mallory"], {"example.com/seen": None})


# --- The Job itself


@pytest.mark.parametrize("label", ["app.kubernetes.io/component", "app.kubernetes.io/managed-by", "drift-policy.dev/source"])
def test_labels_are_not_dropped(gate, people, label):
    for user in (people["alice"], gate.controller, gate.hook, gate.api):
        denied(lambda user=user: user.patch("Job", HOOKS, gate.name, {"metadata": {"labels": {label: None}}}), "never change")


def test_labels_are_not_dropped_together_with_what_they_protect(gate, people):
    denied(lambda: people["alice"].patch("Job", HOOKS, gate.name, {"metadata": {
        "labels": {"app.kubernetes.io/component": None}, "annotations": {NOTE + "state": "passed"}}}), "never change")


def test_a_gate_is_not_suspended_nor_resumed(gate, people):
    for user in (people["alice"], gate.server, gate.controller, gate.api):
        denied(lambda user=user: user.patch("Job", HOOKS, gate.name, {"spec": {"suspend": True}}), "would open the gate")


def test_a_gates_time_is_not_changed(gate, people):
    denied(lambda: people["alice"].patch("Job", HOOKS, gate.name, {"spec": {"activeDeadlineSeconds": 999999}}), "never changes")


def test_an_audit_is_not_suspended_either(unasked, people):
    unasked.make("audit")
    denied(lambda: people["alice"].patch("Job", HOOKS, f"{unasked.source}-audit", {"spec": {"suspend": True}}), "never changes")


def status(*types):
    return {"status": {"conditions": [{"type": kind, "status": "True", "reason": "Forged"} for kind in types]}}


@pytest.mark.parametrize("types", [("SuccessCriteriaMet", "Complete"), ("Suspended",), ("FailureTarget", "Failed")])
def test_the_end_of_a_gate_is_not_forged(gate, people, types):
    begun = until("the Job has begun", 30, lambda: gate.get().get("status", {}).get("startTime"))
    forged = status(*types)
    forged["status"] |= {"active": 0, "ready": 0, "terminating": 0}
    if "Complete" in types:
        forged["status"] |= {"completionTime": begun, "succeeded": 1}
    for user in (people["alice"], gate.server, gate.controller, gate.api):
        denied(lambda user=user: user.patch("Job", HOOKS, gate.name, forged, sub="status"), "the status of a hook Job")


def test_argo_cds_terminate_still_ends_a_gate(gate):
    gate.server.patch("Job", HOOKS, gate.name, status("FailureTarget"), sub="status")
    until("the Job has failed", 30, lambda: any(c["type"] == "Failed" for c in gate.get()["status"].get("conditions", [])))


def test_the_gate_says_why_it_failed(gate):
    gate.hook.patch("Job", HOOKS, gate.name, status("FailureTarget"), sub="status")


def test_answers_and_states_are_not_written_past_the_policy_through_the_status(gate, people):
    denied(lambda: gate.answer(people["alice"], "bob", sub="status"), "has the form")
    denied(lambda: gate.write(people["alice"], {NOTE + "state": "passed"}, sub="status"), "the gate's own to write")
    denied(lambda: gate.write(people["alice"], {"approvers.drift-policy.dev/medium": ""}, sub="status"), "never changes")


def test_owners_and_finalizers_are_not_changed(gate, people):
    owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": "gone", "uid": "0" * 8 + "-0000-4000-8000-" + "0" * 12}
    for metadata in ({"ownerReferences": [owner]}, {"finalizers": ["example.com/mine"]},
                     {"annotations": {"argocd.argoproj.io/hook-delete-policy": "HookSucceeded"}}):
        denied(lambda metadata=metadata: people["alice"].patch("Job", HOOKS, gate.name, {"metadata": metadata}), "to change")


def test_people_do_not_make_gates(unasked, people):
    for user in (people["alice"], unasked.server, unasked.hook, unasked.api):
        denied(lambda user=user: user.create(unasked.manifest("Job", "gate")), "only Argo CD makes hook Jobs")


def test_a_gate_is_not_born_with_answers_or_a_state(unasked):
    for key, value in ((f"approve.{NOTE}alice-{DRIFT}", f"{DRIFT} alice: x"), (NOTE + "state", "passed"), (NOTE + "drift", DRIFT),
                       (NOTE + "deadline", "2099-01-01T00:00:00Z")):
        body = unasked.manifest("Job", "gate")
        body = {**body, "metadata": {**body["metadata"], "annotations": {**body["metadata"]["annotations"], key: value}}}
        denied(lambda body=body: unasked.controller.create(body), "neither answers nor a state")


def test_a_gate_that_runs_is_not_deleted(gate, people):
    for user in (people["alice"], gate.server, gate.hook):
        denied(lambda user=user: user.delete("Job", HOOKS, gate.name), "is Argo CD's to delete")


def test_gates_are_not_deleted_all_at_once(gate, people):
    denied(lambda: people["alice"].call(people["alice"].path("Job", HOOKS), "DELETE"), "is Argo CD's to delete")
    assert gate.get()


def test_a_gate_is_not_replaced_by_a_job_that_the_policy_does_not_see(unasked, people):
    denied(lambda: people["alice"].create(job(unasked.name, HOOKS)), "kept for what drift-policy makes")
    denied(lambda: people["alice"].create(job(unasked.name, HOOKS, {"app.kubernetes.io/component": "gate"})), "kept for")


def test_a_job_does_not_become_a_gate(cluster, people):
    people["mallory"].create(job("mine"))
    denied(lambda: people["mallory"].patch("Job", "shop", "mine", {"metadata": {"labels": labelled("", "gate")["labels"]}}),
           "never change")


# --- What the hooks rely on


WRITERS = {"base": "audit", "report": "gate", "emergency": "gate", "record": "audit"}


def evidence(gate, component):
    """The plan as rendered, or what the hook that owns it writes."""
    if component == "plan":
        return gate.controller, gate.manifest("ConfigMap", "plan")
    name = {"record": "drift-policy-audit-00-record-0000000001", "audit-head": "drift-policy-audit-head"}.get(
        component, f"{gate.source}-{component}")
    source = None if component == "audit-head" else gate.source
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": labelled(name, component, source, HOOKS), "data": {"x": "y"}}
    return gate.account(WRITERS.get(component, "audit")), body


@pytest.fixture(params=["plan", "base", "report", "emergency", "record", "audit-head"])
def stored(request, unasked):
    """Something that the hooks rely on, stored by its own writer: (gate, writer, object)."""
    writer, body = evidence(unasked, request.param)
    if unasked.api.get("ConfigMap", HOOKS, body["metadata"]["name"]):
        unasked.api.delete("ConfigMap", HOOKS, body["metadata"]["name"])
    writer.create(body)
    return unasked, writer, body


def strangers(gate, writer):
    """Everybody but who writes it: people, Argo CD's accounts, the other hooks, and the accounts of another namespace."""
    own = writer.headers["Impersonate-User"]
    users = [gate.api.impersonate(name, "platform") for name in
             ("alice", gate.server.headers["Impersonate-User"], "system:serviceaccount:shop:drift-policy-audit-medium",
              "system:serviceaccount:shop:drift-policy-gate-medium", f"system:serviceaccount:shop:{gate.source}-audit")]
    users += [gate.controller] if own != gate.controller.headers["Impersonate-User"] else [gate.hook]
    return users


def test_what_the_hooks_rely_on_is_changed_by_its_writer_alone(stored):
    gate, writer, body = stored
    name = body["metadata"]["name"]
    for user in strangers(gate, writer):
        denied(lambda user=user: user.patch("ConfigMap", HOOKS, name, {"data": {"x": "forged"}}), "is not who writes this")
    writer.patch("ConfigMap", HOOKS, name, {"data": {"x": "z"}})


def test_what_the_hooks_rely_on_is_deleted_by_its_writer_alone(stored):
    gate, writer, body = stored
    name = body["metadata"]["name"]
    for user in strangers(gate, writer):
        denied(lambda user=user: user.delete("ConfigMap", HOOKS, name), "is not who writes this")
    writer.delete("ConfigMap", HOOKS, name)


def test_what_the_hooks_rely_on_is_made_by_its_writer_alone(stored):
    gate, writer, body = stored
    writer.delete("ConfigMap", HOOKS, body["metadata"]["name"])
    for user in strangers(gate, writer):
        denied(lambda user=user: user.create(body), "is not who writes this")
    writer.create(body)


def test_its_labels_are_not_dropped_even_by_its_writer(stored):
    gate, writer, body = stored
    name = body["metadata"]["name"]
    for label in ("app.kubernetes.io/component", "app.kubernetes.io/managed-by"):
        change = {"metadata": {"labels": {label: None}}, "data": {"x": "forged"}}
        denied(lambda change=change: gate.api.impersonate("alice", "platform").patch("ConfigMap", HOOKS, name, change), "")
        denied(lambda change=change: writer.patch("ConfigMap", HOOKS, name, change), "its labels stay")


def test_a_hook_does_not_write_what_another_one_writes(unasked):
    gate, audit, alert = (unasked.account(hook) for hook in ("gate", "audit", "alert"))
    for user, component in ((gate, "base"), (gate, "record"), (audit, "report"), (alert, "base"), (alert, "report"), (gate, "plan")):
        _, body = evidence(unasked, component)
        denied(lambda user=user, body=body: user.create(body), "is not who writes this")


def test_the_audit_says_of_an_alert_that_it_is_over(unasked):
    writer, body = evidence(unasked, "emergency")
    writer.create(body)
    change = {"metadata": {"labels": {"drift-policy.dev/resolved": "true"}}}
    unasked.account("audit").patch("ConfigMap", HOOKS, body["metadata"]["name"], change)


def test_a_base_is_not_turned_into_something_that_another_hook_writes(unasked):
    writer, body = evidence(unasked, "base")
    writer.create(body)
    change = {"metadata": {"labels": {"app.kubernetes.io/component": "report"}}}
    denied(lambda: unasked.hook.patch("ConfigMap", HOOKS, body["metadata"]["name"], change), "is not who writes this")


def test_a_base_that_somebody_else_made_without_its_labels_becomes_the_audits(unasked, people):
    _, body = evidence(unasked, "base")
    people["alice"].create({**body, "metadata": {"name": body["metadata"]["name"], "namespace": HOOKS}})
    unasked.account("audit").patch("ConfigMap", HOOKS, body["metadata"]["name"], {"metadata": {"labels": body["metadata"]["labels"]}})
    denied(lambda: people["alice"].patch("ConfigMap", HOOKS, body["metadata"]["name"], {"data": {"x": "z"}}), "is not who writes")


def test_without_a_platform_namespace_the_applications_own_accounts_write(unasked):
    for component, hook in (("base", "audit"), ("report", "gate"), ("emergency", "alert"), ("record", "audit")):
        _, body = evidence(unasked, component)
        body["metadata"]["namespace"] = "shop"
        own = unasked.api.impersonate(f"system:serviceaccount:shop:{unasked.source}-{hook}")
        other = unasked.api.impersonate(f"system:serviceaccount:shop:other-01234567-{hook}")
        denied(lambda other=other, body=body: other.create(body), "is not who writes this")
        own.create(body)


def test_config_maps_of_others_are_nobodys_business(people):
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "cache-20261125-base", "namespace": "shop"}}
    people["mallory"].create(body)
    people["mallory"].patch("ConfigMap", "shop", "cache-20261125-base", {"data": {"a": "b"}})
    people["mallory"].delete("ConfigMap", "shop", "cache-20261125-base")


# --- What must go on working


def test_kubernetes_runs_a_gate_and_ends_it(gate):
    account = gate.get()["spec"]["template"]["spec"]["serviceAccountName"]
    gate.api.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": account, "namespace": HOOKS}})
    until("the Job has a pod", 60, lambda: gate.get()["status"].get("active") == 1)
    pod = gate.api.list("Pod", HOOKS, f"batch.kubernetes.io/job-name={gate.name}")[0]
    ended = {"status": {"phase": "Succeeded", "containerStatuses": [{
        "name": "hook", "image": "x", "imageID": "x", "ready": False, "restartCount": 0,
        "state": {"terminated": {"exitCode": 0, "reason": "Completed"}}}]}}
    gate.api.patch("Pod", HOOKS, pod["metadata"]["name"], ended, sub="status", strategic=True)
    until("the Job is complete", 30, lambda: any(c["type"] == "Complete" for c in gate.get()["status"].get("conditions", [])))


def test_argo_cd_deletes_a_gate_and_makes_it_anew(gate, people):
    gate.answer(people["alice"], "alice")
    gate.controller.delete("Job", HOOKS, gate.name, {"propagationPolicy": "Foreground"})
    until("the gate is gone", 30, lambda: gate.get() is None)
    gate.make()
    assert f"approve.{NOTE}alice-{DRIFT}" not in gate.notes()


def test_argo_cd_applies_a_plan_again(unasked):
    plan = unasked.manifest("ConfigMap", "plan")
    path = unasked.api.path("ConfigMap", HOOKS, plan["metadata"]["name"]) + "?fieldManager=argocd-controller&force=true"
    for _ in range(2):
        unasked.controller.call(path, "PATCH", plan, content="application/apply-patch+yaml")


def test_a_gate_that_has_ended_is_deleted_by_whoever_may(gate, people):
    gate.server.patch("Job", HOOKS, gate.name, status("FailureTarget"), sub="status")
    until("the Job has failed", 30, lambda: any(c["type"] == "Failed" for c in gate.get()["status"].get("conditions", [])))
    people["bob"].delete("Job", HOOKS, gate.name, {"propagationPolicy": "Background"})
    until("the gate is gone", 30, lambda: gate.get() is None)


def test_a_cluster_administrator_clears_up(gate):
    writer, body = evidence(gate, "base")
    writer.create(body)
    gate.api.delete("ConfigMap", HOOKS, body["metadata"]["name"])
    gate.api.delete("Job", HOOKS, gate.name, {"propagationPolicy": "Background"})
    until("the gate is gone", 30, lambda: gate.get() is None)


def test_a_namespace_with_gates_and_their_evidence_can_be_deleted(cluster, unasked):
    cluster.namespace("leaving")
    body = unasked.manifest("Job", "gate")
    unasked.controller.create({**body, "metadata": {**body["metadata"], "namespace": "leaving"}})
    for component in ("base", "report"):
        writer, one = evidence(unasked, component)
        one["metadata"]["namespace"] = "leaving"
        name = writer.headers["Impersonate-User"].replace(f":{HOOKS}:", ":leaving:")
        cluster.admin.impersonate(name).create(one)
    cluster.admin.delete("Namespace", None, "leaving")
    until("the namespace is gone", 60, lambda: cluster.admin.get("Namespace", None, "leaving") is None)


def test_garbage_is_collected_with_its_owner(cluster, unasked):
    owner = cluster.admin.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": unasked.source, "namespace": HOOKS}})
    writer, body = evidence(unasked, "report")
    body["metadata"]["ownerReferences"] = [{"apiVersion": "v1", "kind": "ConfigMap", "name": unasked.source,
                                            "uid": owner["metadata"]["uid"]}]
    writer.create(body)
    cluster.admin.delete("ConfigMap", HOOKS, unasked.source, {"propagationPolicy": "Background"})
    until("the report is gone", 60, lambda: cluster.admin.get("ConfigMap", HOOKS, body["metadata"]["name"]) is None)


def test_without_the_accounts_nothing_of_the_hooks_is_written_but_everything_else_is(cluster, unasked, people):
    accounts = cluster.admin.get("ConfigMap", HOOKS, "drift-policy-accounts")
    cluster.admin.delete("ConfigMap", HOOKS, "drift-policy-accounts")
    try:
        def refused():
            try:
                unasked.controller.call(unasked.api.path("Job", HOOKS) + "?dryRun=All", "POST", unasked.manifest("Job", "gate"))
                return False
            except ApiError as error:
                return error.code in (403, 422, 500)
        until("gates are refused", 30, refused)
        people["mallory"].create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "mine", "namespace": "shop"}})
    finally:
        for field in ("uid", "resourceVersion", "creationTimestamp", "managedFields"):
            accounts["metadata"].pop(field, None)
        cluster.admin.create(accounts)
        until("the policies hold", 60, lambda: policies_hold(cluster.admin))


# --- Who approvers are


def test_the_role_of_approvers_lets_them_see_and_answer_and_nothing_else(cluster, gate):
    rbac = {"apiVersion": "rbac.authorization.k8s.io/v1"}
    cluster.admin.create({**rbac, "kind": "RoleBinding", "metadata": {"name": "approvers", "namespace": HOOKS},
                          "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "drift-policy-approver"},
                          "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "approvers"}]})
    role = cluster.admin.get("Role", HOOKS, "drift-policy-approver")
    assert {verb for rule in role["rules"] for verb in rule["verbs"]} == {"get", "list", "watch", "patch"}
    assert not any(resource in rule["resources"] for rule in role["rules"] for resource in ("secrets", "jobs/status", "pods/exec"))


def test_every_policy_is_bound_and_refuses(cluster):
    for kind in ("validatingadmissionpolicies", "validatingadmissionpolicybindings"):
        items = cluster.admin.call(f"/apis/admissionregistration.k8s.io/v1/{kind}")["items"]
        assert {i["metadata"]["name"] for i in items} >= {"drift-policy-jobs", "drift-policy-evidence", "drift-policy-names"}
    policies = cluster.admin.call("/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies")["items"]
    for policy in policies:
        until("the types are checked", 30, lambda name=policy["metadata"]["name"]: checked(cluster, name))
        assert not checked(cluster, policy["metadata"]["name"])["typeChecking"].get("expressionWarnings")


def checked(cluster, name):
    status_now = cluster.admin.call(f"/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/{name}").get("status", {})
    return status_now if "typeChecking" in status_now else None


def test_the_files_are_those_that_are_tested():
    assert {path.name for path in pathlib.Path(FOLDER).glob("*.yaml")} == {
        "accounts.yaml", "jobs.yaml", "evidence.yaml", "names.yaml", "approver.yaml", "kustomization.yaml"}
