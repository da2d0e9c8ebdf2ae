// What a rendering reads: a copy that has these paths alone, as Argo CD would send it, renders the same, and one without one of
// them says by name what it lacks.
#include "source/read_paths.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "source/source.hpp"
#include "support/folder.hpp"
#include "support/program.hpp"
#include "support/text.hpp"
#include "support/tools.hpp"

using namespace drift::source;
using drift::tests::contains;
using drift::tests::Folder;
namespace fs = std::filesystem;

namespace {

using Texts = std::vector<std::string>;

Context called_for(const std::string& app) {
  Context context;
  context.source_path = app;
  context.app_name = "web";
  return context;
}

std::string rendered(const fs::path& folder, const Options& options, const Context& context) {
  drift::outside::SystemPrograms programs(drift::tests::tools_environment());
  std::string text;
  for (const auto& file : load(folder.string(), options, context, programs).files) text += file.text + "\n";
  return text;
}

// An application in a repository, and the one setting of Argo CD that matters here.
struct Sent {
  const fs::path& repository;
  std::string app;
  Options options;

  Texts paths() const {
    return read_paths(Repository(repository / app, called_for(app)), options, called_for(app));
  }

  // The folder of the application in what is sent for these paths: the common root of all (getApplicationRootPath), and in it
  // nothing but them.
  fs::path send(const Texts& paths, const Folder& to) const {
    const auto from = (repository / app).lexically_normal();
    auto root = from;
    for (const auto& path : paths)
      while (!is_below((from / path).lexically_normal(), root)) root = root.parent_path();
    for (const auto& path : paths) {
      const auto source = (from / path).lexically_normal();
      const auto target = (to.path() / source.lexically_relative(root)).lexically_normal();
      fs::create_directories(target.parent_path());
      fs::copy(source, target,
               fs::copy_options::recursive | fs::copy_options::copy_symlinks |
                   fs::copy_options::overwrite_existing);
    }
    return (to.path() / from.lexically_relative(root)).lexically_normal();
  }

  std::string render(const Texts& paths) const {
    const Folder to;
    return rendered(send(paths, to), options, called_for(app));
  }
};

// What a message has to say of a path that is missing: a values file may have been named by a pattern.
std::string expected_name(const fs::path& path) {
  return path.extension() == ".yaml" ? path.parent_path().filename().string() : path.filename().string();
}

// Renders the whole repository, then what is sent for the paths, then that without each of them.
void check_exact(const Sent& sent, const Texts& expected) {
  const auto paths = sent.paths();
  CHECK(paths == expected);
  const auto whole = rendered(sent.repository / sent.app, sent.options, called_for(sent.app));
  CHECK(!whole.empty());
  CHECK(sent.render(paths) == whole);
  for (const auto& path : paths) {
    if (path == ".") continue;
    CAPTURE(path);
    auto fewer = paths;
    std::erase(fewer, path);
    std::string said;
    try {
      sent.render(fewer);
    } catch (const drift::Failure& failure) {
      said = failure.what();
    }
    CHECK(contains(said, expected_name(path)));
  }
}

std::string config(const std::string& name) {
  return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + "}\n";
}

}  // namespace

TEST_CASE("an overlay reads its bases, components and patches wherever they are") {
  const Folder folder;
  folder.write("unrelated/large.yaml", config("unrelated"));
  folder.write("apps/web/base/kustomization.yaml", "resources: [a.yaml]\n");
  folder.write("apps/web/base/a.yaml", config("a"));
  folder.write("common/kustomization.yaml",
               "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\n"
               "namePrefix: common-\n");
  folder.write("apps/web/prod/kustomization.yaml",
               "resources: [../base]\ncomponents: [../../../common]\npatches: [{path: p.yaml}]\n");
  folder.write("apps/web/prod/p.yaml",
               "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {patched: 'yes'}\n");
  check_exact({folder.path(), "apps/web/prod", {}}, {".", "../../../common", "../base"});
}

TEST_CASE("a component of the Application's own parameters is read too") {
  const Folder folder;
  folder.write("parts/one/kustomization.yaml",
               "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\n"
               "nameSuffix: -one\n");
  folder.write("web/kustomization.yaml", "resources: [a.yaml]\n");
  folder.write("web/a.yaml", config("a"));
  Options options;
  options.kustomize_components = {"../parts/one"};
  check_exact({folder.path(), "web", options}, {".", "../parts/one"});
}

