// `drift-policy generate scopes`: asks a cluster's discovery which kinds have namespaces.
#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "commands/command.hpp"
#include "commands/connection_flags.hpp"
#include "generate/scopes.hpp"
#include "json/read.hpp"
#include "outside/kubernetes/api_resources.hpp"
#include "outside/kubernetes/client.hpp"
#include "outside/system_clock.hpp"
#include "outside/terminal.hpp"

namespace drift::commands {
namespace {

using outside::ResourcePath;
using rapidjson::Value;

const Value& list_of(const Value& object, const char* key) {
  static const Value none(rapidjson::kArrayType);
  const auto* list = find_member(object, key);
  return list && list->IsArray() ? *list : none;
}

void add_kinds(outside::Kubernetes& kubernetes, const std::string& group, const std::string& version,
               std::vector<generate::ServedKind>& served) {
  const auto answer = kubernetes.get(ResourcePath{group, version, "", "", "", ""});
  if (!answer) return;
  for (const auto& resource : outside::api_resources(*answer))
    if (resource.can_get) served.push_back({group, resource.kind, resource.plural, resource.namespaced});
}

// Each version of each group that the cluster serves.
std::vector<std::pair<std::string, std::string>> group_versions(outside::Kubernetes& kubernetes) {
  std::vector<std::pair<std::string, std::string>> all;
  auto answer = kubernetes.get(ResourcePath{});
  if (!answer) throw OutsideError("the cluster doesn't say which API groups it has");
  const rapidjson::Document groups = *std::move(answer);
  for (const auto& group : list_of(groups, "groups").GetArray())
    for (const auto& version : list_of(group, "versions").GetArray())
      all.emplace_back(text_at(group, {"name"}), text_at(version, {"version"}));
  return all;
}

Exit run(const outside::ConnectionOptions& connection) {
  outside::SystemClock clock;
  const auto kubernetes = outside::connect(connection, outside::environment(), clock);
  std::vector<generate::ServedKind> served;
  for (const auto& [group, version] : group_versions(*kubernetes))
    add_kinds(*kubernetes, group, version, served);
  outside::print({generate::scopes(served)});
  return Exit::ok;
}

}  // namespace

Action declare_generate_scopes(Arguments& app) {
  auto connection = std::make_shared<outside::ConnectionOptions>();
  declare_connection(app, *connection);
  return [connection] { return run(*connection); };
}

}  // namespace drift::commands
