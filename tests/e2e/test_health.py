"""The health scripts of deploy/, run by the real `argocd admin settings resource-overrides health`. Needs no test bed."""
import copy
import os
import re
import subprocess

import health_objects as objects
import pytest
import yaml
from testbed.programs import ROOT, Programs

WANT = "want.drift-policy.dev/"
CM = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {
    "name": "argocd-cm", "namespace": "argocd", "labels": {"app.kubernetes.io/part-of": "argocd"}}}


@pytest.fixture(scope="module")
def programs():
    return Programs(os.environ.get("DRIFT_E2E", "current"))


class Judge:
    """Argo CD with the settings of a ConfigMap."""

    def __init__(self, argocd, folder, config_map):
        self.argocd, self.folder = argocd, folder
        self.settings = folder / "argocd-cm.yaml"
        self.settings.write_text(yaml.safe_dump(config_map))

    def ask(self, live):
        file = self.folder / "live.yaml"
        file.write_text(yaml.safe_dump(live, allow_unicode=True))
        done = subprocess.run([self.argocd, "admin", "settings", "resource-overrides", "health", file, "--argocd-cm-path",
                               self.settings], env={"PATH": os.environ["PATH"], "HOME": str(self.folder),
                                                    "ARGOCD_BINARY_NAME": "argocd"},
                              capture_output=True, text=True, timeout=120, check=False)
        return done.stdout + (done.stderr if done.returncode else "")

    def __call__(self, live):
        """(status, message)"""
        said = self.ask(live)
        found = re.fullmatch(r"STATUS: (\w+)\nMESSAGE: (.*)\n", said, re.DOTALL)
        assert found, said
        return found.groups()


@pytest.fixture
def alone(programs, tmp_path):
    """Argo CD without our scripts."""
    (tmp_path / "alone").mkdir()
    return Judge(programs.argocd, tmp_path / "alone", CM)


@pytest.fixture
def judge(programs, tmp_path):
    """Argo CD with the scripts of deploy/."""
    (tmp_path / "ours").mkdir()
    return Judge(programs.argocd, tmp_path / "ours", yaml.safe_load((ROOT / "deploy/health/argocd-cm.yaml").read_text()))


@pytest.fixture
def judge_of(programs, tmp_path):
    """Argo CD with the scripts of a policy: what stands under its `spec`."""
    def make(spec, checks=None):
        policy = tmp_path / "policy.yaml"
        policy.write_text(yaml.safe_dump({"apiVersion": "drift-policy.dev/v1alpha1", "kind": "DriftPolicy",
                                          "metadata": {"name": "test"}, "spec": spec}))
        more = ["--checks", checks] if checks else []
        done = subprocess.run([programs.drift_policy, "generate", "health", "--policy", policy, *more], capture_output=True,
                              text=True, check=True)
        return Judge(programs.argocd, tmp_path, yaml.safe_load(done.stdout))
    return make


def wanting(live, severity="medium", **wanted):
    """The object as the plugin stamped it; a `.` in a key is written `__`."""
    live = copy.deepcopy(live)
    live["metadata"]["annotations"]["drift-policy.dev/severity"] = severity
    for key, value in wanted.items():
        live["metadata"]["annotations"][WANT + key.replace("__", ".").replace("_", "-")] = value
    return live


def with_containers(*containers, **pod):
    return objects.deployment(spec={"template": {"spec": {"containers": list(containers), **pod}}})


@pytest.mark.skipif(os.environ.get("DRIFT_E2E") == "old", reason="the checks repeated are those of the current Argo CD")
@pytest.mark.parametrize("name", objects.CHECKED)
def test_without_drift_an_object_is_as_healthy_as_argo_cd_alone_says(alone, judge, name):
    assert judge(objects.CHECKED[name]) == alone(objects.CHECKED[name])


@pytest.mark.parametrize("name", objects.UNCHECKED)
def test_what_argo_cd_has_no_check_for_is_healthy(alone, judge, name):
    assert "STATUS" not in alone.ask(objects.UNCHECKED[name])
    assert judge(objects.UNCHECKED[name]) == ("Healthy", "")


