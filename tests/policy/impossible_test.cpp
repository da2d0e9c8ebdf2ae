// Kinds, fields and services that can't be: what `check` warns of, and what it must not warn of.
#include "policy/read/impossible.hpp"

#include <algorithm>
#include <filesystem>

#include "base/suggest.hpp"
#include "kube/definitions.hpp"
#include "kube/kinds.hpp"
#include "kube/known_kinds.hpp"
#include "policy/pointer.hpp"
#include "policy/read/possible_fields.hpp"
#include "support/folder.hpp"
#include "support/policy_cases.hpp"
#include "support/program.hpp"

using namespace drift;
using namespace drift::policy;
namespace fs = std::filesystem;

namespace {

const drift::kube::FieldTypes& built_in() {
  static const auto types = drift::kube::kubernetes_fields();
  return types;
}

// The warnings of a policy, as they are printed without its file.
std::vector<std::string> warnings(const std::string& spec,
                                  const drift::kube::FieldTypes& types = built_in()) {
  Findings findings;
  load({{"policy.yaml", policy_text(spec + "hooks: {namespace: a}\n")}}, findings, &types);
  CHECK(strings_of(findings.mistakes) == std::vector<std::string>{});
  auto texts = strings_of(findings.warnings);
  for (auto& text : texts) text.erase(0, std::string("policy.yaml:").size());
  return texts;
}

// What is said of a kind, without place and pattern; empty: nothing.
std::string of_kind(const std::string& kind, const drift::kube::FieldTypes& types = built_in()) {
  const auto all = warnings(
      "rules:\n- {name: r, severity: high, match: {any: [{resources: {kinds: ['" + kind + "']}}]}}\n", types);
  if (all.empty()) return {};
  CHECK(all.size() == 1);
  const auto start = "6:66: kind \"" + kind + "\": ";
  CHECK(all[0].substr(0, start.size()) == start);
  return all[0].substr(start.size());
}

// What was meant by a kind, or what is said of it where nothing was.
std::string meant_kind(const std::string& kind, const drift::kube::FieldTypes& types = built_in()) {
  const auto text = of_kind(kind, types);
  const std::string words = "; did you mean \"";
  const auto at = text.find(words);
  return at == std::string::npos ? text : text.substr(at + words.size(), text.size() - at - words.size() - 2);
}

// What is said of a pointer in a rule about these kinds, from the place on at which it ends.
std::string of_pointer(const std::string& kinds, const std::string& pointer,
                       const drift::kube::FieldTypes& types = built_in()) {
  const auto all = warnings("rules:\n- name: r\n  match: {any: [{resources: {kinds: [" + kinds +
                                "]}}]}\n  fields: [{id: x, jsonPointers: ['" + pointer + "']}]\n",
                            types);
  if (all.empty()) return {};
  CHECK(all.size() == 1);
  const std::string start = "8:37: pointer ";
  CHECK(all[0].substr(0, start.size()) == start);
  return all[0].substr(all[0].find(": ", start.size()) + 2);
}

std::string meant_pointer(const std::string& kinds, const std::string& pointer,
                          const drift::kube::FieldTypes& types = built_in()) {
  const auto text = of_pointer(kinds, pointer, types);
  const std::string words = "did you mean \"";
  const auto at = text.find(words);
  return at == std::string::npos ? text : text.substr(at + words.size(), text.size() - at - words.size() - 2);
}

std::string definition(const std::string& schema, const std::string& spec = "") {
  return "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: "
         "widgets.example.net}\n"
         "spec:\n  group: example.net\n  names: {kind: Widget, plural: widgets}\n" +
         spec + "  versions:\n  - name: v1\n    schema:\n      openAPIV3Schema: " + schema + "\n";
}

drift::kube::FieldTypes with(const std::string& definitions) {
  auto types = drift::kube::kubernetes_fields();
  CHECK(drift::kube::add_definitions("crds.yaml", definitions, types) > 0);
  return types;
}

std::string refused(const std::string& definitions) {
  try {
    auto types = drift::kube::kubernetes_fields();
    drift::kube::add_definitions("crds.yaml", definitions, types);
  } catch (const InputError& error) {
    return error.what();
  }
  return {};
}

// Each leaf of an object as a pointer, and each list element as what it is.
void leaves(yaml::Node node, const std::string& at, std::vector<std::string>& found) {
  if (node.is_mapping()) {
    for (const auto& [key, value] : node.entries()) leaves(value, at + '/' + escaped(key), found);
  } else if (node.is_sequence()) {
    std::size_t index = 0;
    for (const auto& value : node.elements()) leaves(value, at + '/' + std::to_string(index++), found);
  } else {
    found.push_back(at);
  }
}

// Those of a folder that hold objects: no templates, values and kustomizations.
std::vector<manifest::SourceFile> manifest_files(const fs::path& folder) {
  std::vector<manifest::SourceFile> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || entry.path().extension() != ".yaml") continue;
    auto text = tests::contents(entry.path());
    if (text.find("apiVersion:") == std::string::npos || text.find("\nmetadata:") == std::string::npos ||
        text.find("{{") != std::string::npos || text.find("kind: Kustomization") != std::string::npos)
      continue;
    files.push_back({entry.path().string(), std::move(text)});
  }
  return files;
}

