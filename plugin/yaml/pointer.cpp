#include "yaml/pointer.hpp"

#include <charconv>
#include <cstdint>

namespace drift::yaml {
namespace {

std::optional<std::size_t> list_index(std::string_view token) {
  std::size_t index = 0;
  auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  if (error != std::errc() || end != token.data() + token.size()) return std::nullopt;
  if (token.size() > 1 && token.front() == '0') return std::nullopt;
  return index;
}

struct Walk {
  const Pointer& pointer;
  std::size_t limit;
  std::size_t nodes_left = SIZE_MAX;
  std::vector<Target> targets = {};
  bool ended = false;

  void step(std::size_t depth, const std::string& path, const std::string& index, Node node) {
    if (targets.size() >= limit || ended) return;
    if (nodes_left-- == 0) {
      ended = true;
      return;
    }
    if (depth == pointer.tokens.size()) {
      targets.push_back({path, index, node});
      return;
    }
    const auto& token = pointer.tokens[depth];
    if (token != pointer_wildcard) {
      Node next;
      if (node.is_mapping()) {
        next = node.find(token);
      } else if (auto at = list_index(token); at && node.is_sequence()) {
        next = node.at(*at);
      }
      if (next) step(depth + 1, path + '/' + escaped(token), index, next);
      return;
    }
    auto descend = [&](const std::string& key, Node next) {
      step(depth + 1, path + '/' + escaped(key), index.empty() ? key : index + '.' + key, next);
    };
    if (node.is_sequence()) {
      std::size_t number = 0;
      for (const auto& element : node.elements()) descend(std::to_string(number++), element);
    } else if (node.is_mapping()) {
      for (const auto& [key, value] : node.entries()) descend(key, value);
    }
  }
};

}  // namespace

std::vector<Target> resolve(const Pointer& pointer, Node root, std::size_t limit) {
  Walk walk{pointer, limit};
  if (root) walk.step(0, {}, {}, root);
  return std::move(walk.targets);
}

std::optional<std::vector<Target>> resolve_within(const Pointer& pointer, Node root, std::size_t limit,
                                                  std::size_t max_nodes) {
  Walk walk{pointer, limit, max_nodes};
  if (root) walk.step(0, {}, {}, root);
  if (walk.ended) return std::nullopt;
  return std::move(walk.targets);
}

}  // namespace drift::yaml
