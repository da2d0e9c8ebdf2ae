"""Argo CD's own programs, beside the cluster: redis, cmp-servers, repo-server, application controller, API server."""
import shutil
import signal
import subprocess
import urllib.parse

import yaml

from .kubernetes import request
from .process import Process, free_port, listens, until
from .programs import ROOT

NAMESPACE = "argocd"


class ArgoCD:
    """A running Argo CD whose destination `https://kubernetes.default.svc` is the cluster."""

    def __init__(self, programs, cluster, folder, logs):
        self.programs, self.cluster, self.folder, self.logs = programs, cluster, folder, logs
        self.processes = {}
        self.plugins = folder / "plugins"  # the sockets: one per cmp-server
        self.extensions = folder / "extensions"  # of the web pages, for the guarded server
        self.guarded_url = None
        self.ports = {name: free_port() for name in ("redis", "repo", "repo-metrics", "controller-metrics", "server",
                                                     "server-metrics", "appset", "appset-probe", "appset-webhook")}
        self.url = f"http://127.0.0.1:{self.ports['server']}"

    def start(self, repo_server_arguments=()):
        for name in ("plugins", "home", "tmp", "tls", "ssh", "etc"):
            (self.folder / name).mkdir(parents=True)
        self._install()
        self._redis()
        self.cmp_server("drift-policy")
        self.repo_server(repo_server_arguments)
        self._controller()
        self._server()
        return self

    def environment(self, name, **more):
        """What the program `name` of Argo CD gets: nothing of the caller's environment but PATH."""
        return {"PATH": self.programs.path, "HOME": str(self.folder / "home"), "TMPDIR": str(self.folder / "tmp"),
                "ARGOCD_BINARY_NAME": name, "ARGOCD_PLUGINSOCKFILEPATH": str(self.plugins), "ARGOCD_GPG_ENABLED": "false",
                "ARGOCD_TLS_DATA_PATH": str(self.folder / "tls"), "ARGOCD_SSH_DATA_PATH": str(self.folder / "ssh"),
                "ARGOCD_ASK_PASS_SOCK": str(self.folder / "ask-pass.sock"), "ARGOCD_FAKE_IN_CLUSTER": "true", **more}

    def _install(self):
        """A stock installation: Argo CD's own install.yaml, with its roles, accounts and custom resources."""
        self.cluster.namespace(NAMESPACE)
        kubeconfig = self.cluster.admin.kubeconfig(self.folder / "admin.kubeconfig")
        subprocess.run([self.programs.kubectl, "--kubeconfig", kubeconfig, "-n", NAMESPACE, "apply", "--server-side", "-f",
                        self.programs.manifests()], check=True, capture_output=True)
        project = {"apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject",
                   "metadata": {"name": "default", "namespace": NAMESPACE},
                   "spec": {"sourceRepos": ["*"], "destinations": [{"server": "*", "namespace": "*"}],
                            "clusterResourceWhitelist": [{"group": "*", "kind": "*"}]}}
        until("AppProjects can be made", 30, lambda: self.cluster.admin.create(project))

    def _start(self, name, arguments, answers, program=None, seconds=60, inside=(), **environment):
        program = program or name
        process = Process(name, [*inside, self.programs.argocd, *arguments], self.logs,
                          self.environment(program, **environment), cwd=self.folder)
        self.processes[name] = process
        process.wait_for(answers, seconds)
        return process

    def _redis(self):
        port = self.ports["redis"]
        redis = Process("redis", [self.programs.redis, "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                                  "--dir", self.folder], self.logs)
        self.processes["redis"] = redis
        redis.wait_for(lambda: listens(port))

    def cmp_server(self, name, spec=None, **environment):
        """A sidecar with our cmp/plugin.yaml under that name, with these variables more in its environment. `spec`: what
        stands under spec otherwise. Its temp folder is `temp(name)`."""
        config = self.folder / "etc" / name
        config.mkdir()
        plugin = yaml.safe_load((ROOT / "cmp" / "plugin.yaml").read_text())
        plugin["metadata"]["name"] = name
        plugin["spec"] |= spec or {}
        (config / "plugin.yaml").write_text(yaml.safe_dump(plugin))
        self.temp(name).mkdir()
        given = {"TMPDIR": str(self.temp(name)), "ARGOCD_CMP_WORKDIR": str(self.temp(name)),
                 "DRIFT_POLICY_IMAGE": "drift-policy:e2e", "ARGOCD_PLUGINSOCKFILEPATH": str(self.plugins), **environment}
        socket = self.plugins / f"{name}.sock"
        return self._start(f"cmp-{name}", ["--config-dir-path", config, "--loglevel", "info"], socket.exists,
                           "argocd-cmp-server", **given)

    def stop_cmp_server(self, name):
        self.processes.pop(f"cmp-{name}").stop(how=signal.SIGKILL)  # asked nicely it waits for repo-server's connections
        (self.plugins / f"{name}.sock").unlink(missing_ok=True)
        shutil.rmtree(self.temp(name), ignore_errors=True)
        shutil.rmtree(self.folder / "etc" / name)

    def temp(self, name):
        return self.folder / f"tmp-{name}"

    def repo_server(self, arguments=()):
        port = self.ports["repo"]
        return self._start("argocd-repo-server", [
            "--redis", f"127.0.0.1:{self.ports['redis']}", "--address", "127.0.0.1", "--port", port,
            "--metrics-address", "127.0.0.1", "--metrics-port", self.ports["repo-metrics"],
            # As deploy/paths sets it.
            "--plugin-use-manifest-generate-paths", "--plugin-tar-exclude", ".git", *arguments], lambda: listens(port))

    def _kubeconfig(self, account):
        """As the service account that the program has in a stock installation."""
        token = self.cluster.admin.service_account_token(NAMESPACE, account)
        return self.cluster.admin.as_user(token).kubeconfig(self.folder / f"{account}.kubeconfig")

    def _controller(self):
        config = self._kubeconfig("argocd-application-controller")
        port = self.ports["controller-metrics"]
        self._start("argocd-application-controller", [
            "--kubeconfig", config, "--namespace", NAMESPACE, "--redis", f"127.0.0.1:{self.ports['redis']}",
            "--repo-server", f"127.0.0.1:{self.ports['repo']}", "--metrics-port", port, "--app-resync", "3600",
            "--repo-server-timeout-seconds", "30", "--self-heal-timeout-seconds", "1", "--repo-error-grace-period-seconds", "0"],
            lambda: listens(port), KUBECONFIG=str(config), ARGOCD_SYNC_WAVE_DELAY="0",
            # Without the two seconds between waves a hook is judged at once, and by a cache that takes events in every 100 ms alone
            # the Job of the sync before is taken for the new one (docs/security.md).
            ARGOCD_CLUSTER_CACHE_BATCH_EVENTS_PROCESSING="false")

    def _server(self):
        self._start_server("argocd-server", self.ports["server"], self.ports["server-metrics"], "--disable-auth")

    def guarded_server(self):
        """One more argocd-server, where people log in and RBAC holds; a function that calls its API."""
        name = "argocd-server-guarded"
        if name not in self.processes:
            self.ports |= {name: free_port(), name + "-metrics": free_port()}
            self.extensions.mkdir()
            # What stands in it is served as /extensions.js; the path is Argo CD's, and other test beds have their own.
            inside = [self.programs.bwrap, "--dev-bind", "/", "/", "--bind", str(self.extensions), "/tmp/extensions", "--die-with-parent"]
            self._start_server(name, self.ports[name], self.ports[name + "-metrics"], inside=inside)
        self.guarded_url = f"http://127.0.0.1:{self.ports[name]}"

        def call(path, method="GET", body=None, token=None):
            return request(f"http://127.0.0.1:{self.ports[name]}{path}", token, method, body)
        return call

    def _start_server(self, name, port, metrics, *arguments, inside=()):
        config = self._kubeconfig("argocd-server")
        self._start(name, [
            "--kubeconfig", config, "--namespace", NAMESPACE, "--insecure", "--repo-server-timeout-seconds", "20",
            "--address", "127.0.0.1", "--port", port, "--metrics-address", "127.0.0.1", "--metrics-port", metrics,
            "--redis", f"127.0.0.1:{self.ports['redis']}", "--repo-server", f"127.0.0.1:{self.ports['repo']}", *arguments],
            lambda: request(f"http://127.0.0.1:{port}/api/version"), "argocd-server", inside=inside, KUBECONFIG=str(config))

    def applicationset_controller(self):
        """Only where a test wants it."""
        if "argocd-applicationset-controller" in self.processes:
            return
        config = self._kubeconfig("argocd-applicationset-controller")
        port = self.ports["appset"]
        self._start("argocd-applicationset-controller", [
            "--kubeconfig", config, "--namespace", NAMESPACE, "--argocd-repo-server", f"127.0.0.1:{self.ports['repo']}",
            "--metrics-addr", f"127.0.0.1:{port}", "--probe-addr", f"127.0.0.1:{self.ports['appset-probe']}",
            "--webhook-addr", f"127.0.0.1:{self.ports['appset-webhook']}"],
            lambda: listens(port), KUBECONFIG=str(config))

    def call(self, path, method="GET", body=None, **options):
        """Argo CD's own REST API."""
        return request(self.url + path, None, method, body, **options)

    def app_details(self, application):
        """What the repo-server says of an application's source, the plugin's announced parameters among it."""
        source = application["spec"]["source"]
        url = urllib.parse.quote(source["repoURL"], safe="")
        return self.call(f"/api/v1/repositories/{url}/appdetails", "POST",
                         {"source": source, "appName": application["metadata"]["name"], "appProject": "default"})

    def admin(self, *arguments, check=True):
        """`argocd admin …`, offline."""
        return subprocess.run([self.programs.argocd, "admin", *map(str, arguments)], env=self.environment("argocd"),
                              capture_output=True, text=True, check=check)

    def stop(self):
        for process in reversed(list(self.processes.values())):
            process.ask_to_stop()
        for process in reversed(list(self.processes.values())):
            process.stop()
