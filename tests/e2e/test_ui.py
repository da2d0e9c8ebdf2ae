"""The extension of Argo CD's web pages (extensions/ui) in Chromium, beside a real argocd-server: its API, its sessions, its RBAC, and its
/extensions.js. The page around it is ours, since the server of the test bed has a placeholder for a web UI. docs/ui.md has the pictures
that this makes: DRIFT_PICTURES=docs/images."""
import base64
import json
import os
import pathlib
import subprocess

import pytest
from approvals import HOOKS, argo, installed, synced, waiting  # noqa: F401 # pylint: disable=unused-import
from browser import BUILT, Browser
from testbed.process import until
from testbed.programs import ROOT

SECRET = "not-for-the-screen"


@pytest.fixture(scope="module")
def applications(bed, installed):  # noqa: F811
    """One is enough here."""
    made = synced(bed, "orders")
    yield made
    for app in made.values():
        app.delete()
    del installed


@pytest.fixture(scope="module")
def browser(bed, argo):  # noqa: F811
    """Chromium, and the extension where argocd-server takes it from."""
    subprocess.run([ROOT / "tools" / "ui", "build"], check=True)
    place = bed.argocd.extensions / "drift-policy" / BUILT.name
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(BUILT.read_bytes())
    with Browser() as running:
        yield running
    place.unlink()
    del argo


@pytest.fixture
def shows(bed, argo, browser, waiting):  # noqa: F811
    """Opens a page for that person and shows a view of the application that waits."""
    gate = {"group": "batch", "kind": "Job", "version": "v1", "namespace": HOOKS, "resourceName": waiting.gate.name()}
    until("Argo CD shows the gate's pod", 60, lambda: "Pod" in {
        node["kind"] for node in argo("viewer")(f"/api/v1/applications/{waiting.app.name}/resource-tree")["nodes"]
        if any(parent["name"] == waiting.gate.name() for parent in node.get("parentRefs", []))})

    def show(person, view, resource=None, **how):
        browser("open", url=bed.argocd.guarded_url, token=argo.tokens[person], **how)
        browser("show", view=view, application=waiting.app.name, resource=gate if resource == "gate" else resource)
        return browser
    yield show
    found = browser("problems")
    assert found == {"errors": [], "elsewhere": []}


def picture(browser, name):
    folder = os.environ.get("DRIFT_PICTURES")
    if folder:
        browser("picture", path=str(pathlib.Path(ROOT, folder, name)))


def buttons(browser):
    return {button["name"]: button for button in browser("buttons")}


@pytest.mark.parametrize("react", [16, 19])
def test_open_drift_is_seen(shows, waiting, react):  # noqa: F811
    page = shows("viewer", "appView", react=react)
    page("wait", text="The gate waits for an answer")
    page("wait", text="/spec/type")
    row = next(row for row in page("rows") if "/spec/type" in row[2])
    assert row[0] == "medium" and row[1].startswith(f"Service {waiting.app.namespace}/web")
    assert (row[4], row[5]) == ("LoadBalancer", "ClusterIP")
    text = page("text")
    for part in (waiting.notes["drift"], "platform (medium)", "0 of 1", waiting.notes["deadline"], "drift-policy audit list"):
        assert part in text
    page("show", view="resource", application=waiting.app.name)  # the application's own tab
    page("wait", text="The gate waits for an answer")
    names = page("registered")
    assert names["resource"] == [{"group": "**", "kind": "*", "title": "Drift policy", "options": {"icon": "fa fa-shield-alt"}}]
    assert [entry["title"] for entry in names["appView"] + names["statusPanel"]] == ["Drift policy", "Drift policy"]


def test_an_incident_is_shown_and_text_of_the_cluster_stays_text(shows, waiting):  # noqa: F811
    note = {"id": "orders-1f3c9a02", "state": "held", "severity": "medium", "since": "2026-11-30T08:00:00Z", "attempts": 1, "more": 2,
            "reason": "<img src=x onerror=alert(1)>\u202etxet", "objects": ["Service shop/web drifted"]}
    waiting.app.patch({"metadata": {"annotations": {"drift-policy.dev/incident": json.dumps(note)}}})
    try:
        page = shows("viewer", "appView")
        page("wait", text="Open incident")
        text = page("text")
        for part in ("orders-1f3c9a02", "held", "Service shop/web drifted", "2 more", "<img src=x onerror=alert(1)>\\u{202e}txet"):
            assert part in text
        assert "<img" not in page("html")
    finally:
        waiting.app.patch({"metadata": {"annotations": {"drift-policy.dev/incident": None}}})


