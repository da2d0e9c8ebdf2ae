// From `channels` and `templates` to services and subscriptions of Argo CD's notifications, for the triggers and templates of
// deploy/notifications. What is secret becomes a reference into argocd-notifications-secret. Pure.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "imports/mapping.hpp"

namespace drift::imports {

struct ImportedNotifications {
  std::string text;                        // argocd-notifications-cm as YAML
  std::vector<std::string_view> channels;  // that it configures
};

// `ns` is Argo CD's namespace. What it gives is of use only where no mistake was found.
ImportedNotifications read_notifications(const yaml::Node& node, std::string_view ns, Told& told);

}  // namespace drift::imports
