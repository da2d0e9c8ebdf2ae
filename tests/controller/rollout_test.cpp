// Which applications are refreshed next for a changed policy, and how far it is said to be.
#include "controller/rollout.hpp"

#include <doctest/doctest.h>

#include "controller/rollout_listing.hpp"
#include "support/text.hpp"

using namespace std::chrono_literals;
using namespace drift::tests;
using drift::Time;
using drift::api::RolloutState;
using drift::controller::RolloutApplication;
using drift::controller::RolloutDecision;

namespace {

const std::string wanted(64, 'a'), older(64, 'b');
const Time noon{std::chrono::hours(490'000)};

RolloutApplication of(const std::string& name, std::optional<std::string> policy = older) {
  RolloutApplication one;
  one.ns = "argocd";
  one.name = name;
  one.policy = std::move(policy);
  one.quiet = true;
  return one;
}

struct Given {
  std::vector<RolloutApplication> all;
  std::string hold;
  drift::controller::RolloutSettings settings;

  RolloutDecision decide(Time now = noon) const {
    return drift::controller::decide_rollout(wanted, all, hold, settings, now);
  }
  // The names of those that are refreshed.
  std::vector<std::string> refreshed(Time now = noon) const {
    std::vector<std::string> names;
    for (const auto i : decide(now).refresh) names.push_back(all[i].name);
    return names;
  }
};

using Names = std::vector<std::string>;

RolloutApplication tried(const std::string& name, std::size_t tries, Time when) {
  auto one = of(name);
  one.tries = tries;
  one.tried = when;
  return one;
}

}  // namespace

TEST_CASE("A rollout refreshes as many at once as it may, by name, and those last that aren't quiet") {
  Given given{{of("d"), of("c"), of("b"), of("a"), of("new", wanted)}, "", {}};
  given.all[3].quiet = false;
  CHECK(given.refreshed() == Names{"b", "c", "d"});
  given.settings.in_flight = 9;
  CHECK(given.refreshed() == Names{"b", "c", "d", "a"});
  // What others have asked for counts too.
  given.settings.in_flight = 3;
  given.all[0].refreshing = noon;
  given.all[1].refreshing = noon;
  CHECK(given.refreshed() == Names{"b"});
}

TEST_CASE("A rollout leaves alone what is held, busy, not known, or tried a moment ago") {
  Given given{{of("a"), of("new", wanted)}, "", {}};
  CHECK(given.refreshed() == Names{"a"});
  SUBCASE("held") {
    given.hold = "paused by ann";
    CHECK(given.refreshed().empty());
    const auto rollout = given.decide().rollout;
    CHECK(rollout.state == RolloutState::held);
    CHECK(rollout.reason == "paused by ann");
  }
  SUBCASE("busy") {
    given.all[0].busy = "a sync is at its gate";
    CHECK(given.refreshed().empty());
    CHECK(given.decide().rollout.entries[0].reason == "a sync is at its gate");
  }
  SUBCASE("not known") {
    given.all[0].policy.reset();
    given.all[0].trouble = "no answer";
    CHECK(given.refreshed().empty());
    const auto rollout = given.decide().rollout;
    CHECK(rollout.unknown == 1);
    CHECK(rollout.entries[0].reason == "no answer");
    CHECK(rollout.state == RolloutState::progressing);
  }
  SUBCASE("tried") {
    given.all[0] = tried("a", 2, noon);
    CHECK(given.refreshed(noon + 59s).empty());
    CHECK(given.decide(noon + 59s).again == noon + 60s);
    CHECK(contains(given.decide(noon).rollout.entries[0].reason,
                   "it still renders policy bbbbbbbbbbbb; again at"));
    CHECK(given.refreshed(noon + 60s) == Names{"a"});
  }
}

TEST_CASE("The wait between two tries is doubled, and after the last one an application is stuck") {
  Given given{{of("a"), of("new", wanted)}, "", {}};
  auto at = noon;
  for (const auto wait : {30s, 60s, 120s, 240s}) {
    const auto tries = given.all[0].tries + 1;
    given.all[0] = tried("a", tries, at);
    CHECK(given.refreshed(at + wait - 1s).empty());
    CHECK(given.refreshed(at + wait) == Names{"a"});
    at += wait;
  }
  given.all[0] = tried("a", 5, at);
  CHECK(given.refreshed(at + std::chrono::hours(24)).empty());
  const auto decision = given.decide(at);
  CHECK(decision.rollout.state == RolloutState::stuck);
  CHECK(decision.rollout.stuck == 1);
  CHECK(decision.rollout.entries[0].reason == "it still renders policy bbbbbbbbbbbb, after 5 hard refreshes");
  CHECK(!decision.again);
}

TEST_CASE("Before an application renders the policy no more are tried than may be refreshed at once") {
  Given given{{of("a"), of("b"), of("c"), of("d"), of("e")}, "", {}};
  CHECK(given.refreshed() == Names{"a", "b", "c"});
  for (std::size_t i = 0; i < 3; ++i) given.all[i] = tried(given.all[i].name, 1, noon);
  CHECK(given.refreshed(noon + 29s).empty());
  CHECK(given.refreshed(noon + 30s) == Names{"a", "b", "c"});
  const auto held_back = given.decide(noon).rollout;
  CHECK(held_back.state == RolloutState::progressing);
  CHECK(held_back.entries[4].reason == "no application renders the policy yet, so no more are tried");

  for (std::size_t i = 0; i < 3; ++i) given.all[i] = tried(given.all[i].name, 5, noon);
  CHECK(given.refreshed(noon + std::chrono::hours(1)).empty());
  CHECK(given.decide(noon).rollout.state == RolloutState::stuck);

  // One that renders it is proof for all.
  given.all[0].policy = wanted;
  CHECK(given.refreshed() == Names{"d", "e"});
}

TEST_CASE("A refresh that Argo CD doesn't do holds up others for ten minutes, and is told as stuck then") {
  Given given{{of("a"), of("b"), of("new", wanted)}, "", {}};
  given.settings.in_flight = 1;
  given.all[0].refreshing = noon;
  given.all[0].tries = 1;
  CHECK(given.refreshed(noon + 599s).empty());
  CHECK(given.decide(noon).again == noon + 600s);
  CHECK(given.decide(noon).rollout.refreshing == 1);
  CHECK(given.refreshed(noon + 600s) == Names{"b"});
  CHECK(contains(given.decide(noon + 600s).rollout.entries[0].reason, "hasn't done the hard refresh"));
}

TEST_CASE("A rollout is complete where each application renders the policy, and where there is none") {
  Given given{{of("a", wanted), of("b", wanted)}, "paused by ann", {}};
  const auto rollout = given.decide().rollout;
  CHECK(rollout.state == RolloutState::complete);
  CHECK(rollout.reason.empty());
  CHECK(rollout.entries.empty());
  CHECK(drift::controller::in_a_sentence(rollout) == "2 of 2 applications render policy aaaaaaaaaaaa");
  given.all.clear();
  CHECK(given.decide().rollout.state == RolloutState::complete);
}

TEST_CASE("A rollout is read back as it was written, and names the stuck first, a hundred at most") {
  Given given{{of("new", wanted)}, "", {}};
  for (int i = 0; i < 120; ++i) given.all.push_back(of("app-" + std::to_string(100 + i)));
  given.all.push_back(tried("zz", 5, noon));
  auto rollout = given.decide().rollout;
  rollout.written = noon;
  CHECK(rollout.entries.size() == 100);
  CHECK(rollout.more == 21);
  CHECK(rollout.entries[0].application == "zz");
  CHECK(rollout.entries[1].step == drift::api::RolloutStep::refreshing);
  const auto json = drift::api::rollout_json(rollout);
  const auto again = drift::api::read_rollout(json);
  CHECK(drift::api::rollout_json(again) == json);
  CHECK(again.entries == rollout.entries);
  CHECK(again.written == noon);
  CHECK_THROWS_WITH(
      drift::api::read_rollout(R"({"policy":"x","state":"done","written":"2026-11-29T10:00:00Z"})"),
      "rollout.state: expected complete, progressing, held or stuck");
  CHECK(
      contains(drift::controller::details(rollout),
               "1 of 122 applications render policy aaaaaaaaaaaa: 3 are refreshed, 117 wait, 1 is stuck\n"));
  CHECK(contains(drift::controller::details(rollout), "… and 21 more\n"));
}
