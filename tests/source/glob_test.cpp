#include "source/glob/glob.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "base/error.hpp"
#include "source/version.hpp"

using drift::source::Glob;

TEST_CASE("Patterns match as github.com/gobwas/glob 1.0.0 does without separators") {
  const auto matches = [](std::string_view pattern, std::string_view text) {
    return Glob(pattern).matches(text);
  };
  CHECK(matches("hello", "hello"));
  CHECK_FALSE(matches("hell", "hello"));
  CHECK(matches("hell*", "hello"));
  CHECK_FALSE(matches("e*", "hello"));
  CHECK(matches("*.yaml", "a/b/c.yaml"));
  CHECK(matches("**/c.yaml", "a/b/c.yaml"));
  CHECK(matches("a?c", "aéc"));
  CHECK(matches("{*.yml,*.yaml}", "x.yaml"));
  CHECK_FALSE(matches("{*.yml,*.yaml}", "x.json"));
  CHECK(matches("{a,b{1,2}}x", "b2x"));
  CHECK(matches("{a,}b", "b"));
  CHECK(matches("[a-c]x", "bx"));
  CHECK_FALSE(matches("[!a-c]x", "bx"));
  CHECK(matches("[abc]x", "cx"));
  CHECK(matches("[!abc]x", "dx"));
  CHECK(matches("\\*\\{", "*{"));
  CHECK(matches("a,b", "a,b"));
  CHECK(matches("", ""));
  CHECK_FALSE(matches("", "a"));
  CHECK(matches("a}", "a}"));
}

TEST_CASE("A separator is not matched by *, ? and classes' neighbours, but by **") {
  CHECK_FALSE(Glob("*.yaml", U'/').matches("a/b.yaml"));
  CHECK_FALSE(Glob("a?b", U'/').matches("a/b"));
  CHECK(Glob("**.yaml", U'/').matches("a/b.yaml"));
}

TEST_CASE("Patterns that gobwas/glob refuses are errors") {
  for (const char* pattern :
       {"e[[a*", "[", "[]", "[z-a]", "[a-b", "[a-bc]", "[b-]", "{a,b", "a\\", "a\xff"}) {
    CAPTURE(pattern);
    CHECK_THROWS_AS(Glob{pattern}, drift::InputError);
  }
}

TEST_CASE("No pattern takes more than a bounded number of steps, all names together") {
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "*a{a,aa}";
  const Glob glob(pattern + "b", 0, 1'000'000);
  CHECK_FALSE(glob.matches(std::string(500, 'a')));
  std::string message;
  try {
    for (int i = 0; i < 1'000'000; ++i) glob.matches(std::string(500, 'a'));
  } catch (const drift::InputError& error) {
    message = error.what();
  }
  CHECK(
      message ==
      "a path pattern and the names of files need too many steps to be matched; expected a simpler pattern");
  CHECK_THROWS_AS(Glob(std::string(1'001, 'a')), drift::InputError);
  CHECK_THROWS_AS(Glob(std::string(900, '{')), drift::InputError);
}

TEST_CASE("Kubernetes versions lose what Helm may not understand") {
  using drift::source::generic_version;
  CHECK(generic_version("v1.31.2+k3s1") == "1.31.2");
  CHECK(generic_version("1.31.2-gke.100") == "1.31.2");
  CHECK(generic_version("1.31") == "1.31");
  CHECK(generic_version(" v1.29.0 ") == "1.29.0");
  CHECK(generic_version("").empty());
  for (const char* bad : {"latest", "1", "v", "1.x", "01.2.3"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(generic_version(bad), drift::InputError);
  }
}

TEST_CASE("Versions of Argo CD are read, and nothing that is none") {
  using drift::source::ArgoCdVersion;
  const auto read = [](std::string_view text) {
    return drift::source::parse_argocd_version(text, "VERSION");
  };
  CHECK(read("3.4.2") == ArgoCdVersion{3, 4, 2});
  CHECK(read("v3.6.1+0123abc") == ArgoCdVersion{3, 6, 1});
  CHECK(read("2.14") == ArgoCdVersion{2, 14, 0});
  CHECK(read("3.6.0-rc2") == drift::source::new_globs);
  CHECK(read("3.5.10") < drift::source::new_globs);
  for (const char* bad :
       {"", "latest", "3", "3.", "3.4.", "3.4.2.1", "3.x", "3.4 ", "vv3.4", "3.99999999999"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(read(bad), drift::InputError);
  }
  CHECK_THROWS_WITH(read("latest"), "VERSION: 'latest' is no version of Argo CD; expected one like 3.6.1");
}
