// Who leads, by a Lease: one at a time, whatever their clocks say.
#include "controller/leader.hpp"

#include <doctest/doctest.h>

#include "support/fake_clock.hpp"
#include "support/fake_kubernetes.hpp"

using namespace std::chrono_literals;
using namespace drift::tests;
using drift::controller::Leader;

namespace {

struct LeaderCase {
  static constexpr auto path = [] {
    return drift::outside::ResourcePath{"coordination.k8s.io", "v1",         "leases",
                                        "drift-policy",        "controller", ""};
  };
  Leader leader(const std::string& identity) {
    return {kubernetes, clock, "drift-policy", "controller", identity};
  }
  static Leader::Steady at(std::chrono::seconds time) { return Leader::Steady(1000s + time); }
  std::string lease() const { return to_text(kubernetes.stored(path())["spec"]); }

  FakeClock clock;
  FakeKubernetes kubernetes{clock};
};

}  // namespace

TEST_CASE("The first one leads, renews, and stops in time where it can't") {
  LeaderCase c;
  auto one = c.leader("one");
  CHECK_FALSE(one.leads(c.at(0s)));
  one.tend(c.at(0s));
  CHECK(one.leads(c.at(9s)));
  CHECK_FALSE(one.leads(c.at(10s)));
  CHECK(
      c.lease() ==
      R"({"leaseTransitions":0,"acquireTime":"2026-01-02T03:04:05.000000Z","holderIdentity":"one","leaseDurationSeconds":15,"renewTime":"2026-01-02T03:04:05.000000Z"})");
  c.clock.wait(2s);
  one.tend(c.at(2s));
  CHECK(one.leads(c.at(11s)));
  CHECK(drift::tests::to_text(c.kubernetes.stored(c.path())["spec"]["acquireTime"]) ==
        "\"2026-01-02T03:04:05.000000Z\"");

  c.kubernetes.forbid("get", c.path());
  one.tend(c.at(4s));
  CHECK(one.leads(c.at(11s)));
  one.tend(c.at(12s));
  CHECK_FALSE(one.leads(c.at(12s)));
}

TEST_CASE("Another one takes over a whole lease after it saw the last change, and not by the times in it") {
  LeaderCase c;
  auto one = c.leader("one"), two = c.leader("two");
  one.tend(c.at(0s));
  c.clock.wait(24h);  // the wall clock is wrong
  two.tend(c.at(1s));
  two.tend(c.at(16s));
  CHECK_FALSE(two.leads(c.at(16s)));
  one.tend(c.at(16s));
  two.tend(c.at(17s));
  CHECK_FALSE(two.leads(c.at(17s)));
  two.tend(c.at(32s));
  CHECK_FALSE(two.leads(c.at(32s)));
  two.tend(c.at(33s));
  CHECK(two.leads(c.at(33s)));
  CHECK_FALSE(one.leads(c.at(33s)));
  one.tend(c.at(34s));
  CHECK_FALSE(one.leads(c.at(34s)));
  CHECK(c.kubernetes.stored(c.path())["spec"]["leaseTransitions"].GetInt() == 1);
}

TEST_CASE("Who lets go is followed at once, and of two that take it one gets it") {
  LeaderCase c;
  auto one = c.leader("one"), two = c.leader("two"), three = c.leader("three");
  one.tend(c.at(0s));
  one.release();
  CHECK_FALSE(one.leads(c.at(0s)));
  // Both see it free, and the third is faster.
  c.kubernetes.before_call = [&](const std::string& call) {
    if (!call.starts_with("replace")) return;
    c.kubernetes.before_call = nullptr;
    three.tend(c.at(1s));
  };
  two.tend(c.at(1s));
  CHECK(three.leads(c.at(1s)));
  CHECK_FALSE(two.leads(c.at(1s)));
  two.release();
  CHECK(three.leads(c.at(2s)));
}
