// What becomes of a remediation matrix and of channels: YAML in, YAML out, and what is said of it.
#include "imports/imports.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "kube/field_types.hpp"
#include "policy/load.hpp"
#include "support/policy_cases.hpp"
#include "support/text.hpp"

namespace {
using namespace drift;
using tests::contains;

imports::Imported imported(const std::string& text) {
  return imports::carry_over({{"in.yaml", text}}, "argocd");
}

// Of `low`, after its name; the matrix has it alone.
std::string low_of(const std::string& settings) {
  const auto text = imported("remediation_matrix: {low: " + settings + "}\n").text;
  const std::string_view begin = "  - name: low\n", end = "  defaultSeverity";
  const auto at = text.find(begin) + begin.size();
  return text.substr(at, text.find(end) - at);
}

std::string said_of(const std::vector<Finding>& findings) {
  std::string text;
  for (const auto& finding : findings) text += to_string(finding) + '\n';
  return text;
}

std::string lost_of(const std::string& text) {
  return said_of(imported(text).said.lost);
}

// What is lost of `low`, but for what is said of its rules, which aren't there.
std::string lost_of_low(const std::string& settings) {
  const auto lost = lost_of("remediation_matrix: {low: " + settings + "}\n");
  return lost.substr(0, lost.rfind("in.yaml:1:1: severity_rules "));
}

std::string refusal(const std::string& text) {
  try {
    imported(text);
  } catch (const InputError& error) {
    return error.what();
  }
  return "none";
}

std::string refusal_of_low(const std::string& settings) {
  return refusal("remediation_matrix: {low: " + settings + "}\n");
}

// All mistakes and warnings that `drift-policy check` has of a policy.
std::string check(const std::string& policy) {
  const auto types = kube::kubernetes_fields();
  policy::Findings findings;
  policy::load({{"policy.yaml", policy}}, findings, &types);
  return said_of(findings.mistakes) + said_of(findings.warnings);
}

// The data of the ConfigMap.
std::string data_of(const std::string& text) {
  const auto out = imported(text).text;
  return out.substr(out.find("data:\n") + 6);
}

constexpr const char* four =
    "remediation_matrix:\n"
    "  critical: {action: emergency_stop, approval_required: true, notify_oncall: true}\n"
    "  high: {action: immediate_rollback, max_retries: 1, notification_channels: [slack, email, pagerduty]}\n"
    "  medium: {action: notify_and_timeout, approval_required: true, timeout_hours: 24, escalation_hours: "
    "4}\n"
    "  low: {action: auto_sync, cooldown_minutes: 5, max_retries: 3, notification_channels: [slack]}\n"
    "severity_rules:\n"
    "  low: [job]\n"
    "  medium: [configmap, pvc, Service]\n"
    "  high: [deployments, service, ing]\n"
    "  critical: [secret, rbac, secret]\n";

}  // namespace

TEST_CASE("A matrix and its rules become a policy, lowest severity first, that check has nothing against") {
  const auto all = imported(four);
  CHECK(all.text == R"(apiVersion: drift-policy.dev/v1alpha1
kind: DriftPolicy
metadata:
  name: imported
spec:
  enforcement: enforce
  severities:
  - name: low
    remediation:
      action: autoSync
      cooldown: "5m"
      maxRetries: 3
    notify:
    - slack
  - name: medium
    remediation:
      action: approve
    approval:
      required: 1
      timeout: "24h"
      escalateAfter: "4h"
  - name: high
    remediation:
      action: restore
      maxRetries: 1
      rollbackOnFailure: true
    notify:
    - slack
    - email
    - pagerduty
  - name: critical
    remediation:
      action: stop
    approval:
      required: 1
    notify:
    - pagerduty
  defaultSeverity: medium
  hooks:
    namespace: drift-policy
  rules:
  - name: critical
    match:
      any:
      - resources:
          kinds:
          - Secret
          - "rbac.authorization.k8s.io/*/*"
    severity: critical
  - name: high
    match:
      any:
      - resources:
          kinds:
          - Deployment
          - Service
          - Ingress
    severity: high
  - name: medium
    match:
      any:
      - resources:
          kinds:
          - ConfigMap
          - PersistentVolumeClaim
          - Service
    severity: medium
  - name: low
    match:
      any:
      - resources:
          kinds:
          - Job
    severity: low
)");
  CHECK(check(all.text).empty());
  CHECK(said_of(all.said.lost) ==
        "in.yaml:7:3: severity_rules is taken more strictly: it says nothing of other kinds, so they have "
        "medium, "
        "the lowest severity that waits for a person; change defaultSeverity if that is too much\n");
  CHECK(said_of(all.said.notes) == "in.yaml:1:1: hooks.namespace is drift-policy, which deploy/ creates\n");
}

