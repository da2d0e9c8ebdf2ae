#include "audit/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "api/names.hpp"
#include "base/error.hpp"
#include "json/read.hpp"

namespace drift::audit {
namespace {

using Kind = Problem::Kind;

struct Found {
  Entry entry;
  std::string place;
  std::string hash;
};

constexpr std::string_view record_part = "-record-";
constexpr std::size_t shown_digits = 12;  // of a hash; `audit show` takes them

// Whether the hooks would store it under that name.
bool belongs_into(const std::string& name, const Entry& entry) {
  return name.empty() || name == api::chain_record(entry.chain, entry.sequence) ||
         name.starts_with(entry.source + std::string(record_part));
}

class Walk {
 public:
  explicit Walk(const Evidence& evidence) : evidence_(evidence) {}

  Verification run() {
    read();
    if (evidence_.head) add_pending(*evidence_.head);
    choose_chain();
    backwards();
    compare_with_anchor();
    compare_with_witnesses();
    look_for_head();
    std::stable_sort(result_.problems.begin(), result_.problems.end(),
                     [](const Problem& a, const Problem& b) { return a.sequence < b.sequence; });
    return std::move(result_);
  }

 private:
  void problem(Kind kind, std::uint64_t sequence, std::string message) {
    result_.problems.push_back({kind, sequence, std::move(message)});
  }

  void read() {
    std::uint64_t before = 0;
    std::vector<std::pair<const Stored*, std::string>> bad;
    for (const auto& stored : evidence_.entries) {
      Entry entry;
      try {
        entry = parse_entry(stored.text);
      } catch (const InputError& error) {
        bad.emplace_back(&stored, error.what());
        continue;
      }
      if (evidence_.ordered && entry.sequence < before)
        problem(Kind::reordered, entry.sequence,
                fmt::format("{}: record {} stands behind record {}", stored.place, entry.sequence, before));
      before = std::max(before, entry.sequence);
      if (!belongs_into(stored.name, entry))
        problem(stored.name.find(record_part) == std::string::npos ? Kind::added : Kind::reordered,
                entry.sequence,
                fmt::format("{}: holds record {}, which isn't its own", stored.place, entry.sequence));
      add(std::move(entry), stored.place);
    }
    for (const auto& [stored, why] : bad) unreadable(*stored, why);
  }

  // Of what can't be trusted only the sequence number is taken, so that it isn't reported as missing too; not where another
  // record has that number.
  void unreadable(const Stored& stored, const std::string& why) {
    std::uint64_t sequence = 0;
    try {
      const auto json = parse_json("a record", stored.text);
      if (json.IsObject()) sequence = number_of(json, "sequence");
    } catch (const InputError&) {
    }
    const bool removed = evidence_.head && evidence_.head->removal(sequence) != nullptr;
    if (found_.contains(sequence) || (evidence_.head && sequence > evidence_.head->sequence)) sequence = 0;
    if (sequence > 0 && !removed) spoilt_.emplace(sequence, true);
    problem(Kind::changed, sequence, fmt::format("{}: {}", stored.place, why));
  }

  void add(Entry entry, const std::string& place) {
    std::string hash = entry.hash();
    auto& same = found_[entry.sequence];
    const bool known = std::any_of(same.begin(), same.end(), [&](const Found& f) { return f.hash == hash; });
    if (!known) same.push_back({std::move(entry), place, std::move(hash)});
  }

  void add_pending(const Head& head) {
    for (const auto& [source, pending] : head.pending) {
      try {
        add(parse_entry(pending.text), "the head");
      } catch (const InputError& error) {
        problem(Kind::changed, 0, fmt::format("the head: {}", error.what()));
      }
    }
  }

  void choose_chain() {
    if (evidence_.head) {
      result_.with_head = true;
      result_.chain = evidence_.head->chain;
      result_.sequence = evidence_.head->sequence;
      result_.hash = evidence_.head->hash;
    } else if (!found_.empty()) {
      const auto& last = found_.rbegin()->second.front();
      result_.chain = last.entry.chain;
      result_.sequence = found_.rbegin()->first;
    }
    if (!evidence_.head && !spoilt_.empty())
      result_.sequence = std::max(result_.sequence, spoilt_.rbegin()->first);
  }

  // What the entry that was looked at says of the one before, and whether the entry, or what stands for it, was itself
  // what the next one said. No hash: nothing is known.
  struct Expected {
    std::string hash;
    bool supported = false;
  };

  std::uint64_t first() const {
    if (evidence_.head) return 1;
    auto lowest = result_.sequence;
    if (!found_.empty()) lowest = std::min(lowest, found_.begin()->first);
    if (!spoilt_.empty()) lowest = std::min(lowest, spoilt_.begin()->first);
    return lowest;
  }

