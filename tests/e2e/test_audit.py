"""Records of syncs through the real Argo CD, and what auditors do with them."""
import base64
import json
import os
import subprocess
import uuid

import pytest
from audits import EMERGENCIES, HEAD, RECORDS, platform
from manifests import config_map, deployment
from testbed.process import until

CREATE = {"syncOptions": ["CreateNamespace=true"]}


class Audited:
    """An application with its hooks in a platform's namespace, and the chain of records there."""

    def __init__(self, bed, folder):
        self.bed, self.admin, self.folder = bed, bed.cluster.admin, folder
        self.namespace = f"hooks-{uuid.uuid4().hex[:6]}"
        policy = platform(bed.cluster, self.namespace, folder / "policy.yaml")
        self.plugin = f"audit-{uuid.uuid4().hex[:6]}"
        bed.argocd.cmp_server(self.plugin, DRIFT_POLICY_PATH=str(policy))
        self.repository = bed.repository().write("app/web.yaml", deployment("web")).write("app/settings.yaml", config_map("settings"))
        self.repository.commit()
        self.app = bed.application(self.repository, "app", plugin=self.plugin, sync_policy=CREATE)
        self.config = str(self.admin.kubeconfig(folder / "admin.kubeconfig"))

    def stop(self):
        self.app.delete()
        self.bed.argocd.stop_cmp_server(self.plugin)

    def commit(self, value):
        """Another revision: the ConfigMap has another value."""
        self.repository.write("app/settings.yaml", config_map("settings", value))
        return self.repository.commit()

    def audit(self, *arguments, cluster=True):
        where = ["--namespace", self.namespace, "--kubeconfig", self.config] if cluster else []
        return subprocess.run([self.bed.programs.drift_policy, "audit", *arguments, *where], env={"PATH": "/usr/bin"},
                              capture_output=True, text=True, check=False)

    def records(self):
        """All records as `audit list -o json` gives them, in order."""
        result = self.audit("list", "-o", "json")
        assert result.returncode == 0, result.stderr
        return sorted(json.loads(result.stdout), key=lambda entry: entry["sequence"])

    def stored(self):
        return sorted(self.admin.list("ConfigMap", self.namespace, RECORDS), key=lambda found: found["metadata"]["name"])

    def put_back(self, body):
        """A ConfigMap as it was, by somebody with all rights; `immutable` stops nobody who may delete."""
        self.admin.delete("ConfigMap", self.namespace, body["metadata"]["name"])
        keep = {key: body["metadata"].get(key, {}) for key in ("labels", "annotations")}
        self.admin.create({**body, "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": body["metadata"]["name"], "namespace": self.namespace, **keep}})

    def verify(self, *arguments):
        result = self.audit("verify", *arguments)
        return result.returncode, result.stdout


