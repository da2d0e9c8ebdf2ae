"""Changes of an object: of each value that it holds, the ways in which somebody may have changed it."""
import copy

# Another word of the same field, so that the API server takes it.
OTHER = {
    "IfNotPresent": "Never", "Always": "Never", "ClusterFirst": "Default", "RollingUpdate": "OnDelete", "OnRootMismatch": "Always",
    "TCP": "UDP", "UDP": "TCP", "ClientIP": "None", "None": "ClientIP", "Local": "Cluster", "Cluster": "Local",
    "RuntimeDefault": "Unconfined", "Unconfined": "RuntimeDefault", "HTTP": "HTTPS", "File": "FallbackToLogsOnError",
    "ReadWriteOnce": "ReadWriteMany", "Allow": "Forbid", "Forbid": "Allow", "Delete": "Retain", "Retain": "Delete",
    "Prefix": "Exact", "Max": "Min", "Percent": "Pods", "Memory": "", "Fail": "Ignore", "Ignore": "Fail", "Never": "IfNeeded",
    "Failed": "TerminatingOrFailed", "Indexed": "NonIndexed", "Parallel": "OrderedReady", "OrderedReady": "Parallel",
    "In": "NotIn", "Exists": "DoesNotExist", "Equal": "Exists", "ScheduleAnyway": "DoNotSchedule", "Disabled": "IfPossible",
    "Default": "Unmasked", "AlwaysAllow": "IfHealthyBudget", "Recreate": "RollingUpdate", "Filesystem": "Block",
    "NodePort": "ClusterIP", "LoadBalancer": "ClusterIP", "get": "list", "pods": "secrets", "User": "Group", "25%": "26%",
    "10%": "11%", "50%": "51%"}


def leaves(value, path=()):
    """Each value within, with the path of keys and places to it."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield path + (key,), child
        yield from leaves(child, path + (key,))


def others(value):
    """What may stand in place of a value, by what was done to it."""
    if isinstance(value, bool):
        yield "flipped", not value
    elif isinstance(value, (int, float)):
        yield "plus 1", value + 1
        yield "zero", 0
    elif isinstance(value, str):
        yield "emptied", ""
        yield "zzz", "zzz"
        yield "one", "1"
        if value in OTHER:
            yield "another word", OTHER[value]
    elif isinstance(value, list):
        yield "emptied", []
        if len(value) > 1:
            yield "reversed", value[::-1]
    elif isinstance(value, dict):
        yield "emptied", {}


def mutations(thing):
    """Copies of an object with one change each: (path, what was done, the copy)."""
    for path, value in leaves(thing):
        if path[0] in ("apiVersion", "kind") or path in (("metadata",), ("metadata", "name"), ("metadata", "namespace")):
            continue
        yield path, "deleted", without(thing, path)
        for how, new in others(value):
            if new != value:
                yield path, how, changed(thing, path, new)


def parent(thing, path):
    for key in path[:-1]:
        thing = thing[key]
    return thing


def without(thing, path):
    thing = copy.deepcopy(thing)
    del parent(thing, path)[path[-1]]
    return thing


def changed(thing, path, new):
    thing = copy.deepcopy(thing)
    parent(thing, path)[path[-1]] = new
    return thing


def value_at(thing, path):
    """The value there; None where there is none."""
    for key in path:
        if isinstance(thing, dict):
            thing = thing.get(key)
        elif isinstance(thing, list) and isinstance(key, int) and key < len(thing):
            thing = thing[key]
        else:
            return None
    return thing
