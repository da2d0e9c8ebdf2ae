// What `apps` makes of Applications.
#include "controller/adoption.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/error.hpp"
#include "json/read.hpp"

using namespace drift;

namespace {

struct Told {
  std::string labels, spec, status;
};

const std::string held = R"("drift-policy.dev/gated": "true")";
const std::string ours = R"({"path": "a", "plugin": {"name": "drift-policy"}})";
const std::string plain = R"({"path": "b"})";
const std::string by_plugin = R"("source": )" + ours;
const std::string gate_result = R"({"kind": "Job", "hookType": "PreSync", "name": "orders-1f3c9a02-gate"})";

// The last operation: of that sync, with these results.
std::string synced(const std::string& results, const std::string& sync = "{}") {
  return R"("operationState": {"phase": "Succeeded", "operation": {"sync": )" + sync +
         R"(}, "syncResult": {"resources": [)" + results + "]}}";
}

controller::Adoption adoption(const Told& one) {
  return controller::adoption_of(
      parse_json("application",
                 R"({"metadata": {"name": "orders", "namespace": "argocd", "uid": "u", "resourceVersion": "1",
      "labels": {)" + one.labels +
                     R"(}}, "spec": {)" + one.spec + R"(}, "status": {)" + one.status + "}}"));
}

std::string said(const Told& one) {
  const auto result = adoption(one);
  return std::string(gate_use_name(result.use)) + (result.why.empty() ? "" : ": " + result.why);
}

}  // namespace

TEST_CASE("An Application has a gate where the plugin renders it and a label holds its syncs to that") {
  CHECK(said({held, by_plugin, ""}) == "enforced");
  CHECK(said({held, by_plugin, synced(gate_result)}) == "enforced");
  CHECK(said({"", by_plugin, synced(gate_result)}) ==
        "optional: a sync may go past its gate: it isn't gated");
  const std::string heals = R"(, "syncPolicy": {"automated": {"selfHeal": true}})";
  CHECK(said({"", by_plugin + heals, ""}) == "optional: heals itself, which runs no hooks");
  CHECK(said({held, by_plugin + heals, ""}) == "enforced: heals itself, which runs no hooks");
  const std::string off = R"(, "syncPolicy": {"automated": {"enabled": false, "selfHeal": true}})";
  CHECK(said({held, by_plugin + off, ""}) == "enforced");
}

TEST_CASE("Each source that is rendered has to name the plugin, or to have run a gate") {
  CHECK(said({"", R"("source": )" + plain, ""}) == "none: its source doesn't name the plugin");
  CHECK(said({held, R"("source": {"path": "a", "plugin": {"name": "other"}})", ""}) ==
        "none: its source doesn't name the plugin");
  CHECK(said({held, R"("source": {"path": "a", "plugin": {"name": "drift-policy-observe"}})", ""}) ==
        "observed: is observed: its gate reports, and nothing waits");
  CHECK(said({held, R"("sources": [)" + ours + "," + plain + "]", ""}) ==
        "partly: 1 of 2 sources name the plugin");
  CHECK(said({held, R"("sources": [)" + ours + R"(, {"ref": "values", "repoURL": "r"}])", ""}) == "enforced");
  CHECK(said({"", R"("sources": [)" + plain + "," + plain + "]", synced(gate_result)}) ==
        "partly: 0 of 2 sources name the plugin");
  CHECK(said({held, R"("source": )" + plain, synced(gate_result)}) == "enforced");
  CHECK(said({"", R"("sourceHydrator": {"syncSource": {"path": "a"}})", ""}) ==
        "none: its source doesn't name the plugin");
  CHECK(said({"", R"("sources": [{"ref": "values", "repoURL": "r"}])", ""}) ==
        "none: none of its sources is rendered");
}

TEST_CASE("A full sync that ran fewer gates than sources name the plugin went past one") {
  CHECK(said({held, by_plugin, synced("")}) == "enforced: its last sync ran 0 of 1 gate");
  CHECK(said({held, R"("sources": [)" + ours + "," + ours + "]", synced(gate_result)}) ==
        "enforced: its last sync ran 1 of 2 gates");
  CHECK(said({held, by_plugin, synced("", R"({"resources": [{"kind": "Service", "name": "web"}]})")}) ==
        "enforced");
  CHECK(said({held, by_plugin, synced("", R"({"dryRun": true})")}) == "enforced");
  CHECK(said({held, by_plugin, R"("operationState": {"phase": "Failed", "operation": {"sync": {}}})"}) ==
        "enforced");
}

TEST_CASE("Applications are listed as a table that counts them, as JSON, and by name") {
  std::vector<controller::Adoption> all = {adoption({held + R"(, "drift-policy.dev/severity": "high")",
                                                     by_plugin, R"("sync": {"status": "Synced"})"}),
                                           adoption({"", R"("source": )" + plain, ""})};
  all[1].name = "ledger\x1b[2J";
  sort(all);
  CHECK(controller::adoption_table(all) ==
        "APPLICATION             GATE      SEVERITY  SYNC    WHY\n"
        "argocd/ledger\\u{1b}[2J  none      -         -       its source doesn't name the plugin\n"
        "argocd/orders           enforced  high      Synced  -\n"
        "\n2 applications: enforced 1, none 1\n");
  CHECK(controller::adoption_json({all[1]}) ==
        "["
        R"({"application":"orders","gate":"enforced","namespace":"argocd","severity":"high","sync":"Synced"})"
        "]\n");
  CHECK(controller::adoption_names({all[1]}) == "argocd/orders\n");
  CHECK(controller::adoption_table({}).empty());
  CHECK(controller::adoption_json({}) == "[]\n");
}

TEST_CASE("What is no Application has no gate to be listed") {
  CHECK_THROWS_AS(controller::adoption_of(parse_json("application", R"({"metadata": {"name": "x"}})")),
                  InputError);
}
