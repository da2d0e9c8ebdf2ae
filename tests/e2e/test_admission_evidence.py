"""deploy/admission on the real API server: what the hooks rely on is written by its own writer alone, the platform's namespace is the
hooks', and what must go on working does."""
import copy
import pathlib

import pytest
from admissions import FOLDER, cluster, denied, gate, labelled, people, policies_hold, status, unasked  # noqa: F401
from answers import CONTROLLER, DRIFT, HOOKS, NOTE
from testbed.kubernetes import ApiError
from testbed.process import until

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


# --- The platform's namespace


OTHERS = [("", "Secret", {"stringData": {"a": "b"}}), ("", "ServiceAccount", {}), ("", "ConfigMap", {"data": {"a": "b"}}),
          ("", "Pod", {"spec": {"containers": [{"name": "a", "image": "a"}]}}),
          ("rbac.authorization.k8s.io/", "RoleBinding", {
              "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "admin"}, "subjects": []})]


@pytest.fixture(scope="module")
def controller(cluster):
    """Argo CD's controller, which may write everything; here, all that an Application would bring."""
    rbac = {"apiVersion": "rbac.authorization.k8s.io/v1"}
    cluster.admin.create({**rbac, "kind": "ClusterRole", "metadata": {"name": "everything"}, "rules": [
        {"apiGroups": ["", "rbac.authorization.k8s.io"], "resources": ["*"], "verbs": ["create", "update", "patch", "delete", "bind"]}]})
    cluster.admin.create({**rbac, "kind": "ClusterRoleBinding", "metadata": {"name": "everything"},
                          "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "everything"},
                          "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": CONTROLLER}]})
    user = cluster.admin.impersonate(CONTROLLER)
    until("the controller may write", 30, lambda: attempt(user, "shop") is None)
    until("the platform's namespace is closed", 30, lambda: "kept for the hooks" in str(attempt(user, HOOKS)))
    return user


def attempt(user, namespace, change=lambda body: None, kind=OTHERS[0]):
    """What a dry run of making such an object says; None: fine."""
    group, name, fields = kind
    body = {"apiVersion": f"{group}v1", "kind": name, "metadata": {"name": "mine", "namespace": namespace}, **fields}
    change(body)
    return dry_run(user, body)


def dry_run(user, body):
    try:
        user.call(user.path(body["kind"], body["metadata"]["namespace"]) + "?dryRun=All", "POST", body)
    except ApiError as error:
        return error
    return None


@pytest.mark.parametrize("kind", OTHERS, ids=lambda kind: kind[1])
def test_argo_cd_brings_nothing_else_into_the_platforms_namespace(controller, kind):
    assert "kept for the hooks" in str(attempt(controller, HOOKS, kind=kind))
    assert attempt(controller, "shop", kind=kind) is None


def test_an_application_that_the_platform_names_brings_all_of_it(cluster, controller):
    def tracked(body):
        body["metadata"]["annotations"] = {"argocd.argoproj.io/tracking-id": "platform:/Secret:drift-policy/mine"}
    assert "kept for the hooks" in str(attempt(controller, HOOKS, tracked))
    cluster.admin.patch("ConfigMap", HOOKS, "drift-policy-accounts", {"data": {"platform": "other\nplatform\n"}})
    try:
        until("it may", 30, lambda: attempt(controller, HOOKS, tracked) is None)
        assert "kept for the hooks" in str(attempt(controller, HOOKS))
    finally:
        cluster.admin.patch("ConfigMap", HOOKS, "drift-policy-accounts", {"data": {"platform": ""}})


def changed_pod(**fields):
    return lambda job: job["spec"]["template"]["spec"].update(fields)


def changed_container(**fields):
    return lambda job: job["spec"]["template"]["spec"]["containers"][0].update(fields)


@pytest.mark.parametrize("change, says", {
    "another account": (changed_pod(serviceAccountName="drift-policy-audit-medium"), "the account of its hook"),
    "a container before": (changed_pod(initContainers=[{"name": "a", "image": "a"}]), "one container"),
    "another name for the API server": (changed_pod(hostAliases=[{"ip": "10.0.0.1", "hostnames": ["kubernetes"]}]), "one container"),
    "files of others": (changed_pod(volumes=[{"name": "a", "configMap": {"name": "a"}}]), "no volumes"),
    "another program": (changed_container(command=["/bin/sh"]), "runs /usr/local/bin/drift-policy"),
    "another hook": (changed_container(args=["hook", "audit"]), "runs /usr/local/bin/drift-policy"),
    "another environment": (changed_container(env=[{"name": "LD_PRELOAD", "value": "/a"}]), "nothing that changes"),
    "a probe that runs something": (changed_container(livenessProbe={"exec": {"command": ["a"]}}), "nothing that changes")}.values())
def test_a_hook_job_that_does_something_else_is_refused(controller, unasked, change, says):
    job = copy.deepcopy(unasked.manifest("Job", "gate"))
    assert dry_run(controller, job) is None
    change(job)
    assert says in str(dry_run(controller, job))


def test_the_hooks_of_all_phases_are_made(controller, unasked):
    for component in ("gate", "audit", "alert"):
        assert dry_run(controller, unasked.manifest("Job", component)) is None


def test_hook_jobs_run_listed_images_alone(cluster, controller, unasked):
    cluster.admin.patch("ConfigMap", HOOKS, "drift-policy-accounts", {"data": {"images": "registry.example/drift-policy:1"}})
    try:
        job = copy.deepcopy(unasked.manifest("Job", "gate"))
        until("the image is refused", 30, lambda: "not drift-policy:e2e" in str(dry_run(controller, job)))
        changed_container(image="registry.example/drift-policy:1")(job)
        assert dry_run(controller, job) is None
    finally:
        cluster.admin.patch("ConfigMap", HOOKS, "drift-policy-accounts", {"data": {"images": ""}})
        until("any image may be run", 30, lambda: dry_run(controller, unasked.manifest("Job", "gate")) is None)


def test_an_application_makes_no_plan_or_hook_in_anothers_name(controller, unasked):
    for body in (unasked.manifest("ConfigMap", "plan"), unasked.manifest("Job", "audit")):
        body = copy.deepcopy(body)
        body["metadata"]["annotations"]["argocd.argoproj.io/tracking-id"] = f"{unasked.application}:x"
        assert dry_run(controller, body) is None
        body["metadata"]["annotations"]["argocd.argoproj.io/tracking-id"] = "mallorys:x"
        assert "are in its own name" in str(dry_run(controller, body))


def mallorys(body):
    """The same in the name of another Application, mallorys, by which Argo CD tracks it."""
    body = copy.deepcopy(body)
    body["metadata"]["annotations"] |= {"argocd.argoproj.io/tracking-id": "mallorys:x", NOTE + "application": "mallorys"}
    return body


def renamed(body, source):
    """With the names of that source."""
    body = copy.deepcopy(body)
    component = body["metadata"]["labels"]["app.kubernetes.io/component"]
    body["metadata"]["name"] = f"{source}-{component}"
    body["metadata"]["labels"][NOTE + "source"] = source
    if body["kind"] == "Job":
        args = body["spec"]["template"]["spec"]["containers"][0]["args"]
        args[args.index("--application") + 1] = body["metadata"]["annotations"][NOTE + "application"]
        args[args.index("--names") + 1] = source
    return body


def test_an_application_makes_no_plan_or_hook_that_works_on_anothers(controller, unasked):
    """An audit of its own would write the base that the other one's gate compares with: then nothing would have drifted there."""
    for kind, component in (("ConfigMap", "plan"), ("Job", "gate"), ("Job", "audit"), ("Job", "alert")):
        body = unasked.manifest(kind, component)
        assert "in its own name" in str(dry_run(controller, mallorys(body)))
        assert "in its own name" in str(dry_run(controller, renamed(mallorys(body), unasked.source)))
        assert "in its own name" in str(dry_run(controller, renamed(mallorys(body), "mallorys-er-0123abcd")))
        mine = renamed(mallorys(body), "mallorys-0123abcd")
        assert dry_run(controller, mine) is None
        other = copy.deepcopy(mine)
        other["metadata"]["labels"][NOTE + "source"] = unasked.source
        assert "in its own name" in str(dry_run(controller, other))
        if kind == "Job":
            args = mine["spec"]["template"]["spec"]["containers"][0]["args"]
            for name, value in (("--names", unasked.source), ("--application", unasked.application)):
                was, args[args.index(name) + 1] = args[args.index(name) + 1], value
                assert "in its own name" in str(dry_run(controller, mine))
                args[args.index(name) + 1] = was
                for more in ([name, value], [f"{name}={value}"]):
                    args += more
                    assert "in its own name" in str(dry_run(controller, mine))
                    del args[-len(more):]
            assert dry_run(controller, mine) is None


def test_an_application_does_not_take_anothers_plan_over(controller, unasked):
    controller.create(unasked.manifest("ConfigMap", "plan"))
    path = unasked.api.path("ConfigMap", HOOKS, f"{unasked.source}-plan") + "?fieldManager=argocd-controller&force=true"
    with pytest.raises(ApiError) as refusal:
        controller.call(path, "PATCH", mallorys(unasked.manifest("ConfigMap", "plan")), content="application/apply-patch+yaml")
    assert "in its own name" in str(refusal.value)


@pytest.mark.parametrize("application, label", {
    "argocd_shop.of-a": "argocd-shop-of-a", "a" * 26 + "-b": "a" * 26, "a" * 30: "a" * 27}.items())
def test_the_names_of_each_application_are_its_own(controller, unasked, application, label):
    body = mallorys(unasked.manifest("Job", "audit"))
    body["metadata"]["annotations"] |= {"argocd.argoproj.io/tracking-id": f"{application}:x", NOTE + "application": application}
    assert dry_run(controller, renamed(body, f"{label}-0123abcd")) is None
    for other in (f"{label}x-0123abcd", f"{label[:-1]}-0123abcd", f"{label}-0123abc", f"{label}-x-0123abcd", f"{label}--0123abcd"):
        assert "in its own name" in str(dry_run(controller, renamed(body, other)))


def test_who_counts_as_argo_cd_is_changed_by_the_platform_alone(cluster, people, unasked):
    accounts = {"data": {"controllers": "mallory"}}
    for user in (people["mallory"], unasked.controller, unasked.hook, unasked.account("audit")):
        denied(lambda user=user: user.patch("ConfigMap", HOOKS, "drift-policy-accounts", accounts), "")
        denied(lambda user=user: user.delete("ConfigMap", HOOKS, "drift-policy-accounts"), "")
        denied(lambda user=user: user.call(user.path("ConfigMap", HOOKS) + "?fieldSelector=metadata.name%3Ddrift-policy-accounts",
                                           "DELETE"), "")
    people["mallory"].patch("ConfigMap", HOOKS, "drift-policy-accounts", {"metadata": {"labels": {"team": "a"}}})
    cluster.admin.patch("ConfigMap", HOOKS, "drift-policy-accounts", {"metadata": {"labels": {"team": None}}})


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
        assert {i["metadata"]["name"] for i in items} >= {"drift-policy-jobs", "drift-policy-evidence", "drift-policy-names",
                                                            "drift-policy-platform", "drift-policy-accounts"}
    policies = cluster.admin.call("/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies")["items"]
    for policy in policies:
        until("the types are checked", 30, lambda name=policy["metadata"]["name"]: checked(cluster, name))
        assert not checked(cluster, policy["metadata"]["name"])["typeChecking"].get("expressionWarnings")


def checked(cluster, name):
    status_now = cluster.admin.call(f"/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/{name}").get("status", {})
    return status_now if "typeChecking" in status_now else None


def test_the_files_are_those_that_are_tested():
    assert {path.name for path in pathlib.Path(FOLDER).glob("*.yaml")} == {
        "accounts.yaml", "jobs.yaml", "evidence.yaml", "names.yaml", "platform.yaml", "approver.yaml",
        "kustomization.yaml"}
