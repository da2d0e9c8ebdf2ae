// Encrypted records: what is readable with the right key only, and never after a change.
#include "audit/seal.hpp"

#include <doctest/doctest.h>

#include "base/base64.hpp"
#include "base/error.hpp"
#include "support/audit_chain.hpp"

namespace {
using namespace drift::audit;
using drift::base64;
using drift::tests::Chain;
using drift::tests::ring;

const std::string first_key(32, 'k');
const std::string second_key = "0123456789abcdef0123456789abcdef";

std::string message_of(std::vector<std::pair<std::string, std::string>> files) {
  try {
    ring(std::move(files));
  } catch (const drift::InputError& error) {
    return error.what();
  }
  return "no error";
}
}  // namespace

TEST_SUITE("audit encryption") {
  TEST_CASE("it is AES-256-GCM as others know it") {
    // NIST's GCM test case 14: key, nonce and plain text all zeros.
    const Key zero("zero", std::string(32, '\0'));
    const auto sealed = seal(std::string(16, '\0'), "", zero, std::string(12, '\0'));
    CHECK(base64(sealed.data) == "zqdAPU1ga24HTsXTuvOdGNDRyKeZmWvwJluYtdSKuRk=");
  }

  TEST_CASE("what was encrypted is read again with its key") {
    const auto keys = ring({{"2026-01", first_key}});
    const Chain chain(3, keys);
    CHECK(verify(chain.evidence()).problems.empty());
    for (const auto& entry : chain.entries) {
      CHECK(entry.text().find("outcome") == std::string::npos);
      const auto again = parse_entry(entry.text());
      CHECK(again.sealed->key == "2026-01");
      CHECK(record_of(again, keys).find("\"synced\"") != std::string::npos);
    }
    CHECK(chain.entries[0].sealed->nonce != chain.entries[1].sealed->nonce);
  }

  TEST_CASE("another key of the same name, and no key at all, say so") {
    const Chain chain(1, ring({{"a", first_key}}));
    CHECK_THROWS_AS(record_of(chain.entries[0], ring({{"a", second_key}})), drift::InputError);
    CHECK_THROWS_WITH_AS(record_of(chain.entries[0], {}),
                         "record 1 is encrypted with the key a; expected it with --audit-keys",
                         drift::InputError);
  }

  TEST_CASE("after a rotation the old records are read with the old key, new ones written with the new") {
    const Chain before(1, ring({{"a", first_key}}));
    const auto both = ring({{"b", second_key}, {"a", first_key}});
    CHECK(both.current().id() == "b");
    CHECK(record_of(before.entries[0], both).find("synced") != std::string::npos);
    const auto back = ring({{"b", second_key}, {"a", first_key}, {"current", "a\n"}});
    CHECK(back.current().id() == "a");
  }

  TEST_CASE(
      "a changed byte of what was encrypted, of the tag, of the nonce or of what stands beside is noticed") {
    const auto keys = ring({{"a", first_key}});
    const Chain chain(2, keys);
    const auto& good = chain.entries[1];
    for (std::size_t at = 0; at < good.sealed->data.size(); ++at) {
      auto entry = good;
      entry.sealed->data[at] = static_cast<char>(entry.sealed->data[at] ^ 1);
      CHECK_THROWS_AS(record_of(entry, keys), drift::InputError);
    }
    for (std::size_t at = 0; at < nonce_size; ++at) {
      auto entry = good;
      entry.sealed->nonce[at] = static_cast<char>(entry.sealed->nonce[at] ^ 1);
      CHECK_THROWS_AS(record_of(entry, keys), drift::InputError);
    }
    for (auto field :
         {&Entry::chain, &Entry::previous, &Entry::application, &Entry::source, &Entry::sync, &Entry::time}) {
      auto entry = good;
      entry.*field += 'x';
      CHECK_THROWS_AS(record_of(entry, keys), drift::InputError);
    }
    auto entry = good;
    entry.sequence = 3;
    CHECK_THROWS_AS(record_of(entry, keys), drift::InputError);
    entry = good;
    entry.sealed->data.resize(15);
    CHECK_THROWS_AS(record_of(entry, keys), drift::InputError);
    entry.sealed->data.clear();
    CHECK_THROWS_AS(record_of(entry, keys), drift::InputError);
  }

  TEST_CASE("keys are 32 bytes, raw or in base64") {
    const auto encoded = base64(second_key);
    const Chain chain(1, ring({{"a", encoded + "\n"}}));
    CHECK(record_of(chain.entries[0], ring({{"a", second_key}})).find("synced") != std::string::npos);
  }

  TEST_CASE("a key of another size is an error that doesn't say the key") {
    const std::string secret = "hunter2hunter2hunter2";
    for (const auto& content :
         {secret, base64(secret), std::string(31, 'x'), std::string(33, 'x'), std::string()}) {
      const auto message = message_of({{"prod", content}});
      CHECK(message.find("the audit key prod has ") == 0);
      CHECK(message.find("expected 32 bytes, or base64 of them") != std::string::npos);
      CHECK((content.empty() || message.find(content) == std::string::npos));
    }
    CHECK(message_of({{"a", base64(secret)}}).find("has 21 bytes in base64") != std::string::npos);
  }

  TEST_CASE("a current key that isn't there, and a name that can't be an id, are errors") {
    CHECK(message_of({{"a", first_key}, {"current", "b"}}).find("the file current") == 0);
    CHECK(message_of({{"current", "b"}}).find("the file current") == 0);
    CHECK(message_of({{"a b", first_key}}).find("an audit key has a name") == 0);
    CHECK(ring({}).empty());
  }
}
