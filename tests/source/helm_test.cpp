// Helm charts: the arguments that helm gets (with a recorder in its place), and real charts with the real helm.
#include "source/helm/helm.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "source/source.hpp"
#include "support/folder.hpp"
#include "support/recorder.hpp"
#include "support/text.hpp"
#include "support/tools.hpp"

using namespace drift::source;
using drift::tests::Folder;
using drift::tests::Recorder;

namespace {

void write_chart(const Folder& folder, const std::string& at = ".") {
  folder.write(at + "/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
  folder.write(at + "/values.yaml", "replicas: 1\nimage: {repository: nginx, tag: '1.25'}\n");
  folder.write(
      at + "/crds/crd.yaml",
      "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a.b.c}\n");
  folder.write(at + "/templates/config.yaml",
               "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n  namespace: {{ "
               ".Release.Namespace }}\n"
               "data:\n  replicas: {{ .Values.replicas | quote }}\n  kind: {{ kindOf .Values.replicas }}\n"
               "  image: {{ .Values.image.repository }}:{{ .Values.image.tag }}\n"
               "  kube: {{ .Capabilities.KubeVersion.Version }}\n  has: {{ .Capabilities.APIVersions.Has "
               "\"x.io/v1\" | quote }}\n"
               "  extra: {{ .Values.extra | default \"none\" | quote }}\n");
  folder.write(at + "/templates/tests/test.yaml",
               "apiVersion: v1\nkind: Pod\nmetadata:\n  name: test\n  annotations: {helm.sh/hook: test}\n");
}

std::string render(const Folder& folder, const Options& options, const Context& context,
                   const std::string& at = ".") {
  drift::outside::SystemPrograms programs(drift::tests::tools_environment());
  drift::tests::require_tool(programs, "helm");
  const auto source = load((folder.path() / at).string(), options, context, programs);
  REQUIRE(source.files.size() == 1);
  CHECK(source.files[0].name == "helm template");
  CHECK(source.type == Type::helm);
  return source.files[0].text;
}

using drift::tests::contains;

}  // namespace

TEST_CASE("Helm gets Argo CD's arguments in Argo CD's order") {
  Folder folder;
  write_chart(folder);
  folder.write("values-prod.yaml", "");
  folder.write("text.txt", "");
  Options options;
  options.helm_parameters = {{"b", "$ARGOCD_APP_NAME"}, {"a", "x,y\\,z"}, {"list", "{a,b}"}};
  options.helm_string_parameters = {{"s", "12"}};
  options.helm_file_parameters = {{"f", "text.txt"}};
  options.helm_value_files = {"values-prod.yaml", "/values.yaml"};
  options.helm_values = "a: 1\n";
  options.helm_skip_tests = options.helm_skip_schema_validation = true;
  Context context;
  context.app_name = "team_web";
  context.ns = "prod";
  context.kube_version = "v1.31.2+k3s1";
  context.api_versions = {"apps/v1", "apps/v1/Deployment"};
  Recorder programs;
  load(folder.path().string(), options, context, programs);
  REQUIRE(programs.commands.size() == 1);
  const auto root = folder.path().string();
  CHECK(programs.commands[0].program == "helm");
  CHECK(programs.commands[0].directory == folder.path());
  CHECK(programs.commands[0].arguments ==
        std::vector<std::string>{"template",        ".",
                                 "--name-template", "web",
                                 "--namespace",     "prod",
                                 "--kube-version",  "1.31.2",
                                 "--set",           "a=x\\,y\\,z",
                                 "--set",           "b=team_web",
                                 "--set",           "list={a,b}",
                                 "--set-string",    "s=12",
                                 "--set-file",      "f=" + root + "/text.txt",
                                 "--values",        root + "/values-prod.yaml",
                                 "--values",        root + "/values.yaml",
                                 "--values",        (programs.work_folder() / "inline-values.yaml").string(),
                                 "--api-versions",  "apps/v1",
                                 "--api-versions",  "apps/v1/Deployment",
                                 "--include-crds",  "--skip-schema-validation",
                                 "--skip-tests"});
}

TEST_CASE("A release's name is no template, which could read the environment") {
  Folder folder;
  write_chart(folder);
  for (const std::string name : {"{{ env \"HTTPS_PROXY\" | b32enc }}", "a{{- expandenv \"$PATH\" }}"}) {
    CAPTURE(name);
    Options options;
    options.helm_release_name = name;
    Recorder programs;
    CHECK_THROWS_WITH_AS(load(folder.path().string(), options, {}, programs),
                         "helm-release-name: a template could read the environment; expected a name",
                         drift::InputError);
    CHECK(programs.commands.empty());
  }
}

TEST_CASE("A real chart renders with what Argo CD tells about the application") {
  Folder folder;
  write_chart(folder);
  Context context;
  context.app_name = "web";
  context.ns = "prod";
  context.kube_version = "1.29.3";
  context.api_versions = {"x.io/v1"};
  const auto text = render(folder, {}, context);
  CHECK(contains(text, "name: web\n"));
  CHECK(contains(text, "namespace: prod\n"));
  CHECK(contains(text, "kube: v1.29.3"));
  CHECK(contains(text, "has: \"true\""));
  CHECK(contains(text, "kind: CustomResourceDefinition"));
  CHECK(contains(text, "kind: Pod"));
}

TEST_CASE(
    "Parameters, string parameters, files and inline values reach a real chart, with Helm's precedence") {
  Folder folder;
  write_chart(folder);
  folder.write("prod.yaml", "replicas: 2\nimage: {tag: prod}\n");
  folder.write("note.txt", "from a file");
  Options options;
  options.helm_release_name = "other";
  options.helm_value_files = {"prod.yaml"};
  options.helm_values = "image: {tag: inline}\n";
  options.helm_string_parameters = {{"replicas", "7"}};
  options.helm_file_parameters = {{"extra", "note.txt"}};
  options.helm_skip_crds = options.helm_skip_tests = true;
  options.helm_kube_version = "1.28.0";
  options.helm_namespace = "mine";
  const auto text = render(folder, options, {});
  for (const char* part : {"name: other\n", "namespace: mine\n", "replicas: \"7\"", "kind: string",
                           "image: nginx:inline", "extra: \"from a file\"", "kube: v1.28.0"}) {
    CAPTURE(part);
    CHECK(contains(text, part));
  }
  CHECK_FALSE(contains(text, "CustomResourceDefinition"));
  CHECK_FALSE(contains(text, "kind: Pod"));
}

TEST_CASE("Values files by pattern come in order, but for those that are named") {
  Folder folder;
  for (const char* name : {"chart/envs/a.yaml", "chart/envs/z.yaml", "chart/envs/nested/c.yaml",
                           "chart/envs/no.txt", "shared/s.yaml"}) {
    folder.write(name, "");
  }
  folder.write(".git/config", "");
  Context context;
  context.app_name = "envs";
  const Repository repository(folder.path() / "chart", context);
  const auto resolved = [&](List files, bool ignore_missing = false) {
    Options options;
    options.helm_value_files = std::move(files);
    options.helm_ignore_missing_value_files = ignore_missing;
    List result;
    for (const auto& file : resolve_value_files(repository, options, context)) {
      result.push_back(file.lexically_relative(folder.path()).string());
    }
    return result;
  };
  CHECK(resolved({"$ARGOCD_APP_NAME/**/*.yaml"}) ==
        List{"chart/envs/a.yaml", "chart/envs/z.yaml", "chart/envs/nested/c.yaml"});
  CHECK(resolved({"envs/*.yaml", "/shared/*", "envs/a.yaml"}) ==
        List{"chart/envs/z.yaml", "shared/s.yaml", "chart/envs/a.yaml"});
  CHECK(resolved({"none/*.yaml", "missing.yaml", "envs/a.yaml"}, true) == List{"chart/envs/a.yaml"});
  // Of a file that is named twice the first place counts, as in Argo CD from 3.4 on; two links to it are two files.
  const List twice = {"envs/a.yaml", "envs/z.yaml", "./envs/a.yaml", "/chart/envs/a.yaml"};
  CHECK(resolved(twice) == List{"chart/envs/a.yaml", "chart/envs/z.yaml"});
  context.argocd_version = {3, 4, 0};
  CHECK(resolved(twice) == List{"chart/envs/a.yaml", "chart/envs/z.yaml"});
  context.argocd_version = {3, 3, 19};
  CHECK(resolved(twice) ==
        List{"chart/envs/a.yaml", "chart/envs/z.yaml", "chart/envs/a.yaml", "chart/envs/a.yaml"});
  context.argocd_version.reset();
  std::filesystem::create_symlink("a.yaml", folder.path() / "chart/envs/link.yaml");
  CHECK(resolved({"envs/a.yaml", "envs/z.yaml", "envs/link.yaml"}) ==
        List{"chart/envs/a.yaml", "chart/envs/z.yaml", "chart/envs/a.yaml"});
  CHECK_THROWS_WITH(resolved({"none/*.yaml"}), "helm-value-files: no file matches 'none/*.yaml'");
  CHECK_THROWS_WITH(resolved({"missing.yaml"}), "helm-value-files: there is no file 'missing.yaml'");
}

TEST_CASE("A values file of another source is refused, and none of this one is taken for it") {
  Folder folder;
  folder.write("values.yaml", "");
  folder.write("prod/values.yaml", "");
  Options options;
  options.helm_ignore_missing_value_files = true;
  Context context;
  context.ns = "prod";
  const Repository repository(folder.path(), context);
  options.helm_value_files = {"$values/values.yaml"};
  CHECK_THROWS_WITH_AS(
      resolve_value_files(repository, options, context),
      "helm-value-files: '$values/values.yaml' is of another source, which a plugin doesn't see; "
      "expected a file of this one",
      drift::InputError);
  Recorder programs;
  Options parameters;
  parameters.helm_file_parameters = {{"x", "$values/values.yaml"}};
  folder.write("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
  CHECK_THROWS_AS(load(folder.path().string(), parameters, context, programs), drift::InputError);
  options.helm_value_files = {"$ARGOCD_APP_NAMESPACE/values.yaml", "${ARGOCD_APP_NAMESPACE}/values.yaml"};
  CHECK(resolve_value_files(repository, options, context).size() == 1);  // both name the same file
}

TEST_CASE("Values files and file parameters can't be outside of the repository") {
  Folder folder;
  write_chart(folder, "repo/chart");
  folder.write("repo/.git/config", "");
  folder.write("secret.yaml", "a: b\n");
  std::filesystem::create_symlink("../../secret.yaml", folder.path() / "repo/chart/link.yaml");
  Recorder programs;
  for (const char* path :
       {"../../secret.yaml", "/../secret.yaml", "link.yaml", "*.yaml", "https://example.com/v.yaml", "/",
        "/etc/../../secret.yaml", "../../*.yaml", "file:///etc/passwd"}) {
    CAPTURE(path);
    Options options;
    options.helm_value_files = {path};
    CHECK_THROWS_AS(load((folder.path() / "repo/chart").string(), options, {}, programs), drift::InputError);
    if (std::string_view(path).find('*') != std::string_view::npos) continue;
    Options files;
    files.helm_file_parameters = {{"x", path}};
    CHECK_THROWS_AS(load((folder.path() / "repo/chart").string(), files, {}, programs), drift::InputError);
  }
  CHECK(programs.commands.empty());
}

TEST_CASE("Neither the name nor the path of a file can smuggle in a second file") {
  Folder folder;
  write_chart(folder, "chart");
  folder.write(".git/config", "");
  const auto chart = folder.path() / "chart";
  Recorder programs;
  for (const char* name : {"x=/etc/passwd,y", "x,y", "x=", "x\\"}) {
    CAPTURE(name);
    Options options;
    options.helm_file_parameters = {{name, "values.yaml"}};
    CHECK_THROWS_AS(load(chart.string(), options, {}, programs), drift::InputError);
  }
  folder.write("chart/a\\,x=/etc/passwd", "");
  folder.write("chart/v,/etc/values.yaml", "");
  Options options;
  options.helm_file_parameters = {{"x", "a\\,x=/etc/passwd"}};
  options.helm_value_files = {"v,/etc/values.yaml"};
  load(chart.string(), options, {}, programs);
  const auto& arguments = programs.commands.at(0).arguments;
  CHECK(std::count(arguments.begin(), arguments.end(), "x=" + chart.string() + "/a\\\\\\,x=/etc/passwd") ==
        1);
  CHECK(std::count(arguments.begin(), arguments.end(), "\"" + chart.string() + "/v,/etc/values.yaml\"") == 1);
}

TEST_CASE("A real helm reads the files with such names, and no others") {
  Folder folder;
  write_chart(folder);
  folder.write("a\\,extra=b.txt", "from the file");
  folder.write("v,\"w.yaml", "replicas: 9\n");
  Options options;
  options.helm_file_parameters = {{"extra", "a\\,extra=b.txt"}};
  options.helm_value_files = {"v,\"w.yaml"};
  const auto text = render(folder, options, {});
  CHECK(contains(text, "extra: \"from the file\""));
  CHECK(contains(text, "replicas: \"9\""));
}

TEST_CASE("A chart with a link that leads out of the repository is refused") {
  Folder folder;
  write_chart(folder, "repo");
  folder.write("repo/.git/config", "");
  folder.write("outside/secret.yaml", "");
  std::filesystem::create_directory_symlink("../../outside", folder.path() / "repo/templates/more");
  Recorder programs;
  CHECK_THROWS_WITH_AS(
      load((folder.path() / "repo").string(), {}, {}, programs),
      ((folder.path() / "repo/templates/more").string() + ": this link leads out of the repository").c_str(),
      drift::InputError);
  CHECK(programs.commands.empty());
}

namespace {
const drift::outside::Result missing{
    1, "",
    "Error: An error occurred while checking for chart dependencies. You may need to run "
    "`helm dependency build` to fetch missing dependencies: found in Chart.yaml, but missing "
    "in charts/ directory: lib"};
}

TEST_CASE("Dependencies are built only after helm says that they are missing, in a private copy") {
  Folder folder;
  write_chart(folder, "web");
  folder.write(".git/config", "");
  folder.write("web/Chart.yaml",
               "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n"
               "- {name: a, version: 1.0.0, repository: 'https://charts.example.com/stable'}\n"
               "- {name: b, version: 1.0.0, repository: 'oci://registry.example.com/charts'}\n");
  Recorder programs;
  programs.answers = {missing};
  load((folder.path() / "web").string(), {}, {}, programs);
  REQUIRE(programs.commands.size() == 4);
  const auto copy = programs.work_folder() / "chart/web";
  CHECK(programs.commands[0].directory == folder.path() / "web");
  CHECK(programs.commands[1].arguments ==
        List{"repo", "add", "https:--charts.example.com-stable", "https://charts.example.com/stable"});
  CHECK(programs.commands[2].arguments == List{"dependency", "build"});
  CHECK(programs.commands[2].directory == copy);
  CHECK(programs.commands[3].arguments == programs.commands[0].arguments);
  CHECK(programs.commands[3].directory == copy);
}

TEST_CASE("A real chart gets its local dependency, and its folder stays as it is") {
  Folder folder;
  write_chart(folder, "web");
  folder.write(".git/config", "");
  folder.write("web/Chart.yaml",
               "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n"
               "- {name: lib, version: 1.0.0, repository: 'file://../lib'}\n");
  folder.write("lib/Chart.yaml", "apiVersion: v2\nname: lib\nversion: 1.0.0\n");
  folder.write("lib/templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: from-lib}\n");
  CHECK(contains(render(folder, {}, {}, "web"), "from-lib"));
  CHECK_FALSE(std::filesystem::exists(folder.path() / "web/charts"));
  CHECK_FALSE(std::filesystem::exists(folder.path() / "web/Chart.lock"));
}

TEST_CASE("A dependency outside of the repository is refused, in the lock file too") {
  Folder folder;
  write_chart(folder, "repo/web");
  folder.write("repo/.git/config", "");
  folder.write("lib/Chart.yaml", "apiVersion: v2\nname: lib\nversion: 1.0.0\n");
  for (const char* url : {"file://../../lib", "file:///etc"}) {
    for (const char* file : {"Chart.yaml", "Chart.lock", "requirements.yaml", "requirements.lock"}) {
      CAPTURE(url);
      CAPTURE(file);
      Folder other;
      write_chart(other, "repo/web");
      other.write("repo/.git/config", "");
      other.write(std::string("repo/web/") + file,
                  "name: web\nDependencies: [{name: lib, Repository: '" + std::string(url) + "'}]\n");
      Recorder programs;
      programs.answers = {missing};
      CHECK_THROWS_AS(load((other.path() / "repo/web").string(), {}, {}, programs), drift::InputError);
      CHECK(programs.commands.size() == 1);
    }
  }
}

TEST_CASE("A failing chart says why, without the name of the private folder") {
  Folder folder;
  write_chart(folder);
  folder.write("templates/bad.yaml", "{{ fail (printf \"no %s\" .Values.word) }}\n");
  drift::outside::SystemPrograms programs(drift::tests::tools_environment());
  drift::tests::require_tool(programs, "helm");
  Options options;
  options.helm_values = "word: luck\n";
  try {
    load(folder.path().string(), options, {}, programs);
    FAIL("expected an error");
  } catch (const drift::OutsideError& error) {
    const std::string said = error.what();
    CHECK(said.starts_with("helm template failed with exit code 1:\n"));
    CAPTURE(said);
    CHECK(contains(said, "no …"));
  }
  options.helm_values = "[not a map";
  try {
    load(folder.path().string(), options, {}, programs);
    FAIL("expected an error");
  } catch (const drift::OutsideError& error) {
    CHECK_FALSE(contains(error.what(), programs.work_folder().string()));
  }
}

TEST_CASE("A missing helm is named") {
  Folder folder;
  write_chart(folder);
  drift::outside::SystemPrograms programs(
      {{"PATH", folder.path().string()}, {"TMPDIR", folder.path().string()}});
  CHECK_THROWS_WITH_AS(
      load(folder.path().string(), {}, {}, programs),
      "helm is needed and not found on PATH; install it, or put it on the PATH of the sidecar",
      drift::OutsideError);
}

TEST_CASE("What helm reports of its work is no warning") {
  Folder folder;
  folder.write("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
  Recorder programs;
  programs.answers = {{0, "",
                       "level=INFO msg=\"found symbolic link in path\"\n"
                       "level=WARN msg=\"this chart is deprecated\"\nlevel=DEBUG msg=x\n"}};
  const auto source = load(folder.path().string(), {}, {}, programs);
  // The warning itself is of no known form, so it and a word on how to see it are what is left.
  CHECK(source.warnings.size() == 2);
  Recorder quiet;
  quiet.answers = {{0, "", "level=INFO msg=\"found symbolic link in path\"\n"}};
  CHECK(load(folder.path().string(), {}, {}, quiet).warnings.empty());
  Recorder warning;
  warning.answers = {
      {0, "", "level=INFO msg=\"warning: cannot overwrite table with non table for app.db (map[a:b])\"\n"}};
  const auto told = load(folder.path().string(), {}, {}, warning).warnings;
  REQUIRE_FALSE(told.empty());
  CHECK(told[0].starts_with("helm: level=INFO msg=\"warning: cannot overwrite table with non table for "));
}
