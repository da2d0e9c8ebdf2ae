"""deploy/notifications through Argo CD's own engine (`argocd admin notifications`): when each trigger fires, and what each template
sends, to receivers on this machine."""
import http.server
import json
import socketserver
import subprocess
import threading
import urllib.parse

import pytest
import yaml
from deploys import APPLY, DEPLOY
from testbed.argocd import NAMESPACE
from testbed.process import until
from testbed.programs import ROOT

OURS = yaml.safe_load((DEPLOY / "notifications" / "argocd-notifications-cm.yaml").read_text())
HOSTILE = 'gone "wild" \\ {{ .secrets }} <!channel>\n\x07'
INCIDENT = {"id": "web-1f3c9a02", "state": "held", "severity": "critical", "action": "stop", "notify": ["slack", "email", "pagerduty"],
            "reason": HOSTILE, "since": "2026-11-29T10:00:00Z", "changed": "2026-11-29T10:05:00Z", "attempts": 2, "objects": ["Role shop/reader drifted"], "more": 3}


class Received(socketserver.ThreadingMixIn, http.server.HTTPServer):
    """Slack's API and a webhook."""

    daemon_threads = True

    def __init__(self):
        self.requests = []
        received = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                received.requests.append((self.path, self.rfile.read(int(self.headers["Content-Length"])).decode()))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b'{"ok": true, "channel": "C1", "ts": "1.2"}')

            def log_message(self, *arguments):
                pass
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Mail(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """As much SMTP as a mail takes (RFC 5321)."""

    daemon_threads, allow_reuse_address = True, True

    def __init__(self):
        self.mails = []
        mails = self.mails

        class Handler(socketserver.StreamRequestHandler):
            def say(self, text):
                self.wfile.write((text + "\r\n").encode())

            def handle(self):
                self.say("220 here")
                for line in self.rfile:
                    word = line.decode().strip().upper()
                    if word == "DATA":
                        self.say("354 go on")
                        mails.append(b"".join(iter(self.rfile.readline, b".\r\n")).decode())
                        self.say("250 taken")
                    elif word == "QUIT":
                        self.say("221 bye")
                        return
                    else:
                        self.say("250 fine")
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def receivers():
    web, mail = Received(), Mail()
    yield web, mail
    web.shutdown()
    mail.shutdown()


@pytest.fixture
def notifications(bed, receivers, tmp_path):
    """Runs `argocd admin notifications` on an Application with this incident, or none."""
    web, mail = receivers
    web.requests.clear()
    mail.mails.clear()
    address = f"http://127.0.0.1:{web.server_address[1]}"
    services = {
        "service.slack": json.dumps({"token": "$slack-token", "apiURL": address + "/api/"}),
        "service.email": json.dumps({"host": "127.0.0.1", "port": mail.server_address[1], "from": "argocd@example.com"}),
        "service.pagerdutyv2": json.dumps({"serviceKeys": {"platform": "$pagerduty-key"}}),
        "service.webhook.pagerduty-resolve": json.dumps({"url": address + "/v2/enqueue"}),
        "context": json.dumps({"argocdUrl": "https://argocd.example.com"}),
    }
    (tmp_path / "cm.yaml").write_text(json.dumps(OURS | {"data": OURS["data"] | services}))
    (tmp_path / "secret.yaml").write_text(json.dumps({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "argocd-notifications-secret", "namespace": NAMESPACE},
        "stringData": {"slack-token": "xoxb-not-a-token", "slack-webhook-url": address + "/services/T0", "pagerduty-key": "not-a-key"}}))

    def run(*arguments, incident=None):
        app = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": {"name": "web", "namespace": NAMESPACE},
               "spec": {"project": "default", "source": {"repoURL": "https://example.com/a.git"}, "destination": {"namespace": "shop"}},
               "status": {}}
        if incident is not None:
            app["metadata"]["annotations"] = {"drift-policy.dev/incident": json.dumps(INCIDENT | incident)}
        (tmp_path / "app.yaml").write_text(json.dumps(app))
        words = [str(tmp_path / "app.yaml") if word == "APP" else word for word in arguments]
        done = bed.argocd.admin("notifications", *words, "--config-map", tmp_path / "cm.yaml", "--secret", tmp_path / "secret.yaml",
                                "--kubeconfig", bed.cluster.admin.kubeconfig(tmp_path / "kubeconfig"), "-n", NAMESPACE, check=False)
        assert done.returncode == 0 and "failed to" not in done.stderr, done.stdout + done.stderr
        return done.stdout
    return run


