// What is counted of incidents.
#include "controller/incident_metrics.hpp"

#include <doctest/doctest.h>

#include "support/text.hpp"

using namespace std::chrono_literals;
using drift::Time;
using drift::api::Incident;
using drift::api::IncidentState;
using namespace drift::tests;

namespace {

struct IncidentMetricsCase {
  static Incident incident(const std::string& id, const std::string& severity = "low") {
    Incident one;
    one.id = id;
    one.severity = severity;
    one.action = "autoSync";
    one.detected = Time(1000s);
    return one;
  }
  void becomes(Incident& one, IncidentState state) {
    one.state = state;
    if (state == IncidentState::syncing) ++one.attempts;
    one.ended.reset();
    if (drift::api::is_over(state)) one.ended = one.detected + 20s;
    metrics.changed(one);
  }
  bool has(const std::string& line) const { return contains(registry.text(), line + "\n"); }

  drift::controller::Registry registry;
  drift::controller::IncidentMetrics metrics{registry, 15min};
};

}  // namespace

TEST_CASE("An incident is counted once, its syncs by what became of them, and its time to resolve") {
  IncidentMetricsCase c;
  CHECK(c.has(R"(drift_policy_remediations_total{action="autoSync",outcome="started"} 0)"));
  auto one = c.incident("web-1");
  c.becomes(one, IncidentState::syncing);
  CHECK(c.has(R"(drift_policy_incidents_open{severity="low",state="syncing"} 1)"));
  CHECK(c.has("drift_policy_incident_oldest_open_timestamp_seconds 1000"));
  c.becomes(one, IncidentState::failed);
  c.becomes(one, IncidentState::syncing);
  c.becomes(one, IncidentState::resolved);
  CHECK(c.has(R"(drift_policy_incidents_total{severity="low"} 1)"));
  CHECK(c.has(R"(drift_policy_incidents_open{severity="low",state="syncing"} 0)"));
  CHECK(c.has(R"(drift_policy_remediations_total{action="autoSync",outcome="started"} 2)"));
  CHECK(c.has(R"(drift_policy_remediations_total{action="autoSync",outcome="failed"} 1)"));
  CHECK(c.has(R"(drift_policy_remediations_total{action="autoSync",outcome="resolved"} 1)"));
  CHECK(c.has(R"(drift_policy_incident_resolution_seconds_count{severity="low",outcome="remediated"} 1)"));
  CHECK(c.has(R"(drift_policy_incident_resolution_seconds_sum{severity="low",outcome="remediated"} 20)"));
  CHECK_FALSE(contains(c.registry.text(), "oldest_open_timestamp_seconds 1"));

  // It goes on: the same incident.
  c.becomes(one, IncidentState::syncing);
  CHECK(c.has(R"(drift_policy_incidents_total{severity="low"} 1)"));
}

TEST_CASE("An incident is prevented, and work saved, where nobody had to act") {
  IncidentMetricsCase c;
  CHECK(c.has("drift_policy_manual_work_saved_seconds_total 0"));
  const auto ends = [&](const std::string& action, IncidentState state, std::uint64_t escalations = 0) {
    auto one = c.incident(action);
    one.action = action;
    one.escalations = escalations;
    c.becomes(one, IncidentState::syncing);
    c.becomes(one, state);
    if (state != IncidentState::resolved) c.becomes(one, IncidentState::resolved);
  };
  ends("approve", IncidentState::resolved);      // somebody was asked
  ends("autoSync", IncidentState::resolved, 1);  // more people were told
  ends("restore", IncidentState::exhausted);     // somebody else put it back
  CHECK_FALSE(contains(c.registry.text(), "drift_policy_incidents_prevented_total{"));
  ends("autoSync", IncidentState::resolved);
  ends("restore", IncidentState::resolved);
  CHECK(c.has(R"(drift_policy_incidents_prevented_total{severity="low"} 2)"));
  CHECK(c.has("drift_policy_manual_work_saved_seconds_total 1800"));
}

TEST_CASE("Rollbacks are counted by what became of them") {
  IncidentMetricsCase c;
  CHECK(c.has(R"(drift_policy_rollbacks_total{outcome="started"} 0)"));
  auto one = c.incident("web-1", "high");
  c.becomes(one, IncidentState::syncing);
  c.becomes(one, IncidentState::resolved);
  // Degraded after its sync: it goes on, and is no new one.
  for (const auto state : {IncidentState::failed, IncidentState::rolling_back, IncidentState::rolling_back,
                           IncidentState::rolled_back})
    c.becomes(one, state);
  CHECK(c.has(R"(drift_policy_incidents_total{severity="high"} 1)"));
  CHECK(c.has(R"(drift_policy_incidents_open{severity="high",state="rolledBack"} 1)"));
  CHECK(c.has(R"(drift_policy_rollbacks_total{outcome="started"} 1)"));
  CHECK(c.has(R"(drift_policy_rollbacks_total{outcome="rolledBack"} 1)"));
  c.becomes(one, IncidentState::rollback_failed);
  CHECK(c.has(R"(drift_policy_rollbacks_total{outcome="failed"} 1)"));
}

