"""deploy/ on a stock Argo CD: the API server takes all of it, it does what it says, and it goes again without leftovers."""
import json
import pathlib
import re
import shutil
import subprocess
import urllib.error
import urllib.request
import uuid

import pytest
import yaml
from deploys import APPLY, DEPLOY, OURS
from operators import blocks_of
from testbed.argocd import NAMESPACE
from testbed.kubernetes import ApiError
from testbed.process import until
from testbed.programs import ROOT
from testbed.sandbox import Sandbox

HOOKS = "drift-policy"
CONTROLLER = "app.kubernetes.io/name=drift-policy-controller"
PARTS = ("deployments.apps", "configmaps", "serviceaccounts", "roles", "rolebindings", "networkpolicies")


@pytest.fixture(scope="module")
def deployed(bed, kubectl):
    """All of deploy/, as the page says; taken away again afterwards."""
    try:
        kubectl(*APPLY, "-k", DEPLOY)
        yield bed.cluster.admin
    finally:
        remove(kubectl)


def remove(kubectl):
    kubectl(*APPLY, "-k", DEPLOY / "stock")
    kubectl("-n", NAMESPACE, "delete", "configmaps", "-l", "app.kubernetes.io/part-of=drift-policy")
    for part in ("admission", "gated", "network", "hooks"):
        kubectl("delete", "--ignore-not-found", "-k", DEPLOY / part, "-l", OURS)


def versions(admin):
    """Object -> version of what we share with Argo CD, and of what is ours."""
    found = [admin.get("Deployment", NAMESPACE, "argocd-repo-server"), admin.get("ConfigMap", NAMESPACE, "argocd-cm"),
             admin.get("ConfigMap", NAMESPACE, "argocd-cmd-params-cm")]
    for kind in ("ServiceAccount", "Role", "RoleBinding", "NetworkPolicy"):
        found += admin.list(kind, HOOKS, "app.kubernetes.io/part-of=drift-policy")
    # A Deployment's status has a controller of its own; its generation changes with its spec alone.
    return {o["metadata"]["uid"]: o["metadata"].get("generation") or o["metadata"]["resourceVersion"] for o in found}


# --- The whole


def test_the_api_server_takes_all_of_it_without_a_change_first(bed, kubectl):
    kubectl("create", "namespace", HOOKS)  # a dry run makes none, and what is in it needs one
    try:
        said = kubectl(*APPLY, "--dry-run=server", "-k", DEPLOY)
    finally:
        kubectl("delete", "namespace", HOOKS)
    assert "deployment.apps/argocd-repo-server serverside-applied (server dry run)" in said
    assert bed.cluster.admin.get("Deployment", NAMESPACE, "argocd-repo-server")["spec"]["template"]["spec"]["containers"][1:] == []


@pytest.mark.parametrize("part", ["applicationset", "project", "controller", "notifications"])
def test_the_parts_that_are_not_in_the_whole_are_taken_too(kubectl, part):
    assert "(server dry run)" in kubectl(*APPLY, "--dry-run=server", "-k", DEPLOY / part)


# --- The same by Helm


@pytest.fixture(scope="module")
def checkout(bed, tmp_path_factory):
    """Runs commands in a copy of what the page on the chart needs, as the administrator."""
    folder = tmp_path_factory.mktemp("checkout")
    for part in ("charts", "deploy"):
        shutil.copytree(ROOT / part, folder / part)
    chart = folder / "charts" / "drift-policy" / "Chart.yaml"  # the API server that Go builds here says version 0.0.0
    chart.write_text(re.sub("^kubeVersion:.*\n", "", chart.read_text(), flags=re.MULTILINE))
    env = {"PATH": bed.programs.path, "HOME": str(folder), "KUBECONFIG": str(bed.cluster.admin.kubeconfig(folder / "kubeconfig"))}

    def run(text):
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", text], cwd=folder, env=env, capture_output=True, text=True,
                              timeout=180, check=False)
        assert done.returncode == 0, f"{text}\n{done.stdout}{done.stderr}"
        return done.stdout
    return run


