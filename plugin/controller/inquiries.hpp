// Questions about applications, answered one after the other on a thread of their own: an Argo CD that answers slowly, or not at
// all, holds up nobody who follows Applications. What got no answer is asked again, at first after half a minute and later every ten.
#pragma once
#include <chrono>
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

#include "base/time.hpp"
#include "controller/comparison.hpp"
#include "controller/judge.hpp"

namespace drift::controller {

class Inquiries {
 public:
  // All are called on that thread alone, one call at a time. Without a comparison nothing is told and nothing asked again.
  using Ask = std::function<std::optional<Comparison>(const Known&)>;
  using Tell = std::function<void(const Known&, const Comparison&)>;

  using Now = std::function<Time()>;

  static constexpr std::chrono::seconds first_pause{30};
  static constexpr std::chrono::seconds longest_pause{600};  // each is twice the one before

  Inquiries(Ask ask, Tell tell, Now now);
  // Waits for the answer that is under way, and asks no more.
  ~Inquiries();
  Inquiries(const Inquiries&) = delete;
  Inquiries& operator=(const Inquiries&) = delete;

  // Asks about the application as it is now; what was asked about it before is not told any more. What the other thread threw comes
  // out here.
  void begin(const Known& known);
  // Nothing is told about it any more, and nothing asked.
  void drop(const Summary& summary);

 private:
  using Key = std::pair<std::string, std::string>;  // namespace, name
  struct Question {
    Known known;
    std::chrono::seconds pause = first_pause;  // before it is asked again
    std::string told;                          // why it had no answer, as it was told last
    Time due{};                                // of one that is asked again
  };

  void run();
  // The next one, once there is one; nothing at the end.
  std::optional<Question> next(std::unique_lock<std::mutex>& lock);
  std::optional<Question> repeated();
  void answer(Question question, std::unique_lock<std::mutex>& lock);
  void take(Question question, const Comparison& comparison);
  void wait(std::unique_lock<std::mutex>& lock);
  void forget(const Key& key);
  static Key key_of(const Summary& summary) { return {summary.ns, summary.name}; }

  Ask ask_;
  Tell tell_;
  Now now_;
  std::mutex mutex_;  // for all that follows
  std::condition_variable wake_;
  std::deque<Key> order_;
  std::map<Key, Known> waiting_;
  std::map<Key, Question> repeats_;
  std::optional<Key> asked_;  // about whom the question under way is; nothing: it is not told
  bool ended_ = false;
  std::exception_ptr error_;
  std::thread thread_;
};

}  // namespace drift::controller
