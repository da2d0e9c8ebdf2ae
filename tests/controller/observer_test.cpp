// Applications that change while they are watched: what is told of them, and when.
#include "controller/observer.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

#include "controller/applications.hpp"
#include "json/read.hpp"
#include "support/application_case.hpp"
#include "support/text.hpp"

using namespace std::chrono_literals;
using namespace drift::tests;
using drift::controller::applications_in;
using drift::controller::Notice;
using drift::controller::Observer;
using drift::controller::State;
using drift::outside::WatchEvent;

namespace {

const std::string_view compared_now = R"({"status": {"reconciledAt": "2026-01-02T03:04:00Z",
  "operationState": {"finishedAt": "2026-01-02T03:03:00Z"}}})";
const std::string_view other_name = R"({"metadata": {"name": "api", "uid": "u9"}})";

struct ObserverCase {
  // `web synced; api drifted (synced) +selectiveSync`: what was told since the last time.
  std::string told() { return std::exchange(text, {}); }
  void tell(const Notice& notice) {
    text += (text.empty() ? "" : "; ") + notice.known.summary.name + " " +
            std::string(state_name(notice.known.judgement.state));
    if (notice.was && *notice.was != notice.known.judgement.state)
      text += " (" + std::string(state_name(*notice.was)) + ")";
    for (const auto& bypass : notice.fresh) text += " +" + std::string(bypass_name(bypass.kind));
  }
  void list(std::initializer_list<rapidjson::Document> all) {
    observer.list_began();
    for (const auto& one : all) observer.listed(one);
    observer.list_ended();
  }
  void change(const rapidjson::Document& object, WatchEvent::Type type = WatchEvent::Type::modified) {
    observer.changed({type, object});
  }

  FakeClock clock;
  FakeKubernetes kubernetes{clock};
  std::string text;
  Observer observer{kubernetes, clock, 6min, [this](const Notice& notice) { tell(notice); }};
};

rapidjson::Document listed(std::initializer_list<std::string_view> patches = {}) {
  auto document = application(patches);
  merge(document, drift::tests::parse_json(compared_now), document);
  return document;
}

}  // namespace

TEST_CASE("What changes is told once") {
  ObserverCase c;
  c.list({listed(), listed({other_name, out_of_sync})});
  CHECK(c.told() == "web synced; api drifted");
  c.change(listed());
  c.change(listed({out_of_sync}));
  c.change(listed({out_of_sync}));
  CHECK(c.told() == "web drifted (synced)");
  c.change(listed({out_of_sync, is_syncing}));
  c.change(listed());
  CHECK(c.told() == "web syncing (drifted); web synced (syncing)");
  c.change(drift::tests::parse_json(R"({"metadata": {"resourceVersion": "9"}})"), WatchEvent::Type::bookmark);
  c.list({listed(), listed({other_name})});
  CHECK(c.told() == "api synced (drifted)");
}

TEST_CASE("Other objects that differ are told, where there is drift already") {
  const auto other_object =
      R"({"status": {"resources": [{"status": "Synced"}, {"kind": "Secret", "name": "db", "status": "OutOfSync"}]}})";
  const auto two_objects = R"({"status": {"resources": [{"status": "OutOfSync"}, {"status": "OutOfSync"}]}})";
  ObserverCase c;
  c.list({listed({out_of_sync})});
  c.change(listed({out_of_sync, other_object}));
  c.change(listed({out_of_sync, other_object}));
  c.change(listed({out_of_sync, two_objects}));
  CHECK(c.told() == "web drifted; web drifted; web drifted");
  c.change(listed({out_of_sync, another_revision}));
  c.change(listed({out_of_sync, another_revision, two_objects}));
  CHECK(c.told() == "web gitChanged (drifted)");

  Notice notice{drift::Time(), {}, State::drifted, true, {}};
  notice.known = judge(nullptr, drift::controller::summary_of(listed({out_of_sync})), notice.at, 6min);
  CHECK(contains(lines(notice), "argocd/web drifted: 1 object differs"));
}

