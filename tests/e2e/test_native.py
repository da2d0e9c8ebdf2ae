"""The same repo-server renders each application natively and with the plugin: the same objects, but for the policy."""
import concurrent.futures
import subprocess

import pytest
from comparison import compare, injected
from conftest import example

# folder -> the native source type, as Argo CD finds it out, and its options under both ways.
APPLICATIONS = {
    "low": "Directory",
    "medium": "Directory",
    "high": "Directory",
    "helm": "Helm",
    "kustomize/overlays/production": "Kustomize",
    "guestbook": "Directory",
    "helm-guestbook": "Helm",
    "kustomize-guestbook": "Kustomize",
    "sock-shop": "Kustomize",
    "sync-waves": "Directory",
    "pre-post-sync": "Kustomize",
    "helm-hooks": "Directory",
}
# What has to lie beside a folder, because it refers to it.
NEEDS = {"pre-post-sync": ["kustomize-guestbook"], "kustomize/overlays/production": ["kustomize/base"]}


@pytest.fixture(scope="module")
def everything(bed):
    """A repository with all of them."""
    repository = bed.repository()
    for path in [*APPLICATIONS, *(need for needs in NEEDS.values() for need in needs)]:
        try:
            repository.copy(example(path), path)
        except pytest.skip.Exception:
            continue
    repository.commit()
    return repository


@pytest.fixture(scope="module")
def renderings(bed, everything):
    """path -> what the repo-server makes of it natively and with the plugin, for the same Application; or the error."""
    def both(path):
        app = bed.application(everything, path, namespace="elsewhere", name=app_name(path))
        try:
            rendered = app.manifests()
            return {"plugin": rendered, "native": without_plugin(app)}
        except Exception as error:  # pylint: disable=broad-except # shown by the test of that path
            return error
        finally:
            app.delete()
    there = [path for path in APPLICATIONS if (everything.folder / path).exists()]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        return dict(zip(there, pool.map(both, there)))


@pytest.fixture
def rendering(renderings, path):
    example(path)
    if isinstance(renderings[path], Exception):
        raise renderings[path]
    return renderings[path]


def app_name(path):
    return path.replace("/", "-")


def without_plugin(app):
    app.set_source(plugin=None)
    return app.manifests()


@pytest.mark.parametrize("path", APPLICATIONS)
def test_the_plugin_renders_what_argo_cd_renders(rendering, path):
    assert rendering["native"], f"{path}: nothing to compare"
    assert compare(rendering["native"], rendering["plugin"]) == []


@pytest.mark.parametrize("path", APPLICATIONS)
def test_every_object_has_its_severity(rendering, path):
    plain = [m["metadata"]["name"] for m in rendering["plugin"]
             if not injected(m) and "drift-policy.dev/severity" not in m["metadata"].get("annotations", {})]
    hooks = [m["metadata"].get("name") for m in rendering["plugin"] if "hook" in str(m["metadata"].get("annotations", {}))]
    assert [name for name in plain if name not in hooks] == [], path


@pytest.fixture
def discovering(sidecar):
    """A sidecar that takes whatever it can render."""
    return sidecar("discovering", {"discover": {"find": {"command": ["drift-policy", "discover"]}}})


def test_applications_that_name_no_plugin_are_rendered_the_same_by_discovery(bed, everything, renderings, discovering):
    def found(path):
        app = bed.application(everything, path, namespace="elsewhere", name=app_name(path), plugin=None)
        try:
            app.refresh(hard=True)
            return app.status()["sourceType"], app.manifests()
        finally:
            app.delete()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        results = dict(zip(renderings, pool.map(found, renderings)))
    assert {path: source_type for path, (source_type, _) in results.items()} == dict.fromkeys(renderings, "Plugin")
    assert {path: manifests for path, (_, manifests) in results.items()} == {
        path: both["plugin"] for path, both in renderings.items()}


def test_an_explicit_source_type_is_left_to_argo_cd_by_discovery(application, discovering, everything):
    app = application(everything, "low", namespace="elsewhere", plugin=None, source={"directory": {"recurse": True}})
    app.refresh(hard=True)
    assert app.status()["sourceType"] == "Directory"


def test_a_folder_without_manifests_is_left_to_argo_cd_by_discovery(application, discovering, repository):
    repository.write("docs/README.md", "Nothing to deploy\n").commit()
    app = application(repository, "docs", plugin=None)
    app.refresh(hard=True)
    assert app.status()["sourceType"] == "Directory"