TRIGGERS = {
    "drift-slack": {"held", "syncing", "failed", "refused", "exhausted", "rollingBack", "rolledBack", "rollbackFailed", "resolved", "superseded"},
    "drift-email": {"held", "refused", "exhausted", "rolledBack", "rollbackFailed", "resolved"},
    "drift-pagerduty": {"held", "syncing", "failed", "refused", "exhausted", "rollingBack", "rolledBack", "rollbackFailed"},
    "drift-pagerduty-resolve": {"resolved", "superseded"},
}


def fires(notifications, trigger, incident):
    said = notifications("trigger", "run", trigger, "APP", incident=incident).splitlines()
    assert said[0].split()[:2] == ["CONDITION", "RESULT"], said
    return said[-1].split()[-1] == "true"


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_trigger_fires_for_its_states_and_channel_alone(notifications, trigger):
    for state in sorted(TRIGGERS["drift-slack"]):
        assert fires(notifications, trigger, {"state": state}) == (state in TRIGGERS[trigger])
    state = sorted(TRIGGERS[trigger])[0]
    for other in ({"notify": []}, {"notify": ["phone"]}, {"notify": None}):
        assert not fires(notifications, trigger, {"state": state, **other})
    assert not fires(notifications, trigger, None)


def test_a_long_wait_is_told_whatever_the_severity_notifies_and_its_end_too(notifications, receivers):
    late = {"escalated": "2026-11-29T14:00:00Z", "escalations": 1, "notify": ["slack"], "reason": "the policy stops it"}
    assert fires(notifications, "drift-escalated", late) and fires(notifications, "drift-escalated", {**late, "notify": None})
    assert not fires(notifications, "drift-escalated", {}) and not fires(notifications, "drift-escalated", None)
    over = {"state": "resolved", "notify": ["slack"]}
    assert fires(notifications, "drift-pagerduty-resolve", {**over, "escalations": 1})
    assert not fires(notifications, "drift-pagerduty-resolve", over)
    notifications("template", "notify", "drift-escalated", "APP", "--recipient", "slack:drift", incident=late)
    _, body = until("Slack has got it", 30, lambda: receivers[0].requests[0])
    text = "Drift of web (critical) still waits: held since 2026-11-29T10:05:00Z. the policy stops it"
    assert urllib.parse.parse_qs(body)["text"][0].startswith(text)
    told = yaml.safe_load(notifications("template", "notify", "drift-escalated", "APP", "--recipient", "console:stdout", incident=late))
    assert told["pagerdutyv2"]["summary"] == text and told["pagerdutyv2"]["dedupKey"] == "web-1f3c9a02"
    assert told["email"]["subject"] == "[drift critical] web: still waits, held" and told["message"].startswith(text)


def test_an_email_tells_of_a_sync_that_asks_or_restores_and_not_of_one_that_heals(notifications):
    asked = {action: fires(notifications, "drift-email", {"state": "syncing", "action": action}) for action in ("autoSync", "approve", "restore")}
    assert not asked["autoSync"] and asked["approve"] and asked["restore"]


def test_slack_gets_one_thread_an_incident_and_hostile_words_stay_words(notifications, receivers):
    notifications("template", "notify", "drift-slack", "APP", "--recipient", "slack:drift", incident={})
    path, body = receivers[0].requests[0]
    sent = {key: value[0] for key, value in urllib.parse.parse_qs(body).items()}
    assert path == "/api/chat.postMessage" and sent["channel"] == "drift"
    attachment, = json.loads(sent["attachments"])
    assert attachment["title"] == "web: held" and attachment["text"] == HOSTILE
    assert attachment["title_link"] == "https://argocd.example.com/applications/argocd/web"
    fields = {field["title"]: field["value"] for field in attachment["fields"]}
    assert fields["Objects"] == "Role shop/reader drifted\nand 3 more" and fields["Severity"] == "critical" and fields["Syncs"] == "2"
    assert "not-a" not in sent["attachments"] + sent["text"]


