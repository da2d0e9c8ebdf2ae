// Where to listen, as people write it: `:8080`, `127.0.0.1:8080`, `[::1]:8080`.
#pragma once
#include <cstdint>
#include <string>

namespace drift::outside {

struct ListenAddress {
  std::string host;        // a name or an address without brackets; empty: all addresses of this machine
  std::uint16_t port = 0;  // 0: one that is free
};

// Throws InputError; `flag` is where the text comes from: `--metrics-address`.
ListenAddress read_listen_address(const std::string& flag, const std::string& text);

// As it was written.
std::string display(const ListenAddress& address);

}  // namespace drift::outside
