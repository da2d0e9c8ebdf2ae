// Where one document ends and the next begins, as k8s.io/apimachinery's NewYAMLOrJSONDecoder sees it.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "yaml/document.hpp"

namespace drift::yaml {

struct Piece {
  Span span;
  bool json = false;  // an object of a JSON stream
};

// The documents of a text, in order, but for those of blanks and comments alone; `name` is for messages. Throws InputError for a separator line that carries more
// than a comment, and for JSON that stops making sense after its second object.
std::vector<Piece> split(std::string_view name, std::string_view text);

// Whether a document of separators, blanks and comments alone can be left out unread: a reader would find nothing in it.
// Control characters, carriage returns and all beyond ASCII are for a reader to judge.
bool holds_nothing(std::string_view text);

// JSON in a YAML stream is read as YAML, where an escape can't be half a surrogate pair or \/, and fewer characters may
// stand unescaped. Returns
// the text with those written so that both read the same; the text as it is where nothing of that kind stands there.
std::string json_for_yaml(std::string_view json);
bool needs_json_for_yaml(std::string_view json);

}  // namespace drift::yaml
