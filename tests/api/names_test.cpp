// Names of injected objects: safe, short, and different for different applications and sources.
#include "api/names.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "support/hooks_input.hpp"

namespace {
using drift::api::Application;
using drift::api::Hook;
using drift::api::Names;

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

  TEST_CASE("another spelling of the path or the repository is no other source") {
    const std::string git = "https://git.example.com/Shop/apps.git";
    const auto prefix = [](const std::string& repository, const std::string& path) {
      return Names(application("orders", repository, path)).prefix();
    };
    for (const char* path : {"a/b", "./a/b", "a/b/", "a//b", "a/./b", "a/c/../b", ".//a/b//."}) {
      CAPTURE(path);
      CHECK(prefix(git, path) == prefix(git, "a/b"));
    }
    for (const char* path : {".", "./", "./.", "a/.."}) {
      CAPTURE(path);
      CHECK(prefix(git, path) == prefix(git, "."));
    }
    for (const char* repository :
         {"https://git.example.com/Shop/apps", "https://git.example.com/Shop/apps/",
          "https://git.example.com/Shop/apps.git/", "HTTPS://Git.Example.com/Shop/apps.git",
          "  https://git.example.com/Shop/apps.git\n"}) {
      CAPTURE(repository);
      CHECK(prefix(repository, ".") == prefix(git, "."));
    }
    for (const char* repository :
         {"git@git.example.com:shop/apps", "ssh://git@git.example.com/shop/apps.git",
          "git@GIT.example.com:shop/apps.git/", "SSH://git@git.example.com/shop/apps/"}) {
      CAPTURE(repository);
      CHECK(prefix(repository, ".") == prefix("git@git.example.com:shop/apps.git", "."));
    }
    for (const char* repository :
         {"https://charts.example.com/stable/", "https://Charts.example.com/stable"}) {
      CAPTURE(repository);
      CHECK(prefix(repository, "") == prefix("https://charts.example.com/stable", ""));
    }
  }

  TEST_CASE("what only looks alike is another source") {
    const std::vector<std::pair<std::string, std::string>> sources = {
        {"https://git.example.com/shop/apps.git", "a"},
        {"https://git.example.com/shop/apps.git", "b/a"},
        {"https://git.example.com/shop/apps.git", "A"},
        {"https://git.example.com/shop/apps.git", "."},
        {"https://git.example.com/shop/apps.git", ""},
        {"https://git.example.com/Shop/apps.git", "a"},
        {"https://git.example.com:8443/shop/apps.git", "a"},
        {"http://git.example.com/shop/apps.git", "a"},
        {"https://git.example.com/shop/apps.git.git", "a"},
        {"ssh://git@git.example.com/shop/apps.git", "a"},
        {"ssh://git@git.example.com:2222/shop/apps.git", "a"},
        {"ssh://git.example.com/shop/apps.git", "a"},
        {"", "a"},
        {"", "."},
        {"", ""},
        {"/", "../a"}};
    std::set<std::string> prefixes;
    for (const auto& [repository, path] : sources)
      prefixes.insert(Names(application("orders", repository, path)).prefix());
    CHECK(prefixes.size() == sources.size());
  }

  TEST_CASE("the names of applications that are there stay") {
    // What was written into clusters; with another prefix the base isn't found, and the next sync would pass its gate.
    CHECK(Names(application("orders", "https://git.example.com/shop/apps.git", "sample-apps/medium"))
              .prefix() == "orders-df10e99d");
    CHECK(Names(application("orders", "git@git.example.com:shop/apps.git", ".")).prefix() ==
          "orders-81fc2ae4");
    CHECK(Names(application("orders", "https://charts.example.com/stable", "")).prefix() ==
          "orders-9c202df5");
    CHECK(Names(application("orders", "", "sample-apps/medium")).prefix() == "orders-036c4b4d");
  }

  TEST_CASE("revision, project and namespace make no difference, so names stay") {
    auto one = application("shop"), two = application("shop");
    two.revision = "abc";
    two.project = "other";
    two.ns = "elsewhere";
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
