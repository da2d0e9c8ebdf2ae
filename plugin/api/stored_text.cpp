#include "api/stored_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/base64.hpp"
#include "base/error.hpp"
#include "base/gzip.hpp"
#include "json/build.hpp"

namespace drift::api {
namespace {

std::string_view text_at(const rapidjson::Value& object, const char* outer, const std::string& key) {
  if (!object.IsObject()) return {};
  const auto map = object.FindMember(outer);
  if (map == object.MemberEnd() || !map->value.IsObject()) return {};
  const auto value = map->value.FindMember(key.c_str());
  if (value == map->value.MemberEnd() || !value->value.IsString()) return {};
  return {value->value.GetString(), value->value.GetStringLength()};
}

}  // namespace

std::string stored_text(const rapidjson::Value& config_map, const std::string& name, std::size_t longest) {
  if (const auto text = text_at(config_map, "data", name); !text.empty()) return std::string(text);
  const auto compressed = text_at(config_map, "binaryData", name + ".gz");
  if (compressed.empty()) return {};
  if (compressed.size() > longest) throw InputError(fmt::format("{}.gz: is larger than any ConfigMap", name));
  const auto bytes = decode_base64(compressed);
  if (!bytes) throw InputError(fmt::format("{}.gz: expected base64", name));
  auto unpacked = gunzip(*bytes, longest);
  if (unpacked.end == Gunzipped::End::broken)
    throw InputError(fmt::format("{}.gz: expected a whole gzip stream", name));
  if (unpacked.end == Gunzipped::End::too_long)
    throw InputError(fmt::format("{}.gz: expected at most {} KiB of text", name, longest >> 10));
  if (unpacked.rest != 0) throw InputError(fmt::format("{}.gz: something follows the gzip stream", name));
  return std::move(unpacked.text);
}

std::optional<std::size_t> try_to_store(rapidjson::Document& config_map, const std::string& name,
                                        std::string_view text, std::size_t room) {
  if (text.size() <= std::min(longest_plain_text, room)) {
    set(config_map, {"data", name}, text);
    return text.size();
  }
  const std::string compressed = gzip(text);
  if (compressed.size() > room) return std::nullopt;
  set(config_map, {"binaryData", name + ".gz"}, base64(compressed));
  return compressed.size();
}

std::size_t store_text(rapidjson::Document& config_map, const std::string& name, std::string_view text,
                       std::string_view what) {
  const auto taken = try_to_store(config_map, name, text, longest_stored_text);
  if (taken) return *taken;
  throw InputError(
      fmt::format("{} is {} KiB compressed, more than a ConfigMap holds; expected at most {} KiB", what,
                  gzip(text).size() >> 10, longest_stored_text >> 10));
}

}  // namespace drift::api
