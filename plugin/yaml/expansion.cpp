// Aliases make a small document mean a large one. go-yaml bounds that while it decodes: it counts every node it visits,
// and how many of those by way of an alias, and stops once the share is too high for the size. The same count here makes
// sure that what we accept is what Argo CD accepts, and that every later walk is bounded.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "yaml/tree.hpp"

namespace drift::yaml {
namespace {

constexpr double range_low = 400'000;
constexpr double range_high = 4'000'000;

double allowed_alias_ratio(double visits) {
  if (visits <= range_low) return 0.99;
  if (visits >= range_high) return 0.10;
  return 0.99 - 0.89 * ((visits - range_low) / (range_high - range_low));
}

class Expansion {
 public:
  explicit Expansion(const Document& document) : document_(document) {}

  // Without recursion: documents may have 10,000 levels.
  void visit_all() {
    begin(0, 0);
    while (!open_.empty()) {
      Open& open = open_.back();
      if (open.child != 0) {
        next(open);
        continue;
      }
      if (open.alias) {
        --alias_depth_;
        active_.pop_back();
      }
      open_.pop_back();
    }
  }

 private:
  // A collection whose children are being visited, or an alias whose target is.
  struct Open {
    std::uint32_t child = 0;  // the next; 0: none is left
    std::size_t depth = 0;    // of its children
    bool mapping = false;
    bool value_next = false;  // of a mapping: the child is a value
    bool alias = false;
  };

  void begin(std::uint32_t index, std::size_t depth) {
    const Cell& cell = document_.cell(index);
    count(cell, depth);
    if (cell.style == Style::alias) return begin_alias(index, cell, depth);
    if (cell.type == Type::sequence) open_.push_back({.child = cell.child, .depth = depth + 1});
    if (cell.type == Type::mapping)
      open_.push_back({.child = cell.child, .depth = depth + 1, .mapping = true});
  }

  // `open` is no longer valid behind it.
  void next(Open& open) {
    const auto child = open.child;
    const Cell& cell = document_.cell(child);
    open.child = cell.next;
    if (!open.mapping || open.value_next || !cell.merge) {
      open.value_next = open.mapping && !open.value_next;
      return begin(child, open.depth);
    }
    const auto value = cell.next;
    open.child = document_.cell(value).next;
    check_merge(value);
    begin_merged(value, open.depth - 1);
  }

  void count(const Cell& cell, std::size_t depth) {
    if (depth > max_depth)
      throw InputError(document_.place(cell.begin),
                       fmt::format("nested too deep; expected at most {} levels", max_depth));
    ++visits_;
    if (alias_depth_ > 0) ++alias_visits_;
    if (alias_visits_ > 100 && visits_ > 1000 && alias_visits_ / visits_ > allowed_alias_ratio(visits_))
      throw InputError(document_.place(cell.begin),
                       "document contains excessive aliasing; expected fewer aliases of aliases");
  }

  void begin_alias(std::uint32_t index, const Cell& cell, std::size_t depth) {
    if (std::find(active_.begin(), active_.end(), index) != active_.end())
      throw InputError(document_.place(cell.begin),
                       "the value of this anchor contains itself; expected an alias to something complete");
    active_.push_back(index);
    ++alias_depth_;
    open_.push_back({.alias = true});
    begin(cell.child, depth);
  }

  void begin_merged(std::uint32_t value, std::size_t depth) {
    const Cell& cell = document_.cell(value);
    if (cell.style != Style::alias && cell.type == Type::sequence)
      open_.push_back({.child = cell.child, .depth = depth});
    else
      begin(value, depth);
  }

  void check_merge(std::uint32_t value) const {
    const Cell& cell = document_.cell(value);
    bool good = cell.type == Type::mapping;
    if (cell.style != Style::alias && cell.type == Type::sequence) {
      good = true;
      for (auto child = cell.child; child != 0; child = document_.cell(child).next)
        good = good && document_.cell(child).type == Type::mapping;
    }
    if (!good)
      throw InputError(document_.place(cell.begin),
                       "a merge (<<) needs a mapping or a list of mappings as its value");
  }

  const Document& document_;
  std::vector<Open> open_;
  std::vector<std::uint32_t> active_;
  double visits_ = 0, alias_visits_ = 0;
  std::size_t alias_depth_ = 0;
};

}  // namespace

void check_expansion(const Document& document) {
  if (document.root()) Expansion(document).visit_all();
}

}  // namespace drift::yaml
