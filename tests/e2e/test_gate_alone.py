"""The gate against the real API server, without Argo CD: killed at random, with one right less, and with 2,000 objects."""
import contextlib
import json
import os
import pathlib
import random
import subprocess
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import yaml
from gates import POLICY, ROLE
from lone_gate import LoneGate
from manifests import config_map, secret, service
from testbed.kubernetes import KINDS
from testbed.process import until

OBJECTS = "---\n".join([service("web"), secret("db"), ROLE])


def lone(bed, folder, manifests=OBJECTS, **options):
    return LoneGate(bed, folder, manifests, POLICY.format(timeout="1h"), **options)


@pytest.fixture
def no_kubelet(bed):
    """The Jobs' pods stay pending: the tests run them."""
    with bed.kubelet.behave("pending", name="lone-"):
        yield


# False and 0 where the API server keeps them (tables in kube/fields.cpp).
ZEROS = """
apiVersion: v1
kind: ServiceAccount
metadata: {name: web}
automountServiceAccountToken: false
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {maxUnavailable: 0, selector: {}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: web}
spec:
  schedule: "0 0 1 1 *"
  startingDeadlineSeconds: 0
  successfulJobsHistoryLimit: 0
  failedJobsHistoryLimit: 0
  suspend: false
  jobTemplate:
    spec:
      backoffLimit: 0
      parallelism: 0
      completions: 0
      ttlSecondsAfterFinished: 0
      template: {spec: {restartPolicy: Never, containers: [{name: web, image: web}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 0
  revisionHistoryLimit: 0
  minReadySeconds: 0
  paused: false
  strategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 0}}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      automountServiceAccountToken: false
      enableServiceLinks: false
      hostNetwork: false
      setHostnameAsFQDN: false
      shareProcessNamespace: false
      terminationGracePeriodSeconds: 0
      securityContext: {fsGroup: 0, runAsNonRoot: false}
      tolerations: [{key: a, operator: Exists, effect: NoExecute, tolerationSeconds: 0}]
      volumes: [{name: v, configMap: {name: v, optional: false}}]
      containers:
      - name: web
        image: web
        stdin: false
        env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: k, optional: false}}}]
        securityContext:
          {allowPrivilegeEscalation: false, privileged: false, readOnlyRootFilesystem: false, runAsNonRoot: false, runAsUser: 0,
          runAsGroup: 0}
"""


def test_zeros_that_the_api_server_keeps_are_no_drift_and_missed_when_they_go(bed, no_kubelet, tmp_path):
    gate = lone(bed, tmp_path / "gate", ZEROS)
    code, log = gate.run()
    assert code == 0 and gate.notes()["reason"] == "nothing has drifted", log
    gate.api.patch("PodDisruptionBudget", gate.namespace, "web", {"spec": {"maxUnavailable": None, "minAvailable": 1}})
    gate.api.patch("ServiceAccount", gate.namespace, "web", {"automountServiceAccountToken": None})
    context = {"allowPrivilegeEscalation": None, "runAsUser": None}
    gate.api.patch("Deployment", gate.namespace, "web", {"spec": {"template": {"spec": {"containers": [
        {"name": "web", "securityContext": context}]}}}}, strategic=True)
    gate.new_job()
    waiting = gate.start()
    gate.waits()
    waiting.kill()
    waiting.communicate()
    report = json.loads(gate.config_map("report")["data"]["report.json"])
    assert {(o["kind"], d["pointer"], d["change"]) for o in report["objects"] for d in o.get("differences", [])} == {
        ("PodDisruptionBudget", "/spec/maxUnavailable", "removed"), ("ServiceAccount", "/automountServiceAccountToken", "removed"),
        ("Deployment", "/spec/template/spec/containers/0/securityContext/allowPrivilegeEscalation", "removed"),
        ("Deployment", "/spec/template/spec/containers/0/securityContext/runAsUser", "removed")}


def load_balancer(gate):
    gate.api.patch("Service", gate.namespace, "web", {"spec": {"type": "LoadBalancer"}})


