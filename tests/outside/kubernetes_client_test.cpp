// The Kubernetes client against a server that does not always do what it should.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "outside/kubernetes/client.hpp"
#include "support/client_case.hpp"
#include "support/folder.hpp"
#include "support/text.hpp"

using namespace std::chrono_literals;
using namespace drift::tests;
using drift::outside::ResourcePath;

namespace {

const std::string status_body =
    R"({"kind":"Status","apiVersion":"v1","status":"Failure","message":"no\nsuch thing","reason":"Forbidden","code":403})";

const std::string not_there =
    R"({"kind":"Status","status":"Failure","message":"configmaps \"web\" not found","reason":"NotFound",)"
    R"("details":{"name":"web","kind":"configmaps"},"code":404})";

const auto change = [](ClientCase&) { return parse_json(R"({"data":{"a":"1"}})"); };

}  // namespace

TEST_CASE("The client asks as the API wants it, over one connection") {
  ClientCase c;
  c.connection.token = "secret-token";
  for (int i = 0; i < 6; ++i) c.server.then(answer(200, object("7")));
  CHECK((*c.api().get(web_map))["metadata"]["resourceVersion"] == "7");
  c.api().replace(web_map, parse_json(object("6")));
  c.api().apply({"batch", "v1", "jobs", "hooks", "g", "status"}, change(c));
  c.api().merge_patch(web_map, change(c));
  CHECK(c.api().remove(web_map, "some-uid"));
  c.api().create(web_map, change(c));

  const auto seen = c.server.requests();
  CHECK(seen[0].line == "GET /api/v1/namespaces/hooks/configmaps/web HTTP/1.1");
  CHECK(contains(seen[0].headers, "Authorization: Bearer secret-token\r\n"));
  CHECK(seen[1].line == "PUT /api/v1/namespaces/hooks/configmaps/web?fieldManager=drift-policy HTTP/1.1");
  CHECK(seen[1].body == object("6"));
  CHECK(seen[2].line ==
        "PATCH /apis/batch/v1/namespaces/hooks/jobs/g/status?fieldManager=drift-policy&force=true HTTP/1.1");
  CHECK(contains(seen[2].headers, "Content-Type: application/apply-patch+yaml\r\n"));
  CHECK(contains(seen[3].headers, "Content-Type: application/merge-patch+json\r\n"));
  CHECK(seen[3].body == R"({"data":{"a":"1"}})");
  CHECK(seen[4].line == "DELETE /api/v1/namespaces/hooks/configmaps/web HTTP/1.1");
  CHECK(contains(seen[4].body, R"("preconditions":{"uid":"some-uid"})"));
  CHECK(seen[4].connection == 1);
  CHECK(seen[5].line == "POST /api/v1/namespaces/hooks/configmaps?fieldManager=drift-policy HTTP/1.1");
  CHECK(c.waited() == 0ms);
}

TEST_CASE("Whoever counts requests is told of each try, by verb and status") {
  ClientCase c;
  std::string told;
  c.connection.answered = [&](const drift::outside::Answered& answered) {
    told += fmt::format("{} {}; ", answered.call, answered.status);
    CHECK(answered.took.count() >= 0);
  };
  c.server.then(cut()).then(answer(503, "{}")).then(answer(200, object("7"))).then(answer(404, not_there));
  c.api().get(web_map);
  c.api().remove(web_map);
  CHECK(told == "get 0; get 503; get 200; delete 404; ");
}

TEST_CASE("A 404 that doesn't name the object is no answer about it") {
  for (const auto& body :
       {std::string("404 page not found\n"),  // a resource that no CustomResourceDefinition has
        // a group or version that isn't served
        std::string(R"({"kind":"Status","status":"Failure","reason":"NotFound","details":{},"code":404,)"
                    R"("message":"the server could not find the requested resource"})"),
        std::string(R"({"kind":"Status","reason":"NotFound","details":{"name":"other"},"code":404})"),
        std::string(R"({"details":{"name":"web"}})")}) {
    ClientCase c;
    c.server.then(answer(404, body));
    CHECK(contains(c.error_of([&] { c.api().get(web_map); }), "ApiError get configmaps hooks/web: "));
  }
}

TEST_CASE("What isn't there is no error, what is refused says why") {
  ClientCase c;
  c.server.then(answer(404, not_there)).then(answer(404, "{}")).then(answer(404, status_body));
  CHECK_FALSE(c.api().get(web_map));
  CHECK_FALSE(c.api().remove(web_map));
  CHECK(contains(c.error_of([&] { c.api().merge_patch(web_map, change(c)); }), "answered 404"));

  for (const int status : {400, 401, 403, 409, 410, 422}) {
    c.server.then(answer(status, status_body));
    const auto error = c.error_of([&] { c.api().get(web_map); });
    CHECK(error == fmt::format("ApiError get configmaps hooks/web: the Kubernetes API answered {} Forbidden: "
                               "no such thing",
                               status));
  }
  c.server.then(answer(302, "", "Location: http://127.0.0.1:1/\r\n"));
  CHECK(contains(c.error_of([&] { c.api().get(web_map); }), "answered 302"));
  CHECK(c.server.requests().size() == 10);
  CHECK(c.waited() == 0ms);
}

