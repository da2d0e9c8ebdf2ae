"""docs/install.md: its commands in their order against a stock Argo CD, and its messages in our sources."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest
from sidecars import Sidecars
from testbed import kubelet
from testbed.argocd import NAMESPACE
from testbed.programs import ROOT

PAGE = (ROOT / "docs" / "install.md").read_text()
IMAGE = "registry.example.com/drift-policy:0.1.0"
REPOSITORY = "https://git.example.com/shop/apps.git"
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def title(block):
    """What the test of a block is called: the number, and its last command."""
    commands = [line for line in block.splitlines() if re.match(r"[a-z][a-z-]* [^ ]", line) and not line.startswith("spec")]
    return f"{BLOCKS.index(block) + 1:02} " + re.sub(r"[^A-Za-z0-9 =-]+", " ", commands[-1])[:50].strip()


class Operator:
    """Somebody at a terminal in a checkout of this project, with kubectl and argocd set up."""

    def __init__(self, bed, folder):
        self.bed, self.folder = bed, folder
        for part in ("cmp", "deploy", "policies", "sample-apps"):
            shutil.copytree(ROOT / part, folder / part)
        self.repository = bed.repository().copy(ROOT / "sample-apps", "sample-apps")
        self.repository.commit()
        self.sidecars = Sidecars(bed, folder / "mounted", (IMAGE, kubelet.IMAGE))
        tools = [os.path.dirname(program) for program in (bed.programs.kubectl, bed.programs.argocd, bed.programs.drift_policy)]
        self.env = {"PATH": os.pathsep.join([*tools, bed.programs.path]), "HOME": str(folder),
                    "KUBECONFIG": str(bed.cluster.admin.kubeconfig(folder / "kubeconfig")),
                    "ARGOCD_SERVER": bed.argocd.url.removeprefix("http://"), "ARGOCD_OPTS": "--plaintext",
                    "ARGOCD_AUTH_TOKEN": "nobody-asks"}

    def run(self, block):
        text = block.replace(REPOSITORY, self.repository.url)
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", text], cwd=self.folder, env=self.env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=360, check=False)
        assert done.returncode == 0, f"{text}\n{done.stdout}"
        self.sidecars.update()
        return done.stdout


@pytest.fixture(scope="module")
def operator(bed, tmp_path_factory):
    """The test bed's own sidecar makes way for those of the Deployment; its pods count as run."""
    alone, kubelet.LEAVE_ALONE = kubelet.LEAVE_ALONE, set()
    bed.argocd.stop_cmp_server("drift-policy")
    someone = Operator(bed, tmp_path_factory.mktemp("operator"))
    yield someone
    for name in list(someone.sidecars.running):
        someone.sidecars.stop(name)
    bed.argocd.cmp_server("drift-policy")
    kubelet.LEAVE_ALONE = alone


@pytest.mark.parametrize("block", BLOCKS, ids=title)
def test_the_commands_of_the_page_work_in_their_order(operator, block):
    print(operator.run(block))


def test_nothing_is_left_after_the_removal(operator):
    """Runs after the blocks: what the page promises at its end."""
    api = operator.bed.cluster.admin
    for kind in ("Job", "ConfigMap", "Role", "RoleBinding", "ServiceAccount", "ClusterRole", "ClusterRoleBinding"):
        assert [o["metadata"]["name"] for o in api.list(kind, selector="app.kubernetes.io/managed-by=drift-policy")] == []
    pod = api.get("Deployment", NAMESPACE, "argocd-repo-server")["spec"]["template"]["spec"]
    assert [c["name"] for c in pod["containers"]] == ["argocd-repo-server"]
    assert not [v["name"] for v in pod["volumes"] if v["name"].startswith("drift-policy")]
    assert api.list("ConfigMap", NAMESPACE, "app.kubernetes.io/part-of=drift-policy") == []
    settings = api.get("ConfigMap", NAMESPACE, "argocd-cm")["data"]
    assert "resource.exclusions" in settings
    assert not [key for key in settings if ".health." in key or ".actions." in key]
    assert api.get("Namespace", None, "drift-policy") is None
    policies = api.call("/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies")["items"]
    assert not [p["metadata"]["name"] for p in policies if p["metadata"]["name"].startswith("drift-policy")]
    for kind, name in (("Deployment", "orders"), ("Service", "orders")):
        annotations = api.get(kind, "drift-medium", name)["metadata"].get("annotations", {})
        assert not [key for key in annotations if "drift-policy.dev" in key.split("/")[0]]


def sources():
    """All text that our program can say, string literals over several lines put together."""
    files = [*(ROOT / "plugin").rglob("*.cpp"), *(ROOT / "annotators").glob("*.cpp")]
    return "\n".join(re.sub(r'"\s*\n\s*"', "", pathlib.Path(file).read_text()) for file in files)


def messages():
    table = PAGE.split("## Troubleshooting by message")[1].split("What Argo CD or Kubernetes say")[0]
    rows = re.findall(r"^\| (`.*?) \| .* \|$", table, re.MULTILINE)
    return [part for row in rows for part in re.findall(r"`([^`]+)`", row)]


def test_the_messages_of_the_page_are_ours():
    text = sources()
    assert len(messages()) > 10
    assert [message for message in messages() if message not in text] == []
