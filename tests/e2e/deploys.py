"""How deploy/ is applied, as its pages say, and what the controller needs besides."""
import json
import os

from controllers import ACCOUNT, PLATFORM
from testbed.argocd import NAMESPACE
from testbed.process import until
from testbed.programs import ROOT

DEPLOY = ROOT / "deploy"
APPLY = ("apply", "--server-side", "--field-manager=drift-policy")
PEOPLE = ("drift-policy", "nobody")
OURS = "app.kubernetes.io/part-of=drift-policy"  # what a removal takes: all but deploy/admission/params.yaml


def api_access(bed, folder):
    """Argo CD's API with RBAC in force, for an account that may get applications and one that may do nothing, PEOPLE. By the account's
    name: the flags of those who ask with its token, which lies in `folder`."""
    admin = bed.cluster.admin
    admin.patch("ConfigMap", NAMESPACE, "argocd-cm", {"data": {f"accounts.{name}": "apiKey" for name in PEOPLE}})
    admin.patch("ConfigMap", NAMESPACE, "argocd-rbac-cm", {"data": {"policy.csv": "p, drift-policy, applications, get, */*, allow"}})
    server = bed.argocd.guarded_server()
    for name in PEOPLE:
        made = until(f"{name} has a token", 60, lambda name=name: bed.argocd.call(f"/api/v1/account/{name}/token", "POST", {}))
        (folder / name).write_text(made["token"])
        until(f"{name} is known", 60, lambda name=name: server("/api/v1/session/userinfo", token=(folder / name).read_text())["loggedIn"])
    address = f"http://127.0.0.1:{bed.argocd.ports['argocd-server-guarded']}"
    return lambda name: ["--argocd-server", address, "--argocd-token-file", folder / name]


def install_remediation(bed, kubectl, folder):
    """deploy/remediation beside deploy/controller, applied by `kubectl(*arguments)` from a kustomization in `folder`; the account that
    the controller has by it."""
    parts = {"resources": ["controller"], "components": ["differences", "remediation"]}
    (folder / "kustomization.yaml").write_text(json.dumps(
        {kind: [os.path.relpath(DEPLOY / part, folder) for part in parts[kind]] for kind in parts}))
    bed.cluster.namespace(PLATFORM)
    kubectl(*APPLY, "-k", folder)
    admin = bed.cluster.admin
    user = admin.as_user(admin.service_account_token(NAMESPACE, ACCOUNT))
    until("its rights are in force", 60, lambda: user.list("ConfigMap", PLATFORM) is not None)
    return user
