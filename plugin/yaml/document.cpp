#include "yaml/document.hpp"

#include <algorithm>

#include "base/utf8.hpp"
#include "yaml/libyaml_reader.hpp"
#include "yaml/nesting.hpp"
#include "yaml/plain_reader.hpp"
#include "yaml/resolve.hpp"
#include "yaml/tree.hpp"

namespace drift::yaml {

namespace {

// The file's byte order mark is not the parser's business: it would count it in some versions and not in others.
Span without_mark(std::string_view text, Span span) {
  if (span.begin == 0 && text.substr(0, span.end).starts_with(byte_order_mark))
    span.begin = static_cast<std::uint32_t>(byte_order_mark.size());
  return span;
}

constexpr std::size_t bytes_a_node = 28;  // fewer than in most manifests

}  // namespace

Document::Document(std::string_view name, std::string_view text, Span span, Reader reader,
                   const LineIndex* lines)
    : name_(name), text_(text), lines_(lines), span_(span) {
  const Span body = without_mark(text, span);
  const auto expected = (body.end - body.begin) / bytes_a_node + 8;
  if (reader == Reader::fastest) {
    TreeBuilder tree(*this, expected);
    if (read_plain(text, body, tree)) {
      reader_ = Reader::fastest;
      tree.finish();
      return;
    }
  }
  if (nesting_work(text.substr(body.begin, body.end - body.begin)) > max_nesting_work)
    throw InputError(
        place(body.begin),
        "lists and mappings in brackets are nested too deep for so long a document; expected fewer levels");
  TreeBuilder tree(*this, expected);
  LibyamlReader(*this, body, tree).read();
  tree.finish();
}

Node Document::root() const {
  return empty_ ? Node() : Node(this, 0);
}

Place Document::place(std::uint32_t offset) const {
  const auto [line, column] = lines_ != nullptr ? lines_->at(offset) : LineIndex(text_).at(offset);
  return {std::string(name_), line, column};
}

bool Node::boolean() const {
  return boolean_value(text());
}

Span Node::span() const {
  return {cell().begin, cell().end};
}

Place Node::place() const {
  return document_->place(cell().begin);
}

namespace {

// The string that a key is in JSON.
std::string_view key_text(const Node& key, std::string& buffer) {
  const std::string_view text = key.text();
  switch (key.type()) {
    case Type::boolean:
      return boolean_value(text) ? "true" : "false";
    case Type::integer:
    case Type::real:
      buffer = key_of_number(number_of(key.type(), text));
      return buffer;
    default:
      return text;
  }
}

// Calls visit(mapping) for each mapping that a merge key brings in, the one that counts least first.
template <typename Visit>
void each_merged(const Node& value, Visit visit) {
  const Node meant = value.followed();
  if (meant.type() == Type::mapping) return visit(meant);
  auto mappings = meant.elements();
  std::for_each(mappings.rbegin(), mappings.rend(), [&](const Node& mapping) { visit(mapping.followed()); });
}

void collect(const Node& mapping, std::vector<std::pair<std::string, Node>>& entries) {
  std::string buffer;
  for (Node key = mapping.child(); key;) {
    const Node value = key.next();
    if (!value) break;  // never: the parser gives every key a value
    if (key.cell().merge)
      each_merged(value, [&](const Node& merged) { collect(merged, entries); });
    else
      entries.emplace_back(key_text(key, buffer), value);
    key = value.next();
  }
}

}  // namespace

std::string Node::key_text() const {
  std::string buffer;
  return std::string(yaml::key_text(*this, buffer));
}

Node Node::find(std::string_view wanted) const {
  if (!*this) return {};
  const Node mapping = followed();
  if (mapping.cell().type != Type::mapping) return {};
  Node found;
  std::string buffer;
  for (Node key = mapping.child(); key;) {
    const Node value = key.next();
    if (!value) break;  // never: the parser gives every key a value
    if (key.cell().merge) {
      each_merged(value, [&](const Node& merged) {
        if (const Node inner = merged.find(wanted)) found = inner;
      });
    } else if (yaml::key_text(key, buffer) == wanted) {
      found = value;
    }
    key = value.next();
  }
  return found;
}

Node Node::at(std::size_t index) const {
  if (!is_sequence()) return {};
  Node element = followed().child();
  while (element && index-- > 0) element = element.next();
  return element;
}

std::vector<std::pair<std::string, Node>> Node::entries() const {
  if (!is_mapping()) return {};
  std::vector<std::pair<std::string, Node>> entries;
  std::size_t nodes = 0;
  for (Node node = followed().child(); node; node = node.next()) ++nodes;
  entries.reserve(nodes / 2);
  collect(followed(), entries);
  const auto less = [](const auto& a, const auto& b) { return a.first < b.first; };
  if (!std::is_sorted(entries.begin(), entries.end(), less))
    std::stable_sort(entries.begin(), entries.end(), less);
  // Of equal keys the last one counts, which is the first from behind.
  const auto same = [](const auto& a, const auto& b) { return a.first == b.first; };
  entries.erase(entries.begin(), std::unique(entries.rbegin(), entries.rend(), same).base());
  return entries;
}

std::vector<Node> Node::elements() const {
  std::vector<Node> elements;
  if (!is_sequence()) return elements;
  for (Node element = followed().child(); element; element = element.next()) elements.push_back(element);
  return elements;
}

}  // namespace drift::yaml
