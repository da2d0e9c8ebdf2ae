// Chains of audit records for tests.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "audit/verify.hpp"

namespace drift::tests {

// Not random at all, but never the same twice.
inline audit::Random counting_random() {
  return [counter = std::make_shared<std::uint64_t>(0)](std::size_t size) {
    std::string bytes(size, '\0');
    auto number = ++*counter;
    for (auto& byte : bytes) {
      byte = static_cast<char>(number & 0xFF);
      number >>= 8;
    }
    return bytes;
  };
}

inline audit::KeyRing ring(std::vector<std::pair<std::string, std::string>> files) {
  return audit::KeyRing(std::move(files));
}

// A chain of `count` entries, with nothing but what a verifier looks at.
struct Chain {
  audit::Head head;
  std::vector<audit::Entry> entries;

  explicit Chain(std::size_t count, const audit::KeyRing& keys = {}, const std::string& id = "01234567") {
    const auto random = counting_random();
    head.chain = id;
    for (std::size_t i = 0; i < count; ++i) {
      audit::Entry entry;
      entry.chain = id;
      entry.sequence = i + 1;
      entry.previous = head.hash;
      entry.application = "shop";
      entry.source = "shop-12345678";
      entry.sync = "run-" + std::to_string(i + 1);
      entry.time = "2026-01-02T03:04:05Z";
      audit::put_record(entry, R"({"outcome":"synced","reason":"record )" + std::to_string(i + 1) + "\"}",
                        keys, random);
      head.append(entry, "shop-12345678-record-00");
      head.pending.clear();
      entries.push_back(std::move(entry));
    }
  }

  audit::Evidence evidence() const {
    audit::Evidence all;
    for (const auto& entry : entries) all.entries.push_back({"record", entry.text()});
    all.head = head;
    return all;
  }
};

}  // namespace drift::tests
