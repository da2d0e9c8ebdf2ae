// What is counted, as Prometheus reads it.
#include "controller/metrics.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "controller/counted_feed.hpp"
#include "controller/process_metrics.hpp"
#include "support/application_case.hpp"
#include "support/text.hpp"

using namespace std::chrono_literals;
using namespace drift::tests;
using drift::Time;
using drift::controller::BypassKind;
using drift::controller::Census;
using drift::controller::CountedFeed;
using drift::controller::Family;
using drift::controller::Known;
using drift::controller::Metrics;
using drift::controller::Notice;
using drift::controller::Observer;
using drift::controller::Registry;
using drift::controller::State;

namespace {

// The value of `name{labels}`; empty where it isn't shown.
std::string metric(const std::string& text, const std::string& series) {
  const auto at = ("\n" + text).find("\n" + series + " ");
  if (at == std::string::npos) return {};
  const auto begin = at + series.size() + 1;
  return text.substr(begin, text.find('\n', begin) - begin);
}

Known known_as(State state, bool gated = true) {
  Known known;
  known.summary.gated = gated;
  known.judgement.state = state;
  return known;
}

}  // namespace

TEST_CASE("A sync of a gated application counts once it has ended, by whether there is a record of it") {
  Metrics metrics("1");
  const auto count = [&](const char* audit) {
    return metric(metrics.text(), std::string("drift_policy_syncs_total{audit=\"") + audit + "\"}");
  };
  const auto of = [](std::initializer_list<std::string_view> patches) {
    return drift::controller::summary_of(application(patches));
  };
  constexpr std::string_view later =
      R"({"status": {"operationState": {"startedAt": "2026-11-29T10:01:00Z"}}})";
  constexpr std::string_view audited = R"({"status": {"operationState": {"syncResult": {"resources":
    [{"kind": "Job", "name": "w-audit", "hookType": "PostSync", "hookPhase": "Succeeded"}]}}}})";
  const auto before = of({});
  metrics.count_sync(nullptr, before);  // it had ended before anybody looked
  metrics.count_sync(&before, before);
  const auto running = of({later, is_syncing}), ended = of({later, audited});
  metrics.count_sync(&before, running);
  CHECK(count("complete") == "0");
  metrics.count_sync(&running, ended);
  metrics.count_sync(&ended, ended);
  CHECK(count("complete") == "1");
  CHECK(count("missing") == "0");
  const auto selective = of({selective_sync});
  metrics.count_sync(&ended, selective);
  CHECK(count("missing") == "1");
  const auto put_back = of({selective_sync, later, R"({"status": {"operationState": {"operation": {
    "initiatedBy": {"username": "drift-policy-controller", "automated": true},
    "info": [{"name": "drift-policy.dev/incident", "value": "web-1f3c9a02/objects-1"}]}}}})"});
  metrics.count_sync(&selective, put_back);
  CHECK(count("incident") == "1");
  CHECK(count("missing") == "1");
  const auto dry =
      of({later, R"({"status": {"operationState": {"operation": {"sync": {"dryRun": true}}}}})"});
  metrics.count_sync(&selective, dry);
  metrics.count_sync(&selective,
                     of({later, R"({"metadata": {"labels": {"drift-policy.dev/gated": "false"}}})"}));
  CHECK(count("complete") == "1");
  CHECK(count("missing") == "1");
}

