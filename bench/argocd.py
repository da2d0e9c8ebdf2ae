#!/usr/bin/env python3
"""Load: many Applications refreshed at once through one real repo-server, with the plugin and natively.

    bench/argocd.py [NUMBER]     (200; `make bench-argocd`)

Each Application is a folder of its own: a Deployment, a Service, a ConfigMap and a NetworkPolicy. Measured is the time from the hard
refresh of all until the last one is compared, without a limit on the repo-server's parallelism and with `--parallelismlimit 2`;
how long a `generate` takes as the cmp-server sees it; and the peak memory of one `generate`. Exit code 1 where a refresh failed.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
PEAK = ROOT / "bench" / "peak.py"
sys.path.insert(0, str(ROOT / "tests" / "e2e"))
import manifests  # noqa: E402  pylint: disable=wrong-import-position
from testbed.argocd import NAMESPACE  # noqa: E402  pylint: disable=wrong-import-position
from testbed.bed import Bed  # noqa: E402  pylint: disable=wrong-import-position
from testbed.process import until  # noqa: E402  pylint: disable=wrong-import-position

REFRESH = "argocd.argoproj.io/refresh"
POLICY = """apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {}, policyTypes: [Ingress]}
"""


def write_folders(repository, number):
    for index in range(number):
        folder = f"apps/{index:03}"
        repository.write(f"{folder}/deployment.yaml", manifests.deployment("web", 2))
        repository.write(f"{folder}/service.yaml", manifests.service("web"))
        repository.write(f"{folder}/cm.yaml", manifests.config_map("web", str(index)))
        repository.write(f"{folder}/policy.yaml", POLICY)
    repository.commit()


def refresh_all(bed, apps):
    """Seconds from the first request to the last comparison, and the failures."""
    started = time.monotonic()
    for app in apps:
        app.patch({"metadata": {"annotations": {REFRESH: "hard"}}})

    def listed():
        items = bed.cluster.admin.list("Application", NAMESPACE)
        waiting = [i for i in items if REFRESH in i["metadata"].get("annotations", {}) or "sync" not in i.get("status", {})]
        return items if not waiting else None
    items = until("all are compared", 900, listed, every=0.2)
    seconds = time.monotonic() - started
    failures = [f'{i["metadata"]["name"]}: {c["message"]}' for i in items for c in i["status"].get("conditions", [])]
    return seconds, failures


def generate_times(log, offset):
    """Milliseconds of each generate that the cmp-server's log tells of after `offset`."""
    times = []
    for line in log.read_text()[offset:].splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if entry.get("grpc.method") == "GenerateManifest" and "grpc.time_ms" in entry:
            times.append(float(entry["grpc.time_ms"]))
    return times


def peak_memory(bed, folder):
    """Kilobytes of one `generate` in that folder."""
    done = subprocess.run(
        [sys.executable, "-S", PEAK, bed.programs.drift_policy, "render", "."], cwd=folder, stdout=subprocess.PIPE, check=False,
        env={"PATH": bed.programs.path, "ARGOCD_APP_NAME": "bench", "ARGOCD_APP_NAMESPACE": "bench",
             "DRIFT_POLICY_IMAGE": "drift-policy:bench"})
    if done.returncode != 0:
        sys.exit(f"render failed in {folder}")
    return int(done.stdout)


def measure(bed, apps, plugin):
    """One row: all set to the plugin or to native rendering, then refreshed together; the best of two."""
    for app in apps:
        app.set_source(plugin={"name": "drift-policy"} if plugin else None)
    log = bed.argocd.processes["cmp-drift-policy"].log
    refresh_all(bed, apps)
    offset = len(log.read_text())
    runs = [refresh_all(bed, apps) for _ in range(2)]
    failures = [failure for _, failed in runs for failure in failed]
    return min(seconds for seconds, _ in runs), failures, generate_times(log, offset)


def main():
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    failed = []
    with Bed() as bed:
        repository = bed.repository()
        write_folders(repository, number)
        apps = [bed.application(repository, f"apps/{i:03}", namespace=f"bench-{i:03}", name=f"bench-{i:03}") for i in range(number)]
        print(f"{number} applications, Argo CD {bed.programs.argocd_version}, {os.cpu_count()} cores")
        for limit in (0, 2):
            bed.argocd.processes.pop("argocd-repo-server").stop()
            bed.argocd.repo_server(["--parallelismlimit", limit])
            native, failures, _ = measure(bed, apps, plugin=False)
            failed += failures
            plugin, failures, times = measure(bed, apps, plugin=True)
            failed += failures
            name = f"--parallelismlimit {limit}" if limit else "no limit"
            print(f"{name}: native {native:.1f} s, plugin {plugin:.1f} s, ratio {plugin / native:.2f}; a generate: median "
                  f"{statistics.median(times):.0f} ms, 95 % {statistics.quantiles(times, n=20)[-1]:.0f} ms, most {max(times):.0f} ms")
        print(f"peak memory of a generate: {peak_memory(bed, repository.folder / 'apps' / '000') / 1024:.1f} MB")
    for failure in failed[:10]:
        print(failure, file=sys.stderr)
    print(f"{len(failed)} failures")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
