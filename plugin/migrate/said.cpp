#include "migrate/said.hpp"

#include <fmt/format.h>

namespace drift::migrate {

void Said::lose(const yaml::Node& node, std::string_view path, std::string_view why) {
  lost.push_back({node.place(), fmt::format("{} can't be carried over: {}", path, why)});
}

}  // namespace drift::migrate
