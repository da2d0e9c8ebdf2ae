#include "controller/inquiries.hpp"

#include <algorithm>

namespace drift::controller {

Inquiries::Inquiries(Ask ask, Tell tell, Now now)
    : ask_(std::move(ask)), tell_(std::move(tell)), now_(std::move(now)), thread_([this] { run(); }) {}

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
  const auto key = key_of(known.summary);
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
  forget(key_of(summary));
}

void Inquiries::forget(const Key& key) {
  if (asked_ == key) asked_.reset();
  repeats_.erase(key);
  if (waiting_.erase(key) > 0) order_.erase(std::find(order_.begin(), order_.end(), key));
}

void Inquiries::run() {
  std::unique_lock lock(mutex_);
  try {
    while (auto question = next(lock)) answer(std::move(*question), lock);
  } catch (...) {
    if (!lock.owns_lock()) lock.lock();
    error_ = std::current_exception();
  }
}

std::optional<Inquiries::Question> Inquiries::next(std::unique_lock<std::mutex>& lock) {
  for (;; wait(lock)) {
    if (ended_) return std::nullopt;
    if (!order_.empty()) {
      Question question;
      question.known = std::move(waiting_.at(order_.front()));
      waiting_.erase(order_.front());
      order_.pop_front();
      return question;
    }
    if (auto question = repeated()) return question;
  }
}

// One that is due.
std::optional<Inquiries::Question> Inquiries::repeated() {
  const auto now = now_();
  const auto found = std::find_if(repeats_.begin(), repeats_.end(),
                                  [now](const auto& entry) { return entry.second.due <= now; });
  if (found == repeats_.end()) return std::nullopt;
  return std::move(repeats_.extract(found).mapped());
}

// Until something is new, or the next is due.
void Inquiries::wait(std::unique_lock<std::mutex>& lock) {
  const auto first = std::min_element(repeats_.begin(), repeats_.end(), [](const auto& a, const auto& b) {
    return a.second.due < b.second.due;
  });
  if (first == repeats_.end()) return wake_.wait(lock);
  wake_.wait_for(lock, first->second.due - now_());
}

void Inquiries::answer(Question question, std::unique_lock<std::mutex>& lock) {
  const auto key = key_of(question.known.summary);
  asked_ = key;
  lock.unlock();
  const auto comparison = ask_(question.known);
  lock.lock();
  // Under the lock, so that nothing older is told after what begin() and drop() come from.
  if (asked_ == key && comparison && !ended_) take(std::move(question), *comparison);
  asked_.reset();
}

void Inquiries::take(Question question, const Comparison& comparison) {
  const auto due = now_() + question.pause;
  // No answer for the same reason is no news.
  if (!comparison.unanswered || comparison.blind != question.told) tell_(question.known, comparison);
  if (!comparison.unanswered) return;
  question.told = comparison.blind;
  question.due = due;
  question.pause = std::min(question.pause * 2, longest_pause);
  const auto key = key_of(question.known.summary);
  repeats_.insert_or_assign(key, std::move(question));
}

}  // namespace drift::controller
