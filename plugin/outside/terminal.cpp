#include "outside/terminal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>

#include "error.hpp"

namespace drift::outside {
namespace {

constexpr std::size_t pieces_at_once = 512;  // below every IOV_MAX

[[noreturn]] void fail(std::string_view what, int error) {
  throw OutsideError(fmt::format("can't write {}: {}", what, std::strerror(error)));
}

// Writes all of them, however little each call takes.
void write_all(int descriptor, std::vector<iovec> pieces, std::string_view what) {
  for (std::size_t at = 0; at < pieces.size();) {
    const auto count = static_cast<int>(std::min(pieces.size() - at, pieces_at_once));
    ssize_t written = ::writev(descriptor, pieces.data() + at, count);
    if (written < 0) {
      if (errno == EINTR) continue;
      fail(what, errno);
    }
    for (auto left = static_cast<std::size_t>(written); at < pieces.size() && left >= pieces[at].iov_len;
         ++at)
      left -= pieces[at].iov_len, written = static_cast<ssize_t>(left);
    if (at < pieces.size()) {
      pieces[at].iov_base = static_cast<char*>(pieces[at].iov_base) + written;
      pieces[at].iov_len -= static_cast<std::size_t>(written);
    }
  }
}

iovec to_iovec(std::string_view piece) {
  return {const_cast<char*>(piece.data()), piece.size()};
}

}  // namespace

bool coloured(Colour wish, int descriptor, const Environment& environment) {
  if (wish != Colour::automatic) return wish == Colour::always;
  return ::isatty(descriptor) != 0 && value_or(environment, "NO_COLOR").empty() &&
         value_or(environment, "TERM") != "dumb";
}

bool interactive() {
  return ::isatty(STDIN_FILENO) != 0 && ::isatty(STDERR_FILENO) != 0;
}

bool confirm(std::string_view question) {
  const auto shown = std::string(question) + " [y/N] ";
  write_all(STDERR_FILENO, {to_iovec(shown)}, "standard error");
  std::string line;
  std::getline(std::cin, line);
  return line == "y" || line == "Y" || line == "yes";
}

void print(const std::vector<std::string_view>& pieces) {
  std::vector<iovec> blocks;
  blocks.reserve(pieces.size());
  for (const auto piece : pieces)
    if (!piece.empty()) blocks.push_back(to_iovec(piece));
  write_all(STDOUT_FILENO, std::move(blocks), "standard output");
}

void write_file(const std::string& path, std::string_view text) {
  const std::string beside = fmt::format("{}.{}.new", path, ::getpid());
  const int descriptor = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (descriptor < 0) fail(path, errno);
  try {
    write_all(descriptor, {to_iovec(text)}, path);
  } catch (...) {
    ::close(descriptor);
    ::unlink(beside.c_str());
    throw;
  }
  const bool closed = ::close(descriptor) == 0;
  if (closed && std::rename(beside.c_str(), path.c_str()) == 0) return;
  const int error = errno;
  ::unlink(beside.c_str());
  fail(path, error);
}

}  // namespace drift::outside
