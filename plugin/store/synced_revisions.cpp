#include "store/synced_revisions.hpp"

#include <algorithm>
#include <optional>

#include "api/record.hpp"
#include "audit/entry.hpp"
#include "base/error.hpp"
#include "store/chain.hpp"

namespace drift::store {
namespace {

std::optional<std::string> synced_revision(const rapidjson::Value& config_map,
                                           const std::vector<std::string>& applications) {
  try {
    const auto entry = audit::parse_entry(entry_text(config_map));
    const bool is_of_it =
        std::find(applications.begin(), applications.end(), entry.application) != applications.end();
    if (!is_of_it || entry.record.empty()) return std::nullopt;
    const auto record = api::read_record(entry.record);
    if (record.outcome != api::Outcome::synced || record.to.empty()) return std::nullopt;
    return record.to;
  } catch (const InputError&) {
    return std::nullopt;
  }
}

}  // namespace

std::set<std::string> synced_revisions(outside::Kubernetes& kubernetes, const std::string& ns,
                                       const std::vector<std::string>& applications) {
  std::set<std::string> revisions;
  kubernetes.list({"", "v1", "configmaps", ns, "", ""}, record_selector,
                  [&](const rapidjson::Value& config_map) {
                    if (auto revision = synced_revision(config_map, applications))
                      revisions.insert(std::move(*revision));
                    return true;
                  });
  return revisions;
}

}  // namespace drift::store
