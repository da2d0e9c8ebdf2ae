"""deploy/admission on the real API server: what the hooks rely on is written by its own writer alone, the platform's namespace is the
hooks', and what must go on working does."""
import copy
import itertools
import pathlib

import pytest
from admissions import (FOLDER, allow_image, cluster, denied, everything, gate, kubectl, labelled, people, policies_hold, status,  # noqa: F401
                        unasked)
from answers import CONTROLLER, DRIFT, HOOKS, IMAGE, NOTE, POLICY, rendered
from testbed.kubernetes import ApiError
from testbed.process import until
from testbed.programs import ROOT, Programs

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
    body["metadata"]["annotations"] = {NOTE + "application": gate.application}
    return gate.account(WRITERS.get(component, "audit")), body


REFUSED = ("is not who writes this", "a hook writes what", "kept for the hooks", "through Argo CD nothing is changed")


def forged(body, text="forged"):
    """A change of what it holds."""
    return {"data": {"plan.json" if body["metadata"]["name"].endswith("-plan") else "x": text}}


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
    pod = writer.headers.get("Impersonate-Extra-authentication.kubernetes.io%2fpod-name")
    users = [gate.api.impersonate(name, "platform", pod) for name in
             ("alice", gate.server.headers["Impersonate-User"], "system:serviceaccount:shop:drift-policy-audit-medium",
              "system:serviceaccount:shop:drift-policy-gate-medium", f"system:serviceaccount:shop:{gate.source}-audit")]
    users += [gate.controller] if own != gate.controller.headers["Impersonate-User"] else [gate.hook]
    # The writer's own account, in no pod: a token that somebody asked for.
    return users + ([gate.api.impersonate(own)] if pod else [])


def test_what_the_hooks_rely_on_is_changed_by_its_writer_alone(stored):
    gate, writer, body = stored
    name = body["metadata"]["name"]
    for user in strangers(gate, writer):
        denied(lambda user=user: user.patch("ConfigMap", HOOKS, name, forged(body)), *REFUSED)
    if "-record-" in name:
        denied(lambda: writer.patch("ConfigMap", HOOKS, name, forged(body)), *REFUSED)
    else:
        writer.patch("ConfigMap", HOOKS, name, forged(body, "z"))


def test_what_the_hooks_rely_on_is_deleted_by_its_writer_alone(stored):
    gate, writer, body = stored
    name = body["metadata"]["name"]
    for user in strangers(gate, writer):
        denied(lambda user=user: user.delete("ConfigMap", HOOKS, name), *REFUSED)
    # Argo CD makes the plan anew with each sync, and old records go; the rest is never deleted.
    if name.endswith("-plan") or "-record-" in name:
        writer.delete("ConfigMap", HOOKS, name)
    else:
        denied(lambda: writer.delete("ConfigMap", HOOKS, name), "is not who writes this")


def test_what_the_hooks_rely_on_is_made_by_its_writer_alone(stored):
    gate, writer, body = stored
    gate.api.delete("ConfigMap", HOOKS, body["metadata"]["name"])
    for user in strangers(gate, writer):
        denied(lambda user=user: user.create(body), *REFUSED)
    writer.create(body)


def test_its_labels_are_not_dropped_even_by_its_writer(stored):
    gate, writer, body = stored
    name = body["metadata"]["name"]
    for label in ("app.kubernetes.io/component", "app.kubernetes.io/managed-by"):
        change = {"metadata": {"labels": {label: None}}, **forged(body)}
        denied(lambda change=change: gate.api.impersonate("alice", "platform").patch("ConfigMap", HOOKS, name, change), "")
        denied(lambda change=change: writer.patch("ConfigMap", HOOKS, name, change), "its labels stay", "is not who writes this")


def test_what_is_of_one_application_never_becomes_anothers(stored):
    """`shop.eu` and `shop-eu` have names that begin alike, and the rest is a hash of 32 bits."""
    gate, writer, body = stored
    name = body["metadata"]["name"]
    for other in ("sh.op", None):
        change = {"metadata": {"annotations": {NOTE + "application": other}}, **forged(body)}
        denied(lambda change=change: writer.patch("ConfigMap", HOOKS, name, change), "whose it is never changes", "in its own name",
               "is not who writes this")


