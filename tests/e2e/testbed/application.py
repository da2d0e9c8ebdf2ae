"""An Argo CD Application as a test uses it."""
import json
import time
import uuid

from .argocd import NAMESPACE
from .kubernetes import ApiError
from .process import until

FINISHED = ("Succeeded", "Failed", "Error")
CONFIRM = "argocd.argoproj.io/deletion-approved"
REFRESH = "argocd.argoproj.io/refresh"


def sync_all(applications, seconds=180):
    """Syncs them side by side; the operationState of each."""
    marks = [application.start_sync() for application in applications]
    return [application.ended(mark, seconds) for application, mark in zip(applications, marks)]


class Application:
    """The Application `name`, which may not be there yet; what it does is waited for, with a deadline."""

    def __init__(self, bed, name, namespace):
        self.bed, self.api, self.name, self.namespace = bed, bed.cluster.admin, name, namespace

    def create(self, source, labels=None, sync_policy=None):
        spec = {"project": "default", "source": source,
                "destination": {"server": "https://kubernetes.default.svc", "namespace": self.namespace}}
        if sync_policy:
            spec["syncPolicy"] = sync_policy
        self.api.create({"apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
                         "metadata": {"name": self.name, "namespace": NAMESPACE, "labels": labels or {}}, "spec": spec})
        self._wait_for_server()
        return self

    def _wait_for_server(self):
        """argocd-server renders what is in a cache of its own, and says `permission denied` of what it doesn't know yet. Its list
        comes from there too."""
        def known():
            items = self.bed.argocd.call(f"/api/v1/applications?name={self.name}")["items"] or []
            return any(int(item["metadata"]["resourceVersion"]) >= wanted for item in items)
        wanted = int(self.get()["metadata"]["resourceVersion"])
        until(f"argocd-server knows {self.name}", 30, known)

    def get(self):
        return self.api.get("Application", NAMESPACE, self.name)

    def status(self):
        return self.get().get("status", {})

    def patch(self, body):
        return self.api.patch("Application", NAMESPACE, self.name, body)

    def set_source(self, **changes):
        """Changes fields of the source; None takes one away."""
        self.patch({"spec": {"source": changes}})
        self._wait_for_server()

    def refresh(self, hard=False, seconds=90):
        """Lets Argo CD compare again; the status afterwards."""
        self.patch({"metadata": {"annotations": {REFRESH: "hard" if hard else "normal"}}})

        def compared():
            application = self.get()
            return REFRESH not in application["metadata"].get("annotations", {}) and application.get("status", {})
        return self.until(f"{self.name} is refreshed", seconds, compared)

    def until(self, what, seconds, check, patience=5):
        """`until` for what the application controller does when it is asked. Whenever `patience` is over, it is woken."""
        woken = time.monotonic()

        def checked():
            nonlocal woken
            result = check()
            if not result and time.monotonic() - woken > patience:
                woken = time.monotonic()
                self.wake()
            return result
        return until(what, seconds, checked)

    def wake(self):
        """Shows the application controller what stands in the Application. Its cache may lose a request: what it writes itself
        goes into the cache without a look at the version there (writeBackToInformer). A stock one would find it when it next
        compares by itself, after two to three minutes; ours doesn't (`--app-resync`)."""
        self.patch({"metadata": {"annotations": {REFRESH + "-timestamp": str(time.time_ns())}}})

    def start_sync(self, prune=False, revision=None, **sync):
        """Starts a sync like a person and waits until it has begun; the mark by which `operation` knows it."""
        mark = uuid.uuid4().hex
        # Argo CD's API server and auto-sync copy the options into each operation; who writes it by hand has to as well.
        sync.setdefault("syncOptions", self.get()["spec"].get("syncPolicy", {}).get("syncOptions", []))
        operation = {"initiatedBy": {"username": "e2e"}, "info": [{"name": "mark", "value": mark}], "retry": {"limit": 0},
                     "sync": {"prune": prune, "syncStrategy": {"hook": {}}, **sync}}
        if revision:
            operation["sync"]["revision"] = revision
        until(f"no operation of {self.name} is under way", 30, lambda: "operation" not in self.get())
        # Without the state of the last one, as SetAppOperation does: Argo CD 3.2's controller would merge the new state into it, and
        # where a sync has no results yet go on with the last one's, so that no hook runs.
        self.patch({"operation": operation, "status": {"operationState": None}})
        self.until(f"the sync of {self.name} begins", 60, lambda: self.operation(mark))
        return mark

    def operation(self, mark):
        """status.operationState of that sync, or None while another's stands there."""
        state = self.status().get("operationState", {})
        marks = [entry["value"] for entry in state.get("operation", {}).get("info", [])]
        return state if mark in marks else None

    def finish(self, mark, seconds=180):
        """Waits for that sync's end; its operationState."""
        def finished():
            state = self.operation(mark)
            return state if state and state["phase"] in FINISHED else None
        try:
            return self.until(f"the sync of {self.name} ends", seconds, finished, patience=15)
        except TimeoutError as error:
            state = self.status().get("operationState", {})
            results = [(r["kind"], r["name"], r.get("status"), r.get("hookPhase"), r.get("message"))
                       for r in state.get("syncResult", {}).get("resources", [])]
            raise TimeoutError(f"{error}\n{state.get('message')}\n{results}\n{self.bed.kubelet.mistakes}") from None

    def sync(self, seconds=180, expect="Succeeded", **options):
        """A sync from start to end; its operationState."""
        return self.ended(self.start_sync(**options), seconds, expect)

    def ended(self, mark, seconds=180, expect="Succeeded"):
        """`finish` that insists on the phase."""
        state = self.finish(mark, seconds)
        results = [r for r in state.get("syncResult", {}).get("resources", []) if r.get("hookPhase") != "Succeeded"]
        assert state["phase"] == expect, f"{state['phase']}: {state.get('message')}\n{json.dumps(results, indent=1)[:4000]}"
        return state

    def sync_with_definitions(self, **options):
        """A sync that makes CustomResourceDefinitions. Argo CD 3.2 calls one Degraded until Kubernetes has established it (3.6:
        Progressing), and what is Degraded fails a sync of several steps, as one with hooks is; the next one finds it established."""
        if self.bed.programs.argocd_version.startswith("3.2."):
            state = self.finish(self.start_sync(**options))
            failed = {(r["kind"], r.get("message")) for r in state["syncResult"]["resources"]
                      if r.get("hookPhase") in ("Failed", "Error") or r.get("status") == "SyncFailed"}
            if failed != {("CustomResourceDefinition", "CRD is not established")}:
                assert state["phase"] == "Succeeded", f"{state['phase']}: {failed}"
                return state
        return self.sync(**options)

    def wait_synced(self, seconds=60):
        def synced():
            status = self.status()
            return status if status.get("sync", {}).get("status") == "Synced" else None
        self.refresh()
        try:
            return self.until(f"{self.name} is Synced", seconds, synced)
        except TimeoutError as error:
            out = [r for r in self.status().get("resources", []) if r.get("status") != "Synced"]
            raise AssertionError(f"{error}\n{out}") from None

    def conditions(self):
        return "\n".join(f"{c['type']}: {c['message']}" for c in self.status().get("conditions", []))

    def manifests(self, revision=None):
        """What the repo-server renders, as objects by (kind, namespace, name)."""
        query = f"?revision={revision}" if revision else ""
        texts = self.bed.argocd.call(f"/api/v1/applications/{self.name}/manifests{query}")["manifests"]
        return [json.loads(text) for text in texts]

    def managed(self):
        """Argo CD's own comparison: target and live state of each object."""
        return self.bed.argocd.call(f"/api/v1/applications/{self.name}/managed-resources").get("items", [])

    def delete(self, cascade=False, seconds=60):
        """Deletes it, with what it deployed where `cascade`; waits until it is gone."""
        finalizers = ["resources-finalizer.argocd.argoproj.io"] if cascade else None
        try:
            self.patch({"metadata": {"finalizers": finalizers}})
        except ApiError as error:
            if error.code == 404:
                return
            raise
        self.api.delete("Application", NAMESPACE, self.name)
        until(f"{self.name} is gone", seconds, lambda: self.get() is None)
