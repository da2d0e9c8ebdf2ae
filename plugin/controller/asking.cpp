#include "controller/asking.hpp"

#include <algorithm>
#include <unordered_map>

#include "base/error.hpp"
#include "json/read.hpp"

namespace drift::controller {
namespace {

using analysis::LiveObject;
using outside::ManagedObject;

class Managed {
 public:
  explicit Managed(std::vector<ManagedObject> all) : all_(std::move(all)) {
    for (const auto& object : all_)
      index_.emplace(key(object.group, object.kind, object.ns, object.name), &object);
  }

  // What Argo CD doesn't manage, by this name, isn't known to be gone.
  LiveObject live(const api::PlannedObject& planned) const {
    const auto* object = find(planned);
    if (!object) return {LiveObject::Found::unknown, {}};
    auto document = parse_json("live object", object->live);
    if (!document.IsObject()) return {LiveObject::Found::absent, {}};
    return {LiveObject::Found::present, std::move(document)};
  }

  // By Argo CD's own comparison.
  bool is_modified(const ObjectName& name) const {
    const auto found = index_.find(key(name.group, name.kind, name.ns, name.name));
    return found != index_.end() && found->second->modified;
  }

  std::uint64_t with_other_marks() const {
    return static_cast<std::uint64_t>(
        std::count_if(all_.begin(), all_.end(), [](const ManagedObject& object) {
          return object.modified && marks_differ(parse_json("target object", object.target),
                                                 parse_json("live object", object.live));
        }));
  }

 private:
  static std::string key(const std::string& group, const std::string& kind, const std::string& ns,
                         const std::string& name) {
    return group + '\n' + kind + '\n' + ns + '\n' + name;
  }

  // The rendering may have guessed whether its kind has a namespace; Argo CD knows.
  const ManagedObject* find(const api::PlannedObject& planned) const {
    std::vector<std::string> namespaces = {planned.ns};
    if (planned.guessed) namespaces.insert(namespaces.end(), {planned.written_ns, ""});
    for (const auto& ns : namespaces) {
      const auto found = index_.find(key(planned.group, planned.kind, ns, planned.name));
      if (found != index_.end()) return found->second;
    }
    return nullptr;
  }

  std::vector<ManagedObject> all_;
  std::unordered_map<std::string, const ManagedObject*> index_;
};

// What was answered stays so while the application does: that it doesn't render, or has no comparison, or what holds no plan.
bool may_be_answered_later(const Failure& error) {
  using Kind = outside::ArgoCdError::Kind;
  if (const auto* refusal = dynamic_cast<const outside::ArgoCdError*>(&error))
    return refusal->kind != Kind::not_rendered && refusal->kind != Kind::not_compared;
  return dynamic_cast<const OutsideError*>(&error) != nullptr;
}

class Questions {
 public:
  Questions(outside::ArgoCd& argocd, const Summary& summary)
      : argocd_(argocd), summary_(summary), application_{summary.ns, summary.name} {}

  Comparison ask(Time now) {
    try {
      target_ = plans_at(summary_.compared);
      if (target_.empty())
        throw InputError("what Argo CD renders holds no plan: another plugin, or none, has rendered it");
      const auto base = base_plans();
      const Managed managed(argocd_.managed_resources(application_));
      auto comparison = compare(
          target_, base, [&](const api::PlannedObject& planned) { return managed.live(planned); }, now);
      comparison.other_marks = managed.with_other_marks();
      for (auto& source : comparison.sources)
        std::erase_if(source.by_itself.objects,
                      [&](const ObjectName& name) { return !managed.is_modified(name); });
      return comparison;
    } catch (const Failure& error) {
      auto comparison = compare_blindly(summary_, target_, error.what());
      comparison.unanswered = may_be_answered_later(error);
      return comparison;
    }
  }

 private:
  Plans plans_at(const Version& version) {
    return plans_in(argocd_.manifests(application_, {version.each, version.listed}), summary_.ns,
                    summary_.name);
  }

  // Of the last success. Argo CD renders today's sources at its revision: where those are others, or the history is empty, the
  // application was seen in sync as it is compared now.
  Plans base_plans() {
    const auto& deployed = summary_.deployed;
    const bool usable = deployed && deployed->version.sources == summary_.compared.sources;
    auto plans = usable && deployed->version != summary_.compared ? plans_at(deployed->version) : target_;
    const auto written = usable && deployed->at ? time_text(*deployed->at) : std::string();
    for (auto& [name, plan] : plans) plan.written = written;
    return plans;
  }

  outside::ArgoCd& argocd_;
  const Summary& summary_;
  outside::ArgoCdApplication application_;
  Plans target_;
};

}  // namespace

Comparison ask(outside::ArgoCd& argocd, const Summary& summary, Time now) {
  return Questions(argocd, summary).ask(now);
}

}  // namespace drift::controller