# name -> (live object as stamped, what is said)
DRIFTED = {
    "a-scaled-deployment": (wanting(objects.deployment(5), replicas="2"), "Healthy",
                            "drift: replicas is 5, Git wants 2 (low)"),
    "a-scaled-stateful-set": (wanting(objects.stateful_set(), replicas="2"), "Healthy",
                              "statefulset rolling update complete 3 pods at revision web-1...; "
                              "drift: replicas is 3, Git wants 2 (low)"),
    "a-daemon-set-of-another-image": (
        wanting(objects.daemon_set({"template": {"spec": {"containers": [{"name": "web", "image": "evil:1"}]}}}),
                image__0="nginx:1.27"), "Healthy", "drift: image.0 is evil:1, Git wants nginx:1.27 (high)"),
    "a-scaled-replica-set": (wanting(objects.replica_set(), replicas="1"), "Healthy",
                             "drift: replicas is 2, Git wants 1 (low)"),
    "a-service-that-became-a-load-balancer": (wanting(objects.service("LoadBalancer"), type="ClusterIP"), "Progressing",
                                              "drift: type is LoadBalancer, Git wants ClusterIP (medium)"),
    "an-ingress-of-another-class": (wanting(objects.ingress([{"ip": "192.0.2.1"}]), **{"class": "internal"}), "Healthy",
                                    "drift: class is nginx, Git wants internal (medium)"),
    "a-larger-claim": (wanting(objects.claim("Bound", "20Gi"), "high", storage="10Gi"), "Healthy",
                       "drift: storage is 20Gi, Git wants 10Gi (medium)"),
    "an-autoscaler-with-another-limit": (
        wanting(objects.autoscaler([objects.condition("AbleToScale")]), max_replicas="3"), "Healthy",
        "it is so; drift: max-replicas is 5, Git wants 3 (medium)"),
    "a-pod-of-another-image": (wanting(objects.pod("Running", ready=True), image__0="nginx:1.26"), "Healthy",
                               "drift: image.0 is nginx:1.27, Git wants nginx:1.26 (high)"),
    "a-cron-job-that-was-suspended": (wanting(objects.cron_job(True), suspend="false"), "Healthy",
                                      "CronJob is Suspended; drift: suspend is true, Git wants false (medium)"),
    "a-budget": (wanting(objects.budget(objects.condition("DisruptionAllowed", reason="SufficientPods")),
                         min_available="50%"), "Healthy",
                 "PodDisruptionBudget has SufficientPods; drift: min-available is 1, Git wants 50% (medium)"),
    "a-scaled-rollout": (wanting(objects.rollout(phase="Healthy"), replicas="3"), "Healthy",
                         "drift: replicas is 2, Git wants 3 (low)"),
    "a-deployment-that-is-not-ready-either": (
        wanting(objects.deployment(5, updatedReplicas=1), replicas="2"), "Progressing",
        "Waiting for rollout to finish: 1 out of 5 new replicas have been updated...; "
        "drift: replicas is 5, Git wants 2 (low)"),
    "a-container-that-is-gone": (wanting(objects.deployment(), image__1="proxy:2"), "Healthy",
                                 "drift: image.1 is gone, Git wants proxy:2 (high)"),
    "arguments": (wanting(with_containers({"args": ["--safe"]}), args__0='["--safe","--quiet"]'), "Healthy",
                  "drift: args.0 differs from Git (high)"),
    "a-removed-security-context": (wanting(with_containers({"name": "web"}), security__0='{"runAsNonRoot":true}'), "Healthy",
                                   "drift: security.0 is gone (high)"),
    "several-fields": (wanting(objects.deployment(5), "high", replicas="2", image__0="nginx:1.26"), "Healthy",
                       "drift: image.0 is nginx:1.27, Git wants nginx:1.26 (high); replicas is 5, Git wants 2 (low)"),
    "a-smaller-limit": (wanting(with_containers({"resources": {"limits": {"cpu": "250m"}}}),
                                resources__0='{"limits":{"cpu":"0.5"}}'), "Healthy",
                        "drift: resources.0 differs from Git (medium)"),
    "a-port-that-is-gone": (wanting(objects.service(), ports='[{"port":80},{"port":443}]'), "Healthy",
                            "drift: ports differs from Git (medium)"),
    "a-long-value": (wanting(with_containers({"image": "x" * 200}), image__0="nginx:1.27"), "Healthy",
                     "drift: image.0 differs from Git (high)"),
}


@pytest.mark.parametrize("name", DRIFTED)
def test_drift_is_a_message_and_as_bad_as_the_policy_says(judge, name):
    live, status, message = DRIFTED[name]
    assert judge(live) == (status, message)


