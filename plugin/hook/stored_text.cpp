#include "hook/stored_text.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>

#include "annotators/hooks_plan.hpp"
#include "error.hpp"
#include "json_values.hpp"
#include "manifest/base64.hpp"

namespace drift::hook {
namespace {

std::string_view text_at(const rapidjson::Value& object, const char* outer, const std::string& key) {
  if (!object.IsObject()) return {};
  const auto map = object.FindMember(outer);
  if (map == object.MemberEnd() || !map->value.IsObject()) return {};
  const auto value = map->value.FindMember(key.c_str());
  if (value == map->value.MemberEnd() || !value->value.IsString()) return {};
  return {value->value.GetString(), value->value.GetStringLength()};
}

// Never holds more than `longest` and a piece of it, whatever the bytes would become.
std::string gunzip(const std::string& bytes, const std::string& name, std::size_t longest) {
  constexpr int gzip_window = 15 + 16;
  z_stream stream{};
  if (inflateInit2(&stream, gzip_window) != Z_OK) throw std::bad_alloc();
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, inflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string text;
  std::array<char, std::size_t{64} << 10> piece{};
  for (int result = Z_OK; result != Z_STREAM_END;) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    result = inflate(&stream, Z_NO_FLUSH);
    if (result != Z_OK && result != Z_STREAM_END)
      throw InputError(fmt::format("{}.gz: expected a whole gzip stream", name));
    text.append(piece.data(), piece.size() - stream.avail_out);
    if (text.size() > longest)
      throw InputError(fmt::format("{}.gz: expected at most {} KiB of text", name, longest >> 10));
  }
  if (stream.avail_in != 0) throw InputError(fmt::format("{}.gz: something follows the gzip stream", name));
  return text;
}

}  // namespace

std::string stored_text(const rapidjson::Value& config_map, const std::string& name, std::size_t longest) {
  if (const auto text = text_at(config_map, "data", name); !text.empty()) return std::string(text);
  const auto compressed = text_at(config_map, "binaryData", name + ".gz");
  if (compressed.empty()) return {};
  if (compressed.size() > longest) throw InputError(fmt::format("{}.gz: is larger than any ConfigMap", name));
  const auto bytes = manifest::decode_base64(compressed);
  if (!bytes) throw InputError(fmt::format("{}.gz: expected base64", name));
  return gunzip(*bytes, name, longest);
}

std::optional<std::size_t> try_to_store(rapidjson::Document& config_map, const std::string& name,
                                        std::string_view text, std::size_t room) {
  if (text.size() <= std::min(annotators::longest_plain_plan, room)) {
    set(config_map, {"data", name}, text);
    return text.size();
  }
  const std::string compressed = annotators::gzip(text);
  if (compressed.size() > room) return std::nullopt;
  set(config_map, {"binaryData", name + ".gz"}, manifest::base64(compressed));
  return compressed.size();
}

std::size_t store_text(rapidjson::Document& config_map, const std::string& name, std::string_view text,
                       std::string_view what) {
  const auto taken = try_to_store(config_map, name, text, annotators::longest_stored_plan);
  if (taken) return *taken;
  throw InputError(
      fmt::format("{} is {} KiB compressed, more than a ConfigMap holds; expected at most {} KiB", what,
                  annotators::gzip(text).size() >> 10, annotators::longest_stored_plan >> 10));
}

}  // namespace drift::hook
