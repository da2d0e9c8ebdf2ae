"""What all tests share: one running test bed, and a summary at the end."""
import os
import pathlib
import signal

import pytest
from testbed.bed import Bed
from testbed.programs import ROOT

CORPUS = ROOT.parent / "shared" / "corpus" / "argocd-example-apps"
SAMPLES = ROOT / "sample-apps"

COUNTS = {"passed": 0, "failed": 0, "skipped": 0}

# Ended from outside, everything that was started is stopped as on Ctrl-C.
signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def bed():
    """The running cluster and Argo CD. Its logs are kept in .tools/e2e/logs where a test failed."""
    logs = ROOT / ".tools" / "e2e" / "logs" / str(os.getpid())
    with Bed(os.environ.get("DRIFT_E2E", "current")) as running:
        print(f"\nThe test bed runs in {running.folder}")
        yield running
        if COUNTS["failed"]:
            running.keep_logs = logs
    if COUNTS["failed"]:
        print(f"\nLogs of all programs: {logs}")


@pytest.fixture
def repository(bed):
    return bed.repository()


@pytest.fixture
def application(bed):
    """Makes Applications as `bed.application` does, and deletes them after the test."""
    made = []

    def make(*arguments, **options):
        made.append(bed.application(*arguments, **options))
        return made[-1]
    yield make
    for app in made:
        app.delete()


@pytest.fixture
def sidecar(bed):
    """Starts cmp-servers as `ArgoCD.cmp_server` does, and stops them after the test."""
    started = []

    def start(name, spec=None, **environment):
        started.append(name)
        return bed.argocd.cmp_server(name, spec, **environment)
    yield start
    for name in started:
        bed.argocd.stop_cmp_server(name)


def example(path):
    """A folder of the project's samples or of the corpus; skips the test where the corpus isn't there."""
    folder = SAMPLES / path if (SAMPLES / path).exists() else CORPUS / path
    if not folder.exists():
        pytest.skip(f"{path} is in neither {SAMPLES} nor {CORPUS}")
    return pathlib.Path(folder)


def pytest_runtest_logreport(report):
    if report.failed:
        COUNTS["failed"] += 1
    elif report.skipped:
        COUNTS["skipped"] += 1
    elif report.when == "call" and report.passed:
        COUNTS["passed"] += 1


def pytest_unconfigure(config):
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    if COUNTS["skipped"]:
        print(f'\n{COUNTS["skipped"]} not run; `tests/e2e/run current -rs` says why')
    print(f'\n{COUNTS["passed"]} passed, {COUNTS["failed"]} failed')
