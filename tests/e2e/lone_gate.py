"""A gate without Argo CD: its Job, plan and Roles are rendered and applied by the test, its pods are processes of the test's own,
with the token of its ServiceAccount."""
import os
import subprocess
import uuid

import yaml
from gates import Gate
from testbed.kubernetes import KINDS
from testbed.process import until


class LoneGate(Gate):
    """An application of these manifests in a namespace of its own. `spoil`: changes an injected object before it is made;
    `made`: kinds of which the objects are there already."""

    def __init__(self, bed, folder, manifests, policy, spoil=lambda manifest: None, made=()):
        super().__init__(bed.cluster, f"lone-{uuid.uuid4().hex[:8]}")
        self.bed, self.folder = bed, folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "policy.yaml").write_text(policy)
        self.api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.namespace}})
        self.rendered = self._render(manifests)
        for manifest in self.rendered:
            spoil(manifest)
        self.apply(lambda m: m["kind"] not in ("Job", *made))
        self.write_base()
        self.new_job()

    def _render(self, manifests):
        env = {**os.environ, "ARGOCD_APP_NAME": "lone", "ARGOCD_APP_NAMESPACE": self.namespace,
               "DRIFT_POLICY_IMAGE": "drift-policy:e2e", "DRIFT_POLICY_PATH": str(self.folder / "policy.yaml"),
               "PATH": self.bed.programs.path}
        result = subprocess.run([self.bed.programs.drift_policy, "render", "-"], input=manifests, env=env, capture_output=True,
                                text=True, check=True)
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        return [m for m in yaml.load_all(result.stdout, loader) if m]

    def apply(self, which):
        for manifest in self.rendered:
            if which(manifest):
                metadata = manifest["metadata"]
                if KINDS[manifest["kind"]][2]:
                    metadata.setdefault("namespace", self.namespace)
                self.api.create(manifest)

    def plan(self):
        return next(m for m in self.rendered if m["kind"] == "ConfigMap" and m["metadata"]["name"].endswith("-plan"))

    def write_base(self):
        """As the audit does after a success."""
        plan = self.plan()
        labels = {**plan["metadata"]["labels"], "app.kubernetes.io/component": "base"}
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {
            "name": plan["metadata"]["name"].removesuffix("plan") + "base", "namespace": self.namespace, "labels": labels,
            "annotations": {"drift-policy.dev/application": "lone"}}}
        self.api.create({**body, **{key: plan[key] for key in ("data", "binaryData") if key in plan}})

    def new_job(self):
        """As Argo CD does with each sync. No kubelet runs its pods: the test does."""
        wanted = next(m for m in self.rendered if m["kind"] == "Job" and m["metadata"]["name"].endswith("-gate"))
        wanted["metadata"].setdefault("namespace", self.namespace)
        path = self.api.path("Job", self.namespace, wanted["metadata"]["name"])
        if self.job():
            self.api.call(path, "DELETE", {"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background"})
        until("the old Job is gone", 30, lambda: self.api.get("Job", self.namespace, wanted["metadata"]["name"]) is None)
        self.api.create(wanted)

    def start(self):
        """A pod; its standard output and error come together."""
        job = self.job()
        container = job["spec"]["template"]["spec"]
        account = container["serviceAccountName"]
        config = self.folder / "kubeconfig"
        if not config.exists():
            self.api.as_user(self.api.service_account_token(self.namespace, account)).kubeconfig(config)
        env = {"KUBECONFIG": str(config), "POD_NAMESPACE": self.namespace, "JOB_UID": job["metadata"]["uid"], "PATH": "/usr/bin"}
        return subprocess.Popen([self.bed.programs.drift_policy, *container["containers"][0]["args"]], env=env,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def run(self, seconds=120):
        """A pod from start to end: its exit code and log."""
        process = self.start()
        log, _ = process.communicate(timeout=seconds)
        return process.returncode, log
