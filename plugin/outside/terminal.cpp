#include "outside/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <iostream>

#include "outside/writing.hpp"

namespace drift::outside {

bool coloured(Colour wish, int descriptor, const Environment& environment) {
  if (wish != Colour::automatic) return wish == Colour::always;
  return ::isatty(descriptor) != 0 && value_or(environment, "NO_COLOR").empty() &&
         value_or(environment, "TERM") != "dumb";
}

std::optional<std::size_t> columns(int descriptor) {
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return size.ws_col;
}

bool interactive() {
  return ::isatty(STDIN_FILENO) != 0 && ::isatty(STDERR_FILENO) != 0;
}

std::string ask(std::string_view question) {
  write_all(STDERR_FILENO, {std::string(question) + " "}, "standard error");
  std::string line;
  std::getline(std::cin, line);
  return line;
}

bool confirm(std::string_view question) {
  const auto line = ask(std::string(question) + " [y/N]");
  return line == "y" || line == "Y" || line == "yes";
}

void print(const std::vector<std::string_view>& pieces) {
  write_all(STDOUT_FILENO, pieces, "standard output");
}

}  // namespace drift::outside
