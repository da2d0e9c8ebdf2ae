#include "json/read.hpp"

#include <fmt/format.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "base/error.hpp"

namespace drift {
namespace {

// Iterative parsing needs no stack for depth, but walking what it made does.
constexpr int deepest = 200;

// Refuses depth before anything is built.
class DepthCheck : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, DepthCheck> {
 public:
  bool StartObject() { return ++depth_ <= deepest; }
  bool StartArray() { return ++depth_ <= deepest; }
  bool EndObject(rapidjson::SizeType) { return --depth_ >= 0; }
  bool EndArray(rapidjson::SizeType) { return --depth_ >= 0; }

 private:
  int depth_ = 0;
};

// Full precision: what is compared with a number from elsewhere must be the same double.
constexpr unsigned parse_flags = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag |
                                 rapidjson::kParseFullPrecisionFlag;

}  // namespace

rapidjson::Document parse_json(std::string_view name, std::string_view text) {
  const auto fail = [&](const rapidjson::ParseResult& result) {
    const bool deep = result.Code() == rapidjson::kParseErrorTermination;
    throw InputError(fmt::format("{}: {} at byte {}; expected JSON", name,
                                 deep ? fmt::format("more than {} levels", deepest)
                                      : std::string(rapidjson::GetParseError_En(result.Code())),
                                 result.Offset()));
  };
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> input(stream);
  rapidjson::Reader reader;
  DepthCheck check;
  if (const auto result = reader.Parse<parse_flags>(input, check); !result) fail(result);
  rapidjson::Document document;
  document.Parse<parse_flags>(text.data(), text.size());
  if (document.HasParseError())
    fail(rapidjson::ParseResult(document.GetParseError(), document.GetErrorOffset()));
  return document;
}

std::string to_json(const rapidjson::Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

const rapidjson::Value* find_member(const rapidjson::Value& object, std::string_view key) {
  if (!object.IsObject()) return nullptr;
  const rapidjson::Value name(rapidjson::StringRef(key.data(), key.size()));
  const auto found = object.FindMember(name);
  return found == object.MemberEnd() ? nullptr : &found->value;
}

const rapidjson::Value* find(const rapidjson::Value& object, std::initializer_list<std::string_view> path) {
  const auto* at = &object;
  for (const auto key : path) {
    at = find_member(*at, key);
    if (at == nullptr) return nullptr;
  }
  return at;
}

std::string_view text_of(const rapidjson::Value& value) {
  return value.IsString() ? std::string_view(value.GetString(), value.GetStringLength()) : std::string_view();
}

std::string text_of(const rapidjson::Value& object, std::string_view key) {
  const auto* value = find_member(object, key);
  return value != nullptr ? std::string(text_of(*value)) : std::string();
}

std::uint64_t number_of(const rapidjson::Value& object, std::string_view key) {
  const auto* value = find_member(object, key);
  return value != nullptr && value->IsUint64() ? value->GetUint64() : 0;
}

bool flag_of(const rapidjson::Value& object, std::string_view key) {
  const auto* value = find_member(object, key);
  return value != nullptr && value->IsTrue();
}

std::string text_at(const rapidjson::Value& object, std::initializer_list<std::string_view> path) {
  const auto* value = find(object, path);
  return value != nullptr ? std::string(text_of(*value)) : std::string();
}

}  // namespace drift
