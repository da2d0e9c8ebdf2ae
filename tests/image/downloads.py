"""helm and kustomize as their projects publish them, served on loopback: the archives that the Dockerfile downloads, packed from
the programs that `make e2e-tools` built: the same helm, and the newest kustomize that its modules can be had for (docs/e2e.md).
esbuild's is the one that npm has, since extensions/ui/package-lock.json has its digest."""
import functools
import hashlib
import http.server
import json
import re
import subprocess
import tarfile
import threading

from testbed.programs import ROOT


def argument(name):
    """The default of a build argument of the Dockerfile."""
    return re.search(rf"^ARG {name}=(\S+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE).group(1)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass


class Downloads:
    """The server; `arguments` are the build arguments with which the Dockerfile takes its archives from there."""

    def __init__(self, folder, programs):
        self.folder = folder
        helm, kustomize = argument("HELM_VERSION"), argument("KUSTOMIZE_VERSION")
        archives = {
            "HELM": (f"helm-v{helm}-linux-amd64.tar.gz", "linux-amd64/helm", programs / "helm"),
            "KUSTOMIZE": (f"kustomize/v{kustomize}/kustomize_v{kustomize}_linux_amd64.tar.gz", "kustomize",
                          programs / "kustomize")}
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
        url = f"http://127.0.0.1:{self.server.server_port}"
        self.arguments = {}
        for name, (path, member, program) in archives.items():
            archive = folder / path
            archive.parent.mkdir(parents=True, exist_ok=True)
            with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
                tar.add(program, member)
            self.arguments[f"{name}_DOWNLOADS"] = url
            self.arguments[f"{name}_SHA256_amd64"] = hashlib.sha256(archive.read_bytes()).hexdigest()
        self.esbuild(folder)
        self.arguments["NPM_REGISTRY"] = url
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @staticmethod
    def esbuild(folder):
        lock = json.loads((ROOT / "extensions" / "ui" / "package-lock.json").read_text())
        version = lock["packages"]["node_modules/@esbuild/linux-x64"]["version"]
        place = folder / "@esbuild" / "linux-x64" / "-"
        place.mkdir(parents=True, exist_ok=True)
        packed = subprocess.run(["npm", "pack", "--silent", "--pack-destination", place, f"@esbuild/linux-x64@{version}"],
                                check=True, capture_output=True, text=True).stdout.strip()
        (place / packed).rename(place / f"linux-x64-{version}.tgz")

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