def test_the_commands_of_the_page_on_the_chart_install_it_and_take_it_away(bed, checkout):
    admin = bed.cluster.admin
    *before, take_back, uninstall = blocks_of((ROOT / "docs" / "chart.md").read_text())
    for block in before:
        checkout(block)
    accounts = admin.get("ConfigMap", HOOKS, "drift-policy-accounts")
    assert accounts["data"]["images"] == "registry.example.com/drift-policy:0.1.0"
    assert {"drift-policy-gate-low", "drift-policy-audit-critical"} <= {o["metadata"]["name"] for o in admin.list("ServiceAccount", HOOKS)}
    settings = admin.get("ConfigMap", NAMESPACE, "argocd-cm")["data"]
    assert {"resource.exclusions", "resource.customizations.actions.batch_Job",
            "resource.customizations.health.apps_Deployment"} <= settings.keys()
    names = {c["name"] for c in admin.get("Deployment", NAMESPACE, "argocd-repo-server")["spec"]["template"]["spec"]["containers"]}
    assert names == {"argocd-repo-server", "drift-policy", "drift-policy-observe"}
    checkout("helm upgrade drift-policy charts/drift-policy --namespace argocd --reuse-values --dry-run=server --set remediation.enabled=true")

    checkout(take_back)
    settings = admin.get("ConfigMap", NAMESPACE, "argocd-cm")["data"]
    assert not [key for key in settings if ".health." in key or ".actions." in key] and "resource.exclusions" in settings
    pod = admin.get("Deployment", NAMESPACE, "argocd-repo-server")["spec"]["template"]["spec"]
    assert [c["name"] for c in pod["containers"]] == ["argocd-repo-server"]
    checkout(uninstall)
    assert admin.get("Namespace", None, HOOKS) is None
    policies = admin.call("/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies")["items"]
    assert [p["metadata"]["name"] for p in policies if p["metadata"]["name"].startswith("drift-policy")] == ["drift-policy-params"]


# --- Applied


def test_applied_again_it_changes_nothing(deployed, kubectl):
    before = versions(deployed)
    kubectl(*APPLY, "-k", DEPLOY)
    assert versions(deployed) == before and len(before) > 15


def test_what_argo_cd_and_others_set_stays(deployed):
    settings = deployed.get("ConfigMap", NAMESPACE, "argocd-cm")["data"]
    assert "resource.exclusions" in settings and "resource.customizations.health.apps_Deployment" in settings
    spec = deployed.get("Deployment", NAMESPACE, "argocd-repo-server")["spec"]["template"]["spec"]
    assert [c["name"] for c in spec["containers"]] == ["argocd-repo-server", "drift-policy"]
    assert {"tmp", "plugins", "var-files", "drift-policy", "drift-policy-tmp"} <= {v["name"] for v in spec["volumes"]}


def test_what_is_sent_to_plugins_is_set_by_keys_that_repo_server_reads(bed, deployed):
    ours = deployed.get("ConfigMap", NAMESPACE, "argocd-cmd-params-cm")["data"]
    assert {"reposerver.plugin.use.manifest.generate.paths": "true", "reposerver.plugin.tar.exclusions": ".git"}.items() <= ours.items()
    stock = next(o for o in yaml.safe_load_all(pathlib.Path(bed.programs.manifests()).read_text())
                 if o and o["kind"] == "Deployment" and o["metadata"]["name"] == "argocd-repo-server")
    read = [e["valueFrom"]["configMapKeyRef"] for e in stock["spec"]["template"]["spec"]["containers"][0]["env"]
            if "configMapKeyRef" in e.get("valueFrom", {})]
    assert {key for key in ours if key.startswith("reposerver.plugin.")} <= {
        ref["key"] for ref in read if ref["name"] == "argocd-cmd-params-cm"}


def test_an_upgrade_of_argo_cd_leaves_ours(bed, deployed, kubectl):
    before = sidecar_of(deployed), deployed.get("ConfigMap", NAMESPACE, "argocd-cm")["data"]
    kubectl("-n", NAMESPACE, "apply", "--server-side", "-f", bed.programs.manifests())
    assert (sidecar_of(deployed), deployed.get("ConfigMap", NAMESPACE, "argocd-cm")["data"]) == before


def test_a_health_script_of_somebody_else_is_a_conflict_and_not_lost(deployed, kubectl):
    key = "resource.customizations.health.apps_Deployment"
    other = json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "argocd-cm", "namespace": NAMESPACE},
                        "data": {key: "return {status = 'Healthy'}"}})
    done = kubectl("apply", "--server-side", "--field-manager=somebody", "-f", "-", text=other, check=False)
    assert done.returncode != 0 and 'conflict with "drift-policy"' in done.stderr


