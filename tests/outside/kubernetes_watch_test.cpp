// Watching one object through a server that ends, breaks and forgets.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>

#include "outside/kubernetes/look_for.hpp"
#include "outside/system_clock.hpp"
#include "support/client_case.hpp"
#include "support/text.hpp"

using namespace std::chrono_literals;
using namespace drift::tests;
using drift::outside::look_for;
using drift::outside::WatchEvent;

namespace {

std::string event(const std::string& type, const std::string& version) {
  return fmt::format(R"({{"type":"{}","object":{}}})", type, object(version));
}

const std::string expired = R"({"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}})";

struct WatchCase : ClientCase {
  // `A7 M8 D9`: what was told, until there were `count` or the watch ended.
  std::string follow(std::size_t count, std::chrono::milliseconds longest = 1h) {
    std::string text;
    std::size_t seen = 0;
    api().watch(web_map, longest, [&](const WatchEvent& event) {
      text += "AMDB"[static_cast<int>(event.type)];
      if (event.object.HasMember("metadata")) text += event.object["metadata"]["resourceVersion"].GetString();
      text += ' ';
      return ++seen < count;
    });
    return text;
  }
  std::string line(std::size_t number) { return server.requests().at(number).line; }
};

}  // namespace

TEST_CASE("A watch begins with how the object is, and goes on after the newest version") {
  WatchCase c;
  c.server.then(answer(200, object("7")))
      .then(events({event("MODIFIED", "8"), event("BOOKMARK", "20")}))
      .then(events({event("DELETED", "21"), event("ADDED", "22")}));
  CHECK(c.follow(5) == "A7 M8 B20 D21 A22 ");
  CHECK(c.line(1) ==
        "GET /api/v1/namespaces/hooks/configmaps?watch=1&allowWatchBookmarks=true&timeoutSeconds=120&"
        "fieldSelector=metadata.name%3Dweb&resourceVersion=7 HTTP/1.1");
  CHECK(contains(c.line(2), "resourceVersion=20 "));
  CHECK(c.waited() == 0ms);
}

TEST_CASE("A watch waits for an object that isn't there, blindly and in short rounds") {
  WatchCase c;
  c.server.then(answer(404, "{}"))
      .then(events({}))
      .then(answer(404, "{}"))
      .then(events({event("ADDED", "9")}))
      .then(answer(200, object("9")))
      .then(events({event("MODIFIED", "10")}));
  CHECK(c.follow(3) == "D A9 M10 ");
  CHECK(contains(c.line(1), "timeoutSeconds=30&"));
  CHECK_FALSE(contains(c.line(1), "resourceVersion"));
  CHECK(contains(c.line(5), "resourceVersion=9 "));
}

TEST_CASE("A version that the server has forgotten: the object is read again, as status and as event") {
  WatchCase c;
  c.server.then(answer(200, object("7")))
      .then(answer(410, "{}"))
      .then(answer(200, object("8")))
      .then(events({expired}))
      .then(answer(200, object("8")))  // unchanged: its version is as old as before
      .then(events({event("ADDED", "8"), event("BOOKMARK", "50")}))  // so the watch begins blindly
      .then(answer(200, object("8")))
      .then(events({event("MODIFIED", "51")}));
  CHECK(c.follow(4) == "A7 M8 B50 M51 ");
  CHECK(contains(c.line(3), "resourceVersion=8 "));
  CHECK_FALSE(contains(c.line(5), "resourceVersion"));
  CHECK(contains(c.line(7), "resourceVersion=50 "));
  CHECK(c.waited() < 1s);
}

TEST_CASE("What was deleted before a blind watch began is found") {
  WatchCase c;
  c.server.then(answer(200, object("7")))
      .then(events({expired}))
      .then(answer(200, object("7")))
      .then(events({}))
      .then(answer(404, "{}"))
      .then(events({event("ADDED", "9")}));
  CHECK(c.follow(3) == "A7 D A9 ");
}

TEST_CASE("A watch goes on through broken connections, garbage and errors, with pauses") {
  WatchCase c;
  c.server.then(answer(200, object("7")))
      .then(cut())
      .then(bytes_then_cut("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{\"type\":"))
      .then(events({"garbage"}))
      .then(answer(503, "{}"))
      .then(events({R"({"type":"ERROR","object":{"kind":"Status","code":500}})"}))
      .then(events({event("MODIFIED", "8")}))
      .then(events({event("MODIFIED", "9")}));
  CHECK(c.follow(3) == "A7 M8 M9 ");
  CHECK(contains(c.line(6), "resourceVersion=7 "));
  CHECK(contains(c.line(7), "resourceVersion=8 "));
  CHECK(c.waited() >= 3100ms);
  CHECK(c.waited() <= 6200ms);
}

