"""python3 -m testbed [current|old]: starts everything, says where it answers, and stops it on Ctrl-C."""
import signal
import sys
import threading

from .bed import Bed


def main():
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with Bed(sys.argv[1] if len(sys.argv) > 1 else "current") as bed:
        print(f"export KUBECONFIG={bed.argocd.folder / 'admin.kubeconfig'}\nexport PATH={bed.programs.path}\n"
              f"# Argo CD: {bed.argocd.url} (no password), logs: {bed.logs}; Ctrl-C stops everything", flush=True)
        stopped.wait()


main()
