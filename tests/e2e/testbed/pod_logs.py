"""The logs of pods, where the API server asks the kubelet for them: https://NODE/containerLogs/NAMESPACE/POD/CONTAINER."""
import datetime
import http.server
import ssl
import threading


class PodLogs:
    """A server for the only node's logs. `files`: (namespace, pod) -> the file with its log."""

    def __init__(self, cluster):
        self.cluster, self.files, self.server, self.serving = cluster, {}, None, False

    def start(self):
        files = self.files

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):  # pylint: disable=invalid-name
                self.wfile.write(answer(files, self.path))

            def log_message(self, *_):  # pylint: disable=arguments-differ
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.cluster.ca_file, self.cluster.folder / "server.key")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, name="pod logs", daemon=True).start()
        self.serving = True
        where = {"addresses": [{"type": "InternalIP", "address": "127.0.0.1"}],
                 "daemonEndpoints": {"kubeletEndpoint": {"Port": self.server.server_port}}}
        self.cluster.admin.patch("Node", None, "e2e", {"status": where}, sub="status", strategic=True)

    def stop(self):
        if self.serving:
            self.server.shutdown()  # waits for the thread, so for ever where there is none
        if self.server:
            self.server.server_close()


def answer(files, path):
    """The whole answer: each line with a time before it, which Argo CD asks for; the time is that of the request."""
    parts = path.split("?")[0].strip("/").split("/")
    file = files.get(tuple(parts[1:3])) if parts[0] == "containerLogs" else None
    if file is None or not file.exists():
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    now = datetime.datetime.now(datetime.timezone.utc).isoformat().replace("+00:00", "Z")
    body = b"".join(f"{now} ".encode() + line + b"\n" for line in file.read_bytes().splitlines())
    return f"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body
