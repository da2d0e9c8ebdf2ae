"""The pages from the installation to the removal: their commands in their order against a stock Argo CD; and our messages that are explained."""
import json
import pathlib
import re
import shutil

import pytest
from operators import HOOKS, at_a_terminal, blocks_of
from testbed.argocd import NAMESPACE
from testbed.programs import ROOT

PAGES = "\n".join((ROOT / "docs" / f"{page}.md").read_text() for page in ("install", "sidecar", "enforce", "upgrades"))
IMAGE = "registry.example.com/drift-policy:0.1.0"
REPOSITORY = "https://git.example.com/shop/apps.git"
PLUGIN = {"name": "drift-policy", "parameters": [{"name": "directory-recurse", "string": "true"}]}
BLOCKS = blocks_of(PAGES)


def title(block):
    """What the test of a block is called: the number, and its last command."""
    commands = [line for line in block.splitlines() if re.match(r"[a-z][a-z-]* [^ ]", line) and not line.startswith("spec")]
    return f"{BLOCKS.index(block) + 1:02} " + re.sub(r"[^A-Za-z0-9 =-]+", " ", commands[-1])[:50].strip()


@pytest.fixture(scope="module")
def operator(bed, tmp_path_factory):
    """Somebody in a checkout of this project."""
    with at_a_terminal(bed, tmp_path_factory.mktemp("operator"), IMAGE) as someone:
        for part in ("cmp", "deploy", "policies", "sample-apps"):
            shutil.copytree(ROOT / part, someone.folder / part)
        (someone.folder / ".git").mkdir()  # by which the program knows the root of a checkout
        repository = bed.repository().copy(ROOT / "sample-apps", "sample-apps")
        for other in ("storefront", "ledger"):  # the page goes through one application; test_deploy.py makes all
            repository.remove(f"sample-apps/applications/{other}.json")
        repository.commit()
        someone.replaced[REPOSITORY] = repository.url
        bed.argocd.applicationset_controller()
        yield someone
        someone.orders.delete(cascade=True)  # the page leaves it to Argo CD


# What the page says of the application `orders`, looked at before and after the block in which a text stands.


def severity(annotations):
    return annotations.get("drift-policy.dev/severity")


def live_severity(operator):
    return severity(operator.bed.cluster.admin.get("Deployment", "drift-medium", "orders")["metadata"]["annotations"])


def rendered_severity(operator):
    """What repo-server gives Argo CD, from its cache or not."""
    texts = operator.bed.argocd.call("/api/v1/applications/orders/manifests")["manifests"]
    deployment = next(m for m in map(json.loads, texts) if m["kind"] == "Deployment")
    return severity(deployment["metadata"]["annotations"])


def mounted_policy(operator):
    spec = operator.bed.cluster.admin.get("Deployment", NAMESPACE, "argocd-repo-server")["spec"]["template"]["spec"]
    return next(v["configMap"]["name"] for v in spec["volumes"] if v["name"] == "drift-policy")


def idle(operator):
    """orders is Synced, and no sync of it is under way."""
    app = operator.orders.get()
    return "operation" not in app and app["status"]["sync"]["status"] == "Synced"


def enforced_with_its_parameters(operator, _):
    assert operator.orders.get()["spec"]["source"]["plugin"] == PLUGIN


def taken_over_by_the_applicationset(operator, _):
    def owned():
        metadata = operator.orders.get()["metadata"]
        return metadata.get("ownerReferences") and metadata["labels"]
    labels = operator.orders.until("the ApplicationSet has taken orders over", 60, owned)
    assert (labels["drift-policy.dev/severity"], labels["drift-policy.dev/gated"]) == ("medium", "true")
    enforced_with_its_parameters(operator, None)
    operator.orders.refresh()


def none_is_without_a_gate(_, said):
    assert "orders" not in said


def change_the_policy(operator):
    """What an operator does before the commands of an upgrade: here Deployments get another severity."""
    operator.orders.until("orders is at rest", 90, lambda: idle(operator))
    operator.policy_before = mounted_policy(operator)
    operator.severity_before = live_severity(operator)
    file = operator.folder / "install" / "policy.yaml"
    rule = "\n  - {name: upgraded, match: {any: [{resources: {kinds: [apps/*/Deployment]}}]}, severity: high}\n"
    text = file.read_text()
    file.write_text(text.replace("\n  rules:\n", "\n  rules:" + rule, 1))
    assert file.read_text() != text
    assert rendered_severity(operator) == operator.severity_before == "medium"


def new_policy_without_effect(operator, _):
    assert mounted_policy(operator) != operator.policy_before
    policies, _ = operator.sidecars.running["drift-policy"]
    assert "name: upgraded" in dict(policies)["/home/argocd/cmp-server/drift-policy/policy.yaml"]
    operator.orders.refresh()
    assert rendered_severity(operator) == live_severity(operator) == operator.severity_before
    assert idle(operator)


