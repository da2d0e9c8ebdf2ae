// The client of Argo CD's API against a server that does not always do what it should.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <atomic>
#include <filesystem>
#include <optional>

#include "outside/argocd/client.hpp"
#include "support/fake_clock.hpp"
#include "support/faulty_server.hpp"
#include "support/folder.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

using namespace std::chrono_literals;
using namespace drift::tests;
using drift::outside::ArgoCd;
using drift::outside::ArgoCdConnection;
using drift::outside::ArgoCdError;
using drift::outside::ArgoCdLimits;
using drift::outside::ArgoCdOptions;
using drift::outside::read_argocd_connection;
using Kind = drift::outside::ArgoCdError::Kind;

namespace {

struct ArgoCdCase {
  explicit ArgoCdCase(const Certificate* certificate = nullptr) : server(certificate) {
    connection.server = server.url();
    connection.token_file = folder.write("token", "secret-token\n");
  }

  ArgoCd& api() {
    if (!api_) api_ = drift::outside::connect_argocd(connection, clock, limits);
    return *api_;
  }
  auto managed() { return api().managed_resources({"argocd", "web"}); }
  // What asking throws; empty where nothing.
  std::string error(std::optional<Kind>* kind = nullptr) {
    try {
      managed();
    } catch (const ArgoCdError& error) {
      if (kind) *kind = error.kind;
      return error.what();
    } catch (const drift::OutsideError& error) {
      return error.what();
    }
    return {};
  }
  // Of this answer.
  std::optional<Kind> kind_of(int status, const std::string& body) {
    std::optional<Kind> kind;
    server.then(answer(status, body));
    text = error(&kind);
    return kind;
  }

  Folder folder;
  FaultyServer server;
  FakeClock clock;
  ArgoCdLimits limits;
  ArgoCdConnection connection;
  std::string text;

