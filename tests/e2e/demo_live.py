"""What `make demo-live` runs: on a real API server with a real Argo CD, somebody does the three everyday things to sample-apps/, and the
controller, the gate and the records do the rest. Ctrl-C stops it all; what takes too long ends it with exit code 1."""
import contextlib
import os
import signal
import subprocess
import sys
import time

from audits import RECORDS
from controllers import PLATFORM, STALE, stored_incidents
from deploys import api_access, install_remediation
from gates import CREATE
from terminal import Stopped, Terminal
from testbed.application import Application
from testbed.argocd import NAMESPACE
from testbed.bed import Bed
from testbed.process import Process
from testbed.programs import ROOT, Missing, Programs

APPLICATIONS = {"storefront": "low", "orders": "medium", "ledger": "high"}  # and their folders in sample-apps/
LONGEST = 120  # seconds that a step may take
COMPONENT = "app.kubernetes.io/component"
RBAC = "rbac.authorization.k8s.io"


def policy():
    """The baseline, with who may answer and where the hooks live."""
    text = (ROOT / "policies" / "baseline.yaml").read_text()
    for old, new in (("# namespace: drift-policy", f"namespace: {PLATFORM}"), ("approval: {required: 1, timeout: 24h",
                                                                              "approval: {required: 1, groups: [platform], timeout: 24h")):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


class Platform:
    """What the demo has on a running bed. `folder`: for its files."""

    def __init__(self, bed, folder):
        self.bed, self.admin, self.folder = bed, bed.cluster.admin, folder
        folder.mkdir(exist_ok=True)
        self.config = self.admin.kubeconfig(self.folder / "admin.kubeconfig")

    def kubectl(self, *arguments):
        subprocess.run([self.bed.programs.kubectl, "--kubeconfig", self.config, *map(str, arguments)], check=True, capture_output=True)

    def install(self):
        """A sidecar with the policy, the accounts of the hooks, and what alice may, beside deploy/remediation."""
        file, accounts = self.folder / "policy.yaml", self.folder / "accounts.yaml"
        file.write_text(policy())
        program = self.bed.programs.drift_policy
        accounts.write_text(subprocess.run([program, "generate", "accounts", "--policy", file], check=True, capture_output=True, text=True).stdout)
        self.kubectl("apply", "--server-side", "-f", accounts, "-f", ROOT / "deploy" / "admission" / "approver.yaml")
        self.admin.create({"apiVersion": f"{RBAC}/v1", "kind": "RoleBinding", "metadata": {"name": "approvers", "namespace": PLATFORM},
                           "roleRef": {"apiGroup": RBAC, "kind": "Role", "name": "drift-policy-approver"},
                           "subjects": [{"apiGroup": RBAC, "kind": "Group", "name": "platform"}]})
        self.bed.argocd.cmp_server("drift-policy-demo", DRIFT_POLICY_PATH=str(file))

    def deploy(self):
        """The three sample applications, whose first sync begins: each with the mark of its sync."""
        repository = self.bed.repository().copy(ROOT / "sample-apps", ".")
        repository.commit()
        made = [self.bed.application(repository, folder, namespace=f"drift-{folder}", name=name, sync_policy=CREATE,
                                     plugin="drift-policy-demo", labels={"drift-policy.dev/gated": "true"}) for name, folder in APPLICATIONS.items()]
        return [(app, app.start_sync()) for app in made]

    def remove(self):
        """What it put into the bed, where that goes on."""
        for name, folder in APPLICATIONS.items():
            Application(self.bed, name, f"drift-{folder}").delete()
        self.bed.argocd.stop_cmp_server("drift-policy-demo")
        self.kubectl("delete", "--ignore-not-found", "-f", self.folder / "accounts.yaml")

    def control(self, account, asks):
        """The controller, as deploy/remediation runs it; `asks`: its flags for Argo CD's API."""
        config = account.kubeconfig(self.folder / "controller.kubeconfig")
        process = Process("controller", [self.bed.programs.drift_policy, "controller", "--kubeconfig", config, "-n", NAMESPACE, *STALE, "--settle", "2s", *asks],
                          self.bed.logs)
        return process.wait_for(lambda: "leads" in process.log.read_text())

    def incident(self, application, state):
        """That application's incident, once it is in that state."""
        for incident in stored_incidents(self.admin):
            if (incident["application"], incident["state"]) == (application, state):
                return incident
        return None

    def waits(self, application):
        """The drift that the gate of that application asks about."""
        for job in self.admin.list("Job", PLATFORM, f"{COMPONENT}=gate"):
            notes = job["metadata"]["annotations"]
            if (notes["drift-policy.dev/application"], notes.get("drift-policy.dev/state")) == (application, "waiting"):
                return notes["drift-policy.dev/drift"]
        return None


