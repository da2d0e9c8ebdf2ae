#include "source/glob/glob_0_2_3_compile.hpp"

#include <algorithm>
#include <span>

namespace drift::source::glob_0_2_3 {
namespace {

using Kind = Node::Kind;
using Part = std::span<const Pointer>;

template <class T>
const T* as(const Pointer& matcher) {
  return dynamic_cast<const T*>(matcher.get());
}

Node pattern_of(Nodes children) {
  return {.kind = Kind::pattern, .children = std::move(children)};
}

void add(Nodes& nodes, Node node) {
  nodes.push_back(std::make_shared<const Node>(std::move(node)));
}

bool equal(const Node& a, const Node& b, Steps& steps) {
  steps.take(1);
  return a.kind == b.kind && a.text == b.text && a.low == b.low && a.high == b.high &&
         a.inverted == b.inverted &&
         std::equal(a.children.begin(), a.children.end(), b.children.begin(), b.children.end(),
                    [&](const auto& x, const auto& y) { return equal(*x, *y, steps); });
}

// How many nodes the alternatives have in common at their start and at their end.
struct Common {
  std::size_t left = 0, right = 0;
};

Common common_children(const Nodes& alternatives, Steps& steps) {
  Common common;
  if (alternatives.size() < 2) return common;
  const auto least = std::min_element(alternatives.begin(), alternatives.end(), [](auto& a, auto& b) {
    return a->children.size() < b->children.size();
  });
  const auto& shortest = (*least)->children;
  const auto size = shortest.size();
  bool left = true, right = true;
  for (std::size_t i = 0; i < size && common.left + common.right < size && (left || right); ++i) {
    const auto from_end = size - 1 - i;
    for (const auto& alternative : alternatives) {
      if (alternative == *least) continue;
      const auto& children = alternative->children;
      left = left && equal(*shortest[i], *children[i], steps);
      // The end isn't looked at where the start has come to it.
      right = right && !(left && from_end <= i) &&
              equal(*shortest[from_end], *children[children.size() - 1 - i], steps);
    }
    if (left) ++common.left;
    if (right) ++common.right;
  }
  return common;
}

// `{ab*,ac*}` is `a{b,c}*`; none where the alternatives have nothing in common.
std::optional<Node> without_common_children(const Nodes& alternatives, Steps& steps) {
  const bool all_patterns = std::all_of(alternatives.begin(), alternatives.end(),
                                        [](auto& node) { return node->kind == Kind::pattern; });
  const auto common = all_patterns ? common_children(alternatives, steps) : Common{};
  if (common.left == 0 && common.right == 0) return std::nullopt;

  Nodes rest;
  for (const auto& alternative : alternatives) {
    const auto& children = alternative->children;
    Nodes own(children.begin() + static_cast<std::ptrdiff_t>(common.left),
              children.end() - static_cast<std::ptrdiff_t>(common.right));
    const Node node = own.empty() ? Node{Kind::nothing} : pattern_of(std::move(own));
    const bool is_there =
        std::any_of(rest.begin(), rest.end(), [&](auto& other) { return equal(*other, node, steps); });
    if (!is_there) add(rest, node);
  }

  const auto& first = alternatives[0]->children;
  Nodes result;
  if (common.left > 0)
    add(result, pattern_of({first.begin(), first.begin() + static_cast<std::ptrdiff_t>(common.left)}));
  if (rest.size() > 1) {
    add(result, {.kind = Kind::any_of, .children = std::move(rest)});
  } else if (rest[0]->kind != Kind::nothing) {
    result.push_back(rest[0]);
  }
  if (common.right > 0)
    add(result, pattern_of({first.end() - static_cast<std::ptrdiff_t>(common.right), first.end()}));
  return pattern_of(std::move(result));
}

// `abc*`, `*abc` and the like as one matcher; a tree whose middle is a text and whose sides are simple.
Pointer optimized_text(const Text& text, const Pointer& left, const Pointer& right) {
  const bool left_super = as<Super>(left) != nullptr, right_super = as<Super>(right) != nullptr;
  const auto* const prefix = as<Prefix>(left);
  const auto* const suffix = as<Suffix>(right);
  if (!left && !right) return std::make_shared<Text>(text.text);
  if (left_super && right_super) return std::make_shared<Contains>(text.text, false);
  if (left_super && !right) return std::make_shared<Suffix>(text.text);
  if (right_super && !left) return std::make_shared<Prefix>(text.text);
  if (!left && suffix) return std::make_shared<PrefixSuffix>(text.text, suffix->suffix);
  if (!right && prefix) return std::make_shared<PrefixSuffix>(prefix->prefix, text.text);
  return nullptr;
}

Pointer optimized(const Pointer& matcher) {
  if (const auto* any = as<AnyOf>(matcher)) return any->matchers.size() == 1 ? any->matchers[0] : matcher;
  if (const auto* one = as<OneOf>(matcher)) {
    auto text = std::make_shared<Text>(one->list);
    return !one->inverted && text->length == 1 ? text : matcher;
  }
  if (const auto* tree = as<Tree>(matcher)) {
    auto left = optimized(tree->left), right = optimized(tree->right);
    if (const auto* text = as<Text>(tree->value))
      if (auto simple = optimized_text(*text, left, right)) return simple;
    return std::make_shared<Tree>(*tree, std::move(left), std::move(right));
  }
  return matcher;
}

// `*`, `?` and inverted lists side by side by how many characters they take. Of several such lists, what stays is that the text
// doesn't contain the list as it is written: a fault of 0.2.3.
Pointer glued_as_every(Part matchers, Steps& steps) {
  std::size_t singles = 0;
  std::optional<std::string> list;
  for (const auto& matcher : matchers) {
    steps.take(1);
    const auto* const one = as<OneOf>(matcher);
    if (one ? !one->inverted : as<Super>(matcher) == nullptr) return nullptr;
    const auto own = one ? one->list : std::string();
    if (list.value_or(own) != own) return nullptr;
    list = own;
    if (one) ++singles;
  }
  const bool has_super = std::any_of(matchers.begin(), matchers.end(),
                                     [](const Pointer& matcher) { return as<Super>(matcher); });
  if (singles == 0) return std::make_shared<Super>();
  if (has_super) return std::make_shared<Min>(singles);
  Matchers every = {std::make_shared<Min>(singles), std::make_shared<Max>(singles)};
  if (!list->empty()) every.push_back(std::make_shared<Contains>(*list, true));
  return std::make_shared<EveryOf>(std::move(every));
}

Pointer glued_as_row(Part matchers, Steps& steps) {
  for (const auto& matcher : matchers) {
    steps.take(1);
    if (!matcher->length) return nullptr;
  }
  return std::make_shared<Row>(Matchers(matchers.begin(), matchers.end()));
}

Pointer glued(Part matchers, Steps& steps) {
  if (matchers.size() < 2) return nullptr;
  if (auto every = glued_as_every(matchers, steps)) return every;
  return glued_as_row(matchers, steps);
}

// Glues the part that gains most by it, as often as one can be glued.
Matchers minimized(Matchers matchers, Steps& steps) {
  for (;;) {
    Pointer best;
    std::size_t best_left = 0, best_count = 0;
    for (std::size_t left = 0; left < matchers.size(); ++left) {
      for (auto count = matchers.size() - left; count > 1; --count) {
        auto candidate = glued(Part(matchers).subspan(left, count), steps);
        if (!candidate) continue;
        const bool is_longer =
            best && best->length && candidate->length && *candidate->length > *best->length;
        if (best && !is_longer && count <= best_count) continue;
        best = std::move(candidate);
        best_left = left;
        best_count = count;
      }
    }
    if (!best) return matchers;
    const auto at = matchers.begin() + static_cast<std::ptrdiff_t>(best_left);
    *at = std::move(best);
    matchers.erase(at + 1, at + static_cast<std::ptrdiff_t>(best_count));
  }
}

// A tree around the last of the longest that say their length; none of none.
Pointer compile_sequence(Part matchers, Steps& steps) {
  if (matchers.empty()) return nullptr;
  if (matchers.size() == 1) return matchers[0];
  if (auto one = glued(matchers, steps)) return one;
  std::optional<std::size_t> middle;
  for (std::size_t i = 0; i < matchers.size(); ++i) {
    if (matchers[i]->length && (!middle || *matchers[i]->length >= *matchers[*middle]->length)) middle = i;
  }
  const auto at = middle.value_or(0);
  return std::make_shared<Tree>(matchers[at], compile_sequence(matchers.first(at), steps),
                                compile_sequence(matchers.subspan(at + 1), steps));
}

Matchers compile_children(const Node& node, Steps& steps) {
  Matchers matchers;
  for (const auto& child : node.children) matchers.push_back(optimized(compile(*child, steps)));
  return matchers;
}

}  // namespace

Pointer compile(const Node& node, Steps& steps) {
  steps.take(1);
  switch (node.kind) {
    case Kind::any_of:
      if (const auto simpler = without_common_children(node.children, steps)) return compile(*simpler, steps);
      return std::make_shared<AnyOf>(compile_children(node, steps));
    case Kind::pattern:
      if (node.children.empty()) return std::make_shared<Nothing>();
      return optimized(compile_sequence(minimized(compile_children(node, steps), steps), steps));
    case Kind::any:
    case Kind::super:
      return std::make_shared<Super>();
    case Kind::single:
      return std::make_shared<OneOf>("", true);
    case Kind::nothing:
      return std::make_shared<Nothing>();
    case Kind::list:
      return optimized(std::make_shared<OneOf>(node.text, node.inverted));
    case Kind::range:
      return std::make_shared<Range>(node.low, node.high, node.inverted);
    case Kind::text:
      return std::make_shared<Text>(node.text);
  }
  return nullptr;
}

}  // namespace drift::source::glob_0_2_3
