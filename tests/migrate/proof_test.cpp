// The two renderings that a proof compares: what Argo CD itself runs, and what differs between results.
#include "migrate/proof.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "json/build.hpp"
#include "migrate/comparison.hpp"
#include "migrate/native_rendering.hpp"
#include "support/folder.hpp"
#include "support/recorder.hpp"
#include "support/text.hpp"
#include "support/tools.hpp"

namespace {
using namespace drift;
using tests::contains;
using tests::Folder;
using Lines = std::vector<std::string>;

migrate::Changed changed_of(std::string_view source) {
  const auto text =
      R"({"apiVersion":"argoproj.io/v1alpha1","kind":"Application","metadata":{"name":"web"},"spec":{)"
      R"("destination":{"namespace":"shop"},"source":)" +
      std::string(source) + "}}";
  return migrate::migrate("app.yaml", text, {}).changed.at(0);
}

manifest::Manifests manifests(std::string_view text) {
  return manifest::Manifests({{"out", std::string(text)}});
}

void write_chart(const Folder& folder) {
  folder.write("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
  folder.write("web/values.yaml", "a: 1\n");
  folder.write("web/prod.yaml", "a: 2\n");
  folder.write("web/text.txt", "one, two");
  folder.write(
      "web/templates/map.yaml",
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}, namespace: {{ "
      ".Release.Namespace }}}\n"
      "data: {a: {{ .Values.a | quote }}, b: {{ kindOf .Values.b | quote }}, t: {{ .Values.t | quote }}, "
      "l: {{ .Values.l | quote }}, v: {{ .Values.v | quote }}, k: {{ .Capabilities.KubeVersion.Minor | quote "
      "}}}\n");
}

}  // namespace

TEST_CASE("A chart with many settings is rendered alike by Argo CD's arguments and by the plugin") {
  const Folder folder;
  write_chart(folder);
  outside::SystemPrograms programs(tests::tools_environment());
  tests::require_tool(programs, "helm");
  auto changed = changed_of(
      R"({"path":"web","helm":{"releaseName":"r","valueFiles":["prod.yaml","/web/values.yaml"],"namespace":"ns",)"
      R"("kubeVersion":"1.29","valuesObject":{"v":"x: y"},"fileParameters":[{"name":"t","path":"text.txt"}],)"
      R"("parameters":[{"name":"l","value":"1,2"},{"name":"b","value":"7","forceString":true}]}})");
  const auto proof = migrate::prove(changed, folder.path().string(), tests::tools_environment());
  CHECK(proof.differences == Lines{});
  CHECK(proof.objects == 1);
  changed.options.helm_value_files.clear();
  changed.options.helm_string_parameters.clear();
  changed.options.helm_parameters["b"] = "7";
  CHECK(migrate::prove(changed, folder.path().string(), tests::tools_environment()).differences ==
        Lines{"ConfigMap/ns/r differs at /data/b"});
  changed.options.helm_release_name = "other";
  CHECK(migrate::prove(changed, folder.path().string(), tests::tools_environment()).differences ==
        Lines{"ConfigMap/ns/r: Argo CD renders 1, the plugin 0",
              "ConfigMap/ns/other: only the plugin renders it"});
}

TEST_CASE("A directory is read alike") {
  const Folder folder;
  folder.write("web/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
  folder.write("web/b/b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n");
  auto changed = changed_of(R"({"path":"web","directory":{"recurse":true,"exclude":"a.yaml"}})");
  const auto proof = migrate::prove(changed, folder.path().string(), {});
  CHECK(proof.differences == Lines{});
  CHECK(proof.objects == 1);
  changed.options.directory_recurse = false;
  changed.options.directory_exclude.clear();
  CHECK(migrate::prove(changed, folder.path().string(), {}).differences.size() == 2);
}

TEST_CASE("kustomize is called as Argo CD calls it, in a copy") {
  const Folder folder;
  folder.write("web/kustomization.yaml", "resources: []\n");
  folder.write("part/kustomization.yaml", "kind: Component\n");
  source::Context context;
  context.app_name = "web";
  context.repo_root = folder.path();
  const source::Repository repository(folder.path() / "web", context);
  tests::Recorder programs;
  programs.missing = "";
  migrate::render_natively(
      from_json(
          R"({"kustomize":{"namePrefix":"a-","nameSuffix":"-z","images":["x=y:$ARGOCD_APP_NAME"],)"
          R"("replicas":[{"name":"d","count":3}],"commonLabels":{"l":"$ARGOCD_APP_NAME"},"forceCommonLabels":true,)"
          R"("labelWithoutSelector":true,"commonAnnotations":{"n":"$ARGOCD_APP_NAME"},"namespace":"s",)"
          R"("patches":[{"path":"p.yaml"}],"components":["../part","../none"],"ignoreMissingComponents":true}})"),
      repository, context, programs);
  std::string said;
  for (const auto& command : programs.commands) {
    CHECK(command.program == "kustomize");
    CHECK(command.directory.native().starts_with(programs.work_folder().native()));
    for (const auto& argument : command.arguments) said += argument + ' ';
    said += '\n';
  }
  CHECK(
      said.starts_with("edit set nameprefix -- a- \n"
                       "edit set namesuffix -- -z \n"
                       "edit set image x=y:web \n"
                       "edit set replicas d=3 \n"
                       "edit add label --force --without-selector l:web \n"
                       "edit add annotation n:$ARGOCD_APP_NAME \n"
                       "edit set namespace -- s \n"
                       "edit add component ../part \n"
                       "build "));
  CHECK(contains(tests::contents(programs.work_folder() / "native/web/kustomization.yaml"),
                 R"("patches":[{"path":"p.yaml"}])"));
  CHECK(folder.read("web/kustomization.yaml") == "resources: []\n");
  programs.missing = "kustomize";
  CHECK_THROWS_AS(migrate::render_natively(from_json("{}"), repository, context, programs), OutsideError);
}

TEST_CASE("Differences name objects and places, and no values") {
  const auto native = manifests(
      "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: ns}\ndata: {a/b: c2VjcmV0}\nlist: [1, "
      "2]\n---\n"
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n");
  CHECK(migrate::differences(native, native) == Lines{});
  const auto other = manifests(
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n---\n"
      "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: ns}\ndata: {a/b: other}\nlist: [1, "
      "3]\nmore: 1\n");
  CHECK(migrate::differences(native, other) == Lines{"Secret/ns/s differs at /data/a~1b, /list/1, /more"});
}
