#include "controller/rollout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace drift::controller {
namespace {

using api::RolloutEntry;
using api::RolloutState;
using api::RolloutStep;

class RolloutDecider {
 public:
  RolloutDecider(const std::string& policy, const std::vector<RolloutApplication>& all,
                 const std::string& hold, const RolloutSettings& settings, Time now)
      : policy_(policy), all_(all), hold_(hold), settings_(settings), now_(now) {}

  RolloutDecision decide() {
    count();
    if (hold_.empty()) choose();
    for (std::size_t i = 0; i < all_.size(); ++i) tell(i);
    sum_up();
    return std::move(decision_);
  }

 private:
  bool is_updated(const RolloutApplication& one) const { return one.policy == policy_; }
  // Argo CD hasn't done in time what it was asked.
  bool is_overdue(const RolloutApplication& one) const {
    return one.refreshing && *one.refreshing + settings_.longest_refresh <= now_;
  }
  bool is_used_up(const RolloutApplication& one) const {
    return !one.refreshing && one.tries >= settings_.tries;
  }
  Time due(const RolloutApplication& one) const {
    return one.tried ? *one.tried + wait_after(one.tries, settings_) : Time{};
  }

  void count() {
    for (const auto& one : all_) {
      proven_ = proven_ || is_updated(one);
      if (one.refreshing && !is_overdue(one)) ++in_flight_;
      if (!is_updated(one) && (one.tries > 0 || one.refreshing)) ++tried_;
    }
  }

  bool may_be_next(const RolloutApplication& one) const {
    return !is_updated(one) && one.policy && one.busy.empty() && !one.refreshing && !is_used_up(one);
  }

  // Without a proof that the plugin renders it, only some are tried.
  bool waits_for_proof(const RolloutApplication& one) const {
    return !proven_ && one.tries == 0 && tried_ >= settings_.in_flight;
  }

  void choose() {
    std::vector<std::size_t> candidates;
    for (std::size_t i = 0; i < all_.size(); ++i)
      if (may_be_next(all_[i]) && due(all_[i]) <= now_) candidates.push_back(i);
    const auto order = [&](std::size_t i) {
      const auto& one = all_[i];
      return std::tuple(!one.quiet, one.tries, std::tie(one.ns, one.name));
    };
    std::sort(candidates.begin(), candidates.end(), [&](auto a, auto b) { return order(a) < order(b); });
    for (const auto i : candidates) {
      if (in_flight_ >= settings_.in_flight) break;
      if (waits_for_proof(all_[i])) continue;
      if (all_[i].tries == 0) ++tried_;
      ++in_flight_;
      decision_.refresh.push_back(i);
    }
  }

  bool is_chosen(std::size_t i) const {
    return std::find(decision_.refresh.begin(), decision_.refresh.end(), i) != decision_.refresh.end();
  }

  void again_at(Time time) { decision_.again = earlier(decision_.again, std::optional(time)); }

  void tell(std::size_t i) {
    const auto& one = all_[i];
    RolloutEntry entry{one.ns, one.name, RolloutStep::waiting, one.policy.value_or(""), one.tries, {}};
    if (is_updated(one))
      entry.step = RolloutStep::updated;
    else if (is_overdue(one) || is_used_up(one))
      stuck(one, entry);
    else if (one.refreshing || is_chosen(i))
      refreshing(one, entry);
    else
      waits(one, entry);
    add(one, entry);
  }

  void stuck(const RolloutApplication& one, RolloutEntry& entry) const {
    entry.step = RolloutStep::stuck;
    if (one.refreshing)
      entry.reason = fmt::format("Argo CD hasn't done the hard refresh that was asked for at {}",
                                 time_text(*one.refreshing));
    else
      entry.reason = fmt::format("{}, after {} hard refreshes", what_it_renders(one), one.tries);
  }

  void refreshing(const RolloutApplication& one, RolloutEntry& entry) {
    entry.step = RolloutStep::refreshing;
    moves_ = true;
    if (one.refreshing) again_at(*one.refreshing + settings_.longest_refresh);
  }

  void waits(const RolloutApplication& one, RolloutEntry& entry) {
    if (!one.policy) {
      moves_ = true;
      entry.reason = one.trouble.empty() ? "what it renders hasn't been asked yet" : one.trouble;
    } else if (!one.busy.empty()) {
      moves_ = true;
      entry.reason = one.busy;
    } else if (waits_for_proof(one)) {
      entry.reason = "no application renders the policy yet, so no more are tried";
    } else if (due(one) > now_) {
      moves_ = true;
      again_at(due(one));
      entry.reason = fmt::format("{}; again at {}", what_it_renders(one), time_text(due(one)));
    } else {
      moves_ = true;
    }
  }

  static std::string what_it_renders(const RolloutApplication& one) {
    if (!one.trouble.empty()) return one.trouble;
    return fmt::format("it still renders policy {}", short_digest(one.policy.value_or("")));
  }

  void add(const RolloutApplication& one, const RolloutEntry& entry) {
    auto& rollout = decision_.rollout;
    ++rollout.applications;
    switch (entry.step) {
      case RolloutStep::updated:
        ++rollout.updated;
        return;
      case RolloutStep::refreshing:
        ++rollout.refreshing;
        break;
      case RolloutStep::waiting:
        ++rollout.waiting;
        break;
      case RolloutStep::stuck:
        ++rollout.stuck;
        break;
    }
    if (!one.policy) ++rollout.unknown;
    rollout.entries.push_back(entry);
  }

  void sum_up() {
    auto& rollout = decision_.rollout;
    rollout.policy = policy_;
    if (rollout.updated == rollout.applications) {
      rollout.state = RolloutState::complete;
    } else if (!hold_.empty()) {
      rollout.state = RolloutState::held;
      rollout.reason = hold_;
    } else {
      rollout.state = moves_ ? RolloutState::progressing : RolloutState::stuck;
    }
    auto& entries = rollout.entries;
    std::sort(entries.begin(), entries.end(), [](const RolloutEntry& a, const RolloutEntry& b) {
      const auto order = [](const RolloutEntry& entry) {
        const auto step = entry.step == RolloutStep::stuck        ? 0
                          : entry.step == RolloutStep::refreshing ? 1
                                                                  : 2;
        return std::tuple(step, std::tie(entry.ns, entry.application));
      };
      return order(a) < order(b);
    });
    if (entries.size() <= api::most_rollout_entries) return;
    rollout.more = entries.size() - api::most_rollout_entries;
    entries.resize(api::most_rollout_entries);
  }

  const std::string& policy_;
  const std::vector<RolloutApplication>& all_;
  const std::string& hold_;
  const RolloutSettings& settings_;
  Time now_;
  bool proven_ = false;  // an application renders it
  bool moves_ = false;   // something will change without a person
  std::size_t in_flight_ = 0, tried_ = 0;
  RolloutDecision decision_;
};

}  // namespace

RolloutDecision decide_rollout(const std::string& policy, const std::vector<RolloutApplication>& all,
                               const std::string& hold, const RolloutSettings& settings, Time now) {
  return RolloutDecider(policy, all, hold, settings, now).decide();
}

std::chrono::seconds wait_after(std::size_t tries, const RolloutSettings& settings) {
  if (tries == 0) return std::chrono::seconds(0);
  return settings.first_wait * (std::int64_t{1} << std::min<std::size_t>(tries - 1, 10));
}

std::string short_digest(const std::string& policy) {
  return policy.substr(0, 12);
}

}  // namespace drift::controller
