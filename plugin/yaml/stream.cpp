#include "yaml/stream.hpp"

#include <fmt/format.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "base/utf8.hpp"
#include "json/string.hpp"

namespace drift::yaml {
namespace {

constexpr std::string_view separator = "---";
constexpr std::string_view blanks = " \t\r\n\v\f";

Place place_in(std::string_view name, std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, offset);
  const auto line_start = before.rfind('\n');
  const auto lines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  return {std::string(name), lines + 1,
          offset - (line_start == std::string_view::npos ? 0 : line_start + 1) + 1};
}

// The start of the next line that begins with "---", or the text's end.
std::size_t next_separator(std::string_view text, std::size_t from) {
  if (text.substr(from).starts_with(separator)) return from;
  const auto found = text.find("\n---", from);
  return found == std::string_view::npos ? text.size() : found + 1;
}

void add_piece(std::string_view text, std::size_t begin, std::size_t end, std::vector<Piece>& pieces) {
  if (end > begin && !holds_nothing(text.substr(begin, end - begin)))
    pieces.push_back({{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)}, false});
}

// go-yaml finds nothing in a document that begins with its end marker; libyaml would take the separator before it, which the
// decoder has cut off, for the document's start.
void refuse_lone_end(std::string_view name, std::string_view text, std::size_t begin, std::size_t end) {
  for (std::size_t at = text.find('\n', begin); at != std::string_view::npos && at + 1 < end;
       at = text.find('\n', at + 1)) {
    const auto line = text.substr(at + 1, end - at - 1);
    if (line.starts_with("...") && (line.size() == 3 || blanks.find(line[3]) != std::string_view::npos))
      throw InputError(place_in(name, text, at + 1), "the end of a document (...) that has not begun");
    const auto content = line.find_first_not_of(" \t\r");
    if (content != std::string_view::npos && line[content] != '\n' && line[content] != '#') return;
  }
}

// A separator ends a document only where something came before it; else it is that document's first line (YAMLReader).
// YAML reads a first line `---#…` as content: there it is refused, elsewhere it is no part of the document behind it.
void split_yaml(std::string_view name, std::string_view text, std::size_t start, std::vector<Piece>& pieces) {
  std::size_t begin = start;
  std::size_t behind = start;  // the stream's start, or the separator before
  bool cut = false;            // whether the separator at `begin` ended the document before
  for (std::size_t from = start;;) {
    const std::size_t line = next_separator(text, from);
    const bool last = line == text.size();
    if (line > begin || last) {
      if (cut) refuse_lone_end(name, text, begin, line);
      add_piece(text, begin, line, pieces);
      begin = line;
      cut = line > behind;
    }
    if (last) return;
    const auto newline = text.find('\n', line);
    const std::size_t end = newline == std::string_view::npos ? text.size() : newline + 1;
    const auto rest = text.substr(line + separator.size(), end - line - separator.size());
    const auto content = rest.find_first_not_of(blanks);
    if (content != std::string_view::npos && rest[content] != '#')
      throw InputError(
          place_in(name, text, line),
          "the line of a document separator (---) carries more; expected nothing or a comment after it");
    if (rest.starts_with('#')) {
      if (line == behind)
        throw InputError(place_in(name, text, line + separator.size()),
                         "a comment right behind a document separator (---); expected a blank between them");
      begin = end;
    }
    // The decoder has cut the separator off, so the mark stands at the start of what go-yaml is given.
    if (cut && text.substr(end).starts_with(byte_order_mark)) begin = end + byte_order_mark.size();
    from = behind = end;
    if (from == text.size()) {
      add_piece(text, begin, from, pieces);
      return;
    }
  }
}

struct JsonValue {
  bool good = false;
  std::size_t end = 0;  // behind the value, or where it went wrong
  const char* problem = nullptr;
};

// Stops at a number beyond float64, which Kubernetes refuses where the object is JSON, though YAML takes it for a string.
struct Numbers : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Numbers> {
  // rapidjson 1.1.0 gives a wrong length, but ends the digits with a zero byte.
  static bool RawNumber(const char* digits, rapidjson::SizeType /*length*/, bool /*copy*/) {
    const bool has_exponent = std::strpbrk(digits, "eE") != nullptr;
    return !has_exponent || std::isfinite(std::strtod(digits, nullptr));
  }
};

JsonValue scan_json(std::string_view name, std::string_view text, std::size_t begin) {
  rapidjson::MemoryStream stream(text.data() + begin, text.size() - begin);
  Numbers numbers;
  rapidjson::Reader reader;
  constexpr unsigned flags = rapidjson::kParseIterativeFlag | rapidjson::kParseStopWhenDoneFlag |
                             rapidjson::kParseNumbersAsStringsFlag;
  const auto result = reader.Parse<flags>(stream, numbers);
  if (result.Code() == rapidjson::kParseErrorTermination ||
      result.Code() == rapidjson::kParseErrorNumberTooBig)
    throw InputError(place_in(name, text, begin + result.Offset()),
                     "a number that is too large; expected one that fits 64 bits of floating point");
  if (result.IsError()) return {false, begin + result.Offset(), rapidjson::GetParseError_En(result.Code())};
  return {true, begin + stream.Tell(), nullptr};
}