def test_what_the_hooks_rely_on_has_no_owner_with_which_it_is_deleted(stored):
    gate, writer, body = stored
    owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": "gone", "uid": "0" * 8 + "-0000-4000-8000-" + "0" * 12}
    change = {"metadata": {"ownerReferences": [owner]}}
    denied(lambda: writer.patch("ConfigMap", HOOKS, body["metadata"]["name"], change), "has no owner", "is not who writes this")
    gate.api.delete("ConfigMap", HOOKS, body["metadata"]["name"])
    denied(lambda: writer.create({**body, "metadata": {**body["metadata"], "ownerReferences": [owner]}}), "has no owner")


def test_argo_cds_controller_deletes_nothing_of_it_whatever_its_rights(cluster, unasked):
    """A stock one has the verbs `*`, and so `purge`: a hook of the name of a base would have deleted that."""
    everything(cluster, CONTROLLER)
    for component in ("base", "report", "emergency", "record"):
        writer, body = evidence(unasked, component)
        if not unasked.api.get("ConfigMap", HOOKS, body["metadata"]["name"]):
            writer.create(body)
        for name in (body["metadata"]["name"], None):
            denied(lambda name=name: unasked.controller.call(unasked.api.path("ConfigMap", HOOKS, name), "DELETE"), *REFUSED)
        assert unasked.api.get("ConfigMap", HOOKS, body["metadata"]["name"])


def test_a_hook_writes_what_is_of_its_own_application_alone(unasked):
    """One account serves all applications of a severity: the pod tells them apart."""
    for component in ("base", "report", "emergency"):
        writer, body = evidence(unasked, component)
        hook = WRITERS[component]
        for other in (f"other-01234567-{hook}-xxxxx", f"{unasked.source}-{hook}", f"{unasked.source}-x-{hook}-xxxxx", ""):
            denied(lambda hook=hook, other=other, body=body: unasked.account(hook, other).create(body), f"of {unasked.source} do")
        writer.create(body)
        for severity in ("low", "critical"):
            other = unasked.api.impersonate(f"system:serviceaccount:{HOOKS}:drift-policy-{hook}-{severity}", pod=f"other-01234567-{hook}-xxxxx")
            denied(lambda other=other, body=body: other.patch("ConfigMap", HOOKS, body["metadata"]["name"], forged(body)),
                   f"of {unasked.source} do")


def test_a_hook_makes_nothing_under_another_name(unasked):
    for component in ("base", "report", "emergency", "audit-head"):
        writer, body = evidence(unasked, component)
        for name in ("kube-root-ca.crt2", f"{unasked.source}-plan", "other-01234567-base"):
            denied(lambda writer=writer, body=body, name=name: writer.create({**body, "metadata": {**body["metadata"], "name": name}}),
                   "is not the name of", "kept for what drift-policy makes")


def test_a_hook_changes_no_config_map_that_hooks_do_not_keep(unasked):
    """Its Role can't name what it may change: that is called after applications."""
    unasked.api.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"{unasked.application}-settings", "namespace": HOOKS}})
    for hook, name in itertools.product(("gate", "audit", "alert"), ("kube-root-ca.crt", f"{unasked.application}-settings")):
        user = unasked.account(hook)
        denied(lambda user=user, name=name: user.patch("ConfigMap", HOOKS, name, {"data": {"ca.crt": "forged"}}), "a hook writes what")
        denied(lambda user=user, name=name: user.delete("ConfigMap", HOOKS, name), "a hook writes what")
        labels = labelled("", "report", unasked.source)["labels"]
        denied(lambda user=user, name=name, labels=labels: user.patch("ConfigMap", HOOKS, name, {"metadata": {"labels": labels}}),
               "is not who writes this", "is not the name of")
    denied(lambda: unasked.hook.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "mine", "namespace": HOOKS}}),
           "a hook writes what")


def test_nobody_takes_the_name_of_what_hooks_keep_without_its_labels(unasked, people):
    for what in ("plan", "base", "report", "emergency", "record-00"):
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"{unasked.source}-{what}", "namespace": HOOKS}}
        denied(lambda body=body: people["alice"].create(body), "kept for what drift-policy makes")
    body["metadata"]["name"] = "drift-policy-audit-0123abcd-record-0000000001"
    denied(lambda: people["alice"].create(body), "kept for what drift-policy makes")