def test_argo_cd_finds_its_settings_valid(bed, deployed, tmp_path):
    settings = tmp_path / "argocd-cm.yaml"
    settings.write_text(yaml.safe_dump(deployed.get("ConfigMap", NAMESPACE, "argocd-cm")))
    said = bed.argocd.admin("settings", "validate", "--argocd-cm-path", settings, check=False)
    assert said.returncode == 0 and "resource overrides" in said.stdout, said.stdout + said.stderr


# --- The sidecar


def sidecar_of(admin):
    spec = admin.get("Deployment", NAMESPACE, "argocd-repo-server")["spec"]["template"]["spec"]
    return spec, next(c for c in spec["containers"] if c["name"] == "drift-policy")


def test_the_sidecar_may_do_little(deployed):
    spec, sidecar = sidecar_of(deployed)
    security = sidecar["securityContext"]
    assert spec["automountServiceAccountToken"] is False
    assert (security["runAsUser"], security["runAsNonRoot"], security["readOnlyRootFilesystem"]) == (999, True, True)
    assert security["capabilities"] == {"drop": ["ALL"]} and security["allowPrivilegeEscalation"] is False
    assert security["seccompProfile"] == {"type": "RuntimeDefault"}
    assert sidecar["resources"]["limits"]["memory"] and sidecar["resources"]["requests"]["cpu"]
    mounts = {m["mountPath"]: m["name"] for m in sidecar["volumeMounts"]}
    assert mounts["/tmp"] == "drift-policy-tmp" and "tmp" not in mounts.values()


def test_the_pod_with_the_sidecar_passes_pod_security_restricted(deployed, kubectl):
    spec, _ = sidecar_of(deployed)
    spec = {k: v for k, v in spec.items() if k != "serviceAccount"} | {"serviceAccountName": "drift-policy-gate-low"}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "repo-server", "namespace": HOOKS}, "spec": spec}
    assert "(server dry run)" in kubectl("create", "--dry-run=server", "-f", "-", text=json.dumps(pod))


