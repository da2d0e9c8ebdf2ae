#include "outside/secret_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/error.hpp"

namespace drift::outside {
namespace {
namespace fs = std::filesystem;

constexpr std::size_t longest_file = 4096;
constexpr std::size_t most_files = 100;

// Straight into one buffer, so that no copy of a secret is left behind in a stream.
std::string content_of(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) throw OutsideError(fmt::format("can't read {}: {}", path, std::strerror(errno)));
  std::string content(longest_file + 1, '\0');
  std::size_t size = 0;
  ssize_t got = 0;
  while (size < content.size() &&
         (got = ::read(descriptor, content.data() + size, content.size() - size)) > 0)
    size += static_cast<std::size_t>(got);
  const int error = errno;
  ::close(descriptor);
  if (got < 0) throw OutsideError(fmt::format("can't read {}: {}", path, std::strerror(error)));
  if (size > longest_file) throw OutsideError(fmt::format("{} is longer than any key", path));
  content.resize(size);
  return content;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> read_secret_folder(const std::string& folder) {
  std::vector<std::pair<std::string, std::string>> files;
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  if (error == std::errc::no_such_file_or_directory) return files;
  if (error) throw OutsideError(fmt::format("can't read {}: {}", folder, error.message()));
  for (const auto& entry : entries) {
    std::string name = entry.path().filename().string();
    if (name.starts_with('.') || fs::is_directory(entry.path(), error)) continue;
    if (files.size() == most_files)
      throw OutsideError(fmt::format("{} has more than {} files; expected a few keys", folder, most_files));
    std::string content = content_of(entry.path().string());
    files.emplace_back(std::move(name), std::move(content));
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace drift::outside
