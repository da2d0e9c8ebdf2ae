#include "outside/server/address.hpp"

#include <fmt/format.h>

#include <charconv>
#include <string_view>

#include "base/error.hpp"
#include "base/suggest.hpp"

namespace drift::outside {
namespace {

bool read_port(std::string_view text, std::uint16_t& port) {
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  return error == std::errc() && stop == end;
}

// What stands before the port; a colon is a part of it only within brackets.
bool read_host(std::string_view text, std::string& host) {
  const bool bracketed = text.starts_with('[') && text.ends_with(']');
  if (bracketed) text = text.substr(1, text.size() - 2);
  if (text.find_first_of(bracketed ? "[] \t/" : "[]: \t/") != std::string_view::npos) return false;
  host = text;
  return !bracketed || !host.empty();
}

}  // namespace

ListenAddress read_listen_address(const std::string& flag, const std::string& text) {
  ListenAddress address;
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || !read_host(std::string_view(text).substr(0, colon), address.host) ||
      !read_port(std::string_view(text).substr(colon + 1), address.port)) {
    throw InputError(fmt::format(
        "{} {}: expected an address and a port of at most 65535, such as :8080, 127.0.0.1:8080 or [::1]:8080",
        flag, in_quotes(text)));
  }
  return address;
}

std::string display(const ListenAddress& address) {
  const bool brackets = address.host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", brackets ? "[" : "", address.host, brackets ? "]" : "", address.port);
}

}  // namespace drift::outside
