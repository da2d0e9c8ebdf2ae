// What puts an Application under the observing plugin or behind its gate: one patch, so that nothing syncs it half changed. Pure.
// The fields are those of argo-cd 3.6.1, pkg/apis/application/v1alpha1/types.go; what a gated one may be is deploy/gated/policy.yaml's
// to say.
#pragma once
#include <rapidjson/document.h>

#include <cstdint>
#include <string>
#include <vector>

namespace drift::controller {

enum class Gating : std::uint8_t {
  observe,  // the gate reports, and nothing waits
  enforce   // the gate waits, and no sync gets past it
};

// The plugin's name in Argo CD.
const char* plugin_of(Gating gating);

struct GatingChange {
  std::vector<std::string>
      obstacles;                   // why it can't be, and what to do, a sentence each; there is no patch then
  std::vector<std::string> steps;  // what the patch changes, in words; none: it is so already
  std::vector<std::string> notes;  // what stays, and is worth knowing
  rapidjson::Document patch;  // a merge patch (RFC 7386) that holds for this version of the Application alone
};

// Throws InputError where it is no Application.
GatingChange gating_change(const rapidjson::Value& application, Gating gating);

}  // namespace drift::controller
