// The three ways that a setting gets its value, and their order.
#include "source/parameters.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "base/error.hpp"
#include "commands/source_flags.hpp"
#include "source/settings.hpp"
#include "support/program.hpp"

using namespace drift::source;
using drift::outside::Environment;

namespace {

Options options_of(const Environment& environment, const CommandLine& line = {}) {
  return read_settings(line, environment).options;
}

CommandLine parse(const std::vector<std::string>& arguments) {
  drift::commands::Parser parser("test", "");
  CommandLine line;
  std::string path;
  parser.arguments().add_option("PATH", path, "");
  drift::commands::add_source_flags(parser.arguments(), line);
  std::vector<const char*> words = {"test"};
  for (const auto& argument : arguments) words.push_back(argument.c_str());
  const auto exit = parser.parse(static_cast<int>(words.size()), words.data());
  REQUIRE_FALSE(exit);
  return line;
}

std::string error_of(const Environment& environment) {
  try {
    options_of(environment);
  } catch (const drift::InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("Parameters are read from Argo CD's JSON") {
  const auto options = options_of({{"ARGOCD_APP_PARAMETERS", R"([
    {"name":"helm-release-name","string":"r"},
    {"name":"directory-recurse","string":"true"},
    {"name":"helm-value-files","array":["a.yaml","b.yaml"]},
    {"name":"helm-parameters","map":{"image.tag":"1.25","x":"é ✓"}},
    {"name":"helm-api-versions","array":[]}])"}});
  CHECK(options.helm_release_name == "r");
  CHECK(options.directory_recurse);
  CHECK(options.helm_value_files == List{"a.yaml", "b.yaml"});
  CHECK(options.helm_parameters == Map{{"image.tag", "1.25"}, {"x", "é ✓"}});
  CHECK(options.helm_api_versions.empty());
}

TEST_CASE("The word null, an empty list and nothing at all are no parameters") {
  for (const char* json : {"null", "[]", ""})
    CHECK(options_of({{"ARGOCD_APP_PARAMETERS", json}}).source_type.empty());
}

TEST_CASE("Parameters win over ARGOCD_ENV_*, which win over flags; a value is replaced, not merged") {
  auto line = parse({"--helm-release-name", "flag", "--helm-value-files", "1", "--helm-value-files", "2",
                     "--helm-namespace", "ns", "--directory-recurse", "--helm-parameters", "a=1",
                     "--helm-parameters", "b=x=y"});
  CHECK(line.options.helm_value_files == List{"1", "2"});
  CHECK(line.options.helm_parameters == Map{{"a", "1"}, {"b", "x=y"}});
  CHECK(line.options.directory_recurse);
  Environment environment{{"ARGOCD_ENV_HELM_RELEASE_NAME", "env"},
                          {"ARGOCD_ENV_HELM_VALUE_FILES", "3\n4\r\n"},
                          {"ARGOCD_ENV_HELM_PARAMETERS", "c=2"},
                          {"ARGOCD_ENV_OTHER", "x"},
                          {"ARGOCD_ENV_POLICY", "none"}};
  auto options = options_of(environment, line);
  CHECK(options.helm_release_name == "env");
  CHECK(options.helm_namespace == "ns");
  CHECK(options.helm_value_files == List{"3", "4"});
  CHECK(options.helm_parameters == Map{{"c", "2"}});
  environment["ARGOCD_APP_PARAMETERS"] =
      R"([{"name":"helm-release-name","string":"parameter"},{"name":"directory-recurse","string":"false"}])";
  options = options_of(environment, line);
  CHECK(options.helm_release_name == "parameter");
  CHECK_FALSE(options.directory_recurse);
}

TEST_CASE("Lists and maps in ARGOCD_ENV_* may be JSON") {
  const auto options = options_of({{"ARGOCD_ENV_KUSTOMIZE_IMAGES", R"(["a:1","b:2"])"},
                                   {"ARGOCD_ENV_KUSTOMIZE_REPLICAS", R"({"web": 3})"}});
  CHECK(options.kustomize_images == List{"a:1", "b:2"});
  CHECK(options.kustomize_replicas == Map{{"web", "3"}});
}

TEST_CASE("Without the JSON, PARAM_* are read") {
  const Environment environment{{"PARAM_HELM_RELEASE_NAME", "r"},
                                {"PARAM_HELM_VALUE_FILES_0", "a"},
                                {"PARAM_HELM_VALUE_FILES_1", "b"},
                                {"PARAM_HELM_VALUE_FILES_3", "never"},
                                {"PARAM_OTHER", "x"}};
  auto options = options_of(environment);
  CHECK(options.helm_release_name == "r");
  CHECK(options.helm_value_files == List{"a", "b"});
  auto with_json = environment;
  with_json["ARGOCD_APP_PARAMETERS"] = "null";
  CHECK(options_of(with_json).helm_release_name.empty());
}

TEST_CASE("An unknown parameter is an error that says what was meant and what is known") {
  const auto error = error_of({{"ARGOCD_APP_PARAMETERS", R"([{"name":"helm-relase-name","string":"r"}])"}});
  CHECK(error.find("there is no parameter \"helm-relase-name\"") == 0);
  CHECK(error.find("did you mean \"helm-release-name\"") != std::string::npos);
  CHECK(error.find("kustomize-patches") != std::string::npos);
}

TEST_CASE("Nothing that concerns the policy, hooks, output or running code is a parameter") {
  for (const char* name : {"policy", "hooks", "image", "output", "repo-root", "exec-timeout", "enable-exec",
                           "post-renderer", "load-restrictor", "helm-post-renderer",
                           "kustomize-build-options", "kustomize-enable-helm", "app-name"}) {
    CAPTURE(name);
    CHECK_FALSE(
        error_of({{"ARGOCD_APP_PARAMETERS", std::string(R"([{"name":")") + name + R"(","string":"x"}])"}})
            .empty());
  }
}

TEST_CASE("Values of the wrong kind are errors that name the setting") {
  const auto check = [](const char* json, const std::string& expected) {
    CAPTURE(json);
    CHECK(error_of({{"ARGOCD_APP_PARAMETERS", json}}) == expected);
  };
  check(R"([{"name":"helm-value-files","string":"a"}])",
        "helm-value-files: expected its value under `array`");
  check(R"([{"name":"helm-skip-crds","string":"yes"}])", "helm-skip-crds: 'yes' is neither true nor false");
  check(R"([{"name":"helm-parameters","map":["a"]}])", "helm-parameters: expected a map of strings");
  check(R"([{"name":"helm-parameters","map":{"a":{}}}])", "helm-parameters: expected strings as values");
  check(R"([{"name":"helm-values","string":"a"},{"name":"helm-values","string":"b"}])",
        "helm-values: is there twice");
  check(R"({"name":"x"})", "ARGOCD_APP_PARAMETERS: expected a JSON list");
  check(R"([{"string":"x"}])", "ARGOCD_APP_PARAMETERS: expected objects with a name");
  check("[", "ARGOCD_APP_PARAMETERS: is no JSON (at byte 1)");
  CHECK(error_of({{"ARGOCD_ENV_HELM_PARAMETERS", "a"}}) ==
        "ARGOCD_ENV_HELM_PARAMETERS: expected name=value on each line, or a JSON object");
  CHECK_THROWS_AS(parse({"--helm-parameters", "a"}), drift::InputError);
}

TEST_CASE("All mistakes in parameters are told at once") {
  const auto error = error_of({{"ARGOCD_APP_PARAMETERS", R"([{"name":"helm-skip-crds","string":"yes"},
      {"name":"helm-value-files","array":["a.yaml"]}, {"name":"helm-values","map":{}}, {"name":"hlem"}])"}});
  CHECK(
      error.starts_with("helm-skip-crds: 'yes' is neither true nor false\n"
                        "helm-values: expected its value under `string`\n"
                        "there is no parameter \"hlem\""));
}

TEST_CASE("The operator's limits are read and checked") {
  const auto context =
      read_context({{"DRIFT_POLICY_EXEC_TIMEOUT", "1m30s"}, {"DRIFT_POLICY_MAX_MANIFEST_SIZE", "64Mi"}});
  CHECK(context.limits.time == std::chrono::seconds(90));
  CHECK(context.max_directory_size == 64 << 20);
  CHECK(time_limit("90", "x") == std::chrono::seconds(90));
  CHECK(time_limit("1.5s", "x") == std::chrono::milliseconds(1500));
  for (const std::string bad : {"", "soon", "-1s", "0s", "10x", "1s2", "inf", "nan", "100h"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(time_limit(bad, "x"), drift::InputError);
  }
  CHECK_THROWS_AS(read_context({{"DRIFT_POLICY_MAX_MANIFEST_SIZE", "big"}}), drift::InputError);
}

TEST_CASE("The operator says which Argo CD it is, an application can't") {
  CHECK_FALSE(read_context({}).argocd_version);
  CHECK_FALSE(read_context({{"DRIFT_POLICY_ARGOCD_VERSION", ""}}).argocd_version);
  CHECK(read_context({{"DRIFT_POLICY_ARGOCD_VERSION", "v3.4.2"}}).argocd_version == ArgoCdVersion{3, 4, 2});
  CHECK_FALSE(read_context({{"ARGOCD_ENV_DRIFT_POLICY_ARGOCD_VERSION", "3.4.2"}}).argocd_version);
  CHECK_THROWS_WITH(read_context({{"DRIFT_POLICY_ARGOCD_VERSION", "new"}}),
                    "DRIFT_POLICY_ARGOCD_VERSION: 'new' is no version of Argo CD; expected one like 3.6.1");
}

TEST_CASE("Argo CD's build environment is substituted as Go's os.Expand does") {
  Context context;
  context.app_name = "web";
  context.revision = "0123456789abcdef";
  context.source_path = "apps/web";
  const auto check = [&](std::string_view text, std::string_view expected) {
    CHECK(context.substitute(text) == expected);
  };
  check("a-$ARGOCD_APP_NAME-b", "a-web-b");
  check("${ARGOCD_APP_NAME}x$ARGOCD_APP_NAMEx", "webx");
  check("$ARGOCD_APP_REVISION_SHORT $ARGOCD_APP_REVISION_SHORT_8 $ARGOCD_APP_SOURCE_PATH",
        "0123456 01234567 apps/web");
  check("$$ARGOCD_APP_NAME $HOME ${PATH}", "$ARGOCD_APP_NAME  ");
  check("100$", "100$");
  check("$ $. ${} ${unclosed", "$ $.  unclosed");
  check("${$}", "$");
}

TEST_CASE("docs/parameters.md names each setting") {
  std::ifstream file(drift::tests::project_folder() + "/docs/parameters.md");
  std::stringstream text;
  text << file.rdbuf();
  for (const auto& setting : settings()) {
    CAPTURE(setting.name);
    CHECK(text.str().find("`" + std::string(setting.name) + "`") != std::string::npos);
  }
}
