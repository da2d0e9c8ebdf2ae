// The pauses of a platform's namespace.
#pragma once
#include <map>
#include <string>

#include "api/pause.hpp"
#include "outside/kubernetes/kubernetes.hpp"

namespace drift::store {

class Pauses {
 public:
  Pauses(outside::Kubernetes& kubernetes, std::string ns) : kubernetes_(kubernetes), ns_(std::move(ns)) {}

  // By key, those that are over too. Throws InputError where an entry can't be read, and what Kubernetes::get() throws.
  std::map<std::string, api::Pause> list();

  void set(const std::string& key, const api::Pause& pause);
  // False: there was none.
  bool clear(const std::string& key);

 private:
  outside::ResourcePath path() const;

  outside::Kubernetes& kubernetes_;
  std::string ns_;
};

// Why nothing is started of an application; empty: nothing of this keeps it.
std::string why_paused(const std::map<std::string, api::Pause>& pauses, const std::string& ns,
                       const std::string& application, Time now);

}  // namespace drift::store
