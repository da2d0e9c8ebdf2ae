// What a JSON pointer leads to in a document.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "json/pointer.hpp"
#include "yaml/document.hpp"

namespace drift::yaml {

// A node that a pointer leads to.
struct Target {
  std::string pointer;  // without wildcards: `/spec/template/spec/containers/0/image`
  std::string index;    // what the wildcards stood for, joined by `.`: `0`, `1.web`; empty without wildcards
  Node node;
};

// All nodes that the pointer leads to, in the document's order (a mapping's keys sorted); at most `limit` of
// them.
std::vector<Target> resolve(const Pointer& pointer, Node root, std::size_t limit = 1000);

// The same, unless the pointer's wildcards lead through more than `max_nodes` nodes.
std::optional<std::vector<Target>> resolve_within(const Pointer& pointer, Node root, std::size_t limit,
                                                  std::size_t max_nodes);

}  // namespace drift::yaml
