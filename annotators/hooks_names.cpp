#include "annotators/hooks_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "policy/digest.hpp"
#include "text.hpp"

namespace drift::annotators {
namespace {

// A label of a DNS name (RFC 1123), the limit for what becomes a Job's or a pod's label.
constexpr std::size_t longest_name = 63;
constexpr std::size_t longest_application = 27;
constexpr std::size_t digest_digits = 8;

std::string short_digest(std::string_view text) {
  return policy::sha256_hex(text).substr(0, digest_digits);
}

// Lower-case letters, digits and inner dashes only.
std::string as_label(std::string_view text, std::size_t longest) {
  std::string label;
  for (const char c : text) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool allowed = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9');
    if (allowed || !label.empty()) label += allowed ? lower : '-';
    if (label.size() == longest) break;
  }
  while (label.ends_with('-')) label.pop_back();
  return label;
}

// A source that is spelt in another way is the same source, or a sync of it would find no base and nothing would be drift.
// The path: what filepath.Join makes of it in Argo CD (util/io/path: Path).
std::string one_spelling_of_path(std::string_view spelt) {
  std::string path = std::filesystem::path(spelt).lexically_normal().generic_string();
  if (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n\v\f";
  const auto first = text.find_first_not_of(blank);
  return first == std::string_view::npos ? "" : text.substr(first, text.find_last_not_of(blank) + 1 - first);
}

// The repository: what Argo CD takes for the same one (util/git: NormalizeGitURL), and Git servers do with a slash behind it.
// Capital letters of its path stay, since there are servers that tell them apart; so does `.git`, which most people write.
// Charts have no path, and their repositories no `.git`.
std::string one_spelling_of_repository(std::string_view spelt, bool is_git) {
  constexpr std::string_view suffix = ".git";
  spelt = without_blanks(spelt);
  while (spelt.ends_with('/')) spelt.remove_suffix(1);
  if (spelt.ends_with(suffix)) spelt.remove_suffix(suffix.size());
  while (spelt.ends_with('/')) spelt.remove_suffix(1);
  if (spelt.empty()) return {};

  const auto scheme = spelt.find("://");
  const auto host = scheme == std::string_view::npos ? 0 : scheme + 3;
  const auto path =
      std::min(spelt.find_first_of(scheme == std::string_view::npos ? ":/" : "/", host), spelt.size());
  std::string repository = lower_case(spelt.substr(0, path)).append(spelt.substr(path));
  // ssh://git@host/shop/apps is git@host:shop/apps, unless it has a port.
  constexpr std::string_view ssh = "ssh://";
  const auto authority = std::string_view(repository).substr(host, path - host);
  if (repository.starts_with(ssh) && authority.find('@') != std::string_view::npos &&
      authority.find(':') == std::string_view::npos && path < repository.size()) {
    repository[path] = ':';
    repository.erase(0, ssh.size());
  }
  return is_git ? repository.append(suffix) : repository;
}

}  // namespace

std::string_view hook_name(Hook hook) {
  constexpr std::array<std::string_view, 3> names = {"gate", "audit", "alert"};
  return names[static_cast<std::size_t>(hook)];
}

std::string chain_record(std::string_view chain, std::uint64_t sequence) {
  return fmt::format("drift-policy-audit-{}-record-{:010}", chain, sequence);
}

Names::Names(const Application& application) {
  std::string identity = application.name;
  identity.append(1, '\0').append(
      one_spelling_of_repository(application.repository, !application.path.empty()));
  identity.append(1, '\0').append(one_spelling_of_path(application.path));
  const std::string label = as_label(application.name, longest_application);
  prefix_ = (label.empty() ? "app" : label) + "-" + short_digest(identity);
}

Names Names::with_prefix(std::string prefix) {
  Names names;
  names.prefix_ = std::move(prefix);
  return names;
}

std::string Names::record(int slot) const {
  return fmt::format("{}-record-{:02}", prefix_, slot);
}

std::string Names::of(Hook hook) const {
  return fmt::format("{}-{}", prefix_, hook_name(hook));
}

std::string Names::read(std::string_view space) const {
  return prefix_ + "-read-" + short_digest(space);
}

// A name that can't stay as it is gets a digest, so that two such names stay different.
std::string Names::extra(std::string_view name) const {
  std::string plain = prefix_ + "-extra-" + std::string(name);
  if (plain.size() <= longest_name && as_label(name, longest_name) == name) return plain;
  const std::size_t room =
      longest_name - prefix_.size() - std::string_view("-extra-").size() - digest_digits - 1;
  return fmt::format("{}-extra-{}-{}", prefix_, as_label(name, room), short_digest(name));
}

bool Names::reserves(std::string_view name) const {
  return name.size() > prefix_.size() && name.starts_with(prefix_) && name[prefix_.size()] == '-';
}

std::string platform_account(Hook hook, std::string_view severity) {
  return fmt::format("drift-policy-{}-{}", hook_name(hook), severity);
}

}  // namespace drift::annotators
