// What gobwas/glob 0.2.3 and 1.0.0 match, as both libraries said it.
#include "source/glob/glob_0_2_3.hpp"

#include <doctest/doctest.h>

#include <string>

#include "base/error.hpp"
#include "source/glob/glob.hpp"

using drift::source::Glob;
using drift::source::OldGlob;

namespace {

enum class Result { yes, no, refused, fails };
using enum Result;

struct Fact {
  const char* pattern;
  const char* text;
  Result old, now;
};

constexpr Fact facts[] = {
    // A row takes as many characters as the last alternative has, where the first can't say.
    {"{secret*,cm}.yaml", "cm.yaml", yes, yes},
    {"{secret*,cm}.yaml", "secret.yaml", no, yes},
    {"{secret*,cm}.yaml", "secret-a.yaml", no, yes},
    {"{secret*.yaml,cm.yaml}", "cm.yaml", yes, yes},
    {"{secret*.yaml,cm.yaml}", "secret.yaml", yes, yes},
    {"{secret*.yaml,cm.yaml}", "secret-a.yaml", yes, yes},
    {"{secret*.yaml,cm.yaml}", "a.yaml", no, no},
    {"{cm,secret*}.yaml", "cm.yaml", yes, yes},
    {"{cm,secret*}.yaml", "secret-a.yaml", yes, yes},
    {"{*.yml,*.yaml}", "x.yaml", yes, yes},
    {"{*.yml,*.yaml}", "x.json", no, no},
    {"{a*,b*}", "ax", yes, yes},
    {"{a*,b*}", "xb", no, no},
    {"{*.yaml,*-cm.yaml}", "a-cm.yaml", yes, yes},
    {"{*.yaml,*-cm.yaml}", "a.yaml", yes, yes},
    // What all alternatives begin or end with is taken out of them.
    {"{ab*,ac*}x", "abx", yes, yes},
    {"{ab*,ac*}x", "acax", yes, yes},
    {"{a?,a?}", "ab", yes, yes},
    {"{a?,a?}", "a", no, no},
    {"{a,a}b", "ab", yes, yes},
    {"{a,a}b", "b", no, no},
    {"{?a,?}*", "xa", no, yes},
    {"{?a,?}*", "x", no, yes},
    {"{?a,?}*", "", no, no},
    {"{*a,?a,b}c", "xac", yes, yes},
    {"{*a,?a,b}c", "bc", yes, yes},
    // A tree finds itself nowhere, so what holds one matches nothing.
    {"*{a*b,c}*d", "xaybzd", yes, yes},
    {"*{a*b,c}*d", "xcyd", yes, yes},
    {"{a*b*c,d}x*", "abcx", no, yes},
    {"{a*b*c,d}x*", "dx", yes, yes},
    {"{*a*b,c}*", "xaxb", no, yes},
    {"{*a*b,c}*", "c", yes, yes},
    // What begins and ends a name may overlap.
    {"a*a", "a", yes, no},
    {"a*a", "aa", yes, yes},
    {"ab*ba", "aba", yes, no},
    {"ab*ba", "abba", yes, yes},
    // Nothing is a character.
    {"{?,b}", "", yes, no},
    {"{?,b}", "a", yes, yes},
    {"[!a]", "", yes, no},
    {"[!a]", "b", yes, yes},
    {"[!a-c]", "", yes, no},
    {"[!a-c]", "d", yes, yes},
    // Of several lists, what stays is that they aren't there as written.
    {"[!ab][!ab]", "aa", yes, no},
    {"[!ab][!ab]", "ab", no, no},
    {"[!ab][!ab]", "xy", yes, yes},
    {"[!ab]?", "xy", yes, yes},
    // Lengths in characters and in bytes are one.
    {"é?", "éa", no, yes},
    {"a?c", "abc", yes, yes},
    {"a?c", "aéc", no, yes},
    {"?é*x", "aéx", no, yes},
    {"*é[ab]", "xéa", no, yes},
    // Empty alternatives.
    {"a{}", "a", fails, yes},
    {"a{}b", "ab", no, yes},
    {"{a,}b", "b", yes, yes},
    {"{a,}b", "ab", yes, yes},
    {"{,a}", "", yes, yes},
    {"{,a}", "a", yes, yes},
    // What ends too early.
    {"{a,b", "b", yes, refused},
    {"{a,b", "c", no, refused},
    {"{a*,cm", "cm", yes, refused},
    {"{a*,cm", "ab", yes, refused},
    {"a\\", "a", yes, refused},
    {"{", "", yes, refused},
    {"\\", "", yes, refused},
    // Alike in both.
    {"*", "", yes, yes},
    {"*", "a/b", yes, yes},
    {"**/c.yaml", "a/b/c.yaml", yes, yes},
    {"**/c.yaml", "c.yaml", no, no},
    {"*a*", "bab", yes, yes},
    {"*a*", "b", no, no},
    {"a*", "ab", yes, yes},
    {"a*", "ba", no, no},
    {"*??", "ab", yes, yes},
    {"*??", "a", no, no},
    {"??", "ab", yes, yes},
    {"??", "abc", no, no},
    {"[a-c]x", "bx", yes, yes},
    {"[a-c]x", "dx", no, no},
    {"[abc]x", "cx", yes, yes},
    {"[!-a]", "b", yes, yes},
    {"[!-a]", "-", no, no},
    {"[\\]a]", "]", yes, yes},
    {"{a,b{1,2}}x", "b2x", yes, yes},
    {"{a,b{1,2}}x", "b3x", no, no},
    {"{a}", "a", yes, yes},
    {"a,b}", "a,b}", yes, yes},
    {"\\*\\{", "*{", yes, yes},
    {"{\\,,b}", ",", yes, yes},
    {"x*[ab]?y*z", "xqaqyz", yes, yes},
    {"x*[ab]?y*z", "xaz", no, no},
    {"[", "a", refused, refused},
    {"[]", "a", refused, refused},
    {"[z-a]", "a", refused, refused},
    {"[a-bc]", "a", refused, refused},
    {"[!]", "a", refused, refused},
    {"a\xff", "a", refused, refused},
    {"a\uFFFD", "a\uFFFD", refused, yes},
    {"?", "\xff", yes, yes},
    {"[\uFFFD]", "\xff", refused, yes},
};

template <class AnyGlob>
Result result_of(const Fact& fact) {
  try {
    const AnyGlob glob(fact.pattern);
    try {
      return glob.matches(fact.text) ? yes : no;
    } catch (const drift::InputError&) {
      return fails;
    }
  } catch (const drift::InputError&) {
    return refused;
  }
}

}  // namespace

