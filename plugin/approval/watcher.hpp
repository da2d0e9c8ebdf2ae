// Gates as they change: which of what a feed brings of Jobs is news to people who watch what waits.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "approval/find.hpp"
#include "outside/kubernetes/feed.hpp"

namespace drift::approval {

class Watcher : public outside::FeedListener {
 public:
  // `waiting`: those that wait now, for the layout of a table; `changed`: what is new. It waits, or has ceased to.
  using Show = std::function<void(const std::vector<Gate>& waiting, const Gate& changed)>;
  using Warn = std::function<void(const std::string&)>;
  Watcher(Show show, Warn warn) : show_(std::move(show)), warn_(std::move(warn)) {}

  void list_began() override { listed_.clear(); }
  void listed(const rapidjson::Value& object) override;
  void list_ended() override;
  void changed(const outside::WatchEvent& event) override;
  // Throws what the server refuses.
  void interrupted(const OutsideError& error) override;
  bool goes_on() override { return true; }

 private:
  void seen(Gate gate);
  void tell(const Gate& gate) const;

  Show show_;
  Warn warn_;
  std::map<std::string, Gate> waiting_;  // by uid
  std::set<std::string> listed_;         // uids
};

}  // namespace drift::approval
