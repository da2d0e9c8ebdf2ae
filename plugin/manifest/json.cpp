#include "manifest/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>
#include <vector>

#include "manifest/document.hpp"
#include "manifest/resolve.hpp"
#include "manifest/utf8.hpp"

namespace drift::manifest {
namespace {

bool yaml_prints(unsigned c) {
  return !(c == 0x7F || (c >= 0x80 && c < 0xA0) || c == 0x2028 || c == 0x2029 || c == 0xFEFF || c == 0xFFFE ||
           c == 0xFFFF);
}

void append_escape(char c, std::string& out) {
  const auto code = static_cast<unsigned char>(c);
  if (c == '"' || c == '\\')
    out.append("\\").append(1, c);
  else if (const auto escape = short_escape(code); !escape.empty())
    out += escape;
  else
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", code);
}

// Bytes that stand for themselves.
constexpr std::array<bool, 256> plain_in_json = [] {
  std::array<bool, 256> plain{};
  for (unsigned c = 0x20; c < 0x7F; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}();

// Writes the character that a text begins with, which is none of these; gives its bytes.
std::size_t append_special(std::string_view text, std::string& out) {
  if (static_cast<unsigned char>(text[0]) < 0x80) {
    append_escape(text[0], out);
    return 1;
  }
  const std::size_t length = sequence_length(text);
  if (length == 0) {
    out += "\xEF\xBF\xBD";
    return 1;
  }
  const auto sequence = text.substr(0, length);
  if (const unsigned point = code_point(sequence); !yaml_prints(point))
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", point);
  else
    out += sequence;
  return length;
}

}  // namespace

void append_json_string(std::string_view text, std::string& out) {
  out += '"';
  while (!text.empty()) {
    const auto plain = static_cast<std::size_t>(
        std::find_if_not(text.begin(), text.end(),
                         [](char c) { return plain_in_json[static_cast<unsigned char>(c)]; }) -
        text.begin());
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (!text.empty()) text.remove_prefix(append_special(text, out));
  }
  out += '"';
}

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(text, out);
  return out;
}

std::string Node::json() const {
  std::string out;
  append_json(out);
  return out;
}

namespace {

// Writes a node without recursion: documents may have 10,000 levels.
class JsonText {
 public:
  explicit JsonText(std::string& out) : out_(out) {}

  void write(const Node& node) {
    begin(node);
    while (!open_.empty()) {
      auto& collection = open_.back();
      if (collection.mapping ? collection.written == collection.entries.size() : !collection.element) {
        out_ += collection.mapping ? '}' : ']';
        open_.pop_back();
      } else {
        next(collection);
      }
    }
  }

 private:
  struct Collection {
    bool mapping;
    std::vector<std::pair<std::string, Node>> entries;  // of a mapping
    Node element;                                       // of a sequence: the next
    std::size_t written = 0;
  };

  // `collection` is no longer valid behind it.
  void next(Collection& collection) {
    if (collection.written > 0) out_ += ',';
    const auto index = collection.written++;
    if (collection.mapping) {
      const auto& [key, value] = collection.entries[index];
      append_json_string(key, out_);
      out_ += ':';
      return begin(value);
    }
    const Node element = collection.element;
    collection.element = element.next();
    begin(element);
  }

  void begin(const Node& written) {
    const Node node = written.followed();
    switch (node.cell().type) {
      case Type::null:
        out_ += "null";
        return;
      case Type::boolean:
        out_ += node.boolean() ? "true" : "false";
        return;
      case Type::integer:
      case Type::real:
        append_json_number(number_of(node.cell().type, node.text()), out_);
        return;
      case Type::string:
        return append_json_string(node.text(), out_);
      case Type::sequence:
        out_ += '[';
        open_.push_back({false, {}, node.child()});
        return;
      case Type::mapping:
        out_ += '{';
        open_.push_back({true, node.entries(), {}});
    }
  }

  std::string& out_;
  std::vector<Collection> open_;
};

}  // namespace

void Node::append_json(std::string& out) const {
  JsonText(out).write(*this);
}

}  // namespace drift::manifest
