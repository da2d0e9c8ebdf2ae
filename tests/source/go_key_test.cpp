// Keys that Go takes for a field though they are spelt otherwise, in all files that helm and kustomize read: none of them may
// lead out of the repository. The tables hold what kustomize's api/types and helm's pkg/chart have as json tags.
#include "source/go_key.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "source/source.hpp"
#include "support/folder.hpp"
#include "support/program.hpp"
#include "support/recorder.hpp"
#include "support/tools.hpp"

namespace fs = std::filesystem;
using namespace drift::source;
using drift::tests::Folder;
using drift::tests::Recorder;

namespace {

struct Field {
  std::string name;
  std::string value;  // of the field's own type, naming what lies outside
};

const std::string file = "../../outside/secret.yaml";
const std::string generator = "[{name: x, behavior: create, files: [" + file + "], envs: [" + file + "]}]";
const std::string patch = "[{path: " + file + ", target: {kind: ConfigMap}}]";

// types.Kustomization, with the fields that folders can stand in first.
const std::vector<Field> folder_fields = {
    {"resources", "[../../outside]"},    {"bases", "[../../outside]"},
    {"components", "[../../outside]"},   {"generators", "[../../outside]"},
    {"transformers", "[../../outside]"}, {"validators", "[../../outside]"},
    {"crds", "[../../outside]"},         {"configurations", "[../../outside]"}};
const std::vector<Field> other_fields = {
    {"metadata", "{name: ../../outside}"},
    {"openapi", "{path: " + file + "}"},
    {"namePrefix", "../../outside"},
    {"nameSuffix", "../../outside"},
    {"namespace", "../../outside"},
    {"commonLabels", "{a: " + file + "}"},
    {"labels", "[{pairs: {a: x}, fields: [{path: " + file + "}]}]"},
    {"commonAnnotations", "{a: " + file + "}"},
    {"patchesStrategicMerge", "[" + file + "]"},
    {"patchesJson6902", "[{path: " + file + ", target: {version: v1, kind: ConfigMap, name: inside}}]"},
    {"patches", patch},
    {"images", "[{name: " + file + "}]"},
    {"imageTags", "[{name: " + file + "}]"},
    {"replacements", "[{path: " + file + "}]"},
    {"replicas", "[{name: " + file + ", count: 1}]"},
    {"vars", "[{name: A, objref: {kind: ConfigMap, name: " + file + ", apiVersion: v1}}]"},
    {"sortOptions", "{order: legacy}"},
    {"configMapGenerator", generator},
    {"secretGenerator", generator},
    {"helmGlobals", "{chartHome: ../../outside}"},
    {"helmCharts", "[{name: outside, valuesFile: " + file + ", additionalValuesFiles: [" + file + "]}]"},
    {"helmChartInflationGenerator", "[{chartName: outside, chartHome: ../../outside, values: " + file + "}]"},
    {"generatorOptions", "{labels: {a: " + file + "}}"},
    {"buildMetadata", "[originAnnotations]"}};

// What Go takes for the name: in any case, and with the letters that fold to s and k.
std::vector<std::string> spellings(const std::string& name) {
  auto upper = name;
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  auto folded = name;
  drift::replace_all(folded, "s", "\u017f");
  drift::replace_all(folded, "k", "\u212a");
  return {name, drift::lower_case(name), upper, folded};
}

// A repository with an application, and what lies outside of it.
class Outside {
 public:
  Outside() {
    folder_.write("repo/.git/config", "");
    folder_.write("repo/app/cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: inside}\n");
    folder_.write("outside/secret.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: marker}\n");
    folder_.write("outside/kustomization.yaml", "resources: [secret.yaml]\n");
    folder_.write("outside/Chart.yaml", "apiVersion: v2\nname: outside\nversion: 1.0.0\n");
    folder_.write("outside/templates/cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: marker}\n");
  }

  void write(const std::string& name, const std::string& text) { folder_.write("repo/app/" + name, text); }
  std::string app() const { return (folder_.path() / "repo/app").string(); }

  // What is rendered with the real programs; the error where it fails.
  std::string rendered() const {
    drift::outside::SystemPrograms programs(drift::tests::tools_environment());
    drift::tests::require_tool(programs, "helm");
    if (!programs.has("kustomize")) drift::tests::require_tool(programs, "kubectl");
    try {
      return load(app(), {}, {}, programs).files.at(0).text;
    } catch (const drift::Failure& failure) {
      return failure.what();
    }
  }

