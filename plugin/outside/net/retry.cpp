#include "outside/net/retry.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ctime>
#include <optional>

namespace drift::outside {
namespace {

using std::chrono::milliseconds;

// Until a date as HTTP has them (RFC 9110, 5.6.7); nothing where it is none, or has passed.
std::optional<std::chrono::seconds> seconds_until(const std::string& text, Clock& clock) {
  std::tm date{};
  const auto* end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date);
  if (end == nullptr || *end != '\0') return std::nullopt;
  const auto left = std::chrono::ceil<std::chrono::seconds>(
      std::chrono::system_clock::from_time_t(::timegm(&date)) - clock.now());
  return left.count() > 0 ? std::optional(left) : std::nullopt;
}

// Kubernetes sends whole seconds; what stands before it may send a date.
std::optional<std::chrono::seconds> seconds_of(const std::string& text, Clock& clock) {
  int number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc::invalid_argument) return seconds_until(text, clock);
  if (error != std::errc() || stop != end || number < 0) return std::nullopt;
  return std::chrono::seconds(number);
}

}  // namespace

Retries::Retries(const RetryLimits& limits, Clock& clock, std::mt19937& random)
    : limits_(limits), clock_(clock), random_(random), begin_(clock.now()), pause_(limits.first) {}

bool Retries::wait_for_next(const std::string& retry_after) {
  if (tries_ >= limits_.tries || clock_.stop_requested()) return false;
  // Between half of the pause and the whole, so that those whom one failure hit don't come back together.
  const auto whole = pause_.count();
  auto pause = milliseconds(std::uniform_int_distribution<milliseconds::rep>(whole / 2, whole)(random_));
  if (const auto told = seconds_of(retry_after, clock_)) {
    pause += std::min<milliseconds>(*told, limits_.told);
  }
  if (clock_.now() + pause > begin_ + limits_.together) return false;
  spdlog::debug("no usable answer; asking again in {} ms", pause.count());
  clock_.wait(pause);
  if (clock_.stop_requested()) return false;
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