def new_policy_in_effect(operator, said):
    assert {operator.policy_before, mounted_policy(operator)} <= {line.split()[0] for line in said.splitlines() if line}
    operator.orders.until("a hard refresh renders with the new policy", 60, lambda: rendered_severity(operator) == "high")
    operator.orders.until("orders has synced itself", 120, lambda: live_severity(operator) == "high" and idle(operator))


def left_by_the_applicationset(operator, _):
    assert operator.bed.cluster.admin.list("ApplicationSet", NAMESPACE, "app.kubernetes.io/part-of=drift-policy") == []
    app = operator.orders.get()
    assert "ownerReferences" not in app["metadata"] and app["spec"]["source"]["plugin"] == PLUGIN


POLICY_APPLIED = "drift-policy check install/policy.yaml\ndrift-policy generate install install --image " + IMAGE + " --without observe\nkubectl apply"
BEFORE = {POLICY_APPLIED: change_the_policy}
AFTER = {"enforce orders --dry-run": enforced_with_its_parameters,
         "kubectl apply -f install/applications.yaml": taken_over_by_the_applicationset,
         "apps --without-gate": none_is_without_a_gate,
         POLICY_APPLIED: new_policy_without_effect,
         "refresh=hard": new_policy_in_effect,
         "--cascade=orphan": left_by_the_applicationset}


def test_each_look_at_the_page_is_taken_once():
    for text in {*BEFORE, *AFTER}:
        assert len([block for block in BLOCKS if text in block]) == 1, text


@pytest.mark.parametrize("block", BLOCKS, ids=title)
def test_the_commands_of_the_page_work_in_their_order(operator, block):
    for look in [look for text, look in BEFORE.items() if text in block]:
        look(operator)
    said = operator.run(block)
    for look in [look for text, look in AFTER.items() if text in block]:
        look(operator, said)


def test_nothing_is_left_after_the_removal(operator):
    """Runs after the blocks: what the last page promises at its end."""
    api = operator.bed.cluster.admin
    for kind in ("Job", "ConfigMap", "Role", "RoleBinding", "ServiceAccount", "ClusterRole", "ClusterRoleBinding"):
        assert [o["metadata"]["name"] for o in api.list(kind, selector=HOOKS)] == []
    pod = api.get("Deployment", NAMESPACE, "argocd-repo-server")["spec"]["template"]["spec"]
    assert [c["name"] for c in pod["containers"]] == ["argocd-repo-server"]
    assert not [v["name"] for v in pod["volumes"] if v["name"].startswith("drift-policy")]
    assert api.list("ConfigMap", NAMESPACE, "app.kubernetes.io/part-of=drift-policy") == []
    settings = api.get("ConfigMap", NAMESPACE, "argocd-cm")["data"]
    assert "resource.exclusions" in settings
    assert not [key for key in settings if ".health." in key or ".actions." in key]
    assert api.get("Namespace", None, "drift-policy") is None
    policies = api.call("/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies")["items"]
    assert [p["metadata"]["name"] for p in policies if p["metadata"]["name"].startswith("drift-policy")] == ["drift-policy-params"]
    app = operator.orders.get()
    assert not [label for label in app["metadata"].get("labels", {}) if "drift-policy" in label]
    source = app["spec"]["source"]
    assert "plugin" not in source and source["directory"]["recurse"] is True
    assert api.list("ApplicationSet", NAMESPACE, "app.kubernetes.io/part-of=drift-policy") == []
    for kind, name in (("Deployment", "orders"), ("Service", "orders")):
        annotations = api.get(kind, "drift-medium", name)["metadata"].get("annotations", {})
        assert not [key for key in annotations if "drift-policy.dev" in key.split("/")[0]]


def sources():
    """All text that our program can say, string literals over several lines put together."""
    files = [*(ROOT / "plugin").rglob("*.cpp"), *(ROOT / "annotators").rglob("*.cpp")]
    return "\n".join(re.sub(r'"\s*\n\s*"', "", pathlib.Path(file).read_text()) for file in files)


def messages():
    page = (ROOT / "docs" / "troubleshooting.md").read_text()
    table = page.split("## Troubleshooting by message")[1].split("What Argo CD or Kubernetes say")[0]
    rows = re.findall(r"^\| (`.*?) \| .* \|$", table, re.MULTILINE)
    return [part for row in rows for part in re.findall(r"`([^`]+)`", row)]


def test_the_messages_of_the_page_are_ours():
    text = sources()
    assert len(messages()) > 10
    assert [message for message in messages() if message not in text] == []
