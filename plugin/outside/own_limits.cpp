#include "outside/own_limits.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstring>

#include "base/build_facts.hpp"
#include "base/error.hpp"
#include "outside/log.hpp"

namespace drift::outside {
namespace {

// Sanitizers map far more than they use.
bool memory_is_countable() {
  return build_facts().sanitizers.empty();
}

std::size_t memory_limit = 0;

// What the signal handler writes: it can't put a text together.
std::array<char, 8192> time_is_over{};
std::size_t time_is_over_size = 0;

void end_in_time(int /*signal*/) {
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, time_is_over.data(), time_is_over_size);
  ::_exit(static_cast<int>(Exit::outside));
}

void bound_time(std::chrono::milliseconds time) {
  const auto end = time + std::chrono::seconds(1);
  const auto text = error_line(fmt::format("rendering was ended: it may take {:.3g} seconds altogether ({})",
                                           std::chrono::duration<double>(time).count(), time_setting),
                               std::chrono::system_clock::now() + end);
  time_is_over_size = std::min(text.size(), time_is_over.size());
  std::memcpy(time_is_over.data(), text.data(), time_is_over_size);
  std::signal(SIGALRM, end_in_time);
  itimerval timer{};
  timer.it_value.tv_sec = static_cast<time_t>(end.count() / 1000);
  timer.it_value.tv_usec = static_cast<suseconds_t>(end.count() % 1000 * 1000);
  ::setitimer(ITIMER_REAL, &timer, nullptr);
}

void bound_memory(std::size_t bytes) {
  rlimit limit{};
  if (bytes == 0 || !memory_is_countable() || ::getrlimit(RLIMIT_DATA, &limit) != 0) return;
  limit.rlim_cur = std::min<rlim_t>(bytes, limit.rlim_max);
  if (::setrlimit(RLIMIT_DATA, &limit) == 0) memory_limit = bytes;
}

}  // namespace

void bound_this_process(const Limits& limits) {
  bound_time(limits.time);
  bound_memory(limits.memory);
}

std::string out_of_memory() {
  if (memory_limit == 0) return "out of memory";
  return fmt::format("rendering was ended: it needed more than {} MiB of memory ({})", memory_limit >> 20,
                     memory_setting);
}

}  // namespace drift::outside