def test_a_hook_does_not_write_what_another_one_writes(unasked):
    gate, audit, alert = (unasked.account(hook) for hook in ("gate", "audit", "alert"))
    for user, component in ((gate, "base"), (gate, "record"), (audit, "report"), (alert, "base"), (alert, "report"), (gate, "plan")):
        _, body = evidence(unasked, component)
        denied(lambda user=user, body=body: user.create(body), "is not who writes this", "a hook writes what hooks keep")


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
    """In an application's own namespace, where its name is free."""
    _, body = evidence(unasked, "base")
    people["alice"].create({**body, "metadata": {"name": body["metadata"]["name"], "namespace": "shop"}})
    audit = unasked.api.impersonate(f"system:serviceaccount:shop:{unasked.source}-audit", pod=f"{unasked.source}-audit-xxxxx")
    audit.patch("ConfigMap", "shop", body["metadata"]["name"], {"metadata": {"labels": body["metadata"]["labels"]}})
    denied(lambda: people["alice"].patch("ConfigMap", "shop", body["metadata"]["name"], {"data": {"x": "z"}}), "is not who writes")


def test_without_a_platform_namespace_the_applications_own_accounts_write(unasked):
    for component, hook in (("base", "audit"), ("report", "gate"), ("emergency", "alert"), ("record", "audit")):
        _, body = evidence(unasked, component)
        body["metadata"]["namespace"] = "shop"
        if component == "record":
            body["metadata"]["name"] = f"{unasked.source}-record-00"
        own = unasked.api.impersonate(f"system:serviceaccount:shop:{unasked.source}-{hook}", pod=f"{unasked.source}-{hook}-xxxxx")
        other = unasked.api.impersonate(f"system:serviceaccount:shop:other-01234567-{hook}", pod=f"other-01234567-{hook}-xxxxx")
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
    everything(cluster, CONTROLLER)
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


def dry_run(user, body, method="POST", name=None):
    content = "application/json" if method == "POST" else "application/merge-patch+json"
    try:
        user.call(user.path(body["kind"], body["metadata"]["namespace"], name) + "?dryRun=All", method, body, content=content)
    except ApiError as error:
        return error
    return None


@pytest.mark.parametrize("kind", OTHERS, ids=lambda kind: kind[1])
def test_argo_cd_brings_nothing_else_into_the_platforms_namespace(controller, kind):
    said = str(attempt(controller, HOOKS, kind=kind))
    assert "kept for the hooks" in said or kind[1] == "Pod" and "run the pods of their Jobs alone" in said
    assert attempt(controller, "shop", kind=kind) is None


def test_by_what_application_an_object_says_it_is_brought_lets_nothing_in(cluster, controller):
    """With it a ClusterRole was bound there: in a list, and with kubectl, it is whatever an author writes."""
    def tracked(body):
        body["metadata"]["annotations"] = {"argocd.argoproj.io/tracking-id": "platform:/Secret:drift-policy/mine"}
        body["metadata"]["labels"] = {"app.kubernetes.io/instance": "platform"}
    cluster.admin.patch("ConfigMap", HOOKS, "drift-policy-accounts", {"data": {"platform": "platform"}})  # as it was once
    try:
        for kind in OTHERS:
            assert attempt(controller, HOOKS, tracked, kind) is not None
        path = controller.path("ServiceAccount", HOOKS, "default", "token")
        request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 600}}
        denied(lambda: controller.call(path, "POST", request), "kept for", "the kubelet asks for them")
        assert "kept for" in str(dry_run(controller, {"metadata": {"namespace": None}, "kind": "Namespace"}, "PATCH", HOOKS))
    finally:
        cluster.admin.patch("ConfigMap", HOOKS, "drift-policy-accounts", {"data": {"platform": None}})


def test_the_account_that_deploys_deploy_itself_brings_all_of_it(cluster):
    """With impersonation, that of the platform's AppProject, which isn't listed."""
    name = "system:serviceaccount:argocd:sync-platform"
    everything(cluster, name)
    user = cluster.admin.impersonate(name)
    for kind in OTHERS:
        until("it may", 30, lambda kind=kind: attempt(user, HOOKS, kind=kind) is None)


