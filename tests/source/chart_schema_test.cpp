// What a chart's schema may refer to, and that packed charts are looked into as helm unpacks them.
#include "source/helm/chart_schema.hpp"

#include <doctest/doctest.h>
#include <zlib.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <string>

#include "base/error.hpp"
#include "source/source.hpp"
#include "support/folder.hpp"
#include "support/program.hpp"
#include "support/recorder.hpp"
#include "support/text.hpp"
#include "support/tools.hpp"

namespace fs = std::filesystem;
using namespace drift::source;
using drift::tests::Folder;

namespace {

std::string refusal(const std::string& schema) {
  try {
    check_schema("s.json", schema);
  } catch (const drift::InputError& error) {
    return error.what();
  }
  return "";
}

std::string field(std::string text, std::size_t size) {
  text.resize(size);
  return text;
}

// One entry of a tar archive.
std::string entry(const std::string& path, const std::string& text, char type = '0') {
  std::array<char, 13> size{};
  std::snprintf(size.data(), size.size(), "%011zo", text.size());
  auto header = field(path, 100) + field("0000644", 8) + field("0000000", 8) + field("0000000", 8) +
                field(size.data(), 12) + field("00000000000", 12) + "        " + type;
  header = field(header, 257) + field("ustar", 6) + "00";
  header = field(header, 512);
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  std::snprintf(header.data() + 148, 8, "%06o", sum);
  return header + field(text, (text.size() + 511) / 512 * 512);
}

std::string gzipped(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string packed(const std::string& entries) {
  return gzipped(entries + std::string(1024, '\0'));
}

const std::string chart_file = "apiVersion: v2\nname: lib\nversion: 1.0.0\n";
const std::string bad = "{\"$ref\": \"file:///etc/hostname\"}";

// What load says of a chart with this packed one in it, before helm has run.
std::string said_of(const std::string& archive) {
  Folder folder;
  folder.write("Chart.yaml", "apiVersion: v2\nname: app\nversion: 1.0.0\n");
  folder.write("charts/lib-1.tgz", archive);
  drift::tests::Recorder programs;
  try {
    load(folder.path().string(), {}, {}, programs);
  } catch (const drift::InputError& error) {
    CHECK(programs.commands.empty());
    return error.what();
  }
  return "";
}

using drift::tests::contains;

}  // namespace

TEST_CASE("A schema may refer to itself and to the published drafts") {
  for (
      const std::string schema :
      {R"({"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"$ref": "#/definitions/a"}}})",
       R"({"$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": "#a", "$defs": {"b": {"$anchor": "a"}}})",
       R"({"properties": {"a": {"$ref": "http://json-schema.org/draft-07/schema#/definitions/x"}}})",
       R"({"$id": "https://example.com/values", "properties": {"a": {"$ref": "https://example.com/values#/x"}}})",
       R"({"$defs": {"x": {"$id": "https://example.com/x"}}, "properties": {"a": {"$ref": "https://example.com/x"}}})",
       R"({"properties": {"$ref": {"type": "string"}, "$schema": {"type": "string"}}})",
       R"({"$dynamicRef": "#node", "x": [1e99, -0, "\/"]})", "\xef\xbb\xbf{}", "true"}) {
    CAPTURE(schema);
    CHECK(refusal(schema).empty());
  }
}