TEST_CASE("a base that a link leads to is read with the link") {
  const Folder folder;
  folder.write("bases/v2/kustomization.yaml", "resources: [a.yaml]\n");
  folder.write("bases/v2/a.yaml", config("a"));
  fs::create_directory_symlink("v2", folder.path() / "bases/current");
  folder.write("web/kustomization.yaml", "resources: [../bases/current]\n");
  const Sent sent{folder.path(), "web", {}};
  const auto paths = sent.paths();
  CHECK(paths == Texts{".", "../bases/current", "../bases/v2"});
  CHECK(sent.render(paths) == rendered(folder.path() / "web", {}, called_for("web")));
}

TEST_CASE("a chart reads its values files, file parameters and the charts that it depends on") {
  const Folder folder;
  folder.write("charts/common/Chart.yaml", "apiVersion: v2\nname: common\nversion: 1.0.0\n");
  folder.write("charts/common/templates/c.yaml", config("common"));
  folder.write("charts/web/Chart.yaml",
               "apiVersion: v2\nname: web\nversion: 1.0.0\n"
               "dependencies: [{name: common, version: 1.0.0, repository: 'file://../common'}]\n");
  folder.write("charts/web/templates/a.yaml", config("a") +
                                                  "data: {size: {{ .Values.size | quote }}, "
                                                  "text: {{ .Values.text | quote }}}\n");
  folder.write("values/prod.yaml", "size: large\n");
  folder.write("values/unused.yaml", "size: small\n");
  folder.write("texts/t.txt", "hello");
  Options options;
  options.helm_value_files = {"/values/prod.yaml"};
  options.helm_file_parameters = {{"text", "../../texts/t.txt"}};
  check_exact({folder.path(), "charts/web", options},
              {".", "../../texts/t.txt", "../../values/prod.yaml", "../common"});
}

