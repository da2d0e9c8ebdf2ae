// What differs and is no drift all the same, by who wrote it or by the policy.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "analysis/compare.hpp"
#include "analysis/managed_fields.hpp"

namespace drift::analysis {

class Exemption {
 public:
  // `ignored`: pointers that never count, as policies write them. `applied`: what was applied last, redacted; no object
  // where that isn't known. `base_written`: when the last success was recorded; empty: not known. Refers to all of them.
  Exemption(const std::vector<std::string>& ignored, const Managers& managers,
            const rapidjson::Value& applied, std::string_view base_written);

  // The plan says so; or an autoscaler outside of the rendering scaled it; or Argo CD itself wrote it, so that an
  // admission webhook changed it on its way.
  bool holds(const Found& found) const;

 private:
  bool written_by_argocd(const Found& found, const std::vector<Managers::Owner>& owners) const;

  const std::vector<std::string>& ignored_;
  const Managers& managers_;
  const rapidjson::Value& applied_;
  std::string_view base_written_;
};

// Whether the pointer is at or under one of these, in which `*` is any one part.
bool lies_under(std::string_view pointer, const std::vector<std::string>& patterns);

}  // namespace drift::analysis
