// field_facts.hpp as Lua, for the health script of one kind.
#pragma once
#include <string>
#include <string_view>

namespace drift::generate {

// `local facts = {…}`: of the table what can be said of this kind's fields.
std::string facts_lua(std::string_view group, std::string_view kind);

}  // namespace drift::generate
