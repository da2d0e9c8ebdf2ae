"""What a demo writes: headings, the commands that it runs and what they print, and what it waits for."""
import contextlib
import os
import shlex
import shutil
import subprocess
import sys
import threading
import time

from testbed.process import until


WIDTH = 130  # longer lines are cut


class Stopped(Exception):
    """A command failed, or something didn't come about; the message says which."""


class Terminal:
    """`env`: what its commands get."""

    def __init__(self, env, out=sys.stdout):
        self.env, self.out = env, out
        self.live = out.isatty() and env.get("TERM") != "dumb"
        self.colours = self.live and not os.environ.get("NO_COLOR")

    def _style(self, code, text):
        return f"\033[{code}m{text}\033[0m" if self.colours else text

    def say(self, text):
        print(text, file=self.out, flush=True)

    def title(self, text):
        self.say("\n" + self._style("1", text))

    def run(self, command, most=40, last=False, **env):
        """Shows the command and the first `most` lines of what it prints, or the last ones."""
        self.say(self._style("36", f"$ {command}"))
        done = subprocess.run(shlex.split(command), env={**self.env, **{name: str(value) for name, value in env.items()}}, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        for line in shortened(done.stdout.splitlines(), most, last):
            self.say(line)
        if done.returncode:
            raise Stopped(f"`{command}` ended with {done.returncode}")

    @contextlib.contextmanager
    def during(self, what):
        """Says what is done meanwhile, on a terminal how long it has been, and at the end how long it took."""
        began, over = time.monotonic(), threading.Event()

        def line():
            return f"  ... {what} ({time.monotonic() - began:.0f} s)"

        def tick():
            while True:
                print("\r" + line()[:shutil.get_terminal_size().columns - 1], end="", file=self.out, flush=True)
                if over.wait(1):
                    return
        ticking = threading.Thread(target=tick, daemon=True)
        if self.live:
            ticking.start()
        try:
            yield
        finally:
            over.set()
            if self.live:
                ticking.join()
                print("\r\033[K", end="", file=self.out, flush=True)
        self.say(self._style("2", line()))

    def wait(self, what, seconds, check):
        """Until `check` returns something true, which it returns; says so as `during` does."""
        with self.during(what):
            try:
                return until(what, seconds, check)
            except TimeoutError as error:
                raise Stopped(str(error)) from None


def shortened(lines, most, last=False):
    """The first `most`, or the last ones, and how many were left out (`more`); each cut to WIDTH."""
    kept = lines[-most:] if last else lines[:most]
    kept = [line if len(line) <= WIDTH else line[:WIDTH - 3] + "..." for line in kept]
    if len(lines) <= most:
        return kept
    count = len(lines) - most
    left_out = [f"  ({count} more {'line' if count == 1 else 'lines'})"]
    return left_out + kept if last else kept + left_out
