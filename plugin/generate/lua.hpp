// Pieces of Lua source, as Argo CD's health scripts are written in it.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/wildcard.hpp"

namespace drift::generate::lua {

// A string literal in double quotes.
std::string literal_of(std::string_view text);

// `{"spec", "replicas"}`
std::string list(const std::vector<std::string>& texts);

// An expression that holds where `value`, an expression that is a string, fits the glob.
std::string matches(const std::string& value, const Glob& glob);

}  // namespace drift::generate::lua
