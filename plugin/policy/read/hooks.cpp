#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <unordered_set>

#include "base/keys.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "kube/sync.hpp"
#include "policy/read/read.hpp"
#include "policy/read/syntax.hpp"

namespace drift::policy {

namespace {

using kube::hook_annotation;
using kube::wave_annotation;

// https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/: anything else is silently neither hook nor
// object.
const std::vector<std::string>& hook_types() {
  static const std::vector<std::string> types = {"PreSync",  "Sync",      "PostSync",
                                                 "SyncFail", "PreDelete", "PostDelete"};
  return types;
}

void check_hook_types(const Setting& manifest, yaml::Node annotations) {
  auto hook = annotations.find(hook_annotation);
  if (!hook || !hook.is_string() || hook.text().empty()) {
    manifest.mistake(fmt::format("an injected manifest must be a hook; expected the annotation {} with {}",
                                 hook_annotation, joined(hook_types())));
    return;
  }
  auto rest = hook.text();
  for (;;) {
    auto comma = rest.find(',');
    auto type = trimmed(rest.substr(0, comma), " ");
    if (std::find(hook_types().begin(), hook_types().end(), type) == hook_types().end())
      manifest.mistake(fmt::format("{} is no hook that Argo CD runs; expected one of {}", in_quotes(type),
                                   joined(hook_types())));
    if (comma == std::string_view::npos) return;
    rest.remove_prefix(comma + 1);
  }
}

void check_wave(const Setting& manifest, yaml::Node annotations) {
  auto wave = annotations.find(wave_annotation);
  if (!wave) return;
  std::int32_t value = 0;
  auto text = wave.is_string() ? wave.text() : std::string_view();
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size())
    manifest.mistake(fmt::format("{} must be an integer in quotes", wave_annotation));
}

void check_strings(const Setting& manifest, yaml::Node mapping, std::string_view what) {
  for (const auto& [key, value] : mapping.entries())
    if (!value.is_string())
      manifest.mistake(fmt::format("{} {} is no string; write it in quotes", what, in_quotes(key)));
}

// `apiVersion kind namespace name`, by which two injected manifests would be one object.
std::string check_manifest(const Setting& manifest) {
  auto node = manifest.node();
  for (const char* key : {"apiVersion", "kind"})
    if (auto value = node.find(key); !value || !value.is_string() || value.text().empty())
      manifest.mistake(fmt::format("the manifest has no {}", key));
  auto metadata = node.find("metadata");
  auto name = metadata.find("name");
  if (metadata.find("generateName"))
    manifest.mistake(
        "generateName makes a new object with every sync, and they pile up; expected metadata.name");
  else if (!name || !name.is_string() || name.text().empty())
    manifest.mistake("the manifest has no metadata.name");
  check_strings(manifest, metadata.find("annotations"), "annotation");
  check_strings(manifest, metadata.find("labels"), "label");
  check_hook_types(manifest, metadata.find("annotations"));
  check_wave(manifest, metadata.find("annotations"));
  auto text = [](yaml::Node value) { return value.is_string() ? value.text() : std::string_view(); };
  return fmt::format("{} {} {} {}", text(node.find("apiVersion")), text(node.find("kind")),
                     text(metadata.find("namespace")), text(name));
}

std::vector<ExtraHook> read_extra(const Setting& list) {
  std::vector<ExtraHook> hooks;
  std::unordered_set<std::string> names, objects;
  for (const auto& item : list.items()) {
    if (!item["name"] || !item["manifest"]) continue;
    ExtraHook hook;
    hook.place = item.place();
    hook.name = item["name"].text();
    hook.severity_at_least = item["when"]["severityAtLeast"].severity();
    if (!names.insert(hook.name).second)
      item["name"].mistake(fmt::format("another extra hook is named {}", in_quotes(hook.name)));
    auto manifest = item["manifest"];
    if (!objects.insert(check_manifest(manifest)).second)
      manifest.mistake("another extra hook is the same object (apiVersion, kind, namespace and name)");
    hook.manifest = manifest.json();
    hooks.push_back(std::move(hook));
  }
  return hooks;
}

// A moving tag would change what hooks run without any change of the policy.
void check_image(const Setting& setting) {
  auto image = setting.text();
  auto name = image.substr(image.find_last_of('/') + 1);
  auto colon = name.find(':');
  if (image.find('@') != std::string::npos) return;
  if (colon == std::string::npos || name.substr(colon + 1) == "latest")
    setting.warning(fmt::format(
        "image {} may change by itself; a tag that stays, or better a digest, is safer", in_quotes(image)));
}

StringPairs read_labels(const Setting& setting) {
  for (const auto& [key, value] : setting.entries()) {
    if (auto why = label_key_mistake(key); !why.empty()) value.mistake(why);
    if (auto why = label_value_mistake(value.text()); !why.empty()) value.mistake(why);
    if (key.starts_with(keys::prefix)) value.mistake("labels of drift-policy.dev are the plugin's own");
  }
  return setting.pairs();
}

std::optional<std::vector<AllowedHooks>> read_allowed(const Setting& list) {
  if (!list) return std::nullopt;
  std::vector<AllowedHooks> all;
  for (const auto& item : list.items()) {
    // The schema knows one phase and one delete policy.
    AllowedHooks allowed{!item["phases"].texts().empty(), !item["deletePolicies"].texts().empty(), {}};
    if (!item.node().find("phases") && !item.node().find("deletePolicies"))
      item.mistake("this allows nothing; expected phases: [SyncFail], deletePolicies: [HookFailed], or both");
    for (const auto& kind : item["kinds"].items()) {
      std::string why;
      if (auto pattern = parse_kind(kind.text(), why)) {
        allowed.kinds.push_back(std::move(*pattern));
      } else {
        kind.mistake(why);
      }
    }
    all.push_back(std::move(allowed));
  }
  return all;
}

Records read_records(const Setting& setting) {
  Records records;
  if (auto keep = setting["keep"]) records.keep = static_cast<std::uint32_t>(keep.integer());
  records.keep_for = setting["keepFor"].duration();
  return records;
}

}  // namespace

std::optional<Hooks> read_hooks(const Setting& setting) {
  if (!setting) return std::nullopt;
  Hooks hooks;
  hooks.place = setting.place();
  if (auto ns = setting["namespace"]) {
    hooks.ns = ns.text();
    if (auto why = namespace_mistake(*hooks.ns); !why.empty()) ns.mistake(why);
  }
  if (auto image = setting["image"]) {
    hooks.image = image.text();
    check_image(image);
  }
  hooks.image_pull_secrets = setting["imagePullSecrets"].texts();
  hooks.requests = setting["resources"]["requests"].pairs();
  hooks.limits = setting["resources"]["limits"].pairs();
  hooks.labels = read_labels(setting["labels"]);
  hooks.records = read_records(setting["records"]);
  hooks.severity_at_least = setting["when"]["severityAtLeast"].severity();
  hooks.extra = read_extra(setting["extra"]);
  hooks.allow_authors = read_allowed(setting["allowAuthors"]);
  return hooks;
}

}  // namespace drift::policy
