// `2` and `"2"` are two keys of a map for go-yaml and one for JSON. sigs.k8s.io/yaml (convertToJSONableObject) puts both into one
// map[string]interface{} in the order of Go's map iteration, which is another one in every run: either value may win.
#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <unordered_map>

#include "yaml/resolve.hpp"
#include "yaml/tree.hpp"

namespace drift::yaml {
namespace {

const char* kind_of(Type type) {
  return type == Type::string ? "a string" : type == Type::boolean ? "a boolean" : "a number";
}

// Whether two keys with the same text in JSON are one key for Go too: of one type, and equal.
bool same_in_go(const Node& a, const Node& b) {
  if (a.type() != b.type()) return false;
  return a.type() != Type::real || number_of(Type::real, a.text()) == number_of(Type::real, b.text());
}

class KeyCheck {
 public:
  void mapping(const Node& node) {
    seen_.clear();
    collect(node);
  }

 private:
  void collect(const Node& mapping) {
    for (Node key = mapping.child(); key;) {
      const Node value = key.next();
      if (!value) return;
      if (key.cell().merge)
        merged(value.followed());
      else
        add(key.followed());
      key = value.next();
    }
  }

  void merged(const Node& value) {
    if (value.type() == Type::mapping) return collect(value);
    for (const Node& mapping : value.elements()) collect(mapping.followed());
  }

  void add(const Node& key) {
    const auto [found, is_new] = seen_.try_emplace(key.key_text(), key);
    if (is_new || same_in_go(found->second, key)) return;
    const Place first = found->second.place();
    throw InputError(
        key.place(),
        fmt::format(
            "this key is {} and becomes the same key as {} on line {}, column {}, and Argo CD takes the "
            "value of either by chance; expected one of the two",
            kind_of(key.type()), kind_of(found->second.type()), first.line, first.column));
  }

  std::unordered_map<std::string, Node> seen_;
};

}  // namespace

void check_same_keys(const Document& document) {
  KeyCheck check;
  for (std::uint32_t i = 0; i < document.size(); ++i)
    if (document.cell(i).type == Type::mapping && document.cell(i).style != Style::alias)
      check.mapping({&document, i});
}

}  // namespace drift::yaml
