// Following all objects of a resource through a server that pages, ends, breaks and forgets.
#include "outside/kubernetes/feed.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <csignal>

#include "json/read.hpp"
#include "outside/kubernetes/list_cutter.hpp"
#include "outside/system_clock.hpp"
#include "support/client_case.hpp"
#include "support/text.hpp"

using namespace std::chrono_literals;
using namespace drift::tests;
using drift::outside::FeedListener;
using drift::outside::WatchEvent;

namespace {

std::string feed_object(const std::string& name, const std::string& version) {
  return fmt::format(R"({{"metadata":{{"name":"{}","resourceVersion":"{}"}},"text":"]}}, \"{{["}})", name,
                     version);
}

std::string feed_event(const std::string& type, const std::string& name, const std::string& version) {
  return fmt::format(R"({{"type":"{}","object":{}}})", type, feed_object(name, version));
}

std::string feed_page(const std::string& items, const std::string& version, const std::string& token = {}) {
  return fmt::format(
      R"({{"kind":"List","metadata":{{"resourceVersion":"{}","continue":"{}"}},"items":[{}]}})", version,
      token, items);
}

std::string feed_error(int code) {
  return fmt::format(R"({{"type":"ERROR","object":{{"kind":"Status","code":{}}}}})", code);
}

// `[`, `a1` for each object, `]` for a list; `Ab2` for an event; `!` for an interruption; `|` and `?` for a watch that ended
// and one that expired, where that is asked for. Ends after `count` of these.
struct Follower : FeedListener {
  void list_began() override { add("["); }
  void listed(const rapidjson::Value& object) override { add(name_of(object)); }
  void list_ended() override { add("]"); }
  void changed(const WatchEvent& event) override {
    add("AMDB"[static_cast<int>(event.type)] + name_of(event.object));
  }
  void watch_ended(bool expired) override {
    if (tells_ends) add(expired ? "?" : "|");
  }
  void interrupted(const drift::OutsideError& error) override {
    errors.emplace_back(error.what());
    if (gives_up) throw drift::OutsideError("gave up");
    add("!");
  }
  bool goes_on() override { return count > 0; }

  static std::string name_of(const rapidjson::Value& object) {
    return drift::text_at(object, {"metadata", "name"}) +
           drift::text_at(object, {"metadata", "resourceVersion"});
  }
  void add(const std::string& what) {
    text += (text.empty() ? "" : " ") + what;
    if (count > 0) --count;
  }

  std::string text;
  std::vector<std::string> errors;
  std::size_t count = 0;
  bool gives_up = false;
  bool tells_ends = false;
};

struct FeedCase : ClientCase {
  std::string follow(std::size_t count, const std::string& selector = {}) {
    follower.text.clear();
    follower.count = count;
    drift::outside::connect_feed(connection, clock, feed)->follow(all_maps, selector, follower);
    return follower.text;
  }
  std::string line(std::size_t number) { return server.requests().at(number).line; }

  drift::outside::FeedLimits feed;
  Follower follower;
};

}  // namespace

TEST_CASE("A feed lists page by page, and watches after the list's version") {
  FeedCase c;
  c.server.then(answer(200, feed_page(feed_object("a", "1") + "," + feed_object("b", "2"), "9", "next/1")))
      .then(answer(200, feed_page(feed_object("c", "3"), "9")))
      .then(events({feed_event("MODIFIED", "b", "10"), feed_event("BOOKMARK", "", "15")}))
      .then(events({feed_event("DELETED", "a", "16"), feed_event("ADDED", "d", "17")}));
  CHECK(c.follow(9, "x=y,z") == "[ a1 b2 c3 ] Mb10 B15 Da16 Ad17");
  const std::string all = "GET /api/v1/namespaces/hooks/configmaps?";
  CHECK(c.line(0) == all + "limit=500&labelSelector=x%3Dy%2Cz HTTP/1.1");
  CHECK(c.line(1) == all + "limit=500&labelSelector=x%3Dy%2Cz&continue=next%2F1 HTTP/1.1");
  CHECK(contains(c.line(2), all + "watch=1&allowWatchBookmarks=true&timeoutSeconds="));
  CHECK(contains(c.line(2), "&resourceVersion=9&labelSelector=x%3Dy%2Cz "));
  CHECK(contains(c.line(3), "&resourceVersion=15&"));
  CHECK(c.waited() == 0ms);
}

TEST_CASE("The end of each watch is told, and whether a list must follow") {
  FeedCase c;
  c.follower.tells_ends = true;
  c.server.then(answer(200, feed_page("", "1")))
      .then(events({feed_event("BOOKMARK", "", "2")}))
      .then(answer(410, "{}"))
      .then(answer(200, feed_page("", "3")))
      .then(events({feed_error(410)}))
      .then(answer(200, feed_page("", "4")))
      .then(answer(403, "{}"));
  CHECK(c.follow(11) == "[ ] B2 | ? [ ] ? [ ] !");
}

