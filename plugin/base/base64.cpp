#include "base/base64.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cctype>

namespace drift {
namespace {

// What is none of these OpenSSL might still take: blanks at either end.
bool in_order(std::string_view packed, std::size_t padding) {
  const auto allowed = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '/';
  };
  const auto digits = packed.substr(0, packed.size() - padding);
  return packed.size() % 4 == 0 && padding <= 2 && std::all_of(digits.begin(), digits.end(), allowed) &&
         packed.find_first_not_of('=', digits.size()) == std::string_view::npos;
}

std::optional<std::string> decode_packed(std::string_view packed) {
  const auto padding = packed.size() - std::min(packed.find('='), packed.size());
  if (!in_order(packed, padding)) return std::nullopt;
  std::string bytes(packed.size() / 4 * 3, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(packed.data()), static_cast<int>(packed.size()));
  if (size < 0) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

}  // namespace

std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL ends it with a NUL
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.find_first_of("\r\n") == std::string_view::npos) return decode_packed(text);
  std::string packed;
  packed.reserve(text.size());
  for (const char c : text)
    if (c != '\n' && c != '\r') packed += c;
  auto bytes = decode_packed(packed);
  OPENSSL_cleanse(packed.data(), packed.size());
  return bytes;
}

}  // namespace drift
