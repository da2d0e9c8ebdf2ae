"""Reading deploy/: what `drift-policy generate install` writes, built by Kustomize part by part."""
import os
import pathlib
import re
import subprocess
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("DRIFT_POLICY", str(ROOT / "build" / "drift-policy"))
LEFT_OUT = ("observe", "paths", "health", "actions", "gated")  # of `generate install --without`
# What stands for values: Argo CD's namespace and the image. The namespace of the hooks isn't `generate install`'s to choose.
ARGOCD, IMAGE, HOOKS = "zz-argocd-zz", "zz.example/image:0", "drift-policy"
HOOK_ACCOUNT = re.compile(r"drift-policy-(gate|audit|alert)-(.+)")
GENERATED = re.compile(r"(drift-policy(?:-observe|-plugin)?)-[2456789bcdfghkmt]{10}")  # by Kustomize, with a hash


def said(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def identity(thing):
    return thing["kind"], thing["metadata"].get("namespace"), thing["metadata"]["name"]


def read_objects(folder):
    """By kind, namespace and name; ConfigMaps without the hash that Kustomize adds, since what mounts them here has no such name."""
    text = said("kubectl", "kustomize", str(folder))
    for kind, _, name in map(identity, yaml.load_all(text, Loader=yaml.CSafeLoader)):
        if kind == "ConfigMap" and (generated := GENERATED.fullmatch(name)):
            text = text.replace(f"name: {name}\n", f"name: {generated[1]}\n")
    return {identity(thing): thing for thing in yaml.load_all(text, Loader=yaml.CSafeLoader)}


def install(folder, parts):
    """Writes the folder with these parts, of LEFT_OUT and others alike."""
    options = ["--without", ",".join(part for part in LEFT_OUT if part not in parts)]
    more = [part for part in parts if part not in LEFT_OUT]
    options += ["--with", ",".join(more)] if more else []
    said(PROGRAM, "generate", "install", str(folder), "--force", "--image", IMAGE, "--argocd-namespace", ARGOCD, *options)


def objects_with(*parts):
    with tempfile.TemporaryDirectory() as folder:
        install(folder, parts)
        return read_objects(folder)


def built_alone(*parts):
    """Of each part that can be built without the others: which objects it has."""
    with tempfile.TemporaryDirectory() as folder:
        install(folder, ())
        return {part: set(read_objects(pathlib.Path(folder) / "deploy" / part)) for part in parts}


def default_severities():
    """What a policy has that names none."""
    with tempfile.TemporaryDirectory() as folder:
        policy = pathlib.Path(folder) / "policy.yaml"
        policy.write_text("apiVersion: drift-policy.dev/v1alpha1\nkind: DriftPolicy\nmetadata: {name: none}\n"
                          f"spec: {{hooks: {{namespace: {HOOKS}}}}}\n")
        names = [thing["metadata"]["name"] for thing in yaml.load_all(said(PROGRAM, "generate", "accounts", "--policy", str(policy)),
                                                                      Loader=yaml.CSafeLoader) if thing["kind"] == "ServiceAccount"]
    return [match[2] for match in map(HOOK_ACCOUNT.fullmatch, names) if match[1] == "gate"]