def test_through_argo_cd_people_change_nothing_else_there(cluster, unasked):
    everything(cluster, unasked.server.headers["Impersonate-User"])
    for kind in OTHERS:
        assert until("it is refused by us", 30, lambda kind=kind: "ValidatingAdmissionPolicy" in str(attempt(unasked.server, HOOKS, kind=kind)))
    for name in ("drift-policy-accounts", "kube-root-ca.crt"):
        denied(lambda name=name: unasked.server.patch("ConfigMap", HOOKS, name, {"data": {"servers": "mallory"}}),
               "through Argo CD nothing is changed", "purge")


def changed_pod(**fields):
    return lambda job: job["spec"]["template"]["spec"].update(fields)


def changed_container(**fields):
    return lambda job: job["spec"]["template"]["spec"]["containers"][0].update(fields)


def changed_job(**fields):
    return lambda job: job["spec"].update(fields)


def more_env(**entry):
    def change(job):
        job["spec"]["template"]["spec"]["containers"][0]["env"] += [entry]
    return change


def other_env(entry):
    """JOB_UID, by which a record is told from others, from elsewhere."""
    def change(job):
        job["spec"]["template"]["spec"]["containers"][0]["env"][2] = entry
    return change


def other_args(was, now):
    def change(job):
        container = job["spec"]["template"]["spec"]["containers"][0]
        container["args"] = [arg for one in container["args"] for arg in (now if one == was else [one])]
    return change


def mounted(secret, path="/etc/drift-policy/audit-keys", name="audit-keys", **more):
    def change(job):
        pod = job["spec"]["template"]["spec"]
        pod["volumes"] = [{"name": name, "secret": {"secretName": secret, **more}}]
        pod["containers"][0]["volumeMounts"] = [{"name": name, "mountPath": path, "readOnly": True}]
    return change