TEST_CASE("Errors about Secrets keep the server's words, and all errors what was sent, to themselves") {
  ClientCase c;
  c.connection.token = "secret-token";
  const ResourcePath secret{"", "v1", "secrets", "hooks", "web", ""};
  c.server.then(
      answer(422, R"({"kind":"Status","reason":"Invalid","message":"data: Invalid value: hunter2"})"));
  const auto error = c.error_of([&] { c.api().apply(secret, parse_json(R"({"data":{"a":"hunter2"}})")); });
  CHECK(error == "ApiError apply secrets hooks/web: the Kubernetes API answered 422 Invalid");
  c.server.then(answer(422, "<html>hunter2</html>"));
  const auto other = c.error_of([&] { c.api().apply(web_map, parse_json(R"({"data":{"a":"hunter2"}})")); });
  CHECK_FALSE(contains(other, "hunter2"));
  CHECK_FALSE(contains(error + other, "secret-token"));
}

TEST_CASE("A server that can't answer now is asked again, with growing pauses") {
  ClientCase c;
  for (const int status : {500, 502, 503, 504, 429}) c.server.then(answer(status, "{}"));
  c.server.then(answer(200, object("1")));
  CHECK(c.api().get(web_map));
  // Five pauses of 200, 400, 800, 1600 and 3200 ms, each between a half and the whole.
  CHECK(c.waited() >= 3100ms);
  CHECK(c.waited() <= 6200ms);
}

TEST_CASE("Retry-After is obeyed, up to a limit") {
  ClientCase c;
  c.server.then(answer(429, "{}", "Retry-After: 7\r\n")).then(answer(200, object("1")));
  CHECK(c.api().get(web_map));
  CHECK(c.waited() >= 7100ms);
  CHECK(c.waited() <= 7200ms);

  ClientCase long_one;
  long_one.limits.retry.together = 10min;
  long_one.server.then(answer(503, "{}", "retry-after:   3600\r\n")).then(answer(200, object("1")));
  CHECK(long_one.api().get(web_map));
  CHECK(long_one.waited() >= 30100ms);
  CHECK(long_one.waited() <= 30200ms);
}

TEST_CASE("Tries end by number, by time, and when the process is told to end") {
  ClientCase c;
  for (int i = 0; i < 8; ++i) c.server.then(answer(503, "{}"));
  CHECK(contains(c.error_of([&] { c.api().get(web_map); }), "ApiError get configmaps hooks/web"));
  CHECK(c.server.requests().size() == 8);

  ClientCase slow;
  slow.limits.retry.together = 20s;
  for (int i = 0; i < 3; ++i) slow.server.then(answer(503, "{}", "Retry-After: 9\r\n"));
  CHECK(contains(slow.error_of([&] { slow.api().get(web_map); }), "503"));
  CHECK(slow.server.requests().size() == 3);
  CHECK(slow.waited() <= 20s);

  ClientCase ended;
  ended.server.then(answer(503, "{}"));
  ended.clock.after(50ms, [&] { ended.clock.tell_to_end(); });
  CHECK(contains(ended.error_of([&] { ended.api().get(web_map); }), "503"));
  CHECK(ended.server.requests().size() == 1);
}

TEST_CASE("Broken connections and garbage are tried again, for all that is idempotent") {
  const std::string half = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"kind\":";
  ClientCase c;
  c.server.then(cut())
      .then(bytes_then_cut("HTTP/1.1 20"))
      .then(bytes_then_cut(half))
      .then(bytes_then_cut("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{}"))
      .then(answer(200, "{\"kind\""))
      .then(answer(200, "[]"))
      .then(answer(200, object("1")));
  CHECK(c.api().get(web_map));
  CHECK(c.server.requests().size() == 7);
  CHECK(c.waited() > 3000ms);

  const auto call = [](ClientCase& one, int which) {
    if (which == 0) one.api().replace(web_map, change(one));
    if (which == 1) one.api().apply(web_map, change(one));
    if (which == 2) one.api().merge_patch(web_map, change(one));
    if (which == 3) CHECK(one.api().remove(web_map));
  };
  for (int which = 0; which < 4; ++which) {
    ClientCase one;
    one.server.then(cut()).then(answer(500, "{}")).then(answer(200, object("1")));
    call(one, which);
    CHECK(one.server.requests().size() == 3);
  }
}

