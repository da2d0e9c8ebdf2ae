// JSON pointers (RFC 6901) as Argo CD's ignoreDifferences writes them, with one addition: a token `*` stands
// for each element of a list or each key of a mapping. A key that is really called `*` can't be named.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/document.hpp"

namespace drift::policy {

struct Pointer {
  std::string text;                 // as written
  std::vector<std::string> tokens;  // unescaped
};

// A node that a pointer leads to.
struct Target {
  std::string pointer;  // without wildcards: `/spec/template/spec/containers/0/image`
  std::string index;    // what the wildcards stood for, joined by `.`: `0`, `1.web`; empty without wildcards
  manifest::Node node;
};

// What is wrong with a pointer's text, as a sentence; empty where nothing is.
std::string pointer_mistake(std::string_view text);

// `text` must have no pointer_mistake().
Pointer parse_pointer(std::string_view text);

// All nodes that the pointer leads to, in the document's order (a mapping's keys sorted); at most `limit` of
// them.
std::vector<Target> resolve(const Pointer& pointer, manifest::Node root, std::size_t limit = 1000);

// The same, unless the pointer's wildcards lead through more than `max_nodes` nodes.
std::optional<std::vector<Target>> resolve_within(const Pointer& pointer, manifest::Node root,
                                                  std::size_t limit, std::size_t max_nodes);

// A token as it stands in a pointer: `~` is ~0, `/` is ~1.
std::string escaped(std::string_view token);

// Annotations and labels that the plugin or Argo CD writes after the value was taken: they would always
// differ.
bool written_by_us(std::string_view key);

}  // namespace drift::policy