// The next character that is no blank. What the Kubernetes decoder skips between JSON objects and YAML can't hold is refused,
// since the result is read as YAML: vertical tabs, form feeds, and lines that end with CR CR LF (libyaml_reader.cpp).
std::size_t next_object(std::string_view name, std::string_view text, std::size_t from) {
  const auto at = text.find_first_not_of(" \t\r\n", from);
  if (at != std::string_view::npos && (text[at] == '\v' || text[at] == '\f'))
    throw InputError(place_in(name, text, at),
                     "a control character between JSON objects; expected blanks or lines");
  const auto gap = text.substr(from, at == std::string_view::npos ? at : at - from);
  if (const auto found = gap.find("\r\r\n"); found != std::string_view::npos)
    throw InputError(place_in(name, text, from + found),
                     "a line that ends with CR CR LF; expected CR LF or LF");
  return at;
}

}  // namespace

bool holds_nothing(std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with(separator)) line.remove_prefix(separator.size());
    const auto content = line.find_first_not_of(' ');
    if (content == std::string_view::npos) continue;
    const auto plain = [](char c) { return c >= ' ' && c <= '~'; };
    if (line[content] != '#' || !std::all_of(line.begin(), line.end(), plain)) return false;
  }
  return true;
}

std::vector<Piece> split(std::string_view name, std::string_view text) {
  if (text.size() > max_text_size)
    throw InputError(fmt::format("{}: {} MiB of text; expected at most {} MiB", name, text.size() >> 20,
                                 max_text_size >> 20));
  std::vector<Piece> pieces;
  std::size_t at = text.find_first_not_of(blanks);
  if (at == std::string_view::npos || text[at] != '{') {
    split_yaml(name, text, 0, pieces);
    return pieces;
  }
  next_object(name, text, 0);
  for (std::size_t yaml_start = 0;;) {
    const JsonValue value = scan_json(name, text, at);
    if (!value.good) {
      const bool ambiguous = pieces.size() <= 1 && !name.ends_with(".json");
      if (!ambiguous)
        throw InputError(place_in(name, text, value.end), fmt::format("invalid JSON: {}", value.problem));
      split_yaml(name, text, yaml_start, pieces);
      return pieces;
    }
    pieces.push_back({{static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(value.end)}, true});
    at = next_object(name, text, value.end);
    if (at == std::string_view::npos) return pieces;
    // What follows on the same line belongs to a YAML stream too, if it is one.
    const auto newline = text.substr(value.end, at - value.end).find('\n');
    yaml_start = newline != std::string_view::npos ? value.end + newline + 1 : at;
    if (text[at] != '{') {
      if (pieces.size() > 1 && !text.substr(at).starts_with(separator))
        throw InputError(place_in(name, text, at),
                         "unexpected text after a JSON object; expected another object");
      split_yaml(name, text, yaml_start, pieces);
      return pieces;
    }
  }
}

namespace {

// Four hexadecimal digits at `at`; 0 where they are not that.
std::uint32_t hex4(std::string_view text, std::size_t at) {
  if (at + 4 > text.size()) return 0;
  const char* const digits = text.data() + at;
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(digits, digits + 4, number, 16);
  return error == std::errc() && end == digits + 4 ? number : 0;
}

void append_utf8(std::size_t point, std::string& out) {
  const auto add = [&](std::size_t byte) { out += static_cast<char>(byte); };
  add(0xF0 | point >> 18);
  add(0x80 | (point >> 12 & 0x3F));
  add(0x80 | (point >> 6 & 0x3F));
  add(0x80 | (point & 0x3F));
}

}  // namespace

bool needs_json_for_yaml(std::string_view json) {
  for (std::size_t i = 0; i + 1 < json.size(); ++i) {
    const auto c = static_cast<unsigned char>(json[i]);
    if (c == '\\') {
      ++i;
      if (json[i] == '/' || (json[i] == 'u' && i + 1 < json.size() && (json[i + 1] | 0x20) == 'd'))
        return true;
      continue;
    }
    if (c == 0x7F || (c == 0xC2 && static_cast<unsigned char>(json[i + 1]) < 0xA0)) return true;
    if (c == 0xE2 && json[i + 1] == '\x80') return true;
    if (c == 0xEF && (json[i + 1] == '\xBB' || json[i + 1] == '\xBF')) return true;
  }
  return false;
}

std::string json_for_yaml(std::string_view json) {
  std::string out;
  for (std::size_t i = 0; i < json.size();) {
    if (json[i] == '\\' && i + 1 < json.size()) {
      const bool unicode = json[i + 1] == 'u';
      const std::size_t high = unicode ? hex4(json, i + 2) : 0;
      const bool leads = high >= 0xD800 && high < 0xDC00 && json.substr(i + 6).starts_with("\\u");
      const std::size_t low = leads ? hex4(json, i + 8) : 0;
      if (low >= 0xDC00 && low < 0xE000) {
        append_utf8(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00), out);
        i += 12;
      } else {
        out += json[i + 1] == '/' ? std::string_view("/") : json.substr(i, 2);
        i += 2;
      }
      continue;
    }
    const auto c = static_cast<unsigned char>(json[i]);
    const std::size_t length = sequence_length(json.substr(i));
    if (length > 0 && c >= 0x7F) {
      const std::string text = json_string(json.substr(i, length));
      out += std::string_view(text).substr(1, text.size() - 2);
    } else {
      out += json[i];  // a byte that is no UTF-8 is for libyaml to refuse
    }
    i += std::max(length, std::size_t{1});
  }
  return out;
}

}  // namespace drift::yaml
