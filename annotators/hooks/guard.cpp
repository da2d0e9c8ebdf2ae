#include "annotators/hooks/guard.hpp"

#include <fmt/format.h>

#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "annotators/hooks/authors.hpp"
#include "api/reserved_names.hpp"
#include "base/suggest.hpp"
#include "kube/sync.hpp"
#include "policy/match.hpp"

namespace drift::annotators {
namespace {

using manifest::Manifest;

// The highest wave that Argo CD still finds above ours: it subtracts one wave from another in 64 bits, and what overflows
// comes out as lower (sync_tasks.go, Less).
constexpr std::int64_t highest_wave = std::numeric_limits<std::int64_t>::max() + ground_wave;

using GroupKind = std::pair<std::string, std::string>;

Place place_of(const Manifest& manifest, std::string_view annotation) {
  const auto node = manifest.annotations.find(annotation);
  return node ? node.place() : manifest.place();
}

// Whether the object is applied before the gate has run.
bool is_early(const Manifest& manifest) {
  const auto wave = kube::wave_of(manifest);
  return kube::phases_of(manifest).pre_sync && (wave <= gate_wave || wave > highest_wave);
}

// The kinds of what is injected at or before the gate. Argo CD moves a kind's definition in front of the first object of
// that kind, whatever its own wave (sync_tasks.go, adjustDeps).
std::set<GroupKind> early_kinds(const Objects& injection) {
  std::set<GroupKind> kinds;
  for (const auto& object : injection) {
    const auto& metadata = object["metadata"];
    const auto text = [&](std::string_view key) -> std::string_view {
      const auto annotations = metadata.FindMember("annotations");
      if (annotations == metadata.MemberEnd()) return {};
      const auto found =
          annotations->value.FindMember(rapidjson::Value(rapidjson::StringRef(key.data(), key.size())));
      return found == annotations->value.MemberEnd() ? std::string_view() : found->value.GetString();
    };
    const bool before = kube::parse_wave(text(kube::wave_annotation)).value_or(0) <= gate_wave;
    if (text(kube::hook_annotation).find("PreSync") == std::string_view::npos || !before) continue;
    const std::string_view version = object["apiVersion"].GetString();
    const auto slash = version.find('/');
    kinds.emplace(slash == std::string_view::npos ? "" : version.substr(0, slash),
                  object["kind"].GetString());
  }
  return kinds;
}

class SourceCheck {
 public:
  SourceCheck(const HookContext& context, const Objects& injection)
      : context_(context), early_kinds_(early_kinds(injection)) {}

  void operator()(const Manifest& manifest) {
    if (is_of_another(manifest)) return;
    hook_words(manifest);
    if (context_.builtin) hook_order(manifest);
    if (context_.builtin) hook_after_refusal(manifest);
    if (context_.builtin) definition(manifest);
    names(manifest);
    platform_namespace(manifest);
  }

  // What only all objects together tell.
  void finish() {
    for (const auto& [owner, named] : foreign_)
      findings[named.finding].message = fmt::format(
          "{}{} a name that is kept for the hooks of drift-policy, of another application or source, or of "
          "another rendering ({}-...); expected other names, or output that was rendered with the same "
          "ARGOCD_APP_NAME, "
          "ARGOCD_APP_SOURCE_REPO_URL and ARGOCD_APP_SOURCE_PATH",
          named.first, others(named.count - 1), owner);
  }

  std::vector<Finding> findings;

 private:
  void add(Place place, std::string message) { findings.push_back({std::move(place), std::move(message)}); }

  void hook_words(const Manifest& manifest) {
    const auto unknown = kube::unknown_hook(manifest);
    if (!unknown) return;
    const auto& known =
        unknown->annotation == kube::hook_annotation ? kube::hook_words() : kube::helm_hook_words();
    const std::string what = unknown->word.empty() ? std::string("no hook stands here")
                                                   : fmt::format("{} is no hook", in_quotes(unknown->word));
    add(place_of(manifest, unknown->annotation),
        fmt::format("{}, so Argo CD would not apply {} at all{}; expected {}", what, manifest.display(),
                    did_you_mean(unknown->word, known), joined(known)));
  }