  // Refused with this message, before any program has run but helm once.
  void refused(const std::string& message, bool chart = false) const {
    Recorder programs;
    if (chart) programs.answers = {{1, "", "found in Chart.yaml, but missing in charts/ directory: lib"}};
    try {
      load(app(), {}, {}, programs);
      FAIL("rendered");
    } catch (const drift::InputError& error) {
      CAPTURE(std::string(error.what()));
      CHECK(std::string_view(error.what()).find(message) != std::string_view::npos);
    }
    CHECK(programs.commands.size() == (chart ? 1 : 0));
  }

 private:
  Folder folder_;
};

// The json tags of a file of a Go module, where it has been downloaded.
std::set<std::string> tags_of(const fs::path& module_file) {
  const char* home = std::getenv("HOME");
  const auto text =
      drift::tests::contents(fs::path(home == nullptr ? "/" : home) / "go/pkg/mod" / module_file);
  std::set<std::string> tags;
  const std::string_view opening = "json:\"";
  for (auto at = text.find(opening); at != std::string::npos; at = text.find(opening, at)) {
    at += opening.size();
    const auto tag = text.substr(at, text.find_first_of(",\"", at) - at);
    if (!tag.empty()) tags.insert(tag);
  }
  return tags;
}

}  // namespace

TEST_CASE("Keys are compared as encoding/json folds them") {
  CHECK(is_go_field("reſourceſ", "resources"));
  CHECK(is_go_field("REPOſITORY", "repository"));
  CHECK(is_go_field("\u212aind", "kind"));
  CHECK_FALSE(is_go_field("resource", "resources"));
  CHECK_FALSE(is_go_field("\u0131nd", "ind"));  // the dotless i folds to nothing else
  CHECK_FALSE(is_go_field("re\u00dfources", "ressources"));
}

TEST_CASE("A folder outside is refused under every spelling of every field that can name one") {
  for (const auto& [name, value] : folder_fields)
    for (const auto& spelling : spellings(name))
      for (const std::string before :
           {"", "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"}) {
        CAPTURE(spelling);
        Outside repository;
        repository.write("kustomization.yaml", before + spelling + ": " + value + "\n");
        repository.refused("'../../outside' is outside of the repository");
      }
}

TEST_CASE("A key may be quoted, escaped, binary, merged or an alias, and is that key still") {
  for (const std::string text :
       {"\"re\\u017fources\": [../../outside]\n", "!!binary cmVzb3VyY2Vz: [../../outside]\n",
        "<<: {re\u017fources: [../../outside]}\n", "namePrefix: &a resources\n*a : [../../outside]\n",
        "? resource\u017f\n: - ../../outside\n", "{\"RE\\u017FOURCES\": [\"../../outside\"]}",
        "resources: &x [../../outside]\nbases: *x\n", "reſources: [!!binary Li4vLi4vb3V0c2lkZQ==]\n"}) {
    CAPTURE(text);
    Outside repository;
    repository.write("kustomization.yaml", text);
    repository.refused("'../../outside' is outside of the repository");
  }
}

TEST_CASE("No other field of a kustomization reads what lies outside, as the real kustomize has it") {
  for (const auto& [name, value] : other_fields) {
    const auto& shown_name = name;  // a binding itself can't be captured
    CAPTURE(shown_name);
    Outside repository;
    repository.write("kustomization.yaml", "resources: [cm.yaml]\n" + name + ": " + value + "\n");
    CHECK(repository.rendered().find("marker") == std::string::npos);
  }
  Outside control;
  control.write("kustomization.yaml", "resources: [cm.yaml]\n");
  CHECK(control.rendered().find("name: inside") != std::string::npos);
}

TEST_CASE(
    "Nor does any file that a kustomization names, be it a generator, a transformer or a configuration") {
  const std::string start = "apiVersion: builtin\nmetadata: {name: x}\nkind: ";
  const std::vector<Field> plugins = {
      {"generators", "ConfigMapGenerator\nfiles: [" + file + "]\n"},
      {"generators", "SecretGenerator\nenvs: [" + file + "]\n"},
      {"generators", "HelmChartInflationGenerator\nname: outside\nchartHome: ../../outside\n"},
      {"transformers", "PatchTransformer\npath: " + file + "\ntarget: {kind: ConfigMap}\n"},
      {"transformers", "PatchJson6902Transformer\npath: " + file + "\ntarget: {kind: ConfigMap}\n"},
      {"transformers", "PatchStrategicMergeTransformer\npaths: [" + file + "]\n"},
      {"transformers", "ReplacementTransformer\nreplacements: [{path: " + file + "}]\n"},
      {"validators", "PatchTransformer\npa\u017fh: " + file + "\npath: " + file + "\n"}};
  for (const auto& [field, text] : plugins) {
    const auto& shown_text = text;  // a binding itself can't be captured
    CAPTURE(shown_text);
    Outside repository;
    repository.write("plugin.yaml", start + text);
    repository.write("kustomization.yaml", "resources: [cm.yaml]\n" + field + ": [plugin.yaml]\n");
    CHECK(repository.rendered().find("marker") == std::string::npos);
  }
}

