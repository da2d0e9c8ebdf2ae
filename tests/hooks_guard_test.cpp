// What an author's manifests must not do.
#include <doctest/doctest.h>

#include "annotators/hooks_names.hpp"
#include "hooks_input.hpp"
#include "manifest/phase.hpp"

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

std::string object(const std::string& kind, const std::string& name, const std::string& space = {}) {
  return "---\napiVersion: v1\nkind: " + kind + "\nmetadata:\n  name: " + name +
         (space.empty() ? "" : "\n  namespace: " + space) + "\n";
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

  TEST_CASE("waves are integers as Go reads them") {
    using drift::manifest::parse_wave;
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
    const std::string prefix = drift::annotators::Names(shop()).prefix();
    for (const std::string end : {"-plan", "-base", "-report", "-record-00", "-gate", "-new"}) {
      CAPTURE(end);
      CHECK(Rendered(web + object("ConfigMap", prefix + end)).mistakes().find("kept for the hooks") !=
            std::string::npos);
      CHECK(Rendered(object("Widget", prefix + end, "x"), policy_text("  rules: []\n")).mistakes() != "");
    }
    CHECK(Rendered(web + object("ConfigMap", prefix)).mistakes().empty());
    CHECK(Rendered(web + object("ConfigMap", "drift-policy-audit-head")).mistakes() != "");
    CHECK(Rendered(web + object("ConfigMap", "drift-policy-plan")).mistakes().empty());
  }

  TEST_CASE("an object in the platform's namespace, where Argo CD may write only for us") {
    const auto where = [](const std::string& more) { return Rendered(web + more).mistakes(); };
    CHECK(where(object("RoleBinding", "mine", "drift-policy")) ==
          "app.yaml:18:14: RoleBinding/drift-policy/mine would be in namespace drift-policy, which is kept "
          "for the hooks of "
          "drift-policy; expected another namespace");
    CHECK(where(object("Namespace", "drift-policy")).find("kept for the hooks") != std::string::npos);
    CHECK(where(object("RoleBinding", "mine", "shop")).empty());
    auto platform = shop();
    platform.space = "drift-policy";
    const auto mistakes =
        Rendered(object("Secret", "drift-policy-audit-keys"), medium_policy, platform).mistakes();
    CHECK(mistakes.find("would be in namespace drift-policy") != std::string::npos);
    CHECK(Rendered(web + object("ClusterRole", "mine")).mistakes().empty());
  }

  TEST_CASE("all mistakes come at once, in order") {
    const std::string text =
        mistakes(hook + "Oops" + "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: " +
                 drift::annotators::Names(shop()).plan() + "}");
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
