// From what a reader of YAML sees, piece by piece, to a Document's cells. Internal to plugin/manifest.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "yaml/document.hpp"

namespace drift::yaml {

// What stands in front of a node: its anchor and its tag in the long form, tag:yaml.org,2002:int.
struct Properties {
  std::optional<std::string_view> anchor, tag;
};

// Takes the nodes of one document in their order: a collection is opened, holds what comes until it is closed, and
// keys and values of a mapping take turns. Spans are bytes of the whole file. Each member throws InputError where
// go-yaml would refuse what it was told.
class TreeBuilder {
 public:
  // Empties the document; `expected` is the number of nodes to make room for.
  TreeBuilder(Document& document, std::size_t expected);

  // `resolves`: the scalar is what its text says (plain, untagged), and no string as a matter of course.
  void scalar(Span span, Style style, std::string_view value, bool resolves,
              const Properties& properties = {});
  void alias(Span span, std::string_view name);
  void open(Span span, Type type, Style style, const Properties& properties = {});
  void close(std::uint32_t end);
  // All has been told.
  void finish();

 private:
  struct Open {
    std::uint32_t cell;
    std::uint32_t last_child = 0;
    bool key_next = true;
  };

  std::uint32_t add(Span span, const Properties& properties);
  void set_value(Cell& cell, std::string_view value);
  void set_owned(Cell& cell, std::string_view value);
  void set_tagged(Cell& cell, std::string_view tag, std::string_view value);
  void check_escapes(const Cell& cell);
  void check_key(const Cell& cell);
  bool expects_key() const;
  void after_node();
  [[noreturn]] void fail(std::uint32_t offset, const std::string& message) const;

  Document& document_;
  std::vector<Open> open_;
  bool has_other_keys_ = false;  // keys that are no strings
  std::unordered_map<std::string, std::uint32_t> anchors_;
};

// Refuses what go-yaml refuses when it expands aliases: an anchor inside of itself, an alias bomb, a merge of what is
// no mapping, and more than max_depth levels (go-yaml v2 decode.go; limits as there).
void check_expansion(const Document& document);

// Refuses two keys of a mapping that Go's reader tells apart and JSON doesn't, with both places.
void check_same_keys(const Document& document);

}  // namespace drift::yaml
