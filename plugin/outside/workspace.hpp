// A private folder for what other programs need while we run (caches, copies, values files), and the promise that
// nothing stays behind: neither the folder nor a process that we started, however we end.
//
// Argo CD's cmp-server ends a plugin with SIGKILL, against which no handler helps. So a second, tiny process, the
// watchdog, holds one end of a socket whose other end only we have (and a child of ours until it execs). We tell it the
// process groups that run; when the socket closes, for whatever reason, it kills those groups, removes the folder and
// ends. It has a session of its own, so that signals for our process group don't reach it, and holds none of our files
// open. Ending normally takes the same path: the destructor closes the socket and waits for the watchdog.
//
// The watchdog is forked, not executed: create the workspace before any thread exists.
#pragma once
#include <sys/types.h>

#include <filesystem>

#include "outside/environment.hpp"

namespace drift::outside {

class Workspace {
 public:
  // Makes the folder under TMPDIR (else /tmp), readable by us alone. Throws OutsideError.
  explicit Workspace(const Environment& environment);
  ~Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  const std::filesystem::path& folder() const { return folder_; }

  // To be called in a child before it execs: makes it the leader of a process group that the watchdog knows.
  // Async-signal-safe. False where that failed.
  bool adopt_this_process() const noexcept;
  // The process group has ended, all of it.
  void release(pid_t group) const noexcept;

 private:
  std::filesystem::path folder_;
  int socket_ = -1;
  pid_t watchdog_ = -1;
};

}  // namespace drift::outside
