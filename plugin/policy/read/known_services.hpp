// Services of Argo CD Notifications, which `notify` names.
#pragma once
#include <string>
#include <string_view>

namespace drift::policy {

// The service that a name was probably meant to be; empty where it is one, or like none: webhooks have any name.
std::string meant_service(std::string_view name);

}  // namespace drift::policy
