#include "source/helm/chart_schema.hpp"

#include <fmt/format.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <set>
#include <string>
#include <system_error>
#include <vector>

#include "base/error.hpp"
#include "outside/file.hpp"
#include "source/helm/chart_archive.hpp"
#include "yaml/line_index.hpp"

namespace drift::source {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t max_schema = std::size_t{16} << 20;
constexpr int max_nesting = 16;  // of charts within charts
constexpr const char* schema_file = "values.schema.json";

std::string_view without_fragment(std::string_view url) {
  return url.substr(0, url.find('#'));
}

// The library holds these (metaschemas/ in it), under either scheme.
bool is_published(std::string_view url) {
  for (const std::string_view scheme : {"http://json-schema.org/", "https://json-schema.org/"}) {
    if (!url.starts_with(scheme)) continue;
    const auto rest = url.substr(scheme.size());
    for (const std::string_view draft :
         {"schema", "draft-04/schema", "draft-06/schema", "draft-07/schema", "draft/2019-09/schema",
          "draft/2020-12/schema", "draft/2020-12/meta/core", "draft/2020-12/meta/applicator",
          "draft/2020-12/meta/validation", "draft/2020-12/meta/unevaluated", "draft/2019-09/meta/core",
          "draft/2019-09/meta/applicator", "draft/2019-09/meta/validation"})
      if (rest == draft) return true;
  }
  return false;
}

bool is_reference(std::string_view key) {
  return key == "$ref" || key == "$dynamicRef" || key == "$recursiveRef";
}

// One pass over the schema: its references, and the names that it gives to itself and its definitions.
class Reader {
 public:
  explicit Reader(const rapidjson::StringStream& stream) : stream_(stream) {}

  struct Reference {
    std::string url;
    std::size_t offset;
    bool of_draft;
  };

  bool Null() { return true; }
  bool Bool(bool) { return true; }
  bool Int(int) { return true; }
  bool Uint(unsigned) { return true; }
  bool Int64(std::int64_t) { return true; }
  bool Uint64(std::uint64_t) { return true; }
  bool Double(double) { return true; }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return true; }
  bool StartObject() { return enter(); }
  bool EndObject(rapidjson::SizeType) { return leave(); }
  bool StartArray() { return enter(); }
  bool EndArray(rapidjson::SizeType) { return leave(); }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    path_.back().assign(text, size);
    if (path_.back() == "$ref" && can_name()) with_reference_.insert(where());
    return true;
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    if (path_.empty()) return true;
    const auto& key = path_.back();
    std::string value(text, size);
    if (is_reference(key) || key == "$schema")
      references_.push_back({value, stream_.Tell(), key == "$schema"});
    if (key == "$schema" && path_.size() == 1) draft_ = value;
    if ((key == "$id" || key == "id") && can_name()) names_.push_back({where(), key, value});
    return true;
  }

  // The reference that leads out of the schema; null where there is none.
  const Reference* leads_out() const {
    const auto own = own_names();
    for (const auto& reference : references_) {
      const auto url = without_fragment(reference.url);
      const bool inside = reference.of_draft ? false : url.empty() || own.contains(std::string(url));
      if (!inside && !is_published(url)) return &reference;
    }
    return nullptr;
  }

 private:
  struct Name {
    std::vector<std::string> where;
    std::string key, value;
  };

  bool enter() {
    path_.emplace_back();
    return true;
  }
  bool leave() {
    path_.pop_back();
    return true;
  }
  // Whether this is a key of the schema itself, or of a definition.
  bool can_name() const { return path_.size() == 1 || path_.size() == 3; }
  // The keys that lead to the object that is being read.
  std::vector<std::string> where() const { return {path_.begin(), path_.end() - 1}; }

  // Absolute names alone, which no base changes, of the schema itself and of its definitions, where the draft has them: elsewhere
  // such a key can be a mere value, and helm would load what is named so.
  std::set<std::string> own_names() const {
    const bool fourth = draft_.find("draft-04") != std::string::npos;
    const bool old = fourth || draft_.find("draft-0") != std::string::npos;
    std::set<std::string> own;
    for (const auto& [where, key, value] : names_) {
      const bool placed = where.empty() ||
                          (where.size() == 2 && (where[0] == "definitions" || (where[0] == "$defs" && !old)));
      if (!placed || key != (fourth ? "id" : "$id") || (old && with_reference_.contains(where))) continue;
      const auto url = without_fragment(value);
      if (url.starts_with("https://") || url.starts_with("http://")) own.emplace(url);
    }
    return own;
  }

  const rapidjson::StringStream& stream_;
  std::vector<std::string> path_;
  std::string draft_;
  std::vector<Reference> references_;
  std::vector<Name> names_;
  std::set<std::vector<std::string>> with_reference_;
};

