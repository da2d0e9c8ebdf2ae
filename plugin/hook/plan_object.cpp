// The plan out of its ConfigMap, as plain text or compressed.
#include <fmt/format.h>
#include <openssl/evp.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>

#include "error.hpp"
#include "hook/plan.hpp"
#include "policy/plan.hpp"

namespace drift::hook {
namespace {

const rapidjson::Value* find(const rapidjson::Value& object, const char* key) {
  if (!object.IsObject()) return nullptr;
  const auto member = object.FindMember(key);
  return member == object.MemberEnd() ? nullptr : &member->value;
}

std::string_view text_at(const rapidjson::Value& object, const char* outer, const char* key) {
  const auto* map = find(object, outer);
  const auto* value = map ? find(*map, key) : nullptr;
  return value && value->IsString() ? std::string_view(value->GetString(), value->GetStringLength())
                                    : std::string_view();
}

std::string unbase64(std::string_view text) {
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size < 0 || text.size() % 4 != 0) throw InputError("plan.json.gz: expected base64");
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

// Never holds more than policy::longest_plan and a piece of it, whatever the bytes would become.
std::string gunzip(const std::string& bytes) {
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
      throw InputError("plan.json.gz: expected a whole gzip stream");
    text.append(piece.data(), piece.size() - stream.avail_out);
    if (text.size() > policy::longest_plan)
      throw InputError(
          fmt::format("plan.json.gz: expected at most {} MiB of plan", policy::longest_plan >> 20));
  }
  if (stream.avail_in != 0) throw InputError("plan.json.gz: something follows the gzip stream");
  return text;
}

// The API server stamps every write; times of one format sort as text.
std::string last_written(const rapidjson::Value& config_map) {
  std::string written(text_at(config_map, "metadata", "creationTimestamp"));
  const auto* metadata = find(config_map, "metadata");
  const auto* managed = metadata ? find(*metadata, "managedFields") : nullptr;
  if (!managed || !managed->IsArray()) return written;
  for (const auto& entry : managed->GetArray())
    if (const auto* time = find(entry, "time"); time && time->IsString())
      written = std::max(written, std::string(time->GetString()));
  return written;
}

}  // namespace

std::string plan_text(const rapidjson::Value& config_map) {
  if (const auto text = text_at(config_map, "data", "plan.json"); !text.empty()) return std::string(text);
  const auto compressed = text_at(config_map, "binaryData", "plan.json.gz");
  if (compressed.empty())
    throw InputError(
        "the plan's ConfigMap holds no plan; expected `data: plan.json` or `binaryData: plan.json.gz`");
  if (compressed.size() > policy::longest_plan)
    throw InputError("plan.json.gz: is larger than any ConfigMap");
  return gunzip(unbase64(compressed));
}

Plan read_plan_object(const rapidjson::Value& config_map, std::string_view expected_digest) {
  Plan plan = read_plan(plan_text(config_map));
  if (!expected_digest.empty() && plan.digest != expected_digest)
    throw InputError(fmt::format("the plan is {}, not {} as this Job was told: it belongs to another sync",
                                 plan.digest, expected_digest));
  plan.written = last_written(config_map);
  return plan;
}

}  // namespace drift::hook
