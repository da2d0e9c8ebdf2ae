"""The controller as tests run it: a process that prints a JSON object a line, and what it has said."""
import json
import re
import signal
import urllib.request

from testbed.argocd import NAMESPACE
from testbed.process import Process, until
from testbed.programs import ROOT

PROGRAM = ROOT / "build" / "drift-policy"
# Ours compares by itself only once an hour (testbed/argocd.py).
STALE = ["--stale-after", "3h"]

# Of deploy/remediation.
PLATFORM = "drift-policy"
ACCOUNT = "drift-policy-controller"


def stored_incidents(api):
    """All incidents, as the API server has them."""
    return [json.loads(found["data"]["incident.json"]) for found in api.list("ConfigMap", PLATFORM, "app.kubernetes.io/component=incident")]


class Controller:
    """`arguments` are its own, behind the flags that tests need; `ready`: a word in its log once it has begun."""

    longest = 60  # seconds that it may take to say something

    def __init__(self, folder, arguments, ready):
        folder.mkdir(exist_ok=True)
        self.folder, self.arguments = folder, arguments
        self.start(ready)

    def start(self, ready):
        self.seen = 0
        self.process = Process("controller", [PROGRAM, "controller", "-o", "jsonl", "--metrics-address", "127.0.0.1:0", *self.arguments],
                               self.folder)
        self.process.wait_for(lambda: ready in self.process.log.read_text())

    def stop(self, seconds=20):
        """As a pod is told to end."""
        self.process.ask_to_stop(signal.SIGTERM)
        assert self.process.process.wait(seconds) == 0

    def lines(self):
        return [json.loads(line) for line in self.process.log.read_text().splitlines() if line.startswith("{")]

    def says(self, what, check):
        """Waits for a line, after those that were waited for before; the line."""
        def said():
            self.process.check()
            for at, line in list(enumerate(self.lines()))[self.seen:]:
                if check(line):
                    self.seen = at + 1
                    return line
            return None
        try:
            return until(f"the controller says {what}", self.longest, said)
        except TimeoutError as error:
            raise TimeoutError(f"{error}\n{self.process.tail()}") from None

    def page(self, path):
        address = re.findall(r"serving .* on (127\.0\.0\.1:\d+)", self.process.log.read_text())[-1]
        with urllib.request.urlopen(f"http://{address}{path}", timeout=30) as answer:
            return answer.read().decode()


class Acting(Controller):
    """A controller that acts on the applications with this label."""

    longest = 90

    def __init__(self, user, folder, label, argocd, ready="leads"):
        folder.mkdir(exist_ok=True)
        self.label = label
        super().__init__(folder, ["-n", NAMESPACE, "-l", f"e2e={label}", *STALE, "--settle", "1s", "--kubeconfig",
                                  user.kubeconfig(folder / "kubeconfig"), *argocd], ready)

    def state(self, state, **wanted):
        """Waits for a change of an incident after those that were waited for before; the incident."""
        wanted["state"] = state
        return self.says(wanted, lambda line: wanted.items() <= line.get("incident", {}).items())["incident"]
