#include "controller/inquiries.hpp"

#include <algorithm>

namespace drift::controller {

Inquiries::Inquiries(Ask ask, Tell tell)
    : ask_(std::move(ask)), tell_(std::move(tell)), thread_([this] { run(); }) {}

Inquiries::~Inquiries() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    asked_.reset();
  }
  wake_.notify_all();
  thread_.join();
}

void Inquiries::begin(const Known& known) {
  const Key key{known.summary.ns, known.summary.name};
  {
    const std::lock_guard lock(mutex_);
    if (error_) std::rethrow_exception(error_);
    forget(key);
    waiting_.emplace(key, known);
    order_.push_back(key);
  }
  wake_.notify_all();
}

void Inquiries::drop(const Summary& summary) {
  const std::lock_guard lock(mutex_);
  forget({summary.ns, summary.name});
}

void Inquiries::forget(const Key& key) {
  if (asked_ == key) asked_.reset();
  if (waiting_.erase(key) > 0) order_.erase(std::find(order_.begin(), order_.end(), key));
}

void Inquiries::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return ended_ || !order_.empty(); });
    if (ended_) return;
    try {
      answer(lock);
    } catch (...) {
      if (!lock.owns_lock()) lock.lock();
      error_ = std::current_exception();
      return;
    }
  }
}

void Inquiries::answer(std::unique_lock<std::mutex>& lock) {
  const auto key = order_.front();
  const auto known = std::move(waiting_.at(key));
  order_.pop_front();
  waiting_.erase(key);
  asked_ = key;
  lock.unlock();
  const auto comparison = ask_(known);
  lock.lock();
  // Under the lock, so that nothing older is told after what begin() and drop() come from.
  if (asked_ == key && comparison && !ended_) tell_(known, *comparison);
  asked_.reset();
}

}  // namespace drift::controller
