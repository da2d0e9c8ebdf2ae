// Directories of manifests, single files and standard input.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "source/discovery.hpp"
#include "source/repository.hpp"
#include "source/source.hpp"
#include "support/folder.hpp"
#include "support/recorder.hpp"

namespace fs = std::filesystem;
using namespace drift::source;
using drift::tests::Folder;
using drift::tests::Recorder;

namespace {

constexpr const char* manifest_text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

Source load_folder(const Folder& folder, const Options& options = {}, const Context& context = {}) {
  Recorder programs;
  return load(folder.path().string(), options, context, programs);
}

List names(const Folder& folder, const Source& source) {
  List result;
  for (const auto& file : source.files)
    result.push_back(fs::path(file.name).lexically_relative(folder.path()).string());
  return result;
}

std::string error_of(const Folder& folder, const Options& options = {}, const Context& context = {}) {
  try {
    load_folder(folder, options, context);
  } catch (const drift::InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("A directory's manifests come in the order of their names, folders within it only when asked for") {
  Folder folder;
  for (const char* name : {"b.yaml", "a.yml", "c.json", "no.txt", "z/1.yaml", "a/2.yaml", "a.b.yaml",
                           ".hidden.yaml", "UPPER.YAML"}) {
    folder.write(name, "{}");
  }
  CHECK(names(folder, load_folder(folder)) == List{".hidden.yaml", "a.b.yaml", "a.yml", "b.yaml", "c.json"});
  Options options;
  options.directory_recurse = true;
  CHECK(names(folder, load_folder(folder, options)) ==
        List{".hidden.yaml", "a/2.yaml", "a.b.yaml", "a.yml", "b.yaml", "c.json", "z/1.yaml"});
}

TEST_CASE("Names are what was written on the command line, joined") {
  Folder folder;
  folder.write("app/a.yaml", manifest_text);
  const auto here = fs::current_path();
  fs::current_path(folder.path());
  Recorder programs;
  CHECK(load("app", {}, {}, programs).files.at(0).name == "app/a.yaml");
  CHECK(load("./app/", {}, {}, programs).files.at(0).name == "app/a.yaml");
  fs::current_path(folder.path() / "app");
  CHECK(load(".", {}, {}, programs).files.at(0).name == "a.yaml");
  fs::current_path(here);
}

TEST_CASE("Include and exclude match the relative path, and exclude is stronger") {
  Folder folder;
  for (const char* name : {"a.yaml", "b.yml", "sub/a.yaml", "sub/x-config.yaml"}) folder.write(name, "{}");
  Options options;
  options.directory_recurse = true;
  options.directory_include = "{*.yml,sub/*}";
  CHECK(names(folder, load_folder(folder, options)) == List{"b.yml", "sub/a.yaml", "sub/x-config.yaml"});
  options.directory_exclude = "*config*";
  CHECK(names(folder, load_folder(folder, options)) == List{"b.yml", "sub/a.yaml"});
  options.directory_include = "[a";
  CHECK(error_of(folder, options) == "'[a' is no pattern that Argo CD can match with: '[' has no ']'");
}

TEST_CASE(
    "Without the filter of extensions files of any name are read, but for the application's own policy") {
  Folder folder;
  for (const char* name : {"a.yaml", "b.yaml.sealed", "README.md", ".drift-policy.yaml"})
    folder.write(name, manifest_text);
  Options options;
  CHECK(names(folder, load_folder(folder, options)) == List{"a.yaml"});
  options.directory_disable_extension_filter = true;
  CHECK(names(folder, load_folder(folder, options)) == List{"README.md", "a.yaml", "b.yaml.sealed"});
  options.directory_include = "*.sealed";
  CHECK(names(folder, load_folder(folder, options)) == List{"b.yaml.sealed"});
}

TEST_CASE("A file with Argo CD's marker and the application's own policy are left out") {
  Folder folder;
  folder.write("a.yaml", std::string(manifest_text) + "# +argocd:skip-file-rendering\n");
  folder.write("b.jsonnet", "// +argocd:skip-file-rendering\n");
  folder.write(".drift-policy.yaml", manifest_text);
  CHECK(load_folder(folder).files.empty());
}

TEST_CASE("Only YAML that does not look like manifests may turn out to be something else") {
  Folder folder;
  folder.write("a.yaml", manifest_text);
  folder.write("b.yaml", "just: data\n");
  folder.write("c.json", "{\"just\": \"data\"}");
  const auto source = load_folder(folder);
  REQUIRE(source.files.size() == 3);
  CHECK_FALSE(source.files[0].skip_unless_manifest);
  CHECK(source.files[1].skip_unless_manifest);
  CHECK_FALSE(source.files[2].skip_unless_manifest);
}

TEST_CASE("Jsonnet is refused where Argo CD would render it") {
  Folder folder;
  folder.write("a.jsonnet", "{}");
  CHECK(error_of(folder).ends_with(
      "a.jsonnet: Jsonnet is not supported; exclude the file (directory-exclude), or render it before"));
  Options options;
  options.directory_exclude = "*.jsonnet";
  CHECK(error_of(folder, options).empty());
}

TEST_CASE("A .json file holds a single object") {
  Folder folder;
  folder.write("a.json", "\xef\xbb\xbf{\"a\": [1, {}]} \n");
  CHECK(error_of(folder).empty());
  folder.write("a.json", "{} {}");
  CHECK(error_of(folder).ends_with(
      "a.json: holds several objects; expected a single one in a .json file, as Argo CD does"));
  folder.write("a.json", "{");
  CHECK(error_of(folder).empty());
}

TEST_CASE("A template of Helm in a plain directory is called one") {
  const auto said = [](const char* text) {
    try {
      const drift::manifest::Manifests manifests(
          std::vector<drift::manifest::SourceFile>{{"templates/web.yaml", text}});
    } catch (const drift::InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  const std::string hint = "(\"{{\" stands here: is this a template of Helm?";
  CHECK(said("{{- if .Values.web }}\nkind: A\n{{- end }}\n").find(hint) != std::string::npos);
  CHECK(said("kind: A\nmetadata:\n  name: {{ .Release.Name }}\n").find(hint) != std::string::npos);
  CHECK(said("kind: A\nb: {\n").find("template of Helm") == std::string::npos);
}

TEST_CASE("A .json file without an object is refused, as Argo CD fails on it") {
  Folder folder;
  folder.write("a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
  for (const char* nothing : {"", " \n\n", "\xef\xbb\xbf"}) {
    folder.write("e.json", nothing);
    CHECK(error_of(folder).ends_with(
        "e.json:1:1: holds nothing, on which Argo CD fails; expected one JSON object in a .json file"));
  }
  for (const char* other : {"\nnull\n", "\n# a comment\n", "\napiVersion: v1\n", "\n[{}]", "\n---\n{}"}) {
    folder.write("e.json", other);
    CHECK(error_of(folder).ends_with(
        "e.json:2:1: is no JSON object, so Argo CD fails on it; expected exactly one in a .json file"));
  }
  fs::remove(folder.path() / "e.json");
  folder.write(".json", "kind: ConfigMap");
  CHECK(error_of(folder).ends_with(
      ".json:1:1: is no JSON object, so Argo CD fails on it; expected exactly one in a .json file"));
}

TEST_CASE(
    "Links within the repository are followed, others are refused, dangling ones left out with a warning") {
  Folder folder;
  folder.write("outside.yaml", manifest_text);
  folder.write("repo/.git/config", "");
  folder.write("repo/shared/s.yaml", manifest_text);
  folder.write("repo/app/own.yaml", manifest_text);
  const auto app = folder.path() / "repo/app";
  fs::create_symlink("../shared/s.yaml", app / "link.yaml");
  fs::create_symlink("nowhere.yaml", app / "dangling.yaml");
  fs::create_directory_symlink("../shared", app / "folder.yaml");
  ::mkfifo((app / "pipe.yaml").c_str(), 0600);
  Recorder programs;
  const auto source = load(app.string(), {}, {}, programs);
  REQUIRE(source.files.size() == 2);
  CHECK(source.files[0].name == (app / "link.yaml").string());
  CHECK(source.warnings.size() == 3);
  fs::create_symlink("../../outside.yaml", app / "out.yaml");
  CHECK_THROWS_WITH_AS(load(app.string(), {}, {}, programs),
                       ((app / "out.yaml").string() + ": this link leads out of the repository").c_str(),
                       drift::InputError);
}

TEST_CASE("The manifests together may not exceed the limit") {
  Folder folder;
  folder.write("a.yaml", std::string(600, '#'));
  folder.write("b.yaml", std::string(600, '#'));
  Context context;
  context.max_directory_size = 1000;
  CHECK(error_of(folder, {}, context).find("the manifests are larger than 1000 bytes together") !=
        std::string::npos);
  context.max_directory_size = 0;
  CHECK(error_of(folder, {}, context).empty());
}

TEST_CASE("UTF-16 files are read by their byte order mark") {
  CHECK(drift::to_utf8(std::string("\xff\xfe"
                                   "a\0\xe9\0\x3d\xd8\x00\xde",
                                   10)) == "a\u00e9\U0001f600");
  CHECK(drift::to_utf8(std::string("\xfe\xff"
                                   "\0a\x27\x13",
                                   6)) == "a\u2713");
  CHECK(drift::to_utf8(std::string("\xfe\xff"
                                   "\xd8\x3d\0a",
                                   6)) ==
        "\ufffd"
        "a");
  CHECK(drift::to_utf8(std::string("\xff\xfe"
                                   "a\0b",
                                   5)) == "a\ufffd");
  CHECK(drift::to_utf8("\xef\xbb\xbf"
                       "a: é") ==
        "\xef\xbb\xbf"
        "a: é");
  Folder folder;
  std::string text = "\xff\xfe";
  for (const char c : std::string_view(manifest_text)) (text += c) += '\0';
  folder.write("a.yaml", text);
  CHECK(load_folder(folder).files.at(0).text == manifest_text);
}

TEST_CASE("A single file is read as it is, without a directory's rules") {
  Folder folder;
  const auto file = folder.write("any.txt", "# +argocd:skip-file-rendering\n");
  Recorder programs;
  const auto source = load(file.string(), {}, {}, programs);
  REQUIRE(source.files.size() == 1);
  CHECK(source.files[0].name == file.string());
  CHECK_FALSE(source.files[0].skip_unless_manifest);
}

TEST_CASE("What isn't there or can't be read is an error that names it") {
  Folder folder;
  Recorder programs;
  CHECK_THROWS_WITH_AS(load("/no/such/folder", {}, {}, programs),
                       "/no/such/folder: there is no such file or folder", drift::InputError);
  CHECK_THROWS_WITH_AS(load("/dev/null", {}, {}, programs), "/dev/null: is no regular file",
                       drift::InputError);
  if (::geteuid() == 0) return;  // root reads everything
  const auto file = folder.write("a.yaml", "");
  fs::permissions(file, fs::perms::none);
  CHECK(error_of(folder).ends_with("a.yaml: can't be read: Permission denied"));
}

TEST_CASE("A kustomization wins over a chart, a chart over manifests, and source-type over all") {
  Folder folder;
  CHECK(detect(folder.path(), "") == Type::directory);
  folder.write("Chart.yaml", "");
  CHECK(detect(folder.path(), "") == Type::helm);
  folder.write("Kustomization", "");
  CHECK(detect(folder.path(), "") == Type::kustomize);
  CHECK(detect(folder.path(), "directory") == Type::directory);
  CHECK_THROWS_AS(detect(folder.path(), "jsonnet"), drift::InputError);
}

TEST_CASE("A setting that has no effect on the source is warned about") {
  Folder folder;
  Options options;
  options.helm_release_name = "x";
  options.directory_recurse = true;
  CHECK(load_folder(folder, options).warnings ==
        List{"helm-release-name has no effect on a source of type directory"});
}

TEST_CASE("Discovery takes kustomizations, charts and folders with manifests, nothing else") {
  Folder folder;
  CHECK_FALSE(discover(folder.path()));
  CHECK_FALSE(discover(folder.path() / "none"));
  folder.write("values.yaml", "a: b\n");
  folder.write("sub/a.yaml", manifest_text);
  folder.write("package.json", "{\"name\": \"x\"}");
  folder.write(".drift-policy.yaml", manifest_text);
  CHECK_FALSE(discover(folder.path()));
  folder.write("a.json", R"({"apiVersion": "v1", "kind": "ConfigMap"})");
  CHECK(discover(folder.path()) == Type::directory);
  folder.write("Chart.yaml", "");
  CHECK(discover(folder.path()) == Type::helm);
}

TEST_CASE("The repository is found from what Argo CD says, from .git, and from --repo-root") {
  Folder folder;
  fs::create_directories(folder.path() / "x/repo/apps/web");
  const auto web = folder.path() / "x/repo/apps/web";
  const auto root = [&](const Context& context) {
    return Repository(web, context).root().lexically_relative(folder.path());
  };
  Context context;
  CHECK(root(context) == "x/repo/apps/web");
  context.source_path = "apps/web";
  CHECK(root(context) == "x/repo");
  context.source_path = "./apps//web/";
  CHECK(root(context) == "x/repo");
  context.source_path = "envs/prod/apps/web";  // Argo CD sent only envs/prod
  CHECK(root(context) == "x/repo");
  context.source_path = ".";
  CHECK(root(context) == "x/repo/apps/web");
  fs::create_directory(folder.path() / "x/.git");
  CHECK(root(context) == "x/repo/apps/web");
  context.source_path.reset();
  CHECK(root(context) == "x");
  context.repo_root = folder.path() / "x/repo";
  CHECK(root(context) == "x/repo");
  context.repo_root = folder.path() / "x/repo/apps/web2";
  CHECK_THROWS_AS(root(context), drift::InputError);
}