TEST_CASE("Of a kind that several severities name the highest counts, as it did") {
  policy::Findings findings;
  const auto set = policy::load({{"policy.yaml", imported(four).text}}, findings);
  const auto of = [&](const std::string& type) {
    return policy::severity_of(set, type + "\nmetadata: {name: a, namespace: b}\n");
  };
  CHECK(of("apiVersion: v1\nkind: Service") == "high");
  CHECK(of("apiVersion: rbac.authorization.k8s.io/v1\nkind: Role") == "critical");
  CHECK(of("apiVersion: batch/v1\nkind: Job") == "low");
  CHECK(of("apiVersion: example.com/v1\nkind: Thing") == "medium");
}

TEST_CASE("Each setting of a severity becomes ours, or is named") {
  struct {
    const char* settings;
    const char* severity;
    const char* lost;
  } const table[] = {
      {"{action: auto_sync}", "    remediation:\n      action: autoSync\n", ""},
      {"{action: notify_and_timeout}",
       "    remediation:\n      action: approve\n    approval:\n      required: 1\n", ""},
      {"{action: emergency_stop}", "    remediation:\n      action: stop\n", ""},
      {"{action: auto_sync, cooldown_minutes: 0, timeout_hours: 0, max_retries: 0, approval_required: null}",
       "    remediation:\n      action: autoSync\n      maxRetries: 0\n", ""},
      {"{action: auto_sync, escalation_hours: 30}",
       "    remediation:\n      action: autoSync\n    approval:\n      escalateAfter: \"30h\"\n", ""},
      {"{action: auto_sync, notification_channels: [sms, pagerduty, email], notify_oncall: true}",
       "    remediation:\n      action: autoSync\n    notify:\n    - pagerduty\n    - email\n",
       "in.yaml:1:71: remediation_matrix.low.notification_channels: sms can't be carried over: Argo CD calls "
       "nobody; PagerDuty is notified instead, which can\n"},
      {"{action: auto_sync, approval_required: true}",
       "    remediation:\n      action: approve\n    approval:\n      required: 1\n",
       "in.yaml:1:66: remediation_matrix.low.approval_required is taken more strictly: auto_sync asks "
       "nobody, so "
       "the action becomes approve: drift is put back after one person has said yes\n"},
      {"{action: immediate_rollback, approval_required: true}",
       "    remediation:\n      action: approve\n      rollbackOnFailure: true\n    approval:\n      "
       "required: 1\n",
       "in.yaml:1:75: remediation_matrix.low.approval_required is taken more strictly: immediate_rollback "
       "asks "
       "nobody, so the action becomes approve: drift is put back after one person has said yes\n"},
      {"{action: notify_and_timeout, approval_required: false}",
       "    remediation:\n      action: approve\n    approval:\n      required: 1\n",
       "in.yaml:1:75: remediation_matrix.low.approval_required is taken more strictly: notify_and_timeout "
       "becomes approve, which waits for one person always\n"},
      {"{action: auto_sync, escalation_hours: 0}",
       "    remediation:\n      action: autoSync\n    approval:\n      escalateAfter: \"1m\"\n",
       "in.yaml:1:65: remediation_matrix.low.escalation_hours is taken more strictly: 0 could mean at once, "
       "so "
       "more people are told after a minute\n"},
      {"{action: notify_and_timeout, escalation_hours: 24}",
       "    remediation:\n      action: approve\n    approval:\n      required: 1\n",
       "in.yaml:1:74: remediation_matrix.low.escalation_hours can't be carried over: no answer is a no after "
       "24 "
       "h, before it would count; give less\n"},
      {"{action: auto_sync, notification_channels: [carrier-pigeon]}",
       "    remediation:\n      action: autoSync\n",
       "in.yaml:1:71: remediation_matrix.low.notification_channels: \"carrier-pigeon\" can't be carried "
       "over: "
       "deploy/notifications has no trigger for it; write one like drift-slack, and add the channel to "
       "`notify`\n"},
      {"{action: auto_sync, colour: red}", "    remediation:\n      action: autoSync\n",
       "in.yaml:1:55: remediation_matrix.low.colour can't be carried over: drift-policy import doesn't know "
       "it; "
       "see what it was for, and take it out\n"},
  };
  for (const auto& one : table) {
    CAPTURE(one.settings);
    CHECK(low_of(one.settings) == one.severity);
    CHECK(lost_of_low(one.settings) == one.lost);
    CHECK(check(imported("remediation_matrix: {low: " + std::string(one.settings) + "}\n").text).empty());
  }
}

