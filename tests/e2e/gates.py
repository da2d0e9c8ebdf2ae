"""Gates as tests see them: an application whose objects have all severities, the gate's Job, and people who answer."""
import json
import subprocess

from manifests import deployment, secret, service
from testbed.process import until

CREATE = {"syncOptions": ["CreateNamespace=true"]}
NOTE = "drift-policy.dev/"

POLICY = """apiVersion: drift-policy.dev/v1alpha1
kind: DriftPolicy
metadata: {{name: gates}}
spec:
  severities:
  - {{name: low, remediation: {{action: autoSync}}}}
  - {{name: medium, remediation: {{action: approve}}, approval: {{required: 1, groups: [platform], timeout: {timeout}}}}}
  - {{name: shared, remediation: {{action: approve}}, approval: {{required: 2, groups: [platform], timeout: 1h}}}}
  - {{name: high, remediation: {{action: restore}}}}
  - {{name: critical, remediation: {{action: stop}}, approval: {{required: 1, groups: [platform], timeout: 1h}}}}
  - {{name: frozen, remediation: {{action: stop}}}}
  rules:
  - name: workloads
    match: {{any: [{{resources: {{kinds: [apps/*/Deployment, /v1/Service]}}}}]}}
    severity: medium
    fields: [{{id: replicas, jsonPointers: [/spec/replicas], severity: low}}]
  - {{name: secrets, match: {{any: [{{resources: {{kinds: [/v1/Secret]}}}}]}}, severity: high}}
  - {{name: rbac, match: {{any: [{{resources: {{kinds: [rbac.authorization.k8s.io/*/*]}}}}]}}, severity: critical}}
  - {{name: shared, match: {{any: [{{resources: {{kinds: [/v1/ConfigMap], names: [shared]}}}}]}}, severity: shared}}
  - {{name: frozen, match: {{any: [{{resources: {{kinds: [/v1/ConfigMap], names: [frozen]}}}}]}}, severity: frozen}}
"""

ROLE = """apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules:
- {apiGroups: [""], resources: [configmaps], verbs: [get]}
"""
FROZEN = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: frozen}\ndata: {ice: cold}\n"
SHARED = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shared}\ndata: {owner: both}\n"


def write_objects(repository, folder="app"):
    """A Deployment and a Service (medium, its replicas low), a Secret (high), a Role (critical) and two ConfigMaps
    (shared, which asks for two people, and frozen)."""
    for name, text in (("deployment", deployment("web", 2)), ("service", service("web")), ("secret", secret("db")),
                       ("role", ROLE), ("frozen", FROZEN), ("shared", SHARED)):
        repository.write(f"{folder}/{name}.yaml", text)
    return repository


def records(cluster, namespace, application=None):
    """The records of that namespace, or of one application, as `audit list` prints them."""
    config = cluster.admin.kubeconfig(cluster.folder / "auditor.kubeconfig")
    only = ["--application", application] if application else []
    return json.loads(subprocess.run([cluster.programs.drift_policy, "audit", "list", "-o", "json", "-n", namespace, "--kubeconfig", config, *only],
                                     check=True, capture_output=True, text=True).stdout)


class Gate:
    """The gate's Job of an application in that namespace."""

    def __init__(self, cluster, namespace):
        self.cluster, self.api, self.namespace = cluster, cluster.admin, namespace

    def job(self):
        jobs = [job for job in self.api.list("Job", self.namespace) if job["metadata"]["name"].endswith("-gate")]
        return jobs[0] if jobs else None

    def name(self):
        return self.job()["metadata"]["name"]

    def config_map(self, what):
        return self.api.get("ConfigMap", self.namespace, self.name().removesuffix("gate") + what)

    def notes(self):
        job = self.job()
        notes = job["metadata"].get("annotations", {}) if job else {}
        return {key.removeprefix(NOTE): value for key, value in notes.items() if key.startswith(NOTE)}

    def waits(self, seconds=120, **wanted):
        """Waits until it waits with these notes; all its notes."""
        wanted = {"state": "waiting", **{key.replace("_", "-"): value for key, value in wanted.items()}}

        def right():
            notes = self.notes()
            return notes if all(notes.get(key) == value for key, value in wanted.items()) else None
        return until(f"the gate has {wanted}", seconds, right)

    def drifted_on(self, drift, seconds=120):
        """Waits until it asks about another drift; its notes."""
        return until(f"the gate asks anew, not about {drift}", seconds,
                     lambda: self.notes() if self.notes().get("drift") not in (None, drift) else None)

    def answer(self, action, person, reason="seen", drift=None):
        """As a person does it with plain kubectl, who may patch Jobs in this namespace."""
        let_answer(self.api, self.namespace, person)
        drift = drift or self.notes()["drift"]
        config = self.cluster.user(person).kubeconfig(self.cluster.folder / f"{person}.kubeconfig")
        subprocess.run([self.cluster.programs.kubectl, "--kubeconfig", config, "-n", self.namespace, "annotate", "job",
                        self.name(), f"{action}.drift-policy.dev/{person}-{drift}={drift} {person}: {reason}"], check=True,
                       capture_output=True, text=True)

    def record(self):
        """What the application's last sync left in the chain, as auditors read it."""
        found = records(self.cluster, self.namespace, self.job()["metadata"]["annotations"][NOTE + "application"])
        return max(found, key=lambda entry: entry["sequence"])["record"]

    def message(self):
        """Of the Job's condition Failed."""
        conditions = self.job().get("status", {}).get("conditions", [])
        return next((c["message"] for c in conditions if c["type"] == "Failed"), None)


class NamedGate(Gate):
    """One gate of several in a namespace."""

    def __init__(self, cluster, namespace, name):
        super().__init__(cluster, namespace)
        self.of = name

    def job(self):
        return self.api.get("Job", self.namespace, self.of)


def gates_of(app, namespace=None):
    """The gates of an application, one for each of its sources, whose hooks live in that namespace, else in its own."""
    cluster, namespace = app.bed.cluster, namespace or app.namespace
    jobs = cluster.admin.list("Job", namespace, "app.kubernetes.io/component=gate")
    return [NamedGate(cluster, namespace, job["metadata"]["name"]) for job in jobs
            if job["metadata"]["annotations"][NOTE + "application"] == app.name]


def let_answer(api, namespace, person):
    group = "rbac.authorization.k8s.io"
    name = f"answers-{person}"
    if api.get("Role", namespace, name):
        return
    api.create({"apiVersion": f"{group}/v1", "kind": "Role", "metadata": {"name": name, "namespace": namespace},
                "rules": [{"apiGroups": ["batch"], "resources": ["jobs"], "verbs": ["get", "patch"]}]})
    api.create({"apiVersion": f"{group}/v1", "kind": "RoleBinding", "metadata": {"name": name, "namespace": namespace},
                "roleRef": {"apiGroup": group, "kind": "Role", "name": name},
                "subjects": [{"apiGroup": group, "kind": "User", "name": person}]})
