#include "controller/inbox.hpp"

#include <algorithm>

namespace drift::controller {
namespace {

constexpr std::chrono::seconds longest_wait{1};

}  // namespace

void Inbox::put(const Known& known) {
  {
    const std::lock_guard lock(mutex_);
    news_.insert_or_assign({known.summary.ns, known.summary.name}, known);
  }
  wake();
}

std::map<Inbox::Key, Known> Inbox::take() {
  std::map<Key, Known> news;
  const std::lock_guard lock(mutex_);
  news.swap(news_);
  return news;
}

void Inbox::run(outside::Clock& clock, const std::function<Time()>& step, const std::function<bool()>& ends) {
  while (!clock.stop_requested() && !ends()) {
    const auto next = step();
    std::unique_lock lock(mutex_);
    if (!news_.empty()) continue;
    wake_.wait_for(lock, std::clamp<std::chrono::nanoseconds>(next - Time(clock.now()),
                                                              std::chrono::milliseconds(1), longest_wait));
  }
}

}  // namespace drift::controller