def test_the_sidecar_mounts_the_policy_and_the_hooks_run_its_image(deployed, bed, tmp_path):
    spec, sidecar = sidecar_of(deployed)
    mount = next(m for m in sidecar["volumeMounts"] if m["mountPath"] == "/home/argocd/cmp-server/drift-policy")
    volume = next(v for v in spec["volumes"] if v["name"] == mount["name"])
    policy = deployed.get("ConfigMap", NAMESPACE, volume["configMap"]["name"])["data"]
    (tmp_path / "policy.yaml").write_text(policy["policy.yaml"])
    checked = subprocess.run([bed.programs.drift_policy, "check", "--strict", tmp_path], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    assert {e["name"]: e["value"] for e in sidecar["env"]}["DRIFT_POLICY_IMAGE"] == sidecar["image"]
    assert deployed.get("ConfigMap", HOOKS, "drift-policy-accounts")["data"]["images"] == sidecar["image"]


def test_discovery_is_one_more_component(deployed, kubectl, tmp_path):
    (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump({"resources": ["deploy/stock"], "components": [
        "deploy/policy", "deploy/sidecar", "deploy/discovery"]}))
    subprocess.run(["cp", "-r", DEPLOY, tmp_path / "deploy"], check=True)
    built = list(yaml.safe_load_all(kubectl("kustomize", tmp_path)))
    plugin = next(o for o in built if o["kind"] == "ConfigMap" and "plugin.yaml" in o.get("data", {}))
    assert "drift-policy, discover" in plugin["data"]["plugin.yaml"]
    said = kubectl(*APPLY, "--dry-run=server", "-f", "-", text=yaml.safe_dump_all(built))
    assert "argocd-repo-server serverside-applied (server dry run)" in said
    mounts = next(o for o in built if o["kind"] == "Deployment")["spec"]["template"]["spec"]["containers"][0]["volumeMounts"]
    assert len(mounts) == 5


def test_argo_cd_from_git_is_built_as_the_readme_says(bed, kubectl, tmp_path):
    shutil.copytree(DEPLOY, tmp_path / "drift-policy" / "deploy")
    (tmp_path / "argocd").mkdir()
    shutil.copy(bed.programs.manifests(), tmp_path / "argocd" / "install.yaml")
    recipe = (DEPLOY / "README.md").read_text().split("**Where Argo CD is deployed from Git**")[1].split("**Generated files**")[0]
    files = re.findall(r"^    # (\S*kustomization.yaml)(.*?)^$", recipe, re.DOTALL | re.MULTILINE)
    assert [name for name, _ in files] == ["argocd/kustomization.yaml", "base/kustomization.yaml"]
    for name, text in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("#" + text)
    # On top, what the page has for image and policy.
    mine = (DEPLOY / "README.md").read_text().split("# install/kustomization.yaml\n")[1].split("```")[0]
    mine = mine.replace("../deploy/introduction", "base")
    (tmp_path / "kustomization.yaml").write_text("".join(line for line in mine.splitlines(True) if "observe" not in line))
    policy = (DEPLOY / "policy" / "policy.yaml").read_text().replace("name: baseline", "name: mine")
    (tmp_path / "policy.yaml").write_text(policy)
    health = [bed.programs.drift_policy, "generate", "health", "--policy", tmp_path / "policy.yaml"]
    (tmp_path / "argocd-cm.yaml").write_text(subprocess.run(health, check=True, capture_output=True, text=True).stdout)
    built = {(o["kind"], o["metadata"]["name"]): o for o in yaml.safe_load_all(kubectl("kustomize", tmp_path))}
    server = built["Deployment", "argocd-repo-server"]
    assert server["metadata"]["namespace"] == NAMESPACE
    pod = server["spec"]["template"]["spec"]
    containers = {c["name"]: c for c in pod["containers"]}
    assert set(containers) == {"argocd-repo-server", "drift-policy"} and "argocd" in containers["argocd-repo-server"]["image"]
    image = "registry.example.com/drift-policy:0.1.0"
    assert containers["drift-policy"]["image"] == image
    assert {e["name"]: e.get("value") for e in containers["drift-policy"]["env"]}["DRIFT_POLICY_IMAGE"] == image
    assert built["ConfigMap", "drift-policy-accounts"]["data"]["images"] == image
    mounted = next(v["configMap"]["name"] for v in pod["volumes"] if v["name"] == "drift-policy")
    assert built["ConfigMap", mounted]["data"]["policy.yaml"] == policy
    settings = built["ConfigMap", "argocd-cm"]["data"]
    assert "resource.exclusions" in settings and "-- mine/workloads" in settings["resource.customizations.health.apps_Deployment"]
    assert built["NetworkPolicy", "drift-policy-hooks"]["metadata"]["namespace"] == HOOKS


def test_in_another_namespace_than_argocd_it_is_built_as_the_readme_says(kubectl, tmp_path):
    shutil.copytree(DEPLOY, tmp_path / "deploy")
    command = re.search(r"^    (grep .*\n.*sed .*)$", (DEPLOY / "README.md").read_text(), re.MULTILINE).group(1)
    subprocess.run(["bash", "-euo", "pipefail", "-c", command], cwd=tmp_path, check=True)
    for part in ("introduction", "applicationset", "project", "controller"):
        text = kubectl("kustomize", tmp_path / "deploy" / part)
        objects = list(yaml.safe_load_all(text))
        assert "gitops" in {o["metadata"].get("namespace") for o in objects} <= {"gitops", HOOKS, None}
        assert not re.search(r"serviceaccount:argocd:", text)
        if part == "introduction":
            assert {"argocd-cm", "argocd-cmd-params-cm", "argocd-repo-server"} <= {o["metadata"]["name"] for o in objects}
            assert text.count("system:serviceaccount:gitops:") == 5


# --- The hooks' namespace


def as_hook(bed, hook, severity="medium"):
    admin = bed.cluster.admin
    return admin.as_user(admin.service_account_token(HOOKS, f"drift-policy-{hook}-{severity}"))


def refused(call, *arguments):
    with pytest.raises(ApiError) as error:
        call(*arguments)
    return error.value.code == 403


def config_map(name, namespace=HOOKS):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}, "data": {}}


UI_PLACE = "/tmp/extensions/"


def server_pod(bed):
    return bed.cluster.admin.get("Deployment", NAMESPACE, "argocd-server")["spec"]["template"]["spec"]


