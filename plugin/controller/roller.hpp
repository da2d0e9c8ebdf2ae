// Rolls the platform's policy out: has the applications rendered anew, as rollout.hpp decides, and says how far that is. What is seen
// of applications and incidents comes in from other threads, and one takes the steps. What an application renders is asked of Argo CD's
// API, so whoever goes on after this process finds out the same.
#pragma once
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "api/incident.hpp"
#include "api/pause.hpp"
#include "controller/inbox.hpp"
#include "controller/rollout.hpp"
#include "outside/argocd/argocd.hpp"
#include "outside/clock.hpp"
#include "outside/kubernetes/kubernetes.hpp"

namespace drift::controller {

class Roller {
 public:
  struct World {
    outside::Kubernetes& kubernetes;
    outside::ArgoCd& argocd;
    outside::Clock& clock;
  };
  struct Settings {
    RolloutSettings pace;
    bool acts = false;                        // else it refreshes nothing, and keeps nothing in the cluster
    std::string platform_ns;                  // where pauses are, and how far the rollout is
    std::string repo_server_ns, repo_server;  // its Deployment; an empty name: it isn't waited for
  };
  // The digest of the policy that the platform wants, or why it isn't known.
  struct Wanted {
    std::string digest, trouble;
  };
  // All are called on the thread of step().
  struct Surroundings {
    std::function<bool()> leads;   // whether this process may act; not before all applications were seen
    std::function<bool()> storms;  // many applications have drifted within minutes
    std::function<Wanted()> policy;
    std::function<void(const api::Rollout*)> changed;  // nullptr: it no longer leads
    std::function<void()> refreshed;                   // an application: it was asked for
  };

  Roller(World world, Settings settings, Surroundings surroundings);

  // An application as it is now, gone ones too; an incident as it has become; all that are open. Any thread.
  void seen(const Known& known) { inbox_.put(known); }
  void changed(const api::Incident& incident);
  void found(const std::vector<api::Incident>& open);

  // Takes a step. When the next one is, as far as is known.
  Time step();

  // Takes steps until the clock is told to end, or `ends` says so.
  void run(const std::function<bool()>& ends);
  // Ends the wait of run().
  void wake() { inbox_.wake(); }

 private:
  using Key = Inbox::Key;
  struct Entry {
    std::optional<Known> known;
    std::optional<std::string> policy;  // as RolloutApplication has it
    std::string trouble;
    Version asked;  // of which version `policy` is
    Time ask_at{};
    std::chrono::seconds ask_pause{0};
    std::size_t tries = 0;
    std::optional<Time> tried, refreshing;
    std::string
        sent;  // the version of the Application of which a refresh was asked for that isn't seen to be done
    std::string refused;  // the version that somebody has changed meanwhile
  };

  void take_inbox();
  void take(Entry& entry, Known known);
  void give_up();
  void look_around();
  std::string why_not_now();
  void look_at_repo_server();
  void begin_anew();
  bool ask_one();
  void ask(Entry& entry);
  void not_known(Entry& entry, const std::string& why);
  bool may_be_asked(const Entry& entry) const;
  bool is_quiet(const Entry& entry) const;
  static bool takes_part(const Entry& entry);
  RolloutApplication application_of(const Key& key, const Entry& entry) const;
  std::optional<Time> decide();
  void refresh(Entry& entry);
  std::optional<Time> publish(api::Rollout rollout);

  World world_;
  Settings settings_;
  Surroundings surroundings_;

  Inbox inbox_;
  std::mutex mutex_;                 // of what comes in of incidents
  std::set<std::string> incidents_;  // Applications that have one, as api::display() has it

  // Of the thread that takes the steps.
  std::map<Key, Entry> entries_;
  std::set<std::string> with_incident_;
  bool led_ = false;
  std::optional<Time> look_at_;
  std::string policy_, policy_trouble_;
  std::string repo_server_,
      repo_server_trouble_;  // the revision of its Deployment, and why it may not be used now
  std::map<std::string, api::Pause> pauses_;
  std::string pause_trouble_;
  Time ask_at_{};  // where Argo CD's API doesn't answer at all
  std::string ask_trouble_;
  std::string published_;
  Time publish_at_{}, written_at_{};
};

}  // namespace drift::controller
