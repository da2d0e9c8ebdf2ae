#include "controller/event_writer.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"

namespace drift::controller {

void EventWriter::changed(const api::Incident& incident) {
  const std::lock_guard lock(mutex_);
  tell(incident);
}

void EventWriter::found(const std::vector<api::Incident>& open) {
  const std::lock_guard lock(mutex_);
  std::map<std::string, Names> still;
  for (const auto& incident : open)
    if (auto known = told_.extract(incident.id)) still.insert(std::move(known));
  told_ = std::move(still);
  const Time since = Time(clock_.now()) - untold;
  for (const auto& incident : open) {
    const bool news = incident.changed >= since || incident.escalated.value_or(Time{}) >= since;
    if (news || told_.contains(incident.id))
      tell(incident);
    else
      told_[incident.id] = names_of(api::events_of(incident));
  }
}

EventWriter::Names EventWriter::names_of(const std::vector<api::Event>& events) {
  Names names;
  for (const auto& event : events) names.push_back(event.name);
  return names;
}

void EventWriter::tell(const api::Incident& incident) {
  auto events = api::events_of(incident);
  const auto before = std::exchange(told_[incident.id], names_of(events));
  for (auto& event : events)
    if (std::find(before.begin(), before.end(), event.name) == before.end()) put(std::move(event));
  if (api::is_over(incident.state)) told_.erase(incident.id);
}

void EventWriter::put(api::Event event) {
  if (waiting_.size() >= most_waiting) {
    ++dropped_;
    return;
  }
  waiting_.push_back(std::move(event));
  wake_.notify_one();
}

void EventWriter::end() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  if (waiting_.size() > most_at_the_end) waiting_.resize(most_at_the_end);
  wake_.notify_one();
}

void EventWriter::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return ended_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const auto event = std::move(waiting_.front());
    waiting_.pop_front();
    unwritten_ += std::exchange(dropped_, 0);
    lock.unlock();
    const bool written = write(event);
    lock.lock();
    if (ended_ && !written) return;
  }
}

bool EventWriter::write(const api::Event& event) {
  try {
    kubernetes_.create({"", "v1", "events", event.ns, event.name, ""}, api::event_object(event));
    return true;
  } catch (const outside::ApiError& error) {
    if (error.conflict()) return true;  // told already
    warn(error.what());
  } catch (const Failure& error) {
    warn(error.what());
  }
  return false;
}

void EventWriter::warn(const std::string& why) {
  ++unwritten_;
  const Time now = clock_.now();
  if (warned_ && now < *warned_ + warns_again) return;
  spdlog::warn("{} on Applications could not be written: {}", quantity(unwritten_, "Event"), why);
  warned_ = now;
  unwritten_ = 0;
}

}  // namespace drift::controller