TEST_CASE("a path from the root means the same where only a part of the repository was sent") {
  const Folder folder;
  folder.write("apps/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
  folder.write("apps/web/templates/a.yaml", config("a") + "data: {size: {{ .Values.size | quote }}}\n");
  folder.write("apps/values/prod.yaml", "size: large\n");
  Options options;
  for (const std::string written : {"/apps/values/prod.yaml", "/apps/values/*.yaml"}) {
    CAPTURE(written);
    options.helm_value_files = {written};
    check_exact({folder.path(), "apps/web", options}, {".", "../values/prod.yaml"});
  }
  options.helm_value_files = {"/values/*.yaml"};
  const Folder to;
  const Sent sent{folder.path(), "apps/web", options};
  CHECK_THROWS_WITH_AS(
      rendered(sent.send({".", "../values"}, to), options, called_for("apps/web")),
      "helm-value-files: Argo CD did not send '/values/*.yaml' to the plugin; expected "
      "'/values' in the Application's annotation "
      "argocd.argoproj.io/manifest-generate-paths (`drift-policy paths` says which it needs)",
      drift::InputError);
}

TEST_CASE("what is above all that was sent may be the repository's, and what is above the repository isn't") {
  const Folder folder;
  folder.write("web/kustomization.yaml", "resources: [../../../base]\n");
  const auto fails_with = [&](const std::string& source_path) {
    try {
      rendered(folder.path() / "web", {}, called_for(source_path));
    } catch (const drift::Failure& failure) {
      return std::string(failure.what());
    }
    return std::string();
  };
  CHECK(contains(fails_with("a/b/web"), "kustomization.yaml:1:13: Argo CD did not send '../../../base'"));
  CHECK(!contains(fails_with("b/web"), "did not send"));
  Options options;
  options.kustomize_components = {"../../part"};
  drift::outside::SystemPrograms programs(drift::tests::tools_environment());
  CHECK_THROWS_WITH_AS(
      load((folder.path() / "web").string(), options, called_for("a/web"), programs),
      "kustomize-components: Argo CD did not send '../../part' to the plugin; expected "
      "'../../part' in the Application's annotation argocd.argoproj.io/manifest-generate-paths "
      "(`drift-policy paths` says which it needs)",
      drift::InputError);
}

TEST_CASE("a directory reads itself, and files that links lead to") {
  const Folder folder;
  folder.write("shared/a.yaml", config("a"));
  folder.write("web/b.yaml", config("b"));
  folder.write("web/sub/c.yaml", config("c"));
  fs::create_symlink("../shared/a.yaml", folder.path() / "web/a.yaml");
  fs::create_symlink("nowhere", folder.path() / "web/broken.yaml");
  const Sent sent{folder.path(), "web", {}};
  CHECK(sent.paths() == Texts{".", "../shared/a.yaml"});
  CHECK(sent.render(sent.paths()) == rendered(folder.path() / "web", {}, called_for("web")));
}

TEST_CASE("of a directory no folder behind a link is named, and no file that isn't chosen") {
  const Folder folder;
  for (const auto* name :
       {"shared/deep/a.yaml", "shared/b.yaml", "shared/c.yaml", "shared/d.txt", "web/e.yaml"})
    folder.write(name, config("x"));
  folder.write("shared/policy.yaml", "");
  for (const auto& [target, link] :
       std::vector<std::pair<std::string, std::string>>{{"../shared/deep", "folder"},
                                                        {"../shared/deep", "folder.yaml"},
                                                        {"../shared/b.yaml", "b.yaml"},
                                                        {"../shared/c.yaml", "left-out.yaml"},
                                                        {"../shared/d.txt", "d.txt"},
                                                        {"../shared/policy.yaml", ".drift-policy.yaml"}})
    fs::create_symlink(target, folder.path() / "web" / link);
  Options options;
  options.directory_exclude = "left-*";
  Sent sent{folder.path(), "web", options};
  const Texts expected = {".", "../shared/b.yaml", "../shared/policy.yaml"};
  CHECK(sent.paths() == expected);
  CHECK(sent.render(expected) == rendered(folder.path() / "web", options, called_for("web")));
  sent.options.directory_recurse = true;
  CHECK(sent.paths() == expected);
  fs::create_directory(folder.path() / "web/sub");
  fs::create_symlink("../../shared/c.yaml", folder.path() / "web/sub/c.yaml");
  CHECK(sent.paths() == Texts{".", "../shared/b.yaml", "../shared/c.yaml", "../shared/policy.yaml"});
  sent.options.directory_disable_extension_filter = true;
  CHECK(sent.paths() ==
        Texts{".", "../shared/b.yaml", "../shared/c.yaml", "../shared/d.txt", "../shared/policy.yaml"});
}

TEST_CASE("the samples need what is listed and nothing else") {
  const fs::path samples = fs::path(drift::tests::project_folder()) / "sample-apps";
  for (const std::string app : {"low", "medium", "high", "helm", "kustomize/overlays/production"}) {
    CAPTURE(app);
    const auto expected = app.starts_with("kustomize") ? Texts{".", "../../base"} : Texts{"."};
    check_exact({samples, app, {}}, expected);
  }
}

TEST_CASE("an annotation covers a path by itself or by a folder above it") {
  const Folder folder;
  folder.write("apps/web/a.yaml", config("a"));
  const Repository repository(folder.path() / "apps/web", called_for("apps/web"));
  const auto lacking = [&](const std::string& annotation) {
    return lacking_paths(annotation, {".", "../base", "../../values/prod.yaml"}, repository);
  };
  CHECK(lacking("") == Texts{".", "../base", "../../values/prod.yaml"});
  CHECK(lacking(".;../base;../../values/prod.yaml").empty());
  CHECK(lacking("..;/values").empty());
  CHECK(lacking("./;../base/;/values/").empty());
  CHECK(lacking("/").empty());
  CHECK(lacking(".;/apps/base") == Texts{"../../values/prod.yaml"});
  CHECK(lacking(".;../bas;/values/*.yaml") == Texts{"../base", "../../values/prod.yaml"});
}

TEST_CASE("a path that the annotation can't hold is refused") {
  const Folder folder;
  folder.write("a;b/kustomization.yaml", "resources: []\n");
  folder.write("web/kustomization.yaml", "resources: ['../a;b']\n");
  CHECK_THROWS_AS((Sent{folder.path(), "web", {}}.paths()), drift::InputError);
}
