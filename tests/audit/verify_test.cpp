// The chain of audit records: whatever is done to it, verify says what and where.
#include "audit/verify.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "support/audit_chain.hpp"

namespace {
using namespace drift::audit;
using drift::tests::Chain;
using Kind = Problem::Kind;

Problem first_problem(const Evidence& evidence) {
  const auto result = verify(evidence);
  REQUIRE_FALSE(result.problems.empty());
  return result.problems.front();
}

// Rewrites what follows entry `from`, as somebody would who wants to hide a change.
void chain_again(std::vector<Entry>& entries, std::size_t from) {
  for (std::size_t i = from; i < entries.size(); ++i) {
    entries[i].sequence = i + 1;
    entries[i].previous = i == 0 ? std::string(genesis) : entries[i - 1].hash();
  }
}
}  // namespace

TEST_SUITE("audit verify") {
  TEST_CASE("a whole chain is whole; without its head nobody can say so") {
    const Chain chain(5);
    auto evidence = chain.evidence();
    const auto result = verify(evidence);
    CHECK(result.problems.empty());
    CHECK(result.entries == 5);
    CHECK(result.sequence == 5);
    CHECK(result.hash == chain.entries.back().hash());
    evidence.head.reset();
    CHECK(verify(evidence).problems.size() == 1);
    CHECK(first_problem(evidence).kind == Kind::cut);
    CHECK(first_problem(evidence).sequence == 6);
    CHECK(verify(evidence).entries == 5);
  }

  TEST_CASE("nothing at all is no broken chain") {
    CHECK(verify({}).problems.empty());
    CHECK(verify(Chain(0).evidence()).problems.empty());
  }

  TEST_CASE("any changed byte of any record is noticed, and the record named") {
    const Chain chain(3);
    for (std::size_t record = 0; record < 3; ++record) {
      const auto text = chain.entries[record].text();
      for (std::size_t at = 0; at < text.size(); ++at) {
        for (const int flip : {0x01, 0x20, 0x80}) {
          auto evidence = chain.evidence();
          auto& bytes = evidence.entries[record].text;
          bytes[at] = static_cast<char>(bytes[at] ^ flip);
          const auto result = verify(evidence);
          CAPTURE(bytes);
          REQUIRE_FALSE(result.problems.empty());
          const auto& named = result.problems.front().sequence;
          const bool right = named == record + 1 || named == 0;  // 0: not even the number can be read
          REQUIRE(right);
        }
      }
    }
  }

  TEST_CASE("bytes that were added or taken away are noticed") {
    const Chain chain(2);
    for (const auto& text :
         {chain.entries[0].text() + " ", " " + chain.entries[0].text(),
          chain.entries[0].text() + chain.entries[0].text(), std::string("{}"), std::string()}) {
      auto evidence = chain.evidence();
      evidence.entries[0].text = text;
      CHECK_FALSE(verify(evidence).problems.empty());
    }
  }

  TEST_CASE("a record that was changed together with its own hash is named, not the one behind it") {
    const Chain chain(5);
    auto evidence = chain.evidence();
    auto forged = chain.entries[2];
    forged.record = R"({"outcome":"failed"})";
    evidence.entries[2].text = forged.text();
    const auto problem = first_problem(evidence);
    CHECK(problem.kind == Kind::changed);
    CHECK(problem.sequence == 3);
    CHECK(verify(evidence).problems.size() == 1);
  }

  TEST_CASE("a record whose link to the one before was changed is the one that is named") {
    const Chain chain(5);
    auto evidence = chain.evidence();
    auto forged = chain.entries[2];
    forged.previous = std::string(64, 'a');
    evidence.entries[2].text = forged.text();
    const auto result = verify(evidence);
    REQUIRE(result.problems.size() == 1);
    CHECK(result.problems[0].sequence == 3);
  }

  TEST_CASE("a chain that was written anew from some record on doesn't end as its head says") {
    Chain chain(5);
    auto evidence = chain.evidence();
    chain.entries[2].record = R"({"outcome":"failed"})";
    chain_again(chain.entries, 3);
    for (std::size_t i = 0; i < 5; ++i) evidence.entries[i].text = chain.entries[i].text();
    const auto result = verify(evidence);
    REQUIRE(result.problems.size() == 1);
    CHECK(result.problems[0].sequence == 5);
    CHECK(result.problems[0].kind == Kind::changed);
  }

  TEST_CASE("a removed record is named") {
    const Chain chain(5);
    auto evidence = chain.evidence();
    evidence.entries.erase(evidence.entries.begin() + 1, evidence.entries.begin() + 3);
    const auto result = verify(evidence);
    REQUIRE(result.problems.size() == 1);
    CHECK(result.problems[0].kind == Kind::removed);
    CHECK(result.problems[0].sequence == 2);
    CHECK(result.problems[0].message.find("2 to 3") != std::string::npos);
    evidence.head.reset();
    CHECK(first_problem(evidence).kind == Kind::removed);
  }

  TEST_CASE("a removed record is noticed though the others were numbered and chained anew") {
    Chain chain(5);
    auto evidence = chain.evidence();
    chain.entries.erase(chain.entries.begin() + 1);
    chain_again(chain.entries, 1);
    evidence.entries.clear();
    for (const auto& entry : chain.entries) evidence.entries.push_back({"record", entry.text()});
    CHECK(first_problem(evidence).kind == Kind::cut);
  }

  TEST_CASE("an added record is named") {
    const Chain chain(3);
    auto evidence = chain.evidence();
    auto extra = chain.entries[2];
    extra.sequence = 4;
    extra.previous = chain.entries[2].hash();
    evidence.entries.push_back({"record", extra.text()});
    CHECK(first_problem(evidence).kind == Kind::added);
    CHECK(first_problem(evidence).sequence == 4);

    evidence = chain.evidence();
    extra = chain.entries[1];
    extra.sync = "another";
    evidence.entries.push_back({"extra", extra.text()});
    const auto second = first_problem(evidence);
    CHECK(second.kind == Kind::added);
    CHECK(second.sequence == 2);
    CHECK(second.message.find("extra") == 0);
  }

  TEST_CASE("a record of another chain is named") {
    const Chain chain(3);
    const Chain other(4, {}, "fedcba98");
    auto evidence = chain.evidence();
    evidence.entries.push_back({"other", other.entries[3].text()});
    CHECK(first_problem(evidence).kind == Kind::added);
    evidence = chain.evidence();
    evidence.entries[1].text = other.entries[1].text();
    CHECK(first_problem(evidence).sequence == 2);
  }

  TEST_CASE("the same record twice is the same record: logs are read twice") {
    const Chain chain(3);
    auto evidence = chain.evidence();
    evidence.entries.push_back(evidence.entries[1]);
    CHECK(verify(evidence).problems.empty());
    CHECK(verify(evidence).entries == 3);
  }

  TEST_CASE("records of a file in another order are reordered; in the cluster there is no order") {
    const Chain chain(4);
    auto evidence = chain.evidence();
    std::swap(evidence.entries[1], evidence.entries[2]);
    CHECK(verify(evidence).problems.empty());
    evidence.ordered = true;
    const auto problem = first_problem(evidence);
    CHECK(problem.kind == Kind::reordered);
    CHECK(problem.sequence == 2);
  }

  TEST_CASE("records that changed their places, numbers and all, are noticed") {
    Chain chain(4);
    std::swap(chain.entries[1], chain.entries[2]);
    chain.entries[1].sequence = 2;
    chain.entries[2].sequence = 3;
    auto evidence = chain.evidence();
    CHECK(first_problem(evidence).sequence == 2);
  }

  TEST_CASE("a chain whose end was cut off is noticed by its head") {
    const Chain chain(5);
    auto evidence = chain.evidence();
    evidence.entries.resize(3);
    const auto problem = first_problem(evidence);
    CHECK(problem.kind == Kind::cut);
    CHECK(problem.sequence == 4);
    evidence.entries.clear();
    CHECK(first_problem(evidence).sequence == 1);
  }

  TEST_CASE("a chain that was cut off together with its head is noticed by a hash that was noted") {
    const Chain whole(5);
    const Chain cut(3);
    auto evidence = cut.evidence();
    CHECK(verify(evidence).problems.empty());
    evidence.anchor = drift::api::Anchor{whole.head.hash, 5};
    CHECK(first_problem(evidence).kind == Kind::cut);
    CHECK(first_problem(evidence).sequence == 4);
    evidence.anchor = drift::api::Anchor{whole.head.hash, std::nullopt};
    CHECK(first_problem(evidence).kind == Kind::cut);
  }

  TEST_CASE("a hash that was noted long ago is found again in a chain that went on") {
    const Chain chain(5);
    auto evidence = chain.evidence();
    for (std::size_t i = 0; i < 5; ++i) {
      evidence.anchor = drift::api::Anchor{chain.entries[i].hash(), i + 1};
      CHECK(verify(evidence).problems.empty());
      evidence.anchor->sequence.reset();
      CHECK(verify(evidence).problems.empty());
      evidence.anchor = drift::api::Anchor{std::string(64, 'b'), i + 1};
      CHECK(first_problem(evidence).sequence == i + 1);
    }
  }

  TEST_CASE("without a head a noted hash vouches for the last record, and for no other") {
    const Chain chain(3);
    auto evidence = chain.evidence();
    evidence.head.reset();
    evidence.anchor = drift::api::Anchor{chain.head.hash, std::nullopt};
    CHECK(verify(evidence).problems.empty());
    evidence.anchor = drift::api::Anchor{chain.entries[1].hash(), 2};
    CHECK(first_problem(evidence).kind == Kind::cut);
    evidence.anchor = drift::api::Anchor{chain.head.hash, 3};
    CHECK(verify(evidence).problems.empty());
    auto forged = chain.entries[2];
    forged.record = "{}";
    evidence.entries[2].text = forged.text();
    CHECK(first_problem(evidence).kind == Kind::changed);
  }

  TEST_CASE("what retention removed leaves the rest verifiable, in the middle too") {
    Chain chain(8);
    for (const std::size_t gone : {0, 1, 4, 2, 6}) chain.head.remove(chain.entries[gone]);
    CHECK(chain.head.removed.size() == 3);
    CHECK(chain.head.oldest() == 4);
    auto evidence = chain.evidence();
    CHECK(verify(evidence).problems.empty());  // not deleted yet: no harm
    std::erase_if(evidence.entries, [&](const Stored& stored) {
      return chain.head.removal(parse_entry(stored.text).sequence) != nullptr;
    });
    const auto result = verify(evidence);
    CHECK(result.problems.empty());
    CHECK(result.entries == 3);
    CHECK(result.removed == 5);
    evidence.entries.erase(evidence.entries.begin());
    CHECK(first_problem(evidence).kind == Kind::removed);
    CHECK(first_problem(evidence).sequence == 4);
  }

  TEST_CASE("a removal that doesn't fit its neighbours is noticed") {
    Chain chain(5);
    chain.head.remove(chain.entries[1]);
    auto evidence = chain.evidence();
    evidence.head->removed[0].hash = std::string(64, 'c');
    CHECK(first_problem(evidence).sequence == 2);
    evidence = chain.evidence();
    evidence.head->removed[0].previous = std::string(64, 'c');
    CHECK(first_problem(evidence).sequence == 1);
  }

  TEST_CASE("a head that promises more than anybody could store is no endless loop") {
    auto evidence = Chain(2).evidence();
    evidence.head->sequence = ~std::uint64_t{0};
    CHECK(first_problem(evidence).kind == Kind::cut);
  }

  TEST_CASE("a record that stands in the head alone counts as there") {
    const Chain chain(3);
    auto evidence = chain.evidence();
    evidence.entries.pop_back();
    evidence.head->pending["shop-12345678"] = {"name", chain.entries[2].text()};
    CHECK(verify(evidence).problems.empty());
    CHECK(verify(evidence).entries == 3);
  }

  TEST_CASE("a record that something else knows has to be there, with that hash, in that chain") {
    const Chain chain(5);
    const auto known = [&](std::size_t record) {
      return drift::api::anchor_text(anchor_of(chain.entries[record - 1]));
    };
    auto evidence = chain.evidence();
    for (std::size_t record = 1; record <= 5; ++record) evidence.witnesses.push_back({"base", known(record)});
    CHECK(verify(evidence).problems.empty());

    // Cut off with a head that was right once.
    evidence.entries.resize(3);
    evidence.head = Chain(3).head;
    auto result = verify(evidence);
    REQUIRE(result.problems.size() == 1);
    CHECK(result.problems[0].kind == Kind::cut);
    CHECK(result.problems[0].message ==
          "record 5 of chain 01234567, which base knows, is not there: the chain ends with record 3, so its "
          "end was cut off");
    // And went on since: the numbers are there, the records aren't.
    const Chain other(6, {}, "01234567");
    evidence = other.evidence();
    auto forged = other.entries;
    for (std::size_t i = 3; i < 6; ++i) {
      forged[i].sync = "another";
      forged[i].previous = forged[i - 1].hash();
      evidence.entries[i].text = forged[i].text();
    }
    evidence.head->hash = forged[5].hash();
    CHECK(verify(evidence).problems.empty());
    evidence.witnesses = {{"base", known(4)}, {"report", known(4)}};
    result = verify(evidence);
    REQUIRE(result.problems.size() == 1);
    CHECK(result.problems[0].kind == Kind::changed);
    CHECK(result.problems[0].message.starts_with("record 4 is not the one that base (and 1 more) knows"));
    // All of it, and a chain of another name.
    evidence = Chain(2, {}, "fedcba98").evidence();
    evidence.witnesses = {{"base", known(4)}};
    CHECK(first_problem(evidence).kind == Kind::cut);
    CHECK(first_problem(evidence).message.ends_with("this is chain fedcba98, so the one before was cut off"));
    evidence = {};
    evidence.witnesses = {{"base", known(4)}};
    CHECK(first_problem(evidence).kind == Kind::cut);
    CHECK(first_problem(evidence).message.ends_with("is not there: there are no records"));
  }

  TEST_CASE("what something else knows and retention removed is not cut off") {
    Chain chain(6);
    for (const std::size_t gone : {0, 1, 2}) chain.head.remove(chain.entries[gone]);
    auto evidence = chain.evidence();
    evidence.entries.erase(evidence.entries.begin(), evidence.entries.begin() + 3);
    for (const auto& entry : chain.entries)
      evidence.witnesses.push_back({"base", drift::api::anchor_text(anchor_of(entry))});
    CHECK(verify(evidence).problems.empty());
    evidence.witnesses = {{"base", drift::api::anchor_text({std::string(64, 'd'), 3, "01234567"})}};
    CHECK(first_problem(evidence).sequence == 3);
  }

  TEST_CASE("what a record says of an earlier one has to be so") {
    Chain chain(4);
    auto& last = chain.entries[3];
    const auto with = [&](const drift::api::Anchor& known) {
      last.known = drift::api::anchor_text(known);
      chain.head.hash = last.hash();
      return chain.evidence();
    };
    CHECK(verify(with(anchor_of(chain.entries[1]))).problems.empty());
    // Record 7 was there when this record 4 was written: the head is an older one that somebody had put back.
    CHECK(first_problem(with({std::string(64, 'd'), 7, "01234567"})).kind == Kind::cut);
    CHECK(first_problem(with({std::string(64, 'd'), 7, "01234567"})).message.find("which record 4 (") !=
          std::string::npos);
    CHECK(first_problem(with({std::string(64, 'd'), 2, "01234567"})).kind == Kind::changed);
    CHECK(first_problem(with({std::string(64, 'd'), 2, "fedcba98"})).kind == Kind::cut);
  }

  TEST_CASE("a note of a record that is none is a problem, whatever stands there") {
    const Chain chain(1);
    const auto good = drift::api::anchor_text(anchor_of(chain.entries[0]));
    for (const auto& text : {std::string("x"), good + ":x", good.substr(0, 66), good.substr(1),
                             good + ":encrypted:", std::string(64, 'a') + ":0:01234567",
                             std::string(64, 'A') + ":1:01234567", std::string(64, 'a') + ":1:0123456"}) {
      CAPTURE(text);
      auto evidence = chain.evidence();
      evidence.witnesses = {{"base", text}};
      CHECK(first_problem(evidence).kind == Kind::changed);
      auto entry = chain.entries[0];
      entry.known = text;
      CHECK_THROWS_AS(parse_entry(entry.text()), drift::InputError);
    }
  }

  TEST_CASE("a head is read back as it was written, and no other way") {
    Chain chain(5);
    chain.head.remove(chain.entries[1]);
    chain.head.retired["name"] = 2;
    chain.head.pending["source"] = {"name", "text"};
    const auto text = chain.head.text();
    CHECK(parse_head(text).text() == text);
    CHECK_THROWS_AS(parse_head(text + " "), drift::InputError);
    CHECK_THROWS_AS(parse_head("{}"), drift::InputError);
    CHECK_THROWS_AS(parse_head(""), drift::InputError);
    CHECK_THROWS_AS(parse_head("[]"), drift::InputError);
  }
}
