"""Somebody at a terminal who types what a page says, with kubectl and argocd set up; what the kubelet would do follows."""
import contextlib
import os
import re
import subprocess
import tempfile
import urllib.parse

from sidecars import Sidecars
from testbed import kubelet
from testbed.application import Application

HOOKS = "app.kubernetes.io/managed-by=drift-policy"


def blocks_of(text):
    """The commands of a page: its blocks of `sh`."""
    return re.findall(r"^```sh\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def remove_hooks(api):
    """Those that other tests left: a page's removal would take minutes for all of them."""
    for kind in ("Job", "ConfigMap", "RoleBinding", "Role", "ServiceAccount"):
        for namespace in {o["metadata"]["namespace"] for o in api.list(kind, selector=HOOKS)}:
            query = urllib.parse.urlencode({"labelSelector": HOOKS, "propagationPolicy": "Background"})
            api.call(f"{api.path(kind, namespace)}?{query}", "DELETE")


class Operator:
    """Types in that folder. `orders` is the page's application, in `drift-medium`; `replaced` is what stands for names of the page."""

    def __init__(self, bed, folder, image):
        self.bed, self.folder, self.replaced = bed, folder, {}
        remove_hooks(bed.cluster.admin)
        self.orders = Application(bed, "orders", "drift-medium")
        self.sidecars = Sidecars(bed, folder / "mounted", image)
        tools = [os.path.dirname(program) for program in (bed.programs.kubectl, bed.programs.argocd, bed.programs.drift_policy)]
        self.env = {"PATH": os.pathsep.join([*tools, bed.programs.path]), "HOME": str(folder),
                    "KUBECONFIG": str(bed.cluster.admin.kubeconfig(folder / "kubeconfig")),
                    "ARGOCD_SERVER": bed.argocd.url.removeprefix("http://"), "ARGOCD_OPTS": "--plaintext",
                    "ARGOCD_AUTH_TOKEN": "nobody-asks"}

    def run(self, block):
        """What the commands say. `argocd app` waits for the application controller, so that one is woken (Application.wake)."""
        text = block
        for name, value in self.replaced.items():
            text = text.replace(name, value)
        with tempfile.TemporaryFile("w+") as output:
            commands = subprocess.Popen(["bash", "-euo", "pipefail", "-c", text], cwd=self.folder, env=self.env,
                                        stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
            try:
                self.orders.until(f"the commands end\n{text}", 360, lambda: commands.poll() is not None, patience=15)
            finally:
                commands.kill()
                commands.wait()
                output.seek(0)
                said = output.read()
                print(said)
        assert commands.returncode == 0, f"{text}\n{said}"
        self.sidecars.update()
        return said


@contextlib.contextmanager
def at_a_terminal(bed, folder, image):
    """An Operator while the test bed's own sidecar makes way for those of the Deployment; its pods count as run."""
    alone, kubelet.LEAVE_ALONE = kubelet.LEAVE_ALONE, set()
    kubelet.IMAGES.add(image)
    bed.argocd.stop_cmp_server("drift-policy")
    someone = Operator(bed, folder, image)
    try:
        yield someone
    finally:
        for name in list(someone.sidecars.running):
            someone.sidecars.stop(name)
        bed.argocd.cmp_server("drift-policy")
        kubelet.LEAVE_ALONE = alone
        kubelet.IMAGES.remove(image)
