// A record's content, encrypted: AES-256-GCM with a nonce of its own, tied to what stands beside it in plain text.
#pragma once
#include <string>
#include <string_view>

#include "audit/keys.hpp"

namespace drift::audit {

inline constexpr std::size_t nonce_size = 12;

struct Sealed {
  std::string key;    // its id
  std::string nonce;  // 12 bytes
  std::string data;   // what was encrypted, and the tag of 16 bytes
};

// `nonce` must be new for each call with the same key: 12 random bytes.
Sealed seal(std::string_view content, std::string_view associated, const Key& key, std::string_view nonce);

// The content again. Throws InputError where the key is another, or anything was changed.
std::string unseal(const Sealed& sealed, std::string_view associated, const Key& key);

}  // namespace drift::audit