def test_the_pages_for_the_web_ui_come_beside_argo_cds_server_and_go_again(bed, kubectl, tmp_path):
    """Another extension's installer, which Argo CD's documentation shows with this volume, loses nothing."""
    before = server_pod(bed)
    (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump({"resources": ["deploy/stock-server"], "components": ["deploy/ui"]}))
    shutil.copytree(DEPLOY, tmp_path / "deploy")
    other = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "argocd-server", "namespace": NAMESPACE}, "spec": {"template": {
        "spec": {"initContainers": [{"name": "extension", "image": "installer", "volumeMounts": [{"name": "extensions", "mountPath": UI_PLACE}]}],
        "containers": [{"name": "argocd-server", "volumeMounts": [{"name": "extensions", "mountPath": UI_PLACE}]}],
        "volumes": [{"name": "extensions", "emptyDir": {}}]}}}}
    installer = ("apply", "--server-side", "--field-manager=installer", "-f", "-")
    try:
        kubectl(*installer, text=yaml.safe_dump(other))
        kubectl(*APPLY, "-k", tmp_path)
        pod = server_pod(bed)
        ours = next(one for one in pod["initContainers"] if one["name"] == "drift-policy-ui")
        assert {one["name"] for one in pod["initContainers"]} >= {"drift-policy-ui", "extension"}
        assert ours["securityContext"]["readOnlyRootFilesystem"] and ours["resources"]["limits"]
        assert ours["command"][-1].startswith(UI_PLACE) and ours["volumeMounts"] == [{"name": "extensions", "mountPath": UI_PLACE}]
        assert UI_PLACE in {mount["mountPath"] for mount in pod["containers"][0]["volumeMounts"]}
        kubectl(*APPLY, "-k", DEPLOY / "stock-server")
        assert [one["name"] for one in server_pod(bed)["initContainers"]] == ["extension"]
    finally:
        kubectl(*APPLY, "-k", DEPLOY / "stock-server")
        del other["spec"]
        kubectl(*installer, text=yaml.safe_dump(other))
    assert server_pod(bed) == before


@pytest.mark.parametrize("severity", ["low", "medium", "high", "critical"])
@pytest.mark.parametrize("hook", ["gate", "audit", "alert"])
def test_each_hook_may_do_its_work_in_the_platforms_namespace(bed, deployed, hook, severity):
    account = as_hook(bed, hook, severity)
    assert account.get("ConfigMap", HOOKS, "not-there") is None
    assert account.get("Job", HOOKS, "not-there") is None
    # By RBAC it may make ConfigMaps; a token that names no pod of its own Job is all that is wrong.
    with pytest.raises(ApiError, match="ValidatingAdmissionPolicy"):
        account.create(config_map(f"{hook}-{severity}"))


@pytest.mark.parametrize("hook", ["gate", "audit", "alert"])
def test_no_hook_may_do_more(bed, deployed, hook):
    account = as_hook(bed, hook)
    assert refused(account.list, "Secret", HOOKS)
    assert refused(account.list, "ConfigMap", HOOKS)
    assert refused(account.get, "ConfigMap", NAMESPACE, "argocd-cm")
    assert refused(account.create, config_map("elsewhere", "default"))
    assert refused(account.delete, "Job", HOOKS, "some-gate")
    assert refused(account.delete, "Pod", HOOKS, "some-pod")


def test_only_the_gate_may_change_jobs_and_only_the_others_delete_records(bed, deployed):
    patch = {"metadata": {"annotations": {"drift-policy.dev/state": "passed"}}}
    with pytest.raises(ApiError) as error:
        as_hook(bed, "gate").patch("Job", HOOKS, "not-there", patch)
    assert error.value.code == 404
    assert refused(as_hook(bed, "gate").delete, "ConfigMap", HOOKS, "x")
    for hook in ("audit", "alert"):
        with pytest.raises(ApiError) as error:
            as_hook(bed, hook).patch("Job", HOOKS, "not-there", patch)
        assert error.value.code == 403
        assert as_hook(bed, hook).delete("ConfigMap", HOOKS, "not-there") is None


def test_pods_in_the_platforms_namespace_must_be_restricted(deployed):
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "root", "namespace": HOOKS},
           "spec": {"serviceAccountName": "drift-policy-gate-low", "containers": [{"name": "root", "image": "busybox"}]}}
    with pytest.raises(ApiError, match="PodSecurity"):
        deployed.create(pod)