TEST_CASE("A timeout where nobody is asked is left out, and said") {
  const auto all = imported("remediation_matrix: {low: {action: auto_sync, timeout_hours: 2}}\n");
  CHECK(contains(
      said_of(all.said.notes),
      "in.yaml:1:62: remediation_matrix.low.timeout_hours is left out: nobody is asked about drift of "
      "this severity\n"));
  CHECK_FALSE(contains(all.text, "timeout"));
}

TEST_CASE("What is wrong in a matrix is named with its place, all at once") {
  struct {
    const char* settings;
    const char* refusal;
  } const table[] = {
      {"{}",
       "in.yaml:1:27: remediation_matrix.low.action: expected auto_sync, notify_and_timeout, "
       "immediate_rollback, "
       "emergency_stop"},
      {"{action: autosync}",
       "in.yaml:1:36: remediation_matrix.low.action: expected auto_sync, notify_and_timeout, "
       "immediate_rollback, "
       "emergency_stop; did you mean \"auto_sync\"?"},
      {"{action: auto_sync, approval_required: maybe}",
       "in.yaml:1:66: remediation_matrix.low.approval_required: expected true or false"},
      {"{action: auto_sync, cooldown_minutes: 1.5}",
       "in.yaml:1:65: remediation_matrix.low.cooldown_minutes: expected a whole number from 0 to 527040"},
      {"{action: auto_sync, cooldown_minutes: -1, max_retries: 101}",
       "in.yaml:1:65: remediation_matrix.low.cooldown_minutes: expected a whole number from 0 to 527040\n"
       "in.yaml:1:82: remediation_matrix.low.max_retries: expected a whole number from 0 to 100"},
      {"{action: notify_and_timeout, timeout_hours: 0}",
       "in.yaml:1:71: remediation_matrix.low.timeout_hours: expected a whole number from 1 to 8784"},
      {"{action: auto_sync, notification_channels: slack}",
       "in.yaml:1:70: remediation_matrix.low.notification_channels: expected a list of strings"},
      {"{action: auto_sync, notification_channels: [slakc]}",
       "in.yaml:1:71: remediation_matrix.low.notification_channels: \"slakc\": expected slack, email, "
       "pagerduty or "
       "phone; did you mean \"slack\"?"},
      {"{action: auto_sync, max_retires: 3}",
       "in.yaml:1:60: remediation_matrix.low.max_retires: isn't known; expected "},
      {"{action: auto_sync, action: auto_sync}",
       "in.yaml:1:47: \"action\" stands twice in this mapping; only the last would count"},
      {"3", "in.yaml:1:27: remediation_matrix.low: expected a mapping"},
  };
  for (const auto& one : table) {
    CAPTURE(one.settings);
    CHECK(refusal_of_low(one.settings).starts_with(one.refusal));
  }
}

