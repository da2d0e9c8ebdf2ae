// The keys that records are encrypted with: AES-256, each with an id that stands in the records, so that old records stay
// readable after a rotation. Keys are wiped when they are no longer needed and never part of a message.
#pragma once
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace drift::audit {

inline constexpr std::size_t key_size = 32;

class Key {
 public:
  Key(std::string id, const std::string& bytes);
  ~Key();
  Key(Key&& other) noexcept;
  Key& operator=(Key&& other) noexcept;
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;

  const std::string& id() const { return id_; }
  const unsigned char* data() const { return bytes_.data(); }

 private:
  std::string id_;
  std::array<unsigned char, key_size> bytes_{};
};

class KeyRing {
 public:
  KeyRing() = default;
  // One key a file: the name is its id, the content 32 bytes, or base64 of them. The key that the file `current` names
  // encrypts; without such a file, the last by name. The contents are wiped. Throws InputError.
  explicit KeyRing(std::vector<std::pair<std::string, std::string>> files);

  bool empty() const { return keys_.empty(); }
  // The key that encrypts; not where empty().
  const Key& current() const { return keys_[current_]; }
  // nullptr where there is none.
  const Key* find(const std::string& id) const;

 private:
  std::vector<Key> keys_;  // sorted by id
  std::size_t current_ = 0;
};

}  // namespace drift::audit
