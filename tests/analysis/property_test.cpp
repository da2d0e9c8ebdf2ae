// What must hold of the comparison whatever the objects are.
#include <algorithm>
#include <functional>

#include "support/drift_input.hpp"
#include "support/drift_objects.hpp"

namespace {
using namespace drift;
using tests::Dice;

struct Kind {
  const char* group;
  const char* kind;
  std::string (*random)(Dice& dice);
};
const std::vector<Kind> kinds = {{"apps", "Deployment", tests::random_deployment},
                                 {"example.org", "Widget", tests::random_widget}};
constexpr std::uint64_t rounds = 400;

// Two objects of that kind by chance: what Git wants now, and what it wanted at the last sync.
using Judge = std::function<void(const rapidjson::Value& plan, const rapidjson::Value& base)>;
void for_random_pairs(const Kind& kind, const Judge& judge) {
  for (std::uint64_t seed = 0; seed < rounds; ++seed) {
    CAPTURE(kind.kind);
    CAPTURE(seed);
    Dice dice(seed);
    const auto plan = tests::json(kind.random(dice));
    const auto base = tests::json(kind.random(dice));
    judge(plan, base);
  }
}

std::vector<analysis::Found> compared(const Kind& kind, const rapidjson::Value& plan,
                                      const rapidjson::Value& base, const rapidjson::Value& live) {
  return analysis::compare({kind.group, kind.kind, plan, base, live});
}

rapidjson::Document copy_of(const rapidjson::Value& value) {
  rapidjson::Document copy;
  copy.CopyFrom(value, copy.GetAllocator());
  return copy;  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): the caller has it, allocator and all
}

// Lists whose elements Kubernetes tells apart by keys.
bool keyed(const std::string& key) {
  return key == "containers" || key == "volumes" || key == "env" || key == "ports";
}

void reverse(rapidjson::Value& value) {
  if (value.IsArray())
    for (auto& element : value.GetArray()) reverse(element);
  if (!value.IsObject()) return;
  for (auto& member : value.GetObject()) {
    reverse(member.value);
    if (member.value.IsArray() && keyed(member.name.GetString()))
      for (rapidjson::SizeType i = 0; i < member.value.Size() / 2; ++i)
        member.value[i].Swap(member.value[member.value.Size() - 1 - i]);
  }
}

// What only the cluster has: defaults, other controllers' containers, variables and labels.
void add_to_all(rapidjson::Value& value, rapidjson::Document::AllocatorType& allocator) {
  if (value.IsArray())
    for (auto& element : value.GetArray()) add_to_all(element, allocator);
  if (!value.IsObject()) return;
  for (auto& member : value.GetObject()) {
    add_to_all(member.value, allocator);
    if (!member.value.IsArray() || !keyed(member.name.GetString())) continue;
    rapidjson::Value injected(rapidjson::kObjectType);
    injected.AddMember("name", "injected", allocator);
    if (std::string(member.name.GetString()) == "ports")
      injected.AddMember("containerPort", 15000, allocator);
    member.value.PushBack(injected, allocator);
  }
  value.AddMember("added-by-the-cluster", "x", allocator);
}
}  // namespace

