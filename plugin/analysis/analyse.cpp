#include "analysis/analyse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "analysis/before.hpp"
#include "analysis/differences.hpp"
#include "analysis/ending.hpp"
#include "analysis/frame.hpp"
#include "analysis/severity.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "json/members.hpp"

namespace drift::analysis {
namespace {

constexpr std::size_t most_differences = 50;  // of an object
constexpr std::size_t most_in_report = 5000;  // of all objects
constexpr std::size_t most_reasons = 10;
constexpr std::size_t longest_reason = 200;

api::ObjectReport frame(const api::PlannedObject& planned) {
  auto report = frame_of<api::ObjectReport>(planned);
  report.resource = planned.resource;
  return report;
}

class Analysis {
 public:
  Analysis(const api::Plan& plan, const api::Plan* base, const Live& live, const Publisher& publisher,
           const std::string& base_problem = {})
      : plan_(plan), base_(base), live_(live), publisher_(publisher), based_(plan, base) {
    report_.application = plan.application;
    report_.revision = plan.revision;
    report_.plan_digest = plan.digest;
    report_.base_problem = base_problem;
    if (!base) return;
    report_.has_base = true;
    report_.base_revision = base->revision;
    report_.base_time = base->written;
  }

  api::Report run() {
    for (const auto& planned : plan_.objects) {
      if (planned.can_drift())
        report_.objects.push_back(look_at(planned));
      else if (planned.hook)
        look_at_hook(planned);
    }
    add_removed();
    sum_up();
    return std::move(report_);
  }

 private:
  api::ObjectReport look_at(const api::PlannedObject& planned) {
    auto report = frame(planned);
    const auto found = based_.take(planned);
    const auto before = found.before;
    if (planned.before_gate) {
      report.state = api::State::before_gate;
      return report;
    }
    const Rating rating(plan_, planned, base_, before.object, before.orphan != nullptr);
    if (!report_.base_problem.empty()) {
      not_inspected(report, api::Unread::no_base);
      count(report, rating.own());
      return report;
    }
    if (found.ambiguous) {
      not_inspected(report, api::Unread::ambiguous);
      count(report, rating.own());
      return report;
    }
    auto live = planned.resource.empty() ? LiveObject{LiveObject::Found::unknown, {}} : live_(planned);
    switch (live.found) {
      case LiveObject::Found::forbidden:
      case LiveObject::Found::unknown:
        not_inspected(report, live.found == LiveObject::Found::forbidden ? api::Unread::forbidden
                                                                         : api::Unread::unknown);
        if (before.object || forgotten()) count(report, rating.own());
        break;
      case LiveObject::Found::absent:
        // What had left Git may have been pruned.
        report.state = before.object && !before.orphan ? api::State::deleted : api::State::fresh;
        if (report.state == api::State::deleted && ends_by_itself(*before.object))
          report.state = api::State::ended;
        if (report.state == api::State::deleted) count(report, loss(planned, *before.object, rating));
        break;
      case LiveObject::Found::present:
        if (before.object)
          inspect(report, planned, before, live.object, rating);
        else
          look_at_new(report, planned, live.object, rating);
        break;
    }
    return report;
  }

  // What is there and new in Git. The API may have moved it to another group.
  void look_at_new(api::ObjectReport& report, const api::PlannedObject& planned, rapidjson::Document& live,
                   const Rating& rating) {
    const auto moved = based_.in_another_group(planned);
    if (moved.before.object) {
      const Rating both(plan_, planned, base_, moved.before.object, moved.before.orphan != nullptr);
      return inspect(report, planned, moved.before, live, both);
    }
    report.state = api::State::already_there;
    if (!moved.ambiguous && !forgotten()) return;
    not_inspected(report, moved.ambiguous ? api::Unread::ambiguous : api::Unread::forgotten);
    count(report, rating.own());
  }

  // What drifted of an object that becomes a hook would be gone with this sync. It is asked about once: the next base knows.
  void look_at_hook(const api::PlannedObject& planned) {
    const auto found = based_.take(planned);
    if (!found.before.object && !found.ambiguous) return;
    if (found.before.orphan && found.before.orphan->hook) return;
    auto report = frame(planned);
    not_inspected(report, api::Unread::now_hook);
    count(report, Rating(plan_, planned, nullptr, nullptr).own());
    report_.objects.push_back(std::move(report));
  }

  // Whether what the base doesn't know may be what it had no room for.
  bool forgotten() const { return base_ && base_->orphans.incomplete; }

  static void not_inspected(api::ObjectReport& report, api::Unread why) {
    report.state = api::State::not_inspected;
    report.unread = why;
  }

  // Its deletion can't be undone any more: applying it changes nothing, and it is gone once its finalizers are done.
  // https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/
  static bool is_being_deleted(const rapidjson::Value& live) {
    const auto* metadata = member(&live, "metadata");
    return !string_of(member(metadata, "deletionTimestamp")).empty();
  }

  void inspect(api::ObjectReport& report, const api::PlannedObject& planned, const Before& before,
               rapidjson::Document& live, const Rating& rating) {
    const auto& base = *before.object;
    const auto& base_written = before.orphan ? before.orphan->recorded : base_->written;
    if (before.orphan) {
      report.base_revision = before.orphan->revision;
      report.base_time = before.orphan->recorded;
    }
    if (is_being_deleted(live)) {
      report.state = has_ended(live) && ends_by_itself(base) ? api::State::ended : api::State::deleting;
      ++report_.inspected;
      return report.state == api::State::deleting ? count(report, loss(planned, base, rating)) : void();
    }
    auto differences = object_differences(planned, base, base_written, live, publisher_, rating);
    if (differences.compared) {
      ++report_.inspected;
    } else {
      report.guarded_only = true;
      not_inspected(report, api::Unread::too_large);
      count(report, rating.own());
    }
    report.not_kept = std::move(differences.not_kept);
    std::sort(report.not_kept.begin(), report.not_kept.end());
    if (report.not_kept.size() > most_differences) report.not_kept.resize(most_differences);
    finish(report, std::move(differences.found));
  }

