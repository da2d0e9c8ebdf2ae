"""`.argocd-source.yaml`: whoever writes the repository can take the plugin away, and what stops that."""
import re
import subprocess

import pytest
from manifests import config_map
from testbed.programs import ROOT
from testbed.repository import Repository

PAGE = ROOT / "docs" / "repository-check.md"


@pytest.fixture
def checkout(tmp_path):
    """A repository without any Argo CD."""
    return Repository(tmp_path / "checkout")


@pytest.fixture
def check(tmp_path):
    """Runs the check that the docs give on a repository; the process."""
    script = re.search(r"```python\n(#!/usr/bin/env python3.*?)```", PAGE.read_text(), re.DOTALL).group(1)
    file = tmp_path / "check-argocd-source.py"
    file.write_text(script)

    def run(repository):
        return subprocess.run(["python3", file, repository.folder], capture_output=True, text=True, check=False)
    return run


def plain(app):
    return [m for m in app.manifests() if "drift-policy.dev/severity" not in m["metadata"].get("annotations", {})]


@pytest.mark.parametrize("name", [".argocd-source.yaml", ".argocd-source-taken-away.yaml"])
def test_whoever_writes_the_repository_can_take_the_plugin_away(application, repository, name):
    """An attack, and no plugin can prevent it: Argo CD no longer calls us."""
    repository.write("app/cm.yaml", config_map("a")).commit()
    app = application(repository, "app", name="taken-away")
    assert plain(app) == []
    repository.write(f"app/{name}", "plugin: null\ndirectory: {}\n").commit()
    app.refresh()
    assert [m["metadata"]["name"] for m in plain(app)] == ["a"]
    assert app.status()["sourceType"] == "Directory", "what shows the attack from outside"


def test_whoever_writes_the_repository_cannot_weaken_the_policy_by_variables(application, repository):
    repository.write("app/cm.yaml", config_map("a")).commit()
    app = application(repository, "app")
    before = app.manifests()
    repository.write("app/.argocd-source.yaml", "plugin:\n  env:\n  - {name: DRIFT_POLICY_PATH, value: none}\n"
                     "  - {name: PATH, value: /tmp}\n  - {name: LD_PRELOAD, value: /tmp/x.so}\n").commit()
    app.refresh()
    after = app.manifests()
    annotations = [{k: v for k, v in m["metadata"].get("annotations", {}).items() if "severity" in k or "rule" in k}
                   for m in after]
    assert annotations == [{k: v for k, v in m["metadata"].get("annotations", {}).items() if "severity" in k or "rule" in k}
                           for m in before]


@pytest.mark.parametrize("text", [
    "plugin: null\ndirectory: {}\n", "{plugin: null, helm: {}}", "plugin: ~\n", "kustomize: {}\n", "plugin: {name: other}\n",
    "plugin: {env: [{name: A, value: b}]}\n", "<<: {plugin: null}\n", "a: [\n", "- a\n", '{"plug\\u0069n": null}',
])
def test_the_check_for_pipelines_refuses_it(checkout, check, text):
    checkout.write("apps/a/.argocd-source.yaml", text)
    result = check(checkout)
    assert result.returncode == 1
    assert "apps/a/.argocd-source.yaml" in result.stdout


def test_the_check_for_pipelines_refuses_a_link(checkout, check):
    checkout.write("apps/a/x.txt", "plugin: null\n")
    (checkout.folder / "apps/a/.argocd-source-app.yaml").symlink_to("x.txt")
    assert check(checkout).returncode == 1


def test_the_check_for_pipelines_lets_other_overrides_through(checkout, check):
    checkout.write("apps/a/.argocd-source.yaml", "plugin: {parameters: [{name: helm-value-files, array: [v.yaml]}]}\n")
    checkout.write("apps/b/values.yaml", "plugin: null\n")
    result = check(checkout)
    assert (result.returncode, result.stdout) == (0, "")
