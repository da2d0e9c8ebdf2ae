#include "analysis/git_changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "analysis/before.hpp"
#include "analysis/differences.hpp"
#include "analysis/frame.hpp"
#include "analysis/git_fields.hpp"
#include "analysis/severity.hpp"
#include "base/sha256.hpp"
#include "json/canonical.hpp"
#include "json/read.hpp"
#include "kube/kinds.hpp"
#include "kube/object_display.hpp"

namespace drift::analysis {
namespace {

using api::GitChange;
using api::PlannedObject;
using policy::Rank;

constexpr std::size_t most_fields = 50;            // of an object
constexpr std::size_t most_fields_of_all = 2'000;  // in the report

constexpr const char* no_values =
    "a plan holds no values of Secrets, so they may have changed with this revision";
constexpr const char* too_large =
    "the plan or the base doesn't hold all of it, so it may have changed with this revision";
constexpr const char* no_base = "there is no usable base of the last success";
constexpr const char* no_success =
    "no sync has succeeded through the gate, and the object is in the cluster already, or may be";
constexpr const char* many_before = "Git had several objects of this kind and name, of which it may be one";

class GitChanges {
 public:
  GitChanges(const api::Plan& plan, const api::Plan* base, const api::Report& report)
      : plan_(plan), base_(base), report_(report), based_(plan, base) {
    if (!base) return;
    for (const auto& object : base->objects) {
      if (object.name.empty())
        ++nameless_[nameless_key(object)].first;
      else if (object.hook)
        hooks_.emplace(object.identity(), &object);
    }
  }

  api::Changes run() {
    look();
    return std::move(changes_);
  }

  Reviewed review() {
    lists_unasked_ = true;
    look();
    return {std::move(changes_), in_order(unasked_)};
  }

 private:
  using Ranked = std::vector<std::pair<Rank, api::ObjectChange>>;

  void look() {
    changes_.looked = true;
    if (!base_) read_states();
    for (const auto& planned : plan_.objects) look_at(planned);
    if (base_) add_what_left();
    if (!report_.base_problem.empty()) ask_about_removals();
    changes_.objects = in_order(found_);
    for (const auto rank : asked_) changes_.asks.push_back(plan_.name(rank));
  }

  // Everything that a change of one object meets.
  struct Met {
    std::set<Rank> ranks;
    Rank severity = 0, approval_severity = 0;

    void add(Rank object, Rank demands) {
      severity = std::max(severity, object);
      approval_severity = std::max(approval_severity, demands);
      ranks.insert({object, demands});
    }
  };

  static std::string nameless_key(const PlannedObject& object) {
    return fmt::format("{}\n{}", object.identity(), object.manifest.value_or(""));
  }

  void read_states() {
    for (const auto& object : report_.objects)
      states_.emplace(kube::object_identity(object.group, object.kind, object.ns, object.name), object.state);
  }

  void look_at(const PlannedObject& planned) {
    if (!base_) return without_base(planned);
    if (planned.name.empty()) {
      const auto same = nameless_.find(nameless_key(planned));
      const bool known =
          planned.manifest && same != nameless_.end() && same->second.first > same->second.second;
      if (!known) return add(planned, nullptr, GitChange::added);
      ++same->second.second;
      return;
    }
    const auto found = based_.take(planned);
    if (found.ambiguous) return unknown(planned, nullptr, many_before);
    const auto* before = found.before.orphan ? nullptr : found.before.object;
    if (!before)
      if (const auto hook = hooks_.find(planned.identity()); hook != hooks_.end()) {
        before = hook->second;
        hooks_.erase(hook);
      }
    if (!before) return add(planned, nullptr, GitChange::added);
    compare_with(planned, *before);
  }

  // What the cluster has may be what an earlier success left, whose base is gone.
  void without_base(const PlannedObject& planned) {
    if (!report_.base_problem.empty()) return unknown(planned, nullptr, no_base);
    const auto state = states_.find(planned.identity());
    const bool is_new = planned.hook || planned.before_gate || planned.name.empty() ||
                        (state != states_.end() && state->second == api::State::fresh);
    if (is_new) return add(planned, nullptr, GitChange::added);
    unknown(planned, nullptr, no_success);
  }

