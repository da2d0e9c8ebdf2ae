// What audit and alert may do is what they do: each of their calls is allowed by their Roles, and no rule is for nothing.
#include <doctest/doctest.h>

#include <set>
#include <tuple>

#include "annotators/hooks/roles.hpp"
#include "support/sync_case.hpp"

namespace {
using namespace drift;
using namespace drift::tests;

// Verb, resource and name; no name: any (`create`).
using Right = std::tuple<std::string, std::string, std::string>;

// What the injected Roles that are bound to a hook's account allow.
std::set<Right> rights_of(const SyncCase& shop, Hook hook) {
  std::set<Right> rights;
  for (const auto& bound : shop.injected->manifests().objects()) {
    if (bound.kind != "RoleBinding" ||
        bound.object.find("subjects").json().find("\"" + shop.names().of(hook) + "\"") == std::string::npos)
      continue;
    const auto& role = shop.injected->find("Role", bound.name);
    for (const auto& rule : role.object.find("rules").elements()) {
      const auto group = std::string(rule.find("apiGroups").at(0).text());
      const auto resource =
          std::string(rule.find("resources").at(0).text()) + (group.empty() ? "" : "." + group);
      for (const auto& verb : rule.find("verbs").elements()) {
        const auto names = rule.find("resourceNames");
        if (!names) rights.emplace(verb.text(), resource, "");
        if (names)
          for (const auto& name : names.elements())
            rights.emplace(verb.text(), resource, std::string(role.ns) + "/" + std::string(name.text()));
      }
    }
  }
  return rights;
}

// What the API server asks for a call of ours. Server-side apply of what isn't there asks for `create` too.
std::vector<Right> asked_for(const SyncCase& shop, const std::string& call) {
  static const std::map<std::string, std::string> verbs = {{"get", "get"},           {"create", "create"},
                                                           {"replace", "update"},    {"apply", "patch"},
                                                           {"merge_patch", "patch"}, {"remove", "delete"}};
  const auto first = call.find(' ');
  const auto second = call.find(' ', first + 1);
  const auto verb = verbs.at(call.substr(0, first));
  const auto resource = call.substr(first + 1, second - first - 1);
  const auto name = call.substr(second + 1);
  if (verb == "create") return {{verb, resource, ""}};
  std::vector<Right> all = {{verb, resource, name}};
  if (call.starts_with("apply ") && shop.stored(name.substr(name.find('/') + 1)).IsNull())
    all.emplace_back("create", resource, "");
  return all;
}

// Syncs until every name for records was used and given up again.
void many_syncs(SyncCase& shop, const std::function<void()>& hook) {
  for (int sync = 0; sync < 70; ++sync) {
    hook();
    shop.begin(fmt::format("{:07}", sync));
    shop.pass();
  }
}

// Runs a hook many times: what it did of `rights`, each call checked against them.
std::set<Right> used_rights(Hook hook, std::set<Right>& rights) {
  Cluster cluster;
  SyncCase shop(cluster, own_namespace());
  rights = rights_of(shop, hook);
  shop.pass();
  std::set<Right> used;
  many_syncs(shop, [&] {
    if (hook == Hook::audit) shop.put_file(shop.names().emergency(), "failure.json", "{}");
    cluster.kubernetes.before_call = [&](const std::string& call) {
      for (auto& right : asked_for(shop, call)) {
        CHECK_MESSAGE(rights.contains(right), call);
        used.insert(right);
      }
    };
    hook == Hook::audit ? shop.audit() : shop.alert();
    cluster.kubernetes.before_call = nullptr;
  });
  CHECK(cluster.records("shop").size() > 30);
  return used;
}
}  // namespace

TEST_SUITE("rights of the hooks") {
  TEST_CASE("audit and alert may do what they do, and use all that they may do") {
    for (const auto hook : {Hook::audit, Hook::alert}) {
      std::set<Right> rights;
      const auto used = used_rights(hook, rights);
      CHECK(rights.size() > 70);
      for (const auto& right : rights) {
        const auto& [verb, resource, name] = right;
        const auto text = fmt::format("{}: {} {} {}", api::hook_name(hook), verb, resource, name);
        CHECK_MESSAGE(used.contains(right), text);
      }
    }
  }

  TEST_CASE("in a platform namespace they need no more than docs/rights.md says, and never to list") {
    for (const auto hook : {Hook::audit, Hook::alert}) {
      Cluster cluster;
      SyncCase shop(cluster, medium_policy + "    records: {keep: 2}\n");
      shop.pass();
      std::set<std::string> used;
      cluster.kubernetes.before_call = [&](const std::string& call) {
        for (const auto& [verb, resource, name] : asked_for(shop, call))
          if (name.empty() || name.starts_with(shop.ns()))
            used.insert(verb + " " + resource + " " +
                        (verb == "update" ? name.substr(name.find('/') + 1) : std::string("any")));
      };
      for (int sync = 0; sync < 5; ++sync) {
        hook == Hook::audit ? shop.audit() : shop.alert();
        shop.begin(std::to_string(sync));
      }
      cluster.kubernetes.before_call = nullptr;
      std::set<std::string> allowed;
      for (const auto& rule : annotators::platform_rules(hook))
        for (const auto& verb : rule.verbs)
          allowed.insert(fmt::format("{} {}{} {}", verb, rule.resource,
                                     rule.group.empty() ? "" : "." + rule.group,
                                     rule.names.empty() ? "any" : rule.names.front()));
      CHECK(allowed == std::set<std::string>{"get configmaps any", "create configmaps any",
                                             "patch configmaps any", "delete configmaps any",
                                             "update configmaps drift-policy-audit-head",
                                             "get jobs.batch any"});
      CHECK(used == allowed);
    }
  }
}