class Charts {
 public:
  void folder(const fs::path& chart, int nesting) {
    bound(chart.string(), nesting);
    std::error_code error;
    const auto schema = chart / schema_file;
    if (fs::is_regular_file(schema, error))
      check_schema(schema.string(), outside::read_file(schema, schema.string(), max_schema));
    std::vector<fs::path> inner;
    for (fs::directory_iterator it(chart / "charts", error), end; !error && it != end; it.increment(error))
      inner.push_back(it->path());
    std::sort(inner.begin(), inner.end());
    for (const auto& path : inner) {
      const auto name = path.filename().string();
      if (name.starts_with('.') || name.starts_with('_')) continue;  // as helm does
      if (fs::is_directory(path, error))
        folder(path, nesting + 1);
      else if (path.extension() == ".tgz" && fs::is_regular_file(path, error))
        archive(path.string(), outside::read_file(path, path.string(), max_unpacked_chart), nesting + 1);
    }
  }

 private:
  static void bound(const std::string& name, int nesting) {
    if (nesting > max_nesting)
      throw InputError({name}, fmt::format("charts within charts, more than {} levels deep", max_nesting));
  }

  void archive(const std::string& name, std::string_view bytes, int nesting) {
    bound(name, nesting);
    read_archive(name, bytes, [&](const std::string& path, std::string_view contents) {
      unpacked_ += contents.size();
      if (unpacked_ > 2 * max_unpacked_chart) throw InputError({name}, "its charts unpack to too much");
      auto written = path;
      std::replace(written.begin(), written.end(), '\\', '/');
      auto clean = fs::path(written).lexically_normal();
      if (!clean.has_filename()) clean = clean.parent_path();
      const auto shown = fmt::format("{}:{}", name, clean.string());
      if (clean.filename() == schema_file) check_schema(shown, contents);
      if (clean.extension() == ".tgz" && clean.parent_path().filename() == "charts")
        archive(shown, contents, nesting + 1);
    });
  }

  std::size_t unpacked_ = 0;
};

}  // namespace

void check_schema(const std::string& name, std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const std::string copy(text);  // with a NUL behind it
  rapidjson::StringStream stream(copy.c_str());
  Reader found(stream);
  rapidjson::Reader reader;
  constexpr unsigned flags = rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;
  const auto result = reader.Parse<flags>(stream, found);
  const yaml::LineIndex lines(copy);
  const auto place = [&](std::size_t offset) {
    const auto [line, column] = lines.at(static_cast<std::uint32_t>(std::min(offset, copy.size())));
    return Place{name, line, column};
  };
  if (const auto* out = found.leads_out(); out != nullptr)
    throw InputError(
        place(out->offset),
        fmt::format("this schema refers to '{}', which helm would open; expected a reference within it "
                    "(#…), or helm-skip-schema-validation",
                    out->url));
  if (result.IsError())
    throw InputError(place(result.Offset()), "is no JSON that helm could validate values by");
}

void check_schemas(const fs::path& chart) {
  Charts().folder(chart, 0);
}

}  // namespace drift::source
