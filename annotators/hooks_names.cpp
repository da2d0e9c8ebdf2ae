#include "annotators/hooks_names.hpp"

#include <fmt/format.h>

#include <array>

#include "policy/digest.hpp"

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
  identity.append(1, '\0').append(application.repository).append(1, '\0').append(application.path);
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
