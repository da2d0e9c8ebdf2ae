// When more people are told of an incident that waits, and that they are told once.
#include "controller/escalation.hpp"

#include "support/remediation_case.hpp"
#include "support/text.hpp"

using namespace std::chrono_literals;
using namespace drift::tests;
using drift::Time;

namespace {

struct EscalationCase : RemediationCase {
  // The gate of the sync that is asked for has begun, and asks.
  void gate_asks() {
    argocd_begins();
    kubernetes.patch(path(), R"({"status": {"operationState": {"syncResult": {"resources":
      [{"kind": "Job", "name": "shop-12345678-gate", "hookType": "PreSync", "hookPhase": "Running"}]}}}})");
    look();
  }
  void gate_refuses() { argocd_ends("Failed", "OutOfSync", gate_said_no); }
};

}  // namespace

TEST_CASE("A gate that nobody answers is escalated once, and goes on waiting") {
  EscalationCase c;
  c.drift(EscalationCase::type("LoadBalancer"));
  c.gate_asks();
  const auto before = c.incident();
  CHECK(before.escalate_after == 4h);
  c.pass(4h - 1s);
  CHECK_FALSE(c.incident().escalated);
  CHECK(c.next == Time(c.clock.now() + 1s));
  c.pass(1s);
  const auto after = c.incident();
  REQUIRE(after.escalated == Time(c.clock.now()));
  CHECK(after.escalations == 1);
  CHECK(after.state == before.state);
  CHECK(after.reason == before.reason);
  CHECK(after.changed == before.changed);
  CHECK(contains(c.shown(), R"("escalated":")" + drift::time_text(c.clock.now())));
  CHECK(c.told == std::vector<std::string>{"syncing", "syncing"});

  const auto writes = c.kubernetes.writes;
  c.pass(8h);
  c.start();
  c.pass(8h);
  CHECK(c.kubernetes.writes == writes);
  CHECK(c.incident().escalations == 1);
  c.argocd_ends("Succeeded", "Synced");
  CHECK(c.state() == "resolved");
  CHECK_FALSE(c.incident().escalated);
  CHECK(contains(c.shown(), R"("escalations":1)"));
}

TEST_CASE("Another question is another wait, of the same incident too") {
  EscalationCase c;
  c.drift(EscalationCase::type("LoadBalancer"));
  c.gate_asks();
  c.pass(4h);
  CHECK(c.incident().escalations == 1);
  c.gate_refuses();
  CHECK(c.state() == "refused");
  c.pass(24h);
  CHECK(c.incident().escalations == 1);  // a no is no wait
  c.live(EscalationCase::type("NodePort"));
  c.pass(3600s);
  c.gate_asks();
  CHECK(c.incident().attempts == 2);
  c.pass(4h - 1s);
  CHECK(c.incident().escalations == 1);
  c.pass(1s);
  CHECK(c.incident().escalations == 2);
}

TEST_CASE("A gate that let the sync go on waits for nobody, and neither does a sync that hasn't begun") {
  EscalationCase c;
  c.drift(EscalationCase::type("LoadBalancer"));
  c.argocd_begins();
  c.pass(6h);
  CHECK_FALSE(c.incident().escalated);
  c.kubernetes.patch(EscalationCase::path(),
                     R"({"status": {"operationState": {"syncResult": {"resources": )" + gate_passed + "}}}}");
  c.pass(6h);
  CHECK_FALSE(c.incident().escalated);
}

TEST_CASE("What is held is escalated by its own severity, and what isn't known never") {
  EscalationCase c;
  c.drift(R"("type":"ClusterIP","ports":[{"port":81}],"sessionAffinity":"None")");
  REQUIRE(c.state() == "held");
  CHECK(c.incident().escalate_after == 5h);
  c.pass(5h - 1s);
  CHECK_FALSE(c.incident().escalated);
  c.pass(1s);
  CHECK(c.incident().escalated);
  CHECK(contains(c.incident().reason, "no sync is started until a person starts one"));
  c.pass(24h);
  CHECK(c.incident().escalations == 1);

  EscalationCase blind;
  blind.argocd.refuses_managed = "no answer";
  blind.drift(EscalationCase::type("LoadBalancer"));
  REQUIRE(blind.state() == "held");
  blind.pass(48h);
  CHECK_FALSE(blind.incident().escalated);
}

TEST_CASE("Killed at any write it is escalated once, and shown") {
  for (const bool before : {true, false}) {
    for (const std::size_t write : {1, 2}) {  // the incident, and what the Application shows of it
      CAPTURE(before);
      CAPTURE(write);
      EscalationCase c;
      c.drift(EscalationCase::type("LoadBalancer"));
      c.gate_asks();
      c.pass(4h - 1s);
      (before ? c.kubernetes.kill_before : c.kubernetes.kill_after) = c.kubernetes.writes + write;
      CHECK_THROWS_AS(c.pass(1s), const WatchedKubernetes::Killed&);
      c.start();
      c.pass(10s);
      c.pass(1h);
      CHECK(c.incident().escalations == 1);
      CHECK(contains(c.shown(), R"("escalated":")" + drift::time_text(*c.incident().escalated)));
    }
  }
}
