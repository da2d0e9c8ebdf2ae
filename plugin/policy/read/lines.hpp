// Places of a text's nodes. yaml::Node::place() counts lines from the text's start, which is right for a message; a
// policy remembers the place of every rule, so here lines are counted once.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "yaml/document.hpp"

namespace drift::policy {

class Lines {
 public:
  Lines(std::string_view name, std::string_view text);
  // The node's document must be of this text.
  Place place(yaml::Node node) const;

 private:
  std::string name_;
  std::vector<std::uint32_t> starts_;
};

}  // namespace drift::policy
