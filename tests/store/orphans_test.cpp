// What left Git stays known to the bases that follow, so that two syncs pass no gate that one doesn't.
#include "store/orphans.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "annotators/hooks/plan.hpp"
#include "api/orphans.hpp"
#include "api/stored_text.hpp"
#include "base/text.hpp"
#include "support/drift_input.hpp"
#include "support/drift_objects.hpp"

namespace {
using namespace drift;
using store::carry;
using tests::Dice;
using tests::Lines;
using tests::lines_of;
using tests::LiveObjects;
using tests::plan_of;

std::string note(const std::string& name, const std::string& spec = "{a: 1}") {
  return "---\napiVersion: example.org/v1\nkind: Note\nmetadata: {name: " + name + "}\nspec: " + spec + "\n";
}
const std::string deployment = R"(---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {replicas: 3, paused: true}
)";

// The base that a success of `plan` leaves behind that of `base`.
api::Plan after(const api::Plan& base, api::Plan plan, const std::string& revision,
                const std::string& written) {
  plan.orphans = carry(base, plan);
  plan.revision = revision;
  plan.written = written;
  return plan;
}

Lines carried(const api::Plan& base) {
  Lines lines;
  for (const auto& orphan : base.orphans.objects)
    lines.push_back(orphan.object.display() + ' ' + orphan.revision + ' ' + orphan.recorded);
  return lines;
}

std::string mistake(const std::function<void()>& run) {
  try {
    run();
  } catch (const InputError& error) {
    return error.what();
  }
  return "none";
}

// Another object each time, none of which compresses well.
api::Plan noisy_base(int objects, std::size_t bytes) {
  auto base = plan_of(note("one"));
  const auto one = base.objects.front();
  base.objects.clear();
  Dice dice(3);
  for (int i = 0; i < objects; ++i) {
    std::string noise;
    while (noise.size() < bytes) noise += static_cast<char>('0' + dice.roll(75));
    std::erase(noise, '\\');
    auto& object = base.objects.emplace_back(one);
    object.name = fmt::format("n{:05}", i);
    object.manifest = fmt::format(R"({{"spec":{{"a":"{}"}}}})", noise);
  }
  return base;
}
}  // namespace

