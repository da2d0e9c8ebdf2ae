"""Building: what goes in, and what stops it."""
import subprocess

import pytest
from downloads import argument
from image import BuildFailed
from testbed.programs import ROOT

WRONG = "0" * 64


@pytest.mark.parametrize("name", ["HELM_SHA256_amd64", "KUSTOMIZE_SHA256_amd64"])
def test_an_archive_with_another_digest_fails_the_build(image, downloads, name):
    with pytest.raises(BuildFailed, match="tar.gz: FAILED"):
        image.build(downloads.arguments | {name: WRONG}, "--target", "tools")


def test_the_pinned_digests_are_those_that_hold_without_arguments(image, downloads):
    """The archives that the test packs aren't the releases, so the digests in the Dockerfile must refuse them."""
    served = {name: value for name, value in downloads.arguments.items() if name.endswith("_DOWNLOADS")}
    with pytest.raises(BuildFailed, match="helm.tar.gz: FAILED"):
        image.build(served, "--target", "tools")


def test_an_esbuild_with_another_digest_fails_the_build(image, downloads, tmp_path):
    """Whatever the registry sends, it is what the lock file names or nothing."""
    other = tmp_path / "@esbuild" / "linux-x64" / "-"
    other.mkdir(parents=True)
    name = next((downloads.folder / "@esbuild" / "linux-x64" / "-").iterdir()).name
    (other / name).write_bytes(b"not esbuild")
    with pytest.raises(BuildFailed, match="esbuild.tgz: FAILED"):
        image.build(downloads.arguments | {"NPM_REGISTRY": f"file://{tmp_path}"}, "--volume", f"{tmp_path}:{tmp_path}:ro", "--target", "ui")


def test_an_architecture_without_a_digest_fails_the_build(image, downloads):
    with pytest.raises(BuildFailed, match="no digest of helm for s390x"):
        image.build(downloads.arguments | {"TARGETARCH": "s390x"}, "--target", "tools")


@pytest.mark.parametrize("tool", ["HELM", "KUSTOMIZE"])
def test_each_architecture_has_a_digest_of_its_own(tool):
    digests = {argument(f"{tool}_SHA256_{architecture}") for architecture in ("amd64", "arm64")}
    assert len(digests) == 2
    assert all(len(digest) == 64 for digest in digests)


def test_the_pages_for_the_web_ui_are_those_that_are_tested(container):
    """Byte for byte what `make ui` builds, readable for argocd-server's init container, and where deploy/ui looks for it."""
    subprocess.run([ROOT / "tools" / "ui", "build"], check=True)
    patch = (ROOT / "deploy" / "ui" / "patch.yaml").read_text()
    path = "/usr/share/drift-policy/ui/extension-drift-policy.js"
    assert path in patch
    said = container.run("cat", path)
    assert said.stdout == (ROOT / "extensions" / "ui" / "dist" / "extension-drift-policy.js").read_text(), said.stderr


def test_the_context_is_sources_alone(image, tmp_path):
    """Not what lies around in a working copy: no build folder, no .git, no tools, and nothing that Git doesn't know."""
    dockerfile = tmp_path / "Dockerfile"
    dockerfile.write_text("FROM scratch\nCOPY . /\n")
    image.build({}, "--file", str(dockerfile), "--tag", "context")
    container = image("from", "--pull-never", "context").strip()
    try:
        root = image("mount", container).strip()
        found = subprocess.run(["find", root, "-type", "f", "-printf", "%P\n"], check=True, capture_output=True, text=True).stdout
    finally:
        image("rm", container)
    known = subprocess.run(["git", "-C", ROOT, "ls-files", "--cached", "--others", "--exclude-standard"], check=True,
                           capture_output=True, text=True).stdout
    files = set(found.split("\n")) - {""}
    folders = {path.split("/")[0] for path in files}
    assert folders == {"CMakeLists.txt", "CMakePresets.json", "annotators", "cmake", "cmp", "deploy", "extensions", "plugin",
                       "policies", "tools"}
    assert {path for path in files if path.startswith(("cmp/", "tools/"))} == {
        "cmp/plugin.yaml", "tools/install-packages", "tools/packages.txt"}
    assert files - set(known.split("\n")) == set()