TEST_CASE("Where an earlier try may have removed it, gone counts as removed") {
  ClientCase c;
  c.server.then(cut()).then(answer(404, "{}")).then(answer(429, "{}")).then(answer(404, "{}"));
  CHECK(c.api().remove(web_map));
  CHECK_FALSE(c.api().remove(web_map));
}

TEST_CASE("An object is never created twice") {
  const std::string half = "HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{\"kind\":";
  for (const auto& step : {cut(), bytes_then_cut("HTTP/1.1 20"), bytes_then_cut(half), answer(201, "garbage"),
                           answer(500, "{}"), answer(503, "{}", "Retry-After: 1\r\n"), answer(504, "{}")}) {
    ClientCase c;
    c.server.then(answer(200, object("1"))).then(step).then(answer(201, object("2")));
    c.api().get(web_map);  // so that there is a connection, which libcurl would use
    CHECK(!c.error_of([&] { c.api().create(all_maps, change(c)); }).empty());
    CHECK(c.server.requests().size() == 2);
    CHECK(c.waited() == 0ms);
  }
  ClientCase lost;
  lost.server.then(cut());
  CHECK(contains(lost.error_of([&] { lost.api().create(all_maps, change(lost)); }),
                 "it may have been carried out"));

  // The server has refused to look at it: that is no second time.
  ClientCase c;
  c.server.then(answer(429, "{}")).then(answer(201, object("2")));
  CHECK(c.api().create(all_maps, change(c)).IsObject());
}

TEST_CASE("A kept connection that the server has closed is noticed") {
  ClientCase c;
  const auto answer_and_close = [](drift::tests::Connected& line) {
    answer(200, object("1"))(line);
    line.cut();
  };
  for (int i = 0; i < 3; ++i) c.server.then(answer_and_close);
  for (int i = 0; i < 3; ++i) CHECK(c.api().get(web_map));
  CHECK(c.server.requests().back().connection == 3);
}

TEST_CASE("Nobody there: tried again, and then said") {
  ClientCase c;
  c.connection.server = "http://127.0.0.1:1";
  CHECK(contains(c.error_of([&] { c.api().create(all_maps, change(c)); }), "after 8 tries"));
  CHECK(c.waited() > 5s);
}

TEST_CASE("Slow answers end at the deadline") {
  for (const std::string said :
       {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"}) {
    ClientCase c;
    c.limits.http.request = 150ms;
    c.limits.retry.tries = 1;
    c.server.then(bytes_then_silence(said));
    CHECK(contains(c.error_of([&] { c.api().get(web_map); }), "get configmaps hooks/web: no answer"));
  }
}

TEST_CASE("Answers that are too large are refused, and pages made smaller") {
  ClientCase c;
  c.limits.http.answer = 1000;
  c.server.then(answer(200, "{\"a\":\"" + std::string(2000, 'x') + "\"}"));
  CHECK(contains(c.error_of([&] { c.api().get(web_map); }), "more than 1000 bytes"));
  CHECK(c.server.requests().size() == 1);

  c.server.then(answer(200, std::string(2000, ' '))).then(answer(200, R"({"items":[{}]})"));
  int count = 0;
  c.api().list(all_maps, "", [&](const rapidjson::Value&) { return ++count > 0; });
  CHECK(count == 1);
  CHECK(contains(c.server.requests()[1].line, "limit=100 "));
  CHECK(contains(c.server.requests()[2].line, "limit=25 "));

  ClientCase headers;
  headers.limits.retry.tries = 1;
  std::string many = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 5000; ++i) many += "X-Header: " + std::string(100, 'x') + "\r\n";
  headers.server.then(bytes_then_cut(many));
  CHECK(!headers.error_of([&] { headers.api().get(web_map); }).empty());

  ClientCase deep;
  deep.server.then(answer(200, "{\"a\":" + std::string(500000, '[') + std::string(500000, ']') + "}"));
  CHECK(deep.api().get(web_map));  // no recursion
}

