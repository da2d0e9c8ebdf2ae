#include "migrate/entries.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/error.hpp"
#include "base/text.hpp"
#include "json/read.hpp"
#include "json/to_yaml.hpp"
#include "yaml/layout.hpp"
#include "yaml/stream.hpp"

namespace drift::migrate {
namespace {

using yaml::Edit;
using yaml::Node;

struct Pair {
  Node key, value;
};

std::vector<Pair> pairs_of(const Node& mapping) {
  std::vector<Pair> pairs;
  for (Node key = mapping.child(); key;) {
    const Node value = key.next();
    if (!value) break;  // never: the parser gives every key a value
    pairs.push_back({key, value});
    key = value.next();
  }
  return pairs;
}

void refuse_anchors(const Node& node) {
  if (node.cell().anchored)
    throw InputError(node.place(),
                     "an anchor stands in what is to be changed, and an alias may mean it; write it out");
  for (Node child = node.child(); child; child = child.next()) refuse_anchors(child);
}

bool is_break(char c) {
  return c == '\n' || c == '\r';
}

// The places of a file at and behind an offset.
class Lines {
 public:
  explicit Lines(const yaml::Document& document) : text_(document.text().substr(0, document.span().end)) {}

  // The end of the line that holds the offset, before its line break.
  std::uint32_t end(std::uint32_t offset) const {
    while (offset < text_.size() && !is_break(text_[offset])) ++offset;
    return offset;
  }
  // The start of the next line, or the end of the text.
  std::uint32_t next(std::uint32_t offset) const {
    offset = end(offset);
    if (text_.substr(offset).starts_with("\r\n")) return offset + 2;
    return offset < text_.size() ? offset + 1 : offset;
  }
  // The start of a line, before which blank lines stand that end there.
  std::uint32_t without_blank_ones(std::uint32_t offset) const {
    const auto last = text_.substr(0, offset).find_last_not_of(" \t\r\n");
    return last == std::string_view::npos ? offset : next(static_cast<std::uint32_t>(last));
  }
  // Whether a line starts there that is a comment alone, further in than `column`.
  bool is_inner_comment(std::uint32_t offset, std::size_t column) const {
    const auto line = text_.substr(offset, end(offset) - offset);
    const auto first = line.find_first_not_of(' ');
    return first != std::string_view::npos && first > column && line[first] == '#';
  }

