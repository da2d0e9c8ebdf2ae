// An Application as Argo CD writes one, and ways to change it by JSON merge patches.
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>

#include "controller/judge.hpp"
#include "json/canonical.hpp"
#include "support/fake_kubernetes.hpp"

namespace drift::tests {

// In sync, after a full sync through its gate; compared at 10:00:00.
inline constexpr std::string_view synced_application = R"({
  "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
  "metadata": {"name": "web", "namespace": "argocd", "uid": "u1", "resourceVersion": "7",
    "labels": {"drift-policy.dev/gated": "true"}},
  "spec": {"project": "default", "destination": {"server": "https://kubernetes.default.svc", "namespace": "shop"},
    "source": {"repoURL": "https://example.com/a.git", "path": "web", "targetRevision": "main",
      "plugin": {"name": "drift-policy"}}},
  "status": {
    "reconciledAt": "2026-11-29T10:00:00Z", "sourceType": "Plugin",
    "sync": {"status": "Synced", "revision": "aaaa",
      "comparedTo": {"destination": {"server": "https://kubernetes.default.svc", "namespace": "shop"},
        "source": {"repoURL": "https://example.com/a.git", "path": "web", "targetRevision": "main",
          "plugin": {"name": "drift-policy"}}}},
    "resources": [{"kind": "Service", "name": "web", "status": "Synced"}, {"kind": "Job", "name": "w-gate", "hook": true}],
    "history": [{"id": 3, "revision": "old", "source": {"repoURL": ""}}, {"id": 4, "revision": "aaaa",
      "deployedAt": "2026-11-29T09:59:00Z",
      "source": {"repoURL": "https://example.com/a.git", "path": "web", "targetRevision": "main",
        "plugin": {"name": "drift-policy"}}}],
    "operationState": {"phase": "Succeeded", "startedAt": "2026-11-29T09:58:00Z", "finishedAt": "2026-11-29T09:59:00Z",
      "operation": {"initiatedBy": {"username": "ann"}, "sync": {"revision": "aaaa", "syncStrategy": {"hook": {}}}},
      "syncResult": {"revision": "aaaa", "resources": [{"group": "batch", "version": "v1", "kind": "Job",
        "namespace": "drift-policy", "name": "web-12345678-gate", "hookType": "PreSync", "hookPhase": "Succeeded"}]}}}})";

void merge(rapidjson::Value& target, const rapidjson::Value& patch, rapidjson::Document& owner);

// It, with these merge patches on it.
inline rapidjson::Document application(std::initializer_list<std::string_view> patches = {}) {
  auto document = parse_json(synced_application);
  for (const auto patch : patches) merge(document, parse_json(patch), document);
  return document;
}

inline void merge(rapidjson::Value& target, const rapidjson::Value& patch, rapidjson::Document& owner) {
  auto& memory = owner.GetAllocator();
  for (const auto& entry : patch.GetObject()) {
    const auto found = target.FindMember(entry.name);
    if (found == target.MemberEnd()) {
      if (!entry.value.IsNull())
        target.AddMember(rapidjson::Value(entry.name, memory), rapidjson::Value(entry.value, memory), memory);
    } else if (entry.value.IsNull()) {
      target.RemoveMember(found);
    } else if (entry.value.IsObject() && found->value.IsObject()) {
      merge(found->value, entry.value, owner);
    } else {
      found->value.CopyFrom(entry.value, memory);
    }
  }
}

// Merge patches.
inline constexpr std::string_view out_of_sync =
    R"({"status": {"sync": {"status": "OutOfSync"}, "resources": [{"status": "OutOfSync"}, {"status": "Synced"}]}})";
inline constexpr std::string_view another_revision = R"({"status": {"sync": {"revision": "bbbb"}}})";
inline constexpr std::string_view render_fails = R"({"status": {"sync": {"status": "Unknown"},
  "conditions": [{"type": "OrphanedResourceWarning"}, {"type": "ComparisonError", "message": "hunter2"}]}})";
inline constexpr std::string_view is_syncing =
    R"({"operation": {"sync": {}}, "status": {"operationState": {"phase": "Running", "finishedAt": null}}})";
inline constexpr std::string_view selective_sync = R"({"status": {"operationState": {
  "startedAt": "2026-11-29T09:59:10Z", "operation": {"initiatedBy": {"username": "mallory"},
    "sync": {"resources": [{"kind": "Service", "name": "web"}]}}, "syncResult": {"resources": []}}}})";

}  // namespace drift::tests
