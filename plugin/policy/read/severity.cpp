#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "policy/read/read.hpp"

namespace drift::policy {

namespace {

Action action_of(const std::string& word) {
  if (word == "approve") return Action::approve;
  if (word == "restore") return Action::restore;
  if (word == "stop") return Action::stop;
  return Action::auto_sync;
}

Remediation read_remediation(const Setting& setting) {
  Remediation remediation;
  remediation.action = action_of(setting["action"].text());
  remediation.cooldown = setting["cooldown"].duration();
  if (auto retries = setting["maxRetries"])
    remediation.max_retries = static_cast<unsigned>(retries.integer());
  if (auto rollback = setting["rollbackOnFailure"]) remediation.rollback_on_failure = rollback.boolean();
  return remediation;
}

void check_escalation(const Setting& setting, const Approval& approval) {
  if (approval.escalate_after && *approval.escalate_after >= approval.timeout)
    setting["escalateAfter"].mistake(
        fmt::format("escalates only after the timeout of {}s; expected less", approval.timeout.count()));
}

void check_groups(const Setting& setting) {
  std::unordered_set<std::string> seen;
  for (const auto& group : setting["groups"].items())
    if (!seen.insert(group.text()).second)
      group.mistake(fmt::format("group \"{}\" is listed twice", group.text()));
}

Approval read_people(const Setting& setting, unsigned required) {
  Approval approval;
  approval.required = required;
  if (auto wanted = setting["required"]) approval.required = static_cast<unsigned>(wanted.integer());
  approval.groups = setting["groups"].texts();
  if (auto timeout = setting["timeout"].duration()) approval.timeout = *timeout;
  approval.escalate_after = setting["escalateAfter"].duration();
  return approval;
}

Approval read_approval(const Setting& setting, Action action) {
  const bool asks = action == Action::approve;
  auto approval = read_people(setting, asks ? 1 : 0);
  // A break-glass has a name, and so have two people: Argo CD's account is always the same one.
  approval.through_argocd = action != Action::stop && approval.required <= 1;
  if (auto through = setting["throughArgoCD"]) approval.through_argocd = through.boolean();
  if (!setting) return approval;
  if (asks && approval.required == 0)
    setting["required"].mistake("action approve asks somebody; expected at least 1, or another action");
  if ((action == Action::auto_sync || action == Action::restore) && approval.required > 0)
    setting["required"].mistake(
        "only the actions approve and stop wait for people; expected one of them as action");
  if (approval.required == 0 && !approval.groups.empty())
    setting["groups"].mistake("groups without anybody asked; expected `required` of at least 1");
  if (action != Action::approve && action != Action::stop && setting["throughArgoCD"])
    setting["throughArgoCD"].mistake(
        "only the actions approve and stop wait for people; expected one of them as action");
  if (approval.required > 0) check_escalation(setting, approval);
  if (approval.required == 0 && setting["timeout"])
    setting["timeout"].warning(
        "has no effect, as nobody is asked about drift of this severity; `required` says how many are");
  check_groups(setting);
  return approval;
}

// Of Git's own changes. The schema demands the approval.
ChangeApproval read_changes(const Setting& setting) {
  const auto people = setting["approval"];
  ChangeApproval changes;
  changes.approval = read_people(people, 1);
  changes.approval.through_argocd = changes.approval.required <= 1;
  if (auto through = people["throughArgoCD"]) changes.approval.through_argocd = through.boolean();
  if (auto first = people["firstSync"]) changes.first_sync = first.boolean();
  if (const auto of = people["of"]) {
    const auto words = of.texts();
    for (const auto& [word, wanted] : change_words)
      changes.*wanted = std::find(words.begin(), words.end(), word) != words.end();
  }
  if (changes.first_sync && !changes.added)
    people["firstSync"].mistake("asks about what a first sync adds; expected `added` in `of`");
  check_escalation(people, changes.approval);
  check_groups(people);
  return changes;
}

}  // namespace

std::vector<Severity> read_severities(const Setting& list) {
  std::vector<Severity> severities;
  std::unordered_set<std::string> seen;
  for (const auto& item : list.items()) {
    if (!item["name"] || !item["remediation"]["action"]) continue;
    Severity severity;
    severity.place = item.place();
    severity.name = item["name"].text();
    if (!seen.insert(severity.name).second)
      item["name"].mistake(fmt::format("severity \"{}\" is listed twice", severity.name));
    severity.remediation = read_remediation(item["remediation"]);
    severity.approval = read_approval(item["approval"], severity.remediation.action);
    if (const auto changes = item["changes"]) severity.changes = read_changes(changes);
    severity.notify = item["notify"].texts();
    if (!severities.empty() && severity.remediation.action < severities.back().remediation.action)
      item["remediation"]["action"].warning(
          fmt::format("{} does less than {}, which is listed before it; severities are listed lowest first",
                      severity.name, severities.back().name));
    severities.push_back(std::move(severity));
  }
  return severities;
}

}  // namespace drift::policy