 private:
  std::string_view text_;
};

// The bytes of an entry in block style: up to the end of its last line, with the comments that belong to it. `ended`: with the
// line break, which is the value's own.
struct Region {
  yaml::Span span;
  bool ended;
};

Region region_of(const Pair& pair) {
  const auto& document = pair.key.document();
  const Lines lines(document);
  const auto begin = pair.key.span().begin;
  const auto column = begin - yaml::line_start(document, begin);
  auto end = yaml::content_end(pair.value);
  const bool ended = yaml::ends_with_break(pair.value);
  if (ended)
    end = lines.without_blank_ones(end);  // which a literal block has before what follows
  else
    end = lines.end(std::max(end, pair.key.span().end));
  for (auto next = ended ? end : lines.next(end); lines.is_inner_comment(next, column);
       next = lines.next(next))
    end = ended ? lines.next(next) : lines.end(next);
  return {{begin, end}, ended};
}

void add_leaves(const Node& node, std::vector<yaml::Span>& leaves) {
  if (!node.child()) leaves.push_back(node.span());
  for (Node child = node.child(); child; child = child.next()) add_leaves(child, leaves);
}

// The comments of a region: what begins with `#` behind a blank, and stands in no scalar.
std::vector<std::string> comments_in(const Pair& pair, yaml::Span region) {
  const auto text = pair.key.document().text();
  std::vector<yaml::Span> leaves{pair.key.span()};
  add_leaves(pair.value, leaves);
  std::vector<std::string> comments;
  auto leaf = leaves.begin();
  for (auto at = region.begin; at < region.end; ++at) {
    while (leaf != leaves.end() && leaf->end <= at) ++leaf;
    if (leaf != leaves.end() && at >= leaf->begin) {
      at = leaf->end - 1;
      continue;
    }
    if (text[at] != '#' || text.substr(at - 1).find_first_of(" \t\r\n") != 0) continue;
    const auto end = Lines(pair.key.document()).end(at);
    comments.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return comments;
}

// The entry as lines in block style, without the indentation of the first and without the last line's break.
std::string block_text(const rapidjson::Value& added, const std::string& indent,
                       const std::vector<std::string>& comments) {
  auto yaml = block_yaml(added);
  yaml.pop_back();
  std::string text;
  for (const auto line : parts_of(yaml, '\n')) {
    const bool first = text.empty();
    if (!first) text += line.empty() ? "\n" : "\n" + indent;
    text += line;
    if (!first) continue;
    for (const auto& comment : comments) text += fmt::format("\n{}  {}", indent, comment);
  }
  return text;
}

// `"plugin": {…}`
std::string flow_text(const rapidjson::Value& added) {
  const auto json = yaml::json_for_yaml(to_json(added));
  return json.substr(1, json.size() - 2);
}

class Change {
 public:
  Change(const Node& mapping, std::vector<Edit>& edits)
      : document_(mapping.document()),
        pairs_(pairs_of(mapping)),
        flow_(mapping.cell().style == yaml::Style::flow),
        edits_(edits) {}

  void run(std::span<const std::string_view> gone, const rapidjson::Value& added) {
    bool put = added.ObjectEmpty();
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      const auto key = pairs_[i].key.key_text();
      if (std::find(gone.begin(), gone.end(), key) == gone.end()) continue;
      refuse_anchors(pairs_[i].value);
      if (put)
        remove(i);
      else
        replace(pairs_[i], added);
      put = true;
    }
    if (!put) append(added);
  }

 private:
  void edit(std::uint32_t begin, std::uint32_t end, std::string text) {
    if (const auto line_end = yaml::line_end(document_); line_end != "\n") replace_all(text, "\n", line_end);
    edits_.push_back({{begin, end}, std::move(text)});
  }

  std::string indent(std::uint32_t offset) const { return yaml::indent_at(document_, offset); }

  void replace(const Pair& pair, const rapidjson::Value& added) {
    const auto begin = pair.key.span().begin;
    if (flow_) return edit(begin, yaml::content_end(pair.value), flow_text(added));
    const auto region = region_of(pair);
    edit(begin, region.span.end,
         block_text(added, indent(begin), comments_in(pair, region.span)) + (region.ended ? "\n" : ""));
  }

  void remove(std::size_t i) {
    const auto begin = pairs_[i].key.span().begin;
    if (pairs_.size() == 1)
      throw InputError(pairs_[i].key.place(), "nothing else stands in this map; expected a repoURL");
    if (flow_ && i > 0)
      return edit(yaml::content_end(pairs_[i - 1].value), yaml::content_end(pairs_[i].value), "");
    if (!flow_ && yaml::first_on_line(document_, begin)) {
      const auto region = region_of(pairs_[i]);
      const auto end = region.ended ? region.span.end : Lines(document_).next(region.span.end);
      return edit(yaml::line_start(document_, begin), end, "");
    }
    edit(begin, pairs_.at(i + 1).key.span().begin, "");
  }

  void append(const rapidjson::Value& added) {
    const auto& last = pairs_.back();
    const auto end = yaml::content_end(last.value);
    if (flow_) return edit(end, end, ", " + flow_text(added));
    const auto shift = indent(last.key.span().begin);
    const auto text = shift + block_text(added, shift, {});
    if (yaml::ends_with_break(last.value)) return edit(end, end, text + "\n");
    const auto line = Lines(document_).end(end);
    edit(line, line, "\n" + text);
  }

  const yaml::Document& document_;
  std::vector<Pair> pairs_;
  bool flow_;
  std::vector<Edit>& edits_;
};

}  // namespace

Node written(const Node& mapping, std::string_view key) {
  if (!mapping.is_mapping()) return {};
  const auto value = mapping.find(key);
  if (!value || value.is_null()) return {};
  for (const auto& pair : pairs_of(mapping))
    if (pair.value.index() == value.index() && pair.value.cell().style != yaml::Style::alias) return value;
  throw InputError(
      mapping.place(),
      fmt::format("{} comes from an anchor elsewhere, which must not be changed; write it out", key));
}

void replace_entries(const Node& mapping, std::span<const std::string_view> gone,
                     const rapidjson::Value& added, std::vector<Edit>& edits) {
  Change(mapping, edits).run(gone, added);
}

}  // namespace drift::migrate
