#include "store/records.hpp"

#include <fmt/format.h>

#include "api/names.hpp"
#include "base/error.hpp"
#include "json/read.hpp"
#include "store/chain.hpp"
#include "store/config_map.hpp"
#include "store/last_record.hpp"

namespace drift::store {
namespace {

std::string text_or_nothing(const rapidjson::Value& object) {
  try {
    return entry_text(object);
  } catch (const InputError&) {
    return {};  // verify() says that it is no record
  }
}

std::vector<audit::Stored> records_of(outside::Kubernetes& kubernetes, const std::string& ns) {
  std::vector<audit::Stored> records;
  kubernetes.list({"", "v1", "configmaps", ns, "", ""}, record_selector, [&](const rapidjson::Value& object) {
    const auto name = text_at(object, {"metadata", "name"});
    records.push_back({fmt::format("ConfigMap {}/{}", ns, name), text_or_nothing(object), name});
    return true;
  });
  return records;
}

std::vector<audit::Stored> witnesses_in(outside::Kubernetes& kubernetes, const std::string& ns) {
  std::vector<audit::Stored> witnesses;
  for (const auto* component : {"base", "emergency", "report"})
    kubernetes.list(
        {"", "v1", "configmaps", ns, "", ""}, component_selector(component),
        [&](const rapidjson::Value& object) {
          if (auto noted = noted_record(object); !noted.empty())
            witnesses.push_back({fmt::format("ConfigMap {}/{}", ns, text_at(object, {"metadata", "name"})),
                                 std::move(noted)});
          return true;
        });
  return witnesses;
}

}  // namespace

audit::Evidence read_evidence(outside::Kubernetes& kubernetes, const std::string& ns) {
  constexpr int most_tries = 10;
  const outside::ResourcePath head{"", "v1", "configmaps", ns, std::string(api::audit_head), ""};
  const auto read_head = [&]() -> std::optional<audit::Head> {
    const auto object = kubernetes.get(head);
    if (!object) return std::nullopt;
    return head_in(*object);
  };
  // First: what they know is in the chain before they know it.
  auto witnesses = witnesses_in(kubernetes, ns);
  auto before = read_head();
  for (int tries = 1;; ++tries) {
    audit::Evidence evidence{records_of(kubernetes, ns), false, read_head(), {}, {}};
    const bool same = before.has_value() == evidence.head.has_value() &&
                      (!before || before->text() == evidence.head->text());
    if (same || tries == most_tries) {
      evidence.witnesses = std::move(witnesses);
      return evidence;
    }
    before = std::move(evidence.head);  // somebody appended meanwhile: head and records don't belong together
  }
}

}  // namespace drift::store
