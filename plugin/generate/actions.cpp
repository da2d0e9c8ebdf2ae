#include "generate/actions.hpp"

#include <fmt/format.h>

#include <string_view>

#include "base/embedded.hpp"

namespace drift::generate {
namespace {

// The text as a block scalar's lines. The scripts are ASCII and have no empty first line.
std::string indented(std::string_view text, std::size_t by) {
  std::string result;
  while (!text.empty()) {
    const auto end = text.find('\n') + 1;
    if (end > 1) result.append(by, ' ');
    result += text.substr(0, end);
    text.remove_prefix(end);
  }
  return result;
}

std::string definition(std::string_view verb) {
  const auto script = fmt::format("{}{}return answer(\"{}\")\n", embedded::action_gate_lua(),
                                  embedded::action_answer_lua(), verb);
  return fmt::format("- name: {}\n  action.lua: |\n{}", verb, indented(script, 4));
}

}  // namespace

std::string actions_patch() {
  const auto discovery =
      std::string(embedded::action_gate_lua()) + std::string(embedded::action_discovery_lua());
  const auto actions = fmt::format("mergeBuiltinActions: true\ndiscovery.lua: |\n{}definitions:\n{}{}{}",
                                   indented(discovery, 2), definition("approve"), definition("reject"),
                                   definition("override"));
  return fmt::format(
      "# Written by `drift-policy generate actions`. On a gate that waits people find approve and reject in "
      "Argo CD; who\n"
      "# may run them is Argo CD's RBAC: `p, role:approver, applications, action/batch/Job/approve, */*, "
      "allow`.\n"
      "apiVersion: v1\n"
      "kind: ConfigMap\n"
      "metadata:\n"
      "  name: argocd-cm\n"
      "data:\n"
      "  resource.customizations.actions.batch_Job: |\n{}",
      indented(actions, 4));
}

}  // namespace drift::generate