def test_the_network_of_the_hooks_is_closed_but_for_the_api_server_and_dns(deployed):
    policies = {p["metadata"]["name"]: p["spec"] for p in deployed.list("NetworkPolicy", HOOKS)}
    assert policies["drift-policy-none"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    hooks = policies["drift-policy-hooks"]
    assert hooks["podSelector"] == {"matchLabels": {"app.kubernetes.io/managed-by": "drift-policy"}}
    assert sorted({p["port"] for rule in hooks["egress"] for p in rule["ports"]}) == [53, 443, 6443]


def test_another_port_of_the_api_server_is_opened_as_the_comment_says(kubectl, tmp_path):
    shutil.copytree(DEPLOY / "network", tmp_path / "network")
    comment = re.findall(r"^ +#   (patches:|[ -] .*)$", (DEPLOY / "network" / "hooks.yaml").read_text(), re.MULTILINE)
    (tmp_path / "kustomization.yaml").write_text("\n".join(["resources: [network]", *comment, ""]))
    built = {o["metadata"]["name"]: o["spec"] for o in yaml.safe_load_all(kubectl("kustomize", tmp_path))}
    assert [p["port"] for p in built["drift-policy-hooks"]["egress"][0]["ports"]] == [443, 6443, 8443]
    assert [p["port"] for p in built["drift-policy-hooks"]["egress"][1]["ports"]] == [53, 53]


# --- Applications by severity


@pytest.fixture(scope="module")
def application_set(bed, kubectl):
    """The generated ApplicationSet on a repository with the sample applications; the Applications by name. Their AppProject
    allows no destination, so none of them syncs."""
    repository = bed.repository().copy(ROOT / "sample-apps", "sample-apps")
    repository.commit()
    bed.argocd.applicationset_controller()
    bed.cluster.admin.create({"apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject",
                              "metadata": {"name": "nowhere", "namespace": NAMESPACE}, "spec": {"sourceRepos": ["*"]}})
    made = subprocess.run([bed.programs.drift_policy, "generate", "applicationset", "--repo", repository.url, "--revision", "main",
                           "--files", "sample-apps/applications/*.json", "--project", "nowhere", "--policy",
                           DEPLOY / "policy" / "policy.yaml"],
                          capture_output=True, text=True, check=True).stdout
    kubectl(*APPLY, "-f", "-", text=made)
    admin = bed.cluster.admin

    def applications():
        found = {name: admin.get("Application", NAMESPACE, name) for name in ("storefront", "orders", "ledger")}
        return found if all(found.values()) else None
    yield repository, until("the Applications are made", 120, applications)
    admin.delete("ApplicationSet", NAMESPACE, "drift-policy")
    for name in ("storefront", "orders", "ledger"):
        admin.delete("Application", NAMESPACE, name)
    admin.delete("AppProject", NAMESPACE, "nowhere")


def test_low_heals_itself_and_the_rest_is_gated(application_set):
    _, made = application_set
    policies = {name: (app["spec"]["syncPolicy"], app["metadata"]["labels"]) for name, app in made.items()}
    low, labels = policies["storefront"]
    assert low["automated"] == {"prune": True, "selfHeal": True} and low["retry"]["limit"] == 3
    assert "drift-policy.dev/gated" not in labels and labels["drift-policy.dev/severity"] == "low"
    for name in ("orders", "ledger"):
        gated, labels = policies[name]
        assert not gated["automated"].get("selfHeal") and gated.get("retry", {}).get("limit", 0) == 0
        assert "retry" in gated and labels["drift-policy.dev/gated"] == "true"


def test_each_application_is_rendered_by_the_plugin_from_its_folder(application_set):
    repository, made = application_set
    source = made["orders"]["spec"]["source"]
    plugin = {"name": "drift-policy", "parameters": [{"name": "directory-recurse", "string": "true"}]}
    assert source == {"repoURL": repository.url, "targetRevision": "main", "path": "sample-apps/medium", "plugin": plugin}
    assert made["storefront"]["spec"]["source"]["plugin"] == {"name": "drift-policy"}
    assert made["orders"]["spec"]["destination"]["namespace"] == "drift-medium"


def test_a_severity_that_the_policy_does_not_know_makes_no_application(bed, application_set):
    repository, _ = application_set
    repository.write("sample-apps/applications/typo.json",
                     '{"name": "typo", "severity": "hihg", "folder": "sample-apps/low", "namespace": "typo"}').commit()
    admin = bed.cluster.admin
    admin.patch("ApplicationSet", NAMESPACE, "drift-policy",
                {"metadata": {"annotations": {"argocd.argoproj.io/application-set-refresh": "true"}}})

    def said():
        status = admin.get("ApplicationSet", NAMESPACE, "drift-policy").get("status", {})
        return [c["message"] for c in status.get("conditions", []) if "hihg" in c["message"]]
    assert "expected one of low, medium, high, critical" in until("the mistake is in the conditions", 120, said)[0]
    assert admin.get("Application", NAMESPACE, "typo") is None
    assert admin.get("Application", NAMESPACE, "orders")


# --- The controller


@pytest.fixture(scope="module")
def controller(bed, kubectl):
    """The part alone; the pod that its Deployment asks for, which nobody has started."""
    kubectl(*APPLY, "-k", DEPLOY / "controller")
    try:
        yield until("the controller has a pod", 60, lambda: bed.cluster.admin.list("Pod", NAMESPACE, CONTROLLER))[0]
    finally:
        kubectl("delete", "--ignore-not-found", "-k", DEPLOY / "controller")


def with_differences(kubectl, folder):
    """What controller.md has to be installed for the controller to ask Argo CD's API; its objects."""
    shutil.copytree(DEPLOY, folder / "deploy")
    text = (ROOT / "docs" / "controller.md").read_text().split("# install/kustomization.yaml")[1].split("```")[0]
    (folder / "install").mkdir()
    (folder / "install" / "kustomization.yaml").write_text("#" + text)
    return list(yaml.safe_load_all(kubectl("kustomize", folder / "install")))


@pytest.mark.parametrize("differences", [False, True])
def test_the_controllers_pod_is_restricted_and_may_do_little(bed, controller, kubectl, tmp_path, differences):
    spec = controller["spec"]
    if differences:
        objects = with_differences(kubectl, tmp_path)
        spec = next(o for o in objects if o["metadata"]["name"] == "drift-policy-controller" and o["kind"] == "Deployment")["spec"]["template"]["spec"]
        assert spec["containers"][0]["image"] == "registry.example.com/drift-policy:0.1.0"
        ours = [o for o in objects if o["metadata"]["name"].startswith("drift-policy-controller")]
        assert "(server dry run)" in kubectl(*APPLY, "--dry-run=server", "-f", "-", text=yaml.safe_dump_all(ours))
    admin, name = bed.cluster.admin, f"restricted-{uuid.uuid4().hex[:6]}"
    bed.cluster.namespace(name)
    admin.patch("Namespace", None, name, {"metadata": {"labels": {"pod-security.kubernetes.io/enforce": "restricted"}}})

    def create(spec):
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "controller", "namespace": name}, "spec": spec}
        return kubectl("create", "--dry-run=server", "-f", "-", text=json.dumps(pod), check=False)
    spec = {k: v for k, v in spec.items() if k not in ("serviceAccount", "nodeName")} | {"serviceAccountName": "default"}
    try:
        done = create(spec)
        assert "(server dry run)" in done.stdout, done.stderr
        loose = json.loads(json.dumps(spec))
        loose["containers"][0]["securityContext"]["allowPrivilegeEscalation"] = True
        assert "PodSecurity" in create(loose).stderr
    finally:
        admin.delete("Namespace", None, name)
    container = spec["containers"][0]
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["resources"]["limits"]["memory"] and container["resources"]["requests"]["cpu"]
    assert container["ports"] == [{"name": "metrics", "containerPort": 8080, "protocol": "TCP"}] or differences
    assert "--metrics-address=:8080" in container["args"]
    for probe, path in (("livenessProbe", "/healthz"), ("readinessProbe", "/readyz")):
        assert container[probe]["httpGet"]["path"] == path and container[probe]["httpGet"]["port"] == "metrics"


