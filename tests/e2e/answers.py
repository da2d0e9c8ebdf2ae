"""A gate as the API server sees it: what `render` makes of an application, and the accounts that write on it."""
import functools
import os
import re
import subprocess

import yaml
from testbed.programs import ROOT

HOOKS = "drift-policy"  # the platform's namespace
IMAGE = "drift-policy:e2e"
DRIFT = "0123456789ab"
CONTROLLER = "system:serviceaccount:argocd:argocd-application-controller"
SERVER = "system:serviceaccount:argocd:argocd-server"
NOTE = "drift-policy.dev/"

POLICY = """apiVersion: drift-policy.dev/v1alpha1
kind: DriftPolicy
metadata: {name: answers}
spec:
  severities:
  - {name: low, remediation: {action: autoSync}}
  - {name: open, remediation: {action: approve}}
  - {name: medium, remediation: {action: approve}, approval: {required: 1, groups: [platform, sre]}}
  - {name: high, remediation: {action: approve}, approval: {required: 2, groups: [platform]}}
  - {name: critical, remediation: {action: stop}, approval: {required: 1, groups: [platform]}}
  rules:
  - name: all
    match: {any: [{resources: {kinds: ["*"]}}]}
    severity: low
    fields:
    - {id: replicas, jsonPointers: [/spec/replicas], severity: open}
    - {id: selector, jsonPointers: [/spec/selector], severity: medium}
    - {id: template, jsonPointers: [/spec/template], severity: high}
  - {name: service, match: {any: [{resources: {kinds: [/v1/Service]}}]}, severity: critical}
  hooks: {namespace: drift-policy}
"""


@functools.cache
def rendered(program, application, folder, policy_text=POLICY):
    """What `render` injects for the sample `medium` under that name."""
    policy = os.path.join(folder, "policy.yaml")
    with open(policy, "w", encoding="utf-8") as file:
        file.write(policy_text)
    environment = {"PATH": os.environ["PATH"], "ARGOCD_APP_NAME": application, "ARGOCD_APP_NAMESPACE": "shop",
                   "DRIFT_POLICY_IMAGE": IMAGE, "DRIFT_POLICY_PATH": policy}
    text = subprocess.run([program, "render", ROOT / "sample-apps" / "medium"], env=environment,
                          check=True, capture_output=True, text=True).stdout
    return [o for o in yaml.safe_load_all(text)
            if o["metadata"].get("labels", {}).get("app.kubernetes.io/managed-by") == "drift-policy"]


class Gate:
    """The hooks' objects of one application, made as Argo CD makes them."""

    def __init__(self, cluster, program, application, folder):
        self.api, self.application = cluster.admin, application
        self.objects = rendered(program, application, str(folder))
        self.name = self.manifest("Job", "gate")["metadata"]["name"]
        self.source = self.name.removesuffix("-gate")
        self.controller = self.api.impersonate(CONTROLLER)
        self.server = self.api.impersonate(SERVER)
        self.hook = self.account("gate")

    def manifest(self, kind, component):
        return next(o for o in self.objects
                    if o["kind"] == kind and o["metadata"]["labels"]["app.kubernetes.io/component"] == component)

    def account(self, hook, pod=None):
        """The hook's own account, as its Job has it, in a pod of that Job (`pod`: in another one; empty: in none)."""
        name = self.manifest("Job", hook)["spec"]["template"]["spec"]["serviceAccountName"]
        pod = f"{self.source}-{hook}-x7k2p" if pod is None else pod
        return self.api.impersonate(f"system:serviceaccount:{HOOKS}:{name}", pod=pod)

    def make(self, component="gate"):
        self.controller.create(self.manifest("Job", component))
        return self

    def ask(self, severity="medium", drift=DRIFT, **notes):
        """As the gate asks about drift of that severity."""
        stop = severity == "critical"
        values = {"state": "waiting", "drift": drift, "drift-severity": severity, "asks": severity,
                  "asks-for": "override" if stop else "approve", "approvals-needed": "1", **notes}
        self.write(self.hook, {NOTE + key: value for key, value in values.items()})
        return self

    def write(self, user, annotations, sub=None):
        return user.patch("Job", HOOKS, self.name, {"metadata": {"annotations": annotations}}, sub=sub)

    def answer(self, user, name, verb="approve", reason="looks fine", drift=DRIFT, slug=None, sub=None):
        """Writes an answer in that name, as `kubectl annotate` would."""
        slug = slug or re.sub("[^a-z0-9-]", "-", name.lower())[:40]
        return self.write(user, {f"{verb}.{NOTE}{slug}-{drift}": f"{drift} {name}: {reason}"}, sub)

    def get(self):
        return self.api.get("Job", HOOKS, self.name)

    def notes(self):
        return self.get()["metadata"]["annotations"]
