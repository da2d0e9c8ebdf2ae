#include "outside/retry.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace drift::outside {
namespace {

using std::chrono::milliseconds;

// Kubernetes sends whole seconds; a date, which HTTP allows too, counts as nothing told.
std::optional<std::chrono::seconds> seconds_of(const std::string& text) {
  int number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || number < 0) return std::nullopt;
  return std::chrono::seconds(number);
}

}  // namespace

Retries::Retries(const RetryLimits& limits, Clock& clock, std::mt19937& random)
    : limits_(limits), clock_(clock), random_(random), begin_(clock.now()), pause_(limits.first) {}

bool Retries::wait_for_next(const std::string& retry_after) {
  if (tries_ >= limits_.tries || clock_.told_to_end()) return false;
  // Between half of the pause and the whole, so that those whom one failure hit don't come back together.
  const auto whole = pause_.count();
  auto pause = milliseconds(std::uniform_int_distribution<milliseconds::rep>(whole / 2, whole)(random_));
  if (const auto told = seconds_of(retry_after)) {
    pause += std::min<milliseconds>(*told, limits_.told);
  }
  if (clock_.now() + pause > begin_ + limits_.together) return false;
  clock_.wait(pause);
  if (clock_.told_to_end()) return false;
  pause_ = std::min(pause_ * 2, limits_.longest);
  ++tries_;
  return true;
}

void Retries::start_again() {
  begin_ = clock_.now();
  pause_ = limits_.first;
  tries_ = 1;
}

RateLimit::RateLimit(double per_second, double burst, Clock& clock)
    : per_second_(per_second), burst_(burst), clock_(clock), tokens_(burst), last_(clock.now()) {}

void RateLimit::take() {
  const auto refill = [&] {
    const auto now = clock_.now();
    // A clock that was set back gives nothing, and takes nothing.
    const auto gone = std::max(std::chrono::duration<double>(now - last_).count(), 0.0);
    tokens_ = std::min(burst_, tokens_ + gone * per_second_);
    last_ = now;
  };
  refill();
  if (tokens_ < 1) {
    clock_.wait(milliseconds(static_cast<milliseconds::rep>(std::ceil((1 - tokens_) / per_second_ * 1000))));
    refill();
  }
  // Told to end, the wait may have been short: what is left to write then is little.
  tokens_ = std::max(tokens_ - 1, 0.0);
}

}  // namespace drift::outside
