"""deploy/admission on the real API server: each way to cheat a gate is a test."""
import pytest
from admissions import cluster, denied, gate, job, labelled, people, status, unasked  # noqa: F401
from answers import DRIFT, HOOKS, NOTE
from testbed.kubernetes import ApiError
from testbed.process import until

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
    name = f"system:serviceaccount:{HOOKS}:drift-policy-gate-low"
    denied(lambda: unasked.answer(unasked.api.impersonate(name), name), "nor another one")


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


@pytest.mark.parametrize("severity", ["medium", "open"])
def test_a_sync_is_no_answer(unasked, severity):
    """Of another Application in the same namespace, whose Git has a Job of this name with an answer in it; in a list that Job is
    applied without what Argo CD writes on what it applies."""
    body = unasked.manifest("Job", "gate")
    unasked.controller.create({**body, "metadata": {**body["metadata"], "namespace": "shop"}})
    hook = unasked.api.impersonate(f"system:serviceaccount:shop:{body['spec']['template']['spec']['serviceAccountName']}",
                                   pod=f"{unasked.name}-abcde")
    asks = {NOTE + key: value for key, value in {"state": "waiting", "drift": DRIFT, "asks": severity, "asks-for": "approve"}.items()}
    hook.patch("Job", "shop", unasked.name, {"metadata": {"annotations": asks}})

    def write(user, name, **more):
        answer = {f"approve.{NOTE}x-{DRIFT}": f"{DRIFT} {name}: from Git", **more}
        user.patch("Job", "shop", unasked.name, {"metadata": {"annotations": answer}})
    tracked = {"argocd.argoproj.io/tracking-id": f"mallorys:batch/Job:shop/{unasked.name}"}
    # On a cluster that Argo CD reaches from another one its syncs and its actions come from one account.
    manager = unasked.api.impersonate("system:serviceaccount:kube-system:argocd-manager")
    for user in (manager, unasked.controller):
        for name in ("argocd", user.headers["Impersonate-User"]):
            for more in (tracked, {}):
                denied(lambda user=user, name=name, more=more: write(user, name, **more), "nobody's answer", "has the form")
    denied(lambda: write(unasked.server, "argocd", **tracked), "are Argo CD's and Kubernetes' to change")
    write(unasked.server, "argocd")


def test_argo_cds_controller_is_not_who_runs_its_actions(gate):
    denied(lambda: gate.answer(gate.controller, "argocd"), "has the form", "nobody's answer")


def test_where_no_group_is_named_no_account_of_argo_cd_or_kubernetes_answers(unasked):
    """An Application whose project allowed ConfigMaps alone answered another one's gate, by an item of a list."""
    unasked.make().ask("open")
    manager = unasked.api.impersonate("system:serviceaccount:kube-system:argocd-manager")
    kubernetes = unasked.api.impersonate("system:serviceaccount:kube-system:job-controller")
    for user in (unasked.controller, manager, kubernetes):
        for verb in ("approve", "reject"):
            denied(lambda user=user, verb=verb: unasked.answer(user, user.headers["Impersonate-User"], verb=verb), "nobody's answer")


# --- The gate's own words


@pytest.mark.parametrize("note", ["state", "drift", "drift-severity", "asks", "asks-for", "approvals-needed", "approvals-given",
                                  "deadline", "waiting-since", "escalates-at", "reason", "cause", "alert"])
def test_what_the_gate_says_only_the_gate_says(gate, people, note):
    for user in (people["alice"], gate.server, gate.controller, gate.api):
        denied(lambda user=user: gate.write(user, {NOTE + note: "passed"}), "the gate's own to write: " + NOTE + note)


def test_the_gate_of_another_severity_is_not_this_gate(gate):
    other = gate.api.impersonate(f"system:serviceaccount:{HOOKS}:drift-policy-gate-low")
    denied(lambda: gate.write(other, {NOTE + "state": "passed"}), "the gate's own to write")


def test_the_gate_of_another_application_is_not_this_gate(gate):
    """One account serves all applications of a severity: the pod tells them apart."""
    completed = status("Suspended")
    for pod in (f"other-01234567-gate-{'x' * 5}", f"{gate.source}-audit-xxxxx", f"{gate.name}-x-xxxxx", f"{gate.name}xxxxx", gate.name, ""):
        other = gate.account("gate", pod)
        denied(lambda other=other: gate.write(other, {NOTE + "state": "passed"}),
               f"(this token is of pod {pod})" if pod else "of this token the API server knows no pod")
        denied(lambda other=other: other.patch("Job", HOOKS, gate.name, completed, sub="status"), "the status of a hook Job")
    gate.write(gate.hook, {NOTE + "state": "passed"})


def test_a_token_of_the_gates_own_pod_is_known_as_such(gate):
    """As the kubelet asks for it: by TokenRequest, bound to the pod."""
    account = gate.get()["spec"]["template"]["spec"]["serviceAccountName"]
    if not gate.api.get("ServiceAccount", HOOKS, account):
        gate.api.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": account, "namespace": HOOKS}})
    pod = until("the Job has a pod", 60, lambda: gate.api.list("Pod", HOOKS, f"batch.kubernetes.io/job-name={gate.name}"))[0]
    bound = {"kind": "Pod", "apiVersion": "v1", "name": pod["metadata"]["name"], "uid": pod["metadata"]["uid"]}

    def token(**spec):
        body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 600, **spec}}
        return gate.api.call(gate.api.path("ServiceAccount", HOOKS, account, "token"), "POST", body)["status"]["token"]
    gate.write(gate.api.as_user(token(boundObjectRef=bound)), {NOTE + "state": "analysing"})
    denied(lambda: gate.write(gate.api.as_user(token()), {NOTE + "state": "passed"}), "knows no pod")


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
                denied(lambda user=user, value=value: gate.write(user, {note: value}), "never changes", "are in its own name")


def test_annotations_of_others_are_nobodys_business(gate, people):
    gate.write(people["mallory"], {"example.com/seen": "yes"})
    gate.write(people["mallory"], {"example.com/seen": None})


# --- The Job itself


@pytest.mark.parametrize("label", ["app.kubernetes.io/component", "app.kubernetes.io/managed-by", "drift-policy.dev/source"])
def test_labels_are_not_dropped(gate, people, label):
    for user in (people["alice"], gate.controller, gate.hook, gate.api):
        denied(lambda user=user: user.patch("Job", HOOKS, gate.name, {"metadata": {"labels": {label: None}}}), "never change",
               "are in its own name")


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


@pytest.mark.parametrize("types", [("SuccessCriteriaMet", "Complete"), ("Suspended",), ("FailureTarget", "Failed")])
def test_the_end_of_a_gate_is_not_forged(gate, people, types):
    begun = until("the Job has begun", 30, lambda: gate.get().get("status", {}).get("startTime"))
    forged = status(*types)
    forged["status"] |= {"active": 0, "ready": 0, "terminating": 0}
    if "Complete" in types:
        forged["status"] |= {"completionTime": begun, "succeeded": 1}
    for user in (people["alice"], gate.server, gate.controller, gate.api):
        denied(lambda user=user: user.patch("Job", HOOKS, gate.name, forged, sub="status"), "the status of a hook Job", "kept for")


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
    denied(lambda: gate.controller.patch("Job", HOOKS, gate.name, {"metadata": {"ownerReferences": [owner]}}), "has no owner")


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
