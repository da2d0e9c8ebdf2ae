#include "outside/random.hpp"

#include <openssl/rand.h>

#include "base/error.hpp"

namespace drift::outside {

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1)
    throw OutsideError("OpenSSL has no random numbers");
  return bytes;
}

}  // namespace drift::outside