def test_without_the_right_the_button_is_off_and_says_why(shows, waiting):  # noqa: F811
    page = shows("viewer", "appView")
    page("wait", text="RBAC doesn't let you")
    for name, verb in (("Approve", "approve"), ("Reject", "reject")):
        button = buttons(page)[name]
        assert button["off"] and f"action/batch/Job/{verb}" in button["says"]
    page("fill", text="let me in")
    page("click", name="Approve")
    assert not [key for key in waiting.gate.job()["metadata"]["annotations"] if key.startswith(("approve.", "reject."))]
    picture(page, "ui-without-the-right.png")


def test_axe_finds_nothing_serious_in_any_view_and_theme(shows, waiting):  # noqa: F811
    views = {"appView": (None, "/spec/type"), "statusPanel": (None, "waits for approval"), "gate": ("gate", "/spec/type"),
             "object": (deployment(waiting), "What the policy says")}
    for theme in ("light", "dark"):
        for view, (resource, text) in views.items():
            page = shows("approver", "resource" if resource else view, resource, theme=theme)
            page("wait", text=text)
            assert (view, theme, page("faults")) == (view, theme, [])
            if (view, theme) == ("gate", "dark"):
                page("waitOn", name="Approve")
                picture(page, "ui-gate-dark.png")


def deployment(one):
    return {"group": "apps", "kind": "Deployment", "version": "v1", "namespace": one.app.namespace, "resourceName": "web"}


def test_an_object_has_its_severity_rule_and_guarded_fields(shows, waiting):  # noqa: F811
    page = shows("viewer", "resource", deployment(waiting))
    page("wait", text="What the policy says")
    assert "gates/workloads" in page("text") and page("rows") == [["replicas", "2"]]


def test_it_is_used_by_the_keyboard_and_nothing_is_sent_without_a_reason(shows, waiting):  # noqa: F811
    page = shows("approver", "resource", "gate")
    page("waitOn", name="Approve")
    page("focus")
    assert [page("press", key="Tab"), page("press", key="Tab")] == [["Approve", "solid"], ["Reject", "solid"]]
    page("press", key="Shift+Tab")
    page("press", key="Enter")
    page("wait", text="Say why first")
    assert waiting.gate.notes()["state"] == "waiting"


def test_a_page_never_shows_a_value_of_a_secret(shows, waiting, bed):  # noqa: F811
    name = next(o["metadata"]["name"] for o in bed.cluster.admin.list("Secret", waiting.app.namespace)
                if o["metadata"].get("annotations", {}).get("drift-policy.dev/severity"))
    encoded = base64.b64encode(SECRET.encode()).decode()
    drift = waiting.gate.notes()["drift"]
    bed.cluster.admin.patch("Secret", waiting.app.namespace, name, {"data": {"password": encoded}})
    waiting.app.patch({"status": {"operationState": {"phase": "Terminating"}}})
    waiting.app.finish(waiting.mark)
    waiting.mark = waiting.app.start_sync()
    waiting.gate.drifted_on(drift)
    waiting.gate.waits()
    page = shows("approver", "resource", "gate")
    page("wait", text=f"Secret {waiting.app.namespace}/{name}")
    secret = {"group": "", "kind": "Secret", "version": "v1", "namespace": waiting.app.namespace, "resourceName": name}
    for _ in ("the gate", "the object"):
        html = page("html")
        assert SECRET not in html and encoded not in html
        page("show", view="resource", application=waiting.app.name, resource=secret)
        page("wait", text="What the policy says")


def test_approving_there_lets_the_sync_go_on_and_the_record_says_whose_name_was_claimed(shows, waiting):  # noqa: F811
    page = shows("approver", "statusPanel")
    page("wait", text="waits for approval")
    page("click", name="waits for approval")
    page("waitOn", name="Approve")
    page("fill", text="it was for yesterday's test")
    picture(page, "ui-answer.png")
    page("click", name="Approve")
    page("wait", text="The gate let the sync pass")
    claim = "it was for yesterday's test, through Argo CD, as it says: approver"
    assert waiting.end()["reason"] == f"approved by argocd ({claim})"
    assert [answer["reason"] for answer in waiting.gate.record()["answers"]] == [claim]
    assert waiting.live("Service", "web")["spec"]["type"] == "ClusterIP"


def test_an_answer_to_other_drift_than_was_shown_is_refused(argo, waiting):  # noqa: F811
    body = {"namespace": HOOKS, "resourceName": waiting.gate.name(), "version": "v1", "group": "batch", "kind": "Job", "action": "approve",
            "resourceActionParameters": [{"name": "reason", "value": "seen"}, {"name": "drift", "value": "0" * 32}]}
    call = argo("approver")
    path = f"/api/v1/applications/{waiting.app.name}/resource/actions"
    query = "&".join(f"{key}={body[key]}" for key in ("namespace", "resourceName", "version", "group", "kind"))
    until("Argo CD shows the gate's Job", 60, lambda: call(f"{path}?{query}")["actions"])
    with pytest.raises(Exception, match="other drift by now"):
        call(f"{path}/v2", "POST", body)
    assert waiting.gate.notes()["state"] == "waiting"
