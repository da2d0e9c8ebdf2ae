#include "outside/writing.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace drift::outside {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t pieces_at_once = 512;  // below every IOV_MAX
constexpr int most_links = 40;               // as Linux follows

[[noreturn]] void fail(std::string_view what, int error) {
  const auto message = fmt::format("can't write {}: {}", what, std::strerror(error));
  if (error == EPIPE) throw ClosedPipe(message);
  throw OutsideError(message);
}

// Where a link leads in the end, whether or not anything is there yet.
fs::path behind_links(fs::path path) {
  std::error_code error;
  for (int links = 0; links < most_links && fs::is_symlink(path, error); ++links)
    path = path.parent_path() / fs::read_symlink(path, error);
  return path;
}

void write_into(int descriptor, std::string_view text, const std::string& path) {
  try {
    write_all(descriptor, {text}, path);
  } catch (...) {
    ::close(descriptor);
    throw;
  }
  if (::close(descriptor) != 0) fail(path, errno);
}

void replace(const std::string& path, std::string_view text) {
  const auto target = behind_links(path);
  const std::string beside = fmt::format("{}.{}.new", target.native(), ::getpid());
  const int descriptor = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (descriptor < 0) fail(path, errno);
  try {
    write_into(descriptor, text, path);
    if (std::rename(beside.c_str(), target.c_str()) != 0) fail(path, errno);
  } catch (...) {
    ::unlink(beside.c_str());
    throw;
  }
}

}  // namespace

void write_all(int descriptor, const std::vector<std::string_view>& pieces, std::string_view what) {
  std::vector<iovec> blocks;
  blocks.reserve(pieces.size());
  for (const auto piece : pieces)
    if (!piece.empty()) blocks.push_back({const_cast<char*>(piece.data()), piece.size()});
  for (std::size_t at = 0; at < blocks.size();) {
    const auto count = static_cast<int>(std::min(blocks.size() - at, pieces_at_once));
    const ssize_t written = ::writev(descriptor, blocks.data() + at, count);
    if (written < 0) {
      if (errno == EINTR) continue;
      fail(what, errno);
    }
    auto left = static_cast<std::size_t>(written);
    for (; at < blocks.size() && left >= blocks[at].iov_len; ++at) left -= blocks[at].iov_len;
    if (at < blocks.size()) {
      blocks[at].iov_base = static_cast<char*>(blocks[at].iov_base) + left;
      blocks[at].iov_len -= left;
    }
  }
}

void write_file(const std::string& path, std::string_view text) {
  struct stat there {};
  if (::stat(path.c_str(), &there) != 0 || S_ISREG(there.st_mode)) return replace(path, text);
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC);
  if (descriptor < 0) fail(path, errno);
  write_into(descriptor, text, path);
}

bool is_standard_output(const std::string& path) {
  struct stat file {
  }, output{};
  return ::stat(path.c_str(), &file) == 0 && ::fstat(STDOUT_FILENO, &output) == 0 &&
         file.st_dev == output.st_dev && file.st_ino == output.st_ino && !S_ISCHR(file.st_mode);
}

}  // namespace drift::outside
