#include "source/glob/file_choice.hpp"

#include <doctest/doctest.h>

#include <string>

#include "base/error.hpp"
#include "source/glob/alternatives.hpp"

using namespace drift::source;

namespace {

using Version = std::optional<ArgoCdVersion>;
constexpr ArgoCdVersion old{3, 5, 7}, newest{3, 6, 0};

struct Chosen {
  List files, warnings;
};

Chosen choose(const Options& options, const Version& version, const List& files) {
  FileChoice choice(options, version);
  Chosen chosen;
  for (const auto& file : files) {
    if (choice.chooses(file)) chosen.files.push_back(file);
  }
  chosen.warnings = choice.warnings();
  return chosen;
}

Options including(const std::string& pattern) {
  Options options;
  options.directory_include = pattern;
  return options;
}

Options excluding(const std::string& pattern) {
  Options options;
  options.directory_exclude = pattern;
  return options;
}

const List files = {"cm.yaml", "secret-a.yaml", "secret.yaml"};

}  // namespace

TEST_CASE("Files are chosen as the version of Argo CD does, with a warning where others choose others") {
  const auto options = including("{secret*,cm}.yaml");
  auto chosen = choose(options, {}, files);
  CHECK(chosen.files == files);
  CHECK(
      chosen.warnings ==
      List{"directory-include: by '{secret*,cm}.yaml' only Argo CD from 3.6 on reads secret-a.yaml, "
           "secret.yaml; rendered as from 3.6 on, for DRIFT_POLICY_ARGOCD_VERSION in the sidecar isn't set; "
           "expected a pattern that all match alike, such as '{secret*.yaml,cm.yaml}'"});
  chosen = choose(options, old, files);
  CHECK(chosen.files == List{"cm.yaml"});
  CHECK(
      chosen.warnings ==
      List{
          "directory-include: by '{secret*,cm}.yaml' only Argo CD from 3.6 on reads secret-a.yaml, "
          "secret.yaml; rendered as before 3.6, as DRIFT_POLICY_ARGOCD_VERSION in the sidecar says; expected "
          "a pattern that all match alike, such as '{secret*.yaml,cm.yaml}'"});
  chosen = choose(options, newest, files);
  CHECK(chosen.files == files);
  CHECK(chosen.warnings.empty());
}

TEST_CASE("Nothing is said where all versions choose the same of these files") {
  for (const Version& version : {Version(), Version(old)}) {
    CHECK(choose(including("{secret*,cm}.yaml"), version, {"cm.yaml", "b.yaml"}).warnings.empty());
    const auto chosen = choose(including("{secret*.yaml,cm.yaml}"), version, files);
    CHECK(chosen.files == files);
    CHECK(chosen.warnings.empty());
    auto both = including("cm*");
    both.directory_exclude = "{secret*,cm-}.yaml";  // what they see otherwise isn't included
    CHECK(choose(both, version, files).warnings.empty());
  }
}

TEST_CASE("An exclude by which older versions leave out less is named") {
  const auto chosen = choose(excluding("{secret*,cm}.yaml"), {}, files);
  CHECK(chosen.files.empty());
  REQUIRE(chosen.warnings.size() == 1);
  CHECK(
      chosen.warnings[0].starts_with("directory-exclude: by '{secret*,cm}.yaml' only Argo CD before 3.6 "
                                     "reads secret-a.yaml, secret.yaml; "));
}

TEST_CASE("At most five files are named, and without a better pattern none is") {
  List many;
  for (const char c : std::string("abcdefg")) many.push_back(std::string(1, c) + "é.yaml");
  const auto chosen = choose(including("?é*.yaml"), {}, many);
  CHECK(chosen.files == many);
  REQUIRE(chosen.warnings.size() == 1);
  CHECK(chosen.warnings[0] ==
        "directory-include: by '?é*.yaml' only Argo CD from 3.6 on reads aé.yaml, bé.yaml, cé.yaml, dé.yaml, "
        "eé.yaml and 2 more; rendered as from 3.6 on, for DRIFT_POLICY_ARGOCD_VERSION in the sidecar isn't "
        "set; "
        "expected a pattern that all match alike");
  many.resize(2);
  CHECK(choose(including("?é*.yaml"), {}, many).warnings.at(0).ends_with("such as '{aé.yaml,bé.yaml}'"));
}

TEST_CASE(
    "A pattern that Argo CD refuses is an error, one that other versions refuse matches nothing there") {
  CHECK_THROWS_WITH(
      choose(including("{cm,a"), {}, files),
      "'{cm,a' is no pattern that Argo CD can match with: '{' has no '}'; Argo CD before 3.6 can: "
      "where it is that, DRIFT_POLICY_ARGOCD_VERSION in the sidecar says so");
  CHECK_THROWS_WITH(choose(including("{cm,a"), newest, files),
                    "'{cm,a' is no pattern that Argo CD can match with: '{' has no '}'");
  CHECK_THROWS_WITH(choose(including("[a"), old, files),
                    "'[a' is no pattern that Argo CD before 3.6 can match with: '[' has no ']'");
  const auto chosen = choose(including("{cm.yaml,a"), old, files);
  CHECK(chosen.files == List{"cm.yaml"});
  CHECK(chosen.warnings.at(0).starts_with(
      "directory-include: by '{cm.yaml,a' only Argo CD before 3.6 reads cm.yaml; "));
  CHECK(chosen.warnings.at(0).ends_with(", such as '{cm.yaml,a}'"));
}

TEST_CASE("Where older versions fail on a name, they are followed into an error, else into a warning") {
  const std::string why = "Argo CD before 3.6 fails when it matches with an empty alternative (a panic)";
  CHECK_THROWS_WITH(choose(including("a{}"), old, {"a"}), why.c_str());
  const auto chosen = choose(including("a{}"), {}, {"a"});
  CHECK(chosen.files == List{"a"});
  CHECK(chosen.warnings ==
        List{"directory-include, directory-exclude: Argo CD before 3.6 may choose other files: " + why});
}

TEST_CASE("A pattern that takes older versions too long is an error as they do it, else a warning") {
  std::string pattern;
  for (int i = 0; i < 140; ++i) pattern += "?[ab]*c";
  CHECK_THROWS_AS(choose(including(pattern), old, {"a"}), TooManySteps);
  const auto chosen = choose(including(pattern), {}, {"a"});
  CHECK(chosen.files.empty());
  REQUIRE(chosen.warnings.size() == 1);
  CHECK(
      chosen.warnings[0].starts_with("directory-include, directory-exclude: Argo CD before 3.6 may choose "
                                     "other files: a path pattern and "));
}

TEST_CASE("Alternatives are written out") {
  CHECK(written_out("{secret*,cm}.yaml") == "{secret*.yaml,cm.yaml}");
  CHECK(written_out("a{b,c{d,e}}f") == "{abf,acdf,acef}");
  CHECK(written_out("{a}b") == "ab");
  CHECK(written_out("a,b{c,d}}") == "{a\\,bc\\},a\\,bd\\}}");
  CHECK(written_out("[{,]\\{{a,b}") == "{[{,]\\{a,[{,]\\{b}");
  CHECK(written_out("{a,b") == "{a,b}");
  CHECK(written_out("*.yaml") == "*.yaml");
  std::string many;
  for (int i = 0; i < 300; ++i) many += "{a,b}";
  CHECK_FALSE(written_out(many));
  CHECK(pattern_of_names(List{"a*.yaml", "b,{.yaml"}) == "{a\\*.yaml,b\\,\\{.yaml}");
  CHECK(pattern_of_names(List{"a,b.yaml"}) == "a,b.yaml");
}
