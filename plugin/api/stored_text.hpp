// A text in a ConfigMap: under `data: NAME`, or where it is long, compressed under `binaryData: NAME.gz`.
#pragma once
#include <rapidjson/document.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace drift::api {

// Up to here a text stands in `data` as it is, above compressed in `binaryData`.
inline constexpr std::size_t longest_plain_text = std::size_t{128} << 10;
// What Kubernetes lets into a ConfigMap is 1 MiB; the rest is for names and annotations.
inline constexpr std::size_t longest_stored_text = std::size_t{900} << 10;

// The text; empty where the ConfigMap has none of that name. Throws InputError where it can't be decompressed to at most
// `longest` bytes.
std::string stored_text(const rapidjson::Value& config_map, const std::string& name, std::size_t longest);

// Puts the text into the ConfigMap where it takes at most `room` bytes there; the bytes that it takes, or nothing where it is
// longer and the ConfigMap stays as it is.
std::optional<std::size_t> try_to_store(rapidjson::Document& config_map, const std::string& name,
                                        std::string_view text, std::size_t room);

// The same with all the room that a text may have. Throws InputError, with `what` as what it is, where it is more
// than a ConfigMap holds.
std::size_t store_text(rapidjson::Document& config_map, const std::string& name, std::string_view text,
                       std::string_view what);

}  // namespace drift::api
