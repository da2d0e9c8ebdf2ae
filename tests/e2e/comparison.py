"""Compares what the plugin rendered with what Argo CD renders natively, but for what the policy may add."""

OURS = ("drift-policy.dev/", "want.drift-policy.dev/")
OPTIONS = "argocd.argoproj.io/sync-options"
WAVE = "argocd.argoproj.io/sync-wave"
HOOK = "argocd.argoproj.io/hook"
MANAGED_BY = "app.kubernetes.io/managed-by"


def key(manifest):
    metadata = manifest["metadata"]
    return (manifest["apiVersion"], manifest["kind"], metadata.get("namespace", ""),
            metadata.get("name") or metadata.get("generateName", ""))


def injected(manifest):
    """Whether the plugin made it. Everything that it makes must be a hook."""
    metadata = manifest["metadata"]
    ours = metadata.get("labels", {}).get(MANAGED_BY) == "drift-policy"
    return ours and HOOK in metadata.get("annotations", {})


def without_additions(manifest, native):
    """The object as it would be without the policy: our annotations gone, and options that were only added to."""
    annotations = dict(manifest["metadata"].get("annotations", {}))
    before = native["metadata"].get("annotations", {})
    for name in list(annotations):
        if name.startswith(OURS):
            del annotations[name]
    if OPTIONS in annotations:
        wanted = set(before.get(OPTIONS, "").split(",")) - {""}
        if wanted <= set(annotations[OPTIONS].split(",")):
            annotations[OPTIONS] = before.get(OPTIONS)
    if WAVE in annotations and WAVE not in before:
        annotations[WAVE] = None
    result = {**manifest, "metadata": {**manifest["metadata"]}}
    result["metadata"]["annotations"] = {name: value for name, value in annotations.items() if value is not None}
    if not result["metadata"]["annotations"] and "annotations" not in native["metadata"]:
        del result["metadata"]["annotations"]
    return result


def differences(left, right, path=""):
    """The paths at which two JSON values differ, each with both values."""
    if isinstance(left, dict) and isinstance(right, dict):
        found = []
        for name in sorted(set(left) | set(right)):
            missing = object()
            one, other = left.get(name, missing), right.get(name, missing)
            if one is missing or other is missing:
                found.append(f"{path}/{name}: only {'natively' if other is missing else 'with the plugin'}")
            else:
                found += differences(one, other, f"{path}/{name}")
        return found
    if isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        return [line for i, (one, other) in enumerate(zip(left, right)) for line in differences(one, other, f"{path}/{i}")]
    # Types count: 1 is not "1", and True is not 1.
    return [] if left == right and type(left) is type(right) else [f"{path}: natively {left!r}, with the plugin {right!r}"]


def compare(native, rendered):
    """Every difference that the policy does not explain, as text."""
    found = []
    expected = [(key(m), m) for m in native]
    actual = [(key(m), m) for m in rendered if not injected(m)]
    if sorted(k for k, _ in expected) != sorted(k for k, _ in actual):
        found.append(f"objects: natively {sorted(k for k, _ in expected)}, with the plugin {sorted(k for k, _ in actual)}")
    remaining = list(actual)
    for name, manifest in expected:
        match = next(((k, m) for k, m in remaining if k == name), None)
        if match is None:
            continue
        remaining.remove(match)
        found += [f"{name}{line}" for line in differences(manifest, without_additions(match[1], manifest))]
    return found
