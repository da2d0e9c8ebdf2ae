"""audit and alert against the real API server, with the rights of their Roles: killed anywhere, at once, and with less rights."""
import copy
import random
import time
import uuid

import pytest
from audits import EMERGENCIES, HEAD, Hooks, platform
from testbed.process import until

ROUNDS = 100


@pytest.fixture(scope="module", params=["platform", "own"])
def place(request, bed, tmp_path_factory):
    """Makes applications whose hooks share a platform's namespace, or that have them in their own."""
    folder = tmp_path_factory.mktemp("audit")
    policy = platform(bed.cluster, f"hooks-{uuid.uuid4().hex[:6]}", folder / "policy.yaml") if request.param == "platform" else None

    def make():
        return Hooks(bed, folder, f"app-{uuid.uuid4().hex[:6]}", policy)
    make.shared = request.param == "platform"
    return make


def test_a_hook_writes_a_record_and_the_base_with_the_rights_of_its_role_alone(place):
    hooks = place()
    code, out, err = hooks.run("audit")
    assert code == 0, err
    assert '"chain"' in out
    assert hooks.config_map("base")["data"]["plan.json"] == hooks.config_map("plan")["data"]["plan.json"]
    code, _, err = hooks.run("alert")
    assert code == 0, err
    assert len([a for a in hooks.admin.list("ConfigMap", hooks.namespace, EMERGENCIES)
                if a["metadata"]["name"] == f"{hooks.prefix}-emergency"]) == 1
    assert hooks.audit("verify").returncode == 0


@pytest.mark.parametrize("hook", ["audit", "alert"])
def test_a_hook_that_is_killed_at_random_points_loses_and_doubles_no_record(place, hook):
    hooks = place()
    before = hooks.syncs() if hooks.admin.get("ConfigMap", hooks.namespace, HEAD) else []
    chance = random.Random(hook)
    began = time.monotonic()
    first = uuid.uuid4().hex
    code, _, err = hooks.run(hook, first)
    assert code == 0, err
    usual = time.monotonic() - began
    uids, killed = [first], 0
    for _ in range(ROUNDS):
        uid = uuid.uuid4().hex
        process = hooks.start(hook, uid)
        time.sleep(chance.uniform(0, usual))
        process.kill()
        process.communicate()
        killed += process.returncode == -9
        code, _, err = hooks.run(hook, uid)  # the next pod
        assert code == 0, err
        uids.append(uid)
    found = hooks.syncs()
    expected = before + uids
    # Without a platform namespace an application has names for 32 records; retention has counted the others.
    assert found == expected[-len(found):] and len(found) >= min(31, len(expected))
    assert hooks.length() == len(expected)
    assert killed > ROUNDS / 10, "the kills came too late to show anything"


def test_many_hooks_at_once_in_one_namespace_never_fork_the_chain(place):
    first = place()
    others = [first, place()] if place.shared else [first]
    before = first.syncs() if first.admin.get("ConfigMap", first.namespace, HEAD) else []
    started = []
    for round_ in range(5):
        for hooks in others:
            for hook in ("audit", "alert"):
                uid = f"{hook}-{round_}-{uuid.uuid4().hex}"
                started.append((uid, hooks.start(hook, uid)))
    for uid, process in started:
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0, f"{uid}: {err}"
    after = first.syncs()
    assert after[:len(before)] == before
    assert sorted(after[len(before):]) == sorted(uid for uid, _ in started)


# --- Least privilege: the Roles of audit and alert in the application's own namespace.

@pytest.fixture(scope="module")
def worn(bed, tmp_path_factory):
    """An application that has used all of its names for records, so that each right is needed."""
    hooks = Hooks(bed, tmp_path_factory.mktemp("rights"), f"rights-{uuid.uuid4().hex[:6]}")
    for hook in ["audit"] * 17 + ["alert"] * 17:
        code, _, err = hooks.run(hook)
        assert code == 0, err
    return hooks


def allowed(hooks, hook, verb, group, resource, name):
    account = hooks.jobs[hook]["spec"]["template"]["spec"]["serviceAccountName"]
    resource, _, sub = resource.partition("/")
    review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": {
        "user": f"system:serviceaccount:{hooks.namespace}:{account}",
        "resourceAttributes": {"namespace": hooks.namespace, "verb": verb, "group": group, "resource": resource, "name": name,
                               "subresource": sub}}}
    return hooks.admin.call("/apis/authorization.k8s.io/v1/subjectaccessreviews", "POST", review)["status"].get("allowed", False)


RIGHTS = [  # the hook, verb, resource, and the end of the name; the record's stands for all 32
    ("audit", "get", "configmaps", "plan"), ("audit", "get", "configmaps", "report"), ("audit", "get", "configmaps", "emergency"),
    ("audit", "get", "configmaps", "base"), ("audit", "patch", "configmaps", "base"), ("audit", "get", "configmaps", HEAD),
    ("audit", "update", "configmaps", HEAD), ("audit", "create", "configmaps", ""), ("audit", "get", "configmaps", "record-03"),
    ("audit", "delete", "configmaps", "record-07"), ("audit", "get", "jobs", "gate"),
    ("alert", "get", "configmaps", "plan"), ("alert", "get", "configmaps", "report"), ("alert", "get", "configmaps", "base"),
    ("alert", "get", "configmaps", "emergency"), ("alert", "patch", "configmaps", "emergency"),
    ("alert", "get", "configmaps", HEAD), ("alert", "update", "configmaps", HEAD), ("alert", "create", "configmaps", ""),
    ("alert", "get", "configmaps", "record-11"), ("alert", "delete", "configmaps", "record-15"),
    ("alert", "get", "jobs", "gate"), ("alert", "get", "jobs", "audit")]


