#include "store/bases.hpp"

#include <algorithm>
#include <tuple>

#include "base/keys.hpp"
#include "json/read.hpp"
#include "store/config_map.hpp"

namespace drift::store {
std::vector<BasePlace> bases_of(outside::Kubernetes& kubernetes, const std::string& ns,
                                const std::string& application) {
  std::vector<BasePlace> all;
  kubernetes.list({"", "v1", "configmaps", ns, "", ""}, component_selector("base"),
                  [&](const rapidjson::Value& object) {
                    if (why_not_of(application, object).empty())
                      all.push_back({text_at(object, {"metadata", "namespace"}),
                                     text_at(object, {"metadata", "labels", keys::source})});
                    return true;
                  });
  std::sort(all.begin(), all.end(),
            [](const auto& a, const auto& b) { return std::tie(a.ns, a.source) < std::tie(b.ns, b.source); });
  return all;
}

}  // namespace drift::store
