#include "yaml/tree.hpp"

#include <fmt/format.h>

#include "yaml/resolve.hpp"

namespace drift::yaml {

TreeBuilder::TreeBuilder(Document& document, std::size_t expected) : document_(document) {
  document_.cells_.clear();
  document_.strings_.clear();
  document_.has_anchors_ = false;
  document_.cells_.reserve(expected);
}

void TreeBuilder::finish() {
  auto& cells = document_.cells_;
  if (cells.capacity() > cells.size() * 5 / 4) cells.shrink_to_fit();
  document_.empty_ = cells.empty() || (cells[0].type == Type::null && cells[0].style != Style::alias);
  if (document_.has_anchors_) check_expansion(document_);
  if (has_other_keys_) check_same_keys(document_);
}

bool TreeBuilder::expects_key() const {
  return !open_.empty() && document_.cells_[open_.back().cell].type == Type::mapping && open_.back().key_next;
}

std::uint32_t TreeBuilder::add(Span span, const Properties& properties) {
  auto& cells = document_.cells_;
  const auto index = static_cast<std::uint32_t>(cells.size());
  Cell& cell = cells.emplace_back();
  cell.begin = span.begin;
  cell.end = span.end;
  cell.tagged = properties.tag.has_value();
  if (!open_.empty()) {
    Open& parent = open_.back();
    if (parent.last_child == 0)
      cells[parent.cell].child = index;
    else
      cells[parent.last_child].next = index;
    parent.last_child = index;
  }
  if (properties.anchor) {
    cell.anchored = true;
    document_.has_anchors_ = true;
    anchors_[std::string(*properties.anchor)] = index;
  }
  return index;
}

void TreeBuilder::after_node() {
  if (!open_.empty()) open_.back().key_next = !open_.back().key_next;
}

void TreeBuilder::set_value(Cell& cell, std::string_view value) {
  const bool quoted = cell.style == Style::single_quoted || cell.style == Style::double_quoted;
  const std::size_t tail = quoted ? 1 : 0;
  if (cell.end - cell.begin >= value.size() + tail) {
    const auto at = cell.end - tail - value.size();
    const auto written = document_.text_.substr(at, value.size());
    if (written.data() == value.data() || written == value) {
      cell.value = static_cast<std::uint32_t>(at);
      cell.value_size = static_cast<std::uint32_t>(value.size());
      return;
    }
  }
  if (cell.style == Style::double_quoted) check_escapes(cell);
  set_owned(cell, value);
}

void TreeBuilder::set_owned(Cell& cell, std::string_view value) {
  cell.owned = true;
  cell.value = static_cast<std::uint32_t>(document_.strings_.size());
  cell.value_size = static_cast<std::uint32_t>(value.size());
  document_.strings_ += value;
}

void TreeBuilder::set_tagged(Cell& cell, std::string_view tag, std::string_view value) {
  const auto tagged = resolve_tagged(tag, value);
  if (tagged.problem != nullptr) fail(cell.begin, fmt::format("the value {}", tagged.problem));
  cell.type = tagged.type;
  if (tagged.value) set_owned(cell, *tagged.value);
}

// libyaml knows the escape \/ of YAML 1.2, go-yaml v2 does not.
void TreeBuilder::check_escapes(const Cell& cell) {
  const auto raw = document_.text_.substr(cell.begin, cell.end - cell.begin);
  for (std::size_t i = 0; i + 1 < raw.size(); ++i) {
    if (raw[i] != '\\') continue;
    if (raw[++i] == '/')
      fail(static_cast<std::uint32_t>(cell.begin + i - 1),
           "found unknown escape character \\/; expected a plain /");
  }
}

void TreeBuilder::scalar(Span span, Style style, std::string_view value, bool resolves,
                         const Properties& properties) {
  const bool key = expects_key();
  Cell& cell = document_.cells_[add(span, properties)];
  cell.style = style;
  cell.type = Type::string;
  set_value(cell, value);
  if (properties.tag)
    set_tagged(cell, *properties.tag, value);
  else if (resolves)
    cell.type = plain_type(value);
  const bool in_flow = !open_.empty() && document_.cells_[open_.back().cell].style == Style::flow;
  if (in_flow && cell.style == Style::plain && value.find('?') != std::string_view::npos)
    fail(
        cell.begin,
        "a question mark in an unquoted flow scalar, which Argo CD does not read; expected quotes around it");
  if (key && value == "<<" && (resolves || properties.tag == "tag:yaml.org,2002:merge")) {
    cell.merge = true;
    document_.has_anchors_ = true;
  } else if (key) {
    check_key(cell);
  }
  if (cell.type == Type::real && !parse_number(value))
    fail(cell.begin, "infinity and NaN have no place in JSON; expected a finite number or a quoted string");
  after_node();
}

void TreeBuilder::check_key(const Cell& cell) {
  has_other_keys_ = has_other_keys_ || cell.type != Type::string;
  if (cell.type == Type::null) fail(cell.begin, "a key can't be null; expected a name, or quotes around it");
  if (cell.type != Type::integer) return;
  const auto number = parse_number(document_.value(cell));
  if (number && std::holds_alternative<std::uint64_t>(*number))
    fail(cell.begin, "a number this large can't be a key; expected quotes around it");
}

void TreeBuilder::alias(Span span, std::string_view name) {
  const auto target = anchors_.find(std::string(name));
  if (target == anchors_.end())
    // The name stays out of it: it could be a password that starts with a star.
    fail(span.begin,
         "an alias (*) without an anchor (&) of its name before it; expected one, or quotes around a text");
  const bool key = expects_key();
  const Cell meant = document_.cells_[target->second];
  if (key && (meant.type == Type::mapping || meant.type == Type::sequence))
    fail(span.begin, "a key can't be a collection; expected a name");
  if (key) check_key(meant);
  Cell& cell = document_.cells_[add(span, {})];
  cell.style = Style::alias;
  cell.type = meant.type;
  cell.child = target->second;
  document_.has_anchors_ = true;
  after_node();
}

void TreeBuilder::open(Span span, Type type, Style style, const Properties& properties) {
  if (expects_key()) fail(span.begin, "a key can't be a collection; expected a name");
  if (open_.size() >= max_depth)
    fail(span.begin, fmt::format("nested too deep; expected at most {} levels", max_depth));
  const auto index = add(span, properties);
  Cell& cell = document_.cells_[index];
  cell.type = type;
  cell.style = style;
  open_.push_back({index});
}

void TreeBuilder::close(std::uint32_t end) {
  document_.cells_[open_.back().cell].end = end;
  open_.pop_back();
  after_node();
}

void TreeBuilder::fail(std::uint32_t offset, const std::string& message) const {
  throw InputError(document_.place(offset), message);
}

}  // namespace drift::yaml