  void backwards() {
    beyond_the_end();
    Expected expected{result_.hash, true};
    if (!evidence_.head) expected = {};
    if (evidence_.anchor && !evidence_.head && evidence_.anchor->sequence == result_.sequence)
      expected = {evidence_.anchor->hash, true};
    const std::uint64_t lowest = first();
    highest_found_ = found_.empty() ? 0 : found_.rbegin()->first;
    if (!spoilt_.empty()) highest_found_ = std::max(highest_found_, spoilt_.rbegin()->first);
    for (std::uint64_t number = result_.sequence; number >= lowest && number > 0;) {
      if (const auto* run = evidence_.head ? evidence_.head->removal(number) : nullptr)
        number = skip(*run, expected);
      else
        number = look_at(number, expected);
    }
    if (lowest == 1 && !expected.hash.empty() && result_.sequence > 0 && expected.hash != genesis)
      problem(Kind::changed, 1, "the first record doesn't begin a chain");
    if (!evidence_.head && result_.sequence > 0) {
      const auto end = found_.find(result_.sequence);
      if (end != found_.end()) result_.hash = end->second.front().hash;
    }
  }

  // A run that retention took out; what is still there of it needn't be.
  std::uint64_t skip(const Removed& run, Expected& expected) {
    if (!expected.hash.empty() && expected.hash != run.hash)
      problem(Kind::changed, run.to,
              fmt::format("records {} to {} were removed by retention, but record {} followed another one",
                          run.from, run.to, run.to + 1));
    result_.removed += run.to - run.from + 1;
    expected = {run.previous, true};
    return run.from - 1;
  }

  std::uint64_t look_at(std::uint64_t number, Expected& expected) {
    const auto here = found_.find(number);
    if (here == found_.end()) return missing(number, expected);
    const auto& all = here->second;
    const auto with_hash = [&](const std::string& hash) {
      return std::find_if(all.begin(), all.end(), [&](const Found& found) { return found.hash == hash; });
    };
    auto right = with_hash(expected.hash);
    const bool follows = right != all.end();
    if (!follows && expected.supported) {
      problem(Kind::changed, number,
              fmt::format("{}: record {} is not the one that {}", all.front().place, number,
                          number == result_.sequence ? "the chain ends with" : "the next record follows"));
      expected = {};
      return number - 1;
    }
    if (!follows) {
      if (!expected.hash.empty())
        problem(Kind::changed, number + 1,
                fmt::format("record {} doesn't follow record {}: one of the two was changed", number + 1,
                            number));
      right = std::find_if(all.begin(), all.end(),
                           [&](const Found& found) { return found.entry.chain == result_.chain; });
      if (right == all.end()) {
        expected = {};
        return number - 1;  // of another chain: said already
      }
    }
    for (auto other = all.begin(); other != all.end(); ++other)
      if (other != right)
        problem(
            Kind::added, number,
            fmt::format("{}: a second record {}, which doesn't belong to the chain", other->place, number));
    ++result_.entries;
    if (!right->entry.known.empty())
      add_witness(fmt::format("record {} ({})", number, right->hash.substr(0, shown_digits)),
                  right->entry.known);
    expected = {right->entry.previous, follows};
    return number - 1;
  }

  // A whole range that isn't there is one problem.
  std::uint64_t missing(std::uint64_t number, Expected& expected) {
    expected = {};
    if (spoilt_.contains(number)) return number - 1;  // said already
    const std::uint64_t last = number;
    const std::uint64_t at = next_below(number) + 1;
    const std::string which =
        at == last ? fmt::format("record {} is", at) : fmt::format("records {} to {} are", at, last);
    if (last > highest_found_)
      problem(Kind::cut, at, fmt::format("{} not there: the end of the chain was cut off", which));
    else
      problem(Kind::removed, at, fmt::format("{} not there, and retention did not remove it", which));
    return at - 1;
  }

  // The highest sequence number below that is there, or known to be removed; 0: none.
  std::uint64_t next_below(std::uint64_t number) const {
    const auto below = [&](const auto& map) -> std::uint64_t {
      const auto next = map.lower_bound(number);
      return next == map.begin() ? 0 : std::prev(next)->first;
    };
    std::uint64_t highest = std::max(below(found_), below(spoilt_));
    if (evidence_.head)
      for (const auto& run : evidence_.head->removed)
        if (run.to < number) highest = std::max(highest, run.to);
    return highest;
  }

  void beyond_the_end() {
    for (const auto& [number, all] : found_)
      for (const auto& found : all) {
        if (number > result_.sequence)
          problem(Kind::added, number,
                  fmt::format("{}: record {} is beyond the end of the chain, which is {}", found.place,
                              number, result_.sequence));
        else if (found.entry.chain != result_.chain && all.size() == 1)
          problem(Kind::added, number,
                  fmt::format("{}: record {} is of another chain ({}); this one is {}", found.place, number,
                              found.entry.chain, result_.chain));
      }
  }

  // Whether a hash stood at that place, as far as can be seen.
  bool stood_at(std::uint64_t number, const std::string& hash) const {
    if (evidence_.head && evidence_.head->sequence == number) return evidence_.head->hash == hash;
    if (evidence_.head)
      for (const auto& run : evidence_.head->removed)
        if (run.to == number) return run.hash == hash;
    const auto here = found_.find(number);
    return here != found_.end() && std::any_of(here->second.begin(), here->second.end(),
                                               [&](const Found& found) { return found.hash == hash; });
  }

