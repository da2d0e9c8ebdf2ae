"""Chromium with a page of Argo CD's kind, driven by extensions/ui/browser/drive.mjs."""
import json
import os
import subprocess

from testbed.programs import ROOT

UI = ROOT / "extensions" / "ui"
BUILT = UI / "dist" / "extension-drift-policy.js"


class BrowserError(Exception):
    """What the page or the driver said."""


class Browser:
    """`with Browser() as browser: browser("click", name="Approve")`: does that (drive.mjs has the list) and returns its result."""

    def __enter__(self):
        self.process = subprocess.Popen(["node", UI / "browser" / "drive.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"})
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(30)
        finally:
            self.process.kill()

    def __call__(self, what, **request):
        self.process.stdin.write(json.dumps({"do": what, **request}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise BrowserError(f"{what}: the driver has ended")
        answer = json.loads(line)
        if "error" in answer:
            raise BrowserError(f'{what} {request}: {answer["error"]}')
        return answer["value"]
