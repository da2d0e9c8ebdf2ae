#include "gate/plan_diff.hpp"

#include <fmt/format.h>

#include "base/duration.hpp"
#include "gate/messages.hpp"
#include "json/canonical.hpp"

namespace drift::gate {
namespace {

using Step = Decision::Step;

std::string waiting(const Asking& asking) {
  return fmt::format("wait for {}; no answer within {} is a no", who_is_asked(asking),
                     in_words(asking.timeout));
}

}  // namespace

PlanDiff plan_diff(const api::Plan& plan, const api::Plan& before) {
  PlanDiff diff;
  diff.application = plan.application;
  diff.found = analysis::review_changes(plan, before);
  diff.observe = plan.observe;
  diff.asks_of_none = !policy::ask_about_changes(plan.severities);
  api::Report report;
  report.has_base = true;
  analysis::put_changes(report, diff.found.changes);
  auto enforcing = plan;
  enforcing.observe = false;
  diff.decision = decide_unanswered(enforcing, report, {});
  return diff;
}

std::vector<std::string> what_follows(const PlanDiff& diff) {
  const auto& [changes, unasked] = diff.found;
  const auto& decision = diff.decision;
  if (changes.objects.empty() && changes.others == 0) return {"Git changes nothing that a sync applies."};
  std::vector<std::string> sentences;
  if (decision.step == Step::wait && decision.asking)
    sentences.push_back(diff.observe
                            ? fmt::format("The policy only observes, so a sync of this goes on. If it "
                                          "enforced, the sync would {}.",
                                          waiting(*decision.asking))
                            : fmt::format("A sync of this will {}.", waiting(*decision.asking)));
  else if (decision.step == Step::pass)
    sentences.emplace_back(diff.asks_of_none
                               ? "No severity of the policy asks about Git's changes, so a sync of this "
                                 "goes on."
                               : "Nobody is asked about these changes, so a sync of this goes on.");
  else
    sentences.push_back(fmt::format("A sync of this will end, and apply nothing: {}.", decision.reason));
  sentences.emplace_back("What has drifted in the cluster by then is decided about besides.");
  return sentences;
}

std::string plan_diff_json(const PlanDiff& diff) {
  JsonObject json;
  json.text("application", diff.application);
  json.json("changes", api::changes_json(diff.found.changes, std::string::npos));
  add_decision(json, diff.decision);
  json.flag("observe", diff.observe);
  json.json("unasked", json_list(diff.found.unasked, api::object_change_json));
  return json.str() + "\n";
}

}  // namespace drift::gate
