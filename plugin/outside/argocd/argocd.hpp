// Argo CD's API, as far as the controller asks it: what an application's objects are and should be, on whatever cluster. It only
// reads, and the right `applications, get` is enough. client.hpp makes the real one.
// The fields are those of argo-cd 3.6.1, server/application/application.go.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace drift::outside {

// An object that an application manages, hooks aside. Values of Secrets are masked: equal marks are equal values within one answer.
struct ManagedObject {
  std::string group, kind, ns, name;
  std::string target, live;  // JSON; `null` where Git doesn't want it, or it isn't there
  bool modified = false;     // by Argo CD's own comparison
};

struct ArgoCdApplication {
  std::string ns, name;
};

// What to render instead of what the application follows: a revision for each of its sources.
struct SourceRevisions {
  std::vector<std::string> each;
  bool listed = false;  // by `sources`, of which there may be one
};

// How many sync windows apply to an application, by kind.
struct SyncWindows {
  std::size_t denying = 0, allowing = 0;  // active now
  std::size_t allowing_at_times = 0;      // active or not
};

// Why no sync may start that nobody asked for; empty: it may. As argo-cd's SyncWindows.CanSync decides it
// (pkg/apis/application/v1alpha1/types.go): its API answers for syncs that people start.
std::string why_closed(const SyncWindows& windows);

class ArgoCdError : public OutsideError {
 public:
  enum class Kind : std::uint8_t {
    unreachable,      // no answer, or none that can be used
    unauthenticated,  // the token isn't valid
    forbidden,        // a right is missing, or there is no such application
    not_compared,     // Argo CD has no comparison to show
    not_rendered,     // it could not render that revision
    other
  };
  ArgoCdError(Kind k, const std::string& message) : OutsideError(message), kind(k) {}
  Kind kind;
};

// All throw ArgoCdError, and OutsideError where the token can't be read. Neither holds a token or anything out of an answer, which
// may quote what an author or a Secret has.
class ArgoCd {
 public:
  virtual ~ArgoCd() = default;

  // As Argo CD compared them last, or newer.
  virtual std::vector<ManagedObject> managed_resources(const ArgoCdApplication& application) = 0;

  // What the repo-server renders of today's sources at these revisions: an object each as JSON, hooks included.
  virtual std::vector<std::string> manifests(const ArgoCdApplication& application,
                                             const SourceRevisions& revisions) = 0;

  virtual SyncWindows sync_windows(const ArgoCdApplication& application) = 0;
};

}  // namespace drift::outside
