"""A controller that is killed at chosen points: it speaks to the API server through a door that a test can shut, in the middle of
one of its writes too."""
import collections
import http.server
import json
import signal
import ssl
import threading
import time
import urllib.parse

import urllib3
from controllers import ACCOUNT, PLATFORM, PROGRAM
from testbed.kubernetes import ApiError, Kubernetes
from testbed.process import Process, free_port, until

# What a write may be about.
WRITES = ("a new incident", "an incident", "a sync", "a note")
ANY = "anything"
PASSED_ON = ("Authorization", "Accept", "Content-Type")


class Door:
    """Passes each request on to the API server. `syncs`: the attempts by which syncs were asked for, as far as the API server took
    them, in their order."""

    def __init__(self, user, certificate, key):
        self.user, self.port = user, free_port()
        self.pool = urllib3.PoolManager(maxsize=20, ca_certs=user.ca_file)
        self.syncs, self._plan, self._lock = [], None, threading.Lock()
        handler = type("Handler", (Handler,), {"door": self})
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def kubeconfig(self, file):
        return Kubernetes(f"https://127.0.0.1:{self.port}", self.user.token, self.user.ca_file).kubeconfig(file)

    def at_next(self, when, what, act):
        """At the next write that is about `what`, one of WRITES or ANY of them, `act` is told what it is about: 'before' the API server
        has it, which then never sees it, or 'after' it has done it, of which its author never hears."""
        with self._lock:
            self._plan = (when, what, act)

    def forget(self):
        with self._lock:
            self._plan = None

    def pass_on(self, method, path, headers, body):
        """The API server's answer; None where its author is no more."""
        when, act = self._planned(method, path, body)
        if when == "before":
            act()
            return None
        answer = self.pool.request(method, self.user.server + path, body=body, headers=headers, timeout=urllib3.Timeout(connect=10, read=600),
                                   preload_content=False, decode_content=False, retries=False)
        if method == "PATCH" and answer.status < 300:
            self._remember(json.loads(body))
        if when == "after":
            answer.read()
            act()
            return None
        return answer

    def _planned(self, method, path, body):
        with self._lock:
            what = what_of(method, path, body)
            if self._plan is None or what is None or self._plan[1] not in (what, ANY):
                return None, None
            (when, _, act), self._plan = self._plan, None
            return when, lambda: act(what)

    def _remember(self, patch):
        for entry in patch.get("operation", {}).get("info", []):
            if entry["name"] == "drift-policy.dev/incident":
                with self._lock:
                    self.syncs.append(entry["value"])


def what_of(method, path, body):
    """One of WRITES, or None."""
    parts = urllib.parse.urlsplit(path).path.split("/")
    if method == "PATCH" and "applications" in parts:
        return "a sync" if "operation" in json.loads(body) else "a note"
    if "configmaps" in parts:
        return {"POST": "a new incident", "PUT": "an incident"}.get(method)
    return None


class Handler(http.server.BaseHTTPRequestHandler):
    """One connection of the controller."""

    protocol_version = "HTTP/1.1"
    door = None

    def _pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
        headers = {name: self.headers[name] for name in PASSED_ON if name in self.headers}
        answer = self.door.pass_on(self.command, self.path, headers, body)
        if answer is None:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name in ("Content-Type", "Retry-After"):
            if name in answer.headers:
                self.send_header(name, answer.headers[name])
        if "watch=" in self.path:
            self._stream(answer)
        else:
            data = answer.read()
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    def _stream(self, answer):
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for chunk in answer.stream(decode_content=False):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        self.wfile.write(b"0\r\n\r\n")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _pass_on

    def handle(self):
        try:
            super().handle()
        except (OSError, urllib3.exceptions.HTTPError):
            self.close_connection = True  # who spoke here is killed, or the API server is stopped

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass


class Mortal:
    """The controller, through a door. `killed`: how often, by where."""

    def __init__(self, door, folder, arguments):
        self.door, self.folder = door, folder
        self.command = [PROGRAM, "controller", "-o", "jsonl", "--kubeconfig", door.kubeconfig(folder / "kubeconfig"), *arguments]
        self.killed, self._lock, self.process = collections.Counter(), threading.Lock(), None

    def kills(self):
        return sum(self.killed.values())

    def start(self):
        """A new one, which needn't wait until the Lease of the killed one is over: so it meets whatever is still under way."""
        until("the Lease is free", 30, self._free)
        self.process = Process("controller", self.command, self.folder)

    def _free(self):
        place = f"/apis/coordination.k8s.io/v1/namespaces/{PLATFORM}/leases/{ACCOUNT}"
        try:
            lease = self.door.user.call(place)
        except ApiError as error:
            return error.code == 404
        lease["spec"]["holderIdentity"] = ""
        return self.door.user.call(place, "PUT", lease)

    def lives(self):
        """Raises where it ended by itself."""
        if self.process.process.poll() not in (None, -signal.SIGKILL):
            self.process.check()
        return self.process.process.poll() is None

    def kill(self, where):
        """As the kernel does it, where it still lives."""
        with self._lock:
            if self.lives():
                self.process.process.kill()
                self.process.process.wait()
                self.killed[where] += 1

    def life(self, seconds, meanwhile, when=None, what=None):
        """From start to kill: at the next write that is about `what` (Door.at_next), or after `seconds`. Calls `meanwhile()` again and
        again."""
        if what:
            self.door.at_next(when, what, lambda about: self.kill(f"{when} {about}"))
        self.start()
        over = time.monotonic() + seconds
        while self.lives() and time.monotonic() < over:
            meanwhile()
            time.sleep(0.02)
        self.door.forget()
        self.kill("at any moment")