SIDECAR = [{"name": "a", "image": IMAGE}]
SHAPES = {
    "another account": (changed_pod(serviceAccountName="drift-policy-audit-medium"), "the account of its hook"),
    "another severity's account": (changed_pod(serviceAccountName="drift-policy-gate-low"), "the account of its hook and severity"),
    "no account": (changed_pod(serviceAccountName="default"), "the account of its hook"),
    "a container before": (changed_pod(initContainers=SIDECAR), "no fields but those that render writes: initContainers"),
    "a container that goes on": (changed_pod(initContainers=[{**SIDECAR[0], "restartPolicy": "Always"}]), "initContainers"),
    "a second container": (lambda job: job["spec"]["template"]["spec"]["containers"].extend(SIDECAR), "one container"),
    "another name for the API server": (changed_pod(hostAliases=[{"ip": "10.0.0.1", "hostnames": ["kubernetes"]}]), "hostAliases"),
    "other name servers": (changed_pod(dnsPolicy="None", dnsConfig={"nameservers": ["10.0.0.1"]}), "dnsConfig"),
    "search domains": (changed_pod(dnsConfig={"searches": ["example.com"]}), "dnsConfig"),
    "the node's name servers": (changed_pod(dnsPolicy="Default"), "Kubernetes' own DNS"),
    "the node's network": (changed_pod(hostNetwork=True), "hostNetwork"),
    "the node's processes": (changed_pod(hostPID=True), "hostPID"),
    "another scheduler": (changed_pod(schedulerName="mallorys"), "scheduler"),
    "a chosen node": (changed_pod(nodeName="e2e"), "nodeName"),
    "another runtime": (changed_pod(runtimeClassName="mallorys"), "runtimeClassName"),
    "one process namespace": (changed_pod(shareProcessNamespace=True), "shareProcessNamespace"),
    "another user": (changed_pod(securityContext={"runAsUser": 0}), "Kubernetes' own DNS"),
    "Services as environment": (changed_pod(enableServiceLinks=True), "Kubernetes' own DNS"),
    "files of others": (changed_pod(volumes=[{"name": "a", "configMap": {"name": "a"}}]), "mounts the Secret"),
    "keys for a gate": (mounted("drift-policy-audit-keys"), "mounts the Secret"),
    "annotations for a mesh": (lambda job: job["spec"]["template"]["metadata"]["annotations"].update(
        {"sidecar.istio.io/inject": "true"}), "no annotations but"),
    "annotations for others": (lambda job: job["spec"]["template"]["metadata"]["annotations"].update(
        {"vault.hashicorp.com/agent-inject": "true"}), "no annotations but"),
    "another program": (changed_container(command=["/bin/sh"]), "runs /usr/local/bin/drift-policy"),
    "no program": (changed_container(command=None), "runs /usr/local/bin/drift-policy"),
    "another hook": (changed_container(args=["hook", "audit"]), "arguments"),
    "another image": (changed_container(image="mallory/drift-policy:1"), "not mallory/drift-policy:1"),
    "another environment": (more_env(name="LD_PRELOAD", value="/a"), "nothing that changes"),
    "a Secret as environment": (more_env(name="HTTPS_PROXY", valueFrom={"secretKeyRef": {"name": "a", "key": "b"}}), "nothing that changes"),
    "an annotation as environment": (more_env(name="KUBERNETES_SERVICE_HOST", valueFrom={"fieldRef": {"fieldPath": "metadata.name"}}),
                                     "nothing that changes"),
    "a uid of its own": (other_env({"name": "JOB_UID", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}), "nothing that changes"),
    "a uid by value": (other_env({"name": "JOB_UID", "value": "1"}), "nothing that changes"),
    "a probe that runs something": (changed_container(livenessProbe={"exec": {"command": ["a"]}}), "livenessProbe"),
    "a hook of the container": (changed_container(lifecycle={"postStart": {"exec": {"command": ["a"]}}}), "lifecycle"),
    "environment from a ConfigMap": (changed_container(envFrom=[{"configMapRef": {"name": "a"}}]), "envFrom"),
    "another folder": (changed_container(workingDir="/tmp"), "workingDir"),
    "more rights": (changed_container(securityContext={"readOnlyRootFilesystem": False}), "nothing that changes"),
    "another message": (changed_container(terminationMessagePath="/etc/passwd"), "nothing that changes"),
    "arguments behind": (lambda job: job["spec"]["template"]["spec"]["containers"][0]["args"].extend(["--observe", "--observe"]),
                         "the arguments that render writes"),
    "keys for a gate as argument": (lambda job: job["spec"]["template"]["spec"]["containers"][0]["args"].extend(["--audit-keys", "/"]),
                                    "the arguments that render writes"),
    "two arguments in one": (other_args("hook", ["hook\ngate"]), "arguments"),
    "nothing to do": (changed_job(completions=0), "one pod at a time"),
    "no pod": (changed_job(parallelism=0), "one pod at a time"),
    "suspended": (changed_job(suspend=True), "isn't suspended"),
    "another controller": (changed_job(managedBy="example.com/mallorys"), "managedBy"),
    "gone by itself": (changed_job(ttlSecondsAfterFinished=0), "ttlSecondsAfterFinished")}


@pytest.mark.parametrize("change, says", SHAPES.values(), ids=SHAPES)
def test_a_hook_job_of_another_shape_is_refused(controller, unasked, change, says):
    job = copy.deepcopy(unasked.manifest("Job", "gate"))
    assert dry_run(controller, job) is None
    change(job)
    assert says in str(dry_run(controller, job))


AUDITS = {
    "another Secret": (mounted("a"), "mounts the Secret"),
    "some of its keys": (mounted("drift-policy-audit-keys", items=[{"key": "a", "path": "b"}]), "mounts the Secret"),
    "another place": (mounted("drift-policy-audit-keys", path="/usr/local/bin"), "nothing that changes"),
    "keys from elsewhere": (other_args("/etc/drift-policy/audit-keys", ["/tmp"]), "the arguments that render writes"),
    "nobody's records kept": (other_args("1000", ["1"]), "the arguments that render writes"),
    "no old records kept": (other_args("1000", ["1000", "--keep-for", "1s"]), "the arguments that render writes"),
    "as many as there are names for": (lambda job: job["spec"]["template"]["spec"]["containers"][0].update(
        args=job["spec"]["template"]["spec"]["containers"][0]["args"][:-2]), "the arguments that render writes")}


@pytest.mark.parametrize("change, says", AUDITS.values(), ids=AUDITS)
def test_an_audit_or_alert_of_another_shape_is_refused(controller, unasked, change, says):
    for hook in ("audit", "alert"):
        job = copy.deepcopy(unasked.manifest("Job", hook))
        change(job)
        assert says in str(dry_run(controller, job))


