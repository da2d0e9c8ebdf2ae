#include "imports/imports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "imports/notifications.hpp"
#include "imports/policy.hpp"

namespace drift::imports {
namespace {

// What a severity notifies over is told to nobody where the channel isn't configured.
void compare_channels(const std::vector<UsedChannel>& used, const std::vector<std::string_view>& configured,
                      Told& told) {
  for (const auto& one : used)
    if (std::find(configured.begin(), configured.end(), one.channel) == configured.end())
      told.said.lost.push_back(
          {one.place, fmt::format("{}: {} is notified, which `channels` don't have; add it to them, or to "
                                  "argocd-notifications-cm",
                                  one.path, one.channel)});
}

}  // namespace

Imported carry_over(const std::vector<Text>& texts, std::string_view ns) {
  Told told;
  const Contents contents(texts, told);
  std::optional<ImportedPolicy> policy;
  std::optional<ImportedNotifications> notifications;
  for (const auto& content : contents.all())
    if (content.about == About::policies)
      policy = read_policy(content.root, told);
    else
      notifications = read_notifications(content.root, ns, told);
  if (policy && notifications) compare_channels(policy->channels, notifications->channels, told);
  if (!told.mistakes.empty()) throw InputError(told.mistakes);
  Imported imported{policy ? policy->text : "", std::move(told.said)};
  if (policy && notifications) imported.text += "---\n";
  if (notifications) imported.text += notifications->text;
  return imported;
}

}  // namespace drift::imports