// Each of an object's fields can be; how many there are, where its kind is known.
std::size_t check_fields(const manifest::Manifest& object, const drift::kube::FieldTypes& types) {
  drift::kube::Types roots;
  for (const auto& kind : types.kinds())
    if (kind.group == object.group && kind.version == object.version && kind.kind == object.kind)
      roots.push_back(kind.type);
  if (roots.empty()) return 0;
  std::sort(roots.begin(), roots.end());
  std::vector<std::string> pointers;
  leaves(object.object, "", pointers);
  for (const auto& pointer : pointers)
    if (pointer_mistake(pointer).empty()) CHECK(dead_end(types, roots, parse_pointer(pointer).tokens) == "");
  return pointers.size();
}

}  // namespace

TEST_SUITE("what can't be") {
  TEST_CASE("the table names its version, and each type of it is said to be something") {
    const auto& types = built_in();
    CHECK(types.version == "1.37");
    CHECK(types.kinds().size() > 90);
    CHECK(types[types.metadata].form == drift::kube::FieldType::Form::object);
    for (const auto& kind : types.kinds()) {
      CAPTURE(kind.kind);
      CHECK(drift::kube::is_kubernetes_own(kind.group));
      CHECK(types[kind.type].form == drift::kube::FieldType::Form::object);
    }
    std::size_t anything = 0;
    for (drift::kube::TypeId id = 0; id < types.size(); ++id) {
      anything += types[id].form == drift::kube::FieldType::Form::anything;
      for (const auto& field : types[id].fields) CHECK(field.second < types.size());
    }
    CHECK(anything == 1);  // a name without a line would be another
  }

  TEST_CASE("kinds that can't be, with what was meant") {
    const std::pair<const char*, const char*> cases[] = {
        {"apps/*/Deploymnet", "apps/*/Deployment"},
        {"apps/*/Depolymnets", "apps/*/Deployment"},
        {"foo/v1/Deployment", "apps/*/Deployment"},
        {"Deployments", "Deployment"},
        {"Pods", "Pod"},
        {"v1/Pods", "v1/Pod"},
        {"/v1/Pods", "/v1/Pod"},
        {"/v1/Endpoint", "/v1/Endpoints"},
        {"NetworkPolicies", "NetworkPolicy"},
        {"Ingresses", "Ingress"},
        {"Daemonset", "DaemonSet"},
        {"Statefullset", "StatefulSet"},
        {"HorizontalPodAutoScaler", "HorizontalPodAutoscaler"},
        {"apps/*/Job", "batch/*/Job"},
        {"/v1/Deployment", "apps/*/Deployment"},
        {"apps/*/Rollout", "argoproj.io/*/Rollout"},
        {"autoscaling/*/VerticalPodAutoscaler", "autoscaling.k8s.io/*/VerticalPodAutoscaler"},
        {"networking.k8s.oi/*/Ingress", "networking.k8s.io/*/Ingress"},
        {"*.k8s.io/*/Ingrss", "networking.k8s.io/*/Ingress"},
        {"apps*/*/Deploymnet", "apps/*/Deployment"},
        {"Rollouts", "Rollout"},
        {"argoproj.io/*/Rolout", "argoproj.io/*/Rollout"},
        {"cert-manager.io/*/Certificates", "cert-manager.io/*/Certificate"},
        {"apps/v2/Deployment", "apps/v1/Deployment"},
        {"autoscaling/v3/HorizontalPodAutoscaler", "autoscaling/v2/HorizontalPodAutoscaler"},
        {"v2/Pod", "/v1/Pod"},
        {"apps/*/Fooo", "Kubernetes 1.37 has no such kind"},
        {"apps/*/Foo*", "no kind of Kubernetes 1.37 fits it"},
        {"foo/*/*",
         "there is no group \"foo\": one without a dot is Kubernetes' own, and Kubernetes 1.37 has no such"},
    };
    for (const auto& [kind, meant] : cases) {
      const auto& shown = kind;  // a binding itself can't be captured
      CAPTURE(shown);
      CHECK(meant_kind(kind) == meant);
    }
  }

  TEST_CASE("kinds that may be are passed over") {
    for (const char* kind :
         {"*", "Deployment", "apps/*/*", "apps/v1/*", "Deploy*", "Deploy?ent", "v1/*", "v1/Pod",
          // of older versions
          "apps/v1beta2/Deployment", "extensions/v1beta1/Ingress", "extensions/*/Deployment",
          "extensions/*/Job", "policy/*/PodSecurityPolicy", "batch/v2alpha1/CronJob",
          "resource.k8s.io/v1alpha2/ResourceClass", "autoscaling/v2beta2/HorizontalPodAutoscaler",
          "storage.k8s.io/v1beta1/CSIDriver", "apps/v1/DeploymentList", "List",
          // of others, whose kinds nobody knows in full
          "Widget", "Endpoint", "Scheduler", "VXAgent", "Deploymens2", "example.com/*/Deployment",
          "example.com/v1/Deploymnet", "argoproj.io/*/Something", "argoproj.io/v9/Rollout",
          "foo*/*/Deployment", "gateway.networking.k8s.io/*/*", "metrics.k8s.io/*/PodMetrics",
          "settings.k8s.io/*/PodPreset", "constraints.gatekeeper.sh/*/K8sRequiredLabel2",
          "snapshot.storage.k8s.io/*/VolumeSnapshot"}) {
      CAPTURE(kind);
      CHECK(of_kind(kind) == "");
    }
    for (const auto& kind : drift::kube::known_kinds()) {
      CAPTURE(kind.kind);
      if (kind.kind == "postgresql") continue;  // which no pattern can name
      CHECK(of_kind(std::string(kind.kind)) == "");
      CHECK(of_kind(std::string(kind.group) + "/*/" + std::string(kind.kind)) == "");
    }
  }

  TEST_CASE("kinds are looked at wherever a policy names them") {
    CHECK(warnings("rules:\n- name: r\n  severity: high\n"
                   "  match: {all: [{resources: {kinds: [Deployments]}}]}\n"
                   "  exclude: {any: [{resources: {kinds: [Pods]}}]}\n") ==
          std::vector<std::string>{
              "8:40: kind \"Deployments\": no such kind is known; did you mean \"Deployment\"?",
              "9:42: kind \"Pods\": no such kind is known; did you mean \"Pod\"?"});
    Findings findings;
    load({{"p", policy_text("hooks: {namespace: a, allowAuthors: [{kinds: [Jobs], phases: [SyncFail]}]}\n")}},
         findings, &built_in());
    CHECK(strings_of(findings.warnings) ==
          std::vector<std::string>{"p:5:49: kind \"Jobs\": no such kind is known; did you mean \"Job\"?"});
  }

  TEST_CASE("pointers that lead nowhere, with what was meant") {
    const std::tuple<const char*, const char*, const char*> cases[] = {
        {"apps/*/Deployment", "/spec/replica", "/spec/replicas"},
        {"apps/*/Deployment", "/Spec/Replicas", "/spec/replicas"},
        {"apps/*/Deployment", "/replicas", "/spec/replicas"},
        {"apps/*/Deployment", "/spec.replicas", "/spec/replicas"},
        {"apps/*/Deployment", "/spec/template/spec/containers[0]/image",
         "/spec/template/spec/containers/0/image"},
        {"apps/*/Deployment", "/spec/template/spec/containers[name=web]/env",
         "/spec/template/spec/containers/*/env"},
        {"apps/*/Deployment", "/spec/template/spec/containers/-/image",
         "/spec/template/spec/containers/*/image"},
        {"apps/*/Deployment", "/spec/template/spec/containers/01/image",
         "/spec/template/spec/containers/*/image"},
        {"apps/*/Deployment", "/spec/template/spec/containers/image",
         "/spec/template/spec/containers/*/image"},
        {"apps/*/Deployment", "/spec/template/spec/container/-/imag",
         "/spec/template/spec/containers/*/image"},
        {"apps/*/Deployment", "/spec/containers/*/image", "/spec/template/spec/containers/*/image"},
        {"apps/*/Deployment", "/spec/template/spec/nodeSelector/kubernetes.io/os",
         "/spec/template/spec/nodeSelector/kubernetes.io~1os"},
        {"apps/*/Deployment", "/metadata/labels/app.kubernetes.io/name",
         "/metadata/labels/app.kubernetes.io~1name"},
        {"apps/*/Deployment", "/spec/selector/matchLabels/app.kubernetes.io/name",
         "/spec/selector/matchLabels/app.kubernetes.io~1name"},
        {"apps/*/Deployment", "/spec/template/spec/containers/*/resources/limits/nvidia.com/gpu",
         "/spec/template/spec/containers/*/resources/limits/nvidia.com~1gpu"},
        {"batch/*/CronJob", "/spec/template/spec/containers/*/image",
         "/spec/jobTemplate/spec/template/spec/containers/*/image"},
        {"/v1/Service", "/spec/ports/http/targetport", "/spec/ports/*/targetPort"},
        {"apps/*/Deployment, apps/*/StatefulSet", "/spec/replica", "/spec/replicas"},
        {"apps/*/*", "/spec/replica", "/spec/replicas"},
        {"Deployment", "/spec/replica", "/spec/replicas"},
        {"/v1/ConfigMap", "/data/app.yaml/port", "/data/app.yaml is a single value, with nothing in it"},
        {"/v1/ConfigMap", "/spec/x",
         "the object has no \"spec\"; expected one of binaryData, data, immutable"},
        {"/v1/ServiceAccount", "/metadata/nam", "/metadata has no \"nam\""},
    };
    for (const auto& [kinds, pointer, meant] : cases) {
      const auto& shown = pointer;
      CAPTURE(shown);
      CHECK(meant_pointer(kinds, pointer) == meant);
    }
    CHECK(of_pointer("/v1/Service", "/spec/port") == "/spec has no \"port\"; did you mean \"/spec/ports\"?");
    CHECK(
        of_pointer("apps/*/Deployment", "/metadata/labels/a.b/c") ==
        "/metadata/labels/a.b is a single value, with nothing in it; a `/` in a key is written `~1`: did you "
        "mean \"/metadata/labels/a.b~1c\"?");
  }

  TEST_CASE("pointers that may lead somewhere are passed over") {
    const std::pair<const char*, const char*> cases[] = {
        {"apps/*/Deployment", "/spec/template/spec/containers/0/image"},
        {"apps/*/Deployment", "/spec/template/spec/containers"},
        {"apps/*/Deployment", "/spec/*/spec/containers/*/image"},
        {"apps/*/Deployment", "/spec/template/spec/containers/*/resources/limits/cpu"},
        {"apps/*/Deployment", "/metadata/annotations/example.com~1x"},
        {"apps/*/Deployment", "/metadata/finalizers/0"},
        {"/v1/ConfigMap", "/data/*"},
        {"apps/*/ControllerRevision", "/data/whatever/0/x"},
        // In one of the kinds.
        {"apps/*/Deployment, apps/*/StatefulSet", "/spec/volumeClaimTemplates/*/spec"},
        {"apps/*/*", "/spec/strategy"},
        {"autoscaling/*/HorizontalPodAutoscaler", "/spec/metrics"},
        {"autoscaling/*/HorizontalPodAutoscaler", "/spec/targetCPUUtilizationPercentage"},
        // Kinds of which nobody knows what they hold.
        {"apps/*/Deployment, argoproj.io/*/Rollout", "/spec/replica"},
        {"argoproj.io/*/*", "/spec/replica"},
        {"Service", "/spec/replica"},  // Knative's too
        {"Widget", "/spec/replica"},
        {"'*'", "/spec/replica"},
        {"'Deploy*'", "/spec/replica"},
        {"extensions/*/Deployment", "/spec/replica"},
        {"apps/v1beta1/Deployment", "/spec/rollbackTo"},
        {"apiextensions.k8s.io/*/CustomResourceDefinition",
         "/spec/versions/*/schema/openAPIV3Schema/properties/spec/properties/x/items/type"},
    };
    for (const auto& [kinds, pointer] : cases) {
      const auto& shown = pointer;
      CAPTURE(shown);
      CHECK(of_pointer(kinds, pointer) == "");
    }
    CHECK(of_pointer("Service", "/spec/template/spec/containers/x") == "");
    CHECK(warnings("rules:\n- name: r\n  match: {any: [{resources: {kinds: [Services]}}]}\n"
                   "  fields: [{id: x, jsonPointers: [/spec/replica]}]\n")
              .size() == 1);
    // Any kind of those names.
    CHECK(warnings("rules:\n- name: r\n  match: {any: [{resources: {names: [a]}}]}\n"
                   "  fields: [{id: x, jsonPointers: [/spec/replica]}]\n")
              .empty());
  }

  TEST_CASE("a rule is about the kinds of one entry of any, and of all entries of all") {
    const auto of_match = [](const std::string& match) {
      return warnings("rules:\n- name: r\n  match: {" + match +
                      "}\n  fields: [{id: x, jsonPointers: [/spec/strategy]}]\n")
          .size();
    };
    const auto kinds = [](const std::string& list) { return "{resources: {kinds: [" + list + "]}}"; };
    const std::string named = "{resources: {names: [a]}}", all = kinds("'*'");
    CHECK(of_match("any: [" + kinds("apps/*/StatefulSet") + ", " + kinds("apps/*/Deployment") + "]") == 0);
    CHECK(of_match("any: [" + kinds("apps/*/StatefulSet") + ", " + named + "]") == 0);
    CHECK(of_match("any: [" + kinds("apps/*/StatefulSet") + "], all: [" + named + ", " + all + "]") == 1);
    CHECK(of_match("any: [" + all + "], all: [" + kinds("apps/*/StatefulSet") + "]") == 1);
    CHECK(of_match("all: [" + kinds("apps/*/StatefulSet") + ", " + kinds("apps/*/*") + "]") == 1);
    CHECK(of_match("all: [" + kinds("apps/*/StatefulSet") + ", " + kinds("apps/*/Deployment") + "]") == 0);
  }

  TEST_CASE("the fields of a CustomResourceDefinition count as its schema says") {
    const auto types = with(definition(R"(
        type: object
        properties:
          spec:
            type: object
            properties:
              size: {type: integer}
              port: {x-kubernetes-int-or-string: true}
              tags: {type: object, additionalProperties: {type: string}}
              parts: {type: array, items: {type: object, properties: {name: {type: string}}}}
              extra: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {up: {type: boolean}}}
              blank: {type: object}
              free: {}
              any: {type: object, additionalProperties: true}
              pod: {type: object, x-kubernetes-embedded-resource: true, properties: {spec: {type: object, properties: {a: {type: string}}}}}
              raw: {type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}
)"));
    const auto at = [&](const std::string& pointer) {
      return meant_pointer("example.net/*/Widget", pointer, types);
    };
    for (const char* pointer :
         {"/spec/size", "/spec/port", "/spec/tags/any~1key", "/spec/parts/*/name", "/spec/parts/0",
          "/spec/extra/up", "/spec/extra/other/thing", "/spec/blank/x", "/spec/free/x/0", "/spec/any/x/y",
          "/spec/pod/metadata/labels/a", "/spec/pod/spec/a", "/spec/raw/spec/x", "/metadata/labels/a"}) {
      CAPTURE(pointer);
      CHECK(at(pointer) == "");
    }
    CHECK(at("/spec/siez") == "/spec/size");
    CHECK(at("/spec/parts/-/nam") == "/spec/parts/*/name");
    CHECK(at("/spec/tags/a.b/c") == "/spec/tags/a.b~1c");
    CHECK(at("/spec/port/number") == "/spec/port is a single value, with nothing in it");
    CHECK(at("/spec/extra/up/x") == "/spec/extra/up is a single value, with nothing in it");
    CHECK(at("/spec/pod/spec/b") == "/spec/pod/spec/a");
    CHECK(at("/metadata/label/x") == "/metadata/labels/x");
    CHECK(meant_kind("example.net/v2/Widget", types) == "example.net/v1/Widget");
    CHECK(meant_kind("Widgets", types) == "Widget");
    CHECK(of_kind("Widget", types) == "");
  }

  TEST_CASE("a definition that says too little leaves its kind unknown") {
    const char* schema =
        "{type: object, properties: {spec: {type: object, properties: {a: {type: string}}}}}";
    const auto at = [](const drift::kube::FieldTypes& types) {
      return of_pointer("Widget", "/spec/b", types);
    };
    CHECK(at(with(definition(schema))) == "/spec has no \"b\"; did you mean \"/spec/a\"?");
    CHECK(at(with(definition(schema, "  preserveUnknownFields: true\n"))) == "");
    CHECK(at(with(definition("{type: object}"))) == "");
    CHECK(at(with(definition("{type: object, x-kubernetes-preserve-unknown-fields: true}"))) == "");
    auto old = definition(schema);
    old.replace(old.find("/v1"), 3, "/v1beta1");
    CHECK(at(with(old)) == "");
    const std::string older =
        "apiVersion: apiextensions.k8s.io/v1beta1\nkind: CustomResourceDefinition\nmetadata: {name: "
        "w}\nspec:\n"
        "  group: example.net\n  version: v1\n  names: {kind: Widget}\n";
    CHECK(at(with(older)) == "");
    CHECK(at(with(older + "  preserveUnknownFields: false\n  validation: {openAPIV3Schema: " + schema +
                  "}\n")) != "");
  }

  TEST_CASE("definitions that can't be are refused with their place") {
    const auto says = [](const std::string& text, const std::string& part) {
      CAPTURE(text);
      CHECK(text.find(part) != std::string::npos);
    };
    const std::string head =
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a}\n";
    CHECK(refused("resources: [a.yaml\n") == "");  // names none, so it isn't read
    says(refused(head), "crds.yaml:1:1: a CustomResourceDefinition without spec");
    says(refused(head + "spec: {group: a.b}\n"), "crds.yaml:4:7: a CustomResourceDefinition without names");
    says(refused(head + "spec: {group: 1, names: {kind: A}}\n"),
         "crds.yaml:4:15: a CustomResourceDefinition without a group");
    says(refused(head + "spec: {group: a.b, names: {kind: A}, versions: {v1: {}}}\n"),
         "crds.yaml:4:48: expected a list of versions");
    says(refused(head + "spec: {group: a.b, names: {kind: A}, versions: [{}]}\n"),
         "crds.yaml:4:49: a CustomResourceDefinition without a version's name");
    says(refused(definition("{type: object, properties: {spec: 5}}")), "crds.yaml:10:58: expected a schema");
    says(refused(head + "spec: [\n"), "crds.yaml:5:1: ");
    std::string deep = "{type: string}";
    for (int i = 0; i < 300; ++i) deep = "{type: array, items: " + deep + "}";
    says(refused(definition(deep)), "a schema of more than 200 levels");
  }

  TEST_CASE("services of Argo CD Notifications with a slip of the pen") {
    const auto of_service = [](const std::string& name) {
      const auto all =
          warnings("severities: [{name: high, remediation: {action: stop}, notify: [" + name + "]}]\n");
      return all.empty() ? "" : all[0];
    };
    CHECK(of_service("slak") ==
          "5:67: \"slak\" is no service of Argo CD Notifications; did you mean \"slack\"?");
    for (const char* name : {"slcak", "emial", "pager-duty", "opsgeni", "web-hook", "googlechta"}) {
      CAPTURE(name);
      CHECK(of_service(name) != "");
    }
    for (const char* name : {"slack", "email", "pagerdutyv2", "teams-workflows", "my-webhook", "chat", "sms",
                             "slack2", "hook", "matrix", "discord"}) {
      CAPTURE(name);
      CHECK(of_service(name) == "");
    }
  }

  TEST_CASE("no field that real manifests have is called impossible") {
    const fs::path project = tests::project_folder();
    auto files = manifest_files(project / "sample-apps");
    const auto corpus = project / "../shared/corpus";
    if (fs::exists(corpus))
      for (auto& file : manifest_files(corpus)) files.push_back(std::move(file));
    auto types = drift::kube::kubernetes_fields();
    for (const auto& file : files) drift::kube::add_definitions(file.name, file.text, types);
    std::size_t pointers = 0;
    for (const auto& file : files) {
      CAPTURE(file.name);
      const manifest::Manifests manifests({file});
      for (const auto& object : manifests.objects()) pointers += check_fields(object, types);
    }
    CHECK(pointers > 200);
  }

  TEST_CASE("the baseline has nothing that can't be") {
    Findings findings;
    load(read_policy_texts(std::string(tests::project_folder()) + "/policies/baseline.yaml"), findings,
         &built_in());
    for (const auto& text : strings_of(findings.warnings))
      CHECK(text.find("hooks.namespace isn't set") != std::string::npos);
  }
}
