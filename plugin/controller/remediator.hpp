// Carries incidents through: what is seen of applications comes in from one thread, and another one takes the steps. What an incident
// is about to do stands in the cluster before it is done, so whoever goes on after this process knows of it.
#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "controller/decided.hpp"
#include "controller/inbox.hpp"
#include "controller/obstacles.hpp"
#include "controller/remediation.hpp"
#include "outside/argocd/argocd.hpp"
#include "outside/clock.hpp"
#include "outside/kubernetes/kubernetes.hpp"
#include "store/incidents.hpp"

namespace drift::controller {

class Remediator {
 public:
  struct World {
    outside::Kubernetes& kubernetes;
    outside::ArgoCd& argocd;
    outside::Clock& clock;
  };
  struct Listener {
    // Each change of an incident, once it is stored.
    std::function<void(const api::Incident&)> changed;
    std::function<void(const Known&, const Comparison&)> compared;
    // The incidents that are open, once this process leads; none where it no longer does.
    std::function<void(const std::vector<api::Incident>&)> found;
  };

  // `leads`: whether this process may act, asked before each step: not before all applications were seen. The listener is called on the thread of step().
  Remediator(World world, const std::string& incidents_ns, RemediationSettings settings,
             std::function<bool()> leads, Listener listener);

  // An application as it is now, gone ones too. Any thread.
  void seen(const Known& known) { inbox_.put(known); }

  // Takes all steps that are due. When the next one is, as far as is known.
  Time step();

  // Takes steps until the clock is told to end, or `ends` says so.
  void run(const std::function<bool()>& ends);
  // Ends the wait of run().
  void wake() { inbox_.wake(); }

  // Whether many applications drifted within minutes, at the last step. Any thread.
  bool storms() const { return storms_; }

 private:
  using Key = Inbox::Key;
  struct Entry {
    std::optional<Known> known;
    std::optional<store::StoredIncident> open, last;  // last: the newest that is over
    std::optional<Time> due;
    std::string compared;  // what differed when it was compared last
    Time compare_at{};     // again
    std::string note;      // what was written onto the Application last, as Summary::note
    Time noted{};          // when
    bool nothing = false;  // what differs was no matter for an incident when it was compared last
    bool unsure = false;   // what is stored of it isn't known
    bool unsent = false;   // the sync that was to be asked for was refused as one of another version
  };

  void take_inbox();
  void load();
  void give_up();
  void place(store::StoredIncident stored);
  void prune(std::vector<store::StoredIncident> over);
  std::optional<Time> reconcile(Entry& entry);
  std::optional<Time> take_step(Entry& entry);
  std::optional<Time> reconcile_unseen(Entry& entry);
  std::optional<Time> compare(Entry& entry);
  std::optional<Time> act(Entry& entry, const Decided& decided, const Known& known, Time now);
  std::optional<Time> put_back(Entry& entry, const Decided& decided, const Summary& summary, Time now);
  std::optional<Time> roll_back(Entry& entry, const api::Incident& incident, const Known& known);
  std::optional<Time> ask_for(Entry& entry, const Summary& judged, const rapidjson::Document& request,
                              const api::Incident& before);
  static Past past(const Entry& entry);
  void project(Entry& entry);
  void keep(Entry& entry, const api::Incident& incident);
  Obstacle obstacle(const Entry& entry, const Summary& summary, Time now);
  Obstacle storm_or_pause(const Summary& summary, Time now);
  Obstacles::Drifted drifted_since(Time since) const;
  void drop_gone();

  World world_;
  store::Incidents incidents_;
  RemediationSettings settings_;
  Obstacles obstacles_;
  std::function<bool()> leads_;
  Listener listener_;

  Inbox inbox_;
  std::atomic<bool> storms_{false};

  // Of the thread that takes the steps.
  std::map<Key, Entry> entries_;
  bool loaded_ = false;  // what is in the cluster is known
  std::optional<Time> load_again_;
  std::size_t over_ = 0;
};

}  // namespace drift::controller
