// The matchers of github.com/gobwas/glob 0.2.3 (MIT License, Copyright (c) 2016 Sergey Kamardin: glob_0_2_3.LICENSE), fault by fault: what isn't as one
// would expect here is so there, and what a matcher says of itself misleads those that are made of it. Without separators, which
// a directory's patterns haven't.
#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace drift::source::glob_0_2_3 {

// Not a fault of the pattern in 0.2.3, which would go on, but in ours.
class TooManySteps : public InputError {
 public:
  TooManySteps();
};

// How much compiling and matching have taken together; one of a pattern.
class Steps {
 public:
  explicit Steps(std::size_t limit) : left_(limit) {}

  // Throws TooManySteps where too much has been taken.
  void take(std::size_t count);

 private:
  std::size_t left_;
};

// Where a matcher finds itself in a text, and the lengths, in bytes, that it can have there.
struct Found {
  std::size_t at;
  std::vector<std::size_t> lengths;
};

class Matcher {
 public:
  explicit Matcher(std::optional<std::size_t> count) : length(count) {}
  Matcher(const Matcher&) = delete;
  Matcher& operator=(const Matcher&) = delete;
  virtual ~Matcher() = default;

  // Both throw InputError where 0.2.3 panics, and TooManySteps.
  virtual bool matches(std::string_view text, Steps& steps) const = 0;
  virtual std::optional<Found> find(std::string_view text, Steps& steps) const = 0;

  const std::optional<std::size_t> length;  // the characters that it says it takes; none: it can't say
};

using Pointer = std::shared_ptr<const Matcher>;
using Matchers = std::vector<Pointer>;

class Nothing : public Matcher {
 public:
  Nothing() : Matcher(0) {}
  bool matches(std::string_view text, Steps& steps) const override;
  std::optional<Found> find(std::string_view text, Steps& steps) const override;
};

class Text : public Matcher {
 public:
  explicit Text(std::string written);
  bool matches(std::string_view other, Steps& steps) const override;
  std::optional<Found> find(std::string_view other, Steps& steps) const override;

  const std::string text;
};

// `*` and `**`
class Super : public Matcher {
 public:
  Super() : Matcher(std::nullopt) {}
  bool matches(std::string_view text, Steps& steps) const override;
  std::optional<Found> find(std::string_view text, Steps& steps) const override;
};

// One character: of a list, or none of it (`?`: none of an empty one).
class OneOf : public Matcher {
 public:
  OneOf(std::string_view written, bool is_inverted);
  bool matches(std::string_view text, Steps& steps) const override;
  std::optional<Found> find(std::string_view text, Steps& steps) const override;

  const std::string list;
  const bool inverted;

 private:
  bool accepts(char32_t c) const;
  std::u32string characters_;
};

class Range : public Matcher {
 public:
  Range(char32_t low, char32_t high, bool inverted)
      : Matcher(1), low_(low), high_(high), inverted_(inverted) {}
  bool matches(std::string_view text, Steps& steps) const override;
  std::optional<Found> find(std::string_view text, Steps& steps) const override;

 private:
  bool accepts(char32_t c) const { return (c >= low_ && c <= high_) != inverted_; }
  char32_t low_, high_;
  bool inverted_;
};

// `abc*`
class Prefix : public Matcher {
 public:
  explicit Prefix(std::string start) : Matcher(std::nullopt), prefix(std::move(start)) {}
  bool matches(std::string_view text, Steps& steps) const override;
  std::optional<Found> find(std::string_view text, Steps& steps) const override;

  const std::string prefix;
};

// `*abc`
class Suffix : public Matcher {
 public:
  explicit Suffix(std::string end) : Matcher(std::nullopt), suffix(std::move(end)) {}
  bool matches(std::string_view text, Steps& steps) const override;
  std::optional<Found> find(std::string_view text, Steps& steps) const override;

  const std::string suffix;
};

// `abc*def`; the two may overlap
class PrefixSuffix : public Matcher {
 public:
  PrefixSuffix(std::string prefix, std::string suffix)
      : Matcher(std::nullopt), prefix_(std::move(prefix)), suffix_(std::move(suffix)) {}
  bool matches(std::string_view text, Steps& steps) const override;
  std::optional<Found> find(std::string_view text, Steps& steps) const override;

 private:
  std::string prefix_, suffix_;
};

// `*abc*`; inverted: what doesn't contain it
class Contains : public Matcher {
 public:
  Contains(std::string needle, bool inverted)
      : Matcher(std::nullopt), needle_(std::move(needle)), inverted_(inverted) {}
  bool matches(std::string_view text, Steps& steps) const override;
  std::optional<Found> find(std::string_view text, Steps& steps) const override;

 private:
  std::string needle_;
  bool inverted_;
};

// At least so many characters.
class Min : public Matcher {
 public:
  explicit Min(std::size_t limit) : Matcher(std::nullopt), limit_(limit) {}
  bool matches(std::string_view text, Steps& steps) const override;
  std::optional<Found> find(std::string_view text, Steps& steps) const override;

 private:
  std::size_t limit_;
};

// At most so many characters.
class Max : public Matcher {
 public:
  explicit Max(std::size_t limit) : Matcher(std::nullopt), limit_(limit) {}
  bool matches(std::string_view text, Steps& steps) const override;
  std::optional<Found> find(std::string_view text, Steps& steps) const override;

 private:
  std::size_t limit_;
};

// What all of them match: Min, Max and an inverted Contains, which all find themselves at the start.
class EveryOf : public Matcher {
 public:
  explicit EveryOf(Matchers matchers) : Matcher(std::nullopt), matchers_(std::move(matchers)) {}
  bool matches(std::string_view text, Steps& steps) const override;
  std::optional<Found> find(std::string_view text, Steps& steps) const override;

 private:
  Matchers matchers_;
};

// `{a,b}`
class AnyOf : public Matcher {
 public:
  explicit AnyOf(Matchers alternatives);
  bool matches(std::string_view text, Steps& steps) const override;
  std::optional<Found> find(std::string_view text, Steps& steps) const override;

  const Matchers matchers;
};

// One after the other, each as long as it says.
class Row : public Matcher {
 public:
  explicit Row(Matchers matchers);
  bool matches(std::string_view text, Steps& steps) const override;
  std::optional<Found> find(std::string_view text, Steps& steps) const override;

 private:
  bool start_matches(std::string_view text, Steps& steps) const;
  Matchers matchers_;
};

// A matcher that is looked for, and those that match what stands before and after it; without one, nothing stands there. `BTree` in
// 0.2.3.
class Tree : public Matcher {
 public:
  Tree(Pointer middle, Pointer before, Pointer after);

  // The same with others in their place, which keeps the lengths of `tree`.
  Tree(const Tree& tree, Pointer before, Pointer after);

  bool matches(std::string_view text, Steps& steps) const override;
  std::optional<Found> find(std::string_view text, Steps& steps) const override;

  const Pointer value, left, right;

 private:
  bool right_matches(std::string_view text, const Found& found, Steps& steps) const;
  std::size_t left_length_, right_length_;  // 0: there is none, or it can't say
};

}  // namespace drift::source::glob_0_2_3