TEST_CASE("Each request of a watch lasts between five and ten minutes") {
  FeedCase c;
  c.server.then(answer(200, feed_page("", "1")));
  for (int i = 0; i < 20; ++i) c.server.then(events({feed_event("BOOKMARK", "", std::to_string(i + 2))}));
  c.follow(22);
  std::vector<int> all;
  for (std::size_t i = 1; i < 21; ++i) {
    const auto line = c.line(i), key = std::string("timeoutSeconds=");
    all.push_back(std::stoi(line.substr(line.find(key) + key.size())));
    CHECK(all.back() >= 300);
    CHECK(all.back() <= 600);
  }
  CHECK(std::count(all.begin(), all.end(), all[0]) < 20);
}

TEST_CASE("A list may come in pieces that break words, and so may a watch") {
  FeedCase c;
  const auto slowly = [](const std::string& text, std::size_t size) {
    return [=](drift::tests::Connected& line) {
      line.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (std::size_t at = 0; at < text.size(); at += size) {
        const auto part = text.substr(at, size);
        line.send(fmt::format("{:x}\r\n{}\r\n", part.size(), part));
      }
      line.send("0\r\n\r\n");
    };
  };
  c.server.then(slowly(feed_page(feed_object("a", "1") + " ,\n" + feed_object("b", "2"), "9"), 3))
      .then(slowly(feed_event("MODIFIED", "b", "10") + "\n\n" + feed_event("MODIFIED", "b", "11") + "\n", 7));
  CHECK(c.follow(6) == "[ a1 b2 ] Mb10 Mb11");
}

TEST_CASE("A forgotten version makes a feed list anew, told as status and as event") {
  FeedCase c;
  c.server.then(answer(200, feed_page(feed_object("a", "1"), "9")))
      .then(events({feed_event("MODIFIED", "a", "10"), feed_error(410)}))
      .then(answer(200, feed_page(feed_object("a", "12"), "20")))
      .then(answer(410, "{}"))
      .then(answer(200, feed_page("", "30")))
      .then(events({feed_event("ADDED", "b", "31")}));
  CHECK(c.follow(10) == "[ a1 ] Ma10 [ a12 ] [ ] Ab31");
  CHECK(contains(c.line(5), "resourceVersion=30"));
  CHECK(c.follower.errors.empty());
  CHECK(c.waited() >= 400ms);  // the second was told at once
  CHECK(c.waited() <= 800ms);
}

TEST_CASE("A page whose token has expired makes the list begin anew") {
  FeedCase c;
  c.server.then(answer(200, feed_page(feed_object("a", "1"), "9", "t")))
      .then(answer(410, R"({"kind":"Status","metadata":{"continue":"other"}})"))
      .then(answer(200, feed_page(feed_object("b", "2"), "20")));
  CHECK(c.follow(5) == "[ a1 [ b2 ]");
  CHECK_FALSE(contains(c.line(2), "continue"));
}

TEST_CASE("A feed goes on through broken connections, garbage and errors, with growing pauses") {
  FeedCase c;
  const std::string half = feed_page(feed_object("a", "1"), "9").substr(0, 90);
  c.server.then(answer(503, "{}"))
      .then(answer(200, half))                             // broke off
      .then(answer(200, R"({"items":[1,2]})"))             // no objects
      .then(answer(200, R"({"metadata":{},"items":[]})"))  // no version
      .then(answer(200, feed_page(feed_object("a", "1"), "9")))
      .then(cut())
      .then(events({"garbage"}))
      .then(events({feed_event("MODIFIED", "a", "10"), R"({"type":"MODIFIED","object":{}})"}))
      .then(bytes_then_cut("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n30\r\n{\"type\":\"MODI"))
      .then(events({feed_event("MODIFIED", "a", "11")}));
  CHECK(c.follow(17) == "[ ! [ ! [ ! [ ! [ a1 ] ! ! Ma10 ! ! Ma11");
  CHECK(contains(c.line(7), "resourceVersion=9"));
  CHECK(contains(c.line(9), "resourceVersion=10"));
  CHECK(contains(c.follower.errors[0], "list configmaps hooks/*: the Kubernetes API answered 503"));
  CHECK(contains(c.follower.errors[1],
                 "configmaps hooks/*: no answer from the Kubernetes API: a list broke off"));
  // 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, and 0.8 twice after the watch had worked.
  CHECK(c.waited() >= 26s);
  CHECK(c.waited() <= 54s);
}

TEST_CASE("The pauses of a feed end at 30 seconds") {
  FeedCase c;
  for (int i = 0; i < 12; ++i) c.server.then(answer(500, "{}"));
  c.follow(24);
  CHECK(c.waited() >= (25 + 5 * 15) * 1s);
  CHECK(c.waited() <= (51 + 6 * 30) * 1s);
}

