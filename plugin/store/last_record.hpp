// What the ConfigMaps of an application know of the chain of records: the last record of the application when they were written,
// in an annotation (api/anchor.hpp has its form). The audit notes its record on the base, the alert on the alert; the gate repeats
// on its report what the base has. `audit verify` holds the chain to all of them (store/records.hpp), and the next record names it.
#pragma once
#include <rapidjson/document.h>

#include <optional>
#include <string>
#include <string_view>

#include "audit/entry.hpp"

namespace drift::store {

// As it is noted; empty: not at all.
std::string noted_record(const rapidjson::Value& config_map);

// Notes it, unless it is empty.
void note_record(rapidjson::Document& config_map, const std::string& noted);

// An entry's line as it is to be noted; where there is none (retention has taken it out since), what was noted before.
std::string record_to_note(const std::string& line, const std::string& before);

// Of the same chain the later one, else what the base has. What can't be read is none.
std::optional<api::Anchor> last_known(std::string_view base, std::string_view alert);

}  // namespace drift::store
