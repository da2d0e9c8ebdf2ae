"""A stand-in for the scheduler and the kubelet: it binds each pod to the only node and says how its containers fare.

Pods of Jobs are run, as processes in a bubblewrap sandbox, where their image is drift-policy's (`IMAGES`) and the built binary
has the command that they ask for: that binary with the container's command, environment, mounted volumes and service account
token, as process 1 and as user 999. Pods of other Jobs end with success without running. All other pods are said to run and be
ready, all claims to be bound and all autoscalers to be able to scale. A test changes that for some pods with `behave`.
"""
import contextlib
import datetime
import functools
import subprocess
import threading

from .kubernetes import ApiError
from .pod_logs import PodLogs
from .sandbox import Sandbox

IMAGE = "drift-policy:e2e"
IMAGES = {IMAGE}  # what counts as drift-policy's
LEAVE_ALONE = {"argocd"}  # Argo CD's own pods: its programs run beside the cluster


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def owner(pod):
    """The kind of the pod's controller, or ''."""
    return next((o["kind"] for o in pod["metadata"].get("ownerReferences", []) if o.get("controller")), "")


@functools.lru_cache
def has_command(program, *words):
    """Whether this build of drift-policy has that command, such as `hook gate`."""
    return subprocess.run([program, *words, "--help"], capture_output=True, check=False).returncode == 0


