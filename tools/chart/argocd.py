"""What is merged into Argo CD's own objects: values for argo-helm's chart, and the objects for plain manifests, which are filled from them."""
from chart.deploy import ARGOCD, IMAGE, identity, objects_with
from chart.template import HEADER, Template, dumped, quoted

OURS = "registry.example.com/drift-policy"  # what values.yaml has, to be replaced by people
# The ConfigMaps of Argo CD's own: which parts change them, and where argo-helm's values have what goes in.
OF_ARGOCD = {"argocd-cm": (("health", "actions"), ("configs.cm",)),
             "argocd-cmd-params-cm": (("paths",), ("configs.params",)),
             "argocd-notifications-cm": (("notifications",), ("notifications.triggers", "notifications.templates"))}


def values_file(what, values, version):
    text = dumped(values)
    if IMAGE in text:
        what += " Your image goes behind `&image`, and there alone."
        text = text.replace(IMAGE, f"&image {OURS}:{version}", 1).replace(IMAGE, "*image")
    return f"# Written by tools/generate-chart from deploy/: values for argo-helm's chart argo-cd. {what}\n{text}"


def sidecar_values(objects):
    spec = objects["Deployment", ARGOCD, "argocd-repo-server"]["spec"]
    pod = spec["template"]["spec"]
    assert list(spec) == ["template"], spec
    assert set(pod) == {"automountServiceAccountToken", "containers", "volumes"}, pod
    return {"repoServer": {"automountServiceAccountToken": pod["automountServiceAccountToken"], "extraContainers": pod["containers"],
                           "volumes": pod["volumes"]}}


def ui_values(objects):
    pod = objects["Deployment", ARGOCD, "argocd-server"]["spec"]["template"]["spec"]
    assert set(pod) == {"initContainers", "containers", "volumes"} and len(pod["containers"]) == 1, pod
    return {"server": {"initContainers": pod["initContainers"], "volumeMounts": pod["containers"][0]["volumeMounts"],
                       "volumes": pod["volumes"]}}


def data_of(objects, name):
    return objects["ConfigMap", ARGOCD, name]["data"]


def argocd_files(none, notifications, version):
    """The values for argo-helm's chart, a file for each part. Helm doesn't merge lists, so each form of the sidecar is one of its own."""
    def file(what, values):
        return values_file(what, values, version)
    files = {f"argocd/{name}.yaml": file(what, sidecar_values(objects)) for name, what, objects in (
        ("sidecar", "The plugin beside repo-server.", none),
        ("sidecar-observe", "The plugin, and the one that observes.", objects_with("observe")),
        ("sidecar-discovery", "The plugin, for each Application without an explicit source type.", objects_with("discovery")),
        ("sidecar-observe-discovery", "The plugin, for each Application without an explicit source type, and the one that observes.",
         objects_with("observe", "discovery")))}
    files["argocd/ui.yaml"] = file("Pages of drift and gates in the web UI.", ui_values(objects_with("ui")))
    files["argocd/paths.yaml"] = file("What repo-server sends to plugins.", {
        "configs": {"params": data_of(objects_with("paths"), "argocd-cmd-params-cm")}})
    for part, what in (("health", "Drift in an object's health, by the baseline policy."), ("actions", "Approve and reject in the web UI.")):
        files[f"argocd/{part}.yaml"] = file(what, {"configs": {"cm": data_of(objects_with(part), "argocd-cm")}})
    files["argocd/notifications.yaml"] = file("Triggers and templates.", {"notifications": {
        f"{part}s": {key: text for key, text in notifications.items() if key.startswith(f"{part}.")} for part in ("trigger", "template")}})
    return files


def document_of_argocd(thing):
    """The template of what is ours of an object of Argo CD's own: it is filled from the values for argo-helm's chart (argocd_files)."""
    template, (kind, _, name) = Template(), identity(thing)
    thing = {key: value for key, value in thing.items() if key != "data"}
    if kind == "Deployment":
        thing["spec"] = {"template": {"spec": template.slot('{{ include "drift-policy.repoServerPod" $ }}')}}
    else:
        parts, paths = OF_ARGOCD[name]
        thing[template.lines(f'include "drift-policy.argocdData" (list $ (list {quoted(parts)}) (list {quoted(paths)}))')] = None
    thing["metadata"] = {**thing["metadata"], "annotations": {"helm.sh/resource-policy": "keep"}}
    return "---\n" + template.text(thing)


def patch_template(stock, notifications):
    """templates/argocd.yaml, of Argo CD's objects that are always changed, and those for notifications."""
    text = "".join(document_of_argocd(thing) for thing in stock)
    text += "{{- if $.Values.argocd.notifications }}\n" + "".join(document_of_argocd(thing) for thing in notifications) + "{{- end }}\n"
    return f"{HEADER}{{{{- if and $.Values.argocd.patch $.Values.sidecar.enabled }}}}\n{text}{{{{- end }}}}\n"
