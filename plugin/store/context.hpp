// What a hook is told by its Job, and what it reaches the world with: where it stands in a cluster.
#pragma once
#include <string>

#include "api/names.hpp"
#include "outside/clock.hpp"
#include "outside/kubernetes/kubernetes.hpp"
#include "store/chain.hpp"

namespace drift::store {

struct Run {
  outside::Kubernetes& kubernetes;
  outside::Clock& clock;
  audit::Random random;
  const audit::KeyRing& keys;
  std::string ns;  // the namespace that the Job is in
  std::string application;
  api::Names names;
  std::string plan_digest;  // `sha256:<hex>`
  std::string job;          // the uid of the hook's own Job: the same for each of its pods; empty: not known
  bool platform = false;    // as in RecordChainOptions
  Retention retention{};

  outside::ResourcePath config_map(const std::string& name) const;
  outside::ResourcePath job_path(api::Hook hook) const;
};

}  // namespace drift::store
