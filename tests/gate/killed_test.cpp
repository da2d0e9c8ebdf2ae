// The gate, killed or failed by the cluster at every step, and started again as Kubernetes does: it ends as it would have ended,
// by the same deadline, and never passes what nobody approved.
#include <doctest/doctest.h>

#include "support/gate_case.hpp"

namespace {
using namespace drift;
using namespace drift::tests;
using Effect = FakeKubernetes::Effect;
using How = gate::GateEnd::How;
using std::chrono::minutes;

// One sync: how it begins, and how it must end.
struct Story {
  const char* name;
  void (*begin)(GateCase& place);
  How how;
  const char* reason;
};

const Story stories[] = {
    {"nothing drifted", [](GateCase&) {}, How::passed, "nothing has drifted"},
    {"high drift", [](GateCase& place) { place.drift("high"); }, How::passed,
     "drift of severity high is restored by this sync, and an alert was written"},
    {"approved",
     [](GateCase& place) {
       place.drift("medium");
       place.answer_after(minutes(17), "approve", "alice");
     },
     How::passed, "approved by alice (it is fine)"},
    {"rejected",
     [](GateCase& place) {
       place.drift("medium");
       place.answer_after(minutes(17), "reject", "bob");
     },
     How::refused, "rejected by bob: it is fine"},
    {"nobody answers", [](GateCase& place) { place.drift("medium"); }, How::refused, "timeout: "},
    {"stopped", [](GateCase& place) { place.drift("critical"); }, How::refused, "timeout: "},
    {"grows and is approved",
     [](GateCase& place) {
       place.drift("medium");
       place.clock.after(minutes(7), [&] { place.drift("medium", "NodePort"); });
       place.answer_after(minutes(17), "approve", "alice");
     },
     How::passed, "approved by alice (it is fine)"},
};

// Asked for less than an hour, so that a story is short.
Severities severities() {
  Severities all;
  all.medium = R"("remediation":{"action":"approve"},"approval":{"required":1,"timeoutSeconds":2400})";
  all.critical = R"("remediation":{"action":"stop"},"approval":{"required":1,"timeoutSeconds":1200})";
  return all;
}

// The end of the story when nothing goes wrong.
std::chrono::system_clock::time_point undisturbed(const Story& story) {
  GateCase place(severities());
  story.begin(place);
  const auto end = place.run();
  CHECK(end.how == story.how);
  CHECK(end.reason.starts_with(story.reason));
  return place.clock.now();
}

bool legitimate(const GateCase& place, const Story& story) {
  return place.state() != "passed" ||
         (story.how == How::passed && place.note("reason").starts_with(story.reason));
}

void check_end(GateCase& place, const Story& story) {
  const auto end = until_it_ends(place);
  CHECK(end.how == story.how);
  CHECK(end.reason.starts_with(story.reason));
  CHECK(place.state() == (story.how == How::passed ? "passed" : "refused"));
  if (story.how == How::refused) CHECK(place.message() == place.note("reason"));
}
}  // namespace

TEST_SUITE("gate, killed") {
  TEST_CASE("killed at any call and started again, it ends the same and at the same time") {
    for (const auto& story : stories) {
      CAPTURE(story.name);
      const auto time = undisturbed(story);
      std::size_t calls = 1;
      for (bool reached = true; reached; ++calls) {
        CAPTURE(calls);
        GateCase place(severities());
        story.begin(place);
        reached = false;
        std::size_t count = 0;
        place.kubernetes.before_call = [&](const std::string&) {
          if (++count != calls) return;
          reached = true;
          throw Killed();
        };
        try {
          place.run();
        } catch (const Killed&) {
          CHECK(legitimate(place, story));
        }
        check_end(place, story);
        CHECK(place.clock.now() == time);
      }
      CHECK(calls > 10);
    }
  }

  TEST_CASE("killed while it waits, the next pod goes on with the same deadline and the answers given") {
    for (const auto& story : stories) {
      CAPTURE(story.name);
      const auto time = undisturbed(story);
      for (int minute = 1; minute <= 40; minute += 3) {
        GateCase place(severities());
        story.begin(place);
        bool killed = false;
        place.clock.after(minutes(minute), [&] {
          killed = true;
          throw Killed();
        });
        const auto deadline = [&] { return place.note("deadline"); };
        std::string before;
        try {
          place.run();
        } catch (const Killed&) {
          before = deadline();
          CHECK(legitimate(place, story));
        }
        check_end(place, story);
        CHECK(place.clock.now() == time);
        if (killed) CHECK(deadline() == before);
      }
    }
  }

  TEST_CASE("whichever call the cluster fails, before or after it did it, nothing passes that should not") {
    for (const auto& story : stories) {
      CAPTURE(story.name);
      undisturbed(story);
      for (const auto effect : {Effect::before, Effect::after})
        for (const int status : {0, 500, 409}) {
          for (std::size_t nth = 1; nth <= 40; ++nth) {
            CAPTURE(nth);
            CAPTURE(status);
            GateCase place(severities());
            story.begin(place);
            place.kubernetes.fail(nth, effect, status);
            check_end(place, story);
          }
        }
    }
  }
}