def serving_anywhere(pod):
    """The pod, but at a port of this machine that is free."""
    pod = json.loads(json.dumps(pod))
    arguments = pod["spec"]["containers"][0]["args"]
    arguments[arguments.index("--metrics-address=:8080")] = "--metrics-address=127.0.0.1:0"
    return pod


def test_the_controller_runs_with_its_rights_and_no_others(bed, controller, tmp_path):
    admin, rules = bed.cluster.admin, bed.cluster.admin.get("Role", NAMESPACE, "drift-policy-controller")["rules"]
    assert rules == [{"apiGroups": ["argoproj.io"], "resources": ["applications"], "verbs": ["get", "list", "watch"]}]
    account = admin.as_user(admin.service_account_token(NAMESPACE, "drift-policy-controller"))
    assert refused(account.list, "Secret", NAMESPACE) and refused(account.list, "Application", "default")
    assert refused(account.patch, "Application", NAMESPACE, "x", {}) and refused(account.list, "AppProject", NAMESPACE)

    def started(name):
        sandbox = Sandbox(serving_anywhere(controller), bed.cluster, bed.programs, tmp_path / name)
        sandbox.start()
        return sandbox
    try:
        running = started("all")
        said = until("the controller watches", 30, lambda: "watching" in running.log.read_text() and running.log.read_text())
        assert json.loads(said.splitlines()[-1])["msg"].startswith("watching ")
        address = re.search(r"serving .* on (127\.0\.0\.1:\d+)", said)[1]

        def page(path):
            try:
                with urllib.request.urlopen(f"http://{address}{path}", timeout=30) as answer:
                    return answer.status, answer.read().decode()
            except urllib.error.HTTPError as refused:
                return refused.code, ""
        assert page("/healthz") == (200, "ok\n")
        until("it is ready", 30, lambda: page("/readyz")[0] == 200)
        assert "\ndrift_policy_build_info{" in page("/metrics")[1]
        running.terminate()
        assert running.wait() == 0
        for verb in ("list", "watch"):
            left = [rules[0] | {"verbs": [other for other in rules[0]["verbs"] if other != verb]}]
            admin.patch("Role", NAMESPACE, "drift-policy-controller", {"rules": left})
            until(f"{verb} is taken away", 30, lambda verb=verb: not allowed(account, verb))
            lacking = started(verb)
            assert lacking.wait() == 3
            assert f'cannot {verb} resource \\"applications\\" in API group \\"argoproj.io\\"' in lacking.log.read_text()
    finally:
        admin.patch("Role", NAMESPACE, "drift-policy-controller", {"rules": rules})


