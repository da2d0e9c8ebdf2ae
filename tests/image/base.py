"""Debian's base image, made from Debian itself: this machine may have no way to a container registry."""
import glob
import re
import subprocess

NAME = "docker.io/library/debian:bookworm-slim"
SUITE = "bookworm"
# What Debian's slim image leaves out as well.
SLIM = """path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
path-exclude /usr/share/lintian/*
"""


def mirror():
    """Where this machine's apt has Debian from."""
    for path in ["/etc/apt/sources.list", *sorted(glob.glob("/etc/apt/sources.list.d/*"))]:
        try:
            with open(path, encoding="utf-8") as file:
                lines = [line for line in file if not line.lstrip().startswith("#")]
        except FileNotFoundError:
            continue
        for uri in re.findall(r"https?://\S+", "".join(lines)):
            if uri.rstrip("/").endswith("/debian"):
                return uri.rstrip("/")
    return "http://deb.debian.org/debian"


def apt_settings():
    """How this machine's apt reaches its mirrors (proxies, checks of dates), for the apt of a build; never part of an image."""
    kept = ("Acquire::http", "Acquire::https", "Acquire::Check-", "Acquire::Retries")
    text = subprocess.run(["apt-config", "dump"], check=True, capture_output=True, text=True).stdout
    return "".join(line + "\n" for line in text.splitlines() if line.startswith(kept))


def make(folder, buildah):
    """Bootstraps Debian into `folder` and commits it as the base image."""
    subprocess.run(["debootstrap", "--variant=minbase", SUITE, folder, mirror()], check=True, stdout=subprocess.DEVNULL)
    (folder / "etc/dpkg/dpkg.cfg.d/slim").write_text(SLIM)
    subprocess.run(["chroot", folder, "apt-get", "clean"], check=True)
    for path in ("usr/share/doc", "usr/share/info", "usr/share/locale", "usr/share/man", "var/lib/apt/lists", "var/log"):
        subprocess.run(["find", folder / path, "-type", "f", "-delete"], check=True)
    updates = mirror().removesuffix("/debian") + "/debian-security"
    (folder / "etc/apt/sources.list").write_text(
        f"deb {mirror()} {SUITE} main\ndeb {mirror()} {SUITE}-updates main\ndeb {updates} {SUITE}-security main\n")
    container = buildah("from", "scratch").strip()
    buildah("copy", "--quiet", container, folder, "/")
    buildah("commit", "--quiet", "--rm", container, NAME)
