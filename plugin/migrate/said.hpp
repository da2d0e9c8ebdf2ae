// What is told of a migration or an import, each with its place.
#pragma once
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "yaml/document.hpp"

namespace drift::migrate {

struct Said {
  std::vector<Finding> lost;   // can't be carried over, and something else may come of it
  std::vector<Finding> notes;  // is worth knowing, and changes nothing

  // `path`, which the node is at, is lost: `why`, and what to do about it.
  void lose(const yaml::Node& node, std::string_view path, std::string_view why);
};

}  // namespace drift::migrate
