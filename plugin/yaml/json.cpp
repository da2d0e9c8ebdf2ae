#include <utility>
#include <vector>

#include "json/string.hpp"
#include "yaml/document.hpp"
#include "yaml/resolve.hpp"

namespace drift::yaml {
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

std::string Node::json() const {
  std::string out;
  append_json(out);
  return out;
}

void Node::append_json(std::string& out) const {
  JsonText(out).write(*this);
}

}  // namespace drift::yaml
