// A signal between looking at the flag and going to sleep must not be slept through: the handler also writes into a pipe, and
// the sleep is a poll on it. The byte stays there, so every later wait ends at once.
#include "outside/system_clock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "base/error.hpp"

namespace drift::outside {
namespace {

std::atomic<bool> stop_flag{false};
std::atomic<int> pipe_read_end{-1};
std::atomic<int> pipe_write_end{-1};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

extern "C" void remember_signal(int) {
  const int saved = errno;
  stop_flag.store(true);
  const char byte = 0;
  // The pipe is empty before the first signal, so this can't block; and a failure is no loss, the flag is set.
  [[maybe_unused]] const auto written = ::write(pipe_write_end.load(), &byte, 1);
  errno = saved;
}

}  // namespace

SystemClock::SystemClock() {
  std::array<int, 2> ends{};
  if (pipe_read_end.load() >= 0) throw OutsideError("there is a system clock already");
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
    throw OutsideError(fmt::format("pipe: {}", std::strerror(errno)));
  }
  stop_flag.store(false);
  pipe_read_end.store(ends[0]);
  pipe_write_end.store(ends[1]);
  struct sigaction action {};
  action.sa_handler = remember_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGTERM, &action, &old_term_);
  ::sigaction(SIGINT, &action, &old_interrupt_);
}

SystemClock::~SystemClock() {
  ::sigaction(SIGTERM, &old_term_, nullptr);
  ::sigaction(SIGINT, &old_interrupt_, nullptr);
  ::close(pipe_write_end.exchange(-1));
  ::close(pipe_read_end.exchange(-1));
}

std::chrono::system_clock::time_point SystemClock::now() {
  return std::chrono::system_clock::now();
}

void SystemClock::wait(std::chrono::milliseconds duration) {
  using namespace std::chrono;
  const auto end = steady_clock::now() + duration;
  while (!stop_flag.load()) {
    const auto left = ceil<milliseconds>(end - steady_clock::now()).count();
    if (left <= 0) return;
    pollfd file{pipe_read_end.load(), POLLIN, 0};
    ::poll(&file, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
  }
}

void SystemClock::tell_to_end() {
  remember_signal(SIGTERM);
}

bool SystemClock::stop_requested() const {
  return stop_flag.load();
}

}  // namespace drift::outside
