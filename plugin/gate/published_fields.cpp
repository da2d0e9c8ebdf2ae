#include "gate/published_fields.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "analysis/published_fields.hpp"

namespace drift::gate {
namespace {

using api::PlannedObject;
using kube::FieldTypes;
using kube::TypedKind;

// Each may take some seconds, and few applications have objects of so many groups.
constexpr std::size_t most_documents = 30;

class Documents {
 public:
  Documents(outside::Kubernetes& kubernetes, const api::Plan& plan, std::function<void()> go_on)
      : kubernetes_(kubernetes), plan_(plan), go_on_(std::move(go_on)) {}

  analysis::Published of(const PlannedObject& planned) {
    const auto& types = types_of(planned.group, planned.version);
    const auto found = std::find_if(types.kinds().begin(), types.kinds().end(),
                                    [&](const TypedKind& kind) { return kind.kind == planned.kind; });
    if (found == types.kinds().end()) return {};
    return {&types, found->type};
  }

 private:
  const FieldTypes& types_of(const std::string& group, const std::string& version) {
    const auto known = types_.find({group, version});
    if (known != types_.end()) return known->second;
    if (types_.size() == most_documents) return nothing_;
    go_on_();
    return types_.emplace(std::pair(group, version), read(group, version)).first->second;
  }

  FieldTypes read(const std::string& group, const std::string& version) {
    FieldTypes types;
    try {
      const auto document = kubernetes_.openapi({group, version, "", "", "", ""});
      if (document) analysis::add_published(*document, kinds_of(group, version), types);
    } catch (const Failure&) {
      return {};  // the cluster doesn't answer, or with what is no schema
    }
    return types;
  }

  // Those of the plan: a group may have hundreds of others.
  std::vector<TypedKind> kinds_of(const std::string& group, const std::string& version) const {
    std::vector<TypedKind> kinds;
    for (const auto& object : plan_.objects) {
      const auto same = [&](const TypedKind& kind) { return kind.kind == object.kind; };
      if (object.group != group || object.version != version) continue;
      if (std::none_of(kinds.begin(), kinds.end(), same)) kinds.push_back({group, version, object.kind});
    }
    return kinds;
  }

  outside::Kubernetes& kubernetes_;
  const api::Plan& plan_;
  const std::function<void()> go_on_;
  const FieldTypes nothing_;
  std::map<std::pair<std::string, std::string>, FieldTypes> types_;
};

}  // namespace

analysis::Publisher published_by(outside::Kubernetes& kubernetes, const api::Plan& plan,
                                 std::function<void()> go_on) {
  const auto documents = std::make_shared<Documents>(kubernetes, plan, std::move(go_on));
  return [documents](const PlannedObject& planned) { return documents->of(planned); };
}

}  // namespace drift::gate