# What is the same in other words.
SAME = {
    "quantities": with_containers({"resources": {"limits": {"cpu": "500m", "memory": "1Gi"}, "requests": {"cpu": "1"}}}),
    "defaults": with_containers({"ports": [{"containerPort": 80, "protocol": "TCP"}],
                                 "securityContext": {"runAsNonRoot": True, "privileged": False}}),
    "added-by-others": with_containers({"ports": [{"containerPort": 80, "protocol": "TCP"}, {"containerPort": 15090}]}),
    "text-and-numbers": with_containers({"args": ["é\n\"\\", "1", "true", "{}"], "command": ["/bin/sh"]}),
    "nothing-for-empty": with_containers({"name": "web"}),
}
WANTED = {
    "quantities": {"resources__0": '{"limits":{"cpu":0.5,"memory":"1024Mi"},"requests":{"cpu":1}}'},
    "defaults": {"ports__0": '[{"containerPort":80}]', "security__0": '{"runAsNonRoot":true}'},
    "added-by-others": {"ports__0": '[{"containerPort":80}]'},
    "text-and-numbers": {"args__0": '["\\u00e9\\n\\"\\\\","1","true","{}"]', "command__0": '["/bin/sh"]'},
    "nothing-for-empty": {"args__0": "[]"},
}


@pytest.mark.parametrize("name", SAME)
def test_the_same_in_other_words_is_no_drift(judge, name):
    assert judge(wanting(SAME[name], **WANTED[name])) == ("Healthy", "")


def test_an_empty_mapping_that_means_something_is_missed(judge):
    assert "drift: security.0 is gone" in judge(wanting(with_containers({"name": "web"}), security__0="{}"))[1]


def test_fields_are_compared_by_the_gates_table_of_facts(judge_of):
    """By the real Argo CD; tests/analysis/compare_test.cpp runs every case of the gate's through Debian's Lua."""
    judge = judge_of({"rules": [rule("pods", [{"resources": {"kinds": ["/v1/Pod"]}}], [
        {"id": "size", "jsonPointers": ["/spec/volumes/*/emptyDir/sizeLimit"]},
        {"id": "path", "jsonPointers": ["/spec/containers/0/livenessProbe/httpGet/path"]},
        {"id": "probe", "jsonPointers": ["/spec/containers/*/livenessProbe"]},
        {"id": "host", "jsonPointers": ["/spec/hostNetwork", "/spec/hostUsers", "/spec/nodeSelector/*"]}])]})
    live = objects.pod("Running", ready=True)
    live["spec"]["volumes"] = [{"name": "v", "emptyDir": {"sizeLimit": "1Gi"}}]
    live["spec"]["containers"][0]["livenessProbe"] = {
        "timeoutSeconds": 1, "httpGet": {"path": "/", "scheme": "HTTP", "port": 80}}
    same = {"size__0": "1024Mi", "path": "", "host__0": "false",
            "probe__0": '{"timeoutSeconds":0,"httpGet":{"path":"","scheme":"","port":80}}'}
    assert judge(wanting(live, **same)) == ("Healthy", "")
    assert judge(wanting(live, size__0="1025Mi", path="/live", host__1="false", host__2__disk="")) == (
        "Healthy", "drift: host.1 is gone, Git wants false (medium); host.2.disk is gone, Git wants  (medium); "
        "path is /, Git wants /live (medium); size.0 is 1Gi, Git wants 1025Mi (medium)")


def test_a_percentage_and_a_number_that_is_text_are_compared_as_text(judge):
    live = objects.budget(objects.condition("DisruptionAllowed", reason="SufficientPods"))
    assert "drift" not in judge(wanting(live, min_available="1"))[1]
    live["spec"]["minAvailable"] = "1"
    assert "drift" not in judge(wanting(live, min_available="1"))[1]


def test_digests_and_fields_of_other_policies_are_left_out(judge):
    live = wanting(objects.deployment(), env__0="sha256:" + 64 * "0", unheard_of="1")
    live["metadata"]["annotations"][WANT + "image.h0123456789"] = "elsewhere:1"
    assert judge(live) == ("Healthy", "")


FIELDS = [{"id": "replicas", "jsonPointers": ["/spec/replicas"], "severity": "low", "health": "progressing"}]


def rule(name, filters, fields, severity="medium", **more):
    return {"name": name, "severity": severity, "match": {"any": filters}, "fields": fields, **more}


