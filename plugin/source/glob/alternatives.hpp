// A path pattern written otherwise.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace drift::source {

// The same with each alternative written out: `{secret*,cm}.yaml` as `{secret*.yaml,cm.yaml}`. None where that is more than 64
// alternatives.
std::optional<std::string> written_out(std::string_view pattern);

// The pattern that matches these names alone.
std::string pattern_of_names(std::span<const std::string> names);

}  // namespace drift::source
