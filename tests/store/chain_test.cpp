// Appending to the chain: killed at any call, together with others, over years.
#include "store/chain.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "api/names.hpp"
#include "support/audit_chain.hpp"
#include "support/fake_kubernetes.hpp"

namespace {
using namespace drift;
using namespace drift::store;
using drift::tests::FakeClock;
using drift::tests::FakeKubernetes;
using Effect = FakeKubernetes::Effect;

const std::string ns = "drift-policy";
const audit::KeyRing no_keys;

outside::ResourcePath config_map(const std::string& name) {
  return {"", "v1", "configmaps", ns, name, ""};
}

// A namespace with hooks in it.
struct Hooks {
  FakeClock clock;
  FakeKubernetes kubernetes{clock};
  audit::Random random = tests::counting_random();
  bool platform = true;
  drift::store::Retention retention{};

  drift::store::RecordChainOptions options(const std::string& application = "shop") const {
    return {ns, application, application + "-12345678", platform, retention};
  }
  // As one pod does it.
  std::string append(const std::string& sync, const std::string& application = "shop",
                     const audit::KeyRing& keys = no_keys) {
    drift::store::RecordChain ledger(kubernetes, clock, random, keys, options(application));
    auto text = ledger.append(sync, R"({"of":")" + sync + "\"}");
    warnings = ledger.warnings();
    return text;
  }
  std::vector<std::string> warnings;

  audit::Head head() const {
    return drift::store::head_in(kubernetes.stored(config_map(std::string(api::audit_head))));
  }

  audit::Head head_or_none() const {
    const auto object = kubernetes.stored(config_map(std::string(api::audit_head)));
    return object.IsNull() ? audit::Head() : drift::store::head_in(object);
  }

  audit::Evidence evidence() const {
    audit::Evidence all;
    for (const auto& name : kubernetes.names(config_map(""))) {
      if (name == api::audit_head) continue;
      const auto object = kubernetes.stored(config_map(name));
      const std::string type = object["metadata"]["labels"]["audit-type"].GetString();
      CHECK(type == "drift-remediation");
      all.entries.push_back({name, drift::store::entry_text(object)});
    }
    if (!kubernetes.stored(config_map(std::string(api::audit_head))).IsNull()) all.head = head();
    return all;
  }
  // The runs of all records, which must be a whole chain.
  std::vector<std::string> syncs() const {
    const auto all = evidence();
    const auto result = audit::verify(all);
    for (const auto& problem : result.problems) FAIL(problem.message);
    std::map<std::uint64_t, std::string> sorted;
    for (const auto& stored : all.entries) {
      const auto entry = audit::parse_entry(stored.text);
      sorted[entry.sequence] = entry.sync;
    }
    std::vector<std::string> names;
    for (const auto& [number, sync] : sorted) names.push_back(sync);
    return names;
  }
  bool tidy() const { return head().pending.empty() && head().retired.empty(); }
};

// Runs it again and again, as a Job does, until it ends well.
void until_the_append_ends(const std::function<void()>& work) {
  for (int tries = 0; tries < 10; ++tries) {
    try {
      work();
      return;
    } catch (const OutsideError&) {
    }
  }
  FAIL("it never ended well");
}

using Syncs = std::vector<std::string>;
}  // namespace