  // What is being deleted will be gone, too.
  static Rated loss(const api::PlannedObject& planned, const api::PlannedObject& base, const Rating& rating) {
    return rating.of_loss(base.manifest, planned.manifest == base.manifest);
  }

  void finish(api::ObjectReport& report, std::vector<RatedDifference> differences) {
    if (differences.empty()) return;
    report.state = api::State::drifted;
    report.unread = api::Unread::none;
    for (auto& [difference, rated] : differences) {
      difference.severity = plan_.name(rated.severity);
      difference.approval_severity = plan_.name(rated.approval_severity);
      difference.guarded = rated.guarded;
      count(report, rated);
    }
    keep_worst(report, differences);
    std::sort(report.differences.begin(), report.differences.end(),
              [](const auto& a, const auto& b) { return a.pointer < b.pointer; });
  }

  // The list is bounded, here and over all objects; what is cut off stays in the digest.
  void keep_worst(api::ObjectReport& report, std::vector<RatedDifference>& found) {
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return a.difference.pointer < b.difference.pointer; });
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
      return std::max(a.rated.severity, a.rated.approval_severity) >
             std::max(b.rated.severity, b.rated.approval_severity);
    });
    const auto kept = std::min({found.size(), most_differences, most_in_report - listed_});
    listed_ += kept;
    std::vector<std::string> rest;
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (i < kept)
        report.differences.push_back(std::move(found[i].difference));
      else
        rest.push_back(api::digest_line(found[i].difference));
    }
    report.more = rest.size();
    if (rest.empty()) return;
    std::sort(rest.begin(), rest.end());
    report.rest = sha256_hex(fmt::format("{}", fmt::join(rest, "")));
  }

  void count(api::ObjectReport& report, const Rated& rated) {
    const auto raise = [&](std::string& name, policy::Rank rank) {
      const auto now = name.empty() ? std::nullopt : plan_.rank(name);
      if (!now || *now < rank) name = plan_.name(rank);
    };
    raise(report.severity, rated.severity);
    raise(report.approval_severity, rated.approval_severity);
    raise(report_.severity, rated.severity);
    raise(report_.approval_severity, rated.approval_severity);
    met_.insert({rated.severity, rated.approval_severity});
    if (rated.open) met_.insert(rated.met.begin(), rated.met.end());
    for (const auto rank : rated.met) report.met.insert(plan_.name(rank));
  }

  // What Git no longer wants, with this sync; the Roles of this sync don't name it, so nobody looks whether it is there.
  void add_removed() {
    if (!base_) return;
    for (const auto& object : base_->objects) {
      if (!object.can_drift() || !based_.left(object)) continue;
      report_.objects.push_back(frame(object));
      report_.objects.back().state = api::State::removed;
    }
  }

  void sum_up() {
    for (const auto rank : met_) report_.met.push_back(plan_.name(rank));
    for (const auto& object : report_.objects) add_reasons(object);
    report_.drift = api::drift_digest(report_);
  }

  bool highest(const std::string& severity, const std::string& approval_severity) const {
    return severity == report_.severity || approval_severity == report_.approval_severity;
  }

  void add_reasons(const api::ObjectReport& object) {
    if (!api::counts(object.state) || object.severity.empty()) return;
    const auto reason = [&](std::string_view what, const std::string& severity,
                            const std::string& approval_severity) {
      if (!highest(severity, approval_severity) || report_.reasons.size() == most_reasons) return;
      report_.reasons.push_back(fmt::format(
          "{}: {} ({}{})", object.display(), cut(what, longest_reason), severity,
          severity == approval_severity ? std::string()
                                        : fmt::format(", with the demands of {}", approval_severity)));
    };
    if (object.differences.empty())  // not drifted, or none of its differences has a place in the list
      return reason(api::state_name(object.state), object.severity, object.approval_severity);
    const bool by_a_field =
        std::any_of(object.differences.begin(), object.differences.end(), [&](const auto& difference) {
          return difference.severity == object.severity &&
                 difference.approval_severity == object.approval_severity;
        });
    if (object.guarded_only && !by_a_field)
      reason("is too large for the plan", object.severity, object.approval_severity);
    for (const auto& difference : object.differences)
      reason(fmt::format("{} {}", difference.pointer, api::change_name(difference.change)),
             difference.severity, difference.approval_severity);
  }

  const api::Plan& plan_;
  const api::Plan* base_;
  const Live& live_;
  const Publisher& publisher_;
  BaseObjects based_;  // those that the plan hasn't met yet
  std::set<policy::Rank> met_;
  std::size_t listed_ = 0;
  api::Report report_;
};

}  // namespace

api::Report analyse(const api::Plan& plan, const api::Plan* base, const Live& live,
                    const Publisher& publisher) {
  return Analysis(plan, base, live, publisher).run();
}

api::Report analyse_without_base(const api::Plan& plan, const std::string& problem) {
  const Live nothing = [](const api::PlannedObject&) { return LiveObject(); };
  const Publisher nobody;
  return Analysis(plan, nullptr, nothing, nobody, problem).run();
}

}  // namespace drift::analysis
