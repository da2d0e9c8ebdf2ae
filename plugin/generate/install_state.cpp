#include "generate/install_state.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "base/sha256.hpp"
#include "base/text.hpp"

namespace drift::generate {
namespace {

std::map<std::string, std::string> digests_in(std::string_view sums) {
  std::map<std::string, std::string> digests;
  for (const auto& line : split(sums, '\n')) {
    const auto gap = line.find("  ");
    if (gap != std::string::npos) digests[line.substr(gap + 2)] = line.substr(0, gap);
  }
  return digests;
}

}  // namespace

std::string_view word_of(Writing writing) {
  switch (writing) {
    case Writing::added:
      return "new";
    case Writing::renewed:
      return "changed";
    case Writing::same:
      return "same";
    case Writing::edited:
      break;
  }
  return "edited";
}

std::vector<Written> look_at(std::vector<InstallFile> files,
                             const std::function<std::optional<std::string>(const std::string& path)>& read) {
  const auto old_sums = read(sums_file);
  const auto digests = digests_in(old_sums.value_or(""));
  std::vector<Written> all;
  std::string sums;
  for (auto& file : files) {
    sums += fmt::format("{}  {}\n", sha256_hex(file.text), file.path);
    const auto now = read(file.path);
    const auto noted = digests.find(file.path);
    auto writing = Writing::edited;
    if (!now)
      writing = Writing::added;
    else if (*now == file.text)
      writing = Writing::same;
    else if (noted != digests.end() && noted->second == sha256_hex(*now))
      writing = Writing::renewed;
    all.push_back({std::move(file), writing});
  }
  const auto writing = !old_sums ? Writing::added : *old_sums == sums ? Writing::same : Writing::renewed;
  all.push_back({{sums_file, std::move(sums)}, writing});
  return all;
}

}  // namespace drift::generate
