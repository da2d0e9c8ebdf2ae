#include "approval/watcher.hpp"

#include <tuple>
#include <utility>

#include "json/read.hpp"

namespace drift::approval {
namespace {

// Whether people would see the same.
bool same(const Gate& a, const Gate& b) {
  const auto facts = [](const Gate& gate) {
    return std::tuple(gate.drift, gate.severity, gate.change_severity, gate.asks, gate.asks_override,
                      gate.groups, gate.needed, gate.given(), gate.deadline, gate.escalates);
  };
  return facts(a) == facts(b);
}

Gate ended(Gate gate) {
  gate.state = api::GateState::over;
  return gate;
}

}  // namespace

void Watcher::listed(const rapidjson::Value& object) {
  auto gate = read_gate(object);
  listed_.insert(gate.uid);
  seen(std::move(gate));
}

void Watcher::list_ended() {
  std::vector<Gate> gone;
  for (const auto& [uid, gate] : waiting_)
    if (!listed_.contains(uid)) gone.push_back(ended(gate));
  for (auto& gate : gone) seen(std::move(gate));
}

void Watcher::changed(const outside::WatchEvent& event) {
  if (event.type == outside::WatchEvent::Type::bookmark) return;
  auto gate = read_gate(event.object);
  seen(event.type == outside::WatchEvent::Type::deleted && gate.waits() ? ended(std::move(gate))
                                                                        : std::move(gate));
}

void Watcher::interrupted(const OutsideError& error) {
  if (const auto* answer = dynamic_cast<const outside::ApiError*>(&error); answer && answer->leaves_it_open())
    throw outside::ApiError(*answer);
  warn_(error.what());
}

void Watcher::seen(Gate gate) {
  const auto known = waiting_.find(gate.uid);
  if (!gate.waits()) {
    if (known == waiting_.end()) return;
    tell(gate);
    waiting_.erase(known);
    return;
  }
  if (known != waiting_.end() && same(known->second, gate)) return;
  const auto& now = waiting_[gate.uid] = std::move(gate);
  tell(now);
}

void Watcher::tell(const Gate& gate) const {
  std::vector<Gate> waiting;
  waiting.reserve(waiting_.size());
  for (const auto& [uid, each] : waiting_) waiting.push_back(each);
  show_(waiting, gate);
}

}  // namespace drift::approval
