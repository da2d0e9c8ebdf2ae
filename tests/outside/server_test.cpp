// The server of plain pages, by real connections: what it answers, what it refuses, and whom it doesn't wait for.
#include "outside/server/server.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <list>
#include <stdexcept>
#include <thread>

#include "base/error.hpp"
#include "support/text.hpp"
#include "support/waiting.hpp"

using namespace std::chrono_literals;
using drift::InputError;
using drift::OutsideError;
using drift::outside::Page;
using drift::outside::read_listen_address;
using drift::outside::Server;
using drift::outside::ServerLimits;
using drift::tests::contains;
using drift::tests::within_seconds;

namespace {

constexpr const char* get_there = "GET /there HTTP/1.1\r\nHost: a\r\n\r\n";

Page some_page(std::string_view path) {
  if (path == "/broken") throw std::runtime_error("no page today");
  return path == "/there" ? Page{200, "found\n", "text/x-test"} : Page{404, "nothing\n"};
}

std::unique_ptr<Server> server_with(const ServerLimits& limits = {}) {
  return drift::outside::serve({"127.0.0.1", 0}, some_page, limits);
}

// A connection to a server on this machine.
class Caller {
 public:
  explicit Caller(const Server& server) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(read_listen_address("", server.address()).port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
  }
  ~Caller() { ::close(socket_); }
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  Caller& say(const std::string& text) {
    REQUIRE(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()));
    return *this;
  }
  // All that comes until the server ends the connection.
  std::string hear() {
    std::string all(std::size_t{1} << 20, '\0');
    std::size_t size = 0;
    for (ssize_t count = 0; (count = ::recv(socket_, all.data() + size, all.size() - size, 0)) > 0;)
      size += static_cast<std::size_t>(count);
    all.resize(size);
    return all;
  }

 private:
  int socket_;
};

std::string answer_to(const Server& server, const std::string& text) {
  return Caller(server).say(text).hear();
}

}  // namespace

TEST_CASE("A page is answered with its status, its type and its whole length, and the connection ends") {
  const auto server = server_with();
  const auto answer = answer_to(*server, "GET /there?x=1 HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  for (const char* line :
       {"Content-Type: text/x-test\r\n", "Content-Length: 6\r\n", "Connection: close\r\n", "nosniff\r\n"})
    CHECK(contains(answer, line));
  CHECK(answer.ends_with("\r\n\r\nfound\n"));
  CHECK(answer_to(*server, "GET /else HTTP/1.0\r\n\r\n").starts_with("HTTP/1.1 404 Not Found\r\n"));

  const auto head = answer_to(*server, "HEAD /there HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(contains(head, "Content-Length: 6\r\n"));
  CHECK(head.ends_with("\r\n\r\n"));
}

TEST_CASE("What is no short GET is refused, and a page that throws says nothing of why") {
  const auto server = server_with();
  const auto post = answer_to(*server, "POST /there HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(post.starts_with("HTTP/1.1 405 "));
  CHECK(contains(post, "Allow: GET, HEAD\r\n"));
  CHECK(answer_to(*server, "hello\r\n\r\n").starts_with("HTTP/1.1 400 "));
  CHECK(answer_to(*server, "GET /there HTTP/1.1\r\nLong: " + std::string(8192, 'a'))
            .starts_with("HTTP/1.1 400 "));
  const auto broken = answer_to(*server, "GET /broken HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(broken.starts_with("HTTP/1.1 500 "));
  CHECK_FALSE(contains(broken, "today"));
}

TEST_CASE("A client that says nothing, or not enough, holds up nobody") {
  const auto server = server_with({.connections = 3, .whole = 1h});
  Caller silent(*server), slow(*server);
  slow.say("GET /th");
  CHECK(contains(answer_to(*server, get_there), "found"));
  CHECK(contains(slow.say("ere HTTP/1.1\r\nHost: a\r\n\r\n").hear(), "found"));
}

TEST_CASE("A client that says nothing, or not enough, is cut off at the deadline") {
  const auto server = server_with({.whole = 100ms});
  Caller silent(*server), slow(*server);
  slow.say("GET /th");
  CHECK(silent.hear().empty());
  CHECK(slow.hear().empty());
}

TEST_CASE("More clients than there may be at once wait for their turn") {
  const auto server = server_with({.connections = 2, .head = 512, .whole = 200ms});
  std::list<Caller> silent;
  for (int i = 0; i < 5; ++i) silent.emplace_back(*server);
  // Its own deadline begins with its turn, which a busy machine may miss.
  CHECK(within_seconds(60, [&] { return contains(answer_to(*server, get_there), "found"); }));
}

TEST_CASE("Many clients at once get their pages") {
  const auto server = server_with();
  std::atomic<int> found = 0;
  std::list<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 20; ++j)
        if (contains(answer_to(*server, get_there), "found")) ++found;
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(found == 160);
}

TEST_CASE("A server that ends doesn't wait for its clients") {
  auto server = server_with({.whole = 1h});
  Caller silent(*server);
  // Of one that was answered it knows that the other was accepted before.
  CHECK(contains(answer_to(*server, get_there), "found"));
  server.reset();
  CHECK(silent.hear().empty());
}

TEST_CASE(
    "Without a host it listens on all addresses, and a port that is taken is an error with its address") {
  const auto all = drift::outside::serve({"", 0}, some_page);
  CHECK(contains(answer_to(*all, get_there), "found"));
  const auto first = server_with();
  const auto address = read_listen_address("", first->address());
  CHECK(address.host == "127.0.0.1");
  CHECK_THROWS_WITH_AS(drift::outside::serve(address, some_page),
                       fmt::format("can't listen on {}: Address already in use", first->address()).c_str(),
                       OutsideError);
  CHECK_THROWS_AS(drift::outside::serve({"192.0.2.1", 0}, some_page), OutsideError);
  CHECK(contains(drift::outside::serve({"localhost", 0}, some_page)->address(), "1"));
}

TEST_CASE("An address to listen on is read as it is written") {
  const auto as_read = [](const std::string& text) {
    const auto address = read_listen_address("--flag", text);
    return fmt::format("{}|{}", address.host, address.port);
  };
  CHECK(as_read(":8080") == "|8080");
  CHECK(as_read("127.0.0.1:0") == "127.0.0.1|0");
  CHECK(as_read("localhost:65535") == "localhost|65535");
  CHECK(as_read("[::1]:80") == "::1|80");
  for (const char* text : {"8080", "", ":", "a:", ":http", ":65536", ":-1", "::1:80", "[::1]", "[]:80",
                           "a b:80", "http://a:80", "[::1:80", "a/b:80", ": 80"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(read_listen_address("--flag", text), InputError);
  }
  CHECK_THROWS_WITH(read_listen_address("--flag", "8080"),
                    "--flag \"8080\": expected an address and a port of at most 65535, such as :8080, "
                    "127.0.0.1:8080 or [::1]:8080");
  for (const char* text : {"[::1]:80", "a:0", ":8080"})
    CHECK(display(read_listen_address("--flag", text)) == text);
}
