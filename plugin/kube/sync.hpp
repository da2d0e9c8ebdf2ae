// When Argo CD applies an object: the phases and the wave that it reads from the annotations.
// The rules are those of gitops-engine (pkg/sync/hook/hook.go, pkg/sync/syncwaves/waves.go, pkg/sync/sync_phase.go).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/manifest.hpp"

namespace drift::kube {

inline constexpr std::string_view hook_annotation = "argocd.argoproj.io/hook";
inline constexpr std::string_view helm_hook_annotation = "helm.sh/hook";
inline constexpr std::string_view wave_annotation = "argocd.argoproj.io/sync-wave";
inline constexpr std::string_view helm_weight_annotation = "helm.sh/hook-weight";

inline constexpr std::string_view delete_policy_annotation = "argocd.argoproj.io/hook-delete-policy";
inline constexpr std::string_view helm_delete_policy_annotation = "helm.sh/hook-delete-policy";

// On an Application: the paths, with `;` between, whose changes concern it and that a plugin needs.
inline constexpr std::string_view generate_paths = "argocd.argoproj.io/manifest-generate-paths";

// The words of an annotation that is a comma list, as Argo CD reads it: without what Go takes for space around them, and
// without empty ones (pkg/sync/resource/annotations.go).
std::vector<std::string_view> words_of(std::string_view list);

struct Phases {
  bool pre_sync = false, sync = false, post_sync = false, sync_fail = false;
  bool any() const { return pre_sync || sync || post_sync || sync_fail; }
};

// An object that is no hook is in `sync`. A hook may be in several, or in none: `Skip`, hooks of deletion, Helm's tests.
Phases phases_of(const manifest::Manifest& manifest);

// The object is a hook, of whatever kind.
bool is_hook(const manifest::Manifest& manifest);

// The wave: of the sync-wave annotation where that is an integer of 64 bits, else Helm's weight, else 0.
std::int64_t wave_of(const manifest::Manifest& manifest);

// An integer as Go's strconv.Atoi takes it: a sign or none, digits, nothing else.
std::optional<std::int64_t> parse_wave(std::string_view text);

// A word in a hook annotation that neither Argo CD nor Helm knows. Argo CD drops such an object without a word.
struct UnknownHook {
  std::string_view annotation;  // its key
  std::string word;             // as written; empty where the annotation holds no word at all
};
std::optional<UnknownHook> unknown_hook(const manifest::Manifest& manifest);

// The words of hook annotations, for messages and suggestions.
const std::vector<std::string>& hook_words();
const std::vector<std::string>& helm_hook_words();

}  // namespace drift::kube
