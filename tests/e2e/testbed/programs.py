"""Where the programs are that the test bed runs."""
import os
import pathlib
import re
import shutil

ROOT = pathlib.Path(__file__).resolve().parents[3]
E2E = ROOT / "tests" / "e2e"


class Missing(Exception):
    """A program isn't there; the message says how to get it."""


def version(which):
    """The version of Argo CD that tools/<which>/go.mod names, such as 3.6.1."""
    text = (E2E / "tools" / which / "go.mod").read_text()
    return re.search(r"^\s*(?:require )?github.com/argoproj/argo-cd/v3 v(\S+)", text, re.MULTILINE).group(1)


class Programs:
    """The programs of one set of versions: `current`, or `old` for the older Argo CD."""

    def __init__(self, which="current"):
        self.argocd_version = version(which)
        self.tools = ROOT / ".tools" / "e2e"
        self.argocd = self._tool("argocd", which)
        self.etcd = self._tool("etcd")
        self.kube_apiserver = self._tool("kube-apiserver")
        self.kube_controller_manager = self._tool("kube-controller-manager")
        self.redis = self._system("redis-server", "redis-server")
        self.bwrap = self._system("bwrap", "bubblewrap")
        self.kubectl = shutil.which("kubectl") or self._there(ROOT / ".tools" / "bin" / "kubectl", "make tools")
        self.drift_policy = self._there(
            pathlib.Path(os.environ.get("DRIFT_POLICY_BINARY", ROOT / "build" / "drift-policy")), "make build")
        # One PATH for repo-server and plugin, so that both render with the same helm and kustomize: Helm 4 beside the current
        # Argo CD, which ships it, Helm 3 beside the older one.
        self.path = os.pathsep.join([self._tools_of(which), str(ROOT / ".tools" / "bin"), self._tools_of("current"),
                                     str(pathlib.Path(self.drift_policy).parent), os.environ["PATH"]])

    def manifests(self):
        """Argo CD's own install.yaml, of the same version as the program."""
        return self._there(pathlib.Path(self.argocd).parent / "install.yaml", "make e2e-tools")

    def _tools_of(self, which):
        return str(self.tools / f"argocd-{version(which)}")

    def _tool(self, name, which="current"):
        how = "make e2e-tools" if which == "current" else "make e2e-tools-old"
        return self._there(pathlib.Path(self._tools_of(which)) / name, how)

    @staticmethod
    def _there(path, how):
        if not pathlib.Path(path).exists():
            raise Missing(f"{path} is not there; run: {how}")
        return str(path)

    @staticmethod
    def _system(name, package):
        found = shutil.which(name)
        if found is None:
            raise Missing(f"{name} is not on PATH; install Debian's package {package}")
        return found
