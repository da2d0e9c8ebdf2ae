"""Failures as a user meets them: our message in status.conditions, nothing pruned, nothing left behind."""
import os
import pathlib
import signal
import subprocess

import pytest
from manifests import config_map, secret
from testbed.kubernetes import ApiError
from testbed.process import until

CREATE = {"syncOptions": ["CreateNamespace=true"]}
# Argo CD prunes by itself, even the last object: the worst case for a rendering that is wrongly empty.
AUTOMATIC = {**CREATE, "automated": {"prune": True, "allowEmpty": True}}
CHART = "apiVersion: v2\nname: chart\nversion: 0.1.0\n"


def children(pid):
    """The process ids of everything below `pid`, with the names of the programs."""
    found, parents = {}, {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                name, rest = (entry / "stat").read_text().split("(", 1)[1].rsplit(")", 1)
            except OSError:
                continue
            parents[int(entry.name)] = (int(rest.split()[1]), name)
    below = [pid]
    while below:
        parent = below.pop()
        for child, (its_parent, name) in parents.items():
            if its_parent == parent:
                found[child] = name
                below.append(child)
    return found


def left_over(bed, name):
    """What a plugin's sidecar still runs, and what lies in its temp folder."""
    sidecar = bed.argocd.processes[f"cmp-{name}"].process.pid
    files = [str(path) for path in bed.argocd.temp(name).iterdir() if path.name != "_cmp_server"]
    files += [str(path) for path in (bed.argocd.temp(name) / "_cmp_server").iterdir()]
    return {"processes": children(sidecar), "files": files}


def nothing_left(bed, name, seconds=15):
    nothing = {"processes": {}, "files": []}
    try:
        until("nothing is left", seconds, lambda: left_over(bed, name) == nothing)
    except TimeoutError:
        assert left_over(bed, name) == nothing


def our_message(bed, folder, app, **environment):
    """What the program itself says of that folder."""
    env = {"PATH": bed.programs.path, "HOME": str(bed.folder), "ARGOCD_APP_NAME": app.name, "DRIFT_POLICY_IMAGE": "x",
           "ARGOCD_APP_NAMESPACE": app.namespace, **environment}
    result = subprocess.run([bed.programs.drift_policy, "render", "."], cwd=folder, env=env, capture_output=True, text=True,
                            check=False)
    assert result.returncode != 0
    return result.stderr.strip()


@pytest.fixture(scope="module")
def prepared(bed, request):
    """For each test of this module an application with one ConfigMap that syncs and prunes by itself, synced, with its
    repository. All of them at once: most of a sync is waiting."""
    wanted = [item for item in request.session.items
              if item.module is request.module and "deployed" in item.fixturenames]
    made = []
    for number in range(len(wanted)):
        repository = bed.repository().write("app/cm.yaml", config_map("precious"))
        repository.commit()
        made.append((bed.application(repository, "app", namespace=f"fails-{number}", sync_policy=AUTOMATIC), repository))

    def finished(app):
        status = app.status()
        return status["sync"]["status"] == "Synced" and status.get("operationState", {}).get("phase") == "Succeeded"
    for app, _ in made:
        app.refresh()
    for app, _ in made:
        app.until(f"{app.name} is synced", 180, lambda app=app: finished(app), patience=15)
    return made


@pytest.fixture
def taken(prepared):
    app, repository = prepared.pop()
    yield app, repository
    app.delete()


@pytest.fixture
def deployed(taken):
    return taken[0]


@pytest.fixture
def repository(request, bed):
    """That of `deployed`, where the test has one."""
    return request.getfixturevalue("taken")[1] if "taken" in request.fixturenames else bed.repository()


def kept(bed, app):
    return bed.cluster.admin.get("ConfigMap", app.namespace, "precious") is not None


def held(bed, app):
    """Nothing was pruned, and nothing will be: what Argo CD could not compare it never syncs by itself."""
    return kept(bed, app) and app.status()["sync"]["status"] == "Unknown"


def test_a_mistake_in_a_manifest_is_reported_with_its_place_and_prunes_nothing(bed, deployed, repository):
    repository.write("app/cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: precious\ndata: [\n").commit()
    deployed.refresh()
    message = our_message(bed, repository.folder / "app", deployed)
    assert "cm.yaml:" in message and message in deployed.conditions()
    assert held(bed, deployed)


def test_a_secrets_value_is_in_no_message(bed, deployed, repository):
    repository.write("app/secret.yaml", secret("s").replace("not-a-password}", "hunter2, broken")).commit()
    deployed.refresh()
    assert "secret.yaml" in deployed.conditions() and "hunter2" not in deployed.conditions()


def test_an_empty_rendering_is_an_error_and_prunes_nothing(bed, deployed, repository):
    repository.write("app/cm.yaml", "# moved elsewhere\n").commit()
    deployed.refresh()
    message = our_message(bed, repository.folder / "app", deployed)
    assert message and message in deployed.conditions()
    assert held(bed, deployed)


def test_a_base_that_argo_cd_did_not_send_is_named_with_the_annotation_that_brings_it(bed, application, repository):
    repository.write("base/kustomization.yaml", "resources: [a.yaml]\n").write("base/a.yaml", config_map("a"))
    repository.write("apps/web/kustomization.yaml", "resources: [../../base]\n").write("other/b.yaml", config_map("b")).commit()
    app = application(repository, "apps/web", sync_policy=CREATE)
    annotate = "argocd.argoproj.io/manifest-generate-paths"
    app.patch({"metadata": {"annotations": {annotate: "."}}})
    app.refresh(hard=True)
    paths = subprocess.run([bed.programs.drift_policy, "paths", repository.folder / "apps" / "web"], capture_output=True, text=True,
                           check=True).stdout.strip()
    assert paths == ".;../../base"
    assert "Argo CD did not send '../../base' to the plugin; expected '../../base' in" in app.conditions()
    app.patch({"metadata": {"annotations": {annotate: paths}}})
    assert app.refresh(hard=True)["sync"]["status"] == "OutOfSync" and "did not send" not in app.conditions()
    assert [o["metadata"]["name"] for o in app.manifests() if o["kind"] == "ConfigMap" and o["metadata"]["name"] in "ab"] == ["a"]


def test_argo_cd_alone_prunes_everything_when_a_rendering_is_empty(bed, application, repository):
    """What the test above prevents; here so that a change of Argo CD would be seen."""
    repository.write("app/cm.yaml", config_map("precious")).commit()
    app = application(repository, "app", namespace="native-empty", plugin=None, sync_policy=AUTOMATIC)
    app.refresh()
    app.until("it is there", 60, lambda: kept(bed, app))
    repository.write("app/cm.yaml", "# moved elsewhere\n").commit()
    app.refresh()
    app.until("it is gone", 60, lambda: not kept(bed, app))


def test_a_mistake_in_the_platforms_policy_is_reported_with_its_place_and_prunes_nothing(bed, deployed, sidecar, tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text("apiVersion: drift-policy.dev/v1alpha1\nkind: DriftPolicy\nmetadata: {name: broken}\n"
                      "spec:\n  rules:\n  - name: a\n    severty: high\n")
    sidecar("broken-policy", DRIFT_POLICY_PATH=str(policy))
    deployed.set_source(plugin={"name": "broken-policy"})
    deployed.refresh(hard=True)
    assert f"{policy}:7:" in deployed.conditions() and "severty" in deployed.conditions()
    assert held(bed, deployed)


def test_a_missing_policy_is_an_error_and_not_no_policy(bed, deployed, sidecar, tmp_path):
    sidecar("missing-policy", DRIFT_POLICY_PATH=str(tmp_path / "nowhere"))
    deployed.set_source(plugin={"name": "missing-policy"})
    deployed.refresh(hard=True)
    assert str(tmp_path / "nowhere") in deployed.conditions()
    assert held(bed, deployed)


def test_an_application_cannot_point_the_plugin_at_another_policy(bed, deployed, repository, tmp_path):
    other = repository.folder / "app" / "policy" / "mine.txt"
    repository.write("app/policy/mine.txt", "apiVersion: drift-policy.dev/v1alpha1\nkind: DriftPolicy\n"
                     "metadata: {name: mine}\nspec: {severities: [{name: low, remediation: {action: autoSync}}]}\n").commit()
    env = [{"name": "DRIFT_POLICY_PATH", "value": str(other)}, {"name": "PATH", "value": "/nowhere"}]
    deployed.set_source(plugin={"name": "drift-policy", "env": env})
    found = [m for m in deployed.manifests() if m["metadata"].get("name") == "precious"]
    assert found[0]["metadata"]["annotations"]["drift-policy.dev/rule"] == "baseline/config-maps"


def test_a_broken_chart_is_reported_in_helms_own_words_and_prunes_nothing(bed, deployed, repository):
    repository.remove("app/cm.yaml").write("app/Chart.yaml", CHART)
    repository.write("app/templates/cm.yaml", config_map("precious", "{{ required \"say how many\" .Values.many }}")).commit()
    deployed.refresh()
    assert "say how many" in deployed.conditions() and "helm" in deployed.conditions()
    assert the_same_next_time(bed, deployed)
    assert held(bed, deployed)
    nothing_left(bed, "drift-policy")


def the_same_next_time(bed, app):
    """Whether the message is free of the folder of this one rendering: else each refresh would have news."""
    before = app.conditions()
    app.refresh(hard=True)
    return app.conditions() == before and str(bed.folder) not in before


def test_a_broken_overlay_is_reported_in_kustomizes_own_words_and_prunes_nothing(bed, deployed, repository):
    repository.write("app/kustomization.yaml", "resources: [missing.yaml]\n").commit()
    deployed.refresh()
    assert "missing.yaml" in deployed.conditions() and "kustomize" in deployed.conditions()
    assert the_same_next_time(bed, deployed)
    assert held(bed, deployed)
    nothing_left(bed, "drift-policy")


def sleeping_helm(folder):
    """A folder with a helm that never ends, and the file into which it writes its process id."""
    folder.mkdir()
    pid = folder / "pid"
    program = folder / "helm"
    # It writes where no confined program could.
    program.write_text(f"#!/bin/sh\necho $$ > {pid}\nexec sleep 600\n")
    program.chmod(0o755)
    return folder, pid


def gone(pid_file):
    return not pathlib.Path(f"/proc/{pid_file.read_text().strip()}").exists()


def slow_chart(repository):
    repository.remove("app/cm.yaml").write("app/Chart.yaml", CHART).write("app/templates/cm.yaml", config_map("precious"))
    return repository.commit()


def test_a_rendering_that_takes_too_long_ends_by_our_own_deadline(bed, deployed, repository, sidecar, tmp_path):
    folder, pid = sleeping_helm(tmp_path / "bin")
    sidecar("slow", PATH=f"{folder}:{bed.programs.path}", DRIFT_POLICY_CONFINEMENT="off", DRIFT_POLICY_EXEC_TIMEOUT="2s")
    slow_chart(repository)
    deployed.set_source(plugin={"name": "slow"})
    deployed.refresh()
    assert "helm was ended: rendering may take 2 seconds" in deployed.conditions()
    assert held(bed, deployed) and gone(pid)
    nothing_left(bed, "slow")


def test_a_request_that_argo_cd_gives_up_leaves_nothing_behind(bed, deployed, repository, sidecar, tmp_path):
    folder, pid = sleeping_helm(tmp_path / "bin")
    sidecar("endless", PATH=f"{folder}:{bed.programs.path}", DRIFT_POLICY_CONFINEMENT="off")
    deployed.patch({"spec": {"syncPolicy": None}})
    deployed.set_source(plugin={"name": "endless"})
    revision = slow_chart(repository)
    with pytest.raises(ApiError) as error:  # argocd-server of the test bed waits 20 seconds
        deployed.manifests(revision)
    assert "eadline" in str(error.value) or "signal" in str(error.value) or "ended" in str(error.value)
    until("helm is ended", 20, lambda: gone(pid))
    deployed.set_source(plugin={"name": "drift-policy"})
    nothing_left(bed, "endless", seconds=75)  # the controller asked too


def test_a_plugin_that_is_killed_in_the_middle_leaves_nothing_behind(bed, deployed, repository, sidecar, tmp_path):
    folder, pid = sleeping_helm(tmp_path / "bin")
    process = sidecar("killed", PATH=f"{folder}:{bed.programs.path}", DRIFT_POLICY_CONFINEMENT="off").process
    slow_chart(repository)
    deployed.set_source(plugin={"name": "killed"})
    until("helm runs", 60, pid.exists)
    victims = [child for child, name in children(process.pid).items() if name == "drift-policy"]
    os.kill(min(victims), signal.SIGKILL)
    deployed.set_source(plugin={"name": "drift-policy"})
    until("helm is ended", 20, lambda: gone(pid))
    assert kept(bed, deployed)
    nothing_left(bed, "killed")
