// An object whose identity moved while its kind and name didn't is no new one.
#include "analysis/before.hpp"
#include "store/orphans.hpp"
#include "support/drift_input.hpp"

namespace {
using namespace drift;
using tests::Lines;
using tests::lines_of;
using tests::LiveObjects;
using tests::plan_of;

std::string identity_object(const std::string& type, const std::string& metadata, int value = 1) {
  return "---\napiVersion: " + type + "\nmetadata: {" + metadata + "}\nspec: {a: " + std::to_string(value) +
         "}\n";
}
const std::string note = "example.org/v1\nkind: Note";
const std::string definition =
    "---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x}\n"
    "spec: {group: example.org, scope: Cluster, names: {kind: Note, plural: notes}}\n";
const std::string changed = R"({"spec":{"a":2}})";

// Of the plan's objects alone.
Lines lines(const api::Plan& plan, const api::Plan& base, const LiveObjects& live) {
  auto report = live.analyse(plan, &base);
  std::erase_if(report.objects, [](const auto& one) { return one.state == api::State::removed; });
  std::erase_if(report.objects, [](const auto& one) { return one.kind == "CustomResourceDefinition"; });
  return lines_of(report);
}

}  // namespace

TEST_SUITE("drift: identity") {
  TEST_CASE("whether it has a namespace moves nothing") {
    const auto with = plan_of(identity_object(note, "name: a, namespace: shop"));
    const auto without = plan_of(definition + identity_object(note, "name: a, namespace: shop"));
    REQUIRE(without.objects.back().ns.empty());
    CHECK(lines(without, with, LiveObjects().put("Note a", changed)) ==
          Lines{"Note a drifted: /spec/a changed: 1 -> 2"});
    CHECK(lines(without, with, LiveObjects()) == Lines{"Note a deleted"});
    CHECK(lines(with, without, LiveObjects().put("Note shop/a", changed)) ==
          Lines{"Note shop/a drifted: /spec/a changed: 1 -> 2"});
  }

  TEST_CASE("a definition that is a hook changes nothing of a kind's objects") {
    const std::string skipped =
        "---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: "
        "rollouts, annotations: {argocd.argoproj.io/hook: Skip}}\n"
        "spec: {group: argoproj.io, scope: Cluster, names: {kind: Rollout, plural: rollouts}}\n";
    const auto rollout = identity_object("argoproj.io/v1alpha1\nkind: Rollout", "name: web, namespace: shop");
    const auto base = plan_of(rollout), plan = plan_of(skipped + rollout);
    CHECK(lines(plan, base, LiveObjects().put("Rollout shop/web", changed)) ==
          Lines{"Rollout shop/web drifted: /spec/a changed: 1 -> 2"});
  }

  TEST_CASE("groups that serve the same objects, and other versions of a group") {
    const auto base = plan_of(identity_object("extensions/v1beta1\nkind: Ingress", "name: a"));
    const auto plan = plan_of(identity_object("networking.k8s.io/v1\nkind: Ingress", "name: a"));
    CHECK(lines(plan, base, LiveObjects().put("Ingress shop/a", changed)) ==
          Lines{"Ingress shop/a drifted: /spec/a changed: 1 -> 2"});
    CHECK(lines(plan, base, LiveObjects()) == Lines{"Ingress shop/a deleted"});
    CHECK(lines(base, plan, LiveObjects()) == Lines{"Ingress shop/a deleted"});
    const auto newer = plan_of(identity_object("networking.k8s.io/v2\nkind: Ingress", "name: a"));
    CHECK(lines(newer, plan, LiveObjects()) == Lines{"Ingress shop/a deleted"});
  }

  TEST_CASE("another group may be the same API moved: what is there is compared, what isn't is new") {
    const auto base = plan_of(identity_object("traefik.containo.us/v1\nkind: IngressRoute", "name: a"));
    const auto plan = plan_of(identity_object("traefik.io/v1\nkind: IngressRoute", "name: a"));
    CHECK(lines(plan, base, LiveObjects().put("IngressRoute shop/a", changed)) ==
          Lines{"IngressRoute shop/a drifted: /spec/a changed: 1 -> 2"});
    CHECK(lines(plan, base, LiveObjects()) == Lines{"IngressRoute shop/a new"});
  }

  TEST_CASE("another namespace is another object, unless nobody knows whether the kind has any") {
    const auto shop = plan_of(identity_object("v1\nkind: Pod", "name: a, namespace: shop"));
    const auto other = plan_of(identity_object("v1\nkind: Pod", "name: a, namespace: other"));
    CHECK(lines(other, shop, LiveObjects().put("Pod other/a", changed)) ==
          Lines{"Pod other/a already there"});
    const auto guessed = plan_of(identity_object(note, "name: a, namespace: other"));
    CHECK(lines(guessed, plan_of(identity_object(note, "name: a, namespace: shop")),
                LiveObjects().put("Note other/a", changed)) ==
          Lines{"Note other/a drifted: /spec/a changed: 1 -> 2"});
  }

  TEST_CASE("where it may be any of several, it isn't inspected and counts") {
    const auto base = plan_of(identity_object(note, "name: a, namespace: shop") +
                              identity_object(note, "name: a, namespace: other"));
    const auto plan = plan_of(definition + identity_object(note, "name: a, namespace: shop"));
    const auto report = LiveObjects().put("Note a", changed).analyse(plan, &base);
    REQUIRE(report.objects.back().state == api::State::removed);
    const auto& found = report.objects[1];
    CHECK(found.state == api::State::not_inspected);
    CHECK(found.unread == api::Unread::ambiguous);
    CHECK(drift::api::is_drift(found));
    CHECK(api::read_report(api::report_json(report)).objects[1].unread == api::Unread::ambiguous);
  }

  TEST_CASE("an object that has its own base takes no other's") {
    const auto base = plan_of(identity_object("extensions/v1beta1\nkind: Ingress", "name: a"));
    const auto plan = plan_of(identity_object("extensions/v1beta1\nkind: Ingress", "name: a") +
                              identity_object("networking.k8s.io/v1\nkind: Ingress", "name: a"));
    CHECK(lines(plan, base, LiveObjects()) == Lines{"Ingress shop/a deleted", "Ingress shop/a new"});
  }

  TEST_CASE("what becomes a hook is asked about under another identity too") {
    const auto base = plan_of(identity_object(note, "name: a, namespace: shop"));
    const auto plan = plan_of(
        definition +
        identity_object(note, "name: a, namespace: shop, annotations: {argocd.argoproj.io/hook: Sync}"));
    CHECK(lines(plan, base, LiveObjects()) == Lines{"Note a not inspected"});
  }

  TEST_CASE("what moved hasn't left Git, and what may be another object has") {
    const auto with = plan_of(identity_object(note, "name: a, namespace: shop"));
    const auto without = plan_of(definition + identity_object(note, "name: a, namespace: shop"));
    CHECK(store::carry(with, without).objects.empty());
    CHECK(store::carry(with, plan_of(identity_object(note, "name: a, namespace: other"))).objects.size() ==
          1);
  }

  TEST_CASE("many objects of one name take no time") {
    std::string before, now;
    for (int i = 0; i < 1000; ++i) {
      before += identity_object("v1\nkind: Pod", "name: a, namespace: n" + std::to_string(i));
      now += identity_object("v1\nkind: Pod", "name: a, namespace: m" + std::to_string(i));
    }
    const auto base = plan_of(before), plan = plan_of(now);
    analysis::BaseObjects objects(plan, &base);
    for (const auto& planned : plan.objects) CHECK(objects.take(planned).before.object == nullptr);
  }
}
