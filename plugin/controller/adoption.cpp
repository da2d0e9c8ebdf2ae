#include "controller/adoption.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "base/keys.hpp"
#include "base/table.hpp"
#include "base/text.hpp"
#include "controller/gating.hpp"
#include "controller/part.hpp"
#include "controller/summary.hpp"
#include "controller/version.hpp"
#include "json/canonical.hpp"

namespace drift::controller {
namespace {

constexpr const char* heals_itself = "heals itself, which runs no hooks";
constexpr std::array<std::string_view, 5> use_names = {"enforced", "optional", "observed", "partly", "none"};

struct Sources {
  std::uint64_t rendered = 0, ours = 0, observing = 0;
};

Sources count_sources(const Part& spec) {
  Sources count;
  if (spec.object("sourceHydrator")) return {1, 0, 0};  // what it derives has no plugin (GetHydrateToSource)
  const auto sources = sources_of(spec);
  count.rendered = sources.rendered.size();
  for (const auto place : sources.rendered) {
    const auto plugin = sources.all[place].object("plugin").text("name");
    if (plugin == plugin_of(Gating::observe)) ++count.observing;
    if (plugin == plugin_of(Gating::enforce)) ++count.ours;
  }
  return count;
}

// How its sources are rendered. Discovery gives the plugin sources that don't name it: their gates ran.
void judge_sources(const Sources& sources, std::uint64_t gates, Adoption& adoption) {
  if (sources.observing > 0) {
    adoption.use = GateUse::observed;
    adoption.why = "is observed: its gate reports, and nothing waits";
  } else if (sources.rendered == 0) {
    adoption.why = "none of its sources is rendered";
  } else if (sources.ours < sources.rendered && gates < sources.rendered) {
    adoption.use = sources.ours == 0 && gates == 0 ? GateUse::none : GateUse::partly;
    adoption.why = sources.rendered == 1
                       ? "its source doesn't name the plugin"
                       : fmt::format("{} of {} sources name the plugin", sources.ours, sources.rendered);
  } else {
    adoption.use = GateUse::enforced;
  }
}

void judge_syncs(const Summary& summary, const Sources& sources, bool heals, Adoption& adoption) {
  const auto& last = summary.operation;
  const bool whole = last && last->phase == "Succeeded" && last->selected == 0 && !last->dry_run;
  if (!summary.gated) {
    adoption.use = GateUse::optional;
    adoption.why = heals ? heals_itself : "a sync may go past its gate: it isn't gated";
  } else if (whole && last->gates < sources.ours) {
    adoption.why = fmt::format("its last sync ran {} of {}", last->gates, quantity(sources.ours, "gate"));
  } else if (heals) {
    adoption.why = heals_itself;
  }
}

std::string full_name(const Adoption& one) {
  return cell_of(one.ns.empty() ? one.name : one.ns + "/" + one.name);
}

std::string count_line(const std::vector<Adoption>& all) {
  std::string counts;
  for (std::size_t use = 0; use < use_names.size(); ++use) {
    const auto count = std::count_if(all.begin(), all.end(),
                                     [&](const auto& one) { return one.use == static_cast<GateUse>(use); });
    if (count > 0) counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", use_names[use], count);
  }
  return fmt::format("{}: {}\n", quantity(all.size(), "application"), counts);
}

}  // namespace

std::string_view gate_use_name(GateUse use) {
  return use_names.at(static_cast<std::size_t>(use));
}

Adoption adoption_of(const rapidjson::Value& application) {
  const auto summary = summary_of(application);
  const Part root(&application, "Application " + display(summary));
  const auto spec = root.object("spec");
  Adoption adoption;
  adoption.ns = summary.ns;
  adoption.name = summary.name;
  adoption.severity = root.object("metadata").object("labels").text(keys::severity);
  adoption.sync = root.object("status").object("sync").text("status");
  const auto sources = count_sources(spec);
  judge_sources(sources, summary.operation ? summary.operation->gates : 0, adoption);
  if (adoption.use == GateUse::enforced) {
    const auto automated = spec.object("syncPolicy").object("automated");
    judge_syncs(summary, sources, summary.auto_syncs && automated.flag("selfHeal"), adoption);
  }
  return adoption;
}

void sort(std::vector<Adoption>& all) {
  std::sort(all.begin(), all.end(), [](const auto& one, const auto& other) {
    return std::tie(one.ns, one.name) < std::tie(other.ns, other.name);
  });
}

std::string adoption_table(const std::vector<Adoption>& all) {
  if (all.empty()) return {};
  std::vector<std::vector<std::string>> rows = {{"APPLICATION", "GATE", "SEVERITY", "SYNC", "WHY"}};
  for (const auto& one : all)
    rows.push_back({full_name(one), std::string(gate_use_name(one.use)), cell_of(one.severity),
                    cell_of(one.sync), cell_of(one.why)});
  return table(rows) + '\n' + count_line(all);
}

std::string adoption_json(const std::vector<Adoption>& all) {
  return json_lines(all, [](const Adoption& one) {
    JsonObject object;
    object.text("namespace", one.ns);
    object.text("application", one.name);
    object.text("gate", gate_use_name(one.use));
    object.text_if("severity", one.severity);
    object.text_if("sync", one.sync);
    object.text_if("why", one.why);
    return object.str();
  });
}

std::string adoption_names(const std::vector<Adoption>& all) {
  std::string names;
  for (const auto& one : all) names += full_name(one) + '\n';
  return names;
}

}  // namespace drift::controller
