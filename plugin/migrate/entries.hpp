// Changing the entries of a mapping in a file, with all other bytes left as they are.
#pragma once
#include <rapidjson/document.h>

#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "yaml/edit.hpp"

namespace drift::migrate {

// The value of a key that stands in the mapping itself, as written; no node where it isn't there, or null. Throws InputError where
// the mapping or the value comes from an anchor elsewhere, which a change would reach, too.
yaml::Node written(const yaml::Node& mapping, std::string_view key);

// Takes the keys `gone` out of a mapping, and puts the members of `added`, an object of at most one, in the place of the first of them, or
// behind the last entry where there is none. Comments of what is taken out stay, but for those in a flow mapping. Throws InputError where an anchor stands in
// what is taken out, or nothing would be left in the mapping.
void replace_entries(const yaml::Node& mapping, std::span<const std::string_view> gone,
                     const rapidjson::Value& added, std::vector<yaml::Edit>& edits);

}  // namespace drift::migrate
