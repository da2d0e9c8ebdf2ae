#include "annotators/options.hpp"

#include <algorithm>

#include "kube/sync.hpp"

namespace drift::annotators {
namespace {

constexpr const char* options_annotation = "argocd.argoproj.io/sync-options";

std::string_view name_of(std::string_view option) {
  return option.substr(0, option.find('='));
}

// Never pruning or deleting is safer than doing so after a confirmation. Whole options, since Argo CD knows no others.
bool keeps_more(std::string_view authors, std::string_view policys) {
  return (authors == "Prune=false" && policys == "Prune=confirm") ||
         (authors == "Delete=false" && policys == "Delete=confirm");
}

}  // namespace

std::string merge_options(std::string_view authors, const std::vector<std::string>& policys,
                          bool overridable) {
  const auto words = kube::words_of(authors);
  std::vector<std::string> options(words.begin(), words.end());
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
