// `generate install`: what is installed beside a stock Argo CD, as a folder for `kubectl apply -k` that holds all that it needs: the
// parts of deploy/, with what follows from the platform's policy. Pure.
#pragma once
#include <string>
#include <vector>

#include "policy/policy_set.hpp"

namespace drift::generate {

// The namespace of deploy/'s hooks, which its network and admission policies name.
inline constexpr const char* installed_namespace = "drift-policy";

struct InstallOptions {
  std::string image;  // REPOSITORY[:TAG][@DIGEST], with one of the two
  std::string argocd_ns = "argocd";
  std::vector<std::string> with, without;  // names of parts
  std::string command;                     // that writes the folder, for a comment
};

struct InstallFile {
  std::string path, text;
};

// The names that `with` and `without` may have.
std::vector<std::string> optional_parts();
std::vector<std::string> parts_to_leave_out();

// The policy that an installation starts with: the baseline, with the platform's namespace.
std::string first_policy();

// All files but policy.yaml, the policy's own, by their path in the folder. Throws InputError for a part that isn't known, an image
// that names no version, and a policy whose hooks live elsewhere than deploy/'s do.
std::vector<InstallFile> install_files(const policy::PolicySet& policies, const InstallOptions& options);

}  // namespace drift::generate
