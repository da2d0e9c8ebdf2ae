#include "source/overrides.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "base/printable.hpp"
#include "base/text.hpp"
#include "outside/file.hpp"
#include "yaml/common_yaml.hpp"

namespace drift::source {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t most_entries = 5'000'000;
constexpr std::size_t largest_file = std::size_t{1} << 20;
constexpr std::string_view expected = "expected plugin.parameters alone";

bool is_override(const fs::path& path) {
  const auto name = path.filename().string();
  return name.starts_with(".argocd-source") && name.ends_with(".yaml");
}

// `a, b`: the names of what an object has, each after `prefix`; `nothing` where it has none, or is no object.
std::string names_in(const rapidjson::Value& value, std::string_view prefix) {
  std::vector<std::string> names;
  if (value.IsObject())
    for (const auto& one : value.GetObject())
      names.push_back(std::string(prefix) +
                      printable({one.name.GetString(), one.name.GetStringLength()}, 60));
  std::sort(names.begin(), names.end());
  return names.empty() ? "nothing" : fmt::format("{}", fmt::join(names, ", "));
}

// The value of the only key, where it is that one.
const rapidjson::Value* only(const rapidjson::Value& value, const char* key) {
  if (!value.IsObject() || value.MemberCount() != 1) return nullptr;
  const auto found = value.FindMember(key);
  return found == value.MemberEnd() ? nullptr : &found->value;
}

// What is wrong with a file, in a few words; nothing: it sets parameters alone. Argo CD reads keys without regard to case, and takes
// the last of two; neither is let through.
std::optional<std::string> wrong_in(const rapidjson::Value& source) {
  const auto* plugin = only(source, "plugin");
  if (plugin == nullptr) return fmt::format("sets {}; {}", names_in(source, ""), expected);
  if (only(*plugin, "parameters") == nullptr)
    return fmt::format("sets {}; {}", plugin->IsObject() ? names_in(*plugin, "plugin.") : "plugin", expected);
  return std::nullopt;
}

void check_file(const fs::path& path, const std::string& name, std::vector<Finding>& mistakes) {
  if (fs::is_symlink(path) || !fs::is_regular_file(path)) {
    mistakes.push_back({{name}, "is no ordinary file; expected a file that sets plugin.parameters alone"});
    return;
  }
  try {
    const auto text = outside::read_file(path, name, largest_file);
    if (auto wrong = wrong_in(yaml::read_common_yaml(name, text)))
      mistakes.push_back({{name}, std::move(*wrong)});
  } catch (const InputError& error) {
    mistakes.insert(mistakes.end(), error.findings.begin(), error.findings.end());
  }
}

std::vector<std::string> files_in(const fs::path& checkout) {
  std::vector<std::string> files;
  std::size_t entries = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator at(checkout, error), end; !error && at != end; at.increment(error)) {
    if (++entries > most_entries)
      throw InputError({checkout.string()},
                       fmt::format("more than {} files; expected a smaller repository", most_entries));
    if (is_override(at->path())) files.push_back(at->path().lexically_relative(checkout).string());
  }
  if (error) throw InputError({checkout.string()}, "can't be looked through: " + error.message());
  std::sort(files.begin(), files.end());
  return files;
}

// A line of `git submodule status`, `-3f2… PATH` or `+3f2… PATH (DESCRIPTION)`: the path.
std::string submodule_in(std::string_view line) {
  take_until(line, ' ');
  const auto described = line.ends_with(')') ? line.rfind(" (") : std::string_view::npos;
  return std::string(line.substr(0, described));
}

// The sign before the commit says that the submodule isn't there (`-`), or not at that commit (`+`, `U`); git-submodule(1).
void check_submodules(const fs::path& checkout, outside::Programs& programs, std::vector<Finding>& mistakes) {
  const fs::path list = ".gitmodules";
  if (!fs::exists(fs::symlink_status(checkout / list))) return;
  // Whose files they are doesn't matter here: in a container they often are another user's.
  const auto result =
      programs.run({.program = "git",
                    .arguments = {"-c", "safe.directory=*", "submodule", "status", "--recursive"},
                    .directory = checkout});
  if (result.exit_code != 0) {
    mistakes.push_back({{list.string()},
                        "git can't say whether the submodules are there: " +
                            outside::shortened(result.err, programs.work_folder())});
    return;
  }
  for (const auto& line : split(result.out, '\n'))
    if (line.front() != ' ')
      mistakes.push_back(
          {{submodule_in(line)}, "is a submodule that is not in this checkout as it was committed"});
}

}  // namespace

Overrides check_overrides(const fs::path& checkout, outside::Programs& programs) {
  std::error_code error;
  if (!fs::is_directory(checkout, error))
    throw InputError({checkout.string()}, "no such folder; expected the checkout of a repository");
  Overrides found;
  check_submodules(checkout, programs, found.mistakes);
  found.files = files_in(checkout);
  for (const auto& file : found.files) check_file(checkout / file, file, found.mistakes);
  return found;
}

}  // namespace drift::source
