// `drift-policy generate`: files that are made from the policy or belong to it. What they hold is plugin/generate/'s.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "commands/command.hpp"
#include "embedded.hpp"
#include "generate/accounts.hpp"
#include "generate/actions.hpp"
#include "generate/applicationset.hpp"
#include "generate/health.hpp"
#include "outside/environment.hpp"
#include "policy/load.hpp"
#include "source/file.hpp"

namespace drift::commands {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_check = std::size_t{256} << 10;

Exit print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    throw OutsideError("standard output can't be written");
  return Exit::ok;
}

// The platform's policies: --policy, else those that are in force here.
policy::PolicySet platform_policies(const std::string& flag) {
  policy::PolicyInputs inputs;
  if (!flag.empty()) inputs.flag = flag;
  const auto environment = outside::environment();
  if (const auto found = environment.find("DRIFT_POLICY_PATH"); found != environment.end())
    inputs.environment = found->second;
  std::vector<Finding> warnings;
  auto set = policy::resolve_policies(inputs, warnings);
  for (const auto& warning : warnings) spdlog::warn("{}", to_string(warning));
  if (set.none) throw InputError("--policy none: expected a policy, since what is generated follows from it");
  return set;
}

void add_policy_option(Arguments& app, std::string& policy) {
  app.add_option("--policy", policy, "a policy, or a folder of them; left out: the policies in force here")
      .type_name("FILE|DIR");
}

// DIR/<group>/<Kind>/health.lua, as Argo CD's resource_customizations/ has them; the core group's are DIR/<Kind>/health.lua.
std::vector<generate::OwnCheck> read_checks(const std::string& folder) {
  std::vector<generate::OwnCheck> checks;
  if (folder.empty()) return checks;
  if (!fs::is_directory(folder))
    throw InputError(fmt::format("{}: no folder; expected one with <group>/<Kind>/health.lua", folder));
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const auto& path = entry.path();
    if (path.filename() != "health.lua" || !entry.is_regular_file()) continue;
    const auto kind = path.parent_path().lexically_relative(folder);
    const auto parts = std::distance(kind.begin(), kind.end());
    if (kind == "." || parts > 2)
      throw InputError(fmt::format("{}: expected {}/<group>/<Kind>/health.lua", path.string(), folder));
    checks.push_back({parts == 2 ? kind.begin()->string() : std::string(), kind.filename().string(),
                      source::read_file(path, path.string(), largest_check)});
  }
  return checks;
}

Action declare_schema(Arguments&) {
  return [] { return print(embedded::schema_json()); };
}

Action declare_health(Arguments& app) {
  struct Options {
    std::string policy, checks;
  };
  auto options = std::make_shared<Options>();
  add_policy_option(app, options->policy);
  app.add_option("--checks", options->checks,
                 "health checks of your own, as DIR/<group>/<Kind>/health.lua: for kinds that have no script "
                 "otherwise, or "
                 "instead of Argo CD's; a blank file: always healthy")
      .type_name("DIR");
  return [options] {
    const auto scripts =
        generate::health_scripts(platform_policies(options->policy), read_checks(options->checks));
    for (const auto& note : scripts.notes) spdlog::warn("{}", note);
    return print(scripts.config_map);
  };
}

Action declare_actions(Arguments&) {
  return [] { return print(generate::actions_patch()); };
}

Action declare_accounts(Arguments& app) {
  auto policy = std::make_shared<std::string>();
  add_policy_option(app, *policy);
  return [policy] { return print(generate::accounts(platform_policies(*policy))); };
}

Action declare_application_set(Arguments& app) {
  struct Options : generate::ApplicationSetOptions {
    std::string policy;
  };
  auto options = std::make_shared<Options>();
  add_policy_option(app, options->policy);
  app.add_option("--repo", options->repository, "the repository with a JSON file for each application")
      .required()
      .type_name("URL");
  app.add_option("--files", options->files, "which files of it, a glob").show_default();
  app.add_option("--revision", options->revision, "branch, tag or commit").show_default();
  app.add_option("--project", options->project, "the AppProject of applications whose file names none")
      .show_default();
  app.add_option("--plugin", options->plugin, "the plugin's name in Argo CD").show_default();
  app.add_option("--name", options->name, "of the ApplicationSet").show_default();
  return [options] { return print(generate::application_set(platform_policies(options->policy), *options)); };
}

constexpr std::array generators = {
    Command{"schema", "the JSON Schema of DriftPolicy, for editors", declare_schema},
    Command{"health", "health scripts for argocd-cm that show drift of guarded fields", declare_health},
    Command{"actions", "a patch of argocd-cm: with which actions people approve and reject in Argo CD",
            declare_actions},
    Command{"accounts", "the platform's namespace, with the hooks' ServiceAccounts and Roles",
            declare_accounts},
    Command{"applicationset", "an ApplicationSet with a sync policy for each severity",
            declare_application_set},
};

}  // namespace

Action declare_generate(Arguments& app) {
  auto action = std::make_shared<Action>();
  for (const auto& generator : generators) {
    auto declared = std::make_shared<Action>();
    auto sub = app.add_subcommand(generator.name, generator.summary,
                                  [action, declared] { *action = *declared; });
    *declared = generator.declare(sub);
  }
  return [action] { return (*action)(); };
}

}  // namespace drift::commands
