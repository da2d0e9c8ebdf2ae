// Which answers are asked for again: every status, for every call.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "support/client_case.hpp"

using namespace std::chrono_literals;
using namespace drift::tests;
using drift::outside::WatchEvent;

namespace {

struct Verb {
  const char* name;
  bool only_once;
  void (*call)(drift::outside::Kubernetes& api);
};

constexpr Verb verbs[] = {
    {"get", false, [](auto& api) { api.get(web_map); }},
    {"list", false, [](auto& api) { api.list(all_maps, "", [](const auto&) { return true; }); }},
    {"create", true, [](auto& api) { api.create(web_map, parse_json("{}")); }},
    {"replace", false, [](auto& api) { api.replace(web_map, parse_json("{}")); }},
    {"apply", false, [](auto& api) { api.apply(web_map, parse_json("{}")); }},
    {"patch", false, [](auto& api) { api.merge_patch(web_map, parse_json("{}")); }},
    {"delete", false, [](auto& api) { api.remove(web_map); }},
};

// What the API server, or a proxy before it, may say.
constexpr int refusals[] = {300, 301, 307, 308, 400, 401, 403, 405, 406, 408, 409,
                            412, 413, 415, 422, 423, 431, 451, 501, 505, 507, 511};
constexpr int passing[] = {429, 500, 502, 503, 504};

std::string whole_list(const std::string& version) {
  return R"({"metadata":{"resourceVersion":")" + version + R"("},"items":[]})";
}

// A 304 has no body that could give a reason (RFC 9110, 15.4.5).
std::string answered(int status) {
  return fmt::format("answered {}{}", status, status == 304 ? "" : " Because");
}

std::string error_of_watch(ClientCase& c, std::chrono::milliseconds longest = 10s) {
  return c.error_of([&] {
    c.api().watch(web_map, longest,
                  [](const WatchEvent& event) { return event.type != WatchEvent::Type::modified; });
  });
}

}  // namespace

TEST_CASE("A refusal is an ApiError with its status at once, for each call and each status") {
  for (const auto& verb : verbs)
    for (const int status : refusals) {
      CAPTURE(verb.name);
      CAPTURE(status);
      ClientCase c;
      c.server.then(answer(status, R"({"kind":"Status","reason":"Because"})"));
      const auto error = c.error_of([&] { verb.call(c.api()); });
      CHECK(error.find(fmt::format("ApiError {} ", verb.name)) == 0);
      CHECK(error.find(answered(status)) != std::string::npos);
      CHECK(c.server.requests().size() == 1);
      CHECK(c.waited() == 0ms);
    }
}

TEST_CASE("What may pass is tried again, but for what must not be done twice") {
  for (const auto& verb : verbs)
    for (const int status : passing) {
      CAPTURE(verb.name);
      CAPTURE(status);
      ClientCase c;
      c.server.then(answer(status, "{}")).then(answer(200, whole_list("1")));
      const auto error = c.error_of([&] { verb.call(c.api()); });
      const bool once = verb.only_once && status != 429;
      CHECK(error.empty() != once);
      CHECK(c.server.requests().size() == (once ? 1 : 2));
      if (once) CHECK(error.find(fmt::format("answered {}", status)) != std::string::npos);
    }
}

TEST_CASE("A watch ends with a refusal, and goes on after what may pass") {
  for (const int status : refusals) {
    CAPTURE(status);
    ClientCase c;
    c.server.then(answer(200, object("1"))).then(answer(status, R"({"kind":"Status","reason":"Because"})"));
    CHECK(error_of_watch(c).find(answered(status)) != std::string::npos);
    CHECK(c.server.requests().size() == 2);
  }
  for (const int status : passing) {
    CAPTURE(status);
    ClientCase c;
    c.server.then(answer(200, object("1")))
        .then(answer(status, "{}"))
        .then(events({R"({"type":"MODIFIED","object":)" + object("2") + "}"}));
    CHECK(error_of_watch(c).empty());
    CHECK(c.server.requests()[2].line.find("resourceVersion=1") != std::string::npos);
    CHECK(c.waited() >= 100ms);
  }
}

TEST_CASE("A body that drips in a byte at a time ends at the deadline, and is tried again") {
  const auto drip = [](Connected& line) {
    line.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
    for (int i = 0; i < 40; ++i) {
      line.send(" ");
      std::this_thread::sleep_for(25ms);
    }
  };
  ClientCase c;
  c.limits.http.request = 150ms;
  c.server.then(drip).then(answer(200, object("1")));
  CHECK(c.api().get(web_map));
  CHECK(c.server.requests().size() == 2);
  CHECK(c.server.requests()[1].connection == 2);
}

TEST_CASE(
    "A connection that is cut at any byte of an answer is tried again, and never taken for a whole one") {
  const auto body = object("1");
  const auto whole = fmt::format(
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
  ClientCase c;
  c.limits.retry.tries = 2;
  c.limits.burst = 1000;
  for (std::size_t at = 0; at < whole.size(); ++at)
    c.server.then(bytes_then_cut(whole.substr(0, at))).then(answer(200, object("2")));
  for (std::size_t at = 0; at < whole.size(); ++at) {
    CAPTURE(at);
    const auto found = c.api().get(web_map);
    REQUIRE(found);
    CHECK(std::string((*found)["metadata"]["resourceVersion"].GetString()) == "2");
  }
  CHECK(c.server.requests().size() == 2 * whole.size());
}
