#include "imports/notifications.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/keys.hpp"
#include "base/printable.hpp"
#include "json/build.hpp"
#include "json/copied.hpp"
#include "json/to_yaml.hpp"

namespace drift::imports {
namespace {

// https://www.rfc-editor.org/rfc/rfc6409: the port of submission.
constexpr std::int64_t usual_port = 587;
// By the name of the key in service.pagerdutyv2; which of PagerDuty's services it is, the key says.
constexpr std::string_view pagerduty_recipient = "pagerdutyv2:platform";

// Whether Argo CD reads the text as it is written. A `$` would stand for a key of its Secret, and a recipient ends at `:` or `;`.
bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c > ' ' && c < '\x7F' && c != '$' && c != ':' && c != ';'; });
}

class Run {
 public:
  Run(std::string_view ns, Told& told) : told_(told) {
    set(config_map_, {"apiVersion"}, "v1");
    set(config_map_, {"kind"}, "ConfigMap");
    set(config_map_, {"metadata", "name"}, "argocd-notifications-cm");
    set(config_map_, {"metadata", "namespace"}, ns);
  }

  void slack(Mapping from) {
    if (!from) return;
    secret(from, "webhook_url", "slack-webhook-url", true);
    for (const auto* key : {"channel", "username"})
      if (const auto node = from.at(key))
        told_.said.lose(node, from.path_of(key),
                        "a webhook's channel and name are those that it was made with; for others have a "
                        "Slack app, as docs/notifications.md says");
    rapidjson::Document header, service;
    set(header, {"name"}, "Content-Type");
    set(header, {"value"}, "application/json");
    set(service, {"url"}, "$slack-webhook-url");
    rapidjson::Value headers(rapidjson::kArrayType);
    headers.PushBack(copied(header, service), service.GetAllocator());
    set(service, {"headers"}, std::move(headers));
    add_service("service.webhook.slack", service);
    subscribe("drift-slack", {"slack:"});
    finish(from, "slack");
  }

  void email(Mapping from) {
    if (!from) return;
    rapidjson::Document service;
    plain(from, "smtp_server", "host", service);
    const auto port = from.whole_number("smtp_port", 1, 65535);
    if (!from.at("smtp_port"))
      told_.note(from.node(), from.path_of("smtp_port"), fmt::format("isn't there, so it is {}", usual_port));
    set(service, {"port"}, rapidjson::Value(static_cast<int>(port.value_or(usual_port))));
    plain(from, "from_address", "from", service);
    for (const auto* key : {"username", "smtp_username"})
      if (secret(from, key, "email-username", false)) set(service, {"username"}, "$email-username");
    for (const auto* key : {"password", "smtp_password"})
      if (secret(from, key, "email-password", false)) set(service, {"password"}, "$email-password");
    add_service("service.email", service);
    std::vector<std::string> recipients;
    for (const auto& [node, address] : from.texts("to_addresses")) {
      if (!is_plain(address) || address.find('@') == std::string::npos)
        told_.mistake(node, from.path_of("to_addresses"), "expected addresses such as ops@example.com");
      recipients.push_back("email:" + address);
    }
    if (recipients.empty())
      told_.stricter(from.node(), from.path_of("to_addresses"),
                     "without an address nobody would get an email; subscribe somebody to drift-email");
    else
      subscribe("drift-email", recipients);
    escalated_.insert(escalated_.end(), recipients.begin(), recipients.end());
    finish(from, "email");
  }

  void pagerduty(Mapping from) {
    if (!from) return;
    secret(from, "integration_key", "pagerduty-key", true);
    if (const auto node = from.at("service_id"))
      told_.note(node, from.path_of("service_id"), "is left out: the integration key is of one service");
    rapidjson::Document service, resolve;
    set(service, {"serviceKeys", "platform"}, "$pagerduty-key");
    add_service("service.pagerdutyv2", service);
    set(resolve, {"url"}, "https://events.pagerduty.com/v2/enqueue");
    add_service("service.webhook.pagerduty-resolve", resolve);
    subscribe("drift-pagerduty", {std::string(pagerduty_recipient)});
    subscribe("drift-pagerduty-resolve", {"pagerduty-resolve:"});
    escalated_.emplace_back(pagerduty_recipient);
    finish(from, "pagerduty");
  }

  void templates(const Mapping& from) {
    if (!from) return;
    for (const auto& [name, value] : from.node().entries())
      told_.said.lose(value, from.path_of(printable(name, 100)),
                      "messages are those of deploy/notifications; change its template.drift-slack, "
                      "template.drift-email and template.drift-pagerduty where they should say more");
  }

  ImportedNotifications result() {
    if (escalated_.empty() && !subscriptions_.Empty()) escalated_.emplace_back("slack:");
    if (!escalated_.empty()) subscribe("drift-escalated", escalated_);
    if (!subscriptions_.Empty()) set(config_map_, {"data", "subscriptions"}, block_yaml(subscriptions_));
    return {block_yaml(config_map_), std::move(channels_)};
  }

 private:
  // Whether it is there. Its value isn't looked at but for its type.
  bool secret(Mapping& from, std::string_view key, std::string_view name, bool demanded) {
    const auto node = from.at(key);
    if (!node) {
      if (demanded) told_.mistake(from.node(), from.path_of(key), "expected it");
      return false;
    }
    if (!from.text(key)) return false;
    told_.note(
        node, from.path_of(key),
        fmt::format("is a secret, and isn't written: put it into argocd-notifications-secret as {}", name));
    return true;
  }

  void plain(Mapping& from, std::string_view key, std::string_view ours, rapidjson::Document& service) {
    const auto text = from.text(key);
    if (const auto node = from.at(key); !node)
      told_.mistake(from.node(), from.path_of(key), "expected it");
    else if (text && !is_plain(*text))
      told_.mistake(node, from.path_of(key), "expected it as it is, without blanks, $, : and ;");
    else if (text)
      set(service, {ours}, *text);
  }

  void add_service(std::string_view key, const rapidjson::Document& service) {
    set(config_map_, {"data", key}, block_yaml(service));
  }

  void subscribe(std::string_view trigger, const std::vector<std::string>& recipients) {
    rapidjson::Document one;
    set(one, {"recipients"}, text_list(recipients, one));
    set(one, {"triggers"}, text_list(std::vector{trigger}, one));
    set(one, {"selector"}, fmt::format("{}=true", keys::gated));
    subscriptions_.PushBack(copied(one, subscriptions_), subscriptions_.GetAllocator());
  }

  void finish(const Mapping& from, std::string_view channel) {
    from.finish(Unknown::lost);
    channels_.push_back(channel);
  }

  Told& told_;
  rapidjson::Document config_map_, subscriptions_{rapidjson::kArrayType};
  std::vector<std::string> escalated_;  // whom drift-escalated tells
  std::vector<std::string_view> channels_;
};

}  // namespace

ImportedNotifications read_notifications(const yaml::Node& node, std::string_view ns, Told& told) {
  Mapping root(node, "", told);
  auto channels = root.mapping("channels");
  Run run(ns, told);
  run.slack(channels.mapping("slack"));
  run.email(channels.mapping("email"));
  run.pagerduty(channels.mapping("pagerduty"));
  channels.finish(Unknown::lost);
  run.templates(root.mapping("templates"));
  root.finish(Unknown::lost);
  auto imported = run.result();
  if (imported.channels.empty() && told.mistakes.empty())
    told.mistake(root.node(), "channels", "expected slack, email or pagerduty");
  return imported;
}

}  // namespace drift::imports