TEST_SUITE("drift: removed from Git") {
  TEST_CASE("a base carries what the one before had and the plan hasn't, until a plan has it again") {
    const auto first = plan_of(note("a") + note("b") + note("c"));
    const auto second = after(first, plan_of(note("b") + note("c")), "r2", "2026-11-25T00:00:00Z");
    CHECK(carried(second) == Lines{"Note shop/a " + first.revision + ' ' + tests::base_time});
    const auto third = after(second, plan_of(note("c")), "r3", "2026-11-26T00:00:00Z");
    CHECK(carried(third) == Lines{"Note shop/b r2 2026-11-25T00:00:00Z",
                                  "Note shop/a " + first.revision + ' ' + tests::base_time});
    const auto fourth = after(third, plan_of(note("a", "{a: 2}")), "r4", "2026-11-27T00:00:00Z");
    CHECK(carried(fourth) ==
          Lines{"Note shop/c r3 2026-11-26T00:00:00Z", "Note shop/b r2 2026-11-25T00:00:00Z"});
    // What is carried is what Git wanted at the last success that had it.
    const auto fifth = after(fourth, plan_of(note("b")), "r5", "2026-11-28T00:00:00Z");
    CHECK(fifth.orphans.objects.front().object.manifest.value().find(R"("a":2)") != std::string::npos);
  }

  TEST_CASE("hooks and what has no name are not carried, an object that became a hook is") {
    const std::string job = "---\napiVersion: batch/v1\nkind: Job\nmetadata: ";
    const auto hook = job + "{name: migrate, annotations: {argocd.argoproj.io/hook: Sync}}\n";
    const auto base = plan_of(note("a") + hook + job + "{generateName: once-}\n");
    CHECK(carry(base, plan_of(note("a"))).objects.empty());
    const auto ordinary = plan_of(job + "{name: migrate}\n");
    CHECK(carry(ordinary, plan_of(hook)).objects.size() == 1);
  }

  TEST_CASE("what comes back and isn't there is new: it may have been pruned") {
    const auto base = after(plan_of(note("a") + note("b")), plan_of(note("a")), "r2", tests::base_time);
    const auto report = LiveObjects()
                            .put("Note shop/a", R"({"spec":{"a":1}})")
                            .analyse(plan_of(note("a") + note("b")), &base);
    CHECK(lines_of(report) == Lines{"Note shop/a in sync", "Note shop/b new"});
    CHECK_FALSE(report.drifted());
  }

  TEST_CASE("what comes back and is there is compared with what Git wanted when it had it") {
    const auto first = plan_of(note("a") + note("b"));
    const auto base = after(first, plan_of(note("a")), "r2", "2026-11-25T00:00:00Z");
    const auto report = [&](int wanted, int live) {
      return LiveObjects()
          .put("Note shop/a", R"({"spec":{"a":1}})")
          .put("Note shop/b", fmt::format(R"({{"spec":{{"a":{}}}}})", live))
          .analyse(plan_of(note("a") + note("b", fmt::format("{{a: {}}}", wanted))), &base);
    };
    CHECK(lines_of(report(1, 1)).back() == "Note shop/b in sync");
    CHECK(lines_of(report(2, 1)).back() == "Note shop/b in sync");
    CHECK(lines_of(report(2, 2)).back() == "Note shop/b in sync");
    CHECK(lines_of(report(1, 5)).back() == "Note shop/b drifted: /spec/a changed: 1 -> 5");
    const auto conflict = report(2, 5);
    CHECK(lines_of(conflict).back() == "Note shop/b drifted: /spec/a conflict: 2 -> 5");
    CHECK(conflict.severity == "low");
    CHECK(conflict.objects[1].base_revision == first.revision);
    CHECK(conflict.objects[1].base_time == tests::base_time);
    CHECK(conflict.objects[0].base_revision.empty());
  }

  TEST_CASE("what comes back and may not be read, or is being deleted, counts") {
    const auto both = plan_of(note("a") + note("b"));
    const auto base = after(both, plan_of(note("a")), "r2", tests::base_time);
    const auto with = [](LiveObjects cluster) { return cluster.put("Note shop/a", R"({"spec":{"a":1}})"); };
    CHECK(with(LiveObjects().forbid("Note shop/b")).analyse(both, &base).reasons ==
          Lines{"Note shop/b: not inspected (low)"});
    const std::string deleting =
        R"({"metadata":{"deletionTimestamp":"2026-11-25T09:30:00Z"},"spec":{"a":1}})";
    CHECK(with(LiveObjects().put("Note shop/b", deleting)).analyse(both, &base).reasons ==
          Lines{"Note shop/b: being deleted (low)"});
  }

  TEST_CASE("what stays away is named once, by the sync that takes it out of Git, and never counts") {
    const auto first = plan_of(note("a") + note("b"));
    const auto plan = plan_of(note("a"));
    const auto second = after(first, plan, "r2", "2026-11-25T00:00:00Z");
    const auto cluster =
        LiveObjects().put("Note shop/a", R"({"spec":{"a":1}})").put("Note shop/b", R"({"spec":{"a":5}})");
    CHECK(lines_of(cluster.analyse(plan, &first)) ==
          Lines{"Note shop/a in sync", "Note shop/b removed from Git"});
    CHECK(lines_of(cluster.analyse(plan, &second)) == Lines{"Note shop/a in sync"});
    CHECK_FALSE(cluster.analyse(plan, &second).drifted());
  }

  TEST_CASE("who wrote before the later base, but after the one that it is compared with, is not excused") {
    const std::string secret =
        "---\napiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: a}\n";
    const auto both = plan_of(note("a") + secret);
    const auto base = after(both, plan_of(note("a")), "r2", "2026-11-26T00:00:00Z");
    const auto live = [](const std::string& manager, const std::string& field) {
      return fmt::format(
          R"({{"metadata":{{"managedFields":[{{"manager":"{}","operation":"Update","apiVersion":"v1",)"
          R"("time":"{}","fieldsType":"FieldsV1","fieldsV1":{{{}}}}}]}},"data":{{"password":"eA=="}},"spec":{{"a":5}}}})",
          manager, tests::after_base, field);
    };
    CHECK(LiveObjects()
              .put("Note shop/a", R"({"spec":{"a":1}})")
              .put("Secret shop/db", live("kubectl-patch", R"("f:data":{"f:password":{}})"))
              .analyse(both, &base)
              .severity == "high");
    const auto notes = plan_of(note("a") + note("b"));
    const auto other = after(notes, plan_of(note("a")), "r2", "2026-11-26T00:00:00Z");
    CHECK(LiveObjects()
              .put("Note shop/a", R"({"spec":{"a":1}})")
              .put("Note shop/b", live("argocd-controller", R"("f:spec":{"f:a":{}})"))
              .analyse(notes, &other)
              .drifted());
  }

  TEST_CASE("what was guarded then can only raise, and a severity that is gone counts as the highest") {
    const std::string policy = tests::medium_policy;
    auto renamed = policy;
    for (auto at = renamed.find("low"); at != std::string::npos; at = renamed.find("low", at + 1))
      renamed.replace(at, 3, "minor");
    const auto first = plan_of(deployment + note("a"));
    const auto base = after(first, plan_of(note("a"), renamed), "r2", tests::base_time);
    const auto& object = base.orphans.objects.front().object;
    CHECK(base.name(object.severity) == "medium");
    CHECK(base.name(object.guarded.front().severity) == "critical");
    // The field was low while the policy stayed the same; the plan that has it again no longer guards it.
    const auto same = after(first, plan_of(note("a")), "r2", tests::base_time);
    auto plan = first;
    plan.objects.front().guarded.clear();
    const auto report = LiveObjects()
                            .put("Note shop/a", R"({"spec":{"a":1}})")
                            .put("Deployment shop/web", R"({"spec":{"replicas":5,"paused":true}})")
                            .analyse(plan, &same);
    CHECK(report.severity == "medium");
  }

  TEST_CASE(
      "what Git makes a hook of counts once as not inspected, whether it was there at the last success or "
      "before") {
    const auto base = after(plan_of(note("a") + note("b")), plan_of(note("a")), "r2", tests::base_time);
    const std::string hook = "metadata: {annotations: {argocd.argoproj.io/hook: PostSync}, name: ";
    auto text = note("a") + note("b") + note("c");
    for (auto at = text.find("metadata: {name: "); at != std::string::npos;
         at = text.find("metadata: {name: "))
      text.replace(at, std::string_view("metadata: {name: ").size(), hook);
    const auto plan = plan_of(text);
    const auto report = LiveObjects().analyse(plan, &base);
    CHECK(lines_of(report) == Lines{"Note shop/a not inspected", "Note shop/b not inspected"});
    CHECK(report.objects[0].unread == api::Unread::now_hook);
    CHECK(report.severity == "low");
    const auto next = after(base, plan, "r3", tests::base_time);
    CHECK(carried(next).size() == 2);
    const auto read_back = api::read_orphans(api::orphans_json(next.orphans, next), next);
    CHECK(read_back.objects[0].hook);
    CHECK(lines_of(LiveObjects().analyse(plan, &next)).empty());
    const auto back =
        LiveObjects().put("Note shop/a", R"({"spec":{"a":2}})").analyse(plan_of(note("a")), &next);
    CHECK(back.objects[0].state == api::State::drifted);
  }

  TEST_CASE("where the base doesn't know all, what is new in Git and already there counts as not inspected") {
    auto base = plan_of(note("a"));
    base.orphans.incomplete = true;
    const auto plan = plan_of(note("a") + note("b") + note("c") + note("d"));
    const auto report = LiveObjects()
                            .put("Note shop/a", R"({"spec":{"a":1}})")
                            .put("Note shop/b", R"({"spec":{"a":1}})")
                            .forbid("Note shop/d")
                            .analyse(plan, &base);
    CHECK(lines_of(report) == Lines{"Note shop/a in sync", "Note shop/b not inspected", "Note shop/c new",
                                    "Note shop/d not inspected"});
    CHECK(report.objects[1].unread == api::Unread::forgotten);
    CHECK(report.reasons == Lines{"Note shop/b: not inspected (low)", "Note shop/d: not inspected (low)"});
    CHECK(store::carry(base, plan).incomplete);
  }
}

