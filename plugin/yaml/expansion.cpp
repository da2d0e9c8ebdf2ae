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

  void visit(std::uint32_t index, std::size_t depth) {
    const Cell& cell = document_.cell(index);
    count(cell, depth);
    if (cell.style == Style::alias) return visit_alias(index, cell, depth);
    if (cell.type == Type::sequence)
      for (auto child = cell.child; child != 0; child = document_.cell(child).next) visit(child, depth + 1);
    if (cell.type == Type::mapping) visit_mapping(cell, depth);
  }

 private:
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

  void visit_alias(std::uint32_t index, const Cell& cell, std::size_t depth) {
    if (std::find(active_.begin(), active_.end(), index) != active_.end())
      throw InputError(document_.place(cell.begin),
                       "the value of this anchor contains itself; expected an alias to something complete");
    active_.push_back(index);
    ++alias_depth_;
    visit(cell.child, depth);
    --alias_depth_;
    active_.pop_back();
  }

  void visit_mapping(const Cell& cell, std::size_t depth) {
    for (auto key = cell.child; key != 0;) {
      const auto value = document_.cell(key).next;
      if (document_.cell(key).merge) {
        check_merge(value);
        visit_merged(value, depth);
      } else {
        visit(key, depth + 1);
        visit(value, depth + 1);
      }
      key = document_.cell(value).next;
    }
  }

  void visit_merged(std::uint32_t value, std::size_t depth) {
    const Cell& cell = document_.cell(value);
    if (cell.style != Style::alias && cell.type == Type::sequence) {
      for (auto child = cell.child; child != 0; child = document_.cell(child).next) visit(child, depth);
      return;
    }
    visit(value, depth);
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
  std::vector<std::uint32_t> active_;
  double visits_ = 0, alias_visits_ = 0;
  std::size_t alias_depth_ = 0;
};

}  // namespace

void check_expansion(const Document& document) {
  if (document.root()) Expansion(document).visit(0, 0);
}

}  // namespace drift::yaml
