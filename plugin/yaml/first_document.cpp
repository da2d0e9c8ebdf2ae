#include "yaml/first_document.hpp"

#include <yaml.h>

#include <cstdint>
#include <memory>

#include "base/error.hpp"
#include "base/utf8.hpp"
#include "yaml/libyaml_reader.hpp"

namespace drift::yaml {
namespace {

// What follows the first document begins with one of these lines; most files have neither.
bool may_hold_more(std::string_view text) {
  return text.find("\n---") != std::string_view::npos || text.find("\n...") != std::string_view::npos ||
         text.find("\r---") != std::string_view::npos || text.find("\r...") != std::string_view::npos;
}

}  // namespace

Span first_document(std::string_view text) {
  const Span whole{0, static_cast<std::uint32_t>(text.size())};
  if (!may_hold_more(text)) return whole;
  const std::size_t mark = text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  const auto body = text.substr(mark);
  yaml_parser_t parser;
  if (yaml_parser_initialize(&parser) == 0) throw OutsideError("out of memory");
  const std::unique_ptr<yaml_parser_t, void (*)(yaml_parser_t*)> owner(&parser, yaml_parser_delete);
  yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(body.data()), body.size());
  for (;;) {
    yaml_event_t event;
    if (yaml_parser_parse(&parser, &event) == 0) return whole;
    const auto type = event.type;
    const auto code_points = event.start_mark.index;
    yaml_event_delete(&event);
    if (type == YAML_STREAM_END_EVENT) return whole;
    if (type != YAML_DOCUMENT_END_EVENT) continue;
    return {0, Offsets(text, {static_cast<std::uint32_t>(mark), whole.end})(code_points)};
  }
}

}  // namespace drift::yaml