 private:
  std::unique_ptr<ArgoCd> api_;
};

// Told to end by another thread.
struct EndedClock : FakeClock {
  bool stop_requested() const override { return ended; }
  std::atomic<bool> ended{false};
};

std::string refused(const ArgoCdOptions& options) {
  try {
    read_argocd_connection(options, {});
  } catch (const drift::InputError& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("Whoever counts requests is told of each try of a question to Argo CD") {
  ArgoCdCase c;
  std::string told;
  c.connection.answered = [&](const drift::outside::Answered& answered) {
    told += fmt::format("{} {}; ", answered.call, answered.status);
  };
  c.server.then(answer(503, "{}")).then(answer(200, "{}")).then(answer(403, "{}"));
  c.managed();
  CHECK_THROWS_AS(c.api().manifests({"argocd", "web"}, {}), ArgoCdError);
  CHECK(told == "managed-resources 503; managed-resources 200; manifests 403; ");
}

TEST_CASE("Argo CD is asked as its API wants it, with the token that the file holds now") {
  ArgoCdCase c;
  c.server.then(answer(200, R"({"items":[
    {"group":"apps","kind":"Deployment","namespace":"shop","name":"web","targetState":"{\"a\":1}","liveState":"null","modified":true},
    {"kind":"Service","name":"x"}, 7]})"));
  const auto objects = c.managed();
  REQUIRE(objects.size() == 3);
  CHECK(objects[0].group == "apps");
  CHECK(objects[0].kind == "Deployment");
  CHECK(objects[0].ns == "shop");
  CHECK(objects[0].target == R"({"a":1})");
  CHECK(objects[0].live == "null");
  CHECK(objects[0].modified);
  CHECK(objects[1].live == "null");
  CHECK(objects[1].target == "null");

  c.folder.write("token", "next-token");
  c.server.then(answer(200, R"({"manifests":["{}","[]"],"revision":"a"})"));
  CHECK(c.api().manifests({"argocd", "a/b"}, {{"v1+x"}, false}) == std::vector<std::string>{"{}", "[]"});
  c.server.then(answer(200, "{}"));
  CHECK(c.api().manifests({"argocd", "web"}, {{"a", "b"}, true}).empty());
  c.server.then(answer(200, "{}"));
  CHECK(c.managed().empty());

  const auto seen = c.server.requests();
  CHECK(seen[0].line == "GET /api/v1/applications/web/managed-resources?appNamespace=argocd HTTP/1.1");
  CHECK(contains(seen[0].headers, "Authorization: Bearer secret-token\r\n"));
  CHECK(seen[1].line ==
        "GET /api/v1/applications/a%2Fb/manifests?appNamespace=argocd&revision=v1%2Bx HTTP/1.1");
  CHECK(contains(seen[1].headers, "Authorization: Bearer next-token\r\n"));
  CHECK(seen[2].line ==
        "GET /api/v1/applications/web/manifests?appNamespace=argocd&revisions=a&sourcePositions=1"
        "&revisions=b&sourcePositions=2 HTTP/1.1");
}

TEST_CASE("What Argo CD refuses is told with what is missing, and without its words") {
  ArgoCdCase c;
  const std::string words = R"({"error":"x","code":7,"message":"permission denied, hunter2"})";
  CHECK(c.kind_of(401, words) == Kind::unauthenticated);
  CHECK(contains(c.text, "the objects of argocd/web: Argo CD answered 401: the token in "));
  CHECK(contains(c.text, "isn't valid"));
  CHECK(c.kind_of(403, words) == Kind::forbidden);
  CHECK(contains(c.text, "expected `p, drift-policy, applications, get, */*, allow`"));
  CHECK(c.kind_of(500,
                  R"({"message":"error getting cached app managed resources: ComparisonError: hunter2"})") ==
        Kind::not_compared);
  CHECK(contains(c.text, "500: ComparisonError, so it has no comparison"));
  CHECK(c.kind_of(500, R"({"message":"error generating manifests: hunter2"})") == Kind::not_rendered);
  CHECK(c.kind_of(500, "hunter2") == Kind::other);
  CHECK(c.kind_of(404, words) == Kind::other);
  CHECK(c.kind_of(307, "") == Kind::unreachable);
  CHECK(c.server.requests().size() == 7);
  CHECK(c.clock.now() == FakeClock().now());
  for (const int status : {401, 403, 404, 500}) {
    c.kind_of(status, words);
    CHECK_FALSE(contains(c.text, "hunter2"));
    CHECK_FALSE(contains(c.text, "secret-token"));
  }
}

TEST_CASE("A token that was replaced meanwhile is tried once") {
  ArgoCdCase c;
  c.server.then([&](Connected& line) {
    c.folder.write("token", "second");
    answer(401, "{}")(line);
  });
  c.server.then(answer(200, "{}"));
  CHECK(c.error().empty());
  CHECK(contains(c.server.requests()[1].headers, "Bearer second\r\n"));
}

TEST_CASE("Without a token that can be sent Argo CD isn't asked") {
  ArgoCdCase c;
  c.folder.write("token", "bad\r\nX-Evil: 1");
  CHECK(c.error() == "the token for Argo CD holds characters that no token has");
  c.folder.write("token", "\n");
  CHECK(contains(c.error(), "token: expected a token for Argo CD"));
  c.connection.token_file = "/nowhere/token";
  ArgoCdCase gone;
  gone.connection.token_file = "/nowhere/token";
  CHECK(contains(gone.error(), "/nowhere/token"));
  CHECK(c.server.requests().empty());
}

TEST_CASE("Argo CD is asked again a few times where it can't answer now") {
  ArgoCdCase c;
  c.server.then(answer(503, "{}")).then(cut()).then(answer(200, "{}"));
  CHECK(c.error().empty());
  CHECK(c.clock.now() > FakeClock().now());

  ArgoCdCase down;
  for (int i = 0; i < 5; ++i) down.server.then(answer(502, "{}"));
  std::optional<Kind> kind;
  CHECK(contains(down.error(&kind), "Argo CD answered 502"));
  CHECK(kind == Kind::unreachable);
  CHECK(down.server.requests().size() == 3);

  ArgoCdCase nobody;
  nobody.connection.server = "http://127.0.0.1:1";
  CHECK(contains(nobody.error(&kind),
                 "the objects of argocd/web: no answer from Argo CD at http://127.0.0.1:1: "));
  CHECK(kind == Kind::unreachable);
}

TEST_CASE("Answers of Argo CD are bounded in time and size, and whole") {
  ArgoCdCase slow;
  slow.limits.managed = 300ms;
  slow.limits.retry.tries = 1;
  slow.server.then(bytes_then_silence("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"items\":"));
  CHECK(contains(slow.error(), "no answer from Argo CD"));

  ArgoCdCase silent;
  silent.limits.managed = 300ms;
  silent.limits.retry.tries = 1;
  silent.server.then(bytes_then_silence(""));
  CHECK(contains(silent.error(), "no answer from Argo CD"));

  ArgoCdCase large;
  large.limits.answer = 1000;
  large.server.then(answer(200, R"({"items":")" + std::string(2000, 'x') + "\"}"));
  CHECK(contains(large.error(), "the answer has more than 1000 bytes"));
  CHECK(large.server.requests().size() == 1);

  ArgoCdCase other;
  other.limits.retry.tries = 1;
  other.server.then(answer(200, "<html>hunter2</html>"));
  CHECK(contains(other.error(), "what came is no JSON object"));
}

TEST_CASE("Told to end, nobody waits for Argo CD") {
  ArgoCdCase c;
  EndedClock clock;
  c.server.then([&](Connected& line) {
    clock.ended = true;
    bytes_then_silence("")(line);
  });
  const auto begin = std::chrono::steady_clock::now();
  const auto api = drift::outside::connect_argocd(c.connection, clock, c.limits);
  CHECK_THROWS_WITH_AS(api->managed_resources({"argocd", "web"}), doctest::Contains("told to end"),
                       ArgoCdError);
  CHECK(std::chrono::steady_clock::now() - begin < 10s);
}

TEST_CASE("Argo CD's certificate has to be one that is trusted") {
  const Certificate own;
  ArgoCdCase stranger(&own);
  CHECK(contains(stranger.error(), "no answer from Argo CD"));
  CHECK(stranger.server.requests().empty());

  ArgoCdCase known(&own);
  const auto token = known.folder.write("token", "t"), ca = known.folder.write("ca.crt", own.certificate);
  known.connection = read_argocd_connection({known.server.url() + "/", token, ca}, {});
  known.server.then(answer(200, "{}"));
  CHECK(known.error().empty());
}

TEST_CASE("Where Argo CD is and who asks is said by flags, the token by a file") {
  CHECK(contains(refused({"https://argocd.example", "", ""}), "--argocd-token-file"));
  CHECK(refused({"http://argocd.example", "token", ""}) == "Argo CD's address must begin with https://");
  for (const auto* server : {"https://user:hunter2@argocd", "https://argocd/?token=hunter2"}) {
    const auto text = refused({server, "token", ""});
    CHECK(contains(text, "--argocd-server: expected an address"));
    CHECK_FALSE(contains(text, "hunter2"));
  }
  CHECK(contains(refused({"https://argocd", "token", "/nowhere/ca"}), "/nowhere/ca"));

  const drift::outside::Environment proxies = {{"HTTPS_PROXY", "http://proxy:1"}, {"NO_PROXY", ".svc"}};
  CHECK(read_argocd_connection({"https://argocd/", "token", ""}, proxies).proxy.url == "http://proxy:1");
  const auto local = read_argocd_connection({"http://127.0.0.1:8080", "token", ""}, proxies);
  CHECK(local.proxy.url.empty());
  CHECK(local.server == "http://127.0.0.1:8080");
}

TEST_CASE("Argo CD's client knows nothing of Kubernetes") {
  std::size_t files = 0;
  for (const auto& file : std::filesystem::directory_iterator(std::filesystem::path(project_folder()) /
                                                              "plugin/outside/argocd")) {
    CAPTURE(file.path());
    CHECK_FALSE(contains(contents(file.path()), "#include \"outside/kubernetes/"));
    ++files;
  }
  CHECK(files > 0);
}
