// What Git changes of one object's fields: two manifests of Git's own, both as plans hold them, leaf by leaf. Unlike drift's comparison
// it looks both ways, so what Git adds is found too. Pure.
#pragma once
#include <rapidjson/document.h>

#include <string>
#include <string_view>
#include <vector>

#include "analysis/values.hpp"

namespace drift::analysis {

struct GitField {
  std::string pointer;  // list elements by their place in `after`, of what is gone in `before`
  const rapidjson::Value* before = nullptr;  // parts of what was compared; nullptr: not there
  const rapidjson::Value* after = nullptr;
  std::vector<Around> around{};
};

// Elements of a list are matched by their keys where Kubernetes' or a `name` tells them apart, and their order counts; else by
// place, after what both begin and end with. Values that mean the same to Kubernetes are no change. The result refers to both.
std::vector<GitField> git_fields(std::string_view group, std::string_view kind,
                                 const rapidjson::Value& before, const rapidjson::Value& after,
                                 const Watched& watched = {});

}  // namespace drift::analysis
