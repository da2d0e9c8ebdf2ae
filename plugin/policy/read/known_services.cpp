#include "policy/read/known_services.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"

namespace drift::policy {
namespace {

// https://argo-cd.readthedocs.io/en/stable/operator-manual/notifications/services/overview/
constexpr std::array<std::string_view, 19> services = {
    "alertmanager", "awssqs",   "email",     "github",      "googlechat",     "grafana", "mattermost",
    "newrelic",     "opsgenie", "pagerduty", "pushover",    "rocketchat",     "slack",   "teams",
    "telegram",     "webex",    "webhook",   "pagerdutyv2", "teams-workflows"};

// `Rocket.Chat`, `pager-duty`: without what people write between the words.
std::string letters(std::string_view name) {
  std::string text;
  for (const char c : lower_case(name))
    if (is_alphanumeric(c)) text += c;
  return text;
}

}  // namespace

std::string meant_service(std::string_view name) {
  if (std::find(services.begin(), services.end(), name) != services.end()) return {};
  for (const auto service : services)
    if (letters(name) == letters(service)) return std::string(service);
  for (const auto service : services)
    if (near_miss(name, service)) return std::string(service);
  return {};
}

}  // namespace drift::policy
