#include "source/directory.hpp"

#include <fmt/format.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <system_error>

#include "base/error.hpp"
#include "outside/file.hpp"
#include "policy/load.hpp"
#include "source/glob/file_choice.hpp"
#include "yaml/line_index.hpp"

namespace drift::source {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view skip_marker = "+argocd:skip-file-rendering";

bool looks_like_manifests(std::string_view text) {
  return text.find("apiVersion:") != std::string_view::npos && text.find("kind:") != std::string_view::npos &&
         text.find("metadata:") != std::string_view::npos;
}

// A `.json` file holds one object: Argo CD decodes the first value and refuses what follows, but for a stray `]` or `}`. It fails
// on an empty file, on YAML and on comments too (getObjsFromYAMLOrJSON): left out in silence, what a truncated file held before
// would be pruned.
void check_single_json(const std::string& name, std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos)
    throw InputError({name, 1, 1},
                     "holds nothing, on which Argo CD fails; expected one JSON object in a .json file");
  if (text[begin] != '{') {
    const auto at = yaml::LineIndex(text).at(static_cast<std::uint32_t>(begin));
    throw InputError({name, at.line, at.column},
                     "is no JSON object, so Argo CD fails on it; expected exactly one in a .json file");
  }
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::BaseReaderHandler<> ignore;
  rapidjson::Reader reader;
  constexpr unsigned flags = rapidjson::kParseStopWhenDoneFlag | rapidjson::kParseIterativeFlag |
                             rapidjson::kParseNumbersAsStringsFlag;
  // What is wrong with it, the reader of manifests says better.
  if (!reader.Parse<flags>(stream, ignore)) return;
  const auto next = text.find_first_not_of(" \t\r\n", stream.Tell());
  if (next == std::string_view::npos || text[next] == ']' || text[next] == '}') return;
  throw InputError({name}, "holds several objects; expected a single one in a .json file, as Argo CD does");
}

// Finds the files that are read: by their names in the directory, and where they really are.
class Walk {
 public:
  using OnFile = std::function<void(const fs::path& relative, const fs::path& real)>;

  Walk(const fs::path& shown, const Repository& repository, const Options& options, const Context& context)
      : shown_(shown),
        repository_(repository),
        recurse_(options.directory_recurse),
        any_name_(options.directory_disable_extension_filter),
        choice_(options, context.argocd_version) {}

  // What is left out, and warned of, stands in the list behind it.
  List files(const OnFile& on_file) {
    visit({}, on_file);
    for (auto& warning : choice_.warnings()) warnings_.push_back(std::move(warning));
    return std::move(warnings_);
  }

  std::string name_of(const fs::path& relative) const {
    return (shown_ / relative).lexically_normal().string();
  }

 private:
  // In the order of Go's filepath.Walk: by name, a folder's files where the folder stands.
  void visit(const fs::path& relative, const OnFile& on_file) {
    std::vector<Entry> entries;
    std::error_code error;
    for (fs::directory_iterator it(repository_.folder() / relative, error), end; !error && it != end;
         it.increment(error)) {
      // The directory knows the type; asking for the status of 10,000 files would take longer than reading them.
      std::error_code gone;
      entries.push_back({it->path().filename(), it->is_symlink(gone)        ? fs::file_type::symlink
                                                : it->is_directory(gone)    ? fs::file_type::directory
                                                : it->is_regular_file(gone) ? fs::file_type::regular
                                                                            : fs::file_type::unknown});
    }
    if (error) throw InputError({name_of(relative)}, fmt::format("can't be read: {}", error.message()));
    std::sort(entries.begin(), entries.end(),
              [](const Entry& a, const Entry& b) { return a.name.native() < b.name.native(); });
    for (const auto& [name, type] : entries) {
      if (type != fs::file_type::directory) {
        offer(relative / name, type, on_file);
      } else if (recurse_) {
        visit(relative / name, on_file);
      }
    }
  }

  struct Entry {
    fs::path name;
    fs::file_type type;
  };

