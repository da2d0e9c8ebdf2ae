// One YAML (or JSON) document as Argo CD reads it: a tree of nodes, each with its place in the source's bytes.
//
// Argo CD reads through k8s.io/apimachinery's NewYAMLOrJSONDecoder and sigs.k8s.io/yaml, whose parser (go-yaml v2) is a
// port of libyaml; so libyaml parses here, and resolve.cpp decides what a scalar is as go-yaml v2 does. Most manifests
// use a small part of YAML; those plain_reader.cpp reads, to the same cells and several times as fast.
//
// A Document owns its tree and borrows the text: the text must outlive it. A Node is a cheap handle into a Document and
// valid as long as that. Everything that could make a tree unsafe to walk (a key that is a collection, an alias to
// itself, an alias bomb, more than max_depth levels, a number that JSON has not) is refused when reading, so walking
// can't fail or run away.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "yaml/line_index.hpp"

namespace drift::yaml {

// go-yaml v2 and encoding/json both stop at 10,000 levels.
inline constexpr std::size_t max_depth = 10'000;
// Offsets are 32 bits wide; this is far below, and above what Argo CD's message limit (100 MiB) leaves for a result.
inline constexpr std::size_t max_text_size = std::size_t{64} << 20;

// Bytes [begin, end) of the text.
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

enum class Type : std::uint8_t { null, boolean, integer, real, string, sequence, mapping };

enum class Style : std::uint8_t { plain, single_quoted, double_quoted, literal, folded, block, flow, alias };

// What the tree is made of; Node is how it is read.
struct Cell {
  std::uint32_t begin = 0, end = 0;  // the node as written, its anchor and tag included
  std::uint32_t value = 0,
                value_size = 0;  // scalar: into the text, or (owned) into the document's own strings
  std::uint32_t next = 0;        // the next sibling; 0: none
  std::uint32_t child = 0;       // collection: first child (keys and values in turn); alias: what it means
  Type type = Type::null;
  Style style = Style::plain;
  bool owned : 1 = false;  // the value is in strings_
  bool tagged : 1 = false;
  bool anchored : 1 = false;
  bool merge : 1 = false;  // a merge key, `<<`
};

class Document;

// A handle to a node. Unless said otherwise it means what a reader of the document sees: aliases are followed, merge
// keys are applied, and of equal keys the last one counts (go-yaml v2, decode.go).
class Node {
 public:
  Node() = default;
  Node(const Document* document, std::uint32_t index) : document_(document), index_(index) {}

  // False for "no such node", what find() and at() return for what is not there.
  explicit operator bool() const { return document_ != nullptr; }

  Type type() const;
  bool is_mapping() const { return *this && type() == Type::mapping; }
  bool is_sequence() const { return *this && type() == Type::sequence; }
  bool is_string() const { return *this && type() == Type::string; }
  bool is_null() const { return *this && type() == Type::null; }

  // A scalar's text: a string's value, else what stands there (`0x1F`, `yes`). Valid as long as the document.
  std::string_view text() const;
  // The scalar as Kubernetes has it; each needs the right type().
  bool boolean() const;
  // The string that the scalar is in JSON when it is a key.
  std::string key_text() const;

  // The value of a key of a mapping; no node where this is no mapping or the key is missing.
  Node find(std::string_view wanted) const;
  // The element of a sequence; no node where there is none.
  Node at(std::size_t index) const;

  // The entries of a mapping as they take effect, sorted by key (bytewise); empty for others.
  std::vector<std::pair<std::string, Node>> entries() const;
  // The elements of a sequence; empty for others.
  std::vector<Node> elements() const;

  // Canonical JSON: one line, keys sorted, numbers as Go prints them, strings with only what JSON demands escaped.
  std::string json() const;
  void append_json(std::string& out) const;

  // The bytes of the node where it is written (an alias: of the `*name` itself).
  Span span() const;
  // Where it is written, for messages.
  Place place() const;

  const Document& document() const { return *document_; }
  const Cell& cell() const;  // as written, an alias not followed
  std::uint32_t index() const { return index_; }
  Node next() const;      // as written: the next sibling, or no node
  Node child() const;     // as written: the first child, or no node
  Node followed() const;  // what an alias means; itself otherwise

 private:
  const Document* document_ = nullptr;
  std::uint32_t index_ = 0;
};

class Document {
 public:
  enum class Reader : std::uint8_t { fastest, libyaml };

  // Reads one document. `text` is the whole file, `span` the document's bytes in it; `name` is for messages. Which
  // reader does it makes no difference but of time. Throws InputError with the place of what is wrong. `lines` is the
  // file's index, for a file of many documents; it must outlive the document.
  Document(std::string_view name, std::string_view text, Span span, Reader reader = Reader::fastest,
           const LineIndex* lines = nullptr);

  Document(Document&&) noexcept = default;
  Document& operator=(Document&&) noexcept = default;
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;
  ~Document() = default;

  // No node for a document that holds nothing (or null), which Argo CD skips.
  Node root() const;
  std::string_view name() const { return name_; }
  std::string_view text() const { return text_; }
  Span span() const { return span_; }
  // Which reader did it.
  Reader reader() const { return reader_; }
  // True where an anchor, alias or merge key stands anywhere in it.
  bool has_anchors() const { return has_anchors_; }
  Place place(std::uint32_t offset) const;
  const Cell& cell(std::uint32_t index) const { return cells_[index]; }
  std::size_t size() const { return cells_.size(); }
  std::string_view value(const Cell& cell) const {
    return (cell.owned ? std::string_view(strings_) : text_).substr(cell.value, cell.value_size);
  }

 private:
  friend class TreeBuilder;
  std::string_view name_, text_;
  const LineIndex* lines_ = nullptr;
  Span span_;
  Reader reader_ = Reader::libyaml;
  std::vector<Cell> cells_;  // cells_[0] is the root
  std::string strings_;
  bool has_anchors_ = false;
  bool empty_ = true;
};

// Here, as whoever walks a document calls them for every node.
inline const Cell& Node::cell() const {
  return document_->cell(index_);
}

inline Node Node::followed() const {
  Node node = *this;
  while (node.cell().style == Style::alias) node = {document_, node.cell().child};
  return node;
}

inline Type Node::type() const {
  return followed().cell().type;
}

inline std::string_view Node::text() const {
  return document_->value(followed().cell());
}

inline Node Node::next() const {
  return cell().next == 0 ? Node() : Node(document_, cell().next);
}

inline Node Node::child() const {
  const Cell& own = cell();
  return own.style == Style::alias || own.child == 0 ? Node() : Node(document_, own.child);
}

// Node handles point at their Document, so one that moves takes its handles' target away: keep it where it is, in a
// std::deque or behind a pointer.

}  // namespace drift::yaml