TEST_SUITE("drift: properties") {
  TEST_CASE("a cluster that is as Git wants it has no drift, whatever the base was") {
    for (const auto& kind : kinds)
      for_random_pairs(
          kind, [&](const auto& plan, const auto& base) { CHECK(compared(kind, plan, base, plan).empty()); });
  }

  TEST_CASE("a cluster that is as it was has no drift, whatever Git wants now") {
    for (const auto& kind : kinds)
      for_random_pairs(
          kind, [&](const auto& plan, const auto& base) { CHECK(compared(kind, plan, base, base).empty()); });
  }

  TEST_CASE("each scalar that is changed in the cluster is found at its pointer, and nothing else") {
    for (const auto& kind : kinds) {
      std::size_t changes = 0;
      for (std::uint64_t seed = 0; seed < rounds / 4; ++seed) {
        Dice dice(seed);
        const auto base = tests::json(kind.random(dice));
        std::vector<std::string> pointers;
        tests::scalars_of(base, "", pointers);
        for (const auto& pointer : pointers) {
          CAPTURE(kind.kind);
          CAPTURE(seed);
          CAPTURE(pointer);
          auto live = copy_of(base);
          tests::change_scalar(live, pointer);
          const auto found = compared(kind, base, base, live);
          REQUIRE(found.size() == 1);
          CHECK(found[0].pointer == pointer);
          CHECK(found[0].change == api::Change::changed);
          ++changes;
        }
      }
      CHECK(changes > 300);  // the generator makes something
    }
  }

  TEST_CASE("a scalar that Git and the cluster changed differently is a conflict, alike none") {
    for (const auto& kind : kinds)
      for (std::uint64_t seed = 0; seed < rounds / 4; ++seed) {
        Dice dice(seed);
        const auto base = tests::json(kind.random(dice));
        std::vector<std::string> pointers;
        tests::scalars_of(base, "", pointers);
        if (pointers.empty()) continue;
        const auto pointer = pointers[dice.roll(pointers.size())];
        CAPTURE(kind.kind);
        CAPTURE(seed);
        CAPTURE(pointer);
        auto plan = copy_of(base);
        tests::change_scalar(plan, pointer);
        if (rapidjson::Pointer(pointer.c_str()).Get(plan)->IsBool()) continue;  // there is no third value
        auto live = copy_of(plan);
        CHECK(compared(kind, plan, base, live).empty());
        tests::change_scalar(live, pointer);
        const auto found = compared(kind, plan, base, live);
        REQUIRE(found.size() == 1);
        CHECK(found[0].pointer == pointer);
        CHECK(found[0].change == api::Change::conflict);
      }
  }

  TEST_CASE("the order of keyed lists makes no difference") {
    std::size_t reordered = 0;
    for (std::uint64_t seed = 0; seed < rounds; ++seed) {
      CAPTURE(seed);
      Dice dice(seed);
      const auto base = tests::json(tests::random_deployment(dice));
      auto live = copy_of(base);
      reverse(live);
      reordered += live == base ? 0 : 1;
      CHECK(compared(kinds[0], base, base, live).empty());
    }
    CHECK(reordered > rounds / 4);
  }

  TEST_CASE("what only the cluster has is no drift") {
    for (std::uint64_t seed = 0; seed < rounds; ++seed) {
      CAPTURE(seed);
      Dice dice(seed);
      const auto base = tests::json(tests::random_deployment(dice));
      auto live = copy_of(base);
      add_to_all(live, live.GetAllocator());
      CHECK(compared(kinds[0], base, base, live).empty());
    }
  }

  TEST_CASE("a change is found among all that the cluster added and reordered") {
    for (std::uint64_t seed = 0; seed < rounds; ++seed) {
      CAPTURE(seed);
      Dice dice(seed);
      const auto base = tests::json(tests::random_deployment(dice));
      std::vector<std::string> pointers;
      tests::scalars_of(base, "", pointers);
      if (pointers.empty()) continue;
      const auto pointer = pointers[dice.roll(pointers.size())];
      CAPTURE(pointer);
      auto live = copy_of(base);
      tests::change_scalar(live, pointer);
      add_to_all(live, live.GetAllocator());
      reverse(live);
      const auto found = compared(kinds[0], base, base, live);
      REQUIRE(found.size() == 1);
      CHECK(found[0].pointer == pointer);
      CHECK(*found[0].wanted != *found[0].live);
    }
  }

  TEST_CASE("each member that Git wants and the cluster lost is found at its pointer") {
    for (const auto& kind : kinds)
      for (std::uint64_t seed = 0; seed < rounds; ++seed) {
        Dice dice(seed);
        const auto base = tests::json(kind.random(dice));
        std::vector<std::string> pointers;
        tests::scalars_of(base, "", pointers);
        if (pointers.empty()) continue;
        const auto pointer = pointers[dice.roll(pointers.size())];
        const rapidjson::Pointer place(pointer.c_str(), pointer.size());
        const auto& value = *place.Get(base);
        const auto last = pointer.substr(pointer.rfind('/') + 1);
        // Taken out of a list it is the list that changed; and what is nothing to Kubernetes can't be missed.
        const bool element = last.find_first_not_of("0123456789") == std::string::npos;
        const bool nothing = value.IsFalse() || (value.IsNumber() && value.GetDouble() == 0);
        if (element || (nothing && kind.group == std::string("apps"))) continue;
        CAPTURE(kind.kind);
        CAPTURE(seed);
        CAPTURE(pointer);
        auto live = copy_of(base);
        place.Erase(live);
        const auto found = compared(kind, base, base, live);
        REQUIRE(found.size() == 1);
        CHECK(found[0].pointer == pointer);
        CHECK(found[0].change == api::Change::removed);
      }
  }
}
