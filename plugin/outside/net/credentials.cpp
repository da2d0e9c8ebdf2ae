#include "outside/net/credentials.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "outside/file.hpp"

namespace drift::outside {
namespace {

constexpr std::size_t longest_token = std::size_t{64} << 10;

// Whether what follows `http://` names this machine.
bool is_this_machine(std::string_view rest) {
  const auto host = rest.substr(0, rest.find_first_of("/?#"));
  for (const std::string_view own : {"127.0.0.1", "localhost", "[::1]"}) {
    if (host == own || (host.starts_with(own) && host[own.size()] == ':' && host.find('@') == host.npos))
      return true;
  }
  return false;
}

}  // namespace

std::string checked_address(std::string server, std::string_view whose) {
  while (server.ends_with('/')) server.pop_back();
  if (server.starts_with("https://") && server.size() > 8) return server;
  if (server.starts_with("http://") && is_this_machine(std::string_view(server).substr(7))) return server;
  throw InputError(fmt::format("{}'s address must begin with https://", whose));
}

std::string checked_token(std::string text, std::string_view whose) {
  text = trimmed(text);
  const auto fits = [](char c) { return c > 0x20 && c < 0x7f; };
  if (!std::all_of(text.begin(), text.end(), fits))
    throw OutsideError(fmt::format("the token for {} holds characters that no token has", whose));
  return text;
}

std::string read_token(const std::filesystem::path& file, std::string_view whose) {
  try {
    return checked_token(read_file(file, file, longest_token), whose);
  } catch (const InputError& error) {
    throw OutsideError(error.what());
  }
}

}  // namespace drift::outside
