// By Boost.Beast, which parses requests within limits and keeps the deadlines; headers only, and seen by this file alone.
#include "outside/server/server.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#ifdef __SANITIZE_THREAD__
// g++'s ThreadSanitizer knows no fences, which one thread doesn't need.
#define BOOST_ASIO_DISABLE_FENCED_BLOCK
#endif
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <csignal>
#include <exception>
#include <thread>
#include <utility>

#include "base/error.hpp"

namespace drift::outside {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Code = boost::system::error_code;
using Tcp = asio::ip::tcp;

constexpr auto pause_after_failure = std::chrono::milliseconds(200);

// What the connections of a server share; it outlives them.
struct Shared {
  Pages pages;
  ServerLimits limits;
  std::size_t connections = 0;
  std::function<void()> one_has_ended;
};

class ServedConnection : public std::enable_shared_from_this<ServedConnection> {
 public:
  ServedConnection(Tcp::socket socket, Shared& shared)
      : shared_(shared), stream_(std::move(socket)), buffer_(shared.limits.head) {
    ++shared_.connections;
  }
  ~ServedConnection() {
    --shared_.connections;
    shared_.one_has_ended();
  }
  ServedConnection(const ServedConnection&) = delete;
  ServedConnection& operator=(const ServedConnection&) = delete;

  void begin() {
    stream_.expires_after(shared_.limits.whole);
    parser_.header_limit(static_cast<std::uint32_t>(shared_.limits.head));
    http::async_read_header(stream_, buffer_, parser_,
                            [self = shared_from_this()](Code error, std::size_t) { self->read(error); });
  }

 private:
  void read(Code error) {
    const bool is_http = error.category() == make_error_code(http::error::bad_method).category();
    if (!error) return send(page());
    // Else it is the connection that has failed, or is too slow.
    if (is_http && error != http::error::end_of_stream && error != http::error::partial_message)
      send({400, "expected a short GET request\n"});
  }

  Page page() {
    const auto& request = parser_.get();
    if (request.method() != http::verb::get && request.method() != http::verb::head)
      return {405, "expected GET\n"};
    try {
      const std::string_view target(request.target().data(), request.target().size());
      return shared_.pages(target.substr(0, target.find('?')));
    } catch (const std::exception& error) {
      spdlog::warn("a page could not be made: {}", error.what());
      return {500, "the page could not be made\n"};
    }
  }

  void send(Page page) {
    answer_.version(11);
    answer_.result(static_cast<unsigned>(page.status));
    answer_.set(http::field::content_type, page.type);
    answer_.set(http::field::cache_control, "no-store");
    answer_.set("X-Content-Type-Options", "nosniff");
    if (page.status == 405) answer_.set(http::field::allow, "GET, HEAD");
    answer_.keep_alive(false);
    answer_.content_length(page.body.size());
    if (parser_.get().method() != http::verb::head) answer_.body() = std::move(page.body);
    http::async_write(stream_, serializer_, [self = shared_from_this()](Code, std::size_t) {
      Code ignored;
      self->stream_.socket().shutdown(Tcp::socket::shutdown_send, ignored);
    });
  }

  Shared& shared_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  http::request_parser<http::empty_body> parser_;
  http::response<http::string_body> answer_;
  http::response_serializer<http::string_body> serializer_{answer_};
};

// The endpoint to listen on; throws where a name means nothing.
Tcp::endpoint endpoint_of(asio::io_context& context, const ListenAddress& address) {
  if (address.host.empty()) return {Tcp::v6(), address.port};
  Tcp::resolver resolver(context);
  return *resolver.resolve(address.host, std::to_string(address.port), Tcp::resolver::passive);
}

class BeastServer : public Server {
 public:
  BeastServer(const ListenAddress& address, Pages pages, const ServerLimits& limits)
      : shared_{std::move(pages), limits, 0, [this] { go_on(); }} {
    try {
      listen(address);
    } catch (const boost::system::system_error& error) {
      throw OutsideError(fmt::format("can't listen on {}: {}", display(address), error.code().message()));
    }
    accept();
    start();
  }
  ~BeastServer() override {
    context_.stop();
    thread_.join();
    shared_.one_has_ended = [] {};
  }
  BeastServer(const BeastServer&) = delete;
  BeastServer& operator=(const BeastServer&) = delete;

  std::string address() const override { return address_; }

 private:
  void listen(const ListenAddress& address) {
    auto endpoint = endpoint_of(context_, address);
    Code error;
    acceptor_.open(endpoint.protocol(), error);
    if (error == asio::error::address_family_not_supported && address.host.empty()) {
      endpoint = {Tcp::v4(), address.port};
      acceptor_.open(endpoint.protocol());
    } else if (error) {
      throw boost::system::system_error(error);
    }
    if (address.host.empty() && endpoint.protocol() == Tcp::v6())
      acceptor_.set_option(asio::ip::v6_only(false));
    acceptor_.set_option(asio::socket_base::reuse_address(true));
    acceptor_.bind(endpoint);
    acceptor_.listen();
    endpoint = acceptor_.local_endpoint();
    address_ = display({endpoint.address().to_string(), endpoint.port()});
  }

  // Signals are for the main thread.
  void start() {
    sigset_t all, before;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { run(); });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  void run() {
    for (;;) {
      try {
        context_.run();
        return;
      } catch (const std::exception& error) {
        spdlog::warn("a connection to {} ended: {}", address_, error.what());
        go_on();
      }
    }
  }

  void accept() {
    accepting_ = true;
    acceptor_.async_accept([this](Code error, Tcp::socket socket) { take(error, std::move(socket)); });
  }

  void take(Code error, Tcp::socket socket) {
    accepting_ = false;
    if (error) {  // such as too many open files
      timer_.expires_after(pause_after_failure);
      timer_.async_wait([this](Code) { accept(); });
      accepting_ = true;
      return;
    }
    std::make_shared<ServedConnection>(std::move(socket), shared_)->begin();
    go_on();
  }

  void go_on() {
    if (!accepting_ && shared_.connections < shared_.limits.connections) accept();
  }

  Shared shared_;  // first: connections end with the context
  asio::io_context context_{1};
  Tcp::acceptor acceptor_{context_};
  asio::steady_timer timer_{context_};
  std::string address_;
  bool accepting_ = false;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Server> serve(const ListenAddress& address, Pages pages, const ServerLimits& limits) {
  return std::make_unique<BeastServer>(address, std::move(pages), limits);
}

}  // namespace drift::outside
