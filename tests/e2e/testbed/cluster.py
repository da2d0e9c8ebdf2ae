"""etcd, kube-apiserver and kube-controller-manager: a cluster without a node, RBAC on."""
import secrets
import subprocess

from .kubernetes import ApiError, Kubernetes
from .process import Process, free_port, listens, until

# Everything that Kubernetes does by itself to the objects of these tests. Nobody watches nodes: there is none.
CONTROLLERS = ["namespace-controller", "serviceaccount-controller", "root-ca-certificate-publisher-controller",
               "deployment-controller", "replicaset-controller", "statefulset-controller", "daemonset-controller",
               "job-controller", "cronjob-controller", "disruption-controller", "garbage-collector-controller",
               "clusterrole-aggregation-controller", "resourcequota-controller", "ttl-after-finished-controller",
               "persistentvolumeclaim-protection-controller", "validatingadmissionpolicy-status-controller",
               "horizontal-pod-autoscaler-controller"]


class Cluster:
    """A running cluster in `folder`; `admin` is the client of a member of system:masters."""

    def __init__(self, programs, folder, logs):
        self.programs, self.folder, self.logs = programs, folder, logs
        self.processes = []
        self.tokens = {"admin": secrets.token_hex(16), "controller-manager": secrets.token_hex(16)}
        self.users = {}
        self.ca_file = folder / "server.crt"
        self.port = free_port()
        self.admin = None

    def start(self):
        self.folder.mkdir(parents=True)
        self._certificates()
        self._tokens()
        etcd_port = self._etcd()
        self._api_server(etcd_port)
        self._controller_manager()
        self._node()
        return self

    def user(self, name):
        """The client of a user that `people` names; RBAC decides what it may."""
        return self.admin.as_user(self.tokens[name])

    def _certificates(self):
        """A certificate that is its own authority, and the key with which service account tokens are signed."""
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-subj", "/CN=drift-policy e2e", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
             "-keyout", self.folder / "server.key", "-out", self.ca_file], check=True, capture_output=True)
        subprocess.run(["openssl", "genrsa", "-out", self.folder / "accounts.key", "2048"], check=True, capture_output=True)

    def _tokens(self):
        people = {"alice": "platform", "bob": "platform", "mallory": "developers"}
        lines = [f'{self.tokens["admin"]},admin,admin,"system:masters"',
                 f'{self.tokens["controller-manager"]},system:kube-controller-manager,system:kube-controller-manager,']
        for name, group in people.items():
            self.tokens[name] = secrets.token_hex(16)
            lines.append(f'{self.tokens[name]},{name},{name},"{group}"')
        file = self.folder / "tokens.csv"
        file.write_text("\n".join(lines) + "\n")
        file.chmod(0o600)

    def _etcd(self):
        client, peer = free_port(), free_port()
        url = f"http://127.0.0.1:{client}"
        etcd = Process("etcd", [
            self.programs.etcd, "--data-dir", self.folder / "etcd", "--unsafe-no-fsync", "--log-level", "warn",
            "--listen-client-urls", url, "--advertise-client-urls", url,
            "--listen-peer-urls", f"http://127.0.0.1:{peer}", "--initial-advertise-peer-urls", f"http://127.0.0.1:{peer}",
            "--initial-cluster", f"default=http://127.0.0.1:{peer}"], self.logs)
        self.processes.append(etcd)
        etcd.wait_for(lambda: listens(client))
        return client

    def _api_server(self, etcd_port):
        folder = self.folder
        server = Process("kube-apiserver", [
            self.programs.kube_apiserver, f"--etcd-servers=http://127.0.0.1:{etcd_port}",
            "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", f"--secure-port={self.port}",
            f"--tls-cert-file={self.ca_file}", f"--tls-private-key-file={folder}/server.key", f"--cert-dir={folder}",
            f"--token-auth-file={folder}/tokens.csv", "--authorization-mode=RBAC", "--anonymous-auth=false",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={folder}/accounts.key", f"--service-account-signing-key-file={folder}/accounts.key",
            "--service-cluster-ip-range=10.96.0.0/16", "--endpoint-reconciler-type=none",
            "--enable-priority-and-fairness=false", "--allow-privileged=true"], self.logs)
        self.processes.append(server)
        self.admin = Kubernetes(f"https://127.0.0.1:{self.port}", self.tokens["admin"], self.ca_file)
        server.wait_for(lambda: self.admin.call("/readyz") == "ok", 120)

    def _controller_manager(self):
        config = self.admin.as_user(self.tokens["controller-manager"]).kubeconfig(self.folder / "controller-manager.kubeconfig")
        port = free_port()
        manager = Process("kube-controller-manager", [
            self.programs.kube_controller_manager, f"--kubeconfig={config}", "--use-service-account-credentials=true",
            f"--service-account-private-key-file={self.folder}/accounts.key", f"--root-ca-file={self.ca_file}",
            "--bind-address=127.0.0.1", f"--secure-port={port}", f"--cert-dir={self.folder}", "--leader-elect=false",
            "--controllers=" + ",".join(CONTROLLERS), "--concurrent-job-syncs=5"], self.logs)
        self.processes.append(manager)
        manager.wait_for(lambda: self.admin.get("ServiceAccount", "default", "default"), 60)

    def _node(self):
        """What the stand-in for the kubelet binds pods to; DaemonSets need it to make pods at all."""
        self.admin.create({"apiVersion": "v1", "kind": "Node",
                           "metadata": {"name": "e2e", "labels": {"kubernetes.io/os": "linux", "kubernetes.io/hostname": "e2e"}}})
        ready = {"status": {"conditions": [{"type": "Ready", "status": "True", "reason": "StandIn"}],
                            "allocatable": {"cpu": "64", "memory": "256Gi", "pods": "1000"},
                            "capacity": {"cpu": "64", "memory": "256Gi", "pods": "1000"}}}
        self.admin.patch("Node", None, "e2e", ready, sub="status", strategic=True)

    def namespace(self, name):
        """Makes it, with its default service account."""
        try:
            self.admin.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        except ApiError as error:
            if error.code != 409:
                raise
        until(f"{name} has its account", 30, lambda: self.admin.get("ServiceAccount", name, "default"))

    def stop(self):
        for process in reversed(self.processes):
            process.stop()
