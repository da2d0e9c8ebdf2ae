#include "annotators/options.hpp"

#include <algorithm>

namespace drift::annotators {
namespace {

constexpr const char* options_annotation = "argocd.argoproj.io/sync-options";

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> options;
  for (std::size_t begin = 0; begin <= list.size();) {
    const auto end = std::min(list.find(',', begin), list.size());
    if (const auto option = trimmed(list.substr(begin, end - begin)); !option.empty())
      options.emplace_back(option);
    begin = end + 1;
  }
  return options;
}

std::string_view name_of(std::string_view option) {
  return option.substr(0, option.find('='));
}

// Never pruning or deleting is safer than doing so after a confirmation.
bool keeps_more(std::string_view authors, std::string_view policys) {
  const auto name = name_of(authors);
  return (name == "Prune" || name == "Delete") && authors.ends_with("=false") &&
         policys.ends_with("=confirm");
}

}  // namespace

std::string merge_options(std::string_view authors, const std::vector<std::string>& policys,
                          bool overridable) {
  auto options = split(authors);
  std::vector<std::string> wanted;
  for (const auto& option : policys) {
    const auto same_name = [&](const std::string& other) { return name_of(other) == name_of(option); };
    const bool stays = std::any_of(options.begin(), options.end(), [&](const std::string& other) {
      return same_name(other) && (overridable || other == option || keeps_more(other, option));
    });
    if (stays && !overridable)
      std::erase_if(options, [&](const std::string& other) {
        return same_name(other) && other != option && !keeps_more(other, option);
      });
    if (stays) continue;
    std::erase_if(options, same_name);
    wanted.push_back(option);
  }
  options.insert(options.end(), wanted.begin(), wanted.end());
  std::string list;
  for (const auto& option : options) list += (list.empty() ? "" : ",") + option;
  return list;
}

Changes sync_options(const Input& input) {
  Changes changes;
  for_each_object(
      input, [&](std::size_t i, const manifest::Manifest& manifest, const policy::Verdict& verdict) {
        if (verdict.sync_options.empty() || manifest.hook != manifest::HookKind::none) return;
        const auto authors = manifest.annotation(options_annotation);
        auto merged = merge_options(authors, verdict.sync_options, verdict.sync_options_overridable);
        // An author's own spelling stays where it says the same.
        if (merge_options(authors, {}, false) == merged) return;
        changes.changes.push_back({i, Change::Target::annotation, options_annotation, std::move(merged)});
      });
  return changes;
}

}  // namespace drift::annotators
