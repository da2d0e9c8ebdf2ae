// Pauses and rates, and the clock of the machine.
#include "outside/net/retry.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <thread>

#include "base/error.hpp"
#include "outside/system_clock.hpp"
#include "support/fake_clock.hpp"

using namespace std::chrono_literals;
using namespace drift::outside;
using drift::tests::FakeClock;

TEST_CASE("Pauses grow to their limit, and differ from run to run") {
  RetryLimits limits;
  limits.tries = 100;
  limits.together = 24h;
  const auto pauses = [&](unsigned seed) {
    FakeClock clock;
    std::mt19937 random(seed);
    Retries retries(limits, clock, random);
    std::vector<std::chrono::milliseconds> all;
    for (int i = 0; i < 12; ++i) {
      const auto before = clock.now();
      REQUIRE(retries.wait_for_next(""));
      all.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(clock.now() - before));
    }
    return all;
  };
  const auto first = pauses(1);
  auto whole = 200ms;
  for (const auto pause : first) {
    CHECK(pause >= whole / 2);
    CHECK(pause <= whole);
    whole = std::min<std::chrono::milliseconds>(whole * 2, 10s);
  }
  CHECK(first != pauses(2));
}

TEST_CASE("A Retry-After that is neither a number of seconds nor a date to come counts as none") {
  for (const char* told :
       {"", "soon", "-5", "5s", "99999999999999999999", "Wed, 21 Oct 2015 07:28:00 GMT",
        "Fri, 02 Jan 2026 03:04:05 GMT", "Wed, 21 Oct 2026 07:28:00", "Wed, 21 Oct 2026 07:28:00 GMT+1"}) {
    CAPTURE(told);
    FakeClock clock;
    const auto begin = clock.now();
    std::mt19937 random(1);
    CHECK(Retries({}, clock, random).wait_for_next(told));
    CHECK(clock.now() - begin <= 200ms);
  }
}

TEST_CASE("A Retry-After that is a date is waited for, up to the same limit") {
  for (const auto& [told, pause] :
       {std::pair("Fri, 02 Jan 2026 03:04:12 GMT", 7s), std::pair("Wed, 21 Oct 2026 07:28:00 GMT", 30s)}) {
    FakeClock clock;
    const auto begin = clock.now();
    std::mt19937 random(1);
    CHECK(Retries({}, clock, random).wait_for_next(told));
    CHECK(clock.now() - begin >= pause);
    CHECK(clock.now() - begin <= pause + 200ms);
  }
}

TEST_CASE("A burst is free, then the rate counts, and idle time fills the bucket again") {
  FakeClock clock;
  RateLimit rate(10, 3, clock);
  const auto begin = clock.now();
  for (int i = 0; i < 3; ++i) rate.take();
  CHECK(clock.now() == begin);
  rate.take();
  CHECK(clock.now() == begin + 100ms);
  clock.wait(1h);
  const auto later = clock.now();
  for (int i = 0; i < 4; ++i) rate.take();
  CHECK(clock.now() == later + 100ms);
}

TEST_CASE("The machine's clock waits, unless the process was told to end") {
  SystemClock clock;
  CHECK_THROWS_AS(SystemClock(), drift::OutsideError);  // it would take the signals of the first
  const auto begin = std::chrono::steady_clock::now();
  clock.wait(20ms);
  CHECK(std::chrono::steady_clock::now() - begin >= 20ms);
  CHECK_FALSE(clock.stop_requested());

  // To the main thread, which handles it while it waits.
  const auto waiting = ::pthread_self();
  std::thread other([&] {
    // It is handled, so that nothing dies.
    ::pthread_kill(waiting, SIGTERM);  // NOLINT(bugprone-bad-signal-to-kill-thread)
  });
  clock.wait(1h);
  other.join();
  CHECK(clock.stop_requested());
  clock.wait(1h);
}

TEST_CASE("A machine's clock that ends gives the signals back") {
  struct sigaction before {};
  ::sigaction(SIGTERM, nullptr, &before);
  { const SystemClock clock; }
  struct sigaction after {};
  ::sigaction(SIGTERM, nullptr, &after);
  const bool same = after.sa_handler == before.sa_handler;
  CHECK(same);
  CHECK_FALSE(SystemClock().stop_requested());
}