IMPORTED = """channels:
  slack: {webhook_url: https://hooks.slack.com/services/T0}
  email: {smtp_server: smtp.example.com, from_address: argocd@example.com, to_addresses: [ops@example.com]}
  pagerduty: {integration_key: not-a-key}
"""


@pytest.mark.parametrize("template, says", [
    ("drift-slack", "Drift of web (critical): held. a &lt;!channel&gt; &amp; \"more\" "),
    ("drift-escalated", "Drift of web (critical) still waits: held since 2026-11-29T10:05:00Z. a &lt;!channel&gt; &amp; \"more\" ")], ids=["state", "wait"])
def test_an_imported_webhook_of_slack_gets_text_that_mentions_nobody(notifications, receivers, tmp_path, template, says):
    """All services that `drift-policy import` writes have to be read, or Argo CD sends nothing at all."""
    done = subprocess.run([ROOT / "build" / "drift-policy", "import", "-"], input=IMPORTED, capture_output=True, text=True, check=True)
    imported = yaml.safe_load(done.stdout)
    (tmp_path / "cm.yaml").write_text(json.dumps(
        OURS | {"data": OURS["data"] | imported["data"] | {"context": json.dumps({"argocdUrl": "https://argocd.example.com"})}}))
    notifications("template", "notify", template, "APP", "--recipient", "slack:", incident={"reason": 'a <!channel> & "more"'})
    path, body = until("Slack has got it", 30, lambda: receivers[0].requests[0])
    assert path == "/services/T0" and json.loads(body) == {"text": says + "https://argocd.example.com/applications/argocd/web"}


def test_an_incident_of_which_little_is_known_has_its_messages_too(notifications, receivers):
    little = {"severity": "", "action": "", "objects": [], "more": 0, "attempts": 0, "reason": "what differs isn't known"}
    for template, recipient in (("drift-slack", "slack:drift"), ("drift-email", "email:ops@example.com")):
        notifications("template", "notify", template, "APP", "--recipient", recipient, incident=little)
    _, body = until("Slack has got it", 30, lambda: receivers[0].requests[0])
    assert "not known" in urllib.parse.parse_qs(body)["attachments"][0]
    mail = until("the mail is there", 30, lambda: receivers[1].mails[0])
    assert "Subject: [drift] web: held" in mail and "Severity: not known" in mail


def test_an_email_says_what_happened_and_where_to_look(notifications, receivers):
    notifications("template", "notify", "drift-email", "APP", "--recipient", "email:ops@example.com", incident={"reason": "the policy stops it"})
    mail = until("the mail is there", 30, lambda: receivers[1].mails[0])
    for line in ("Subject: [drift critical] web: held", "the policy stops it", "Role shop/reader drifted", "and 3 more",
                 "Incident: web-1f3c9a02 (drift-policy incidents web-1f3c9a02)", "https://argocd.example.com/applications/argocd/web"):
        assert line in mail.replace("=\r\n", "").replace("\r\n", "\n"), mail


def test_pagerduty_gets_one_alert_an_incident_and_its_end(notifications, receivers):
    told = notifications("template", "notify", "drift-pagerduty", "APP", "--recipient", "console:stdout", incident={"reason": "the policy stops it"})
    sent = yaml.safe_load(told)["pagerdutyv2"]
    assert sent["dedupKey"] == "web-1f3c9a02" and sent["severity"] == "critical" and sent["source"] == "argocd/web"
    assert sent["summary"] == "Drift of web (critical): held. the policy stops it"
    notifications("template", "notify", "drift-pagerduty-resolve", "APP", "--recipient", "pagerduty-resolve:", incident={"state": "resolved"})
    path, body = until("the webhook has got it", 30, lambda: receivers[0].requests[0])
    assert path == "/v2/enqueue" and json.loads(body) == {"routing_key": "not-a-key", "event_action": "resolve", "dedup_key": "web-1f3c9a02"}


def test_the_api_server_takes_it_beside_what_others_set(bed, kubectl):
    before = bed.cluster.admin.get("ConfigMap", NAMESPACE, "argocd-notifications-cm")
    said = kubectl(*APPLY, "--dry-run=server", "-k", DEPLOY / "notifications", "-o", "json")
    assert set(json.loads(said)["data"]) >= set(OURS["data"]) | set((before or {}).get("data") or {})
