#include "controller/observer.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <vector>

#include "base/error.hpp"
#include "controller/applications.hpp"
#include "json/read.hpp"
#include "outside/kubernetes/look_for.hpp"

namespace drift::controller {
namespace {

constexpr auto between_looks = std::chrono::seconds(10);

std::vector<Bypass> fresh_ones(const Judgement* before, const Judgement& now) {
  auto fresh = now.bypasses;
  if (!before) return fresh;
  std::erase_if(fresh, [&](const Bypass& bypass) {
    return std::any_of(before->bypasses.begin(), before->bypasses.end(), [&](const Bypass& earlier) {
      // Of an operation that was only asked for then, and has begun now.
      const bool has_begun = earlier.kind == bypass.kind && earlier.operation.empty();
      return earlier == bypass || has_begun;
    });
  });
  return fresh;
}

}  // namespace

Observer::Observer(outside::Kubernetes& kubernetes, outside::Clock& clock, std::chrono::seconds stale_after,
                   Tell tell, See see)
    : kubernetes_(kubernetes),
      clock_(clock),
      stale_after_(stale_after),
      tell_(std::move(tell)),
      see_(std::move(see)),
      looked_(clock.now()) {}

void Observer::list_began() {
  for (auto& [key, entry] : all_) entry.listed = false;
}

void Observer::listed(const rapidjson::Value& object) {
  see(object);
}

void Observer::list_ended() {
  std::vector<Key> missing;
  for (const auto& [key, entry] : all_)
    if (!entry.listed) missing.push_back(key);
  for (const auto& key : missing) leave(key);
  if (!ever_listed_) spdlog::info("watching {} application{}", all_.size(), all_.size() == 1 ? "" : "s");
  ever_listed_ = true;
}

void Observer::changed(const outside::WatchEvent& event) {
  ever_watched_ = true;
  if (event.type == outside::WatchEvent::Type::bookmark) return;
  if (event.type != outside::WatchEvent::Type::deleted) return see(event.object);
  leave({text_at(event.object, {"metadata", "namespace"}), text_at(event.object, {"metadata", "name"})});
}

void Observer::interrupted(const OutsideError& error) {
  const auto* refusal = dynamic_cast<const outside::ApiError*>(&error);
  if (!ever_watched_ && refusal && (refusal->forbidden() || refusal->not_found())) throw *refusal;
  spdlog::warn("{}; trying again", error.what());
}

bool Observer::goes_on() {
  const auto now = clock_.now();
  if (now - looked_ < between_looks && now >= looked_) return true;
  looked_ = now;
  for (auto& [key, entry] : all_) {
    const auto summary = entry.known.summary;
    judge_again(entry, summary);
  }
  return true;
}

void Observer::see(const rapidjson::Value& application) {
  try {
    const auto now = summary_of(application);
    const Key key{now.ns, now.name};
    const auto found = all_.find(key);
    if (found != all_.end()) {
      found->second.listed = true;
      return judge_again(found->second, now);
    }
    const auto& entry =
        all_.emplace(key, Entry{judge(nullptr, now, clock_.now(), stale_after_)}).first->second;
    pass_on(nullptr, entry.known);
  } catch (const InputError& error) {
    spdlog::warn("not judged: {}", error.what());
  }
}

void Observer::judge_again(Entry& entry, const Summary& now) {
  auto known = judge(&entry.known, now, clock_.now(), stale_after_);
  pass_on(&entry.known, known);
  entry.known = std::move(known);
}

// The feed tells nothing of an Application whose label has gone but that it is no longer among those with the label.
void Observer::leave(const Key& key) {
  const auto found = all_.find(key);
  if (found == all_.end()) return;
  auto& entry = found->second;
  try {
    if (const auto there = outside::look_for(kubernetes_, applications_in(key.first, key.second))) {
      const auto now = summary_of(*there);
      // Made anew with the label, so the feed tells of it.
      if (now.gated && now.uid != entry.known.summary.uid) return;
      if (!now.gated) judge_again(entry, now);
      all_.erase(found);
      return;
    }
  } catch (const Failure& error) {
    spdlog::warn("whether {}/{} is gone, or only its label, isn't known: {}", key.first, key.second,
                 error.what());
  }
  auto known = entry.known;
  known.judgement = {State::gone, {}, clock_.now(), std::nullopt, {}};
  pass_on(&entry.known, known);
  all_.erase(found);
}

void Observer::pass_on(const Known* before, const Known& known) {
  const auto& judgement = known.judgement;
  Notice notice{clock_.now(), known, std::nullopt, false,
                fresh_ones(before ? &before->judgement : nullptr, judgement)};
  if (before) {
    notice.was = before->judgement.state;
    notice.other_objects = judgement.state == State::drifted && notice.was == State::drifted &&
                           (before->summary.differing != known.summary.differing ||
                            before->summary.out_of_sync != known.summary.out_of_sync);
  }
  if (notice.was != judgement.state || notice.other_objects || !notice.fresh.empty()) tell_(notice);
  if (see_) see_(before, known);
}

}  // namespace drift::controller