TEST_SUITE("ledger") {
  TEST_CASE("records follow each other, of all applications in one chain") {
    for (const bool platform : {true, false}) {
      Hooks place;
      place.platform = platform;
      const auto text = place.append("a");
      CHECK(audit::parse_entry(text).record == R"({"of":"a"})");
      place.append("b", "other");
      place.append("c");
      CHECK(place.syncs() == Syncs{"a", "b", "c"});
      CHECK(place.tidy());
      CHECK(place.head().sequence == 3);
    }
  }

  TEST_CASE("the same run of a hook is recorded once, and its record is given again") {
    for (const bool platform : {true, false}) {
      Hooks place;
      place.platform = platform;
      const auto text = place.append("a");
      place.append("b", "other");
      CHECK(place.append("a") == text);
      CHECK(place.syncs() == Syncs{"a", "b"});
    }
  }

  TEST_CASE("killed at any call and tried again, there is exactly one record") {
    const auto keys = tests::ring({{"a", std::string(32, 'k')}});
    for (const bool platform : {true, false})
      for (const bool first : {true, false})
        for (const auto effect : {Effect::before, Effect::after})
          for (const int status : {0, 500, 409}) {
            for (std::size_t nth = 1; nth < 40; ++nth) {
              Hooks place;
              place.platform = platform;
              place.retention.count = 2;
              if (!first)
                for (const auto* sync : {"1", "2", "3"}) place.append(sync, "shop", keys);
              place.append("other", "other", keys);
              const auto calls = place.kubernetes.calls.size();
              place.kubernetes.fail(nth, effect, status);
              CAPTURE(nth);
              until_the_append_ends([&] { place.append("mine", "shop", keys); });
              const bool too_far = place.kubernetes.calls.size() - calls < nth;
              auto syncs = place.syncs();
              CHECK(std::count(syncs.begin(), syncs.end(), "mine") == 1);
              CHECK(syncs.back() == "mine");
              CHECK(place.tidy());
              CHECK(place.head().sequence == (first ? 2 : 5));
              if (too_far) break;
              REQUIRE(nth < 39);
            }
          }
  }

  TEST_CASE("killed and never tried again, what was committed is stored by the next sync") {
    for (const bool platform : {true, false})
      for (std::size_t nth = 1; nth < 9; ++nth) {
        Hooks place;
        place.platform = platform;
        place.append("a");
        place.kubernetes.fail(nth, Effect::after);
        const auto calls = place.kubernetes.calls.size();
        try {
          place.append("lost?");
        } catch (const OutsideError&) {
        }
        if (place.kubernetes.calls.size() - calls < nth) break;
        CHECK(audit::verify(place.evidence()).problems.empty());
        place.append("c");
        const auto syncs = place.syncs();
        CHECK((syncs == Syncs{"a", "c"} || syncs == Syncs{"a", "lost?", "c"}));
        CHECK(place.tidy());
      }
  }

  TEST_CASE("two that append at once never fork the chain, wherever one comes in between") {
    for (const bool platform : {true, false})
      for (const auto* second : {"shop", "other"})
        for (const bool first_ever : {true, false})
          for (std::size_t at = 1; at < 12; ++at) {
            Hooks place;
            place.platform = platform;
            if (!first_ever) place.append("before");
            std::size_t calls = 0;
            place.kubernetes.before_call = [&](const std::string&) {
              if (++calls != at) return;
              place.kubernetes.before_call = nullptr;
              place.append("B", second);
            };
            place.append("A");
            place.kubernetes.before_call = nullptr;
            // A retried pod of either finds its own record, or (of the same application) writes no third.
            auto syncs = place.syncs();
            CAPTURE(at);
            CHECK(std::count(syncs.begin(), syncs.end(), "A") == 1);
            CHECK(std::count(syncs.begin(), syncs.end(), "B") <= 1);
            CHECK(place.head().sequence == syncs.size());
          }
  }

  TEST_CASE("many that append at once all get their place") {
    Hooks place;
    int depth = 0;
    place.kubernetes.before_call = [&](const std::string& call) {
      if (!call.starts_with("replace") || depth >= 5) return;
      ++depth;
      place.append(fmt::format("in-{}", depth), fmt::format("app-{}", depth));
    };
    place.append("first");
    place.append("second");
    CHECK(place.syncs().size() == 2 + static_cast<std::size_t>(depth));
    CHECK(depth == 5);
  }

  TEST_CASE("a record isn't written twice though more follow than the head remembers") {
    for (const bool platform : {true, false})
      for (std::size_t at = 1; at < 12; ++at) {
        Hooks place;
        place.platform = platform;
        place.append("before");
        std::size_t calls = 0;
        place.kubernetes.before_call = [&](const std::string&) {
          if (++calls != at) return;
          place.kubernetes.before_call = nullptr;
          for (int i = 0; i < 12; ++i) place.append(fmt::format("other-{}", i));
        };
        place.append("mine");
        place.kubernetes.before_call = nullptr;
        const auto syncs = place.syncs();
        CAPTURE(at);
        CHECK(std::count(syncs.begin(), syncs.end(), "mine") == 1);
        CHECK(syncs.size() >= 2);
      }
  }

  TEST_CASE("retention by count leaves as many, and the chain verifiable") {
    Hooks place;
    place.retention.count = 5;
    for (int i = 0; i < 20; ++i) place.append(std::to_string(i), i % 2 == 0 ? "shop" : "other");
    CHECK(place.syncs() == Syncs{"15", "16", "17", "18", "19"});
    CHECK(place.head().removed.size() == 1);
    place.retention.count = 2;
    for (int i = 20; i < 23; ++i) place.append(std::to_string(i));
    CHECK(place.syncs() == Syncs{"21", "22"});
  }

  TEST_CASE("retention by age removes what is older") {
    Hooks place;
    place.retention = {1000, std::chrono::hours(24)};
    place.append("old");
    place.clock.wait(std::chrono::hours(23));
    place.append("younger");
    CHECK(place.syncs().size() == 2);
    place.clock.wait(std::chrono::hours(2));
    place.append("now");
    CHECK(place.syncs() == Syncs{"younger", "now"});
  }

  TEST_CASE("retention doesn't cover up: what was changed or is missing stays to be found") {
    Hooks place;
    place.retention.count = 2;
    const auto first = audit::parse_entry(place.append("a"));
    place.append("b");
    place.kubernetes.erase(config_map(api::chain_record(first.chain, 1)));
    place.append("c");
    place.append("d");
    REQUIRE(place.warnings.size() == 1);
    CHECK(place.warnings[0].find("is not there: nothing older") != std::string::npos);
    const auto problems = audit::verify(place.evidence()).problems;
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].sequence == 1);
  }

  TEST_CASE("without a platform namespace an application uses its names in turn, and only these") {
    Hooks place;
    place.platform = false;
    for (int i = 0; i < 80; ++i) place.append(std::to_string(i), i % 5 == 4 ? "other" : "shop");
    const auto syncs = place.syncs();
    CHECK(syncs.size() == 31 + 16);
    CHECK(syncs.back() == "79");
    for (const auto& name : place.kubernetes.names(config_map("")))
      CHECK((name.starts_with("shop-12345678-record-") || name.starts_with("other-12345678-record-") ||
             name == api::audit_head));
    CHECK(place.tidy());
    // No application touches another's.
    const auto before = place.kubernetes.calls.size();
    place.append("last", "other");
    for (std::size_t i = before; i < place.kubernetes.calls.size(); ++i)
      CHECK(place.kubernetes.calls[i].find("shop") == std::string::npos);
  }

  TEST_CASE("killed at any call while the names go round, nothing that counts is lost") {
    for (const auto effect : {Effect::before, Effect::after})
      for (std::size_t nth = 1; nth < 14; ++nth) {
        Hooks place;
        place.platform = false;
        for (int i = 0; i < 40; ++i) place.append(std::to_string(i));
        place.kubernetes.fail(nth, effect);
        const auto calls = place.kubernetes.calls.size();
        until_the_append_ends([&] { place.append("40"); });
        if (place.kubernetes.calls.size() - calls < nth) break;
        place.append("41");
        const auto syncs = place.syncs();
        CHECK(syncs.size() == 31);
        CHECK(syncs.back() == "41");
        CHECK(place.tidy());
      }
  }

  TEST_CASE("a head that somebody deleted begins another chain, and the records of the old one stay") {
    for (const bool platform : {true, false}) {
      Hooks place;
      place.platform = platform;
      place.append("a");
      place.append("b");
      place.kubernetes.erase(config_map(std::string(api::audit_head)));
      place.append("c");
      CHECK(place.evidence().entries.size() == 3);
      const auto problems = audit::verify(place.evidence()).problems;
      REQUIRE_FALSE(problems.empty());
      CHECK(problems[0].kind == audit::Problem::Kind::added);
    }
  }

  TEST_CASE("behind a record that was known as encrypted none is plain, though its head is gone") {
    Hooks place;
    const auto key = tests::ring({{"k", std::string(32, 'k')}});
    const auto text = place.append("a", "shop", key);
    place.kubernetes.erase(config_map(std::string(api::audit_head)));
    auto options = place.options();
    options.known = audit::anchor_of(audit::parse_entry(text));
    CHECK(options.known->encrypted);
    drift::store::RecordChain plain(place.kubernetes, place.clock, place.random, no_keys, options);
    CHECK_THROWS_AS(plain.append("b", "{}"), InputError);
    drift::store::RecordChain sealed(place.kubernetes, place.clock, place.random, key, options);
    const auto entry = audit::parse_entry(sealed.append("b", "{}"));
    CHECK(entry.known == api::anchor_text(*options.known));
    CHECK(audit::record_of(entry, key) == "{}");
    REQUIRE(sealed.warnings().size() == 1);
    CHECK(sealed.warnings()[0].find("which has no head: its end was cut off") != std::string::npos);
  }

  TEST_CASE("something else under a record's name is not overwritten") {
    Hooks place;
    place.append("a");
    const auto name = api::chain_record(place.head().chain, 2);
    place.kubernetes.put(config_map(name),
                         R"({"metadata":{"labels":{"audit-type":"drift-remediation"}},"data":{"x":"y"}})");
    CHECK_THROWS_AS(place.append("b"), OutsideError);
    CHECK(std::string(place.kubernetes.stored(config_map(name))["data"]["x"].GetString()) == "y");
    place.kubernetes.erase(config_map(name));
    place.append("b");
    CHECK(place.syncs() == Syncs{"a", "b"});
  }

  TEST_CASE("behind an encrypted record none is written in plain text") {
    Hooks place;
    place.append("a");
    place.append("b", "shop", tests::ring({{"k", std::string(32, 'k')}}));
    CHECK_THROWS_AS(place.append("c"), InputError);
    CHECK_THROWS_AS(place.append("d", "other"), InputError);
    CHECK(place.syncs() == Syncs{"a", "b"});
    place.append("c", "shop", tests::ring({{"l", std::string(32, 'l')}}));
    CHECK(place.syncs() == Syncs{"a", "b", "c"});
  }

  TEST_CASE("a head that was changed is refused, not repaired") {
    Hooks place;
    place.append("a");
    place.kubernetes.patch(config_map(std::string(api::audit_head)), R"({"data":{"head.json":"{}"}})");
    CHECK_THROWS_AS(place.append("b"), InputError);
  }

  TEST_CASE("records are immutable, labelled, and say in plain text whose they are") {
    Hooks place;
    place.append("a");
    const auto object = place.kubernetes.stored(config_map(api::chain_record(place.head().chain, 1)));
    CHECK(object["immutable"].IsTrue());
    CHECK(std::string(object["metadata"]["annotations"]["drift-policy.dev/application"].GetString()) ==
          "shop");
    CHECK(std::string(object["metadata"]["annotations"]["drift-policy.dev/sequence"].GetString()) == "1");
  }

  TEST_CASE("large records of hooks that were killed in between make room for those that follow") {
    const auto keys = tests::ring({{"a", std::string(32, 'k')}});  // encrypted, so that they don't compress
    for (const bool platform : {true, false}) {
      Hooks place;
      place.platform = platform;
      const std::string large = "{\"of\":\"" + std::string(330 << 10, 'x') + "\"}";
      const auto append = [&](const std::string& application, int calls) {
        place.kubernetes.before_call = [&, seen = 0](const std::string&) mutable {
          if (++seen > calls) throw std::runtime_error("killed");
        };
        drift::store::RecordChain ledger(place.kubernetes, place.clock, place.random, keys,
                                         place.options(application));
        ledger.append(application, large);
      };
      const auto kill_after_commit = [&](const std::string& application) {
        const auto before = place.head_or_none().sequence;
        for (int calls = 1; place.head_or_none().sequence == before; ++calls)
          CHECK_THROWS_AS(append(application, calls), std::runtime_error);
        place.kubernetes.before_call = nullptr;
      };
      kill_after_commit("a");
      kill_after_commit("b");
      if (platform) {
        for (const auto* application : {"c", "d", "e"}) kill_after_commit(application);
        append("f", 1000);
        CHECK(place.syncs() == Syncs{"a", "b", "c", "d", "e", "f"});
      } else {
        // Nobody may store another application's, so there is no room until one of them is synced again.
        CHECK_THROWS_AS(append("c", 1000), OutsideError);
        append("b", 1000);
        append("c", 1000);
        append("a", 1000);
        CHECK(place.syncs() == Syncs{"a", "b", "c"});
      }
      CHECK(place.tidy());
      place.kubernetes.before_call = nullptr;
    }
  }

  TEST_CASE("a large record is stored compressed") {
    Hooks place;
    drift::store::RecordChain ledger(place.kubernetes, place.clock, place.random, no_keys, place.options());
    ledger.append("a", "{\"long\":\"" + std::string(300000, 'x') + "\"}");
    CHECK(place.syncs() == Syncs{"a"});
  }
}