TEST_CASE("Severities, files and documents that can't be are refused") {
  const std::string matrix = "remediation_matrix: {low: {action: auto_sync}}\n";
  CHECK(
      refusal("remediation_matrix: {urgent: {action: auto_sync}}\n")
          .starts_with(
              "in.yaml:1:30: remediation_matrix.urgent: isn't known; expected low, medium, high, critical"));
  CHECK(refusal("severity_rules: {low: [pod]}\n") ==
        "in.yaml:1:1: remediation_matrix: expected one with low, medium, high or critical\n"
        "in.yaml:1:23: severity_rules.low: remediation_matrix has no such severity; expected it there");
  CHECK(refusal(matrix + "severity_rules: {high: [pod]}\n") ==
        "in.yaml:2:24: severity_rules.high: remediation_matrix has no such severity; expected it there");
  CHECK(refusal(matrix + "severity_rules: {hgih: [pod]}\n")
            .starts_with("in.yaml:2:24: severity_rules.hgih: isn't"));
  CHECK(refusal(matrix + "severity_rules: {low: pod}\n") ==
        "in.yaml:2:23: severity_rules.low: expected a list of strings");
  CHECK(refusal(matrix + "---\n" + matrix) == "in.yaml:3:1: a second file with policies; expected one");
  CHECK(refusal("") == "in.yaml: holds nothing");
  CHECK(refusal("a: [\n").starts_with("in.yaml:"));
  const std::string what =
      "expected remediation_matrix and severity_rules, or channels and templates, or a "
      "ConfigMap with them";
  CHECK(refusal("- 1\n") == "in.yaml:1:1: " + what);
  CHECK(refusal("kind: Secret\n") == "in.yaml:1:1: " + what);
  CHECK(refusal(matrix + "channels: {}\n") == "in.yaml:1:1: " + what);
  CHECK(refusal("kind: ConfigMap\ndata: {a: b}\n") ==
        "in.yaml:2:7: data: expected the key policies.yaml or config.yaml");
  CHECK(refusal("kind: ConfigMap\ndata: {policies.yaml: 3}\n") ==
        "in.yaml:2:23: data.policies.yaml: expected a string");
  CHECK(refusal("kind: ConfigMap\n") == "in.yaml:1:1: data: expected the key policies.yaml or config.yaml");
}

TEST_CASE("A list has a bound") {
  std::string words;
  for (std::size_t i = 0; i <= imports::most_elements; ++i) words += "pod, ";
  CHECK(refusal("remediation_matrix: {low: {action: auto_sync}}\nseverity_rules: {low: [" + words + "]}\n") ==
        "in.yaml:2:23: severity_rules.low: expected at most 500 of them");
}

TEST_CASE("Words that mean no kind are named, with what is probably meant") {
  const auto lost = lost_of(
      "remediation_matrix: {low: {action: auto_sync}}\n"
      "severity_rules:\n"
      "  low: [security, labels, secert]\n");
  CHECK(contains(lost,
                 "in.yaml:3:9: severity_rules.low can't be carried over: \"security\" is no kind that is "
                 "known; add the kinds that are meant to the rule\n"));
  CHECK(
      contains(lost,
               "in.yaml:3:19: severity_rules.low can't be carried over: a policy guards single labels; name "
               "them in the `fields` of a rule"));
  CHECK(contains(lost, "\"secert\" is no kind that is known; did you mean \"secret\""));
  CHECK(contains(lost, "so they have low, the highest severity; change"));
}