TEST_CASE("A commit is counted by what became of it, and is no drift") {
  IncidentMetricsCase c;
  CHECK(c.has(R"(drift_policy_commits_total{outcome="started"} 0)"));
  for (const auto state : {IncidentState::refused, IncidentState::exhausted, IncidentState::resolved}) {
    auto one = c.incident("web-1", "");
    one.commit = "d1 d2";
    c.becomes(one, IncidentState::syncing);
    CHECK(c.has(R"(drift_policy_incidents_open{severity="none",state="syncing"} 1)"));
    c.becomes(one, state);
    if (state != IncidentState::resolved) c.becomes(one, IncidentState::superseded);
  }
  CHECK(c.has(R"(drift_policy_commits_total{outcome="started"} 3)"));
  for (const auto* outcome : {"synced", "refused", "failed"})
    CHECK(c.has(R"(drift_policy_commits_total{outcome=")" + std::string(outcome) + R"("} 1)"));
  CHECK_FALSE(contains(c.registry.text(), "drift_policy_incidents_total{"));
  CHECK_FALSE(contains(c.registry.text(), "drift_policy_incident_resolution_seconds_count{"));
}

TEST_CASE("Each wait that is escalated is counted once") {
  IncidentMetricsCase c;
  auto one = c.incident("web-1", "medium");
  c.becomes(one, IncidentState::syncing);
  one.escalations = 1;
  c.metrics.changed(one);
  c.metrics.changed(one);
  CHECK(c.has(R"(drift_policy_escalations_total{severity="medium"} 1)"));
}

TEST_CASE("What another process began is open, and not new") {
  IncidentMetricsCase c;
  auto held = c.incident("web-1", "critical");
  held.state = IncidentState::held;
  c.metrics.found({held});
  CHECK(c.has(R"(drift_policy_incidents_open{severity="critical",state="held"} 1)"));
  CHECK_FALSE(contains(c.registry.text(), "drift_policy_incidents_total{"));
  c.becomes(held, IncidentState::superseded);
  CHECK(
      c.has(R"(drift_policy_incident_resolution_seconds_count{severity="critical",outcome="superseded"} 1)"));
  c.metrics.found({});
  CHECK(c.has(R"(drift_policy_incidents_open{severity="critical",state="held"} 0)"));
}

TEST_CASE("Severities are labels, and there are no more than twenty and two") {
  IncidentMetricsCase c;
  for (int i = 0; i < 30; ++i) {
    auto one = c.incident("web-" + std::to_string(i), "s" + std::to_string(i));
    c.becomes(one, IncidentState::held);
  }
  auto unknown = c.incident("web-x", "");
  c.becomes(unknown, IncidentState::held);
  CHECK(c.has(R"(drift_policy_incidents_total{severity="other"} 10)"));
  CHECK(c.has(R"(drift_policy_incidents_total{severity="unknown"} 1)"));
}

TEST_CASE(
    "Syncs of some objects count by what became of them, and an incident that goes on with one isn't new") {
  IncidentMetricsCase c;
  CHECK(c.has(R"(drift_policy_put_backs_total{outcome="started"} 0)"));
  auto one = c.incident("web-1");
  one.put_backs.push_back({1, "aaaa", {"Service shop/web"}, Time(1000s), {}, {}, {}});
  c.becomes(one, IncidentState::held);
  c.becomes(one, IncidentState::held);
  one.put_backs.back().ended = Time(1001s);
  one.put_backs.back().outcome = "Succeeded";
  c.becomes(one, IncidentState::held);
  c.becomes(one, IncidentState::syncing);
  c.becomes(one, IncidentState::resolved);
  one.put_backs.push_back({2, "aaaa", {"Service shop/web"}, Time(1100s), {}, {}, {}});
  c.becomes(one, IncidentState::held);
  one.put_backs.back().ended = Time(1101s);
  one.put_backs.back().outcome = "notSeen";
  c.becomes(one, IncidentState::held);
  CHECK(c.has(R"(drift_policy_put_backs_total{outcome="started"} 2)"));
  CHECK(c.has(R"(drift_policy_put_backs_total{outcome="succeeded"} 1)"));
  CHECK(c.has(R"(drift_policy_put_backs_total{outcome="failed"} 1)"));
  CHECK(c.has(R"(drift_policy_incidents_total{severity="low"} 1)"));
}
