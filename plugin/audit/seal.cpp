#include "audit/seal.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <memory>

#include "base/error.hpp"

namespace drift::audit {
namespace {

constexpr std::size_t tag_size = 16;

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

void require(int result) {
  if (result != 1) throw OutsideError("OpenSSL can't encrypt with AES-256-GCM");
}

}  // namespace

Sealed seal(std::string_view content, std::string_view associated, const Key& key, std::string_view nonce) {
  if (nonce.size() != nonce_size) throw OutsideError("a nonce has the wrong size");
  const Context context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  require(EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(), bytes(nonce)));
  int written = 0;
  require(EVP_EncryptUpdate(context.get(), nullptr, &written, bytes(associated),
                            static_cast<int>(associated.size())));
  std::string data(content.size() + tag_size, '\0');
  require(EVP_EncryptUpdate(context.get(), bytes(data), &written, bytes(content),
                            static_cast<int>(content.size())));
  int last = 0;
  require(EVP_EncryptFinal_ex(context.get(), bytes(data) + written, &last));
  require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(tag_size),
                              bytes(data) + content.size()));
  return {key.id(), std::string(nonce), std::move(data)};
}

std::string unseal(const Sealed& sealed, std::string_view associated, const Key& key) {
  const auto refuse = [&] {
    throw InputError(fmt::format(
        "a record can't be decrypted with the key {}: it is another key, or the record was changed",
        key.id()));
  };
  if (sealed.nonce.size() != nonce_size || sealed.data.size() < tag_size) refuse();
  const std::size_t size = sealed.data.size() - tag_size;
  const Context context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  require(EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(), bytes(sealed.nonce)));
  std::string tag = sealed.data.substr(size);
  require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, static_cast<int>(tag_size), tag.data()));
  int written = 0;
  require(EVP_DecryptUpdate(context.get(), nullptr, &written, bytes(associated),
                            static_cast<int>(associated.size())));
  std::string content(size, '\0');
  require(EVP_DecryptUpdate(context.get(), bytes(content), &written, bytes(std::string_view(sealed.data)),
                            static_cast<int>(size)));
  int last = 0;
  if (EVP_DecryptFinal_ex(context.get(), bytes(content) + written, &last) != 1) refuse();
  return content;
}

}  // namespace drift::audit
