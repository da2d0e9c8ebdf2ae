"""Objects as a cluster has them, in the states that health checks tell apart; small, but with all that the checks read."""


def item(kind, api="v1", name="web", generation=1, annotations=None, **fields):
    metadata = {"name": name, "namespace": "shop", "generation": generation, "annotations": annotations or {}}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **fields}


def deployment(replicas=2, generation=1, spec=None, **status):
    counts = {"observedGeneration": generation, "replicas": replicas, "updatedReplicas": replicas,
              "readyReplicas": replicas, "availableReplicas": replicas}
    containers = [{"name": "web", "image": "nginx:1.27"}]
    return item("Deployment", "apps/v1", generation=generation, status={**counts, **status},
                spec={"replicas": replicas, "template": {"spec": {"containers": containers}}, **(spec or {})})


def stateful_set(spec=None, **status):
    counts = {"observedGeneration": 1, "replicas": 3, "readyReplicas": 3, "updatedReplicas": 3, "currentReplicas": 3,
              "currentRevision": "web-1", "updateRevision": "web-1"}
    return item("StatefulSet", "apps/v1", status={**counts, **status},
                spec={"replicas": 3, "updateStrategy": {"type": "RollingUpdate"}, **(spec or {})})


def daemon_set(spec=None, generation=1, **status):
    counts = {"observedGeneration": 1, "desiredNumberScheduled": 3, "updatedNumberScheduled": 3, "numberAvailable": 3}
    return item("DaemonSet", "apps/v1", generation=generation, status={**counts, **status},
                spec={"updateStrategy": {"type": "RollingUpdate"}, **(spec or {})})


def replica_set(generation=1, **status):
    return item("ReplicaSet", "apps/v1", generation=generation, spec={"replicas": 2},
                status={"observedGeneration": 1, "replicas": 2, "availableReplicas": 2, **status})


def service(kind="ClusterIP", ingress=None, **spec):
    return item("Service", spec={"type": kind, "ports": [{"port": 80, "protocol": "TCP", "targetPort": 8080}], **spec},
                status={"loadBalancer": {"ingress": ingress} if ingress else {}})


def ingress(addresses=None):
    return item("Ingress", "networking.k8s.io/v1", spec={"ingressClassName": "nginx"},
                status={"loadBalancer": {"ingress": addresses} if addresses else {}})


def claim(phase=None, storage="1Gi"):
    return item("PersistentVolumeClaim", spec={"resources": {"requests": {"storage": storage}}},
                status={"phase": phase} if phase else {})


def autoscaler(conditions, api="autoscaling/v2", annotations=None):
    return item("HorizontalPodAutoscaler", api, spec={"minReplicas": 1, "maxReplicas": 5}, annotations=annotations,
                status={"conditions": conditions} if conditions is not None else {})


def condition(kind, status="True", reason="Because", message="it is so"):
    return {"type": kind, "status": status, "reason": reason, "message": message}


def container(**state):
    return {"name": "web", "image": "nginx:1.27", "state": state}


def pod(phase, restart="Always", annotations=None, containers=None, ready=None, init=None, **status):
    conditions = [] if ready is None else [condition("Ready", str(ready))]
    return item("Pod", annotations=annotations,
                spec={"restartPolicy": restart, "containers": [{"name": "web", "image": "nginx:1.27"}]},
                status={"phase": phase, "conditions": conditions, "containerStatuses": containers or [],
                        "initContainerStatuses": init or [], **status})


def cron_job(suspend=False, **status):
    return item("CronJob", "batch/v1", spec={"schedule": "0 4 * * *", "suspend": suspend}, status=status)


def budget(*conditions):
    return item("PodDisruptionBudget", "policy/v1", spec={"minAvailable": 1}, status={"conditions": list(conditions)})


def rollout(spec=None, annotations=None, **status):
    return item("Rollout", "argoproj.io/v1alpha1", generation=2, annotations=annotations,
                spec={"replicas": 2, "strategy": {"canary": {}}, **(spec or {})}, status={"observedGeneration": "2", **status})


