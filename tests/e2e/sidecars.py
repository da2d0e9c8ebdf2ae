"""The sidecars of a patched argocd-repo-server, run as the Deployment says: what the kubelet would do after `kubectl apply`."""
from testbed.argocd import NAMESPACE

CONFIG = "/home/argocd/cmp-server/config"
POLICY = "/home/argocd/cmp-server/drift-policy"


class Sidecars:
    """The cmp-servers that the Deployment has now; `update` after each change of it or of its ConfigMaps."""

    def __init__(self, bed, folder, image):
        self.bed, self.folder, self.image = bed, folder, image
        self.running = {}  # plugin's name -> what it was started with

    def update(self):
        wanted = dict(self._of_deployment())
        for name in [name for name, how in self.running.items() if wanted.get(name) != how]:
            self.stop(name)
        for name, how in wanted.items():
            if name not in self.running:
                self._start(name, *how)

    def _of_deployment(self):
        spec = self.bed.cluster.admin.get("Deployment", NAMESPACE, "argocd-repo-server")["spec"]["template"]["spec"]
        volumes = {volume["name"]: volume for volume in spec["volumes"]}
        for container in spec["containers"]:
            if not container["name"].startswith("drift-policy"):
                continue
            files = {}
            for mount in container["volumeMounts"]:
                source = volumes[mount["name"]].get("configMap")
                if source:
                    files |= self._mounted(source["name"], mount)
            environment = {entry["name"]: entry.get("value", "") for entry in container.get("env", [])}
            plugin = files.get(f"{CONFIG}/plugin.yaml", "metadata:\n  name: drift-policy\n")
            name = next(line.split()[1] for line in plugin.splitlines() if line.startswith("  name:"))
            policies = tuple(sorted((path, text) for path, text in files.items() if path.startswith(POLICY)))
            yield name, (policies, tuple(sorted(environment.items())))

    def _mounted(self, config_map, mount):
        found = self.bed.cluster.admin.get("ConfigMap", NAMESPACE, config_map)
        assert found, f"the ConfigMap {config_map} is mounted and isn't there"
        if "subPath" in mount:
            return {mount["mountPath"]: found["data"][mount["subPath"]]}
        return {f"{mount['mountPath']}/{key}": text for key, text in found["data"].items()}

    def _start(self, name, policies, environment):
        folder = self.folder / name
        for path, text in policies:
            file = folder / path.removeprefix(POLICY + "/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        given = dict(environment)
        assert given["DRIFT_POLICY_IMAGE"] == self.image, "hooks run the sidecar's own image"
        given["DRIFT_POLICY_PATH"] = str(folder)
        self.bed.argocd.cmp_server(name, **given)
        self.running[name] = (policies, environment)

    def stop(self, name):
        self.bed.argocd.stop_cmp_server(name)
        del self.running[name]
