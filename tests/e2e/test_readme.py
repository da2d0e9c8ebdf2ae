"""README.md, "Install it in Argo CD": its three commands and its edit, from a stock Argo CD to the first application whose gate waits."""
import re

import pytest
from gates import Gate
from operators import at_a_terminal, blocks_of
from testbed.argocd import NAMESPACE
from testbed.programs import ROOT

SECTION = (ROOT / "README.md").read_text().split("## Install it in Argo CD\n")[1].split("\n## ")[0]
BLOCKS = blocks_of(SECTION)
EDIT = re.search(r"^```yaml\n +(approval: .*)\n```$", SECTION, re.MULTILINE).group(1)
IMAGE = re.search(r"--image (\S+)", BLOCKS[0]).group(1)
HOOKS = "drift-policy"


def edit(policy):
    """What the page says between the first command and the second one."""
    text = policy.read_text()
    changed = re.sub(r"^( +)approval: .*$", rf"\1{EDIT}", text, count=1, flags=re.MULTILINE)
    assert changed != text
    policy.write_text(changed)


def remove(operator):
    """As docs/install.md has it, by the folder that was written."""
    operator.run("""
        kubectl delete validatingadmissionpolicies,validatingadmissionpolicybindings -l app.kubernetes.io/part-of=drift-policy
        kubectl apply --server-side --field-manager=drift-policy -k install/deploy/stock
        kubectl -n argocd delete configmaps -l app.kubernetes.io/part-of=drift-policy
        kubectl delete clusterroles,clusterrolebindings -l app.kubernetes.io/part-of=drift-policy
        kubectl delete namespace drift-policy""")


@pytest.fixture(scope="module")
def operator(bed, tmp_path_factory):
    """Somebody with the program, and with an application that a stock Argo CD has synced."""
    with at_a_terminal(bed, tmp_path_factory.mktemp("operator"), IMAGE) as someone:
        repository = bed.repository().copy(ROOT / "sample-apps" / "medium", "orders")
        repository.commit()
        someone.orders.create({"repoURL": repository.url, "path": "orders", "targetRevision": "main"},
                              sync_policy={"automated": {"selfHeal": True}, "syncOptions": ["CreateNamespace=true"]})
        someone.orders.until("Argo CD has synced orders", 120,
                             lambda: someone.orders.status().get("sync", {}).get("status") == "Synced")
        yield someone
        someone.orders.delete()
        remove(someone)


def test_there_are_three_commands_and_one_edit():
    commands = [line for block in BLOCKS for line in block.splitlines() if not line.startswith(" ")]
    assert len(commands) == 3 and SECTION.count("```yaml") == 1


def test_from_a_stock_argo_cd_to_an_application_whose_gate_waits(operator):
    orders, api = operator.orders, operator.bed.cluster.admin
    operator.run(BLOCKS[0])
    edit(operator.folder / "install" / "policy.yaml")
    for block in BLOCKS[1:]:
        said = operator.run(block)
    assert "selfHeal: off" in said and "label drift-policy.dev/gated=true" in said
    app = orders.get()
    assert app["spec"]["source"]["plugin"] == {"name": "drift-policy"}
    assert app["metadata"]["labels"]["drift-policy.dev/gated"] == "true" and app["spec"]["syncPolicy"]["automated"]["selfHeal"] is False

    orders.until("Argo CD's auto-sync has run the first gate", 180, lambda: first_gate(orders))
    api.patch("Service", orders.namespace, "orders", {"spec": {"type": "LoadBalancer"}})
    mark = orders.start_sync()
    notes = Gate(operator.bed.cluster, HOOKS).waits(asks="medium")
    assert api.get("Job", HOOKS, Gate(operator.bed.cluster, HOOKS).name())["metadata"]["annotations"][
        "approvers.drift-policy.dev/medium"] == "platform", notes
    assert api.get("Service", orders.namespace, "orders")["spec"]["type"] == "LoadBalancer"
    operator.run("argocd app terminate-op orders")
    assert orders.finish(mark)["phase"] == "Failed"
    assert api.get("Service", orders.namespace, "orders")["spec"]["type"] == "LoadBalancer"


def first_gate(orders):
    state = orders.status().get("operationState", {})
    ran = [r for r in state.get("syncResult", {}).get("resources", []) if r["name"].endswith("-gate") and r.get("hookPhase") == "Succeeded"]
    return state.get("phase") == "Succeeded" and ran


def test_said_again_the_commands_change_nothing(operator):
    before = operator.orders.get()["spec"], operator.bed.cluster.admin.get("Deployment", NAMESPACE, "argocd-repo-server")["spec"]
    assert "install: 0 of " in operator.run(BLOCKS[0])
    assert "is enforced already" in "".join(operator.run(block) for block in BLOCKS[1:])
    assert (operator.orders.get()["spec"], operator.bed.cluster.admin.get("Deployment", NAMESPACE, "argocd-repo-server")["spec"]) == before
