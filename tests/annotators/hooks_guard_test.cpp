// What an author's manifests must not do.
#include <doctest/doctest.h>

#include "api/names.hpp"
#include "api/reserved_names.hpp"
#include "kube/sync.hpp"
#include "support/hooks_input.hpp"

namespace {
using drift::tests::medium_policy;
using drift::tests::policy_text;
using drift::tests::Rendered;
using drift::tests::shop;
using drift::tests::web;

std::string with(const std::string& annotations) {
  return web + "---\napiVersion: batch/v1\nkind: Job\nmetadata:\n  name: early\n  annotations:\n    " +
         annotations + "\n";
}

std::string mistakes(const std::string& annotations) {
  return Rendered(with(annotations)).mistakes();
}

bool is_early(const std::string& annotations) {
  return mistakes(annotations).find("before the gate") != std::string::npos;
}

const std::string hook = "argocd.argoproj.io/hook: ";
const std::string wave = "\n    argocd.argoproj.io/sync-wave: ";

std::string authors_object(const std::string& kind, const std::string& name, const std::string& ns = {}) {
  return "---\napiVersion: v1\nkind: " + kind + "\nmetadata:\n  name: " + name +
         (ns.empty() ? "" : "\n  namespace: " + ns) + "\n";
}
}  // namespace

