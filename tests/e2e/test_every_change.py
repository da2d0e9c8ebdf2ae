"""Every change that the API server takes and keeps is drift, and nothing that it makes of an object by itself is: thousands of
changes of objects with as many fields as they take, each made by the real API server in a dry run."""
import copy
import json
import subprocess
import typing
from concurrent.futures import ThreadPoolExecutor

import pytest
from mutations import mutations, value_at
from testbed.kubernetes import ApiError
from testbed.programs import ROOT

WIDE = ROOT / "tests" / "e2e" / "objects" / "wide.yaml"
DIFFERENCES = ROOT / "build" / "tests" / "drift-differences"
SERVERS_OWN = ("resourceVersion", "uid", "creationTimestamp", "managedFields", "generation")
# The order of what Kubernetes tells apart by keys or takes for a set means nothing; docs/drift.md.
UNORDERED = {"addresses", "containers", "env", "imagePullSecrets", "ports", "validationActions", "volumeMounts", "volumes"}
# No drift on purpose: metadata but for labels and annotations (docs/drift.md); and a targetPort of 0 stands for any.
NO_DRIFT = {("PersistentVolumeClaim", "metadata/finalizers"), ("Service", "spec/ports/1/targetPort")}


class Change(typing.NamedTuple):
    """What the API server made of an object with one change."""
    index: int
    path: tuple
    how: str
    live: dict


class Server:
    """The API server's answers to objects that are not stored."""

    def __init__(self, api, namespace):
        self.api, self.namespace, self.resources = api, namespace, {}

    def made_of(self, thing):
        """The object as it would be stored; ApiError where it is refused."""
        return self.api.call(self.path(thing["apiVersion"], thing["kind"]) + "?dryRun=All", "POST", thing)

    def path(self, version, kind):
        base = f"/{'apis' if '/' in version else 'api'}/{version}"
        if version not in self.resources:
            self.resources[version] = {r["kind"]: r for r in self.api.call(base)["resources"] if "/" not in r["name"]}
        resource = self.resources[version][kind]
        return base + (f"/namespaces/{self.namespace}" if resource["namespaced"] else "") + "/" + resource["name"]


def without_servers_own(live):
    """What somebody could have written; addresses and ports that the API server chose are others each time."""
    live = copy.deepcopy(live)
    for key in SERVERS_OWN:
        live["metadata"].pop(key, None)
    live.pop("status", None)
    if live["kind"] == "Service":
        spec = live["spec"]
        if spec.get("clusterIP") != "None":
            spec.pop("clusterIP", None)
            spec.pop("clusterIPs", None)
        spec.pop("healthCheckNodePort", None)
        for port in spec.get("ports", []):
            port.pop("nodePort", None)
    return live


@pytest.fixture(scope="module")
def plan(bed, tmp_path_factory):
    """The plan's file."""
    file = tmp_path_factory.mktemp("plan") / "plan.json"
    subprocess.run([bed.programs.drift_policy, "render", "--no-hooks", "-q", "--plan", file, WIDE], check=True,
                   stdout=subprocess.DEVNULL)
    return file


@pytest.fixture(scope="module")
def server(bed):
    bed.cluster.namespace("every-change")
    return Server(bed.cluster.admin, "every-change")


@pytest.fixture(scope="module")
def manifests(bed):
    """The objects in the plan's order, without what the policy writes: nobody's change of that is drift."""
    result = subprocess.run([bed.programs.drift_policy, "render", "--policy", "none", "-q", "-o", "jsonl", WIDE], check=True,
                            capture_output=True, text=True)
    return [json.loads(line) for line in result.stdout.split("\n")[:-1]]


@pytest.fixture(scope="module")
def stored(server, manifests):
    """What the API server makes of each, unchanged."""
    return [server.made_of(thing) for thing in manifests]


def differences(plan_file, objects):
    """The pointers that a gate would name, for each (index of the planned object, live object)."""
    lines = "".join(f"{index} {json.dumps(live)}\n" for index, live in objects)
    result = subprocess.run([DIFFERENCES, plan_file], input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in result.stdout.split("\n")[:-1]]


@pytest.fixture(scope="module")
def changes(server, stored):
    """Each change that the API server took and kept."""
    bases = [without_servers_own(live) for live in stored]

    def attempt(case):
        index, (path, how, thing) = case
        try:
            live = server.made_of(thing)
        except ApiError:
            return None
        return Change(index, path, how, live) if without_servers_own(live) != bases[index] else None
    cases = [(index, mutation) for index, base in enumerate(bases) for mutation in mutations(base)]
    with ThreadPoolExecutor(8) as pool:
        return [change for change in pool.map(attempt, cases) if change]


def test_what_the_api_server_makes_of_an_object_is_no_drift(plan, stored):
    found = differences(plan, enumerate(stored))
    wrong = [(live["kind"], live["metadata"]["name"], pointers) for live, pointers in zip(stored, found) if pointers]
    assert not wrong, wrong


def test_every_change_of_what_git_names_is_drift(plan, manifests, changes):
    found = differences(plan, ((change.index, change.live) for change in changes))
    unseen = []
    for change, pointers in zip(changes, found):
        thing = manifests[change.index]
        path = "/".join(map(str, change.path))
        if pointers or value_at(thing, change.path) is None or (change.how == "reversed" and change.path[-1] in UNORDERED):
            continue
        if not any(thing["kind"] == kind and path.startswith(beginning) for kind, beginning in NO_DRIFT):
            unseen.append((thing["kind"], thing["metadata"]["name"], path, change.how, value_at(thing, change.path),
                           value_at(change.live, change.path)))
    assert not unseen, "\n".join(map(str, unseen))
    assert len(changes) > 1000, "too few changes were taken for this to say anything"