STARTED = {"currentPodHash": "abc", "stableRS": "abc", "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2}
FAILED = {"terminated": {"exitCode": 3}}
IGNORE_RESTARTS = {"argocd.argoproj.io/ignore-restart-policy": "true"}

# What Argo CD has a check of its own for, by a name that says the state.
CHECKED = {
    "deployment-ready": deployment(),
    "deployment-without-status": item("Deployment", "apps/v1", spec={"replicas": 1}),
    "deployment-paused": deployment(spec={"paused": True}),
    "deployment-not-observed": deployment(generation=3, observedGeneration=2),
    "deployment-too-slow": deployment(conditions=[condition("Progressing", "False", "ProgressDeadlineExceeded")]),
    "deployment-updating": deployment(updatedReplicas=1),
    "deployment-old-pods-left": deployment(replicas=2, spec={"replicas": 2}) | {
        "status": {"observedGeneration": 1, "replicas": 3, "updatedReplicas": 2, "availableReplicas": 2}},
    "deployment-not-available": deployment(availableReplicas=1),
    "stateful-set-ready": stateful_set(),
    "stateful-set-not-observed": stateful_set(observedGeneration=0),
    "stateful-set-waiting": stateful_set(readyReplicas=1),
    "stateful-set-partition-waiting": stateful_set(
        {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}}, updatedReplicas=1),
    "stateful-set-partition-done": stateful_set(
        {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}}, updatedReplicas=2),
    "stateful-set-on-delete": stateful_set({"updateStrategy": {"type": "OnDelete"}}),
    "stateful-set-updating": stateful_set(updateRevision="web-2", updatedReplicas=1),
    "daemon-set-ready": daemon_set(),
    "daemon-set-not-observed": daemon_set(generation=2),
    "daemon-set-on-delete": daemon_set({"updateStrategy": {"type": "OnDelete"}}, updatedNumberScheduled=1),
    "daemon-set-updating": daemon_set(updatedNumberScheduled=1),
    "daemon-set-not-available": daemon_set(numberAvailable=2),
    "replica-set-ready": replica_set(),
    "replica-set-not-observed": replica_set(generation=2),
    "replica-set-failing": replica_set(conditions=[condition("ReplicaFailure", message="quota exceeded")]),
    "replica-set-waiting": replica_set(availableReplicas=1),
    "service-inside": service(),
    "service-waits-for-its-address": service("LoadBalancer"),
    "service-has-its-address": service("LoadBalancer", [{"ip": "192.0.2.1"}]),
    "ingress-waits": ingress(),
    "ingress-ready": ingress([{"hostname": "shop.example.com"}]),
    "claim-bound": claim("Bound"),
    "claim-pending": claim("Pending"),
    "claim-lost": claim("Lost"),
    "claim-new": claim(),
    "autoscaler-able": autoscaler([condition("AbleToScale"), condition("ScalingActive", message="active")]),
    "autoscaler-without-metrics": autoscaler(
        [condition("AbleToScale"), condition("ScalingActive", "False", "FailedGetResourceMetric", "no metrics")]),
    "autoscaler-new": autoscaler(None),
    "autoscaler-v1-able": autoscaler(None, "autoscaling/v1", {
        "autoscaling.alpha.kubernetes.io/conditions":
            '[{"type":"AbleToScale","status":"True","reason":"Ready","message":"r\\u00e9ady \\"now\\""}]'}),
    "autoscaler-v1-new": autoscaler(None, "autoscaling/v1"),
    "autoscaler-v1-null": autoscaler(None, "autoscaling/v1", {"autoscaling.alpha.kubernetes.io/conditions": "null"}),
    "pod-ready": pod("Running", ready=True),
    "pod-not-ready": pod("Running", ready=False, containers=[container(running={})]),
    "pod-restarted": pod("Running", ready=False, containers=[container(running={}) | {"lastState": FAILED}]),
    "pod-cannot-pull": pod("Pending", containers=[container(waiting={"reason": "ImagePullBackOff", "message": "no such image"})]),
    "pod-errors": pod("Pending", containers=[container(waiting={"reason": "ErrImagePull", "message": "one"}),
                                             container(waiting={"reason": "CreateContainerError", "message": "two"})]),
    "pod-starts": pod("Pending", containers=[container(waiting={"reason": "ContainerCreating"})], message="soon"),
    "pod-done": pod("Succeeded", "Never"),
    "pod-failed": pod("Failed", "Never", containers=[container(**FAILED)]),
    "pod-failed-with-a-message": pod("Failed", "Never", message="evicted", containers=[container(**FAILED)]),
    "pod-out-of-memory": pod("Failed", "Never", init=[container(terminated={"exitCode": 137, "reason": "OOMKilled"})]),
    "pod-runs-once": pod("Running", "Never", ready=True),
    "pod-runs-once-but-long": pod("Running", "Never", IGNORE_RESTARTS, ready=True),
    "pod-is-a-hook": pod("Running", "Never", {"argocd.argoproj.io/hook": "PreSync", **IGNORE_RESTARTS}, ready=True),
    "pod-is-a-skipped-hook": pod("Running", "Never", {"argocd.argoproj.io/hook": "Skip", **IGNORE_RESTARTS}, ready=True),
    "pod-is-a-helm-hook": pod("Running", "Never", {"helm.sh/hook": "pre-install", **IGNORE_RESTARTS}, ready=True),
    "pod-unknown": pod("Unknown"),
    "cron-job-suspended": cron_job(True),
    "cron-job-new": cron_job(),
    "cron-job-never-succeeded": cron_job(lastScheduleTime="2026-11-25T04:00:00Z"),
    "cron-job-running": cron_job(lastScheduleTime="2026-11-25T04:00:00Z", lastSuccessfulTime="2026-11-24T04:00:00Z",
                                 active=[{"name": "web-1"}]),
    "cron-job-failed": cron_job(lastScheduleTime="2026-11-25T04:00:00Z", lastSuccessfulTime="2026-11-24T04:00:00Z"),
    "cron-job-succeeded": cron_job(lastScheduleTime="2026-11-25T04:00:00Z", lastSuccessfulTime="2026-11-25T04:00:09Z"),
    "budget-new": budget(),
    "budget-allows": budget(condition("DisruptionAllowed", reason="SufficientPods")),
    "budget-allows-none": budget(condition("DisruptionAllowed", "False", "InsufficientPods")),
    "budget-broken": budget(condition("DisruptionAllowed", "False", "SyncFailed")),
    "rollout-healthy": rollout(phase="Healthy"),
    "rollout-paused": rollout(phase="Paused", message="CanaryPauseStep"),
    "rollout-degraded": rollout(phase="Degraded", message="too slow"),
    "rollout-not-observed": rollout(observedGeneration="1", phase="Healthy"),
    "rollout-of-a-workload": rollout({"workloadRef": {"name": "web"}}, {"rollout.argoproj.io/workload-generation": "3"},
                                     workloadObservedGeneration="2", phase="Healthy"),
    "rollout-old-aborted": rollout(conditions=[condition("Progressing", "False", "RolloutAborted", "aborted")]),
    "rollout-old-paused": rollout(conditions=[], pauseConditions=[{"reason": "CanaryPauseStep"}]),
    "rollout-old-updating": rollout(conditions=[], **{**STARTED, "updatedReplicas": 1}),
    "rollout-old-starting": rollout(conditions=[], **{**STARTED, "availableReplicas": 1}),
    "rollout-old-in-steps": rollout(conditions=[], **{**STARTED, "stableRS": "old"}),
    "rollout-old-blue-green": rollout({"strategy": {"blueGreen": {}}}, conditions=[], **STARTED),
    "rollout-old-healthy": rollout(conditions=[], **STARTED),
}

# What Argo CD alone says nothing of.
UNCHECKED = {
    "persistent-volume": item("PersistentVolume", spec={"capacity": {"storage": "1Gi"}}),
    "replication-controller": item("ReplicationController", spec={"replicas": 1}),
    "vertical-pod-autoscaler": item("VerticalPodAutoscaler", "autoscaling.k8s.io/v1", spec={}),
}