  void compare_with_anchor() {
    if (!evidence_.anchor) return;
    const auto& [hash, sequence, chain, encrypted] = *evidence_.anchor;
    if (sequence && *sequence > result_.sequence)
      return problem(
          Kind::cut, result_.sequence + 1,
          fmt::format("the chain ends with record {}, but record {} was noted: its end was cut off",
                      result_.sequence, *sequence));
    if (sequence && stood_at(*sequence, hash)) return;
    const auto* run = sequence && evidence_.head ? evidence_.head->removal(*sequence) : nullptr;
    if (run != nullptr && *sequence < run->to)
      return problem(
          Kind::removed, *sequence,
          fmt::format("record {}, whose hash was noted, was removed by retention; expected the hash of a "
                      "later one",
                      *sequence));
    if (sequence)
      return problem(Kind::changed, *sequence,
                     fmt::format("record {} is not the one that was noted", *sequence));
    bool there = stood_at(result_.sequence, hash);
    for (const auto& [number, all] : found_) there = there || stood_at(number, hash);
    if (evidence_.head)
      for (const auto& gone : evidence_.head->removed) there = there || gone.hash == hash;
    if (!there)
      problem(
          Kind::cut, result_.sequence + 1,
          "no record has the hash that was noted: the end of the chain was cut off, or it was written anew");
  }

  void add_witness(const std::string& place, const std::string& text) {
    const auto known = api::parse_whole_anchor(text);
    if (!known)
      return problem(
          Kind::changed, 0,
          fmt::format("{}: the record that it knows is not noted as drift-policy notes one; expected "
                      "HASH:NUMBER:CHAIN",
                      place));
    auto& [first, places] = witnesses_[{known->chain, *known->sequence, known->hash}];
    if (places++ == 0) first = place;
  }

  // Each record that is known elsewhere. Of those that are not there any more the last of each chain is enough.
  void compare_with_witnesses() {
    for (const auto& witness : evidence_.witnesses) add_witness(witness.place, witness.text);
    for (auto at = witnesses_.begin(); at != witnesses_.end(); ++at) {
      const auto& [chain, number, hash] = at->first;
      if (chain == result_.chain && number <= result_.sequence) {
        compare_with_witness(number, hash, at->second);
        continue;
      }
      const auto next = std::next(at);
      if (next == witnesses_.end() || std::get<0>(next->first) != chain)
        problem(Kind::cut, number,
                fmt::format("record {} of chain {}, which {} knows, is not there: {}", number, chain,
                            named(at->second), what_is_there_instead(chain)));
    }
  }

  struct Witness {
    std::string place;  // the first
    std::size_t places = 0;
  };

  static std::string named(const Witness& witness) {
    return witness.places == 1 ? witness.place
                               : fmt::format("{} (and {} more)", witness.place, witness.places - 1);
  }

  std::string what_is_there_instead(const std::string& chain) const {
    if (result_.sequence == 0) return "there are no records";
    if (chain == result_.chain)
      return fmt::format("the chain ends with record {}, so its end was cut off", result_.sequence);
    return fmt::format("this is chain {}, so the one before was cut off", result_.chain);
  }

  // What retention took out can't be compared any more, but for the last record of each run; of what is missing or unreadable it
  // has been said.
  void compare_with_witness(std::uint64_t number, const std::string& hash, const Witness& witness) {
    const auto* run = evidence_.head ? evidence_.head->removal(number) : nullptr;
    if (run != nullptr ? number < run->to : !found_.contains(number)) return;
    if (!stood_at(number, hash))
      problem(
          Kind::changed, number,
          fmt::format("record {} is not the one that {} knows: the chain was written anew from there on, or "
                      "before",
                      number, named(witness)));
  }

  // Records without their head, where nobody vouches for the last one.
  void look_for_head() {
    if (evidence_.head || result_.sequence == 0) return;
    const auto& anchor = evidence_.anchor;
    if (anchor && anchor->sequence.value_or(result_.sequence) == result_.sequence &&
        stood_at(result_.sequence, anchor->hash))
      return;
    problem(Kind::cut, result_.sequence + 1,
            fmt::format("the head is not there, so nobody can say that record {} is the last; expected {} "
                        "beside the records, the head as the last line of an export, or --head",
                        result_.sequence, api::audit_head));
  }

  const Evidence& evidence_;
  Verification result_;
  std::map<std::tuple<std::string, std::uint64_t, std::string>, Witness> witnesses_;  // chain, number, hash
  std::map<std::uint64_t, std::vector<Found>> found_;
  std::map<std::uint64_t, bool> spoilt_;  // there, but not readable
  std::uint64_t highest_found_ = 0;
};

}  // namespace

std::string_view problem_name(Kind kind) {
  constexpr std::array<std::string_view, 5> names = {"changed", "removed", "added", "reordered", "cut off"};
  return names[static_cast<std::size_t>(kind)];
}

Verification verify(const Evidence& evidence) {
  return Walk(evidence).run();
}

}  // namespace drift::audit