TEST_CASE("Places are those of the file where the settings stand in a ConfigMap, too") {
  const std::string head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: remediation-policies}\ndata:\n";
  const std::string plain = "remediation_matrix:\n  low: {action: auto_sync, colour: red}\n";
  const auto alone = imported(plain).text;
  struct {
    const char* data;
    const char* place;
  } const table[] = {
      {"  policies.yaml: |\n    remediation_matrix:\n      low: {action: auto_sync, colour: red}\n",
       "in.yaml:7:40: "},
      {"  policies.yaml: |-  # ours\n\n    # a note\n    ---\n    remediation_matrix:\n      low: {action: "
       "auto_sync, colour: red}\n",
       "in.yaml:10:40: "},
      {"  policies.yaml: \"remediation_matrix:\\n  low: {action: auto_sync, colour: red}\\n\"\n",
       "in.yaml (policies.yaml):2:36: "},
  };
  for (const auto& one : table) {
    CAPTURE(one.data);
    const auto all = imported(head + one.data);
    CHECK(all.text == alone);
    CHECK(
        contains(said_of(all.said.lost), std::string(one.place) + "remediation_matrix.low.colour can't be"));
  }
  CHECK(contains(
      lost_of(head + "  a: b\n  policies.yaml: |\n    remediation_matrix: {low: {action: auto_sync}}\n"),
      "in.yaml:5:6: data.a can't be carried over: only policies.yaml and config.yaml are read\n"));
  CHECK(
      contains(refusal(head + "  policies.yaml: |\n    remediation_matrix:\n      low: {}\n      low: {}\n"),
               "in.yaml:8:7: \"low\" stands twice"));
}