def low(shown, platform):
    shown.title("1. Somebody scales a Deployment. Replicas are low: the controller puts them back, and nobody is asked.")
    shown.run("kubectl -n drift-low scale deployment/storefront --replicas=5")
    shown.wait("the controller opens an incident", LONGEST, lambda: platform.incident("storefront", "syncing") or platform.incident("storefront", "resolved"))
    shown.wait("its sync passes the gate and puts 2 back", LONGEST, lambda: platform.incident("storefront", "resolved"))
    shown.run("kubectl -n drift-low get deployment storefront")


def medium(shown, platform):
    shown.title("2. Somebody turns a Service into a LoadBalancer. That is medium: the sync waits at its gate until a person says yes.")
    shown.run("""kubectl -n drift-medium patch service/orders -p '{"spec":{"type":"LoadBalancer"}}'""")
    drift = shown.wait("the controller starts a sync, and its gate asks", LONGEST, lambda: platform.waits("orders"))
    alice = platform.bed.cluster.user("alice").kubeconfig(platform.folder / "alice.kubeconfig")
    shown.say("Alice is of the group platform, which the policy names:")
    shown.run(f"drift-policy gates show orders -n {PLATFORM}", most=30, KUBECONFIG=alice)
    shown.run(f"drift-policy approve orders -n {PLATFORM} --drift {drift[:8]} --reason 'nobody asked for this' --yes",
              most=1, last=True, KUBECONFIG=alice)
    shown.wait("the sync goes on and puts ClusterIP back", LONGEST, lambda: platform.incident("orders", "resolved"))
    shown.run("kubectl -n drift-medium get service orders")


def high(shown, platform):
    shown.title("3. Somebody deletes a Secret. That is high: it is restored at once, and an alert is left.")
    shown.run("kubectl -n drift-high delete secret/ledger-database")
    shown.wait("the controller's sync restores it", LONGEST, lambda: platform.incident("ledger", "resolved"))
    shown.run("kubectl -n drift-high get secret ledger-database")
    shown.run(f"kubectl -n {PLATFORM} get configmaps -l alert-type=emergency")


def records(shown, platform):
    shown.title("4. What is left of it: incidents, and a chain of records that shows any change of them.")
    shown.run("drift-policy incidents --all")
    shown.wait("each of the six syncs has its record", LONGEST, lambda: len(platform.admin.list("ConfigMap", PLATFORM, RECORDS)) >= 6)
    shown.run(f"drift-policy audit list -n {PLATFORM}")
    shown.run(f"drift-policy audit verify -n {PLATFORM}")


def start(shown, stack):
    """A bed that runs until the stack ends."""
    with shown.during("a Kubernetes API and Argo CD start, on this machine alone"):
        bed = stack.enter_context(Bed())
        stack.callback(signal.signal, signal.SIGINT, signal.SIG_IGN)  # what is stopped is stopped
    return bed


def show(shown, stack, platform, account_and_flags):
    """All acts. `account_and_flags()`: the controller's account, and its flags for Argo CD's API."""
    shown.env["KUBECONFIG"] = str(platform.config)
    with shown.during("the policy and the controller are installed, and three applications of sample-apps/ are synced"):
        account, asks = account_and_flags()
        platform.install()
        syncs = platform.deploy()
        stack.callback(platform.control(account, asks).stop)
        for app, mark in syncs:
            app.ended(mark)
    for act in (low, medium, high, records):
        act(shown, platform)


def terminal(programs, out=sys.stdout):
    folders = [os.path.dirname(program) for program in (programs.drift_policy, programs.kubectl)]
    return Terminal({"PATH": os.pathsep.join([*folders, os.environ["PATH"]]), "HOME": os.environ.get("HOME", "/"), "TERM": os.environ.get("TERM", "dumb"),
                     "DRIFT_PAGER": ""}, out)


def main():
    began = time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        shown = terminal(Programs())
        with contextlib.ExitStack() as stack:
            bed = start(shown, stack)
            platform = Platform(bed, bed.folder / "demo")
            show(shown, stack, platform, lambda: (install_remediation(bed, platform.kubectl, platform.folder),
                                                  api_access(bed, platform.folder)("drift-policy")))
            shown.say(f"\nThat took {time.monotonic() - began:.0f} s. All of it is being stopped and removed.")
    except Missing as error:
        print(f"demo-live: {error}", file=sys.stderr)
        return 3
    except (Stopped, TimeoutError, AssertionError, RuntimeError, subprocess.CalledProcessError) as error:
        print(f"demo-live: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ndemo-live: stopped, and nothing is left running", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
