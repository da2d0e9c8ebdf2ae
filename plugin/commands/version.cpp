// `drift-policy version`: which one this is, how it was built, and of what.
#include <fmt/format.h>

#include <memory>
#include <string>

#include "base/build_facts.hpp"
#include "commands/command.hpp"
#include "commands/format.hpp"
#include "commands/libraries.hpp"
#include "json/build.hpp"
#include "json/read.hpp"
#include "outside/terminal.hpp"

namespace drift::commands {
namespace {

struct VersionOptions {
  bool brief = false;
  std::string output = "text";
};

std::string compiler() {
#ifdef __clang__
  return fmt::format("clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#else
  return fmt::format("gcc {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
}

// As container images have it.
constexpr const char* platform() {
#if defined(__x86_64__)
  return "linux/amd64";
#elif defined(__aarch64__)
  return "linux/arm64";
#else
  return "linux/another";
#endif
}

std::string text() {
  const auto& facts = build_facts();
  auto build = fmt::format("{}, {}, {}", facts.type, compiler(), platform());
  if (!facts.sanitizers.empty()) build += fmt::format(", sanitizers {}", facts.sanitizers);
  std::string names;
  for (const auto& [name, version] : libraries())
    names += fmt::format("{}{} {}", names.empty() ? "" : ", ", name, version);
  return fmt::format("drift-policy {}\ncommit:    {}{}\nbuild:     {}\nlibraries: {}\n", DRIFT_VERSION,
                     facts.commit.empty() ? "not known" : facts.commit,
                     facts.modified ? " and changes to it" : "", build, names);
}

// What isn't known is left out.
std::string json() {
  const auto& facts = build_facts();
  rapidjson::Document document;
  set(document, {"version"}, DRIFT_VERSION);
  if (!facts.commit.empty()) {
    set(document, {"commit"}, facts.commit);
    set(document, {"treeState"}, facts.modified ? "dirty" : "clean");
  }
  set(document, {"buildType"}, facts.type);
  if (!facts.sanitizers.empty()) set(document, {"sanitizers"}, facts.sanitizers);
  set(document, {"compiler"}, compiler());
  set(document, {"platform"}, platform());
  for (const auto& [name, version] : libraries()) set(document, {"libraries", name}, version);
  return to_json(document) + "\n";
}

Exit show(const VersionOptions& options) {
  if (options.brief)
    outside::print({DRIFT_VERSION "\n"});
  else
    outside::print({options.output == "text" ? text() : in_format(json(), options.output)});
  return Exit::ok;
}

}  // namespace

Action declare_version(Arguments& app) {
  auto options = std::make_shared<VersionOptions>();
  const auto output = app.add_option("-o,--output", options->output, "The format")
                          .one_of({"text", "json", "yaml"})
                          .show_default();
  app.add_flag("--short", options->brief, "The version's number alone").excludes(output);
  return [options] { return show(*options); };
}

}  // namespace drift::commands