TEST_CASE("Families are written as the text format has them") {
  Registry registry;
  auto& counter = registry.add({Family::Type::counter, "c_total", "Counts \\ and\nmore.", {"a", "b"}});
  auto& gauge = registry.add({Family::Type::gauge, "g", "Shows."});
  auto& histogram = registry.add({Family::Type::histogram, "h_seconds", "Lasts.", {"a"}, {0.5, 2}});
  counter.add({"x", "1"});
  counter.add({"x", "1"}, 2);
  counter.add({"\"q\\\n", "2"}, 0);
  gauge.set(1767323045.25);
  for (const double seconds : {0.1, 0.5, 1.0, 9.0}) histogram.observe(seconds, {"x"});
  histogram.begin({"y"});
  CHECK(registry.text() ==
        "# HELP c_total Counts \\\\ and\\nmore.\n# TYPE c_total counter\n"
        "c_total{a=\"\\\"q\\\\\\n\",b=\"2\"} 0\nc_total{a=\"x\",b=\"1\"} 3\n"
        "# HELP g Shows.\n# TYPE g gauge\ng 1767323045.25\n"
        "# HELP h_seconds Lasts.\n# TYPE h_seconds histogram\n"
        "h_seconds_bucket{a=\"x\",le=\"0.5\"} 2\nh_seconds_bucket{a=\"x\",le=\"2\"} 3\n"
        "h_seconds_bucket{a=\"x\",le=\"+Inf\"} 4\nh_seconds_sum{a=\"x\"} 10.6\nh_seconds_count{a=\"x\"} 4\n"
        "h_seconds_bucket{a=\"y\",le=\"0.5\"} 0\nh_seconds_bucket{a=\"y\",le=\"2\"} 0\n"
        "h_seconds_bucket{a=\"y\",le=\"+Inf\"} 0\nh_seconds_sum{a=\"y\"} 0\nh_seconds_count{a=\"y\"} 0\n");
  gauge.set(std::numeric_limits<double>::infinity());
  CHECK(contains(gauge.text(), "g +Inf\n"));
  gauge.set(std::nan(""));
  CHECK(contains(gauge.text(), "g NaN\n"));
  gauge.forget();
  CHECK(gauge.text() == "# HELP g Shows.\n# TYPE g gauge\n");
}

TEST_CASE("Every state and every sign of a bypass is there from the start, at 0") {
  const auto text = Metrics("1.2.3").text();
  CHECK(metric(text, "drift_policy_build_info{version=\"1.2.3\"}") == "1");
  for (const char* state : {"deleting", "syncing", "stale", "renderFailed", "synced", "drifted",
                            "sourceChanged", "gitChanged", "rolledBack", "neverSynced"})
    CHECK(metric(text, "drift_policy_applications{state=\"" + std::string(state) + "\"}") == "0");
  for (const char* kind : {"noPlugin", "skipReconcile", "notCompared", "selectiveSync", "applyOnlySync",
                           "localManifests", "noGate", "historyGap", "madeAnew", "labelRemoved"}) {
    CHECK(metric(text, "drift_policy_bypasses_total{kind=\"" + std::string(kind) + "\"}") == "0");
    CHECK(metric(text, "drift_policy_bypassed_applications{kind=\"" + std::string(kind) + "\"}") == "0");
  }
  for (const char* reason : {"ended", "expired", "refused", "unreachable", "other"})
    CHECK(metric(text, "drift_policy_watch_restarts_total{reason=\"" + std::string(reason) + "\"}") == "0");
  CHECK(metric(text, "drift_policy_kubernetes_requests_total{verb=\"list\",code=\"200\"}") == "0");
  CHECK(metric(text, "drift_policy_argocd_request_duration_seconds_count{call=\"manifests\",code=\"200\"}") ==
        "0");
  CHECK(contains(text, "# TYPE drift_policy_oldest_drift_timestamp_seconds gauge\n"));
  CHECK(metric(text, "drift_policy_oldest_drift_timestamp_seconds").empty());
  CHECK_FALSE(contains(text, "\"gone\""));
}

TEST_CASE("Applications are counted by state, by gate and by the signs that they show") {
  Census census;
  auto drifted = known_as(State::drifted);
  drifted.judgement.drifted_since = Time(20s);
  auto older = known_as(State::syncing);
  older.judgement.drifted_since = Time(10s);
  older.judgement.bypasses = {{BypassKind::selective, "by mallory", "1"}, {BypassKind::selective, "", "2"}};
  for (const auto& known : {drifted, older, known_as(State::stale), known_as(State::synced, false)})
    census.add(known);
  Metrics metrics("1");
  metrics.show(census);
  auto text = metrics.text();
  for (const char* state : {"drifted", "syncing", "stale", "synced"})
    CHECK(metric(text, "drift_policy_applications{state=\"" + std::string(state) + "\"}") == "1");
  CHECK(metric(text, "drift_policy_gated_applications{compared=\"true\"}") == "1");
  CHECK(metric(text, "drift_policy_gated_applications{compared=\"false\"}") == "2");
  CHECK(metric(text, "drift_policy_bypassed_applications{kind=\"selectiveSync\"}") == "1");
  CHECK(metric(text, "drift_policy_oldest_drift_timestamp_seconds") == "10");

  metrics.show({});
  text = metrics.text();
  CHECK(metric(text, "drift_policy_applications{state=\"drifted\"}") == "0");
  CHECK(metric(text, "drift_policy_oldest_drift_timestamp_seconds").empty());
}

