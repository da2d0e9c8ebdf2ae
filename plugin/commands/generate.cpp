// `drift-policy generate`: files that are made from the policy or belong to it. Each is a subcommand, in a file
// generate_NAME.cpp of its own where it takes more than some lines.
#include <memory>

#include "base/embedded.hpp"
#include "commands/command.hpp"
#include "outside/terminal.hpp"

namespace drift::commands {

Action declare_generate_accounts(Arguments& app);
Action declare_generate_actions(Arguments& app);
Action declare_generate_applicationset(Arguments& app);
Action declare_generate_health(Arguments& app);
Action declare_generate_install(Arguments& app);
Action declare_generate_man(Arguments& app);
Action declare_generate_scopes(Arguments& app);

namespace {

Action declare_schema(Arguments& app) {
  auto of = std::make_shared<std::string>("policy");
  app.add_option("of", *of, "Of a DriftPolicy, or of a DriftPolicyTest")
      .one_of({"policy", "test"})
      .show_default();
  return [of] {
    outside::print({*of == "test" ? embedded::test_schema_json() : embedded::schema_json()});
    return Exit::ok;
  };
}

constexpr Command generators[] = {
    {"schema", "The JSON Schema of policies and tests, for editors", declare_schema},
    {"actions", "Argo CD's actions with which people approve and reject: a patch of argocd-cm",
     declare_generate_actions},
    {"health", "Health scripts that show drift of guarded fields: a patch of argocd-cm",
     declare_generate_health},
    {"accounts", "The platform's namespace, with the hooks' ServiceAccounts and Roles",
     declare_generate_accounts},
    {"scopes", "A policy that says of a cluster's kinds what the program doesn't know: scope and plural",
     declare_generate_scopes},
    {"applicationset", "An ApplicationSet with a sync policy for each severity",
     declare_generate_applicationset},
    {"install", "A folder with everything that is installed beside Argo CD, for kubectl apply -k",
     declare_generate_install},
    {"man", "The manual: one page, or a page for each command", declare_generate_man},
};

}  // namespace

Action declare_generate(Arguments& app) {
  auto action = std::make_shared<Action>();
  for (const auto& generator : generators) {
    auto declared = std::make_shared<Action>();
    auto sub =
        app.add_subcommand(generator.name, generator.summary, [action, declared] { *action = *declared; });
    *declared = generator.declare(sub);
  }
  return [action] { return (*action)(); };
}

}  // namespace drift::commands
