// Bytes that nobody can foresee, from OpenSSL's generator.
#pragma once
#include <cstddef>
#include <string>

namespace drift::outside {

// Throws OutsideError where the machine has none to give.
std::string random_bytes(std::size_t count);

}  // namespace drift::outside