  // A revision is what it is: with the same one Git has the same values.
  bool same_revision() const { return !plan_.revision.empty() && plan_.revision == base_->revision; }

  void compare_with(const PlannedObject& planned, const PlannedObject& before) {
    const bool whole = planned.manifest && before.manifest;
    const bool secret = kube::is_secret(planned.group, planned.kind);
    if ((secret || !whole) && !same_revision())
      return unknown(planned, &before, secret ? no_values : too_large);
    if (whole && (*planned.manifest != *before.manifest || planned.version != before.version ||
                  planned.hook != before.hook))
      add(planned, &before, GitChange::changed);
  }

  static api::ObjectChange frame(const PlannedObject& object, GitChange change) {
    auto frame = frame_of<api::ObjectChange>(object);
    frame.change = change;
    return frame;
  }

  void unknown(const PlannedObject& planned, const PlannedObject* before, const char* why) {
    auto object = frame(planned, GitChange::changed);
    object.unknown = why;
    const Rating rating(plan_, planned, base_, before);
    Met met;
    meet(before, rating, "", met);
    finish(std::move(object), met);
  }

  // What a change at this place meets. Git can give an object a lower severity by the very change (by a label that a rule goes by, or
  // the application's policy), so what it was counts too.
  Rated meet(const PlannedObject* before, const Rating& rating, std::string_view pointer, Met& met,
             const Between* between = nullptr) const {
    const auto rated = rating.of(pointer, between);
    met.add(rated.severity, rated.approval_severity);
    met.ranks.insert(rated.met.begin(), rated.met.end());
    if (before && rated.own)
      met.add(plan_.rank_of(*base_, before->severity), plan_.rank_of(*base_, before->approval_severity));
    return rated;
  }

  // Added or changed.
  void add(const PlannedObject& planned, const PlannedObject* before, GitChange change) {
    auto object = frame(planned, change);
    const Rating rating(plan_, planned, base_, before);
    Met met;
    if (!planned.manifest && change == GitChange::added) meet(nullptr, rating, "", met);
    if (planned.manifest) {
      const auto now = parse_json("manifest", *planned.manifest);
      const Between all{nullptr, &now, {}, true};
      if (change == GitChange::added) meet(nullptr, rating, "", met, &all);
      const auto was = before ? parse_json("manifest", *before->manifest) : parse_json("manifest", "{}");
      auto fields = git_fields(planned.group, planned.kind, was, now, rating.watched());
      if (before && fields.empty() && planned.version == before->version && planned.hook == before->hook)
        return;  // it means the same to Kubernetes
      if (fields.empty()) meet(before, rating, "", met);
      add_fields(object, before, rating, fields, met);
      if (before && planned.version != before->version) add_version(object, planned, *before, rating, met);
    }
    finish(std::move(object), met);
  }

  void add_fields(api::ObjectChange& object, const PlannedObject* before, const Rating& rating,
                  const std::vector<GitField>& fields, Met& met) {
    std::vector<std::pair<Rank, api::FieldChange>> all;
    for (const auto& found : fields) {
      const Between between{found.before, found.after, found.around};
      const auto rated = meet(before, rating, found.pointer, met, &between);
      const auto text = [](const rapidjson::Value* value) {
        return value ? canonical(*value) : std::string("-");
      };
      all.emplace_back(std::max(rated.severity, rated.approval_severity),
                       api::FieldChange{found.pointer, rated.guarded, shown(found.before), shown(found.after),
                                        sha256_hex(text(found.before) + '\n' + text(found.after)),
                                        plan_.name(rated.severity), plan_.name(rated.approval_severity)});
    }
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    const auto kept = std::min({all.size(), most_fields, most_fields_of_all - listed_});
    std::vector<std::string> rest;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i < kept)
        object.fields.push_back(std::move(all[i].second));
      else
        rest.push_back(api::digest_line(all[i].second));
    }
    std::sort(object.fields.begin(), object.fields.end(),
              [](const auto& a, const auto& b) { return a.pointer < b.pointer; });
    std::sort(rest.begin(), rest.end());
    object.more = rest.size();
    if (!rest.empty()) object.rest = sha256_hex(fmt::format("{}", fmt::join(rest, "")));
  }

