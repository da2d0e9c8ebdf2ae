"""`.argocd-source.yaml`: whoever writes the repository can take the plugin away, and what stops that."""
import re
import subprocess

import pytest
from comparison import injected
from manifests import config_map
from testbed.kubernetes import ApiError
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
    """The names of what is rendered without a severity, but for what the plugin itself adds."""
    return [m["metadata"]["name"] for m in app.manifests()
            if not injected(m) and "drift-policy.dev/severity" not in m["metadata"].get("annotations", {})]


@pytest.mark.parametrize("name", [".argocd-source.yaml", ".argocd-source-taken-away.yaml"])
def test_whoever_writes_the_repository_can_choose_another_plugin_where_one_is_installed(application, repository, sidecar, name):
    """An attack, and no plugin can prevent it: Argo CD no longer calls us."""
    sidecar("another", {"generate": {"command": ["cat", "cm.yaml"]}})
    repository.write("app/cm.yaml", config_map("a")).commit()
    app = application(repository, "app", name="taken-away")
    assert plain(app) == []
    repository.write(f"app/{name}", "plugin: {name: another}\n").commit()
    app.refresh()
    assert plain(app) == ["a"]
    assert not [m for m in app.manifests() if injected(m)], "what shows the attack from outside: no hook is left"


@pytest.mark.parametrize("text", ["plugin: null\n", "plugin: ~\n", "Plugin: null\n"])
def test_argo_cd_ignores_that_a_repository_wants_no_plugin(application, repository, text):
    """It reads the file into the source that it already has, and there the plugin stays. Here so that a change would be seen."""
    repository.write("app/cm.yaml", config_map("a")).write("app/.argocd-source.yaml", text).commit()
    app = application(repository, "app")
    assert plain(app) == [] and app.manifests()
    app.refresh()
    assert app.status()["sourceType"] == "Plugin"


@pytest.mark.parametrize("text", ["plugin: null\ndirectory: {}\n", "directory: {recurse: true}\n", "kustomize: {}\n",
                                  'plugin: {name: ""}\n', "plugin: {name: nowhere}\n"])
def test_argo_cd_renders_nothing_where_a_repository_asks_for_a_native_source_or_a_missing_plugin(application, repository, text):
    """The other half of that: an error, and so neither a bypass nor a pruning."""
    repository.write("app/cm.yaml", config_map("a")).write("app/.argocd-source.yaml", text).commit()
    app = application(repository, "app")
    with pytest.raises(ApiError) as error:
        app.manifests()
    assert "multiple application sources defined" in str(error.value) or "plugin" in str(error.value)
    app.refresh()
    assert app.conditions() and app.status()["sync"]["status"] == "Unknown"


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