  void hook_order(const Manifest& manifest) {
    if (!is_early(manifest)) return;
    const bool has_wave = kube::parse_wave(manifest.annotation(kube::wave_annotation)).has_value();
    const auto key = has_wave ? kube::wave_annotation : kube::helm_weight_annotation;
    add(place_of(manifest, key),
        fmt::format("{} is a PreSync hook in wave {}, which Argo CD runs before the gate; expected a wave "
                    "from {} to {}",
                    manifest.display(), kube::wave_of(manifest), gate_wave + 1, highest_wave));
  }

  // Where the policy is only observed, the gate never refuses.
  void hook_after_refusal(const Manifest& manifest) {
    if (context_.observe()) return;
    if (auto finding = forbidden_hook(context_.input.policies, manifest))
      findings.push_back(std::move(*finding));
  }

  void definition(const Manifest& manifest) {
    if (manifest.kind != "CustomResourceDefinition" || manifest.group != "apiextensions.k8s.io") return;
    const auto spec = manifest.object.find("spec");
    const auto group = spec.find("group"), kind = spec.find("names").find("kind");
    if (!group.is_string() || !kind.is_string()) return;
    if (!early_kinds_.contains({std::string(group.text()), std::string(kind.text())})) return;
    add(kind.place(),
        fmt::format("{} defines a kind that the hooks are of, so Argo CD would apply it before the gate; "
                    "expected a kind of its own",
                    manifest.display()));
  }

  void names(const Manifest& manifest) {
    const auto name = manifest.metadata.find("name"), beginning = manifest.metadata.find("generateName");
    const bool named = !manifest.name.empty();
    const auto text = named ? manifest.name : beginning.is_string() ? beginning.text() : std::string_view();
    const bool kept = named ? api::owner_of(text).has_value() : api::owner_of_beginning(text).has_value();
    if (!kept && !context_.names.reserves(text)) return;
    add((named ? name : beginning).place(),
        fmt::format("{} has a name that is kept for the hooks of drift-policy; expected another name",
                    named ? manifest.display() : fmt::format("{}/{}", manifest.kind, text)));
  }

  // Objects with names of another application's or source's hooks, by whose they are. Mostly these hooks themselves, in
  // output that was rendered under another name: one line for all of them, and nothing of their waves.
  struct Named {
    std::size_t finding = 0;  // index into findings
    std::string first;
    std::size_t count = 0;
  };

  bool is_of_another(const Manifest& manifest) {
    if (manifest.name.empty() || context_.names.reserves(manifest.name)) return false;
    const auto owner = api::owner_of(manifest.name);
    if (!owner || *owner == api::shared_owner) return false;
    auto& named = foreign_[std::string(*owner)];
    if (named.count++ == 0) {
      named.finding = findings.size();
      named.first = manifest.display();
      add(manifest.metadata.find("name").place(), {});
    }
    return true;
  }

  static std::string others(std::size_t count) {
    if (count == 0) return " has";
    return fmt::format(" and {} more object{} have", count, count == 1 ? "" : "s");
  }

  // Argo CD may write to the platform's namespace, since the hooks live there; the application's manifests may not, even
  // where that namespace is its destination.
  void platform_namespace(const Manifest& manifest) {
    if (!context_.platform) return;
    if (policy::subject_of(manifest, context_.input.application.ns, context_.input.policies.kinds).ns !=
        context_.ns)
      return;
    const bool itself = manifest.kind == "Namespace" && manifest.group.empty();
    const auto node = manifest.metadata.find(itself ? "name" : "namespace");
    add(node ? node.place() : manifest.place(),
        fmt::format("{} would be in namespace {}, which is kept for the hooks of drift-policy; expected "
                    "another namespace",
                    manifest.display(), context_.ns));
  }

  const HookContext& context_;
  std::set<GroupKind> early_kinds_;
  std::map<std::string, Named, std::less<>> foreign_;
};

}  // namespace

std::vector<Finding> check_source(const HookContext& context, const Objects& injection,
                                  const std::vector<bool>& ours) {
  SourceCheck check(context, injection);
  const auto& objects = context.input.manifests.objects();
  for (std::size_t i = 0; i < objects.size(); ++i)
    if (!ours[i]) check(objects[i]);
  check.finish();
  return std::move(check.findings);
}

}  // namespace drift::annotators
