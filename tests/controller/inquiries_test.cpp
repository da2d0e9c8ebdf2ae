// Questions on a thread of their own: in order, the newest about an application alone, and nothing after it was dropped.
#include "controller/inquiries.hpp"

#include <doctest/doctest.h>

#include <condition_variable>
#include <mutex>

#include "base/error.hpp"
#include "support/waiting.hpp"

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
    if (answers) return Comparison();
    return std::nullopt;
  }
  void tell(const Known& known) {
    const std::lock_guard lock(mutex);
    told += text(known);
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
  bool has_told(const std::string& wanted) {
    return within_seconds(20, [&] {
      const std::lock_guard lock(mutex);
      return told == wanted;
    });
  }

  std::mutex mutex;
  std::condition_variable changed;
  std::string asked, told;
  int allowed = 0;
  bool fails = false, answers = true;
  Inquiries inquiries{[this](const Known& known) { return ask(known); },
                      [this](const Known& known, const Comparison&) { tell(known); }};
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
