// `drift-policy generate accounts`: where the hooks live and as whom they run.
#include <memory>
#include <string>

#include "commands/platform_policies.hpp"
#include "generate/accounts.hpp"
#include "outside/terminal.hpp"

namespace drift::commands {

Action declare_generate_accounts(Arguments& app) {
  auto policy = std::make_shared<std::string>();
  add_policy_option(app, *policy);
  return [policy] {
    outside::print({generate::accounts(platform_policies(*policy))});
    return Exit::ok;
  };
}

}  // namespace drift::commands
