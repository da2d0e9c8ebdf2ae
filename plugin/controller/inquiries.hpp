// Questions about applications, answered one after the other on a thread of their own: an Argo CD that answers slowly, or not at
// all, holds up nobody who follows Applications.
#pragma once
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "controller/comparison.hpp"
#include "controller/judge.hpp"

namespace drift::controller {

class Inquiries {
 public:
  // Both are called on that thread alone, one call at a time. Without a comparison nothing is told.
  using Ask = std::function<std::optional<Comparison>(const Known&)>;
  using Tell = std::function<void(const Known&, const Comparison&)>;

  Inquiries(Ask ask, Tell tell);
  // Waits for the answer that is under way, and asks no more.
  ~Inquiries();
  Inquiries(const Inquiries&) = delete;
  Inquiries& operator=(const Inquiries&) = delete;

  // Asks about the application as it is now; what was asked about it before is not told any more. What the other thread threw comes
  // out here.
  void begin(const Known& known);
  // Nothing is told about it any more.
  void drop(const Summary& summary);

 private:
  using Key = std::pair<std::string, std::string>;  // namespace, name
  void run();
  void answer(std::unique_lock<std::mutex>& lock);
  void forget(const Key& key);

  Ask ask_;
  Tell tell_;
  std::mutex mutex_;  // for all that follows
  std::condition_variable wake_;
  std::deque<Key> order_;
  std::map<Key, Known> waiting_;
  std::optional<Key> asked_;  // about whom the question under way is; nothing: it is not told
  bool ended_ = false;
  std::exception_ptr error_;
  std::thread thread_;
};

}  // namespace drift::controller
