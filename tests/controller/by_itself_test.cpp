// Which objects' drift goes by itself, from policy, manifest and live object.
#include "controller/by_itself.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support/drift_input.hpp"
#include "support/policy_cases.hpp"

using namespace drift;

namespace {

// `restored` is the highest, and asks nobody; what is `asked` waits.
std::string policy_of_fields(const std::string& severity, const std::string& field_severity) {
  return policy::policy_text(
      "severities:\n- {name: low, remediation: {action: autoSync}}\n"
      "- {name: asked, remediation: {action: approve}, approval: {required: 1}}\n"
      "- {name: restored, remediation: {action: restore}}\n"
      "rules:\n- name: r\n  match: {any: [{resources: {kinds: ['*']}}]}\n  severity: " +
      severity + "\n  fields:\n  - {id: type, jsonPointers: [/spec/type], severity: " + field_severity +
      "}\n");
}

// How many of a Service, of which this lives. Empty: it was deleted.
std::size_t by_themselves(const std::string& policy, const std::string& live) {
  const auto plan = tests::plan_of(
      "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ClusterIP}\n", policy);
  tests::LiveObjects objects;
  if (!live.empty()) objects.put(plan.objects.front().display(), live);
  return controller::by_itself(plan, &plan, objects.analyse(plan, &plan)).objects.size();
}

const std::string exposed = R"({"spec":{"type":"LoadBalancer"}})";

}  // namespace

TEST_CASE("An object goes by itself where nobody is asked about any severity that its drift has a part in") {
  CHECK(by_themselves(policy_of_fields("low", "restored"), exposed) == 1);
  CHECK(by_themselves(policy_of_fields("asked", "restored"), exposed) == 1);
  CHECK(by_themselves(policy_of_fields("low", "asked"), exposed) == 0);
  CHECK(by_themselves(policy_of_fields("low", "restored"), R"({"spec":{"type":"ClusterIP"}})") == 0);
}

TEST_CASE(
    "A deleted object waits where its own severity asks, though that of a field in it is higher and asks "
    "nobody") {
  CHECK(by_themselves(policy_of_fields("asked", "restored"), "") == 0);
  CHECK(by_themselves(policy_of_fields("low", "restored"), "") == 1);
}
