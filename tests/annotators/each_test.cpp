// Each annotator by itself: YAML in, YAML out, and the same again from its own output.
#include <doctest/doctest.h>

#include "annotators/options.hpp"
#include "annotators/severity.hpp"
#include "annotators/wanted.hpp"
#include "annotators/wave.hpp"
#include "support/annotator_case.hpp"

namespace {
using namespace drift;

const std::string high_rule =
    "rules:\n- name: all\n  match: {any: [{resources: {kinds: ['*']}}]}\n  severity: high\n";
const std::string deployed_head = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n";
const std::string deployed_tail = "spec: {replicas: 2}\n";

// A Deployment with these annotations, a line each; none: it has no annotations at all.
std::string deployed(const std::string& annotations = {}) {
  return deployed_head + (annotations.empty() ? "" : "  annotations:\n" + annotations) + "  name: web\n" +
         deployed_tail;
}

}  // namespace

TEST_SUITE("annotators: each") {
  TEST_CASE("severity") {
    tests::check_annotated(
        annotators::severity,
        {{"written where there is none", high_rule, deployed(),
          deployed("    drift-policy.dev/severity: \"high\"\n    drift-policy.dev/rule: \"test/all\"\n")},
         {"a lower one is raised, what is unknown under our prefix goes", high_rule,
          deployed("    drift-policy.dev/severity: low\n    drift-policy.dev/made-up: x\n    other: z\n"),
          deployed(
              R"(    {"drift-policy.dev/rule":"test/all","drift-policy.dev/severity":"high","other":"z"})"
              "\n")}});
  }

  TEST_CASE("sync wave") {
    const auto wave = [](const char* setting) { return high_rule + "  syncWave: " + setting + "\n"; };
    tests::check_annotated(
        annotators::sync_wave,
        {{"no rule sets one", high_rule, deployed(), deployed()},
         {"written where there is none", wave("{value: 5}"), deployed(),
          deployed("    argocd.argoproj.io/sync-wave: \"5\"\n")},
         {"the author's stays", wave("{value: 5}"), deployed("    argocd.argoproj.io/sync-wave: \"1\"\n"),
          deployed("    argocd.argoproj.io/sync-wave: \"1\"\n")},
         {"unless it is overwritten", wave("{value: 5, overwrite: true}"),
          deployed("    argocd.argoproj.io/sync-wave: \"1\"\n"),
          deployed("    argocd.argoproj.io/sync-wave: \"5\"\n")},
         {"never a hook's", wave("{value: 5, overwrite: true}"),
          deployed("    argocd.argoproj.io/hook: PostSync\n"),
          deployed("    argocd.argoproj.io/hook: PostSync\n")}});
  }

  TEST_CASE("sync options") {
    const std::string confirm = high_rule + "  syncOptions: [Prune=confirm]\n";
    tests::check_annotated(
        annotators::sync_options,
        {{"no rule sets one", high_rule, deployed(), deployed()},
         {"written where there is none", confirm, deployed(),
          deployed("    argocd.argoproj.io/sync-options: \"Prune=confirm\"\n")},
         {"merged with the author's", confirm,
          deployed("    argocd.argoproj.io/sync-options: Replace=true\n"),
          deployed("    argocd.argoproj.io/sync-options: \"Replace=true,Prune=confirm\"\n")},
         {"what keeps more stays", confirm, deployed("    argocd.argoproj.io/sync-options: Prune=false\n"),
          deployed("    argocd.argoproj.io/sync-options: Prune=false\n")}});
  }

  TEST_CASE("wanted values") {
    const std::string guarded = high_rule + "  fields: [{id: replicas, jsonPointers: [/spec/replicas]}]\n";
    tests::check_annotated(
        annotators::wanted_values,
        {{"no guarded field", high_rule, deployed(), deployed()},
         {"the value that Git wants", guarded, deployed(),
          deployed("    want.drift-policy.dev/replicas: \"2\"\n")},
         {"a forged one is replaced, one of no field goes", guarded,
          deployed(
              "    want.drift-policy.dev/replicas: '9'\n    want.drift-policy.dev/image: x\n    other: z\n"),
          deployed(R"(    {"other":"z","want.drift-policy.dev/replicas":"2"})"
                   "\n")}});
  }
}
