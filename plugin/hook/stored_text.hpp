// A text in a ConfigMap: under `data: NAME`, or where it is long, compressed under `binaryData: NAME.gz`.
#pragma once
#include <rapidjson/document.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace drift::hook {

// The text; empty where the ConfigMap has none of that name. Throws InputError where it can't be decompressed to at most
// `longest` bytes.
std::string stored_text(const rapidjson::Value& config_map, const std::string& name, std::size_t longest);

// Puts the text into a new ConfigMap. Throws InputError, with `what` as what it is, where it is more than one holds.
void store_text(rapidjson::Document& config_map, const std::string& name, std::string_view text,
                std::string_view what);

}  // namespace drift::hook
