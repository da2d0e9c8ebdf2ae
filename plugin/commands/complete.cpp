#include "commands/complete.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "base/text.hpp"

namespace drift::commands {
namespace {

constexpr std::size_t most_candidates = 1000;
constexpr std::size_t longest_meaning = 100;

bool is_flag(std::string_view word) {
  return word.size() > 1 && word.front() == '-';
}

// What is known of a line up to the word that is to be completed.
class Line {
 public:
  explicit Line(Arguments arguments) : arguments_(std::move(arguments)), facts_(arguments_.facts()) {}

  // Whether the last word is an option that lacks its value.
  bool lacks_value() const { return lacks_value_; }

  // False where the word can't stand here.
  bool take(const std::string& word) {
    const bool flag = !only_positionals_ && is_flag(word);
    lacks_value_ = false;
    if (open_ && !(flag && open_->takes_many)) {
      if (!open_->takes_many) open_.reset();
      return true;
    }
    open_.reset();
    if (word == "--" && flag) {
      only_positionals_ = true;
      return true;
    }
    if (flag) return word[1] == '-' ? take_long(word) : take_short(word);
    return descend(word);
  }

  Completion complete(const std::string& word, bool only_commands) const {
    const bool flag = !only_positionals_ && !word.empty() && word.front() == '-';
    if (only_commands) return flag ? Completion{} : commands(word);
    if (open_ && !(flag && open_->takes_many)) return values(*open_, word);
    if (flag) return after_dash(word);
    if (!arguments_.subcommands().empty()) return commands(word);
    const auto* positional = positional_at(positionals_);
    return positional ? values(*positional, word) : Completion{};
  }

 private:
  const ArgumentFacts* find(std::string_view flag) const {
    for (const auto& fact : facts_)
      if (std::find(fact.flags.begin(), fact.flags.end(), flag) != fact.flags.end()) return &fact;
    return nullptr;
  }

  bool take_long(const std::string& word) {
    const auto equals = word.find('=');
    const auto* fact = find(word.substr(0, equals));
    if (!fact) return false;
    given_.insert(fact->flags.front());
    if (fact->takes_value && equals == std::string::npos) open(*fact);
    return true;
  }

  // `-o json`, `-ojson`, `-Ao json`
  bool take_short(const std::string& word) {
    for (std::size_t i = 1; i < word.size(); ++i) {
      const auto* fact = find(std::string{'-', word[i]});
      if (!fact) return false;
      given_.insert(fact->flags.front());
      if (!fact->takes_value) continue;
      if (i + 1 == word.size()) open(*fact);
      return true;
    }
    return true;
  }

  void open(const ArgumentFacts& fact) {
    open_ = fact;
    lacks_value_ = true;
  }

  bool descend(const std::string& word) {
    const auto subcommands = arguments_.subcommands();
    if (subcommands.empty()) {
      ++positionals_;
      return true;
    }
    for (const auto& sub : subcommands) {
      if (sub.name != word) continue;
      arguments_ = sub.arguments;
      facts_ = arguments_.facts();
      return true;
    }
    return false;
  }

  const ArgumentFacts* positional_at(std::size_t index) const {
    for (const auto& fact : facts_) {
      if (!fact.flags.empty()) continue;
      if (fact.takes_many || index == 0) return &fact;
      --index;
    }
    return nullptr;
  }

  Completion commands(const std::string& word) const {
    Completion completion;
    for (const auto& sub : arguments_.subcommands()) completion.candidates.push_back({sub.name, sub.summary});
    completion.candidates = fitting(std::move(completion.candidates), word);
    return completion;
  }

  Completion after_dash(const std::string& word) const {
    if (const auto equals = word.find('='); equals != std::string::npos) {
      const auto* fact = find(word.substr(0, equals));
      return fact && fact->takes_value ? values(*fact, word.substr(equals + 1)) : Completion{};
    }
    Completion completion;
    for (const auto& fact : facts_) {
      if (fact.flags.empty() || (given_.contains(fact.flags.front()) && !fact.repeatable)) continue;
      for (const auto& flag : fact.flags)
        if (flag.starts_with("--") || word.size() < 3) completion.candidates.push_back({flag, fact.help});
    }
    completion.candidates = fitting(std::move(completion.candidates), word);
    return completion;
  }

  // What the help calls its value says most: `FILE|DIR|none`.
  static Completion values(const ArgumentFacts& fact, const std::string& word) {
    Completion completion;
    Candidates candidates;
    if (fact.notes.candidates) candidates = fact.notes.candidates(word);
    for (const auto& value : fact.notes.words) candidates.push_back({value, {}});
    if (candidates.empty()) {
      for (const auto& part : split(fact.notes.value_name, '|')) {
        completion.files = completion.files || part == "FILE" || part == "PATH";
        completion.folders = completion.folders || part == "DIR" || part == "FOLDER";
        if (!part.empty() && std::all_of(part.begin(), part.end(), is_lower))
          candidates.push_back({part, {}});
      }
      if (completion.files) completion.folders = false;
    }
    completion.candidates = fitting(std::move(candidates), word);
    return completion;
  }

  Arguments arguments_;
  std::vector<ArgumentFacts> facts_;
  std::set<std::string> given_;        // each option by its first flag
  std::optional<ArgumentFacts> open_;  // the option whose value comes next
  std::size_t positionals_ = 0;
  bool lacks_value_ = false;
  bool only_positionals_ = false;
};

// One word in every shell, without quotes.
bool is_plain(std::string_view value) {
  return !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
    return is_alphanumeric(c) || std::string_view("-_./@%+,").find(c) != std::string_view::npos;
  });
}

}  // namespace

Candidates fitting(Candidates candidates, const std::string& prefix) {
  std::erase_if(candidates, [&](const Candidate& candidate) {
    return !is_plain(candidate.value) || !candidate.value.starts_with(prefix);
  });
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const auto& a, const auto& b) { return a.value < b.value; });
  const auto same = [](const auto& a, const auto& b) { return a.value == b.value; };
  candidates.erase(std::unique(candidates.begin(), candidates.end(), same), candidates.end());
  if (candidates.size() > most_candidates) candidates.resize(most_candidates);
  return candidates;
}

Completion complete(Parser& parser, const std::vector<std::string>& words, bool only_commands) {
  if (words.empty()) return {};
  std::vector<std::string> before(words.begin(), words.end() - 1);
  Line line(parser.arguments());
  for (const auto& word : before)
    if (!line.take(word)) return {};
  if (line.lacks_value()) before.pop_back();
  parser.parse_part(before);
  return line.complete(words.back(), only_commands);
}

std::string text_of(const Completion& completion) {
  std::string text;
  for (const auto& [value, meaning] : completion.candidates) {
    text += value;
    if (!meaning.empty()) text += '\t' + printable(meaning, longest_meaning);
    text += '\n';
  }
  return text + fmt::format(":{}\n", completion.files ? 0 : completion.folders ? 16 : 4);
}

}  // namespace drift::commands
