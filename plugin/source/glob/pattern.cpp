#include "source/glob/pattern.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <system_error>

#include "base/error.hpp"
#include "source/glob/glob.hpp"

namespace drift::source {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t max_entries = 100'000;

class Expansion {
 public:
  explicit Expansion(std::string_view pattern) {
    for (const auto& part : fs::path(pattern).lexically_normal()) {
      if (!part.empty() && part != "/") parts_.push_back(part.native());
    }
  }

  void expand(const fs::path& folder, std::size_t at) {
    if (at == parts_.size()) {
      found_.push_back(folder);
      return;
    }
    const auto& part = parts_[at];
    std::error_code ignored;
    if (part == "**") {
      expand(folder, at + 1);
      for (const auto& name : names(folder)) {
        if (fs::is_directory(fs::symlink_status(folder / name, ignored))) expand(folder / name, at);
      }
    } else if (!is_pattern(part)) {
      if (fs::exists(folder / part, ignored)) expand(folder / part, at + 1);
    } else {
      const auto& glob = globs_.try_emplace(at, part, U'/').first->second;  // one, for it counts its steps
      for (const auto& name : names(folder)) {
        if (glob.matches(name)) expand(folder / name, at + 1);
      }
    }
  }

  std::vector<fs::path> take() { return std::move(found_); }

 private:
  std::vector<std::string> names(const fs::path& folder) {
    std::vector<std::string> result;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
      if (++entries_ > max_entries) throw InputError("a path pattern looks at more than 100,000 files");
      result.push_back(it->path().filename().native());
    }
    std::sort(result.begin(), result.end());
    return result;
  }

  std::vector<std::string> parts_;
  std::vector<fs::path> found_;
  std::map<std::size_t, Glob> globs_;  // by part
  std::size_t entries_ = 0;
};

}  // namespace

bool is_pattern(std::string_view path) {
  return path.find_first_of("*?[") != std::string_view::npos;
}

std::vector<fs::path> expand_pattern(const fs::path& base, std::string_view pattern) {
  Expansion expansion(pattern);
  expansion.expand(base, 0);
  return expansion.take();
}

}  // namespace drift::source
