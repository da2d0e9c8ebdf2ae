// How much a difference weighs.
#include "analysis/severity.hpp"

#include <doctest/doctest.h>

namespace {
using namespace drift::analysis;
namespace policy = drift::policy;

enum : policy::Rank { low, medium, high, critical };

drift::api::Plan plan_with(const std::vector<std::string>& severities, const std::string& digest = "same") {
  drift::api::Plan plan;
  for (const auto& name : severities) plan.severities.emplace_back().name = name;
  plan.policy_digest = digest;
  return plan;
}
const drift::api::Plan plan = plan_with({"low", "medium", "high", "critical"});

drift::api::PlannedObject object_with(policy::Rank severity, policy::Rank approval_severity,
                                      const std::vector<policy::GuardedField>& guarded = {}) {
  drift::api::PlannedObject object;
  object.severity = severity;
  object.approval_severity = approval_severity;
  object.guarded = guarded;
  return object;
}
policy::GuardedField field(const std::string& id, const std::string& pointer, policy::Rank severity) {
  return {id, id, pointer, severity, severity, {}};
}

std::vector<policy::GuardedField> low_replicas_high_image() {
  return {field("replicas", "/spec/replicas", low), field("image", "/spec/image", high)};
}

void check(const Rated& rated, policy::Rank severity, policy::Rank approval_severity,
           const std::string& guarded = "") {
  CHECK(rated.severity == severity);
  CHECK(rated.approval_severity == approval_severity);
  CHECK(rated.guarded == guarded);
}
}  // namespace

TEST_SUITE("drift: rating") {
  TEST_CASE("a field counts as its guard says, higher or lower than the object") {
    const auto object = object_with(medium, medium, low_replicas_high_image());
    const Rating rating(plan, object, nullptr, nullptr);
    check(rating.of("/spec/replicas"), low, low, "replicas");
    check(rating.of("/spec/image"), high, high, "image");
    check(rating.of("/spec/image/tag"), high, high, "image");
    check(rating.of("/spec/other"), medium, medium);
    check(rating.of("/spec/imagePullPolicy"), medium, medium);
  }

  TEST_CASE("what holds guarded fields counts as the highest of them and the object") {
    const auto object = object_with(medium, low, low_replicas_high_image());
    const Rating rating(plan, object, nullptr, nullptr);
    check(rating.of("/spec"), high, high);
    check(rating.of(""), high, high);
    check(rating.own(), medium, low);
  }

  TEST_CASE("of guards around one another the highest counts") {
    const auto object =
        object_with(low, low, {field("inner", "/spec/a/b", medium), field("outer", "/spec/a", high)});
    const Rating rating(plan, object, nullptr, nullptr);
    check(rating.of("/spec/a/b/c"), high, high, "inner");
    check(rating.of("/spec/a/x"), high, high, "outer");
  }

  TEST_CASE("a guard around what holds a higher one takes nothing off it") {
    const auto object = object_with(
        medium, medium, {field("image", "/spec/containers/0/image", high), field("outer", "/spec", low)});
    const Rating rating(plan, object, nullptr, nullptr);
    check(rating.of("/spec/containers/0"), high, high, "outer");
    check(rating.of("/spec/other"), low, low, "outer");
  }

  TEST_CASE("what Git guarded before counts on, under the same policy") {
    const auto now = object_with(medium, medium);
    const auto before = object_with(medium, medium, {field("replicas", "/spec/replicas", low)});
    check(Rating(plan, now, &plan, &before).of("/spec/replicas"), low, low, "replicas");
  }

  TEST_CASE("guards of an older policy can only raise") {
    const auto older = plan_with({"low", "medium", "high", "critical"}, "older");
    const auto now = object_with(medium, medium);
    const auto before = object_with(medium, medium, low_replicas_high_image());
    const Rating rating(plan, now, &older, &before);
    check(rating.of("/spec/replicas"), medium, medium);
    check(rating.of("/spec/image"), high, high);
    check(rating.of("/spec"), high, high);
  }

  TEST_CASE("the guard of now takes the place of the one before at the same pointer") {
    const auto now = object_with(medium, medium, {field("replicas", "/spec/replicas", low)});
    const auto before = object_with(medium, medium, {field("replicas", "/spec/replicas", critical)});
    check(Rating(plan, now, &plan, &before).of("/spec/replicas"), low, low, "replicas");
  }

  TEST_CASE("severities of another list are found by name, unknown ones are the highest") {
    const auto other = plan_with({"high", "gone"}, "other");
    const auto now = object_with(low, low);
    const auto before = object_with(0, 0, {field("a", "/a", 0), field("b", "/b", 1)});
    const Rating rating(plan, now, &other, &before);
    check(rating.of("/a"), high, high);
    check(rating.of("/b"), critical, critical);
  }
}
