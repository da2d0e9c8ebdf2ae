// The fake that other tests rest on, and paths.
#include "support/fake_kubernetes.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"

using namespace std::chrono_literals;
using drift::outside::ApiError;
using drift::outside::ResourcePath;
using drift::outside::WatchEvent;
using namespace drift::tests;
using Effect = FakeKubernetes::Effect;

namespace {

const ResourcePath map{"", "v1", "configmaps", "hooks", "web", ""};
const ResourcePath maps{"", "v1", "configmaps", "hooks", "", ""};

struct Cluster {
  FakeClock clock;
  FakeKubernetes api{clock};
};

int status_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const ApiError& error) {
    return error.http_status;
  } catch (const drift::OutsideError&) {
    return 0;
  }
  return 200;
}

}  // namespace

TEST_CASE("A path becomes a URL and a name for people") {
  const ResourcePath job{"batch", "v1", "jobs", "hooks", "a/b", "status"};
  CHECK(job.url_path() == "/apis/batch/v1/namespaces/hooks/jobs/a%2Fb/status");
  CHECK(job.display() == "jobs.batch/status hooks/a/b");
  CHECK(maps.url_path() == "/api/v1/namespaces/hooks/configmaps");
  CHECK(maps.display() == "configmaps hooks/*");
  CHECK(ResourcePath{"", "v1", "nodes", "", "n", ""}.url_path() == "/api/v1/nodes/n");
  CHECK_THROWS_AS((ResourcePath{"", "v1", "nodes", "", "..", ""}.url_path()), drift::OutsideError);
}

TEST_CASE("The fake gives objects versions, and refuses what is out of date") {
  Cluster c;
  const auto made = c.api.create(maps, parse_json(R"({"metadata":{"name":"web"},"data":{"a":"1"}})"));
  CHECK(made["metadata"]["creationTimestamp"] == "2026-01-02T03:04:05Z");
  CHECK(status_of([&] { c.api.create(maps, parse_json(R"({"metadata":{"name":"web"}})")); }) == 409);

  const auto changed = c.api.merge_patch(map, parse_json(R"({"data":{"a":null,"b":"2"}})"));
  CHECK(to_text(changed["data"]) == R"({"b":"2"})");
  CHECK(changed["metadata"]["resourceVersion"] != made["metadata"]["resourceVersion"]);
  CHECK(status_of([&] { c.api.replace(map, made); }) == 409);
  CHECK(status_of([&] { c.api.replace(map, changed); }) == 200);
  CHECK(c.api.stored(map)["metadata"]["resourceVersion"] == changed["metadata"]["resourceVersion"]);

  CHECK(status_of([&] { c.api.remove(map, "another"); }) == 409);
  CHECK(c.api.remove(map, changed["metadata"]["uid"].GetString()));
  CHECK_FALSE(c.api.remove(map));
  CHECK_FALSE(c.api.get(map));
}

TEST_CASE("The fake's apply owns what it applied, and leaves the rest") {
  Cluster c;
  c.api.put(map, R"({"data":{"theirs":"1"}})");
  c.api.apply(map, parse_json(R"({"data":{"ours":"1","old":"1"}})"));
  c.api.apply(map, parse_json(R"({"data":{"ours":"2"}})"));
  CHECK(to_text(c.api.stored(map)["data"]) == R"({"theirs":"1","ours":"2"})");
  c.api.put(map, R"({"data":{},"immutable":true})");
  CHECK(status_of([&] { c.api.merge_patch(map, parse_json(R"({"data":{"x":"1"}})")); }) == 422);
}

TEST_CASE("The fake lists by labels and keeps what is forbidden") {
  Cluster c;
  c.api.put(map, R"({"metadata":{"labels":{"app":"web","tier":"a"}}})");
  c.api.put({"", "v1", "configmaps", "hooks", "db", ""}, R"({"metadata":{"labels":{"app":"db"}}})");
  c.api.put({"", "v1", "configmaps", "other", "web", ""}, R"({"metadata":{"labels":{"app":"web"}}})");
  c.api.put({"", "v1", "secrets", "hooks", "web", ""}, R"({"metadata":{"labels":{"app":"web"}}})");
  const auto count = [&](const ResourcePath& path, const std::string& selector) {
    int found = 0;
    c.api.list(path, selector, [&](const rapidjson::Value&) { return ++found > 0; });
    return found;
  };
  CHECK(count(maps, "") == 2);
  CHECK(count(maps, "app=web") == 1);
  CHECK(count(maps, "app!=web") == 1);
  CHECK(count(maps, "tier") == 1);
  CHECK(count(maps, "app=web,tier=b") == 0);
  CHECK(count({"", "v1", "configmaps", "", "", ""}, "app==web") == 2);
  CHECK(c.api.names(maps) == std::vector<std::string>{"db", "web"});

  c.api.forbid("list", maps);
  c.api.forbid("*", map);
  CHECK(status_of([&] { count(maps, ""); }) == 403);
  CHECK(status_of([&] { c.api.get(map); }) == 403);
  CHECK(status_of([&] { c.api.get({"", "v1", "configmaps", "hooks", "db", ""}); }) == 200);
}

TEST_CASE("The fake fails where the test says, before or after it took effect") {
  Cluster c;
  const auto object = parse_json(R"({"metadata":{"name":"web"}})");
  c.api.fail(1, Effect::before);
  c.api.fail(1, Effect::after, 500, "apply");
  CHECK(status_of([&] { c.api.create(maps, object); }) == 0);
  CHECK(c.api.names(maps).empty());
  CHECK(status_of([&] { c.api.apply(map, object); }) == 500);
  CHECK(c.api.names(maps).size() == 1);
  CHECK(status_of([&] { c.api.apply(map, object); }) == 200);
  CHECK(c.api.calls.back() == "apply configmaps hooks/web");
}

TEST_CASE("The fake's watch tells what happens until its time is over") {
  Cluster c;
  c.clock.after(1s, [&] { c.api.put(map, R"({"data":{"a":"1"}})"); });
  c.clock.after(2s, [&] { c.api.patch(map, R"({"data":{"a":"2"}})"); });
  c.clock.after(3s, [&] { c.api.erase(map); });
  c.clock.after(60s, [&] { c.api.put(map, "{}"); });
  const auto start = c.clock.now();
  std::string seen;
  c.api.watch(map, 10s, [&](const WatchEvent& event) {
    seen += std::to_string(static_cast<int>(event.type)) + "@" +
            std::to_string((c.clock.now() - start) / 1s) + " ";
    return true;
  });
  CHECK(seen == "2@0 0@1 1@2 2@3 ");
  CHECK(c.clock.now() == start + 10s);

  c.clock.after(1s, [&] { c.clock.tell_to_end(); });
  c.api.watch(map, 10s, [&](const WatchEvent&) { return true; });
  CHECK(c.clock.now() == start + 11s);
}
