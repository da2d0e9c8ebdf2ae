"""argocd-cmp-server in the image, asked by the real repo-server: what a sidecar is, but for the kubelet."""
import pathlib
import signal

import pytest
from testbed.process import Process
from testbed.programs import ROOT

IMAGE = "registry.example/drift-policy@sha256:from-the-image"


@pytest.fixture(scope="module")
def sidecar_of_the_image(bed, container):
    """In place of the test bed's own cmp-server: Argo CD's binary where copyutil puts it, the plugins' folder shared with
    repo-server, everything else from the image."""
    bed.argocd.stop_cmp_server("drift-policy")
    plugins = bed.argocd.plugins
    plugins.chmod(0o777)
    binds = [(bed.programs.argocd, "/run/argocd/argocd-cmp-server", False), (plugins, "/home/argocd/cmp-server/plugins", True)]
    command = container.command(*container.config["Entrypoint"], binds=binds, env={"DRIFT_POLICY_IMAGE": IMAGE})
    server = Process("cmp-image", command, bed.logs)
    server.wait_for((plugins / "drift-policy.sock").exists)
    yield server
    server.stop(how=signal.SIGKILL)
    (plugins / "drift-policy.sock").unlink(missing_ok=True)
    bed.argocd.cmp_server("drift-policy")


@pytest.mark.parametrize("sample", ["low", "medium", "helm", "kustomize/overlays/production"])
def test_repo_server_renders_by_the_sidecar(sidecar_of_the_image, application, repository, sample):
    root = sample.split("/", maxsplit=1)[0]
    repository.copy(ROOT / "sample-apps" / root, root).commit()
    app = application(repository, sample)
    app.refresh()
    manifests = app.manifests()
    assert app.conditions() == ""
    assert app.status()["sourceType"] == "Plugin"
    rendered = [m for m in manifests if m["metadata"].get("labels", {}).get("app.kubernetes.io/managed-by") != "drift-policy"]
    assert rendered
    assert all("drift-policy.dev/severity" in m["metadata"]["annotations"] for m in rendered)
    images = {c["image"] for m in manifests if m["kind"] == "Job" and m not in rendered
              for c in m["spec"]["template"]["spec"]["containers"]}
    assert images == {IMAGE}


def inside(server):
    """The root that the process in the container sees, from here."""
    pid = server.process.pid
    while children := pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        pid = children[0]
    return pathlib.Path(f"/proc/{pid}/root")


def test_no_checkout_is_left_behind(sidecar_of_the_image):
    sidecar_of_the_image.check()
    temporary = inside(sidecar_of_the_image) / "tmp"
    assert (temporary / "_cmp_server").is_dir(), "it was used"
    left = [path for path in temporary.rglob("*") if path != temporary / "_cmp_server"]
    assert left == []