def test_killed_a_hundred_times_at_random_points_it_never_opens_by_accident_and_ends_right(bed, no_kubelet, tmp_path):
    """Ten syncs of drift that waits, ten kills each; then half of them are approved and half rejected."""
    chance = random.Random(4)
    more = [config_map(f"settings-{number}") for number in range(100)]  # so that looking at them takes a while
    gate = lone(bed, tmp_path / "gate", "---\n".join([OBJECTS, *more]))
    load_balancer(gate)
    # How long a pod takes until it waits, so that the kills fall into its work as well as into its waiting.
    begin = time.monotonic()
    process = gate.start()
    gate.waits()
    longest = (time.monotonic() - begin) * 1.5
    process.kill()
    process.communicate()
    states = []
    for sync in range(10):
        gate.new_job()
        for _ in range(10):
            process = gate.start()
            time.sleep(chance.uniform(0, longest))
            process.kill()
            process.communicate()
            assert process.returncode == -9, "it ended by itself, though nobody had answered"
            states.append(gate.notes().get("state", "none"))
            assert states[-1] in ("none", "analysing", "waiting")
        process = gate.start()
        deadline = gate.waits()["deadline"]
        action = "approve" if sync % 2 == 0 else "reject"
        gate.answer(action, "alice")
        log, _ = process.communicate(timeout=60)
        assert process.returncode == (0 if action == "approve" else 1), log
        notes = gate.notes()
        assert notes["state"] == ("passed" if action == "approve" else "refused")
        assert notes["deadline"] == deadline
    assert len(states) == 100
    assert "waiting" in states and len(set(states)) > 1, "the kills were not spread over its work"


def test_killed_after_the_answer_it_ends_as_answered(bed, no_kubelet, tmp_path):
    chance = random.Random(5)
    gate = lone(bed, tmp_path / "gate")
    load_balancer(gate)
    for sync in range(10):
        gate.new_job()
        process = gate.start()
        gate.waits()
        gate.answer("approve" if sync % 2 == 0 else "reject", "alice")
        for _ in range(5):
            time.sleep(chance.uniform(0, 0.2))
            process.kill()
            process.communicate()
            process = gate.start()
        log, _ = process.communicate(timeout=60)
        assert process.returncode == (0 if sync % 2 == 0 else 1), log
        assert gate.notes()["state"] == ("passed" if sync % 2 == 0 else "refused")


def rights():
    """Each verb and each name of the gate's own Role, as (rule, kind of thing, which)."""
    rules = [("plan", ["get"]), ("base", ["get"]), ("report", ["get", "update"]), ("emergency", ["get", "patch"]),
             ("create", ["create"]), ("jobs", ["get", "watch", "patch"]), ("jobs/status", ["patch"])]
    return [(rule, verb) for rule, verbs in rules for verb in verbs]


def gates_role(manifest):
    return manifest["kind"] == "Role" and manifest["metadata"]["name"].endswith("-gate")


def takes(rule, what):
    """Whether that rule of the Role is the one about `what`."""
    if what == "create":
        return rule["verbs"] == ["create"]
    if what.startswith("jobs"):
        return rule["resources"] == [what]
    return any(name.endswith(f"-{what}") for name in rule.get("resourceNames", []))


def without(what, verb):
    """Takes one verb on one name out of the gate's Role."""
    def spoil(manifest):
        if not gates_role(manifest):
            return
        rules, taken = [], 0
        for rule in manifest["rules"]:
            if verb in rule["verbs"] and takes(rule, what):
                taken += 1
                left = [v for v in rule["verbs"] if v != verb]
                others = [n for n in rule.get("resourceNames", []) if not n.endswith(f"-{what}") and not what.startswith("jobs")]
                if others:
                    rules.append({**rule, "resourceNames": others})
                    rule = {**rule, "resourceNames": [n for n in rule["resourceNames"] if n not in others]}
                if not left:
                    continue
                rule = {**rule, "verbs": left}
            rules.append(rule)
        assert taken == 1, f"the Role has no {verb} on {what}: {manifest['rules']}"
        manifest["rules"] = rules
    return spoil


def one_sync(gate, answer):
    """Drift that waits and is an emergency too, answered as soon as it is asked (None: not at all): exit code and log."""
    load_balancer(gate)
    gate.api.delete("Secret", gate.namespace, "db")
    process = gate.start()

    def asked_or_over():
        return process.poll() is not None or gate.notes().get("state") == "waiting"
    until("it asks, or gives up", 120, asked_or_over)
    if answer and process.poll() is None:
        gate.answer(answer, "alice")
    log, _ = process.communicate(timeout=120)
    return process.returncode, log