def test_the_hooks_of_all_phases_are_made(controller, unasked):
    for component in ("gate", "audit", "alert"):
        assert dry_run(controller, unasked.manifest("Job", component)) is None


def test_whatever_a_policy_may_say_of_hooks_is_let_in(cluster, controller, tmp_path):
    hooks = ("hooks: {namespace: drift-policy, image: 'registry.example/dp@sha256:" + "0" * 64 + "', imagePullSecrets: [pull, more],\n"
             "    resources: {requests: {cpu: 20m}, limits: {memory: 1Gi, ephemeral-storage: 1Gi}},\n"
             "    labels: {team: platform, app.kubernetes.io/part-of: shop, sidecar.istio.io/inject: 'true'},\n"
             "    records: {keep: 5, keepFor: 2160h}}")
    policy = POLICY.replace("hooks: {namespace: drift-policy}", hooks).replace("spec:\n", "spec:\n  enforcement: observe\n", 1)
    objects = rendered(Programs().drift_policy, "all-of-it.eu", str(tmp_path), policy)
    jobs = [o for o in objects if o["kind"] == "Job"]
    assert len(jobs) == 3
    allow_image(cluster.admin, "registry.example/dp@sha256:" + "0" * 64)
    cluster.admin.patch("ConfigMap", HOOKS, "drift-policy-accounts", {"data": {"retention": "--keep-records 5 --keep-for 2160h"}})
    try:
        until("all of them are let in", 30, lambda: [dry_run(controller, job) for job in jobs] == [None] * 3)
    finally:
        allow_image(cluster.admin)
        cluster.admin.patch("ConfigMap", HOOKS, "drift-policy-accounts", {"data": {"retention": "--keep-records 1000"}})
        until("it is as before", 30, lambda: dry_run(controller, jobs[0]) is not None)


def test_hook_jobs_run_listed_images_alone(cluster, controller, unasked):
    allow_image(cluster.admin, "registry.example/drift-policy:1")
    try:
        job = copy.deepcopy(unasked.manifest("Job", "gate"))
        until("the image is refused", 30, lambda: "not drift-policy:e2e" in str(dry_run(controller, job)))
        changed_container(image="registry.example/drift-policy:1")(job)
        assert dry_run(controller, job) is None
        cluster.admin.patch("ConfigMap", HOOKS, "drift-policy-accounts", {"data": {"images": "", "otherImages": "a\n" + IMAGE}})
        until("that of before is let in", 30, lambda: dry_run(controller, unasked.manifest("Job", "gate")) is None)
        cluster.admin.patch("ConfigMap", HOOKS, "drift-policy-accounts", {"data": {"otherImages": ""}})
        until("without one there is none", 30, lambda: "put the sidecar's own there" in str(dry_run(controller, job)))
    finally:
        allow_image(cluster.admin)
        until("it is as before", 30, lambda: dry_run(controller, unasked.manifest("Job", "gate")) is None)


def test_an_account_brings_the_hooks_of_its_own_applications_where_it_is_said_which(cluster, controller, unasked):
    """With impersonation each AppProject syncs with an account of its own."""
    accounts = cluster.admin.get("ConfigMap", HOOKS, "drift-policy-accounts")["data"]["controllers"]
    mine = [unasked.manifest("Job", "gate"), unasked.manifest("ConfigMap", "plan")]
    try:
        for lines, fine in ((f"{CONTROLLER} shop-* other", False), (f"{CONTROLLER} x {unasked.application[:-1]}*", True),
                            (f"{CONTROLLER} {unasked.application}x", False), (f"{CONTROLLER} {unasked.application}", True)):
            cluster.admin.patch("ConfigMap", HOOKS, "drift-policy-accounts", {"data": {"controllers": lines + "\n"}})
            until(f"{lines} holds", 30, lambda fine=fine: [dry_run(controller, body) is None for body in mine] == [fine, fine])
    finally:
        cluster.admin.patch("ConfigMap", HOOKS, "drift-policy-accounts", {"data": {"controllers": accounts}})
        until("it is as before", 30, lambda: dry_run(controller, mine[0]) is None)


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
        said = str(dry_run(controller, other))
        assert "in its own name" in said or "is not the name of" in said
        if kind == "Job":
            args = mine["spec"]["template"]["spec"]["containers"][0]["args"]
            for name, value in (("--names", unasked.source), ("--application", unasked.application)):
                was, args[args.index(name) + 1] = args[args.index(name) + 1], value
                assert "in its own name" in str(dry_run(controller, mine))
                args[args.index(name) + 1] = was
                for more in ([name, value], [f"{name}={value}"]):
                    args += more
                    assert "the arguments that render writes" in str(dry_run(controller, mine))
                    del args[-len(more):]
            assert dry_run(controller, mine) is None


