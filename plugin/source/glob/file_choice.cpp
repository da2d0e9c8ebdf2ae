#include "source/glob/file_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/error.hpp"
#include "source/glob/alternatives.hpp"

namespace drift::source {
namespace {

// The most file names that a message shows.
constexpr std::size_t max_shown = 5;

std::string shown(const List& files) {
  const auto count = std::min(files.size(), max_shown);
  auto result =
      fmt::format("{}", fmt::join(files.begin(), files.begin() + static_cast<std::ptrdiff_t>(count), ", "));
  if (files.size() > count) result += fmt::format(" and {} more", files.size() - count);
  return result;
}

// Whether both match by the pattern, of these files, those that are wanted, which stand in the same order.
bool match_alike(const std::string& pattern, const List& files, const List& wanted) {
  const OldGlob old(pattern);
  const Glob now(pattern);
  auto next = wanted.begin();
  return std::all_of(files.begin(), files.end(), [&](const std::string& file) {
    const bool is_wanted = next != wanted.end() && *next == file;
    if (is_wanted) ++next;
    return old.matches(file) == is_wanted && now.matches(file) == is_wanted;
  });
}

// The pattern, where both take it and match those files.
std::optional<std::string> if_alike(std::string pattern, const List& files, const List& wanted) {
  try {
    if (match_alike(pattern, files, wanted)) return pattern;
  } catch (const InputError&) {
    // It is no help then.
  }
  return std::nullopt;
}

}  // namespace

FileChoice::FileChoice(const Options& options, const std::optional<ArgoCdVersion>& version)
    : follows_old_(version && *version < new_globs),
      compares_(!version || follows_old_),
      include_(read("directory-include", options.directory_include)),
      exclude_(read("directory-exclude", options.directory_exclude)) {}

std::optional<FileChoice::Pattern> FileChoice::read(std::string_view setting, const std::string& text) {
  if (text.empty()) return std::nullopt;
  Pattern pattern{setting, text, {}, {}};
  if (compares_) {
    try {
      pattern.old.emplace(text);
    } catch (const TooManySteps& error) {
      if (follows_old_) throw;
      compares_ = false;
      incomparable_ = error.what();
    } catch (const InputError&) {
      if (follows_old_) throw;
    }
  }
  try {
    pattern.now.emplace(text);
  } catch (const InputError& error) {
    if (follows_old_) return pattern;
    if (!pattern.old) throw;
    throw InputError(fmt::format(
        "{}; Argo CD before 3.6 can: where it is that, DRIFT_POLICY_ARGOCD_VERSION in the sidecar says so",
        error.what()));
  }
  return pattern;
}

bool FileChoice::matches(const Pattern& pattern, bool by_old, const std::string& path) {
  return by_old ? pattern.old && pattern.old->matches(path) : pattern.now && pattern.now->matches(path);
}

bool FileChoice::choice(bool by_old, const std::string& path) const {
  if (exclude_ && matches(*exclude_, by_old, path)) return false;
  return !include_ || matches(*include_, by_old, path);
}

bool FileChoice::chooses(const std::string& path) {
  const bool is_chosen = choice(follows_old_, path);
  if (compares_ && (include_ || exclude_)) compare(path, is_chosen);
  return is_chosen;
}

void FileChoice::compare(const std::string& path, bool is_chosen) {
  try {
    seen_.push_back(path);
    if (choice(!follows_old_, path) == is_chosen) return;
    const bool by_old = follows_old_ == is_chosen;
    for (auto* pattern : {&include_, &exclude_}) {
      if (!*pattern || matches(**pattern, true, path) == matches(**pattern, false, path)) continue;
      (by_old ? (*pattern)->only_old : (*pattern)->only_now).push_back(path);
    }
  } catch (const InputError& error) {
    compares_ = false;
    incomparable_ = error.what();
  }
}

List FileChoice::warnings() const {
  List result;
  for (const auto* pattern : {&include_, &exclude_}) {
    if (*pattern && (!(*pattern)->only_old.empty() || !(*pattern)->only_now.empty()))
      result.push_back(warning(**pattern));
  }
  if (!incomparable_.empty())
    result.push_back(
        fmt::format("directory-include, directory-exclude: Argo CD {} 3.6 may choose other files: {}",
                    follows_old_ ? "from" : "before", incomparable_));
  return result;
}

// Means what 1.0.0 matches, which is what the syntax says; by a pattern that it refuses, what 0.2.3 does.
std::optional<std::string> FileChoice::better(const Pattern& pattern) const {
  List wanted;
  for (const auto& file : seen_) {
    if (matches(pattern, !pattern.now, file)) wanted.push_back(file);
  }
  if (auto alternatives = written_out(pattern.text)) {
    if (auto result = if_alike(std::move(*alternatives), seen_, wanted)) return result;
  }
  if (wanted.empty() || wanted.size() > max_shown) return std::nullopt;
  return if_alike(pattern_of_names(wanted), seen_, wanted);
}

std::string FileChoice::warning(const Pattern& pattern) const {
  List parts;
  if (!pattern.only_now.empty())
    parts.push_back(fmt::format("only Argo CD from 3.6 on reads {}", shown(pattern.only_now)));
  if (!pattern.only_old.empty())
    parts.push_back(fmt::format("only Argo CD before 3.6 reads {}", shown(pattern.only_old)));
  const auto suggestion = better(pattern);
  return fmt::format("{}: by '{}' {}; rendered as {}; expected a pattern that all match alike{}",
                     pattern.setting, pattern.text, fmt::join(parts, ", and "),
                     follows_old_ ? "before 3.6, as DRIFT_POLICY_ARGOCD_VERSION in the sidecar says"
                                  : "from 3.6 on, for DRIFT_POLICY_ARGOCD_VERSION in the sidecar isn't set",
                     suggestion ? fmt::format(", such as '{}'", *suggestion) : "");
}

}  // namespace drift::source
