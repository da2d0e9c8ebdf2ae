// `drift-policy doctor`: what is installed, and what of it keeps gates from holding. Pure.
#pragma once
#include <rapidjson/document.h>

#include <cstdint>
#include <string>
#include <vector>

namespace drift::controller {

// An object as it was asked for.
struct Found {
  bool known = true;           // false: this account may not look
  rapidjson::Document object;  // null: it isn't there
  bool is_there() const { return known && object.IsObject(); }
};

// What is looked at. The lists are empty where nothing is there.
struct Installed {
  std::string argocd_ns;
  Found repo_server;  // the Deployment argocd-repo-server
  Found settings;     // argocd-cm
  Found parameters;   // argocd-cmd-params-cm
  Found accounts;     // drift-policy-accounts, in the platform's namespace
  bool policies_known = true;
  std::vector<std::string> policies;  // names of ValidatingAdmissionPolicies that are bound, and ours
  std::vector<rapidjson::Document> applications;
};

enum class Health : std::uint8_t { ok, warning, problem };

struct Diagnosis {
  Health health;
  std::string what;    // what was looked at: `sidecar`, `argocd/orders`
  std::string text;    // how it is
  std::string advice;  // what to do; empty where it is right
};

// Whether an Application is gated, or names a plugin of ours; others aren't judged.
bool concerns_us(const rapidjson::Value& application);

std::vector<Diagnosis> diagnose(const Installed& installed);

bool has_problem(const std::vector<Diagnosis>& all);
std::string diagnosis_text(const std::vector<Diagnosis>& all, bool colour);
std::string diagnosis_json(const std::vector<Diagnosis>& all);

}  // namespace drift::controller