@pytest.fixture(scope="module")
def audited(bed, tmp_path_factory):
    running = Audited(bed, tmp_path_factory.mktemp("audit"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def three(audited):
    """Three syncs of three revisions, recorded; the revisions."""
    revisions = []
    for value in ("1", "2", "3"):
        revisions.append(audited.commit(value))
        audited.app.refresh()
        audited.app.sync(300)
        # Argo CD may end the sync by the Job of the last one (docs/security.md): the hook records all the same.
        until("the hook has recorded the sync", 60, lambda: len(audited.stored()) >= len(revisions))
    return revisions


def test_each_sync_leaves_one_record_and_the_base_of_the_next(audited, three):
    assert len(audited.stored()) == 3
    base = [found for found in audited.admin.list("ConfigMap", audited.namespace, "app.kubernetes.io/component=base")]
    assert len(base) == 1
    assert json.loads(base[0]["data"]["plan.json"])["revision"] == three[-1]


def test_records_say_from_which_revision_to_which_and_what_the_gate_let_pass(audited, three):
    records = audited.records()
    assert [(entry["record"].get("from"), entry["record"]["to"]) for entry in records] == [
        (None, three[0]), (three[0], three[1]), (three[1], three[2])]
    for entry in records:
        record = entry["record"]
        assert (record["application"], record["outcome"], record["hook"]) == (audited.app.name, "synced", "audit")
        assert record["planDigest"].startswith("sha256:") and record["state"] == "passed"
        assert record["times"]["detected"] <= record["times"]["ended"]
        assert {verdict["object"].split()[0] for verdict in record["verdicts"]} == {"Deployment", "ConfigMap"}


def test_list_show_verify_and_export_read_the_cluster_by_a_kubeconfig(audited, three, tmp_path):
    table = audited.audit("list").stdout
    assert table.count("\n") == 4 and table.startswith("RECORD")
    assert audited.audit("list", "--application", "another").stdout.count("\n") == 1
    assert audited.audit("list", "--incidents").stdout == table  # no controller runs here
    shown = audited.audit("show", "2").stdout
    assert f"revision:     {three[1]}, from {three[0]}" in shown
    code, said = audited.verify()
    assert code == 0 and "3 records are there and right" in said
    exported = tmp_path / "records.jsonl"
    exported.write_text(audited.audit("export").stdout)
    offline = audited.audit("verify", "--file", str(exported), cluster=False)
    assert offline.returncode == 0 and offline.stdout == said
    noted = said.split("head ")[1].strip()
    assert audited.verify("--head", noted)[0] == 0


def test_a_review_of_these_records_finds_them_complete(audited, three):
    result = audited.audit("review", "--application", audited.app.name, "-o", "json")
    assert result.returncode == 0, result.stderr
    review = json.loads(result.stdout)
    compliance = review["compliance"]
    assert (compliance["complete"], compliance["syncs"], compliance["unrecorded"]) == (3, 3, []), compliance
    assert compliance["chain"]["whole"] and "gatedApplications" in compliance
    assert (review["syncs"], review["incidents"], review["unreadReports"]) == ([{"count": 3, "outcome": "synced"}], [], 0)
    assert "<p>3 of 3 syncs seen have a complete record.</p>" in audited.audit("review", "-a", audited.app.name, "-o", "html").stdout


def test_a_record_that_somebody_with_all_rights_changes_is_named(audited, three):
    victim = audited.stored()[1]
    forged = json.loads(json.dumps(victim))
    forged["data"]["record.json"] = forged["data"]["record.json"].replace('"outcome":"synced"', '"outcome":"failed"')
    assert forged["data"] != victim["data"]
    audited.put_back(forged)
    try:
        code, said = audited.verify()
        assert code == 1 and said.startswith(f"record 2: changed: ConfigMap {audited.namespace}/{victim['metadata']['name']}")
    finally:
        audited.put_back(victim)
    assert audited.verify()[0] == 0


@pytest.mark.parametrize("number,word", [(0, "record 1: removed"), (2, "record 3: cut off")])
def test_a_record_that_somebody_deletes_is_named(audited, three, number, word):
    victim = audited.stored()[number]
    audited.admin.delete("ConfigMap", audited.namespace, victim["metadata"]["name"])
    try:
        code, said = audited.verify()
        assert code == 1 and said.startswith(word)
    finally:
        audited.put_back(victim)
    assert audited.verify()[0] == 0


def test_a_record_that_somebody_adds_is_named(audited, three):
    copied = json.loads(json.dumps(audited.stored()[2]))
    copied["metadata"]["name"] = "one-more"
    copied["data"]["record.json"] = copied["data"]["record.json"].replace('"sequence":3', '"sequence":4')
    audited.put_back(copied)
    try:
        code, said = audited.verify()
        assert code == 1 and "ConfigMap " + audited.namespace + "/one-more" in said.splitlines()[0]
    finally:
        audited.admin.delete("ConfigMap", audited.namespace, "one-more")
    assert audited.verify()[0] == 0


@pytest.mark.parametrize("left", [0, 2])
def test_a_chain_that_is_cut_off_together_with_its_head_is_noticed_by_the_base_and_by_a_head_kept_elsewhere(audited, three, left):
    whole = audited.verify()[1].split("head ")[1].strip()
    gone = [*audited.stored()[left:], audited.admin.get("ConfigMap", audited.namespace, HEAD)]
    for found in gone:
        audited.admin.delete("ConfigMap", audited.namespace, found["metadata"]["name"])
    try:
        code, said = audited.verify()
        assert code == 1 and "record 3: cut off: " in said and "/" + base(audited) + " knows, is not there: " in said, said
        code, said = audited.verify("--head", whole)
        assert code == 1 and "cut off" in said
    finally:
        for found in gone:
            audited.put_back(found)
    assert audited.verify("--head", whole)[0] == 0


def base(audited):
    return audited.admin.list("ConfigMap", audited.namespace, "app.kubernetes.io/component=base")[0]["metadata"]["name"]


def test_no_records_where_some_were_expected_are_a_mistake(audited, tmp_path):
    where = ["verify", "--namespace", "default", "--kubeconfig", audited.config]
    assert audited.audit(*where, cluster=False).stdout == "there are no records\n"
    assert audited.audit(*where, "--expect-some", cluster=False).returncode == 2
    (tmp_path / "none.jsonl").write_text("")
    assert audited.audit("verify", "--file", str(tmp_path / "none.jsonl"), cluster=False).returncode == 2


def test_an_encrypted_record_is_read_with_its_key_and_keys_rotate(audited, three, tmp_path):
    keys = tmp_path / "keys"
    keys.mkdir()

    def install(*names):
        for name in names:
            (keys / name).write_bytes(base64.b64encode(os.urandom(32)))
        data = {file.name: base64.b64encode(file.read_bytes()).decode() for file in keys.iterdir()}
        audited.admin.delete("Secret", audited.namespace, "drift-policy-audit-keys")
        audited.admin.create({"apiVersion": "v1", "kind": "Secret", "data": data,
                              "metadata": {"name": "drift-policy-audit-keys", "namespace": audited.namespace}})
    try:
        for name, value in (("2026-01", "4"), ("2026-02", "5")):
            install(name)
            audited.commit(value)
            audited.app.refresh()
            audited.app.sync(300)
    finally:
        audited.admin.delete("Secret", audited.namespace, "drift-policy-audit-keys")
    stored = audited.stored()
    assert all(audited.repository.url not in found["data"]["record.json"] for found in stored[3:5])
    assert [entry.get("key") for entry in audited.records()][3:5] == ["2026-01", "2026-02"]
    assert audited.audit("list").stdout.count("encrypted") == 2
    assert audited.verify()[0] == 0
    opened = json.loads(audited.audit("show", "5", "-o", "json", "--audit-keys", str(keys)).stdout)
    assert opened["record"]["repository"] == audited.repository.url
    (keys / "2026-02").unlink()
    assert audited.audit("list", "--severity", "high", "--audit-keys", str(keys)).returncode == 2


def test_a_sync_that_fails_leaves_an_alert_and_a_record_with_the_cause(bed, tmp_path):
    running = Audited(bed, tmp_path)
    try:
        running.repository.write("app/web.yaml", deployment("web").replace("spec:\n", "spec:\n  progressDeadlineSeconds: 1\n", 1))
        running.repository.commit()
        running.app.refresh()
        with bed.kubelet.behave("pending", running.app.namespace, "web-"):
            running.app.sync(300, expect="Failed")
        alerts = until("the alert is there", 60, lambda: running.admin.list("ConfigMap", running.namespace, EMERGENCIES))
        assert len(alerts) == 1
        failure = json.loads(alerts[0]["data"]["failure.json"])
        assert (failure["cause"], failure["outcome"]) == ("applyFailed", "failed")
        record = running.records()[-1]["record"]
        assert (record["cause"], record["hook"]) == ("applyFailed", "alert")
        assert any(f"Deployment {running.app.namespace}/web: Progressing is False (ProgressDeadlineExceeded)" == line
                   for line in record["failed"]), record["failed"]
        assert failure["failed"] == record["failed"]
        assert not running.admin.list("ConfigMap", running.namespace, "app.kubernetes.io/component=base")
        assert running.verify()[0] == 0
    finally:
        running.stop()


def failure(running):
    """The alert and the record of the sync that has just failed."""
    alerts = running.admin.list("ConfigMap", running.namespace, EMERGENCIES)
    assert len(alerts) == 1
    return alerts[0], json.loads(alerts[0]["data"]["failure.json"]), running.records()[-1]["record"]


SMOKE = """apiVersion: batch/v1
kind: Job
metadata: {name: smoke, annotations: {argocd.argoproj.io/hook: PostSync}}
spec:
  backoffLimit: 0
  template:
    spec: {restartPolicy: Never, containers: [{name: smoke, image: smoke}]}
"""


# As docs/auditors.md has it.
STATE = """{.status.operationState.message}{"\\n"}{range .status.operationState.syncResult.resources[?(@.status=="SyncFailed")]}""" \
    """{.kind} {.namespace}/{.name}: {.message}{"\\n"}{end}"""


def test_a_failed_sync_is_explained_by_the_field_or_the_hook_that_failed(bed, tmp_path):
    running = Audited(bed, tmp_path)
    try:
        running.app.refresh()
        running.app.sync(300)
        web = f"Deployment {running.app.namespace}/web"
        # An update that the API server refuses. Its words are Argo CD's alone; docs/auditors.md says where.
        running.repository.write("app/web.yaml", deployment("web").replace("app: web", "app: shop"))
        running.repository.commit()
        running.app.refresh()
        running.app.sync(300, expect="Failed")
        _, said, record = failure(running)
        assert said["cause"] == "applyFailed" and said["failed"] == record["failed"]
        assert [line for line in said["failed"] if line.startswith(web) and
                "/spec/selector/matchLabels/app is web, Git wants shop" in line], said["failed"]
        shown = subprocess.run([bed.programs.kubectl, "--kubeconfig", running.config, "-n", "argocd", "get", "applications.argoproj.io",
                                running.app.name, "-o", f"jsonpath={STATE}"], capture_output=True, text=True, check=True).stdout
        assert f"{web}: " in shown and "immutable" in shown, shown

        running.repository.write("app/web.yaml", deployment("web")).write("app/smoke.yaml", SMOKE)
        running.repository.commit()
        running.app.refresh()
        with bed.kubelet.behave("fail", running.app.namespace, "smoke"):
            running.app.sync(300, expect="Failed")
        _, said, record = failure(running)
        assert (said["cause"], record["cause"]) == ("hookFailed", "hookFailed"), said
        smoke = f"Job {running.app.namespace}/smoke: failed: BackoffLimitExceeded"
        assert said["failed"] == record["failed"] and len(said["failed"]) == 1 and said["failed"][0].startswith(smoke)
        assert smoke in said["reason"]

        # Under another name: where Argo CD's cache is late, it takes the failed Job for the new one of that name (docs/security.md).
        running.repository.write("app/smoke.yaml", SMOKE.replace("smoke", "another"))
        running.repository.commit()
        running.app.refresh()
        running.app.sync(300)
        alert, _, _ = failure(running)
        assert alert["metadata"]["labels"]["drift-policy.dev/resolved"] == "true"
        assert running.verify()[0] == 0
    finally:
        running.stop()