TEST_SUITE("hooks: what authors may not do") {
  TEST_CASE("a PreSync hook below, in or just above our waves") {
    CHECK(is_early(hook + "PreSync" + wave + R"("-9223372036854775808")"));
    CHECK(is_early(hook + "PreSync" + wave + R"("-2147483649")"));
    CHECK(is_early(hook + "PreSync" + wave + R"("-2147483648")"));
    CHECK(is_early(hook + "PreSync" + wave + R"("-2147483647")"));
    CHECK_FALSE(is_early(hook + "PreSync" + wave + R"("-2147483646")"));
    CHECK_FALSE(is_early(hook + "PreSync"));
  }

  TEST_CASE("a wave so high that Argo CD's subtraction overflows and sorts it first") {
    CHECK(is_early(hook + "PreSync" + wave + R"("9223372036854775807")"));
    CHECK(is_early(hook + "PreSync" + wave + R"("9223372034707292160")"));
    CHECK_FALSE(is_early(hook + "PreSync" + wave + R"("9223372034707292159")"));
  }

  TEST_CASE("however the hook is written") {
    const std::string low = wave + R"("-2147483648")";
    CHECK(is_early(hook + R"("PostSync, PreSync")" + low));
    CHECK(is_early(hook + R"(" ,PreSync,,")" + low));
    CHECK(is_early(hook + R"("\u00a0PreSync\t")" + low));
    CHECK(is_early(hook + "Skip,PreSync" + low));
    CHECK(is_early("helm.sh/hook: pre-install" + low));
    CHECK(is_early("helm.sh/hook: post-install,pre-upgrade" + low));
    CHECK(is_early(hook + "PostDelete\n    helm.sh/hook: pre-install" + low));
    CHECK_FALSE(is_early(hook + "PostSync" + low));
    CHECK_FALSE(is_early(hook + "Skip" + low));
    CHECK_FALSE(is_early(hook + "Sync\n    helm.sh/hook: pre-install" + low));
    CHECK_FALSE(is_early("helm.sh/hook: test" + low));
  }

  TEST_CASE("however the wave is written") {
    CHECK(is_early("helm.sh/hook: pre-install\n    helm.sh/hook-weight: \"-2147483648\""));
    CHECK(is_early("helm.sh/hook: pre-install\n    helm.sh/hook-weight: \"-2147483648\"" + wave + "\" 5\""));
    CHECK(is_early("helm.sh/hook: pre-install\n    helm.sh/hook-weight: \"-2147483648\"" + wave +
                   "\"-99999999999999999999\""));
    CHECK_FALSE(
        is_early("helm.sh/hook: pre-install\n    helm.sh/hook-weight: \"-2147483648\"" + wave + "\"+5\""));
    CHECK_FALSE(is_early("helm.sh/hook: pre-install\n    helm.sh/hook-weight: \"-5\""));
  }

  TEST_CASE(
      "a SyncFail hook, which Argo CD applies when the gate has refused, unless the policy allows its kind") {
    const auto with_policy = [](const std::string& annotation, const std::string& allowed) {
      return Rendered(with(annotation), medium_policy + "    allowAuthors: " + allowed + "\n").mistakes();
    };
    CHECK(
        mistakes(hook + "SyncFail") ==
        "app.yaml:19:30: Job/early is a SyncFail hook, which Argo CD would apply after the gate has "
        "refused; expected another phase, or a kind that hooks.allowAuthors of the platform's policy names");
    for (const char* words : {"SyncFail", "Sync,SyncFail", "\" ,SyncFail\\t\"", "Skip,SyncFail"}) {
      CAPTURE(words);
      CHECK_FALSE(mistakes(hook + words).empty());
      CHECK_FALSE(with_policy(hook + words, "[]").empty());
      CHECK_FALSE(with_policy(hook + words, "[{kinds: [Pod], phases: [SyncFail]}]").empty());
      CHECK_FALSE(with_policy(hook + words, "[{kinds: [Job], deletePolicies: [HookFailed]}]").empty());
      CHECK(with_policy(hook + words, "[{kinds: [batch/*/Job], phases: [SyncFail]}]").empty());
    }
    for (const char* word : {"PreSync", "Sync", "PostSync", "Skip", "PreDelete", "PostDelete"})
      CHECK(mistakes(hook + word).empty());
    CHECK(mistakes("helm.sh/hook: post-install,post-rollback,test-failure,post-delete").empty());
  }

  TEST_CASE("SyncFail hooks are let through where there is no gate to get around, or it never says no") {
    const std::string source =
        web + "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: early\n  annotations: {" + hook +
        "SyncFail}\n";
    CHECK(Rendered(source, policy_text("  rules: []\n")).mistakes().empty());
    CHECK(Rendered(source, medium_policy + "  enforcement: observe\n").mistakes().empty());
  }

  TEST_CASE("waves are integers as Go reads them") {
    using drift::kube::parse_wave;
    CHECK(parse_wave("+5") == 5);
    CHECK(parse_wave("-0") == 0);
    CHECK(parse_wave("007") == 7);
    CHECK(parse_wave("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
    for (const char* text :
         {"", "+", "-", "+-5", "--5", " 5", "5 ", "0x5", "1_000", "5.0", "1e3", "9223372036854775808"}) {
      CAPTURE(text);
      CHECK_FALSE(parse_wave(text).has_value());
    }
  }

  TEST_CASE("the error names the place, the object, its wave and what is allowed") {
    CHECK(mistakes(hook + "PreSync" + wave + R"("-2147483648")") ==
          "app.yaml:20:35: Job/early is a PreSync hook in wave -2147483648, which Argo CD runs before the "
          "gate; expected "
          "a wave from -2147483646 to 9223372034707292159");
  }

  TEST_CASE("no order is asked for where no gate is injected") {
    const std::string low = policy_text("  rules: []\n");
    const std::string source = with(hook + "PreSync" + wave + R"("-2147483648")");
    CHECK(Rendered(source, low).mistakes().empty());
  }

  TEST_CASE("a misspelt hook would vanish, gate or no gate") {
    const std::string low = policy_text("  rules: []\n");
    CHECK(Rendered(with(hook + "Presync"), low).mistakes() ==
          "app.yaml:19:30: \"Presync\" is no hook, so Argo CD would not apply Job/early at all; did you mean "
          "\"PreSync\"?; "
          "expected PreSync, Sync, PostSync, SyncFail, Skip, PreDelete, PostDelete");
    CHECK(mistakes(hook + R"("")").find("no hook stands here") != std::string::npos);
    CHECK(mistakes(hook + R"(" , ")").find("no hook stands here") != std::string::npos);
    CHECK(mistakes(hook + "PreSync,Oops").find("\"Oops\" is no hook") != std::string::npos);
    CHECK(mistakes("helm.sh/hook: pre-instal").find("did you mean \"pre-install\"?") != std::string::npos);
    for (const char* word : {"test", "test-success", "crd-install", "pre-delete", "post-rollback"})
      CHECK(mistakes(std::string("helm.sh/hook: ") + word).empty());
    for (const char* word : {"PreDelete", "PostDelete", "Skip"}) CHECK(mistakes(hook + word).empty());
  }

  TEST_CASE("a definition of a kind that our hooks are of, which Argo CD would move before the gate") {
    const auto definition = [](const std::string& group, const std::string& kind) {
      return Rendered(web +
                      "---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
                      "metadata: {name: x}\nspec:\n  group: " +
                      group + "\n  names: {kind: " + kind + "}\n")
          .mistakes();
    };
    CHECK(definition("batch", "Job").find("before the gate") != std::string::npos);
    CHECK(definition("\"\"", "ConfigMap").find("before the gate") != std::string::npos);
    CHECK(definition("rbac.authorization.k8s.io", "RoleBinding").find("before the gate") !=
          std::string::npos);
    CHECK(definition("example.org", "Job").empty());
  }

  TEST_CASE("a name that is ours, whatever the kind and namespace, gate or no gate") {
    const std::string prefix = drift::api::Names(shop()).prefix();
    for (const std::string end : {"-plan", "-base", "-report", "-record-00", "-gate", "-new"}) {
      CAPTURE(end);
      CHECK(Rendered(web + authors_object("ConfigMap", prefix + end)).mistakes().find("kept for the hooks") !=
            std::string::npos);
      CHECK(Rendered(authors_object("Widget", prefix + end, "x"), policy_text("  rules: []\n")).mistakes() !=
            "");
    }
    CHECK(Rendered(web + authors_object("ConfigMap", prefix)).mistakes().empty());
    CHECK(Rendered(web + authors_object("ConfigMap", "drift-policy-audit-head")).mistakes() != "");
    CHECK(Rendered(web + authors_object("ConfigMap", "drift-policy-plan")).mistakes().empty());
  }

  TEST_CASE("a name of the hooks of another source, of which Argo CD would keep the last") {
    const std::string other = "shop-0a1b2c3d";
    for (const std::string end : {"-plan", "-base", "-report", "-emergency", "-record-00", "-gate", "-audit",
                                  "-alert", "-read-0123abcd", "-read-cluster", "-extra-smoke"})
      for (const char* kind : {"Job", "ConfigMap", "ServiceAccount", "Role", "RoleBinding", "Widget"})
        for (const char* ns : {"", "shop", "elsewhere"}) {
          CAPTURE(end);
          CHECK_FALSE(Rendered(web + authors_object(kind, other + end, ns)).mistakes().empty());
          CHECK_FALSE(Rendered(authors_object(kind, other + end, ns), policy_text("  rules: []\n"))
                          .mistakes()
                          .empty());
        }
    for (const std::string name :
         {"shop-plan", "shop-0a1b2c3-plan", "shop-0a1b2c3x-plan", "shop-0A1B2C3D-plan", "0a1b2c3d-plan",
          "-0a1b2c3d-plan", "shop-0a1b2c3d", "shop-0a1b2c3d-plans", "shop-0a1b2c3d-record-1",
          "shop-0a1b2c3d-record-1x", "shop-0a1b2c3d-read-cm", "shop-0a1b2c3d-extra-",
          "shop-0a1b2c3d-web-plan", "a-name-of-more-than-27-letters-0a1b2c3d-plan"}) {
      CAPTURE(name);
      CHECK(Rendered(web + authors_object("ConfigMap", name)).mistakes().empty());
    }
    CHECK_FALSE(Rendered(web + authors_object("Job", "a-12345678-0a1b2c3d-gate")).mistakes().empty());
  }

  TEST_CASE("every name that an application has is kept in every other") {
    auto other = shop();
    other.path = "other";
    const drift::api::Names names(other);
    for (const auto& name : {names.plan(), names.base(), names.report(), names.emergency(), names.record(0),
                             names.record(31), names.of(drift::api::Hook::gate), names.read("shop"),
                             names.extra("smoke"), names.extra(std::string(253, 'x'))}) {
      CAPTURE(name);
      CHECK(drift::api::owner_of(name) == names.prefix());
    }
    CHECK_FALSE(Rendered(web + authors_object("Secret", drift::api::chain_record("0123456789abcdef", 1)))
                    .mistakes()
                    .empty());
  }

  TEST_CASE("what all hooks of a namespace read, and the platform's accounts and rights") {
    for (const char* name : {"drift-policy-audit-keys", "drift-policy-audit-head", "drift-policy-audit-high",
                             "drift-policy-gate", "drift-policy-gate-low", "drift-policy-alert-critical",
                             "drift-policy-accounts", "drift-policy-read-cluster",
                             "drift-policy-read-cluster-x", "drift-policy-approver", "drift-policy-platform"})
      for (const char* kind : {"Secret", "ConfigMap", "ServiceAccount", "ClusterRole"}) {
        CAPTURE(name);
        CHECK(Rendered(web + authors_object(kind, name)).mistakes().find("kept for the hooks") !=
              std::string::npos);
      }
    CHECK(Rendered(web + authors_object("ConfigMap", "drift-policy-gates")).mistakes().empty());
  }

  TEST_CASE("a generateName that would make such a name") {
    const auto generated = [](const std::string& beginning) {
      return Rendered(web + "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  generateName: " + beginning +
                      "\n")
          .mistakes();
    };
    const std::string prefix = drift::api::Names(shop()).prefix();
    for (const std::string& beginning :
         {prefix + "-", prefix + "-gate", std::string("shop-0a1b2c3d-gate-"),
          std::string("shop-0a1b2c3d-read-"), std::string("shop-0a1b2c3d-extra-"),
          std::string("drift-policy-audit-"), std::string("drift-policy-gate-lo")}) {
      CAPTURE(beginning);
      CHECK(generated(beginning).find("kept for the hooks") != std::string::npos);
    }
    CHECK(generated("migrate-0a1b2c3d-").empty());
    CHECK(generated("drift-policy-").empty());
  }

  TEST_CASE("output of another rendering is one mistake, not one for each of its hooks") {
    auto before = shop();
    before.path = "elsewhere";
    const std::string text = Rendered(Rendered(web, medium_policy, before).output()).mistakes();
    CHECK(text.find(drift::api::Names(before).prefix() + "-...") != std::string::npos);
    CHECK(text.find("of another rendering") != std::string::npos);
    CHECK(text.find('\n') == std::string::npos);
  }

  TEST_CASE("an object in the platform's namespace, where Argo CD may write only for us") {
    const auto where = [](const std::string& more) { return Rendered(web + more).mistakes(); };
    CHECK(where(authors_object("RoleBinding", "mine", "drift-policy")) ==
          "app.yaml:18:14: RoleBinding/drift-policy/mine would be in namespace drift-policy, which is kept "
          "for the hooks of "
          "drift-policy; expected another namespace");
    CHECK(where(authors_object("Namespace", "drift-policy")).find("kept for the hooks") != std::string::npos);
    CHECK(where(authors_object("RoleBinding", "mine", "shop")).empty());
    auto platform = shop();
    platform.ns = "drift-policy";
    const auto mistakes =
        Rendered(authors_object("Secret", "drift-policy-audit-keys"), medium_policy, platform).mistakes();
    CHECK(mistakes.find("would be in namespace drift-policy") != std::string::npos);
    CHECK(Rendered(web + authors_object("ClusterRole", "mine")).mistakes().empty());
  }

  TEST_CASE("all mistakes come at once, in order") {
    const std::string text =
        mistakes(hook + "Oops" + "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: " +
                 drift::api::Names(shop()).plan() + "}");
    const auto first = text.find("Oops"), second = text.find("kept for the hooks");
    CHECK(first != std::string::npos);
    CHECK(second != std::string::npos);
    CHECK(first < second);
  }

  TEST_CASE("--policy none looks at nothing and adds nothing") {
    const drift::manifest::Manifests manifests({{"app.yaml", with(hook + "Oops")}});
    const auto policies = drift::policy::no_policy();
    const std::vector<drift::policy::Verdict> verdicts;
    const auto application = shop();
    CHECK(drift::annotators::hooks({manifests, verdicts, policies, application, {}}).additions.empty());
  }
}
