"""One container of drift-policy as a process: what the kubelet and the container runtime would give it, by bubblewrap."""
import base64
import json
import os
import pathlib
import re
import signal
import subprocess

# The parts of this machine that stand for the image's own file system.
SYSTEM = ["/usr/bin", "/usr/lib", "/usr/lib64", "/usr/share", "/etc/ssl"]
PROGRAM = "/usr/local/bin/drift-policy"


def field(pod, path):
    """A downward API field, such as metadata.name or metadata.labels['x']."""
    if path.endswith("']"):
        path, key = path[:-2].split("['")
        return pod["metadata"].get(path.split(".")[1], {}).get(key, "")
    value = pod
    for part in path.split("."):
        value = value.get(part, "") if isinstance(value, dict) else ""
    return value


class Sandbox:
    """The first container of `pod`; its files, standard output and error lie in `folder`."""

    def __init__(self, pod, cluster, programs, folder):
        self.pod, self.cluster, self.programs, self.folder = pod, cluster, programs, pathlib.Path(folder)
        self.api = cluster.admin
        self.container = pod["spec"]["containers"][0]
        self.namespace = pod["metadata"]["namespace"]
        self.log = self.folder / "log"
        self.process = None
        self.pid = None  # of the container's process 1, as this machine counts

    def start(self):
        self.folder.mkdir(parents=True)
        read, write = os.pipe()
        command = [self.programs.bwrap, *self._file_system(), "--unshare-user", "--uid", "999", "--gid", "999",
                   "--unshare-pid", "--as-pid-1", "--die-with-parent", "--info-fd", str(write), "--clearenv"]
        for name, value in self._environment().items():
            command += ["--setenv", name, value]
        words = [*self.container.get("command", [PROGRAM]), *self.container.get("args", [])]
        # $(NAME), as the kubelet does
        command += ["--", *(re.sub(r"\$\((\w+)\)", lambda name: self._environment().get(name[1], name[0]), word) for word in words)]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                                            pass_fds=[write], start_new_session=True)
        os.close(write)
        with os.fdopen(read) as info:
            self.pid = json.loads(info.read() or '{"child-pid": null}')["child-pid"]

    def wait(self):
        """The exit code, as a container runtime counts it."""
        code = self.process.wait()
        return 128 - code if code < 0 else code

    def terminate(self):
        self._signal(signal.SIGTERM)

    def kill(self):
        self._signal(signal.SIGKILL)

    def _signal(self, which):
        if self.pid and self.process.poll() is None:
            try:
                os.kill(self.pid, which)
            except ProcessLookupError:
                pass

    def message(self):
        """What terminationMessagePolicy FallbackToLogsOnError shows: the end of the log."""
        return self.log.read_text(errors="replace")[-2048:]

    def _file_system(self):
        arguments = ["--tmpfs", "/"]
        for path in SYSTEM:
            if os.path.exists(path):
                arguments += ["--ro-bind", path, path]
        for link in ("lib", "lib64", "bin"):
            arguments += ["--symlink", f"usr/{link}", f"/{link}"]
        arguments += ["--ro-bind", self.programs.drift_policy, PROGRAM, "--proc", "/proc", "--dev", "/dev"]
        volumes = {volume["name"]: volume for volume in self.pod["spec"].get("volumes", [])}
        for mount in self.container.get("volumeMounts", []):
            folder = self._volume(volumes[mount["name"]])
            source = folder / mount["subPath"] if "subPath" in mount else folder
            writable = "emptyDir" in volumes[mount["name"]] and not mount.get("readOnly")
            arguments += ["--bind" if writable else "--ro-bind", str(source), mount["mountPath"]]
        if self.container.get("securityContext", {}).get("readOnlyRootFilesystem"):
            arguments += ["--remount-ro", "/"]
        else:
            arguments += ["--tmpfs", "/tmp"]
        return arguments

    def _volume(self, volume):
        folder = self.folder / "volumes" / volume["name"]
        folder.mkdir(parents=True, exist_ok=True)
        for source in volume.get("projected", {}).get("sources", [volume]):
            for name, content in self._files(source).items():
                file = folder / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
        return folder

    def _files(self, source):
        """File name -> content of one source of a volume."""
        if "serviceAccountToken" in source:
            return {source["serviceAccountToken"]["path"]: self._token(source["serviceAccountToken"]).encode()}
        if "downwardAPI" in source:
            return {item["path"]: str(field(self.pod, item["fieldRef"]["fieldPath"])).encode()
                    for item in source["downwardAPI"]["items"]}
        if "configMap" in source or "secret" in source:
            reference = source.get("configMap") or source.get("secret")
            data = self._data("configMap" in source, reference.get("name") or reference.get("secretName"),
                              reference.get("optional", False))
            paths = {item["key"]: item["path"] for item in reference.get("items", [])} or {key: key for key in data}
            return {path: data[key] for key, path in paths.items() if key in data}
        return {}

    def _data(self, config_map, name, optional):
        kind = "ConfigMap" if config_map else "Secret"
        found = self.api.get(kind, self.namespace, name)
        if found is None:
            if optional:
                return {}
            raise RuntimeError(f"{kind} {self.namespace}/{name} is not there, and a pod needs it")
        if config_map:
            data = {key: value.encode() for key, value in found.get("data", {}).items()}
            return data | {key: base64.b64decode(value) for key, value in found.get("binaryData", {}).items()}
        return {key: base64.b64decode(value) for key, value in found.get("data", {}).items()}

    def _token(self, wanted):
        metadata = self.pod["metadata"]
        spec = {"expirationSeconds": max(600, wanted.get("expirationSeconds", 3600)),
                "boundObjectRef": {"kind": "Pod", "apiVersion": "v1", "name": metadata["name"], "uid": metadata["uid"]}}
        if "audience" in wanted:
            spec["audiences"] = [wanted["audience"]]
        path = self.api.path("ServiceAccount", self.namespace, self.pod["spec"]["serviceAccountName"], "token")
        body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec}
        return self.api.call(path, "POST", body)["status"]["token"]

    def _environment(self):
        result = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/", "HOSTNAME": self.pod["metadata"]["name"],
                  "KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": str(self.cluster.port)}
        for source in self.container.get("envFrom", []):
            reference = source.get("configMapRef") or source.get("secretRef")
            data = self._data("configMapRef" in source, reference["name"], reference.get("optional", False))
            result |= {source.get("prefix", "") + key: value.decode() for key, value in data.items()}
        for entry in self.container.get("env", []):
            result[entry["name"]] = entry["value"] if "value" in entry else self._from(entry.get("valueFrom", {}))
        return result

    def _from(self, source):
        if "fieldRef" in source:
            return str(field(self.pod, source["fieldRef"]["fieldPath"]))
        for key, config_map in (("configMapKeyRef", True), ("secretKeyRef", False)):
            if key in source:
                reference = source[key]
                data = self._data(config_map, reference["name"], reference.get("optional", False))
                return data.get(reference["key"], b"").decode()
        return ""
