"""Programs that run beside the tests: started with a log, awaited until they answer, stopped by process id."""
import contextlib
import os
import random
import signal
import socket
import subprocess
import time

# Below those that the kernel takes for connections. Of beds side by side each has its part: a port that was free could be
# another's before its program listens.
PORTS = range(15000, 32000)
# Which of the beds of this run this process has (pytest-xdist says it), such as gw0; '' where there is only one.
BED = os.environ.get("PYTEST_XDIST_WORKER", "")
BEDS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
TAKEN = set()


def free_port():
    """A port of 127.0.0.1 that nobody listens on; at random, so that two test runs don't choose the same."""
    width = len(PORTS) // BEDS
    ours = PORTS[int(BED.removeprefix("gw") or 0) * width:][:width]
    while True:
        port = random.choice(ours)
        if port in TAKEN:
            continue
        with contextlib.closing(socket.socket()) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        TAKEN.add(port)
        return port


def until(what, seconds, check, every=0.1):
    """Calls `check` until it returns something true, and returns that. After `seconds`: TimeoutError, with what the last
    call said. An exception of the check counts as not yet."""
    deadline = time.monotonic() + seconds
    last = None
    while True:
        try:
            last = check()
            if last:
                return last
        except Exception as error:  # pylint: disable=broad-except # whatever isn't ready yet
            last = error
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds} s: {what}; last: {last!r}")
        time.sleep(every)


class Process:
    """One program with its log file, in a process group of its own; it doesn't outlive the thread that started it."""

    def __init__(self, name, command, log_folder, env=None, cwd=None):
        self.name = name
        self.log = log_folder / f"{name}.log"
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                ["/usr/bin/setpriv", "--pdeathsig", "KILL", *(str(part) for part in command)], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                env=env, cwd=cwd, start_new_session=True)

    def check(self):
        """Raises where the program has ended, with the end of its log."""
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.name} ended with {self.process.returncode}:\n{self.tail()}")

    def tail(self, lines=15):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def wait_for(self, check, seconds=60):
        """Until `check` returns something true; at once an error where the program ends before."""
        def alive():
            return self.process.poll() is not None or check()
        try:
            until(f"{self.name} answers", seconds, alive)
        except TimeoutError as error:
            raise TimeoutError(f"{error}\n{self.tail()}") from None
        self.check()
        return self

    def ask_to_stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, how)

    def stop(self, seconds=10, how=signal.SIGTERM):
        self.ask_to_stop(how)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)


def listens(port):
    with contextlib.closing(socket.socket()) as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
