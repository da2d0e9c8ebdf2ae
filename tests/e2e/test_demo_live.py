"""`make demo-live`: its acts, on the bed of the tests, show what they promise on three screens; Ctrl-C leaves nothing behind."""
import contextlib
import io
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

import pytest
from demo_live import Platform, show, terminal
from terminal import Stopped, shortened
from testbed.process import until
from testbed.programs import E2E

LINES = 120  # three screens


class Demo:
    """The demo in a folder of its own for all that it makes."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="demo-", dir="/tmp"))  # a path to a socket has to be short
        self.process = subprocess.Popen([E2E / "demo-live"], env={**os.environ, "TMPDIR": str(self.folder)}, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def programs(self):
        """What runs with something of the folder in its command line."""
        wanted, found = str(self.folder).encode(), []
        for place in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                command = place.read_bytes()
            except OSError:
                continue  # it has ended
            if wanted in command:
                found.append(command)
        return found

    def ended(self, seconds):
        """Exit code and what it said; nothing of it is left."""
        out, err = self.process.communicate(timeout=seconds)
        until("its programs have ended", 20, lambda: not self.programs())
        assert not list(self.folder.iterdir())
        return self.process.returncode, out, err


@pytest.fixture
def demo():
    running = Demo()
    yield running
    if running.process.poll() is None:
        running.process.send_signal(signal.SIGINT)
        running.process.wait(60)
    shutil.rmtree(running.folder, ignore_errors=True)


@pytest.fixture
def platform(bed, account, asks, tmp_path):
    made = Platform(bed, tmp_path)
    made.account_and_flags = lambda: (account, asks("drift-policy"))
    yield made
    made.remove()


def test_it_shows_the_three_things_and_what_followed(bed, platform):
    written = io.StringIO()
    with contextlib.ExitStack() as stack:
        try:
            show(terminal(bed.programs, written), stack, platform, platform.account_and_flags)
        finally:
            print(written.getvalue())
    out = written.getvalue()
    assert len(out.splitlines()) <= LINES and "\033" not in out
    parts = out.split("\n\n1. ")[1]
    scaled, parts = parts.split("\n2. ")
    exposed, parts = parts.split("\n3. ")
    deleted, left = parts.split("\n4. ")
    assert "$ kubectl -n drift-low scale deployment/storefront --replicas=5\n" in scaled and "storefront   2/2 " in scaled
    assert "LoadBalancer (cluster) -> ClusterIP (Git)" in exposed and "asked for: approval of medium, by platform" in exposed
    assert "$ drift-policy approve orders " in exposed and exposed.rindex("ClusterIP ") > exposed.index("$ drift-policy approve")
    assert "ledger-database   Opaque" in deleted and "-emergency " in deleted
    assert left.count(" resolved ") == 3 and "approve alice" in left and "6 records are there and right" in left


def test_ctrl_c_leaves_nothing_behind(demo):
    until("the API server runs", 120, lambda: any(b"kube-apiserver" in command for command in demo.programs()))
    demo.process.send_signal(signal.SIGINT)
    code, _, err = demo.ended(60)
    assert code == 130 and "nothing is left running" in err


def test_what_fails_or_takes_too_long_ends_it_with_a_message(bed):
    shown = terminal(bed.programs, io.StringIO())
    with pytest.raises(Stopped, match="not within 0 s: a miracle happens"):
        shown.wait("a miracle happens", 0, lambda: None)
    with pytest.raises(Stopped, match="`drift-policy approve` ended with 2"):
        shown.run("drift-policy approve")


def test_what_is_long_is_shortened():
    assert shortened(["a", "b"], 2) == ["a", "b"]
    assert shortened(["a", "b", "c"], 1) == ["a", "  (2 more lines)"]
    assert shortened(["a", "b", "c"], 2, last=True) == ["  (1 more line)", "b", "c"]
    assert shortened(["x" * 200], 1) == ["x" * 127 + "..."]
