"""Everything together: one cluster, one Argo CD, one stand-in for the kubelet, in one temporary folder."""
import pathlib
import shutil
import tempfile
import uuid

from .application import Application
from .argocd import ArgoCD
from .cluster import Cluster
from .kubelet import Kubelet
from .process import BED
from .programs import Programs
from .repository import Repository


class Bed:
    """`with Bed() as bed:` starts it all and stops it again. `keep_logs`: a folder that the logs are copied to at the end."""

    def __init__(self, which="current", keep_logs=None, repo_server_arguments=()):
        self.programs = Programs(which)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"drift-e2e-{BED}"))
        self.logs = self.folder / "logs"
        self.logs.mkdir()
        self.keep_logs = keep_logs
        self.repo_server_arguments = repo_server_arguments
        self.cluster = Cluster(self.programs, self.folder / "cluster", self.logs)
        self.kubelet = Kubelet(self.cluster, self.programs, self.folder / "pods")
        self.argocd = ArgoCD(self.programs, self.cluster, self.folder / "argocd", self.logs)

    def __enter__(self):
        try:
            self.cluster.start()
            self.kubelet.start()
            self.argocd.start(self.repo_server_arguments)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.argocd.stop()
        self.kubelet.stop()
        self.cluster.stop()
        if self.keep_logs:
            shutil.copytree(self.logs, self.keep_logs, dirs_exist_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def repository(self):
        return Repository(self.folder / "git" / uuid.uuid4().hex[:8])

    def application(self, repository, path=".", namespace=None, name=None, plugin="drift-policy", **options):
        """An Application of that folder; `plugin=None` renders natively, `plugin=''` lets Argo CD find out."""
        name = name or f"app-{uuid.uuid4().hex[:6]}"
        source = {"repoURL": repository.url, "path": path, "targetRevision": "main", **options.pop("source", {})}
        if plugin:
            source["plugin"] = {"name": plugin, **options.pop("plugin_options", {})}
        return Application(self, name, namespace or name).create(source, **options)
