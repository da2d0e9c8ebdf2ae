// Base64 as Go reads it.
#include "base/base64.hpp"

#include <doctest/doctest.h>

using drift::base64;
using drift::decode_base64;

TEST_CASE("base64 is read as it is written, with line breaks anywhere") {
  for (const std::string bytes : {"", "f", "fo", "foo", "foob", "fooba"}) {
    const auto text = base64(bytes);
    CHECK(decode_base64(text) == bytes);
    for (std::size_t at = 0; at <= text.size(); ++at) {
      auto broken = text;
      CHECK(decode_base64(broken.insert(at, "\r\n")) == bytes);
    }
  }
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  CHECK(decode_base64(base64(all)) == all);
}

TEST_CASE("what is no base64 is refused") {
  for (const auto* text : {"Zg=", "Zg", "Z===", "Zg== ", " Zg=", "Z!==", "====", "Zg==Zg==", "Zg=a", "Z=g="})
    CHECK_FALSE(decode_base64(text).has_value());
}

TEST_CASE("bits that don't count are let pass, as Go does") {
  CHECK(decode_base64("Zh==") == "f");
}