class Kubelet:
    """Runs in threads of its own between `start` and `stop`."""

    def __init__(self, cluster, programs, folder):
        self.cluster, self.programs, self.folder = cluster, programs, folder
        self._rules = []
        self._pods = {}  # uid -> thread
        self._sandboxes = {}
        self._logs = PodLogs(cluster)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="kubelet", daemon=True)
        self.mistakes = []

    @property
    def api(self):
        return self.cluster.admin

    def start(self):
        self.folder.mkdir(parents=True)
        self._logs.start()
        self._thread.start()
        return self

    def stop(self):
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(10)
        for sandbox in list(self._sandboxes.values()):
            sandbox.kill()
        self._logs.stop()

    @contextlib.contextmanager
    def behave(self, behaviour, namespace=None, name=""):
        """Meanwhile pods of that namespace whose name holds `name` behave so: 'succeed', 'fail', 'hang' (they run and don't
        end), 'pending' (never started), 'ready' or 'run'."""
        rule = (behaviour, namespace, name)
        self._rules.append(rule)
        try:
            yield
        finally:
            self._rules.remove(rule)

    def behaviour(self, pod):
        metadata = pod["metadata"]
        for behaviour, namespace, name in reversed(self._rules):
            if namespace in (None, metadata["namespace"]) and name in metadata["name"]:
                return behaviour
        if owner(pod) != "Job" and metadata.get("ownerReferences"):
            return "ready"
        if owner(pod) != "Job":
            return "ready"
        container = pod["spec"]["containers"][0]
        ours = container["image"] in IMAGES and has_command(self.programs.drift_policy, *container.get("args", [])[:2])
        return "run" if ours else "succeed"

    def end(self, namespace, name, code=0):
        """Ends the running pods of that namespace whose name holds `name`, which hang."""
        for pod in self.api.list("Pod", namespace):
            if name in pod["metadata"]["name"] and pod["status"].get("phase") == "Running":
                self._ended(pod, pod["status"]["startTime"], code, "ended by the test")

    def sandbox(self, pod_name):
        """The running sandbox of that pod, or None; for tests that kill what runs in it."""
        return next((s for s in self._sandboxes.values() if s.pod["metadata"]["name"] == pod_name), None)

    def _loop(self):
        while not self._stopping.wait(0.25):
            try:
                for pod in self.api.call("/api/v1/pods?resourceVersion=0")["items"]:
                    if pod["metadata"]["namespace"] not in LEAVE_ALONE:
                        self._guarded(self._look_at, pod)
                self._bind_claims()
            except Exception as error:  # pylint: disable=broad-except # no test goes on without this thread
                if not isinstance(error, (ApiError, OSError)):
                    self.mistakes.append(f"the kubelet: {error!r}")

    def _bind_claims(self):
        """Says of every new claim that it has its volume."""
        with contextlib.suppress(ApiError, OSError):
            for claim in self.api.call("/api/v1/persistentvolumeclaims?resourceVersion=0")["items"]:
                if claim.get("status", {}).get("phase", "Pending") == "Pending":
                    self.api.patch("PersistentVolumeClaim", claim["metadata"]["namespace"], claim["metadata"]["name"],
                                   {"status": {"phase": "Bound"}}, sub="status")

    def _look_at(self, pod):
        uid = pod["metadata"]["uid"]
        if pod["metadata"].get("deletionTimestamp"):
            sandbox = self._sandboxes.get(uid)  # which a thread of its own takes away when it has ended
            if sandbox:  # TERM, and KILL when the grace period is over, which is what the timestamp says
                sandbox.kill() if now() > pod["metadata"]["deletionTimestamp"] else sandbox.terminate()
            elif self._pods.get(uid) != "gone":
                self._delete(pod)
                self._pods[uid] = "gone"
        elif uid not in self._pods and pod.get("status", {}).get("phase") == "Pending":
            behaviour = self.behaviour(pod)
            if behaviour != "pending":
                self._pods[uid] = behaviour
                threading.Thread(target=self._guarded, args=(self._run, pod, behaviour), daemon=True).start()

    def _guarded(self, what, pod, *more):
        try:
            what(pod, *more)
        except Exception as error:  # pylint: disable=broad-except # shown by the tests that wait for the pod
            if not (isinstance(error, ApiError) and error.code in (404, 409)):
                self.mistakes.append(f'{pod["metadata"]["namespace"]}/{pod["metadata"]["name"]}: {error!r}')

    def _run(self, pod, behaviour):
        metadata = pod["metadata"]
        if not pod["spec"].get("nodeName"):
            binding = {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": metadata["name"]},
                       "target": {"apiVersion": "v1", "kind": "Node", "name": "e2e"}}
            self.api.call(self.api.path("Pod", metadata["namespace"], metadata["name"], "binding"), "POST", binding)
        started = now()
        if behaviour == "succeed":
            return self._ended(pod, started, 0, "")
        if behaviour == "fail":
            return self._ended(pod, started, 1, "the test let this pod fail")
        if behaviour == "run":
            return self._run_ours(pod, started)
        return self._running(pod, started)

    def _run_ours(self, pod, started):
        uid = pod["metadata"]["uid"]
        sandbox = Sandbox(pod, self.cluster, self.programs, self.folder / uid)
        self._sandboxes[uid] = sandbox
        self._logs.files[pod["metadata"]["namespace"], pod["metadata"]["name"]] = sandbox.log
        try:
            sandbox.start()
            self._running(pod, started)
            code = sandbox.wait()
        finally:
            del self._sandboxes[uid]
        self._ended(pod, started, code, sandbox.message())

    def _status(self, pod, phase, ready, state, started):
        containers = [{"name": c["name"], "image": c["image"], "imageID": "", "restartCount": 0, "ready": ready,
                       "started": ready, "state": state} for c in pod["spec"]["containers"]]
        conditions = [{"type": kind, "status": str(ready), "lastTransitionTime": now()}
                      for kind in ("Ready", "ContainersReady")]
        conditions += [{"type": kind, "status": "True", "lastTransitionTime": started} for kind in ("Initialized",)]
        status = {"phase": phase, "startTime": started, "hostIP": "127.0.0.1", "podIP": "127.0.0.1",
                  "podIPs": [{"ip": "127.0.0.1"}], "conditions": conditions, "containerStatuses": containers}
        metadata = pod["metadata"]
        self.api.patch("Pod", metadata["namespace"], metadata["name"], {"status": status}, sub="status", strategic=True)

    def _running(self, pod, started):
        self._status(pod, "Running", True, {"running": {"startedAt": started}}, started)

    def _ended(self, pod, started, code, message):
        terminated = {"exitCode": code, "reason": "Completed" if code == 0 else "Error", "message": message[-4000:],
                      "startedAt": started, "finishedAt": now()}
        self._status(pod, "Failed" if code else "Succeeded", False, {"terminated": terminated}, started)

    def _delete(self, pod):
        metadata = pod["metadata"]
        with contextlib.suppress(ApiError):
            self.api.delete("Pod", metadata["namespace"], metadata["name"],
                            {"apiVersion": "v1", "kind": "DeleteOptions", "gracePeriodSeconds": 0,
                             "preconditions": {"uid": metadata["uid"]}})