def test_an_application_does_not_take_anothers_plan_over(controller, unasked):
    controller.create(unasked.manifest("ConfigMap", "plan"))
    path = unasked.api.path("ConfigMap", HOOKS, f"{unasked.source}-plan") + "?fieldManager=argocd-controller&force=true"
    with pytest.raises(ApiError) as refusal:
        controller.call(path, "PATCH", mallorys(unasked.manifest("ConfigMap", "plan")), content="application/apply-patch+yaml")
    assert "in its own name" in str(refusal.value) or "whose it is never changes" in str(refusal.value)


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


# --- Pods and tokens


@pytest.fixture
def pod(gate):
    """The gate's pod, as Kubernetes makes it: (gate, its name)."""
    account = gate.get()["spec"]["template"]["spec"]["serviceAccountName"]
    if not gate.api.get("ServiceAccount", HOOKS, account):
        gate.api.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": account, "namespace": HOOKS}})
    return gate, until("the Job has a pod", 60, lambda: gate.api.list("Pod", HOOKS, f"batch.kubernetes.io/job-name={gate.name}"))[0]


def anew(pod, name=None, **spec):
    """A pod like that one, to be made by somebody else."""
    body = copy.deepcopy(pod)
    body |= {"apiVersion": "v1", "kind": "Pod"}
    body["metadata"] = {key: value for key, value in body["metadata"].items() if key in ("namespace", "labels", "annotations", "ownerReferences")}
    body["metadata"]["name"] = name or pod["metadata"]["name"][:-5] + "abcde"
    body["spec"] |= spec
    body.pop("status")
    return body


def test_pods_in_the_hooks_namespace_are_made_of_their_jobs_by_kubernetes_alone(pod, people):
    gate, there = pod
    jobs = gate.api.impersonate("system:serviceaccount:kube-system:job-controller")
    alone = "run the pods of their Jobs alone"
    for user in (people["alice"], gate.controller, gate.server, gate.hook):
        denied(lambda user=user: user.create(anew(there)), alone, "kept for", "through Argo CD", "a hook writes")
    denied(lambda: jobs.create(anew(there, name="other-01234567-gate-abcde")), alone)
    denied(lambda: jobs.create(anew(there, name="mine-abcde")), alone)
    alien = anew(there)
    alien["metadata"]["ownerReferences"][0]["kind"] = "ReplicaSet"
    denied(lambda: jobs.create(alien), alone)


def test_what_a_webhook_adds_to_a_hooks_pod_is_refused(pod):
    gate, there = pod
    jobs = gate.api.impersonate("system:serviceaccount:kube-system:job-controller")
    for spec, says in (({"initContainers": SIDECAR}, "initContainers"), ({"containers": there["spec"]["containers"] + SIDECAR}, "one container"),
                       ({"containers": [{**there["spec"]["containers"][0], "image": "mallory:1"}]}, "not mallory:1"),
                       ({"hostAliases": [{"ip": "10.0.0.1", "hostnames": ["kubernetes"]}]}, "hostAliases"),
                       ({"volumes": there["spec"]["volumes"] + [{"name": "a", "emptyDir": {}}]}, "mounts the Secret")):
        denied(lambda spec=spec: jobs.create(anew(there, **spec)), says, "that render writes", "listed under images")


