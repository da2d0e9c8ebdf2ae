"""Kustomize's remote bases, fetched by the image's own git."""
import subprocess

import pytest
from git_server import TOKEN, GitServer
from testbed.programs import ROOT
from testbed.repository import Repository

ENVIRONMENT = {"ARGOCD_APP_NAME": "web", "ARGOCD_APP_NAMESPACE": "shop", "DRIFT_POLICY_IMAGE": "drift-policy:1"}


@pytest.fixture(scope="module")
def overlay(tmp_path_factory):
    """A folder whose kustomization names a base on a private Git server; the server."""
    folder = tmp_path_factory.mktemp("remote")
    source = Repository(folder / "source").copy(ROOT / "sample-apps" / "kustomize" / "base", "base")
    source.commit()
    subprocess.run(["git", "clone", "-q", "--bare", source.folder, folder / "served" / "bases.git"], check=True)
    server = GitServer(folder / "served")
    (folder / "overlay").mkdir()
    (folder / "overlay" / "kustomization.yaml").write_text(f"resources: ['{server.url}/bases.git//base?ref=main']\n")
    for path in (folder, folder / "overlay", folder / "overlay" / "kustomization.yaml"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    yield folder, server
    server.stop()


def render(container, folder, *more):
    return container.run("drift-policy", "render", "--repo-root", "/overlay", ".", env=ENVIRONMENT, folder="/overlay", network=True,
                         binds=[(folder / "overlay", "/overlay", False), *more])


def test_a_private_base_without_credentials_is_an_error_and_asks_nobody(container, overlay):
    done = render(container, overlay[0])
    assert done.returncode != 0 and done.stdout == ""
    assert "could not read Username" in done.stderr or "terminal prompts disabled" in done.stderr


def test_a_private_base_is_fetched_with_the_credentials_that_the_operator_mounts(container, overlay):
    """As docs/sidecar.md has it: a Secret as /etc/gitconfig. Never shown, also where the fetch fails."""
    folder, server = overlay
    config = folder / "gitconfig"
    config.write_text(f'[url "{server.url.replace("//", f"//git:{TOKEN}@")}/"]\n\tinsteadOf = {server.url}/\n')
    config.chmod(0o644)
    done = render(container, folder, (config, "/etc/gitconfig", False))
    assert done.returncode == 0, done.stderr
    assert "kind: Deployment" in done.stdout and "drift-policy.dev/severity" in done.stdout
    assert TOKEN not in done.stdout + done.stderr

    kustomization = folder / "overlay" / "kustomization.yaml"
    kustomization.write_text(kustomization.read_text().replace("bases.git", "missing.git"))
    failed = render(container, folder, (config, "/etc/gitconfig", False))
    assert failed.returncode != 0
    assert TOKEN not in failed.stdout + failed.stderr