def allowed(account, verb):
    review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": {"resourceAttributes": {
        "namespace": NAMESPACE, "group": "argoproj.io", "resource": "applications", "verb": verb}}}
    return account.call("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "POST", review)["status"]["allowed"]


def test_the_controller_reaches_the_api_server_dns_and_argo_cds_api_and_only_prometheus_reaches_it(controller, kubectl, tmp_path):
    objects = with_differences(kubectl, tmp_path)
    policies = {o["metadata"]["name"]: o["spec"] for o in objects if o["kind"] == "NetworkPolicy" and o["metadata"]["namespace"] == NAMESPACE}
    assert set(policies) == {"drift-policy-controller", "drift-policy-controller-argocd-server"}
    for policy in policies.values():
        assert policy["podSelector"]["matchLabels"].items() <= controller["metadata"]["labels"].items()
    own, argocd_server = policies["drift-policy-controller"], policies["drift-policy-controller-argocd-server"]
    assert own["policyTypes"] == ["Ingress", "Egress"] and "ingress" not in argocd_server
    assert own["ingress"] == [{"from": [{"namespaceSelector": {"matchLabels": {"metrics": "enabled"}}}],
                               "ports": [{"port": 8080, "protocol": "TCP"}]}]
    assert sorted({p["port"] for rule in own["egress"] for p in rule["ports"]}) == [53, 443, 6443]
    assert [p["port"] for rule in argocd_server["egress"] for p in rule["ports"]] == [8080]


def test_the_controller_removed_leaves_nothing(bed, controller, kubectl):
    command = re.search(r"^kubectl -n argocd delete (.*)$", (ROOT / "docs" / "controller.md").read_text(), re.MULTILINE).group(1)
    assert kubectl("-n", NAMESPACE, "get", "deployment", "drift-policy-controller")
    kubectl("-n", NAMESPACE, "delete", *command.split())
    admin = bed.cluster.admin
    for kind in ("Deployment", "ServiceAccount", "Role", "RoleBinding", "NetworkPolicy"):
        names = [o["metadata"]["name"] for o in admin.list(kind, NAMESPACE)]
        assert not [name for name in names if name.startswith("drift-policy")]
        assert kind == "NetworkPolicy" or names, "Argo CD's own stay"
    until("its pod is gone", 60, lambda: not admin.list("Pod", NAMESPACE, CONTROLLER))


# --- Removal; last in this file


def test_removed_it_leaves_argo_cd_as_it_was(bed, deployed, kubectl):
    remove(kubectl)
    admin = bed.cluster.admin
    spec = admin.get("Deployment", NAMESPACE, "argocd-repo-server")["spec"]["template"]["spec"]
    assert [c["name"] for c in spec["containers"]] == ["argocd-repo-server"]
    assert not [v["name"] for v in spec["volumes"] if v["name"].startswith("drift-policy")]
    assert spec["automountServiceAccountToken"] is False
    settings = admin.get("ConfigMap", NAMESPACE, "argocd-cm")
    assert settings["metadata"]["labels"]["app.kubernetes.io/part-of"] == "argocd"
    assert "resource.exclusions" in settings["data"]
    assert not [key for key in settings["data"] if key.startswith("resource.customizations.health.")]
    assert not [key for key in admin.get("ConfigMap", NAMESPACE, "argocd-cmd-params-cm").get("data") or {} if "plugin" in key]
    until("the platform's namespace is gone", 60, lambda: admin.get("Namespace", None, HOOKS) is None)
