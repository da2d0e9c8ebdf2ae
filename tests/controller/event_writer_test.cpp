// Events on Applications: one for each state of an incident, after it is stored, and never in a sync's way.
#include "controller/event_writer.hpp"

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <sstream>
#include <thread>

#include "support/remediation_case.hpp"
#include "support/text.hpp"

using namespace std::chrono_literals;
using namespace drift::tests;
using drift::Time;
using drift::controller::EventWriter;

namespace {

// What is logged while it lives.
class Logged {
 public:
  Logged() : before_(spdlog::default_logger()) {
    spdlog::set_default_logger(
        std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::ostream_sink_st>(text_)));
  }
  ~Logged() { spdlog::set_default_logger(before_); }
  Logged(const Logged&) = delete;
  Logged& operator=(const Logged&) = delete;
  std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> before_;
};

struct EventsCase : RemediationCase {
  EventsCase() { begin_anew(); }

  // As a process that begins anew.
  void begin_anew() {
    writer = std::make_unique<EventWriter>(kubernetes, clock);
    remediator = std::make_unique<drift::controller::Remediator>(
        drift::controller::Remediator::World{kubernetes, argocd, clock}, "drift-policy", settings,
        [this] { return leads; },
        drift::controller::Remediator::Listener{
            [this](const drift::api::Incident& incident) { writer->changed(incident); },
            {},
            [this](const std::vector<drift::api::Incident>& open) { writer->found(open); }});
    known.clear();
  }
  // Writes what waits.
  void write() {
    writer->end();
    writer->run();
  }

  static drift::outside::ResourcePath events(const std::string& name = {}) {
    return {"", "v1", "events", "argocd", name, ""};
  }
  // Their reasons, by name; `type` those of a type.
  std::vector<std::string> reasons(const std::string& type = {}) const {
    std::vector<std::string> all;
    for (const auto& name : kubernetes.names(events())) {
      const auto event = kubernetes.stored(events(name));
      if (type.empty() || drift::text_at(event, {"type"}) == type)
        all.push_back(drift::text_at(event, {"reason"}));
    }
    std::sort(all.begin(), all.end());
    return all;
  }
  auto creates() const {
    return std::count_if(kubernetes.calls.begin(), kubernetes.calls.end(),
                         [](const std::string& call) { return call.starts_with("create events"); });
  }

  std::unique_ptr<EventWriter> writer;
};

drift::api::Incident an_incident(const std::string& id, Time changed) {
  drift::api::Incident incident;
  incident.id = id;
  incident.ns = "argocd";
  incident.application = "shop";
  incident.uid = "u-shop";
  incident.detected = incident.changed = changed;
  return incident;
}

using Reasons = std::vector<std::string>;

}  // namespace

TEST_CASE("What becomes of drift is told on its Application, each once and after it is stored") {
  EventsCase c;
  c.drift(EventsCase::affinity("ClientIP"));
  CHECK(c.creates() == 0);  // the sync is asked for without waiting for that
  CHECK(c.is_syncing());
  c.write();
  CHECK(c.reasons() == Reasons{"DriftSyncStarted"});
  c.argocd_begins();
  c.pass(30s);
  c.argocd_ends("Succeeded", "Synced");
  c.write();
  CHECK(c.reasons() == Reasons{"DriftResolved", "DriftSyncStarted"});
  CHECK(c.reasons("Warning").empty());
  c.pass(600s);
  c.write();
  CHECK(c.creates() == 2);
  const auto event =
      c.kubernetes.stored(EventsCase::events(c.kubernetes.names(EventsCase::events()).front()));
  CHECK(drift::text_at(event, {"involvedObject", "uid"}) == "u-shop");
  CHECK(contains(drift::text_at(event, {"message"}), c.incident().id));
}

TEST_CASE("What is stopped is told once, whatever its reason becomes") {
  EventsCase c;
  c.drift(R"("type":"ClusterIP","ports":[{"port":81}],"sessionAffinity":"None")");
  c.argocd.refuses_managed = "no answer";
  c.pass(7200s);
  c.argocd.refuses_managed.clear();
  c.pass(7200s);
  c.write();
  CHECK(c.reasons("Warning") == Reasons{"DriftHeld"});
  CHECK(c.creates() == 1);
}

TEST_CASE("Without the right, or where the API fails, drift is put back as ever, and that is said once") {
  EventsCase c;
  Logged log;
  c.kubernetes.forbid("create", EventsCase::events());
  c.drift(EventsCase::affinity("ClientIP"));
  c.write();
  c.argocd_begins();
  c.argocd_ends("Succeeded", "Synced");
  c.write();
  CHECK(c.state() == "resolved");
  CHECK(c.creates() == 2);
  CHECK(c.reasons().empty());
  CHECK(contains(log.text(), "1 Event on Applications could not be written: "));
  CHECK(std::ranges::count(log.text(), '\n') == 1);
  c.clock.wait(EventWriter::warns_again);
  c.kubernetes.fail(1, FakeKubernetes::Effect::before, 0, "create");
  c.writer->changed(an_incident("x-1", c.clock.now()));
  c.write();
  CHECK(contains(log.text(), "2 Events on Applications could not be written: "));
}

TEST_CASE("Whoever goes on tells what the one before may not have told, and nothing twice") {
  EventsCase c;
  c.drift(EventsCase::affinity("ClientIP"));
  c.begin_anew();  // killed before it was told
  c.look();
  c.write();
  CHECK(c.reasons() == Reasons{"DriftSyncStarted"});
  Logged log;
  c.begin_anew();
  c.look();
  c.write();
  CHECK(c.creates() == 2);  // it is there already
  CHECK(log.text().empty());
  CHECK(c.reasons() == Reasons{"DriftSyncStarted"});
  // Later its Event may be gone, which is kept for an hour.
  c.clock.wait(EventWriter::untold + 1s);
  c.begin_anew();
  c.look();
  c.write();
  CHECK(c.creates() == 2);
  c.argocd_begins();
  c.argocd_ends("Succeeded", "Synced");
  c.write();
  CHECK(c.reasons() == Reasons{"DriftResolved", "DriftSyncStarted"});
}

TEST_CASE("What waits is bounded, and at the end more so") {
  EventsCase c;
  Logged log;
  for (std::size_t i = 0; i < EventWriter::most_waiting + 5; ++i)
    c.writer->changed(an_incident("x-" + std::to_string(i), c.clock.now()));
  c.kubernetes.forbid("create", EventsCase::events());
  c.write();
  CHECK(c.creates() == 1);  // at the end none is tried after one that failed
  CHECK(contains(log.text(), "6 Events on Applications could not be written"));

  EventsCase other;
  for (std::size_t i = 0; i < EventWriter::most_at_the_end + 5; ++i)
    other.writer->changed(an_incident("x-" + std::to_string(i), other.clock.now()));
  other.write();
  CHECK(other.reasons().size() == EventWriter::most_at_the_end);
}

TEST_CASE("A thread writes what is told by others, and all of it before it ends") {
  EventsCase c;
  std::thread writing([&] { c.writer->run(); });
  for (int i = 0; i < 20; ++i)
    c.writer->changed(an_incident("x-" + std::to_string(i), Time(std::chrono::hours(1))));
  c.writer->end();
  writing.join();
  CHECK(c.reasons().size() == 20);
}
