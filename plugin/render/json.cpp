#include "render/json.hpp"

#include <rapidjson/memorystream.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>

namespace drift::render {
namespace {

// Numbers pass as they are spelled; the library's own way puts quotes around them.
struct Writer : rapidjson::PrettyWriter<rapidjson::StringBuffer> {
  using PrettyWriter::PrettyWriter;
  bool RawNumber(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    return RawValue(text, length, rapidjson::kNumberType);
  }
};

}  // namespace

std::string json_lines(const manifest::Rendering& rendering) {
  const manifest::Manifests manifests({{"output", rendering.text()}});
  std::string text;
  for (const auto& manifest : manifests.objects()) {
    manifest.object.append_json(text);
    text += '\n';
  }
  return text;
}

std::string json_list(const manifest::Rendering& rendering) {
  const manifest::Manifests manifests({{"output", rendering.text()}});
  std::string compact = R"({"apiVersion":"v1","items":[)";
  for (const auto& manifest : manifests.objects()) {
    if (compact.back() != '[') compact += ',';
    manifest.object.append_json(compact);
  }
  compact += R"(],"kind":"List"})";

  rapidjson::MemoryStream in(compact.data(), compact.size());
  rapidjson::StringBuffer out;
  Writer writer(out);
  rapidjson::Reader reader;
  reader.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag>(in, writer);
  return std::string(out.GetString(), out.GetSize()) + "\n";
}

}  // namespace drift::render
