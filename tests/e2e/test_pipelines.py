"""The real Kustomize and Helm call the program where they let others change what they made."""
import json
import os
import subprocess

import pytest
import yaml
from testbed.programs import ROOT, Programs

SAMPLES = ROOT / "sample-apps"


@pytest.fixture(scope="module")
def called():
    """Runs a program with the PATH that repo-server has; returns what it did."""
    path = Programs().path

    def run(*command, **environment):
        return subprocess.run(command, env={**os.environ, "PATH": path, **environment}, text=True, capture_output=True, timeout=60)
    return run


def severities(text):
    """The severity of the objects, by their kind."""
    objects = [each for each in yaml.safe_load_all(text) if each]
    return {each["kind"]: each["metadata"].get("annotations", {}).get("drift-policy.dev/severity") for each in objects}


@pytest.fixture
def overlay(tmp_path):
    """Writes a kustomization whose transformer is `krm` with that policy; returns its folder."""
    def write(policy):
        function = {"exec": {"path": "drift-policy", "args": ["krm", "--policy", policy]}}
        files = {
            "service.yaml": {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}},
            "function.yaml": {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {
                "name": "drift-policy", "annotations": {"config.kubernetes.io/function": json.dumps(function)}}},
            "kustomization.yaml": {"resources": ["service.yaml"], "namePrefix": "my-", "transformers": ["function.yaml"]},
        }
        for name, content in files.items():
            (tmp_path / name).write_text(yaml.safe_dump(content))
        return str(tmp_path)
    return write


def test_kustomize_calls_krm_as_a_transformer(called, overlay):
    folder = overlay(str(ROOT / "policies" / "baseline.yaml"))
    assert called("kustomize", "build", folder).returncode != 0, "Kustomize ran a program without being told that it may"
    built = called("kustomize", "build", "--enable-alpha-plugins", "--enable-exec", folder)
    assert built.returncode == 0, built.stderr
    assert severities(built.stdout) == {"Service": "medium"}
    assert "internal.config.kubernetes.io" not in built.stdout


def test_kustomize_ends_with_what_krm_refuses(called, overlay):
    built = called("kustomize", "build", "--enable-alpha-plugins", "--enable-exec", overlay("nowhere.yaml"))
    assert built.returncode != 0
    assert "nowhere.yaml" in built.stderr
    assert built.stdout == ""


def test_helm_calls_the_program_as_a_post_renderer(called, tmp_path):
    plugins = {"HELM_DATA_HOME": str(tmp_path)}
    installed = called("helm", "plugin", "install", str(ROOT / "extensions" / "helm-post-renderer"), **plugins)
    assert installed.returncode == 0, installed.stderr
    chart = str(SAMPLES / "helm")
    with_policy = called("helm", "template", "web", chart, "--post-renderer", "drift-policy", **plugins)
    assert with_policy.returncode == 0, with_policy.stderr
    alone = called("helm", "template", "web", chart)
    assert severities(alone.stdout) == dict.fromkeys(severities(alone.stdout))
    assert severities(with_policy.stdout).keys() == severities(alone.stdout).keys()
    assert severities(with_policy.stdout)["Deployment"] == "medium"
    assert None not in severities(with_policy.stdout).values()


def test_the_helm_plugin_has_the_version_of_the_program(called):
    plugin = yaml.safe_load((ROOT / "extensions" / "helm-post-renderer" / "plugin.yaml").read_text())
    assert plugin["version"] == called("drift-policy", "version", "--short").stdout.strip()


def test_kubectl_finds_the_program_as_a_plugin(called, tmp_path):
    (tmp_path / "kubectl-drift").symlink_to(Programs().drift_policy)
    explained = called("kubectl", "drift", "explain", str(SAMPLES / "low"), PATH=f"{tmp_path}{os.pathsep}{Programs().path}")
    assert explained.returncode == 0, explained.stderr
    assert "Deployment" in explained.stdout