@pytest.fixture(scope="module")
def restricted(bed, tmp_path_factory):
    """What becomes of a gate for each right that is taken away, and of one that has them all: (exit code, log, message). Side by
    side, for most of it is waiting."""
    folder = tmp_path_factory.mktemp("restricted")

    def try_one(right):
        gate = lone(bed, folder / "-".join(right).replace("/", "-"), spoil=without(*right) if right[0] != "all" else lambda m: None)
        if right[0] in ("report", "emergency", "all"):  # what an earlier sync has left
            prefix = gate.name().removesuffix("gate")
            for name in ("report", "emergency"):
                gate.api.create({"apiVersion": "v1", "kind": "ConfigMap", "data": {"earlier": "1"},
                                 "metadata": {"name": prefix + name, "namespace": gate.namespace}})
        answer = {("jobs", "watch"): None, ("jobs/status", "patch"): "reject", ("all", "reject"): "reject"}.get(right, "approve")
        code, log = one_sync(gate, answer)
        if answer == "reject" and right[0] == "all":
            until("the Job has failed", 30, gate.message)
        return code, log, gate.message()
    wanted = [*rights(), ("all", "approve"), ("all", "reject")]
    with bed.kubelet.behave("pending", name="lone-"), ThreadPoolExecutor(6) as pool:
        return dict(zip(wanted, pool.map(try_one, wanted)))


def test_with_all_its_rights_it_waits_and_passes_or_refuses(restricted):
    assert restricted["all", "approve"][0] == 0, restricted["all", "approve"][1]
    code, log, message = restricted["all", "reject"]
    assert (code, message) == (1, "rejected by alice: seen"), log


@pytest.mark.parametrize("what, verb", [right for right in rights() if right[0] != "jobs/status"])
def test_with_one_right_less_it_refuses_and_says_which(restricted, what, verb):
    code, log, _ = restricted[what, verb]
    assert code == 1 and "403" in log, log
    assert f'"{"configmaps" if not what.startswith("jobs") else what}"' in log and f'cannot {verb} ' in log, log


def test_without_the_right_to_the_jobs_status_its_words_do_not_reach_argo_cd(restricted):
    code, log, message = restricted["jobs/status", "patch"]
    assert code == 1 and message != "rejected by alice: seen"
    assert "warning: the Job could not be told" in log and "jobs/status" in log


def test_an_object_that_it_may_not_read_counts_as_its_own_severity(bed, no_kubelet, tmp_path):
    def blind(manifest):
        if manifest["kind"] == "Role" and "-read-" in manifest["metadata"]["name"]:
            manifest["rules"] = [rule for rule in manifest["rules"] if rule["resources"] != ["services"]]
    gate = lone(bed, tmp_path / "gate", spoil=blind)
    process = gate.start()
    assert gate.waits()["asks"] == "medium"
    gate.answer("reject", "alice")
    process.communicate(timeout=60)
    report = json.loads(gate.config_map("report")["data"]["report.json"])
    assert [(o["kind"], o["state"]) for o in report["objects"] if o["state"] == "not inspected"] == [("Service", "not inspected")]


# Its plural is none that the kind tells.
DEFINITION = """apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: net-things.e2e.drift-policy.dev}
spec:
  group: e2e.drift-policy.dev
  scope: Namespaced
  names: {kind: NetThing, plural: net-things, singular: net-thing, listKind: NetThingList}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
"""
NET_THING = """apiVersion: e2e.drift-policy.dev/v1
kind: NetThing
metadata: {name: one, annotations: {drift-policy.dev/severity: medium}}
spec: {a: 1}
"""


@contextlib.contextmanager
def served(bed, text):
    """The kind of this definition."""
    admin, definition = bed.cluster.admin, yaml.safe_load(text)
    admin.create(definition)
    name, spec = definition["metadata"]["name"], definition["spec"]
    KINDS[spec["names"]["kind"]] = (f"{spec['group']}/v1", spec["names"]["plural"], True)
    until("its objects are served", 30, lambda: any(
        c["type"] == "Established" and c["status"] == "True"
        for c in admin.get("CustomResourceDefinition", None, name).get("status", {}).get("conditions", [])))
    yield
    del KINDS[spec["names"]["kind"]]
    admin.delete("CustomResourceDefinition", None, name)