TEST_CASE("A sign is told once for each operation, and again with none in between") {
  ObserverCase c;
  c.list({listed()});
  c.change(listed({selective_sync}));
  c.change(listed({selective_sync}));
  CHECK(c.told() == "web synced; web synced +selectiveSync");
  c.change(
      listed({selective_sync, R"({"status": {"operationState": {"startedAt": "2026-11-29T09:59:30Z"}}})"}));
  c.change(listed());
  c.change(listed({selective_sync}));
  CHECK(c.told() == "web synced +selectiveSync; web synced +selectiveSync");
}

TEST_CASE("A sign of an operation that is asked for isn't told again when it begins") {
  ObserverCase c;
  c.list({listed()});
  auto asked = listed();
  merge(
      asked,
      drift::tests::parse_json(R"({"operation": {"sync": {"resources": [{"kind": "Service", "name": "web"}]}},
          "status": {"operationState": null}})"),
      asked);
  c.change(asked);
  c.change(listed({selective_sync}));
  CHECK(c.told() == "web synced; web syncing (synced) +selectiveSync; web synced (syncing)");
}

TEST_CASE("Who leaves the feed is gone, or has lost its label, or was made anew") {
  const auto path = applications_in("argocd", "web");
  const auto removed = WatchEvent::Type::deleted;
  ObserverCase gone;
  gone.list({listed()});
  gone.change(listed(), removed);
  CHECK(gone.told() == "web synced; web gone (synced)");
  CHECK(gone.observer.size() == 0);

  ObserverCase unlabelled;
  unlabelled.list({listed()});
  unlabelled.kubernetes.put(path, to_text(listed({R"({"metadata": {"labels": null}})"})));
  unlabelled.change(listed(), removed);
  CHECK(contains(unlabelled.told(), "+labelRemoved"));
  CHECK(unlabelled.observer.size() == 0);

  ObserverCase anew;
  anew.list({listed()});
  anew.kubernetes.put(path, to_text(listed({R"({"metadata": {"uid": "u2"}})"})));
  anew.change(listed(), removed);
  CHECK(anew.told() == "web synced");
  anew.change(listed({R"({"metadata": {"uid": "u2"}})"}), WatchEvent::Type::added);
  CHECK(anew.told() == "web synced +madeAnew");

  ObserverCase unknown;
  unknown.list({listed()});
  unknown.kubernetes.forbid("get", path);
  unknown.change(listed(), removed);
  CHECK(unknown.told() == "web synced; web gone (synced)");
}

TEST_CASE("Who isn't in a new list has left in between") {
  ObserverCase c;
  c.list({listed(), listed({other_name})});
  c.told();
  c.list({listed({other_name})});
  CHECK(c.told() == "web gone (synced)");
  c.observer.list_began();  // breaks off, and begins anew
  c.list({listed({other_name})});
  CHECK(c.told().empty());
}

TEST_CASE("A comparison becomes too old without any event") {
  ObserverCase c;
  c.list({listed()});
  c.told();
  c.clock.wait(5min);
  CHECK(c.observer.goes_on());
  CHECK(c.told().empty());
  c.clock.wait(1min);
  CHECK(c.observer.goes_on());
  CHECK(c.told() == "web stale (synced) +notCompared");
  c.clock.wait(1min);
  CHECK(c.observer.goes_on());
  CHECK(c.told().empty());
}

TEST_CASE("An Application that can't be read is left out, and the others aren't") {
  ObserverCase c;
  c.list({listed({R"({"status": {"history": 1}})"}), listed({other_name})});
  CHECK(c.told() == "api synced");
  c.change(listed());
  CHECK(c.told() == "web synced");
}

