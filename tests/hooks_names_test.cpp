// Names of injected objects: safe, short, and different for different applications and sources.
#include "annotators/hooks_names.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "hooks_input.hpp"

namespace {
using drift::annotators::Application;
using drift::annotators::Hook;
using drift::annotators::Names;

Application application(std::string name, std::string repository = "r", std::string path = "p") {
  Application value;
  value.name = std::move(name);
  value.repository = std::move(repository);
  value.path = std::move(path);
  return value;
}

bool is_label(const std::string& name) {
  const auto inner = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !name.empty() && name.size() <= 63 && std::all_of(name.begin(), name.end(), inner) &&
         name.front() != '-' && name.back() != '-';
}

std::vector<std::string> all_names(const Names& names) {
  return {names.plan(),          names.base(),
          names.report(),        names.emergency(),
          names.record(0),       names.record(31),
          names.of(Hook::gate),  names.of(Hook::audit),
          names.of(Hook::alert), names.read("shop"),
          names.read(""),        names.extra("smoke-test"),
          names.extra("a.b"),    names.extra(std::string(253, 'x'))};
}
}  // namespace

TEST_SUITE("hooks: names") {
  TEST_CASE("they begin with the application's name and end with what it is") {
    const Names names(application("shop"));
    CHECK(names.plan().starts_with("shop-"));
    CHECK(names.plan().size() == std::string("shop-12345678-plan").size());
    CHECK(names.of(Hook::gate).ends_with("-gate"));
  }

  TEST_CASE("whatever the application is called, every name is a DNS label of at most 63 characters") {
    for (const std::string& name :
         {std::string("shop"), std::string("team-a_shop"), std::string(253, 'a'), std::string("Ünï_Cöde"),
          std::string("---"), std::string(), std::string("9"),
          std::string("a.very.long.name-with.dots-and-dashes-at-the-27th"),
          std::string("abcdefghijklmnopqrstuvwxyz-b")}) {
      CAPTURE(name);
      for (const auto& each : all_names(Names(application(name)))) {
        CAPTURE(each);
        CHECK(is_label(each));
      }
    }
  }

  TEST_CASE("no two names of one application are the same") {
    const auto names = all_names(Names(application("shop")));
    CHECK(std::set<std::string>(names.begin(), names.end()).size() == names.size());
  }

  TEST_CASE("another application, repository or path has other names") {
    const std::vector<Application> applications = {
        application("shop"),           application("team-a_shop"),        application("team-a-shop"),
        application("shop", "r2"),     application("shop", "r", "p2"),    application("shop", "rp", ""),
        application("shop", "", "rp"), application(std::string(60, 'a')), application(std::string(61, 'a'))};
    std::set<std::string> prefixes;
    for (const auto& each : applications) prefixes.insert(Names(each).prefix());
    CHECK(prefixes.size() == applications.size());
  }

  TEST_CASE("revision, project and namespace make no difference, so names stay") {
    auto one = application("shop"), two = application("shop");
    two.revision = "abc";
    two.project = "other";
    two.space = "elsewhere";
    CHECK(Names(one).prefix() == Names(two).prefix());
  }

  TEST_CASE("everything that begins like ours is kept for us") {
    const Names names(application("shop"));
    for (const auto& each : all_names(names)) CHECK(names.reserves(each));
    CHECK(names.reserves(names.prefix() + "-anything"));
    CHECK_FALSE(names.reserves(names.prefix()));
    CHECK_FALSE(names.reserves(names.prefix() + "x"));
    CHECK_FALSE(names.reserves("shop-gate"));
  }
}
