"""The hooks audit and alert against the API server alone: rendered by the built program, applied by an administrator, and run as
processes with the token of their own account, as a pod has it."""
import os
import subprocess
import uuid

import yaml
from manifests import config_map, deployment
from testbed.process import until

RECORDS = "audit-type=drift-remediation"
EMERGENCIES = "alert-type=emergency"
HEAD = "drift-policy-audit-head"
RBAC = "rbac.authorization.k8s.io"

POLICY = """apiVersion: drift-policy.dev/v1alpha1
kind: DriftPolicy
metadata: {{name: audit}}
spec:
  rules: [{{name: all, match: {{any: [{{resources: {{kinds: ['*']}}}}]}}, severity: high}}]
  hooks: {{namespace: {namespace}, records: {{keep: {keep}}}}}
"""
OWN_POLICY = POLICY.replace("  hooks: {{namespace: {namespace}, records: {{keep: {keep}}}}}\n", "").format()

# What docs/rights.md says that audit and alert need in a platform namespace.
PLATFORM_RULES = [
    {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "create", "patch", "delete"]},
    {"apiGroups": [""], "resources": ["configmaps"], "resourceNames": [HEAD], "verbs": ["update"]},
    {"apiGroups": ["batch"], "resources": ["jobs"], "verbs": ["get"]}]


def platform(cluster, namespace, policy_file, keep=1000):
    """A namespace of the platform's: accounts with exactly the documented rights. Writes the policy that names it."""
    admin = cluster.admin
    cluster.namespace(namespace)
    for hook in ("gate", "audit", "alert"):
        name = f"drift-policy-{hook}-high"
        admin.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": namespace}})
        rules = PLATFORM_RULES if hook != "gate" else [
            {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "create", "patch", "update"]},
            {"apiGroups": ["batch"], "resources": ["jobs"], "verbs": ["get", "watch", "patch"]},
            {"apiGroups": ["batch"], "resources": ["jobs/status"], "verbs": ["patch"]}]
        admin.create({"apiVersion": f"{RBAC}/v1", "kind": "Role", "metadata": {"name": name, "namespace": namespace},
                      "rules": rules})
        admin.create({"apiVersion": f"{RBAC}/v1", "kind": "RoleBinding", "metadata": {"name": name, "namespace": namespace},
                      "roleRef": {"apiGroup": RBAC, "kind": "Role", "name": name},
                      "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": namespace}]})
    policy_file.write_text(POLICY.format(namespace=namespace, keep=keep))
    return policy_file


class Hooks:
    """One application's hooks in a cluster, without Argo CD. `policy` None: they live in the application's own namespace."""

    def __init__(self, bed, folder, name, policy=None):
        self.bed, self.admin, self.folder, self.name = bed, bed.cluster.admin, folder / name, name
        self.program = bed.programs.drift_policy
        (self.folder / "app").mkdir(parents=True)
        (self.folder / "app" / "web.yaml").write_text(deployment("web") + "---\n" + config_map("settings"))
        if policy is None:
            policy = self.folder / "policy.yaml"
            policy.write_text(OWN_POLICY)
        self.policy = policy
        bed.cluster.namespace(name)
        self.jobs, self.roles, self.plan_digest = {}, {}, ""
        self.render("1111111")
        self.tokens = {}

    def render(self, revision):
        """Argo CD's part of a sync: the hooks of that revision are rendered, and all but the pods' work is applied."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "DRIFT_POLICY_PATH": str(self.policy),
                       "ARGOCD_APP_NAME": self.name, "ARGOCD_APP_NAMESPACE": self.name, "ARGOCD_APP_REVISION": revision,
                       "ARGOCD_APP_SOURCE_REPO_URL": "https://git.example/shop.git", "ARGOCD_APP_SOURCE_PATH": "app",
                       "DRIFT_POLICY_IMAGE": "drift-policy:e2e"}
        text = subprocess.run([self.program, "render", self.folder / "app"], env=environment, check=True, capture_output=True,
                              text=True).stdout
        for body in yaml.safe_load_all(text):
            if body["metadata"].get("labels", {}).get("app.kubernetes.io/managed-by") != "drift-policy":
                continue
            if body["kind"] == "Job":
                self.jobs[body["metadata"]["name"].rsplit("-", 1)[1]] = body
            else:
                self._put(body)
            if body["kind"] == "Role":
                self.roles[body["metadata"]["name"]] = body
        gate = self.jobs["gate"]
        gate["spec"]["suspend"] = True  # nobody runs it; what it found is what a test writes there
        self.admin.delete("Job", self.namespace, gate["metadata"]["name"], {"propagationPolicy": "Background"})
        until("the old gate is gone", 30, lambda: self.admin.get("Job", self.namespace, gate["metadata"]["name"]) is None)
        self.admin.create(gate)

    def _put(self, body):
        metadata = body["metadata"]
        path = self.admin.path(body["kind"], metadata.get("namespace"), metadata["name"])
        self.admin.call(path + "?fieldManager=argocd&force=true", "PATCH", body, content="application/apply-patch+yaml")

    @property
    def namespace(self):
        return self.jobs["gate"]["metadata"]["namespace"]

    @property
    def prefix(self):
        return self.jobs["gate"]["metadata"]["name"].removesuffix("-gate")

    def kubeconfig(self, hook):
        """For the account of that hook; like a pod's token it is only good for what its Roles allow."""
        if hook not in self.tokens:
            account = self.jobs[hook]["spec"]["template"]["spec"]["serviceAccountName"]
            client = self.admin.as_user(self.admin.service_account_token(self.namespace, account))
            self.tokens[hook] = client.kubeconfig(self.folder / f"{hook}.kubeconfig")
        return str(self.tokens[hook])

    def start(self, hook, uid, keys=None):
        """A pod of that hook's Job, which has that uid."""
        arguments = list(self.jobs[hook]["spec"]["template"]["spec"]["containers"][0]["args"])
        arguments[arguments.index("--audit-keys") + 1] = str(keys or self.folder / "none")
        environment = {"KUBECONFIG": self.kubeconfig(hook), "POD_NAMESPACE": self.namespace, "JOB_UID": uid, "PATH": "/usr/bin"}
        return subprocess.Popen([self.program, *arguments], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True)

    def run(self, hook, uid=None, keys=None):
        """A pod from start to end: exit code, standard output, standard error."""
        process = self.start(hook, uid or uuid.uuid4().hex, keys)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    def config_map(self, what):
        return self.admin.get("ConfigMap", self.namespace, f"{self.prefix}-{what}")

    def audit(self, *arguments, keys=None):
        """`drift-policy audit …` as a person with a kubeconfig calls it."""
        config = self.admin.kubeconfig(self.folder / "admin.kubeconfig")
        command = [self.program, "audit", *arguments, "--namespace", self.namespace, "--kubeconfig", config]
        if keys:
            command += ["--audit-keys", keys]
        return subprocess.run(command, env={"PATH": "/usr/bin"}, capture_output=True, text=True, check=False)

    def length(self):
        """Of the chain, with what retention has removed."""
        said = yaml.safe_load(self.audit("verify", "-o", "json").stdout)
        return said["entries"] + said["removed"]

    def syncs(self):
        """The uids of all recorded runs, in the order of the chain, which must be whole."""
        result = self.audit("verify")
        assert result.returncode == 0, result.stdout + result.stderr
        lines = yaml.safe_load(self.audit("list", "-o", "json").stdout)
        return [entry["sync"] for entry in sorted(lines, key=lambda entry: entry["sequence"])]