TEST_CASE("A list is read page by page, and to where the caller had enough") {
  ClientCase c;
  const auto page = [](const std::string& from, const std::string& next) {
    return answer(
        200,
        fmt::format(
            R"({{"metadata":{{"continue":"{}"}},"items":[{{"metadata":{{"uid":"{}1"}}}},{{"metadata":{{"uid":"{}2"}}}}]}})",
            next, from, from));
  };
  c.server.then(page("a", "t&1")).then(page("b", ""));
  std::string seen;
  const auto note = [&](const rapidjson::Value& item) {
    seen += item["metadata"]["uid"].GetString();
    return seen.size() < 10;
  };
  c.api().list(all_maps, "app=web,tier", note);
  CHECK(seen == "a1a2b1b2");
  CHECK(contains(c.server.requests()[0].line, "/configmaps?limit=100&labelSelector=app%3Dweb%2Ctier HTTP"));
  CHECK(contains(c.server.requests()[1].line, "&continue=t%261 HTTP"));

  // An expired token: once the server offers another, once it doesn't, and nothing is seen twice.
  seen.clear();
  c.server.then(page("a", "t1"))
      .then(answer(410, R"({"metadata":{"continue":"t2"}})"))
      .then(page("b", "t3"))
      .then(answer(410, "{}"))
      .then(page("a", "t4"))
      .then(page("c", "t5"));
  c.api().list(all_maps, "", note);
  CHECK(seen == "a1a2b1b2c1");
  CHECK(contains(c.server.requests()[4].line, "continue=t2"));
  CHECK_FALSE(contains(c.server.requests()[6].line, "continue"));
}

TEST_CASE("A list that never comes to an end is given up") {
  ClientCase c;
  for (int i = 0; i < 10; ++i) c.server.then(answer(410, "{}"));
  CHECK(
      contains(c.error_of([&] { c.api().list(all_maps, "", [](const auto&) { return true; }); }), "faster"));
}

TEST_CASE("A token that is replaced is read again") {
  const Folder folder;
  ClientCase c;
  c.connection.token_file = folder.write("token", "first\n");
  c.server.then(answer(200, object("1")));
  // The server takes the new one from now on.
  c.server.then([&](drift::tests::Connected& line) {
    folder.write("token", "second\n");
    answer(401, "{}")(line);
  });
  c.server.then(answer(200, object("1"))).then(answer(401, "{}"));
  CHECK(c.api().get(web_map));
  CHECK(c.api().get(web_map));
  CHECK(contains(c.server.requests()[1].headers, "Bearer first\r\n"));
  CHECK(contains(c.server.requests()[2].headers, "Bearer second\r\n"));
  CHECK(contains(c.error_of([&] { c.api().get(web_map); }), "401"));
  CHECK(c.server.requests().size() == 4);

  folder.write("token", "bad\r\nX-Evil: 1");
  CHECK(contains(c.error_of([&] { c.api().get(web_map); }), "no token has"));
  CHECK(c.server.requests().size() == 4);
}

TEST_CASE("The rate of requests is bounded") {
  ClientCase c;
  c.limits.burst = 5;
  c.limits.requests_per_second = 10;
  for (int i = 0; i < 25; ++i) c.server.then(answer(200, object("1")));
  for (int i = 0; i < 25; ++i) c.api().get(web_map);
  CHECK(c.waited() >= 1990ms);
  CHECK(c.waited() <= 2100ms);
}

TEST_CASE("TLS: the authority is checked, and a client certificate is shown") {
  const Certificate own;
  const Certificate other;
  const Certificate person;
  FaultyServer server(&own, person.certificate);
  for (int i = 0; i < 2; ++i) server.then(answer(200, object("1")));
  ClientCase c;
  c.connection.server = server.url();
  c.limits.retry.tries = 1;
  const auto get = [&](const std::string& authorities, const Certificate* client, bool unverified = false) {
    c.connection.tls = {authorities, client ? client->certificate : "", client ? client->key : "",
                        unverified};
    return c.error_of([&] { drift::outside::connect(c.connection, c.clock, c.limits)->get(web_map); });
  };
  CHECK(get(own.certificate, &person).empty());
  CHECK(contains(get(other.certificate, &person), "certificate"));
  CHECK(contains(get("", &person), "certificate"));
  CHECK(!get(own.certificate, nullptr).empty());
  CHECK(!get(own.certificate, &other).empty());
  CHECK(get("", &person, true).empty());
  CHECK(server.requests().size() == 2);
}

TEST_CASE("A certificate that isn't trusted is no reason to try again") {
  const Certificate own;
  const Certificate other;
  FaultyServer server(&own);
  ClientCase c;
  c.connection.server = server.url();
  c.connection.tls.authorities = other.certificate;
  CHECK(!c.error_of([&] { c.api().get(web_map); }).empty());
  CHECK(c.waited() == 0ms);
}

TEST_CASE("Proxies of the environment are not asked") {
  ClientCase c;
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  ::setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
  c.server.then(answer(200, object("1")));
  CHECK(c.api().get(web_map));
  ::unsetenv("http_proxy");
  ::unsetenv("ALL_PROXY");

  FaultyServer proxy;
  proxy.then(answer(200, object("1")));
  ClientCase through;
  through.connection.proxy.url = proxy.url();
  CHECK(through.api().get(web_map));
  CHECK(contains(proxy.requests()[0].line, "GET " + through.server.url() + "/api"));
}