# What a hook may do and goes on without.
OPTIONAL = [("audit", "patch", "configmaps", "emergency")]


def without(role, verb, resource, name):
    """The Role's rules with that one right taken out, and nothing else; None where it isn't in it."""
    rules, found = [], False
    for rule in role["rules"]:
        names = rule.get("resourceNames", [""])
        if rule["resources"] == [resource] and verb in rule["verbs"] and name in names:
            found = True
            rest = [n for n in names if n != name]
            verbs = [v for v in rule["verbs"] if v != verb]
            if rest:
                rules.append({**rule, "resourceNames": rest})
            if verbs:
                rules.append({**rule, "verbs": verbs, **({"resourceNames": [name]} if name else {})})
        else:
            rules.append(copy.deepcopy(rule))
    return rules if found else None


def test_every_right_of_the_roles_is_in_the_list_that_is_tried(worn):
    listed = {(hook, verb, resource, name if name in ("", HEAD) else f"{worn.prefix}-{name}") for hook, verb, resource, name in RIGHTS + OPTIONAL}
    for hook in ("audit", "alert"):
        for rule in worn.roles[f"{worn.prefix}-{hook}"]["rules"]:
            for verb in rule["verbs"]:
                for name in rule.get("resourceNames", [""]):
                    known = (hook, verb, rule["resources"][0], name) in listed
                    assert known or "-record-" in name, (hook, verb, rule["resources"], name)


@pytest.mark.parametrize("hook,verb,resource,name", RIGHTS, ids=["-".join(filter(None, right)) for right in RIGHTS])
def test_a_hook_fails_where_one_right_is_taken_out_of_its_role(worn, hook, verb, resource, name):
    full = name if name in ("", HEAD) else f"{worn.prefix}-{name}"
    role = worn.roles[f"{worn.prefix}-{hook}"]
    rules = without(role, verb, resource, full)
    assert rules is not None
    group = "batch" if resource == "jobs" else ""
    path = worn.admin.path("Role", worn.namespace, role["metadata"]["name"])
    metadata = {"name": role["metadata"]["name"], "namespace": worn.namespace}
    body = {"apiVersion": role["apiVersion"], "kind": "Role", "metadata": metadata}
    worn.admin.call(path, "PUT", {**body, "rules": rules})
    try:
        until("it is taken away", 30, lambda: not allowed(worn, hook, verb, group, resource, full))
        codes = []
        for _ in range(33 if "record" in name else 1):  # one run uses one name for records
            code, _, err = worn.run(hook)
            codes.append(code)
            if code:
                break
        assert codes[-1] == 3, (codes, err)
        assert "403" in err
    finally:
        worn.admin.call(path, "PUT", {**body, "rules": role["rules"]})
        until("it is given back", 30, lambda: allowed(worn, hook, verb, group, resource, full))
    assert worn.run(hook)[0] == 0
    assert worn.audit("verify").returncode == 0


def test_an_alert_is_marked_as_resolved_by_the_next_success_and_is_no_reason_to_fail(place):
    hooks = place()
    assert hooks.run("alert")[0] == 0
    role = hooks.roles.get(f"{hooks.prefix}-audit")
    if role:  # its own: first without the right
        path = hooks.admin.path("Role", hooks.namespace, role["metadata"]["name"])
        body = {"apiVersion": role["apiVersion"], "kind": "Role", "metadata": {"name": role["metadata"]["name"], "namespace": hooks.namespace}}
        right = ("patch", "configmaps", f"{hooks.prefix}-emergency")
        hooks.admin.call(path, "PUT", {**body, "rules": without(role, *right)})
        until("it is taken away", 30, lambda: not allowed(hooks, "audit", "patch", "", *right[1:]))
        code, _, err = hooks.run("audit")
        assert code == 0 and "could not be marked as resolved" in err, err
        assert "drift-policy.dev/resolved" not in hooks.config_map("emergency")["metadata"]["labels"]
        hooks.admin.call(path, "PUT", {**body, "rules": role["rules"]})
        until("it is given back", 30, lambda: allowed(hooks, "audit", "patch", "", *right[1:]))
    code, _, err = hooks.run("audit")
    assert code == 0, err
    marked = hooks.config_map("emergency")["metadata"]
    assert marked["labels"]["drift-policy.dev/resolved"] == "true"
    assert marked["annotations"]["drift-policy.dev/resolved-revision"] == "1111111"
    assert hooks.run("alert")[0] == 0
    again = hooks.config_map("emergency")["metadata"]
    assert "drift-policy.dev/resolved" not in again["labels"] and "drift-policy.dev/resolved-at" not in again["annotations"]