def test_a_rule_speaks_only_for_the_objects_it_matches(judge_of):
    kinds = ["apps/*/Deployment"]
    judge = judge_of({"rules": [
        rule("production", [{"resources": {"kinds": kinds, "namespaces": ["sh?p", "prod-*"], "names": ["w*"]}}],
             [{"id": "replicas", "jsonPointers": ["/spec/replicas"], "severity": "high", "health": "degraded"}],
             exclude={"any": [{"resources": {"selector": {"matchLabels": {"tier": "dev"}}}}]}),
        rule("all", [{"resources": {"kinds": kinds}}], FIELDS)]})
    live = wanting(objects.deployment(5), replicas="2")
    assert judge(live) == ("Degraded", "drift: replicas is 5, Git wants 2 (high)")
    live["metadata"]["labels"] = {"tier": "dev"}
    assert judge(live) == ("Progressing", "drift: replicas is 5, Git wants 2 (low)")
    live["metadata"]["labels"] = {"tier": "prod"}
    live["metadata"]["namespace"] = "test"
    assert judge(live) == ("Progressing", "drift: replicas is 5, Git wants 2 (low)")
    live["metadata"]["namespace"] = "prod-eu"
    assert judge(live) == ("Degraded", "drift: replicas is 5, Git wants 2 (high)")
    live["metadata"]["name"] = "db"
    assert judge(live) == ("Progressing", "drift: replicas is 5, Git wants 2 (low)")


def test_annotations_decide_where_a_rule_says_so_but_never_ours(judge_of):
    judge = judge_of({"rules": [rule("marked", [{"resources": {"kinds": ["Deployment"], "annotations": {"*": "y*"}}}], FIELDS)]})
    live = wanting(objects.deployment(5), "yes", replicas="2")
    assert judge(live) == ("Healthy", "")
    live["metadata"]["annotations"]["team/guard"] = "yes"
    assert judge(live) == ("Progressing", "drift: replicas is 5, Git wants 2 (low)")


def test_keys_indices_and_escapes_of_pointers_lead_to_their_place(judge_of):
    judge = judge_of({"rules": [rule("pods", [{"resources": {"kinds": ["/v1/Pod"]}}], [
        {"id": "both", "jsonPointers": ["/metadata/labels/a~1b~0c", "/spec/nodeSelector/*"]},
        {"id": "first", "jsonPointers": ["/spec/containers/0/ports/*/containerPort"], "health": "suspended"}])]})
    live = objects.pod("Running", ready=True)
    live["metadata"]["labels"] = {"a/b~c": "1"}
    live["spec"]["nodeSelector"] = {"disk": "ssd", "zone": "a"}
    live["spec"]["containers"][0]["ports"] = [{"containerPort": 80}, {"containerPort": 81}]
    wanted = {"both__0": "1", "both__1__disk": "ssd", "both__1__zone": "a", "first__0": "80", "first__1": "81"}
    assert judge(wanting(live, **wanted)) == ("Healthy", "")
    assert judge(wanting(live, **{**wanted, "both__0": "2", "both__1__zone": "b", "first__1": "82"})) == (
        "Suspended", "drift: both.0 is 1, Git wants 2 (medium); both.1.zone is a, Git wants b (medium); "
        "first.1 is 81, Git wants 82 (medium)")


def test_a_check_of_the_platforms_own_is_kept(judge_of, tmp_path):
    file = tmp_path / "checks" / "example.com" / "Widget" / "health.lua"
    file.parent.mkdir(parents=True)
    file.write_text('hs = {}\nhs.status = string.upper(obj.spec.size) == "S" and "Healthy" or "Degraded"\n'
                    'hs.message = "by size"\nreturn hs')
    judge = judge_of({"rules": [rule("widgets", [{"resources": {"kinds": ["example.com/v1/Widget"]}}],
                                     [{"id": "size", "jsonPointers": ["/spec/size"]}])]}, tmp_path / "checks")
    live = objects.item("Widget", "example.com/v1", spec={"size": "s"})
    assert judge(live) == ("Healthy", "by size")
    assert judge(wanting(live, size="l")) == ("Healthy", "by size; drift: size is s, Git wants l (medium)")


def test_what_the_plugin_stamps_is_what_the_scripts_compare(programs, judge):
    """The whole way: rendered by the plugin, as it would be applied, no drift; then changed by hand."""
    rendered = subprocess.run([programs.drift_policy, "render", "--no-hooks", ROOT / "sample-apps" / "medium"],
                              capture_output=True, text=True, check=True, env={"PATH": programs.path, "TMPDIR": "/tmp"})
    live = next(o for o in yaml.safe_load_all(rendered.stdout) if o["kind"] == "Deployment")
    assert [key for key in live["metadata"]["annotations"] if key.startswith(WANT)]
    replicas = live["spec"]["replicas"]
    live["status"] = {"replicas": replicas, "updatedReplicas": replicas, "availableReplicas": replicas}
    assert judge(live) == ("Healthy", "")
    live["spec"]["template"]["spec"]["serviceAccountName"] = "root"
    assert judge(live)[0] == "Healthy"
    live["spec"]["template"]["spec"]["containers"][0]["image"] = "evil:1"
    health, message = judge(live)
    assert health == "Healthy" and message.startswith("drift: image.0 is evil:1, Git wants ")