TEST_CASE("Channels become services and subscriptions, and secrets become references") {
  const auto all = imported(R"(channels:
  slack: {webhook_url: https://hooks.slack.com/services/hushhush, channel: "#drift", username: bot}
  email:
    smtp_server: smtp.example.com
    smtp_port: 25
    from_address: argocd@example.com
    to_addresses: [a@example.com, b@example.com]
    username: hushhush
    password: hushhush
  pagerduty: {integration_key: hushhush, service_id: P1}
templates:
  drift_detected: {app_name: hushhush}
)");
  CHECK(all.text == R"(apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-notifications-cm
  namespace: argocd
data:
  service.webhook.slack: |
    url: "$slack-webhook-url"
    headers:
    - name: Content-Type
      value: application/json
  service.email: |
    host: smtp.example.com
    port: 25
    from: argocd@example.com
    username: "$email-username"
    password: "$email-password"
  service.pagerdutyv2: |
    serviceKeys:
      platform: "$pagerduty-key"
  service.webhook.pagerduty-resolve: |
    url: https://events.pagerduty.com/v2/enqueue
  subscriptions: |
    - recipients:
      - "slack:"
      triggers:
      - drift-slack
      selector: drift-policy.dev/gated=true
    - recipients:
      - email:a@example.com
      - email:b@example.com
      triggers:
      - drift-email
      selector: drift-policy.dev/gated=true
    - recipients:
      - pagerdutyv2:platform
      triggers:
      - drift-pagerduty
      selector: drift-policy.dev/gated=true
    - recipients:
      - "pagerduty-resolve:"
      triggers:
      - drift-pagerduty-resolve
      selector: drift-policy.dev/gated=true
    - recipients:
      - email:a@example.com
      - email:b@example.com
      - pagerdutyv2:platform
      triggers:
      - drift-escalated
      selector: drift-policy.dev/gated=true
)");
  const auto lost = said_of(all.said.lost), notes = said_of(all.said.notes);
  CHECK_FALSE(contains(lost + notes, "hushhush"));
  const std::string secret = " is a secret, and isn't written: put it into argocd-notifications-secret as ";
  CHECK(notes ==
        "in.yaml:2:24: channels.slack.webhook_url" + secret +
            "slack-webhook-url\n"
            "in.yaml:8:15: channels.email.username" +
            secret +
            "email-username\n"
            "in.yaml:9:15: channels.email.password" +
            secret +
            "email-password\n"
            "in.yaml:10:32: channels.pagerduty.integration_key" +
            secret +
            "pagerduty-key\n"
            "in.yaml:10:54: channels.pagerduty.service_id is left out: the integration key is of one "
            "service\n");
  CHECK(contains(lost, "in.yaml:2:76: channels.slack.channel can't be carried over: "));
  CHECK(contains(lost, "in.yaml:2:96: channels.slack.username can't be carried over: "));
  CHECK(contains(lost, "in.yaml:12:19: templates.drift_detected can't be carried over: "));
}

TEST_CASE("Who is told of what waits long, and what a mail server needs, where the file doesn't say it") {
  CHECK(contains(data_of("channels: {slack: {webhook_url: x}}\n"),
                 "    - recipients:\n      - \"slack:\"\n      triggers:\n      - drift-escalated\n"));
  const std::string mail = "channels: {email: {smtp_server: h, from_address: a@b, to_addresses: []}}\n";
  CHECK(contains(data_of(mail), "    port: 587\n"));
  CHECK_FALSE(contains(data_of(mail), "subscriptions"));
  CHECK(contains(said_of(imported(mail).said.notes), "channels.email.smtp_port isn't there, so it is 587"));
  CHECK(contains(lost_of(mail),
                 "channels.email.to_addresses is taken more strictly: without an address nobody"));
}

TEST_CASE("What is wrong in channels is named without its value") {
  struct {
    const char* channels;
    const char* refusal;
  } const table[] = {
      {"{}", "in.yaml:1:1: channels: expected slack, email or pagerduty"},
      {"{slack: {}}", "in.yaml:1:19: channels.slack.webhook_url: expected it"},
      {"{slack: {webhook_url: [hushhush]}}",
       "in.yaml:1:33: channels.slack.webhook_url: expected a string that isn't empty"},
      {"{slack: {webhook_url: x, webhok_url: hushhush}}",
       "in.yaml:1:48: channels.slack.webhok_url: isn't known; expected webhook_url"},
      {"{pagerduty: {integration_key: ''}}",
       "in.yaml:1:41: channels.pagerduty.integration_key: expected a string that isn't empty"},
      {"{email: {smtp_server: '${hushhush}', from_address: a@b}}",
       "in.yaml:1:33: channels.email.smtp_server: expected it as it is, without blanks, $, : and ;"},
      {"{email: {smtp_server: h, smtp_port: 70000, from_address: a@b}}",
       "in.yaml:1:47: channels.email.smtp_port: expected a whole number from 1 to 65535"},
      {"{email: {smtp_server: h}}", "in.yaml:1:19: channels.email.from_address: expected it"},
      {"{email: {smtp_server: h, from_address: a@b, to_addresses: ['hushhush:a@b']}}",
       "in.yaml:1:70: channels.email.to_addresses: expected addresses such as ops@example.com"},
  };
  for (const auto& one : table) {
    CAPTURE(one.channels);
    const auto said = refusal("channels: " + std::string(one.channels) + "\n");
    CHECK(said.starts_with(one.refusal));
    CHECK_FALSE(contains(said, "hushhush"));
  }
}

TEST_CASE("Both files make two documents, and a channel that nobody configured is named") {
  const std::string matrix =
      "remediation_matrix: {low: {action: auto_sync, notification_channels: [slack, email]}}\n";
  const std::string channels = "channels: {slack: {webhook_url: x}}\n";
  const auto all = imports::carry_over({{"n.yaml", channels}, {"r.yaml", matrix}}, "cd");
  CHECK(all.text == imported(matrix).text + "---\n" + imports::carry_over({{"n.yaml", channels}}, "cd").text);
  CHECK(contains(all.text, "  namespace: cd\n"));
  CHECK(contains(
      said_of(all.said.lost),
      "r.yaml:1:78: remediation_matrix.low.notification_channels: email is notified, which `channels` don't "
      "have; add it to them, or to argocd-notifications-cm\n"));
  CHECK_FALSE(contains(said_of(all.said.lost), "slack is notified"));
}
