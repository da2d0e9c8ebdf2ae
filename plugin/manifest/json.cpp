#include "manifest/json.hpp"

#include <fmt/format.h>

#include <iterator>

#include "manifest/document.hpp"
#include "manifest/resolve.hpp"

namespace drift::manifest {
namespace {

// The length of the valid UTF-8 sequence at the start of text, 0 where there is none (RFC 3629).
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  const std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xC2 && lead < 0xE0 ? 2
                             : (lead & 0xF0) == 0xE0       ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  if (lead == 0xE0 && byte(1) < 0xA0) return 0;
  if (lead == 0xED && byte(1) > 0x9F) return 0;
  if (lead == 0xF0 && byte(1) < 0x90) return 0;
  if (lead == 0xF4 && byte(1) > 0x8F) return 0;
  return length;
}

unsigned code_point(std::string_view sequence) {
  const auto byte = [&](std::size_t i) {
    return static_cast<unsigned>(static_cast<unsigned char>(sequence[i]));
  };
  switch (sequence.size()) {
    case 1:
      return byte(0);
    case 2:
      return (byte(0) & 0x1F) << 6 | (byte(1) & 0x3F);
    case 3:
      return (byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
    default:
      return (byte(0) & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
  }
}

bool yaml_prints(unsigned c) {
  return !(c == 0x7F || (c >= 0x80 && c < 0xA0) || c == 0x2028 || c == 0x2029 || c == 0xFEFF || c == 0xFFFE ||
           c == 0xFFFF);
}

void append_escape(char c, std::string& out) {
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
  }
}

}  // namespace

void append_json_string(std::string_view text, std::string& out) {
  out += '"';
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text[0]);
    if (c < 0x80) {
      const bool plain = c >= 0x20 && c != '"' && c != '\\' && c != 0x7F;
      plain ? static_cast<void>(out += text[0]) : append_escape(text[0], out);
      text.remove_prefix(1);
      continue;
    }
    const std::size_t length = sequence_length(text);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      text.remove_prefix(1);
      continue;
    }
    const auto sequence = text.substr(0, length);
    if (const unsigned point = code_point(sequence); !yaml_prints(point))
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", point);
    else
      out += sequence;
    text.remove_prefix(length);
  }
  out += '"';
}

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(text, out);
  return out;
}

std::string Node::json() const {
  std::string out;
  append_json(out);
  return out;
}

void Node::append_json(std::string& out) const {
  const Node node = followed();
  switch (node.cell().type) {
    case Type::null:
      out += "null";
      return;
    case Type::boolean:
      out += node.boolean() ? "true" : "false";
      return;
    case Type::integer:
    case Type::real:
      append_json_number(*parse_number(node.text()), out);
      return;
    case Type::string:
      append_json_string(node.text(), out);
      return;
    case Type::sequence: {
      char separator = '[';
      for (Node element = node.child(); element; element = element.next()) {
        out += separator;
        separator = ',';
        element.append_json(out);
      }
      out += separator == '[' ? "[]" : "]";
      return;
    }
    case Type::mapping: {
      char separator = '{';
      for (const auto& [key, value] : node.entries()) {
        out += separator;
        separator = ',';
        append_json_string(key, out);
        out += ':';
        value.append_json(out);
      }
      out += separator == '{' ? "{}" : "}";
    }
  }
}

}  // namespace drift::manifest
