#include "api/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>

#include "api/reserved_names.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"

namespace drift::api {
namespace {

// A label of a DNS name (RFC 1123), the limit for what becomes a Job's or a pod's label.
constexpr std::size_t longest_name = 63;
constexpr std::size_t longest_application = 27;
constexpr std::size_t prefix_digits = 8;

std::string short_digest(std::string_view text) {
  return sha256_hex(text).substr(0, prefix_digits);
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

// What follows a prefix in the names above, and in that of the ClusterRole which the gate's log has the commands for
// (gate/advice.cpp).
constexpr std::string_view objects[] = {"plan", "base",  "report", "emergency",
                                        "gate", "audit", "alert",  "read-cluster"};

// What all applications of a namespace share, and what deploy/hooks and deploy/admission install: each by itself, and with
// more behind a dash (`drift-policy-gate-low`, `drift-policy-audit-keys`).
constexpr std::string_view shared[] = {
    "drift-policy-gate",         "drift-policy-audit",    "drift-policy-alert", "drift-policy-accounts",
    "drift-policy-read-cluster", "drift-policy-approver", "drift-policy-jobs",  "drift-policy-names",
    "drift-policy-platform",     "drift-policy-evidence"};

constexpr std::string_view digits = "0123456789", hex_digits = "0123456789abcdef";

bool consists_of(std::string_view text, std::string_view characters, std::size_t length) {
  return text.size() == length && text.find_first_not_of(characters) == std::string_view::npos;
}

bool is_or_goes_on(std::string_view text, std::string_view beginning) {
  return text.starts_with(beginning) && (text.size() == beginning.size() || text[beginning.size()] == '-');
}

// What follows a prefix and a dash in a name of ours.
bool is_object(std::string_view what) {
  const auto behind = [&](std::string_view word) {
    return what.starts_with(word) ? what.substr(word.size()) : std::string_view();
  };
  return std::find(std::begin(objects), std::end(objects), what) != std::end(objects) ||
         consists_of(behind("record-"), digits, 2) ||
         consists_of(behind("read-"), hex_digits, prefix_digits) || !behind("extra-").empty();
}

bool may_become_object(std::string_view what) {
  return std::any_of(std::begin(objects), std::end(objects),
                     [&](std::string_view object) { return is_or_goes_on(what, object); }) ||
         what.starts_with("record") || what.starts_with("read") || what.starts_with("extra");
}

template <typename IsObject>
std::optional<std::string_view> owner(std::string_view name, const IsObject& is_one) {
  for (const auto each : shared)
    if (is_or_goes_on(name, each)) return shared_owner;
  // npos is beyond it.
  for (auto dash = name.find('-'); dash <= longest_application; dash = name.find('-', dash + 1)) {
    const auto behind = name.substr(dash + 1);
    if (dash > 0 && behind.size() > prefix_digits && behind[prefix_digits] == '-' &&
        consists_of(behind.substr(0, prefix_digits), hex_digits, prefix_digits) &&
        is_one(behind.substr(prefix_digits + 1)))
      return name.substr(0, dash + 1 + prefix_digits);
  }
  return std::nullopt;
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

std::string Names::read(std::string_view ns) const {
  return prefix_ + "-read-" + short_digest(ns);
}

// A name that can't stay as it is gets a digest, so that two such names stay different.
std::string Names::extra(std::string_view name) const {
  std::string plain = fmt::format("{}{}{}", prefix_, extra_part, name);
  if (plain.size() <= longest_name && as_label(name, longest_name) == name) return plain;
  const std::size_t room = longest_name - prefix_.size() - extra_part.size() - prefix_digits - 1;
  return fmt::format("{}{}{}-{}", prefix_, extra_part, as_label(name, room), short_digest(name));
}

bool Names::reserves(std::string_view name) const {
  return name.size() > prefix_.size() && name.starts_with(prefix_) && name[prefix_.size()] == '-';
}

std::optional<std::string_view> owner_of(std::string_view name) {
  return owner(name, is_object);
}

std::optional<std::string_view> owner_of_beginning(std::string_view generate_name) {
  return owner(generate_name, may_become_object);
}

std::string platform_account(Hook hook, std::string_view severity) {
  return fmt::format("drift-policy-{}-{}", hook_name(hook), severity);
}

}  // namespace drift::api
