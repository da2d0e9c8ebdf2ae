#include "gate/cluster_kinds.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "outside/kubernetes/api_resources.hpp"
#include "outside/kubernetes/look_for.hpp"

namespace drift::gate {
namespace {

// By kind; of a kind that has several resources nothing can be said.
using Kinds = std::map<std::string, std::optional<outside::ApiResource>, std::less<>>;

Kinds kinds_of(const rapidjson::Value& list) {
  Kinds kinds;
  for (const auto& resource : outside::api_resources(list)) {
    const auto [entry, added] = kinds.try_emplace(resource.kind, resource);
    if (!added) entry->second.reset();
  }
  return kinds;
}

Kinds served(outside::Kubernetes& kubernetes, const std::string& group, const std::string& version) {
  try {
    const auto list = outside::look_for(kubernetes, outside::ResourcePath{group, version, "", "", "", ""});
    return list ? kinds_of(*list) : Kinds();
  } catch (const outside::ApiError& error) {
    if (error.http_status != 403 && !error.not_found()) throw;
    return {};
  }
}

void correct(api::PlannedObject& object, const outside::ApiResource& served) {
  const auto ns = served.namespaced ? object.written_ns : std::string();
  object.guessed = false;
  if (object.resource == served.plural && object.ns == ns) return;
  object.role_resource = std::exchange(object.resource, served.plural);
  object.role_ns = std::exchange(object.ns, ns);
}

}  // namespace

void ask_for_kinds(outside::Kubernetes& kubernetes, api::Plan& plan, const std::function<void()>& go_on) {
  std::map<std::pair<std::string, std::string>, Kinds> answers;
  for (auto& object : plan.objects) {
    if (!object.guessed || object.resource.empty()) continue;
    auto answer = answers.find({object.group, object.version});
    if (answer == answers.end()) {
      go_on();
      answer = answers
                   .emplace(std::pair(object.group, object.version),
                            served(kubernetes, object.group, object.version))
                   .first;
    }
    const auto kind = answer->second.find(object.kind);
    if (kind != answer->second.end() && kind->second) correct(object, *kind->second);
  }
}

}  // namespace drift::gate
