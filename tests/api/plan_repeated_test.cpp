// One object that stands in a source more than once: the plan holds the last, as Argo CD does, and `render` says so.
#include <doctest/doctest.h>

#include <filesystem>

#include "api/plan.hpp"
#include "support/hooks_input.hpp"
#include "support/program.hpp"

namespace {
using namespace drift;

std::string config_map(const std::string& metadata, const std::string& value,
                       const std::string& kind = "ConfigMap") {
  return "---\napiVersion: v1\nkind: " + kind + "\nmetadata: {" + metadata + "}\ndata: {a: \"" + value +
         "\"}\n";
}

std::vector<std::string> planned(const std::string& source) {
  const tests::Rendered rendered(source);
  std::vector<std::string> objects;
  for (const auto& object : api::read_plan(annotators::plan(rendered.input())).objects)
    objects.push_back(object.display() + (object.hook ? " hook" : ""));
  return objects;
}
}  // namespace

TEST_SUITE("plan: repeated objects") {
  TEST_CASE("the last of them is in the plan") {
    const auto source = config_map("name: c", "1") + config_map("name: d", "1") + config_map("name: c", "2");
    CHECK(planned(source) == std::vector<std::string>{"ConfigMap shop/d", "ConfigMap shop/c"});
    const tests::Rendered rendered(source), last(config_map("name: c", "2"));
    const auto manifest = [](const tests::Rendered& of, std::size_t object) {
      return api::read_plan(annotators::plan(of.input())).objects.at(object).manifest;
    };
    CHECK(manifest(rendered, 1) == manifest(last, 0));
  }

  TEST_CASE("an object is its group, kind, namespace and name") {
    using Names = std::vector<std::string>;
    // The destination's namespace, whether it is written or not; the version doesn't tell objects apart.
    CHECK(planned(config_map("name: c, namespace: shop", "1") + config_map("name: c", "2")).size() == 1);
    CHECK(planned("---\napiVersion: example.org/v1\nkind: Note\nmetadata: {name: c}\n"
                  "---\napiVersion: example.org/v2\nkind: Note\nmetadata: {name: c}\n") ==
          Names{"Note shop/c"});
    CHECK(planned("---\napiVersion: v1\nkind: Namespace\nmetadata: {name: c, namespace: a}\n"
                  "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: c, namespace: b}\n")
              .size() == 1);
    // A hook takes the place of an object, and the other way round.
    CHECK(planned(config_map("name: c", "1") +
                  config_map("name: c, annotations: {argocd.argoproj.io/hook: Sync}", "2")) ==
          Names{"ConfigMap shop/c hook"});
    CHECK(planned(config_map("name: c", "1") + config_map("name: c, namespace: other", "1") +
                  config_map("name: c", "1", "Note") + config_map("name: d", "1") +
                  "---\napiVersion: example.org/v1\nkind: ConfigMap\nmetadata: {name: c}\n")
              .size() == 5);
    CHECK(planned(config_map("generateName: c-", "1") + config_map("generateName: c-", "1")).size() == 2);
  }

  TEST_CASE("render warns, with both places") {
    const auto source = config_map("name: c", "1") + config_map("name: c", "2");
    const auto said = tests::run({.arguments = {"render", "-"}, .input = source}).err;
    CHECK(said.find(
              "<stdin>:2:1: ConfigMap/c stands in the source again at <stdin>:7:1; Argo CD applies only the "
              "last of them") != std::string::npos);
    std::string many;
    for (int i = 0; i < 15; ++i) many += source.substr(0, source.size() / 2);
    CHECK(tests::run({.arguments = {"render", "-"}, .input = many})
              .err.find("4 more objects stand in the source") != std::string::npos);
    const std::filesystem::path field = tests::project_folder() + "/../shared/field/duplicate-object";
    if (std::filesystem::exists(field))
      CHECK(tests::run({.arguments = {"render", field.string()}}).err.find("git.yaml:6:1; Argo CD") !=
            std::string::npos);
  }
}
