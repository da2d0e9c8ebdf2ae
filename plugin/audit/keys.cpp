#include "audit/keys.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>

#include "base/base64.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace drift::audit {
namespace {

constexpr std::string_view current_file = "current";
constexpr std::size_t longest_id = 63;

void wipe(std::string& text) {
  OPENSSL_cleanse(text.data(), text.size());
}

bool is_id(std::string_view name) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  return !name.empty() && name.size() <= longest_id &&
         name.find_first_not_of(allowed) == std::string_view::npos;
}

// The key in a file. What is 32 bytes long is the key itself; anything else can only be base64.
Key key_in(const std::string& name, const std::string& content) {
  if (!is_id(name))
    throw InputError(fmt::format(
        "an audit key has a name of {} characters that can't be a key id; expected at most {} of letters, "
        "digits, dots, dashes and underscores",
        name.size(), longest_id));
  if (content.size() == key_size) return {name, content};
  auto bytes = decode_base64(trimmed(content));
  if (!bytes || bytes->size() != key_size) {
    const auto found = bytes ? fmt::format("{} bytes in base64", bytes->size())
                             : fmt::format("{} bytes that are no base64", content.size());
    if (bytes) wipe(*bytes);
    throw InputError(
        fmt::format("the audit key {} has {}; expected {} bytes, or base64 of them (44 characters)", name,
                    found, key_size));
  }
  Key key(name, *bytes);
  wipe(*bytes);
  return key;
}

// Wipes what was read, however the reading ends.
struct Wiped {
  std::vector<std::pair<std::string, std::string>> files;
  ~Wiped() {
    for (auto& file : files) wipe(file.second);
  }
};

}  // namespace

Key::Key(std::string id, const std::string& bytes) : id_(std::move(id)) {
  std::copy_n(bytes.begin(), std::min(bytes.size(), key_size), bytes_.begin());
}

Key::~Key() {
  OPENSSL_cleanse(bytes_.data(), bytes_.size());
}

Key::Key(Key&& other) noexcept : id_(std::move(other.id_)), bytes_(other.bytes_) {
  OPENSSL_cleanse(other.bytes_.data(), other.bytes_.size());
}

Key& Key::operator=(Key&& other) noexcept {
  if (this == &other) return *this;
  id_ = std::move(other.id_);
  bytes_ = other.bytes_;
  OPENSSL_cleanse(other.bytes_.data(), other.bytes_.size());
  return *this;
}

KeyRing::KeyRing(std::vector<std::pair<std::string, std::string>> files) {
  const Wiped read{std::move(files)};
  std::string wanted;
  for (const auto& [name, content] : read.files) {
    if (name == current_file)
      wanted = trimmed(content);
    else
      keys_.push_back(key_in(name, content));
  }
  std::sort(keys_.begin(), keys_.end(), [](const Key& a, const Key& b) { return a.id() < b.id(); });
  if (wanted.empty() && !keys_.empty()) wanted = keys_.back().id();
  if (wanted.empty()) return;
  const auto* key = find(wanted);
  if (key == nullptr)
    throw InputError(
        "the file current among the audit keys names none of them; expected the name of the key that "
        "encrypts");
  current_ = static_cast<std::size_t>(key - keys_.data());
}

const Key* KeyRing::find(const std::string& id) const {
  const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const Key& key) { return key.id() == id; });
  return found == keys_.end() ? nullptr : &*found;
}

}  // namespace drift::audit
