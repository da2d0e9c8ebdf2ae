"""The image as the Dockerfile makes it, by buildah without a daemon, and containers of it as a container runtime starts them."""
import json
import pathlib
import subprocess

import base
from testbed.programs import ROOT

NAME = "drift-policy"


class BuildFailed(Exception):
    """The text is the build's log."""


class Store:
    """buildah with its images in a folder of its own; nothing of this machine's other images is seen or touched."""

    def __init__(self, folder):
        self.folder = folder
        self.command = ["buildah", "--storage-driver", "vfs", "--root", str(folder / "store"), "--runroot", str(folder / "run")]
        settings = folder / "apt.conf.d"  # in place of the base's own: a new file there would leave its mount point behind
        settings.mkdir(exist_ok=True)
        (settings / "99machine").write_text(base.apt_settings())
        self.settings = f"{settings}:/etc/apt/apt.conf.d:ro"
        if not self("images", "--quiet", "--filter", f"reference={base.NAME}"):
            base.make(folder / "base", self)

    def __call__(self, *arguments):
        done = subprocess.run([*self.command, *map(str, arguments)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"buildah {arguments[0]}: {done.stderr}")
        return done.stdout

    def build(self, arguments, *options, context=ROOT):
        """`docker build` with these build arguments; its log. BuildFailed where it does."""
        given = [word for name, value in arguments.items() for word in ("--build-arg", f"{name}={value}")]
        done = subprocess.run([*self.command, "bud", "--isolation", "chroot", "--pull-never", "--layers", "--volume", self.settings,
                               *given, *options, str(context)],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode != 0:
            raise BuildFailed(done.stdout)
        return done.stdout

    def inspect(self, name=NAME):
        return json.loads(self("inspect", "--type", "image", name))

    def layers(self, name=NAME):
        """(bytes, what made it) of each layer, the base first."""
        image = self.inspect(name)
        sizes = {layer.get("diff-digest"): layer.get("diff-size")
                 for layer in json.loads((self.folder / "store" / "vfs-layers" / "layers.json").read_text())}
        made = [entry["created_by"] for entry in image["OCIv1"]["history"] if not entry.get("empty_layer")]
        return [(sizes[digest], how) for digest, how in zip(image["OCIv1"]["rootfs"]["diff_ids"], made)]


class Container:
    """One container of the image: its file system read-only, /tmp its own, as the user that the image names; no capabilities and no
    way to get any."""

    def __init__(self, store, name=NAME):
        self.store = store
        self.name = store("from", "--pull-never", name).strip()
        self.root = pathlib.Path(store("mount", self.name).strip())
        self.config = store.inspect(name)["OCIv1"]["config"]

    def command(self, *arguments, binds=(), env=None, folder=None, network=False):
        """The command line that starts it; `binds`: (folder of this machine, place inside, may write)."""
        user = self.config["User"]
        line = ["bwrap", "--bind", str(self.root), "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--chmod", "1777", "/tmp"]
        for source, place, writable in binds:
            line += ["--bind" if writable else "--ro-bind", str(source), place]
        line += ["--remount-ro", "/", "--unshare-pid", "--unshare-ipc", "--unshare-uts", *([] if network else ["--unshare-net"]), "--die-with-parent", "--new-session",
                 "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP",
                 "--chdir", folder or self.config["WorkingDir"], "--clearenv"]
        environment = dict(entry.split("=", 1) for entry in self.config["Env"]) | {"HOME": "/home/argocd"} | (env or {})
        for name, value in environment.items():
            line += ["--setenv", name, value]
        return line + ["--", "setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--no-new-privs",
                       "--inh-caps=-all", "--bounding-set=-all", *map(str, arguments)]

    def run(self, *arguments, **options):
        """Runs a command in it; the finished process."""
        return subprocess.run(self.command(*arguments, **options), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=120, check=False)

    def remove(self):
        self.store("umount", self.name)
        self.store("rm", self.name)