def test_a_chart_under_kustomize_fails_as_it_does_natively(application, bed, repository):
    """The corpus' kustomized-helm needs a plugin of its own that writes all.yaml first, and a Kustomize before version 5."""
    repository.copy(example("plugins/kustomized-helm"), "app").commit()
    app = application(repository, "app")
    app.refresh()
    kustomize_says = "cannot unmarshal string into Kustomization.patches.0"
    assert kustomize_says in app.conditions()
    app.set_source(plugin=None)
    app.refresh(hard=True)
    assert kustomize_says in app.conditions()


def test_a_chart_under_kustomize_renders_as_natively_once_its_output_is_committed(application, bed, repository):
    repository.copy(example("plugins/kustomized-helm"), "app").copy(example("helm-guestbook"), "chart")
    repository.write("app/kustomization.yaml", "namePrefix: kustomize-\nresources: [all.yaml]\n"
                     "patches: [{path: overlays/guestbook-deployment.yaml}]\n")
    text = subprocess.run(["helm", "template", str(repository.folder / "chart")], check=True,
                          capture_output=True, text=True, env={"PATH": bed.programs.path, "HOME": str(bed.folder)}).stdout
    repository.write("app/all.yaml", text).commit()
    app = application(repository, "app", namespace="elsewhere")
    rendered = app.manifests()
    assert compare(without_plugin(app), rendered) == []


def both_ways(app, native_options, parameters):
    """Renders with the plugin's parameters, then natively with the same options; what differs."""
    app.set_source(plugin={"name": "drift-policy", "parameters": parameters})
    rendered = app.manifests()
    app.set_source(plugin=None, **native_options)
    native = app.manifests()
    assert native
    return compare(native, rendered)


def test_helm_options_mean_what_they_mean_natively(application, everything):
    app = application(everything, "helm", namespace="elsewhere")
    native = {"helm": {"releaseName": "other", "valueFiles": ["values-production.yaml"],
                       "parameters": [{"name": "autoscaling.enabled", "value": "false"},
                                      {"name": "image.tag", "value": "1.10", "forceString": True}],
                       "values": "greeting: hello\n", "skipCrds": True}}
    parameters = [{"name": "helm-release-name", "string": "other"},
                  {"name": "helm-value-files", "array": ["values-production.yaml"]},
                  {"name": "helm-parameters", "map": {"autoscaling.enabled": "false"}},
                  {"name": "helm-string-parameters", "map": {"image.tag": "1.10"}},
                  {"name": "helm-values", "string": "greeting: hello\n"},
                  {"name": "helm-skip-crds", "string": "true"}]
    assert both_ways(app, native, parameters) == []


def test_kustomize_options_mean_what_they_mean_natively(application, everything):
    app = application(everything, "kustomize/overlays/production", namespace="elsewhere")
    native = {"kustomize": {"namePrefix": "pre-", "nameSuffix": "-suf", "namespace": "other",
                            "images": ["ghcr.io/stefanprodan/podinfo:6.0.0"], "commonLabels": {"team": "shop"},
                            "commonAnnotations": {"note": "yes"}}}
    parameters = [{"name": "kustomize-name-prefix", "string": "pre-"},
                  {"name": "kustomize-name-suffix", "string": "-suf"},
                  {"name": "kustomize-namespace", "string": "other"},
                  {"name": "kustomize-images", "array": ["ghcr.io/stefanprodan/podinfo:6.0.0"]},
                  {"name": "kustomize-common-labels", "map": {"team": "shop"}},
                  {"name": "kustomize-common-annotations", "map": {"note": "yes"}}]
    assert both_ways(app, native, parameters) == []


def test_directory_options_mean_what_they_mean_natively(application, repository):
    repository.copy(example("low"), "app/low").copy(example("medium"), "app/medium").commit()
    app = application(repository, "app", namespace="elsewhere")
    native = {"directory": {"recurse": True, "exclude": "{*/network.yaml,low/service.yaml}"}}
    parameters = [{"name": "directory-recurse", "string": "true"},
                  {"name": "directory-exclude", "string": "{*/network.yaml,low/service.yaml}"}]
    assert both_ways(app, native, parameters) == []


def test_the_parameters_are_announced_with_their_defaults(bed, application, everything):
    app = application(everything, "helm", namespace="elsewhere")
    announced = bed.argocd.app_details(app.get())["plugin"]["parametersAnnouncement"]
    names = [parameter["name"] for parameter in announced]
    assert "helm-value-files" in names and len(names) == len(set(names))
    assert all(parameter.get("title") and parameter.get("tooltip") for parameter in announced)


def test_an_unknown_parameter_is_an_error_that_names_it(application, everything):
    app = application(everything, "low", namespace="elsewhere",
                      plugin_options={"parameters": [{"name": "no-such-setting", "string": "1"}]})
    app.refresh()
    assert "no-such-setting" in app.conditions()
