#!/usr/bin/env python3
"""Load: many Applications refreshed at once through one real repo-server: natively, with a plugin that only prints its files
(`cat`, the floor of all plugins), and with ours.

    bench/argocd.py [NUMBER] [--unrelated MB]     (200, 0; `make bench-argocd`)

Each Application is a folder of its own: a Deployment, a Service, a ConfigMap and a NetworkPolicy. Measured is the time from the hard
refresh of all until the last one is compared, with `--parallelismlimit 2` and without a limit, each with the whole repository sent to
the plugin and with the annotation `manifest-generate-paths: .`; how long a `generate` takes as the cmp-server sees it; and the peak
memory of one `generate`. --unrelated: so many megabytes that don't compress lie in the repository beside them, as in a monorepo.
Exit code 1 where a refresh failed.
"""
import argparse
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
PATHS = "argocd.argoproj.io/manifest-generate-paths"
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


def write_unrelated(repository, megabytes):
    """Git neither compresses these files nor looks for differences between them: this measures no packing."""
    repository.write(".gitattributes", "data/* -delta\n")
    subprocess.run(["git", "-C", repository.folder, "config", "core.compression", "0"], check=True)
    for megabyte in range(megabytes):
        path = repository.folder / "data" / f"{megabyte}.bin"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(os.urandom(1 << 20))


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


def measure(bed, apps, plugin, paths=None):
    """One row: all set to the plugin (None: native rendering) and the annotation, then refreshed together. The best of two, and the
    median of a generate in milliseconds."""
    for app in apps:
        app.patch({"metadata": {"annotations": {PATHS: paths}}})
        app.set_source(plugin={"name": plugin} if plugin else None)
    log = bed.argocd.processes[f"cmp-{plugin or 'cat'}"].log
    refresh_all(bed, apps)
    offset = len(log.read_text())
    runs = [refresh_all(bed, apps) for _ in range(2)]
    times = generate_times(log, offset)
    return min(seconds for seconds, _ in runs), [f for _, failed in runs for f in failed], statistics.median(times) if times else 0


def row(bed, apps, name, paths):
    """Prints native, cat and ours beside each other; the failures."""
    native, failed, _ = measure(bed, apps, None, paths)
    cat, failures, cat_time = measure(bed, apps, "cat", paths)
    failed += failures
    ours, failures, time_of_ours = measure(bed, apps, "drift-policy", paths)
    failed += failures
    print(f"{name}: native {native:.1f} s, cat {cat:.1f} s, ours {ours:.1f} s, {ours / cat:.2f} times cat; median of a generate: "
          f"cat {cat_time:.0f} ms, ours {time_of_ours:.0f} ms", flush=True)
    return failed


def main():
    parser = argparse.ArgumentParser(description="many Applications refreshed at once through one real repo-server")
    parser.add_argument("number", type=int, nargs="?", default=200, help="how many Applications (200)")
    parser.add_argument("--unrelated", type=int, default=0, metavar="MB", help="megabytes beside them in the repository (0)")
    given = parser.parse_args()
    failed = []
    with Bed() as bed:
        repository = bed.repository()
        write_unrelated(repository, given.unrelated)
        write_folders(repository, given.number)
        bed.argocd.cmp_server("cat", {"generate": {"command": ["sh", "-c", "for file in *.yaml; do echo ---; cat $file; done"]}})
        apps = [bed.application(repository, f"apps/{i:03}", namespace=f"bench-{i:03}", name=f"bench-{i:03}")
                for i in range(given.number)]
        print(f"{given.number} applications, {given.unrelated} MB beside them, Argo CD {bed.programs.argocd_version}, "
              f"{os.cpu_count()} cores", flush=True)
        for limit in (2, 0):
            bed.argocd.processes.pop("argocd-repo-server").stop()
            bed.argocd.repo_server(["--parallelismlimit", limit])
            name = f"--parallelismlimit {limit}" if limit else "no limit"
            failed += row(bed, apps, f"{name}, whole repository", None)
            failed += row(bed, apps, f"{name}, paths", ".")
        print(f"peak memory of a generate: {peak_memory(bed, repository.folder / 'apps' / '000') / 1024:.1f} MB")
    for failure in failed[:10]:
        print(failure, file=sys.stderr)
    print(f"{len(failed)} failures")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
