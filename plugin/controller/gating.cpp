#include "controller/gating.hpp"

#include <fmt/format.h>

#include <initializer_list>
#include <string_view>
#include <utility>

#include "base/keys.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "controller/refresh.hpp"
#include "controller/summary.hpp"
#include "json/build.hpp"
#include "json/merge_patch.hpp"
#include "json/read.hpp"

namespace drift::controller {
namespace {

using rapidjson::Value;

constexpr const char* enforcing_plugin = "drift-policy";
constexpr const char* observing_plugin = "drift-policy-observe";
constexpr const char* tracking_id = "argocd.argoproj.io/tracking-id";
// What Argo CD renders by itself; beside a plugin it takes the source for two at once (ApplicationSource.ExplicitType).
constexpr const char* native_tools[] = {"helm", "kustomize", "directory"};
constexpr std::size_t longest_name = 253;

std::string quoted(const std::string& text) {
  return in_quotes(cut(text, longest_name));
}

// Sources that others only refer to render nothing (GenerateManifest of the repo-server).
bool is_rendered(const Value& source) {
  return !text_of(source, "path").empty() || !text_of(source, "chart").empty() ||
         text_of(source, "ref").empty() || text_of(source, "repoURL").starts_with("oci://");
}

bool has_members(const Value* value) {
  return value && value->IsObject() && value->MemberCount() > 0;
}

class Change {
 public:
  Change(const Value& application, Gating gating) : application_(application), gating_(gating) {
    change_.patch.SetObject();
  }

  GatingChange all() {
    owners();
    state();
    sources();
    if (gating_ == Gating::enforce)
      sync_policy();
    else
      notes();
    label();
    if (!change_.obstacles.empty()) {
      change_.patch.SetObject();
    } else if (!change_.steps.empty()) {
      step(fmt::format("refresh: Argo CD renders it anew, by {}", plugin_of(gating_)));
      set(change_.patch, {"metadata", "annotations", refresh_annotation}, "hard");
      set(change_.patch, {"metadata", "resourceVersion"},
          text_at(application_, {"metadata", "resourceVersion"}));
    }
    return std::move(change_);
  }

 private:
  void obstacle(std::string text) { change_.obstacles.push_back(std::move(text)); }
  void step(std::string text) { change_.steps.push_back(std::move(text)); }

  // Whoever makes an Application writes its whole spec again and again.
  void owners() {
    const auto words =
        fmt::format("source.plugin.name: {}{}", plugin_of(gating_),
                    gating_ == Gating::enforce ? " and the label drift-policy.dev/gated: \"true\"" : "");
    if (const auto* owners = find(application_, {"metadata", "ownerReferences"}); owners && owners->IsArray())
      for (const auto& owner : owners->GetArray())
        if (text_of(owner, "kind") == "ApplicationSet")
          obstacle(
              fmt::format("the ApplicationSet {} makes it, and would undo this; put {} into its template "
                          "(`drift-policy generate applicationset` writes a whole one)",
                          quoted(text_of(owner, "name")), words));
    // `PARENT:argoproj.io/Application:NAMESPACE/NAME`, of itself: another one's was copied.
    const auto id = text_at(application_, {"metadata", "annotations", tracking_id});
    const auto colon = id.find(':');
    if (colon != std::string::npos && id.find(":argoproj.io/Application:") == colon &&
        id.ends_with("/" + text_at(application_, {"metadata", "name"})))
      obstacle(fmt::format("the Application {} deploys it, and would undo this; put {} into its Git",
                           quoted(id.substr(0, colon)), words));
  }

  void state() {
    if (find(application_, {"metadata", "deletionTimestamp"})) obstacle("it is being deleted");
    const auto summary = summary_of(application_);
    if (summary.operation && summary.operation->busy)
      obstacle(
          "a sync of it is asked for or under way; wait for its end, or end it: argocd app terminate-op");
  }

  void sources() {
    if (find(application_, {"spec", "sourceHydrator"})) {
      obstacle("it has a sourceHydrator, whose output the plugin doesn't render; expected spec.source");
      return;
    }
    const auto* list = find(application_, {"spec", "sources"});
    const auto* source = find(application_, {"spec", "source"});
    if (list && list->IsArray() && !list->Empty())
      list_of_sources(*list);
    else if (source && source->IsObject())
      set_unless_empty({"spec", "source"}, source_patch(*source, "source"));
    else
      obstacle("it has no source; expected spec.source or spec.sources");
  }

  // A merge patch has a list as one value.
  void list_of_sources(const Value& list) {
    rapidjson::Document changed(&change_.patch.GetAllocator());
    changed.CopyFrom(list, changed.GetAllocator());
    const auto steps = change_.steps.size();
    std::size_t number = 0, rendered = 0;
    for (auto& source : changed.GetArray()) {
      ++number;
      if (!is_rendered(source)) continue;
      ++rendered;
      drift::merge_patch(source, source_patch(source, fmt::format("source {}", number)),
                         changed.GetAllocator());
    }
    if (rendered == 0) obstacle("none of its sources is rendered; expected one with a path");
    if (change_.steps.size() > steps) set(change_.patch, {"spec", "sources"}, std::move(changed));
  }

