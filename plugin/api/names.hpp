// The names of everything that the hooks are and write: fixed, at most 63 characters, and different for two applications
// and for two sources of one application.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/application.hpp"

namespace drift::api {

// The three hooks; each has a Job and a ServiceAccount of its own.
enum class Hook : std::uint8_t { gate, audit, alert };
inline constexpr Hook all_hooks[] = {Hook::gate, Hook::audit, Hook::alert};
std::string_view hook_name(Hook hook);

// The head of the chain of records, one in each hooks' namespace.
inline constexpr std::string_view audit_head = "drift-policy-audit-head";
// A Secret in the hooks' namespace with the keys that records are encrypted with, where there is one.
inline constexpr std::string_view audit_keys = "drift-policy-audit-keys";
// How many records an application keeps where the hooks may write by name only (no platform namespace).
inline constexpr int record_slots = 32;
// Where they may write any name (in a platform namespace), a record is called after its chain and its place there.
std::string chain_record(std::string_view chain, std::uint64_t sequence);

// Stands between an application's prefix and the name of a manifest of the policy's own.
inline constexpr std::string_view extra_part = "-extra-";

class Names {
 public:
  explicit Names(const Application& application);
  // As a hook is told them by argument.
  static Names with_prefix(std::string prefix);

  // `<application's name, cut>-<8 hex digits of SHA-256 over its name, repository and path, both in one
  // spelling>`; all names start with it and a dash.
  const std::string& prefix() const { return prefix_; }
  std::string plan() const { return prefix_ + "-plan"; }
  std::string base() const { return prefix_ + "-base"; }            // the plan of the last success
  std::string report() const { return prefix_ + "-report"; }        // what the gate found
  std::string emergency() const { return prefix_ + "-emergency"; }  // the alert that people look for
  std::string record(int slot) const;                               // an audit record
  std::string of(Hook hook) const;  // Job, ServiceAccount, Role, RoleBinding of a hook
  // Role and RoleBinding that let the hooks read the plan's objects of a namespace. The namespace is part of the name,
  // since "not known" may turn out to be one that has a name in the same rendering.
  std::string read(std::string_view ns) const;
  // An injected manifest of the policy's own, whose name there is `name`.
  std::string extra(std::string_view name) const;

  // Whether a name is one of ours, or could become one.
  bool reserves(std::string_view name) const;

 private:
  Names() = default;
  std::string prefix_;
};

// `drift-policy-<hook>-<severity>`: the ServiceAccount that a platform namespace has for a hook and a severity.
std::string platform_account(Hook hook, std::string_view severity);

}  // namespace drift::api