  // A plan's manifest doesn't hold it.
  void add_version(api::ObjectChange& object, const PlannedObject& planned, const PlannedObject& before,
                   const Rating& rating, Met& met) {
    const auto rated = meet(&before, rating, "/apiVersion", met);
    const auto digest = sha256_hex(before.version + '\n' + planned.version);
    object.fields.insert(object.fields.begin(),
                         {"/apiVersion", rated.guarded, before.version, planned.version, digest,
                          plan_.name(rated.severity), plan_.name(rated.approval_severity)});
  }

  // Of which severity it was at the last success.
  void add_what_left() {
    for (const auto& object : base_->objects) {
      bool left = false;
      if (object.name.empty()) {
        auto& [before, now] = nameless_[nameless_key(object)];
        left = before > now;
        if (left) --before;
      } else {
        left = object.hook ? hooks_.contains(object.identity()) : based_.left(object);
      }
      if (left) remove(object);
    }
  }

  // What left Git may have been of any severity.
  void ask_about_removals() {
    for (Rank rank = 0; rank < plan_.severities.size(); ++rank)
      if (plan_.severities[rank].changes && plan_.severities[rank].changes->removed) asked_.insert(rank);
  }

  void remove(const PlannedObject& before) {
    PlannedObject object;
    object.severity = plan_.rank_of(*base_, before.severity);
    object.approval_severity = plan_.rank_of(*base_, before.approval_severity);
    const auto rated = Rating(plan_, object, base_, &before).of_loss(before.manifest, true);
    Met met;
    met.add(rated.severity, rated.approval_severity);
    met.ranks.insert(rated.met.begin(), rated.met.end());
    finish(frame(before, GitChange::removed), met);
  }

  bool asks(Rank rank, const api::ObjectChange& object) const {
    const auto& changes = plan_.severities[rank].changes;
    if (!changes) return false;
    if (!object.unknown.empty()) return true;
    switch (object.change) {
      case GitChange::changed:
        return changes->changed;
      case GitChange::added:
        return changes->added && (base_ || changes->first_sync);
      case GitChange::removed:
        break;
    }
    return changes->removed;
  }

  void finish(api::ObjectChange object, const Met& met) {
    std::set<Rank> asking;
    for (const auto rank : met.ranks)
      if (asks(rank, object)) asking.insert(rank);
    object.severity = plan_.name(met.severity);
    object.approval_severity = plan_.name(met.approval_severity);
    if (asking.empty()) {
      ++changes_.others;
      if (!lists_unasked_ || !object.unknown.empty()) return;
      listed_ += object.fields.size();
      unasked_.emplace_back(std::max(met.severity, met.approval_severity), std::move(object));
      return;
    }
    listed_ += object.fields.size();
    found_.emplace_back(*asking.rbegin(), std::move(object));
    asked_.merge(asking);
  }

  static std::vector<api::ObjectChange> in_order(Ranked& found) {
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<api::ObjectChange> objects;
    for (auto& [rank, object] : found) objects.push_back(std::move(object));
    return objects;
  }

  const api::Plan& plan_;
  const api::Plan* base_;
  const api::Report& report_;
  BaseObjects based_;  // those that the plan hasn't met yet
  std::unordered_map<std::string, const PlannedObject*> hooks_;
  // Of objects whose name the server makes: how many the base has, and how many of them the plan has met.
  std::unordered_map<std::string, std::pair<std::size_t, std::size_t>> nameless_;
  std::unordered_map<std::string, api::State> states_;  // by identity
  Ranked found_, unasked_;
  bool lists_unasked_ = false;
  std::set<Rank> asked_;
  std::size_t listed_ = 0;
  api::Changes changes_;
};

}  // namespace

api::Changes git_changes(const api::Plan& plan, const api::Plan* base, const api::Report& report) {
  return policy::ask_about_changes(plan.severities) ? GitChanges(plan, base, report).run() : api::Changes();
}

Reviewed review_changes(const api::Plan& plan, const api::Plan& before) {
  return GitChanges(plan, &before, {}).review();
}

void put_changes(api::Report& report, api::Changes changes) {
  report.changes = std::move(changes);
  if (report.changes.ask()) report.drift = api::drift_digest(report);
}

void add_changes(api::Report& report, const api::Plan& plan, const api::Plan* base) {
  put_changes(report, git_changes(plan, base, report));
}

}  // namespace drift::analysis
