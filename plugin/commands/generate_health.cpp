// `drift-policy generate health`: health scripts for argocd-cm.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "commands/platform_policies.hpp"
#include "generate/health.hpp"
#include "outside/file.hpp"
#include "outside/terminal.hpp"

namespace drift::commands {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_check = std::size_t{256} << 10;

// DIR/<group>/<Kind>/health.lua, as Argo CD's resource_customizations/ has them; of the core group DIR/<Kind>/health.lua.
std::vector<generate::OwnCheck> read_checks(const std::string& folder) {
  if (!fs::is_directory(folder))
    throw InputError(
        fmt::format("--checks {}: no folder; expected one with <group>/<Kind>/health.lua", folder));
  std::vector<generate::OwnCheck> checks;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const auto& path = entry.path();
    if (path.filename() != "health.lua" || !entry.is_regular_file()) continue;
    const auto kind = path.parent_path().lexically_relative(folder);
    const auto parts = std::distance(kind.begin(), kind.end());
    if (kind == "." || parts > 2)
      throw InputError(fmt::format("{}: expected {}/<group>/<Kind>/health.lua", path.string(), folder));
    checks.push_back({parts == 2 ? kind.begin()->string() : std::string(), kind.filename().string(),
                      outside::read_file(path, path.string(), largest_check)});
  }
  return checks;
}

}  // namespace

Action declare_generate_health(Arguments& app) {
  struct Options {
    std::string policy, checks;
  };
  auto options = std::make_shared<Options>();
  add_policy_option(app, options->policy);
  app.add_option("--checks", options->checks,
                 "health checks of your own as DIR/<group>/<Kind>/health.lua: for kinds that get no script "
                 "otherwise, or instead of Argo CD's; a blank file means always healthy")
      .type_name("DIR");
  return [options] {
    std::vector<generate::OwnCheck> checks;
    if (!options->checks.empty()) checks = read_checks(options->checks);
    const auto scripts = generate::health_scripts(platform_policies(options->policy), checks);
    for (const auto& note : scripts.notes) spdlog::warn("{}", note);
    outside::print({scripts.config_map});
    return Exit::ok;
  };
}

}  // namespace drift::commands
