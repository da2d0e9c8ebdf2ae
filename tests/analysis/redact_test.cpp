// Live objects are hidden as plans are: else everything with a hidden value would be drift.
#include "analysis/redact.hpp"

#include <fmt/format.h>

#include "json/canonical.hpp"
#include "support/drift_input.hpp"
#include "support/drift_objects.hpp"

namespace {
using namespace drift;

std::string redacted(const std::string& group, const std::string& kind, const std::string& object) {
  auto document = tests::json(object);
  analysis::redact(document, group, kind);
  return drift::canonical(document);
}

// Any object, with env and data in all places and shapes.
std::string random_body(tests::Dice& dice, int levels) {
  constexpr std::array<const char*, 6> keys = {"env", "value", "data", "name", "binaryData", "a"};
  if (levels == 0 || dice.chance(4)) return tests::random_scalar(dice);
  std::string text;
  const auto size = dice.roll(4);
  const bool list = dice.chance(3);
  for (std::size_t i = 0; i < size; ++i) {
    if (!text.empty()) text += ',';
    if (!list) text += fmt::format("\"{}\":", keys[(i + dice.roll(3) * 2) % keys.size()]);
    text += random_body(dice, levels - 1);
  }
  return list ? '[' + text + ']' : '{' + text + '}';
}

// Keys twice are a mistake in YAML.
bool unique_keys(const rapidjson::Value& value) {
  if (value.IsArray())
    return std::all_of(value.Begin(), value.End(), [](const auto& element) { return unique_keys(element); });
  if (!value.IsObject()) return true;
  std::map<std::string, int> keys;
  for (const auto& member : value.GetObject())
    if (++keys[member.name.GetString()] > 1 || !unique_keys(member.value)) return false;
  return true;
}
}  // namespace

TEST_SUITE("drift: redaction") {
  TEST_CASE("an object in the cluster is hidden exactly as the plan hides it") {
    int compared = 0;
    for (const auto& [version, group, kind] : {std::array<std::string, 3>{"v1", "", "ConfigMap"},
                                               {"v1", "", "Secret"},
                                               {"apps/v1", "apps", "Deployment"},
                                               {"example.org/v1", "example.org", "Secret"},
                                               {"example.org/v1", "example.org", "ConfigMap"}})
      for (std::uint64_t seed = 0; seed < 300; ++seed) {
        tests::Dice dice(seed);
        const auto body = [&] { return random_body(dice, 4); };
        const auto object = fmt::format(
            R"({{"apiVersion":"{}","kind":"{}","metadata":{{"name":"a","labels":{{"env":"x"}},"annotations":{{"env":"y"}}}},)"
            R"("type":"Opaque","data":{},"binaryData":{},"spec":{},"env":{}}})",
            version, kind, body(), body(), body(), body());
        if (!unique_keys(tests::json(object))) continue;
        CAPTURE(object);
        const auto plan = tests::plan_of(object);
        REQUIRE(plan.objects.at(0).manifest);
        auto live = tests::json(redacted(group, kind, object));
        for (const auto* member : {"apiVersion", "kind"}) live.RemoveMember(member);
        live["metadata"].RemoveMember("name");
        CHECK(drift::canonical(live) == drift::canonical(tests::json(*plan.objects[0].manifest)));
        // And so it has no drift; but nothing can be said of a Secret without managedFields.
        const auto report = tests::LiveObjects().put(plan.objects[0].display(), object).analyse(plan, &plan);
        CHECK(report.drifted() == (group.empty() && kind == "Secret"));
        ++compared;
      }
    CHECK(compared > 300);
  }

  TEST_CASE("of a Secret nothing is left but type, immutable, labels and managedFields") {
    CHECK(
        redacted("", "Secret",
                 R"({"apiVersion":"v1","kind":"Secret","type":"Opaque","immutable":true,"data":{"a":"b"},)"
                 R"("stringData":{"a":"b"},"copy":"b","metadata":{"name":"a","labels":{"a":"b"},)"
                 R"("annotations":{"a":"b"},"managedFields":[]}})") ==
        R"({"apiVersion":"v1","immutable":true,"kind":"Secret","metadata":{"labels":{"a":"b"},"managedFields":[]},)"
        R"("type":"Opaque"})");
  }

  TEST_CASE("copies that kubectl left and annotations of ours go") {
    CHECK(redacted("apps", "Deployment",
                   R"({"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"x",)"
                   R"("drift-policy.dev/severity":"low","want.drift-policy.dev/replicas":"3","a":"b"}}})") ==
          R"({"metadata":{"annotations":{"a":"b"}}})");
  }

  TEST_CASE("what is no object, or not of the usual shape, is left alone or hidden, and nothing breaks") {
    for (const auto* text :
         {"[]", "1", "null", R"({"metadata":1})", R"({"metadata":{"labels":[1]}})", R"({"data":1})"})
      for (const auto* kind : {"Secret", "ConfigMap", "Pod"}) CHECK_FALSE(redacted("", kind, text).empty());
    CHECK(redacted("", "ConfigMap", R"({"data":1})").find("sha256:") != std::string::npos);
  }
}