TEST_CASE("A version that the server doesn't know yet, and any error in the stream, make a feed list anew") {
  FeedCase c;
  c.server.then(answer(200, feed_page("", "900")))
      .then(answer(504, R"({"kind":"Status","reason":"Timeout","message":"Too large resource version"})"))
      .then(answer(200, feed_page("", "9")))
      .then(events({feed_error(500)}))
      .then(answer(200, feed_page("", "10")));
  CHECK(c.follow(8) == "[ ] ! [ ] ! [ ]");
}

TEST_CASE("Whether a feed goes on after a refusal is the listener's to say") {
  FeedCase c;
  c.follower.gives_up = true;
  c.server.then(answer(403, R"({"kind":"Status","reason":"Forbidden","message":"not you"})"));
  CHECK(c.error_of([&] { c.follow(9); }) == "gave up");
  CHECK(c.follower.errors.at(0) ==
        "list configmaps hooks/*: the Kubernetes API answered 403 Forbidden: not you");
  FeedCase absent;
  absent.follower.gives_up = true;
  absent.server.then(answer(404, "404 page not found"));
  absent.error_of([&] { absent.follow(9); });
  CHECK(contains(absent.follower.errors.at(0), "404"));
}

TEST_CASE("What is too large ends a feed, in a list and in a watch") {
  for (const bool in_list : {true, false}) {
    FeedCase c;
    c.feed.object = 1000;
    const auto huge = feed_object(std::string(1000, 'x'), "1");
    if (in_list) {
      c.server.then(answer(200, feed_page(huge, "9")));
    } else {
      c.server.then(answer(200, feed_page("", "9")))
          .then(events({feed_event("ADDED", std::string(1000, 'x'), "1")}));
    }
    CHECK(contains(c.error_of([&] { c.follow(9); }), "too large"));
  }
  FeedCase rest;
  rest.feed.rest = 100;
  rest.server.then(answer(200, R"({"metadata":{"continue":")" + std::string(100, 'x') + R"("},"items":[]})"));
  CHECK(contains(rest.error_of([&] { rest.follow(9); }), "too large"));
}

TEST_CASE("A silent watch ends when the listener says so, and when the process is told to") {
  for (const bool by_signal : {false, true}) {
    FeedCase c;
    drift::outside::SystemClock clock;
    c.server.then(answer(200, feed_page("", "9"))).then(bytes_then_silence("HTTP/1.1 200 OK\r\n\r\n"));
    struct Once : Follower {
      bool goes_on() override {
        if (text == "[ ]" && ++asked > 3 && signal) ::raise(SIGTERM);
        return signal || asked <= 3;
      }
      int asked = 0;
      bool signal = false;
    } once;
    once.signal = by_signal;
    once.count = 99;
    drift::outside::connect_feed(c.connection, clock)->follow(all_maps, {}, once);
    CHECK(once.text == "[ ]");
    CHECK(clock.stop_requested() == by_signal);
  }
}

TEST_CASE("What a listener throws comes out of a feed, even where it looks like the server's failure") {
  FeedCase c;
  struct Thrower : Follower {
    void listed(const rapidjson::Value&) override { throw drift::OutsideError("standard output is full"); }
  } thrower;
  thrower.count = 99;
  c.server.then(answer(200, feed_page(feed_object("a", "1"), "9")));
  CHECK(c.error_of([&] {
    drift::outside::connect_feed(c.connection, c.clock)->follow(all_maps, {}, thrower);
  }) == "standard output is full");
  CHECK(thrower.errors.empty());
}

TEST_CASE("A list is cut at its objects alone") {
  const auto cut = [](std::string_view text, std::string& rest) {
    drift::outside::ListCutter cutter(100, 100);
    std::string objects;
    cutter.add(text, [&](std::string_view object) {
      objects += std::string(object) + ";";
      return true;
    });
    rest = cutter.rest();
    return objects;
  };
  std::string rest;
  CHECK(cut(R"({"a":{"items":[{"x":1}]},"items":[{"b":[{}]},{}],"c":["items"],"d":[{}]})", rest) ==
        R"({"b":[{}]};{};)");
  CHECK(rest == R"({"a":{"items":[{"x":1}]},"items":[],"c":["items"],"d":[{}]})");
  CHECK(cut(R"({"items":null})", rest).empty());
  CHECK(rest == R"({"items":null})");
  CHECK_THROWS_AS(cut("}", rest), drift::outside::HttpFailure);
  CHECK_THROWS_AS(cut(R"({"items":[[]]})", rest), drift::outside::HttpFailure);
  CHECK_THROWS_AS(cut(R"({"items":["x"]})", rest), drift::outside::HttpFailure);
}