TEST_CASE("An event may come in pieces, and several in one") {
  WatchCase c;
  const auto text = event("MODIFIED", "8") + "\n" + event("MODIFIED", "9") + "\n";
  c.server.then(answer(200, object("7"))).then([=](drift::tests::Connected& line) {
    line.send("HTTP/1.1 200 OK\r\n\r\n" + text.substr(0, 20));
    line.send(text.substr(20));
    line.cut();
  });
  CHECK(c.follow(3) == "A7 M8 M9 ");
}

TEST_CASE("A watch that isn't allowed ends with what the server says") {
  WatchCase c;
  c.server.then(answer(200, object("7")))
      .then(answer(403, R"({"kind":"Status","reason":"Forbidden","message":"not you"})"));
  CHECK(c.error_of([&] { c.follow(9); }) ==
        "ApiError watch configmaps hooks/web: the Kubernetes API answered 403 Forbidden: not you");
  WatchCase later;
  later.server.then(answer(200, object("7"))).then(events({R"({"type":"ERROR","object":{"code":403}})"}));
  CHECK(contains(later.error_of([&] { later.follow(9); }), "403"));
}

TEST_CASE("An event without end is refused") {
  WatchCase c;
  c.server.then(answer(200, object("7")))
      .then(bytes_then_cut("HTTP/1.1 200 OK\r\n\r\n" + std::string(std::size_t{9} << 20, 'x')));
  CHECK(contains(c.error_of([&] { c.follow(9); }), "too large"));
}

TEST_CASE("While watching, other requests can be made, and what they throw comes out") {
  WatchCase c;
  c.server.then(answer(200, object("7"))).then(events({event("MODIFIED", "8")})).then(answer(403, "{}"));
  const auto error = c.error_of([&] {
    c.api().watch(web_map, 1h, [&](const WatchEvent& event) {
      if (event.type == WatchEvent::Type::modified) look_for(c.api(), web_map);
      return true;
    });
  });
  CHECK(contains(error, "ApiError get configmaps"));

  WatchCase passing;  // also where the same status of the watch itself would be passed over
  passing.limits.retry.tries = 1;
  passing.server.then(answer(200, object("7")))
      .then(events({event("MODIFIED", "8")}))
      .then(answer(503, "{}"));
  CHECK(contains(passing.error_of([&] {
    passing.api().watch(web_map, 1h, [&](const WatchEvent& event) {
      if (event.type == WatchEvent::Type::modified) look_for(passing.api(), web_map);
      return true;
    });
  }),
                 "ApiError get configmaps"));
}

TEST_CASE("A silent watch ends when its time is over, on the clock of the machine") {
  WatchCase c;
  drift::outside::SystemClock clock;
  c.server.then(answer(200, object("7"))).then(bytes_then_silence("HTTP/1.1 200 OK\r\n\r\n"));
  const auto begin = std::chrono::steady_clock::now();
  const auto api = drift::outside::connect(c.connection, clock, c.limits);
  int count = 0;
  api->watch(web_map, 300ms, [&](const WatchEvent&) { return ++count > 0; });
  CHECK(count == 1);
  CHECK(std::chrono::steady_clock::now() - begin >= 299ms);
}

TEST_CASE("A silent watch ends when the process is told to, and later requests still work") {
  WatchCase c;
  drift::outside::SystemClock clock;
  c.server.then(answer(200, object("7")))
      .then([](drift::tests::Connected& line) {
        line.send("HTTP/1.1 200 OK\r\n\r\n" + event("MODIFIED", "8") + "\n");
        line.server().wait_for_end();
      })
      .then(answer(200, object("9")));
  const auto api = drift::outside::connect(c.connection, clock, c.limits);
  api->watch(web_map, 1h, [&](const WatchEvent& event) {
    if (event.type == WatchEvent::Type::modified) ::raise(SIGTERM);
    return true;
  });
  CHECK(clock.stop_requested());
  CHECK(api->merge_patch(web_map, parse_json("{}")).IsObject());
}

TEST_CASE("A watch that is ended before it is answered just ends") {
  WatchCase c;
  drift::outside::SystemClock clock;
  c.server.then(answer(200, object("7"))).then([](drift::tests::Connected& line) {
    ::kill(::getpid(), SIGTERM);
    line.server().wait_for_end();
  });
  const auto api = drift::outside::connect(c.connection, clock, c.limits);
  int count = 0;
  api->watch(web_map, 1h, [&](const WatchEvent&) { return ++count > 0; });
  CHECK(count == 1);
}
