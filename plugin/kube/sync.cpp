#include "kube/sync.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace drift::kube {
namespace {

// What Go's unicode.IsSpace holds for space, as UTF-8; strings.TrimSpace removes it.
constexpr std::array<std::string_view, 25> spaces = {" ",
                                                     "\t",
                                                     "\n",
                                                     "\v",
                                                     "\f",
                                                     "\r",
                                                     "\xC2\x85",
                                                     "\xC2\xA0",
                                                     "\xE1\x9A\x80",
                                                     "\xE2\x80\x80",
                                                     "\xE2\x80\x81",
                                                     "\xE2\x80\x82",
                                                     "\xE2\x80\x83",
                                                     "\xE2\x80\x84",
                                                     "\xE2\x80\x85",
                                                     "\xE2\x80\x86",
                                                     "\xE2\x80\x87",
                                                     "\xE2\x80\x88",
                                                     "\xE2\x80\x89",
                                                     "\xE2\x80\x8A",
                                                     "\xE2\x80\xA8",
                                                     "\xE2\x80\xA9",
                                                     "\xE2\x80\xAF",
                                                     "\xE2\x81\x9F",
                                                     "\xE3\x80\x80"};

std::string_view without_space(std::string_view text) {
  const auto leading = [&](std::string_view space) { return text.starts_with(space); };
  const auto trailing = [&](std::string_view space) { return text.ends_with(space); };
  for (auto it = spaces.begin(); (it = std::find_if(spaces.begin(), spaces.end(), leading)) != spaces.end();)
    text.remove_prefix(it->size());
  for (auto it = spaces.begin(); (it = std::find_if(spaces.begin(), spaces.end(), trailing)) != spaces.end();)
    text.remove_suffix(it->size());
  return text;
}

bool has(const std::vector<std::string_view>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool has(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

Phases argo_phases(const std::vector<std::string_view>& words) {
  return {has(words, "PreSync"), has(words, "Sync"), has(words, "PostSync"), has(words, "SyncFail")};
}

Phases helm_phases(const std::vector<std::string_view>& words) {
  return {has(words, "pre-install") || has(words, "pre-upgrade"), false,
          has(words, "post-install") || has(words, "post-upgrade"), false};
}

// Words that make Argo CD ignore Helm's annotation: those that gitops-engine itself knows.
bool is_sync_word(std::string_view word) {
  return word == "PreSync" || word == "Sync" || word == "PostSync" || word == "SyncFail" || word == "Skip";
}

}  // namespace

std::vector<std::string_view> words_of(std::string_view list) {
  std::vector<std::string_view> words;
  while (true) {
    const auto comma = list.find(',');
    if (const auto word = without_space(list.substr(0, comma)); !word.empty()) words.push_back(word);
    if (comma == std::string_view::npos) return words;
    list.remove_prefix(comma + 1);
  }
}

Phases phases_of(const manifest::Manifest& manifest) {
  const yaml::Node argo = manifest.annotations.find(hook_annotation);
  const yaml::Node helm = manifest.annotations.find(helm_hook_annotation);
  if (!is_hook(manifest)) return {false, true, false, false};
  const auto words = argo.is_string() ? words_of(argo.text()) : std::vector<std::string_view>();
  if (std::any_of(words.begin(), words.end(), is_sync_word)) return argo_phases(words);
  return helm.is_string() ? helm_phases(words_of(helm.text())) : Phases();
}

bool is_hook(const manifest::Manifest& manifest) {
  if (manifest.annotations.find(hook_annotation)) return true;
  const yaml::Node helm = manifest.annotations.find(helm_hook_annotation);
  return helm && !(helm.is_string() && helm.text() == "crd-install");
}

std::int64_t wave_of(const manifest::Manifest& manifest) {
  for (const auto key : {wave_annotation, helm_weight_annotation})
    if (const auto wave = parse_wave(manifest.annotation(key))) return *wave;
  return 0;
}

std::optional<std::int64_t> parse_wave(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<UnknownHook> unknown_hook(const manifest::Manifest& manifest) {
  const auto unknown = [](std::string_view key, const yaml::Node& list,
                          const std::vector<std::string>& known) -> std::optional<UnknownHook> {
    const auto words = list.is_string() ? words_of(list.text()) : std::vector<std::string_view>();
    if (words.empty()) return UnknownHook{key, {}};
    for (const auto word : words)
      if (!has(known, word)) return UnknownHook{key, std::string(word)};
    return std::nullopt;
  };
  if (const yaml::Node argo = manifest.annotations.find(hook_annotation))
    return unknown(hook_annotation, argo, hook_words());
  if (const yaml::Node helm = manifest.annotations.find(helm_hook_annotation))
    return unknown(helm_hook_annotation, helm, helm_hook_words());
  return std::nullopt;
}

const std::vector<std::string>& hook_words() {
  static const std::vector<std::string> words = {"PreSync", "Sync",      "PostSync",  "SyncFail",
                                                 "Skip",    "PreDelete", "PostDelete"};
  return words;
}

// https://helm.sh/docs/topics/charts_hooks/, and those of Helm 2.
const std::vector<std::string>& helm_hook_words() {
  static const std::vector<std::string> words = {
      "pre-install",  "post-install",  "pre-upgrade", "post-upgrade", "pre-delete",   "post-delete",
      "pre-rollback", "post-rollback", "test",        "test-success", "test-failure", "crd-install"};
  return words;
}

}  // namespace drift::kube
