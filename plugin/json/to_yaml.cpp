#include "json/to_yaml.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "base/text.hpp"
#include "json/build.hpp"
#include "json/string.hpp"

namespace drift {
namespace {

// Words that YAML 1.1 takes for something else, in lower case.
constexpr std::array<std::string_view, 9> yaml_words = {"y",   "n",    "yes",   "no",  "on",
                                                        "off", "true", "false", "null"};

// Whether the string can stand without quotes. Far from all that could: what begins with a letter, perhaps behind `--`, and
// holds nothing that means something to YAML; numbers and dates begin with a digit, a sign or a dot.
bool is_plain(std::string_view text) {
  const auto letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  const auto allowed = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("-_./:@=").find(c) != std::string_view::npos;
  };
  if (text.size() > 128 || text.ends_with(':') || !std::all_of(text.begin(), text.end(), allowed))
    return false;
  const auto start = text.starts_with("--") ? text.substr(2) : text;
  if (start.empty() || (!letter(start[0]) && text[0] != '/')) return false;
  return std::find(yaml_words.begin(), yaml_words.end(), lower_case(text)) == yaml_words.end();
}

// Whether the string can be a literal block without an indicator of its indentation: lines of printable characters,
// the first not empty and not indented, at most one line end at the end.
bool is_literal(std::string_view text) {
  const auto lines = text.ends_with('\n') ? text.substr(0, text.size() - 1) : text;
  if (lines.size() < 2 || lines.ends_with('\n') || lines[0] == ' ' || lines[0] == '\n') return false;
  const auto plain = [](unsigned char c) { return (c >= 0x20 && c < 0x7F) || c == '\n'; };
  if (std::all_of(lines.begin(), lines.end(), plain)) return true;
  // Beyond ASCII json_string() knows what YAML prints: then it only has quotes, backslashes and line ends to escape.
  std::string escaped = json_string(lines);
  const auto escapes =
      std::count_if(lines.begin(), lines.end(), [](char c) { return c == '"' || c == '\\' || c == '\n'; });
  return escaped.size() == lines.size() + static_cast<std::size_t>(escapes) + 2 &&
         escaped.find("\xEF\xBF\xBD") == std::string::npos;
}

class BlockWriter {
 public:
  std::string text;

  void document(const rapidjson::Value& value) {
    if (value.IsObject() && !value.ObjectEmpty())
      mapping(value, 0, false);
    else if (value.IsArray() && !value.Empty())
      sequence(value, 0);
    else
      leaf(value, 0);
  }

 private:
  // A mapping's entries, each on a line at `indent`; the first goes on where the line stands, if it does.
  void mapping(const rapidjson::Value& value, std::size_t indent, bool on_line) {
    for (const auto& member : value.GetObject()) {
      if (!std::exchange(on_line, false)) text.append(indent, ' ');
      text += scalar({member.name.GetString(), member.name.GetStringLength()});
      text += ':';
      entry(member.value, indent);
    }
  }

  static std::string scalar(std::string_view string) {
    return is_plain(string) ? std::string(string) : json_string(string);
  }

  // What follows `key:`.
  void entry(const rapidjson::Value& value, std::size_t indent) {
    if (value.IsObject() && !value.ObjectEmpty()) {
      text += '\n';
      mapping(value, indent + 2, false);
    } else if (value.IsArray() && !value.Empty()) {
      text += '\n';
      sequence(value, indent);
    } else {
      text += ' ';
      leaf(value, indent + 2);
    }
  }

  void sequence(const rapidjson::Value& value, std::size_t indent) {
    for (const auto& element : value.GetArray()) {
      text.append(indent, ' ').append("-");
      if (element.IsArray() && !element.Empty()) {
        text += '\n';
        sequence(element, indent + 2);
        continue;
      }
      text += ' ';
      if (element.IsObject() && !element.ObjectEmpty()) {
        mapping(element, indent + 2, true);
      } else {
        leaf(element, indent + 2);
      }
    }
  }

  // A scalar or an empty collection, and the end of its line.
  void leaf(const rapidjson::Value& value, std::size_t indent) {
    if (value.IsString()) {
      const std::string_view string(value.GetString(), value.GetStringLength());
      const bool worth_it = string.find('\n') != std::string_view::npos || string.size() > 128;
      worth_it&& is_literal(string) ? literal(string, indent) : void(text += scalar(string) + "\n");
      return;
    }
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    value.Accept(writer);
    text.append(buffer.GetString(), buffer.GetSize()).append("\n");
  }

  void literal(std::string_view string, std::size_t indent) {
    const bool ended = string.ends_with('\n');
    text += ended ? "|\n" : "|-\n";
    if (ended) string.remove_suffix(1);
    while (true) {
      const auto end = string.find('\n');
      if (const auto line = string.substr(0, end); !line.empty()) text.append(indent, ' ').append(line);
      text += '\n';
      if (end == std::string_view::npos) return;
      string.remove_prefix(end + 1);
    }
  }
};

}  // namespace

std::string block_yaml(const rapidjson::Value& value) {
  BlockWriter writer;
  writer.document(value);
  return std::move(writer.text);
}

std::string block_yaml(std::string_view json) {
  return block_yaml(from_json(json));
}

}  // namespace drift
