#include "outside/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/encoding.hpp"
#include "base/error.hpp"

namespace drift::outside {
namespace {

class File {
 public:
  explicit File(const std::filesystem::path& path)
      : number_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
  ~File() {
    if (number_ >= 0) ::close(number_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

[[noreturn]] void unreadable(const std::string& name, int reason) {
  throw InputError({name}, fmt::format("can't be read: {}", std::strerror(reason)));
}

[[noreturn]] void too_large(const std::string& name, std::size_t limit) {
  throw InputError({name}, fmt::format("is larger than {} MiB, the most that is read at once", limit >> 20));
}

std::string read_to_end(int file, const std::string& name, std::size_t limit, std::size_t expected) {
  std::string text;
  std::size_t size = 0;
  text.resize(expected + 1);  // one more, so that the end shows without a second round
  for (;;) {
    if (size == text.size()) text.resize(std::min(std::max<std::size_t>(size * 2, 65536), limit + 1));
    const auto got = ::read(file, text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) unreadable(name, errno);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
    if (size > limit) too_large(name, limit);
    if (expected > 0 && size == expected && text.size() > expected)
      break;  // one byte more was asked for, and isn't there
  }
  text.resize(size);
  return to_utf8(std::move(text));
}

}  // namespace

std::string read_file(const std::filesystem::path& path, const std::string& name, std::size_t limit) {
  const File file(path);
  if (file.number() < 0) unreadable(name, errno);
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) unreadable(name, errno);
  if (!S_ISREG(status.st_mode)) throw InputError({name}, "is no regular file");
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size > limit) too_large(name, limit);
  return read_to_end(file.number(), name, limit, size);
}

std::string read_file_or_stdin(const std::string& path, std::size_t limit) {
  return path == "-" ? read_all(STDIN_FILENO, "<stdin>", limit) : read_file(path, path, limit);
}

std::string read_all(int file, const std::string& name, std::size_t limit) {
  struct stat status {};
  const auto at = ::lseek(file, 0, SEEK_CUR);
  const bool known = at >= 0 && ::fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > at;
  return read_to_end(file, name, limit, known ? std::min<std::size_t>(status.st_size - at, limit) : 0);
}

std::vector<std::filesystem::path> yaml_files(const std::filesystem::path& folder, std::size_t most) {
  namespace fs = std::filesystem;
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const auto& path = entry->path();
    const auto extension = path.extension();
    std::error_code ignored;
    if (extension != ".yaml" && extension != ".yml" && extension != ".json") continue;
    if (path.filename().string().starts_with('.') || fs::is_directory(path, ignored)) continue;
    files.push_back(path);
    if (files.size() > most) throw InputError({folder.string()}, fmt::format("more than {} files", most));
  }
  if (error) throw InputError({folder.string()}, fmt::format("can't be read: {}", error.message()));
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace drift::outside
