// When a request may be sent, and when again: a limit on the rate, and pauses that grow from try to try. Both wait on the
// injected clock only.
#pragma once
#include <chrono>
#include <random>
#include <string>

#include "outside/clock.hpp"

namespace drift::outside {

struct RetryLimits {
  int tries = 8;                                                  // of one request, the first included
  std::chrono::milliseconds together = std::chrono::seconds(60);  // no further try begins after that long
  std::chrono::milliseconds first =
      std::chrono::milliseconds(200);  // the first pause; each is twice the one before
  std::chrono::milliseconds longest = std::chrono::seconds(10);  // of the pauses
  std::chrono::milliseconds told = std::chrono::seconds(30);     // the longest that a Retry-After is obeyed
};

// The pauses of one request.
class Retries {
 public:
  Retries(const RetryLimits& limits, Clock& clock, std::mt19937& random);

  // Waits until the next try, at least as long as the server told (`Retry-After`: seconds, or a date; else empty). False where
  // there shall be none: too many, too late, or the process was told to end.
  bool wait_for_next(const std::string& retry_after);
  // What comes from now on is a new request.
  void start_again();
  int tries() const { return tries_; }

 private:
  RetryLimits limits_;
  Clock& clock_;
  std::mt19937& random_;
  std::chrono::system_clock::time_point begin_;
  std::chrono::milliseconds pause_;
  int tries_ = 1;
};

// A token bucket: `burst` requests at once, then `per_second`.
class RateLimit {
 public:
  RateLimit(double per_second, double burst, Clock& clock);
  // Waits until a request may be sent.
  void take();

 private:
  double per_second_;
  double burst_;
  Clock& clock_;
  double tokens_;
  std::chrono::system_clock::time_point last_;
};

}  // namespace drift::outside