TEST_CASE("A sign of a bypass is counted when it is new, and nobody's name is a label") {
  Metrics metrics("1");
  Notice notice;
  notice.known.summary.name = "web";
  notice.fresh = {{BypassKind::no_gate, "a full sync by mallory succeeded", "1"}};
  metrics.count(notice);
  metrics.count(notice);
  const auto text = metrics.text();
  CHECK(metric(text, "drift_policy_bypasses_total{kind=\"noGate\"}") == "2");
  CHECK_FALSE(contains(text, "mallory"));
  CHECK_FALSE(contains(text, "\"web\""));
}

TEST_CASE("A status that no server answers is no label of its own") {
  Metrics metrics("1");
  for (const int status : {200, 418, 799, 0, 403}) metrics.kubernetes_answered("get", status);
  metrics.argocd_answered("manifests", 500, 0.2);
  const auto text = metrics.text();
  const auto requests = [&](const std::string& code) {
    return metric(text, "drift_policy_kubernetes_requests_total{verb=\"get\",code=\"" + code + "\"}");
  };
  CHECK(requests("200") == "1");
  CHECK(requests("403") == "1");
  CHECK(requests("<error>") == "1");
  CHECK(requests("other") == "2");
  const std::string bucket =
      "drift_policy_argocd_request_duration_seconds_bucket{call=\"manifests\",code=\"500\",le=";
  CHECK(metric(text, bucket + "\"0.1\"}") == "0");
  CHECK(metric(text, bucket + "\"0.25\"}") == "1");
}

TEST_CASE("Following Applications is counted: when it is ready, what it heard, and why it began anew") {
  FakeClock clock;
  FakeKubernetes kubernetes{clock};
  Metrics metrics("1");
  Observer observer(kubernetes, clock, 6min, [&](const Notice& notice) { metrics.count(notice); });
  CountedFeed feed(observer, metrics, clock);
  const auto reason = [&](const std::string& word) {
    return metric(metrics.text(), "drift_policy_watch_restarts_total{reason=\"" + word + "\"}");
  };
  const auto heard = [&] { return metric(metrics.text(), "drift_policy_watch_heard_timestamp_seconds"); };
  const auto state = [&](const std::string& word) {
    return metric(metrics.text(), "drift_policy_applications{state=\"" + word + "\"}");
  };
  const auto web = application({R"({"status": {"reconciledAt": "2026-01-02T03:04:00Z",
    "operationState": {"finishedAt": "2026-01-02T03:03:00Z"}}})"});
  feed.list_began();
  feed.listed(web);
  CHECK(feed.goes_on());
  CHECK_FALSE(metrics.ready());
  CHECK(heard().empty());
  CHECK(state("synced") == "0");
  feed.list_ended();
  CHECK(metrics.ready());
  CHECK(heard() == "1767323045");
  CHECK(state("synced") == "1");

  feed.watch_ended(false);
  feed.watch_ended(true);
  CHECK(reason("ended") == "1");
  CHECK(reason("expired") == "1");
  CHECK_THROWS_AS(feed.interrupted(drift::outside::ApiError(403, "Forbidden", "no")),
                  drift::outside::ApiError);
  CHECK(reason("refused") == "1");
  feed.interrupted(drift::outside::HttpFailure(drift::outside::HttpFailure::Kind::broken, "cut"));
  feed.interrupted(drift::OutsideError("no token"));
  CHECK(reason("unreachable") == "1");
  CHECK(reason("other") == "1");
  CHECK(heard() == "1767323045");

  clock.wait(2s);
  feed.changed({drift::outside::WatchEvent::Type::modified,
                application({R"({"metadata": {"deletionTimestamp": "2026-01-02T03:04:00Z"}})"})});
  CHECK(heard() == "1767323047");
  CHECK(feed.goes_on());
  CHECK(state("synced") == "0");
  CHECK(state("deleting") == "1");
}

TEST_CASE("What the process takes is shown as it is when it is asked for") {
  Registry registry;
  drift::controller::ProcessMetrics process(registry, Time(5s));
  CHECK(metric(registry.text(), "process_start_time_seconds") == "5");
  process.update();
  for (const char* name : {"process_resident_memory_bytes", "process_open_fds", "process_max_fds"})
    CHECK(std::stod("0" + metric(registry.text(), name)) > 0);
  CHECK_FALSE(metric(registry.text(), "process_cpu_seconds_total").empty());
}
