#include "controller/bypass.hpp"

#include <fmt/format.h>

namespace drift::controller {
namespace {

void add_signs_of(const Operation& operation, std::vector<Bypass>& all) {
  if (operation.dry_run) return;
  const auto by = operation.by.empty() ? std::string() : " by " + operation.by;
  const auto add = [&](BypassKind kind, const std::string& detail) {
    all.push_back({kind, detail, operation.started});
  };
  if (operation.selected > 0 && !operation.puts_back) {
    add(BypassKind::selective, fmt::format("a sync of {} selected object{}{}, without hooks",
                                           operation.selected, operation.selected == 1 ? "" : "s", by));
  }
  if (operation.apply_only)
    add(BypassKind::apply_only, fmt::format("a sync or rollback that only applied{}, without hooks", by));
  if (operation.local)
    add(BypassKind::local, fmt::format("a sync of manifests that came from no repository{}", by));
  const bool full = operation.selected == 0 && !operation.apply_only && !operation.local;
  if (full && operation.phase == "Succeeded" && operation.gates == 0)
    add(BypassKind::no_gate, fmt::format("a full sync{} succeeded, and no gate ran in it", by));
}

}  // namespace

std::string_view bypass_name(BypassKind kind) {
  switch (kind) {
    case BypassKind::no_plugin:
      return "noPlugin";
    case BypassKind::skip_reconcile:
      return "skipReconcile";
    case BypassKind::not_compared:
      return "notCompared";
    case BypassKind::selective:
      return "selectiveSync";
    case BypassKind::apply_only:
      return "applyOnlySync";
    case BypassKind::local:
      return "localManifests";
    case BypassKind::no_gate:
      return "noGate";
    case BypassKind::history_gap:
      return "historyGap";
    case BypassKind::made_anew:
      return "madeAnew";
    case BypassKind::label_removed:
      return "labelRemoved";
  }
  return "";
}

std::vector<Bypass> bypasses_of(const Summary& now, bool too_old) {
  std::vector<Bypass> all;
  if (!now.gated) return all;
  if (!now.has_plugin)
    all.push_back(
        {BypassKind::no_plugin, "a source that is rendered doesn't name the plugin drift-policy", {}});
  if (now.skips_reconcile) {
    all.push_back({BypassKind::skip_reconcile, "Argo CD doesn't compare it: annotation skip-reconcile", {}});
  } else if (too_old) {
    all.push_back({BypassKind::not_compared,
                   fmt::format("Argo CD compared it last at {}", time_text(*now.reconciled)),
                   {}});
  }
  if (now.operation) add_signs_of(*now.operation, all);
  return all;
}

std::vector<Bypass> bypasses_between(const Summary& before, const Summary& now) {
  std::vector<Bypass> all;
  if (!before.gated) return all;
  if (!now.gated) {
    all.push_back({BypassKind::label_removed, "the label drift-policy.dev/gated was taken off", {}});
  }
  if (before.uid != now.uid) {
    all.push_back({BypassKind::made_anew, "the Application was deleted and made anew", {}});
  } else if (before.deployed && now.deployed && now.deployed->id > before.deployed->id + 1) {
    all.push_back({BypassKind::history_gap,
                   fmt::format("syncs {} to {} of its history weren't seen", before.deployed->id + 1,
                               now.deployed->id - 1),
                   {}});
  }
  return all;
}

}  // namespace drift::controller
