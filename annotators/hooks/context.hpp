// What the parts of the hooks annotator share: what is known of the application, and the frame of an injected object.
#pragma once
#include <rapidjson/document.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "annotators/annotator.hpp"
#include "api/names.hpp"
#include "api/plan_object.hpp"
#include "api/planned.hpp"

namespace drift::annotators {

// The plan, accounts and rights come before everything else, the gate next; then the author's own PreSync hooks.
// 32 bits, because Argo CD subtracts waves from each other in 64 and lets that overflow (sync_tasks.go, Less).
inline constexpr std::int64_t ground_wave = -2147483648;
inline constexpr std::int64_t gate_wave = ground_wave + 1;
inline constexpr std::int64_t audit_wave = 2147483647;

struct HookContext {
  const Input& input;
  api::Names names;
  std::vector<api::Planned> objects;  // of the plan
  policy::Rank severity = 0;          // the application's highest
  bool builtin = false;               // plan, gate, audit and alert are injected
  std::string_view ns;                // where they live; empty: left out, for Argo CD to fill in
  bool platform = false;              // that namespace is the platform's, which has the ServiceAccounts
  api::PlanText plan;                 // from write_plan() (plan.hpp) on

  const std::string& severity_name() const { return input.policies.severities[severity].name; }
  bool observe() const { return input.policies.enforcement == policy::Enforcement::observe; }
  // The name of a hook's ServiceAccount: the platform's, or an injected one.
  std::string account(api::Hook hook) const;
};

// `skip` marks the objects that are ours, or claim to be.
HookContext make_context(const Input& input, const std::vector<bool>& skip);

// Whether the hooks get a Role to read it: it has a namespace and a fixed name, and is no hook of the author's.
bool readable(const api::Planned& planned, const manifest::Manifest& manifest);

using Objects = std::vector<rapidjson::Document>;

// An object with the labels that all of ours carry; the namespace is left out where `ns` is empty.
struct Frame {
  std::string_view api_version, kind, ns;
  std::string name;
  std::string_view component;
};
rapidjson::Document new_object(const HookContext& context, const Frame& frame);

// The labels of our objects and pods; ours win over those of the policy.
rapidjson::Value common_labels(const HookContext& context, std::string_view component,
                               rapidjson::Document& document);

// Makes it a hook that is deleted and made anew with the next sync. That is the only policy under which it is there for the
// later phases and the next look (HookSucceeded and HookFailed delete before PostSync has been seen or SyncFail runs),
// and Argo CD deletes it in its own wave, before the Jobs of that sync exist.
void make_hook(rapidjson::Document& object, std::string_view phase, std::int64_t wave);

// Objects past Argo CD's 256 KiB of last-applied-configuration need server-side apply.
void apply_on_server(rapidjson::Document& object);

}  // namespace drift::annotators