@pytest.fixture
def net_things(bed):
    with served(bed, DEFINITION):
        yield


def states(gate):
    report = json.loads(gate.config_map("report")["data"]["report.json"])
    return {o["kind"]: (o["state"], o.get("unread")) for o in report["objects"]}


def test_an_object_whose_plural_is_a_wrong_guess_is_not_inspected_and_not_deleted(bed, no_kubelet, net_things, tmp_path):
    gate = lone(bed, tmp_path / "gate", "---\n".join([service("web"), NET_THING]))
    process = gate.start()
    assert gate.waits()["asks"] == "medium"
    gate.answer("reject", "alice")
    log, _ = process.communicate(timeout=60)
    # The gate asks the cluster for the plural, but its Role was rendered before that and names the wrong one.
    assert states(gate) == {"Service": ("in sync", None), "NetThing": ("not inspected", "forbidden")}
    assert "the rendering's Role names netthings, and the cluster calls NetThing.e2e.drift-policy.dev net-things" in log, log
    # With its definition beside it the plural is known.
    beside = lone(bed, tmp_path / "beside", "---\n".join([NET_THING, DEFINITION]), made=("CustomResourceDefinition",))
    assert beside.run()[0] == 0
    assert states(beside)["NetThing"] == ("in sync", None)


# Lists of `kept` keep what isn't known. `siez` and the like stand in no schema.
WIDGETS = """apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.shut.drift-policy.dev}
spec:
  group: shut.drift-policy.dev
  scope: Namespaced
  names: {kind: Widget, plural: widgets, singular: widget, listKind: WidgetList}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              size: {type: integer}
              port: {x-kubernetes-int-or-string: true}
              parts: {type: array, items: {type: object, properties: {a: {type: string}}, oneOf: [{required: [a]}]}}
              kept: {type: array, x-kubernetes-preserve-unknown-fields: true, items: {type: object, properties: {a: {type: string}}}}
              pod: {type: object, x-kubernetes-embedded-resource: true, properties: {spec: {type: object, properties: {a: {type: string}}}}}
"""
WIDGET = """apiVersion: shut.drift-policy.dev/v1
kind: Widget
metadata: {name: one, annotations: {drift-policy.dev/severity: medium}}
spec:
  size: 3
  siez: 4
  port: http
  parts: [{a: x, b: x}]
  kept: [{a: x, b: x}]
  pod: {apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {a: x, b: x}}
"""
DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: web, imagePullPolcy: Never}]}}
"""


def test_what_no_schema_knows_was_never_kept_and_what_it_knows_is_missed(bed, no_kubelet, tmp_path):
    with served(bed, WIDGETS):
        gate = lone(bed, tmp_path / "gate", "---\n".join([WIDGET, DEPLOYMENT]))
        code, log = gate.run()
        assert code == 0 and gate.notes()["reason"] == "nothing has drifted", log
        report = json.loads(gate.config_map("report")["data"]["report.json"])
        assert {(o["kind"], pointer) for o in report["objects"] for pointer in o.get("notKept", [])} == {
            ("Widget", "/spec/siez"), ("Widget", "/spec/parts/0/b"), ("Widget", "/spec/pod/spec/b"),
            ("Deployment", "/spec/template/spec/containers/0/imagePullPolcy")}
        assert "not kept by the cluster: Widget" in log, log
        gate.api.patch("Widget", gate.namespace, "one", {"spec": {"size": None, "kept": [{"a": "x"}]}})
        gate.new_job()
        process = gate.start()
        gate.waits()
        process.kill()
        process.communicate()
        report = json.loads(gate.config_map("report")["data"]["report.json"])
        assert {(o["kind"], d["pointer"], d["change"]) for o in report["objects"] for d in o.get("differences", [])} == {
            ("Widget", "/spec/size", "removed"), ("Widget", "/spec/kept/0/b", "removed")}


def test_a_cluster_role_that_it_may_not_read_is_named_and_its_words_let_it(bed, no_kubelet, tmp_path):
    name = f"lone-{uuid.uuid4().hex[:8]}"
    role = ROLE.replace("kind: Role", "kind: ClusterRole").replace(
        "{name: reader}", f"{{name: {name}, annotations: {{drift-policy.dev/severity: frozen}}}}")
    gate = lone(bed, tmp_path / "gate", "---\n".join([service("web"), role]))
    code, log = gate.run()
    assert code == 1 and f"nobody knows whether ClusterRole {name} changed" in log, log
    command = next(line.strip() for line in log.splitlines() if line.startswith("  kubectl create clusterrole "))
    assert command in until("the Job has its message", 30, gate.message)
    config = bed.cluster.admin.kubeconfig(tmp_path / "admin.kubeconfig")
    folder = os.path.dirname(bed.programs.kubectl)
    subprocess.run(command, shell=True, check=True, capture_output=True,
                   env={"PATH": f"{folder}:/usr/bin:/bin", "KUBECONFIG": str(config), "HOME": str(tmp_path)})
    gate.new_job()

    def passes():
        code, log = gate.run()
        return log if code == 0 else gate.new_job()
    assert "nothing has drifted" in until("the right is in force", 60, passes)
    added = gate.name().removesuffix("gate") + "read-cluster"
    for kind, made in (("ClusterRole", name), ("ClusterRole", added), ("ClusterRoleBinding", added)):
        bed.cluster.admin.delete(kind, None, made)


def test_a_secret_that_waits_for_its_finalizer_counts_as_deleted(bed, no_kubelet, tmp_path):
    gate = lone(bed, tmp_path / "gate")
    gate.api.patch("Secret", gate.namespace, "db", {"metadata": {"finalizers": ["e2e.drift-policy.dev/hold"]}})
    gate.api.delete("Secret", gate.namespace, "db")
    code, log = gate.run()
    gate.api.patch("Secret", gate.namespace, "db", {"metadata": {"finalizers": None}})
    assert code == 0 and "Secret" in log, log
    assert states(gate)["Secret"] == ("being deleted", None)
    assert gate.config_map("emergency"), "no alert"


def test_an_application_that_was_made_anew_is_asked_about_and_its_base_can_be_removed(bed, no_kubelet, tmp_path):
    gate = lone(bed, tmp_path / "gate")
    for kind, name in (("Service", "web"), ("Secret", "db"), ("Role", "reader")):
        gate.api.delete(kind, gate.namespace, name)
    process = gate.start()
    gate.waits()
    gate.answer("reject", "alice")
    log, _ = process.communicate(timeout=60)
    base = gate.name().removesuffix("gate") + "base"
    assert "all of its objects are gone: was the application deleted and made anew?" in log
    assert f"\n  kubectl -n {gate.namespace} delete configmap {base}\n" in log, log
    gate.api.delete("ConfigMap", gate.namespace, base)
    gate.new_job()
    code, log = gate.run()
    assert code == 0 and "there is no last sync to compare with" in log, log


# As the gate is allowed: plugin/commands/hook.cpp.
BURST, RATE = 300, 300


def high_water_mark(pid):
    """The most memory that a process has had, in MiB. Its ru_maxrss would count pytest's own, from before exec."""
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return max((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), default=0)


def test_two_thousand_objects_are_looked_at_in_little_memory(bed, no_kubelet, tmp_path):
    """How long it took is printed (pytest -s), and told in docs/benchmarks.md."""
    count = 2000
    manifests = "---\n".join([service("web"), *[config_map(f"settings-{number}", str(number)) for number in range(count - 1)]])
    gate = lone(bed, tmp_path / "gate", manifests)
    begin = time.monotonic()
    process = gate.start()
    peak, (ended, status, usage) = 0, (0, 0, None)
    while not ended:
        peak = max(peak, high_water_mark(process.pid))
        time.sleep(0.02)
        ended, status, usage = os.wait4(process.pid, os.WNOHANG)
    seconds = time.monotonic() - begin
    log = process.stdout.read()
    assert os.waitstatus_to_exitcode(status) == 0, log
    report = json.loads(gate.config_map("report")["data"]["report.json"])
    assert report["inspected"] == count
    print(f"\n{count} objects: {seconds:.1f} s, {count / seconds:.0f} a second, {peak:.0f} MB, "
          f"{usage.ru_utime + usage.ru_stime:.1f} s of CPU")
    assert 0 < peak < 100
    assert count <= BURST + RATE * seconds, "it asked faster than it may"
