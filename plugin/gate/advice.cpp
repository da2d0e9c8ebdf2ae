#include "gate/advice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace drift::gate {
namespace {

using api::Report;
using api::State;
using api::Unread;

constexpr std::size_t most_names = 5;
constexpr std::size_t most_advice = 10;

// The names of those that count as drift and are unread for that reason; `cluster`: only what is in no namespace.
struct Unreadable {
  std::vector<std::string> names;
  std::set<std::string> resources;
};

Unreadable unreadable(const Report& report, Unread why, bool cluster) {
  Unreadable found;
  for (const auto& object : report.objects) {
    if (!api::is_drift(object) || object.unread != why || (cluster && !object.ns.empty())) continue;
    found.names.push_back(object.display());
    found.resources.insert(object.full_resource());
  }
  return found;
}

std::string listed(std::vector<std::string> names) {
  const auto more = names.size() - std::min(names.size(), most_names);
  names.resize(names.size() - more);
  return fmt::format("{}{}", fmt::join(names, ", "), more > 0 ? fmt::format(" and {} more", more) : "");
}

// The Roles of a rendering can't name what has no namespace, so that is what is missing.
void add_missing_rights(const store::Run& run, const Report& report, const std::string& account,
                        std::vector<std::string>& advice) {
  const auto unread = unreadable(report, Unread::forbidden, true);
  if (unread.names.empty()) return;
  const auto role = run.names.prefix() + "-read-cluster";
  advice.push_back(
      fmt::format("nobody knows whether {} changed, since the gate may not read it: let it, and sync again",
                  listed(unread.names)));
  advice.push_back(fmt::format(
      "kubectl create clusterrole {0} --verb=get --resource={1} && kubectl create clusterrolebinding {0} "
      "--clusterrole={0} --serviceaccount={2}:{3}",
      role, fmt::join(unread.resources, ","), run.ns, account.empty() ? "ACCOUNT" : account));
}

// What the platform's policy would have to say, so that the next rendering's Roles are right.
std::string about_kind(const api::PlannedObject& object) {
  const auto kind = fmt::format("{}.{}", object.kind, object.group);
  if (object.ns.empty())
    return fmt::format(
        "{} has no namespace in the cluster, so no Role of a rendering can name it: list it in the "
        "platform's policy, "
        "under clusterScoped, and write the accounts anew (generate accounts)",
        kind);
  if (object.resource != object.role_resource)
    return fmt::format(
        "the rendering's Role names {}, and the cluster calls {} {}: list that in the platform's policy, "
        "under plurals",
        object.role_resource, kind, object.resource);
  return fmt::format(
      "{} has namespaces in the cluster, and the rendering's Role names none of it: list it in the "
      "platform's policy, "
      "under namespaced",
      kind);
}

// Roles are rendered before anybody can ask the cluster.
void add_guessed_kinds(const api::Plan& plan, const Report& report, std::vector<std::string>& advice) {
  std::set<std::string> unread;
  for (const auto& object : report.objects)
    if (object.unread == Unread::forbidden) unread.insert(object.full_resource());
  std::set<std::string> all;
  for (const auto& object : plan.objects) {
    const auto resource = object.group.empty() ? object.resource : object.resource + "." + object.group;
    if (!object.role_resource.empty() && unread.contains(resource)) all.insert(about_kind(object));
  }
  for (const auto& one : all)
    if (advice.size() < most_advice) advice.push_back(one);
}

void add_unknown_resources(const Report& report, std::vector<std::string>& advice) {
  const auto unread = unreadable(report, Unread::unknown, false);
  if (unread.names.empty()) return;
  advice.push_back(
      fmt::format("nobody knows whether {} changed, since the cluster knows no {}: name a version that it "
                  "serves, or have the "
                  "platform's policy say how the cluster calls the kind (plurals, clusterScoped)",
                  listed(unread.names), fmt::join(unread.resources, ", ")));
}

// Whether the last success left objects and none of them is there any more.
bool all_gone(const Report& report) {
  const auto count = [&](State state) {
    return std::count_if(report.objects.begin(), report.objects.end(),
                         [&](const api::ObjectReport& object) { return object.state == state; });
  };
  return count(State::deleted) > 0 && count(State::in_sync) + count(State::drifted) + count(State::deleting) +
                                              count(State::not_inspected) ==
                                          0;
}

void add_removal(const store::Run& run, std::vector<std::string>& advice) {
  advice.push_back(fmt::format("kubectl -n {} delete configmap {}", run.ns, run.names.base()));
  advice.emplace_back(
      "with deploy/admission that takes the verb purge, which the platform's administrators have");
}

void add_about_base(const store::Run& run, const Report& report, std::vector<std::string>& advice) {
  if (!report.base_problem.empty())
    advice.push_back(fmt::format("{}; find out who wrote it. Without it the next sync is a first one",
                                 report.base_problem));
  else if (all_gone(report))
    advice.push_back(fmt::format(
        "the last success is from {}, and all of its objects are gone: was the application deleted and made "
        "anew? Then this is no drift; its base can go, and it can be synced again",
        report.base_time.empty() ? "an unknown time" : report.base_time));
  else
    return;
  add_removal(run, advice);
}

}  // namespace

std::vector<std::string> advice(const store::Run& run, const api::Plan& plan, const Report& report,
                                const std::string& account) {
  std::vector<std::string> advice;
  add_about_base(run, report, advice);
  add_missing_rights(run, report, account, advice);
  add_guessed_kinds(plan, report, advice);
  add_unknown_resources(report, advice);
  return advice;
}

}  // namespace drift::gate