TEST_CASE("Functions that would run a program are not run") {
  for (const std::string function :
       {"exec: {path: ./run.sh}", "container: {image: example.com/x, network: true}",
        "starlark: {path: ./run.star}"}) {
    CAPTURE(function);
    Outside repository;
    repository.write("run.sh", "#!/bin/sh\ncat ../../outside/secret.yaml\n");
    fs::permissions(repository.app() + "/run.sh", fs::perms::owner_all);
    repository.write("plugin.yaml",
                     "apiVersion: example.com/v1\nkind: Run\nmetadata:\n  name: x\n  "
                     "annotations:\n    config.kubernetes.io/function: |\n      " +
                         function + "\n");
    repository.write("kustomization.yaml", "resources: [cm.yaml]\ngenerators: [plugin.yaml]\n");
    CHECK(repository.rendered().find("marker") == std::string::npos);
  }
}

TEST_CASE("Two keys that kustomize or helm takes for one are refused, with the place") {
  Outside overlay;
  overlay.write("kustomization.yaml", "resources: [cm.yaml]\nRe\u017fources: [other.yaml]\n");
  overlay.refused(
      "kustomization.yaml:1:12: kustomize takes 'Re\u017fources' and 'resources' for one key; "
      "expected one of them");
  Outside chart;
  chart.write("Chart.yaml",
              "apiVersion: v2\nname: app\nversion: 1.0.0\nDependencies: [{repository: "
              "'https://example.com'}]\ndependencies: [{name: lib, version: '*'}]\n");
  chart.refused("Chart.yaml:5:15: helm takes 'Dependencies' and 'dependencies' for one key", true);
  chart.write("Chart.yaml",
              "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies: [{name: lib, "
              "repository: 'https://example.com', repo\u017fitory: 'file://../../outside'}]\n");
  chart.refused("helm takes 'repository' and 'repo\u017fitory' for one key", true);
}

TEST_CASE("A chart outside is refused under every spelling, in every file that names dependencies") {
  for (const char* name : {"Chart.yaml", "Chart.lock", "requirements.yaml", "requirements.lock"})
    for (const auto& list : spellings("dependencies"))
      for (const auto& key : spellings("repository")) {
        CAPTURE(name);
        CAPTURE(list + " " + key);
        Outside repository;
        const std::string head = "apiVersion: v2\nname: app\nversion: 1.0.0\n";
        repository.write("Chart.yaml", head);
        repository.write(name, head + list + ": [{name: outside, " + key + ": 'file://../../outside'}]\n");
        repository.refused("'file://../../outside' is outside of the repository", true);
      }
}

TEST_CASE("The tables have all fields of kustomize and helm") {
  const auto kustomize = tags_of("sigs.k8s.io/kustomize/api@v0.21.1/types/kustomization.go");
  const auto dependency = tags_of("helm.sh/helm/v4@v4.3.1/pkg/chart/v2/dependency.go");
  if (kustomize.empty() || dependency.empty()) {
    MESSAGE("not compared: kustomize's and helm's modules are not downloaded");
    return;
  }
  std::set<std::string> known;
  for (const auto* fields : {&folder_fields, &other_fields})
    for (const auto& field : *fields) known.insert(field.name);
  CHECK(known == kustomize);
  CHECK(dependency == std::set<std::string>{"alias", "condition", "dependencies", "digest", "enabled",
                                            "generated", "import-values", "name", "repository", "tags",
                                            "version"});
}

TEST_CASE("The field's own inputs are refused") {
  const auto field = fs::path(drift::tests::project_folder()).parent_path() / "shared/field";
  for (const char* name : {"folded-key-kustomize", "folded-key-helm"}) {
    if (!fs::exists(field / name)) continue;
    CAPTURE(name);
    drift::outside::SystemPrograms programs(drift::tests::tools_environment());
    CHECK_THROWS_AS(load((field / name / "app").string(), {}, {}, programs), drift::InputError);
  }
}