  // What makes the plugin render it; `place` is what people are told.
  rapidjson::Document source_patch(const Value& source, const std::string& place) {
    rapidjson::Document patch(rapidjson::kObjectType, &change_.patch.GetAllocator());
    const std::string wanted = plugin_of(gating_);
    const auto name = text_at(source, {"plugin", "name"});
    if (name == wanted) return patch;
    if (name == enforcing_plugin || name == observing_plugin) {
      step(fmt::format("{}: rendered by the plugin {} instead of {}", place, wanted, name));
    } else if (!name.empty()) {
      obstacle(fmt::format("{} is rendered by the plugin {}; expected {} or {}, or no plugin", place,
                           quoted(name), enforcing_plugin, observing_plugin));
      return patch;
    } else {
      if (!is_plain(source, place, patch)) return patch;
      step(fmt::format(
          "{}: rendered by the plugin {}, which finds directory, Kustomize or Helm as Argo CD does", place,
          wanted));
    }
    set(patch, {"plugin", "name"}, wanted);
    return patch;
  }

  // Whether Argo CD renders it by itself and without settings, so that nothing has to be carried over.
  bool is_plain(const Value& source, const std::string& place, rapidjson::Document& patch) {
    if (!text_of(source, "chart").empty()) {
      obstacle(fmt::format(
          "{} is a chart of a repository of charts, and the plugin gets none; expected a chart in "
          "Git that has it as a dependency (docs/parameters.md)",
          place));
      return false;
    }
    bool plain = true;
    for (const auto* tool : native_tools) {
      const auto* settings = find_member(source, tool);
      if (has_members(settings)) {
        obstacle(
            fmt::format("{} has settings under {}; expected them as plugin.parameters (`drift-policy "
                        "migrate` writes them), with plugin.name: {}",
                        place, tool, plugin_of(gating_)));
        plain = false;
      } else if (settings) {
        set(patch, {tool}, Value());
      }
    }
    return plain;
  }

  // Self-heal runs no hooks, and each retry of a sync that was refused would ask people anew.
  void sync_policy() {
    if (flag_at({"spec", "syncPolicy", "automated", "selfHeal"})) {
      step("selfHeal: off, since it syncs without hooks and so past the gate");
      set(change_.patch, {"spec", "syncPolicy", "automated", "selfHeal"}, Value(false));
    }
    // Argo CD writes a limit of 0 as none (RetryStrategy.Limit, omitempty); without `retry`, auto-sync tries five times more.
    const auto* retry = find(application_, {"spec", "syncPolicy", "retry"});
    const auto* limit = retry ? find_member(*retry, "limit") : nullptr;
    const bool is_off =
        retry && retry->IsObject() && (!limit || (limit->IsInt64() && limit->GetInt64() == 0));
    if (is_off || (!retry && !find(application_, {"spec", "syncPolicy", "automated"}))) return;
    step("retry.limit: 0, since each retry would ask people anew");
    set(change_.patch, {"spec", "syncPolicy", "retry", "limit"}, Value(0));
  }

  void notes() {
    if (flag_at({"spec", "syncPolicy", "automated", "selfHeal"}))
      change_.notes.emplace_back(
          "selfHeal is on, and puts drift back without hooks: the gate sees only what is left at a full "
          "sync");
  }

  void label() {
    const bool gated = text_at(application_, {"metadata", "labels", keys::gated}) == "true";
    if (gating_ == Gating::enforce && !gated) {
      step(fmt::format("label {}=true: no sync gets past the gate", keys::gated));
      set(change_.patch, {"metadata", "labels", keys::gated}, "true");
    } else if (gating_ == Gating::observe && find(application_, {"metadata", "labels", keys::gated})) {
      step(fmt::format("label {}: taken off, so syncs without hooks are possible again", keys::gated));
      set(change_.patch, {"metadata", "labels", keys::gated}, Value());
    }
  }

  bool flag_at(std::initializer_list<std::string_view> path) const {
    const auto* value = find(application_, path);
    return value && value->IsBool() && value->GetBool();
  }

  void set_unless_empty(JsonPath path, rapidjson::Document value) {
    if (value.MemberCount() > 0) set(change_.patch, path, std::move(value));
  }

  const Value& application_;
  Gating gating_;
  GatingChange change_;
};

}  // namespace

const char* plugin_of(Gating gating) {
  return gating == Gating::enforce ? enforcing_plugin : observing_plugin;
}

GatingChange gating_change(const rapidjson::Value& application, Gating gating) {
  return Change(application, gating).all();
}

}  // namespace drift::controller
