#include "controller/leader.hpp"

#include <fmt/chrono.h>
#include <spdlog/spdlog.h>

#include <memory>

#include "base/error.hpp"
#include "base/time.hpp"
#include "json/build.hpp"
#include "json/read.hpp"
#include "outside/kubernetes/look_for.hpp"

namespace drift::controller {
namespace {

using rapidjson::Document;
using rapidjson::Value;

// metav1.MicroTime.
std::string micro_time(Time time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto rest = std::chrono::duration_cast<std::chrono::microseconds>(time - seconds);
  auto text = time_text(seconds);
  text.pop_back();
  return fmt::format("{}.{:06}Z", text, rest.count());
}

}  // namespace

Leader::Leader(outside::Kubernetes& kubernetes, outside::Clock& clock, std::string ns, std::string name,
               std::string identity, LeaseTimes times)
    : kubernetes_(kubernetes),
      clock_(clock),
      path_{"coordination.k8s.io", "v1", "leases", std::move(ns), std::move(name), ""},
      identity_(std::move(identity)),
      times_(times) {}

bool Leader::leads(Steady now) const {
  return now.time_since_epoch().count() < leads_until_.load();
}

void Leader::tend(Steady now) {
  try {
    const auto lease = outside::look_for(kubernetes_, path_);
    if (!lease || may_be_taken(*lease, now)) return take(lease.get(), now);
    stop("another one has the Lease " + path_.display());
  } catch (const outside::ApiError& error) {
    if (!error.conflict()) spdlog::warn("{}", error.what());
  } catch (const Failure& error) {
    spdlog::warn("{}", error.what());
  }
  if (was_leading_ && !leads(now)) stop("the Lease " + path_.display() + " could not be renewed");
}

void Leader::release() {
  if (!was_leading_) return;
  stop("told to end");
  try {
    const auto lease = outside::look_for(kubernetes_, path_);
    if (!lease || text_at(*lease, {"spec", "holderIdentity"}) != identity_) return;
    kubernetes_.replace(path_, written(lease.get(), "", std::chrono::seconds(1)));
  } catch (const Failure& error) {
    spdlog::warn("{}", error.what());
  }
}

bool Leader::may_be_taken(const Value& lease, Steady now) {
  const auto holder = text_at(lease, {"spec", "holderIdentity"});
  if (holder == identity_ || holder.empty()) return true;
  auto version = text_at(lease, {"metadata", "resourceVersion"});
  if (version != seen_) {
    seen_ = std::move(version);
    changed_ = now;
  }
  const auto* duration = find(lease, {"spec", "leaseDurationSeconds"});
  const auto seconds =
      duration && duration->IsInt() ? std::chrono::seconds(duration->GetInt()) : times_.lease;
  return now > changed_ + seconds;
}

void Leader::take(const Document* lease, Steady now) {
  const auto next = written(lease, identity_, times_.lease);
  lease ? kubernetes_.replace(path_, next) : kubernetes_.create(path_, next);
  leads_until_ = (now + times_.renewal).time_since_epoch().count();
  if (!was_leading_) spdlog::info("leads, by the Lease {}", path_.display());
  was_leading_ = true;
}

// A new holder counts one transition more, and keeps the time at which it took over.
Document Leader::written(const Document* lease, const std::string& holder,
                         std::chrono::seconds duration) const {
  auto next = from_json(lease ? to_json(*lease) : "{}");
  set(next, {"apiVersion"}, "coordination.k8s.io/v1");
  set(next, {"kind"}, "Lease");
  set(next, {"metadata", "name"}, path_.name);
  set(next, {"metadata", "namespace"}, path_.ns);
  const auto now = micro_time(clock_.now());
  if (!lease || text_at(*lease, {"spec", "holderIdentity"}) != holder) {
    const auto* before = lease ? find(*lease, {"spec", "leaseTransitions"}) : nullptr;
    const auto transitions = before && before->IsInt() ? before->GetInt() : -1;
    set(next, {"spec", "leaseTransitions"}, Value(transitions + (holder.empty() ? 0 : 1)));
    set(next, {"spec", "acquireTime"}, now);
  }
  set(next, {"spec", "holderIdentity"}, holder);
  set(next, {"spec", "leaseDurationSeconds"}, Value(static_cast<int>(duration.count())));
  set(next, {"spec", "renewTime"}, now);
  return next;
}

void Leader::stop(const std::string& why) {
  leads_until_ = 0;
  if (was_leading_) spdlog::warn("no longer leads: {}", why);
  was_leading_ = false;
}

}  // namespace drift::controller