  void skip(const fs::path& relative, std::string_view why) {
    warnings_.push_back(fmt::format("{}: left out: {}", name_of(relative), why));
  }

  // The file to read: where a link leads to, or itself. None for what Argo CD leaves out.
  std::optional<fs::path> real_file(const fs::path& relative, fs::file_type type) {
    auto path = repository_.folder() / relative;
    if (type == fs::file_type::symlink) {
      std::error_code error;
      path = fs::canonical(path, error);
      if (error == std::errc::no_such_file_or_directory) {
        skip(relative, "the link leads to nothing");
        return std::nullopt;
      }
      if (error) throw InputError({name_of(relative)}, fmt::format("can't be read: {}", error.message()));
      if (!repository_.holds(path))
        throw InputError({name_of(relative)}, "this link leads out of the repository");
      type = fs::status(path, error).type();
    }
    if (type == fs::file_type::regular) return path;
    skip(relative, "it is no regular file");
    return std::nullopt;
  }

  void offer(const fs::path& relative, fs::file_type type, const OnFile& on_file) {
    if ((!any_name_ && !has_manifest_name(relative)) || relative == policy::application_file) return;
    const auto path = real_file(relative, type);
    if (path && choice_.chooses(relative.native())) on_file(relative, *path);
  }

  const fs::path& shown_;
  const Repository& repository_;
  bool recurse_;
  bool any_name_;
  List warnings_;
  FileChoice choice_;
};

class TextReader {
 public:
  TextReader(const fs::path& shown, std::size_t max_size, Source& source)
      : shown_(shown), max_size_(max_size), source_(source) {}

  void add(const std::string& name, const fs::path& path) {
    const bool is_json = name.ends_with(".json");
    auto text = outside::read_file(path, name, yaml::max_text_size);
    if (text.find(skip_marker) != std::string::npos) return;
    if (name.ends_with(".jsonnet")) {
      throw InputError({name},
                       "Jsonnet is not supported; exclude the file (directory-exclude), or render it before");
    }
    size_ += text.size();
    if (max_size_ != 0 && size_ > max_size_) {
      throw InputError(fmt::format(
          "{}: the manifests are larger than {} bytes together (DRIFT_POLICY_MAX_MANIFEST_SIZE in the "
          "sidecar), {} included",
          shown_.string(), max_size_, name));
    }
    if (is_json) check_single_json(name, text);
    const bool skippable = !is_json && !looks_like_manifests(text);
    source_.files.push_back({name, std::move(text), skippable});
  }

  const fs::path& shown_;
  std::size_t max_size_;
  std::size_t size_ = 0;
  Source& source_;
};

}  // namespace

bool has_manifest_name(const fs::path& path) {
  const std::string name = path.filename().native();
  for (const std::string_view end : {".yaml", ".yml", ".json", ".jsonnet"}) {
    if (name.ends_with(end) && name.find('\n') == std::string::npos) return true;
  }
  return false;
}

bool is_manifest_text(const fs::path& path, std::string_view text) {
  if (text.find(skip_marker) != std::string_view::npos) return false;
  if (path.extension() != ".json") return looks_like_manifests(text);
  return text.find("\"apiVersion\"") != std::string_view::npos &&
         text.find("\"kind\"") != std::string_view::npos;
}

void load_directory(const fs::path& shown, const Repository& repository, const Options& options,
                    const Context& context, Source& source) {
  Walk walk(shown, repository, options, context);
  TextReader reader(shown, context.max_directory_size, source);
  const auto read = [&](const fs::path& relative, const fs::path& real) {
    reader.add(walk.name_of(relative), real);
  };
  for (auto& warning : walk.files(read)) source.warnings.push_back(std::move(warning));
}

std::vector<fs::path> links_of_directory(const Repository& repository, const Options& options,
                                         const Context& context) {
  const auto& folder = repository.folder();
  std::vector<fs::path> links;
  const auto note = [&](const fs::path& relative, const fs::path& real) {
    if (real != folder / relative) links.push_back(folder / relative);
  };
  Walk(folder, repository, options, context).files(note);
  return links;
}

}  // namespace drift::source
