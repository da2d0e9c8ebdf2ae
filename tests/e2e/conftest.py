"""What all tests share: one running test bed, and a summary at the end. Under pytest-xdist each worker is one bed: a file's tests
run on one of them, one after the other."""
import collections
import os
import pathlib
import signal
import subprocess

import pytest
from controllers import PLATFORM
from deploys import PEOPLE, api_access, install_remediation
from testbed.argocd import NAMESPACE
from testbed.bed import Bed
from testbed.process import BED, until
from testbed.programs import ROOT

CORPUS = ROOT.parent / "shared" / "corpus" / "argocd-example-apps"
SAMPLES = ROOT / "sample-apps"

# So begun, the beds end at about the same time; other files come after these. A whole run prints the times.
LONGEST_FIRST = ["test_gated", "test_gate", "test_audit", "test_approve", "test_admission_evidence", "test_source_file", "test_scenarios",
                 "test_sync", "test_audit_hooks", "test_gate_alone", "test_failures"]

COUNTS = {"passed": 0, "failed": 0, "skipped": 0}
SECONDS = collections.Counter()  # by file
LOGS = ROOT / ".tools" / "e2e" / "logs" / os.environ.setdefault("DRIFT_E2E_RUN", str(os.getpid()))

# Ended from outside, everything that was started is stopped as on Ctrl-C.
signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def bed():
    """The running cluster and Argo CD. Its logs are kept in .tools/e2e/logs where a test failed."""
    with Bed(os.environ.get("DRIFT_E2E", "current")) as running:
        print(f"\nThe test bed runs in {running.folder}")
        yield running
        if COUNTS["failed"]:
            running.keep_logs = LOGS / BED


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


@pytest.fixture(scope="module")
def kubectl(bed):
    """Runs it as the administrator; what it printed, or with check=False how it ended."""
    config = bed.cluster.admin.kubeconfig(bed.folder / "deploy.kubeconfig")

    def run(*arguments, check=True, text=None):
        done = subprocess.run([bed.programs.kubectl, "--kubeconfig", config, *map(str, arguments)], input=text,
                              capture_output=True, text=True, timeout=180, check=False)
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done.stdout if check else done
    return run


@pytest.fixture(scope="module")
def asks(bed, tmp_path_factory):
    """Argo CD's API with RBAC in force, for an account that may get applications and one that may do nothing. By the account's name:
    the flags of those who ask with its token."""
    yield api_access(bed, tmp_path_factory.mktemp("tokens"))
    admin = bed.cluster.admin
    admin.patch("ConfigMap", NAMESPACE, "argocd-cm", {"data": {f"accounts.{name}": None for name in PEOPLE}})
    admin.patch("ConfigMap", NAMESPACE, "argocd-rbac-cm", {"data": {"policy.csv": None}})


@pytest.fixture(scope="module")
def account(bed, kubectl, tmp_path_factory):
    """deploy/remediation beside deploy/controller; the account that the controller has by it."""
    folder = tmp_path_factory.mktemp("install")
    user = install_remediation(bed, kubectl, folder)
    yield user
    admin = bed.cluster.admin
    kubectl("delete", "--ignore-not-found", "-k", folder)
    admin.delete("Namespace", None, PLATFORM)
    until("the platform's namespace is gone", 60, lambda: admin.get("Namespace", None, PLATFORM) is None)


def example(path):
    """A folder of the project's samples or of the corpus; skips the test where the corpus isn't there."""
    folder = SAMPLES / path if (SAMPLES / path).exists() else CORPUS / path
    if not folder.exists():
        pytest.skip(f"{path} is in neither {SAMPLES} nor {CORPUS}")
    return pathlib.Path(folder)


def pytest_collection_modifyitems(items):
    def place(item):
        name = item.path.stem
        return LONGEST_FIRST.index(name) if name in LONGEST_FIRST else len(LONGEST_FIRST)
    items.sort(key=place)


def pytest_runtest_logreport(report):
    SECONDS[report.location[0]] += report.duration
    if report.failed:
        COUNTS["failed"] += 1
    elif report.skipped:
        COUNTS["skipped"] += 1
    elif report.when == "call" and report.passed:
        COUNTS["passed"] += 1


def pytest_terminal_summary(terminalreporter):
    if len(SECONDS) > 1:
        terminalreporter.section("seconds of each file")
        for file, seconds in SECONDS.most_common():
            terminalreporter.line(f"{seconds:6.0f} {file}")


def pytest_unconfigure(config):
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    if COUNTS["failed"] and LOGS.exists():
        print(f"\nLogs of all programs: {LOGS}")
    if COUNTS["skipped"]:
        print(f'\n{COUNTS["skipped"]} not run; `tests/e2e/run current -rs` says why')
    print(f'\n{COUNTS["passed"]} passed, {COUNTS["failed"]} failed')
