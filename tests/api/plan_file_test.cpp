// `render --plan FILE`: what becomes of what is there already. No case writes to a device by its own name: a program that
// replaces it, run by root, would leave the machine without one.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <string>

#include "support/folder.hpp"
#include "support/program.hpp"

namespace fs = std::filesystem;

namespace {
using drift::tests::Folder;
using drift::tests::Run;
using drift::tests::run;

const std::string deployment =
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n";

Run render_with_plan(const Folder& folder, const std::string& plan, const std::string& output = {}) {
  return run({.arguments = {"render", "-", "--plan", plan},
              .input = deployment,
              .directory = folder.path().string(),
              .output_file = output});
}

bool is_plan(const std::string& text) {
  return text.find("\"kind\":\"Deployment\"") != std::string::npos;
}
}  // namespace

TEST_CASE("A plan's file that is a link stays one, and what it leads to is written") {
  const Folder folder;
  folder.write("kept/plan.json", "old");
  fs::create_symlink("kept/plan.json", folder.path() / "link");
  fs::create_symlink("kept/new.json", folder.path() / "dangling");
  for (const std::string link : {"link", "dangling"}) {
    CHECK(render_with_plan(folder, link).exit == 0);
    CHECK(fs::is_symlink(folder.path() / link));
  }
  CHECK(is_plan(folder.read("kept/plan.json")));
  CHECK(is_plan(folder.read("kept/new.json")));
}

TEST_CASE("A plan's file that is a pipe is written into") {
  const Folder folder;
  const auto pipe = folder.path() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  const int end = ::open(pipe.c_str(), O_RDWR | O_CLOEXEC);  // holds what is written until it is read
  REQUIRE(end >= 0);
  CHECK(render_with_plan(folder, "pipe").exit == 0);
  CHECK(fs::is_fifo(pipe));
  std::array<char, 65536> buffer{};
  const auto count = ::read(end, buffer.data(), buffer.size());
  ::close(end);
  REQUIRE(count > 0);
  CHECK(is_plan({buffer.data(), static_cast<std::size_t>(count)}));
}

TEST_CASE("A full disk below the plan is an error, and the device behind a link stays") {
  const Folder folder;
  fs::create_symlink("/dev/full", folder.path() / "full");
  const auto result = render_with_plan(folder, "full");
  CHECK(result.exit == 3);
  CHECK(result.out.empty());
  CHECK(result.err == "error: can't write full: No space left on device\n");
  CHECK(fs::is_character_file("/dev/full"));
}

TEST_CASE("Standard output is no place for the plan, by whatever name") {
  const Folder folder;
  fs::create_symlink("/dev/stdout", folder.path() / "stdout");
  for (const std::string name : {"-", "stdout"}) {
    const auto result = render_with_plan(folder, name);
    CHECK(result.exit == 2);
    CHECK(result.out.empty());
    CHECK(result.err ==
          "error: --plan " + name + ": standard output has the manifests; expected another file\n");
  }
  CHECK_FALSE(fs::exists(folder.path() / "-"));
  folder.write("out", "");
  const auto same = render_with_plan(folder, "out", (folder.path() / "out").string());
  CHECK(same.exit == 2);
}
