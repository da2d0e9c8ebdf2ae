// Questions on a thread of their own: in order, the newest about an application alone, and nothing after it was dropped.
#include "controller/inquiries.hpp"

#include <doctest/doctest.h>

#include <condition_variable>
#include <mutex>

#include "base/error.hpp"
#include "support/fake_clock.hpp"
#include "support/waiting.hpp"

using namespace std::chrono_literals;
using namespace drift::tests;
using drift::controller::Comparison;
using drift::controller::Inquiries;
using drift::controller::Known;

namespace {

// Answers when it is let, by the reason of the judgement.
struct InquiriesCase {
  static Known known(const std::string& name, const std::string& reason = "1") {
    Known known;
    known.summary.ns = "argocd";
    known.summary.name = name;
    known.judgement.reason = reason;
    return known;
  }
  static std::string text(const Known& known) { return known.summary.name + known.judgement.reason + " "; }

  std::optional<Comparison> ask(const Known& known) {
    std::unique_lock lock(mutex);
    asked += text(known);
    changed.notify_all();
    changed.wait(lock, [this] { return allowed > 0; });
    --allowed;
    if (fails) throw drift::OutsideError("standard output: closed");
    if (!answers) return std::nullopt;
    Comparison comparison;
    comparison.blind = why;
    comparison.unanswered = !why.empty();
    return comparison;
  }
  void tell(const Known& known) {
    const std::lock_guard lock(mutex);
    told += text(known);
  }
  // What is asked and told from now on is as if it came that much later.
  void pass(std::chrono::seconds time, const std::string& new_why) {
    const std::lock_guard lock(mutex);
    clock.wait(time);
    why = new_why;
    asked.clear();
    told.clear();
  }
  drift::Time now() {
    const std::lock_guard lock(mutex);
    return clock.now();
  }
  void let(int times) {
    const std::lock_guard lock(mutex);
    allowed += times;
    changed.notify_all();
  }
  void until_asked(const std::string& wanted) {
    std::unique_lock lock(mutex);
    REQUIRE(changed.wait_for(lock, std::chrono::seconds(20), [&] { return asked == wanted; }));
  }
  bool asked_about(const std::string& wanted) {
    const std::lock_guard lock(mutex);
    return asked.find(wanted) != std::string::npos;
  }
  bool has_asked(const std::string& wanted) {
    return within_seconds(20, [&] { return asked_about(wanted); });
  }
  bool has_told_of(const std::string& wanted) {
    return within_seconds(20, [&] {
      const std::lock_guard lock(mutex);
      return told.find(wanted) != std::string::npos;
    });
  }
  bool has_told(const std::string& wanted) {
    return within_seconds(20, [&] {
      const std::lock_guard lock(mutex);
      return told == wanted;
    });
  }

  std::mutex mutex;
  std::condition_variable changed;
  std::string asked, told;
  std::string why;  // there is no answer; empty: there is
  FakeClock clock;
  int allowed = 0;
  bool fails = false, answers = true;
  Inquiries inquiries{[this](const Known& known) { return ask(known); },
                      [this](const Known& known, const Comparison&) { tell(known); },
                      [this] { return now(); }};
};

}  // namespace

TEST_CASE("Whoever is asked slowly holds up nobody, and each is told once") {
  InquiriesCase c;
  c.inquiries.begin(c.known("a"));
  c.until_asked("a1 ");
  c.inquiries.begin(c.known("b"));
  c.inquiries.begin(c.known("c"));
  c.inquiries.begin(c.known("b", "2"));
  c.let(3);
  CHECK(c.has_told("a1 c1 b2 "));
}

TEST_CASE("Of what was dropped or asked anew nothing older is told") {
  InquiriesCase c;
  c.inquiries.begin(c.known("a"));
  c.until_asked("a1 ");
  c.inquiries.drop(c.known("a").summary);
  c.inquiries.begin(c.known("b"));
  c.inquiries.drop(c.known("b").summary);
  c.inquiries.begin(c.known("c"));
  c.let(1);
  c.until_asked("a1 c1 ");
  c.inquiries.begin(c.known("c", "2"));
  c.let(2);
  CHECK(c.has_told("c2 "));
}

TEST_CASE("The end waits for the answer that is under way, and nothing is told any more") {
  InquiriesCase c;
  c.inquiries.begin(c.known("a"));
  c.inquiries.begin(c.known("b"));
  c.until_asked("a1 ");
  c.answers = false;
  c.let(1);
  c.until_asked("a1 b1 ");
  CHECK(c.told.empty());
  c.let(1);
}

TEST_CASE("What goes wrong on the other thread comes out where the next question begins") {
  InquiriesCase c;
  c.fails = true;
  c.inquiries.begin(c.known("a"));
  c.let(1);
  const bool thrown = within_seconds(20, [&] {
    try {
      c.inquiries.begin(c.known("b"));
    } catch (const drift::OutsideError&) {
      return true;
    }
    c.let(1);
    return false;
  });
  CHECK(thrown);
}

TEST_CASE("What got no answer is asked again after half a minute, then after twice as long each") {
  InquiriesCase c;
  c.let(100);
  c.pass(0s, "no answer");
  c.inquiries.begin(c.known("a"));
  REQUIRE(c.has_told("a1 "));
  int pause = 30;
  for (const int next : {60, 120, 240, 480, 600, 600}) {
    CAPTURE(pause);
    // Too early: it would be answered, and not asked again. A question about another wakes the thread.
    c.pass(std::chrono::seconds(pause - 1), "");
    c.inquiries.begin(c.known("b"));
    REQUIRE(c.has_told("b1 "));
    c.pass(1s, "no answer");
    c.inquiries.begin(c.known("c"));
    REQUIRE(c.has_asked("a1 "));
    // The same again is no news. What comes after it is told when it is over.
    c.inquiries.begin(c.known("d"));
    REQUIRE(c.has_told("c1 d1 "));
    c.inquiries.drop(c.known("c").summary);
    c.inquiries.drop(c.known("d").summary);
    pause = next;
  }
}

TEST_CASE("Another reason for no answer is told, and an answer, which ends it") {
  InquiriesCase c;
  c.let(100);
  c.pass(0s, "no answer");
  c.inquiries.begin(c.known("a"));
  REQUIRE(c.has_told("a1 "));
  // Whether `a` or the question that wakes the thread comes first depends on when the thread went to sleep.
  c.pass(30s, "another reason");
  c.inquiries.begin(c.known("b"));
  REQUIRE(c.has_told_of("a1 "));
  c.inquiries.drop(c.known("b").summary);
  c.pass(60s, "");
  c.inquiries.begin(c.known("c"));
  REQUIRE(c.has_told_of("a1 "));
  c.pass(600s, "");
  c.inquiries.begin(c.known("d"));
  REQUIRE(c.has_told_of("d1 "));
  c.inquiries.begin(c.known("e"));
  REQUIRE(c.has_told_of("e1 "));
  CHECK(!c.asked_about("a1 "));
}

TEST_CASE("What changed, or was dropped, isn't asked again as it was") {
  InquiriesCase c;
  c.let(100);
  c.pass(0s, "no answer");
  c.inquiries.begin(c.known("a"));
  c.inquiries.begin(c.known("b"));
  REQUIRE(c.has_told("a1 b1 "));
  c.inquiries.drop(c.known("a").summary);
  c.pass(29s, "");
  c.inquiries.begin(c.known("b", "2"));
  REQUIRE(c.has_told("b2 "));
  c.pass(60s, "");
  c.inquiries.begin(c.known("c"));
  c.inquiries.begin(c.known("d"));
  CHECK(c.has_told("c1 d1 "));
}
