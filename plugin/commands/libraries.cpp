#include "commands/libraries.hpp"

#include <fmt/core.h>
#include <gnu/libc-version.h>
#include <openssl/crypto.h>
#include <rapidjson/rapidjson.h>
#include <spdlog/version.h>
#include <yaml.h>
#include <zlib.h>

#include <CLI/Version.hpp>
#include <boost/version.hpp>

#include "base/build_facts.hpp"

namespace drift::commands {
namespace {

std::string dotted(int major, int minor, int patch) {
  return fmt::format("{}.{}.{}", major, minor, patch);
}

}  // namespace

// What runs says its own version, where it can; of what are headers alone they say it.
std::vector<std::pair<std::string, std::string>> libraries() {
  std::vector<std::pair<std::string, std::string>> all = {
      {"boost", dotted(BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100)},
      {"cli11", CLI11_VERSION},
      {"fmt", dotted(FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100)},
      {"glibc", ::gnu_get_libc_version()},
      {"libstdc++", std::to_string(_GLIBCXX_RELEASE)},
      {"libyaml", ::yaml_get_version_string()},
      {"openssl", ::OpenSSL_version(OPENSSL_VERSION_STRING)},
      {"rapidjson", RAPIDJSON_VERSION_STRING},
      {"spdlog", dotted(SPDLOG_VER_MAJOR, SPDLOG_VER_MINOR, SPDLOG_VER_PATCH)},
  };
  if (const auto version = build_facts().yaml_cpp; !version.empty()) all.emplace_back("yaml-cpp", version);
  all.emplace_back("zlib", ::zlibVersion());
  return all;
}

}  // namespace drift::commands