TEST_CASE("Patterns match as both versions of gobwas/glob do") {
  for (const auto& fact : facts) {
    CAPTURE(fact.pattern);
    CAPTURE(fact.text);
    CHECK(result_of<OldGlob>(fact) == fact.old);
    CHECK(result_of<Glob>(fact) == fact.now);
  }
}

TEST_CASE("Patterns that gobwas/glob 0.2.3 would match for ever take a bounded number of steps") {
  const auto message = [](const std::string& pattern, const std::string& text) {
    try {
      OldGlob(pattern, 100'000).matches(text);
    } catch (const drift::InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  std::string stars;
  for (int i = 0; i < 30; ++i) stars += "*a?";
  const std::string too_many =
      "a path pattern and the names of files need too many steps to be matched as Argo CD before 3.6 does; "
      "expected a simpler pattern";
  CHECK(message(stars + "b", std::string(200, 'a')) == too_many);
  CHECK(message("*a*b", std::string(200, 'a')).empty());

  const OldGlob glob("*a*", 1'000);
  CHECK_THROWS_AS(
      {
        for (int i = 0; i < 1'000; ++i) glob.matches(std::string(200, 'a'));
      },
      drift::InputError);
}

TEST_CASE("Patterns of gobwas/glob 0.2.3 are bounded in length and depth") {
  CHECK_THROWS_AS(OldGlob(std::string(1'001, 'a')), drift::InputError);
  CHECK_THROWS_AS(OldGlob(std::string(900, '{')), drift::InputError);
  CHECK(OldGlob(std::string(90, '{') + "a" + std::string(90, '}')).matches("a"));
}
