#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/error.hpp"
#include "base/secrecy.hpp"
#include "base/text.hpp"
#include "outside/process.hpp"

namespace drift::outside {
namespace {

constexpr std::size_t max_lines = 40;
constexpr std::size_t max_bytes = 4096;

// Without ANSI escape sequences (ESC, `[`, parameters, a final byte) and control characters other than the line end: left out,
// where printable() would show them, since other programs colour what they say on purpose.
std::string without_controls(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == 0x1b) {
      if (i + 1 < text.size() && text[i + 1] == '[') {
        for (i += 2; i < text.size() && (text[i] < '@' || text[i] > '~');) ++i;
      }
    } else if (c == '\t') {
      result += ' ';
    } else if (c == '\n' || (c >= 0x20 && c != 0x7f)) {
      result += text[i];
    }
  }
  return result;
}

// A chart repository's or remote base's address without the user, password or token in it. Kustomize also prints it as a
// cleaned path, with a single slash.
void cut_credentials(std::string& text) {
  for (auto at = text.find(":/"); at != std::string::npos; at = text.find(":/", at + 2)) {
    const auto begin = text.find_first_not_of('/', at + 1);
    if (begin == std::string::npos) return;
    const auto user_end = text.rfind('@', std::min(text.find_first_of("/?# \n\"'`", begin), text.size()));
    if (user_end != std::string::npos && user_end > begin) text.replace(begin, user_end - begin, "…");
    const auto end = std::min(text.find_first_of(" \n\"'`", begin), text.size());
    const auto query = text.find('?', begin);
    if (query < end && looks_secret(std::string_view(text).substr(query, end - query)))
      text.replace(query + 1, end - query - 1, "…");
  }
}

// Paths below `folder` as relative ones. Argo CD renders each time in another folder, and a message that changes each time
// would be news each time.
std::string relative_to(std::string text, const std::filesystem::path& folder) {
  const auto& name = folder.native();
  if (name.size() < 2 || name.front() != '/' || name.back() == '/') return text;
  constexpr std::string_view path_characters = "/._-~";
  const auto within_path = [&](std::size_t at) {
    return std::isalnum(static_cast<unsigned char>(text[at])) != 0 ||
           path_characters.find(text[at]) != std::string_view::npos;
  };
  for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at)) {
    const auto end = at + name.size();
    const bool below = end < text.size() && text[end] == '/';
    const bool part_of_another =
        (at > 0 && within_path(at - 1)) || (!below && end < text.size() && within_path(end));
    if (part_of_another) {
      at = end;
    } else if (below) {
      text.erase(at, name.size() + 1);
    } else {
      text.replace(at, name.size(), ".");
      ++at;
    }
  }
  return text;
}

}  // namespace

std::string shortened(std::string_view text, const std::filesystem::path& work_folder) {
  auto result = without_controls(text);
  replace_all(result, work_folder.native(), "<work folder>");
  cut_credentials(result);
  while (!result.empty() && (result.back() == '\n' || result.back() == ' ')) result.pop_back();

  std::size_t begin = result.size();
  for (std::size_t lines = 0; begin > 0 && lines < max_lines; ++lines) {
    const auto line_end = result.rfind('\n', begin - 1);
    begin = line_end == std::string::npos ? 0 : line_end;
  }
  if (result.size() - begin > max_bytes) {
    begin = result.size() - max_bytes;
    // Not in the middle of a UTF-8 sequence.
    while (begin < result.size() && (static_cast<unsigned char>(result[begin]) & 0xc0) == 0x80) ++begin;
  }
  if (begin == 0) return result;
  while (begin < result.size() && result[begin] == '\n') ++begin;
  return "…\n" + result.substr(begin);
}

std::vector<std::string> warnings(std::string_view program, std::string_view said,
                                  const std::filesystem::path& work_folder) {
  constexpr std::size_t most = 10;
  std::vector<std::string> result;
  const auto text = shortened(said, work_folder);
  for (std::size_t begin = 0; begin < text.size() && result.size() < most;) {
    const auto end = std::min(text.find('\n', begin), text.size());
    if (end > begin) result.push_back(fmt::format("{}: {}", program, text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return result;
}

void throw_failed(const Command& command, const Result& result, const std::filesystem::path& work_folder) {
  const auto said = relative_to(shortened(result.err, work_folder), command.directory);
  const auto verb = command.arguments.empty() ? std::string() : " " + command.arguments.front();
  throw OutsideError(fmt::format("{}{} failed with exit code {}{}{}", command.program, verb, result.exit_code,
                                 said.empty() ? "" : ":\n", said));
}

}  // namespace drift::outside