TEST_CASE("Whatever else a schema refers to, helm would open it") {
  for (
      const std::string& schema :
      {bad, std::string(R"({"$ref": "other.json"})"), std::string(R"({"$ref": "/etc/hostname"})"),
       std::string(R"({"$ref": "//example.com/x"})"), std::string(R"({"$ref": "http://example.com/x#/y"})"),
       std::string(R"({"a": [{"b": {"$dynamicRef": "https://example.com/x"}}]})"),
       std::string(R"({"$recursiveRef": "x"})"), std::string(R"({"$schema": "file:///etc/hostname"})"),
       std::string(R"({"$defs": {"a": {"$id": "b", "$schema": "http://example.com/meta"}}})"),
       std::string(R"({"\u0024ref": "file:///etc/hostname"})"),
       std::string(R"({"$ref": "#/a", "$ref": "file:///etc/hostname"})"),
       std::string(R"({"$ref": "https://json-schema.org/draft-07/../../etc/schema"})"),
       // A name that names nothing: a mere value, another draft's word, or one beside a `$ref` that hides it.
       std::string(R"({"const": {"$id": "https://example.com/x"}, "$ref": "https://example.com/x"})"),
       std::string(
           R"({"$schema": "http://json-schema.org/draft-04/schema#", "$id": "https://e.com/x", "a": {"$ref": "https://e.com/x"}})"),
       std::string(
           R"({"$schema": "http://json-schema.org/draft-07/schema#", "$id": "https://e.com/x", "$ref": "https://e.com/x"})"),
       std::string(
           R"({"$schema": "http://json-schema.org/draft-07/schema#", "$defs": {"a": {"$id": "https://e.com/x"}}, "a": {"$ref": "https://e.com/x"}})"),
       std::string(R"({"$id": "file:///etc/hostname", "a": {"$ref": "file:///etc/hostname"}})")}) {
    CAPTURE(schema);
    CHECK(contains(refusal(schema), "which helm would open"));
  }
  CHECK(refusal("{\n  \"$ref\": \"file:///etc/hostname\"}") ==
        "s.json:2:11: this schema refers to 'file:///etc/hostname', which helm would open; expected a "
        "reference within "
        "it (#…), or helm-skip-schema-validation");
}

TEST_CASE("Schemas of charts within charts are looked at, unpacked and packed") {
  Folder folder;
  folder.write("Chart.yaml", "apiVersion: v2\nname: app\nversion: 1.0.0\n");
  folder.write("charts/a/charts/b/Chart.yaml", chart_file);
  folder.write("charts/a/charts/b/values.schema.json", bad);
  drift::tests::Recorder programs;
  CHECK_THROWS_AS(load(folder.path().string(), {}, {}, programs), drift::InputError);
  CHECK(programs.commands.empty());
  Options options;
  options.helm_skip_schema_validation = true;
  load(folder.path().string(), options, {}, programs);
  CHECK(programs.commands.size() == 1);

  CHECK(contains(said_of(packed(entry("lib/values.schema.json", bad))),
                 "charts/lib-1.tgz:lib/values.schema.json:1:10: this schema refers to"));
  const auto inner = packed(entry("deep/values.schema.json", bad));
  CHECK(contains(said_of(packed(entry("lib/Chart.yaml", chart_file) + entry("lib/charts/deep.tgz", inner))),
                 "lib-1.tgz:lib/charts/deep.tgz:deep/values.schema.json:1:10"));
  CHECK(said_of(packed(entry("lib/Chart.yaml", chart_file) + entry("lib/values.schema.json", "{}"))).empty());
}

TEST_CASE("An archive hides nothing from us that Go's reader would give to helm") {
  const auto schema = entry("lib/values.schema.json", bad);
  const std::string pax_path = "31 path=lib/values.schema.json\n";
  const std::string refers = "this schema refers to";
  // Under another name in its header, by both kinds of long names; written oddly; in a second member of the gzip file.
  CHECK(contains(said_of(packed(entry("x", pax_path, 'x') + entry("lib/readme", bad))), refers));
  CHECK(contains(said_of(packed(entry("x", std::string("lib/values.schema.json\0", 23), 'L') +
                                entry("lib/readme", bad))),
                 refers));
  CHECK(contains(said_of(packed(entry("lib\\.\\values.schema.json", bad))), refers));
  CHECK(contains(said_of(packed(entry("lib/values.schema.json/x/..", bad))), refers));
  CHECK(contains(said_of(gzipped(entry("lib/a", "x")) + packed(schema)), refers));
  // Behind what has a size, and yet no contents: a folder, an old file that is one, a link.
  for (const char type : {'5', '\0', '2'}) {
    auto hiding = entry("lib/folder/", "", type);
    std::memcpy(hiding.data() + 124, "00000002000", 11);
    CHECK(contains(said_of(packed(hiding + schema)), refers));
  }
  // Another size by an extended header.
  CHECK(contains(said_of(packed(entry("x", "8 size=0\n", 'x') + entry("lib/a", "").substr(0, 512) + schema)),
                 "can't be read as a packed chart"));
  CHECK(contains(said_of(packed(entry("x", "9 size=0\n", 'x') + entry("lib/a", "", '0') + schema)), refers));
}

TEST_CASE("What is no packed chart, or too large a one, is refused") {
  for (const std::string& archive :
       {std::string("text"), gzipped("short"), packed(entry("lib/a", "x")).substr(0, 60),
        packed(entry("lib/s", "x", 'S')),
        packed(entry("x", "22 GNU.sparse.major=1\n", 'x') + entry("lib/a", "x"))})
    CHECK(contains(said_of(archive), "can't be read as a packed chart"));
  CHECK(
      contains(said_of(gzipped(std::string(std::size_t{101} << 20, '\0'))), "unpacks to more than 100 MiB"));
}

TEST_CASE("Real packed charts are read, and the field's schema is refused") {
  drift::outside::SystemPrograms programs(drift::tests::tools_environment());
  drift::tests::require_tool(programs, "helm");
  Folder folder;
  folder.write("lib/Chart.yaml", chart_file);
  folder.write("lib/values.schema.json", "{\"$ref\": \"https://example.com/x\"}");
  folder.write("app/Chart.yaml", "apiVersion: v2\nname: app\nversion: 1.0.0\n");
  fs::create_directory(folder.path() / "app/charts");
  // Without validation helm packs it.
  const auto result = programs.run({"helm", {"package", "lib", "-d", "app/charts"}, folder.path()});
  if (result.exit_code == 0)
    CHECK_THROWS_AS(load((folder.path() / "app").string(), {}, {}, programs), drift::InputError);
  const auto field = fs::path(drift::tests::project_folder()).parent_path() / "shared/field/schema-reference";
  if (fs::exists(field)) CHECK_THROWS_AS(load(field.string(), {}, {}, programs), drift::InputError);
}
