#include "manifest/base64.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <cctype>

namespace drift::manifest {

std::optional<std::string> decode_base64(std::string_view text) {
  std::string packed;
  for (const char c : text)
    if (c != '\n' && c != '\r') packed += c;
  const auto padding = packed.size() - std::min(packed.find('='), packed.size());
  const auto allowed = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '+' || c == '/';
  };
  if (packed.size() % 4 != 0 || padding > 2 ||
      !std::all_of(packed.begin(), packed.end() - static_cast<std::ptrdiff_t>(padding), allowed) ||
      packed.find_first_not_of('=', packed.size() - padding) != std::string::npos)
    return std::nullopt;
  std::string decoded(packed.size() / 4 * 3, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()),
                      reinterpret_cast<const unsigned char*>(packed.data()), static_cast<int>(packed.size()));
  if (size < 0) return std::nullopt;
  decoded.resize(static_cast<std::size_t>(size) - padding);
  return decoded;
}

}  // namespace drift::manifest