def test_nobody_gets_into_a_hooks_pod(cluster, pod, people):
    gate, there = pod
    name = there["metadata"]["name"]
    everything(cluster, CONTROLLER)
    path = gate.api.path("Pod", HOOKS, name)
    debugger = {"spec": {"ephemeralContainers": [{"name": "a", "image": "a", "targetContainerName": "hook"}]}}
    for user in (people["alice"], gate.server, gate.controller):
        says = ("gets into no pod", "kept for the hooks", "through Argo CD nothing")
        denied(lambda user=user: user.patch("Pod", HOOKS, name, debugger, sub="ephemeralcontainers", strategic=True), *says)
        for how in ("exec?command=sh", "attach", "portforward"):
            denied(lambda user=user, how=how: user.call(f"{path}/{how}", "POST"), *says)
        denied(lambda user=user: user.call(f"{path}/proxy/"), *says)
        ended = {"status": {"phase": "Succeeded"}}
        denied(lambda user=user, ended=ended: user.patch("Pod", HOOKS, name, ended, sub="status"), "the kubelet's to say", *says)
        image = {"spec": {"containers": [{"name": "hook", "image": "mallory:1"}]}}
        denied(lambda user=user, image=image: user.patch("Pod", HOOKS, name, image, strategic=True), "never changes", *says)


def test_nobody_asks_for_a_hooks_token_but_the_kubelet(pod, people):
    gate, there = pod
    account = there["spec"]["serviceAccountName"]
    bound = {"kind": "Pod", "apiVersion": "v1", "name": there["metadata"]["name"], "uid": there["metadata"]["uid"]}
    for spec in ({}, {"boundObjectRef": bound}):
        body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 600, **spec}}
        path = gate.api.path("ServiceAccount", HOOKS, account, "token")
        for user in (people["alice"], gate.server, gate.hook):
            denied(lambda user=user, body=body, path=path: user.call(path, "POST", body), "the kubelet asks for them",
                   "through Argo CD nothing", "a hook writes")
        gate.api.impersonate("system:node:e2e", "system:nodes").call(path, "POST", body)


# --- What must go on working


def test_kubernetes_runs_a_gate_and_ends_it(gate):
    account = gate.get()["spec"]["template"]["spec"]["serviceAccountName"]
    if not gate.api.get("ServiceAccount", HOOKS, account):
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
        cluster.admin.impersonate(name, pod=f"{unasked.source}-{WRITERS[component]}-xxxxx").create(one)
    cluster.admin.delete("Namespace", None, "leaving")
    until("the namespace is gone", 60, lambda: cluster.admin.get("Namespace", None, "leaving") is None)


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
                                                            "drift-policy-platform", "drift-policy-accounts", "drift-policy-pods",
                                                            "drift-policy-params"}
    policies = cluster.admin.call("/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies")["items"]
    for policy in policies:
        until("the types are checked", 30, lambda name=policy["metadata"]["name"]: checked(cluster, name))
        assert not checked(cluster, policy["metadata"]["name"])["typeChecking"].get("expressionWarnings")


def checked(cluster, name):
    status_now = cluster.admin.call(f"/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/{name}").get("status", {})
    return status_now if "typeChecking" in status_now else None


def test_the_files_are_those_that_are_tested():
    assert {path.name for path in pathlib.Path(FOLDER).glob("*.yaml")} == {
        "accounts.yaml", "jobs.yaml", "evidence.yaml", "names.yaml", "params.yaml", "platform.yaml", "pods.yaml",
        "approver.yaml", "kustomization.yaml"}


# --- Installed again


REMOVAL = next(line for line in (ROOT / "docs" / "upgrades.md").read_text().splitlines()
               if line.startswith("kubectl delete validatingadmissionpolicies,"))


def test_taken_away_and_installed_again_the_policies_go_by_the_accounts_of_now(cluster, controller, unasked, tmp_path):
    """Without drift-policy-params the API server would go by those of before until it restarts (kubernetes/kubernetes#130887)."""
    def run(*arguments):
        kubectl(cluster, Programs(), tmp_path, *arguments)
    job, strange = (copy.deepcopy(unasked.manifest("Job", "gate")) for _ in range(2))
    changed_container(image="registry.example/nobodys")(strange)
    run(*REMOVAL.split()[1:])
    until("a hook Job with any image is let in", 30, lambda: dry_run(controller, strange) is None)
    run("apply", "--server-side", "--force-conflicts", "-k", FOLDER)
    allow_image(cluster.admin, "registry.example/drift-policy:2")
    try:
        until("the policies hold", 60, lambda: policies_hold(cluster.admin))
        until("the image of before is refused", 30, lambda: "(registry.example/drift-policy:2), not drift-policy:e2e" in str(dry_run(controller, job)))
    finally:
        allow_image(cluster.admin)
        until("it is as before", 30, lambda: dry_run(controller, job) is None)
