// Signs that an application was synced past its gate, or that nobody looks at it: as far as the Application itself shows them.
// What a plan, a record or the hooks' results show is not among them: another plugin by .argocd-source.yaml, a deleted gate, a
// missing record.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "controller/summary.hpp"

namespace drift::controller {

enum class BypassKind : std::uint8_t {
  // As long as the Application is so:
  no_plugin,       // a source doesn't name the plugin
  skip_reconcile,  // Argo CD is told not to compare it
  not_compared,    // nobody has for long
  // As long as its last operation is so:
  selective,  // only some objects, by somebody else than the controller: no hooks ran, and no entry in the history
  apply_only,  // no hooks ran; a rollback in the UI is such a one
  local,       // manifests that didn't come from a repository
  no_gate,     // full and successful, and its results hold no gate
  // Once, in comparison with what was there before:
  history_gap,   // syncs that weren't seen
  made_anew,     // deleted, and made with the same name
  label_removed  // no longer gated
};

// As it stands in JSON: `skipReconcile`.
std::string_view bypass_name(BypassKind kind);

struct Bypass {
  BypassKind kind;
  std::string detail;     // a sentence
  std::string operation;  // when that operation began: another one is another sign
  bool operator==(const Bypass& other) const { return kind == other.kind && operation == other.operation; }
};

// In the order above; none where it isn't gated. `too_old`: its comparison.
std::vector<Bypass> bypasses_of(const Summary& now, bool too_old);

// What shows only beside what it was before.
std::vector<Bypass> bypasses_between(const Summary& before, const Summary& now);

}  // namespace drift::controller
