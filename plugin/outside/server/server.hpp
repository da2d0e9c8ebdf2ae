// A small HTTP/1.1 server of plain pages, for probes and for Prometheus: GET and HEAD of a few paths, an answer a connection. It
// asks nobody who they are and has no TLS, so a page must hold nothing secret.
//
// One thread serves all connections, none of which waits for another: a client that is silent or slow loses its connection at the
// deadline, and further ones wait in the kernel's queue while there are too many.
#pragma once
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "outside/server/address.hpp"

namespace drift::outside {

struct Page {
  int status = 200;
  std::string body;
  std::string type = "text/plain; charset=utf-8";
};

// The page of a path such as `/healthz`, without its query; called on the server's thread, one call at a time. What it throws is
// answered with 500 and logged.
using Pages = std::function<Page(std::string_view path)>;

struct ServerLimits {
  std::size_t connections = 32;
  std::size_t head = std::size_t{8} << 10;                    // bytes of a request; a body isn't read
  std::chrono::milliseconds whole = std::chrono::seconds(5);  // for one connection, from its begin to its end
};

class Server {
 public:
  // Ends all connections, and waits until no page is asked for any more.
  virtual ~Server() = default;
  // Where it listens: `[::]:8080`.
  virtual std::string address() const = 0;
};

// Listens when it returns. Throws OutsideError where it can't. Without a host it listens on IPv6 and IPv4, or on what of both the
// machine has.
std::unique_ptr<Server> serve(const ListenAddress& address, Pages pages, const ServerLimits& limits = {});

}  // namespace drift::outside
