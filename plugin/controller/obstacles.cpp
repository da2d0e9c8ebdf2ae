#include "controller/obstacles.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/error.hpp"

namespace drift::controller {

Obstacle Obstacles::storm_or_pause(const Drifted& drifted, const std::string& ns, const std::string& name,
                                   Time now) {
  if (auto why = storm(drifted, now); !why.empty()) return {std::move(why)};
  return {pause(ns, name, now), paused_for};
}

Obstacle Obstacles::too_many(const UnderWay& under_way) const {
  if (under_way.all >= settings_.most_syncs)
    return {fmt::format("{} syncs are under way, as many as --max-syncs allows", under_way.all)};
  const auto most = settings_.most_syncs_per_cluster;
  if (most == 0 || under_way.to_cluster < most) return {};
  return {
      fmt::format("syncs to its cluster that are under way: {}, as many as --max-syncs-per-cluster allows",
                  under_way.to_cluster)};
}

Obstacle Obstacles::window(const std::string& ns, const std::string& name) {
  try {
    return {outside::why_closed(argocd_.sync_windows({ns, name}))};
  } catch (const OutsideError& error) {
    return {fmt::format("whether a sync window is closed isn't known: {}", error.what())};
  }
}

std::string Obstacles::storm(const Drifted& counted, Time now) {
  const auto storm_size =
      std::max(settings_.smallest_storm, (counted.all * settings_.storm_percent + 99) / 100);
  if (!storm_ && counted.drifted >= storm_size) {
    storm_ = now;
    spdlog::error("{} of {} applications drifted within {} minutes: no sync is started until there are fewer",
                  counted.drifted, counted.all, settings_.storm_within.count());
  }
  if (storm_ && counted.drifted * 2 < storm_size) storm_.reset();
  if (!storm_) return {};
  return "many applications drifted within minutes: no sync is started until there are fewer";
}

std::string Obstacles::pause(const std::string& ns, const std::string& name, Time now) {
  try {
    return store::why_paused(pauses_.list(), ns, name, now);
  } catch (const Failure& error) {
    return fmt::format("whether it is paused isn't known: {}", error.what());
  }
}

}  // namespace drift::controller