TEST_SUITE("drift: removed.json") {
  TEST_CASE("everything is read back as it was") {
    const auto base = after(plan_of(deployment + note("a")), plan_of(note("a")), "r2", tests::base_time);
    const auto json = api::orphans_json(base.orphans, base);
    CHECK(
        json ==
        R"({"objects":[{"object":{"demands":"medium","group":"apps","guarded":[{"demands":"low","health":"none","id":"replicas",)"
        R"("key":"replicas","pointer":"/spec/replicas","severity":"low","value":"3"}],"kind":"Deployment",)"
        R"("manifest":{"spec":{"paused":true,"replicas":3}},"name":"web","namespace":"shop",)"
        R"("resource":"deployments","rule":"test/workloads","severity":"medium","version":"v1","wave":0},)"
        R"("recorded":"2026-11-24T10:00:00Z","revision":"0123456789abcdef0123456789abcdef01234567"}],"version":1})"
        "\n");
    CHECK(api::orphans_json(api::read_orphans(json, base), base) == json);
    auto degraded = json;
    replace_all(degraded, R"("health":"none")", R"("health":"degraded")");
    CHECK(api::orphans_json(api::read_orphans(degraded, base), base) == degraded);
    replace_all(degraded, "degraded", "well");
    CHECK_THROWS_WITH_AS(api::read_orphans(degraded, base),
                         doctest::Contains("none, progressing, degraded or suspended"), InputError);
    api::Orphans incomplete;
    incomplete.incomplete = true;
    CHECK(api::read_orphans(api::orphans_json(incomplete, base), base).incomplete);
  }

  TEST_CASE("carried again with the same plan it is the same, byte for byte, whatever was removed") {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
      CAPTURE(seed);
      Dice dice(seed);
      auto base = plan_of(note("first"));
      std::map<std::string, std::string> last;  // what Git wanted of each name at last
      for (int sync = 0; sync < 12; ++sync) {
        std::string source = note("always");
        for (int i = 0; i < 6; ++i)
          if (dice.chance(2)) source += note(fmt::format("n{}", i), tests::random_value(dice, 2));
        const auto plan = after(base, plan_of(source), fmt::format("r{}", sync),
                                fmt::format("2026-11-25T00:00:{:02}Z", dice.roll(5)));
        const auto json = api::orphans_json(plan.orphans, plan);
        auto again = plan;
        again.orphans = api::read_orphans(json, plan);
        CHECK(api::orphans_json(carry(again, plan), plan) == json);
        for (const auto& object : plan.objects) last[object.name] = object.manifest.value();
        for (const auto& orphan : plan.orphans.objects)
          if (orphan.object.name != "first")
            CHECK(orphan.object.manifest.value() == last.at(orphan.object.name));
        CHECK(plan.objects.size() + plan.orphans.objects.size() == last.size() + 1);
        base = plan;
      }
    }
  }

  TEST_CASE("what isn't as it is written is refused") {
    const auto plan = plan_of(note("a"));
    const auto read = [&](const std::string& json) {
      return mistake([&] { api::read_orphans(json, plan); });
    };
    CHECK(read("{") == "removed.json: Missing a name for object member. at byte 1; expected JSON");
    CHECK(read("[]") == "removed.json: : expected an object");
    CHECK(read("{}") == "removed.json: version: expected an integer");
    CHECK(read(R"({"version":2,"objects":[]})") ==
          "removed.json: version: expected at most 1: it was written by a newer release");
    CHECK(read(R"({"version":1,"objects":[{}]})") == "removed.json: objects[0].object: expected an object");
    auto other = plan;
    for (auto& severity : other.severities) severity.name += "-too";
    const auto base = after(plan_of(note("a") + note("b")), plan, "r", "");
    CHECK(mistake([&] { api::read_orphans(api::orphans_json(base.orphans, base), other); }) ==
          "removed.json: objects[0].object.severity: expected one of the plan's severities");
    CHECK(read(std::string(api::longest_orphans + 1, ' ')) ==
          "removed.json: is 4096 KiB; expected at most 4096 KiB");
  }

  TEST_CASE("what has no room goes, the oldest first, and the base says that it doesn't know all") {
    const auto plan = plan_of(note("a"));
    const auto older = noisy_base(100, 2000);
    auto newer = noisy_base(40, 2000);
    for (auto& object : newer.objects) object.name += "-new";
    newer.orphans = carry(older, newer);
    newer.written = "2026-11-25T00:00:00Z";
    const auto all = carry(newer, plan);
    REQUIRE(all.objects.size() == 140);
    auto config_map = tests::json("{}");
    const auto room = std::size_t{100} << 10;
    const auto text = store::store_orphans(config_map, all, plan, room);
    CHECK(config_map["binaryData"]["removed.json.gz"].GetStringLength() <= room * 4 / 3 + 4);
    CHECK(api::stored_text(config_map, api::orphans_file, api::longest_orphans) == text);
    const auto kept = api::read_orphans(text, plan);
    CHECK(kept.incomplete);
    CHECK(kept.objects.size() < 70);
    REQUIRE(kept.objects.size() > 40);
    CHECK(kept.objects[39].object.name == "n00039-new");
    CHECK(kept.objects[40].object.name == "n00000");
    // What was kept has room, so nothing more goes.
    auto again = tests::json("{}");
    CHECK(store::store_orphans(again, kept, plan, room) == text);
    const auto whole = store::store_orphans(config_map, all, plan, std::size_t{900} << 10);
    CHECK(api::read_orphans(whole, plan).objects.size() == 140);
    CHECK_FALSE(api::read_orphans(whole, plan).incomplete);
  }

  TEST_CASE("however well it compresses, it is never longer than what is read") {
    const auto plan = plan_of(note("a"));
    auto base = noisy_base(3000, 10);
    for (auto& object : base.objects) object.manifest = R"({"spec":{"a":")" + std::string(2000, 'x') + "\"}}";
    auto config_map = tests::json("{}");
    const auto text = store::store_orphans(config_map, carry(base, plan), plan, std::size_t{900} << 10);
    CHECK(text.size() <= api::longest_orphans);
    CHECK(text.size() > api::longest_orphans / 4 * 3);
    CHECK(api::read_orphans(text, plan).incomplete);
  }

  TEST_CASE("nothing to remember leaves nothing") {
    auto config_map = tests::json("{}");
    CHECK(store::store_orphans(config_map, {}, plan_of(note("a")), 1000).empty());
    CHECK(config_map.ObjectEmpty());
  }
}
