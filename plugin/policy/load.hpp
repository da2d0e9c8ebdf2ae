// Where policies come from, and reading them. The only file of the policy layer that opens files.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "kube/field_types.hpp"
#include "policy/policy_set.hpp"
#include "policy/read/findings.hpp"

namespace drift::policy {

// The folder of the sidecar in which deploy/ mounts the platform's policies.
inline constexpr const char* mounted_folder = "/home/argocd/cmp-server/drift-policy";
// The application's own policy, in the folder that is rendered.
inline constexpr const char* application_file = ".drift-policy.yaml";
// A policy file larger than this is refused.
inline constexpr std::size_t max_policy_size = std::size_t{4} << 20;
// So is an application's own that is larger than this. Each rule is held against each object, in the repo-server that all
// applications share: 3 MiB of rules and 10,000 objects take 24 seconds, this takes one.
inline constexpr std::size_t max_application_policy_size = std::size_t{128} << 10;

// What decides which policies hold. The caller reads the environment and the command line.
struct PolicyInputs {
  std::optional<std::string> flag;         // --policy FILE|DIR|none
  std::optional<std::string> environment;  // DRIFT_POLICY_PATH of our own environment (never ARGOCD_ENV_*)
  bool called_by_argocd = false;           // ARGOCD_APP_NAME is set: `flag` is not looked at
  std::string mounted = mounted_folder;    // used where it exists
  std::optional<std::string> application;  // path of the application's own policy, where there is one
  std::string application_name;            // what messages call that file; empty: its path
};

// A text to read policies from; `name` is for messages.
struct PolicyText {
  std::string name;
  std::string text;
  bool application = false;
  bool built_in = false;  // fits the schema: a test sees to that, and each start is a little faster
};

// The texts of the platform's policies: `flag`, else `environment`, else `mounted`, else the built-in
// baseline. What is named or mounted and can't be used is an InputError, never a reason to take the next.
std::vector<PolicyText> platform_texts(const PolicyInputs& inputs);

// The policies that hold, or an InputError with all mistakes. Warnings are appended to `warnings`.
PolicySet resolve_policies(const PolicyInputs& inputs, std::vector<Finding>& warnings);

// FILE, or all *.yaml, *.yml and *.json of DIR in the order of their names (not of its subfolders).
// Throws InputError where there is nothing to read.
std::vector<PolicyText> read_policy_texts(const std::string& path);

// Reads and combines texts, collecting everything that is wrong; the set is usable where there are no
// mistakes. With `types` what can't be by them is warned of too (impossible.hpp).
PolicySet load(const std::vector<PolicyText>& texts, Findings& findings,
               const kube::FieldTypes* types = nullptr);

// The policy that the program carries inside.
PolicySet baseline();

}  // namespace drift::policy
