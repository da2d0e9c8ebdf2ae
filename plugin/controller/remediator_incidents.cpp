// The remediator's incidents, as they stand in the cluster.
#include <algorithm>

#include "controller/remediator.hpp"

namespace drift::controller {
namespace {

using api::Incident;
using api::IncidentState;
using store::StoredIncident;

// But for when it is looked at next.
std::string lasting_json(Incident incident) {
  incident.next.reset();
  return api::incident_json(incident);
}

}  // namespace

// Of what is as it was known nothing is done anew.
void Remediator::load() {
  const bool first = !loaded_;
  loaded_ = false;
  load_again_.reset();
  const auto all = incidents_.list();
  std::map<Key, std::string> versions;
  for (auto& [key, entry] : entries_) {
    if (entry.open && !entry.unsure) versions[key] = entry.open->resource_version;
    entry.open.reset();
    entry.last.reset();
  }
  std::vector<StoredIncident> over;
  std::vector<Incident> open;
  for (const auto& stored : all) {
    if (api::is_over(stored.incident.state))
      over.push_back(stored);
    else
      open.push_back(stored.incident);
    place(stored);
  }
  for (auto& [key, entry] : entries_) {
    const auto version = entry.open ? entry.open->resource_version : std::string();
    if (!first && !entry.unsure && versions[key] == version) continue;
    entry.unsure = false;
    entry.compared.clear();
    entry.due = world_.clock.now();
  }
  prune(std::move(over));
  if (listener_.found) listener_.found(open);
  loaded_ = true;
}

void Remediator::place(StoredIncident stored) {
  auto& entry = entries_[{stored.incident.ns, stored.incident.application}];
  if (api::is_over(stored.incident.state)) {
    entry.last = std::move(stored);
    return;
  }
  // Two that led at once may each have begun one.
  if (entry.open) {
    auto& older = *entry.open;
    older.incident =
        superseded(older.incident, "incident " + stored.incident.id + " is open besides", world_.clock.now());
    incidents_.save(older);
  }
  entry.open = std::move(stored);
}

// The oldest go, and a tenth more than have to, so that this isn't done each time.
void Remediator::prune(std::vector<StoredIncident> over) {
  over_ = over.size();
  if (over.size() <= settings_.kept) return;
  std::sort(over.begin(), over.end(), [](const auto& a, const auto& b) {
    return std::pair(a.incident.ended, a.incident.id) < std::pair(b.incident.ended, b.incident.id);
  });
  const auto goes = over.size() - settings_.kept + settings_.kept / 10;
  for (std::size_t i = 0; i < goes && i < over.size(); ++i) {
    incidents_.remove(over[i]);
    --over_;
  }
}

Past Remediator::past(const Entry& entry) {
  return {entry.open ? &entry.open->incident : nullptr, entry.last ? &entry.last->incident : nullptr};
}

void Remediator::keep(Entry& entry, const Incident& incident) {
  if (!entry.open && entry.last && entry.last->incident.id == incident.id)
    std::swap(entry.open, entry.last);  // it goes on
  else if (!entry.open)
    entry.open.emplace();
  auto& stored = *entry.open;
  const bool news = stored.resource_version.empty() || stored.incident.state != incident.state ||
                    stored.incident.reason != incident.reason ||
                    stored.incident.escalations != incident.escalations ||
                    stored.incident.put_backs != incident.put_backs;
  const bool same =
      !stored.resource_version.empty() && lasting_json(stored.incident) == lasting_json(incident);
  stored.incident = incident;
  if (!same) incidents_.save(stored);
  if (news && listener_.changed) listener_.changed(incident);
  if (incident.state != IncidentState::syncing) entry.unsent = false;
  if (!api::is_over(incident.state)) return;
  entry.last = std::move(entry.open);
  entry.open.reset();
  if (++over_ > settings_.kept) load_again_ = world_.clock.now();
}

}  // namespace drift::controller