TEST_CASE("A refusal ends it at the start, and later is waited out as any failure is") {
  ObserverCase c;
  const drift::outside::ApiError forbidden(403, "Forbidden", "not you"), passing(503, "", "busy");
  c.observer.interrupted(passing);
  c.observer.interrupted(drift::OutsideError("no connection"));
  CHECK_THROWS_AS(c.observer.interrupted(forbidden), drift::outside::ApiError);
  c.list({});
  CHECK_THROWS_AS(c.observer.interrupted(forbidden), drift::outside::ApiError);  // `list` without `watch`
  c.change(drift::tests::parse_json(R"({"metadata": {"resourceVersion": "9"}})"), WatchEvent::Type::bookmark);
  c.observer.interrupted(forbidden);
}

TEST_CASE("A change reads as a line, signs have their own, and as one line of JSON") {
  Notice notice{drift::Time(1767323045s), {}, State::synced, false, {}};
  notice.known =
      judge(nullptr, drift::controller::summary_of(listed({out_of_sync, selective_sync})), notice.at, 6min);
  notice.fresh = notice.known.judgement.bypasses;
  CHECK(lines(notice) ==
        "2026-01-02T03:04:05Z argocd/web drifted (was synced): 1 object differs at the revision that was "
        "synced last\n"
        "2026-01-02T03:04:05Z argocd/web bypass selectiveSync: a sync of 1 selected object by mallory, "
        "without hooks\n");
  const auto line = json_line(notice);
  CHECK(line.find('\n') == line.size() - 1);
  const auto json = drift::tests::parse_json(line);
  CHECK(drift::text_of(json, "state") == "drifted");
  CHECK(drift::text_of(json, "was") == "synced");
  CHECK(drift::text_of(json, "time") == "2026-01-02T03:04:05Z");
  CHECK(drift::number_of(json, "outOfSync") == 1);
  CHECK(drift::text_of(json["bypasses"][0], "kind") == "selectiveSync");
}

TEST_CASE("What others wrote can't turn a line into two, nor show a condition's message") {
  const auto evil =
      R"({"status": {"operationState": {"operation": {"initiatedBy": {"username": "a\nb\u001b[31m"}}}}})";
  Notice notice;
  notice.known = judge(nullptr, drift::controller::summary_of(listed({selective_sync, evil, render_fails})),
                       notice.at, 6min);
  notice.fresh = notice.known.judgement.bypasses;
  const auto text = lines(notice) + json_line(notice) + drift::controller::table({notice.known});
  CHECK(std::count(text.begin(), text.end(), '\n') == 5);
  CHECK_FALSE(contains(text, "\033"));
  CHECK_FALSE(contains(text, "hunter2"));
}

TEST_CASE("All are judged once, in their order, as a table and as JSON") {
  FakeClock clock;
  FakeKubernetes kubernetes(clock);
  kubernetes.put(applications_in("argocd", "web"), to_text(listed()));
  kubernetes.put(applications_in("argocd", "api"), to_text(listed({other_name, out_of_sync})));
  kubernetes.put(applications_in("argocd", "bad"),
                 to_text(listed({R"({"metadata": {"name": "bad"}, "status": {"sync": 1}})"})));
  kubernetes.put(applications_in("argocd", "free"),
                 to_text(listed({R"({"metadata": {"name": "free", "labels": null}})"})));
  const auto gated =
      drift::controller::judge_all(kubernetes, "argocd", "drift-policy.dev/gated=true", clock.now(), 6min);
  CHECK(gated.size() == 2);
  const auto table = drift::controller::table(gated);
  CHECK(table.starts_with("APPLICATION  GATED  STATE"));
  CHECK(table.find("argocd/api   yes    drifted") < table.find("argocd/web   yes    synced"));
  CHECK(contains(table, "1 object differs at the revision that was synced last"));
  CHECK(drift::controller::judge_all(kubernetes, "", "", clock.now(), 6min).size() == 3);
  std::vector<drift::JsonObject> list;
  for (const auto& known : gated) list.push_back(known_json(known));
  const auto json = drift::parse_json("status", drift::controller::json(list));
  CHECK(json.Size() == 2);
  CHECK(drift::text_of(json[0], "application") == "api");
  CHECK(drift::text_of(json[0], "driftedSince") == "2026-01-02T03:04:05Z");
}
