"""The built image from inside: user 999, a read-only root, and what drift-policy needs."""
import re
import subprocess

import pytest
import yaml
from downloads import argument
from testbed.programs import ROOT, Programs

ENVIRONMENT = {"ARGOCD_APP_NAME": "web", "ARGOCD_APP_NAMESPACE": "shop", "ARGOCD_APP_PROJECT_NAME": "default",
               "KUBE_VERSION": "1.33.1", "DRIFT_POLICY_IMAGE": "registry.example/drift-policy:1"}
SAMPLES = ROOT / "sample-apps"


def lines(container, *command, **options):
    done = container.run(*command, **options)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_version_is_the_labels(container):
    labels = container.config["Labels"]
    assert lines(container, "drift-policy", "--version") == [f"drift-policy {labels['org.opencontainers.image.version']}"]
    assert labels["org.opencontainers.image.title"] == "drift-policy"
    assert labels["org.opencontainers.image.base.name"] == "docker.io/library/debian:bookworm-slim"


def test_it_has_inside_what_generate_install_writes(container):
    said = lines(container, "drift-policy", "generate", "install", "/tmp/install", "--dry-run", "--image",
                 "registry.example.com/drift-policy:0.1.0")
    written = {line.split()[-1] for line in said if line.startswith("new ")}
    assert {"/tmp/install/kustomization.yaml", "/tmp/install/deploy/admission/evidence.yaml"} <= written


def test_helm_kustomize_and_git_answer(container):
    assert lines(container, "helm", "version", "--short")[0].startswith("v4.")
    assert container.run("kustomize", "version").returncode == 0  # one built from a module doesn't know which it is
    assert lines(container, "git", "--version")[0].startswith("git version 2.")
    assert argument("HELM_VERSION").startswith("4.")


def test_it_is_small(image):
    sizes = [size for size, _ in image.layers()]
    assert sizes[-2] < 12e6, "drift-policy"
    assert sum(sizes) < 250e6


def test_it_is_user_999_without_rights_on_a_root_that_nobody_can_write(container):
    assert container.config["User"] == "999"
    assert lines(container, "id", "-u") + lines(container, "id", "-g") == ["999", "999"]
    status = "\n".join(lines(container, "cat", "/proc/self/status"))
    assert re.search(r"^CapEff:\t0+$", status, re.MULTILINE)
    assert re.search(r"^CapBnd:\t0+$", status, re.MULTILINE)
    refused = container.run("touch", "/home/argocd/x")
    assert refused.returncode != 0 and "Read-only file system" in refused.stderr
    assert container.run("touch", "/tmp/x").returncode == 0


def test_no_program_gives_the_rights_of_another_user(container):
    found = subprocess.run(["find", container.root, "-xdev", "-type", "f", "(", "-perm", "/6000", "-o", "-name", "su", ")",
                            "-printf", "%M %P\n"], check=True, capture_output=True, text=True).stdout.splitlines()
    assert [line for line in found if "s" in line.split()[0]] == []
    capabilities = subprocess.run(["getcap", "-r", container.root], capture_output=True, text=True, check=False)
    assert capabilities.stdout == ""


def test_user_999_owns_and_can_change_nothing_outside_its_home(container):
    found = subprocess.run(["find", container.root, "-xdev", "-path", f"{container.root}/dev", "-prune",
                            "-o", "(", "-user", "999", "-o", "-group", "999", "-o", "-perm", "-o=w",
                            "-not", "-type", "l", ")", "-printf", "%P\n"], check=True, capture_output=True, text=True).stdout.split()
    assert {path for path in found if not path.startswith("home/argocd")} == {"run/lock", "tmp", "var/tmp"}


def test_plugin_yaml_is_the_projects(container):
    installed = "\n".join(lines(container, "cat", "/home/argocd/cmp-server/config/plugin.yaml"))
    assert yaml.safe_load(installed) == yaml.safe_load((ROOT / "cmp" / "plugin.yaml").read_text())
    assert container.config["Entrypoint"] == ["/var/run/argocd/argocd-cmp-server"]


def test_nothing_of_the_build_is_left(container):
    for path in ("src", "download", "var/lib/apt/lists/partial", "usr/bin/cc", "usr/bin/cmake", "usr/bin/curl",
                 "etc/apt/apt.conf.d/99machine"):
        assert not (container.root / path).exists(), path


def test_libcurl_is_there_to_be_loaded(container):
    assert list(container.root.glob("usr/lib/*/libcurl.so.4")), "the hooks load it when they speak to the Kubernetes API"
    assert list(container.root.glob("etc/ssl/certs/ca-certificates.crt"))


@pytest.mark.parametrize("sample", ["low", "medium", "high", "helm", "kustomize/overlays/production"])
def test_samples_render_to_the_same_bytes_as_outside(container, sample):
    """As the program of this working copy renders them, with the same helm and kustomize."""
    render = ["drift-policy", "render", "--repo-root", "/samples", "."]
    done = container.run(*render, binds=[(SAMPLES, "/samples", False)], env=ENVIRONMENT, folder=f"/samples/{sample}")
    assert done.returncode == 0, done.stderr
    programs = Programs()
    outside = subprocess.run([programs.drift_policy, "render", "--repo-root", SAMPLES, "."], cwd=SAMPLES / sample,
                             env=ENVIRONMENT | {"PATH": programs.path, "HOME": "/nowhere"}, capture_output=True, text=True, check=True)
    assert done.stdout == outside.stdout
    jobs = [o for o in yaml.safe_load_all(done.stdout) if o["kind"] == "Job" and "drift-policy.dev/application"
            in o["metadata"].get("annotations", {})]
    containers = [c for job in jobs for c in job["spec"]["template"]["spec"]["containers"]]
    assert {(c["image"], *c["command"]) for c in containers} == {
        ("registry.example/drift-policy:1", "/usr/local/bin/drift-policy")}
