// A pause: for a time the controller starts no sync of an application, or of any. All of them stand in one ConfigMap of the platform's
// namespace, an entry for each application. Who wrote an entry stands in it, and deploy/remediation's admission policy holds him to it.
#pragma once
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace drift::api {

inline constexpr const char* pause_config_map = "drift-policy-pause";
inline constexpr const char* pause_component = "pause";
// The key of all applications.
inline constexpr const char* pause_all = "all";
// The key of one: `argocd_web`. No Kubernetes name has a `_`.
std::string pause_key(const std::string& ns, const std::string& application);

inline constexpr std::size_t longest_pause_reason = 300;  // bytes

struct Pause {
  std::string by, reason;
  Time until{};
};

// Canonical JSON, so that `by` stands first: the admission policy looks there.
std::string pause_json(const Pause& pause);

// Reads it again. Throws InputError.
Pause read_pause(std::string_view json);

}  // namespace drift::api
