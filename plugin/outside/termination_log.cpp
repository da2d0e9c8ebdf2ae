#include "outside/termination_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "base/utf8.hpp"

namespace drift::outside {
namespace {

constexpr const char* path = "/dev/termination-log";
constexpr std::size_t longest = 4096;  // what the kubelet takes

}  // namespace

void write_termination_message(std::string_view message) {
  const int descriptor = ::open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
  if (descriptor < 0) return;
  auto end = std::min(message.size(), longest);
  while (end < message.size() && is_continuation(message[end])) --end;
  message = message.substr(0, end);
  // One write: this is a help for people, and nothing depends on it.
  [[maybe_unused]] const auto written = ::write(descriptor, message.data(), message.size());
  ::close(descriptor);
}

}  // namespace drift::outside
