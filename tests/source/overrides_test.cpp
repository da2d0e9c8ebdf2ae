// What a repository may say of how Argo CD renders it: parameters of the plugin, and nothing that takes the plugin away.
#include "source/overrides.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "support/folder.hpp"
#include "support/program.hpp"
#include "support/text.hpp"
#include "support/tools.hpp"

namespace fs = std::filesystem;
using drift::source::check_overrides;
using drift::source::Overrides;
using drift::tests::contains;
using drift::tests::Folder;

namespace {

Overrides checked(const fs::path& checkout) {
  drift::outside::SystemPrograms programs(drift::tests::tools_environment());
  return check_overrides(checkout, programs);
}

// Of one such file: what is wrong with it, with its place; empty: nothing.
std::string mistake_in(std::string_view text) {
  const Folder folder;
  folder.write("apps/a/.argocd-source.yaml", text);
  const auto found = checked(folder.path());
  CHECK(found.files == std::vector<std::string>{"apps/a/.argocd-source.yaml"});
  return found.mistakes.empty() ? "" : to_string(found.mistakes.front());
}

// Runs git in a folder, as somebody who has a name.
void git(const fs::path& folder, const std::vector<std::string>& arguments) {
  std::vector<std::string> all = {
      "-c", "protocol.file.allow=always", "-c", "user.name=a", "-c", "user.email=a@b"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const auto program = drift::outside::find_program(drift::tests::tools_environment(), "git");
  REQUIRE(program);
  const auto result =
      drift::tests::run({.arguments = all, .directory = folder.string(), .program = program->string()});
  REQUIRE_MESSAGE(result.exit == 0, result.err);
}

void commit(const fs::path& repository) {
  git(repository, {"init", "-q"});
  git(repository, {"add", "-A"});
  git(repository, {"commit", "-qm", "all"});
}

}  // namespace

TEST_CASE("A source file may set the plugin's parameters and nothing else") {
  CHECK(mistake_in("plugin: {parameters: [{name: helm-value-files, array: [v.yaml]}]}\n") == "");
  CHECK(mistake_in("plugin: {name: other}\n") ==
        "apps/a/.argocd-source.yaml: sets plugin.name; expected plugin.parameters alone");
  CHECK(mistake_in("plugin: {name: other, parameters: []}\n") ==
        "apps/a/.argocd-source.yaml: sets plugin.name, plugin.parameters; expected plugin.parameters alone");
  CHECK(mistake_in("kustomize: {}\n") ==
        "apps/a/.argocd-source.yaml: sets kustomize; expected plugin.parameters alone");
  for (const auto* text :
       {"plugin: null\ndirectory: {}\n", "{plugin: null, helm: {}}", "plugin: ~\n", "plugin: other\n", "",
        "plugin: {env: [{name: A, value: b}]}\n", "<<: {plugin: null}\n", "a: [\n", "- a\n", "plugin: {}\n",
        "{\"plug\\u0069n\": null}", "Plugin: {parameters: []}\n", "plugin: {Parameters: []}\n",
        "plugin: {parameters: []}\nplugin: {name: other}\n"}) {
    CAPTURE(text);
    CHECK(contains(mistake_in(text), "apps/a/.argocd-source.yaml"));
  }
}

TEST_CASE("Files of other names aren't looked at, those for one application are") {
  const Folder folder;
  folder.write("apps/b/values.yaml", "plugin: null\n");
  folder.write("apps/b/.argocd-source-web.yaml", "plugin: {name: other}\n");
  const auto found = checked(folder.path());
  CHECK(found.files == std::vector<std::string>{"apps/b/.argocd-source-web.yaml"});
  CHECK(found.mistakes.size() == 1);
}

TEST_CASE("A link or a folder of that name is a mistake") {
  const Folder folder;
  folder.write("apps/a/x.txt", "plugin: {parameters: []}\n");
  fs::create_symlink("x.txt", folder.path() / "apps/a/.argocd-source-web.yaml");
  folder.write("apps/b/.argocd-source.yaml/x", "");
  const auto found = checked(folder.path());
  REQUIRE(found.mistakes.size() == 2);
  CHECK(contains(to_string(found.mistakes[0]), "apps/a/.argocd-source-web.yaml: is no ordinary file"));
  CHECK(contains(to_string(found.mistakes[1]), "apps/b/.argocd-source.yaml: is no ordinary file"));
}

TEST_CASE("Where there is no checkout, nothing passes") {
  const Folder folder;
  const auto file = folder.write("file", "");
  for (const auto& path : {folder.path() / "nowhere", file})
    CHECK_THROWS_WITH_AS(checked(path), doctest::Contains("no such folder"), drift::InputError);
}

TEST_CASE("Submodules are looked into, and one that is missing is a mistake") {
  const Folder attack, checkout, clones;
  attack.write(".argocd-source.yaml", "plugin: {name: another}\n");
  commit(attack.path());
  checkout.write("apps/b/cm.yaml", "");
  git(checkout.path(), {"init", "-q"});
  git(checkout.path(), {"submodule", "--quiet", "add", attack.path().string(), "apps/a b"});
  commit(checkout.path());
  git(clones.path(), {"clone", "-q", checkout.path().string(), "without"});
  git(clones.path(), {"clone", "-q", "--recurse-submodules", checkout.path().string(), "with"});

  const auto missing = checked(clones.path() / "without");
  REQUIRE(missing.mistakes.size() == 1);
  CHECK(to_string(missing.mistakes[0]) ==
        "apps/a b: is a submodule that is not in this checkout as it was committed");

  const auto looked_into = checked(clones.path() / "with");
  REQUIRE(looked_into.mistakes.size() == 1);
  CHECK(contains(to_string(looked_into.mistakes[0]), "apps/a b/.argocd-source.yaml: sets plugin.name"));

  clones.write("with/apps/a b/more.yaml", "");
  commit(clones.path() / "with/apps/a b");
  const auto other = checked(clones.path() / "with");
  REQUIRE(other.mistakes.size() == 2);
  CHECK(contains(to_string(other.mistakes[0]), "apps/a b: is a submodule that is not"));
}

TEST_CASE("Where git can't say whether submodules are there, nothing passes") {
  const Folder folder;
  folder.write(".gitmodules", "");
  const auto found = checked(folder.path());
  REQUIRE(found.mistakes.size() == 1);
  CHECK(contains(to_string(found.mistakes[0]),
                 ".gitmodules: git can't say whether the submodules are there: "));
}
