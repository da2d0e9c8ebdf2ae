"""`.argocd-source.yaml`: whoever writes the repository can take the plugin away, and what stops that."""
import os
import re
import subprocess

import pytest
from comparison import injected
from manifests import config_map
from testbed.application import sync_all
from testbed.argocd import NAMESPACE
from testbed.kubernetes import ApiError
from testbed.programs import ROOT

PAGE = ROOT / "docs" / "repository-check.md"
COMMAND = re.search(r"```sh\n(drift-policy apps .*?)```", PAGE.read_text(), re.DOTALL).group(1)


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


def test_both_pages_find_applications_without_a_gate_by_the_same_command():
    assert COMMAND in (ROOT / "docs" / "enforce.md").read_text()


def test_the_command_of_the_pages_finds_applications_without_a_gate(bed, application, sidecar, tmp_path):
    sidecar("another", {"generate": {"command": ["cat", "cm.yaml"]}})
    config = bed.cluster.admin.kubeconfig(tmp_path / "kubeconfig")
    path = os.pathsep.join([os.path.dirname(bed.programs.drift_policy), os.environ["PATH"]])

    def found():
        env = {"PATH": path, "KUBECONFIG": str(config), "HOME": str(tmp_path)}
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", COMMAND], env=env, capture_output=True, text=True, check=True)
        table, _ = done.stdout.split("\n\n")
        rows = (re.split("  +", line) for line in table.splitlines()[1:])
        lines = {application: (gate, why) for application, gate, _, _, why in rows}
        return {key: lines.get(f"{NAMESPACE}/{app.name}") for key, app in apps.items()}

    gated_label = {"drift-policy.dev/gated": "true"}

    def make(automated=None, **options):
        repository = bed.repository()
        for name in ("one", "two"):
            repository.write(f"{name}/cm.yaml", config_map(name))
        repository.commit()
        return repository, application(repository, "one", sync_policy={"syncOptions": ["CreateNamespace=true"],
                                                                       "automated": automated}, **options)

    _, gated = make(labels=gated_label)
    attacked_repository, attacked = make(labels=gated_label)
    several_repository, several = make(labels=gated_label)
    apps = {"gated": gated, "attacked": attacked, "several": several, "native": make(plugin=None)[1],
            "observed": make(plugin="drift-policy-observe")[1],
            "healing": make({"selfHeal": True}, labels=gated_label)[1],
            "healing-ungated": make({"selfHeal": True})[1], "optional": make()[1]}
    source = several.get()["spec"]["source"]
    several.patch({"spec": {"source": None, "sources": [source, {**source, "path": "two"}, {"repoURL": source["repoURL"],
                                                                                            "ref": "values"}]}})
    several.refresh()
    heals = "heals itself, which runs no hooks"
    always = {"gated": None, "native": ("none", "its source doesn't name the plugin"),
              "observed": ("observed", "is observed: its gate reports, and nothing waits"),
              "healing": ("enforced", heals), "healing-ungated": ("optional", heals),
              "optional": ("optional", "a sync may go past its gate: it isn't gated")}
    assert found() == {**always, "attacked": None, "several": None}, "never synced, so nothing can be said of their hooks"
    sync_all([gated, attacked, several])
    assert found() == {**always, "attacked": None, "several": None}
    for repository, app, folder in ((attacked_repository, attacked, "one"), (several_repository, several, "two")):
        repository.write(f"{folder}/.argocd-source.yaml", "plugin: {name: another}\n").commit()
    sync_all([attacked, several])
    assert found() == {**always, "attacked": ("enforced", "its last sync ran 0 of 1 gate"),
                       "several": ("enforced", "its last sync ran 1 of 2 gates")}


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
