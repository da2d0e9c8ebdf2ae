// `drift-policy krm`: the policy as a KRM function, for Kustomize and kpt.
// https://github.com/kubernetes-sigs/kustomize/blob/master/cmd/config/docs/api-conventions/functions-spec.md
#include <fmt/format.h>

#include <memory>
#include <string>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "commands/command.hpp"
#include "outside/environment.hpp"
#include "outside/terminal.hpp"
#include "render/application.hpp"

namespace drift::commands {
namespace {

bool is_resource_list(const yaml::Node& root) {
  const auto version = root.find("apiVersion"), kind = root.find("kind");
  return kind.is_string() && kind.text() == "ResourceList" && version.is_string() &&
         version.text().starts_with("config.kubernetes.io/");
}

// A function gets its options in one of two ways, and what is written into the one that isn't read would be lost.
void refuse_settings(const yaml::Node& config) {
  for (const auto& [key, value] : config.entries())
    if (key != "apiVersion" && key != "kind" && key != "metadata")
      throw InputError(value.place(),
                       fmt::format("functionConfig has {}, which krm doesn't read; expected options in the "
                                   "function's args, such as [krm, --policy, policy.yaml]",
                                   in_quotes(key)));
}

// Throws InputError where this is anything but one ResourceList.
void check_input(const manifest::Manifests& manifests) {
  const auto& documents = manifests.documents();
  if (documents.size() != 1 || !is_resource_list(documents.front().root()))
    throw InputError(
        {"<stdin>"},
        "expected one ResourceList of config.kubernetes.io/v1, as Kustomize and kpt give it to a "
        "function; for plain manifests there is `render -`");
  const auto root = documents.front().root();
  if (!root.find("items").is_sequence()) throw InputError(root.place(), "expected a list of items");
  refuse_settings(root.find("functionConfig"));
}

Exit run(const render::Request& request) {
  const auto rendered = render::application(request, outside::environment(), render::Scope::changes);
  check_input(*rendered.manifests);
  outside::print({rendered.output->text()});
  return Exit::ok;
}

}  // namespace

Action declare_krm(Arguments& app) {
  auto request = std::make_shared<render::Request>();
  request->path = "-";
  app.add_option("--policy", request->policy,
                 "The policy: a file, a folder, or none (default: $DRIFT_POLICY_PATH, the built-in baseline)")
      .type_name("FILE|DIR|none");
  return [request] { return run(*request); };
}

}  // namespace drift::commands
