#include "commands/examples.hpp"

#include <array>

namespace drift::commands {
namespace {

struct Entry {
  std::string_view command;
  Example example;
};

constexpr auto entries = std::to_array<Entry>({
    {"drift-policy", {"drift-policy explain .", "what happens when objects of this folder drift"}},
    {"drift-policy", {"drift-policy render . --diff", "what is written into its manifests"}},
    {"drift-policy", {"drift-policy gates -A", "what waits for an answer, anywhere"}},
    {"drift-policy", {"drift-policy help approve", "the options of a command"}},

    {"drift-policy render", {"drift-policy render .", "what Argo CD would get of this folder"}},
    {"drift-policy render", {"drift-policy render . --diff", "only what the policy adds"}},
    {"drift-policy render", {"helm template shop . | drift-policy render -", "manifests of another program"}},
    {"drift-policy render",
     {"drift-policy render . --policy policy.yaml --plan plan.json", "with all verdicts as JSON"}},
    {"drift-policy render",
     {"drift-policy render apps/shop --plan-diff ../main/apps/shop",
      "what a commit changes, and who is asked"}},

    {"drift-policy explain", {"drift-policy explain .", "a table of all objects"}},
    {"drift-policy explain", {"drift-policy explain . deploy/web", "one of them"}},
    {"drift-policy explain",
     {"drift-policy explain . deploy/web --all", "with each rule, matched or why not"}},

    {"drift-policy diff", {"drift-policy diff .", "this folder and the cluster"}},
    {"drift-policy diff",
     {"drift-policy diff . -o json", "the same for programs; 1 where something drifted"}},

    {"drift-policy check", {"drift-policy check policies/", "the files of a folder"}},
    {"drift-policy check", {"drift-policy check policy.yaml -o sarif", "for a code scanner"}},
    {"drift-policy check", {"drift-policy check --repository .", "that no commit takes the plugin away"}},

    {"drift-policy test", {"drift-policy test tests/", "all tests of a folder"}},
    {"drift-policy test",
     {"drift-policy test --init . > drift-policy-test.yaml", "a test of what holds today"}},
    {"drift-policy test", {"drift-policy test tests/ --coverage", "with the rules that no check reaches"}},

    {"drift-policy paths", {"drift-policy paths .", "the value of the annotation"}},
    {"drift-policy paths", {"drift-policy paths . --check '.;../base'", "what an annotation lacks"}},

    {"drift-policy krm", {"drift-policy krm --policy policy.yaml", "with a ResourceList on standard input"}},

    {"drift-policy gates", {"drift-policy gates -A", "what waits, in all namespaces"}},
    {"drift-policy gates", {"drift-policy gates show shop", "what would be put back, and who may say so"}},
    {"drift-policy gates", {"drift-policy gates --watch", "each change as it comes"}},

    {"drift-policy reports", {"drift-policy reports --since 7d", "what gates found in a week"}},
    {"drift-policy reports", {"drift-policy reports shop -o json", "of one application, for programs"}},

    {"drift-policy approve", {"drift-policy approve shop", "shows what would be put back, and asks"}},
    {"drift-policy approve",
     {"drift-policy approve shop --drift 3f2a91c0 --reason 'INC-42' --yes",
      "only that drift, without a question"}},

    {"drift-policy reject",
     {"drift-policy reject shop --reason 'the load test needs it'", "the cluster stays as it is"}},

    {"drift-policy generate install",
     {"drift-policy generate install --image registry/drift-policy:0.1.0@sha256:…",
      "writes the folder install/"}},
    {"drift-policy generate install",
     {"drift-policy generate install --image … --with controller,metrics", "with further parts"}},

    {"drift-policy migrate",
     {"drift-policy migrate application.yaml", "the Application with the plugin's parameters"}},
    {"drift-policy migrate", {"drift-policy migrate --back application.yaml", "the reverse"}},

    {"drift-policy import",
     {"drift-policy import remediation_policies.yaml > policy.yaml", "the policy, to be checked"}},
    {"drift-policy import",
     {"drift-policy import notification_config.yaml", "services for argocd-notifications-cm"}},

    {"drift-policy observe", {"drift-policy observe shop", "reports, and waits for nobody"}},
    {"drift-policy enforce", {"drift-policy enforce shop --dry-run", "what would be changed"}},
    {"drift-policy enforce", {"drift-policy enforce shop", "syncs wait for people from now on"}},
    {"drift-policy doctor", {"drift-policy doctor", "1 where something keeps gates from holding"}},
    {"drift-policy apps", {"drift-policy apps", "all Applications of Argo CD's namespace"}},
    {"drift-policy apps",
     {"drift-policy apps -A --without-gate -l 'drift-policy.dev/severity!=low'",
      "what can still be synced past a gate"}},

    {"drift-policy audit list", {"drift-policy audit list --since 24h", "the syncs of a day"}},
    {"drift-policy audit list",
     {"drift-policy audit list --person ann -o csv", "what somebody answered, as a table"}},
    {"drift-policy audit verify",
     {"drift-policy audit verify", "1 where a record was changed or is missing"}},

    {"drift-policy audit review",
     {"drift-policy audit review --since 30d -o html > review.html", "for the monthly meeting"}},

    {"drift-policy status", {"drift-policy status", "the gated applications of Argo CD's namespace"}},
    {"drift-policy status", {"drift-policy status -A -o json", "of all namespaces, for programs"}},

    {"drift-policy incidents", {"drift-policy incidents", "those that are open"}},
    {"drift-policy incidents", {"drift-policy incidents web-1f3c9a02", "all of one"}},

    {"drift-policy pause",
     {"drift-policy pause shop --for 2h --reason 'a load test'", "nothing of it is put back meanwhile"}},
    {"drift-policy pause", {"drift-policy pause --list", "what is paused"}},
    {"drift-policy resume", {"drift-policy resume shop", "ends its pause"}},

    {"drift-policy rollout status",
     {"drift-policy rollout status", "how many render it; 1 where some don't yet"}},
    {"drift-policy rollout status",
     {"drift-policy rollout status --watch --timeout 30m", "waits until it is complete"}},

    {"drift-policy controller", {"drift-policy controller --observe", "watches and says what has changed"}},

    {"drift-policy completion", {"source <(drift-policy completion bash)", "in ~/.bashrc"}},
});

}  // namespace

std::vector<Example> examples_of(std::string_view command) {
  std::vector<Example> found;
  for (const auto& entry : entries)
    if (entry.command == command) found.push_back(entry.example);
  return found;
}

}  // namespace drift::commands
