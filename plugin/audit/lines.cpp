#include "audit/lines.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "json/canonical.hpp"
#include "json/read.hpp"

namespace drift::audit {
namespace {

constexpr std::string_view head_begin = R"({"head":)";
constexpr std::string_view witness_begin = R"({"known":)";

// Whether a line is meant to be an entry. One whose braces or keys were damaged still is.
bool looks_like_entry(std::string_view line) {
  return line.find("\"chain\"") != std::string_view::npos ||
         line.find("\"previous\"") != std::string_view::npos;
}

Stored witness_in(std::string_view line, const std::string& place) {
  const auto json = parse_json(place, line);
  return {fmt::format("{}: {}", place, text_of(json, "place")), text_of(json, "known")};
}

}  // namespace

Evidence read_lines(std::string_view text, const std::string& file) {
  Evidence evidence;
  evidence.ordered = true;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const auto place = fmt::format("{}:{}", file, number);
    if (line.starts_with(head_begin) && line.ends_with('}')) {
      if (evidence.head) throw InputError({file, number, 1}, "a second head; expected one chain in a file");
      evidence.head = parse_head(line.substr(head_begin.size(), line.size() - head_begin.size() - 1));
    } else if (line.starts_with(witness_begin) && line.ends_with('}')) {
      evidence.witnesses.push_back(witness_in(line, place));
    } else if (looks_like_entry(line)) {
      evidence.entries.push_back({place, std::string(line)});
    }
  }
  return evidence;
}

std::string line_of(const Head& head) {
  return std::string(head_begin) + head.text() + "}\n";
}

std::string line_of(const Stored& witness) {
  JsonObject json;
  json.text("known", witness.text);
  json.text("place", witness.place);
  return json.str() + "\n";
}

}  // namespace drift::audit
