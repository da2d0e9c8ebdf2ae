#include "source/glob/glob_0_2_3_syntax.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/utf8.hpp"

namespace drift::source::glob_0_2_3 {
namespace {

class Parser {
 public:
  explicit Parser(std::string_view pattern) : pattern_(pattern) {}

  Node parse() {
    check_characters();
    return sequence(0);
  }

 private:
  [[noreturn]] void fail(std::string_view why) const {
    throw InputError(
        fmt::format("'{}' is no pattern that Argo CD before 3.6 can match with: {}", pattern_, why));
  }

  bool at_end() const { return at_ == pattern_.size(); }

  // 0.2.3 refuses U+FFFD too, by which Go says that there is no character; and a zero byte is its end of the text.
  void check_characters() const {
    for (auto rest = pattern_; !rest.empty();) {
      const auto size = sequence_length(rest);
      if (size == 0 || rest[0] == '\0' || rest.starts_with("\xef\xbf\xbd")) fail("it is no plain UTF-8");
      rest.remove_prefix(size);
    }
  }

  std::string_view next_character() {
    if (at_end()) fail("'[' has no ']'");
    const auto character = pattern_.substr(at_, sequence_length(pattern_.substr(at_)));
    at_ += character.size();
    return character;
  }

  // Up to the end, or within braces to a `,` or `}`.
  Node sequence(int depth) {
    if (depth > 100) fail("its braces are nested too deeply");
    Node result{Node::Kind::pattern};
    const auto add = [&](Node node) {
      result.children.push_back(std::make_shared<const Node>(std::move(node)));
    };
    while (!at_end()) {
      const char c = pattern_[at_];
      if (depth > 0 && (c == ',' || c == '}')) break;
      if (c == '{') {
        add(alternatives(depth));
      } else if (c == '[') {
        add(range());
      } else if (c == '?') {
        ++at_;
        add({Node::Kind::single});
      } else if (c == '*') {
        const bool twice = pattern_.substr(at_).starts_with("**");
        at_ += twice ? 2 : 1;
        add({twice ? Node::Kind::super : Node::Kind::any});
      } else if (auto text = text_up_to(depth > 0 ? "?*[{}," : "?*[{"); !text.empty()) {
        add({Node::Kind::text, std::move(text)});
      }
    }
    return result;
  }

  Node alternatives(int depth) {
    Node result{Node::Kind::any_of};
    do {
      ++at_;  // `{` or `,`
      result.children.push_back(std::make_shared<const Node>(sequence(depth + 1)));
    } while (!at_end() && pattern_[at_] == ',');
    if (!at_end()) ++at_;
    return result;
  }

  Node range() {
    Node result{Node::Kind::list};
    ++at_;
    if (pattern_.substr(at_).starts_with('!')) {
      result.inverted = true;
      ++at_;
    }
    const auto start = at_;
    const auto first = next_character();
    if (pattern_.substr(at_).starts_with('-')) {
      ++at_;
      result.kind = Node::Kind::range;
      result.low = code_point(first);
      result.high = code_point(next_character());
      if (result.high < result.low) fail("a range goes from the lower to the higher character");
    } else {
      at_ = start;
      result.text = text_up_to("]");
      if (result.text.empty()) fail("'[]' is empty");
    }
    if (next_character() != "]") fail("a range like [a-z] has ']' after its second character");
    return result;
  }

  std::string text_up_to(std::string_view breakers) {
    std::string text;
    for (; !at_end(); ++at_) {
      if (pattern_[at_] == '\\') {
        if (++at_ == pattern_.size()) break;
      } else if (breakers.find(pattern_[at_]) != std::string_view::npos) {
        break;
      }
      text += pattern_[at_];
    }
    return text;
  }

  std::string_view pattern_;
  std::size_t at_ = 0;
};

}  // namespace

Node parse(std::string_view pattern) {
  return Parser(pattern).parse();
}

}  // namespace drift::source::glob_0_2_3
