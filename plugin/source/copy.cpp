#include "source/copy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <system_error>

#include "base/error.hpp"

namespace drift::source {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t max_files = 200'000;
constexpr std::uintmax_t max_bytes = std::uintmax_t{1} << 30;

class Copy {
 public:
  Copy(const Repository& repository, const fs::path& writable, const fs::path& target)
      : repository_(repository), writable_(writable), target_(target) {}

  void folder(const fs::path& from) {
    if (!done_.insert(from).second) return;
    const auto to = place_of(from);
    std::error_code error;
    fs::create_directories(to, error);
    if (error) fail(from, error);
    for (fs::directory_iterator it(from, error), end; !error && it != end; it.increment(error)) {
      if (it->path().filename() == ".git") continue;
      if (++files_ > max_files)
        throw InputError({from.string()}, fmt::format("more than {} files to copy", max_files));
      entry(it->path());
    }
    if (error) throw InputError({from.string()}, fmt::format("can't be read: {}", error.message()));
  }

  void link(const fs::path& from) {
    std::error_code error;
    const auto target = fs::read_symlink(from, error);
    if (error || target.is_absolute()) return;
    const auto resolved = fs::canonical(from, error);
    if (error || !repository_.holds(resolved)) return;
    const auto to = place_of(from);
    fs::create_directories(to.parent_path(), error);
    fs::create_symlink(target, to, error);
  }

 private:
  fs::path place_of(const fs::path& from) const { return place_in_copy(repository_, from, target_); }

  [[noreturn]] static void fail(const fs::path& from, const std::error_code& error) {
    throw OutsideError(
        fmt::format("{} can't be copied into the private folder: {}", from.string(), error.message()));
  }

  void entry(const fs::path& from) {
    std::error_code error;
    const auto status = fs::symlink_status(from, error);
    if (fs::is_directory(status)) {
      folder(from);
    } else if (fs::is_symlink(status)) {
      link(from);
    } else if (fs::is_regular_file(status)) {
      file(from);
    }
  }

  void file(const fs::path& from) {
    const auto to = place_of(from);
    std::error_code error;
    if (!is_below(from, writable_)) {
      fs::create_hard_link(from, to, error);
      if (!error) return;
      error.clear();
    }
    bytes_ += fs::file_size(from, error);
    if (bytes_ > max_bytes) throw InputError({from.string()}, "more than 1 GiB to copy");
    fs::copy_file(from, to, error);
    if (error == std::errc::permission_denied)
      throw InputError({from.string()}, "can't be read: " + error.message());
    if (error) fail(from, error);
    fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write, error);
  }

  const Repository& repository_;
  const fs::path& writable_;
  const fs::path& target_;
  std::set<fs::path> done_;
  std::size_t files_ = 0;
  std::uintmax_t bytes_ = 0;
};

}  // namespace

void copy_folders(const Repository& repository, const std::vector<fs::path>& folders,
                  const std::vector<fs::path>& links, const fs::path& writable, const fs::path& target) {
  Copy copy(repository, writable, target);
  for (const auto& folder : folders) copy.folder(folder);
  for (const auto& link : links) copy.link(link);
}

fs::path place_in_copy(const Repository& repository, const fs::path& path, const fs::path& target) {
  const auto relative = path.lexically_relative(repository.root());
  return relative == "." ? target : target / relative;
}

}  // namespace drift::source
